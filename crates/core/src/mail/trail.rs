//! What happened to a message, for those in whose mailbox it stands.

use crate::{Core, Error, Result};
use jiff::Timestamp;
use std::collections::BTreeSet;
use wardpost_model::audit::{AuditKind, Outcome};
use wardpost_model::person::Actor;
use wardpost_model::{MailboxId, MessageId};

/// One thing that happened to a message.
#[derive(Debug, Clone, PartialEq)]
pub struct TrailItem {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: AuditKind,
    /// To which recipient.
    pub recipient: Option<String>,
    /// By whom.
    pub agent: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// In words: what the other side said, or the reason given.
    pub detail: Option<String>,
}

impl Core {
    /// What happened to a message that was sent from this mailbox, oldest first: the proof that the sender sees. Of another
    /// mailbox of the house it tells when it was opened first, and not who of it read, downloaded or moved what: that is
    /// for the audit log.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`].
    pub async fn message_trail(&self, actor: &Actor, mailbox: MailboxId, id: MessageId) -> Result<Vec<TrailItem>> {
        let opened = self.open_for(actor, mailbox, id).await?;
        if opened.row.mailbox_id != Some(mailbox) {
            return Err(Error::NotFound);
        }
        let own = opened.mailbox.address.to_string();
        let mut opened_by = BTreeSet::new();
        let mut trail = Vec::new();
        for e in self.audit_entries_of_message(id).await? {
            let details = e.details.unwrap_or_default();
            let mut item = TrailItem {
                at: e.at,
                kind: e.kind,
                recipient: details.more.get("recipient").cloned(),
                agent: details.agent_name,
                outcome: e.outcome,
                detail: details.why.or_else(|| details.more.get("detail").cloned()),
            };
            if e.kind == AuditKind::MessageRead {
                let Some(by) = details.on_behalf_of.filter(|by| *by != own && opened_by.insert(by.clone())) else {
                    continue;
                };
                (item.recipient, item.agent) = (Some(by), None);
            } else if !senders_business(e.kind) {
                continue;
            }
            trail.push(item);
        }
        Ok(trail)
    }
}

/// What a sender sees of the audit log: what became of the message, and what guests did with it.
const fn senders_business(kind: AuditKind) -> bool {
    use AuditKind as K;
    matches!(
        kind,
        K::MessageSent
            | K::MessageHeld
            | K::MessageSentAnyway
            | K::MessageReleased
            | K::MessageRefused
            | K::MessageRecalled
            | K::MessageExpiryChanged
            | K::DeliveryDone
            | K::DeliveryDeferred
            | K::DeliveryFailed
            | K::DeliveryFellBack
            | K::PickupNotified
            | K::PickupCodeSent
            | K::PickupVerified
            | K::PickupLocked
            | K::PickupRead
            | K::PickupAttachmentRead
            | K::PickupReplied
            | K::PickupExpired
    )
}
