//! What policy wants of content, and what its sender may do about it.

use super::receive::inbound;
use super::{HEALTH, by_sms, draft, to};
use crate::Error;
use crate::mail::{Planned, SentOutcome};
use crate::testing::{TestCore, TestPerson};
use wardpost_model::audit::AuditKind;
use wardpost_model::finding::{FindingKind, Sensitivity};
use wardpost_model::plan::{Action, Anyway, Reason, Route};
use wardpost_model::policy::{Incoming, Policy};
use wardpost_model::vocabulary::{Checksum, OwnNumber, VocabularyException};
use wardpost_store::both_engines;

type Edit = Box<dyn FnOnce(&mut Policy)>;

const SMS: &str = "+31612345678";

pub(super) async fn change(house: &TestCore, by: &TestPerson, edit: impl FnOnce(&mut Policy)) -> Result<u32, Error> {
    let current = house.policy_current().await.unwrap();
    let mut policy = current.policy.clone();
    edit(&mut policy);
    house.put_policy(&by.actor, current.version, policy, "Test").await.map(|v| v.version)
}

async fn planned(house: &TestCore, by: &TestPerson, text: &str) -> Planned {
    let (id, _) = draft(house, by, vec![by_sms("pat@mail.example", SMS)], text).await;
    house.plan_draft(&by.actor, id).await.unwrap()
}

fn exception(text: &str) -> VocabularyException {
    VocabularyException {
        text: text.to_owned(),
        kind: None,
        why: "One of us".to_owned(),
        until: None,
        added_by: None,
        added_at: None,
    }
}

