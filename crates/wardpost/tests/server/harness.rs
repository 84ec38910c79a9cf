//! A house of its own for each test: data folder, configuration at free ports, people made by invitation over the API.

use crate::submit::Program;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufStream};
use tokio::net::TcpStream;
use wardpost_core::identity::totp;
use wardpost_core::{Clock as _, SystemClock};

pub const BIN: &str = env!("CARGO_BIN_EXE_wardpost");
pub const PASSWORD: &str = "seven quiet herons wade";
/// Longest that anything is waited for.
pub const LIMIT: Duration = Duration::from_secs(60);

/// A data folder with its configuration.
pub struct House {
    dir: tempfile::TempDir,
    environment: Vec<(&'static str, String)>,
}

/// A running server.
pub struct Node {
    child: Child,
    pub ready: Ready,
    pub log: PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Ready {
    pub public_url: String,
    pub mx: Vec<SocketAddr>,
    pub submission: Vec<SocketAddr>,
    pub submissions: Vec<SocketAddr>,
    pub metrics: Option<SocketAddr>,
}

impl House {
    /// A new house with the domain `clinic.example`; `more` is added to its configuration.
    pub fn new(more: &str) -> Self {
        Self::with(more, Vec::new())
    }

    pub fn with(more: &str, environment: Vec<(&'static str, String)>) -> Self {
        let house = Self { dir: tempfile::tempdir().unwrap(), environment };
        house.configure("node.toml", "one", more);
        let made = house.run(&[
            "init",
            "--org",
            "Clinic",
            "--domain",
            "clinic.example",
            "--admin-name",
            "Eva Smit",
            "--admin-login",
            "eva@clinic.example",
        ]);
        assert!(made.status.success(), "{}", text(&made));
        house
    }

    pub fn configure(&self, file: &str, node: &str, more: &str) {
        let config = format!(
            "[server]\npublic_url = \"http://localhost:0\"\nhost_name = \"localhost\"\ndata_dir = \"data\"\nnode = \"{node}\"\n\
             shutdown_seconds = 10\n[http]\nlisten = [\"127.0.0.1:0\"]\n[smtp]\nmx_listen = [\"127.0.0.1:0\"]\n\
             submission_listen = [\"127.0.0.1:0\"]\nsubmissions_listen = [\"127.0.0.1:0\"]\n\
             [smtp.limits]\nexempt_networks = [\"127.0.0.0/8\"]\n[metrics]\nlisten = \"127.0.0.1:0\"\n{more}"
        );
        std::fs::write(self.dir.path().join(file), config).unwrap();
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn data(&self, name: &str) -> PathBuf {
        self.dir.path().join("data").join(name)
    }

    fn command(&self, config: &str) -> Command {
        let mut command = Command::new(BIN);
        command.arg("--config").arg(self.dir.path().join(config)).envs(self.environment.iter().map(|(k, v)| (k, v)));
        command.stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, args: &[&str]) -> Output {
        self.command("node.toml").args(args).output().unwrap()
    }

    pub fn start(&self) -> Node {
        self.start_with("node.toml")
    }

    pub fn start_with(&self, config: &str) -> Node {
        let ready = self.dir.path().join(format!("{config}.ready"));
        let log = self.dir.path().join(format!("{config}.log"));
        let _ = std::fs::remove_file(&ready);
        let out = std::fs::File::options().create(true).append(true).open(&log).unwrap();
        let mut command = self.command(config);
        command.args(["serve", "--ready-file"]).arg(&ready).stdout(Stdio::null()).stderr(out);
        let mut child = command.spawn().unwrap();
        let began = Instant::now();
        while !ready.exists() {
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none(), "the server ended: {}", std::fs::read_to_string(&log).unwrap());
            assert!(began.elapsed() < LIMIT, "the server did not start");
            std::thread::sleep(Duration::from_millis(5));
        }
        let ready = serde_json::from_slice(&std::fs::read(&ready).unwrap()).unwrap();
        Node { child, ready, log }
    }

    /// Somebody who has accepted an invitation and signed in, with a personal mailbox.
    pub async fn person(&self, node: &Node, role: &str, name: &str) -> Person {
        self.person_at(Api::new(&node.ready.public_url), role, name).await
    }

    /// As [`House::person`], over a connection of one's own.
    pub async fn person_at(&self, mut api: Api, role: &str, name: &str) -> Person {
        let login = format!("{name}@clinic.example");
        let invited =
            self.run(&["admin", "invite", "--name", name, "--login", &login, "--role", role, "--mailbox", &login]);
        assert!(invited.status.success(), "{}", text(&invited));
        let said = text(&invited);
        let token = said.split_once("/invitation#").unwrap().1.split_whitespace().next().unwrap().to_owned();
        let opened = api.ok(Method::POST, "/invitations/open", Some(json!({"token": token}))).await;
        let secret = base32(opened["totp"]["secret"].as_str().unwrap());
        let now = SystemClock.now_us();
        let accept = json!({"token": token, "password": PASSWORD, "totp_code": totp::code_at(&secret, now)});
        api.ok(Method::POST, "/invitations/accept", Some(accept)).await;
        api.ok(Method::POST, "/session", Some(json!({"login": login, "password": PASSWORD}))).await;
        // A code is good once; the next one is taken half a minute early.
        let code = totp::code_at(&secret, now + 30_000_000);
        let session = api.ok(Method::POST, "/session/second-factor", Some(json!({"code": code}))).await;
        api.csrf = session["csrf"].as_str().unwrap().to_owned();
        let mailbox = session["mailboxes"].as_array().unwrap().iter().find(|m| m["address"] == login.as_str());
        let mailbox = mailbox.map_or_else(String::new, |m| m["id"].as_str().unwrap().to_owned());
        Person { api, login, mailbox }
    }
}

impl Node {
    pub fn pid(&self) -> i32 {
        i32::try_from(self.child.id()).unwrap()
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.pid().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// As a power cut.
    pub fn kill(mut self) {
        self.signal("-KILL");
        self.child.wait().unwrap();
    }

    pub fn terminate(&self) {
        self.signal("-TERM");
    }

    /// Waits for the end after [`Node::terminate`].
    pub fn ended(mut self) -> std::process::ExitStatus {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(began.elapsed() < LIMIT, "the server did not stop");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Stops it in order.
    pub fn stop(self) {
        self.terminate();
        let log = self.log.clone();
        let status = self.ended();
        assert!(status.success(), "{status}: {}", std::fs::read_to_string(log).unwrap());
    }

    pub fn mx(&self) -> SocketAddr {
        self.ready.mx[0]
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody signed in.
pub struct Person {
    pub api: Api,
    pub login: String,
    pub mailbox: String,
}

impl Person {
    /// All messages of a folder.
    pub async fn list(&mut self, folder: &str) -> Vec<Value> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/mailboxes/{}/messages?folder={folder}&limit=200{cursor}", self.mailbox);
            let page = self.api.ok(Method::GET, &path, None).await;
            all.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return all,
            }
        }
    }

    /// Subjects of the inbox.
    pub async fn subjects(&mut self) -> Vec<String> {
        self.list("inbox").await.iter().map(|m| m["subject"].as_str().unwrap().to_owned()).collect()
    }

    /// A password for a mail program.
    pub async fn device(&mut self) -> String {
        let made = self.api.ok(Method::POST, "/me/app-passwords", Some(json!({"label": "test"}))).await;
        made["password"].as_str().unwrap().to_owned()
    }
}

/// The HTTP API, as a program speaks to it.
pub struct Api {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    base: String,
    pub cookie: Option<String>,
    pub csrf: String,
}

impl Api {
    pub fn new(public_url: &str) -> Self {
        Self::over(public_url, tls_client(&[], None))
    }

