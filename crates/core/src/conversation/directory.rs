//! Whose keys and devices somebody may know: colleagues of who may converse with colleagues, and everybody with whom one is,
//! or was, in a conversation.

use super::package::people_of;
use super::standing::side_of;
use super::{Asker, Outcome, Refused, wire_id};
use crate::Core;
use std::collections::{BTreeSet, HashMap};
use wardpost_e2ee::Id;
use wardpost_e2ee::wire::{AccountLine, MAX_MEMBERS, MemberRole};
use wardpost_model::PersonId;
use wardpost_model::person::Actor;
use wardpost_store::repo::conversation as conversations;
use wardpost_store::repo::conversation_account::{self as rows, AT_ONCE};

impl Core {
    /// Keys and devices of people, in the order asked for; who isn't known, or has no account for conversations, is left out.
    ///
    /// # Errors
    /// [`Refused::Malformed`] `too_many`; [`Refused::Denied`].
    pub async fn conversation_directory(&self, asker: Asker<'_>, persons: &[Id]) -> Outcome<Vec<AccountLine>> {
        if persons.len() > MAX_MEMBERS {
            return Err(Refused::Malformed("too_many"));
        }
        self.still_there(asker).await?;
        let known = self.known_people(asker.actor, persons).await?;
        let mut lines: HashMap<PersonId, AccountLine> = HashMap::new();
        for people in known.chunks(AT_ONCE) {
            for (person, keys) in rows::accounts(self.db(), self.org(), people).await? {
                let line = lines.entry(person).or_insert_with(|| AccountLine {
                    person: wire_id(person),
                    keys: Vec::new(),
                    devices: Vec::new(),
                });
                line.keys.push(keys.into());
            }
            for device in rows::devices_of(self.db(), self.org(), people).await? {
                let own = device.person_id == asker.actor.person_id;
                if let Some(line) = lines.get_mut(&device.person_id) {
                    line.devices.push(self.device_line(device, own)?);
                }
            }
        }
        Ok(known.iter().filter_map(|p| lines.remove(p)).collect())
    }

    /// Those of these people whom one may know.
    pub(super) async fn known_people(&self, actor: &Actor, persons: &[Id]) -> Outcome<Vec<PersonId>> {
        let house = self.house().await?;
        let people = people_of(persons);
        let staff = side_of(&actor.permissions) == Some(MemberRole::Staff);
        let colleague = |id: &PersonId| {
            *id == actor.person_id
                || staff
                    && house
                        .person(*id)
                        .is_some_and(|p| side_of(&house.permissions_of(&p.roles)) == Some(MemberRole::Staff))
        };
        let others: Vec<PersonId> = people.iter().filter(|p| !colleague(p)).copied().collect();
        let mut known: BTreeSet<PersonId> = people.iter().filter(|p| colleague(p)).copied().collect();
        for some in others.chunks(AT_ONCE) {
            known.extend(conversations::shared(self.db(), self.org(), actor.person_id, some).await?);
        }
        // The patients whom one cares for are known once a conversation with them is to be begun.
        if staff {
            for person in others.iter().filter(|p| !known.contains(p)).copied().collect::<Vec<_>>() {
                if self.may_begin_with(actor, person).await? {
                    known.insert(person);
                }
            }
        }
        Ok(people.into_iter().filter(|p| known.contains(p)).collect())
    }
}
