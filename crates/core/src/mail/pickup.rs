//! Pick-up: a guest reads and answers a message after a second factor, without an account (NTA-05, NTA-08, NTA-09).
//!
//! The link alone opens nothing and burns nothing: mail scanners may follow it. A one-time code is valid ten minutes and
//! once; five wrong tries lock the door for a while that doubles.

mod door;

use super::file::{NewFile, Owner};
use super::read::OpenedFile;
use super::send::{origin_name, preview, sensitivity_name};
use super::types::{Body, Head, SealedPickup};
use crate::audit::NewEntry;
use crate::clock::from_us;
use crate::error::guard;
use crate::live::Change;
use crate::report::Tally;
use crate::seal::{purpose, seal_with};
use crate::{Core, Error, Result};
use jiff::Timestamp;
use std::net::IpAddr;
use wardpost_model::audit::{AuditAgent, AuditKind};
use wardpost_model::message::{AttachmentMeta, Origin, Party, RecipientState};
use wardpost_model::person::Language;
use wardpost_model::plan::SecondFactor;
use wardpost_model::tally::Direction;
use wardpost_model::{AttachmentId, MessageId, PickupId};
use wardpost_store::repo::file as files;
use wardpost_store::repo::message::{self as messages, MessageRow};
use wardpost_store::repo::pickup::{self as rows, PickupRow};
use wardpost_store::repo::recipient as recipients;
use wardpost_store::{Batch, StoreError};

/// Longest reply in bytes.
const REPLY_LIMIT: usize = 256 * 1024;
/// Most files of one reply.
const REPLY_FILES_LIMIT: usize = 20;
/// Most answers that are shown.
const REPLIES_SHOWN: i64 = 100;
/// How often a reading is tried while the recipient's state changes at the same moment.
const TRIES: u32 = 4;

/// Whether a link can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PickupState {
    /// After the second factor.
    Ready,
    /// Not now: too many tries.
    Locked,
    /// Never again: its time is over.
    Expired,
    /// Never again: the sender has withdrawn it.
    Recalled,
    /// There is no such link.
    Unknown,
}

/// What stands on the door: nothing of the message.
#[derive(Debug, Clone, PartialEq)]
pub struct PickupDoor {
    /// Whether it can be opened.
    pub state: PickupState,
    /// The organisation.
    pub org_name: String,
    /// Who sent it; empty for an unknown link.
    pub sender_name: String,
    /// The guest's language.
    pub language: Language,
    /// By which second factor.
    pub method: SecondFactor,
    /// Where the code goes, masked.
    pub phone_masked: Option<String>,
    /// Until when.
    pub expires_at: Option<Timestamp>,
    /// Locked until.
    pub locked_until: Option<Timestamp>,
}

/// What a guest gives at the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PickupAnswer {
    /// The one-time code.
    Code(String),
    /// The agreed secret.
    Secret(String),
}

/// A guest inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickupSession {
    /// Which pick-up.
    pub pickup_id: PickupId,
    /// From where.
    pub network: Option<IpAddr>,
    /// HTTP request.
    pub request_id: Option<String>,
}

/// An answer that the guest has given.
#[derive(Debug, Clone, PartialEq)]
pub struct PickupReply {
    /// When.
    pub at: Timestamp,
    /// Text.
    pub text: String,
    /// Files.
    pub files: Vec<AttachmentMeta>,
}

/// The message as the guest reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct PickupMessage {
    /// Sender.
    pub sender: Party,
    /// Who wrote it on behalf of the sender, where that is a colleague with a mandate.
    pub written_by: Option<String>,
    /// Organisation.
    pub org_name: String,
    /// Sent.
    pub at: Timestamp,
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
    /// There is HTML.
    pub has_html: bool,
    /// Files.
    pub files: Vec<AttachmentMeta>,
    /// Until when.
    pub expires_at: Timestamp,
    /// What the guest has answered.
    pub replies: Vec<PickupReply>,
    /// The guest's language.
    pub language: Language,
}

