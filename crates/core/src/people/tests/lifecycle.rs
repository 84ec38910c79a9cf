//! Coming and going (NL-08, NL-09; 164.308(a)(3)(ii)(C)).

use super::*;
use crate::clock::DAY_US;
use crate::identity::{Factor, SignedIn};
use crate::people::{Handover, ImportLine, Leave};
use jiff::Timestamp;
use wardpost_model::audit::AuditKind;

async fn sign_in(house: &TestCore, who: &TestPerson) -> Result<SignedIn> {
    house.clock.advance_us(31_000_000);
    let pending = house.sign_in(&who.login.to_string(), PASSWORD, &client()).await?;
    let done = house.second_factor(&pending.secret, &Factor::Totp(who.code(&house.clock)), &client()).await?;
    Ok(done.signed_in().unwrap())
}

async fn version(house: &TestCore, admin: &TestPerson, of: &TestPerson) -> i64 {
    house.find_person(&admin.actor, of.id()).await.unwrap().version
}

both_engines! {
    fn who_leaves_is_out_at_once_on_every_node_and_their_mailbox_goes_on(store) {
        let house = TestCore::over(store).await;
        let admin = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let ben = house.person("clinician", "Ben Smit", "ben@clinic.example").await;
        let s = sign_in(&house, &anna).await.unwrap();
        let device = house.create_app_password(&s.actor, "Phone").await.unwrap();
        let other = house.another_node().await;
        other.authenticate_session(&s.secret, &client(), true).await.unwrap();

        let preview = house.preview_leave(&admin.actor, anna.id()).await.unwrap();
        assert_eq!((preview.mailboxes.len(), preview.app_passwords, preview.last_administrator), (1, 1, false));
        assert!(preview.mailboxes[0].alone);
        let version = version(&house, &admin, &anna).await;
        let leave = async |handover: Vec<Handover>| {
            house.leave(&admin.actor, anna.id(), &Leave { version, handover, patients: None, at: None }).await
        };
        let to = |to| vec![Handover { mailbox: anna.mailbox(), to }];
        assert_eq!(codes(leave(vec![]).await), [("handover".to_owned(), "required")]);
        assert_eq!(codes(leave(to(Some(anna.id()))).await), [("handover[0]".to_owned(), "unknown")]);
        assert_eq!(codes(leave(to(Some(admin.id()))).await), [("handover[0]".to_owned(), "yourself")]);
        let stale = Leave { version: version + 1, handover: to(Some(ben.id())), patients: None, at: None };
        assert!(matches!(house.leave(&admin.actor, anna.id(), &stale).await, Err(Error::VersionConflict)));

        let gone = leave(to(Some(ben.id()))).await.unwrap();
        assert_eq!(gone.state, PersonState::Disabled);
        // Within a second on the other node, whether or not its event arrived.
        house.clock.advance_us(1_000_001);
        for node in [&house.core, &other] {
            assert!(matches!(node.authenticate_session(&s.secret, &client(), true).await, Err(Error::Unauthenticated)));
            let program = node.authenticate_submission(&device.username, &device.password, &client()).await;
            assert!(matches!(program, Err(Error::Unauthenticated)), "{program:?}");
        }
        assert!(matches!(sign_in(&house, &anna).await, Err(Error::Unauthenticated)));
        let theirs = house.mailboxes_of(ben.id()).await.unwrap();
        let handed = theirs.iter().find(|m| m.id == anna.mailbox()).unwrap();
        assert_eq!((handed.kind, handed.members.as_slice(), handed.active), (MailboxKind::Shared, &[ben.id()][..], true));
        assert_eq!(house.audit_details(AuditKind::PersonLeft).await[0].more["anna@clinic.example"], "Ben Smit");
        assert!(matches!(leave(to(None)).await, Err(Error::Conflict("already_disabled"))));
    }
}

#[tokio::test]
async fn a_mailbox_that_nobody_goes_on_with_takes_no_more_mail_and_keeps_what_it_has() {
    let house = TestCore::new().await;
    let admin = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let how = Leave {
        version: version(&house, &admin, &anna).await,
        handover: vec![Handover { mailbox: anna.mailbox(), to: None }],
        patients: None,
        at: None,
    };
    house.leave(&admin.actor, anna.id(), &how).await.unwrap();
    let address = "anna@clinic.example".parse().unwrap();
    assert!(house.receiving_mailbox(&address).await.unwrap().is_none());
    assert!(house.mailbox_by_address(&address).await.unwrap().is_some());
}

