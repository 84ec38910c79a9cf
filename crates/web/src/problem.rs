//! The one mapping from what went wrong to what the outside is told: RFC 9457 problem details without internals.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use std::ops::Deref;
use utoipa::ToSchema;
use wardpost_core::{Error, FieldError};
use wardpost_model::PatientId;
use wardpost_model::plan::Plan;

/// What a handler answers.
pub type Answer<T, E = Problem> = Result<T, E>;

/// What a request is refused with; small, because it travels through every result.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem(Box<ProblemDetails>);

impl Deref for Problem {
    type Target = ProblemDetails;
    fn deref(&self) -> &ProblemDetails {
        &self.0
    }
}

/// RFC 9457 problem details.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDetails {
    /// `urn:wardpost:problem:` and a stable slug.
    #[serde(rename = "type")]
    #[schema(example = "urn:wardpost:problem:validation")]
    pub kind: String,
    /// What kind of problem, in a few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time: a stable code or a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The request, as in the `x-request-id` header and the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057")]
    pub instance: Option<String>,
    /// Which fields can't be accepted, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// When to try again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u32>,
    /// Until when something is locked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub locked_until: Option<jiff::Timestamp>,
    /// Tries left before it is locked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tries_left: Option<u32>,
    /// About whom it is, where nothing ties one to the patient (`no_relation`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patient_id: Option<PatientId>,
    /// Who has a role that can't be removed (`role_in_use`), for those who may see people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub held_by: Vec<String>,
    /// What the gate decided (`gate_blocked`, `confirmation_needed`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
}

/// One field that can't be accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// JSON path of the field.
    pub field: String,
    /// Stable code.
    #[schema(example = "too_short")]
    pub code: String,
    /// A sentence for whoever wrote the request.
    pub message: String,
}

impl From<FieldError> for FieldProblem {
    fn from(e: FieldError) -> Self {
        Self { field: e.field, code: e.code.to_owned(), message: e.message }
    }
}

/// The kinds of problems: slug, status and title belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slug {
    BadRequest,
    Unauthenticated,
    SecondFactorRequired,
    PasswordChangeRequired,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    Conflict,
    VersionConflict,
    TooLarge,
    UnsupportedMediaType,
    Validation,
    Locked,
    RateLimited,
    GateBlocked,
    ConfirmationNeeded,
    Timeout,
    Unavailable,
    Internal,
}

impl Slug {
    const fn parts(self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Self::BadRequest => ("bad_request", StatusCode::BAD_REQUEST, "The request can't be read"),
            Self::Unauthenticated => {
                ("unauthenticated", StatusCode::UNAUTHORIZED, "Not signed in, or wrong credentials")
            }
            Self::SecondFactorRequired => {
                ("second_factor_required", StatusCode::UNAUTHORIZED, "The second factor is still to be shown")
            }
            Self::PasswordChangeRequired => {
                ("password_change_required", StatusCode::UNAUTHORIZED, "Another password is to be chosen first")
            }
            Self::Forbidden => ("forbidden", StatusCode::FORBIDDEN, "Not allowed"),
            Self::NotFound => ("not_found", StatusCode::NOT_FOUND, "Not found"),
            Self::MethodNotAllowed => ("method_not_allowed", StatusCode::METHOD_NOT_ALLOWED, "Not possible here"),
            Self::Conflict => ("conflict", StatusCode::CONFLICT, "Not possible in the present state"),
            Self::VersionConflict => ("version_conflict", StatusCode::PRECONDITION_FAILED, "Changed meanwhile"),
            Self::TooLarge => ("too_large", StatusCode::PAYLOAD_TOO_LARGE, "Too large"),
            Self::UnsupportedMediaType => {
                ("unsupported_media_type", StatusCode::UNSUPPORTED_MEDIA_TYPE, "Not this kind of content")
            }
            Self::Validation => ("validation", StatusCode::UNPROCESSABLE_ENTITY, "Some fields can't be accepted"),
            Self::Locked => ("locked", StatusCode::LOCKED, "Locked after too many tries"),
            Self::RateLimited => ("rate_limited", StatusCode::TOO_MANY_REQUESTS, "Too often"),
            Self::GateBlocked => ("gate_blocked", StatusCode::CONFLICT, "Policy does not let this message go"),
            Self::ConfirmationNeeded => {
                ("confirmation_needed", StatusCode::CONFLICT, "Something is to be confirmed or supplied first")
            }
            Self::Timeout => ("timeout", StatusCode::REQUEST_TIMEOUT, "The request took too long"),
            Self::Unavailable => ("unavailable", StatusCode::SERVICE_UNAVAILABLE, "Not possible at the moment"),
            Self::Internal => ("internal", StatusCode::INTERNAL_SERVER_ERROR, "A fault of the server"),
        }
    }
}

impl Problem {
    /// A problem of this kind.
    #[must_use]
    pub fn new(slug: Slug) -> Self {
        let (slug, status, title) = slug.parts();
        Self(Box::new(ProblemDetails {
            kind: format!("urn:wardpost:problem:{slug}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: None,
            instance: None,
            errors: Vec::new(),
            retry_after_seconds: None,
            locked_until: None,
            tries_left: None,
            patient_id: None,
            held_by: Vec::new(),
            plan: None,
        }))
    }
    /// Says what happened this time. Must hold nothing of the request's content.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }
    /// Says when to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after_seconds = Some(seconds);
        self
    }
    fn with_plan(slug: Slug, plan: Plan) -> Self {
        let mut problem = Self::new(slug);
        problem.0.plan = Some(plan);
        problem
    }
    /// A field that can't be accepted.
    #[must_use]
    pub fn field(field: &str, code: &str, message: &str) -> Self {
        let mut problem = Self::new(Slug::Validation);
        problem.0.errors.push(FieldProblem { field: field.into(), code: code.into(), message: message.into() });
        problem
    }
    /// The stable slug.
    #[must_use]
    pub fn slug(&self) -> &str {
        self.kind.rsplit(':').next().unwrap_or_default()
    }

