//! The queue before the second pair of eyes, and trying a policy before it is put in force.

use super::policy::change;
use super::{HEALTH, by_sms, draft};
use crate::Error;
use crate::mail::{ListFilter, Sample};
use crate::testing::{TestCore, TestPerson};
use wardpost_model::MessageId;
use wardpost_model::finding::{FindingKind, Sensitivity};
use wardpost_model::message::Folder;
use wardpost_model::plan::Action;
use wardpost_model::policy::{Destination, Incoming, Policy, Rule};
use wardpost_store::both_engines;

struct Queue {
    house: TestCore,
    anna: TestPerson,
    vera: TestPerson,
    paul: TestPerson,
}

/// A house that holds health information and numbers.
async fn queue(store: wardpost_store::testing::TestDb) -> Queue {
    let house = TestCore::over(store).await;
    let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
    let vera = house.person("privacy_officer", "Vera Bos", "vera@clinic.example").await;
    let paul = house.person("privacy_officer", "Paul Licy", "paul@clinic.example").await;
    house.outside.verified("mail.example");
    change(&house, &vera, |p| {
        p.health.verified_tls = Action::Hold;
        p.identifier.verified_tls = Action::Hold;
    })
    .await
    .unwrap();
    Queue { house, anna, vera, paul }
}

async fn held(q: &Queue, by: &TestPerson, text: &str) -> MessageId {
    let (id, version) = draft(&q.house, by, vec![by_sms("pat@mail.example", "+31612345678")], text).await;
    q.house.send_draft(&by.actor, id, version).await.unwrap().message_id
}

