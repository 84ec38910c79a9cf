//! Pages of others around ours, or scripts of others that read our answers (ASVS 3.4.6, 3.4.2).

use super::*;

/// Every operation, to nobody and to an administrator, whatever it answers.
#[tokio::test]
async fn no_answer_can_be_framed_or_read_by_another_origin() {
    let web = Web::with(|c| {
        (c.limits.requests_per_minute, c.limits.sign_ins_per_minute) = (u32::MAX, u32::MAX);
        c.limits.pickups_per_minute = u32::MAX;
    })
    .await;
    let ada = web.person("administrator", "Ada", "ada@clinic.example").await;
    let document = document();
    for signed_in in [false, true] {
        let browser = if signed_in { web.sign_in(&ada).await } else { Browser::default() };
        for operation in Described::all(&document) {
            // One never ends, one would end the session.
            if signed_in && ["events", "sign_out"].contains(&operation.id()) {
                continue;
            }
            let request =
                browser.request(&operation.method, &operation.nowhere()).header("origin", "https://evil.example");
            let got = web.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(got.headers["x-frame-options"], "DENY", "{}", operation.id());
            let policy = got.headers["content-security-policy"].to_str().unwrap();
            assert!(policy.contains("frame-ancestors 'none'"), "{}: {policy}", operation.id());
            assert!(!got.headers.contains_key("access-control-allow-origin"), "{}", operation.id());
            assert_eq!(got.headers["cross-origin-resource-policy"], "same-origin", "{}", operation.id());
        }
    }
}
