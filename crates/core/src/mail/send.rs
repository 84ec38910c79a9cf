//! Sending: from a draft or from a mail program, through the one gate, into one commit.

use super::anyway::{require_lifted, withdraw_offer, without_offer};
use super::detector::Seen;
use super::dispatch::{Departure, Leaving};
use super::draft::{Draft, DraftRecipient};
use super::file::Owner;
use super::notice::SenderNotice;
use super::plan::Resolved;
use super::types::{Body, Head, SealedRecipient, Written};
use crate::audit::NewEntry;
use crate::error::guard;
use crate::live::Change;
use crate::people::{Behalf, ContactInput, MailboxRef};
use crate::report::{Tally, direction_of};
use crate::seal::{purpose, seal_with};
use crate::{Core, Error, Result};
use std::collections::BTreeSet;
use wardpost_model::audit::{AuditKind, Outcome};
use wardpost_model::finding::{FindingKind, Findings, Sensitivity};
use wardpost_model::message::{Folder, Origin, Party, RecipientKind, RecipientState};
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, Language};
use wardpost_model::plan::{Action, Plan, Reason, RecipientPlan, SecondFactor};
use wardpost_model::tally::Topic;
use wardpost_model::{DeliveryId, DraftId, EmailAddress, MessageId, PatientId, RecipientId, ThreadId};
use wardpost_store::Batch;
use wardpost_store::repo::message::{self as rows, EntryRow, MessageRow};
use wardpost_store::repo::recipient::{self as recipients, RecipientRow};
use wardpost_store::repo::{draft as drafts, file as files};
use wardpost_vault::DataKey;

/// What happened to a message that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SentOutcome {
    /// It is on its way.
    Sent,
    /// It waits for a second pair of eyes.
    Held,
}

/// A message that was accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// Its id.
    pub message_id: MessageId,
    /// On its way, or held.
    pub outcome: SentOutcome,
    /// The plan that delivery will obey.
    pub plan: Plan,
}

/// Everything about an outgoing message that was decided; only writing is left.
pub(crate) struct Outgoing<'a> {
    pub id: MessageId,
    pub actor: &'a Actor,
    pub mailbox: MailboxRef,
    /// For whom, where the mailbox is a colleague's.
    pub behalf: Option<Behalf>,
    pub origin: Origin,
    pub recipients: Vec<DraftRecipient>,
    pub resolved: Vec<Resolved>,
    pub plan: Plan,
    pub findings: Findings,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
    pub patient: Option<String>,
    pub patient_id: Option<PatientId>,
    pub expires_days: Option<u16>,
    pub files: u32,
    pub size: u64,
    pub thread: ThreadId,
    pub rfc_id: String,
    pub in_reply_to: Option<String>,
    pub references: Vec<String>,
    pub raw: Option<bytes::Bytes>,
    /// Why its sender sends it anyway.
    pub anyway: Option<String>,
}

impl Core {
    /// Sends one's draft in the version that one saw.
    ///
    /// # Errors
    /// [`Error::Blocked`] with the plan when policy forbids it (audited); [`Error::NotReady`] when a recipient must be
    /// confirmed, or has no route; [`Error::VersionConflict`].
    pub async fn send_draft(&self, actor: &Actor, id: DraftId, version: u32) -> Result<Sent> {
        self.send_as_wished(actor, id, version, None).await
    }

