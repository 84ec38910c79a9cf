//! A native device: the client's engine with a WebSocket, as the worker of the web app has it.

use crate::harness::{Api, LIMIT, Node, Person, at_loopback};
use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use wardpost_e2ee::client::{Engine, Output};
use wardpost_e2ee::wire::{MAX_FRAME, PROTOCOL};

/// What is stored, by name.
pub type Stored = BTreeMap<String, Vec<u8>>;

enum Act {
    Command(Value, oneshot::Sender<Value>),
    /// The connection breaks; nothing: it stays so until [`Act::Turn`].
    Cut,
    /// Connects to this node from now on.
    Turn(String),
    Snapshot(oneshot::Sender<Stored>),
    /// The program starts again with this.
    Restore(Stored),
}

/// A running device.
pub struct Device {
    acts: mpsc::UnboundedSender<Act>,
    status: watch::Receiver<Value>,
    task: tokio::task::JoinHandle<()>,
}

struct Running {
    engine: Engine,
    stored: Stored,
    base: Option<String>,
    cookie: String,
    socket: Option<WebSocketStream<TcpStream>>,
    answers: HashMap<u32, oneshot::Sender<Value>>,
    next: u32,
    wake_ms: Option<i64>,
    retry: Duration,
    status: watch::Sender<Value>,
    seen: watch::Sender<u64>,
}

fn now_ms() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

impl Device {
    /// A new device of somebody who is signed in.
    pub fn start(person: &Person, node: &Node) -> Self {
        Self::of(&person.api, node)
    }

    fn of(api: &Api, node: &Node) -> Self {
        let (acts, inbox) = mpsc::unbounded_channel();
        let (status, seen_status) = watch::channel(Value::Null);
        let running = Running {
            engine: Engine::new(Vec::new()).unwrap(),
            stored: Stored::new(),
            base: Some(at_loopback(&node.ready.public_url)),
            cookie: api.cookie.clone().unwrap(),
            socket: None,
            answers: HashMap::new(),
            next: 0,
            wake_ms: None,
            retry: Duration::ZERO,
            status,
            seen: watch::channel(0).0,
        };
        let task = tokio::spawn(running.run(inbox));
        Self { acts, status: seen_status, task }
    }

    /// Waits for a state: `ready`, `new_account`, ...
    pub async fn until(&mut self, state: &str) {
        let arrived = self.status.wait_for(|s| s["state"] == state && (state != "ready" || s["online"] == true));
        tokio::time::timeout(LIMIT, arrived).await.unwrap_or_else(|_| panic!("not {state}")).unwrap();
    }

    /// Asks for something; gives the whole answer.
    pub async fn ask(&self, command: Value) -> Value {
        let (answer, answered) = oneshot::channel();
        self.acts.send(Act::Command(command.clone(), answer)).unwrap();
        let answer = tokio::time::timeout(LIMIT, answered).await;
        answer.unwrap_or_else(|_| panic!("no answer to {command}")).unwrap_or(Value::Null)
    }

    /// Asks for something that must be done.
    pub async fn ok(&self, command: Value) -> Value {
        let answer = self.ask(command.clone()).await;
        assert!(answer["ok"].is_object(), "{command}: {answer}");
        answer["ok"].clone()
    }

    pub fn cut(&self) {
        let _ = self.acts.send(Act::Cut);
    }

    pub fn turn_to(&self, node: &Node) {
        let _ = self.acts.send(Act::Turn(at_loopback(&node.ready.public_url)));
    }

    pub async fn snapshot(&self) -> Stored {
        let (give, given) = oneshot::channel();
        self.acts.send(Act::Snapshot(give)).unwrap();
        given.await.unwrap()
    }

    pub fn restore(&self, stored: Stored) {
        let _ = self.acts.send(Act::Restore(stored));
    }

    /// First device of an account; gives the recovery code.
    pub async fn set_up(&mut self) -> String {
        self.until("new_account").await;
        let made = self.ok(json!({ "command": "set_up", "device_name": "test" })).await;
        self.until("ready").await;
        made["recovery_code"].as_str().unwrap().to_owned()
    }

    /// A further device, by the recovery code.
    pub async fn recover(&mut self, code: &str) {
        self.until("new_device").await;
        self.ok(json!({ "command": "recover", "code": code, "device_name": "further" })).await;
        self.until("ready").await;
    }

    pub async fn say(&self, conversation: &str, text: &str) {
        self.ok(json!({ "command": "send", "conversation": conversation, "text": text, "urgent": false,
            "reply_to": null, "mentions": [] }))
            .await;
    }

    /// Everything that was said, oldest first, with what isn't simply there as `<state why>`; nothing if it isn't known here.
    pub async fn texts(&self, conversation: &str) -> Option<Vec<String>> {
        let mut timeline = self.ask(json!({ "command": "open", "conversation": conversation })).await;
        while timeline["ok"]["more"] == true {
            timeline = self.ask(json!({ "command": "older", "conversation": conversation })).await;
        }
        let items = timeline["ok"]["items"].as_array()?;
        let text = |i: &Value| match i["state"].as_str().unwrap() {
            "sent" => i["text"].as_str().unwrap().to_owned(),
            state => format!("<{state} {}>", i["why"].as_str().unwrap_or_default()),
        };
        Some(items.iter().filter(|i| i["kind"] == "message").map(text).collect())
    }

