//! Browsers told from new ones, notices of what becomes of an account, and guessers that lock nobody out.

use super::*;
use crate::clock::DAY_US;
use crate::identity::{Client, DeviceSecret};
use crate::mail::{Attempt, DeliveryContent, ListFilter, RecipientOutcome};
use wardpost_model::audit::AuditKind;
use wardpost_model::message::Folder;
use wardpost_store::both_engines;

const ORIGIN: &str = "https://mail.clinic.example";

/// A browser with a device cookie, or none yet.
fn with(device: Option<&DeviceSecret>, agent: &str) -> Client {
    Client { device: device.cloned(), user_agent: Some(agent.to_owned()), ..client() }
}

async fn enters(house: &TestCore, person: &TestPerson, from: &Client) -> SignedIn {
    house.clock.advance_us(31_000_000);
    let pending = house.sign_in(&person.login.to_string(), PASSWORD, from).await.unwrap();
    let code = Factor::Totp(person.code(&house.clock));
    house.second_factor(&pending.secret, &code, from).await.unwrap().signed_in().unwrap()
}

/// Subjects of somebody's inbox, newest first.
async fn told(house: &TestCore, who: &TestPerson) -> Vec<String> {
    let reader = house.actor(who.id()).await;
    let page = house.list_messages(&reader, who.mailbox(), Folder::Inbox, ListFilter::All, None, 50).await.unwrap();
    page.lines.into_iter().map(|l| l.subject).collect()
}

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";
const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19.0 Mobile/15E148 Safari/604.1";