both_engines! {
    fn the_queue_is_read_by_severity_and_says_how_long_each_waits(store) {
        let q = queue(store).await;
        let first = held(&q, &q.anna, HEALTH).await;
        q.house.clock.advance_minutes(30);
        let second = held(&q, &q.anna, "BSN 111222333").await;
        let all = q.house.held_messages(&q.vera.actor, None, None, 50).await.unwrap();
        let of = |lines: &[crate::mail::HeldLine]| lines.iter().map(|l| (l.message_id, l.rule)).collect::<Vec<_>>();
        assert_eq!(of(&all), [(first, Rule::Health), (second, Rule::Identifier)], "who waits longest comes first");
        assert!(all[0].held_at < all[1].held_at && all[0].individuals == 1 && !all[0].overdue);
        q.house.clock.advance_minutes(4 * 60 - 30);
        let later = q.house.held_messages(&q.vera.actor, None, None, 50).await.unwrap();
        assert_eq!((later[0].overdue, later[1].overdue), (true, false));
        let some = q.house.held_messages(&q.vera.actor, Some(Rule::Identifier), None, 50).await.unwrap();
        assert_eq!(of(&some), [(second, Rule::Identifier)]);
    }

    /// Two do not judge at once: who has taken it on decides, until they are too slow or somebody knowingly takes over.
    fn a_claim_keeps_others_from_deciding_for_a_quarter_of_an_hour(store) {
        let q = queue(store).await;
        let id = held(&q, &q.anna, HEALTH).await;
        let claimed = |r: Result<(), Error>| matches!(r, Err(Error::Conflict("claimed")));
        q.house.claim_held(&q.vera.actor, id, None).await.unwrap();
        q.house.claim_held(&q.vera.actor, id, None).await.unwrap();
        assert!(claimed(q.house.claim_held(&q.paul.actor, id, None).await));
        assert!(claimed(q.house.claim_held(&q.paul.actor, id, Some(q.anna.id())).await), "somebody else than was seen");
        assert!(claimed(q.house.release_held(&q.paul.actor, id, "").await));
        assert!(claimed(q.house.refuse_held(&q.paul.actor, id, "No").await));
        let seen = q.house.held_message(&q.paul.actor, id).await.unwrap().claim.unwrap();
        assert_eq!((seen.name.as_str(), seen.own), ("Vera Bos", false));
        q.house.claim_held(&q.paul.actor, id, Some(q.vera.id())).await.unwrap();
        assert!(claimed(q.house.release_held(&q.vera.actor, id, "").await), "it was taken over");
        q.house.clock.advance_minutes(16);
        assert_eq!(q.house.held_message(&q.vera.actor, id).await.unwrap().claim, None);
        q.house.release_held(&q.vera.actor, id, "Seen").await.unwrap();
    }

    /// Four eyes: one's own message is for nobody to take on or judge alone, whatever one may.
    fn one_does_not_take_on_the_own_message(store) {
        let q = queue(store).await;
        let id = held(&q, &q.vera, HEALTH).await;
        assert!(matches!(q.house.claim_held(&q.vera.actor, id, None).await, Err(Error::Denied("own_message"))));
        assert!(matches!(q.house.release_held(&q.vera.actor, id, "").await, Err(Error::Denied("own_message"))));
        assert!(matches!(q.house.claim_held(&q.anna.actor, id, None).await, Err(Error::Denied("missing_permission"))));
        q.house.claim_held(&q.paul.actor, id, None).await.unwrap();
    }

    fn whoever_judges_is_reminded_of_what_waits_too_long(store) {
        let q = queue(store).await;
        held(&q, &q.anna, HEALTH).await;
        assert!(!q.house.remind_of_held().await.unwrap());
        q.house.clock.advance_minutes(4 * 60);
        assert!(q.house.remind_of_held().await.unwrap());
        assert!(!q.house.remind_of_held().await.unwrap(), "once each time");
        q.house.clock.advance_minutes(4 * 60);
        assert!(q.house.remind_of_held().await.unwrap(), "and again after as many hours");
        let inbox = q.house.list_messages(&q.paul.actor, q.paul.mailbox(), Folder::Inbox, ListFilter::All, None, 9).await;
        let lines = inbox.unwrap().lines;
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|l| !l.preview.contains("Jansen")), "nothing of the message");
        change(&q.house, &q.vera, |p| p.remind_hours = 0).await.unwrap();
        q.house.clock.advance_minutes(24 * 60);
        assert!(!q.house.remind_of_held().await.unwrap(), "policy wants no reminders");
    }

    /// The draft of a policy is tried as it stands; nothing of the sample is left anywhere.
    fn a_policy_is_tried_before_it_is_put_in_force_and_leaves_no_trace(store) {
        let q = queue(store).await;
        let mut policy = q.house.policy_current().await.unwrap().policy.clone();
        policy.vocabulary.conditions = vec!["ward seven programme".to_owned()];
        policy.health.partner = Action::Block;
        let text = "Els Visser is in the ward seven programme.".to_owned();
        let sample = Sample { text, ..Sample::default() };
        let before = q.house.audit_kinds().await;
        let trial = q.house.try_policy(&q.vera.actor, policy.clone(), sample.clone()).await.unwrap();
        assert_eq!(trial.edited.findings.sensitivity, Sensitivity::Health);
        assert_eq!((trial.edited.rules.as_slice(), trial.edited.incoming), ([Rule::Health].as_slice(), Incoming::Tell));
        assert!(trial.edited.findings.spans.iter().any(|s| s.kind == FindingKind::Diagnosis));
        let partner = trial.edited.outcomes.iter().find(|o| o.to == Destination::Partner).unwrap();
        assert_eq!((partner.action, partner.because.as_slice()), (Action::Block, [Rule::Health].as_slice()));
        let now = trial.in_force.unwrap();
        assert_eq!((now.findings.sensitivity, now.rules), (Sensitivity::None, vec![Rule::None]));
        assert_eq!(q.house.audit_kinds().await, before);
        assert_eq!(q.house.policy_current().await.unwrap().version, 2, "nothing was saved");

        let same = q.house.policy_current().await.unwrap().policy.clone();
        assert_eq!(q.house.try_policy(&q.vera.actor, same, sample.clone()).await.unwrap().in_force, None);
        assert!(matches!(q.house.try_policy(&q.anna.actor, policy.clone(), sample).await, Err(Error::Denied(_))));
        let long = Sample { text: "x".repeat(300_000), ..Sample::default() };
        assert!(matches!(q.house.try_policy(&q.vera.actor, policy, long).await, Err(Error::Validation(_))));
        let wrong = Policy { many_from: 0, ..Policy::default() };
        let refused = q.house.try_policy(&q.vera.actor, wrong, Sample::default()).await;
        assert!(matches!(refused, Err(Error::Validation(_))));
    }
}
