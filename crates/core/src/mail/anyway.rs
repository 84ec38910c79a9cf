//! Sent anyway, for a stated reason, where policy lets its sender.

use super::send::Sent;
use crate::people::checked_lines;
use crate::{Core, Error, Result};
use wardpost_gate::Scope;
use wardpost_model::DraftId;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::plan::{Plan, Reason};

/// Fewest and most characters of the reason.
const LEAST: usize = 5;
const MOST: usize = 500;

impl Core {
    /// Sends one's draft by the routes that it would have without the rules that let their sender override them, for a
    /// stated reason. What the routes themselves demand stays: without verified TLS it is pick-up.
    ///
    /// # Errors
    /// As [`Core::send_draft`]; [`Error::Denied`] without `mail.override`; [`Error::Validation`] of `reason`;
    /// [`Error::Conflict`] `nothing_to_override` when policy does not let it, or nothing stands against sending.
    pub async fn send_draft_anyway(&self, actor: &Actor, id: DraftId, version: u32, reason: &str) -> Result<Sent> {
        // Somebody else's draft isn't there, whatever one may.
        self.draft(actor, id).await?;
        self.allow_on(actor, Permission::MailOverride, Scope::Organisation, ("draft", id.0)).await?;
        let reason = checked_lines("reason", reason, LEAST, MOST)?;
        self.send_as_wished(actor, id, version, Some(reason)).await
    }
}

/// What is sent anyway must have been in a rule's way.
pub(super) fn require_lifted(plan: &Plan) -> Result<()> {
    let lifted = plan.recipients.iter().any(|r| r.reasons.contains(&Reason::SentAnyway));
    if lifted { Ok(()) } else { Err(Error::Conflict("nothing_to_override")) }
}

/// The offer to send it anyway is nobody's business who may not take it.
pub(super) fn withdraw_offer(plan: &mut Plan) {
    plan.recipients.iter_mut().for_each(|r| r.anyway = None);
}

/// A plan as it is kept: what was offered while it was made is over.
pub(super) fn without_offer(plan: &Plan) -> Plan {
    let mut kept = plan.clone();
    withdraw_offer(&mut kept);
    kept
}
