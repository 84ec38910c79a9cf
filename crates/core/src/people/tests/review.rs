//! Access reviews.

use super::*;
use crate::clock::DAY_US;
use crate::mail::ListFilter;
use wardpost_model::message::Folder;

/// An administrator, two officers and a physician.
struct Scene {
    house: TestCore,
    bea: TestPerson,
    dirk: TestPerson,
    sara: TestPerson,
    anna: TestPerson,
}

impl Scene {
    async fn set(db: wardpost_store::testing::TestDb) -> Self {
        let house = TestCore::over(db).await;
        let bea = admin(&house).await;
        let dirk = house.person("privacy_officer", "Dirk Mulder", "dirk@clinic.example").await;
        let sara = house.person("security_officer", "Sara Vos", "sara@clinic.example").await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        Self { house, bea, dirk, sara, anna }
    }
    async fn inbox(&self, who: &TestPerson) -> Vec<String> {
        // An administrator reads no mail by that role alone.
        let mut reader = who.actor.clone();
        reader.permissions.insert(Permission::MailRead);
        let page = self.house.list_messages(&reader, who.mailbox(), Folder::Inbox, ListFilter::All, None, 50).await;
        page.unwrap().lines.into_iter().map(|l| l.subject).collect()
    }
}

fn conflict<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    match result {
        Err(Error::Conflict(code) | Error::Denied(code)) => code,
        other => panic!("{other:?}"),
    }
}

