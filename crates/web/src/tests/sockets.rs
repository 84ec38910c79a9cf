//! Conversations over the real port: who gets a WebSocket, what goes over it, and when it ends.

use super::*;
use crate::{Listener, serve};
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use wardpost_core::testing::phone::{Asks, Phone, done, placed};
use wardpost_e2ee::Id;
use wardpost_e2ee::wire::{Ask, Kind, Op, PROTOCOL, Push, Refusal, Reply, ServerFrame, decode, encode};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

const PATIENCE: Duration = Duration::from_secs(20);

/// An organisation that is served on a port of this machine.
struct Served {
    web: Web,
    port: u16,
    server: JoinHandle<Result<(), crate::ServeError>>,
    stop: Option<oneshot::Sender<()>>,
}

impl Served {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }
    async fn with(configure: impl FnOnce(&mut WebConfig)) -> Self {
        let web = Web::with(configure).await;
        let (live, conversations) = (web.house.core.clone(), web.house.core.clone());
        tokio::spawn(async move { live.run_live().await });
        tokio::spawn(async move { conversations.run_conversations().await });
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = socket.local_addr().unwrap().port();
        let (stop, stopped) = oneshot::channel::<()>();
        let ended = async move { stopped.await.unwrap_or_default() };
        let server = tokio::spawn(serve(web.state.clone(), vec![Listener::Plain(socket)], ended));
        Self { web, port, server, stop: Some(stop) }
    }

    /// Opens a WebSocket as a browser would, with these headers besides.
    async fn open(&self, headers: &[(&str, &str)]) -> Result<Socket, Error> {
        let url = format!("ws://127.0.0.1:{}/api/v1/conversations/socket", self.port);
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            let name: http::HeaderName = name.parse().unwrap();
            request.headers_mut().append(name, value.parse().unwrap());
        }
        tokio_tungstenite::connect_async(request).await.map(|(socket, _)| socket)
    }

    async fn connect(&self, browser: &Browser) -> Socket {
        let cookie = browser.cookie.clone().unwrap();
        let headers = [("origin", ORIGIN), ("cookie", &cookie), ("sec-websocket-protocol", PROTOCOL)];
        self.open(&headers).await.unwrap()
    }

    /// Somebody with a device.
    async fn phone(&self, role: &str, name: &str) -> (Browser, Phone<Link>, Heard) {
        let login = format!("{}@clinic.example", name.to_lowercase());
        let person = self.web.person(role, name, &login).await;
        let browser = self.web.sign_in(&person).await;
        let (link, mut heard) = Link::over(self.connect(&browser).await);
        let challenge = heard.next().await;
        let phone = Phone::first(link, &challenge.into()).await;
        (browser, phone, heard)
    }
}

/// Refused with this status and reason.
fn refused(answer: Result<Socket, Error>) -> (u16, String) {
    match answer {
        Err(Error::Http(response)) => {
            let body: Value = serde_json::from_slice(response.body().as_deref().unwrap_or_default()).unwrap();
            (response.status().as_u16(), body["detail"].as_str().unwrap_or_default().to_owned())
        }
        other => panic!("{:?}", other.map(|_| "a connection")),
    }
}

type Waiting = Arc<Mutex<HashMap<u32, oneshot::Sender<Reply>>>>;

/// A client's side of a connection: questions get their answers, in whatever order those come.
struct Link {
    last: AtomicU32,
    out: tokio::sync::Mutex<SplitSink<Socket, Message>>,
    waiting: Waiting,
}

/// What the server says unasked, encoded; then the code with which it closed.
struct Heard {
    pushes: mpsc::UnboundedReceiver<Vec<u8>>,
    end: oneshot::Receiver<Option<u16>>,
}

impl Link {
    fn over(socket: Socket) -> (Self, Heard) {
        let (out, from) = socket.split();
        let waiting = Waiting::default();
        let (tell, pushes) = mpsc::unbounded_channel();
        let (over, end) = oneshot::channel();
        tokio::spawn(listen(from, Arc::clone(&waiting), tell, over));
        (Self { last: AtomicU32::new(0), out: tokio::sync::Mutex::new(out), waiting }, Heard { pushes, end })
    }

