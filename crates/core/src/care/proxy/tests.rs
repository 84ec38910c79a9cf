//! Acting for patients, over a real store: who may, how far, how long, and who sees it.

use super::*;
use crate::care::{IdentityDocument, NewPatient};
use crate::clock::{DAY_US, HOUR_US};
use crate::identity::{Factor, SessionState, SessionView};
use crate::testing::{PASSWORD, TestCore, TestPerson, client};
use wardpost_model::audit::AuditKind;
use wardpost_store::both_engines;

/// Peter, father of Sofie (who turns twelve on 4 March) and Daan (fifteen, who has an account), both known to the front desk.
struct Scene {
    house: TestCore,
    peter: TestPerson,
    daan: TestPerson,
    chantal: TestPerson,
    sofie: PatientId,
    daans: PatientId,
    stranger: PatientId,
}

impl Scene {
    /// It is 2 March 2026, nine in the morning in Amsterdam.
    async fn set(db: wardpost_store::testing::TestDb) -> Self {
        let house = TestCore::over(db).await;
        let peter = house.person("carer", "Peter de Boer", "peter@clinic.example").await;
        let daan = house.person("patient", "Daan de Boer", "daan@clinic.example").await;
        let chantal = house.person("front_desk", "Chantal Bakker", "chantal@clinic.example").await;
        let child = async |name: &str, born: &str, number: &str| {
            let new = NewPatient {
                name: name.to_owned(),
                birth_date: born.parse().ok(),
                references: vec![number.to_owned()],
                phone: None,
            };
            house.register_patient(&chantal.actor, new).await.unwrap().line.id
        };
        let sofie = child("Sofie de Boer", "2014-03-04", "P-1").await;
        let daans = child("Daan de Boer", "2010-06-01", "P-2").await;
        let stranger = child("Emma Vos", "2018-01-01", "P-3").await;
        let account = Some((daan.login.clone(), IdentityDocument::IdCard));
        house.set_patient_account(&chantal.actor, daans, 1, account).await.unwrap();
        Self { house, peter, daan, chantal, sofie, daans, stranger }
    }
    fn proxy(&self) -> NewProxy {
        NewProxy {
            login: self.peter.login.clone(),
            kind: ProxyKind::Parent,
            scope: ProxyScope::ALL.into(),
            ends_on: "2035-01-01".parse().unwrap(),
            consent: false,
            basis: "Gezagsregister".to_owned(),
        }
    }
    async fn register(&self, patient: PatientId, new: NewProxy) -> ProxyLine {
        let lines = self.house.register_proxy(&self.chantal.actor, patient, new).await.unwrap();
        lines.into_iter().find(|l| l.ended_at.is_none()).unwrap()
    }
    async fn sign_in(&self, who: &TestPerson) -> String {
        self.house.clock.advance_us(31_000_000);
        let pending = self.house.sign_in(&who.login.to_string(), PASSWORD, &client()).await.unwrap();
        let factor = Factor::Totp(who.code(&self.house.clock));
        self.house.second_factor(&pending.secret, &factor, &client()).await.unwrap().secret().to_owned()
    }
    async fn actor(&self, secret: &str) -> Actor {
        self.house.authenticate_session(secret, &client(), true).await.unwrap().0
    }
    async fn view(&self, secret: &str) -> SessionView {
        match self.house.session_state(Some(secret), &client()).await.unwrap() {
            SessionState::SignedIn(view) => *view,
            other => panic!("{other:?}"),
        }
    }
    async fn sees(&self, secret: &str) -> Result<String> {
        Ok(self.house.my_details(&self.actor(secret).await).await?.name)
    }
    async fn act(&self, secret: &str, patient: PatientId) -> Result<()> {
        self.house.act_for(secret, &client(), Some(patient)).await
    }
}

fn code<T: std::fmt::Debug>(r: Result<T>) -> &'static str {
    match r {
        Err(Error::Denied(code) | Error::Conflict(code)) => code,
        Err(Error::Validation(fields)) => fields[0].code,
        Err(Error::NotFound) => "not_found",
        other => panic!("{other:?}"),
    }
}

