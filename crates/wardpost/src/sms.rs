//! Text messages through any gateway that can be spoken to by HTTP. TLS is verified; plain HTTP goes to this machine only.

use crate::config::{BodyFormat, Sms};
use anyhow::{Context as _, Result};
use async_trait::async_trait;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Method, Request, Uri};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::path::Path;
use std::time::Duration;
use wardpost_core::ports::SmsGateway;
use wardpost_model::PhoneNumber;

/// What a gateway's answer may hold; it is read to keep the connection and then forgotten.
const MAX_ANSWER: usize = 64 * 1024;

/// Where no gateway is configured.
pub struct NoSms;

#[async_trait]
impl SmsGateway for NoSms {
    async fn send(&self, _: &PhoneNumber, _: &str) -> Result<(), String> {
        Err("no gateway for text messages is configured (section [sms])".to_owned())
    }
}

/// A gateway spoken to by HTTP.
pub struct HttpSms {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    config: Sms,
    method: Method,
    headers: Vec<(HeaderName, HeaderValue)>,
    timeout: Duration,
}

/// Checks a section; gives the key and what was expected of it.
pub fn check(sms: &Sms) -> Result<(), (&'static str, String)> {
    let url: Uri =
        fill(&sms.url, "+31600000000", "0", Escape::Url).parse().map_err(|_| ("url", "expected a URL".to_owned()))?;
    let host = url.host().unwrap_or_default();
    let here = matches!(host, "localhost" | "127.0.0.1" | "[::1]" | "::1");
    match url.scheme_str() {
        Some("https") if !host.is_empty() => {}
        Some("http") if here => {}
        Some("http") => return Err(("url", "http:// is only for this machine; expected https://…".to_owned())),
        _ => return Err(("url", "expected https://…".to_owned())),
    }
    if !matches!(sms.method.as_str(), "POST" | "PUT" | "GET") {
        return Err(("method", "expected POST, PUT or GET".to_owned()));
    }
    if !format!("{}{}", sms.url, sms.body).contains("{text}") {
        return Err(("body", "expected {to} and {text} in the body or the URL".to_owned()));
    }
    for (name, value) in &sms.headers {
        let good = HeaderName::try_from(name.as_str()).is_ok() && HeaderValue::from_str(value).is_ok();
        if !good {
            return Err(("headers", format!("\"{name}\" is no header that can be sent")));
        }
    }
    if let Some(name) = &sms.secret_header
        && HeaderName::try_from(name.as_str()).is_err()
    {
        return Err(("secret_header", "expected the name of a header".to_owned()));
    }
    if sms.secret_file.is_some() && sms.secret_header.is_none() {
        return Err(("secret_file", "needs secret_header beside it".to_owned()));
    }
    if sms.timeout_seconds == 0 || sms.timeout_seconds > 60 {
        return Err(("timeout_seconds", "expected 1 to 60".to_owned()));
    }
    Ok(())
}

impl HttpSms {
    /// A gateway as configured; reads the secret.
    ///
    /// # Errors
    /// When the secret can't be read.
    pub fn new(config: &Sms) -> Result<Self> {
        let mut headers = Vec::new();
        for (name, value) in &config.headers {
            headers.push((HeaderName::try_from(name.as_str())?, HeaderValue::from_str(value)?));
        }
        if let Some(name) = &config.secret_header {
            let mut value = HeaderValue::from_str(&secret(config.secret_file.as_deref())?)
                .map_err(|_| anyhow::anyhow!("the SMS gateway's secret can't stand in a header"))?;
            value.set_sensitive(true);
            headers.push((HeaderName::try_from(name.as_str())?, value));
        }
        let connector = hyper_rustls::HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::aws_lc_rs::default_provider())
            .context("TLS for the SMS gateway")?
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(2)
            .build(connector);
        let method = Method::from_bytes(config.method.as_bytes())?;
        let timeout = Duration::from_secs(u64::from(config.timeout_seconds));
        Ok(Self { client, method, headers, timeout, config: config.clone() })
    }

    fn request(&self, to: &str, text: &str) -> Result<Request<Full<Bytes>>> {
        let escape = match self.config.body_format {
            BodyFormat::Json => Escape::Json,
            BodyFormat::Form => Escape::Url,
        };
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(fill(&self.config.url, to, text, Escape::Url))
            .body(Full::new(Bytes::from(fill(&self.config.body, to, text, escape))))?;
        request.headers_mut().extend(self.headers.iter().cloned());
        Ok(request)
    }
}

#[async_trait]
impl SmsGateway for HttpSms {
    async fn send(&self, to: &PhoneNumber, text: &str) -> Result<(), String> {
        let request = self.request(to.as_str(), text).map_err(|_| "the request can't be built".to_owned())?;
        let exchange = async {
            let response = self.client.request(request).await.map_err(|e| reason(&e))?;
            let status = response.status();
            let _ = Limited::new(response.into_body(), MAX_ANSWER).collect().await;
            if status.is_success() { Ok(()) } else { Err(format!("the gateway answered {}", status.as_u16())) }
        };
        tokio::time::timeout(self.timeout, exchange).await.unwrap_or_else(|_| Err("no answer in time".to_owned()))
    }
}

