//! Receiving from the internet: for known mailboxes only, scanned and sealed, one commit, then said.

use super::file::{NewFile, Owner};
use super::plan::LoadedFile;
use super::send::{named_patient, origin_name, preview, sensitivity_name};
use super::types::{Body, Head};
use crate::audit::NewEntry;
use crate::live::Change;
use crate::report::Tally;
use crate::seal::{purpose, seal_with};
use crate::{Core, Error, Result};
use std::collections::BTreeSet;
use std::net::IpAddr;
use wardpost_model::audit::{AuditAgent, AuditKind};
use wardpost_model::message::{Folder, Origin, Party, ReceivedInfo};
use wardpost_model::policy::Incoming;
use wardpost_model::tally::Direction;
use wardpost_model::{EmailAddress, MailboxId, MessageId, ThreadId};
use wardpost_store::Batch;
use wardpost_store::repo::message::{self as rows, EntryRow, MessageRow};

/// A message that another mail server handed over, parsed by the face.
#[derive(Debug, Clone)]
pub struct Inbound {
    /// MAIL FROM; none for the null sender.
    pub envelope_from: Option<EmailAddress>,
    /// RCPT TO, each accepted by [`Core::accepts_mail_for`] before.
    pub recipients: Vec<EmailAddress>,
    /// How it came.
    pub received: ReceivedInfo,
    /// Address of the peer.
    pub network: Option<IpAddr>,
    /// SMTP session, joins the audit entry to the log.
    pub request_id: Option<String>,
    /// From header; the envelope's sender where there is none.
    pub from: Option<Party>,
    /// To header.
    pub to: Vec<Party>,
    /// Cc header.
    pub cc: Vec<Party>,
    /// Reply-To header.
    pub reply_to: Option<Party>,
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
    /// The message as it came, byte for byte.
    pub raw: bytes::Bytes,
}

/// A message that is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// Its id, the queue id told to the peer.
    pub message_id: MessageId,
}

impl Core {
    /// Whether there is an active mailbox with this address.
    ///
    /// # Errors
    /// When the store fails: the peer is asked to come again.
    pub async fn accepts_mail_for(&self, address: &EmailAddress) -> Result<bool> {
        Ok(self.receiving_mailbox(address).await?.is_some())
    }