both_engines! {
    /// NL-06, NL-08: a father acts for his daughter under his own name, and it is in her log; her brother's data and a stranger's
    /// stay closed.
    fn a_parent_acts_for_a_child_and_it_is_in_the_childs_log(db) {
        let s = Scene::set(db).await;
        let session = s.sign_in(&s.peter).await;
        assert_eq!(code(s.act(&session, s.sofie).await), "not_found", "not registered yet");
        let line = s.register(s.sofie, s.proxy()).await;
        assert_eq!((line.standing, line.ends_on.to_string().as_str()), (ProxyStanding::Holds, "2030-03-03"), "by age");
        assert_eq!(code(s.act(&session, s.stranger).await), "not_found");
        assert_eq!(code(s.act(&session, s.daans).await), "not_found");
        assert_eq!(code(s.sees(&session).await), "not_found", "as himself he is no patient");
        s.act(&session, s.sofie).await.unwrap();
        assert_eq!(s.sees(&session).await.unwrap(), "Sofie de Boer");
        let acting = s.view(&session).await.actor.circumstances.acting_for.unwrap();
        assert_eq!((acting.name.as_str(), acting.over), ("Sofie de Boer", false));
        let read = s.house.audit_details(AuditKind::PatientRead).await.pop().unwrap();
        assert_eq!((read.agent_name.as_deref(), read.on_behalf_of.as_deref()), (Some("Peter de Boer"), Some("Sofie de Boer")));
        assert_eq!((read.ground.as_deref(), read.more["ground_id"].clone()), (Some("proxy"), line.id.to_string()));
        let log = s.house.who_looked_at_mine(&s.actor(&session).await, (None, None), None, 50).await.unwrap();
        let kinds: Vec<AuditKind> = log.items.iter().map(|l| l.kind).collect();
        for kind in [AuditKind::ProxyCreated, AuditKind::ProxyActing, AuditKind::PatientRead, AuditKind::AccessLogRead] {
            assert!(kinds.contains(&kind), "{kind:?} is not in {kinds:?}");
        }
        assert!(log.items.iter().any(|l| l.who == "Peter de Boer" && l.on_behalf_of.as_deref() == Some("Sofie de Boer")));
        // From one to another by way of oneself; and nothing of his own, nor of the house, meanwhile.
        assert_eq!(code(s.act(&session, s.daans).await), "acting_for");
        assert_eq!(code(s.house.my_proxies(&s.actor(&session).await).await), "acting_for");
        assert_eq!(code(s.house.give_up_proxy(&s.actor(&session).await, line.id).await), "acting_for");
        s.house.act_for(&session, &client(), None).await.unwrap();
        assert_eq!(s.view(&session).await.actor.circumstances.acting_for, None);
        assert_eq!(s.house.my_proxies(&s.actor(&session).await).await.unwrap().by_me.len(), 1);
    }

    /// Ends by itself at midnight in Amsterdam, in the session that is open: at twelve it waits for consent, and with consent ends
    /// at sixteen. Over, nothing opens; nobody goes on as themselves unawares.
    fn it_ends_by_itself_on_the_birthday_at_midnight(db) {
        let s = Scene::set(db).await;
        s.register(s.sofie, s.proxy()).await;
        // 3 March, 23:58 in Amsterdam.
        s.house.clock.advance_us(DAY_US + 14 * HOUR_US + 58 * 60_000_000);
        let session = s.sign_in(&s.peter).await;
        s.act(&session, s.sofie).await.unwrap();
        let changes = s.view(&session).await.changes_us.unwrap();
        assert_eq!(from_us(changes).to_string(), "2026-03-03T23:00:00Z");
        s.house.clock.advance_us(changes - s.house.clock().now_us() - 10_000);
        assert_eq!(s.sees(&session).await.unwrap(), "Sofie de Boer");
        s.house.clock.advance_us(10_000);
        assert_eq!(code(s.sees(&session).await), "proxy_over");
        let view = s.view(&session).await;
        assert!(view.actor.circumstances.acting_for.unwrap().over && view.actor.permissions.is_empty());
        s.house.act_for(&session, &client(), None).await.unwrap();
        assert_eq!(code(s.act(&session, s.sofie).await), "not_found");
        let mine = s.house.my_proxies(&s.actor(&session).await).await.unwrap().by_me;
        assert_eq!(mine[0].standing, ProxyStanding::WaitsForConsent);
        assert_eq!(s.house.tend_proxies().await.unwrap(), 0, "waiting is not over");
        s.house.record_proxy_consent(&s.chantal.actor, mine[0].id).await.unwrap();
        s.act(&session, s.sofie).await.unwrap();
        assert_eq!(code(s.house.record_proxy_consent(&s.chantal.actor, mine[0].id).await), "not_found", "once");

        // Four years on.
        s.house.clock.advance_us(1461 * DAY_US);
        let again = s.sign_in(&s.peter).await;
        assert_eq!(code(s.act(&again, s.sofie).await), "not_found");
        let other = s.house.another_node().await;
        let (a, b) = tokio::join!(s.house.tend_proxies(), other.tend_proxies());
        assert_eq!(a.unwrap() + b.unwrap(), 1, "written down once");
        let ended = s.house.audit_details(AuditKind::ProxyEnded).await;
        assert_eq!((ended.len(), ended[0].why.as_deref()), (1, Some("age")));
        let lines = s.house.proxies(&s.chantal.actor, s.sofie).await.unwrap();
        assert_eq!(lines[0].standing, ProxyStanding::Over(ProxyEnd::Age));
    }

    /// BW 7:447: what a child of eleven is said to have wanted is asked anew at twelve, and can then be written down.
    fn a_small_childs_consent_is_asked_anew_at_twelve(db) {
        let s = Scene::set(db).await;
        let line = s.register(s.sofie, NewProxy { consent: true, ..s.proxy() }).await;
        assert_eq!(line.standing, ProxyStanding::Holds, "by age alone");
        s.house.clock.advance_us(3 * DAY_US);
        let standing = async || s.house.proxies(&s.chantal.actor, s.sofie).await.unwrap()[0].standing;
        assert_eq!(standing().await, ProxyStanding::WaitsForConsent);
        let session = s.sign_in(&s.peter).await;
        assert_eq!(code(s.act(&session, s.sofie).await), "not_found");
        s.house.record_proxy_consent(&s.chantal.actor, line.id).await.unwrap();
        assert_eq!(standing().await, ProxyStanding::Holds);
        s.act(&session, s.sofie).await.unwrap();
        assert_eq!(code(s.house.record_proxy_consent(&s.chantal.actor, line.id).await), "not_found", "once");
    }

    /// From twelve on the child decides: consents in the own account, sees who acts, and ends it at once.
    fn the_child_consents_sees_and_withdraws(db) {
        let s = Scene::set(db).await;
        let line = s.register(s.daans, s.proxy()).await;
        assert_eq!(line.standing, ProxyStanding::WaitsForConsent);
        let session = s.sign_in(&s.peter).await;
        assert_eq!(code(s.act(&session, s.daans).await), "not_found");
        assert_eq!(code(s.house.consent_to_proxy(&s.peter.actor, line.id).await), "not_found", "not his to consent");
        let of_daan = s.house.my_proxies(&s.daan.actor).await.unwrap();
        assert_eq!((of_daan.for_me[0].person_name.as_str(), of_daan.for_me[0].basis.as_str()), ("Peter de Boer", ""));
        s.house.consent_to_proxy(&s.daan.actor, line.id).await.unwrap();
        s.act(&session, s.daans).await.unwrap();
        assert_eq!(s.sees(&session).await.unwrap(), "Daan de Boer");
        s.house.give_up_proxy(&s.daan.actor, line.id).await.unwrap();
        assert_eq!(code(s.sees(&session).await), "proxy_over");
        assert_eq!(code(s.house.give_up_proxy(&s.daan.actor, line.id).await), "not_found", "once");
        let lines = s.house.proxies(&s.chantal.actor, s.daans).await.unwrap();
        assert_eq!(lines[0].standing, ProxyStanding::Over(ProxyEnd::Withdrawn));
        assert!(lines[0].consent_at.is_some() && lines[0].basis == "Gezagsregister");
    }

    /// ASVS 8.2.2: each part of the portal opens only where the proxy names it.
    fn the_scope_is_the_limit(db) {
        let s = Scene::set(db).await;
        let session = s.sign_in(&s.peter).await;
        for part in ProxyScope::ALL {
            let line = s.register(s.sofie, NewProxy { scope: [part].into(), ..s.proxy() }).await;
            s.act(&session, s.sofie).await.unwrap();
            let actor = s.actor(&session).await;
            let tried = [
                (ProxyScope::Details, s.house.my_details(&actor).await.map(drop)),
                (ProxyScope::Care, s.house.my_care(&actor).await.map(drop)),
                (ProxyScope::Log, s.house.who_looked_at_mine(&actor, (None, None), None, 5).await.map(drop)),
            ];
            for (tried, got) in tried {
                if tried == part {
                    got.unwrap();
                } else {
                    assert_eq!(code(got), "out_of_scope", "{part:?} opens {tried:?}");
                }
            }
            s.house.act_for(&session, &client(), None).await.unwrap();
            s.house.end_proxy(&s.chantal.actor, line.id).await.unwrap();
        }
    }
}

