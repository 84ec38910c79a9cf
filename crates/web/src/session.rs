//! Who asks: the session behind a request's cookie, for people with an account and for guests.

use crate::context::RequestContext;
use crate::extract::text;
use crate::guard::{CSRF, is_unsafe};
use crate::problem::{Problem, Slug};
use crate::state::WebState;
use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use wardpost_core::Error;
use wardpost_core::identity::{Client, DeviceSecret, SessionState};
use wardpost_core::mail::PickupSession;
use wardpost_model::person::Actor;

/// Longest cookie value that is looked at.
const MAX_SECRET: usize = 128;

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Of people with an account.
    Session,
    /// Of guests.
    Pickup,
    /// Tells this browser from others; opens nothing.
    Device,
    /// Of a sign-in that is under way at an identity provider.
    Provider,
}

/// As long as browsers keep a cookie at most: 400 days.
const DEVICE_SECONDS: u32 = 400 * 24 * 60 * 60;

impl Cookie {
    /// Over TLS the name's prefix makes browsers refuse the cookie from any other host or without `Secure`.
    const fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-wardpost",
            (Self::Session, false) => "wardpost",
            (Self::Pickup, true) => "__Host-wardpost-pickup",
            (Self::Pickup, false) => "wardpost-pickup",
            (Self::Device, true) => "__Host-wardpost-device",
            (Self::Device, false) => "wardpost-device",
            (Self::Provider, true) => "__Host-wardpost-provider",
            (Self::Provider, false) => "wardpost-provider",
        }
    }

    /// Its value in a request. Two of one name are none: one of them may have been slipped in by another host of the
    /// same domain.
    pub(crate) fn read(self, headers: &HeaderMap, secure: bool) -> Option<&str> {
        let name = self.name(secure);
        let mut found = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|v| v.to_str().ok())
            .flat_map(|v| v.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(n, _)| *n == name)
            .map(|(_, value)| value);
        let only = found.next().filter(|_| found.next().is_none());
        only.filter(|value| !value.is_empty() && value.len() <= MAX_SECRET)
    }

    /// The header that sets it. It ends with the browser, but for the device's; the server ends it before.
    pub(crate) fn set(self, secret: &str, secure: bool) -> Result<HeaderValue, Problem> {
        let flags = if secure { "; Secure" } else { "" };
        let lasts = if self == Self::Device { format!("; Max-Age={DEVICE_SECONDS}") } else { String::new() };
        let text = format!("{}={secret}; Path=/; HttpOnly; SameSite=Strict{lasts}{flags}", self.name(secure));
        HeaderValue::from_str(&text).map_err(|_| Problem::new(Slug::Internal))
    }

    /// As [`Cookie::set`], for so many seconds at most.
    pub(crate) fn set_for(self, secret: &str, secure: bool, seconds: u32) -> Result<HeaderValue, Problem> {
        let flags = if secure { "; Secure" } else { "" };
        let name = self.name(secure);
        let text = format!("{name}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{flags}");
        HeaderValue::from_str(&text).map_err(|_| Problem::new(Slug::Internal))
    }

    /// The header that removes it.
    pub(crate) fn remove(self, secure: bool) -> Result<HeaderValue, Problem> {
        let flags = if secure { "; Secure" } else { "" };
        let text = format!("{}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{flags}", self.name(secure));
        HeaderValue::from_str(&text).map_err(|_| Problem::new(Slug::Internal))
    }
}

/// The browser or program behind a request.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// For the use cases.
    pub client: Client,
    /// Value of the session cookie.
    pub secret: Option<String>,
}

impl FromRequestParts<WebState> for Caller {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Problem> {
        let secure = state.config().secure();
        let secret = Cookie::Session.read(&parts.headers, secure).map(str::to_owned);
        Ok(Self { client: client(parts, secure)?, secret })
    }
}

/// Somebody on the way in: there is a cookie, and the use case says what it is worth. Known before the body is read.
#[derive(Debug, Clone)]
pub(crate) struct HalfWay {
    /// Value of the session cookie.
    pub secret: String,
    /// The browser.
    pub client: Client,
}

impl FromRequestParts<WebState> for HalfWay {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Problem> {
        let Caller { client, secret } = Caller::from_request_parts(parts, state).await?;
        Ok(Self { secret: secret.ok_or_else(|| Problem::new(Slug::Unauthenticated))?, client })
    }
}

fn context(parts: &Parts) -> Result<&RequestContext, Problem> {
    parts.extensions.get::<RequestContext>().ok_or_else(|| Problem::new(Slug::Internal))
}

fn client(parts: &Parts, secure: bool) -> Result<Client, Problem> {
    let context = context(parts)?;
    Ok(Client {
        network: Some(context.network),
        user_agent: Some(context.user_agent.clone()).filter(|a| !a.is_empty()),
        request_id: Some(context.id.clone()),
        device: Cookie::Device.read(&parts.headers, secure).and_then(DeviceSecret::new),
        certificate: context.certificate.clone(),
    })
}

/// Somebody signed in. For what changes something, the CSRF value of the session was checked and the idle time starts
/// anew; reading does not extend it, so that a page that keeps itself fresh is not taken for a person (the page says by
/// `POST /session/touch` that somebody is there).
#[derive(Debug, Clone)]
pub(crate) struct Signed {
    /// Who.
    pub actor: Actor,
    /// Value of its cookie.
    pub secret: String,
    /// The browser.
    pub client: Client,
}