both_engines! {
    /// 45 CFR 164.308(a)(4)(ii)(C), ASVS 8.1.1: nobody decides about themselves, nothing is closed undecided, and what was
    /// seen stays as it was.
    fn a_review_is_decided_by_others_and_kept_as_evidence(db) {
        let s = Scene::set(db).await;
        let h = &s.house;
        let review = h.start_review(&s.dirk.actor).await.unwrap();
        assert_eq!((review.people, review.open, review.changes), (4, 4, 0));
        assert_eq!(conflict(h.start_review(&s.sara.actor).await), "review_open");
        let decide = async |who: &TestPerson, about: &[&TestPerson], decision, note: &str| {
            let ids: Vec<_> = about.iter().map(|p| p.id()).collect();
            h.decide_review(&who.actor, review.id, &ids, decision, note).await
        };
        assert_eq!(conflict(decide(&s.dirk, &[&s.anna, &s.dirk], Decision::Keep, "").await), "own_rights");
        decide(&s.dirk, &[&s.anna, &s.sara], Decision::Keep, "").await.unwrap();
        assert_eq!(codes(decide(&s.dirk, &[&s.bea], Decision::Change, " ").await), [("note".to_owned(), "required")]);
        decide(&s.dirk, &[&s.bea], Decision::Change, "Alleen nog personen beheren").await.unwrap();
        assert_eq!(conflict(h.close_review(&s.dirk.actor, review.id).await), "review_undecided");
        for who in [&s.anna, &s.bea] {
            assert_eq!(conflict(h.access_reviews(&who.actor).await), "missing_permission");
            assert_eq!(conflict(decide(who, &[&s.dirk], Decision::Keep, "").await), "missing_permission");
        }
        decide(&s.sara, &[&s.dirk], Decision::Keep, "").await.unwrap();
        let closed = h.close_review(&s.sara.actor, review.id).await.unwrap();
        assert_eq!((closed.open, closed.changes, closed.closed_at.is_some()), (0, 1, true));
        assert_eq!(conflict(decide(&s.sara, &[&s.dirk], Decision::Disable, "toch").await), "review_closed");
        assert!(s.inbox(&s.bea).await.iter().any(|m| m.contains("asks for changes")));

        // What was asked is done by whoever manages people, and then no longer asked.
        let asks = h.review_asks(&s.bea.actor).await.unwrap();
        assert_eq!((asks.len(), asks[0].note.as_str(), asks[0].by.as_str()), (1, "Alleen nog personen beheren", "Dirk Mulder"));
        let two = h.person("administrator", "Two", "two@clinic.example").await;
        let version = h.find_person(&two.actor, s.bea.id()).await.unwrap().version;
        h.set_person_roles(&two.actor, s.bea.id(), version, &[]).await.unwrap();
        assert!(h.review_asks(&two.actor).await.unwrap().is_empty());
        let evidence = h.review_evidence(&s.dirk.actor, review.id).await.unwrap();
        let names: Vec<_> = evidence.iter().map(|i| i.seen.name.as_str()).collect();
        assert_eq!(names, ["Anna Jansen", "Bea Beheer", "Dirk Mulder", "Sara Vos"]);
        let bea = &evidence[1];
        assert_eq!(bea.seen.roles[0].name, "Administrator", "as it was, not as it is");
        assert!(bea.seen.permissions.contains(&Permission::RoleManage));
        assert_eq!((bea.decision, bea.carried_out), (Some(Decision::Change), Some(true)));
        let kinds = h.audit_kinds().await;
        for (kind, times) in [("review.started", 1), ("review.decided", 4), ("review.closed", 1)] {
            assert_eq!(kinds.iter().filter(|(k, o)| k == kind && o == "success").count(), times, "{kind}");
        }
        // Kept for six years.
        h.clock.advance_us(6 * 366 * DAY_US - DAY_US);
        h.keep_house().await.unwrap();
        assert_eq!(h.access_reviews(&s.dirk.actor).await.unwrap().reviews.len(), 1);
        h.clock.advance_us(2 * DAY_US);
        h.keep_house().await.unwrap();
        assert!(h.access_reviews(&s.dirk.actor).await.unwrap().reviews.is_empty());
    }

    fn items_come_in_pages_and_by_what_was_decided(db) {
        let s = Scene::set(db).await;
        let h = &s.house;
        let review = h.start_review(&s.dirk.actor).await.unwrap().id;
        h.decide_review(&s.dirk.actor, review, &[s.anna.id()], Decision::Disable, "weg").await.unwrap();
        let page = async |filter, words: &str, cursor: Option<&str>, limit| {
            h.review_items(&s.dirk.actor, review, (filter, words), cursor, limit).await.unwrap()
        };
        let names = |p: &Page<ReviewItem>| p.items.iter().map(|i| i.seen.name.clone()).collect::<Vec<_>>();
        let first = page(None, "", None, 3).await;
        assert_eq!(names(&first), ["Anna Jansen", "Bea Beheer", "Dirk Mulder"]);
        assert_eq!(first.items.iter().map(|i| i.own).collect::<Vec<_>>(), [false, false, true]);
        let rest = page(None, "", first.next_cursor.as_deref(), 3).await;
        assert_eq!((names(&rest), rest.next_cursor), (vec!["Sara Vos".to_owned()], None));
        assert_eq!(names(&page(Some(ReviewFilter::Open), "", None, 9).await).len(), 3);
        let changes = page(Some(ReviewFilter::Changes), "", None, 9).await;
        assert_eq!((names(&changes), changes.items[0].carried_out), (vec!["Anna Jansen".to_owned()], Some(false)));
        assert_eq!(names(&page(Some(ReviewFilter::Decided), "sara", None, 9).await).len(), 0);
        h.disable_person(&s.bea.actor, s.anna.id()).await.unwrap();
        assert_eq!(page(Some(ReviewFilter::Changes), "", None, 9).await.items[0].carried_out, Some(true));
        let stranger = wardpost_model::PersonId(uuid::Uuid::from_u128(4));
        let nobody = h.decide_review(&s.dirk.actor, review, &[stranger], Decision::Keep, "").await;
        assert_eq!(codes(nobody), [("person_ids".to_owned(), "unknown")]);
        let none = wardpost_model::ReviewId(uuid::Uuid::from_u128(4));
        assert!(matches!(h.close_review(&s.dirk.actor, none).await, Err(Error::NotFound)));
    }

    fn a_review_that_is_due_is_told_of_once_a_week(db) {
        let s = Scene::set(db).await;
        let h = &s.house;
        let other = h.another_node().await;
        assert!(!h.remind_of_reviews().await.unwrap());
        h.clock.advance_us(185 * DAY_US);
        let (a, b) = (h.remind_of_reviews().await.unwrap(), other.remind_of_reviews().await.unwrap());
        assert_eq!((a, b), (true, false), "by one node");
        assert_eq!(s.inbox(&s.dirk).await.len(), 1);
        assert_eq!(s.inbox(&s.sara).await, ["An access review is due"]);
        assert!(s.inbox(&s.anna).await.is_empty());
        h.clock.advance_us(7 * DAY_US);
        assert!(h.remind_of_reviews().await.unwrap());
        h.start_review(&s.dirk.actor).await.unwrap();
        assert!(!h.remind_of_reviews().await.unwrap());
        h.clock.advance_us(31 * DAY_US);
        assert!(h.remind_of_reviews().await.unwrap());
        assert!(s.inbox(&s.dirk).await.contains(&"An access review is not done".to_owned()));
        // The security officer says how often.
        let now = h.security(&s.sara.actor).await.unwrap();
        let mut policy = now.policy.clone();
        policy.review.months = 25;
        let put = h.put_security(&s.sara.actor, now.version, policy.clone(), "").await;
        assert_eq!(codes(put), [("policy.review.months".to_owned(), "range")]);
        policy.review.months = 12;
        h.put_security(&s.sara.actor, now.version, policy, "").await.unwrap();
        assert_eq!(h.access_reviews(&s.dirk.actor).await.unwrap().months, 12);
    }
}
