//! The house behind the SMTP doors: what commands and messages mean, asked of the use cases.

use crate::mime::{self, MimeError, MimeLimits, NoticeAction, ParsedMail};
use crate::smtp::{Accepted, AuthOutcome, Envelope, MailService, Peer, Reply, received_header};
use async_trait::async_trait;
use bytes::Bytes;
use futures::future::BoxFuture;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;
use wardpost_core::identity::Client;
use wardpost_core::live::Change;
use wardpost_core::mail::{Bounce, Inbound, NewFile, SentOutcome, Submission};
use wardpost_core::{Core, Error};
use wardpost_model::EmailAddress;
use wardpost_model::message::{Party, ReceivedInfo, RecipientKind};
use wardpost_model::person::Actor;
use wardpost_model::plan::{Action, Plan, Reason, Route};

/// Messages up to this size are parsed where they arrive; larger ones on a blocking thread.
const PARSE_IN_PLACE: usize = 64 * 1024;

/// Answers for an organisation's use cases.
pub struct House {
    core: Core,
    hostname: String,
    limits: MimeLimits,
}

impl House {
    /// The house of these use cases; `hostname` stands in trace fields.
    #[must_use]
    pub fn new(core: Core, hostname: &str) -> Arc<Self> {
        let total = usize::try_from(core.config().max_message_bytes).unwrap_or(usize::MAX);
        let limits = MimeLimits { total, ..MimeLimits::default() };
        Arc::new(Self { core, hostname: hostname.to_owned(), limits })
    }

    async fn parse(&self, data: &Bytes) -> Result<ParsedMail, Reply> {
        let parsed = if data.len() <= PARSE_IN_PLACE {
            mime::parse(data, &self.limits)
        } else {
            let (data, limits) = (data.clone(), self.limits.clone());
            tokio::task::spawn_blocking(move || mime::parse(&data, &limits)).await.map_err(|_| Reply::try_later())?
        };
        parsed.map_err(|e| match e {
            MimeError::TooLarge => Reply::new(552, [5, 3, 4], "The message is too large"),
            e => Reply::with_text(554, [5, 6, 0], format!("The message can't be read safely: {e}")),
        })
    }

    async fn receive(&self, peer: &Peer, envelope: Envelope, data: Bytes) -> Result<Accepted, Reply> {
        let m = self.parse(&data).await?;
        if m.ambiguous_from {
            // Which of them a reader is shown differs by program: nobody honest needs that (RFC 7489 §6.6.1).
            return Err(Reply::new(550, [5, 6, 0], "The message has more than one From address"));
        }
        let session = peer.session.simple().to_string();
        if let Some(bounce) = bounce(&m, &envelope, peer, &session) {
            // Before the report itself is taken in: should that fail, both are done again.
            self.core.note_bounce(&bounce).await.map_err(|e| refusal(&e))?;
        }
        let trace = received_header(peer, false, &self.hostname, &envelope, &session, self.core.clock().now());
        let mut raw = Vec::with_capacity(trace.len() + data.len());
        raw.extend_from_slice(trace.as_bytes());
        raw.extend_from_slice(&data);
        let inbound = Inbound {
            envelope_from: envelope.from,
            recipients: envelope.recipients,
            received: ReceivedInfo {
                tls: peer.tls.as_ref().map(ToString::to_string),
                peer: peer.helo.as_ref().map_or_else(String::new, |h| h.name.clone()),
                authenticated: false,
            },
            network: Some(peer.address.ip()),
            request_id: Some(session),
            from: m.from,
            to: m.to,
            cc: m.cc,
            reply_to: m.reply_to.into_iter().next(),
            subject: m.subject,
            text: m.text,
            html: m.html,
            files: files(m.attachments),
            rfc_id: m.message_id,
            in_reply_to: m.in_reply_to,
            references: m.references,
            raw: raw.into(),
        };
        let received = self.core.receive(inbound).await.map_err(|e| refusal(&e))?;
        Ok(Accepted { queue_id: received.message_id.0.simple().to_string() })
    }

