use super::*;
use Permission as P;
use uuid::Uuid;
use wardpost_model::person::Circumstances;

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}
fn actor(permissions: &[Permission]) -> Actor {
    Actor {
        person_id: person(1),
        name: "Test".into(),
        roles: vec![],
        permissions: permissions.iter().copied().collect(),
        session_id: None,
        network: None,
        request_id: None,
        circumstances: Circumstances::default(),
    }
}

#[test]
fn mail_is_read_only_in_ones_own_mailboxes() {
    let a = actor(&[P::MailRead]);
    let (mine, other) = ([person(2), person(1)], [person(2)]);
    assert_eq!(authorise(&a, P::MailRead, Scope::Mailbox { members: &mine, mandate: None }), Ok(()));
    assert_eq!(authorise(&a, P::MailRead, Scope::Mailbox { members: &other, mandate: None }), Err(Denied::NotYours));
    assert_eq!(
        authorise(&a, P::MailSend, Scope::Mailbox { members: &mine, mandate: None }),
        Err(Denied::MissingPermission(P::MailSend))
    );
}

#[test]
fn who_manages_mailboxes_does_not_read_them() {
    let a = actor(&[P::MailboxManage]);
    let scope = Scope::Mailbox { members: &[person(1)], mandate: None };
    assert_eq!(authorise(&a, P::MailboxManage, Scope::Mailbox { members: &[], mandate: None }), Ok(()));
    assert_eq!(authorise(&a, P::MailRead, scope), Err(Denied::MissingPermission(P::MailRead)));
}

/// NTA-16: who acts for a colleague does what the mandate says, as far as the own roles go.
#[test]
fn a_mandate_opens_reading_and_writing_only_as_it_says() {
    let a = actor(&[P::MailRead, P::MailSend, P::MailSubmit, P::MailboxManage]);
    let theirs = [person(2)];
    let scope = |send| Scope::Mailbox { members: &theirs, mandate: Some(MandateRights { send }) };
    for p in [P::MailSend, P::MailSubmit] {
        assert_eq!(authorise(&a, p, scope(false)), Err(Denied::MandateReadsOnly));
        assert_eq!(authorise(&a, p, scope(true)), Ok(()));
    }
    assert_eq!(authorise(&a, P::MailRead, scope(false)), Ok(()));
    let missing = Err(Denied::MissingPermission(P::MailSend));
    assert_eq!(authorise(&actor(&[P::MailRead]), P::MailSend, scope(true)), missing);
    assert_eq!(authorise(&actor(&[P::AuditRead]), P::AuditRead, scope(true)), Err(Denied::NotYours));
}

#[test]
fn the_own_mailbox_is_given_freely_and_a_colleagues_never_to_oneself() {
    let mandate = |grantor, holder, giving| Scope::Mandate { grantor: person(grantor), holder: person(holder), giving };
    let (anna, nobody, admin) = (actor(&[P::MailRead]), actor(&[]), actor(&[P::DelegationManage]));
    let p = P::DelegationManage;
    assert_eq!(authorise(&anna, p, mandate(1, 2, true)), Ok(()));
    assert_eq!(authorise(&nobody, p, mandate(1, 2, true)), Err(Denied::MissingPermission(p)));
    assert_eq!(authorise(&anna, p, mandate(2, 1, true)), Err(Denied::MissingPermission(p)));
    assert_eq!(authorise(&anna, p, mandate(2, 3, true)), Err(Denied::MissingPermission(p)));
    assert_eq!(authorise(&admin, p, mandate(2, 1, true)), Err(Denied::OwnMandate));
    assert_eq!(authorise(&admin, p, mandate(2, 3, true)), Ok(()));
    for (grantor, holder) in [(1, 2), (2, 1)] {
        assert_eq!(authorise(&nobody, p, mandate(grantor, holder, false)), Ok(()), "either side ends it");
    }
    assert_eq!(authorise(&nobody, p, mandate(2, 3, false)), Err(Denied::MissingPermission(p)));
}

/// ASVS 8.2.2: acting for a patient opens the parts that the proxy names, and closes all else; over, it opens nothing.
#[test]
fn who_acts_for_a_patient_sees_what_the_proxy_opens_and_nothing_else() {
    let id = |n| Uuid::from_u128(n);
    let acting = |over| ActingFor {
        proxy: wardpost_model::ProxyId(id(5)),
        patient: wardpost_model::PatientId(id(6)),
        name: "Sofie".to_owned(),
        scope: [ProxyScope::Details].into(),
        over,
    };
    let peter = |over| {
        let circumstances = Circumstances { acting_for: Some(acting(over)), ..Circumstances::default() };
        Actor { circumstances, ..actor(P::ALL) }
    };
    let part = |part| Scope::Portal { part };
    let a = peter(false);
    assert_eq!(authorise(&a, P::SelfRead, part(ProxyScope::Details)), Ok(()));
    assert_eq!(authorise(&a, P::SelfRead, part(ProxyScope::Log)), Err(Denied::OutOfScope));
    assert_eq!(authorise(&peter(true), P::SelfRead, part(ProxyScope::Details)), Err(Denied::ProxyOver));
    let own = Scope::Session { owner: person(1) };
    assert_eq!(authorise(&peter(true), P::PersonManage, own), Ok(()), "signing out");
    let without = Actor { permissions: [P::SelfRead].into(), ..peter(false) };
    let missing = Err(Denied::MissingPermission(P::ProxyAct));
    assert_eq!(authorise(&without, P::SelfRead, part(ProxyScope::Details)), missing);
    for p in P::ALL {
        assert_eq!(authorise(&a, *p, Scope::Organisation), Err(Denied::ActingFor), "{p:?}");
        let mine = Scope::Mailbox { members: &[person(1)], mandate: None };
        assert_eq!(authorise(&a, *p, mine), Err(Denied::ActingFor), "{p:?}");
    }
    // Without acting it is one's own portal, whole.
    assert_eq!(authorise(&actor(&[P::SelfRead]), P::SelfRead, part(ProxyScope::Log)), Ok(()));
}