impl FromRequestParts<WebState> for Signed {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Problem> {
        let Caller { client, secret } = Caller::from_request_parts(parts, state).await?;
        let secret = secret.ok_or_else(|| Problem::new(Slug::Unauthenticated))?;
        let changes = is_unsafe(&parts.method);
        if changes && !text(&parts.headers, &CSRF).is_some_and(|v| state.core().csrf_matches(&secret, v)) {
            // Without a session the value can't be right: then that is what is to be told.
            whether_signed_in(state, &secret, &client).await?;
            return Err(Problem::new(Slug::Forbidden).detail("csrf"));
        }
        match state.core().authenticate_session(&secret, &client, changes).await {
            Ok((actor, _)) if changes && actor.circumstances.read_only && !open_read_only(parts.uri.path()) => {
                Err(Problem::new(Slug::Forbidden).detail("zone_read_only"))
            }
            // A second wall beside the gate's: who acts for a patient calls nothing else.
            Ok((actor, _)) if actor.circumstances.acting_for.is_some() && !open_acting(parts.uri.path()) => {
                Err(Problem::new(Slug::Forbidden).detail("acting_for"))
            }
            Ok((actor, _)) => Ok(Self { actor, secret, client }),
            Err(Error::Unauthenticated) => Err(not_signed_in(state, &secret, &client).await),
            Err(e) => Err(e.into()),
        }
    }
}

impl Signed {
    /// Whether files may be saved where the person is.
    pub(crate) fn may_save(&self) -> Result<(), Problem> {
        match self.actor.circumstances.no_downloads {
            true => Err(Problem::new(Slug::Forbidden).detail("zone_downloads")),
            false => Ok(()),
        }
    }
}

/// What works in a read-only zone though it changes something: one's own sessions, proving oneself anew, and emergency
/// access, without which nothing could be read in an emergency.
fn open_read_only(path: &str) -> bool {
    let path = path.strip_prefix(crate::api::BASE).unwrap_or(path);
    ["/session", "/me/sessions"]
        .iter()
        .any(|own| path.strip_prefix(own).is_some_and(|p| p.is_empty() || p.starts_with('/')))
        || path.ends_with("/break-glass")
}

/// What works while somebody acts for a patient: the patient's portal, the own sessions, the page itself.
fn open_acting(path: &str) -> bool {
    let path = path.strip_prefix(crate::api::BASE).unwrap_or(path);
    [
        "/session",
        "/me/sessions",
        "/me/details",
        "/me/care",
        "/me/access-log",
        "/me/access-log.csv",
        "/me/language",
        "/events",
    ]
    .iter()
    .any(|open| path.strip_prefix(open).is_some_and(|p| p.is_empty() || p.starts_with('/')))
}

async fn whether_signed_in(state: &WebState, secret: &str, client: &Client) -> Result<(), Problem> {
    match state.core().authenticate_session(secret, client, false).await {
        Ok(_) => Ok(()),
        Err(Error::Unauthenticated) => Err(not_signed_in(state, secret, client).await),
        Err(e) => Err(e.into()),
    }
}

async fn not_signed_in(state: &WebState, secret: &str, client: &Client) -> Problem {
    match state.core().session_state(Some(secret), client).await {
        Ok(SessionState::SecondFactor { .. }) => Problem::new(Slug::SecondFactorRequired),
        Ok(SessionState::ChangePassword { .. }) => Problem::new(Slug::PasswordChangeRequired),
        Ok(_) => Problem::new(Slug::Unauthenticated),
        Err(e) => e.into(),
    }
}

/// A guest who has shown the second factor of one pick-up.
#[derive(Debug, Clone)]
pub(crate) struct Guest {
    /// The pick-up.
    pub session: PickupSession,
    /// Value of the cookie.
    pub secret: String,
}

impl FromRequestParts<WebState> for Guest {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Problem> {
        let secure = state.config().secure();
        let secret = Cookie::Pickup.read(&parts.headers, secure).ok_or_else(|| Problem::new(Slug::Unauthenticated))?;
        let (secret, context) = (secret.to_owned(), context(parts)?);
        let (network, id) = (Some(context.network), Some(context.id.clone()));
        let session = state.core().pickup_session(&secret, network, id).await?;
        Ok(Self { session, secret })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cookies: &[&'static str], secure: bool) -> Option<String> {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(header::COOKIE, HeaderValue::from_static(cookie));
        }
        Cookie::Session.read(&headers, secure).map(str::to_owned)
    }

    #[test]
    fn only_the_cookie_of_the_right_name_counts() {
        assert_eq!(read(&["a=b; __Host-wardpost=s3cret; c=d"], true).as_deref(), Some("s3cret"));
        assert_eq!(read(&["a=b", "__Host-wardpost=s3cret"], true).as_deref(), Some("s3cret"));
        assert_eq!(read(&["wardpost=s3cret"], true), None, "over TLS only the bound name");
        assert_eq!(read(&["wardpost=s3cret"], false).as_deref(), Some("s3cret"));
        assert_eq!(read(&["x__Host-wardpost=a; __Host-wardpost="], true), None);
        assert_eq!(read(&["__Host-wardpost=a; __Host-wardpost=b"], true), None, "two of one name are none");
        assert_eq!(read(&["__Host-wardpost=a", "__Host-wardpost=a"], true), None);
    }

    #[test]
    fn cookies_are_bound_to_the_host_and_hidden_from_scripts() {
        let set = Cookie::Session.set("s", true).unwrap();
        assert_eq!(set, "__Host-wardpost=s; Path=/; HttpOnly; SameSite=Strict; Secure");
        assert!(Cookie::Session.set("a\r\nb", true).is_err());
        assert!(Cookie::Pickup.remove(true).unwrap().to_str().unwrap().contains("Max-Age=0"));
        let device = Cookie::Device.set("d", true).unwrap();
        assert_eq!(device, "__Host-wardpost-device=d; Path=/; HttpOnly; SameSite=Strict; Max-Age=34560000; Secure");
    }
}
