//! The second pair of eyes: messages that policy holds are released or refused by somebody else.

use super::dispatch::{Departure, Leaving};
use super::file::Owner;
use super::notice::SenderNotice;
use super::read::OpenedFile;
use super::review_queue::{Claim, stale_before};
use super::types::{Head, HeldReason, SealedRecipient};
use crate::audit::NewEntry;
use crate::clock::from_us;
use crate::error::guard;
use crate::live::Change;
use crate::people::{ContactInput, MandateRef};
use crate::report::{Tally, direction_of};
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::finding::Findings;
use wardpost_model::message::{Folder, MessageView, RecipientState};
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::plan::{Plan, Route};
use wardpost_model::tally::Topic;
use wardpost_model::{AttachmentId, MailboxId, MessageId};
use wardpost_store::Batch;
use wardpost_store::repo::held::{self as rows, HeldRow};
use wardpost_store::repo::message::{self as messages, LineRow, MessageRow};
use wardpost_store::repo::recipient::{self as recipients, StateChange};

/// A held message opened for review.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldMessage {
    /// The message.
    pub message: MessageView,
    /// What was found.
    pub findings: Findings,
    /// The plan that will be obeyed on release.
    pub plan: Plan,
    /// It was written on behalf of a colleague, by a mandate that is over: it can't be released, only refused.
    pub mandate_over: bool,
    /// Who has taken it on.
    pub claim: Option<Claim>,
    /// Since when it waits.
    pub held_at: Timestamp,
}

/// Under whose name a held message would leave.
enum Standing {
    /// Its writer's own.
    Own,
    /// A colleague's, by this mandate.
    Mandate(MandateRef),
    /// A colleague's, by a mandate that is over.
    Over,
}

/// The facts of one decision.
struct Decision<'a> {
    actor: &'a Actor,
    row: &'a MessageRow,
    head: &'a Head,
    plan: Option<&'a Plan>,
    kind: AuditKind,
    reason: &'a str,
    /// Whom it is about, for the audit log.
    told: Vec<String>,
    now: i64,
}

impl Core {
    /// Opens a held message; audited.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`] also when it was decided meanwhile.
    pub async fn held_message(&self, actor: &Actor, id: MessageId) -> Result<HeldMessage> {
        let (h, row) = self.held_row(actor, id).await?;
        let (head, body) = self.open_row(&row).await?;
        let basis = self.review_basis(&row, head.patient.as_deref()).await?;
        let entry = NewEntry::by(actor, AuditKind::MessageReviewed)
            .on_message(id)
            .on_behalf_of(head.from.address.to_string())
            .patient(basis.patient.as_deref())
            .ground(basis.ground);
        self.audit_alone(entry).await?;
        let mailbox_id = row.mailbox_id.ok_or(Error::NotFound)?;
        let mailbox = self.mailbox(mailbox_id).await?.ok_or(Error::NotFound)?;
        let findings = body.findings.clone().unwrap_or_default();
        let plan = body.plan.clone().ok_or(Error::NotFound)?;
        let mandate_over = matches!(self.standing_of(&h, mailbox_id, &head).await?, Standing::Over);
        let entry = LineRow {
            message_id: id,
            mailbox_id,
            folder: Folder::Sent.as_str().to_owned(),
            at_us: h.held_us,
            seen: true,
            flagged: false,
            thread_id: row.thread_id,
            origin: row.origin.clone(),
            attachments: row.attachments,
            sender_mailbox_id: row.mailbox_id,
            sender_id: row.sender_id,
            patient_id: row.patient_id,
            wrapped_key: Vec::new(),
            sealed_head: Vec::new(),
        };
        let (claim, held_at) = (self.claim_of(actor, &h).await?, from_us(h.held_us));
        let opened = super::read::Opened { mailbox, behalf: None, row, head, body, entry, basis };
        let message = MessageView { findings: None, ..self.view(opened).await? };
        Ok(HeldMessage { message, findings, plan, mandate_over, claim, held_at })
    }

    /// Under whose name a held message would leave: its writer's, or by a mandate that still holds. Nothing when the mandate is over.
    async fn standing_of(&self, h: &HeldRow, mailbox: MailboxId, head: &Head) -> Result<Standing> {
        if head.written.is_none() {
            return Ok(Standing::Own);
        }
        Ok(self.writing_mandate(h.sender_id, mailbox).await?.map_or(Standing::Over, Standing::Mandate))
    }

