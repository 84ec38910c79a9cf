//! Errors in SCIM's form (RFC 7644, 3.12), holding nothing of the request.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;
use wardpost_core::Error;

/// A refusal (RFC 7644, 3.12).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScimProblem {
    schemas: [&'static str; 1],
    /// The HTTP status, as text.
    status: String,
    /// `uniqueness`, `mutability`, `invalidFilter` …
    #[serde(skip_serializing_if = "Option::is_none")]
    scim_type: Option<&'static str>,
    /// What happened: a stable code or a sentence.
    detail: String,
}

#[derive(Debug)]
pub(crate) struct ScimError {
    status: StatusCode,
    kind: Option<&'static str>,
    detail: String,
    retry_after: Option<u32>,
}

impl ScimError {
    pub(super) fn new(status: StatusCode, kind: Option<&'static str>, detail: impl Into<String>) -> Self {
        Self { status, kind, detail: detail.into(), retry_after: None }
    }
    fn bad(kind: &'static str, detail: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Some(kind), detail)
    }
    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, None, "there is no such resource")
    }
    pub(super) fn syntax(detail: &str) -> Self {
        Self::bad("invalidSyntax", detail)
    }
    pub(super) fn value(detail: &str) -> Self {
        Self::bad("invalidValue", detail)
    }
    pub(super) fn path(detail: &str) -> Self {
        Self::bad("invalidPath", detail)
    }
    pub(super) fn target(detail: &str) -> Self {
        Self::bad("noTarget", detail)
    }
    pub(super) fn mutability(detail: &str) -> Self {
        Self::bad("mutability", detail)
    }
    pub(super) fn filter() -> Self {
        Self::bad("invalidFilter", "no filter as in RFC 7644, 3.4.2.2")
    }
}

impl From<Error> for ScimError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::not_found(),
            Error::Unauthenticated => Self::new(StatusCode::UNAUTHORIZED, None, "no such token"),
            Error::Denied(why) => Self::new(StatusCode::FORBIDDEN, None, why),
            Error::Validation(fields) => {
                let taken = fields.iter().any(|f| f.code == "taken");
                let text: Vec<String> = fields.iter().map(|f| format!("{}: {}", f.field, f.code)).collect();
                let (status, kind) = if taken {
                    (StatusCode::CONFLICT, "uniqueness")
                } else {
                    (StatusCode::BAD_REQUEST, "invalidValue")
                };
                Self::new(status, Some(kind), text.join(", "))
            }
            Error::Conflict("blocked_here") => {
                let why = "an administrator took this person's access away; only an administrator gives it back";
                Self::new(StatusCode::CONFLICT, Some("mutability"), why)
            }
            Error::Conflict(what) => Self::new(StatusCode::CONFLICT, None, what),
            Error::VersionConflict => Self::new(StatusCode::PRECONDITION_FAILED, None, "changed meanwhile"),
            Error::RateLimited { retry_after_seconds } => {
                let retry_after = Some(retry_after_seconds);
                Self { retry_after, ..Self::new(StatusCode::TOO_MANY_REQUESTS, None, "too often") }
            }
            Error::Unavailable(what) => {
                Self { retry_after: Some(5), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, None, what) }
            }
            other => {
                tracing::error!(
                    error = &other as &dyn std::error::Error,
                    "a request of provisioning failed by a fault"
                );
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, None, "a fault of the server")
            }
        }
    }
}

impl IntoResponse for ScimError {
    fn into_response(self) -> Response {
        let body = ScimProblem {
            schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
            status: self.status.as_str().to_owned(),
            scim_type: self.kind,
            detail: self.detail,
        };
        let mut response = super::answer(self.status, &body, None);
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
