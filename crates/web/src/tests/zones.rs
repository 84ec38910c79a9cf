//! Network zones, as browsers meet them.

use super::*;
use wardpost_model::ZoneId;
use wardpost_model::security::{SecurityPolicy, Way, Zone, ZoneRules};

const HOME: &str = "198.51.100.7";

/// A house behind a proxy that says from where a request comes.
async fn web() -> Web {
    Web::with(|c| c.trusted_proxies = vec!["192.0.2.10".parse().unwrap()]).await
}

/// Everything is open in the practice (the proxy's own network, to keep it short); elsewhere these rules hold.
async fn elsewhere(web: &Web, rules: ZoneRules) {
    let sara = web.person("security_officer", "Sara", "sara@clinic.example").await;
    let practice = Zone {
        id: ZoneId(uuid::Uuid::from_u128(1)),
        name: "Practice".to_owned(),
        networks: vec!["192.0.2.0/24".parse().unwrap()],
        authority: None,
        rules: ZoneRules::default(),
    };
    let policy = SecurityPolicy { zones: vec![practice], elsewhere: rules, ..SecurityPolicy::default() };
    web.house.put_security(&sara.actor, 1, policy, "test").await.unwrap();
}

/// The same browser, carried home.
async fn from_home(web: &Web, browser: &Browser, method: &str, path: &str, body: Value) -> Got {
    let request =
        browser.request(method, path).header("x-forwarded-for", HOME).header("content-type", "application/json");
    web.send(request.body(Body::from(if body.is_null() { String::new() } else { body.to_string() })).unwrap()).await
}

/// ASVS 8.2.4: what is open is told before anything is typed, and holds at every request of a session.
#[tokio::test]
async fn the_page_is_told_what_is_open_and_a_session_waits_where_it_is_not() {
    let web = web().await;
    let anna = web.person("physician", "Anna", "anna@clinic.example").await;
    elsewhere(&web, ZoneRules { ways: [Way::Passkey].into(), ..ZoneRules::default() }).await;
    let nobody = from_home(&web, &Browser::default(), "GET", "/session", Value::Null).await.ok();
    assert_eq!(
        nobody,
        json!({ "state": "anonymous", "ways": ["passkey"], "zone": null, "certificate_gap": null, "waiting": false, "providers": [] })
    );
    let typed = json!({ "login": "anna@clinic.example", "password": PASSWORD });
    let refused = from_home(&web, &Browser::default(), "POST", "/session", typed).await;
    assert_eq!((refused.status, refused.json()["detail"].as_str()), (StatusCode::FORBIDDEN, Some("zone_way")));
    let browser = web.sign_in(&anna).await;
    assert_eq!(web.get(&browser, "/session").await.ok()["place"]["zone"], "Practice");
    let moved = from_home(&web, &browser, "GET", "/drafts", Value::Null).await;
    assert_eq!((moved.status, moved.json()["detail"].as_str()), (StatusCode::FORBIDDEN, Some("zone_way")));
    let waiting = from_home(&web, &browser, "GET", "/session", Value::Null).await.ok();
    assert_eq!((&waiting["state"], &waiting["waiting"]), (&json!("anonymous"), &json!(true)));
    assert_eq!(web.get(&browser, "/drafts").await.status, StatusCode::OK, "walking back works");
}

#[tokio::test]
async fn a_read_only_zone_changes_nothing_and_a_closed_one_gives_no_files() {
    let web = web().await;
    let petra = web.person("privacy_officer", "Petra", "petra@clinic.example").await;
    elsewhere(&web, ZoneRules { read_only: true, downloads: false, ..ZoneRules::default() }).await;
    let browser = web.sign_in(&petra).await;
    let place = from_home(&web, &browser, "GET", "/session", Value::Null).await.ok()["place"].clone();
    assert_eq!(place, json!({ "zone": null, "read_only": true, "downloads": false, "certificate_gap": null }));
    let code = |got: Got| got.json()["detail"].as_str().map(str::to_owned);
    for (method, path) in [("POST", "/drafts"), ("PUT", "/policy"), ("POST", "/me/app-passwords")] {
        let got = from_home(&web, &browser, method, path, json!({})).await;
        assert_eq!(code(got).as_deref(), Some("zone_read_only"), "{method} {path}");
    }
    for path in ["/audit/export.csv", "/audit/export.fhir.json"] {
        assert_eq!(code(from_home(&web, &browser, "GET", path, Value::Null).await).as_deref(), Some("zone_downloads"));
        assert_eq!(web.get(&browser, path).await.status, StatusCode::OK);
    }
    assert_eq!(from_home(&web, &browser, "GET", "/policy", Value::Null).await.status, StatusCode::OK);
    assert_eq!(from_home(&web, &browser, "POST", "/session/touch", json!({})).await.status, StatusCode::OK);
    let own = from_home(&web, &browser, "GET", "/me/sessions", Value::Null).await.ok()["items"][0]["id"].clone();
    let ended =
        from_home(&web, &browser, "DELETE", &format!("/me/sessions/{}", own.as_str().unwrap()), Value::Null).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT, "one's own sessions can be ended anywhere");
}