    /// Sends a draft; `anyway` for this reason, which was checked.
    pub(super) async fn send_as_wished(
        &self,
        actor: &Actor,
        id: DraftId,
        version: u32,
        anyway: Option<String>,
    ) -> Result<Sent> {
        let draft = self.draft(actor, id).await?;
        if draft.version != version {
            return Err(Error::VersionConflict);
        }
        let object = ("mailbox", draft.mailbox_id);
        let (mailbox, behalf) = self.entrance(actor, Permission::MailSend, draft.mailbox_id, object).await?;
        let owner = Owner::Draft(id.0);
        let files = self.load_files(owner, &draft.files).await?;
        let seen = self.scan(&draft.subject, &draft.text, None, files).await?;
        let (mut plan, resolved) = self.plan_for(&draft, &seen, anyway.is_some()).await?;
        if !actor.may(Permission::MailOverride) {
            withdraw_offer(&mut plan);
        }
        self.check_plan(actor, &mailbox, &plan, &seen).await?;
        if anyway.is_some() {
            require_lifted(&plan)?;
        }
        withdraw_offer(&mut plan);
        let message = MessageId(self.clock().new_id());
        let answered = self.answered(&draft).await?;
        let patient_id = self.linked_patient(draft.patient.as_deref(), &seen.identifiers, answered.thread).await?;
        let outgoing = Outgoing {
            id: message,
            actor,
            mailbox,
            behalf,
            origin: Origin::Web,
            size: draft.text.len() as u64 + draft.files.iter().map(|f| f.size).sum::<u64>(),
            files: u32::try_from(draft.files.len()).unwrap_or(u32::MAX),
            recipients: draft.recipients,
            resolved,
            plan,
            findings: seen.findings,
            subject: draft.subject,
            text: draft.text,
            html: None,
            patient: draft.patient.or_else(|| named_patient(&seen.identifiers)),
            patient_id,
            expires_days: draft.expires_days,
            thread: answered.thread.unwrap_or_else(|| ThreadId(self.clock().new_id())),
            rfc_id: self.make_rfc_id(message),
            in_reply_to: answered.in_reply_to,
            references: answered.references,
            raw: None,
            anyway,
        };
        let mut batch = Batch::new();
        drafts::delete(&mut batch, self.org(), id, actor.person_id, i64::from(version), guard::VERSION);
        self.hand_over_files(&mut batch, &draft.files, owner, Owner::Message(message.0));
        // A file that was attached since the draft was read must not be left behind: the sender looks again.
        files::require_none_left(&mut batch, self.org(), owner.kind(), owner.id(), guard::VERSION);
        self.announce(&mut batch, Change::Drafts(actor.person_id));
        self.commit_outgoing(batch, outgoing).await
    }

    /// A fresh Message-ID of this server.
    pub(crate) fn make_rfc_id(&self, id: MessageId) -> String {
        format!("{}@{}", id.0.simple(), self.config().host_name)
    }

    /// The thread of the message with this Message-ID.
    pub(crate) async fn thread_of(&self, rfc_id: &str) -> Result<Option<ThreadId>> {
        Ok(rows::thread_of(self.db(), self.org(), self.index(purpose::MESSAGE_RFC_ID, rfc_id)).await?)
    }

    /// Refuses what the gate blocks (audited) or what is not ready.
    pub(super) async fn check_plan(&self, actor: &Actor, mailbox: &MailboxRef, plan: &Plan, seen: &Seen) -> Result<()> {
        if !mailbox.active {
            return Err(Error::Conflict("mailbox_closed"));
        }
        if plan.action == Action::Block {
            let entry = NewEntry::by(actor, AuditKind::MessageBlocked)
                .on("mailbox", mailbox.id)
                .on_behalf_of(mailbox.address.to_string())
                .outcome(Outcome::Refused)
                .patient(named_patient(&seen.identifiers).as_deref())
                .why(reasons(plan))
                .with("sensitivity", sensitivity_name(seen.findings.sensitivity))
                .with("policy_version", plan.policy_version.to_string())
                .with("recipients", addresses(&plan.recipients));
            let mut batch = Batch::new();
            self.audit(&mut batch, entry)?;
            self.tally(&mut batch, &Tally::of_message(direction_of(plan), &seen.findings).planned(plan))?;
            self.db().write(batch).await?;
            return Err(Error::Blocked(Box::new(plan.clone())));
        }
        if plan.ready { Ok(()) } else { Err(Error::NotReady(Box::new(plan.clone()))) }
    }

