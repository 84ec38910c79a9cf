//! Speaks with identity providers by HTTP. TLS is verified; plain HTTP goes to this machine only, and only where the web app
//! itself is without TLS (demonstration and development). No redirect is followed: tokens and keys come from where we asked.

use anyhow::{Context as _, Result};
use async_trait::async_trait;
use base64::prelude::*;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Uri};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;
use wardpost_core::ports::{ProviderClient, TokenRequest};

const MAX_ANSWER: usize = 256 * 1024;
const PATIENCE: Duration = Duration::from_secs(10);

/// Providers spoken to by HTTP.
pub struct HttpProvider {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    plain: bool,
}

impl HttpProvider {
    /// `extra_roots`: PEM of authorities that are trusted besides those of browsers; `plain`: this machine may be spoken to
    /// without TLS.
    ///
    /// # Errors
    /// When the roots can't be read.
    pub fn new(extra_roots: Option<&[u8]>, plain: bool) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        for certificate in CertificateDer::pem_slice_iter(extra_roots.unwrap_or_default()) {
            roots.add(certificate.context("identity.trust_roots: not PEM")?).context("identity.trust_roots")?;
        }
        let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector =
            hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(2)
            .build(connector);
        Ok(Self { client, plain })
    }

    async fn ask(&self, request: Request<Full<Bytes>>) -> Result<Vec<u8>, String> {
        let uri = request.uri();
        let here = matches!(uri.host().unwrap_or_default(), "localhost" | "127.0.0.1" | "[::1]");
        if uri.scheme_str() != Some("https") && !(self.plain && here && uri.scheme_str() == Some("http")) {
            return Err("only https is spoken".to_owned());
        }
        let exchange = async {
            let response = self.client.request(request).await.map_err(|e| crate::sms::reason(&e))?;
            let (head, body) = response.into_parts();
            if !head.status.is_success() {
                return Err(format!("the provider answered {}", head.status.as_u16()));
            }
            let kind = head.headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
            let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            if !(kind == "application/json" || kind.starts_with("application/") && kind.ends_with("+json")) {
                return Err("the provider's answer is not JSON".to_owned());
            }
            let body = Limited::new(body, MAX_ANSWER).collect().await;
            let body = body.map_err(|_| "the provider's answer broke off, or is too long".to_owned())?;
            Ok(body.to_bytes().to_vec())
        };
        tokio::time::timeout(PATIENCE, exchange).await.unwrap_or_else(|_| Err("no answer in time".to_owned()))
    }
}

#[async_trait]
impl ProviderClient for HttpProvider {
    async fn read(&self, url: &str) -> Result<Vec<u8>, String> {
        let uri: Uri = url.parse().map_err(|_| "not an address".to_owned())?;
        let request = Request::get(uri).header(ACCEPT, "application/json").body(Full::default());
        self.ask(request.map_err(|_| "the request can't be built".to_owned())?).await
    }

    async fn exchange(&self, r: &TokenRequest<'_>) -> Result<Vec<u8>, String> {
        let built = || -> Result<Request<Full<Bytes>>> {
            let basic = format!("{}:{}", encoded(r.client_id), encoded(r.client_secret));
            let mut basic = HeaderValue::from_str(&format!("Basic {}", BASE64_STANDARD.encode(basic)))?;
            basic.set_sensitive(true);
            let pairs = [
                ("grant_type", "authorization_code"),
                ("code", r.code),
                ("redirect_uri", r.redirect_uri),
                ("code_verifier", r.verifier),
            ];
            let body: Vec<String> = pairs.iter().map(|(k, v)| format!("{k}={}", encoded(v))).collect();
            Ok(Request::builder()
                .method(Method::POST)
                .uri(r.endpoint)
                .header(ACCEPT, "application/json")
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(AUTHORIZATION, basic)
                .body(Full::new(Bytes::from(body.join("&"))))?)
        };
        self.ask(built().map_err(|_| "the request can't be built".to_owned())?).await
    }
}

/// As forms write it.
fn encoded(value: &str) -> String {
    let sign = |b: u8| {
        if b.is_ascii_alphanumeric() || b"-._~".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }
    };
    value.bytes().map(sign).collect()
}

/// Where the program serves nobody.
pub struct NoProvider;

#[async_trait]
impl ProviderClient for NoProvider {
    async fn read(&self, _: &str) -> Result<Vec<u8>, String> {
        Err("nothing is asked of the outside here".to_owned())
    }
    async fn exchange(&self, _: &TokenRequest<'_>) -> Result<Vec<u8>, String> {
        Err("nothing is asked of the outside here".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    /// Answers one request, and gives what it was sent.
    async fn provider(answer: &'static str) -> (String, tokio::task::JoinHandle<String>) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut got = vec![0; 8192];
            let n = stream.read(&mut got).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
            String::from_utf8_lossy(&got[..n]).into_owned()
        });
        (url, task)
    }

    fn client() -> HttpProvider {
        HttpProvider::new(None, true).unwrap()
    }

    /// RFC 6749, 2.3.1: identifier and secret are form-encoded before they become HTTP Basic.
    #[tokio::test]
    async fn a_code_is_exchanged_with_the_clients_secret() {
        let (url, got) =
            provider("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}").await;
        let endpoint = format!("{url}/token");
        let request = TokenRequest {
            endpoint: &endpoint,
            client_id: "a b",
            client_secret: "p:w",
            code: "c&d",
            verifier: "v",
            redirect_uri: "https://x/y",
        };
        assert_eq!(client().exchange(&request).await.unwrap(), b"{}");
        let sent = got.await.unwrap();
        assert!(sent.starts_with("POST /token HTTP/1.1\r\n"), "{sent}");
        let basic = BASE64_STANDARD.encode("a%20b:p%3Aw");
        assert!(sent.contains(&format!("authorization: Basic {basic}\r\n")), "{sent}");
        assert!(
            sent.contains("grant_type=authorization_code&code=c%26d&redirect_uri=https%3A%2F%2Fx%2Fy&code_verifier=v"),
            "{sent}"
        );
    }

    #[tokio::test]
    async fn only_json_from_where_it_was_asked_is_read() {
        for (answer, why) in [
            (
                "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
                "the provider answered 302",
            ),
            (
                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\n{}",
                "the provider's answer is not JSON",
            ),
            (
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 300000\r\n\r\n",
                "the provider's answer broke off, or is too long",
            ),
            (
                "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
                "the provider answered 400",
            ),
        ] {
            let (url, task) = provider(answer).await;
            assert_eq!(client().read(&url).await.unwrap_err(), why);
            task.await.unwrap();
        }
    }

    #[tokio::test]
    async fn without_tls_only_this_machine_is_asked_and_only_in_a_demonstration() {
        let strict = HttpProvider::new(None, false).unwrap();
        for url in ["http://localhost:1/", "ftp://localhost/", "http://id.example/"] {
            assert_eq!(strict.read(url).await.unwrap_err(), "only https is spoken", "{url}");
        }
        assert_eq!(client().read("http://id.example/").await.unwrap_err(), "only https is spoken");
    }
}
