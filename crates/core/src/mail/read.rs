//! Reading: lists, opened messages, files, what happened to a message.

use super::draft::version;
use super::file::Owner;
use super::send::{origin_of, sensitivity_of};
use super::types::{Body, Head, SealedOutcome, SealedRecipient};
use crate::audit::NewEntry;
use crate::care::Basis;
use crate::clock::{MINUTE_US, from_us};
use crate::error::guard;
use crate::live::Change;
use crate::people::{Behalf, MailboxRef};
use crate::seal::{purpose, unseal_with};
use crate::{Core, Error, Result};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;
use wardpost_model::audit::AuditKind;
use wardpost_model::ground::Ground;
use wardpost_model::message::{
    AttachmentMeta, Folder, MessageLine, MessageView, Origin, Party, RecipientState, RecipientView,
};
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::plan::Route;
use wardpost_model::{AttachmentId, MailboxId, MessageId, SessionId, ThreadId};
use wardpost_store::Batch;
use wardpost_store::repo::message::{self as rows, Cursor, Filter, LineRow, MessageRow};
use wardpost_store::repo::{held, pickup as pickups, recipient as recipients};
use wardpost_vault::Zeroizing;

/// Which messages a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ListFilter {
    /// All.
    #[default]
    All,
    /// Unread ones.
    Unread,
    /// Marked ones.
    Flagged,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// Its lines, newest first.
    pub lines: Vec<MessageLine>,
    /// Where the next page begins; none at the end.
    pub next: Option<(i64, MessageId)>,
}

/// Numbers for the badges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Unread in the inbox.
    pub inbox_unread: u64,
    /// Open in the review queue (0 for those who don't review).
    pub held: u64,
    /// One's own drafts.
    pub drafts: u64,
}

/// A file with its bytes.
#[derive(Debug)]
pub struct OpenedFile {
    /// Description.
    pub meta: AttachmentMeta,
    /// The bytes.
    pub data: Zeroizing<Vec<u8>>,
}

/// A message opened for somebody who may.
pub(crate) struct Opened {
    pub mailbox: MailboxRef,
    /// For whom it was opened, where the mailbox is a colleague's.
    pub behalf: Option<Behalf>,
    pub row: MessageRow,
    pub head: Head,
    pub body: Body,
    pub entry: LineRow,
    pub basis: Basis,
}

/// How long a page that fetches again what it shows makes no new reading of it.
const SAME_READING_US: i64 = MINUTE_US;

/// What sessions read in the last minute, as far as the log has it: a page that fetches again what it shows (after a live
/// event, or another picture of the same letter) is not another reading. On another ground it is. In memory: another node
/// writes an entry more.
#[derive(Debug, Default)]
pub(crate) struct Readings(Mutex<HashMap<Reading, i64>>);

/// By whom, of what, on which ground.
type Reading = (SessionId, Uuid, Option<Ground>);

impl Readings {
    /// Whether the log has this session's reading of a thing.
    fn holds(&self, actor: &Actor, thing: Uuid, ground: Option<Ground>, now_us: i64) -> bool {
        let Some(session) = actor.session_id else { return false };
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&(session, thing, ground)).is_some_and(|at| (0..SAME_READING_US).contains(&(now_us - at)))
    }

    /// Remembers a reading that the log has. Call after the commit.
    fn add(&self, actor: &Actor, thing: Uuid, ground: Option<Ground>, now_us: i64) {
        let Some(session) = actor.session_id else { return };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, at| (0..SAME_READING_US).contains(&(now_us - *at)));
        // Its first reading counts: one who stays on a message is in the log again after a minute.
        known.entry((session, thing, ground)).or_insert(now_us);
    }
}

