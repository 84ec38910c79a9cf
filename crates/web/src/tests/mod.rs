//! Whole requests through the router, over a real organisation.

mod api;
mod attacks;
mod care;
mod devices;
mod doors;
mod events;
mod mail;
mod matrix;
mod passkeys;
mod pickup;
mod policy;
mod providers;
mod rights;
mod rotation;
mod samples;
mod scim;
mod security_keys;
mod serving;
mod sockets;
mod zones;

use crate::context::Peer;
use crate::{NoMetrics, WebConfig, WebState, router};
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use tower::ServiceExt;
use wardpost_core::testing::{PASSWORD, TestCore, TestPerson};

const ORIGIN: &str = "https://mail.clinic.example";

/// An organisation with its HTTP face.
struct Web {
    house: TestCore,
    state: WebState,
    router: Router,
}

/// A browser: its cookie and the session's CSRF value.
#[derive(Debug, Clone, Default)]
struct Browser {
    cookie: Option<String>,
    csrf: Option<String>,
}

/// An answer, read to its end.
#[derive(Debug)]
struct Got {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    #[track_caller]
    fn ok(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.text());
        self.json()
    }
    /// The slug of a problem, which must be well-formed.
    #[track_caller]
    fn slug(&self) -> String {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{} {}", self.status, self.text());
        let json = self.json();
        assert_eq!(json["status"], self.status.as_u16());
        let id = self.headers["x-request-id"].to_str().unwrap();
        assert_eq!(json["instance"], format!("urn:uuid:{id}"));
        json["type"].as_str().unwrap().strip_prefix("urn:wardpost:problem:").unwrap().to_owned()
    }
}

impl Web {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }
    async fn with(configure: impl FnOnce(&mut WebConfig)) -> Self {
        let house = TestCore::new().await;
        let mut config = WebConfig::new(ORIGIN);
        configure(&mut config);
        let state = WebState::new(house.core.clone(), config, Arc::new(NoMetrics));
        Self { router: router(state.clone()), state, house }
    }

    /// Sends a request as it is; only where it comes from is added.
    async fn send(&self, mut request: Request<Body>) -> Got {
        request.extensions_mut().insert(Peer(SocketAddr::from(([192, 0, 2, 10], 4711))));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Got { status: head.status, headers: head.headers, body }
    }

    async fn get(&self, browser: &Browser, path: &str) -> Got {
        self.send(browser.request("GET", path).body(Body::empty()).unwrap()).await
    }
    async fn call(&self, browser: &Browser, method: &str, path: &str, body: Value) -> Got {
        let request = browser.request(method, path).header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }
    async fn post(&self, browser: &Browser, path: &str, body: Value) -> Got {
        self.call(browser, "POST", path, body).await
    }

    async fn person(&self, role: &str, name: &str, login: &str) -> TestPerson {
        self.house.person(role, name, login).await
    }

    /// Sends a letter from somebody's own mailbox; gives the message's id.
    async fn letter(&self, from: &TestPerson, to: &str, subject: &str, text: &str) -> String {
        let browser = self.sign_in(from).await;
        let draft = self.post(&browser, "/drafts", json!({ "mailbox_id": from.mailbox() })).await.ok();
        let id = draft["id"].as_str().unwrap().to_owned();
        let body = json!({
            "recipients": [{ "party": { "address": to }, "kind": "to", "confirmed": true }],
            "subject": subject, "text": text,
        });
        let path = format!("/drafts/{id}");
        let version = format!("\"{}\"", draft["version"]);
        let request =
            browser.request("PUT", &path).header("content-type", "application/json").header("if-match", version);
        let saved = self.send(request.body(Body::from(body.to_string())).unwrap()).await.ok();
        let version = format!("\"{}\"", saved["version"]);
        let request = browser.request("POST", &format!("{path}/send")).header("if-match", version);
        let sent = self.send(request.body(Body::empty()).unwrap()).await.ok();
        sent["message_id"].as_str().unwrap().to_owned()
    }

    /// Signs somebody in, both steps.
    async fn sign_in(&self, person: &TestPerson) -> Browser {
        let mut browser = Browser::default();
        let login = person.login.to_string();
        let got = self.post(&browser, "/session", json!({ "login": login, "password": PASSWORD })).await;
        browser.keep(&got);
        assert_eq!(got.ok()["state"], "second_factor");
        // Each code is good once: a later one for whoever signs in again.
        self.house.clock.advance_us(31_000_000);
        let code = person.code(&self.house.clock);
        let got = self.post(&browser, "/session/second-factor", json!({ "code": code })).await;
        browser.keep(&got);
        let session = got.ok();
        assert_eq!(session["state"], "signed_in");
        browser.csrf = session["csrf"].as_str().map(str::to_owned);
        browser
    }
}

impl Browser {
    fn request(&self, method: &str, path: &str) -> http::request::Builder {
        let path = if path.starts_with("/api") || path.starts_with("/scim/") || path == "/" {
            path.to_owned()
        } else {
            format!("/api/v1{path}")
        };
        let mut request = Request::builder().method(method).uri(path).header("origin", ORIGIN);
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        request.header("x-wardpost-csrf", self.csrf.as_deref().unwrap_or("1"))
    }
    /// Keeps the cookies that an answer sets.
    fn keep(&mut self, got: &Got) {
        for set in got.headers.get_all("set-cookie") {
            let (name, value) = set.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            let others = self.cookie.take().unwrap_or_default();
            let others =
                others.split("; ").filter(|c| !c.is_empty() && !c.starts_with(&format!("{name}="))).map(str::to_owned);
            self.cookie = Some(others.chain([format!("{name}={value}")]).collect::<Vec<_>>().join("; "));
        }
    }
    /// The value of one cookie.
    fn cookie_of(&self, name: &str) -> Option<String> {
        let all = self.cookie.as_deref().unwrap_or_default().split("; ");
        all.filter_map(|c| c.split_once('=')).find(|(n, _)| *n == name).map(|(_, v)| v.to_owned())
    }
}
