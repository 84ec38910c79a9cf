//! Findings that are reported as none: what a report changes (nothing), who sees it, and what is left of it when it was
//! decided; and what a message could do without.

use super::{HEALTH, draft, to, update};
use crate::Error;
use crate::care::NewPatient;
use crate::clock::DAY_US;
use crate::mail::{AlarmClaim, AlarmReport, DraftKind, Hint, Lighter, Without};
use crate::testing::{TestCore, TestPerson, stranger};
use wardpost_model::DraftId;
use wardpost_model::audit::AuditKind;
use wardpost_model::finding::{Finding, FindingKind, Part, Sensitivity};
use wardpost_model::message::Folder;
use wardpost_model::permission::Permission;
use wardpost_model::plan::Action;
use wardpost_store::both_engines;

async fn found(house: &TestCore, by: &TestPerson, id: DraftId, kind: FindingKind) -> Finding {
    let planned = house.plan_draft(&by.actor, id).await.unwrap();
    planned.findings.spans.into_iter().find(|s| s.kind == kind).unwrap()
}

fn report(f: &Finding, claim: AlarmClaim, note: &str) -> AlarmReport {
    AlarmReport { part: f.part.clone(), start: f.start, end: f.end, kind: f.kind, claim, note: note.to_owned() }
}

fn officer() -> wardpost_model::person::Actor {
    stranger(&[Permission::FindingReview])
}