both_engines! {
    /// ASVS 6.3.5: a sign-in with another browser is told, one with the same is not.
    fn a_new_browser_is_told_to_its_owner_and_a_known_one_is_not(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        let first = enters(&house, &anna, &with(None, FIREFOX)).await;
        assert!(told(&house, &anna).await.is_empty(), "the first one is no news");
        let again = enters(&house, &anna, &with(Some(&first.device), FIREFOX)).await;
        assert_eq!(again.device, first.device);
        assert!(told(&house, &anna).await.is_empty());
        let phone = enters(&house, &anna, &with(None, PHONE)).await;
        assert_ne!(phone.device, first.device);
        assert_eq!(told(&house, &anna).await, ["Your account: New sign-in"]);
        let page = house.list_messages(&anna.actor, anna.mailbox(), Folder::Inbox, ListFilter::All, None, 5).await.unwrap();
        let notice = house.read_message(&anna.actor, anna.mailbox(), page.lines[0].id).await.unwrap();
        assert!(notice.text.contains("Safari (iPhone)") && notice.text.contains(ORIGIN), "{}", notice.text);
        assert!(!notice.text.contains("192.0.2.10"), "no network address in a notice");
        let planted = enters(&house, &anna, &with(DeviceSecret::new("planted").as_ref(), FIREFOX)).await;
        assert_ne!(planted.device.value(), "planted", "what was not made here is not taken up");

        let lines = house.devices(&planted.actor).await.unwrap();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines.iter().filter(|d| d.current).count(), 1);
        assert!(lines[0].current && lines.iter().any(|d| d.user_agent.as_deref() == Some(PHONE)));
        let old = lines.iter().find(|d| d.user_agent.as_deref() == Some(PHONE)).unwrap().id;
        let bob = house.person("physician", "Bob Smit", "bob@clinic.example").await;
        assert!(matches!(house.forget_device(&bob.actor, old).await, Err(Error::NotFound)));
        house.forget_device(&planted.actor, old).await.unwrap();
        assert!(matches!(house.forget_device(&planted.actor, old).await, Err(Error::NotFound)));
        assert!(is_unauthenticated(&house.authenticate_session(&phone.secret, &client(), false).await), "its sessions end");
        house.authenticate_session(&again.secret, &client(), false).await.unwrap();
        enters(&house, &anna, &with(Some(&phone.device), PHONE)).await;
        assert_eq!(told(&house, &anna).await.len(), 3, "forgotten is new again");
        let kinds = house.audit_kinds().await;
        assert_eq!(kinds.iter().filter(|(k, _)| k == "sign_in.new_device").count(), 3);
        assert!(kinds.iter().any(|(k, _)| k == "device.forgotten"));
    }

    /// One browser on the front desk: everybody has a row, and a secret that was there before is worth nothing.
    fn of_one_browser_for_two_people_the_secret_changes_when_the_second_comes(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        let bob = house.person("physician", "Bob Smit", "bob@clinic.example").await;
        let hers = enters(&house, &anna, &with(None, FIREFOX)).await;
        let his = enters(&house, &bob, &with(Some(&hers.device), FIREFOX)).await;
        assert_ne!(his.device, hers.device);
        let back = enters(&house, &anna, &with(Some(&his.device), FIREFOX)).await;
        assert_eq!(back.device, his.device, "known by the new secret");
        assert!(told(&house, &anna).await.is_empty());
        enters(&house, &anna, &with(Some(&hers.device), FIREFOX)).await;
        assert_eq!(told(&house, &anna).await.len(), 1, "the old one is a stranger's");
    }

    /// ASVS 6.1.1, 6.3.1: guessers without the browser's cookie can't keep its owner out, not even by a hundred failures;
    /// who fails with the cookie becomes a stranger.
    fn guessers_lock_out_strangers_and_never_a_known_browser(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        let s = enters(&house, &anna, &with(None, FIREFOX)).await;
        let index = house.login_index("anna@clinic.example");
        let dead = crate::identity::throttle::after_failure(99, 0);
        let mut batch = wardpost_store::Batch::new();
        wardpost_store::repo::credential::reserve_login(&mut batch, house.org(), &index, 0, dead, 0, "test");
        house.store().write(batch).await.unwrap();
        for stranger in [with(None, FIREFOX), with(DeviceSecret::new("guessed").as_ref(), FIREFOX)] {
            let out = house.sign_in("anna@clinic.example", PASSWORD, &stranger).await;
            assert!(matches!(out, Err(Error::RateLimited { .. })), "{out:?}");
        }
        let known = with(Some(&s.device), FIREFOX);
        enters(&house, &anna, &known).await;
        assert_eq!(told(&house, &anna).await, ["Your account: Sign-in after failed attempts"]);
        enters(&house, &anna, &with(None, PHONE)).await;

        // The cookie of one is nothing at another's login.
        house.person("physician", "Bob Smit", "bob@clinic.example").await;
        for _ in 0..5 {
            assert!(is_unauthenticated(&house.sign_in("bob@clinic.example", "a wrong guess", &known).await));
        }
        let blocked = house.sign_in("bob@clinic.example", PASSWORD, &known).await;
        assert!(matches!(blocked, Err(Error::RateLimited { .. })), "{blocked:?}");

        let mut refused = 0;
        for _ in 0..10 {
            refused += u32::from(house.sign_in("anna@clinic.example", "a wrong guess", &known).await.is_err());
            house.clock.advance_minutes(16);
        }
        assert_eq!(refused, 10);
        for _ in 0..5 {
            assert!(is_unauthenticated(&house.sign_in("anna@clinic.example", "a wrong guess", &known).await));
        }
        let stranger = house.sign_in("anna@clinic.example", PASSWORD, &with(None, FIREFOX)).await;
        assert!(matches!(stranger, Err(Error::RateLimited { .. })), "its failures count with strangers' now: {stranger:?}");
    }
}