    /// Writes an outgoing message with everything that belongs to it: one commit.
    pub(super) async fn commit_outgoing(&self, mut batch: Batch, o: Outgoing<'_>) -> Result<Sent> {
        let now = self.clock().now_us();
        let held = o.plan.action == Action::Hold;
        let bucket = self.mail_bucket().await?;
        let (key, wrapped_key) = bucket.make_data_key(o.id.as_bytes());
        let written = match &o.behalf {
            Some(_) => {
                Some(Written { by: o.actor.name.clone(), address: self.sender_address(o.actor.person_id).await? })
            }
            None => None,
        };
        self.require_mandate(&mut batch, o.behalf.as_ref());
        let mut row = self.outgoing_row(&o, written, &key, wrapped_key, now)?;
        if let Some(raw) = o.raw.clone() {
            (row.sealed_raw, row.raw_blob_id) = self.keep_raw(key, o.id, raw).await?;
        }
        rows::insert(&mut batch, self.org(), row);
        let sent = EntryRow {
            mailbox_id: o.mailbox.id,
            message_id: o.id,
            folder: Folder::Sent.as_str(),
            at_us: now,
            seen: true,
        };
        rows::insert_entry(&mut batch, self.org(), sent);
        let kind = if held { AuditKind::MessageHeld } else { AuditKind::MessageSent };
        self.audit(&mut batch, self.sent_entry(&o, kind))?;
        if let Some(reason) = &o.anyway {
            self.audit(&mut batch, self.sent_entry(&o, AuditKind::MessageSentAnyway).why(reason.clone()))?;
        }
        let mut tally = Tally::of_message(direction_of(&o.plan), &o.findings).planned(&o.plan);
        if o.anyway.is_some() {
            tally = tally.with(Topic::Override, sensitivity_name(o.findings.sensitivity));
        }
        self.tally(&mut batch, &tally)?;
        let leaving = self.leaving(&o, self.org_language().await?);
        if held {
            for (position, l) in (0i64..).zip(&leaving) {
                self.insert_recipient(&mut batch, o.id, position, l, RecipientState::Held, None, now)?;
            }
            self.hold(&mut batch, &o, now).await?;
            if o.origin == Origin::Submission {
                // A mail program shows no plan: its user is told by mail.
                let notice = SenderNotice::Held { may_override: o.plan.may_override() };
                self.notify_sender(&mut batch, o.mailbox.id, (o.thread, o.patient_id), notice, &o.subject).await?;
            }
        } else {
            let days = self.pickup_days(o.expires_days).await?;
            let patient = o.patient.as_deref();
            let d = Departure { message: o.id, from: &o.mailbox, patient, pickup_days: days, now };
            let placed = self.dispatch(&mut batch, &d, leaving)?;
            for (position, (l, state, delivery)) in (0i64..).zip(&placed) {
                self.insert_recipient(&mut batch, o.id, position, l, *state, *delivery, now)?;
            }
        }
        for r in o.recipients.iter().zip(&o.resolved).filter(|(_, resolved)| resolved.mailbox.is_none()).map(|(r, _)| r)
        {
            self.confirm_contact(&mut batch, o.mailbox.id, &r.party.address);
            // What is held may yet be refused: only a release makes its number or secret known.
            let (phone, secret) = if held { (None, None) } else { (r.phone.clone(), r.secret.clone()) };
            let party = r.party.clone();
            self.remember_contact(&mut batch, o.actor, ContactInput { party, phone, secret, language: None }).await?;
        }
        self.announce(&mut batch, Change::Mailbox(o.mailbox.id));
        self.db().write(batch).await?;
        let outcome = if held { SentOutcome::Held } else { SentOutcome::Sent };
        Ok(Sent { message_id: o.id, outcome, plan: o.plan })
    }

    fn sent_entry(&self, o: &Outgoing<'_>, kind: AuditKind) -> NewEntry {
        let routes: Vec<String> = o.plan.recipients.iter().map(described).collect();
        NewEntry::by(o.actor, kind)
            .on_message(o.id)
            .in_mailbox(&o.mailbox, o.behalf.as_ref())
            .patient(o.patient.as_deref())
            .with("recipients", routes.join(", "))
            .why(reasons(&o.plan))
            .with("sensitivity", sensitivity_name(o.findings.sensitivity))
            .with("policy_version", o.plan.policy_version.to_string())
            .with("files", o.files.to_string())
    }

