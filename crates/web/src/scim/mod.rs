//! SCIM 2.0 (RFC 7643, RFC 7644): another system makes, changes and removes people, and gives the roles that were marked
//! for it. Beside the API: it has no cookie, no session and its own media type and errors, so the walls against forged
//! requests of browsers have nothing to guard here; the bearer token is the only authority. Every request is written down.

mod error;
pub mod filter;
mod groups;
mod patch;
mod schema;
mod users;

use crate::context::RequestContext;
use crate::extract::text;
use crate::guard::is_unsafe;
use crate::problem::{Problem, Slug};
use crate::state::WebState;
use axum::Router;
use axum::extract::{FromRequest, FromRequestParts, MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use error::{ScimError, ScimProblem};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use utoipa::openapi::response::{Response as Described, ResponseBuilder};
use utoipa::openapi::{ContentBuilder, Ref, RefOr};
use utoipa::{IntoParams, IntoResponses, PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use wardpost_core::Error;
use wardpost_core::identity::Client;
use wardpost_model::person::Actor;

/// Where it lives.
pub(crate) const BASE: &str = "/scim/v2";
/// Largest body.
const BODY_BYTES: usize = 256 << 10;
/// Most resources on a page (RFC 7644, 3.4.2.4).
const MOST: usize = 200;
pub(crate) const MEDIA_TYPE: &str = "application/scim+json";

/// Every route, for the description.
pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(schema::provider_config))
        .routes(routes!(schema::resource_types))
        .routes(routes!(schema::resource_type))
        .routes(routes!(schema::schemas))
        .routes(routes!(schema::schema))
        .routes(routes!(users::list, users::create))
        .routes(routes!(users::one, users::replace, users::patch, users::remove))
        .routes(routes!(groups::list))
        .routes(routes!(groups::one, groups::replace, groups::patch))
}

/// The whole, behind its door.
pub(crate) fn router(state: WebState) -> Router<WebState> {
    let (router, _) = routes().split_for_parts();
    router
        .fallback(async || ScimError::not_found())
        .method_not_allowed_fallback(async || ScimError::new(StatusCode::METHOD_NOT_ALLOWED, None, "not possible here"))
        .layer(from_fn_with_state(state, enter))
}

/// The door: lets nobody in without a token, and writes down what was asked and how it ended.
async fn enter(State(state): State<WebState>, mut request: Request, next: Next) -> Response {
    let (method, route) = (request.method().clone(), route_of(&request));
    let object = request.uri().path().rsplit('/').next().and_then(|id| id.parse::<Uuid>().ok());
    let Some((secret, client)) = shown(&request) else {
        return ScimError::from(Error::Unauthenticated).into_response();
    };
    let actor = match state.core().authenticate_token(&secret, &client, is_unsafe(&method)).await {
        Ok(actor) => actor,
        Err(error) => return ScimError::from(error).into_response(),
    };
    request.extensions_mut().insert(Provisioner(actor.clone()));
    let response = next.run(request).await;
    let asked = format!("{method} {route}");
    match state.core().scim_answered(&actor, &asked, object, response.status().as_u16()).await {
        Ok(()) => response,
        Err(error) => ScimError::from(error).into_response(),
    }
}

/// The template of the route: what is told of a request holds nothing that was typed.
fn route_of(request: &Request) -> String {
    let matched = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    matched.and_then(|path| path.strip_prefix(BASE)).filter(|path| !path.contains('*')).unwrap_or("/-").to_owned()
}

/// The token that a request shows, and from where.
fn shown(request: &Request) -> Option<(String, Client)> {
    let (scheme, secret) = text(request.headers(), &header::AUTHORIZATION)?.split_once(' ')?;
    let context = request.extensions().get::<RequestContext>();
    let client = Client {
        network: context.map(|c| c.network),
        user_agent: context.map(|c| c.user_agent.clone()),
        request_id: context.map(|c| c.id.clone()),
        certificate: context.and_then(|c| c.certificate.clone()),
        device: None,
    };
    let secret = secret.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !secret.is_empty()).then(|| (secret.to_owned(), client))
}

