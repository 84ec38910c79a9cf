//! Conversations as somebody sees who is, or was, in them. No content: the server has none.

use super::read::entry_of;
use super::standing::{kind_of, last_for, role_of, side_of};
use super::{Asker, Outcome, Refused, own_id, wire_id, wire_number};
use crate::Core;
use crate::care::Colleague;
use std::collections::BTreeMap;
use wardpost_e2ee::wire::{Conversation, Member, MemberRole};
use wardpost_gate::Scope;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, PersonState};
use wardpost_model::{ConversationId, PersonId};
use wardpost_store::repo::conversation::{self as rows, SeenRow};
use wardpost_store::repo::conversation_log as log;

/// Conversations of one page.
const PAGE: u32 = 100;
/// Conversations that changed at the very same time, looked at beyond a page.
const TIES: i64 = 20;

impl Core {
    /// One's conversations, last changed first, those changed before a time; and whether there are more.
    ///
    /// # Errors
    /// [`Refused::Denied`] for who can't have conversations; when the store fails.
    pub async fn conversations_of(
        &self,
        actor: &Actor,
        before_us: Option<i64>,
        limit: u32,
    ) -> Outcome<(Vec<Conversation>, bool)> {
        self.converses(actor).await?;
        let limit = i64::from(limit.clamp(1, PAGE));
        let before_us = before_us.unwrap_or(i64::MAX);
        let (db, org, me) = (self.db(), self.org(), actor.person_id);
        let mut found = rows::of_person(db, org, me, before_us, limit + TIES).await?;
        let wanted = usize::try_from(limit).unwrap_or(1);
        // The next page begins before the last one's time: what has that very time belongs to this page.
        let last = found.get(wanted - 1).map(changed_us);
        let page = found.iter().enumerate().take_while(|(n, s)| *n < wanted || Some(changed_us(s)) == last).count();
        let more = found.len() > page;
        found.truncate(page);
        let mut conversations = Vec::with_capacity(page);
        for seen in found {
            conversations.push(self.conversation_line(actor, seen).await?);
        }
        Ok((conversations, more))
    }

    /// Colleagues with whom one can converse, by name.
    ///
    /// # Errors
    /// [`crate::Error::Denied`] without `conversation.use`.
    pub async fn conversation_people(&self, actor: &Actor) -> crate::Result<Vec<Colleague>> {
        self.allow(actor, Permission::ConversationUse, Scope::Organisation).await?;
        let house = self.house().await?;
        let mut found: Vec<Colleague> = house
            .people
            .values()
            .filter(|p| p.state != PersonState::Disabled && p.id != actor.person_id)
            .filter(|p| house.permissions_of(&p.roles).contains(&Permission::ConversationUse))
            .map(|p| Colleague { id: p.id, name: p.profile.name.clone(), function: p.profile.function.clone() })
            .collect();
        found.sort_by_cached_key(|c| (c.name.to_lowercase(), c.id));
        Ok(found)
    }

    /// The same for a device that asks.
    ///
    /// # Errors
    /// As [`Core::conversations_of`].
    pub async fn own_conversations(
        &self,
        asker: Asker<'_>,
        before_us: Option<i64>,
        limit: u32,
    ) -> Outcome<(Vec<Conversation>, bool)> {
        self.still_there(asker).await?;
        self.conversations_of(asker.actor, before_us, limit).await
    }

    /// One conversation; none for who never was in it.
    ///
    /// # Errors
    /// As [`Core::conversations_of`].
    pub async fn conversation(&self, actor: &Actor, id: ConversationId) -> Outcome<Option<Conversation>> {
        if side_of(&actor.permissions).is_none() {
            return Err(Refused::Denied("missing_permission"));
        }
        match rows::one_of_person(self.db(), self.org(), actor.person_id, id).await? {
            Some(seen) => self.conversation_line(actor, seen).await.map(Some),
            None => Ok(None),
        }
    }

    async fn conversation_line(&self, actor: &Actor, seen: SeenRow) -> Outcome<Conversation> {
        let changed_us = changed_us(&seen);
        let SeenRow { conversation: row, span, first_seq, read_seq, .. } = seen;
        let last = last_for(Some(&span), row.last_seq);
        let me = actor.person_id;
        let until = span.until_seq.unwrap_or(i64::MAX);
        // What one has not seen before one came is not unread.
        let from = read_seq.max(span.since_seq - 1);
        // Titles of another time of membership stay what they were.
        let subject = log::subject(self.db(), self.org(), row.id, (span.since_seq, until)).await?;
        Ok(Conversation {
            id: wire_id(row.id),
            kind: kind_of(&row.kind)?,
            patient: row.patient_id.map(wire_id),
            open: row.open,
            epoch: wire_number(row.epoch),
            suite: u16::try_from(row.suite).unwrap_or(0),
            last: wire_number(last),
            first: wire_number(first_seq),
            read: wire_number(read_seq),
            unread: self.unread_entries(row.id, me, (from, last)).await?,
            created_us: row.created_us,
            changed_us,
            members: self.members_as_seen(row.id, until).await?,
            member: span.until_seq.is_none(),
            subject: subject.map(entry_of),
        })
    }

    /// Everybody who is or was in a conversation, by what somebody may know whose membership ended at an entry.
    async fn members_as_seen(&self, id: ConversationId, end: i64) -> Outcome<Vec<Member>> {
        let house = self.house().await?;
        let mut newest: BTreeMap<PersonId, Member> = BTreeMap::new();
        for m in rows::members(self.db(), self.org(), id).await? {
            if m.span.since_seq >= end {
                continue;
            }
            let function = house.person(m.person_id).map(|p| p.profile.function.clone()).unwrap_or_default();
            let line = Member {
                person: wire_id(m.person_id),
                name: house.person_name(m.person_id),
                function,
                role: role_of(&m.span.role)?,
                since: wire_number(m.span.since_seq),
                until: m.span.until_seq.filter(|until| *until <= end).map(wire_number),
            };
            // In the order in which they began: a later time takes the place of an earlier one.
            newest.insert(m.person_id, line);
        }
        let mut members: Vec<Member> = newest.into_values().collect();
        members.sort_by_key(|m| (m.role != MemberRole::Staff, m.since, own_id::<PersonId>(m.person)));
        Ok(members)
    }
}

/// When something last happened in it that the member may know of.
fn changed_us(seen: &SeenRow) -> i64 {
    match (seen.span.until_seq, seen.ended_us) {
        (Some(_), Some(ended)) => ended,
        _ => seen.conversation.changed_us,
    }
}