#[tokio::test]
async fn a_planned_leave_comes_by_itself_and_can_be_taken_back() {
    let house = TestCore::new().await;
    let admin = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let ben = house.person("clinician", "Ben Smit", "ben@clinic.example").await;
    let day = Timestamp::from_microsecond(house.clock().now_us() + 3 * DAY_US).unwrap();
    let plan = async |at| {
        let version = version(&house, &admin, &anna).await;
        let handover = vec![Handover { mailbox: anna.mailbox(), to: Some(ben.id()) }];
        house.leave(&admin.actor, anna.id(), &Leave { version, handover, patients: None, at: Some(at) }).await
    };
    let far = Timestamp::from_microsecond(house.clock().now_us() + 400 * DAY_US).unwrap();
    assert_eq!(codes(plan(far).await), [("at".to_owned(), "range")]);
    let planned = plan(day).await.unwrap();
    assert_eq!((planned.state, planned.leaves_at), (PersonState::Active, Some(day)));
    assert_eq!(house.carry_out_leaves().await.unwrap(), 0);
    assert_eq!(house.cancel_leave(&admin.actor, anna.id()).await.unwrap().leaves_at, None);
    assert!(matches!(house.cancel_leave(&admin.actor, anna.id()).await, Err(Error::NotFound)));

    plan(day).await.unwrap();
    house.clock.advance_us(3 * DAY_US + 1);
    let other = house.another_node().await;
    let (a, b) = tokio::join!(house.carry_out_leaves(), other.carry_out_leaves());
    assert_eq!(a.unwrap() + b.unwrap(), 1, "once, whichever node comes first");
    let gone = house.find_person(&admin.actor, anna.id()).await.unwrap();
    assert_eq!((gone.state, gone.leaves_at), (PersonState::Disabled, None));
    assert_eq!(house.mailboxes_of(ben.id()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn leaving_is_for_administrators_and_never_takes_the_last_of_them() {
    let house = TestCore::new().await;
    let admin = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let bare = Leave { version: 1, handover: vec![], patients: None, at: None };
    assert!(matches!(house.leave(&anna.actor, admin.id(), &bare).await, Err(Error::Denied("missing_permission"))));
    assert!(matches!(house.preview_leave(&anna.actor, admin.id()).await, Err(Error::Denied("missing_permission"))));
    assert!(matches!(house.leave(&admin.actor, admin.id(), &bare).await, Err(Error::Conflict("own_account"))));
    assert!(house.preview_leave(&admin.actor, admin.id()).await.unwrap().last_administrator);
    let operator = stranger(&[Permission::PersonManage]);
    let how = Leave {
        version: version(&house, &admin, &admin).await,
        handover: vec![Handover { mailbox: admin.mailbox(), to: None }],
        patients: None,
        at: None,
    };
    let answer = house.leave(&operator, admin.id(), &how).await;
    assert!(matches!(answer, Err(Error::Conflict("last_administrator"))), "{answer:?}");
    let handing = Leave { handover: vec![Handover { mailbox: anna.mailbox(), to: Some(admin.id()) }], ..how };
    let answer = house.leave(&operator, anna.id(), &handing).await;
    assert!(matches!(answer, Err(Error::Denied("missing_permission"))), "mailboxes change hands: {answer:?}");
}

const LIST: &str = "naam;e-mail;functie;taal;rollen;postvak;afdeling\r\n\
    Iris Nieuw;iris@clinic.example;Doktersassistente;nl;Front desk;iris@clinic.example;1\r\n\
    ;leeg@clinic.example;;;;;\r\n\
    Anna Dubbel;anna@clinic.example;;;;;\r\n\
    Iris Weer;IRIS@clinic.example;;;;;\r\n\
    Otto;no address;;klingon;Tovenaar;;\r\n\
    Baas;baas@clinic.example;;;Administrator;;\r\n\
    Ver;ver@clinic.example;;;;ver@elsewhere.example;\r\n\
    =1+1;formule@clinic.example;;;Front desk | Physician;;\r\n\
    Kort;kort@clinic.example\r\n";

fn problems(line: &ImportLine) -> Vec<(&'static str, &'static str)> {
    line.problems.iter().map(|p| (p.column, p.code)).collect()
}

both_engines! {
    fn a_list_is_previewed_row_by_row_imported_and_taken_back(store) {
        let house = TestCore::over(store).await;
        let admin = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
        house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let preview = house.preview_import(&admin.actor, LIST).await.unwrap();
        assert_eq!(preview.ignored, ["afdeling"]);
        let found: Vec<_> = preview.lines.iter().map(|l| (l.line, problems(l))).collect();
        assert_eq!(found, [
            (2, vec![]),
            (3, vec![("name", "required")]),
            (4, vec![("login", "taken")]),
            (5, vec![("login", "duplicate")]),
            (6, vec![("login", "malformed"), ("language", "unknown"), ("roles", "unknown")]),
            (7, vec![("roles", "sensitive")]),
            (8, vec![("mailbox", "foreign_domain")]),
            (9, vec![]),
            (10, vec![("", "columns")]),
        ]);
        assert!(matches!(house.run_import(&admin.actor, LIST, false).await, Err(Error::Conflict("rows_wrong"))));
        let done = house.run_import(&admin.actor, LIST, true).await.unwrap();
        assert_eq!(done.left_out, [3, 4, 5, 6, 7, 8, 10]);
        let names: Vec<&str> = done.people.iter().map(|p| p.name.as_str()).collect();
        assert_eq!(names, ["Iris Nieuw", "=1+1"], "a formula is a text");
        let iris = house.find_person(&admin.actor, done.people[0].id).await.unwrap();
        assert_eq!((iris.state, iris.roles[0].1.as_str()), (PersonState::Invited, "Front desk"));
        house.open_invitation(&done.people[0].invitation.token).await.unwrap();

        // Iris comes in; the other doesn't.
        let secret = house.open_invitation(&done.people[0].invitation.token).await.unwrap().totp_secret;
        let code = crate::identity::totp::code_at(&unbase32(&secret), house.clock().now_us());
        house.accept_invitation(&done.people[0].invitation.token, PASSWORD, &code, &client()).await.unwrap();
        let listed = house.imports(&admin.actor).await.unwrap();
        assert_eq!((listed[0].people, listed[0].open, listed[0].undone_at), (2, 1, None));
        let undone = house.undo_import(&admin.actor, done.id).await.unwrap();
        assert_eq!((undone.removed, undone.kept), (1, vec!["Iris Nieuw".to_owned()]));
        assert!(matches!(house.find_person(&admin.actor, done.people[1].id).await, Err(Error::NotFound)));
        assert!(matches!(house.open_invitation(&done.people[1].invitation.token).await, Err(Error::NotFound)));
        assert!(house.imports(&admin.actor).await.unwrap()[0].undone_at.is_some());
        let again = house.undo_import(&admin.actor, done.id).await.unwrap();
        assert_eq!(again.removed, 0);
        let second = house.run_import(&admin.actor, "name,login\n=1+1,formule@clinic.example\n", false).await.unwrap();
        assert_eq!(second.people.len(), 1, "what was taken back can be made again");
    }
}

#[tokio::test]
async fn a_thousand_rows_with_ten_wrong_ones_name_each_of_them() {
    let house = TestCore::new().await;
    let admin = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
    let row = |n: u32| if n % 100 == 50 { format!("P{n},\n") } else { format!("P{n},p{n}@clinic.example\n") };
    let list: String = std::iter::once("name,login\n".to_owned()).chain((0..1_000).map(row)).collect();
    let preview = house.preview_import(&admin.actor, &list).await.unwrap();
    let wrong: Vec<u64> = preview.lines.iter().filter(|l| !l.problems.is_empty()).map(|l| l.line).collect();
    assert_eq!(wrong, (0..10).map(|n| n * 100 + 52).collect::<Vec<u64>>());
    let done = house.run_import(&admin.actor, &list, true).await.unwrap();
    assert_eq!((done.people.len(), done.left_out.len()), (990, 10));
    assert_eq!(house.imports(&admin.actor).await.unwrap()[0].people, 990);
}

#[tokio::test]
async fn importing_is_for_administrators() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    assert!(matches!(house.preview_import(&anna.actor, LIST).await, Err(Error::Denied("missing_permission"))));
    assert!(matches!(house.run_import(&anna.actor, LIST, true).await, Err(Error::Denied("missing_permission"))));
    assert!(matches!(house.imports(&anna.actor).await, Err(Error::Denied("missing_permission"))));
    let lead = stranger(&[Permission::PersonManage]);
    let mailboxes = house.preview_import(&lead, LIST).await;
    assert!(matches!(mailboxes, Err(Error::Denied("missing_permission"))), "the list makes mailboxes");
    let list = "name,login,roles\nIris,iris@clinic.example,Physician\n";
    let preview = house.preview_import(&lead, list).await.unwrap();
    assert_eq!(problems(&preview.lines[0]), [("roles", "grants_more")]);
}

/// The bytes of a base 32 secret, as an authenticator app reads them.
fn unbase32(text: &str) -> Vec<u8> {
    let value = |b: u8| if b.is_ascii_uppercase() { b - b'A' } else { b - b'2' + 26 };
    let bits: Vec<u8> = text.bytes().flat_map(|b| (0..5).rev().map(move |i| value(b) >> i & 1)).collect();
    bits.chunks_exact(8).map(|c| c.iter().fold(0, |a, b| a << 1 | b)).collect()
}