    /// Over TLS as configured.
    pub fn over(public_url: &str, tls: ClientConfig) -> Self {
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Self { client, base: format!("{}/api/v1", at_loopback(public_url)), cookie: None, csrf: "1".to_owned() }
    }

    /// Speaks to another node from now on, as the same person.
    pub fn turn_to(&mut self, node: &Node) {
        self.base = format!("{}/api/v1", at_loopback(&node.ready.public_url));
    }

    pub fn request(&self, method: Method, path: &str, body: Option<Value>) -> Request<Full<Bytes>> {
        static KEYS: AtomicU64 = AtomicU64::new(0);
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("x-wardpost-csrf", &self.csrf)
            .header("content-type", "application/json")
            .header("idempotency-key", format!("key-{}", KEYS.fetch_add(1, Ordering::Relaxed)));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        request.body(Full::new(Bytes::from(body.map_or_else(String::new, |b| b.to_string())))).unwrap()
    }

    pub async fn call(&mut self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = self.request(method, path, body);
        self.send(request).await
    }

    /// Changes what had this version.
    pub async fn call_on(&mut self, method: Method, path: &str, version: &Value, body: Value) -> (u16, Value) {
        let mut request = self.request(method, path, Some(body));
        request.headers_mut().insert("if-match", format!("\"{version}\"").parse().unwrap());
        self.send(request).await
    }