    async fn raw(&self, message: Message) {
        self.out.lock().await.send(message).await.unwrap();
    }

    /// Sends a question; the answer comes later.
    async fn send(&self, op: Op) -> oneshot::Receiver<Reply> {
        let number = self.last.fetch_add(1, Ordering::SeqCst) + 1;
        let (answer, answered) = oneshot::channel();
        self.waiting.lock().unwrap().insert(number, answer);
        self.raw(Message::Binary(encode(&Ask { number, op }).into())).await;
        answered
    }
}

impl Asks for Link {
    async fn ask(&self, op: Op) -> Reply {
        let answer = self.send(op).await;
        tokio::time::timeout(PATIENCE, answer).await.expect("an answer in time").expect("an answer")
    }
}

async fn listen(
    mut from: SplitStream<Socket>,
    waiting: Waiting,
    tell: mpsc::UnboundedSender<Vec<u8>>,
    over: oneshot::Sender<Option<u16>>,
) {
    let mut code = None;
    while let Some(Ok(message)) = from.next().await {
        match message {
            Message::Binary(frame) => match decode(&frame).unwrap() {
                ServerFrame::Answer(answer) => {
                    let waits = waiting.lock().unwrap().remove(&answer.number).expect("one answer a question");
                    let _ = waits.send(answer.reply);
                }
                ServerFrame::Push(_) => drop(tell.send(frame.to_vec())),
            },
            Message::Close(frame) => code = frame.map(|f| u16::from(f.code)),
            _ => {}
        }
    }
    let _ = over.send(code);
}

impl Heard {
    async fn next(&mut self) -> Vec<u8> {
        tokio::time::timeout(PATIENCE, self.pushes.recv()).await.expect("something in time").expect("something")
    }
    async fn push(&mut self) -> Push {
        match decode(&self.next().await).unwrap() {
            ServerFrame::Push(push) => push,
            ServerFrame::Answer(_) => unreachable!("answers go elsewhere"),
        }
    }
    /// Reads until something of a kind has come.
    async fn until<T>(&mut self, wanted: impl Fn(Push) -> Option<T>) -> T {
        loop {
            if let Some(found) = wanted(self.push().await) {
                return found;
            }
        }
    }
    /// Why it ended, by the last frame and by the code.
    async fn end(mut self) -> (Option<String>, Option<u16>) {
        let mut last = None;
        while let Some(frame) = tokio::time::timeout(PATIENCE, self.pushes.recv()).await.expect("an end in time") {
            last = match decode(&frame).unwrap() {
                ServerFrame::Push(Push::Over(why)) => Some(why),
                _ => None,
            };
        }
        (last, self.end.await.unwrap())
    }
}

#[tokio::test]
async fn what_is_said_goes_over_the_real_port() {
    let served = Served::new().await;
    let (of_anna, mut anna, mut annas) = served.phone("physician", "Anna").await;
    let (_, mut bert, mut berts) = served.phone("nurse", "Bert").await;
    let id = anna.begin(Kind::Direct, &[bert.person()], None).await.unwrap();
    let begun = berts.until(|push| match push {
        Push::Conversation(c) => Some(c.id),
        _ => None,
    });
    assert_eq!(begun.await, id);
    bert.join(id).await;
    // Asked one after the other without waiting: they keep their order.
    let mut answers = Vec::new();
    for n in 0..50 {
        answers.push(anna.link.send(Op::Append(Box::new(anna.message(id, &n.to_string(), 0)))).await);
    }
    for (answer, seq) in answers.into_iter().zip(2..) {
        assert_eq!(placed(answer.await.unwrap()), Ok(seq));
    }
    // Bert's first entry came before the line of the list.
    for (heard, first) in [(&mut annas, 1), (&mut berts, 2)] {
        let mut seqs = Vec::new();
        while seqs.last() != Some(&51) {
            seqs.extend(
                heard
                    .until(|push| match push {
                        Push::Entries { entries, .. } => Some(entries.iter().map(|e| e.seq).collect::<Vec<_>>()),
                        _ => None,
                    })
                    .await,
            );
        }
        assert_eq!(seqs, (first..=51).collect::<Vec<_>>());
    }
    let read = bert.read(id).await;
    assert_eq!(read.iter().map(|(_, _, t)| t.parse().unwrap()).collect::<Vec<u32>>(), (0..50).collect::<Vec<_>>());
    let listed = served.web.get(&of_anna, "/conversations").await.ok();
    assert_eq!(listed["items"][0]["id"], id.to_string());
    assert_eq!(listed["items"][0]["kind"], "direct");
    assert_eq!(listed["next_cursor"], Value::Null);
    assert_eq!(bert.link.ask(Op::Ping).await, Reply::Done);
}

