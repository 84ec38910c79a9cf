//! A flood of guesses at passwords from a thousand addresses, while mail comes in and people work.
//!
//! Shortened in the ordinary run, which asserts what must hold on any machine. `WARDPOST_FULL_FLOOD=1` sends ten thousand
//! guesses in a minute and asserts times as well: for a release build on a quiet machine (ASVS 6.1.1, 6.3.1, 2.4.1).

use crate::harness::{House, Node, PASSWORD, Smtp};
use hyper::Method;
use serde_json::json;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;
use tokio::task::JoinSet;

/// Ten thousand a minute.
const GUESSES_PER_SECOND: u32 = 167;
const ADDRESSES: u32 = 1_000;
const LOGINS: u32 = 500;
const MAILS_PER_SECOND: u32 = 20;
/// Pause between two sign-ins with a known browser: one address may not try more often.
const KNOWN_EVERY: Duration = Duration::from_secs(3);
/// Two hashes' memory at most, and what the connections need.
const MEMORY: u64 = 128 << 20;

/// One guess from an address of its own; gives the status, and whether it says when to come again.
async fn guess(web: SocketAddr, n: u32) -> std::io::Result<(u16, bool)> {
    let [_, b, c, d] = (n % ADDRESSES + 1_000).to_be_bytes();
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from((Ipv4Addr::new(127, b + 1, c, d.max(1)), 0)))?;
    let mut stream = socket.connect(web).await?;
    // One of the guessed logins is Anna's.
    let login = if n.is_multiple_of(LOGINS) { "anna".to_owned() } else { format!("guess{}", n % LOGINS) };
    let body = json!({"login": format!("{login}@clinic.example"), "password": format!("guess number {n}")});
    let body = body.to_string();
    let request = format!(
        "POST /api/v1/session HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nx-wardpost-csrf: 1\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let text = String::from_utf8_lossy(&answer).to_ascii_lowercase();
    let status = text.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
    Ok((status, text.contains("\r\nretry-after: ")))
}

fn resident(node: &Node) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", node.pid())).unwrap();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
}

/// Sends guesses at the rate for so long; gives how often each status came.
async fn flood(web: SocketAddr, seconds: u32) -> BTreeMap<u16, u32> {
    let (mut guesses, mut beat) = (JoinSet::new(), tokio::time::interval(Duration::from_secs(1) / GUESSES_PER_SECOND));
    for n in 0..GUESSES_PER_SECOND * seconds {
        beat.tick().await;
        guesses.spawn(guess(web, n));
    }
    let mut seen = BTreeMap::new();
    while let Some(done) = guesses.join_next().await {
        let (status, says_when) = done.unwrap().unwrap();
        assert!(says_when || status == 401, "{status} must say when to come again");
        *seen.entry(status).or_insert(0) += 1;
    }
    seen
}

/// Sends mail until told to stop; gives how long each took.
async fn mail(mx: SocketAddr, stop: Arc<AtomicBool>) -> Vec<Duration> {
    let mut beat = tokio::time::interval(Duration::from_secs(1) / MAILS_PER_SECOND);
    let (mut smtp, mut took) = (Smtp::connect(mx).await.unwrap(), Vec::new());
    while !stop.load(Ordering::Relaxed) {
        beat.tick().await;
        let began = Instant::now();
        let subject = format!("flooded-{}", took.len());
        let (code, line) = smtp.send("anna@clinic.example", &subject, "Lunch at noon?").await.unwrap();
        assert_eq!(code, 250, "mail is taken while guesses come in: {line}");
        took.push(began.elapsed());
    }
    took
}

/// Signs in again and again with a browser that is known; gives how long each took. Whoever guesses at this login
/// meanwhile neither locks it nor stands before it in a queue (ASVS 6.1.1).
async fn known(url: String, login: String, device: String, stop: Arc<AtomicBool>) -> Vec<Duration> {
    let (ask, mut took) = (json!({"login": login, "password": PASSWORD}), Vec::new());
    while !stop.load(Ordering::Relaxed) {
        let mut door = crate::harness::Api::new(&url);
        door.cookie = Some(device.clone());
        let began = Instant::now();
        let (status, answer) = door.call(Method::POST, "/session", Some(ask.clone())).await;
        assert_eq!(status, 200, "a known browser comes in while guesses do: {answer}");
        took.push(began.elapsed());
        tokio::time::sleep(KNOWN_EVERY).await;
    }
    took
}

fn slowest_but_one_percent(mut took: Vec<Duration>) -> Duration {
    took.sort();
    took[took.len() * 99 / 100]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_guesses_starves_neither_the_mail_nor_whoever_is_signed_in() {
    let full = std::env::var_os("WARDPOST_FULL_FLOOD").is_some();
    let house = House::new("");
    let node = house.start();
    let mut anna = house.person(&node, "clinician", "anna").await;
    let ben = house.person(&node, "clinician", "ben").await;
    let web = node.ready.public_url.trim_start_matches("http://").replace("localhost", "127.0.0.1").parse().unwrap();
    let before = resident(&node);

    let stop = Arc::new(AtomicBool::new(false));
    let mails = tokio::spawn(mail(node.mx(), Arc::clone(&stop)));
    let device = anna.api.cookie.as_deref().unwrap().split("; ").find(|c| c.contains("device")).unwrap().to_owned();
    let known = tokio::spawn(known(node.ready.public_url.clone(), anna.login.clone(), device, Arc::clone(&stop)));
    let guesses = tokio::spawn(flood(web, if full { 60 } else { 8 }));
    let (mut most, mut reads) = (0, Vec::new());
    while !guesses.is_finished() {
        let began = Instant::now();
        anna.api.ok(Method::GET, "/session", None).await;
        reads.push(began.elapsed());
        most = most.max(resident(&node));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    stop.store(true, Ordering::Relaxed);
    let (seen, took, entered) = (guesses.await.unwrap(), mails.await.unwrap(), known.await.unwrap());
    let entering = entered.iter().max().copied().unwrap_or_default();
    let sent = took.len();
    let (mail, read) = (slowest_but_one_percent(took), slowest_but_one_percent(reads));
    println!(
        "answers {seen:?}; {sent} mails, p99 {mail:?}; reading p99 {read:?}; {} known sign-ins, slowest {entering:?}; memory +{} KiB",
        entered.len(),
        (most - before.min(most)) >> 10
    );

    assert!(seen.keys().all(|status| matches!(status, 401 | 429 | 503)), "{seen:?}");
    assert!(seen[&401] > 0, "some were looked at");
    assert!(most < before + MEMORY, "{before} grew to {most}");
    // Nobody guessed at Ben: he comes in at once, if told so after a moment.
    let began = Instant::now();
    let mut door = crate::harness::Api::new(&node.ready.public_url);
    let ask = json!({"login": ben.login, "password": PASSWORD});
    while door.call(Method::POST, "/session", Some(ask.clone())).await.0 != 200 {
        assert!(began.elapsed() < Duration::from_secs(20), "the way in is shut after the flood");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(anna.subjects().await.len() >= sent, "everything that was taken is there");
    if full {
        assert!(mail < Duration::from_secs(1), "mail took {mail:?}");
        assert!(read < Duration::from_secs(1), "reading took {read:?}");
        assert!(entering < Duration::from_secs(2), "a known browser waited {entering:?}");
        assert!(began.elapsed() < Duration::from_secs(2), "signing in after the flood took {:?}", began.elapsed());
    }
    node.stop();
}
