//! Two nodes over one PostgreSQL.

use crate::harness::{House, LIMIT, Smtp, submit, text};
use crate::outside::Partner;
use crate::submit::Program;
use http_body_util::BodyExt as _;
use hyper::Method;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt as _;
use wardpost_store::testing::TestPostgres;

/// In which an end must have come through.
const SOON: Duration = Duration::from_secs(1);

/// Two empty databases, gone at the end.
pub struct Databases {
    server: TestPostgres,
    pub main: String,
    keys: String,
}

impl Databases {
    pub async fn new() -> Self {
        let server = TestPostgres::shared();
        let name = || format!("test_{}", uuid::Uuid::new_v4().simple());
        let (main, keys) = (name(), name());
        for name in [&main, &keys] {
            server.ask(&format!("CREATE DATABASE {name}")).await;
        }
        Self { server, main, keys }
    }

    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![("WARDPOST_DATABASE_URL", self.url(&self.main)), ("WARDPOST_KEYS_URL", self.url(&self.keys))]
    }

    pub fn url(&self, name: &str) -> String {
        self.server.url(name)
    }

    /// A dump of both, as text.
    pub fn dump(&self) -> String {
        let mut out = String::new();
        for name in [&self.main, &self.keys] {
            let dumped = std::process::Command::new("pg_dump").arg(self.url(name)).output().unwrap();
            assert!(dumped.status.success(), "{}", text(&dumped));
            out.push_str(&String::from_utf8_lossy(&dumped.stdout));
        }
        out
    }
}

