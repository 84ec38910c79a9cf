//! The operator's commands: set-up, invitations, the audit log, certificates, health.

use crate::harness::{Api, House, Smtp, text};
use hyper::Method;
use serde_json::json;
use std::process::Command;

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_byte_in_an_entry_or_in_the_tree_is_found_and_named() {
    let house = House::new("");
    let node = house.start();
    let _anna = house.person(&node, "clinician", "anna").await;
    for n in 0..20 {
        let sent =
            Smtp::connect(node.mx()).await.unwrap().send("anna@clinic.example", &format!("m{n}"), "x").await.unwrap();
        assert_eq!(sent.0, 250);
    }
    node.stop();
    let key = text(&house.run(&["audit", "status"]));
    let key = key.lines().find_map(|l| l.strip_prefix("public key   ")).unwrap().to_owned();
    let verify = || house.run(&["audit", "verify", "--key", &key]);
    assert!(verify().status.success(), "{}", text(&verify()));

    let db = rusqlite::Connection::open(house.data("wardpost.db")).unwrap();
    let alterations = [
        (
            "kind",
            "UPDATE audit_entry SET kind = 'message.reaf' WHERE seq = 7",
            "UPDATE audit_entry SET kind = ?1 WHERE seq = 7",
        ),
        ("at", "UPDATE audit_entry SET at = at + 1 WHERE seq = 7", "UPDATE audit_entry SET at = ?1 WHERE seq = 7"),
        (
            "sealed_details",
            "UPDATE audit_entry SET sealed_details = CAST(substr(sealed_details, 1, 9) || x'5a' || substr(sealed_details, 11) AS BLOB) WHERE seq = 7",
            "UPDATE audit_entry SET sealed_details = ?1 WHERE seq = 7",
        ),
        (
            "leaf_hash",
            "UPDATE audit_entry SET leaf_hash = zeroblob(32) WHERE seq = 7",
            "UPDATE audit_entry SET leaf_hash = ?1 WHERE seq = 7",
        ),
    ];
    for (column, alter, restore) in alterations {
        let was: rusqlite::types::Value =
            db.query_row(&format!("SELECT {column} FROM audit_entry WHERE seq = 7"), [], |r| r.get(0)).unwrap();
        assert_eq!(db.execute(alter, []).unwrap(), 1);
        let found = verify();
        assert_eq!(found.status.code(), Some(1), "{column}: {}", text(&found));
        assert!(text(&found).contains("entry 7: "), "{column}: {}", text(&found));
        db.execute(restore, [was]).unwrap();
        assert!(verify().status.success(), "{column} was restored: {}", text(&verify()));
    }
    db.execute("DELETE FROM audit_entry WHERE seq = 11", []).unwrap();
    assert!(text(&verify()).contains("entry 11: the entry at this place is missing"), "{}", text(&verify()));
    assert_eq!(verify().status.code(), Some(1));
    let other = text(&house.run(&["audit", "verify", "--key", "other+00000000+AAAA"]));
    assert!(other.contains("verifier key") || other.contains("key"), "{other}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_proven_and_the_health_endpoints_answer() {
    let house = House::new("");
    let node = house.start();
    let mut dirk = house.person(&node, "privacy_officer", "dirk").await;
    let found = dirk.api.ok(Method::GET, "/audit?limit=50", None).await;
    let kinds: Vec<&str> = found["items"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"server.started") && kinds.contains(&"person.created"), "{kinds:?}");
    let id = found["items"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned();

    let metrics = node.ready.metrics.unwrap();
    let get = |path: &str| {
        let out = Command::new("curl").args(["-s", "-m", "10", &format!("http://{metrics}{path}")]).output().unwrap();
        String::from_utf8(out.stdout).unwrap()
    };
    assert_eq!((get("/healthz").as_str(), get("/readyz").as_str()), ("alive\n", "ready\n"));
    let numbers = get("/metrics");
    assert!(numbers.contains("wardpost_smtp_messages_total{door=\"mx\"} 0"), "{numbers}");
    assert!(numbers.contains("wardpost_delivery_queue_depth 0") && !numbers.contains("clinic.example"), "{numbers}");
    node.stop();

    let proof = house.run(&["audit", "prove", &id]);
    assert!(proof.status.success(), "{}", text(&proof));
    assert!(text(&proof).starts_with("c2sp.org/tlog-proof@v1\n"), "{}", text(&proof));
    let nothing = house.run(&["audit", "prove", "00000000-0000-0000-0000-000000000001"]);
    assert!(!nothing.status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_ends_sessions_and_gives_a_new_invitation() {
    let house = House::new("");
    let node = house.start();
    let mut anna = house.person(&node, "clinician", "anna").await;
    assert_eq!(anna.api.call(Method::GET, "/session", None).await.1["state"], "signed_in");
    let reset = house.run(&["admin", "reset", "anna@clinic.example"]);
    assert!(text(&reset).contains("/invitation#"), "{}", text(&reset));
    // The running server hears of it from the database.
    let began = std::time::Instant::now();
    while anna.api.call(Method::GET, "/session", None).await.1["state"] != "anonymous" {
        assert!(began.elapsed() < crate::harness::LIMIT, "the session goes on");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let mut api = Api::new(&node.ready.public_url);
    let (status, _) = api
        .call(
            Method::POST,
            "/session",
            Some(json!({"login": "anna@clinic.example", "password": crate::harness::PASSWORD})),
        )
        .await;
    assert_eq!(status, 401);
    let people = text(&house.run(&["admin", "people"]));
    assert!(people.contains("anna@clinic.example") && people.contains("invited"), "{people}");
    let nobody = house.run(&["admin", "reset", "nobody@clinic.example"]);
    assert!(!nobody.status.success() && text(&nobody).contains("nobody has the sign-in name"), "{}", text(&nobody));
    node.stop();
}

#[test]
fn secrets_lie_in_private_files_and_a_second_house_is_not_made_over_the_first() {
    let house = House::new("");
    for file in ["root.key", "keys.db", "wardpost.db"] {
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(house.data(file)).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let again = house.run(&[
        "init",
        "--org",
        "X",
        "--domain",
        "x.example",
        "--admin-name",
        "X",
        "--admin-login",
        "x@x.example",
    ]);
    assert!(!again.status.success() && text(&again).contains("exists already"), "{}", text(&again));

    std::fs::set_permissions(house.data("root.key"), std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let open = house.run(&["serve"]);
    assert!(!open.status.success() && text(&open).contains("chmod 600"), "{}", text(&open));
    std::fs::remove_file(house.data("root.key")).unwrap();
    let gone = house.run(&["serve"]);
    assert!(!gone.status.success() && text(&gone).contains("there is no root key at"), "{}", text(&gone));
}

#[test]
fn the_doctor_names_what_to_do_and_the_records_to_publish() {
    let house = House::new("");
    let said = house.run(&["doctor", "--offline", "--deep"]);
    assert!(said.status.success(), "{}", text(&said));
    for wanted in [
        "ok       data folder:",
        "ok       database: read whole, no damage found",
        "warning  mail certificate: self-signed",
        "→ add a section [sms]",
        "clinic.example.            MX   10 localhost.",
        "\"v=spf1 mx -all\"",
        "version: STSv1",
        "0 errors",
    ] {
        assert!(text(&said).contains(wanted), "{wanted} in {}", text(&said));
    }
    std::fs::set_permissions(house.data("root.key"), std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
    let said = house.run(&["doctor", "--offline"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(text(&said).contains("ERROR    root key:"), "{}", text(&said));
}

#[test]
fn a_wrong_configuration_is_told_with_key_and_line() {
    let house = House::new("");
    house.configure("node.toml", "one", "[sessions]\nidle_minuts = 5\n");
    let checked = house.run(&["config", "check"]);
    assert_eq!(checked.status.code(), Some(1));
    let said = text(&checked);
    assert!(said.contains("sessions.idle_minuts: unknown field `idle_minuts`, expected `idle_minutes`"), "{said}");
    assert!(said.contains("line "), "{said}");
}