/// The program behind the request's bearer token.
#[derive(Clone)]
pub(crate) struct Provisioner(Actor);

impl FromRequestParts<WebState> for Provisioner {
    type Rejection = ScimError;
    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, ScimError> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Error::Unauthenticated.into())
    }
}

/// A body of JSON, under SCIM's media type or JSON's own (RFC 7644, 3.1).
pub(crate) struct Body(Value);

impl FromRequest<WebState> for Body {
    type Rejection = ScimError;
    async fn from_request(request: Request, _: &WebState) -> Result<Self, ScimError> {
        let kind = text(request.headers(), &header::CONTENT_TYPE).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if essence != MEDIA_TYPE && essence != "application/json" {
            return Err(ScimError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, None, "send application/scim+json"));
        }
        let read = Limited::new(request.into_body(), BODY_BYTES).collect().await;
        let bytes =
            read.map_err(|_| ScimError::new(StatusCode::PAYLOAD_TOO_LARGE, None, "at most 256 KiB"))?.to_bytes();
        let value: Value = serde_json::from_slice(&bytes).map_err(|_| ScimError::syntax("the body is not JSON"))?;
        if value.is_object() { Ok(Self(value)) } else { Err(ScimError::syntax("the body is no object")) }
    }
}

/// What is asked of a list or a resource. Numbers are texts here: what is no number counts as not said (RFC 7644, 3.4.2.4).
#[derive(Debug, Default, serde::Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(crate) struct Asked {
    /// Which resources (RFC 7644, 3.4.2.2); at most 2 KiB and 32 comparisons.
    filter: Option<String>,
    /// The first resource, counted from 1.
    start_index: Option<String>,
    /// Resources on a page, at most 200.
    count: Option<String>,
    /// Only these attributes, with commas between them.
    attributes: Option<String>,
    /// Not these attributes.
    excluded_attributes: Option<String>,
}

impl FromRequestParts<WebState> for Asked {
    type Rejection = ScimError;
    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, ScimError> {
        let read = axum::extract::Query::<Self>::from_request_parts(parts, state).await;
        read.map(|q| q.0).map_err(|_| ScimError::value("the query can't be read"))
    }
}

impl Asked {
    /// A page of those resources that the filter finds (RFC 7644, 3.4.2).
    fn page(&self, all: Vec<Value>) -> Result<Response, ScimError> {
        let filter = self.filter.as_deref().filter(|f| !f.trim().is_empty());
        let filter = filter.map(|f| filter::Filter::parse(f).ok_or_else(ScimError::filter)).transpose()?;
        let found: Vec<Value> = all.into_iter().filter(|one| filter.as_ref().is_none_or(|f| f.holds(one))).collect();
        let number = |text: &Option<String>| text.as_deref().and_then(|t| t.trim().parse::<i64>().ok());
        let start = usize::try_from(number(&self.start_index).unwrap_or(1).max(1)).unwrap_or(usize::MAX);
        let count = usize::try_from(number(&self.count).unwrap_or(100).max(0)).unwrap_or(usize::MAX).min(MOST);
        let some: Vec<Value> = found.iter().skip(start - 1).take(count).map(|one| self.chosen(one)).collect();
        let list = schema::List::of(found.len(), start, some);
        Ok(answer(StatusCode::OK, &list, None))
    }

