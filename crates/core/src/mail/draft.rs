//! Drafts: kept as one types, each save a new version.

use super::file::{NewFile, Owner};
use crate::audit::NewEntry;
use crate::clock::from_us;
use crate::error::{FieldError, guard};
use crate::live::Change;
use crate::people::kept_secret;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::message::{AttachmentMeta, Party, RecipientKind};
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::{AttachmentId, DraftId, MailboxId, MessageId, PhoneNumber};
use wardpost_store::repo::draft::{self as rows, DraftRow};
use wardpost_store::repo::file as file_rows;
use wardpost_store::{Batch, StoreError};

/// Most recipients of one message.
pub(crate) const RECIPIENTS_LIMIT: usize = 100;
/// Longest subject in characters.
pub(super) const SUBJECT_LIMIT: usize = 500;
/// Longest text in bytes.
pub(super) const TEXT_LIMIT: usize = 1024 * 1024;
/// Most files of one message.
const FILES_LIMIT: usize = 50;
/// How often room is looked for while other files are attached at the same moment.
const ATTACH_TRIES: u32 = 32;

/// One recipient of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRecipient {
    /// Name and address.
    pub party: Party,
    /// To, Cc or Bcc.
    pub kind: RecipientKind,
    /// Mobile number for a code, as the sender gave it here.
    #[serde(default)]
    pub phone: Option<PhoneNumber>,
    /// Secret agreed with the recipient, as the sender gave it here. Never served back.
    #[serde(default)]
    pub secret: Option<String>,
    /// The sender has confirmed this first-time recipient.
    #[serde(default)]
    pub confirmed: bool,
}

/// What a sender gives for a recipient. `secret: None` keeps the one that was given before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRecipientInput {
    /// Name and address.
    pub party: Party,
    /// To, Cc or Bcc.
    pub kind: RecipientKind,
    /// Mobile number.
    pub phone: Option<PhoneNumber>,
    /// Agreed secret; an empty one removes it.
    pub secret: Option<String>,
    /// Confirmed.
    pub confirmed: bool,
}

/// `draft.sealed_draft`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DraftBody {
    pub recipients: Vec<DraftRecipient>,
    pub subject: String,
    pub text: String,
    #[serde(default)]
    pub patient: Option<String>,
    #[serde(default)]
    pub ask_pickup: bool,
    #[serde(default)]
    pub expires_days: Option<u16>,
    #[serde(default)]
    pub in_reply_to: Option<MessageId>,
}

/// A draft as its author sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// Version, to be given back with the next save.
    pub version: u32,
    /// From which mailbox it will be sent.
    pub mailbox_id: MailboxId,
    /// Recipients.
    pub recipients: Vec<DraftRecipient>,
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
    /// The patient it is about.
    pub patient: Option<String>,
    /// Pick-up for every outside recipient, even where TLS would do.
    pub ask_pickup: bool,
    /// Days until a pick-up expires; policy's number when absent.
    pub expires_days: Option<u16>,
    /// The message that it answers.
    pub in_reply_to: Option<MessageId>,
    /// Attached files.
    pub files: Vec<AttachmentMeta>,
    /// Last save.
    pub updated_at: Timestamp,
}

/// A line of the list of drafts.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftLine {
    /// Its id.
    pub id: DraftId,
    /// Mailbox from which it will be sent.
    pub mailbox_id: MailboxId,
    /// Subject.
    pub subject: String,
    /// Recipients.
    pub to: Vec<Party>,
    /// Last save.
    pub updated_at: Timestamp,
    /// Version.
    pub version: u32,
}

/// What a save sets.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftUpdate {
    /// Version that the author saw.
    pub version: u32,
    /// Another mailbox to send from.
    pub mailbox_id: Option<MailboxId>,
    /// Recipients.
    pub recipients: Vec<DraftRecipientInput>,
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
    /// The patient it is about.
    pub patient: Option<String>,
    /// Pick-up for every outside recipient.
    pub ask_pickup: bool,
    /// Days until a pick-up expires.
    pub expires_days: Option<u16>,
}

/// How a draft begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftKind {
    /// Empty.
    New,
    /// To the sender of a message in a mailbox.
    Reply(MailboxId, MessageId),
    /// To everybody of a message.
    ReplyAll(MailboxId, MessageId),
    /// With a message's text and files, to nobody yet.
    Forward(MailboxId, MessageId),
}

