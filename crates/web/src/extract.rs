//! Reading requests: every failure is problem details, no input is echoed.

use crate::problem::{Problem, Slug};
use crate::state::WebState;
use axum::extract::{FromRequest, FromRequestParts, Request};
use http::request::Parts;
use http::{HeaderMap, HeaderName, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;

/// Longest form: one token.
const MAX_FORM: usize = 32 << 10;

/// A JSON body.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<WebState> for Json<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, state: &WebState) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(Slug::UnsupportedMediaType).detail("send application/json"));
        }
        let limit = state.config().limits.json_bytes;
        let body = Limited::new(request.into_body(), limit).collect().await.map_err(|e| {
            if e.downcast_ref::<LengthLimitError>().is_some() {
                Problem::from(wardpost_core::Error::TooLarge { limit_bytes: limit as u64 })
            } else {
                Problem::new(Slug::BadRequest).detail("the body broke off")
            }
        })?;
        parse_json(&body.to_bytes()).map(Self)
    }
}

/// The body of a form, as identity providers send it.
#[derive(Debug)]
pub struct Form(pub Repeated);

impl FromRequest<WebState> for Form {
    type Rejection = Problem;
    async fn from_request(request: Request, _: &WebState) -> Result<Self, Problem> {
        let kind = text(request.headers(), &header::CONTENT_TYPE).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Problem::new(Slug::UnsupportedMediaType).detail("send a form"));
        }
        let broken = || Problem::new(Slug::BadRequest).detail("the form is too long or can't be read");
        let body = Limited::new(request.into_body(), MAX_FORM).collect().await.map_err(|_| broken())?.to_bytes();
        // A form is written as a query is.
        let body = std::str::from_utf8(&body).map_err(|_| broken())?;
        Repeated::of(Some(body)).map(Self).map_err(|_| broken())
    }
}

/// Reads JSON; what is well-formed but not as expected is a field error.
pub(crate) fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|e| {
        if e.is_data() {
            Problem::field("", "unexpected", &expected(&e))
        } else {
            Problem::new(Slug::BadRequest).detail("the body is not JSON")
        }
    })
}

/// What the decoder says, as far as it holds nothing of the input: names of our fields, and where.
fn expected(error: &serde_json::Error) -> String {
    let text = error.to_string();
    for phrase in ["missing field `", "unknown field `"] {
        if phrase.starts_with("missing")
            && let Some((_, rest)) = text.split_once(phrase)
            && let Some((name, _)) = rest.split_once('`')
        {
            return format!("the field {name} is missing (line {}, column {})", error.line(), error.column());
        }
    }
    format!("not of the expected kind (line {}, column {})", error.line(), error.column())
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// Parts of the path.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<WebState> for Path<T> {
    type Rejection = Problem;
    /// What is no id of ours names nothing that exists.
    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Problem> {
        axum::extract::Path::from_request_parts(parts, state)
            .await
            .map(|path| Self(path.0))
            .map_err(|_| Problem::new(Slug::NotFound))
    }
}

/// Parameters of the query.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<WebState> for Query<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Problem> {
        axum::extract::Query::from_request_parts(parts, state)
            .await
            .map(|query| Self(query.0))
            .map_err(|_| Problem::field("query", "unexpected", "a parameter is not of the expected kind"))
    }
}

/// Parameters of the query in which one name may come several times (`kind=a&kind=b`).
#[derive(Debug)]
pub struct Repeated(pub Vec<(String, String)>);

impl Repeated {
    /// Reads a query.
    ///
    /// # Errors
    /// When it is malformed.
    pub fn of(query: Option<&str>) -> Result<Self, Problem> {
        let uri = format!("/?{}", query.unwrap_or_default()).parse::<http::Uri>();
        let uri = uri.map_err(|_| Problem::new(Slug::BadRequest))?;
        let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri)
            .map_err(|_| Problem::field("query", "unexpected", "the query can't be read"))?;
        Ok(Self(pairs.0))
    }
    /// The only value of a name; an empty one counts as none.
    #[must_use]
    pub fn one(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }
    /// All values of a name.
    #[must_use]
    pub fn all(&self, name: &str) -> BTreeSet<&str> {
        self.0.iter().filter(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str()).collect()
    }
    /// The only value of a name, as a typed value.
    ///
    /// # Errors
    /// A field error when it is malformed.
    pub fn parsed<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Problem> {
        self.one(name).map(|v| v.parse().map_err(|_| Problem::field(name, "malformed", "malformed"))).transpose()
    }
}

/// The version that a change is based on (`If-Match: "7"`).
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub u32);

impl FromRequestParts<WebState> for IfMatch {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, Problem> {
        version(&parts.headers)?
            .map(Self)
            .ok_or_else(|| Problem::field("If-Match", "missing", "send the version that the change is based on"))
    }
}

fn version(headers: &HeaderMap) -> Result<Option<u32>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    let number = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text);
    number.parse().map(Some).map_err(|_| Problem::field("If-Match", "malformed", "a version in quotes"))
}

/// One header as text.
pub(crate) fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|v| v.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape is of interest")]
    struct Shape {
        login: String,
    }

    #[test]
    fn what_is_wrong_with_a_body_is_told_without_repeating_it() {
        let of = |body: &str| parse_json::<Shape>(body.as_bytes()).unwrap_err();
        assert_eq!(of("{").slug(), "bad_request");
        let missing = of("{}");
        assert_eq!(missing.slug(), "validation");
        assert!(missing.errors[0].message.contains("login"), "{missing:?}");
        let unknown = of("{\"login\":\"a\",\"diabetes\":1}");
        assert!(!serde_json::to_string(&*unknown).unwrap().contains("diabetes"));
        let wrong = of("{\"login\":[\"secret\"]}");
        assert!(!serde_json::to_string(&*wrong).unwrap().contains("secret"));
    }

    #[test]
    fn versions_are_read_with_or_without_quotes() {
        let of = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, HeaderValue::from_static(value));
            version(&headers).map_err(|p| p.slug().to_owned())
        };
        assert_eq!(of("\"7\""), Ok(Some(7)));
        assert_eq!(of("7"), Ok(Some(7)));
        for bad in ["*", "W/\"7\"", "\"-1\"", "\"99999999999\"", "\""] {
            assert_eq!(of(bad), Err("validation".to_owned()), "{bad}");
        }
        assert_eq!(version(&HeaderMap::new()).unwrap(), None);
    }

    #[test]
    fn names_may_repeat_in_a_query() {
        let query = Repeated::of(Some("kind=a&kind=b%20c&from=&limit=5")).unwrap();
        assert_eq!(query.all("kind"), BTreeSet::from(["a", "b c"]));
        assert_eq!(query.one("from"), None);
        assert_eq!(query.parsed::<u32>("limit").unwrap(), Some(5));
        assert_eq!(query.parsed::<u32>("kind").unwrap_err().slug(), "validation");
    }

    #[test]
    fn only_json_is_read_as_json() {
        for (value, yes) in
            [("application/json", true), ("Application/JSON; charset=utf-8", true), ("text/plain", false)]
        {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(value));
            assert_eq!(is_json(&headers), yes);
        }
        assert!(!is_json(&HeaderMap::new()), "a plain form can't be sent across origins as JSON");
    }
}
