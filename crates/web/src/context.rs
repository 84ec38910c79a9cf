//! The outermost layer: gives each request an id, finds out from where it comes, bounds its time, keeps a fault within
//! its own request, writes problem details, and tells logs and metrics. Logs hold route templates, never paths.

use crate::client_cert;
use crate::limits::Kind;
use crate::problem::{Problem, Slug};
use crate::state::WebState;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};
use tracing::Instrument;
use wardpost_model::Network;
use wardpost_model::device::DeviceCertificate;

/// Where the connection comes from: set by the server for each request.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// The certificate that the other end of the connection showed: set by the server for each request.
#[derive(Debug, Clone)]
pub struct Shown(pub Option<DeviceCertificate>);

/// What is known of a request.
#[derive(Debug, Clone)]
pub struct RequestContext {
    /// Its id: in the answer's header, in problem details, in logs and audit entries.
    pub id: String,
    /// From where.
    pub network: IpAddr,
    /// What program, as it says itself; cleaned and shortened.
    pub user_agent: String,
    /// The certificate that the device showed: on its connection, or to a trusted proxy.
    pub certificate: Option<DeviceCertificate>,
}

/// The header that carries a request's id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const TIME: Duration = Duration::from_secs(30);

pub(crate) async fn wrap(State(state): State<WebState>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let trusted = &state.config().trusted_proxies;
    let context = RequestContext {
        id: state.core().clock().new_id().to_string(),
        network: network(&request, trusted),
        user_agent: user_agent(request.headers()),
        certificate: certificate(&mut request, trusted),
    };
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    request.extensions_mut().insert(context.clone());
    let span = tracing::info_span!("request", id = %context.id, %method, route);
    let response = async {
        let limited = state.limiters().check(Kind::General, context.network);
        let response = match limited {
            Ok(()) => run(request, next, &route).await,
            Err(problem) => problem.into_response(),
        };
        finish(response, &context.id)
    }
    .instrument(span.clone())
    .await;
    let took = began.elapsed();
    state.metrics().request(method.as_str(), &route, response.status().as_u16(), took);
    let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(parent: &span, status = response.status().as_u16(), took_ms, "answered");
    response
}

async fn run(request: Request, next: Next, route: &str) -> Response {
    let answering = AssertUnwindSafe(next.run(request)).catch_unwind();
    let answered = if takes_long(route) { Ok(answering.await) } else { tokio::time::timeout(TIME, answering).await };
    match answered {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => {
            tracing::error!("a handler panicked");
            Problem::new(Slug::Internal).into_response()
        }
        Err(_) => Problem::new(Slug::Timeout).into_response(),
    }
}

/// Routes that read or write as much as a file have bounds of their own.
fn takes_long(route: &str) -> bool {
    ["/attachments", "/reply-files", "/events", "/audit/export", "/audit/verify"]
        .iter()
        .any(|part| route.contains(part))
}

/// Writes the body of a problem, and the request's id.
fn finish(mut response: Response, id: &str) -> Response {
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let headers = std::mem::take(response.headers_mut());
        let mut written = problem.finish(id);
        for (name, value) in &headers {
            if name != header::CONTENT_LENGTH && name != header::CONTENT_TYPE {
                written.headers_mut().append(name, value.clone());
            }
        }
        response = written;
    } else if response.status() == http::StatusCode::METHOD_NOT_ALLOWED
        && !response.headers().contains_key(header::CONTENT_TYPE)
    {
        let allow = response.headers_mut().remove(header::ALLOW);
        response = Problem::new(Slug::MethodNotAllowed).finish(id);
        if let Some(allow) = allow {
            response.headers_mut().insert(header::ALLOW, allow);
        }
    }
    if let Ok(value) = HeaderValue::from_str(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

fn peer_of(request: &Request) -> IpAddr {
    request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |p| p.0.ip().to_canonical())
}

fn is_trusted(address: IpAddr, trusted: &[Network]) -> bool {
    trusted.iter().any(|n| n.contains(address))
}

