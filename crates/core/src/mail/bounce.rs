//! What another server says afterwards: a message that it had taken did not reach its recipient after all (RFC 3464).

use super::deliver::of_notification;
use crate::audit::NewEntry;
use crate::error::guard;
use crate::live::Change;
use crate::seal::purpose;
use crate::{Core, Result};
use std::collections::BTreeSet;
use std::net::IpAddr;
use wardpost_model::EmailAddress;
use wardpost_model::audit::{AuditAgent, AuditKind, Outcome};
use wardpost_model::message::RecipientState;
use wardpost_model::plan::Route;
use wardpost_store::repo::message as rows;
use wardpost_store::repo::recipient::{self as recipients, RecipientRow};
use wardpost_store::{Batch, StoreError};

/// Messages and recipients looked at for one report.
const LIMIT: usize = 100;

/// A report that came with the null sender, as read by the face.
#[derive(Debug, Clone)]
pub struct Bounce {
    /// To whom the report came.
    pub to: Vec<EmailAddress>,
    /// Message-IDs (without brackets) of the message that it may be about.
    pub about: Vec<String>,
    /// Recipients that failed for good, with what was said.
    pub failed: Vec<(EmailAddress, String)>,
    /// Address of the peer.
    pub network: Option<IpAddr>,
    /// SMTP session, joins the audit entry to the log.
    pub request_id: Option<String>,
}

impl Core {
    /// Records that recipients were not reached, where the report is about a message from one of the mailboxes that it
    /// came to. Anything else is left alone: reports can be forged, so nothing but a delivered message's state hangs on
    /// them, and only somebody who knows its Message-ID can change that. Returns how many recipients it was about.
    ///
    /// # Errors
    /// When the store fails; calling again does no harm.
    pub async fn note_bounce(&self, b: &Bounce) -> Result<u32> {
        let mut noted = 0;
        for (row, detail) in self.bounced(b).await? {
            noted += u32::from(self.note_bounced(b, &row, &detail).await?);
        }
        Ok(noted)
    }

    /// The recipients that a report may be about.
    async fn bounced(&self, b: &Bounce) -> Result<Vec<(RecipientRow, String)>> {
        let mut found = Vec::new();
        let about: BTreeSet<&str> = b.about.iter().take(LIMIT).map(String::as_str).collect();
        for rfc_id in about {
            if let Some((message, recipient)) = of_notification(rfc_id) {
                // A notification has one recipient, whatever address a forwarder made of it.
                let all = recipients::of_message(self.db(), self.org(), message).await?;
                let row = all.into_iter().find(|r| r.id == recipient && r.route == Route::Pickup.as_str());
                found.extend(row.zip(b.failed.first().map(|(_, detail)| detail.clone())));
                continue;
            }
            for (address, detail) in b.failed.iter().take(LIMIT) {
                let address = self.index(purpose::ADDRESS, &address.normalised());
                let index = self.index(purpose::MESSAGE_RFC_ID, rfc_id);
                let rows = recipients::sent_to(self.db(), self.org(), index, address).await?;
                // A guest's mail server knows the notification only.
                let by_mail = rows.into_iter().filter(|r| r.route == Route::VerifiedTls.as_str());
                found.extend(by_mail.map(|r| (r, detail.clone())));
            }
        }
        Ok(found)
    }

    async fn note_bounced(&self, b: &Bounce, row: &RecipientRow, detail: &str) -> Result<bool> {
        // Who has opened it has been reached; who still waits is heard of by the delivery itself.
        if row.state != RecipientState::Delivered.as_str() {
            return Ok(false);
        }
        let Some(message) = rows::get(self.db(), self.org(), row.message_id).await? else { return Ok(false) };
        let Some(mailbox_id) = message.mailbox_id else { return Ok(false) };
        let Some(mailbox) = self.mailbox(mailbox_id).await? else { return Ok(false) };
        if !b.to.iter().any(|a| a.normalised() == mailbox.address.normalised()) {
            return Ok(false);
        }
        let (head, _) = self.open_row(&message).await?;
        let now = self.clock().now_us();
        let mut batch = Batch::new();
        let (from, to) = (RecipientState::Delivered, RecipientState::Failed);
        recipients::set_state(
            &mut batch,
            self.org(),
            self.state_change(row, from, to, None, detail, now)?,
            guard::STATE,
        );
        let addresses = b.failed.iter().take(LIMIT).map(|(a, _)| a.to_string()).collect::<Vec<_>>();
        let entry = NewEntry::of(AuditAgent::Peer, AuditKind::DeliveryFailed)
            .on_message(message.id)
            .patient(head.patient.as_deref())
            .outcome(Outcome::Refused)
            .network(b.network)
            .request(b.request_id.clone())
            .with("recipient", addresses.join(", "))
            .with("route", row.route.clone())
            .with("detail", detail)
            .why("bounce");
        self.audit(&mut batch, entry)?;
        self.announce(&mut batch, Change::Message(mailbox_id, message.id));
        match self.db().write(batch).await {
            Ok(_) => Ok(true),
            // Opened or recalled at the same moment.
            Err(StoreError::Guard(_)) => Ok(false),
            Err(e) => Err(e.into()),
        }
    }
}
