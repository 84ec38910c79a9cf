//! The HTTP face: the API with its OpenAPI document, sessions by cookie, live events, the static web app.
//!
//! Every request passes the same layers, from outside in: its context (id, network address, time bound, logs), security
//! headers, the check that it comes from the app's own pages, then its handler, which asks a use case with an actor.
//!
//! **Invariant**: this crate knows no SQL, no keys and no SMTP. It decides nothing that a use case decides: it reads
//! requests, calls [`wardpost_core`], and writes answers. What comes from mail is hostile until [`html`] made it safe.

#[cfg(test)]
mod access;
mod api;
mod assets;
pub mod audit_export;
mod client_cert;
mod config;
mod context;
mod events;
mod extract;
mod files;
mod guard;
mod headers;
pub mod html;
mod limits;
mod once;
mod openapi;
mod problem;
mod scim;
mod server;
mod session;
mod socket;
mod state;
mod streams;
#[cfg(test)]
mod tests;
mod writing;

pub use config::{WebConfig, WebLimits};
pub use context::Peer;
pub use openapi::{openapi, openapi_json};
pub use problem::{Problem, ProblemDetails};
pub use scim::filter as scim_filter;
pub use server::{Listener, ServeError, alpn_protocols, serve};
pub use state::{Metrics, NoMetrics, WebState};

use axum::Router;
use axum::extract::State;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use problem::Slug;

/// The whole face as one service.
pub fn router(state: WebState) -> Router {
    let (api, _) = api::routes().split_for_parts();
    let api = api
        .route("/openapi.json", get(openapi::serve))
        .fallback(unknown_route)
        .layer(from_fn_with_state(state.clone(), guard::same_origin));
    Router::new()
        .nest(api::BASE, api)
        .nest(scim::BASE, scim::router(state.clone()))
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .fallback(assets::serve)
        .layer(from_fn_with_state(state.clone(), headers::secure))
        .layer(from_fn_with_state(state.clone(), context::wrap))
        .with_state(state)
}

async fn unknown_route() -> Problem {
    Problem::new(Slug::NotFound)
}

/// The process answers.
async fn alive() -> &'static str {
    "ok\n"
}

/// The store answers as well: requests can be sent here.
async fn ready(State(state): State<WebState>) -> Response {
    if *state.closing().borrow() {
        return Problem::new(Slug::Unavailable).detail("stopping").into_response();
    }
    match state.core().org_name().await {
        Ok(_) => (StatusCode::OK, "ready\n").into_response(),
        Err(error) => Problem::from(error).into_response(),
    }
}
