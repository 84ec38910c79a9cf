//! Addresses, numbers and identities that were checked (NL-08).

use super::*;
use crate::care::{IdentityDocument, NewPatient, PatientUpdate};
use crate::clock::MINUTE_US;
use crate::identity::EmailStanding;
use crate::mail::DeliveryContent;
use wardpost_model::PhoneNumber;
use wardpost_model::audit::AuditKind;
use wardpost_model::person::Actor;
use wardpost_store::both_engines;

const NUMBER: &str = "+31612345678";

fn number() -> PhoneNumber {
    NUMBER.parse().unwrap()
}

fn code_to(house: &TestCore, number: &str) -> String {
    house.sms.last_to(number).unwrap().chars().take(6).collect()
}

async fn at_work(house: &TestCore, person: &TestPerson) -> Actor {
    passkeys::at_work(house, person).await
}

/// The link in the mail that was queued last.
async fn link(house: &TestCore) -> String {
    let mut found = None;
    for work in house.claim_deliveries(50).await.unwrap() {
        let job = house.prepare_delivery(work).await.unwrap().unwrap();
        let DeliveryContent::Notice { text, .. } = &job.content else { panic!("{:?}", job.content) };
        if let Some((_, rest)) = text.split_once("/confirm#") {
            found = rest.split_whitespace().next().map(str::to_owned);
        }
    }
    found.unwrap()
}