impl Core {
    /// Makes a draft.
    ///
    /// # Errors
    /// [`Error::Denied`] without `mail.send` on the mailbox; [`Error::NotFound`] for a message that isn't there.
    pub async fn create_draft(&self, actor: &Actor, mailbox: MailboxId, kind: DraftKind) -> Result<Draft> {
        let (mailbox, behalf) = self.entrance(actor, Permission::MailSend, mailbox, ("mailbox", mailbox)).await?;
        let id = DraftId(self.clock().new_id());
        let mut batch = Batch::new();
        let body = match kind {
            DraftKind::New => DraftBody::default(),
            DraftKind::Reply(mb, m) => self.reply_body(actor, mb, m, false, &mut batch).await?,
            DraftKind::ReplyAll(mb, m) => self.reply_body(actor, mb, m, true, &mut batch).await?,
            DraftKind::Forward(mb, m) => self.forward_body(actor, mb, m, id, &mut batch).await?,
        };
        let row = self.draft_row(actor, id, mailbox.id, 1, &body)?;
        let updated_us = row.updated_us;
        rows::insert(&mut batch, self.org(), row);
        let entry = NewEntry::by(actor, AuditKind::DraftCreated).on("draft", id);
        self.audit(&mut batch, entry.in_mailbox(&mailbox, behalf.as_ref()))?;
        self.announce(&mut batch, Change::Drafts(actor.person_id));
        self.db().write(batch).await?;
        let files = self.files_of(Owner::Draft(id.0)).await?;
        Ok(view(id, 1, mailbox.id, body, files, updated_us))
    }

    /// One's own draft.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it isn't there or is somebody else's.
    pub async fn draft(&self, actor: &Actor, id: DraftId) -> Result<Draft> {
        let (row, body) = self.draft_row_of(actor, id).await?;
        let files = self.files_of(Owner::Draft(id.0)).await?;
        Ok(view(id, version(row.version), row.mailbox_id, body, files, row.updated_us))
    }