/// A request that a proxy hands on for a device at home that showed this (in tests: the name of who vouches for it).
fn handed_on(browser: &Browser, path: &str, shown: &str) -> Request<Body> {
    let header = crate::client_cert::tests::item(shown.as_bytes());
    let request = browser.request("GET", path).header("x-forwarded-for", HOME).header("client-cert", header);
    request.body(Body::empty()).unwrap()
}

/// ASVS 8.2.4, RFC 9440: a device of the practice is let in by what a trusted proxy says that it showed; a session moves
/// with every request; nobody else's word counts.
#[tokio::test]
async fn a_proxys_word_of_a_certificate_counts_if_the_proxy_is_trusted() {
    let (web, open) = (web().await, Web::new().await);
    for web in [&web, &open] {
        let sara = web.person("security_officer", "Sara", "sara@clinic.example").await;
        let zone = |id: u128, name: &str, networks: &[&str], authority: Option<&str>| Zone {
            id: ZoneId(uuid::Uuid::from_u128(id)),
            name: name.to_owned(),
            networks: networks.iter().map(|n| n.parse().unwrap()).collect(),
            authority: authority.map(str::to_owned),
            rules: ZoneRules::default(),
        };
        let zones = vec![zone(1, "Ours", &[], Some("Practice")), zone(2, "Office", &["192.0.2.0/24"], None)];
        let elsewhere = ZoneRules { ways: [Way::Passkey].into(), ..ZoneRules::default() };
        let policy = SecurityPolicy { zones, elsewhere, ..SecurityPolicy::default() };
        web.house.put_security(&sara.actor, 1, policy, "test").await.unwrap();
    }
    let anna = web.person("physician", "Anna", "anna@clinic.example").await;
    let browser = web.sign_in(&anna).await;
    let session = web.send(handed_on(&browser, "/session", "Practice")).await.ok();
    assert_eq!((&session["place"]["zone"], &session["place"]["certificate_gap"]), (&json!("Ours"), &Value::Null));
    assert_eq!(web.send(handed_on(&browser, "/drafts", "Practice")).await.status, StatusCode::OK);
    for (shown, gap) in [("Tablets", "foreign"), ("expired", "expired"), ("revoked", "revoked"), ("", "none")] {
        let refused = web.send(handed_on(&browser, "/drafts", shown)).await;
        assert_eq!((refused.status, refused.json()["detail"].as_str()), (StatusCode::FORBIDDEN, Some("zone_way")));
        let stands = web.send(handed_on(&browser, "/session", shown)).await.ok();
        assert_eq!((&stands["state"], &stands["waiting"]), (&json!("anonymous"), &json!(true)));
        assert_eq!(stands["certificate_gap"], gap);
    }
    // Not behind a proxy: what the browser itself writes there is nobody's word.
    let anna = open.person("physician", "Anna", "anna@clinic.example").await;
    let browser = open.sign_in(&anna).await;
    let session = open.send(handed_on(&browser, "/session", "Practice")).await.ok();
    assert_eq!(
        session["place"],
        json!({ "zone": "Office", "read_only": false, "downloads": true, "certificate_gap": "none" })
    );
}

/// The security officer sees which authorities there are, and what the own device has; nobody else is told.
#[tokio::test]
async fn the_officer_picks_from_the_authorities_that_are_configured() {
    let web = web().await;
    let (sara, anna) = (
        web.person("security_officer", "Sara", "sara@clinic.example").await,
        web.person("physician", "Anna", "anna@clinic.example").await,
    );
    let (officer, physician) = (web.sign_in(&sara).await, web.sign_in(&anna).await);
    let path = "/security-policy/client-authorities";
    let told = web.send(handed_on(&officer, path, "Practice")).await.ok();
    assert_eq!(told, json!({ "names": ["Practice", "Tablets"], "own": ["Practice"], "gap": null }));
    let told = web.get(&officer, path).await.ok();
    assert_eq!(told, json!({ "names": ["Practice", "Tablets"], "own": [], "gap": "none" }));
    assert_eq!(web.get(&physician, path).await.status, StatusCode::FORBIDDEN);
}
