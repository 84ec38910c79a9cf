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