    pub async fn send(&mut self, request: Request<Full<Bytes>>) -> (u16, Value) {
        let response = self.client.request(request).await.unwrap();
        for cookie in response.headers().get_all("set-cookie") {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            let kept = self.cookie.take().unwrap_or_default();
            let kept =
                kept.split("; ").filter(|c| !c.is_empty() && !c.starts_with(&format!("{name}="))).map(str::to_owned);
            self.cookie = Some(kept.chain([format!("{name}={value}")]).collect::<Vec<_>>().join("; "));
        }
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    pub async fn ok(&mut self, method: Method, path: &str, body: Option<Value>) -> Value {
        let (status, answer) = self.call(method, path, body).await;
        assert!((200..300).contains(&status), "{path}: {status} {answer}");
        answer
    }

    /// Opens the stream of live events; gives its body.
    pub async fn events(&self) -> hyper::body::Incoming {
        let response = self.client.request(self.request(Method::GET, "/events", None)).await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        response.into_body()
    }
}

/// A client that trusts these certificates, and shows this one.
pub fn tls_client(
    trusted: &[CertificateDer<'static>],
    own: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    trusted.iter().for_each(|root| roots.add(root.clone()).unwrap());
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    match own {
        Some((chain, key)) => config.with_client_auth_cert(chain, key).unwrap(),
        None => config.with_no_client_auth(),
    }
}

/// An SMTP session on the MX port, without TLS.
pub struct Smtp(BufStream<TcpStream>);

impl Smtp {
    pub async fn connect(address: SocketAddr) -> std::io::Result<Self> {
        let mut smtp = Self(BufStream::new(TcpStream::connect(address).await?));
        smtp.reply().await?;
        smtp.say("EHLO client.example").await?;
        Ok(smtp)
    }

    async fn reply(&mut self) -> std::io::Result<(u16, String)> {
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if line.as_bytes().get(3) != Some(&b'-') {
                return Ok((line.get(..3).and_then(|c| c.parse().ok()).unwrap_or(0), line));
            }
        }
    }

    pub async fn say(&mut self, line: &str) -> std::io::Result<(u16, String)> {
        self.0.write_all(format!("{line}\r\n").as_bytes()).await?;
        self.0.flush().await?;
        self.reply().await
    }

    /// Sends a message; gives the final reply. An error means that nobody said anything final.
    pub async fn send(&mut self, to: &str, subject: &str, body: &str) -> std::io::Result<(u16, String)> {
        self.say("MAIL FROM:<sender@outside.example>").await?;
        let (code, line) = self.say(&format!("RCPT TO:<{to}>")).await?;
        if code != 250 {
            self.say("RSET").await?;
            return Ok((code, line));
        }
        let (code, line) = self.say("DATA").await?;
        if code != 354 {
            return Ok((code, line));
        }
        self.say(&format!(
            "From: Sender <sender@outside.example>\r\nTo: <{to}>\r\nSubject: {subject}\r\nMessage-ID: <{subject}@outside.example>\r\n\r\n{body}\r\n."
        ))
        .await
    }
}

/// Submits over TLS as a mail program.
pub async fn submit(
    house: &House,
    node: &Node,
    user: &str,
    password: &str,
    to: &str,
    subject: &str,
) -> anyhow::Result<String> {
    let root = house.data("smtp-self-signed.crt");
    let program = Program { server: node.ready.submissions[0], name: "localhost", root: &root, user, password };
    let message = format!(
        "From: <{user}>\r\nTo: <{to}>\r\nSubject: {subject}\r\nMessage-ID: <{subject}@laptop.example>\r\n\r\nHello\r\n"
    );
    program.submit(user, &[to], message.as_bytes()).await
}

/// What a command said.
pub fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

pub fn at_loopback(url: &str) -> String {
    url.replace("localhost", "127.0.0.1")
}

fn base32(text: &str) -> Vec<u8> {
    let (mut out, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for c in text.bytes() {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'2'..=b'7' => c - b'2' + 26,
            _ => panic!("not base 32: {text}"),
        };
        bits = bits << 5 | u32::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    out
}
