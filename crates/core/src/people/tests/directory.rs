use super::*;
use crate::live::{Change, LiveEvent};
use crate::ports::TlsFinding;
use wardpost_model::message::Party;
use wardpost_model::{Domain, EventId};

fn domain(s: &str) -> Domain {
    s.parse().unwrap()
}

fn outside(name: &str, at: &str) -> ContactInput {
    let party = Party { name: name.to_owned(), address: address(at) };
    ContactInput { party, phone: None, secret: None, language: None }
}

both_engines! {
    fn domains_come_and_go_unless_they_are_used(store) {
        let house = TestCore::over(store).await;
        let admin = admin(&house).await;
        let new = domain("noord.example");
        assert!(!house.own_domain(&new).await.unwrap());
        house.add_domain(&admin.actor, &new).await.unwrap();
        assert!(house.own_domain(&new).await.unwrap(), "at once");
        assert_eq!(codes(house.add_domain(&admin.actor, &new).await), [("domain".to_owned(), "taken")]);
        assert_eq!(codes(house.add_domain(&admin.actor, &domain("localhost")).await), [("domain".to_owned(), "single_label")]);
        let used = house.remove_domain(&admin.actor, &domain("clinic.example")).await;
        assert!(matches!(used, Err(Error::Conflict("domain_in_use"))), "{used:?}");
        house.remove_domain(&admin.actor, &new).await.unwrap();
        assert!(!house.own_domain(&new).await.unwrap());
        assert!(matches!(house.remove_domain(&admin.actor, &new).await, Err(Error::NotFound)));
        assert!(!house.ensure_domain(&domain("clinic.example")).await.unwrap());
    }

    fn partners_are_kept_with_what_is_known_of_their_tls(store) {
        let house = TestCore::over(store).await;
        let admin = admin(&house).await;
        let input = PartnerInput { name: "Ziekenhuis".to_owned(), domain: domain("hospital.example"), note: "2026".to_owned() };
        let made = house.add_partner(&admin.actor, input.clone()).await.unwrap();
        assert!(made.tls.is_none());
        assert_eq!(codes(house.add_partner(&admin.actor, input.clone()).await), [("domain".to_owned(), "taken")]);
        let own = PartnerInput { domain: domain("clinic.example"), ..input.clone() };
        assert_eq!(codes(house.add_partner(&admin.actor, own).await), [("domain".to_owned(), "own_domain")]);
        assert_eq!(codes(house.add_domain(&admin.actor, &domain("hospital.example")).await), [("domain".to_owned(), "partner_domain")]);
        house.outside.set("hospital.example", TlsFinding::Verified { detail: "TLS 1.3".to_owned() });
        let checked = house.check_partner(&admin.actor, made.partner.id).await.unwrap();
        assert_eq!(checked.tls.as_ref().unwrap().detail, "TLS 1.3");
        assert_eq!(house.partners(&admin.actor).await.unwrap(), [checked]);

        let renamed = PartnerInput { name: "Ziekenhuis Zuid".to_owned(), ..input };
        let changed = house.change_partner(&admin.actor, made.partner.id, 1, renamed.clone()).await.unwrap();
        assert_eq!(changed.partner.version, 2);
        let late = house.change_partner(&admin.actor, made.partner.id, 1, renamed).await;
        assert!(matches!(late, Err(Error::VersionConflict)), "{late:?}");
        assert_eq!(house.partner_of(&domain("hospital.example")).await.unwrap().unwrap().name, "Ziekenhuis Zuid");
        assert_eq!(*house.known_domains().await.unwrap(), [domain("clinic.example"), domain("hospital.example")]);
        house.remove_partner(&admin.actor, made.partner.id).await.unwrap();
        assert!(house.partner_of(&domain("hospital.example")).await.unwrap().is_none());
    }

    fn contacts_keep_what_is_not_given_and_are_told_apart_by_address(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let a = &anna.actor;
        let given = ContactInput { phone: Some("+31612345678".parse().unwrap()), secret: Some("de rode fiets".to_owned()), ..outside("Piet Patiënt", "Piet@provider.example") };
        let made = house.put_contact(a, given).await.unwrap();
        let renamed = house.put_contact(a, outside("P. Patiënt", "piet@PROVIDER.example")).await.unwrap();
        assert_eq!((renamed.id, renamed.party.name.as_str()), (made.id, "P. Patiënt"));
        assert_eq!((renamed.phone, renamed.secret.as_deref()), (made.phone, Some("de rode fiets")));
        let cleared = house.put_contact(a, ContactInput { secret: Some(String::new()), ..outside("", "piet@provider.example") }).await.unwrap();
        assert_eq!((cleared.secret, cleared.party.name.as_str()), (None, "P. Patiënt"));
        assert_eq!(codes(house.put_contact(a, ContactInput { secret: Some("kort".to_owned()), ..outside("", "piet@provider.example") }).await), [("secret".to_owned(), "length")]);
        assert_eq!(codes(house.put_contact(a, outside("", "x@clinic.example")).await), [("party".to_owned(), "own_domain")]);
        assert!(house.contact_of(&address("nobody@provider.example")).await.unwrap().is_none());
    }

    fn two_nodes_that_meet_an_address_at_once_keep_one_contact(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let other = house.another_node().await;
        let (a, b) = tokio::join!(
            house.put_contact(&anna.actor, outside("Piet", "piet@provider.example")),
            other.put_contact(&anna.actor, outside("Piet", "piet@provider.example")),
        );
        assert_eq!(a.unwrap().id, b.unwrap().id);
        assert_eq!(house.find_contacts(&anna.actor, "piet").await.unwrap().len(), 1);
    }

    fn a_recipient_is_confirmed_for_one_mailbox(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let chris = house.person("clinician", "Chris Vos", "chris@clinic.example").await;
        for _ in 0..2 {
            let mut batch = wardpost_store::Batch::new();
            house.confirm_contact(&mut batch, anna.mailbox(), &address("Piet@provider.example"));
            house.store().write(batch).await.unwrap();
        }
        let piet = address("piet@provider.example");
        assert!(house.contact_confirmed(anna.mailbox(), &piet).await.unwrap());
        assert!(!house.contact_confirmed(chris.mailbox(), &piet).await.unwrap());
    }
}

