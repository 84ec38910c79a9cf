//! `Idempotency-Key`: what creates something happens once, however often the request has to be repeated.

use crate::problem::{Answer, Problem, Slug};
use crate::state::WebState;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use tracing::Instrument;
use uuid::Uuid;
use wardpost_core::idempotency::Claimed;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer is the one of the first time.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The key of a request, if it has one, and what it is for.
#[derive(Debug)]
pub(crate) struct Once {
    key: Option<String>,
    target: String,
}

impl FromRequestParts<WebState> for Once {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, Problem> {
        let malformed = || Problem::field("Idempotency-Key", "malformed", "1 to 128 visible ASCII characters");
        let key = parts.headers.get(KEY).map(|v| v.to_str().map(str::to_owned).map_err(|_| malformed())).transpose()?;
        let path = parts.uri.path_and_query().map_or("/", |p| p.as_str());
        Ok(Self { key, target: format!("{} {path}", parts.method) })
    }
}

impl Once {
    /// Does it, or gives the answer of the first time. `scope` is whose key it is; `body` what the request said.
    ///
    /// The act goes on when the client hangs up, so that its answer is kept.
    pub(crate) async fn run<T, A>(self, state: &WebState, scope: Uuid, body: &[u8], act: A) -> Answer<Response>
    where
        T: Serialize,
        A: Future<Output = Answer<(StatusCode, T)>> + Send + 'static,
    {
        let Some(key) = self.key else {
            let (status, value) = act.await?;
            return Ok(json(status, serde_json::to_vec(&value).map_err(|_| Problem::new(Slug::Internal))?));
        };
        let claim = match state.core().claim_key(scope, &key, &[self.target.as_bytes(), body]).await? {
            Claimed::Fresh(claim) => claim,
            Claimed::Done { status, body } => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
                let mut response = json(status, body);
                response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
                return Ok(response);
            }
        };
        let core = state.core().clone();
        let acting = async move {
            let done = match act.await {
                Ok((status, value)) => {
                    serde_json::to_vec(&value).map(|b| (status, b)).map_err(|_| Problem::new(Slug::Internal))
                }
                Err(problem) => Err(problem),
            };
            // The act is done or not, whatever becomes of the key: then the answer just can't be repeated.
            let kept = match &done {
                Ok((status, body)) => core.keep_answer(claim, status.as_u16(), body).await,
                Err(_) => core.release_key(claim).await,
            };
            if let Err(error) = kept {
                tracing::warn!(%error, "an answer could not be kept for its idempotency key");
            }
            done
        };
        let done = tokio::spawn(acting.in_current_span()).await.map_err(|_| Problem::new(Slug::Internal))?;
        done.map(|(status, body)| json(status, body))
    }
}

fn json(status: StatusCode, body: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
