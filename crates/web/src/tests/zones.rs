//! Network zones, as browsers meet them.

use super::*;
use wardpost_model::ZoneId;
use wardpost_model::security::{SecurityPolicy, Way, Zone, ZoneRules};

const HOME: &str = "198.51.100.7";

/// A house behind a proxy that says from where a request comes.
async fn web() -> Web {
    Web::with(|c| c.trusted_proxies = vec![IpAddr::from([192, 0, 2, 10])]).await
}

/// Everything is open in the practice (the proxy's own network, to keep it short); elsewhere these rules hold.
async fn elsewhere(web: &Web, rules: ZoneRules) {
    let sara = web.person("security_officer", "Sara", "sara@clinic.example").await;
    let practice = Zone {
        id: ZoneId(uuid::Uuid::from_u128(1)),
        name: "Practice".to_owned(),
        networks: vec!["192.0.2.0/24".parse().unwrap()],
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
        json!({ "state": "anonymous", "ways": ["passkey"], "zone": null, "waiting": false, "providers": [] })
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
    assert_eq!(place, json!({ "zone": null, "read_only": true, "downloads": false }));
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