    /// One's own drafts, newest first, in mailboxes from which one may still write.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn drafts(&self, actor: &Actor, before: Option<(i64, DraftId)>, limit: u32) -> Result<Vec<DraftLine>> {
        let (mut lines, mut before, limit) = (Vec::new(), before, limit as usize);
        loop {
            let page = i64::try_from(limit).unwrap_or(i64::MAX);
            let found = rows::page(self.db(), self.org(), actor.person_id, before, page).await?;
            let last = found.last().filter(|_| found.len() >= limit).map(|r| (r.updated_us, r.id));
            for row in found {
                if lines.len() < limit && self.writes_from_id(actor, row.mailbox_id).await? {
                    lines.push(self.draft_line(row)?);
                }
            }
            if lines.len() >= limit || last.is_none() {
                return Ok(lines);
            }
            before = last;
        }
    }

    fn draft_line(&self, row: DraftRow) -> Result<DraftLine> {
        let body: DraftBody = self.unseal(purpose::DRAFT, row.id.as_bytes(), &row.sealed_draft)?;
        Ok(DraftLine {
            id: row.id,
            mailbox_id: row.mailbox_id,
            subject: body.subject,
            to: body.recipients.into_iter().map(|r| r.party).collect(),
            updated_at: from_us(row.updated_us),
            version: version(row.version),
        })
    }

    /// Number of the drafts that [`Core::drafts`] lists.
    pub(crate) async fn draft_count(&self, actor: &Actor) -> Result<u64> {
        let mut all = 0;
        for (mailbox, count) in rows::count(self.db(), self.org(), actor.person_id).await? {
            if self.writes_from_id(actor, mailbox).await? {
                all += u64::try_from(count).unwrap_or(0);
            }
        }
        Ok(all)
    }

    async fn writes_from_id(&self, actor: &Actor, mailbox: MailboxId) -> Result<bool> {
        match self.mailbox(mailbox).await? {
            Some(mailbox) => self.writes_from(actor, &mailbox).await,
            None => Ok(false),
        }
    }

    /// Saves a draft. Not audited: nothing left the author's hands.
    ///
    /// # Errors
    /// [`Error::VersionConflict`] when it was saved elsewhere meanwhile; [`Error::Validation`].
    pub async fn save_draft(&self, actor: &Actor, id: DraftId, update: DraftUpdate) -> Result<Draft> {
        validate(&update)?;
        let (row, before) = self.draft_row_of(actor, id).await?;
        if row.version != i64::from(update.version) {
            return Err(Error::VersionConflict);
        }
        let mailbox = match update.mailbox_id {
            Some(m) if m != row.mailbox_id => self.mailbox_for(actor, Permission::MailSend, m).await?.id,
            _ => row.mailbox_id,
        };
        let body = DraftBody {
            recipients: update.recipients.into_iter().map(|r| merged(r, &before.recipients)).collect(),
            subject: update.subject,
            text: update.text,
            patient: update.patient.filter(|p| !p.trim().is_empty()),
            ask_pickup: update.ask_pickup,
            expires_days: update.expires_days,
            in_reply_to: before.in_reply_to,
        };
        let next = self.draft_row(actor, id, mailbox, row.version + 1, &body)?;
        let updated_us = next.updated_us;
        let mut batch = Batch::new();
        rows::update(&mut batch, self.org(), next, guard::VERSION);
        self.announce(&mut batch, Change::Drafts(actor.person_id));
        self.db().write(batch).await?;
        let files = self.files_of(Owner::Draft(id.0)).await?;
        Ok(view(id, version(row.version + 1), mailbox, body, files, updated_us))
    }

    /// Throws a draft away.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Denied`] without `mail.send`.
    pub async fn discard_draft(&self, actor: &Actor, id: DraftId) -> Result<()> {
        self.may_write(actor, id).await?;
        let mut batch = Batch::new();
        rows::delete_any(&mut batch, self.org(), id, actor.person_id, guard::FOUND);
        file_rows::delete_of_owner(&mut batch, self.org(), Owner::Draft(id.0).kind(), id.0);
        self.audit(&mut batch, NewEntry::by(actor, AuditKind::DraftDiscarded).on("draft", id))?;
        self.announce(&mut batch, Change::Drafts(actor.person_id));
        self.db().write(batch).await?;
        Ok(())
    }

    /// Attaches a file.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when the message would exceed the limit; [`Error::Validation`] for too many files.
    pub async fn attach(&self, actor: &Actor, id: DraftId, file: NewFile) -> Result<AttachmentMeta> {
        let bytes = file.data.len() as u64;
        let (mut seen_us, position) = self.room_for(actor, id, bytes).await?;
        let bucket = self.mail_bucket().await?;
        let mut adding = Batch::new();
        let meta = self.add_file(&mut adding, &bucket, Owner::Draft(id.0), position, file).await?;
        for _ in 0..ATTACH_TRIES {
            let mut batch = Batch::new();
            let now = self.clock().now_us();
            rows::touch_seen(&mut batch, self.org(), id, actor.person_id, seen_us, now, guard::VERSION);
            batch.append(adding.clone());
            self.announce(&mut batch, Change::Drafts(actor.person_id));
            match self.db().write(batch).await {
                Ok(_) => return Ok(meta),
                // Another file or a save came between: is there still room?
                Err(StoreError::Guard(_)) => (seen_us, _) = self.room_for(actor, id, bytes).await?,
                Err(e) => return Err(e.into()),
            }
        }
        Err(Error::VersionConflict)
    }

    /// Refuses a file for which there is no room in the draft. Gives the time of the draft's last change, on which that
    /// answer rests, and the file's place.
    async fn room_for(&self, actor: &Actor, id: DraftId, bytes: u64) -> Result<(i64, i64)> {
        let (row, _) = self.draft_row_of(actor, id).await?;
        let files = self.files_of(Owner::Draft(id.0)).await?;
        self.check_files(&files, 1, bytes)?;
        Ok((row.updated_us, i64::try_from(files.len()).unwrap_or(i64::MAX)))
    }

    /// Refuses more files or bytes than a message may have.
    pub(super) fn check_files(&self, files: &[AttachmentMeta], more: usize, more_bytes: u64) -> Result<()> {
        if files.len() + more > FILES_LIMIT {
            return Err(Error::field("files", "too_many", format!("at most {FILES_LIMIT} files")));
        }
        self.check_size(files.iter().map(|f| f.size).sum::<u64>().saturating_add(more_bytes))
    }

    /// Removes an attached file.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Denied`] without `mail.send`.
    pub async fn detach(&self, actor: &Actor, id: DraftId, file: AttachmentId) -> Result<()> {
        self.may_write(actor, id).await?;
        let mut batch = Batch::new();
        let now = self.clock().now_us();
        rows::touch(&mut batch, self.org(), id, actor.person_id, now, guard::FOUND);
        file_rows::delete(&mut batch, self.org(), file, Owner::Draft(id.0).kind(), id.0, guard::FOUND);
        self.announce(&mut batch, Change::Drafts(actor.person_id));
        self.db().write(batch).await?;
        Ok(())
    }

    /// Refuses what exceeds the largest message.
    pub(crate) fn check_size(&self, bytes: u64) -> Result<()> {
        let limit_bytes = self.config().max_message_bytes;
        if bytes > limit_bytes { Err(Error::TooLarge { limit_bytes }) } else { Ok(()) }
    }

    /// Drafts are looked for among one's own only: so the permission is asked first, and its lack tells of no draft.
    async fn may_write(&self, actor: &Actor, id: DraftId) -> Result<()> {
        self.allow_on(actor, Permission::MailSend, Scope::Draft { author: actor.person_id }, ("draft", id)).await
    }

    pub(crate) async fn draft_row_of(&self, actor: &Actor, id: DraftId) -> Result<(DraftRow, DraftBody)> {
        self.may_write(actor, id).await?;
        let row = rows::get(self.db(), self.org(), id, actor.person_id).await?.ok_or(Error::NotFound)?;
        // It may quote what lies in the mailbox: it closes with it.
        if !self.writes_from_id(actor, row.mailbox_id).await? {
            return Err(Error::NotFound);
        }
        let body = self.unseal(purpose::DRAFT, id.as_bytes(), &row.sealed_draft)?;
        Ok((row, body))
    }

    fn draft_row(
        &self,
        actor: &Actor,
        id: DraftId,
        mailbox_id: MailboxId,
        version: i64,
        body: &DraftBody,
    ) -> Result<DraftRow> {
        Ok(DraftRow {
            id,
            person_id: actor.person_id,
            mailbox_id,
            version,
            updated_us: self.clock().now_us(),
            sealed_draft: self.seal(purpose::DRAFT, id.as_bytes(), body)?,
        })
    }
}