    /// Writes the body. Called once, where the request's id is known.
    pub(crate) fn finish(mut self, instance: &str) -> Response {
        self.0.instance = Some(format!("urn:uuid:{instance}"));
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body =
            serde_json::to_vec(&*self.0).unwrap_or_else(|_| b"{\"type\":\"urn:wardpost:problem:internal\"}".to_vec());
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::new(Slug::NotFound),
            Error::Unauthenticated => Self::new(Slug::Unauthenticated),
            Error::WrongAnswer { tries_left } => {
                let mut problem = Self::new(Slug::Unauthenticated);
                problem.0.tries_left = Some(tries_left);
                problem
            }
            Error::Denied(code) => Self::new(Slug::Forbidden).detail(code),
            Error::NoRelation { patient } => {
                let mut problem = Self::new(Slug::Forbidden).detail("no_relation");
                problem.0.patient_id = Some(patient);
                problem
            }
            Error::Validation(fields) => {
                let mut problem = Self::new(Slug::Validation);
                problem.0.errors = fields.into_iter().map(FieldProblem::from).collect();
                problem
            }
            Error::Conflict(what) => Self::new(Slug::Conflict).detail(what),
            Error::RoleInUse { held_by } => {
                let mut problem = Self::new(Slug::Conflict).detail("role_in_use");
                problem.0.held_by = held_by;
                problem
            }
            Error::VersionConflict => Self::new(Slug::VersionConflict),
            Error::RateLimited { retry_after_seconds } => Self::new(Slug::RateLimited).retry_after(retry_after_seconds),
            Error::Locked { until_us } => {
                let mut problem = Self::new(Slug::Locked);
                problem.0.locked_until = Some(wardpost_core::clock::from_us(until_us));
                problem
            }
            Error::TooLarge { limit_bytes } => {
                Self::new(Slug::TooLarge).detail(format!("the limit is {limit_bytes} bytes"))
            }
            Error::Blocked(plan) => Self::with_plan(Slug::GateBlocked, *plan),
            Error::NotReady(plan) => Self::with_plan(Slug::ConfirmationNeeded, *plan),
            Error::Unavailable(what) => Self::new(Slug::Unavailable).detail(what).retry_after(5),
            internal @ Error::Internal { .. } => {
                tracing::error!(error = %chain(&internal), "a request failed by a fault");
                Self::new(Slug::Internal)
            }
        }
    }
}

/// The error and what caused it, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

impl IntoResponse for Problem {
    /// An empty answer that carries the problem; the outermost layer writes the body, because it knows the request's id.
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;
    use wardpost_model::plan::Action;

    fn plan() -> Box<Plan> {
        Box::new(Plan { action: Action::Block, ready: false, recipients: vec![], policy_version: 1, overridden: false })
    }

    #[test]
    fn every_error_of_the_use_cases_has_its_slug_and_status() {
        let cases = [
            (Error::NotFound, "not_found", 404),
            (Error::Unauthenticated, "unauthenticated", 401),
            (Error::WrongAnswer { tries_left: 2 }, "unauthenticated", 401),
            (Error::Denied("missing_permission"), "forbidden", 403),
            (Error::NoRelation { patient: PatientId(uuid::Uuid::nil()) }, "forbidden", 403),
            (Error::field("login", "too_short", "x"), "validation", 422),
            (Error::Conflict("state"), "conflict", 409),
            (Error::RoleInUse { held_by: vec![] }, "conflict", 409),
            (Error::VersionConflict, "version_conflict", 412),
            (Error::RateLimited { retry_after_seconds: 7 }, "rate_limited", 429),
            (Error::Locked { until_us: 0 }, "locked", 423),
            (Error::TooLarge { limit_bytes: 1 }, "too_large", 413),
            (Error::Blocked(plan()), "gate_blocked", 409),
            (Error::NotReady(plan()), "confirmation_needed", 409),
            (Error::Unavailable("storage is full"), "unavailable", 503),
            (Error::internal("using the store", std::io::Error::other("SELECT secret")), "internal", 500),
        ];
        for (error, slug, status) in cases {
            let problem = Problem::from(error);
            assert_eq!((problem.slug(), problem.status), (slug, status));
            assert!(!serde_json::to_string(&*problem).unwrap().contains("SELECT"), "internals stay inside");
        }
    }

    #[tokio::test]
    async fn the_body_names_the_request_and_carries_the_extensions() {
        let response = Problem::from(Error::RateLimited { retry_after_seconds: 7 }).finish("abc");
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        assert_eq!(response.headers()["retry-after"], "7");
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let json: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(json["type"], "urn:wardpost:problem:rate_limited");
        assert_eq!(json["instance"], "urn:uuid:abc");
        assert_eq!(json["retry_after_seconds"], 7);
        assert!(json.get("errors").is_none());
        let blocked = serde_json::to_value(&*Problem::from(Error::Blocked(plan()))).unwrap();
        assert_eq!(blocked["plan"]["action"], "block");
    }
}
