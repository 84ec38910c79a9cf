//! SCIM as identity providers really speak it (RFC 7643, RFC 7644; ASVS 4.1.4, 8.2.1, 8.2.2, 15.3.3), and as attackers would.

use super::*;

const OPERATIONS: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// A house that a program provisions, and who set it up.
struct Scim {
    web: Web,
    token: String,
    admin: Browser,
    officer: Browser,
}

impl Scim {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }
    async fn with(configure: impl FnOnce(&mut WebConfig)) -> Self {
        let web = Web::with(configure).await;
        let bea = web.person("administrator", "Bea", "bea@clinic.example").await;
        let sara = web.person("security_officer", "Sara", "sara@clinic.example").await;
        let (admin, officer) = (web.sign_in(&bea).await, web.sign_in(&sara).await);
        let program = web.post(&admin, "/service-accounts", json!({ "name": "Entra ID" })).await.ok();
        let wanted = json!({ "account_id": program["id"], "label": "Sync", "days": 90 });
        let made = web.post(&officer, "/service-tokens", wanted).await.ok();
        let token = made["secret"].as_str().unwrap().to_owned();
        Self { web, token, admin, officer }
    }
    fn request(&self, method: &str, path: &str) -> http::request::Builder {
        let request = Request::builder().method(method).uri(format!("/scim/v2{path}"));
        request
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/scim+json")
    }
    async fn call(&self, method: &str, path: &str, body: Value) -> Got {
        self.web.send(self.request(method, path).body(Body::from(body.to_string())).unwrap()).await
    }
    async fn get(&self, path: &str) -> Got {
        self.web.send(self.request("GET", path).body(Body::empty()).unwrap()).await
    }
    /// As Entra ID makes somebody, with all that it sends by default.
    async fn make(&self, login: &str) -> String {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
            "externalId": format!("x-{login}"), "userName": login, "active": true,
            "emails": [{ "primary": true, "type": "work", "value": login }],
            "meta": { "resourceType": "User" },
            "name": { "formatted": "Iris Nieuw", "familyName": "Nieuw", "givenName": "Iris" },
            "roles": [],
        });
        let got = self.call("POST", "/Users", body).await;
        assert_eq!(got.status, StatusCode::CREATED, "{}", got.text());
        assert_eq!(got.headers["content-type"], "application/scim+json");
        let made = got.json();
        assert_eq!(got.headers["location"].to_str().unwrap(), made["meta"]["location"].as_str().unwrap());
        assert_eq!(got.headers["etag"].to_str().unwrap(), made["meta"]["version"].as_str().unwrap());
        made["id"].as_str().unwrap().to_owned()
    }
    async fn patch(&self, path: &str, operations: Value) -> Got {
        self.call("PATCH", path, json!({ "schemas": [OPERATIONS], "Operations": operations })).await
    }
    async fn role(&self, name: &str) -> String {
        let roles = self.web.get(&self.officer, "/provisioned-roles").await.ok();
        let found = roles["items"].as_array().unwrap().iter().find(|r| r["name"] == name).unwrap();
        found["id"].as_str().unwrap().to_owned()
    }
}