    fn outgoing_row(
        &self,
        o: &Outgoing<'_>,
        written: Option<Written>,
        key: &DataKey,
        wrapped_key: Vec<u8>,
        now: i64,
    ) -> Result<MessageRow> {
        let of_kind = |k: RecipientKind| {
            o.recipients.iter().filter(|r| r.kind == k).map(|r| r.party.clone()).collect::<Vec<Party>>()
        };
        let head = Head {
            from: Party { name: o.mailbox.name.clone(), address: o.mailbox.address.clone() },
            to: of_kind(RecipientKind::To),
            cc: of_kind(RecipientKind::Cc),
            subject: o.subject.clone(),
            preview: preview(&o.text),
            rfc_id: o.rfc_id.clone(),
            in_reply_to: o.in_reply_to.clone(),
            references: o.references.clone(),
            reply_to: None,
            patient: o.patient.clone(),
            received: None,
            sent_by_name: Some(o.actor.name.clone()),
            written,
            has_html: o.html.is_some(),
        };
        let body = Body {
            text: o.text.clone(),
            html: o.html.clone(),
            plan: Some(without_offer(&o.plan)),
            findings: Some(o.findings.clone()),
            expires_days: o.expires_days,
            anyway: o.anyway.clone(),
            came_in_clear: false,
        };
        let row = o.id.as_bytes();
        Ok(MessageRow {
            id: o.id,
            thread_id: o.thread,
            at_us: now,
            origin: origin_name(o.origin).to_owned(),
            mailbox_id: Some(o.mailbox.id),
            sender_id: Some(o.actor.person_id),
            attachments: i64::from(o.files),
            size: i64::try_from(o.size).unwrap_or(i64::MAX),
            sensitivity: sensitivity_name(o.findings.sensitivity).to_owned(),
            policy_version: i64::from(o.plan.policy_version),
            rfc_id_index: self.index(purpose::MESSAGE_RFC_ID, &o.rfc_id),
            wrapped_key,
            sealed_head: seal_with(key, purpose::MESSAGE_HEAD, row, &head)?,
            sealed_body: seal_with(key, purpose::MESSAGE_BODY, row, &body)?,
            sealed_raw: None,
            raw_blob_id: None,
            patient_id: o.patient_id,
        })
    }

    fn leaving(&self, o: &Outgoing<'_>, house: Language) -> Vec<Leaving> {
        o.recipients
            .iter()
            .zip(&o.resolved)
            .zip(&o.plan.recipients)
            .map(|((r, resolved), plan)| Leaving {
                id: RecipientId(self.clock().new_id()),
                route: plan.route,
                mailbox: resolved.mailbox,
                sealed: SealedRecipient {
                    party: r.party.clone(),
                    kind: r.kind,
                    reasons: plan.reasons.clone(),
                    second_factor: plan.second_factor,
                    phone: resolved.phone.clone(),
                    secret: resolved.secret.clone(),
                    language: resolved.language.unwrap_or_else(|| language_of(&r.party.address, house)),
                },
            })
            .collect()
    }

    #[expect(clippy::too_many_arguments, reason = "one argument a column")]
    fn insert_recipient(
        &self,
        batch: &mut Batch,
        message: MessageId,
        position: i64,
        l: &Leaving,
        state: RecipientState,
        delivery_id: Option<DeliveryId>,
        now: i64,
    ) -> Result<()> {
        let row = RecipientRow {
            message_id: message,
            id: l.id,
            position,
            address_index: self.index(purpose::ADDRESS, &l.sealed.party.address.normalised()),
            mailbox_id: l.mailbox,
            route: l.route.as_str().to_owned(),
            state: state.as_str().to_owned(),
            state_at_us: now,
            next_try_us: (state == RecipientState::Queued).then_some(now),
            delivery_id,
            sealed_recipient: self.seal(purpose::RECIPIENT, l.id.as_bytes(), &l.sealed)?,
            sealed_outcome: None,
        };
        recipients::insert(batch, self.org(), row);
        Ok(())
    }

