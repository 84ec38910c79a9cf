//! The report counts what really happened, in the commit of the act, and holds nothing of content or people.

use super::tally::{Tally, day_of};
use super::*;
use crate::Error;
use crate::clock::{Clock as _, DAY_US};
use crate::mail::tests::{HEALTH, by_sms, draft, to};
use crate::testing::{TestCore, TestPerson, stranger};
use jiff::civil::Date;
use wardpost_model::permission::Permission;
use wardpost_model::plan::Action;
use wardpost_model::tally::{Direction, Topic};
use wardpost_store::both_engines;

fn officer() -> wardpost_model::person::Actor {
    stranger(&[Permission::ReportRead])
}

async fn send(house: &TestCore, by: &TestPerson, address: &str, text: &str) -> crate::Result<crate::mail::Sent> {
    let (id, version) = draft(house, by, vec![by_sms(address, "+31612345678")], text).await;
    house.send_draft(&by.actor, id, version).await
}

async fn today(house: &TestCore) -> Report {
    let day = tally::date_of(day_of(house.clock.now_us()));
    house.findings_report(&officer(), Period { from: day, to: day }).await.unwrap()
}

fn count(report: &Report, direction: Direction, topic: Topic, item: &str) -> (u64, u64) {
    let found = report.lines.iter().find(|l| (l.direction, l.topic, l.item.as_str()) == (direction, topic, item));
    found.map_or((0, 0), |l| (l.count, l.before))
}

/// What the store keeps of it.
async fn stored(house: &TestCore) -> Vec<String> {
    let rows = wardpost_store::repo::tally::between(house.db(), house.org(), (0, i64::MAX), None, 1_000).await.unwrap();
    rows.iter().map(|r| format!("{r:?}")).collect()
}

both_engines! {
    fn what_was_sent_held_decided_and_blocked_is_counted_once(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna", "anna@clinic.example").await;
        let ben = house.person("clinician", "Ben", "ben@clinic.example").await;
        house.outside.verified("gp.example");
        send(&house, &anna, "x@gp.example", "De vergadering is om tien uur.").await.unwrap();
        send(&house, &anna, "x@gp.example", HEALTH).await.unwrap();
        let (id, version) = draft(&house, &anna, vec![to("ben@clinic.example")], HEALTH).await;
        house.send_draft(&anna.actor, id, version).await.unwrap();
        let mut policy = house.policy_current().await.unwrap().policy.clone();
        (policy.health.pickup, policy.health.verified_tls) = (Action::Hold, Action::Hold);
        let editor = stranger(&[Permission::PolicyEdit]);
        house.put_policy(&editor, 1, policy.clone(), "").await.unwrap();
        let held = [send(&house, &anna, "x@gp.example", HEALTH).await.unwrap(), send(&house, &anna, "x@gp.example", HEALTH).await.unwrap()];
        let eyes = stranger(&[Permission::MailReview]);
        house.release_held(&eyes, held[0].message_id, "").await.unwrap();
        house.refuse_held(&eyes, held[1].message_id, "no").await.unwrap();
        (policy.health.pickup, policy.health.verified_tls) = (Action::Block, Action::Block);
        house.put_policy(&editor, 2, policy, "").await.unwrap();
        assert!(matches!(send(&house, &anna, "x@gp.example", HEALTH).await, Err(Error::Blocked(_))));
        let check = |report: &Report| {
            let out = |topic, item| count(report, Direction::Outgoing, topic, item).0;
            assert_eq!(out(Topic::Messages, "all"), 5);
            assert_eq!((out(Topic::Verdict, "none"), out(Topic::Verdict, "health")), (1, 4));
            assert_eq!((out(Topic::Kind, "BSN"), out(Topic::Kind, "DOB")), (4, 4));
            let actions = ["sent", "protected", "held", "blocked", "released", "refused"].map(|a| out(Topic::Action, a));
            assert_eq!(actions, [1, 1, 2, 1, 1, 1]);
            assert_eq!(count(report, Direction::Inside, Topic::Action, "sent"), (1, 0));
            assert_eq!(count(report, Direction::Incoming, Topic::Messages, "all"), (0, 0));
        };
        check(&today(&house).await);
        // Housekeeping adds the rows of a day together; the numbers stay.
        let before = stored(&house).await;
        assert!(before.len() > 5, "a row for each act");
        house.keep_house().await.unwrap();
        check(&today(&house).await);
        house.keep_house().await.unwrap();
        check(&today(&house).await);
        // Neither the text, nor who it is about, nor whose it is: in no row before or after.
        let after = stored(&house).await;
        assert_eq!(after.len(), 2, "a row for each direction");
        for row in before.iter().chain(&after) {
            assert!(!row.contains("Jansen") && !row.contains("111222333") && !row.contains(&anna.id().to_string()), "{row}");
        }
        assert_eq!(house.audit_kinds().await.iter().filter(|(kind, _)| kind == "report.read").count(), 3);
        drop(ben);
    }

    fn a_period_stands_beside_the_one_before_and_is_divided(db) {
        let house = TestCore::over(db).await;
        let add = async |days: i64, item: &'static str, n: u32| {
            for _ in 0..n {
                let mut batch = wardpost_store::Batch::new();
                house.tally(&mut batch, &Tally::new(Direction::Outgoing).with(Topic::Verdict, item)).unwrap();
                house.db().write(batch).await.unwrap();
            }
            house.clock.advance_us(days * DAY_US);
        };
        let first = tally::date_of(day_of(house.clock.now_us()));
        add(1, "health", 2).await;
        add(6, "health", 1).await;
        add(2, "health", 5).await;
        add(0, "identifier", 1).await;
        let last = tally::date_of(day_of(house.clock.now_us()));
        let day = |n: i64| first.checked_add(jiff::Span::new().days(n)).unwrap();
        assert_eq!(last, day(9));
        let report = house.findings_report(&officer(), Period { from: day(7), to: day(13) }).await.unwrap();
        assert_eq!((report.before.from, report.before.to), (day(0), day(6)));
        assert_eq!(count(&report, Direction::Outgoing, Topic::Verdict, "health"), (5, 3));
        assert_eq!(count(&report, Direction::Outgoing, Topic::Verdict, "identifier"), (1, 0));
        let health = report.lines.iter().find(|l| l.item == "health").unwrap();
        assert_eq!(health.steps, [5, 0, 0, 0, 0, 0, 0]);
        // Whole months are compared with as many whole months.
        let date = |s: &str| s.parse::<Date>().unwrap();
        let year = last.year();
        let quarter = Period { from: date(&format!("{year}-01-01")), to: date(&format!("{year}-03-31")) };
        let report = house.findings_report(&officer(), quarter).await.unwrap();
        assert_eq!(report.before, Period { from: date(&format!("{}-10-01", year - 1)), to: date(&format!("{}-12-31", year - 1)) });
        assert_eq!(report.step, Step::Week);
        for (from, to) in [(day(5), day(4)), (day(0), day(366)), (day(40), day(41))] {
            assert!(matches!(house.findings_report(&officer(), Period { from, to }).await, Err(Error::Validation(_))), "{from} {to}");
        }
        let nobody = stranger(&[Permission::AuditRead, Permission::PolicyEdit]);
        assert!(matches!(house.findings_report(&nobody, Period { from: first, to: last }).await, Err(Error::Denied(_))));
        // What is older than three years is forgotten.
        house.clock.advance_us(3 * 367 * DAY_US);
        house.keep_house().await.unwrap();
        assert!(stored(&house).await.is_empty());
    }
}
