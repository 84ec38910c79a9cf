//! The listener over real sockets, spoken to line by line.

use super::super::limits::Limits;
use super::super::testing::{Authority, House, OpenDoor, engine_config, open};
use super::super::types::Service;
use super::*;
use base64::Engine as _;
use rustls_pki_types::ServerName;
use rustls_pki_types::pem::PemObject;
use std::sync::Mutex;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufStream};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio_rustls::TlsConnector;

trait Io: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Io for T {}

/// A mail program of few words.
struct Program(BufStream<Box<dyn Io>>);

impl Program {
    async fn connect(door: &OpenDoor) -> Self {
        Self(BufStream::new(Box::new(TcpStream::connect(door.address).await.unwrap())))
    }

    /// Connects and hears the greeting.
    async fn greeted(door: &OpenDoor) -> Self {
        let mut program = Self::connect(door).await;
        assert_eq!(program.codes("", 1).await, ["220"]);
        program
    }

    async fn implicit(door: &OpenDoor, root: &[u8]) -> Self {
        let stream: Box<dyn Io> = Box::new(TcpStream::connect(door.address).await.unwrap());
        Self(BufStream::new(handshake(stream, root).await))
    }

    /// Sends lines at once and reads so many replies; gives their last lines.
    async fn say(&mut self, text: &str, replies: usize) -> Vec<String> {
        self.0.write_all(text.as_bytes()).await.unwrap();
        self.0.flush().await.unwrap();
        let mut last = Vec::new();
        while last.len() < replies {
            let mut line = String::new();
            if self.0.read_line(&mut line).await.unwrap_or(0) == 0 {
                last.push("closed".to_owned());
                continue;
            }
            if line.as_bytes()[3] != b'-' {
                last.push(line.trim_end().to_owned());
            }
        }
        last
    }

    async fn codes(&mut self, text: &str, replies: usize) -> Vec<String> {
        self.say(text, replies).await.into_iter().map(|l| l.get(..3).unwrap_or(&l).to_owned()).collect()
    }

    async fn starttls(mut self, root: &[u8]) -> Self {
        assert_eq!(self.codes("STARTTLS\r\n", 1).await, ["220"]);
        Self(BufStream::new(handshake(self.0.into_inner(), root).await))
    }
}

async fn handshake(stream: Box<dyn Io>, root: &[u8]) -> Box<dyn Io> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(rustls_pki_types::CertificateDer::from_pem_slice(root).unwrap()).unwrap();
    let config = rustls::ClientConfig::builder_with_provider(crate::smtp::tls::provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("mx.clinic.example").unwrap();
    Box::new(TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap())
}

const MESSAGE: &str = "MAIL FROM:<a@other.example>\r\nRCPT TO:<b@clinic.example>\r\nDATA\r\n";
const CONTENT: &str = "Subject: x\r\n\r\n..\r\n.\r\n";

