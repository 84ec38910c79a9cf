//! Live events: what comes, to whom, and when the stream ends.

use super::*;
use futures::StreamExt;
use std::time::Duration;

/// A browser drops an event that has no data (HTML, 9.2.6).
const RESYNC: &str = "event: resync\ndata: {}\n\n";

/// A stream being read.
struct Stream {
    body: axum::body::BodyDataStream,
    text: String,
}

impl Stream {
    async fn open(web: &Web, browser: &Browser, more: &[(&str, &str)]) -> Self {
        let mut request = browser.request("GET", "/events");
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(Peer(SocketAddr::from(([192, 0, 2, 10], 1))));
        let response = web.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body().into_data_stream(), text: String::new() }
    }

    /// Reads until a text has come.
    async fn until(&mut self, wanted: &str) {
        let reading = async {
            while !self.text.contains(wanted) {
                let piece = self.body.next().await.unwrap_or_else(|| panic!("ended without {wanted}: {}", self.text));
                self.text.push_str(std::str::from_utf8(&piece.unwrap()).unwrap());
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(10), reading).await;
        assert!(waited.is_ok(), "{wanted} did not come: {}", self.text);
    }

    /// Reads to the end.
    async fn end(mut self) -> String {
        let reading = async {
            while let Some(piece) = self.body.next().await {
                self.text.push_str(std::str::from_utf8(&piece.unwrap()).unwrap());
            }
        };
        tokio::time::timeout(Duration::from_secs(10), reading).await.expect("the stream ends");
        self.text
    }
}

async fn live() -> (Web, TestPerson, Browser) {
    let web = Web::new().await;
    let core = web.house.core.clone();
    tokio::spawn(async move { core.run_live().await });
    let anna = web.person("clinician", "Anna", "anna@clinic.example").await;
    let browser = web.sign_in(&anna).await;
    (web, anna, browser)
}

#[tokio::test]
async fn changes_come_to_those_who_may_see_them() {
    let (web, anna, browser) = live().await;
    let bert = web.person("clinician", "Bert", "bert@clinic.example").await;
    let of_bert = web.sign_in(&bert).await;
    let mut annas = Stream::open(&web, &browser, &[]).await;
    let mut berts = Stream::open(&web, &of_bert, &[]).await;
    annas.until(": here").await;
    berts.until(": here").await;
    web.post(&browser, "/drafts", json!({ "mailbox_id": anna.mailbox() })).await.ok();
    annas.until("event: change\ndata: {\"kind\":\"drafts\"}").await;
    web.post(&of_bert, "/drafts", json!({ "mailbox_id": bert.mailbox() })).await.ok();
    berts.until("{\"kind\":\"drafts\"}").await;
    assert_eq!(berts.text.matches("drafts").count(), 1, "a colleague's drafts are their own affair: {}", berts.text);
}

#[tokio::test]
async fn the_end_of_a_session_is_told_and_ends_the_stream() {
    let (web, _, browser) = live().await;
    let mut stream = Stream::open(&web, &browser, &[]).await;
    stream.until(": here").await;
    web.call(&browser, "DELETE", "/session", json!({})).await;
    assert!(stream.end().await.ends_with("event: change\ndata: {\"kind\":\"session_ended\"}\n\n"));
}

#[tokio::test]
async fn the_end_of_the_server_ends_the_stream() {
    let (web, _, browser) = live().await;
    let mut stream = Stream::open(&web, &browser, &[]).await;
    stream.until(": here").await;
    web.state.close();
    assert!(!stream.end().await.contains("session_ended"));
}

#[tokio::test]
async fn who_comes_back_is_told_to_look_anew() {
    let (web, _, browser) = live().await;
    let id = uuid::Uuid::nil().to_string();
    let mut stream = Stream::open(&web, &browser, &[("last-event-id", &id)]).await;
    stream.until(RESYNC).await;
}

#[tokio::test]
async fn streams_are_counted_and_bounded() {
    let web = Web::with(|c| c.limits.streams = 1).await;
    let anna = web.person("clinician", "Anna", "anna@clinic.example").await;
    let browser = web.sign_in(&anna).await;
    let first = Stream::open(&web, &browser, &[]).await;
    assert_eq!(web.get(&browser, "/events").await.slug(), "unavailable");
    drop(first);
    Stream::open(&web, &browser, &[]).await.until(": here").await;
    assert_eq!(web.get(&Browser::default(), "/events").await.slug(), "unauthenticated");
}