#[tokio::test]
async fn only_the_apps_own_pages_of_who_may_get_a_connection() {
    let served = Served::with(|c| c.limits.sockets = 1).await;
    let anna = served.web.person("physician", "Anna", "anna@clinic.example").await;
    let vera = served.web.person("administrator", "Vera", "vera@clinic.example").await;
    let (of_anna, of_vera) = (served.web.sign_in(&anna).await, served.web.sign_in(&vera).await);
    let (cookie, veras) = (of_anna.cookie.clone().unwrap(), of_vera.cookie.unwrap());
    let open = async |origin: Option<&str>, cookie: Option<&str>, protocol: Option<&str>| {
        let headers = [("origin", origin), ("cookie", cookie), ("sec-websocket-protocol", protocol)];
        let headers: Vec<_> = headers.iter().filter_map(|(name, value)| value.map(|v| (*name, v))).collect();
        served.open(&headers).await
    };
    let (own, ours, cookie) = (Some(ORIGIN), Some(PROTOCOL), Some(cookie.as_str()));
    let forbidden = |why: &str| (403, why.to_owned());
    assert_eq!(refused(open(None, cookie, ours).await), forbidden("cross_origin"));
    assert_eq!(refused(open(Some("https://evil.example"), cookie, ours).await), forbidden("cross_origin"));
    assert_eq!(refused(open(own, None, ours).await).0, 401);
    assert_eq!(refused(open(own, Some("__Host-wardpost=guessed"), ours).await).0, 401);
    assert_eq!(refused(open(own, Some(&veras), ours).await), forbidden("missing_permission"));
    assert_eq!(refused(open(own, cookie, None).await), (400, "subprotocol".to_owned()));
    assert_eq!(refused(open(own, cookie, Some("chat")).await), (400, "subprotocol".to_owned()));
    let plain = served.web.get(&of_anna, "/conversations/socket").await;
    assert_eq!((plain.status.as_u16(), plain.json()["detail"].as_str()), (400, Some("websocket")));
    let first = served.connect(&of_anna).await;
    assert_eq!(refused(open(own, cookie, ours).await).0, 503, "so many and no more");
    drop(first);
    let again = async {
        while open(own, cookie, ours).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, again).await.expect("a place that was given back");
}