impl Core {
    /// A page of a mailbox's folder.
    ///
    /// # Errors
    /// [`Error::Denied`] for somebody else's mailbox.
    pub async fn list_messages(
        &self,
        actor: &Actor,
        mailbox: MailboxId,
        folder: Folder,
        filter: ListFilter,
        before: Option<(i64, MessageId)>,
        limit: u32,
    ) -> Result<Listing> {
        let mailbox = self.mailbox_for(actor, Permission::MailRead, mailbox).await?;
        let filter = match filter {
            ListFilter::All => Filter::All,
            ListFilter::Unread => Filter::Unseen,
            ListFilter::Flagged => Filter::Flagged,
        };
        let before = before.map(|(at_us, message_id)| Cursor { at_us, message_id });
        let limit = limit.clamp(1, 200);
        let found =
            rows::page(self.db(), self.org(), mailbox.id, folder.as_str(), filter, before, i64::from(limit)).await?;
        let next = (found.len() >= limit as usize).then(|| found.last().map(|l| (l.at_us, l.message_id))).flatten();
        let mut lines = Vec::with_capacity(found.len());
        let mut sight = self.sight(actor, &mailbox).await?;
        for row in found {
            let opens = match row.patient_id {
                Some(patient) => sight.opens(self, patient, row.sender_id).await?,
                None => true,
            };
            lines.push(if opens { self.line(row).await? } else { closed_line(&mailbox, &row) });
        }
        Ok(Listing { lines, next })
    }

    /// Opens a message: marks it read and audits the reading; inside senders see that it was opened.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`].
    pub async fn read_message(&self, actor: &Actor, mailbox: MailboxId, id: MessageId) -> Result<MessageView> {
        let opened = self.open_for(actor, mailbox, id).await?;
        self.read_now(actor, &opened, None).await?;
        let mut view = self.view(opened).await?;
        view.line.seen = true;
        Ok(view)
    }

    /// The HTML of a message as it came, hostile until sanitised, with its files (for `cid:` references). A reading of its
    /// own, audited as one.
    ///
    /// # Errors
    /// [`Error::NotFound`] also when there is no HTML.
    pub async fn message_html(
        &self,
        actor: &Actor,
        mailbox: MailboxId,
        id: MessageId,
    ) -> Result<(String, Vec<AttachmentMeta>)> {
        let opened = self.open_for(actor, mailbox, id).await?;
        if opened.body.html.is_none() {
            return Err(Error::NotFound);
        }
        self.read_now(actor, &opened, Some("html")).await?;
        let html = opened.body.html.unwrap_or_default();
        Ok((html, self.files_of(Owner::Message(id.0)).await?))
    }

    /// Writes a reading by itself, unless it goes on from one that the log has.
    async fn read_now(&self, actor: &Actor, opened: &Opened, form: Option<&str>) -> Result<()> {
        let (readings, id, now) = (&self.caches().readings, opened.row.id.0, self.clock().now_us());
        let ground = opened.basis.ground;
        if opened.entry.seen && readings.holds(actor, id, ground, now) {
            return Ok(());
        }
        let mut batch = Batch::new();
        self.note_reading(&mut batch, actor, opened, form)?;
        self.db().write(batch).await?;
        readings.add(actor, id, ground, now);
        Ok(())
    }

    /// Adds what every reading of a message's content does: the message counts as read, a sender of the house sees that it
    /// was opened, and the audit log says who read it (`form`: in another form than the page's text). The batch fails when
    /// the message was withdrawn meanwhile.
    pub(crate) fn note_reading(&self, batch: &mut Batch, actor: &Actor, o: &Opened, form: Option<&str>) -> Result<()> {
        let (id, mailbox) = (o.row.id, o.mailbox.id);
        if !o.entry.seen {
            rows::set_seen(batch, self.org(), mailbox, id, true, guard::FOUND);
            self.announce(batch, Change::Mailbox(mailbox));
        }
        if let Some(sender) = o.row.mailbox_id {
            // Changes nothing where this mailbox is no recipient, or has opened it before.
            recipients::set_opened_inside(batch, self.org(), id, mailbox, self.clock().now_us());
            if !o.entry.seen {
                self.announce(batch, Change::Message(sender, id));
            }
        }
        let mut entry = NewEntry::by(actor, AuditKind::MessageRead)
            .on_message(id)
            .in_mailbox(&o.mailbox, o.behalf.as_ref())
            .patient(o.basis.patient.as_deref())
            .ground(o.basis.ground);
        if let Some(form) = form {
            entry = entry.with("form", form);
        }
        self.audit(batch, entry)?;
        Ok(())
    }

