//! What one person can't do alone, by whatever detour (ASVS 8.1.1, 8.4.2; 164.308(a)(4)).

use super::consent::{Scene, conflict, fresh};
use super::*;
use crate::clock::HOUR_US;
use wardpost_model::{LinkId, MailboxId, PersonId, ProviderId};
use wardpost_store::Batch;
use wardpost_store::repo::{credential, identity_provider};

impl Scene {
    /// A role of the house's own.
    async fn own_role(&self, permissions: &[Permission]) -> RoleLine {
        let name = uuid::Uuid::new_v4().to_string();
        self.house.create_role(&self.bea.actor, &name, permissions.iter().copied().collect()).await.unwrap()
    }
    /// Makes a role open more.
    async fn widen(&self, role: &RoleLine, more: Permission) -> Result<RoleLine, Error> {
        let permissions = role.role.permissions.iter().copied().chain([more]).collect();
        self.house.change_role(&self.bea.actor, role.role.id, role.version, &role.role.name, permissions).await
    }
    /// Gives Anna a role besides those that she has.
    async fn give(&self, role: RoleId) -> Result<PersonLine, Error> {
        let line = self.house.find_person(&self.bea.actor, self.anna.id()).await.unwrap();
        let wanted: Vec<RoleId> = line.roles.iter().map(|(id, _)| *id).chain([role]).collect();
        self.house.set_person_roles(&self.bea.actor, self.anna.id(), line.version, &wanted).await
    }
    async fn bulk(&self, act: Bulk, who: PersonId) -> BulkDone {
        let lines = self.house.preview_bulk(&self.bea.actor, act, &[who]).await.unwrap();
        self.house.run_bulk(&self.bea.actor, act, &[(who, lines[0].version)], None).await.unwrap()
    }
    async fn use_of(&self, mailbox: MailboxId, members: Vec<PersonId>) -> Result<MailboxLine, Error> {
        let lines = self.house.mailboxes(&self.bea.actor).await.unwrap();
        let line = lines.into_iter().find(|l| l.mailbox.id == mailbox).unwrap();
        let update = MailboxUpdate {
            version: line.version,
            name: line.mailbox.name.clone(),
            active: true,
            members,
            duty: false,
        };
        self.house.change_mailbox(&self.bea.actor, mailbox, update).await
    }
}