#[tokio::test]
async fn who_may_be_registered_as_what() {
    let s = Scene::set(wardpost_store::testing::TestDb::sqlite().await).await;
    let register =
        async |who: &TestPerson, patient, new: NewProxy| s.house.register_proxy(&who.actor, patient, new).await;
    assert_eq!(code(register(&s.peter, s.sofie, s.proxy()).await), "missing_permission");
    assert_eq!(code(s.house.proxies(&s.peter.actor, s.sofie).await), "missing_permission");
    let desk = &s.chantal;
    assert_eq!(code(register(desk, PatientId(uuid::Uuid::new_v4()), s.proxy()).await), "not_found");
    let login = |who: &TestPerson| NewProxy { login: who.login.clone(), ..s.proxy() };
    assert_eq!(code(register(desk, s.sofie, login(desk)).await), "unknown", "a role without proxy.act");
    assert_eq!(code(register(desk, s.daans, login(&s.daan)).await), "unknown", "nobody is their own proxy");
    assert_eq!(code(register(desk, s.sofie, NewProxy { scope: BTreeSet::new(), ..s.proxy() }).await), "required");
    let past = NewProxy { ends_on: "2026-03-01".parse().unwrap(), ..s.proxy() };
    assert_eq!(code(register(desk, s.sofie, past).await), "range");
    let mandated = NewProxy { kind: ProxyKind::Mandated, ..s.proxy() };
    assert_eq!(code(register(desk, s.sofie, mandated.clone()).await), "age", "too young for a mandate of her own");
    let old = NewPatient {
        name: "Oma de Boer".to_owned(),
        birth_date: "1940-01-01".parse().ok(),
        references: vec!["P-9".to_owned()],
        phone: None,
    };
    let grandmother = s.house.register_patient(&desk.actor, old.clone()).await.unwrap().line.id;
    assert_eq!(code(register(desk, grandmother, s.proxy()).await), "age", "no parent acts for an adult");
    let unproven = NewProxy { basis: " ".to_owned(), ..mandated.clone() };
    assert_eq!(code(register(desk, grandmother, unproven).await), "required", "a mandate is shown");
    let line = register(desk, grandmother, mandated.clone()).await.unwrap().pop().unwrap();
    assert_eq!((line.standing, line.ends_on.to_string().as_str()), (ProxyStanding::Holds, "2035-01-01"));
    assert_eq!(code(register(desk, grandmother, mandated).await), "already_proxy");
    let unborn = NewPatient { birth_date: None, references: vec!["P-10".to_owned()], ..old };
    let unknown = s.house.register_patient(&desk.actor, unborn).await.unwrap().line.id;
    assert_eq!(code(register(desk, unknown, s.proxy()).await), "birth_date_missing");
    // Other rules, from now on: what they do not let act is over.
    let sofie = s.register(s.sofie, s.proxy()).await;
    assert_eq!(sofie.standing, ProxyStanding::Holds);
    let mut policy = s.house.security_current().await.unwrap().policy.clone();
    policy.ages.bands.truncate(1);
    policy.ages.bands.push(wardpost_model::proxy::AgeBand {
        from_years: 10,
        parent: wardpost_model::proxy::ParentRule::OnlyByMandate,
    });
    let editor = crate::testing::stranger(&[Permission::SecurityEdit]);
    s.house.put_security(&editor, 1, policy, "Other country").await.unwrap();
    let lines = s.house.proxies(&desk.actor, s.sofie).await.unwrap();
    assert_eq!(lines[0].standing, ProxyStanding::Over(ProxyEnd::Age));
}