    async fn submit(&self, peer: &Peer, actor: &Actor, envelope: Envelope, data: Bytes) -> Result<Accepted, Reply> {
        let m = self.parse(&data).await?;
        let now = self.core.clock().now();
        let from = match (m.from, m.ambiguous_from) {
            (Some(party), false) => party,
            _ => return Err(Reply::new(550, [5, 7, 1], "The message needs exactly one From address")),
        };
        let session = peer.session.simple().to_string();
        // The trace names this house, not the network in which the mail program sits.
        let new_id = format!("{}@{}", self.core.clock().new_id().simple(), self.hostname);
        let scrubbed = mime::scrub(&data, "", &new_id, now);
        let submission = Submission {
            from: from.address,
            recipients: recipients(&envelope.recipients, &m.to, &m.cc),
            subject: m.subject,
            text: m.text,
            html: m.html,
            files: files(m.attachments),
            rfc_id: Some(scrubbed.message_id),
            in_reply_to: m.in_reply_to,
            references: m.references,
            size: data.len() as u64,
            raw: sealed_by_sender(&data).then(|| scrubbed.data.into()),
        };
        // A message takes a while to arrive: who was signed out meanwhile sends nothing more.
        if !self.still(actor).await? {
            return Err(Reply::new(550, [5, 7, 1], "You were signed out, or can't send from this network"));
        }
        let actor = Actor { request_id: Some(session), ..actor.clone() };
        let sent = self.core.submit(&actor, submission).await.map_err(|e| refusal(&e))?;
        let id = sent.message_id.0.simple();
        let queue_id = match sent.outcome {
            SentOutcome::Sent => id.to_string(),
            SentOutcome::Held => format!("{id} (waits for a colleague's review; you will hear by mail)"),
        };
        Ok(Accepted { queue_id })
    }
}

impl House {
    /// Whether a mail program that has signed in may go on.
    async fn still(&self, actor: &Actor) -> Result<bool, Reply> {
        self.core.mail_program_may(actor).await.map_err(|e| refusal(&e))
    }
}