fn validate(u: &DraftUpdate) -> Result<()> {
    let mut errors = Vec::new();
    if u.recipients.len() > RECIPIENTS_LIMIT {
        errors.push(FieldError::new("recipients", "too_many", format!("at most {RECIPIENTS_LIMIT} recipients")));
    }
    let mut seen = std::collections::BTreeSet::new();
    for (i, r) in u.recipients.iter().enumerate() {
        if !seen.insert(r.party.address.normalised()) {
            errors.push(FieldError::new(format!("recipients[{i}]"), "duplicate", "this address stands there twice"));
        }
        if r.party.name.chars().count() > 200 || r.party.name.chars().any(char::is_control) {
            errors.push(FieldError::new(format!("recipients[{i}].party.name"), "invalid", "not a name"));
        }
        if let Some(Err(why)) = r.secret.as_deref().map(kept_secret) {
            errors.push(FieldError::new(format!("recipients[{i}].secret"), "length", why));
        }
    }
    if u.subject.chars().count() > SUBJECT_LIMIT || u.subject.chars().any(char::is_control) {
        errors.push(FieldError::new("subject", "invalid", format!("one line of at most {SUBJECT_LIMIT} characters")));
    }
    if u.text.len() > TEXT_LIMIT {
        errors.push(FieldError::new("text", "too_long", "at most 1 MiB of text"));
    }
    if u.patient.as_ref().is_some_and(|p| p.chars().count() > 100 || p.chars().any(char::is_control)) {
        errors.push(FieldError::new("patient", "invalid", "at most 100 characters"));
    }
    if u.expires_days.is_some_and(|d| !(1..=365).contains(&d)) {
        errors.push(FieldError::new("expires_days", "range", "1 to 365 days"));
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Validation(errors)) }
}

/// Keeps the secret that was given before, unless another one is given.
fn merged(new: DraftRecipientInput, before: &[DraftRecipient]) -> DraftRecipient {
    let old = before.iter().find(|r| r.party.address.normalised() == new.party.address.normalised());
    let secret = match new.secret {
        None => old.and_then(|o| o.secret.clone()),
        // One of a wrong length was refused before.
        Some(s) => kept_secret(&s).ok().flatten(),
    };
    DraftRecipient { party: new.party, kind: new.kind, phone: new.phone, secret, confirmed: new.confirmed }
}

fn view(
    id: DraftId,
    version: u32,
    mailbox_id: MailboxId,
    body: DraftBody,
    files: Vec<AttachmentMeta>,
    updated_us: i64,
) -> Draft {
    Draft {
        id,
        version,
        mailbox_id,
        recipients: body.recipients,
        subject: body.subject,
        text: body.text,
        patient: body.patient,
        ask_pickup: body.ask_pickup,
        expires_days: body.expires_days,
        in_reply_to: body.in_reply_to,
        files,
        updated_at: from_us(updated_us),
    }
}

pub(crate) fn version(v: i64) -> u32 {
    u32::try_from(v).unwrap_or(u32::MAX)
}