    /// Downloads a file of a message; audited.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`].
    pub async fn read_attachment(
        &self,
        actor: &Actor,
        mailbox: MailboxId,
        id: MessageId,
        file: AttachmentId,
    ) -> Result<OpenedFile> {
        let opened = self.open_for(actor, mailbox, id).await?;
        let (meta, data) = self.open_file(Owner::Message(id.0), file).await?;
        let (readings, now) = (&self.caches().readings, self.clock().now_us());
        let ground = opened.basis.ground;
        if !readings.holds(actor, file.0, ground, now) {
            self.audit_alone(Self::attachment_entry(actor, &opened, &meta.file_name)).await?;
            readings.add(actor, file.0, ground, now);
        }
        Ok(OpenedFile { meta, data })
    }

    /// The entry that somebody got a file of a message.
    pub(crate) fn attachment_entry(actor: &Actor, o: &Opened, file_name: &str) -> NewEntry {
        NewEntry::by(actor, AuditKind::AttachmentRead)
            .on_message(o.row.id)
            .in_mailbox(&o.mailbox, o.behalf.as_ref())
            .patient(o.basis.patient.as_deref())
            .ground(o.basis.ground)
            .with("file", file_name)
    }

    /// Marks, unmarks, moves. Moving is audited.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`].
    pub async fn change_message(
        &self,
        actor: &Actor,
        mailbox: MailboxId,
        id: MessageId,
        seen: Option<bool>,
        flagged: Option<bool>,
        folder: Option<Folder>,
    ) -> Result<MessageLine> {
        let opened = self.open_for(actor, mailbox, id).await?;
        let mut batch = Batch::new();
        if let Some(seen) = seen {
            rows::set_seen(&mut batch, self.org(), mailbox, id, seen, guard::FOUND);
        }
        if let Some(flagged) = flagged {
            rows::set_flagged(&mut batch, self.org(), mailbox, id, flagged, guard::FOUND);
        }
        if let Some(folder) = folder {
            // What one has sent goes back to Sent, what one has received to the inbox: never the other way round. A message
            // to oneself is both.
            let own = opened.row.mailbox_id == Some(mailbox);
            let to_oneself = own && self.is_recipient(id, mailbox).await?;
            if (folder == Folder::Sent && !own) || (folder == Folder::Inbox && own && !to_oneself) {
                return Err(Error::field("folder", "invalid", "this message can't lie in that folder"));
            }
            rows::set_folder(&mut batch, self.org(), mailbox, id, folder.as_str(), guard::FOUND);
            let entry = NewEntry::by(actor, AuditKind::MessageMoved)
                .on_message(id)
                .in_mailbox(&opened.mailbox, opened.behalf.as_ref())
                .patient(opened.basis.patient.as_deref())
                .ground(opened.basis.ground)
                .with("from", opened.entry.folder.clone())
                .with("to", folder.as_str());
            self.audit(&mut batch, entry)?;
        }
        self.announce(&mut batch, Change::Mailbox(mailbox));
        self.db().write(batch).await?;
        let row = rows::line(self.db(), self.org(), mailbox, id).await?.ok_or(Error::NotFound)?;
        self.line(row).await
    }

    async fn is_recipient(&self, id: MessageId, mailbox: MailboxId) -> Result<bool> {
        Ok(recipients::of_message(self.db(), self.org(), id).await?.iter().any(|r| r.mailbox_id == Some(mailbox)))
    }

