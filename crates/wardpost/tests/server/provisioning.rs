//! An identity provider over the wire (SCIM): whom it switches off is out everywhere within a second.

use crate::harness::{Api, House, LIMIT};
use crate::nodes::Databases;
use crate::submit::Program;
use http_body_util::BodyExt as _;
use hyper::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt as _;

/// NL-08, ASVS 7.4.2: open event streams and mail programs' sessions end, on the other node too.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_switched_off_by_the_identity_provider_is_out_within_a_second() {
    let databases = Databases::new().await;
    let house = House::with("", databases.environment());
    house.configure("other.toml", "two", "");
    let (one, two) = (house.start(), house.start_with("other.toml"));
    let mut admin = house.person(&one, "administrator", "ada").await;
    let mut officer = house.person(&one, "security_officer", "sara").await;
    let mut anna = house.person(&one, "physician", "anna").await;
    let program = admin.api.ok(Method::POST, "/service-accounts", Some(json!({"name": "Entra ID"}))).await;
    let wanted = json!({"account_id": program["id"], "label": "Sync", "days": 90});
    let made = officer.api.ok(Method::POST, "/service-tokens", Some(wanted)).await;
    let token = made["secret"].as_str().unwrap().to_owned();
    let found = admin.api.ok(Method::GET, "/people?q=anna", None).await["items"][0].clone();
    let id = found["id"].as_str().unwrap().to_owned();
    let path = format!("/people/{id}/kept-by");
    let (status, _) = admin.api.call_on(Method::PUT, &path, &found["version"], json!({"provider": true})).await;
    assert_eq!(status, 200);

    let password = anna.device().await;
    let root = house.data("smtp-self-signed.crt");
    let server = two.ready.submissions[0];
    let program = Program { server, name: "localhost", root: &root, user: &anna.login, password: &password };
    let mut session = program.sign_in().await.unwrap();
    anna.api.turn_to(&two);
    let mut events = anna.api.events().await;
    events.frame().await.unwrap().unwrap();

    let body = json!({"Operations": [{"op": "Replace", "path": "active", "value": "False"}]});
    let (status, off) = scim(&one.ready.public_url, &token, Method::PATCH, &format!("/Users/{id}"), body).await;
    assert_eq!((status, &off["active"]), (200, &Value::Bool(false)), "{off}");
    let began = Instant::now();
    let ended = async { while let Some(Ok(_)) = events.frame().await {} };
    tokio::time::timeout(LIMIT, ended).await.unwrap();
    let mut said = String::new();
    tokio::time::timeout(LIMIT, session.read_to_string(&mut said)).await.unwrap().unwrap();
    assert!(began.elapsed() < Duration::from_secs(1), "open for {:?}", began.elapsed());
    assert!(said.starts_with("421 4.7.0"), "{said}");
    assert_eq!(anna.api.call(Method::GET, "/session", None).await.1["state"], "anonymous");
    assert!(program.sign_in().await.is_err(), "and the mail program does not come back");
    one.stop();
    two.stop();
}

async fn scim(public_url: &str, token: &str, method: Method, path: &str, body: Value) -> (u16, Value) {
    let mut api = Api::new(public_url);
    let mut request = api.request(method, path, Some(body));
    let uri = request.uri().to_string().replace("/api/v1", "/scim/v2");
    *request.uri_mut() = uri.parse().unwrap();
    let headers = request.headers_mut();
    headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
    headers.insert("content-type", "application/scim+json".parse().unwrap());
    api.send(request).await
}