    async fn answered(&self, draft: &Draft) -> Result<Answered> {
        let Some(id) = draft.in_reply_to else { return Ok(Answered::default()) };
        // The answered message may have left the mailbox since: then the reply stands alone.
        let Some(row) = rows::get(self.db(), self.org(), id).await? else { return Ok(Answered::default()) };
        let (head, _) = self.open_row(&row).await?;
        let mut references = head.references.clone();
        references.push(head.rfc_id.clone());
        let skip = references.len().saturating_sub(30);
        Ok(Answered {
            thread: Some(row.thread_id),
            in_reply_to: Some(head.rfc_id),
            references: references.into_iter().skip(skip).collect(),
        })
    }
}

#[derive(Default)]
struct Answered {
    thread: Option<ThreadId>,
    in_reply_to: Option<String>,
    references: Vec<String>,
}

/// The patient that a message speaks of by number, where its sender did not say: the first, when there are several.
pub(crate) fn named_patient(identifiers: &[(FindingKind, String)]) -> Option<String> {
    let (kind, number) = identifiers.first()?;
    let system = match kind {
        FindingKind::Bsn => "BSN",
        FindingKind::Nhs => "NHS",
        FindingKind::Ssn => "SSN",
        _ => "MRN",
    };
    Some(format!("{system} {number}"))
}

/// First words for lists: at most 140 characters, white space folded.
pub(crate) fn preview(text: &str) -> String {
    let mut out = String::new();
    let mut count = 0;
    for word in text.split_whitespace().take(60) {
        if count > 0 {
            out.push(' ');
            count += 1;
        }
        for c in word.chars() {
            if count >= 140 {
                return out;
            }
            out.push(c);
            count += 1;
        }
    }
    out
}

pub(crate) const fn origin_name(o: Origin) -> &'static str {
    match o {
        Origin::Web => "web",
        Origin::Submission => "submission",
        Origin::Internet => "internet",
        Origin::Portal => "portal",
        Origin::System => "system",
    }
}
pub(crate) fn origin_of(s: &str) -> Origin {
    [Origin::Web, Origin::Submission, Origin::Internet, Origin::Portal]
        .into_iter()
        .find(|o| origin_name(*o) == s)
        .unwrap_or(Origin::System)
}
pub(crate) const fn sensitivity_name(s: Sensitivity) -> &'static str {
    match s {
        Sensitivity::None => "none",
        Sensitivity::Unreadable => "unreadable",
        Sensitivity::Identifier => "identifier",
        Sensitivity::Health => "health",
        Sensitivity::HealthMany => "health_many",
    }
}
pub(crate) fn sensitivity_of(s: &str) -> Sensitivity {
    use Sensitivity::{Health, HealthMany, Identifier, None, Unreadable};
    // What can't be read counts as the worst.
    [None, Unreadable, Identifier, Health].into_iter().find(|v| sensitivity_name(*v) == s).unwrap_or(HealthMany)
}

/// A recipient's route, action and second factor, for the audit log.
fn described(r: &RecipientPlan) -> String {
    let factor = match r.second_factor {
        Some(SecondFactor::Sms) => " with a code by text message",
        Some(SecondFactor::Secret) => " with an agreed secret",
        None => "",
    };
    format!("{} by {}{factor} ({:?})", r.address, r.route.as_str(), r.action)
}

/// Every reason in a plan, once, by its code.
fn reasons(plan: &Plan) -> String {
    let code = |r: &Reason| serde_json::to_value(r).ok()?.get("code")?.as_str().map(str::to_owned);
    let codes: BTreeSet<String> = plan.recipients.iter().flat_map(|r| &r.reasons).filter_map(code).collect();
    codes.into_iter().collect::<Vec<_>>().join(" ")
}

fn addresses(plans: &[RecipientPlan]) -> String {
    plans.iter().map(|r| r.address.to_string()).collect::<Vec<_>>().join(", ")
}

/// The language in which to write to somebody unknown: by the country of the address, else the organisation's.
fn language_of(address: &EmailAddress, house: Language) -> Language {
    match address.domain().as_str().rsplit('.').next() {
        Some("nl" | "be" | "sr") => Language::Nl,
        Some("uk" | "us" | "ie" | "au" | "ca" | "nz") => Language::En,
        _ => house,
    }
}