both_engines! {
    fn taking_a_role_back_gives_only_what_was_taken(db) {
        let s = Scene::over(db).await;
        let role = s.own_role(&[Permission::ContactManage]).await;
        s.give(role.role.id).await.unwrap();
        let taken = s.bulk(Bulk::TakeRole(role.role.id), s.anna.id()).await;
        // Nobody holds it now, so that one person may change it.
        s.widen(&role, Permission::AuditRead).await.unwrap();
        let undone = s.house.undo_bulk(&s.bea.actor, taken.id).await.unwrap();
        assert_eq!(undone.lines[0].answer, BulkAnswer::No("changed"));
        assert!(!s.may(&s.anna, Permission::AuditRead).await);
        // What was theirs comes back, and the officers read of it.
        let officer = s.role("security_officer").await;
        let before = s.told(&s.dirk).await.len();
        let taken = s.bulk(Bulk::TakeRole(officer), s.sara.id()).await;
        assert!(!s.may(&s.sara, Permission::SecurityEdit).await);
        s.house.undo_bulk(&s.bea.actor, taken.id).await.unwrap();
        assert!(s.may(&s.sara, Permission::SecurityEdit).await);
        assert_eq!(s.told(&s.dirk).await.len(), before + 1);
    }

    fn consent_is_to_what_was_shown(db) {
        let s = Scene::over(db).await;
        let h = &s.house;
        let sara = fresh(h, &s.sara).await;
        let role = s.own_role(&[Permission::RightsReview]).await;
        let line = h.find_person(&s.bea.actor, s.anna.id()).await.unwrap();
        let asked = h.ask_roles(&s.bea.actor, s.anna.id(), line.version, &[role.role.id], "Reviews rights").await.unwrap();
        let role = s.widen(&role, Permission::AuditRead).await.unwrap();
        let late = h.decide_approval(&sara, asked.id, true).await;
        assert!(matches!(late, Err(Error::VersionConflict)), "{late:?}");
        assert!(!s.may(&s.anna, Permission::AuditRead).await && !s.may(&s.anna, Permission::RightsReview).await);
        // A role that somebody is given while consent to its change is asked.
        let harmless = s.own_role(&[Permission::ContactManage]).await;
        s.give(harmless.role.id).await.unwrap();
        let more: BTreeSet<Permission> = [Permission::ContactManage, Permission::AuditRead].into();
        let wanted = (harmless.role.name.as_str(), more);
        let asked = h.ask_role_change(&s.bea.actor, harmless.role.id, harmless.version, wanted, "For Anna").await.unwrap();
        let iris = h.create_person(&s.bea.actor, newcomer("iris@clinic.example", vec![harmless.role.id])).await.unwrap();
        let late = h.decide_approval(&sara, asked.id, true).await;
        assert!(matches!(late, Err(Error::VersionConflict)), "{late:?}");
        drop((role, iris));
    }

    /// The role is widened at the moment at which it is given.
    fn what_somebody_is_given_is_what_was_decided_upon(db) {
        let s = Scene::over(db).await;
        for _ in 0..12 {
            let role = s.own_role(&[Permission::ContactManage]).await;
            let (given, widened) = tokio::join!(s.give(role.role.id), s.widen(&role, Permission::AuditRead));
            assert!(given.is_ok() || widened.is_ok(), "{given:?} {widened:?}");
            assert!(!s.may(&s.anna, Permission::AuditRead).await, "{given:?} {widened:?}");
            if let Ok(line) = given {
                s.house.set_person_roles(&s.bea.actor, s.anna.id(), line.version, &[]).await.unwrap();
            }
        }
    }

    fn who_takes_the_second_persons_access_away_does_not_go_on_alone(db) {
        let s = Scene::over(db).await;
        s.house.note_approvers().await.unwrap();
        let officer = s.role("privacy_officer").await;
        assert_eq!(conflict(s.give(officer).await), "needs_consent");
        s.house.disable_person(&s.bea.actor, s.sara.id()).await.unwrap();
        assert_eq!(conflict(s.give(officer).await), "needs_consent");
        s.house.note_approvers().await.unwrap();
        s.house.clock.advance_us(71 * HOUR_US);
        assert_eq!(conflict(s.give(officer).await), "needs_consent");
        // A house whose second person has really gone goes on, and the officers are told.
        s.house.clock.advance_us(2 * HOUR_US);
        s.give(officer).await.unwrap();
    }

    fn what_somebody_comes_in_with_is_replaced_by_two_only(db) {
        let s = Scene::over(db).await;
        let (h, bea, sara) = (&s.house, fresh(&s.house, &s.bea).await, fresh(&s.house, &s.sara).await);
        // While a recovery waits for its owner, the account looks like one that nobody used.
        let mut batch = Batch::new();
        credential::signed_in(&mut batch, h.org(), s.anna.id(), 1);
        h.db().write(batch).await.unwrap();
        let ask = NewAsk { proof: wardpost_model::person::IdentityProof::InPerson, reason: "Lost the phone".to_owned() };
        let asked = h.ask_recovery(&bea, s.anna.id(), ask).await.unwrap();
        let code = h.decide_approval(&sara, asked.line.id, true).await.unwrap().code.unwrap();
        h.use_recovery(asked.link.split_once('#').unwrap().1, &code, &client()).await.unwrap();
        let preview = h.preview_bulk(&s.bea.actor, Bulk::Invite, &[s.anna.id()]).await.unwrap();
        assert_eq!(preview[0].answer, BulkAnswer::No("needs_consent"));
        assert_eq!(conflict(h.invite_person(&s.bea.actor, s.anna.id()).await), "needs_consent");
        // Whoever comes in by an identity provider has access when it is given back, not a new invitation.
        let iris = h.create_person(&s.bea.actor, newcomer("iris@clinic.example", vec![])).await.unwrap().person;
        let link = identity_provider::LinkRow {
            id: LinkId(uuid::Uuid::from_u128(7)),
            provider_id: ProviderId(uuid::Uuid::from_u128(8)),
            person_id: iris.id,
            created_us: 1,
            last_used_us: None,
        };
        let mut batch = Batch::new();
        identity_provider::insert_link(&mut batch, h.org(), &link, b"subject");
        h.db().write(batch).await.unwrap();
        h.disable_person(&s.bea.actor, iris.id).await.unwrap();
        assert_eq!(h.enable_person(&s.bea.actor, iris.id).await.unwrap().state, PersonState::Active);
    }

    fn nobody_lets_themselves_into_mail_unseen(db) {
        let s = Scene::over(db).await;
        let carl = s.house.person("administrator", "Carl Beheer", "carl@clinic.example").await;
        // Somebody's own mailbox, to oneself or to a second account.
        for reader in [s.bea.id(), s.sara.id()] {
            for members in [vec![reader], vec![]] {
                assert_eq!(codes(s.use_of(s.anna.mailbox(), members).await), [("members".to_owned(), "personal")]);
            }
        }
        let new = |members| NewMailbox {
            kind: MailboxKind::Shared,
            address: address("balie@clinic.example"),
            name: "Balie".to_owned(),
            members,
            duty: false,
        };
        let own = s.house.create_mailbox(&s.bea.actor, new(vec![s.bea.id()])).await;
        assert_eq!(codes(own), [("members".to_owned(), "yourself")]);
        let desk = s.house.create_mailbox(&s.bea.actor, new(vec![s.anna.id()])).await.unwrap().mailbox.id;
        let own = s.use_of(desk, vec![s.anna.id(), s.bea.id()]).await;
        assert_eq!(codes(own), [("members".to_owned(), "yourself")]);
        // Who uses it reads that somebody came in, and so does who came.
        let before = (s.told(&s.anna).await.len(), s.told(&s.dirk).await.len());
        s.use_of(desk, vec![s.anna.id(), s.dirk.id()]).await.unwrap();
        assert_eq!((s.told(&s.anna).await.len(), s.told(&s.dirk).await.len()), (before.0 + 1, before.1 + 1));
        // Rights over colleagues' mail are rights over others.
        assert!(Permission::MailboxManage.sensitive() && Permission::DelegationManage.sensitive());
        drop(carl);
    }

    /// ASVS 7.4.5, 7.4.2: what "all sessions" says.
    fn all_sessions_end_with_what_mail_programs_have_open(db) {
        let s = Scene::over(db).await;
        let anna = fresh(&s.house, &s.anna).await;
        let made = s.house.create_app_password(&anna, "Phone").await.unwrap();
        let sign_in = async || s.house.authenticate_submission("anna@clinic.example", &made.password, &client()).await;
        let open = sign_in().await.unwrap();
        assert!(s.house.mail_program_may(&open).await.unwrap());
        s.house.end_sessions_of(&s.bea.actor, s.anna.id()).await.unwrap();
        assert!(!s.house.mail_program_may(&open).await.unwrap(), "the open session goes on");
        s.house.clock.advance_us(1);
        let again = sign_in().await.unwrap();
        assert!(s.house.mail_program_may(&again).await.unwrap(), "its device password is still good");
        s.bulk(Bulk::EndSessions, s.anna.id()).await;
        assert!(!s.house.mail_program_may(&again).await.unwrap());
    }
}