    /// Numbers for the badges of a mailbox.
    ///
    /// # Errors
    /// [`Error::Denied`] for somebody else's mailbox.
    pub async fn counts(&self, actor: &Actor, mailbox: MailboxId) -> Result<Counts> {
        let mailbox = self.mailbox_for(actor, Permission::MailRead, mailbox).await?;
        let held = if actor.may(Permission::MailReview) { held::count(self.db(), self.org()).await? } else { 0 };
        Ok(Counts {
            inbox_unread: self.unread(mailbox.id).await?,
            held: u64::try_from(held).unwrap_or(0),
            drafts: self.draft_count(actor).await?,
        })
    }

    /// Number of unread messages in a mailbox's inbox.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn unread(&self, mailbox: MailboxId) -> Result<u64> {
        let n = rows::count_unseen(self.db(), self.org(), mailbox, Folder::Inbox.as_str()).await?;
        Ok(u64::try_from(n).unwrap_or(0))
    }

    /// Opens a message in a mailbox for somebody who may read that mailbox and, where it is about a patient, has a ground.
    /// Every use of a message's content goes through here.
    pub(crate) async fn open_for(&self, actor: &Actor, mailbox: MailboxId, id: MessageId) -> Result<Opened> {
        let (mailbox, behalf) = self.entrance(actor, Permission::MailRead, mailbox, ("message", id)).await?;
        let entry = rows::line(self.db(), self.org(), mailbox.id, id).await?.ok_or(Error::NotFound)?;
        let row = rows::get(self.db(), self.org(), id).await?.ok_or(Error::NotFound)?;
        let (head, body) = self.open_row(&row).await?;
        let basis = self.message_basis(actor, &mailbox, &row, head.patient.as_deref()).await?;
        Ok(Opened { mailbox, behalf, row, head, body, entry, basis })
    }

    /// Decrypts a message's head and body.
    pub(crate) async fn open_row(&self, row: &MessageRow) -> Result<(Head, Body)> {
        let key = self.vault().open_data_key(&row.wrapped_key, row.id.as_bytes()).await?;
        let head = unseal_with(&key, purpose::MESSAGE_HEAD, row.id.as_bytes(), &row.sealed_head)?;
        let body = unseal_with(&key, purpose::MESSAGE_BODY, row.id.as_bytes(), &row.sealed_body)?;
        Ok((head, body))
    }

    /// A mailbox that the actor may use for this; refusals are audited.
    pub(crate) async fn mailbox_for(
        &self,
        actor: &Actor,
        permission: Permission,
        mailbox: MailboxId,
    ) -> Result<MailboxRef> {
        Ok(self.entrance(actor, permission, mailbox, ("mailbox", mailbox)).await?.0)
    }

    async fn line(&self, row: LineRow) -> Result<MessageLine> {
        let key = self.vault().open_data_key(&row.wrapped_key, row.message_id.as_bytes()).await?;
        let head: Head = unseal_with(&key, purpose::MESSAGE_HEAD, row.message_id.as_bytes(), &row.sealed_head)?;
        let own = row.sender_mailbox_id == Some(row.mailbox_id);
        let state = if own {
            let states = recipients::states(self.db(), self.org(), row.message_id).await?;
            worst(states.iter().filter_map(|s| RecipientState::from_name(s)))
        } else {
            None
        };
        Ok(to_line(&row, head, state))
    }

    /// The view of an opened message.
    pub(crate) async fn view(&self, o: Opened) -> Result<MessageView> {
        let own = o.row.mailbox_id == Some(o.mailbox.id);
        let recipients = if own { self.recipient_views(o.row.id).await? } else { Vec::new() };
        let state = worst(recipients.iter().map(|r| r.state));
        let files = self.files_of(Owner::Message(o.row.id.0)).await?;
        Ok(MessageView {
            text: o.body.text,
            has_html: o.body.html.is_some(),
            files,
            recipients,
            header_to: o.head.to.clone(),
            header_cc: o.head.cc.clone(),
            sent_by: o.row.sender_id,
            sent_by_name: o.head.sent_by_name.clone(),
            received: o.head.received.clone(),
            patient: o.head.patient.clone(),
            policy_version: (o.row.policy_version > 0).then(|| version(o.row.policy_version)),
            sent_anyway: o.body.anyway.filter(|_| own),
            came_in_clear: o.body.came_in_clear,
            findings: o.body.findings.filter(|_| own),
            line: to_line(&o.entry, o.head, state),
        })
    }

    /// The recipients of a sent message with their live states.
    pub(crate) async fn recipient_views(&self, id: MessageId) -> Result<Vec<RecipientView>> {
        let pickups = pickups::of_message(self.db(), self.org(), id).await?;
        let mut out = Vec::new();
        for r in recipients::of_message(self.db(), self.org(), id).await? {
            let sealed: SealedRecipient = self.unseal(purpose::RECIPIENT, r.id.as_bytes(), &r.sealed_recipient)?;
            let detail = match &r.sealed_outcome {
                Some(o) => Some(self.unseal::<SealedOutcome>(purpose::RECIPIENT_OUTCOME, r.id.as_bytes(), o)?.detail),
                None => None,
            };
            let pickup = pickups.iter().find(|p| p.recipient_id == r.id);
            out.push(RecipientView {
                id: r.id,
                party: sealed.party,
                kind: sealed.kind,
                route: Route::from_name(&r.route).unwrap_or(Route::None),
                reasons: sealed.reasons,
                state: RecipientState::from_name(&r.state).unwrap_or(RecipientState::Failed),
                state_at: from_us(r.state_at_us),
                detail,
                next_try_at: r.next_try_us.map(from_us),
                expires_at: pickup.map(|p| from_us(p.expires_us)),
            });
        }
        Ok(out)
    }

    /// The sensitivity that was found when the message was stored.
    pub(crate) fn found_in(row: &MessageRow) -> wardpost_model::finding::Sensitivity {
        sensitivity_of(&row.sensitivity)
    }
}