fn counted(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

#[tokio::test]
async fn mail_comes_in_over_tls_with_post_quantum_key_exchange() {
    let authority = Authority::new();
    let tls = authority.certificate("mx.clinic.example", false).server();
    let door = open(Service::Mx, Some(tls), Limits::default()).await;
    let mut program = Program::greeted(&door).await;
    assert_eq!(program.codes("EHLO other.example\r\n", 1).await, ["250"]);
    let mut program = program.starttls(&authority.root()).await;
    assert_eq!(program.codes("EHLO other.example\r\n", 1).await, ["250"]);
    assert_eq!(program.codes(MESSAGE, 3).await, ["250", "250", "354"]);
    assert_eq!(program.say(CONTENT, 1).await, ["250 2.0.0 Accepted as q1"]);
    assert_eq!(program.codes("RCPT TO:<x@elsewhere.example>\r\nQUIT\r\n", 3).await, ["503", "221", "clo"]);
    let taken = door.taken();
    let (who, envelope, data, peer) = &taken[0];
    assert_eq!((who, &data[..]), (&None, &b"Subject: x\r\n\r\n.\r\n"[..]));
    assert_eq!(envelope.recipients[0].to_string(), "b@clinic.example");
    let tls = peer.tls.as_ref().unwrap();
    assert_eq!((tls.version.as_str(), tls.key_exchange.as_str()), ("TLSv1.3", "X25519MLKEM768"));
    assert_eq!(peer.helo.as_ref().unwrap().name, "other.example");
    assert_eq!((counted(&door.counters.messages), counted(&door.counters.tls)), (1, 1));
    assert_eq!(counted(&door.counters.bytes), data.len() as u64);
}

#[tokio::test]
async fn programs_submit_over_implicit_tls_and_only_as_themselves() {
    let authority = Authority::new();
    let tls = authority.certificate("mx.clinic.example", false).server();
    let door = open(Service::Submissions, Some(tls), Limits::default()).await;
    let mut program = Program::implicit(&door, &authority.root()).await;
    assert_eq!(program.codes("", 1).await, ["220"]);
    let plain = base64::engine::general_purpose::STANDARD.encode("\0anna\0s3cret");
    let wrong = base64::engine::general_purpose::STANDARD.encode("\0anna\0wrong");
    let dialogue =
        format!("EHLO laptop\r\nAUTH PLAIN {wrong}\r\nAUTH PLAIN {plain}\r\nMAIL FROM:<boss@clinic.example>\r\n");
    assert_eq!(program.codes(&dialogue, 4).await, ["250", "535", "235", "553"]);
    let mail = "MAIL FROM:<anna@clinic.example>\r\nRCPT TO:<patient@elsewhere.example>\r\nDATA\r\n";
    assert_eq!(program.codes(mail, 3).await, ["250", "250", "354"]);
    assert_eq!(program.codes(CONTENT, 1).await, ["250"]);
    assert_eq!(door.taken()[0].0.as_deref(), Some("anna"));
    assert_eq!((counted(&door.counters.signed_in), counted(&door.counters.sign_in_failed)), (1, 1));
}

#[tokio::test]
async fn a_changed_certificate_holds_from_the_next_handshake() {
    let (old, new) = (Authority::new(), Authority::new());
    let tls = old.certificate("mx.clinic.example", false).server();
    let door = open(Service::Submissions, Some(tls.clone()), Limits::default()).await;
    let mut before = Program::implicit(&door, &old.root()).await;
    let fresh = new.certificate("mx.clinic.example", false);
    assert!(tls.replace(b"nonsense", fresh.key.as_bytes()).is_err());
    assert!(tls.replace(fresh.chain.as_bytes(), Authority::self_signed("x").key.as_bytes()).is_err());
    tls.replace(fresh.chain.as_bytes(), fresh.key.as_bytes()).unwrap();
    let mut after = Program::implicit(&door, &new.root()).await;
    assert_eq!(before.codes("NOOP\r\n", 2).await, ["220", "250"]);
    assert_eq!(after.codes("NOOP\r\n", 2).await, ["220", "250"]);
}

#[tokio::test]
async fn who_speaks_before_the_greeting_is_refused() {
    let limits = Limits { greet_pause: Duration::from_secs(30), ..Limits::default() };
    let door = open(Service::Mx, None, limits).await;
    let mut program = Program::connect(&door).await;
    assert_eq!(program.codes("EHLO spam.example\r\nMAIL FROM:<a@b.example>\r\n", 2).await, ["554", "clo"]);
    assert_eq!(counted(&door.counters.turned_away), 1);
}

#[tokio::test]
async fn plaintext_behind_starttls_is_not_heard_inside_tls() {
    let authority = Authority::new();
    let tls = authority.certificate("mx.clinic.example", false).server();
    let door = open(Service::Mx, Some(tls), Limits::default()).await;
    let mut program = Program::greeted(&door).await;
    program.say("EHLO x\r\n", 1).await;
    assert_eq!(program.codes("STARTTLS\r\nMAIL FROM:<evil@x.example>\r\n", 2).await, ["554", "clo"]);
    assert!(door.taken().is_empty());
}

#[tokio::test]
async fn too_many_sessions_are_turned_away_with_a_reply() {
    let limits = Limits { sessions_per_network: 1, ..Limits::default() };
    let door = open(Service::Mx, None, limits).await;
    let _one = Program::greeted(&door).await;
    let mut two = Program::connect(&door).await;
    assert_eq!(two.codes("", 2).await, ["421", "clo"]);
    assert_eq!(door.doorkeeper.open_sessions(), 1);
}

#[tokio::test]
async fn too_many_messages_from_a_network_are_put_off() {
    let limits = Limits { messages_per_minute: 1, ..Limits::default() };
    let door = open(Service::Mx, None, limits).await;
    let mut program = Program::greeted(&door).await;
    let dialogue = "EHLO x\r\nMAIL FROM:<>\r\nRSET\r\nMAIL FROM:<>\r\n";
    assert_eq!(program.codes(dialogue, 4).await, ["250", "250", "250", "450"]);
}

#[tokio::test(start_paused = true)]
async fn silence_ends_a_session_with_421() {
    // Time is the test's own: it moves only when everybody waits.
    let door = open(Service::Mx, None, Limits::default()).await;
    let mut program = Program::connect(&door).await;
    assert_eq!(program.codes("", 3).await, ["220", "421", "clo"]);
    assert_eq!(counted(&door.counters.timed_out), 1);
}

#[tokio::test(start_paused = true)]
async fn a_trickle_of_bytes_does_not_hold_a_session() {
    let limits = Limits { command_timeout: Duration::from_secs(60), ..Limits::default() };
    let door = open(Service::Mx, None, limits).await;
    let mut program = Program::greeted(&door).await;
    let began = tokio::time::Instant::now();
    let mut line = String::new();
    while line.is_empty() {
        program.0.write_all(b"x").await.unwrap();
        program.0.flush().await.unwrap();
        let _ = tokio::time::timeout(Duration::from_secs(20), program.0.read_line(&mut line)).await;
    }
    assert!(line.starts_with("421"), "{line}");
    assert!(began.elapsed() <= Duration::from_secs(61));
}

#[tokio::test]
async fn shutdown_lets_messages_end_and_tells_the_idle() {
    let mut door = open(Service::Mx, None, Limits::default()).await;
    let held = door.house.gate.available_permits();
    door.house.gate.forget_permits(held);
    let mut idle = Program::greeted(&door).await;
    assert_eq!(idle.codes("EHLO x\r\n", 1).await, ["250"]);
    let mut busy = Program::greeted(&door).await;
    assert_eq!(busy.codes(&format!("EHLO x\r\n{MESSAGE}"), 4).await, ["250", "250", "250", "354"]);
    door.stop.take().unwrap().stop();
    assert_eq!(idle.codes("", 2).await, ["421", "clo"]);
    door.house.gate.add_permits(1);
    assert_eq!(busy.codes(CONTENT, 3).await, ["250", "421", "clo"]);
    door.task.await.unwrap();
    assert!(TcpStream::connect(door.address).await.is_err());
    assert_eq!(door.house.taken.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_connection_lost_within_a_message_leaves_nothing() {
    let door = open(Service::Mx, None, Limits::default()).await;
    let mut program = Program::greeted(&door).await;
    assert_eq!(program.codes(&format!("EHLO x\r\n{MESSAGE}"), 4).await.last().unwrap(), "354");
    program.0.write_all(b"Subject: half\r\n\r\nhalf").await.unwrap();
    program.0.flush().await.unwrap();
    drop(program);
    while door.doorkeeper.open_sessions() > 0 {
        tokio::task::yield_now().await;
    }
    assert!(door.taken().is_empty());
}

#[test]
fn a_submission_door_without_certificate_is_not_opened() {
    let limits = Limits::default();
    for service in [Service::Submission, Service::Submissions] {
        let house = Arc::new(House { taken: Mutex::default(), gate: Semaphore::new(1) });
        let doorkeeper = Arc::new(Doorkeeper::new(&limits));
        assert!(Listener::new(engine_config(service, limits.clone()), house, None, doorkeeper).is_err());
    }
}
