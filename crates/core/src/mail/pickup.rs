//! Pick-up: a guest reads and answers a message after a second factor, without an account (NTA-05, NTA-08, NTA-09).
//!
//! The link alone opens nothing and burns nothing: mail scanners may follow it. A one-time code is valid ten minutes and
//! once; five wrong tries lock the door for a while that doubles.

use super::file::{NewFile, Owner};
use super::notice::code_sms;
use super::read::OpenedFile;
use super::send::{origin_name, preview, sensitivity_name};
use super::types::{Body, Head, SealedOutcome, SealedPickup};
use crate::audit::NewEntry;
use crate::clock::{HOUR_US, MINUTE_US, SECOND_US, from_us};
use crate::error::guard;
use crate::live::Change;
use crate::seal::{purpose, seal_with};
use crate::{Core, Error, Result};
use jiff::Timestamp;
use std::net::IpAddr;
use wardpost_model::audit::{AuditAgent, AuditKind, Outcome};
use wardpost_model::message::{AttachmentMeta, Origin, Party, RecipientState};
use wardpost_model::person::Language;
use wardpost_model::plan::SecondFactor;
use wardpost_model::{AttachmentId, MessageId, PickupId, ThreadId};
use wardpost_store::repo::file as files;
use wardpost_store::repo::message::{self as messages, MessageRow};
use wardpost_store::repo::pickup::{self as rows, PickupRow};
use wardpost_store::repo::recipient::{self as recipients, StateChange};
use wardpost_store::{Batch, StoreError};
use wardpost_vault::constant_time_eq;

/// Digits of a code.
const CODE_DIGITS: u32 = 6;
/// How long a code is valid (ASVS 6.5.5: at most ten minutes).
const CODE_VALID_US: i64 = 10 * MINUTE_US;
/// Shortest time between two codes.
const RESEND_US: i64 = 30 * SECOND_US;
/// Codes that can be asked for before the door is locked for a while.
const CODES_LIMIT: i64 = 6;
/// Wrong tries before the door is locked.
const TRIES_LIMIT: i64 = 5;
/// Length of the first lock; each further one doubles it.
const LOCK_US: i64 = 15 * MINUTE_US;
/// A guest's session ends after this time without use …
const IDLE_US: i64 = 30 * MINUTE_US;
/// … and after this time in any case.
const SESSION_US: i64 = 4 * HOUR_US;
/// Longest reply in bytes.
const REPLY_LIMIT: usize = 256 * 1024;
/// Most files of one reply.
const REPLY_FILES_LIMIT: usize = 20;

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

struct Inside {
    pickup: PickupRow,
    sealed: SealedPickup,
    message: MessageRow,
    head: Head,
    body: Body,
}