fn to_line(row: &LineRow, head: Head, state: Option<RecipientState>) -> MessageLine {
    MessageLine {
        id: row.message_id,
        thread_id: row.thread_id,
        mailbox_id: row.mailbox_id,
        folder: Folder::from_name(&row.folder).unwrap_or(Folder::Archive),
        from: head.from,
        written_by: head.written.map(|w| w.by),
        to: head.to,
        subject: head.subject,
        preview: head.preview,
        at: from_us(row.at_us),
        seen: row.seen,
        flagged: row.flagged,
        attachments: u32::try_from(row.attachments).unwrap_or(0),
        origin: origin_of(&row.origin),
        state,
        closed_for: None,
    }
}

/// The line of a message that does not open for the reader: that there is one, and about whom to ask.
fn closed_line(mailbox: &MailboxRef, row: &LineRow) -> MessageLine {
    MessageLine {
        id: row.message_id,
        // Which messages belong together is told by none of them.
        thread_id: ThreadId(row.message_id.0),
        mailbox_id: row.mailbox_id,
        folder: Folder::from_name(&row.folder).unwrap_or(Folder::Archive),
        from: Party { name: mailbox.name.clone(), address: mailbox.address.clone() },
        written_by: None,
        to: Vec::new(),
        subject: String::new(),
        preview: String::new(),
        at: from_us(row.at_us),
        seen: row.seen,
        flagged: row.flagged,
        attachments: 0,
        origin: Origin::System,
        state: None,
        closed_for: row.patient_id,
    }
}

/// The state that most needs the sender's attention.
fn worst(states: impl Iterator<Item = RecipientState>) -> Option<RecipientState> {
    let rank = |s: &RecipientState| match s {
        RecipientState::Failed => 7,
        RecipientState::Refused => 6,
        RecipientState::Held => 5,
        RecipientState::Expired => 4,
        RecipientState::Queued => 3,
        RecipientState::Recalled => 2,
        RecipientState::Delivered => 1,
        RecipientState::Opened => 0,
    };
    states.max_by_key(rank)
}