    /// Downloads a file of a held message; audited.
    ///
    /// # Errors
    /// As [`Core::held_message`].
    pub async fn held_attachment(&self, actor: &Actor, id: MessageId, file: AttachmentId) -> Result<OpenedFile> {
        let (_, row) = self.held_row(actor, id).await?;
        let (head, _) = self.open_row(&row).await?;
        let (meta, data) = self.open_file(Owner::Message(id.0), file).await?;
        let basis = self.review_basis(&row, head.patient.as_deref()).await?;
        let entry = NewEntry::by(actor, AuditKind::AttachmentRead)
            .on_message(id)
            .on_behalf_of(head.from.address.to_string())
            .patient(basis.patient.as_deref())
            .ground(basis.ground)
            .with("file", meta.file_name.clone());
        self.audit_alone(entry).await?;
        Ok(OpenedFile { meta, data })
    }

    /// Lets a held message go, by the plan that was made for it.
    ///
    /// # Errors
    /// [`Error::Denied`] for one's own where policy wants four eyes; [`Error::Conflict`] when decided meanwhile, `claimed`
    /// while a colleague judges it, or
    /// `mandate_over` when it was written on behalf of a colleague by a mandate that does not hold any more.
    pub async fn release_held(&self, actor: &Actor, id: MessageId, reason: &str) -> Result<()> {
        let (h, row) = self.held_row(actor, id).await?;
        self.require_unclaimed(actor, &h)?;
        let (head, body) = self.open_row(&row).await?;
        let now = self.clock().now_us();
        let mailbox_id = row.mailbox_id.ok_or(Error::NotFound)?;
        let mailbox = self.mailbox(mailbox_id).await?.ok_or(Error::NotFound)?;
        let mut batch = Batch::new();
        // Nobody speaks for a colleague once the mandate is over, whoever lets it go: the colleague sends it, or nobody does.
        match self.standing_of(&h, mailbox_id, &head).await? {
            Standing::Own => {}
            Standing::Mandate(mandate) => self.require_running(&mut batch, &mandate),
            Standing::Over => return Err(Error::Conflict("mandate_over")),
        }
        let mut leaving = Vec::new();
        for r in recipients::of_message(self.db(), self.org(), id).await? {
            if r.state != RecipientState::Held.as_str() {
                continue;
            }
            let sealed: SealedRecipient = self.unseal(purpose::RECIPIENT, r.id.as_bytes(), &r.sealed_recipient)?;
            let route = Route::from_name(&r.route).unwrap_or(Route::None);
            leaving.push(Leaving { id: r.id, sealed, route, mailbox: r.mailbox_id });
        }
        if leaving.is_empty() {
            return self.nothing_held(&h).await;
        }
        let told: Vec<String> =
            leaving.iter().map(|l| format!("{} by {}", l.sealed.party.address, l.route.as_str())).collect();
        // Its guard comes first: of two who release at once the slower must not meet the pick-ups of the faster.
        let plan = body.plan.as_ref();
        let d = Decision { actor, row: &row, head: &head, plan, kind: AuditKind::MessageReleased, reason, told, now };
        self.decide(&mut batch, d).await?;
        let days = self.pickup_days(body.expires_days).await?;
        let d = Departure { message: id, from: &mailbox, patient: head.patient.as_deref(), pickup_days: days, now };
        for (l, state, delivery) in self.dispatch(&mut batch, &d, leaving)? {
            let change = StateChange {
                message_id: id,
                id: l.id,
                from: RecipientState::Held.as_str(),
                to: state.as_str(),
                at_us: now,
                next_try_us: (state == RecipientState::Queued).then_some(now),
                sealed_outcome: None,
            };
            recipients::set_state(&mut batch, self.org(), change, guard::STATE);
            if l.mailbox.is_none() {
                // What the sender said of a correspondent is remembered once somebody has agreed.
                let (party, phone, secret) = (l.sealed.party.clone(), l.sealed.phone.clone(), l.sealed.secret.clone());
                self.remember_contact(&mut batch, actor, ContactInput { party, phone, secret, language: None }).await?;
            }
            if let Some(delivery) = delivery {
                let sealed = self.seal(purpose::RECIPIENT, l.id.as_bytes(), &l.sealed)?;
                let route = l.route.as_str();
                recipients::set_route(&mut batch, self.org(), id, l.id, route, delivery, sealed, guard::STATE);
            }
        }
        self.db().write(batch).await?;
        Ok(())
    }