/// What a guest's act stands on.
pub(super) struct Inside {
    pickup: PickupRow,
    sealed: SealedPickup,
    message: MessageRow,
    head: Head,
    body: Body,
}

impl Core {
    /// Reads the message; the sender sees that it was opened.
    ///
    /// # Errors
    /// [`Error::NotFound`] once recalled or expired.
    pub async fn pickup_message(&self, s: &PickupSession) -> Result<PickupMessage> {
        let i = self.read_inside(s, None).await?;
        Ok(PickupMessage {
            org_name: self.org_name().await?,
            at: from_us(i.message.at_us),
            has_html: i.body.html.is_some(),
            files: self.files_of(Owner::Message(i.message.id.0)).await?,
            expires_at: from_us(i.pickup.expires_us),
            replies: self.replies_of(i.pickup.id).await?,
            language: i.sealed.language,
            sender: i.head.from,
            written_by: i.head.written.map(|w| w.by),
            subject: i.head.subject,
            text: i.body.text,
        })
    }

    /// The HTML of the message as it came, with its files. A reading of its own, audited as one.
    ///
    /// # Errors
    /// [`Error::NotFound`] also when there is none.
    pub async fn pickup_html(&self, s: &PickupSession) -> Result<(String, Vec<AttachmentMeta>)> {
        if self.inside(s).await?.body.html.is_none() {
            return Err(Error::NotFound);
        }
        let i = self.read_inside(s, Some("html")).await?;
        let html = i.body.html.ok_or(Error::NotFound)?;
        Ok((html, self.files_of(Owner::Message(i.message.id.0)).await?))
    }

    /// Opens the message for a guest. The commit that says "opened" decides against a recall at the same moment: whoever
    /// loses looks again.
    async fn read_inside(&self, s: &PickupSession, form: Option<&str>) -> Result<Inside> {
        for _ in 0..TRIES {
            let i = self.inside(s).await?;
            let batch = self.reading(&i, s, form).await?;
            match self.db().write(batch).await {
                Ok(_) => return Ok(i),
                Err(StoreError::Guard(_)) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(Error::Unavailable("the message is being changed"))
    }

    /// The batch of a reading: fails when the pick-up has ended, or the recipient's state has changed since it was read.
    pub(super) async fn reading(&self, i: &Inside, s: &PickupSession, form: Option<&str>) -> Result<Batch> {
        use RecipientState::{Delivered, Failed, Queued};
        let now = self.clock().now_us();
        let mut batch = Batch::new();
        rows::opened(&mut batch, self.org(), i.pickup.id, now, guard::STATE);
        let all = recipients::of_message(self.db(), self.org(), i.message.id).await?;
        if let Some(r) = all.iter().find(|r| r.id == i.pickup.recipient_id)
            && let Some(from @ (Delivered | Queued | Failed)) = RecipientState::from_name(&r.state)
        {
            self.end_recipient(&mut batch, r, from, RecipientState::Opened, now)?;
        }
        let mut entry = self.inside_entry(AuditKind::PickupRead, i, s);
        if let Some(form) = form {
            entry = entry.with("form", form);
        }
        self.audit(&mut batch, entry)?;
        if let Some(mailbox) = i.message.mailbox_id {
            self.announce(&mut batch, Change::Message(mailbox, i.message.id));
        }
        Ok(batch)
    }

    /// Downloads a file.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn pickup_attachment(&self, s: &PickupSession, file: AttachmentId) -> Result<OpenedFile> {
        let i = self.inside(s).await?;
        let (meta, data) = self.open_file(Owner::Message(i.message.id.0), file).await?;
        let mut batch = self.still_open(&i);
        let entry = self.inside_entry(AuditKind::PickupAttachmentRead, &i, s);
        self.audit(&mut batch, entry.with("file", meta.file_name.clone()))?;
        self.db().write(batch).await?;
        Ok(OpenedFile { meta, data })
    }

    /// Attaches a file to the reply being written.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Validation`].
    pub async fn pickup_attach(&self, s: &PickupSession, file: NewFile) -> Result<AttachmentMeta> {
        let i = self.inside(s).await?;
        let owner = Owner::Pickup(i.pickup.id.0);
        let before = self.files_of(owner).await?;
        if before.len() >= REPLY_FILES_LIMIT {
            return Err(Error::field("files", "too_many", format!("at most {REPLY_FILES_LIMIT} files")));
        }
        self.check_size(before.iter().map(|f| f.size).sum::<u64>() + file.data.len() as u64)?;
        let bucket = self.mail_bucket().await?;
        let mut batch = self.still_open(&i);
        let position = i64::try_from(before.len()).unwrap_or(i64::MAX);
        let meta = self.add_file(&mut batch, &bucket, owner, position, file).await?;
        self.db().write(batch).await?;
        Ok(meta)
    }

    /// Removes a file from the reply being written.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn pickup_detach(&self, s: &PickupSession, file: AttachmentId) -> Result<()> {
        let i = self.inside(s).await?;
        let owner = Owner::Pickup(i.pickup.id.0);
        let mut batch = Batch::new();
        files::delete(&mut batch, self.org(), file, owner.kind(), owner.id(), guard::FOUND);
        self.db().write(batch).await?;
        Ok(())
    }