/// The certificate that a request counts with: the connection's own, or what a trusted proxy hands on. Nobody else's word
/// of one is read, and behind here nothing of it is left in the headers.
fn certificate(request: &mut Request, trusted: &[Network]) -> Option<DeviceCertificate> {
    let peer = peer_of(request);
    let headers = request.headers_mut();
    let handed_on = client_cert::take(headers);
    if is_trusted(peer, trusted) {
        // The proxy's own certificate, if it has one for this connection, says nothing of whom it speaks for.
        return handed_on.unwrap_or_else(|fault| {
            tracing::warn!(%fault, "a proxy handed on a certificate that counts for nothing");
            None
        });
    }
    request.extensions().get::<Shown>().and_then(|shown| shown.0.clone())
}

/// The network address that a request counts for: the peer's, or what a trusted proxy says it was.
fn network(request: &Request, trusted: &[Network]) -> IpAddr {
    let peer = peer_of(request);
    if !is_trusted(peer, trusted) {
        return peer;
    }
    // From the right: each proxy appends whom it saw; the first that is no proxy of ours is the client.
    let forwarded: Vec<&str> = request
        .headers()
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .collect();
    for hop in forwarded.iter().rev() {
        match hop.trim().parse::<IpAddr>() {
            Ok(ip) if is_trusted(ip, trusted) => {}
            Ok(ip) => return ip.to_canonical(),
            Err(_) => return peer,
        }
    }
    peer
}

fn user_agent(headers: &HeaderMap) -> String {
    let text = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn request(peer: &str, forwarded: &[&str]) -> Request {
        let mut builder = Request::builder().uri("/");
        for value in forwarded {
            builder = builder.header("x-forwarded-for", *value);
        }
        let mut request = builder.body(Body::empty()).unwrap();
        request.extensions_mut().insert(Peer(SocketAddr::new(peer.parse().unwrap(), 1)));
        request
    }

    #[test]
    fn what_a_stranger_says_of_its_address_is_not_believed() {
        assert_eq!(network(&request("192.0.2.1", &["203.0.113.9"]), &[]).to_string(), "192.0.2.1");
    }

    #[test]
    fn behind_a_trusted_proxy_the_last_foreign_hop_counts() {
        let proxy: Network = "192.0.2.1".parse().unwrap();
        let of = |forwarded: &[&str]| network(&request("192.0.2.1", forwarded), &[proxy]).to_string();
        assert_eq!(of(&["198.51.100.7, 203.0.113.9"]), "203.0.113.9", "the left part is the client's own claim");
        assert_eq!(of(&["203.0.113.9", "192.0.2.1"]), "203.0.113.9");
        assert_eq!(of(&["nonsense"]), "192.0.2.1");
        assert_eq!(of(&[]), "192.0.2.1");
    }

    fn showing(peer: &str, own: Option<&str>, handed_on: &[(&'static str, String)]) -> Request {
        let mut request = request(peer, &[]);
        request.extensions_mut().insert(Shown(own.and_then(|c| DeviceCertificate::new(vec![c.as_bytes().to_vec()]))));
        for (name, value) in handed_on {
            request.headers_mut().append(*name, HeaderValue::from_str(value).unwrap());
        }
        request
    }

    /// RFC 9440, 4: only a trusted proxy's word counts, and then its own certificate does not; the headers go no further.
    #[test]
    fn a_certificate_is_the_connections_own_or_a_trusted_proxys_word() {
        let trusted: [Network; 1] = ["10.0.0.0/24".parse().unwrap()];
        let word = [("client-cert", client_cert::tests::item(b"device"))];
        let named = |c: Option<DeviceCertificate>| c.map(|c| String::from_utf8(c.parts().0.to_vec()).unwrap());
        for (peer, own, handed_on, counts) in [
            ("192.0.2.1", None, &word[..], None),
            ("192.0.2.1", Some("own"), &word[..], Some("own")),
            ("192.0.2.1", Some("own"), &[], Some("own")),
            ("10.0.0.9", None, &word[..], Some("device")),
            ("10.0.0.9", Some("proxy"), &word[..], Some("device")),
            ("10.0.0.9", Some("proxy"), &[], None),
        ] {
            let mut request = showing(peer, own, handed_on);
            assert_eq!(named(certificate(&mut request, &trusted)).as_deref(), counts, "{peer} {own:?}");
            assert!(!request.headers().contains_key("client-cert"));
        }
    }

    #[test]
    fn user_agents_are_shortened_and_cleaned() {
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, HeaderValue::from_str(&"a\tb".repeat(200)).unwrap());
        let agent = user_agent(&headers);
        assert!(agent.len() <= 200 && !agent.contains('\t'));
    }
}