/// A physician who is a father too acts for his child as a father only: mail and patients are closed meanwhile.
#[tokio::test]
async fn acting_for_a_child_suspends_ones_own_roles() {
    let s = Scene::set(wardpost_store::testing::TestDb::sqlite().await).await;
    let roles = [s.house.ready_made_role("physician").await.unwrap(), s.house.ready_made_role("carer").await.unwrap()];
    let roles = roles.into_iter().flatten().collect();
    let ben = s.house.person_with(roles, "Ben Carter", "ben@clinic.example").await;
    s.register(s.sofie, NewProxy { login: ben.login.clone(), ..s.proxy() }).await;
    let session = s.sign_in(&ben).await;
    assert_eq!(s.view(&session).await.mailboxes.len(), 1);
    s.act(&session, s.sofie).await.unwrap();
    let (view, actor) = (s.view(&session).await, s.actor(&session).await);
    assert!(view.mailboxes.is_empty() && !actor.may(Permission::MailRead));
    assert_eq!(code(s.house.find_patients(&actor, "P-3", 5).await), "acting_for");
    assert_eq!(code(s.house.counts(&actor, ben.mailbox()).await), "acting_for");
    assert_eq!(code(s.house.break_glass(&actor, s.stranger, "Patiënt belt met klachten").await), "acting_for");
    // Another session of his is his own.
    let other = s.sign_in(&ben).await;
    assert_eq!(s.view(&other).await.mailboxes.len(), 1);
}
