//! The queue before the second pair of eyes: who waits, why and how long; who has taken it on; who is reminded.

use super::notice::HouseNotice;
use super::send::Outgoing;
use super::types::HeldReason;
use crate::audit::NewEntry;
use crate::clock::{HOUR_US, MINUTE_US, from_us};
use crate::live::Change;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::finding::{Sensitivity, SpecialCategory};
use wardpost_model::message::Party;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::plan::Action;
use wardpost_model::policy::{Destination, Found, Policy, Rule};
use wardpost_model::{MessageId, PersonId};
use wardpost_store::Batch;
use wardpost_store::repo::held::{self as rows, HeldRow};
use wardpost_store::repo::{message as messages, used_once};

/// How long somebody who took a message on keeps it from others.
const CLAIMED_FOR_US: i64 = 15 * MINUTE_US;
/// The guard of claims; also the code of the [`Error::Conflict`].
const CLAIMED: &str = "claimed";

/// Claims of then or before hold no more.
pub(super) const fn stale_before(now: i64) -> i64 {
    now - CLAIMED_FOR_US
}

/// Who judges a message at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Who.
    pub by: PersonId,
    /// Their name.
    pub name: String,
    /// Since when.
    pub at: Timestamp,
    /// It is the reader.
    pub own: bool,
}

/// A line of the review queue.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldLine {
    /// The message.
    pub message_id: MessageId,
    /// From which mailbox.
    pub from: Party,
    /// By whom.
    pub sender_name: String,
    /// They wrote it on behalf of the colleague whose mailbox it is.
    pub on_behalf: bool,
    /// To whom.
    pub to: Vec<Party>,
    /// Subject.
    pub subject: String,
    /// Since when.
    pub held_at: Timestamp,
    /// It waits longer than policy likes.
    pub overdue: bool,
    /// What was found.
    pub sensitivity: Sensitivity,
    /// The most severe row of the policy that held it.
    pub rule: Rule,
    /// About how many individuals.
    pub individuals: u32,
    /// Special categories.
    pub special: Vec<SpecialCategory>,
    /// It is the reader's own message.
    pub own: bool,
    /// Who has taken it on.
    pub claim: Option<Claim>,
}

impl Core {
    /// The open review queue, oldest first; of one row of the policy, if said.
    ///
    /// # Errors
    /// [`Error::Denied`] without `mail.review`.
    pub async fn held_messages(
        &self,
        actor: &Actor,
        rule: Option<Rule>,
        after: Option<(i64, MessageId)>,
        limit: u32,
    ) -> Result<Vec<HeldLine>> {
        self.allow(actor, Permission::MailReview, Scope::Organisation).await?;
        let limit = i64::from(limit.clamp(1, 200));
        let now = self.clock().now_us();
        let likes_us = i64::from(self.policy_current().await?.policy.remind_hours) * HOUR_US;
        let mut lines = Vec::new();
        for h in rows::page(self.db(), self.org(), after, rule.map(Rule::as_str), limit).await? {
            let Some(row) = messages::get(self.db(), self.org(), h.message_id).await? else { continue };
            let (head, body) = self.open_row(&row).await?;
            let findings = body.findings.unwrap_or_default();
            lines.push(HeldLine {
                message_id: h.message_id,
                from: head.from,
                on_behalf: head.written.is_some(),
                sender_name: head.sent_by_name.unwrap_or_default(),
                to: [head.to, head.cc].concat(),
                subject: head.subject,
                held_at: from_us(h.held_us),
                overdue: likes_us > 0 && now - h.held_us >= likes_us,
                sensitivity: Self::found_in(&row),
                rule: rule_of(&h.rule),
                individuals: findings.individuals,
                special: findings.special,
                own: h.sender_id == actor.person_id,
                claim: self.claim_of(actor, &h).await?,
            });
        }
        Ok(lines)
    }