impl Drop for Databases {
    fn drop(&mut self) {
        self.server.drop_database(&self.main);
        self.server.drop_database(&self.keys);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn live_events_cross_nodes_and_nothing_is_delivered_twice() {
    let databases = Databases::new().await;
    let partner = Partner::start().await;
    let more = format!(
        "[delivery]\npublic_roots = false\ntrust_roots = \"roots.pem\"\n[[delivery.route]]\ndomain = \"partner.example\"\n\
         host = \"127.0.0.1\"\nport = {}\ntls_name = \"mx.partner.example\"\n",
        partner.address.port()
    );
    let house = House::with(&more, databases.environment());
    std::fs::write(house.path().join("roots.pem"), &partner.root).unwrap();
    house.configure("other.toml", "two", &more);
    let one = house.start();
    let two = house.start_with("other.toml");

    let mut anna = house.person(&one, "clinician", "anna").await;
    // The same session is good at the other node.
    anna.api.turn_to(&two);
    let mut events = anna.api.events().await;
    let began = Instant::now();
    let sent = Smtp::connect(one.mx()).await.unwrap().send("anna@clinic.example", "across", "Hello").await.unwrap();
    assert_eq!(sent.0, 250, "{}", sent.1);
    let mut seen = String::new();
    while !(seen.contains("\"mailbox\"") && seen.contains(&anna.mailbox)) {
        assert!(began.elapsed() < LIMIT, "no event crossed: {seen}");
        let frame = tokio::time::timeout(LIMIT, events.frame()).await.unwrap().unwrap().unwrap();
        seen.push_str(&String::from_utf8_lossy(frame.data_ref().unwrap()));
    }
    assert_eq!(anna.subjects().await, ["across"], "and it is read at the other node");

    let password = anna.device().await;
    let mut sent = BTreeSet::new();
    for n in 0..60 {
        let (node, subject) = (if n % 2 == 0 { &one } else { &two }, format!("lunch-{n:02}"));
        submit(&house, node, &anna.login, &password, "colleague@partner.example", &subject).await.unwrap();
        sent.insert(subject);
    }
    let began = Instant::now();
    while partner.subjects().iter().collect::<BTreeSet<_>>().len() < sent.len() {
        assert!(began.elapsed() < LIMIT, "{} of {} arrived", partner.subjects().len(), sent.len());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    one.stop();
    two.stop();
    let arrived = partner.subjects();
    assert_eq!(arrived.len(), sent.len(), "something arrived twice: {arrived:?}");
    assert_eq!(arrived.into_iter().collect::<BTreeSet<_>>(), sent);
    let verified = house.run(&["audit", "verify"]);
    assert!(verified.status.success(), "{}", text(&verified));
}

/// NL-08, ASVS 7.4.2: whoever leaves is out within a second wherever they are, open event streams included.
#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_at_one_node_is_out_at_the_other_within_a_second() {
    let databases = Databases::new().await;
    let house = House::with("", databases.environment());
    house.configure("other.toml", "two", "");
    let one = house.start();
    let two = house.start_with("other.toml");
    let mut admin = house.person(&one, "administrator", "ada").await;
    let mut anna = house.person(&one, "clinician", "anna").await;
    let ben = house.person(&one, "clinician", "ben").await;
    anna.api.turn_to(&two);
    let mut events = anna.api.events().await;
    events.frame().await.unwrap().unwrap();

    let found = admin.api.ok(Method::GET, "/people?limit=200", None).await;
    let of = |login: &str| found["items"].as_array().unwrap().iter().find(|p| p["login"] == login).unwrap().clone();
    let (leaving, next) = (of(&anna.login), of(&ben.login));
    let path = format!("/people/{}/leave", leaving["id"].as_str().unwrap());
    let body = json!({"handover": [{"mailbox_id": anna.mailbox, "to": next["id"]}]});
    let (status, gone) = admin.api.call_on(Method::POST, &path, &leaving["version"], body).await;
    assert_eq!((status, gone["state"].as_str()), (200, Some("disabled")), "{gone}");
    let began = Instant::now();
    let ended = async { while let Some(Ok(_)) = events.frame().await {} };
    tokio::time::timeout(LIMIT, ended).await.unwrap();
    let (closed, refused) = (began.elapsed(), anna.api.call(Method::GET, "/session", None).await.1);
    assert!(closed.as_millis() < 1_000, "the stream was open for {closed:?}");
    assert_eq!(refused["state"], "anonymous");
    one.stop();
    two.stop();
}

/// What ends on one node is over on the other within a second: open event streams and mail programs' sessions (ASVS 7.4.2,
/// 7.4.5; the demand on sessions).
#[tokio::test(flavor = "multi_thread")]
async fn what_ends_on_one_node_ends_on_the_other_within_a_second() {
    let databases = Databases::new().await;
    let house = House::with("", databases.environment());
    house.configure("other.toml", "two", "");
    let (one, two) = (house.start(), house.start_with("other.toml"));
    let mut anna = house.person(&one, "clinician", "anna").await;
    let password = anna.device().await;
    let root = house.data("smtp-self-signed.crt");
    let server = two.ready.submissions[0];
    let program = Program { server, name: "localhost", root: &root, user: &anna.login, password: &password };
    let mut session = program.sign_in().await.unwrap();
    anna.api.turn_to(&two);
    let mut events = anna.api.events().await;
    anna.api.turn_to(&one);

    let devices = anna.api.ok(Method::GET, "/me/app-passwords", None).await;
    let device = devices["items"][0]["id"].as_str().unwrap().to_owned();
    anna.api.call(Method::DELETE, &format!("/me/app-passwords/{device}"), None).await;
    let began = Instant::now();
    let mut said = String::new();
    tokio::time::timeout(LIMIT, session.read_to_string(&mut said)).await.unwrap().unwrap();
    assert!(said.starts_with("421 4.7.0"), "{said}");
    assert!(began.elapsed() < SOON, "the mail program went on for {:?}", began.elapsed());
    assert!(program.sign_in().await.is_err(), "and it does not come back");

    let own = anna.api.ok(Method::GET, "/me/sessions", None).await;
    let id = own["items"][0]["id"].as_str().unwrap().to_owned();
    anna.api.call(Method::DELETE, &format!("/me/sessions/{id}"), None).await;
    let began = Instant::now();
    let mut seen = String::new();
    while let Some(frame) = tokio::time::timeout(LIMIT, events.frame()).await.unwrap() {
        seen.push_str(&String::from_utf8_lossy(frame.unwrap().data_ref().unwrap()));
    }
    assert!(seen.contains("session_ended"), "{seen}");
    assert!(began.elapsed() < SOON, "the stream went on for {:?}", began.elapsed());
    one.stop();
    two.stop();
}