    /// Answers the sender. The reply lands in the mailbox from which the message came.
    ///
    /// # Errors
    /// [`Error::Validation`] for an empty or too long reply; [`Error::NotFound`].
    pub async fn pickup_reply(&self, s: &PickupSession, text: &str, wanted: &[AttachmentId]) -> Result<MessageId> {
        if text.trim().is_empty() && wanted.is_empty() {
            return Err(Error::field("text", "required", "a reply needs a text or a file"));
        }
        if text.len() > REPLY_LIMIT {
            return Err(Error::field("text", "too_long", "at most 256 KiB of text"));
        }
        let i = self.inside(s).await?;
        let mailbox = i.message.mailbox_id.ok_or(Error::NotFound)?;
        let owner = Owner::Pickup(i.pickup.id.0);
        let available = self.files_of(owner).await?;
        let chosen: Vec<AttachmentMeta> = available.iter().filter(|f| wanted.contains(&f.id)).cloned().collect();
        if chosen.len() != wanted.len() {
            return Err(Error::field("files", "unknown", "a file is not there (any more)"));
        }
        // Counted when each came; what came at the same moment is counted here.
        if chosen.len() > REPLY_FILES_LIMIT {
            return Err(Error::field("files", "too_many", format!("at most {REPLY_FILES_LIMIT} files")));
        }
        let size = text.len() as u64 + chosen.iter().map(|f| f.size).sum::<u64>();
        self.check_size(size)?;
        let id = MessageId(self.clock().new_id());
        let now = self.clock().now_us();
        let loaded = self.load_files(owner, &chosen).await?;
        let subject =
            if i.head.subject.starts_with("Re:") { i.head.subject.clone() } else { format!("Re: {}", i.head.subject) };
        let seen = self.scan(&subject, text, None, loaded).await?;
        let (key, wrapped_key) = self.mail_bucket().await?.make_data_key(id.as_bytes());
        let head = Head {
            from: i.sealed.guest.clone(),
            to: vec![i.head.from.clone()],
            cc: Vec::new(),
            subject,
            preview: preview(text),
            rfc_id: self.make_rfc_id(id),
            in_reply_to: Some(i.head.rfc_id.clone()),
            references: vec![i.head.rfc_id.clone()],
            reply_to: None,
            patient: i.head.patient.clone(),
            received: Some(wardpost_model::message::ReceivedInfo {
                tls: None,
                peer: String::new(),
                authenticated: true,
            }),
            sent_by_name: None,
            written: None,
            has_html: false,
        };
        let body = Body {
            text: text.to_owned(),
            html: None,
            plan: None,
            findings: Some(seen.findings.clone()),
            expires_days: None,
            anyway: None,
            came_in_clear: false,
        };
        let row = MessageRow {
            id,
            thread_id: i.message.thread_id,
            at_us: now,
            origin: origin_name(Origin::Portal).to_owned(),
            mailbox_id: None,
            sender_id: None,
            attachments: i64::try_from(chosen.len()).unwrap_or(i64::MAX),
            size: i64::try_from(size).unwrap_or(i64::MAX),
            sensitivity: sensitivity_name(seen.findings.sensitivity).to_owned(),
            policy_version: i64::from(seen.policy.version),
            rfc_id_index: self.index(purpose::MESSAGE_RFC_ID, &head.rfc_id),
            wrapped_key,
            sealed_head: seal_with(&key, purpose::MESSAGE_HEAD, id.as_bytes(), &head)?,
            sealed_body: seal_with(&key, purpose::MESSAGE_BODY, id.as_bytes(), &body)?,
            sealed_raw: None,
            raw_blob_id: None,
            patient_id: i.message.patient_id,
        };
        let mut batch = self.still_open(&i);
        messages::insert(&mut batch, self.org(), row);
        rows::insert_reply(&mut batch, self.org(), i.pickup.id, now, id);
        self.hand_over_files(&mut batch, &chosen, owner, Owner::Message(id.0));
        self.place_in_inbox(&mut batch, mailbox, id, now);
        let entry = self.inside_entry(AuditKind::PickupReplied, &i, s);
        self.audit(&mut batch, entry.with("reply", id.to_string()))?;
        self.tally(&mut batch, &Tally::of_message(Direction::Incoming, &seen.findings))?;
        self.db().write(batch).await?;
        Ok(id)
    }