/// Waits until a mail program that has signed in may go on no longer: looks anew when sessions or devices of its person
/// ended, or people, roles or rules changed.
async fn revoked(core: Core, actor: Actor) {
    let mut events = core.live().subscribe();
    loop {
        match core.mail_program_may(&actor).await {
            Ok(false) => return,
            Ok(true) => {}
            // The store is in trouble: MAIL asks again.
            Err(e) => log(&e),
        }
        loop {
            match events.recv().await {
                Ok(e) if e.change == Change::Sessions(actor.person_id) || e.change == Change::House => break,
                Err(RecvError::Lagged(_)) => break,
                Ok(_) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }
}

#[async_trait]
impl MailService for House {
    type Identity = Actor;

    async fn authenticate(&self, peer: &Peer, user: &str, password: &str) -> AuthOutcome<Actor> {
        let client = Client {
            network: Some(peer.address.ip()),
            user_agent: None,
            request_id: Some(peer.session.simple().to_string()),
            device: None,
            certificate: peer.certificate.clone(),
        };
        match self.core.authenticate_submission(user, password, &client).await {
            Ok(actor) => AuthOutcome::Accepted(actor),
            Err(Error::Unauthenticated | Error::Denied(_)) => AuthOutcome::Refused,
            Err(Error::RateLimited { .. } | Error::Locked { .. } | Error::Unavailable(_)) => AuthOutcome::TryLater,
            Err(e) => {
                log(&e);
                AuthOutcome::TryLater
            }
        }
    }

    async fn sender(&self, _: &Peer, actor: Option<&Actor>, from: Option<&EmailAddress>) -> Result<(), Reply> {
        match (actor, from) {
            // From the internet anybody may write; who it really was is shown with the message.
            (None, _) => Ok(()),
            (Some(actor), _) if !self.still(actor).await? => {
                Err(Reply::new(550, [5, 7, 1], "You were signed out, or can't send from this network"))
            }
            (Some(actor), Some(from)) => match self.core.may_send_from(actor, from).await {
                Ok(true) => Ok(()),
                Ok(false) => Err(Reply::new(550, [5, 7, 1], "You can't send from that address")),
                Err(e) => Err(refusal(&e)),
            },
            (Some(_), None) => Err(Reply::new(550, [5, 7, 1], "A mail program needs a sender address")),
        }
    }

    fn revoked(&self, actor: &Actor) -> BoxFuture<'static, ()> {
        Box::pin(revoked(self.core.clone(), actor.clone()))
    }

    async fn recipient(&self, _: &Peer, actor: Option<&Actor>, rcpt: &EmailAddress) -> Result<(), Reply> {
        if actor.is_some() {
            // Where it can go is the gate's decision, made for the whole message.
            return Ok(());
        }
        match self.core.accepts_mail_for(rcpt).await {
            Ok(true) => Ok(()),
            Ok(false) => match self.core.own_domain(rcpt.domain()).await {
                Ok(true) => Err(Reply::no_such_mailbox()),
                Ok(false) => Err(Reply::relay_refused()),
                Err(e) => Err(refusal(&e)),
            },
            Err(e) => Err(refusal(&e)),
        }
    }

    async fn message(
        &self,
        peer: &Peer,
        actor: Option<&Actor>,
        envelope: Envelope,
        data: Bytes,
    ) -> Result<Accepted, Reply> {
        match actor {
            None => self.receive(peer, envelope, data).await,
            Some(actor) => self.submit(peer, actor, envelope, data).await,
        }
    }
}

/// Whether the sender's own program signed or encrypted the message (RFC 8551): it can't be written anew then.
fn sealed_by_sender(raw: &[u8]) -> bool {
    let kind = mime::header_value(raw, "content-type").unwrap_or_default().to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    matches!(kind, "multipart/signed" | "multipart/encrypted" | "application/pkcs7-mime" | "application/x-pkcs7-mime")
}

/// What a report with the null sender (RFC 3464 §2) says of recipients that were not reached.
fn bounce(m: &ParsedMail, envelope: &Envelope, peer: &Peer, session: &str) -> Option<Bounce> {
    let report = m.delivery_status.as_ref().filter(|_| envelope.from.is_none())?;
    let failed = report.recipients.iter().filter(|r| r.action == NoticeAction::Failed);
    let failed: Vec<_> = failed
        .map(|r| {
            let [class, subject, detail] = r.status;
            let said = r.diagnostic.as_deref().unwrap_or_default();
            (r.address.clone(), format!("{class}.{subject}.{detail} {said}").trim_end().to_owned())
        })
        .collect();
    if failed.is_empty() {
        return None;
    }
    let about = report.about.iter().chain(&m.in_reply_to).chain(m.references.iter().rev().take(10));
    Some(Bounce {
        to: envelope.recipients.clone(),
        about: about.cloned().collect(),
        failed,
        network: Some(peer.address.ip()),
        request_id: Some(session.to_owned()),
    })
}

fn files(attachments: Vec<mime::ParsedAttachment>) -> Vec<NewFile> {
    attachments
        .into_iter()
        .map(|a| NewFile {
            file_name: a.file_name,
            media_type: a.media_type,
            content_id: a.content_id,
            data: a.data.into(),
        })
        .collect()
}

/// Envelope recipients with the header in which they stand; those in none are blind copies.
fn recipients(envelope: &[EmailAddress], to: &[Party], cc: &[Party]) -> Vec<(Party, RecipientKind)> {
    let mut known: BTreeMap<String, (&Party, RecipientKind)> = BTreeMap::new();
    for (parties, kind) in [(cc, RecipientKind::Cc), (to, RecipientKind::To)] {
        known.extend(parties.iter().map(|p| (p.address.normalised(), (p, kind))));
    }
    let mut seen = std::collections::BTreeSet::new();
    envelope
        .iter()
        .filter(|a| seen.insert(a.normalised()))
        .map(|address| match known.get(&address.normalised()) {
            Some((party, kind)) => ((*party).clone(), *kind),
            None => (Party { name: String::new(), address: address.clone() }, RecipientKind::Bcc),
        })
        .collect()
}

/// What a peer or a mail program is told when a use case did not happen.
fn refusal(e: &Error) -> Reply {
    match e {
        Error::Blocked(_) => Reply::new(
            550,
            [5, 7, 1],
            "Your organisation's policy does not allow this message to leave: it holds personal health information",
        ),
        Error::NotReady(plan) => Reply::with_text(550, [5, 7, 1], not_ready(plan)),
        Error::NotFound => Reply::no_such_mailbox(),
        Error::Denied("not_your_address") => Reply::new(550, [5, 7, 1], "You can't send from that address"),
        Error::Denied(_) | Error::NoRelation { .. } | Error::Unauthenticated | Error::WrongAnswer { .. } => {
            Reply::new(550, [5, 7, 1], "You may not do this")
        }
        Error::TooLarge { .. } => Reply::new(552, [5, 3, 4], "The message is too large"),
        Error::Validation(_) => Reply::new(554, [5, 6, 0], "The message can't be accepted in this form"),
        Error::RateLimited { .. } | Error::Locked { .. } => {
            Reply::new(451, [4, 7, 1], "Too many at once, please try again later")
        }
        Error::Unavailable("storage is full") => Reply::no_room(),
        Error::Unavailable(_) | Error::Conflict(_) | Error::RoleInUse { .. } | Error::VersionConflict => {
            Reply::try_later()
        }
        Error::Internal { .. } => {
            log(e);
            Reply::try_later()
        }
    }
}

/// Names the first recipient that can't be reached safely, and what would help.
fn not_ready(plan: &Plan) -> String {
    let Some(stuck) = plan.recipients.iter().find(|r| r.route == Route::None || r.must_confirm) else {
        return "The message can't be sent yet: look at it in Wardpost".to_owned();
    };
    let why = if stuck.reasons.contains(&Reason::NoSuchMailbox) {
        "there is no such mailbox in your organisation"
    } else if plan.action == Action::Hold && stuck.reasons.contains(&Reason::NeedsSecondFactor) {
        "a colleague must look at it first, and it may then go by pick-up: send it in Wardpost with a mobile number or an agreed secret"
    } else if stuck.reasons.contains(&Reason::NeedsSecondFactor) {
        "it can't be reached safely by mail: send it in Wardpost with a mobile number or an agreed secret"
    } else {
        "the address must be confirmed first: send it in Wardpost"
    };
    // A mail program can't ask for the reason: there it is honestly not possible.
    let anyway = if plan.may_override() { "; or send it anyway in Wardpost, with a reason" } else { "" };
    format!("Not sent to <{}>: {why}{anyway}", stuck.address)
}

fn log(e: &Error) {
    tracing::error!(error = e as &dyn std::error::Error, "a message could not be handled");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn envelope_recipients_outside_the_headers_are_blind_copies_and_none_is_doubled() {
        let a = |s: &str| s.parse::<EmailAddress>().unwrap();
        let party = |s: &str| Party { name: "N".into(), address: a(s) };
        let got = recipients(
            &[a("to@x.example"), a("CC@x.example"), a("bcc@x.example"), a("cc@x.example")],
            &[party("To@x.example")],
            &[party("cc@x.example"), party("to@x.example")],
        );
        let kinds: Vec<_> = got.iter().map(|(p, k)| (p.address.normalised(), *k)).collect();
        assert_eq!(
            kinds,
            [
                ("to@x.example".to_owned(), RecipientKind::To),
                ("cc@x.example".to_owned(), RecipientKind::Cc),
                ("bcc@x.example".to_owned(), RecipientKind::Bcc)
            ]
        );
    }
}