both_engines! {
    /// The privacy officer's words are obeyed at the next message, by every node, and each message keeps the version.
    fn an_own_vocabulary_is_obeyed_from_the_next_message_by_every_node(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        let vera = house.person("privacy_officer", "Vera Bos", "vera@clinic.example").await;
        house.outside.verified("mail.example");
        let other = house.another_node().await;
        let text = "Els Visser is in the blue lamp group. The parcel is ZX111222333.";
        assert_eq!(planned(&house, &anna, text).await.findings.sensitivity, Sensitivity::None);
        let number = OwnNumber {
            name: "File".to_owned(),
            pattern: r"\bZX\d{9}\b".to_owned(),
            checksum: Checksum::Eleven,
            kind: FindingKind::Mrn,
        };
        let version = change(&house, &vera, |p| {
            p.vocabulary.conditions = vec![" blue lamp group ".to_owned(), "Blue Lamp Group".to_owned()];
            p.vocabulary.numbers = vec![number];
        }).await.unwrap();
        let kept = house.policy_current().await.unwrap().policy.vocabulary.conditions.clone();
        assert_eq!(kept, ["blue lamp group"], "trimmed, and once");
        let seen = planned(&house, &anna, text).await;
        assert_eq!((seen.findings.sensitivity, seen.plan.policy_version), (Sensitivity::Health, version));
        assert!(seen.findings.spans.iter().any(|s| s.kind == FindingKind::Mrn), "the own number proves itself");
        house.clock.advance_minutes(2);
        let (id, _) = draft(&house, &anna, vec![by_sms("pat@mail.example", SMS)], text).await;
        assert_eq!(other.plan_draft(&anna.actor, id).await.unwrap().findings, seen.findings, "the other node too");
        let wrong = text.replace("111222333", "111222334");
        let seen = planned(&house, &anna, &wrong).await;
        assert!(!seen.findings.spans.iter().any(|s| s.kind == FindingKind::Mrn), "its checksum is wrong");
    }

    fn an_exception_holds_until_its_last_day_and_says_who_made_it(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        let vera = house.person("privacy_officer", "Vera Bos", "vera@clinic.example").await;
        house.outside.verified("mail.example");
        let text = "Mr Jan Bakker was diagnosed with asthma. Mr Bakker uses salbutamol.";
        assert_eq!(planned(&house, &anna, text).await.findings.sensitivity, Sensitivity::Health);
        let today = house.today().await.unwrap();
        let forged = VocabularyException {
            until: Some(today),
            added_by: Some(anna.id()),
            ..exception("Jan Bakker")
        };
        change(&house, &vera, |p| p.vocabulary.exceptions = vec![forged]).await.unwrap();
        let made = house.policy_current().await.unwrap().policy.vocabulary.exceptions[0].clone();
        assert_eq!(made.added_by, Some(vera.id()), "the server says who added it");
        assert!(made.added_at.is_some());
        assert_eq!(planned(&house, &anna, text).await.findings.sensitivity, Sensitivity::None);
        // Who edits the policy later did not add it.
        let paul = house.person("privacy_officer", "Paul Licy", "paul@clinic.example").await;
        change(&house, &paul, |p| p.four_eyes = false).await.unwrap();
        assert_eq!(house.policy_current().await.unwrap().policy.vocabulary.exceptions, [made]);
        house.clock.advance_minutes(25 * 60);
        assert_eq!(planned(&house, &anna, text).await.findings.sensitivity, Sensitivity::Health, "its day has passed");
    }

    /// Sent anyway: needs its permission, a reason, a rule that lets it; and is told in the log.
    fn what_policy_lets_is_sent_anyway_for_a_reason_that_is_written_down(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        let nora = house.person("nurse", "Nora Bak", "nora@clinic.example").await;
        let vera = house.person("privacy_officer", "Vera Bos", "vera@clinic.example").await;
        house.outside.verified("mail.example");
        let reason = "The patient asked for it by e-mail.";
        let whom = || vec![by_sms("pat@mail.example", SMS)];
        let (id, version) = draft(&house, &anna, whom(), HEALTH).await;
        let refused = house.send_draft_anyway(&anna.actor, id, version, reason).await;
        assert!(matches!(refused, Err(Error::Conflict("nothing_to_override"))), "the row does not let it: {refused:?}");
        change(&house, &vera, |p| p.health.may_override = true).await.unwrap();

        let (theirs, v) = draft(&house, &nora, whom(), HEALTH).await;
        assert_eq!(house.plan_draft(&nora.actor, theirs).await.unwrap().plan.recipients[0].anyway, None, "not offered");
        let refused = house.send_draft_anyway(&nora.actor, theirs, v, reason).await;
        assert!(matches!(refused, Err(Error::Denied("missing_permission"))), "{refused:?}");

        let plan = house.plan_draft(&anna.actor, id).await.unwrap().plan;
        let told = plan.recipients[0].anyway;
        assert_eq!(told, Some(Anyway { route: Route::VerifiedTls, action: Action::Send }));
        assert_eq!((plan.action, plan.recipients[0].route), (Action::Protect, Route::Pickup));
        let refused = house.send_draft_anyway(&anna.actor, id, version, "  no ").await;
        assert!(matches!(refused, Err(Error::Validation(_))), "{refused:?}");
        let sent = house.send_draft_anyway(&anna.actor, id, version, reason).await.unwrap();
        assert_eq!(sent.plan.recipients[0].route, Route::VerifiedTls);
        assert!(sent.plan.overridden && sent.plan.recipients[0].reasons.contains(&Reason::SentAnyway));
        let view = house.read_message(&anna.actor, anna.mailbox(), sent.message_id).await.unwrap();
        assert_eq!(view.sent_anyway.as_deref(), Some(reason));
        let kinds = house.audit_kinds().await;
        assert!(kinds.iter().any(|(k, _)| k == AuditKind::MessageSentAnyway.as_str()));
    }

    /// Never below what the route itself demands: without verified TLS it is pick-up, whatever the reason.
    fn sent_anyway_still_takes_pick_up_where_tls_can_not_be_verified(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        let vera = house.person("privacy_officer", "Vera Bos", "vera@clinic.example").await;
        change(&house, &vera, |p| {
            p.health.may_override = true;
            p.health.pickup = Action::Hold;
        }).await.unwrap();
        let (id, version) = draft(&house, &anna, vec![by_sms("pat@unsafe.example", SMS)], HEALTH).await;
        let plan = house.plan_draft(&anna.actor, id).await.unwrap().plan;
        assert_eq!(plan.action, Action::Hold);
        assert_eq!(plan.recipients[0].anyway, Some(Anyway { route: Route::Pickup, action: Action::Send }));
        let sent = house.send_draft_anyway(&anna.actor, id, version, "Urgent referral").await.unwrap();
        assert_eq!((sent.outcome, sent.plan.recipients[0].route), (SentOutcome::Sent, Route::Pickup));
    }

    fn a_block_is_never_lifted(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        let vera = house.person("privacy_officer", "Vera Bos", "vera@clinic.example").await;
        change(&house, &vera, |p| {
            p.health.may_override = true;
            p.health.inside = Action::Block;
        }).await.unwrap();
        let (id, version) = draft(&house, &anna, vec![to("vera@clinic.example")], HEALTH).await;
        let refused = house.send_draft_anyway(&anna.actor, id, version, "Urgent referral").await;
        assert!(matches!(refused, Err(Error::Blocked(_))), "{refused:?}");
    }

    /// Inbound in clear: its reader is told, as policy wants it for what was found; with TLS nobody is.
    fn the_reader_is_told_what_came_in_without_encryption(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        let vera = house.person("privacy_officer", "Vera Bos", "vera@clinic.example").await;
        let came = async |text: &str, tls: Option<&str>| {
            let mut mail = inbound(&["anna@clinic.example"]);
            (mail.text, mail.html, mail.received.tls) = (text.to_owned(), None, tls.map(str::to_owned));
            let id = house.receive(mail).await.unwrap().message_id;
            house.read_message(&anna.actor, anna.mailbox(), id).await.unwrap()
        };
        let view = came(HEALTH, None).await;
        assert_eq!((view.came_in_clear, view.policy_version), (true, Some(1)), "and judged by the version in force");
        assert!(!came(HEALTH, Some("TLSv1.3")).await.came_in_clear);
        assert!(!came("Graag uw oordeel.", None).await.came_in_clear);
        change(&house, &vera, |p| p.health.incoming = Incoming::Deliver).await.unwrap();
        assert!(!came(HEALTH, None).await.came_in_clear, "policy does not want it told");
    }

    fn a_vocabulary_out_of_bounds_is_refused_by_field(store) {
        let house = TestCore::over(store).await;
        let vera = house.person("privacy_officer", "Vera Bos", "vera@clinic.example").await;
        let number = |pattern: &str, kind| OwnNumber {
            name: "File".to_owned(),
            pattern: pattern.to_owned(),
            checksum: Checksum::None,
            kind,
        };
        let mrn = FindingKind::Mrn;
        let cases: [(&str, &str, Edit); 9] = [
            ("policy.vocabulary.numbers.1.pattern", "pattern", Box::new(move |p| {
                p.vocabulary.numbers = vec![number(r"\d{6}", mrn), number("(", mrn)];
            })),
            ("policy.vocabulary.numbers.0.pattern", "pattern", Box::new(move |p| {
                p.vocabulary.numbers = vec![number(r"(?:\d{1,1000}){1,1000}", mrn)];
            })),
            ("policy.vocabulary.numbers.0.pattern", "pattern", Box::new(move |p| {
                p.vocabulary.numbers = vec![number(r"\d*", mrn)];
            })),
            ("policy.vocabulary.numbers.0.kind", "unknown", Box::new(move |p| {
                p.vocabulary.numbers = vec![number(r"\d{6}", FindingKind::Person)];
            })),
            ("policy.vocabulary.conditions.0", "too_short", Box::new(|p| p.vocabulary.conditions = vec!["xy".into()])),
            ("policy.vocabulary.medicines", "too_many", Box::new(|p| {
                p.vocabulary.medicines = (0..501).map(|i| format!("word {i}")).collect();
            })),
            ("policy.vocabulary.exceptions.0.why", "too_short", Box::new(|p| {
                p.vocabulary.exceptions = vec![VocabularyException { why: String::new(), ..exception("Jan Bakker") }];
            })),
            ("policy.vocabulary.exceptions", "too_many", Box::new(|p| {
                p.vocabulary.exceptions = (0..600).map(|i| exception(&format!("Jan {i}"))).collect();
            })),
            ("policy.many_from", "range", Box::new(|p| p.many_from = 1)),
        ];
        for (field, code, edit) in cases {
            let Err(Error::Validation(faults)) = change(&house, &vera, edit).await else { panic!("{field} is taken") };
            assert!(faults.iter().any(|f| f.field == field && f.code == code), "{field} {code}: {faults:?}");
        }
        assert_eq!(house.policy_current().await.unwrap().version, 1);
    }
}