impl Got {
    /// Status and kind of a refusal, which must be well-formed.
    #[track_caller]
    fn scim(&self) -> (u16, String) {
        assert_eq!(self.headers["content-type"], "application/scim+json", "{} {}", self.status, self.text());
        let json = self.json();
        assert_eq!(json["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error");
        assert_eq!(json["status"], self.status.as_str());
        (self.status.as_u16(), json["scimType"].as_str().unwrap_or_default().to_owned())
    }
}

#[tokio::test]
async fn entra_id_finds_changes_switches_off_and_removes_people() {
    let s = Scim::new().await;
    let none = s.get("/Users?filter=userName%20eq%20%22iris%40clinic.example%22").await.ok();
    assert_eq!((&none["totalResults"], &none["Resources"]), (&json!(0), &json!([])));
    let id = s.make("iris@clinic.example").await;
    let user = format!("/Users/{id}");
    let found = s.get("/Users?filter=userName%20eq%20%22IRIS%40clinic.example%22").await.ok();
    assert_eq!(found["Resources"][0]["id"], id.as_str());
    let found = s.get("/Users?filter=externalId%20eq%20%22x-iris%40clinic.example%22").await.ok();
    assert_eq!(found["totalResults"], 1);
    let changed = s
        .patch(
            &user,
            json!([
                { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "other@clinic.example" },
                { "op": "Replace", "path": "name.familyName", "value": "Jansen" },
                { "op": "Add", "path": "name.formatted", "value": "Iris Jansen" },
                { "op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "Ward" },
                { "op": "Replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:title", "value": "Nurse" },
                { "op": "Add", "value": { "name.givenName": "Iris M.", "preferredLanguage": "nl-NL", "nickName": "I" } },
            ]),
        )
        .await
        .ok();
    let name = json!({ "formatted": "Iris Jansen", "givenName": "Iris M.", "familyName": "Jansen" });
    assert_eq!((&changed["name"], &changed["displayName"]), (&name, &json!("Iris Jansen")));
    assert_eq!((&changed["title"], &changed["preferredLanguage"]), (&json!("Nurse"), &json!("nl-NL")));
    assert_eq!(changed["emails"][0]["value"], "iris@clinic.example", "the login is the address");
    let login = s.patch(&user, json!([{ "op": "Replace", "path": "userName", "value": "iris2@clinic.example" }])).await;
    assert_eq!(login.ok()["userName"], "iris2@clinic.example");
    // As texts, as some of its tenants still send them.
    let off = s.patch(&user, json!([{ "op": "Replace", "path": "active", "value": "False" }])).await.ok();
    assert_eq!(off["active"], false);
    let on = s
        .patch(&user, json!([{ "op": "Replace", "path": "active", "value": [{ "$ref": null, "value": "True" }] }]))
        .await;
    assert_eq!(on.ok()["active"], true);
    let gone = s.call("DELETE", &user, Value::Null).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(s.get(&user).await.scim(), (404, String::new()));
    let people = s.web.get(&s.admin, "/people?q=iris2").await.ok();
    assert_eq!((&people["items"][0]["state"], &people["items"][0]["kept_by"]), (&json!("disabled"), &json!("house")));
}

#[tokio::test]
async fn okta_replaces_people_switches_them_off_and_pushes_groups() {
    let s = Scim::new().await;
    let nurse = s.role("Nurse").await;
    s.web.call(&s.officer, "PUT", "/provisioned-roles", json!({ "role_ids": [nurse] })).await.ok();
    let (iris, jan) = (s.make("iris@clinic.example").await, s.make("jan@clinic.example").await);
    let user = format!("/Users/{iris}");
    let whole = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": iris, "userName": "iris@clinic.example",
        "name": { "givenName": "Iris", "middleName": "van", "familyName": "Dijk" }, "active": true, "locale": "nl-NL",
        "emails": [{ "primary": true, "value": "iris@clinic.example", "type": "work" }], "groups": [],
        "displayName": "Iris van Dijk",
    });
    let replaced = s.call("PUT", &user, whole).await.ok();
    assert_eq!((&replaced["displayName"], &replaced["externalId"]), (&json!("Iris van Dijk"), &Value::Null));
    assert_eq!(s.patch(&user, json!([{ "op": "replace", "value": { "active": false } }])).await.ok()["active"], false);
    assert_eq!(s.patch(&user, json!([{ "op": "replace", "value": { "active": true } }])).await.ok()["active"], true);