    /// Waits until it shows just that.
    pub async fn shows(&self, conversation: &str, texts: &[&str]) {
        let began = std::time::Instant::now();
        loop {
            let shown = self.texts(conversation).await.unwrap_or_default();
            if shown == texts {
                return;
            }
            assert!(began.elapsed() < LIMIT, "shows {shown:?}, not {texts:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Running {
    async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Act>) {
        loop {
            if self.socket.is_none() && self.base.is_some() {
                self.connect().await;
            }
            let wake = match (self.wake_ms, self.socket.is_none() && self.base.is_some()) {
                (_, true) => self.retry,
                (Some(at), _) => Duration::from_millis(u64::try_from((at - now_ms()).max(1)).unwrap()),
                (None, _) => Duration::from_secs(3600),
            };
            tokio::select! {
                act = inbox.recv() => match act {
                    Some(act) => self.act(act).await,
                    None => return,
                },
                frame = next(&mut self.socket) => match frame {
                    Some(Ok(Message::Binary(bytes))) => {
                        self.engine.receive(&bytes, now_ms());
                        self.drain().await;
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    _ => self.lost().await,
                },
                () = tokio::time::sleep(wake) => {
                    self.engine.tick(now_ms());
                    self.drain().await;
                }
            }
        }
    }

    async fn connect(&mut self) {
        let Some(base) = &self.base else { return };
        let address = base.trim_start_matches("http://").to_owned();
        let connected = async {
            let stream = TcpStream::connect(&address).await.ok()?;
            let url = format!("ws://{}/api/v1/conversations/socket", address.replace("127.0.0.1", "localhost"));
            let mut request = url.into_client_request().ok()?;
            let headers = request.headers_mut();
            headers.insert("cookie", self.cookie.parse().ok()?);
            headers.insert("origin", base.replace("127.0.0.1", "localhost").parse().ok()?);
            headers.insert("sec-websocket-protocol", PROTOCOL.parse().ok()?);
            let config =
                WebSocketConfig::default().max_message_size(Some(4 * MAX_FRAME)).max_frame_size(Some(4 * MAX_FRAME));
            client_async_with_config(request, stream, Some(config)).await.ok()
        };
        match tokio::time::timeout(Duration::from_secs(10), connected).await {
            Ok(Some((socket, _))) => {
                self.socket = Some(socket);
                self.retry = Duration::ZERO;
                self.engine.connected(now_ms());
                self.drain().await;
            }
            _ => self.retry = (self.retry * 2).clamp(Duration::from_millis(50), Duration::from_secs(2)),
        }
    }

    async fn lost(&mut self) {
        self.socket = None;
        self.engine.disconnected();
        self.drain().await;
    }

    async fn act(&mut self, act: Act) {
        match act {
            Act::Command(command, answer) => {
                self.next += 1;
                self.answers.insert(self.next, answer);
                self.engine.command(self.next, &command.to_string(), now_ms());
                self.drain().await;
            }
            Act::Cut => {
                self.base = None;
                self.lost().await;
            }
            Act::Turn(base) => {
                self.base = Some(base);
                self.retry = Duration::ZERO;
                self.lost().await;
            }
            Act::Snapshot(give) => drop(give.send(self.stored.clone())),
            Act::Restore(stored) => {
                self.stored = stored;
                self.socket = None;
                self.engine = Engine::new(self.stored.clone().into_iter().collect()).unwrap();
            }
        }
    }

    async fn drain(&mut self) {
        let Output { writes, frames, events, wake_ms, close } = self.engine.drain();
        for (name, value) in writes {
            match value {
                Some(value) => self.stored.insert(name, value),
                None => self.stored.remove(&name),
            };
        }
        self.wake_ms = wake_ms;
        for event in events {
            let mut event: Value = serde_json::from_str(&event).unwrap();
            if let Some(id) = event.get("answer").and_then(Value::as_u64) {
                if let Some(waiting) = self.answers.remove(&u32::try_from(id).unwrap()) {
                    let _ = waiting.send(event);
                }
            } else if event["event"] == "status" {
                self.status.send_replace(event["status"].take());
            }
            self.seen.send_modify(|n| *n += 1);
        }
        let mut broken = close;
        if let Some(socket) = &mut self.socket {
            for frame in frames {
                broken |= socket.send(Message::Binary(Bytes::from(frame))).await.is_err();
            }
        }
        if broken {
            self.socket = None;
            self.engine.disconnected();
            Box::pin(self.drain()).await;
        }
    }
}

async fn next(
    socket: &mut Option<WebSocketStream<TcpStream>>,
) -> Option<Result<Message, tokio_tungstenite::tungstenite::Error>> {
    match socket {
        Some(socket) => socket.next().await,
        None => std::future::pending().await,
    }
}