    /// The attributes that were asked for (RFC 7644, 3.9). `schemas`, `id` and `meta` are always there.
    fn chosen(&self, one: &Value) -> Value {
        let names = |text: &Option<String>| -> Option<Vec<String>> {
            let text = text.as_deref().filter(|t| !t.trim().is_empty())?;
            // `name.formatted` asks for the whole of `name`: a part of an attribute is in the attribute.
            let bare = |name: &str| {
                let name = filter::attribute(name.trim());
                name.split('.').next().unwrap_or_default().to_owned()
            };
            Some(text.split(',').map(bare).collect())
        };
        let (wanted, unwanted) = (names(&self.attributes), names(&self.excluded_attributes));
        let keep = |key: &str| {
            let name = key.to_ascii_lowercase();
            matches!(key, "schemas" | "id" | "meta")
                || match (&wanted, &unwanted) {
                    (Some(wanted), _) => wanted.contains(&name),
                    (None, Some(unwanted)) => !unwanted.contains(&name),
                    (None, None) => true,
                }
        };
        let members = one.as_object().into_iter().flatten().filter(|(key, _)| keep(key));
        Value::Object(members.map(|(key, value)| (key.clone(), value.clone())).collect::<Map<_, _>>())
    }

    /// A resource, or 304 for who has it already (RFC 7644, 3.14).
    fn resource(&self, headers: &HeaderMap, body: &Value, etag: &str) -> Response {
        let bare = |one: &str| one.trim().trim_start_matches("W/").to_owned();
        let known = text(headers, &header::IF_NONE_MATCH);
        if known.is_some_and(|k| k.trim() == "*" || k.split(',').any(|one| bare(one) == bare(etag))) {
            return StatusCode::NOT_MODIFIED.into_response();
        }
        answer(StatusCode::OK, &self.chosen(body), Some(etag))
    }
}

/// An answer with a body.
fn answer(status: StatusCode, body: &impl Serialize, etag: Option<&str>) -> Response {
    let Ok(body) = serde_json::to_value(body) else { return Problem::new(Slug::Internal).into_response() };
    let mut response = (status, body.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    for (name, value) in [(header::ETAG, etag), (header::LOCATION, body["meta"]["location"].as_str())] {
        if let Some(value) = value.and_then(|v| HeaderValue::from_str(v).ok()) {
            headers.insert(name, value);
        }
    }
    response
}

/// The version that `If-Match` names; none when it names any.
fn if_match(headers: &HeaderMap) -> Option<String> {
    let value = text(headers, &header::IF_MATCH).unwrap_or("?").trim();
    if !headers.contains_key(header::IF_MATCH) || value == "*" {
        return None;
    }
    Some(value.trim_start_matches("W/").trim_matches('"').to_owned())
}

/// Where a resource lives.
fn location(state: &WebState, kind: &str, id: impl std::fmt::Display) -> String {
    format!("{}{BASE}/{kind}/{id}", state.core().config().public_url)
}

/// What may be answered instead by every operation.
pub(crate) struct ScimRefusals;

impl IntoResponses for ScimRefusals {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let said = [
            ("400", "`invalidSyntax`, `invalidValue`, `invalidPath`, `invalidFilter`, `noTarget`, `mutability`"),
            ("401", "No such token, or none"),
            ("403", "Not allowed, with the reason's code"),
            ("404", "No such resource, or not one that provisioning keeps"),
            ("409", "`uniqueness`: in use already; `mutability`: the house took it away"),
            ("412", "Changed meanwhile"),
            ("500", "A fault of the server"),
            ("429", "Too often: again after `Retry-After`"),
        ];
        said.into_iter()
            .map(|(status, description)| {
                let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("ScimProblem"))).build();
                let described = ResponseBuilder::new().description(description).content(MEDIA_TYPE, content).build();
                (status.to_owned(), described.into())
            })
            .collect()
    }
}

/// What the description refers to by name.
pub(crate) fn named_schemas() -> [(String, RefOr<utoipa::openapi::Schema>); 1] {
    [(ScimProblem::name().into_owned(), ScimProblem::schema())]
}

/// The whole text of a value that may be wrapped, as one large system wraps it: `[{"$ref": null, "value": "x"}]`.
fn unwrapped(value: &Value) -> &Value {
    match value {
        Value::Array(only) if only.len() == 1 => only.first().and_then(|one| one.get("value")).unwrap_or(value),
        Value::Object(one) => one.get("value").unwrap_or(value),
        other => other,
    }
}

fn no() -> Value {
    json!({ "supported": false })
}