#[tokio::test]
async fn suggestions_begin_with_the_house_and_hide_contacts_from_who_may_not_know_them() {
    let house = TestCore::new().await;
    let admin = admin(&house).await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let officer = house.person("privacy_officer", "Pia Officier", "pia@clinic.example").await;
    let partner =
        PartnerInput { name: "Ziekenhuis".to_owned(), domain: domain("hospital.example"), note: String::new() };
    house.add_partner(&admin.actor, partner).await.unwrap();
    for (name, at) in [
        ("Jan de Jansen", "jan@provider.example"),
        ("Dr. Jansen", "dr@hospital.example"),
        ("Kees", "kees@provider.example"),
    ] {
        house.put_contact(&anna.actor, outside(name, at)).await.unwrap();
    }
    let kinds = |lines: Vec<ContactLine>| lines.iter().map(|l| (l.party.name.clone(), l.kind)).collect::<Vec<_>>();
    let line = |name: &str, kind| (name.to_owned(), kind);
    assert_eq!(
        kinds(house.find_contacts(&anna.actor, "JANS").await.unwrap()),
        [
            line("Anna Jansen", ContactKind::Mailbox),
            line("Dr. Jansen", ContactKind::Partner),
            line("Jan de Jansen", ContactKind::Contact)
        ]
    );
    assert_eq!(kinds(house.find_contacts(&anna.actor, "kees@").await.unwrap()), [line("Kees", ContactKind::Contact)]);
    assert_eq!(
        kinds(house.find_contacts(&officer.actor, "jans").await.unwrap()),
        [line("Anna Jansen", ContactKind::Mailbox)]
    );
    assert!(house.find_contacts(&anna.actor, "zzz").await.unwrap().is_empty());
    assert!(matches!(house.find_contacts(&admin.actor, "j").await, Err(Error::Denied(_))));
}

#[tokio::test]
async fn another_nodes_copy_follows_the_announcement() {
    let house = TestCore::new().await;
    let admin = admin(&house).await;
    let other = house.another_node().await;
    assert!(!other.own_domain(&domain("noord.example")).await.unwrap());
    house.add_domain(&admin.actor, &domain("noord.example")).await.unwrap();
    let announced = LiveEvent { id: EventId(other.clock().new_id()), change: Change::House };
    other.live().publish(announced);
    assert!(other.own_domain(&domain("noord.example")).await.unwrap());
}

#[tokio::test]
async fn another_nodes_copy_follows_within_a_minute_without_an_announcement() {
    let house = TestCore::new().await;
    let admin = admin(&house).await;
    let other = house.another_node().await;
    assert!(!other.own_domain(&domain("noord.example")).await.unwrap());
    house.add_domain(&admin.actor, &domain("noord.example")).await.unwrap();
    house.clock.advance_minutes(1);
    assert!(other.own_domain(&domain("noord.example")).await.unwrap());
}