/// ASVS 2.4.1: one cookie does not hold the connections of a whole network. The oldest stream ends when one too many opens, and
/// says nothing: the session goes on.
#[tokio::test]
async fn a_session_has_six_streams_and_the_oldest_gives_way() {
    let (web, anna, browser) = live().await;
    let other = web.sign_in(&anna).await;
    let mut others = Stream::open(&web, &other, &[]).await;
    let mut streams = Vec::new();
    for _ in 0..crate::streams::PER_SESSION {
        let mut stream = Stream::open(&web, &browser, &[]).await;
        stream.until(": here").await;
        streams.push(stream);
    }
    let mut newest = Stream::open(&web, &browser, &[]).await;
    newest.until(": here").await;
    assert_eq!(streams.remove(0).end().await, ": here\n\n");
    web.post(&browser, "/drafts", json!({ "mailbox_id": anna.mailbox() })).await.ok();
    for stream in streams.iter_mut().chain([&mut newest, &mut others]) {
        stream.until("{\"kind\":\"drafts\"}").await;
    }
}

/// ASVS 8.3.2: what a mandate opened is gone from the open stream within a second of its end, by hand or by the clock.
#[tokio::test]
async fn the_end_of_a_mandate_reaches_the_open_stream() {
    let (web, anna, browser) = live().await;
    let bert = web.person("clinician", "Bert", "bert@clinic.example").await;
    let of_bert = web.sign_in(&bert).await;
    let mandate = json!({
        "kind": "cover", "mailbox_id": anna.mailbox(), "holder_id": bert.id(), "may_send": true, "with_patients": false,
        "ends_at": jiff::Timestamp::from_microsecond(web.house.clock().now_us() + 60_000_000).unwrap().to_string(),
    });
    let given = web.post(&browser, "/mandates", mandate.clone()).await.ok();
    let session = web.get(&of_bert, "/session").await.ok();
    let covered = &session["mailboxes"][1];
    assert_eq!(
        (covered["mandate"]["grantor_name"].as_str(), &covered["mandate"]["may_send"]),
        (Some("Anna"), &json!(true))
    );
    let mut stream = Stream::open(&web, &of_bert, &[]).await;
    stream.until(": here").await;
    let inbox = format!("/mailboxes/{}/messages", anna.mailbox());
    assert_eq!(web.get(&of_bert, &inbox).await.status, StatusCode::OK);
    let began = std::time::Instant::now();
    let end = format!("/mandates/{}", given["id"].as_str().unwrap());
    assert_eq!(web.call(&browser, "DELETE", &end, json!({})).await.status, StatusCode::NO_CONTENT);
    stream.until(RESYNC).await;
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(web.get(&of_bert, &inbox).await.slug(), "not_found");

    // By the clock alone: nobody does anything, and no event is written.
    web.post(&browser, "/mandates", mandate).await.ok();
    stream.until(RESYNC).await;
    let mut stream = Stream::open(&web, &of_bert, &[]).await;
    stream.until(": here").await;
    web.house.clock.advance_us(58_000_000);
    web.post(&of_bert, "/session/touch", json!({})).await;
    let mut fresh = Stream::open(&web, &of_bert, &[]).await;
    fresh.until(": here").await;
    web.house.clock.advance_us(2_100_000);
    fresh.until(RESYNC).await;
    assert_eq!(web.get(&of_bert, &inbox).await.slug(), "not_found");
}

/// ASVS 8.3.2: who acts for a patient is told within a second that it is over, and so is every other page of theirs when it begins.
#[tokio::test]
async fn the_end_of_a_proxy_reaches_the_open_stream() {
    let (web, _, _) = live().await;
    let chantal = web.person("front_desk", "Chantal", "chantal@clinic.example").await;
    let peter = web.person("carer", "Peter", "peter@clinic.example").await;
    let (desk, carer) = (web.sign_in(&chantal).await, web.sign_in(&peter).await);
    let sofie = json!({ "name": "Sofie", "birth_date": "2014-03-04", "references": ["P-1"] });
    let sofie = web.post(&desk, "/patients", sofie).await.ok()["id"].as_str().unwrap().to_owned();
    let proxy = json!({
        "login": "peter@clinic.example", "kind": "guardian", "scope": ["details"], "ends_on": "2030-01-01",
        "consent": false, "basis": "Court order",
    });
    let lines = web.post(&desk, &format!("/patients/{sofie}/proxies"), proxy).await.ok();
    let line = lines["items"][0]["id"].as_str().unwrap().to_owned();
    let mut stream = Stream::open(&web, &carer, &[]).await;
    stream.until(": here").await;
    web.post(&carer, "/session/act-for", json!({ "patient_id": sofie })).await.ok();
    stream.until(RESYNC).await;
    stream.text.clear();
    let began = std::time::Instant::now();
    let ended = web.call(&desk, "DELETE", &format!("/proxies/{line}"), json!({})).await;
    assert!(ended.status.is_success(), "{}", ended.text());
    stream.until(RESYNC).await;
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(web.get(&carer, "/session").await.ok()["acting_for"]["over"], true);
}
