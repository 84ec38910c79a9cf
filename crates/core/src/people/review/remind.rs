//! Who is told of access reviews: that one is due, that one is not done, and what it asks to be changed.

use super::{Decision, ReviewRow, rows};
use crate::clock::{DAY_US, from_us};
use crate::mail::HouseNotice;
use crate::people::house::House;
use crate::seal::purpose;
use crate::{Core, Result};
use jiff::Timestamp;
use wardpost_gate::Scope;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, MailboxKind, PersonState};
use wardpost_model::{PersonId, ReviewId};
use wardpost_store::Batch;
use wardpost_store::repo::used_once;

/// Days between two reminders.
const EVERY_DAYS: i64 = 7;

/// What the last review asks whoever manages people to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewAsk {
    /// The review.
    pub review: ReviewId,
    /// Whose rights.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Change them, or end access.
    pub decision: Decision,
    /// What is to change.
    pub note: String,
    /// Who decided.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl Core {
    /// What the last closed review asks to be changed and has not been yet; it goes on asking while the next is open.
    ///
    /// # Errors
    /// [`crate::Error::Denied`] without `person.manage`.
    pub async fn review_asks(&self, actor: &Actor) -> Result<Vec<ReviewAsk>> {
        self.allow(actor, Permission::PersonManage, Scope::Organisation).await?;
        let house = self.house().await?;
        let closed = rows::list(self.db(), self.org()).await?.into_iter().find(|r| r.closed_us.is_some());
        let Some(last) = closed else { return Ok(Vec::new()) };
        let mut asks = Vec::new();
        for (person, decision) in rows::items(self.db(), self.org(), last.id).await? {
            if !matches!(Decision::from_name(&decision), Some(Decision::Change | Decision::Disable)) {
                continue;
            }
            let Some(item) = self.review_item(actor, &house, last.id, person).await? else { continue };
            let Some(decision) = item.decision.filter(|_| item.carried_out == Some(false)) else { continue };
            asks.push(ReviewAsk {
                review: last.id,
                person,
                name: house.person_name(person),
                decision,
                note: item.note.unwrap_or_default(),
                by: item.decided_by.unwrap_or_default(),
                at: item.decided_at.unwrap_or(from_us(last.started_us)),
            });
        }
        asks.sort_by_cached_key(|a| (a.name.to_lowercase(), a.person));
        Ok(asks)
    }

    /// Reminds those who review rights, once a week, of a review that is due or not done. Any node may do it at any time.
    /// Gives whether somebody was told.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn remind_of_reviews(&self) -> Result<bool> {
        let now = self.clock().now_us();
        let open = rows::list(self.db(), self.org()).await?.into_iter().find(|r| r.closed_us.is_none());
        let due_us = match &open {
            Some(ReviewRow { due_us, .. }) => *due_us,
            None => self.next_review_at().await?.as_microsecond(),
        };
        if now < due_us {
            return Ok(false);
        }
        let week = (now - due_us) / (EVERY_DAYS * DAY_US);
        let house = self.house().await?;
        let mut batch = Batch::new();
        let notice = HouseNotice::ReviewDue { since: from_us(due_us), begun: open.is_some() };
        self.tell_whoever_may(&mut batch, &house, Permission::RightsReview, notice).await?;
        if batch.is_empty() {
            return Ok(false);
        }
        let hash = self.vault().hash_secret(purpose::REVIEW_REMINDED, format!("{due_us} {week}").as_bytes());
        used_once::insert(&mut batch, self.org(), &hash, due_us + (week + 2) * EVERY_DAYS * DAY_US);
        match self.db().write(batch).await {
            // Told before, by this node or another.
            Err(e) if e.is_conflict_on(used_once::USED_BEFORE) => Ok(false),
            done => Ok(done.map(|_| true)?),
        }
    }

    /// Tells those who manage people how much a closed review asks them to change.
    pub(super) async fn tell_of_changes(&self, batch: &mut Batch, house: &House, changes: usize) -> Result<()> {
        self.tell_whoever_may(batch, house, Permission::PersonManage, HouseNotice::ReviewAsks { changes }).await
    }

    /// A notice into the own mailbox of everybody with a permission.
    pub(crate) async fn tell_whoever_may(
        &self,
        batch: &mut Batch,
        house: &House,
        permission: Permission,
        notice: HouseNotice<'_>,
    ) -> Result<()> {
        for person in house.people.values().filter(|p| p.state == PersonState::Active) {
            if !house.permissions_of(&person.roles).contains(&permission) {
                continue;
            }
            let mailboxes = self.mailboxes_of(person.id).await?;
            if let Some(own) = mailboxes.iter().find(|m| m.kind == MailboxKind::Personal) {
                self.notify_house(batch, own.id, notice, person.profile.language).await?;
            }
        }
        Ok(())
    }
}
