//! Real sockets: what is refused to listen on, and how serving ends.

use super::*;
use crate::{Listener, ServeError, serve};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

#[tokio::test]
async fn plain_http_is_not_served_to_other_machines() {
    let web = Web::new().await;
    let open = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let refused = serve(web.state.clone(), vec![Listener::Plain(open)], std::future::pending()).await;
    assert!(matches!(refused, Err(ServeError::PlainOutside(_))));
}

async fn exchange(stream: &mut TcpStream, request: &str, until: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    let reading = async {
        let mut piece = [0; 4096];
        while !text.contains(until) {
            let n = stream.read(&mut piece).await.unwrap();
            assert!(n > 0, "closed without {until:?}: {text}");
            text.push_str(&String::from_utf8_lossy(&piece[..n]));
        }
    };
    tokio::time::timeout(Duration::from_secs(10), reading).await.expect("an answer in time");
    text
}

#[tokio::test]
async fn requests_are_answered_and_the_end_waits_for_nobody_who_only_listens() {
    let web = Web::new().await;
    let anna = web.person("clinician", "Anna", "anna@clinic.example").await;
    let browser = web.sign_in(&anna).await;
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let ended = async move { stopped.await.unwrap_or_default() };
    let server = tokio::spawn(serve(web.state.clone(), vec![Listener::Plain(socket)], ended));

    let mut idle = TcpStream::connect(address).await.unwrap();
    let health = exchange(&mut idle, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n", "ok\n").await;
    assert!(health.starts_with("HTTP/1.1 200"), "{health}");
    let mut listening = TcpStream::connect(address).await.unwrap();
    let request = format!("GET /api/v1/events HTTP/1.1\r\nhost: x\r\ncookie: {}\r\n\r\n", browser.cookie.unwrap());
    exchange(&mut listening, &request, ": here").await;
    let mut wrong = TcpStream::connect(address).await.unwrap();
    assert!(exchange(&mut wrong, "NONSENSE\r\n\r\n", "400").await.starts_with("HTTP/1.1 400"));

    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(10), server).await.expect("ends soon").unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "nobody answers any more");
}

/// A server certificate, and who believes it.
fn certificate() -> (rustls::ServerConfig, rustls::ClientConfig) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut server = rustls::ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    server.alpn_protocols = crate::alpn_protocols();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let client = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    (server, client)
}

#[tokio::test]
async fn over_tls_both_versions_of_http_are_spoken() {
    let web = Web::new().await;
    let (server, client) = certificate();
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let listener = Listener::Tls(socket, Arc::new(server));
    tokio::spawn(serve(web.state.clone(), vec![listener], std::future::pending()));
    for protocol in crate::alpn_protocols() {
        let mut client = client.clone();
        client.alpn_protocols = vec![protocol.clone()];
        let connector = tokio_rustls::TlsConnector::from(Arc::new(client));
        let name = rustls::pki_types::ServerName::try_from("localhost").unwrap();
        let stream = connector.connect(name, TcpStream::connect(address).await.unwrap()).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&protocol[..]));
        let io = hyper_util::rt::TokioIo::new(stream);
        let request = Request::get("https://localhost/healthz").body(Body::empty()).unwrap();
        let response = if protocol == b"h2" {
            let executor = hyper_util::rt::TokioExecutor::new();
            let (mut sender, connection) = hyper::client::conn::http2::handshake(executor, io).await.unwrap();
            tokio::spawn(connection);
            sender.send_request(request).await.unwrap()
        } else {
            let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
            tokio::spawn(connection);
            sender.send_request(request).await.unwrap()
        };
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    }
}
