//! What mail programs send: through the same gate as the web app, but nobody can be asked.

use super::detector::Seen;
use super::draft::{DraftRecipient, RECIPIENTS_LIMIT};
use super::file::{NewFile, Owner};
use super::plan::{LoadedFile, Resolved, Wish};
use super::send::{Outgoing, Sent, named_patient};
use crate::{Core, Error, Result};
use wardpost_gate::Standing;
use wardpost_model::message::{Origin, Party, RecipientKind};
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::plan::{Plan, Reason, RecipientPlan};
use wardpost_model::{EmailAddress, MessageId, ThreadId};
use wardpost_store::Batch;

/// A message that a mail program submitted.
#[derive(Debug, Clone)]
pub struct Submission {
    /// Mailbox from which it is sent (its From address).
    pub from: EmailAddress,
    /// Envelope recipients with the header in which they stand (Bcc when in none).
    pub recipients: Vec<(Party, RecipientKind)>,
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
    /// HTML as it came.
    pub html: Option<String>,
    /// Files.
    pub files: Vec<NewFile>,
    /// Message-ID without brackets.
    pub rfc_id: Option<String>,
    /// In-Reply-To.
    pub in_reply_to: Option<String>,
    /// References.
    pub references: Vec<String>,
    /// Size of the message as it came, in bytes.
    pub size: u64,
    /// The message as it will be passed on, where it must not be written anew: signed or encrypted by its sender. Of any
    /// other message only what was read, and so scanned, is passed on.
    pub raw: Option<bytes::Bytes>,
}

impl Core {
    /// Accepts a message from a mail program. Recipients count as confirmed: its user wrote them.
    ///
    /// # Errors
    /// As [`Core::send_draft`]; [`Error::Denied`] when the From address is no mailbox of the actor.
    pub async fn submit(&self, actor: &Actor, s: Submission) -> Result<Sent> {
        let mailbox = self.mailbox_by_address(&s.from).await?.ok_or(Error::Denied("not_your_address"))?;
        let object = ("mailbox", mailbox.id);
        let (mailbox, behalf) = match self.entrance(actor, Permission::MailSubmit, mailbox.id, object).await {
            Err(Error::NotFound) => return Err(Error::Denied("not_your_address")),
            found => found?,
        };
        self.check_size(s.size)?;
        if s.recipients.len() > RECIPIENTS_LIMIT {
            return Err(Error::field("recipients", "too_many", format!("at most {RECIPIENTS_LIMIT} recipients")));
        }
        let recipients: Vec<DraftRecipient> = s
            .recipients
            .into_iter()
            .map(|(party, kind)| DraftRecipient { party, kind, phone: None, secret: None, confirmed: false })
            .collect();
        let loaded = s.files.iter().map(LoadedFile::from).collect();
        let seen = self.scan(&s.subject, &s.text, s.html.as_deref(), loaded).await?;
        let mut resolved = self.resolve_all(mailbox.id, &recipients).await?;
        let mut plan = self.plan_submission(&mut resolved, &seen).await?;
        if !actor.may(Permission::MailOverride) {
            super::anyway::withdraw_offer(&mut plan);
        }
        self.check_plan(actor, &mailbox, &plan, &seen).await?;
        let id = MessageId(self.clock().new_id());
        let thread = match &s.in_reply_to {
            Some(r) => self.thread_of(r).await?,
            None => None,
        };
        let bucket = self.mail_bucket().await?;
        let mut batch = Batch::new();
        let files = u32::try_from(s.files.len()).unwrap_or(u32::MAX);
        for (position, file) in (0i64..).zip(s.files) {
            self.add_file(&mut batch, &bucket, Owner::Message(id.0), position, file).await?;
        }
        let outgoing = Outgoing {
            id,
            actor,
            mailbox,
            behalf,
            origin: Origin::Submission,
            recipients,
            resolved,
            plan,
            findings: seen.findings,
            subject: s.subject,
            text: s.text,
            html: s.html,
            patient: named_patient(&seen.identifiers),
            patient_id: self.linked_patient(None, &seen.identifiers, thread).await?,
            expires_days: None,
            files,
            size: s.size,
            thread: thread.unwrap_or_else(|| ThreadId(self.clock().new_id())),
            rfc_id: s.rfc_id.unwrap_or_else(|| self.make_rfc_id(id)),
            in_reply_to: s.in_reply_to,
            references: s.references,
            raw: s.raw,
            anyway: None,
        };
        self.commit_outgoing(batch, outgoing).await
    }

    /// Whether the actor's mail program may send from this address.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn may_send_from(&self, actor: &Actor, from: &EmailAddress) -> Result<bool> {
        let found = self.mailbox_by_address(from).await?;
        match found.filter(|m| m.active && actor.may(Permission::MailSubmit)) {
            Some(mailbox) => self.writes_from(actor, &mailbox).await,
            None => Ok(false),
        }
    }

    /// The plan of a mail program's message. Its user can't be asked to confirm: first contacts count as confirmed, but
    /// an address that looks like a known one and is not must be confirmed in the web app.
    async fn plan_submission(&self, resolved: &mut [Resolved], seen: &Seen) -> Result<Plan> {
        let plan = self.ask_gate(resolved, seen, Wish::default()).await?;
        let suspicious = |r: &RecipientPlan| r.reasons.iter().any(|r| matches!(r, Reason::LookAlike { .. }));
        if plan.recipients.iter().any(|r| r.must_confirm && suspicious(r)) {
            return Ok(plan);
        }
        for r in resolved.iter_mut() {
            if let Standing::Outside(facts) = &mut r.facts.standing {
                facts.confirmed = true;
            }
        }
        self.ask_gate(resolved, seen, Wish::default()).await
    }
}