/// Why there was no answer: neither the number nor the text stands in it.
pub fn reason(e: &hyper_util::client::legacy::Error) -> String {
    let mut source = std::error::Error::source(e);
    let mut last = if e.is_connect() { "no connection".to_owned() } else { "the exchange failed".to_owned() };
    while let Some(s) = source {
        last = s.to_string();
        source = s.source();
    }
    last
}

fn secret(file: Option<&Path>) -> Result<String> {
    if let Ok(value) = std::env::var("WARDPOST_SMS_SECRET") {
        return Ok(value);
    }
    let file = file.context("sms.secret_header needs sms.secret_file, or WARDPOST_SMS_SECRET in the environment")?;
    let text = std::fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))?;
    Ok(text.trim().to_owned())
}

/// Where a placeholder stands.
#[derive(Clone, Copy)]
enum Escape {
    Json,
    Url,
}

/// Puts number and text in place of `{to}` and `{text}`, in one pass: what is put in is not looked at again.
fn fill(template: &str, to: &str, text: &str, escape: Escape) -> String {
    let escaped = |value: &str| match escape {
        Escape::Json => {
            let quoted = serde_json::Value::from(value).to_string();
            quoted.trim_start_matches('"').strip_suffix('"').unwrap_or_default().to_owned()
        }
        Escape::Url => value
            .bytes()
            .map(|b| {
                if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
                    char::from(b).to_string()
                } else {
                    format!("%{b:02X}")
                }
            })
            .collect(),
    };
    let mut out = String::with_capacity(template.len() + text.len());
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        rest = match (from.strip_prefix("{to}"), from.strip_prefix("{text}")) {
            (Some(after), _) => {
                out.push_str(&escaped(to));
                after
            }
            (_, Some(after)) => {
                out.push_str(&escaped(text));
                after
            }
            _ => {
                out.push('{');
                from.get(1..).unwrap_or_default()
            }
        };
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    fn section(url: &str) -> Sms {
        toml::from_str(&format!(
            "url = \"{url}\"\nheaders = {{ Content-Type = \"application/json\" }}\nbody = '{{\"to\": \"{{to}}\", \"m\": \"{{text}}\"}}'"
        ))
        .unwrap()
    }

    /// Answers one request with a status line and gives what it was sent.
    async fn gateway(answer: &'static str) -> (String, tokio::task::JoinHandle<String>) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/send", listener.local_addr().unwrap());
        let task = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut got = Vec::new();
            let mut buffer = [0; 4096];
            while !got.ends_with(b"}") {
                let n = stream.read(&mut buffer).await.unwrap();
                assert!(n > 0);
                got.extend_from_slice(&buffer[..n]);
            }
            stream.write_all(answer.as_bytes()).await.unwrap();
            String::from_utf8(got).unwrap()
        });
        (url, task)
    }

    #[tokio::test]
    async fn the_gateway_gets_number_and_text_escaped_for_where_they_stand() {
        let (url, got) = gateway("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n").await;
        let sms = HttpSms::new(&section(&url)).unwrap();
        sms.send(&"+31612345678".parse().unwrap(), "Code \"{to}\"\n123456").await.unwrap();
        let request = got.await.unwrap();
        assert!(request.starts_with("POST /send HTTP/1.1\r\n"), "{request}");
        assert!(request.ends_with(r#"{"to": "+31612345678", "m": "Code \"{to}\"\n123456"}"#), "{request}");
    }

    #[tokio::test]
    async fn a_refusal_is_told_without_number_and_text() {
        let (url, got) = gateway("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n").await;
        let sms = HttpSms::new(&section(&url)).unwrap();
        let e = sms.send(&"+31612345678".parse().unwrap(), "123456").await.unwrap_err();
        assert_eq!(e, "the gateway answered 503");
        got.await.unwrap();
        let e = sms.send(&"+31612345678".parse().unwrap(), "123456").await.unwrap_err();
        assert!(!e.contains("123456") && !e.contains("345678"), "{e}");
    }

    #[test]
    fn only_this_machine_is_spoken_to_without_tls() {
        assert_eq!(check(&section("http://sms.example/send")).unwrap_err().0, "url");
        assert_eq!(check(&section("ftp://sms.example/send")).unwrap_err().0, "url");
        check(&section("https://sms.example/send?to={to}")).unwrap();
        check(&section("http://localhost:9/send")).unwrap();
    }

    #[test]
    fn forms_are_percent_encoded() {
        assert_eq!(fill("to={to}&m={text}&x={", "+31", "a&b é", Escape::Url), "to=%2B31&m=a%26b%20%C3%A9&x={");
    }
}