both_engines! {
    fn a_report_waits_sealed_counts_people_and_changes_nothing(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Vos", "anna@clinic.example").await;
        let ben = house.person("clinician", "Ben", "ben@clinic.example").await;
        let (id, _) = draft(&house, &anna, vec![to("x@gp.example")], HEALTH).await;
        let before = house.plan_draft(&anna.actor, id).await.unwrap();
        let name = found(&house, &anna, id, FindingKind::Person).await;
        assert!(house.report_finding_in_draft(&anna.actor, id, report(&name, AlarmClaim::NotPatient, "")).await.unwrap());
        assert!(!house.report_finding_in_draft(&anna.actor, id, report(&name, AlarmClaim::NotPatient, "A ward")).await.unwrap(), "once each");
        assert_eq!(house.plan_draft(&anna.actor, id).await.unwrap(), before, "it stays a finding until it was decided");
        let (other, _) = draft(&house, &ben, vec![to("x@gp.example")], HEALTH).await;
        assert!(house.report_finding_in_draft(&ben.actor, other, report(&name, AlarmClaim::NotPatient, "")).await.unwrap());
        let bsn = found(&house, &anna, id, FindingKind::Bsn).await;
        assert!(house.report_finding_in_draft(&anna.actor, id, report(&bsn, AlarmClaim::NotNumber, "")).await.unwrap());
        // Only what was found, only where one may look, only in the text.
        let wrong = AlarmReport { end: name.end + 1, ..report(&name, AlarmClaim::NotPatient, "") };
        let refused = house.report_finding_in_draft(&anna.actor, id, wrong).await;
        assert!(matches!(refused, Err(Error::Conflict("finding_gone"))));
        assert!(matches!(house.report_finding_in_draft(&ben.actor, id, report(&name, AlarmClaim::NotPatient, "")).await, Err(Error::NotFound)));
        let file = AlarmReport { part: Part::Attachment(0), ..report(&name, AlarmClaim::NotPatient, "") };
        assert!(matches!(house.report_finding_in_draft(&anna.actor, id, file).await, Err(Error::Validation(_))));

        assert!(matches!(house.false_alarms(&anna.actor).await, Err(Error::Denied(_))));
        let lines = house.false_alarms(&officer()).await.unwrap();
        let seen: Vec<_> = lines.iter().map(|l| (l.text.as_str(), l.kind, l.people, l.notes.len())).collect();
        assert_eq!(seen, [("Jansen", FindingKind::Person, 2, 1), ("111222333", FindingKind::Bsn, 1, 0)]);
        assert_eq!(lines[1].hints, [Hint::IdentifyingNumber].into());
        // Neither the log nor any column shows the text.
        for kind in [AuditKind::FalseAlarmReported, AuditKind::FalseAlarmsRead] {
            for details in house.audit_details(kind).await {
                assert!(!format!("{details:?}").contains("Jansen") && !format!("{details:?}").contains("111222333"));
            }
        }
        // A patient's name and number are known as such, a colleague's name too.
        let keeper = stranger(&[Permission::PatientManage]);
        let patient = NewPatient { name: "Mw. A. Jansen-de Boer".to_owned(), birth_date: None, references: vec!["BSN 111222333".to_owned()], phone: None };
        house.register_patient(&keeper, patient).await.unwrap();
        let lines = house.false_alarms(&officer()).await.unwrap();
        assert_eq!(lines[0].hints, [Hint::PatientName].into());
        assert_eq!(lines[1].hints, [Hint::PatientNumber, Hint::IdentifyingNumber].into());

        // An exception is the policy's own change, needs its permission, and a second thought where it would expose a patient.
        let editor = stranger(&[Permission::FindingReview, Permission::PolicyEdit]);
        assert!(matches!(house.accept_false_alarm(&officer(), lines[1].id, "A form number", true).await, Err(Error::Denied(_))));
        let rash = house.accept_false_alarm(&editor, lines[1].id, "A form number", false).await;
        assert!(matches!(rash, Err(Error::Conflict("would_expose"))));
        assert_eq!(house.policy_current().await.unwrap().version, 1, "nothing happened");
        house.accept_false_alarm(&editor, lines[1].id, "A form number", true).await.unwrap();
        let policy = house.policy_current().await.unwrap();
        let exception = &policy.policy.vocabulary.exceptions[0];
        assert_eq!((policy.version, exception.text.as_str(), exception.kind), (2, "111222333", Some(FindingKind::Bsn)));
        let after = house.plan_draft(&anna.actor, id).await.unwrap().findings.spans;
        assert!(after.iter().all(|s| s.kind != FindingKind::Bsn) && after.iter().any(|s| s.kind == FindingKind::Person));
        assert!(matches!(house.accept_false_alarm(&editor, lines[1].id, "again", true).await, Err(Error::NotFound)));

        house.dismiss_false_alarm(&officer(), lines[0].id, "She is a patient of ours.").await.unwrap();
        assert!(matches!(house.dismiss_false_alarm(&officer(), lines[0].id, "").await, Err(Error::NotFound)));
        assert!(house.false_alarms(&officer()).await.unwrap().is_empty(), "erased");
        for person in [&anna, &ben] {
            let inbox = house.list_messages(&person.actor, person.mailbox(), Folder::Inbox, Default::default(), None, 10).await.unwrap();
            let notice = house.read_message(&person.actor, person.mailbox(), inbox.lines[0].id).await.unwrap();
            assert!(notice.text.contains("She is a patient of ours.") && !notice.text.contains("Jansen"), "{}", notice.text);
        }
        // What nobody decides on is forgotten.
        house.clock.advance_us(91 * DAY_US);
        house.keep_house().await.unwrap();
        assert!(house.false_alarms(&officer()).await.unwrap().is_empty());
    }

    fn nobody_fills_the_queue(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna", "anna@clinic.example").await;
        let made = house.create_draft(&anna.actor, anna.mailbox(), DraftKind::New).await.unwrap();
        let lines: String = (0..51).map(|n| format!("Patiëntnummer: {}\n", 7_100_000 + n * 37)).collect();
        let saved = house.save_draft(&anna.actor, made.id, update(made.version, vec![], &lines)).await.unwrap();
        let spans = house.plan_draft(&anna.actor, saved.id).await.unwrap().findings.spans;
        let numbers: Vec<_> = spans.into_iter().filter(|s| s.kind == FindingKind::Mrn).collect();
        assert_eq!(numbers.len(), 51);
        for number in &numbers[..50] {
            assert!(house.report_finding_in_draft(&anna.actor, saved.id, report(number, AlarmClaim::NotNumber, "")).await.unwrap());
        }
        let one_more = house.report_finding_in_draft(&anna.actor, saved.id, report(&numbers[50], AlarmClaim::NotNumber, "")).await;
        assert!(matches!(one_more, Err(Error::Conflict("too_many_reports"))));
    }

    fn sent_and_held_messages_are_reported_on_by_who_may_see_them(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna", "anna@clinic.example").await;
        let ben = house.person("clinician", "Ben", "ben@clinic.example").await;
        let (id, version) = draft(&house, &anna, vec![to("ben@clinic.example")], HEALTH).await;
        let name = found(&house, &anna, id, FindingKind::Person).await;
        let sent = house.send_draft(&anna.actor, id, version).await.unwrap().message_id;
        let own = house.read_message(&anna.actor, anna.mailbox(), sent).await.unwrap();
        assert!(own.findings.unwrap().spans.contains(&name));
        assert_eq!(house.read_message(&ben.actor, ben.mailbox(), sent).await.unwrap().findings, None);
        let claim = || report(&name, AlarmClaim::NotPatient, "");
        let received = house.report_finding_in_sent(&ben.actor, ben.mailbox(), sent, claim()).await;
        assert!(matches!(received, Err(Error::Conflict("not_sent"))));
        assert!(house.report_finding_in_sent(&anna.actor, anna.mailbox(), sent, claim()).await.unwrap());
        let mut policy = house.policy_current().await.unwrap().policy.clone();
        policy.health.inside = Action::Hold;
        house.put_policy(&stranger(&[Permission::PolicyEdit]), 1, policy, "").await.unwrap();
        let (id, version) = draft(&house, &anna, vec![to("ben@clinic.example")], HEALTH).await;
        let held = house.send_draft(&anna.actor, id, version).await.unwrap().message_id;
        let eyes = stranger(&[Permission::MailReview]);
        assert!(house.report_finding_in_held(&eyes, held, claim()).await.unwrap());
        assert!(house.held_message(&eyes, held).await.unwrap().findings.sensitivity == Sensitivity::Health, "unchanged");
        assert!(house.report_finding_in_held(&ben.actor, held, claim()).await.is_err());
        assert_eq!(house.false_alarms(&officer()).await.unwrap()[0].people, 2);
    }

    fn what_would_make_the_difference_is_tried_and_not_guessed(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna", "anna@clinic.example").await;
        house.outside.verified("gp.example");
        let lighter = async |recipient: &str, text: &str, ask: bool| {
            let made = house.create_draft(&anna.actor, anna.mailbox(), DraftKind::New).await.unwrap();
            let content = crate::mail::DraftUpdate { ask_pickup: ask, patient: None, ..update(made.version, vec![to(recipient)], text) };
            let saved = house.save_draft(&anna.actor, made.id, content).await.unwrap();
            let planned = house.plan_draft(&anna.actor, saved.id).await.unwrap();
            (planned.plan.action, planned.lighter)
        };
        let number = "Kunt u even bellen over BSN 111222333?";
        let details = Some(Lighter { without: Without::Details, count: 1 });
        assert_eq!(lighter("x@gp.example", number, false).await, (Action::Protect, details));
        // Without verified TLS nothing would go plainly; nor where the sender asks for pick-up, nor in the house.
        assert_eq!(lighter("x@nowhere.example", number, false).await.1, None);
        assert_eq!(lighter("x@gp.example", number, true).await.1, None);
        assert_eq!(lighter("anna@clinic.example", number, false).await, (Action::Send, None));
        let (action, found) = lighter("x@gp.example", "Mevrouw Jansen heeft diabetes mellitus type 2.", false).await;
        assert_eq!((action, found.map(|l| l.without)), (Action::Protect, Some(Without::Names)));
    }
}
