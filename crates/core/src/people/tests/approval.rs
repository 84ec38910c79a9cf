//! Recovery with two people's halves (ASVS 6.4.4, 6.4.6).

use crate::Error;
use crate::people::NewAsk;
use crate::testing::{PASSWORD, TestCore, TestPerson, client};
use wardpost_model::audit::AuditKind;
use wardpost_model::person::{Actor, IdentityProof, PersonState};
use wardpost_store::both_engines;

fn ask() -> NewAsk {
    NewAsk { proof: IdentityProof::InPerson, reason: "Lost the phone".to_owned() }
}

/// As after both steps of signing in.
async fn fresh(house: &TestCore, person: &TestPerson) -> Actor {
    Actor { session_id: Some(house.open_session(person.id()).await.0), ..person.actor.clone() }
}

struct House {
    house: TestCore,
    bea: Actor,
    sara: Actor,
    anna: TestPerson,
}

impl House {
    async fn over(db: wardpost_store::testing::TestDb) -> Self {
        let house = TestCore::over(db).await;
        let bea = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
        let sara = house.person("security_officer", "Sara Smit", "sara@clinic.example").await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        let (bea, sara) = (fresh(&house, &bea).await, fresh(&house, &sara).await);
        Self { house, bea, sara, anna }
    }
    /// Token and code of a recovery that was consented to.
    async fn halves(&self) -> (String, String) {
        let asked = self.house.ask_recovery(&self.bea, self.anna.id(), ask()).await.unwrap();
        let token = asked.link.split_once('#').unwrap().1.to_owned();
        let decided = self.house.decide_approval(&self.sara, asked.line.id, true).await.unwrap();
        (token, decided.code.unwrap())
    }
}

both_engines! {
    fn two_people_and_the_owner_recover_an_account_together(db) {
        let h = House::over(db).await;
        let (token, code) = h.halves().await;
        assert_eq!(code.len(), 9, "{code}");
        h.house.sign_in("anna@clinic.example", PASSWORD, &client()).await.unwrap();
        let invitation = h.house.use_recovery(&token, &code, &client()).await.unwrap();
        assert!(h.house.sign_in("anna@clinic.example", PASSWORD, &client()).await.is_err(), "the old way ends with its use");
        h.house.open_invitation(&invitation.token).await.unwrap();
        let line = h.house.find_person(&h.bea, h.anna.id()).await.unwrap();
        assert_eq!(line.state, PersonState::Invited);
        assert!(matches!(h.house.use_recovery(&token, &code, &client()).await, Err(Error::NotFound)), "once");
        let kinds = h.house.audit_kinds().await;
        for kind in [AuditKind::ApprovalAsked, AuditKind::ApprovalDecided, AuditKind::RecoveryUsed] {
            assert!(kinds.contains(&(kind.as_str().to_owned(), "success".to_owned())), "{kind:?}");
        }
        let shown = h.house.approvals(&h.sara).await.unwrap();
        assert_eq!((shown.len(), shown[0].state, shown[0].may_decide), (1, "used", false));
    }

    fn neither_half_alone_nor_anothers_opens_anything(db) {
        let h = House::over(db).await;
        let asked = h.house.ask_recovery(&h.bea, h.anna.id(), ask()).await.unwrap();
        let token = asked.link.split_once('#').unwrap().1.to_owned();
        let early = h.house.use_recovery(&token, "0000 0000", &client()).await;
        assert!(matches!(early, Err(Error::NotFound)), "nobody has consented: {early:?}");
        let own = h.house.decide_approval(&h.bea, asked.line.id, true).await;
        assert!(matches!(own, Err(Error::Denied("own_ask"))), "{own:?}");
        let code = h.house.decide_approval(&h.sara, asked.line.id, true).await.unwrap().code.unwrap();
        let again = h.house.decide_approval(&h.sara, asked.line.id, true).await;
        assert!(matches!(again, Err(Error::Conflict("state"))), "{again:?}");
        // A newer ask takes the place of the older; the code of one is none of the other.
        let (newer, other) = h.halves().await;
        assert!(matches!(h.house.use_recovery(&token, &code, &client()).await, Err(Error::NotFound)));
        for left in (0..5).rev() {
            let wrong = h.house.use_recovery(&newer, &code, &client()).await;
            assert!(matches!(wrong, Err(Error::WrongAnswer { tries_left }) if tries_left == left), "{wrong:?}");
        }
        let late = h.house.use_recovery(&newer, &other, &client()).await;
        assert!(matches!(late, Err(Error::NotFound)), "five tries: {late:?}");
        h.house.sign_in("anna@clinic.example", PASSWORD, &client()).await.unwrap();
    }

    fn a_recovery_runs_out_and_is_for_colleagues_in_use_only(db) {
        let h = House::over(db).await;
        let (token, code) = h.halves().await;
        h.house.clock.advance_minutes(24 * 60 + 1);
        assert!(matches!(h.house.use_recovery(&token, &code, &client()).await, Err(Error::NotFound)));
        let stale = h.house.ask_recovery(&h.bea, h.anna.id(), ask()).await;
        assert!(matches!(stale, Err(Error::Denied("recent_sign_in"))), "{stale:?}");
    }
}

/// ASVS 6.3.7: nobody recovers an account behind its owner's back, nor unseen by those who could have consented.
#[tokio::test]
async fn every_step_of_a_recovery_is_told() {
    let h = House::over(wardpost_store::testing::TestDb::sqlite().await).await;
    let carl = h.house.person("administrator", "Carl", "carl@clinic.example").await;
    let told = async |who: &TestPerson| h.house.unread(who.mailbox()).await.unwrap();
    let (anna, other) = (told(&h.anna).await, told(&carl).await);
    let asked = h.house.ask_recovery(&h.bea, h.anna.id(), ask()).await.unwrap();
    assert_eq!((told(&h.anna).await, told(&carl).await), (anna + 1, other + 1), "asked");
    h.house.decide_approval(&h.sara, asked.line.id, false).await.unwrap();
    assert_eq!((told(&h.anna).await, told(&carl).await), (anna + 2, other + 2), "refused");
    let (token, code) = h.halves().await;
    assert_eq!((told(&h.anna).await, told(&carl).await), (anna + 4, other + 4), "asked and consented to");
    h.house.use_recovery(&token, "0000 0000", &client()).await.unwrap_err();
    assert_eq!((told(&h.anna).await, told(&carl).await), (anna + 4, other + 4), "a wrong code changes nothing");
    h.house.use_recovery(&token, &code, &client()).await.unwrap();
    assert_eq!((told(&h.anna).await, told(&carl).await), (anna + 5, other + 5), "used");
}

#[tokio::test]
async fn who_is_alone_has_nobody_to_consent() {
    let house = TestCore::new().await;
    let bea = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
    let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
    let bea = fresh(&house, &bea).await;
    let alone = house.ask_recovery(&bea, anna.id(), ask()).await;
    assert!(matches!(alone, Err(Error::Conflict("nobody_to_consent"))), "{alone:?}");
    let own = house.ask_recovery(&bea, bea.person_id, ask()).await;
    assert!(matches!(own, Err(Error::Conflict("own_account"))), "{own:?}");
}
