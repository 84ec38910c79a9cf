//! Members that a body must not have: nobody sets what the form does not offer (mass assignment, ASVS 15.3.3).

use super::*;
use crate::tests::samples::sample;

/// What somebody would like to set along.
const SLIPPED_IN: &[&str] =
    &["id", "org_id", "person_id", "permissions", "roles", "state", "version", "kind", "is_admin"];

/// Bodies whose inside is another standard's, which may have members that we don't know (W3C WebAuthn).
const FOREIGN: &[&str] = &["credential", "passkey"];

fn resolved<'d>(document: &'d Value, schema: &'d Value) -> &'d Value {
    schema["$ref"].as_str().map_or(schema, |r| document.pointer(r.trim_start_matches('#')).unwrap())
}

#[test]
fn every_body_says_that_it_takes_nothing_else() {
    let document = document();
    for operation in Described::all(&document) {
        let Some(schema) = operation.schema() else { continue };
        let schema = resolved(&document, schema);
        assert_eq!(schema["additionalProperties"], false, "{}: deny_unknown_fields is missing", operation.id());
    }
}

#[tokio::test]
async fn what_a_form_does_not_offer_cant_be_slipped_in() {
    let web = Web::with(|c| {
        (c.limits.requests_per_minute, c.limits.sign_ins_per_minute) = (u32::MAX, u32::MAX);
        c.limits.pickups_per_minute = u32::MAX;
    })
    .await;
    let ada = web.person("administrator", "Ada", "ada@clinic.example").await;
    let browser = web.sign_in(&ada).await;
    let document = document();
    let before = web.house.store().contents(&[]).await;
    for operation in unsafe_operations(&document) {
        let need = crate::access::OPERATIONS.iter().find(|o| o.id == operation.id()).unwrap().need;
        let Some(schema) = operation.schema().filter(|_| need != crate::access::Need::Guest) else { continue };
        let schema = resolved(&document, schema);
        let plain = sample(&document, schema);
        for name in SLIPPED_IN.iter().filter(|n| schema["properties"].get(**n).is_none()) {
            let mut body = plain.clone();
            body[*name] = json!("mine");
            let request = browser.request(&operation.method, &operation.nowhere());
            let request = request.header("content-type", "application/json").header("if-match", "\"1\"");
            let got = web.send(request.body(Body::from(body.to_string())).unwrap()).await;
            let foreign = FOREIGN.iter().any(|f| plain.get(*f).is_some());
            assert_eq!(got.slug(), "validation", "{} {name}: {}", operation.id(), got.text());
            assert!(
                foreign || got.json()["errors"][0]["code"] == "unexpected",
                "{} {name}: {}",
                operation.id(),
                got.text()
            );
        }
    }
    assert_eq!(web.house.store().contents(&[]).await, before, "nothing was written");
}