both_engines! {
    /// An address outside is confirmed by a link that was sent there: once, within a quarter of an hour.
    fn an_address_outside_is_confirmed_by_a_link(store) {
        let house = TestCore::over(store).await;
        let inside = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        assert_eq!(house.verified(&inside.actor, inside.id()).await.unwrap().email, EmailStanding::Inside);
        assert!(matches!(house.ask_email(&inside.actor).await, Err(Error::Conflict("inside"))));

        let iris = house.outsider("physician", "Iris Extern", "iris@mail.example").await;
        assert_eq!(house.verified(&iris.actor, iris.id()).await.unwrap().email, EmailStanding::Open);
        house.ask_email(&iris.actor).await.unwrap();
        assert!(matches!(house.ask_email(&iris.actor).await, Err(Error::RateLimited { .. })), "not twice at once");
        let late = link(&house).await;
        house.clock.advance_us(15 * MINUTE_US);
        assert!(matches!(house.confirm_email(&late).await, Err(Error::NotFound)), "too late");
        house.ask_email(&iris.actor).await.unwrap();
        let token = link(&house).await;
        assert!(matches!(house.confirm_email(&late).await, Err(Error::NotFound)), "replaced");
        for bad in ["", "x", &"x".repeat(100_000)] {
            assert!(matches!(house.confirm_email(bad).await, Err(Error::NotFound)));
        }
        let other = house.another_node().await;
        let (a, b) = tokio::join!(house.confirm_email(&token), other.confirm_email(&token));
        assert_eq!(u8::from(a.is_ok()) + u8::from(b.is_ok()), 1, "{a:?} {b:?}");
        let found = house.verified(&iris.actor, iris.id()).await.unwrap();
        assert!(matches!(found.email, EmailStanding::Confirmed(_)), "{found:?}");
    }

    /// ASVS 6.6.2: a code of six digits for ten minutes and five tries, used up by the right one.
    fn a_number_is_confirmed_by_a_code(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        let old = house.ask_phone(&anna.actor, &number()).await;
        assert!(matches!(old, Err(Error::Denied("recent_sign_in"))), "{old:?}");
        let me = at_work(&house, &anna).await;
        let sent = house.ask_phone(&me, &number()).await.unwrap();
        assert_eq!((sent.valid_seconds, sent.again_seconds), (600, 30));
        assert_eq!(house.verified(&me, anna.id()).await.unwrap().phone, None, "not yet");
        let code = code_to(&house, NUMBER);
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for _ in 0..5 {
            assert_eq!(field_codes(house.confirm_phone(&me, wrong).await), [("code".to_owned(), "wrong")]);
        }
        assert_eq!(field_codes(house.confirm_phone(&me, &code).await), [("code".to_owned(), "expired")]);

        house.clock.advance_minutes(1);
        house.ask_phone(&me, &number()).await.unwrap();
        let late = code_to(&house, NUMBER);
        house.clock.advance_minutes(10);
        assert_eq!(field_codes(house.confirm_phone(&me, &late).await), [("code".to_owned(), "expired")]);
        house.ask_phone(&me, &number()).await.unwrap();
        let code = code_to(&house, NUMBER);
        house.confirm_phone(&me, &format!(" {code} ")).await.unwrap();
        assert_eq!(field_codes(house.confirm_phone(&me, &code).await), [("code".to_owned(), "expired")], "good once");
        let found = house.verified(&me, anna.id()).await.unwrap();
        assert_eq!(found.phone.map(|(p, _)| p), Some(number()));

        // Another number: the first stands until the code for the second was given; nobody else's code fits.
        house.clock.advance_minutes(10);
        let me = at_work(&house, &anna).await;
        house.ask_phone(&me, &"+31687654321".parse().unwrap()).await.unwrap();
        assert_eq!(house.verified(&me, anna.id()).await.unwrap().phone.map(|(p, _)| p), Some(number()));
        let bob = house.person("physician", "Bob Smit", "bob@clinic.example").await;
        let theirs = house.confirm_phone(&bob.actor, &code_to(&house, "+31687654321")).await;
        assert_eq!(field_codes(theirs), [("code".to_owned(), "expired")]);
        house.forget_phone(&me).await.unwrap();
        assert_eq!(house.verified(&me, anna.id()).await.unwrap().phone, None);
    }

    /// A text message costs money and a gateway may fail: bounded, and said.
    fn codes_are_bounded_and_a_gateway_that_fails_is_told(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        let me = at_work(&house, &anna).await;
        house.sms.refuse(Some("no credit"));
        assert!(matches!(house.ask_phone(&me, &number()).await, Err(Error::Unavailable(_))));
        house.sms.refuse(None);
        let mut sent = 0;
        for _ in 0..10 {
            house.clock.advance_us(31_000_000);
            sent += u32::from(house.ask_phone(&me, &number()).await.is_ok());
        }
        assert_eq!(sent, 4, "five in all, one of which failed");
    }

    /// The desk confirms a patient's number by the code that they read out; another number is another matter.
    fn a_patients_number_and_identity_are_checked_at_the_desk(store) {
        let house = TestCore::over(store).await;
        let desk = house.person("front_desk", "Chantal Desk", "chantal@clinic.example").await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        let fenna = NewPatient {
            name: "Fenna de Boer".to_owned(),
            birth_date: None,
            references: vec!["P-12345".to_owned()],
            phone: Some(number()),
        };
        let view = house.register_patient(&desk.actor, fenna.clone()).await.unwrap();
        let id = view.line.id;
        assert_eq!(view.phone_confirmed_at, None);
        assert!(matches!(house.ask_patient_phone(&anna.actor, id).await, Err(Error::Denied(_))));
        assert!(matches!(house.confirm_patient_phone(&anna.actor, id, "000000").await, Err(Error::Denied(_))));
        house.ask_patient_phone(&desk.actor, id).await.unwrap();
        let code = code_to(&house, NUMBER);
        let seen = house.confirm_patient_phone(&desk.actor, id, &code).await.unwrap();
        assert!(seen.phone_confirmed_at.is_some());
        let checked = house
            .check_patient_identity(&desk.actor, id, seen.version, IdentityDocument::Passport)
            .await
            .unwrap();
        assert_eq!(checked.identity.map(|(d, _)| d), Some(IdentityDocument::Passport));
        let stale = house.check_patient_identity(&desk.actor, id, seen.version, IdentityDocument::IdCard).await;
        assert!(matches!(stale, Err(Error::VersionConflict)), "{stale:?}");
        let other = NewPatient { phone: Some("+31687654321".parse().unwrap()), ..fenna };
        let update = PatientUpdate { version: checked.version, patient: other };
        let changed = house.change_patient(&desk.actor, id, update).await.unwrap();
        assert_eq!(changed.phone_confirmed_at, None, "another number was not confirmed");
        let nobody = wardpost_model::PatientId(uuid::Uuid::new_v4());
        assert!(matches!(house.ask_patient_phone(&desk.actor, nobody).await, Err(Error::NotFound)));
        let entries = house.audit_details(AuditKind::PatientVerified).await;
        let all = format!("{entries:?}");
        assert!(all.contains("passport") && all.contains("mobile number") && !all.contains(&code), "{all}");
        assert!(!all.contains(NUMBER), "the log names the number by its last digits");
    }
}

#[tokio::test]
async fn an_administrator_records_a_colleagues_identity_and_nobody_their_own() {
    let house = TestCore::new().await;
    let admin = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
    let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
    let card = IdentityDocument::IdCard;
    assert!(matches!(house.check_identity(&anna.actor, admin.id(), card).await, Err(Error::Denied(_))));
    assert!(matches!(house.verified(&anna.actor, admin.id()).await, Err(Error::Denied(_))));
    let own = house.check_identity(&admin.actor, admin.id(), card).await;
    assert!(matches!(own, Err(Error::Conflict("own_account"))), "{own:?}");
    house.check_identity(&admin.actor, anna.id(), card).await.unwrap();
    let found = house.verified(&admin.actor, anna.id()).await.unwrap().identity.unwrap();
    assert_eq!((found.0, found.2.as_str()), (card, "Bea Beheer"));
}
