//! Notices of what became of accounts and rights, into the mailboxes of the house.

use crate::mail::{Door, HouseNotice, RightsNotice, Step, door_outside};
use crate::people::giving::administers;
use crate::people::house::{House, HousePerson};
use crate::{Core, Result};
use std::collections::BTreeSet;
use wardpost_model::PersonId;
use wardpost_model::message::Party;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, MailboxKind, PersonState};
use wardpost_store::Batch;

impl Core {
    /// A notice into the own mailbox of everybody in use for whom this holds, of themselves and of what they may.
    pub(in crate::people) async fn tell(
        &self,
        batch: &mut Batch,
        house: &House,
        notice: RightsNotice<'_>,
        whom: impl Fn(&HousePerson, &BTreeSet<Permission>) -> bool,
    ) -> Result<()> {
        for person in house.people.values().filter(|p| p.state == PersonState::Active) {
            if !whom(person, &house.permissions_of(&person.roles)) {
                continue;
            }
            let mailboxes = self.mailboxes_of(person.id).await?;
            if let Some(own) = mailboxes.iter().find(|m| m.kind == MailboxKind::Personal) {
                self.notify_house(batch, own.id, HouseNotice::Rights(notice), person.profile.language).await?;
            }
        }
        Ok(())
    }

    /// Tells all other administrators and officers at once that somebody changed by which ways people and programs come in: nobody
    /// opens a door unseen (ASVS 8.1.1, 16.2.5). An address outside is told that there is something, not what.
    pub(crate) async fn tell_of_door(
        &self,
        batch: &mut Batch,
        house: &House,
        actor: &Actor,
        (door, name): (Door, &str),
    ) -> Result<()> {
        let watches = |p: &HousePerson, may: &BTreeSet<Permission>| {
            let officer = [Permission::SecurityEdit, Permission::AccessReview].iter().any(|p| may.contains(p));
            p.id != actor.person_id && (officer || administers(may))
        };
        self.tell(batch, house, RightsNotice::Door { door, name, by: &actor.name }, watches).await?;
        for person in house.people.values().filter(|p| p.state == PersonState::Active) {
            let login = &person.profile.login;
            if !watches(person, &house.permissions_of(&person.roles)) || house.domains.contains_key(login.domain()) {
                continue;
            }
            let to = Party { name: person.profile.name.clone(), address: login.clone() };
            let language = person.profile.language;
            let notice = door_outside(language, &self.config().public_url, &house.name);
            self.mail_outside(batch, to, language, notice).await?;
        }
        Ok(())
    }

    /// Tells the person, and everybody who could have consented, how far a recovery has come (ASVS 6.3.7): nobody recovers an
    /// account behind its owner's back.
    pub(super) async fn tell_of_recovery(
        &self,
        batch: &mut Batch,
        house: &House,
        subject: PersonId,
        step: Step,
        by: &str,
        acts: PersonId,
    ) -> Result<()> {
        let name = house.person_name(subject);
        self.tell(batch, house, RightsNotice::OwnRecovery { step, by }, |p, _| p.id == subject).await?;
        let approves = |p: &HousePerson, may: &BTreeSet<Permission>| {
            may.contains(&Permission::PersonApprove) && p.id != subject && p.id != acts
        };
        self.tell(batch, house, RightsNotice::Recovery { step, name: &name, by }, approves).await
    }
}