    let found = s.get("/Groups?filter=displayName%20eq%20%22nurse%22&excludedAttributes=members").await.ok();
    assert_eq!((&found["Resources"][0]["id"], &found["Resources"][0]["members"]), (&json!(nurse), &Value::Null));
    let group = format!("/Groups/{nurse}");
    let members = async || {
        let got = s.get(&group).await.ok();
        got["members"].as_array().unwrap().iter().map(|m| m["value"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for (operations, then) in [
        (json!([{ "op": "replace", "value": { "id": nurse, "displayName": "Nurse" } }]), vec![]),
        (json!([{ "op": "add", "path": "members", "value": [{ "value": iris, "display": "iris" }] }]), vec![&iris]),
        (json!([{ "op": "Add", "path": "members", "value": [{ "$ref": null, "value": jan }] }]), vec![&iris, &jan]),
        (json!([{ "op": "remove", "path": format!("members[value eq \"{iris}\"]") }]), vec![&jan]),
        (json!([{ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": jan }] }]), vec![]),
        (
            json!([{ "op": "replace", "path": "members", "value": [{ "value": iris }, { "value": jan }] }]),
            vec![&iris, &jan],
        ),
        (json!([{ "op": "remove", "path": "members" }]), vec![]),
    ] {
        let got = s.patch(&group, operations.clone()).await;
        assert_eq!(got.status, StatusCode::NO_CONTENT, "{operations} {}", got.text());
        let mut then: Vec<String> = then.into_iter().cloned().collect();
        then.sort();
        let mut now = members().await;
        now.sort();
        assert_eq!(now, then, "{operations}");
    }
    let renamed = s.patch(&group, json!([{ "op": "replace", "path": "displayName", "value": "Chief" }])).await;
    assert_eq!(renamed.scim(), (400, "mutability".to_owned()));
    assert_eq!(s.call("POST", "/Groups", json!({ "displayName": "Chief" })).await.scim(), (405, String::new()));
    assert_eq!(s.call("DELETE", &group, Value::Null).await.scim(), (405, String::new()));
}

/// Mass assignment (ASVS 15.3.3): what is not for provisioning to say is left out of a whole, and refused by name in a part.
#[tokio::test]
async fn what_is_not_for_provisioning_to_say_is_not_taken() {
    let s = Scim::new().await;
    let admin = s.web.house.ready_made_role("administrator").await.unwrap().unwrap();
    let body = json!({
        "userName": "mallory@clinic.example", "id": "00000000-0000-0000-0000-000000000001", "password": "let me in please",
        "roles": [{ "value": admin }], "role_ids": [admin], "groups": [{ "value": admin }], "permissions": ["role.manage"],
        "state": "active", "org_id": "x", "meta": { "version": "W/\"99\"" }, "entitlements": ["all"],
    });
    let made = s.call("POST", "/Users", body.clone()).await.ok();
    assert_ne!(made["id"], "00000000-0000-0000-0000-000000000001");
    assert!(made["groups"].as_array().unwrap().is_empty() && made.get("password").is_none());
    let user = format!("/Users/{}", made["id"].as_str().unwrap());
    let replaced = s.call("PUT", &user, body).await.ok();
    assert_eq!(replaced["id"], made["id"]);
    for path in ["id", "meta", "groups", "schemas", "password", "roles", "entitlements"] {
        let got = s.patch(&user, json!([{ "op": "replace", "path": path, "value": "x" }])).await;
        assert_eq!(got.scim(), (400, "mutability".to_owned()), "{path}");
    }
    for path in ["permissions", "state", "role_ids", "org_id", "urn:x:y:User:admin"] {
        let got = s.patch(&user, json!([{ "op": "add", "path": path, "value": "x" }])).await;
        assert_eq!(got.scim(), (400, "invalidPath".to_owned()), "{path}");
    }
    let people = s.web.get(&s.admin, "/people?q=mallory").await.ok();
    assert_eq!((&people["items"][0]["state"], &people["items"][0]["roles"]), (&json!("invited"), &json!([])));
}

/// Nobody comes in without a token that is good, and what else they show does not help.
#[tokio::test]
async fn only_a_good_token_opens_anything() {
    let s = Scim::new().await;
    let id = s.make("iris@clinic.example").await;
    let neighbour = s.web.house.neighbour().await;
    let state = WebState::new(neighbour.core.clone(), WebConfig::new(ORIGIN), Arc::new(NoMetrics));
    let elsewhere = Web { router: router(state.clone()), state, house: neighbour };
    let foreign = elsewhere.send(s.request("GET", "/Users").body(Body::empty()).unwrap()).await;
    assert_eq!(foreign.scim(), (401, String::new()));
    for path in ["/Users", "/ServiceProviderConfig", "/Schemas", "/nowhere", &format!("/Users/{id}")] {
        for token in ["", "Bearer", "Bearer ", "Bearer x", "Basic eDp5", &format!("Bearer {}x", s.token)] {
            let request = Request::builder().uri(format!("/scim/v2{path}")).header("authorization", token);
            // A session is no authority here: no browser can be made to act.
            let request = request.header("cookie", s.admin.cookie.clone().unwrap());
            let got = s.web.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(got.scim(), (401, String::new()), "{path} {token}");
            assert_eq!(got.headers["www-authenticate"], "Bearer");
        }
    }
    let tokens = s.web.get(&s.officer, "/service-tokens").await.ok();
    let path = format!("/service-tokens/{}", tokens["items"][0]["id"].as_str().unwrap());
    assert_eq!(s.web.call(&s.admin, "DELETE", &path, Value::Null).await.status, StatusCode::FORBIDDEN);
    s.web.call(&s.officer, "DELETE", &path, Value::Null).await.ok();
    assert_eq!(s.get("/Users").await.scim(), (401, String::new()), "withdrawn");
}

/// A program whose role was taken away comes in and may do nothing: the same for objects that are there and that are not.
#[tokio::test]
async fn a_program_without_rights_learns_nothing() {
    let s = Scim::new().await;
    let id = s.make("iris@clinic.example").await;
    let accounts = s.web.get(&s.admin, "/service-accounts").await.ok();
    let program = accounts["items"][0]["id"].as_str().unwrap().to_owned();
    let line = s.web.get(&s.admin, &format!("/people/{program}")).await.ok();
    let request = s
        .admin
        .request("PUT", &format!("/people/{program}/roles"))
        .header("if-match", format!("\"{}\"", line["version"]));
    let request = request.header("content-type", "application/json").body(Body::from("{\"role_ids\":[]}")).unwrap();
    s.web.send(request).await.ok();
    let unknown = "0190a5d0-0000-7000-8000-000000000000";
    for id in [id.as_str(), unknown] {
        for method in ["GET", "PATCH", "DELETE"] {
            let body = json!({ "Operations": [{ "op": "replace", "path": "active", "value": false }] });
            let got = s.call(method, &format!("/Users/{id}"), body).await;
            assert_eq!(got.scim(), (403, String::new()), "{method} {id}");
        }
    }
    let made = json!({ "userName": "new@clinic.example" });
    assert_eq!(s.call("POST", "/Users", made).await.scim(), (403, String::new()));
}

/// People whom the house keeps: neither seen, nor found by any filter, nor overwritten.
#[tokio::test]
async fn people_made_by_hand_are_neither_seen_nor_overwritten() {
    let s = Scim::new().await;
    let noor = s.web.person("nurse", "Noor", "noor@clinic.example").await;
    s.make("iris@clinic.example").await;
    assert_eq!(s.get("/Users").await.ok()["totalResults"], 1);
    for filter in [
        "userName eq \"noor@clinic.example\"",
        "userName pr and not (userName eq \"iris@clinic.example\")",
        "userName eq \"x\" or userName sw \"noor\"",
        &format!("id eq \"{}\"", noor.id()),
    ] {
        let escaped: String = filter.bytes().map(|b| format!("%{b:02X}")).collect();
        assert_eq!(s.get(&format!("/Users?filter={escaped}")).await.ok()["totalResults"], 0, "{filter}");
    }
    let user = format!("/Users/{}", noor.id());
    let body = json!({ "userName": "noor@clinic.example", "active": false });
    assert_eq!(s.get(&user).await.scim(), (404, String::new()));
    assert_eq!(s.call("PUT", &user, body.clone()).await.scim(), (404, String::new()));
    assert_eq!(s.call("DELETE", &user, Value::Null).await.scim(), (404, String::new()));
    assert_eq!(s.call("POST", "/Users", body).await.scim(), (409, "uniqueness".to_owned()));
    let line = s.web.get(&s.admin, &format!("/people/{}", noor.id())).await.ok();
    assert_eq!((&line["state"], &line["name"]), (&json!("active"), &json!("Noor")));

    // Handed over, they can be switched off and on; taken away by the house, they stay so.
    let request = s.admin.request("PUT", &format!("/people/{}/kept-by", noor.id()));
    let request =
        request.header("if-match", format!("\"{}\"", line["version"])).header("content-type", "application/json");
    s.web.send(request.body(Body::from("{\"provider\":true}")).unwrap()).await.ok();
    assert_eq!(s.get(&user).await.ok()["userName"], "noor@clinic.example");
    s.web.post(&s.admin, &format!("/people/{}/disable", noor.id()), Value::Null).await.ok();
    let back = s.patch(&user, json!([{ "op": "Replace", "path": "active", "value": true }])).await;
    assert_eq!(back.scim(), (409, "mutability".to_owned()));
}

#[tokio::test]
async fn versions_attributes_pages_and_bounds_are_as_the_rfc_says() {
    let s = Scim::new().await;
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(s.make(&format!("p{n}@clinic.example")).await);
    }
    let page = s.get("/Users?startIndex=2&count=2").await.ok();
    assert_eq!((&page["totalResults"], &page["startIndex"], &page["itemsPerPage"]), (&json!(5), &json!(2), &json!(2)));
    assert_eq!(s.get("/Users?startIndex=-5&count=-1").await.ok()["itemsPerPage"], 0);
    assert_eq!(s.get("/Users?startIndex=99999999999&count=x").await.ok()["itemsPerPage"], 0);
    let user = format!("/Users/{}", ids[0]);
    let some = s.get(&format!("{user}?attributes=userName,name.familyName")).await.ok();
    let keys: Vec<&str> = some.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys.len(), 5, "{keys:?}");
    assert!(some["name"].is_object() && some.get("title").is_none() && some.get("emails").is_none());
    let less = s.get(&format!("{user}?excludedAttributes=name,emails")).await.ok();
    assert!(less.get("name").is_none() && less.get("userName").is_some());

    let got = s.get(&user).await;
    let etag = got.headers["etag"].to_str().unwrap().to_owned();
    let known = s.request("GET", &user).header("if-none-match", &etag).body(Body::empty()).unwrap();
    assert_eq!(s.web.send(known).await.status, StatusCode::NOT_MODIFIED);
    let change = |tag: &str| {
        let body = json!({ "Operations": [{ "op": "replace", "path": "title", "value": "Nurse" }] });
        s.request("PATCH", &user).header("if-match", tag).body(Body::from(body.to_string())).unwrap()
    };
    assert_eq!(s.web.send(change("W/\"99\"")).await.scim(), (412, String::new()));
    assert_eq!(s.web.send(change("nonsense")).await.scim(), (412, String::new()));
    s.web.send(change(&etag)).await.ok();
    assert_eq!(s.web.send(change(&etag)).await.scim(), (412, String::new()));

    for (body, kind, refused) in [
        ("{", "application/scim+json", (400, "invalidSyntax")),
        ("[]", "application/json; charset=utf-8", (400, "invalidSyntax")),
        ("{}", "text/plain", (415, "")),
        ("{}", "application/scim+json", (400, "invalidValue")),
        ("{\"userName\":\"no address\"}", "application/scim+json", (400, "invalidValue")),
        ("{\"userName\":\"x@clinic.example\",\"active\":\"maybe\"}", "application/scim+json", (400, "invalidValue")),
        (
            "{\"userName\":\"x@clinic.example\",\"displayName\":\"a\\u0000b\"}",
            "application/scim+json",
            (400, "invalidValue"),
        ),
    ] {
        let request = Request::builder().method("POST").uri("/scim/v2/Users").header("content-type", kind);
        let request = request.header("authorization", format!("Bearer {}", s.token)).body(Body::from(body.to_owned()));
        assert_eq!(s.web.send(request.unwrap()).await.scim(), (refused.0, refused.1.to_owned()), "{body}");
    }
    let large = json!({ "userName": "x@clinic.example", "title": "a".repeat(300 << 10) });
    assert_eq!(s.call("POST", "/Users", large).await.scim(), (413, String::new()));
    for filter in ["userName", "userName eq", "a eq \"b\"%3B DROP TABLE person", &"(".repeat(50)] {
        let got = s.get(&format!("/Users?filter={}", filter.replace(' ', "%20").replace('"', "%22"))).await;
        assert_eq!(got.scim(), (400, "invalidFilter".to_owned()), "{filter}");
    }
    for path in ["/ServiceProviderConfig", "/ResourceTypes", "/ResourceTypes/User", "/Schemas"] {
        assert_eq!(s.get(path).await.status, StatusCode::OK, "{path}");
    }
    assert_eq!(s.get("/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group").await.ok()["name"], "Group");
    assert_eq!(s.get("/Bulk").await.scim(), (404, String::new()));
}

/// Every request is written down, without what was typed; the security officer sees the last ones.
#[tokio::test]
async fn every_request_is_written_down() {
    let s = Scim::new().await;
    let id = s.make("iris@clinic.example").await;
    s.get("/Users?filter=userName%20eq%20%22secret%40clinic.example%22").await.ok();
    s.get(&format!("/Users/{id}x")).await;
    s.get("/Nowhere").await;
    let seen = s.web.get(&s.officer, "/scim-requests").await.ok();
    let told: Vec<(&str, &str)> = seen["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["request"].as_str().unwrap(), e["status"].as_str().unwrap()))
        .collect();
    let expected = [("GET /-", "404"), ("GET /Users/{id}", "404"), ("GET /Users", "200"), ("POST /Users", "201")];
    assert_eq!(told, expected);
    assert!(!seen.to_string().contains("secret"));
    assert_eq!(s.web.get(&s.admin, "/scim-requests").await.status, StatusCode::FORBIDDEN);
    let kinds = s.web.house.audit_kinds().await;
    assert_eq!(kinds.iter().filter(|(kind, _)| kind == "scim.request").count(), 4);
}