    /// What this guest has answered, oldest first: the newest hundred.
    async fn replies_of(&self, pickup: PickupId) -> Result<Vec<PickupReply>> {
        let mut out = Vec::new();
        for id in rows::replies(self.db(), self.org(), pickup, REPLIES_SHOWN).await?.into_iter().rev() {
            let Some(row) = messages::get(self.db(), self.org(), id).await? else { continue };
            let (_, body) = self.open_row(&row).await?;
            let files = self.files_of(Owner::Message(id.0)).await?;
            out.push(PickupReply { at: from_us(row.at_us), text: body.text, files });
        }
        Ok(out)
    }

    /// A batch that fails when the pick-up has ended meanwhile.
    fn still_open(&self, i: &Inside) -> Batch {
        let mut batch = Batch::new();
        rows::require_ready(&mut batch, self.org(), i.pickup.id, self.clock().now_us(), guard::FOUND);
        batch
    }

    pub(super) async fn inside(&self, s: &PickupSession) -> Result<Inside> {
        let p = rows::get(self.db(), self.org(), s.pickup_id).await?.ok_or(Error::NotFound)?;
        if p.state != "ready" || p.expires_us <= self.clock().now_us() {
            return Err(Error::NotFound);
        }
        let sealed = self.unseal(purpose::PICKUP, p.id.as_bytes(), &p.sealed_pickup)?;
        let message = messages::get(self.db(), self.org(), p.message_id).await?.ok_or(Error::NotFound)?;
        let (head, body) = self.open_row(&message).await?;
        Ok(Inside { pickup: p, sealed, message, head, body })
    }

    /// Files of a reply that is being written.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn pickup_reply_files(&self, s: &PickupSession) -> Result<Vec<AttachmentMeta>> {
        let i = self.inside(s).await?;
        self.files_of(Owner::Pickup(i.pickup.id.0)).await
    }

    fn guest_entry(
        &self,
        kind: AuditKind,
        p: &PickupRow,
        sealed: &SealedPickup,
        network: Option<IpAddr>,
        request: Option<String>,
    ) -> NewEntry {
        NewEntry::of(AuditAgent::Guest, kind)
            .on_message(p.message_id)
            .agent_name(sealed.guest.address.to_string())
            .network(network)
            .request(request)
            .with("recipient", sealed.guest.address.to_string())
    }
    fn inside_entry(&self, kind: AuditKind, i: &Inside, s: &PickupSession) -> NewEntry {
        self.guest_entry(kind, &i.pickup, &i.sealed, s.network, s.request_id.clone()).patient(i.head.patient.as_deref())
    }
}