#[test]
fn drafts_of_colleagues_stay_closed_even_to_managers() {
    let a = actor(P::ALL);
    assert_eq!(authorise(&a, P::MailSend, Scope::Draft { author: person(2) }), Err(Denied::NotYours));
    assert_eq!(authorise(&a, P::MailSend, Scope::Draft { author: person(1) }), Ok(()));
}

#[test]
fn own_sessions_need_no_permission_and_others_do() {
    let nobody = actor(&[]);
    assert_eq!(authorise(&nobody, P::PersonManage, Scope::Session { owner: person(1) }), Ok(()));
    assert_eq!(
        authorise(&nobody, P::PersonManage, Scope::Session { owner: person(2) }),
        Err(Denied::MissingPermission(P::PersonManage))
    );
    assert_eq!(authorise(&actor(&[P::PersonManage]), P::PersonManage, Scope::Session { owner: person(2) }), Ok(()));
}

#[test]
fn the_sender_is_no_second_pair_of_eyes() {
    let a = actor(&[P::MailReview]);
    let held = |sender, four_eyes| Scope::Held { sender: person(sender), four_eyes };
    assert_eq!(authorise(&a, P::MailReview, held(1, true)), Err(Denied::OwnMessage));
    assert_eq!(authorise(&a, P::MailReview, held(1, false)), Ok(()));
    assert_eq!(authorise(&a, P::MailReview, held(2, true)), Ok(()));
}

/// A care relation opens records: nobody makes one for themselves, nor judges the own emergency access.
#[test]
fn nobody_makes_their_own_care_relation_or_judges_their_own_emergency() {
    let a = actor(&[P::PatientRead, P::RelationManage, P::AccessReview]);
    let relation = |for_actor, known| Scope::Relation { for_actor, known };
    assert_eq!(authorise(&a, P::RelationManage, relation(true, true)), Err(Denied::OwnRelation));
    assert_eq!(authorise(&a, P::RelationManage, relation(false, false)), Err(Denied::NoRelation));
    assert_eq!(authorise(&a, P::RelationManage, relation(false, true)), Ok(()));
    assert_eq!(authorise(&a, P::AccessReview, Scope::BreakGlass { by: person(1) }), Err(Denied::OwnGrant));
    assert_eq!(authorise(&a, P::AccessReview, Scope::BreakGlass { by: person(2) }), Ok(()));
    assert_eq!(authorise(&a, P::PatientRead, Scope::Patient { ground: None }), Err(Denied::NoRelation));
    let ground = Some(Ground::Correspondence);
    assert_eq!(authorise(&a, P::PatientRead, Scope::Patient { ground }), Ok(()));
    let none = actor(&[]);
    let missing = Err(Denied::MissingPermission(P::PatientRead));
    assert_eq!(authorise(&none, P::PatientRead, Scope::Patient { ground }), missing);
}

#[test]
fn nobody_consents_to_their_own_ask_or_for_themselves() {
    let a = actor(&[P::PersonApprove]);
    let ask = |by, about| Scope::Approval { asked_by: person(by), subject: person(about) };
    assert_eq!(authorise(&a, P::PersonApprove, ask(1, 2)), Err(Denied::OwnAsk));
    assert_eq!(authorise(&a, P::PersonApprove, ask(2, 1)), Err(Denied::OwnAsk));
    assert_eq!(authorise(&a, P::PersonApprove, ask(2, 3)), Ok(()));
}

/// 45 CFR 164.308(a)(4)(ii)(C): a review of rights is somebody else's.
#[test]
fn nobody_judges_their_own_rights() {
    let a = actor(&[P::RightsReview]);
    let review = |n| Scope::Review { subject: person(n) };
    assert_eq!(authorise(&a, P::RightsReview, review(1)), Err(Denied::OwnRights));
    assert_eq!(authorise(&a, P::RightsReview, review(2)), Ok(()));
    let missing = Err(Denied::MissingPermission(P::RightsReview));
    assert_eq!(authorise(&actor(&[]), P::RightsReview, review(1)), missing);
}

#[test]
fn nobody_raises_their_own_rights() {
    let admin = actor(&[P::PersonManage, P::RoleManage]);
    let audit = BTreeSet::from([P::AuditRead]);
    let roles = |n| Scope::Roles { subject: person(n), granted: &audit };
    assert_eq!(authorise(&admin, P::PersonManage, roles(1)), Err(Denied::OwnRoles));
    assert_eq!(authorise(&admin, P::RoleManage, Scope::Role { held_by_actor: true }), Err(Denied::HeldRole));
    assert_eq!(authorise(&admin, P::PersonManage, roles(2)), Ok(()));
    let team_lead = actor(&[P::PersonManage]);
    assert_eq!(authorise(&team_lead, P::PersonManage, roles(2)), Err(Denied::GrantsMore(P::AuditRead)));
}