    /// Refuses a held message; the sender is told why.
    ///
    /// # Errors
    /// As [`Core::release_held`]; [`Error::Validation`] without a reason.
    pub async fn refuse_held(&self, actor: &Actor, id: MessageId, reason: &str) -> Result<()> {
        let (h, row) = self.held_row(actor, id).await?;
        self.require_unclaimed(actor, &h)?;
        if reason.trim().is_empty() {
            return Err(Error::field("reason", "required", "the sender must be told why"));
        }
        let (head, body) = self.open_row(&row).await?;
        let now = self.clock().now_us();
        let mut batch = Batch::new();
        let mut told = Vec::new();
        for r in recipients::of_message(self.db(), self.org(), id).await? {
            if r.state == RecipientState::Held.as_str() {
                let sealed: SealedRecipient = self.unseal(purpose::RECIPIENT, r.id.as_bytes(), &r.sealed_recipient)?;
                told.push(sealed.party.address.to_string());
                self.end_recipient(&mut batch, &r, RecipientState::Held, RecipientState::Refused, now)?;
            }
        }
        if told.is_empty() {
            return self.nothing_held(&h).await;
        }
        let plan = body.plan.as_ref();
        let d = Decision { actor, row: &row, head: &head, plan, kind: AuditKind::MessageRefused, reason, told, now };
        self.decide(&mut batch, d).await?;
        self.db().write(batch).await?;
        Ok(())
    }

    /// Whether a second pair of eyes has let this message go.
    pub(crate) async fn was_released(&self, id: MessageId) -> Result<bool> {
        Ok(rows::get(self.db(), self.org(), id).await?.is_some_and(|h| h.state == "released"))
    }

    /// All held recipients were withdrawn before anybody decided.
    async fn nothing_held(&self, h: &HeldRow) -> Result<()> {
        self.close_if_none_held(h.message_id, h.sender_id).await?;
        Err(Error::NotFound)
    }

    async fn decide(&self, batch: &mut Batch, d: Decision<'_>) -> Result<()> {
        let Decision { actor, row, head, plan, kind, reason, told, now } = d;
        if reason.chars().count() > 1000 {
            return Err(Error::field("reason", "too_long", "at most 1000 characters"));
        }
        let released = kind == AuditKind::MessageReleased;
        let state = if released { "released" } else { "refused" };
        let held = HeldReason { decision: Some(reason.to_owned()).filter(|r| !r.is_empty()) };
        let sealed = self.seal(purpose::HELD_REASON, row.id.as_bytes(), &held)?;
        rows::decide(batch, self.org(), row.id, state, actor.person_id, now, sealed, stale_before(now), guard::STATE);
        if let Some(mailbox) = row.mailbox_id {
            let why = reason;
            let notice = if released { SenderNotice::Released { why } } else { SenderNotice::Refused { why } };
            self.notify_sender(batch, mailbox, (row.thread_id, row.patient_id), notice, &head.subject).await?;
            self.announce(batch, Change::Message(mailbox, row.id));
        }
        self.announce(batch, Change::Held);
        let mut entry = NewEntry::by(actor, kind)
            .on_message(row.id)
            .on_behalf_of(head.from.address.to_string())
            .patient(head.patient.as_deref())
            .with("recipients", told.join(", "));
        if !reason.is_empty() {
            entry = entry.why(reason);
        }
        self.audit(batch, entry)?;
        if let Some(plan) = plan {
            self.tally(batch, &Tally::new(direction_of(plan)).with(Topic::Action, state))?;
        }
        Ok(())
    }

    pub(super) async fn held_row(&self, actor: &Actor, id: MessageId) -> Result<(HeldRow, MessageRow)> {
        let found = rows::get(self.db(), self.org(), id).await?.filter(|h| h.state == "open");
        let four_eyes = self.policy_current().await?.policy.four_eyes;
        let scope = found.as_ref().map(|h| Scope::Held { sender: h.sender_id, four_eyes });
        self.allow_known(actor, Permission::MailReview, scope, ("message", id)).await?;
        let h = found.ok_or(Error::NotFound)?;
        let row = messages::get(self.db(), self.org(), id).await?.ok_or(Error::NotFound)?;
        Ok((h, row))
    }
}