    /// Takes a message in. When this returns `Ok`, it is durable.
    ///
    /// # Errors
    /// [`Error::NotFound`] when none of the recipients has a mailbox any more; [`Error::TooLarge`];
    /// [`Error::Unavailable`].
    pub async fn receive(&self, m: Inbound) -> Result<Received> {
        self.check_size(m.raw.len() as u64)?;
        let mailboxes = self.mailboxes_of_addresses(&m.recipients).await?;
        let id = MessageId(self.clock().new_id());
        let now = self.clock().now_us();
        let bucket = self.mail_bucket().await?;
        let (key, wrapped_key) = bucket.make_data_key(id.as_bytes());
        let loaded = m.files.iter().map(LoadedFile::from).collect();
        let seen = self.scan(&m.subject, &m.text, m.html.as_deref(), loaded).await?;
        let patient = named_patient(&seen.identifiers);
        let thread = self.thread_for(m.in_reply_to.as_deref(), &m.references).await?;
        let patient_id = self.linked_patient(None, &seen.identifiers, Some(thread)).await?;
        let mut batch = Batch::new();
        let attachments = i64::try_from(m.files.len()).unwrap_or(i64::MAX);
        for (position, file) in (0i64..).zip(m.files) {
            self.add_file(&mut batch, &bucket, Owner::Message(id.0), position, file).await?;
        }
        let size = i64::try_from(m.raw.len()).unwrap_or(i64::MAX);
        let from = m.from.or_else(|| m.envelope_from.clone().map(|address| Party { name: String::new(), address }));
        let head = Head {
            from: from.unwrap_or_else(unknown_sender),
            to: m.to,
            cc: m.cc,
            subject: m.subject,
            preview: preview(&m.text),
            rfc_id: m.rfc_id.unwrap_or_else(|| self.make_rfc_id(id)),
            in_reply_to: m.in_reply_to,
            references: m.references,
            reply_to: m.reply_to,
            patient: patient.clone(),
            received: Some(m.received),
            sent_by_name: None,
            written: None,
            has_html: m.html.is_some(),
        };
        let told = seen.policy.policy.incoming(&(&seen.findings).into()) == Incoming::Tell;
        let body = Body {
            text: m.text,
            html: m.html,
            plan: None,
            findings: Some(seen.findings.clone()),
            expires_days: None,
            anyway: None,
            came_in_clear: told && head.received.as_ref().is_some_and(|r| r.tls.is_none()),
        };
        let sealed_head = seal_with(&key, purpose::MESSAGE_HEAD, id.as_bytes(), &head)?;
        let sealed_body = seal_with(&key, purpose::MESSAGE_BODY, id.as_bytes(), &body)?;
        let (sealed_raw, raw_blob_id) = self.keep_raw(key, id, m.raw).await?;
        let row = MessageRow {
            id,
            thread_id: thread,
            at_us: now,
            origin: origin_name(Origin::Internet).to_owned(),
            mailbox_id: None,
            sender_id: None,
            attachments,
            size,
            sensitivity: sensitivity_name(seen.findings.sensitivity).to_owned(),
            policy_version: i64::from(seen.policy.version),
            rfc_id_index: self.index(purpose::MESSAGE_RFC_ID, &head.rfc_id),
            wrapped_key,
            sealed_head,
            sealed_body,
            sealed_raw,
            raw_blob_id,
            patient_id,
        };
        rows::insert(&mut batch, self.org(), row);
        for mailbox_id in &mailboxes {
            self.place_in_inbox(&mut batch, *mailbox_id, id, now);
        }
        let entry = NewEntry::of(AuditAgent::Peer, AuditKind::MessageReceived)
            .on_message(id)
            .patient(patient.as_deref())
            .agent_name(m.envelope_from.map_or_else(|| "<>".to_owned(), |a| a.to_string()))
            .network(m.network)
            .request(m.request_id)
            .with("recipients", m.recipients.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
        self.audit(&mut batch, entry)?;
        self.tally(&mut batch, &Tally::of_message(Direction::Incoming, &seen.findings))?;
        self.db().write(batch).await?;
        Ok(Received { message_id: id })
    }

    /// Puts a message, new to the mailbox, on top of its inbox.
    pub(crate) fn place_in_inbox(&self, batch: &mut Batch, mailbox_id: MailboxId, id: MessageId, now: i64) {
        let folder = Folder::Inbox.as_str();
        rows::insert_entry_once(
            batch,
            self.org(),
            EntryRow { mailbox_id, message_id: id, folder, at_us: now, seen: false },
        );
        self.announce(batch, Change::Mailbox(mailbox_id));
    }

    /// The house's own voice.
    pub(crate) fn postmaster(&self) -> Party {
        let address = format!("postmaster@{}", self.config().host_name);
        // A host name that is no domain (an address literal) still needs a From.
        let fallback = || "postmaster@localhost".parse::<EmailAddress>();
        match address.parse().or_else(|_| fallback()) {
            Ok(address) => Party { name: "Wardpost".to_owned(), address },
            Err(_) => unreachable!("a constant address parses"),
        }
    }

    /// The mailboxes of all addresses. One that was closed since its RCPT makes the peer come again: it is refused then.
    async fn mailboxes_of_addresses(&self, addresses: &[EmailAddress]) -> Result<BTreeSet<MailboxId>> {
        let mut found = BTreeSet::new();
        let mut missing = false;
        for address in addresses {
            match self.receiving_mailbox(address).await? {
                Some(mailbox) => _ = found.insert(mailbox.id),
                None => missing = true,
            }
        }
        match (found.is_empty(), missing) {
            (true, _) => Err(Error::NotFound),
            (false, true) => Err(Error::Unavailable("a mailbox was closed meanwhile")),
            (false, false) => Ok(found),
        }
    }

    async fn thread_for(&self, in_reply_to: Option<&str>, references: &[String]) -> Result<ThreadId> {
        let candidates = in_reply_to.into_iter().chain(references.iter().rev().take(3).map(String::as_str));
        for rfc_id in candidates {
            if let Some(thread) = self.thread_of(rfc_id).await? {
                return Ok(thread);
            }
        }
        Ok(ThreadId(self.clock().new_id()))
    }
}

/// Who sent a message that names nobody: never the house's own voice.
fn unknown_sender() -> Party {
    match "unknown@sender.invalid".parse() {
        Ok(address) => Party { name: String::new(), address },
        Err(_) => unreachable!("a constant address parses"),
    }
}