    /// Takes a held message on, so that two do not judge it at once: for a quarter of an hour, or until somebody takes it
    /// over who saw who had it.
    ///
    /// # Errors
    /// As [`Core::held_message`]; [`Error::Conflict`] `claimed` when somebody else has it than the one who was seen.
    pub async fn claim_held(&self, actor: &Actor, id: MessageId, instead_of: Option<PersonId>) -> Result<()> {
        let (h, _) = self.held_row(actor, id).await?;
        let now = self.clock().now_us();
        let mut batch = Batch::new();
        rows::claim(&mut batch, self.org(), id, actor.person_id, now, instead_of, stale_before(now), CLAIMED);
        let mut entry = NewEntry::by(actor, AuditKind::MessageClaimed).on_message(id);
        if let Some(claim) = self.claim_of(actor, &h).await?.filter(|c| !c.own) {
            entry = entry.with("instead_of", claim.name);
        }
        self.audit(&mut batch, entry)?;
        self.announce(&mut batch, Change::Held);
        self.db().write(batch).await?;
        Ok(())
    }

    /// Who has taken a message on, if that still counts.
    pub(super) async fn claim_of(&self, actor: &Actor, h: &HeldRow) -> Result<Option<Claim>> {
        let now = self.clock().now_us();
        let (Some(by), Some(at)) = (h.claimed_by, h.claimed_us.filter(|at| *at > stale_before(now))) else {
            return Ok(None);
        };
        let name = self.person_name(by).await?;
        Ok(Some(Claim { by, name, at: from_us(at), own: by == actor.person_id }))
    }

    /// Refuses while a colleague judges it. The guard of the decision holds the same.
    pub(super) fn require_unclaimed(&self, actor: &Actor, h: &HeldRow) -> Result<()> {
        let fresh = h.claimed_us.is_some_and(|at| at > stale_before(self.clock().now_us()));
        match h.claimed_by {
            Some(by) if fresh && by != actor.person_id => Err(Error::Conflict(CLAIMED)),
            _ => Ok(()),
        }
    }

    /// Puts a message into the queue.
    pub(super) async fn hold(&self, batch: &mut Batch, o: &Outgoing<'_>, now: i64) -> Result<()> {
        let policy = self.policy_current().await?;
        let rule = holding(&policy.policy, &(&o.findings).into());
        let reason = self.seal(purpose::HELD_REASON, o.id.as_bytes(), &HeldReason::default())?;
        rows::insert(batch, self.org(), o.id, o.actor.person_id, now, rule.as_str(), reason);
        self.announce(batch, Change::Held);
        Ok(())
    }

    /// Reminds whoever judges of what waits longer than policy likes, as often as policy says. Any node may do it at any
    /// time. Gives whether somebody was told.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn remind_of_held(&self) -> Result<bool> {
        let every = i64::from(self.policy_current().await?.policy.remind_hours) * HOUR_US;
        let oldest = rows::page(self.db(), self.org(), None, None, 1).await?.into_iter().next();
        let Some(oldest) = oldest.filter(|_| every > 0) else { return Ok(false) };
        let now = self.clock().now_us();
        let times = (now - oldest.held_us) / every;
        if times < 1 {
            return Ok(false);
        }
        let house = self.house().await?;
        let mut batch = Batch::new();
        let count = rows::count(self.db(), self.org()).await?;
        let notice = HouseNotice::HeldWaiting { count, since: from_us(oldest.held_us) };
        self.tell_whoever_may(&mut batch, &house, Permission::MailReview, notice).await?;
        if batch.is_empty() {
            return Ok(false);
        }
        let told = format!("{} {}", oldest.held_us, times);
        let hash = self.vault().hash_secret(purpose::HELD_REMINDED, told.as_bytes());
        used_once::insert(&mut batch, self.org(), &hash, oldest.held_us + (times + 2) * every);
        match self.db().write(batch).await {
            // Told before, by this node or another.
            Err(e) if e.is_conflict_on(used_once::USED_BEFORE) => Ok(false),
            done => Ok(done.map(|_| true)?),
        }
    }
}

/// The most severe row that holds this content anywhere.
fn holding(policy: &Policy, found: &Found) -> Rule {
    let holds = |rule: &Rule| Destination::ALL.iter().any(|to| policy.row(*rule).at(*to) == Action::Hold);
    policy.rules(found).filter(holds).last().unwrap_or(Rule::None)
}

fn rule_of(name: &str) -> Rule {
    Rule::ALL.into_iter().find(|r| r.as_str() == name).unwrap_or(Rule::None)
}