#[tokio::test]
async fn what_is_not_the_protocol_is_refused_or_ends_the_connection() {
    let served = Served::new().await;
    let anna = served.web.person("physician", "Anna", "anna@clinic.example").await;
    let browser = served.web.sign_in(&anna).await;
    let connect = async || {
        let (link, mut heard) = Link::over(served.connect(&browser).await);
        heard.next().await;
        (link, heard)
    };
    for (message, code) in [
        (Message::Binary(vec![0xff; 10].into()), 1007),
        (Message::Binary(Vec::new().into()), 1007),
        (Message::Text("{}".into()), 1003),
    ] {
        let (link, heard) = connect().await;
        link.raw(message).await;
        assert_eq!(heard.end().await, (None, Some(code)));
    }
    let (link, _heard) = connect().await;
    // Number 7, and an operation that there isn't: [7, [99, []]].
    let (answer, answered) = oneshot::channel();
    link.waiting.lock().unwrap().insert(7, answer);
    link.raw(Message::Binary(vec![0x82, 7, 0x82, 0x18, 99, 0x80].into())).await;
    let reply = tokio::time::timeout(PATIENCE, answered).await.unwrap().unwrap();
    assert_eq!(reply, Reply::Refused(Refusal::Malformed("frame".to_owned())));
    // It goes on, but before a device has shown itself it is told nothing.
    assert_eq!(link.ask(Op::Ping).await, Reply::Done);
    let fetch = Op::Fetch { conversation: Id([1; 16]), after: 0, before: None, limit: 1 };
    assert_eq!(done(link.ask(fetch).await), Err(Refusal::Denied("hello".to_owned())));
}

#[tokio::test]
async fn a_connection_ends_with_its_session_and_with_the_right_to_converse() {
    let served = Served::new().await;
    let (of_anna, _anna, annas) = served.phone("physician", "Anna").await;
    let (_, bert, berts) = served.phone("nurse", "Bert").await;
    served.web.call(&of_anna, "DELETE", "/session", json!({})).await;
    assert_eq!(annas.end().await, (Some("signed_out".to_owned()), Some(1000)));
    let vera = served.web.person("administrator", "Vera", "vera@clinic.example").await;
    let house = &served.web.house;
    let nobody = house.ready_made_role("integration").await.unwrap().unwrap();
    let id = wardpost_model::PersonId(uuid::Uuid::from_bytes(bert.person().0));
    let version = house.house().await.unwrap().person(id).unwrap().version;
    house.set_person_roles(&vera.actor, id, version, &[nobody]).await.unwrap();
    assert_eq!(berts.end().await, (Some("signed_out".to_owned()), Some(1000)));
}

#[tokio::test]
async fn a_session_that_nobody_uses_ends_with_its_connection() {
    let served = Served::new().await;
    let (_, anna, annas) = served.phone("physician", "Anna").await;
    served.web.house.clock.advance_minutes(16);
    // What is asked over it doesn't keep the session.
    anna.link.ask(Op::Ping).await;
    assert_eq!(annas.end().await, (Some("signed_out".to_owned()), Some(1000)));
}

#[tokio::test]
async fn a_session_has_six_connections_and_the_oldest_gives_way() {
    let served = Served::new().await;
    let anna = served.web.person("physician", "Anna", "anna@clinic.example").await;
    let browser = served.web.sign_in(&anna).await;
    let mut open = Vec::new();
    for _ in 0..7 {
        let (link, mut heard) = Link::over(served.connect(&browser).await);
        heard.next().await;
        open.push((link, heard));
    }
    let (_, oldest) = open.remove(0);
    assert_eq!(oldest.end().await, (Some("closing".to_owned()), Some(1000)));
    for (link, _) in &open {
        assert_eq!(link.ask(Op::Ping).await, Reply::Done);
    }
}

#[tokio::test]
async fn the_end_of_the_server_is_told_and_soon() {
    let mut served = Served::new().await;
    let (_, _anna, annas) = served.phone("physician", "Anna").await;
    served.stop.take().unwrap().send(()).unwrap();
    assert_eq!(annas.end().await, (Some("closing".to_owned()), Some(1000)));
    tokio::time::timeout(Duration::from_secs(10), served.server).await.expect("ends soon").unwrap().unwrap();
}

#[tokio::test]
async fn too_many_questions_at_once_are_put_off() {
    let served = Served::new().await;
    let (_, anna, _heard) = served.phone("physician", "Anna").await;
    let mut answers = Vec::new();
    for _ in 0..3000 {
        answers.push(anna.link.send(Op::Ping).await);
    }
    let mut put_off = 0;
    for answer in answers {
        match answer.await.unwrap() {
            Reply::Done => {}
            Reply::Refused(Refusal::Slower(ms)) if ms > 0 => put_off += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(put_off > 0);
}