impl Core {
    /// What stands on the door of a link. Burns nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn pickup_door(&self, token: &str) -> Result<PickupDoor> {
        let org_name = self.org_name().await?;
        let Some((p, sealed)) = self.pickup_by_token(token).await? else {
            return Ok(PickupDoor {
                state: PickupState::Unknown,
                org_name,
                sender_name: String::new(),
                language: self.org_language().await?,
                method: SecondFactor::Sms,
                phone_masked: None,
                expires_at: None,
                locked_until: None,
            });
        };
        let now = self.clock().now_us();
        Ok(PickupDoor {
            state: state_of(&p, now),
            org_name,
            sender_name: sealed.sender_name,
            language: sealed.language,
            method: if p.method == "sms" { SecondFactor::Sms } else { SecondFactor::Secret },
            phone_masked: sealed.phone.as_ref().map(wardpost_model::PhoneNumber::masked),
            expires_at: Some(from_us(p.expires_us)),
            locked_until: (p.locked_until_us > now).then(|| from_us(p.locked_until_us)),
        })
    }

    /// Sends a one-time code to the guest's telephone. Returns how many seconds it is valid and when another can be asked.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::RateLimited`], [`Error::Locked`], [`Error::Unavailable`] when the gateway fails.
    pub async fn pickup_code(
        &self,
        token: &str,
        network: Option<IpAddr>,
        request: Option<String>,
    ) -> Result<(u32, u32)> {
        let (p, sealed) = self.open_door(token).await?;
        let now = self.clock().now_us();
        let (true, Some(phone)) = (p.method == "sms", sealed.phone.clone()) else {
            return Err(Error::Conflict("no_telephone"));
        };
        if now < p.code_sent_us + RESEND_US {
            return Err(rate_limited(p.code_sent_us + RESEND_US - now));
        }
        if p.codes_sent >= CODES_LIMIT {
            return self.lock_door(&p, &sealed, network, request).await;
        }
        let code = wardpost_vault::random_code(CODE_DIGITS);
        let hash = self.code_hash(p.id, &code);
        let mut batch = Batch::new();
        let sent = p.codes_sent;
        rows::set_code(&mut batch, self.org(), p.id, hash, now + CODE_VALID_US, now, sent, guard::STATE);
        let entry = self.guest_entry(AuditKind::PickupCodeSent, &p, &sealed, network, request);
        self.audit(&mut batch, entry.with("telephone", phone.masked()))?;
        self.db().write(batch).await?;
        let text = code_sms(sealed.language, &self.org_name().await?, &code);
        if let Err(reason) = self.sms().send(&phone, &text).await {
            tracing::warn!(pickup.id = %p.id, %reason, "the text message gateway did not take a code");
            let mut batch = Batch::new();
            rows::clear_code(&mut batch, self.org(), p.id);
            self.db().write(batch).await?;
            return Err(Error::Unavailable("the text message could not be sent"));
        }
        let seconds = |us: i64| u32::try_from(us / SECOND_US).unwrap_or(0);
        Ok((seconds(CODE_VALID_US), seconds(RESEND_US)))
    }

    /// Judges a second factor. A right one begins a session, whose secret is returned with its end.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for a wrong one; [`Error::Locked`] from the fifth on; [`Error::NotFound`].
    pub async fn pickup_verify(
        &self,
        token: &str,
        answer: &PickupAnswer,
        network: Option<IpAddr>,
        request: Option<String>,
    ) -> Result<(String, Timestamp)> {
        let (p, sealed) = self.open_door(token).await?;
        let now = self.clock().now_us();
        // The try is counted before it is judged, so that parallel tries can't outrun the limit.
        let mut batch = Batch::new();
        rows::count_try(&mut batch, self.org(), p.id, p.tries, now, guard::STATE);
        match self.db().write(batch).await {
            Ok(_) => {}
            Err(StoreError::Guard(_)) => return Err(rate_limited(SECOND_US)),
            Err(e) => return Err(e.into()),
        }
        let right = match answer {
            PickupAnswer::Code(code) => {
                p.method == "sms"
                    && p.code_expires_us > now
                    && p.code_hash.as_ref().is_some_and(|h| constant_time_eq(h, &self.code_hash(p.id, code.trim())))
            }
            PickupAnswer::Secret(secret) => {
                p.method == "secret"
                    && sealed.secret.as_ref().is_some_and(|s| {
                        let normal = |t: &str| t.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
                        constant_time_eq(normal(s).as_bytes(), normal(secret).as_bytes())
                    })
            }
        };
        if !right {
            return self.wrong_answer(&p, &sealed, network, request).await;
        }
        let secret = wardpost_vault::random_token();
        let expires = now + SESSION_US;
        let mut batch = Batch::new();
        rows::verified(&mut batch, self.org(), p.id, p.code_sent_us, guard::STATE);
        rows::insert_session(&mut batch, self.org(), self.guest_session_hash(&secret), p.id, now, expires);
        let entry = self.guest_entry(AuditKind::PickupVerified, &p, &sealed, network, request);
        self.audit(&mut batch, entry.with("method", p.method.clone()))?;
        self.db().write(batch).await?;
        Ok((secret, from_us(expires)))
    }

    /// The guest behind a session's secret.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when the session has ended.
    pub async fn pickup_session(
        &self,
        secret: &str,
        network: Option<IpAddr>,
        request_id: Option<String>,
    ) -> Result<PickupSession> {
        let hash = self.guest_session_hash(secret);
        let found = rows::session(self.db(), self.org(), hash.clone()).await?;
        let (pickup_id, last_seen, expires) = found.ok_or(Error::Unauthenticated)?;
        let now = self.clock().now_us();
        if expires <= now || last_seen + IDLE_US <= now {
            return Err(Error::Unauthenticated);
        }
        if last_seen + MINUTE_US < now {
            let mut batch = Batch::new();
            rows::touch_session(&mut batch, self.org(), hash, now);
            self.db().write(batch).await?;
        }
        Ok(PickupSession { pickup_id, network, request_id })
    }

    /// Ends a guest's session.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end_pickup_session(&self, secret: &str) -> Result<()> {
        let mut batch = Batch::new();
        rows::delete_session(&mut batch, self.org(), self.guest_session_hash(secret));
        self.db().write(batch).await?;
        Ok(())
    }

    /// Reads the message; the sender sees that it was opened.
    ///
    /// # Errors
    /// [`Error::NotFound`] once recalled or expired.
    pub async fn pickup_message(&self, s: &PickupSession) -> Result<PickupMessage> {
        let i = self.inside(s).await?;
        let now = self.clock().now_us();
        let mut batch = Batch::new();
        rows::opened(&mut batch, self.org(), i.pickup.id, now);
        let all = recipients::of_message(self.db(), self.org(), i.message.id).await?;
        if let Some(r) = all.iter().find(|r| r.id == i.pickup.recipient_id)
            && let Some(from @ (RecipientState::Delivered | RecipientState::Queued)) =
                RecipientState::from_name(&r.state)
        {
            let change = StateChange {
                message_id: i.message.id,
                id: r.id,
                from: from.as_str(),
                to: RecipientState::Opened.as_str(),
                at_us: now,
                next_try_us: None,
                sealed_outcome: Some(self.seal(
                    purpose::RECIPIENT_OUTCOME,
                    r.id.as_bytes(),
                    &SealedOutcome::default(),
                )?),
            };
            recipients::set_state(&mut batch, self.org(), change, guard::STATE);
        }
        self.audit(&mut batch, self.inside_entry(AuditKind::PickupRead, &i, s))?;
        if let Some(mailbox) = i.message.mailbox_id {
            self.announce(&mut batch, Change::Message(mailbox, i.message.id));
        }
        match self.db().write(batch).await {
            // Somebody changed the state at the same moment: what counts is that the reading is audited.
            Err(StoreError::Guard(_)) => {
                self.audit_alone(self.inside_entry(AuditKind::PickupRead, &i, s)).await?;
            }
            other => {
                other?;
            }
        }
        Ok(PickupMessage {
            sender: i.head.from.clone(),
            org_name: self.org_name().await?,
            at: from_us(i.message.at_us),
            subject: i.head.subject.clone(),
            text: i.body.text.clone(),
            has_html: i.body.html.is_some(),
            files: self.files_of(Owner::Message(i.message.id.0)).await?,
            expires_at: from_us(i.pickup.expires_us),
            replies: self.replies_of(&i).await?,
            language: i.sealed.language,
        })
    }

    /// The HTML of the message as it came, with its files.
    ///
    /// # Errors
    /// [`Error::NotFound`] also when there is none.
    pub async fn pickup_html(&self, s: &PickupSession) -> Result<(String, Vec<AttachmentMeta>)> {
        let i = self.inside(s).await?;
        let html = i.body.html.ok_or(Error::NotFound)?;
        Ok((html, self.files_of(Owner::Message(i.message.id.0)).await?))
    }

    /// Downloads a file.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn pickup_attachment(&self, s: &PickupSession, file: AttachmentId) -> Result<OpenedFile> {
        let i = self.inside(s).await?;
        let (meta, data) = self.open_file(Owner::Message(i.message.id.0), file).await?;
        let entry = self.inside_entry(AuditKind::PickupAttachmentRead, &i, s);
        self.audit_alone(entry.with("file", meta.file_name.clone())).await?;
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
        let mut batch = Batch::new();
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
        let id = MessageId(self.clock().new_id());
        let now = self.clock().now_us();
        let loaded = self.load_files(owner, &chosen).await?;
        let subject =
            if i.head.subject.starts_with("Re:") { i.head.subject.clone() } else { format!("Re: {}", i.head.subject) };
        let findings = self.scan(&subject, text, loaded).await?.findings;
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
            has_html: false,
        };
        let body = Body {
            text: text.to_owned(),
            html: None,
            plan: None,
            findings: Some(findings.clone()),
            expires_days: None,
        };
        let size = text.len() as u64 + chosen.iter().map(|f| f.size).sum::<u64>();
        let row = MessageRow {
            id,
            thread_id: i.message.thread_id,
            at_us: now,
            origin: origin_name(Origin::Portal).to_owned(),
            mailbox_id: None,
            sender_id: None,
            attachments: i64::try_from(chosen.len()).unwrap_or(i64::MAX),
            size: i64::try_from(size).unwrap_or(i64::MAX),
            sensitivity: sensitivity_name(findings.sensitivity).to_owned(),
            policy_version: 0,
            rfc_id_index: self.index(purpose::MESSAGE_RFC_ID, &head.rfc_id),
            wrapped_key,
            sealed_head: seal_with(&key, purpose::MESSAGE_HEAD, id.as_bytes(), &head)?,
            sealed_body: seal_with(&key, purpose::MESSAGE_BODY, id.as_bytes(), &body)?,
            sealed_raw: None,
            raw_blob_id: None,
        };
        let mut batch = Batch::new();
        messages::insert(&mut batch, self.org(), row);
        self.hand_over_files(&mut batch, &chosen, owner, Owner::Message(id.0));
        self.place_in_inbox(&mut batch, mailbox, id, now);
        let entry = self.inside_entry(AuditKind::PickupReplied, &i, s);
        self.audit(&mut batch, entry.with("reply", id.to_string()))?;
        self.db().write(batch).await?;
        Ok(id)
    }

    async fn replies_of(&self, i: &Inside) -> Result<Vec<PickupReply>> {
        let thread: ThreadId = i.message.thread_id;
        let guest = i.sealed.guest.address.normalised();
        let portal = origin_name(Origin::Portal);
        let mut out = Vec::new();
        for id in messages::of_thread(self.db(), self.org(), thread, portal, 100).await? {
            let Some(row) = messages::get(self.db(), self.org(), id).await? else { continue };
            let (head, body) = self.open_row(&row).await?;
            // A thread may hold several guests: each sees only the own answers.
            if head.from.address.normalised() == guest && head.in_reply_to.as_deref() == Some(&i.head.rfc_id) {
                let files = self.files_of(Owner::Message(id.0)).await?;
                out.push(PickupReply { at: from_us(row.at_us), text: body.text, files });
            }
        }
        Ok(out)
    }

    async fn inside(&self, s: &PickupSession) -> Result<Inside> {
        let p = rows::get(self.db(), self.org(), s.pickup_id).await?.ok_or(Error::NotFound)?;
        if p.state != "ready" || p.expires_us <= self.clock().now_us() {
            return Err(Error::NotFound);
        }
        let sealed = self.unseal(purpose::PICKUP, p.id.as_bytes(), &p.sealed_pickup)?;
        let message = messages::get(self.db(), self.org(), p.message_id).await?.ok_or(Error::NotFound)?;
        let (head, body) = self.open_row(&message).await?;
        Ok(Inside { pickup: p, sealed, message, head, body })
    }

    async fn pickup_by_token(&self, token: &str) -> Result<Option<(PickupRow, SealedPickup)>> {
        // A token has 43 characters; anything else is not worth a look-up.
        if token.len() != 43 {
            return Ok(None);
        }
        let hash = self.vault().hash_secret(purpose::PICKUP_TOKEN, token.as_bytes()).to_vec();
        let Some(p) = rows::by_token(self.db(), self.org(), hash).await? else { return Ok(None) };
        let sealed = self.unseal(purpose::PICKUP, p.id.as_bytes(), &p.sealed_pickup)?;
        Ok(Some((p, sealed)))
    }

    async fn open_door(&self, token: &str) -> Result<(PickupRow, SealedPickup)> {
        let found = self.pickup_by_token(token).await?.ok_or(Error::NotFound)?;
        match state_of(&found.0, self.clock().now_us()) {
            PickupState::Ready => Ok(found),
            PickupState::Locked => Err(Error::Locked { until_us: found.0.locked_until_us }),
            PickupState::Expired | PickupState::Recalled | PickupState::Unknown => Err(Error::NotFound),
        }
    }

    async fn wrong_answer<T>(
        &self,
        p: &PickupRow,
        sealed: &SealedPickup,
        network: Option<IpAddr>,
        request: Option<String>,
    ) -> Result<T> {
        if p.tries + 1 >= TRIES_LIMIT {
            return self.lock_door(p, sealed, network, request).await;
        }
        let entry = self.guest_entry(AuditKind::PickupVerified, p, sealed, network, request);
        self.audit_alone(entry.outcome(Outcome::Refused).with("tries", (p.tries + 1).to_string())).await?;
        Err(Error::Unauthenticated)
    }

    async fn lock_door<T>(
        &self,
        p: &PickupRow,
        sealed: &SealedPickup,
        network: Option<IpAddr>,
        request: Option<String>,
    ) -> Result<T> {
        let doublings = u32::try_from(p.locks).unwrap_or(0).min(7);
        let until_us = self.clock().now_us() + LOCK_US * 2_i64.pow(doublings);
        let mut batch = Batch::new();
        rows::lock(&mut batch, self.org(), p.id, until_us);
        let entry = self.guest_entry(AuditKind::PickupLocked, p, sealed, network, request);
        self.audit(&mut batch, entry.outcome(Outcome::Refused).with("until", from_us(until_us).to_string()))?;
        if let Some(m) = messages::get(self.db(), self.org(), p.message_id).await?
            && let Some(mailbox) = m.mailbox_id
        {
            self.announce(&mut batch, Change::Message(mailbox, p.message_id));
        }
        self.db().write(batch).await?;
        Err(Error::Locked { until_us })
    }

    /// Files of a reply that is being written.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn pickup_reply_files(&self, s: &PickupSession) -> Result<Vec<AttachmentMeta>> {
        let i = self.inside(s).await?;
        self.files_of(Owner::Pickup(i.pickup.id.0)).await
    }

    fn code_hash(&self, id: PickupId, code: &str) -> Vec<u8> {
        // Bound to the pick-up: a code of another door is another hash.
        self.vault().hash_secret(purpose::PICKUP_CODE, format!("{id}:{code}").as_bytes()).to_vec()
    }
    fn guest_session_hash(&self, secret: &str) -> Vec<u8> {
        self.vault().hash_secret(purpose::PICKUP_SESSION, secret.as_bytes()).to_vec()
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

fn state_of(p: &PickupRow, now: i64) -> PickupState {
    match p.state.as_str() {
        "recalled" => PickupState::Recalled,
        "expired" => PickupState::Expired,
        _ if p.expires_us <= now => PickupState::Expired,
        _ if p.locked_until_us > now => PickupState::Locked,
        _ => PickupState::Ready,
    }
}

fn rate_limited(wait_us: i64) -> Error {
    Error::RateLimited { retry_after_seconds: u32::try_from(wait_us / SECOND_US + 1).unwrap_or(60).max(1) }
}