/// ASVS 6.3.7: every change of what opens an account is told.
#[tokio::test]
async fn every_change_of_credentials_is_told() {
    let house = TestCore::new().await;
    let admin = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
    let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
    let s = enters(&house, &anna, &with(None, FIREFOX)).await;
    let known = with(Some(&s.device), FIREFOX);
    let actor = house.authenticate_session(&s.secret, &known, false).await.unwrap().0;
    let newest = async || told(&house, &anna).await.first().cloned().unwrap_or_default();

    house.change_password(&actor, PASSWORD, "slow amber lanterns drift").await.unwrap();
    assert_eq!(newest().await, "Your account: Password changed");
    house.change_password(&actor, "slow amber lanterns drift", PASSWORD).await.unwrap();
    let codes = house.renew_recovery_codes(&actor).await.unwrap();
    assert_eq!(newest().await, "Your account: New recovery codes");
    house.create_app_password(&actor, "Laptop").await.unwrap();
    assert_eq!(newest().await, "Your account: Password of a mail program made");
    let mut key = crate::testing::Passkey::synced(ORIGIN);
    let line = passkeys::added(&house, &actor, &mut key).await;
    assert_eq!(newest().await, "Your account: Passkey added");
    let proven = passkeys::at_work(&house, &admin).await;
    house.remove_passkey_of(&proven, anna.id(), line.id).await.unwrap();
    assert_eq!(newest().await, "Your account: Passkey removed");
    let pending = house.sign_in("anna@clinic.example", PASSWORD, &known).await.unwrap();
    house.second_factor(&pending.secret, &Factor::RecoveryCode(codes[0].clone()), &known).await.unwrap();
    assert_eq!(newest().await, "Your account: A recovery code was used");
    house.demand_password_change(&admin.actor, anna.id()).await.unwrap();
    assert_eq!(newest().await, "Your account: Another password is asked for");
}

/// ASVS 6.3.5: what only an attacker would do is told as well.
#[tokio::test]
async fn suspicious_sign_ins_are_told() {
    let house = TestCore::new().await;
    let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
    let s = enters(&house, &anna, &with(None, FIREFOX)).await;
    let known = with(Some(&s.device), FIREFOX);
    let pending = house.sign_in("anna@clinic.example", PASSWORD, &known).await.unwrap();
    for _ in 0..5 {
        let wrong = Factor::Totp("000000".to_owned());
        house.second_factor(&pending.secret, &wrong, &known).await.unwrap_err();
        house.clock.advance_minutes(1);
    }
    assert_eq!(told(&house, &anna).await, ["Your account: Your password was right, the second step was not"]);
    house.clock.advance_us(91 * DAY_US);
    enters(&house, &anna, &known).await;
    assert_eq!(told(&house, &anna).await[0], "Your account: Sign-in after a long time");

    let actor = passkeys::at_work(&house, &anna).await;
    let mut key = crate::testing::Passkey::device_bound(ORIGIN);
    passkeys::added(&house, &actor, &mut key).await;
    passkeys::enters(&house, &mut key).await.unwrap();
    key.counter = 0;
    passkeys::enters(&house, &mut key).await.unwrap_err();
    assert_eq!(told(&house, &anna).await[0], "Your account: A passkey was refused");
}

/// Who has an address outside the house is told there too: that there is something to look at, and nothing of what.
#[tokio::test]
async fn outside_the_house_a_notice_holds_nothing() {
    let house = TestCore::new().await;
    let fenna = house.outsider("patient", "Fenna de Boer", "fenna@mail.example").await;
    let s = enters(&house, &fenna, &with(None, PHONE)).await;
    let actor = house.authenticate_session(&s.secret, &client(), false).await.unwrap().0;
    house.change_password(&actor, PASSWORD, "slow amber lanterns drift").await.unwrap();
    let work = house.claim_deliveries(10).await.unwrap();
    assert_eq!(work.len(), 1);
    let job = house.prepare_delivery(work.into_iter().next().unwrap()).await.unwrap().unwrap();
    let DeliveryContent::Notice { to, subject, text, .. } = &job.content else { panic!("{:?}", job.content) };
    assert_eq!(to.address.to_string(), "fenna@mail.example");
    assert_eq!(job.envelope_from, None, "nobody waits for its bounces");
    assert!(!subject.contains("assword") && !text.contains("password was changed"), "{subject} {text}");
    let taken = RecipientOutcome::Delivered { detail: "250 ok".to_owned() };
    let outcomes = vec![(job.recipients[0].0, taken)];
    let attempt = Attempt { outcomes, tls: None, protection: None, host: None };
    house.finish_delivery(&job, &attempt).await.unwrap();
    assert_eq!(house.queue_depth().await.unwrap(), 0);
    let done = house.audit_details(AuditKind::DeliveryDone).await;
    assert!(done.iter().any(|d| d.more.get("route").map(String::as_str) == Some("notice")), "{done:?}");
}
