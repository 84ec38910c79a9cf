//! Writing an entry: details sealed, a salted leaf over everything, all in the batch of the act.

use crate::people::Behalf;
use crate::seal::purpose;
use crate::{Core, Result};
use aws_lc_rs::digest::{SHA256, digest};
use std::ops::Range;
use uuid::Uuid;
use wardpost_model::audit::{AuditAgent, AuditDetails, AuditKind, AuditObject, Outcome};
use wardpost_model::ground::Ground;
use wardpost_model::person::{Actor, Mailbox};
use wardpost_model::{AuditId, MessageId, PersonId};
use wardpost_store::Batch;
use wardpost_store::repo::audit::{self as rows, EntryRow};
use wardpost_tlog::Hash;

/// Version of the leaf's encoding; part of the leaf.
pub const LEAF_VERSION: u8 = 1;

/// An entry to be written.
#[derive(Debug, Clone)]
pub struct NewEntry {
    kind: AuditKind,
    agent: AuditAgent,
    object: Option<AuditObject>,
    outcome: Outcome,
    patient: Option<String>,
    details: AuditDetails,
}

impl NewEntry {
    /// What a signed-in person did.
    #[must_use]
    pub fn by(actor: &Actor, kind: AuditKind) -> Self {
        let details = AuditDetails {
            agent_name: Some(actor.name.clone()),
            network: actor.network.map(|n| n.to_string()),
            request_id: actor.request_id.clone(),
            // Whoever acts for a patient does so in both names.
            on_behalf_of: actor.circumstances.acting_for.as_ref().map(|a| a.name.clone()),
            more: actor.circumstances.acting_for.iter().map(|a| ("acts_for".to_owned(), a.name.clone())).collect(),
            ..AuditDetails::default()
        };
        let agent = AuditAgent::Person { id: actor.person_id, roles: actor.roles.clone() };
        Self { kind, agent, object: None, outcome: Outcome::Success, patient: None, details }
    }
    /// What somebody without an account, another server or Wardpost itself did.
    #[must_use]
    pub fn of(agent: AuditAgent, kind: AuditKind) -> Self {
        Self { kind, agent, object: None, outcome: Outcome::Success, patient: None, details: AuditDetails::default() }
    }
    /// What Wardpost itself did.
    #[must_use]
    pub fn system(kind: AuditKind) -> Self {
        Self::of(AuditAgent::System, kind)
    }
    /// The person who acted, if it is one.
    #[must_use]
    pub const fn person(&self) -> Option<PersonId> {
        match self.agent {
            AuditAgent::Person { id, .. } => Some(id),
            _ => None,
        }
    }
    /// On which object.
    #[must_use]
    pub fn on(mut self, kind: &str, id: impl ToString) -> Self {
        self.object = Some(AuditObject { kind: kind.to_owned(), id: id.to_string() });
        self
    }
    /// On a message.
    #[must_use]
    pub fn on_message(self, id: MessageId) -> Self {
        self.on("message", id)
    }
    /// On a person.
    #[must_use]
    pub fn on_person(self, id: PersonId) -> Self {
        self.on("person", id)
    }
    /// How it ended.
    #[must_use]
    pub fn outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }
    /// Whose data it is: indexed, so that entries can be found by patient.
    #[must_use]
    pub fn patient(mut self, patient: Option<&str>) -> Self {
        self.patient = patient.map(str::to_owned);
        self.details.patient.clone_from(&self.patient);
        self
    }
    /// On which ground the patient's data was opened (NL-06).
    #[must_use]
    pub fn ground(mut self, ground: Option<Ground>) -> Self {
        self.details.ground = ground.map(|g| g.as_str().to_owned());
        if let Some(id) = ground.and_then(Ground::reference) {
            self.details.more.insert("ground_id".to_owned(), id.to_string());
        }
        self
    }
    /// On whose behalf.
    #[must_use]
    pub fn on_behalf_of(mut self, whom: impl Into<String>) -> Self {
        self.details.on_behalf_of = Some(whom.into());
        self
    }
    /// In whose name: the mailbox, and the colleague for whom the agent acts by a mandate (NL-03).
    #[must_use]
    pub(crate) fn in_mailbox(self, mailbox: &Mailbox, behalf: Option<&Behalf>) -> Self {
        let entry = self.on_behalf_of(mailbox.address.to_string());
        match behalf {
            Some(b) => entry.with("acts_for", &b.grantor).with("mandate_id", b.mandate.id.to_string()),
            None => entry,
        }
    }
    /// Name of the agent, where it is no person with an account.
    #[must_use]
    pub fn agent_name(mut self, name: impl Into<String>) -> Self {
        self.details.agent_name = Some(name.into());
        self
    }
    /// From where.
    #[must_use]
    pub fn network(mut self, network: Option<impl ToString>) -> Self {
        self.details.network = network.map(|n| n.to_string());
        self
    }
    /// Joins the entry to the log of requests.
    #[must_use]
    pub fn request(mut self, id: Option<String>) -> Self {
        self.details.request_id = id;
        self
    }
    /// Why.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.details.why = Some(why.into());
        self
    }
    /// Anything else, named.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.details.more.insert(name.to_owned(), value.into());
        self
    }
}

impl Core {
    /// Adds an entry to the batch of the act that it tells of.
    ///
    /// # Errors
    /// When the details can't be sealed.
    pub(crate) fn audit(&self, batch: &mut Batch, entry: NewEntry) -> Result<AuditId> {
        let at_us = self.clock().now_us();
        let id = id_at(at_us);
        let (agent_kind, person_id, roles) = match &entry.agent {
            AuditAgent::Person { id, roles } => ("person", Some(*id), roles.join("\n")),
            AuditAgent::Guest => ("guest", None, String::new()),
            AuditAgent::Peer => ("peer", None, String::new()),
            AuditAgent::System => ("system", None, String::new()),
        };
        let sealed = self.seal(purpose::AUDIT_DETAILS, id.as_bytes(), &entry.details)?;
        let salt: [u8; 16] = wardpost_vault::random_bytes();
        let object = entry.object.unwrap_or(AuditObject { kind: String::new(), id: String::new() });
        let mut row = EntryRow {
            id,
            at_us,
            kind: entry.kind.as_str().to_owned(),
            outcome: entry.outcome.as_str().to_owned(),
            agent_kind: agent_kind.to_owned(),
            person_id,
            roles,
            object_kind: object.kind,
            object_id: object.id,
            patient_index: entry.patient.as_deref().map(|p| self.patient_index(p)),
            salt: salt.to_vec(),
            details_hash: digest(&SHA256, &sealed).as_ref().to_vec(),
            sealed_details: Some(sealed),
            leaf_hash: Vec::new(),
            seq: None,
        };
        row.leaf_hash = leaf_of(&row).as_bytes().to_vec();
        rows::insert(batch, self.org(), row);
        Ok(id)
    }

    /// Writes an entry by itself: for acts that change nothing else (a refusal, a read).
    ///
    /// # Errors
    /// When it can't be made durable: the caller must not go on.
    pub(crate) async fn audit_alone(&self, entry: NewEntry) -> Result<()> {
        let mut batch = Batch::new();
        self.audit(&mut batch, entry)?;
        self.db().write(batch).await?;
        Ok(())
    }

    /// The index by which a patient's entries are found.
    pub(crate) fn patient_index(&self, patient: &str) -> Vec<u8> {
        self.index(purpose::PATIENT, &normal_patient(patient))
    }
}

/// An id made of the entry's own time (RFC 9562 version 7, microseconds in place of the first random bits): ids are in
/// the order of the entries, and a span of time is a span of ids (see [`ids_within`]).
fn id_at(at_us: i64) -> AuditId {
    let at_us = at_us.max(0).unsigned_abs();
    let mut tail: [u8; 10] = wardpost_vault::random_bytes();
    if let Some((us, _random)) = tail.split_first_chunk_mut() {
        *us = u16::try_from(at_us % 1000).unwrap_or(0).to_be_bytes();
    }
    AuditId(uuid::Builder::from_unix_timestamp_millis(at_us / 1000, &tail).into_uuid())
}

/// The ids of all entries of a span of time, both in microseconds and from inclusive, to exclusive.
pub(super) fn ids_within(time: &Range<i64>) -> Range<AuditId> {
    const LAST_MS: i64 = (1 << 48) - 1;
    let first_of = |ms: i64| AuditId(Uuid::from_u128(u128::from(ms.clamp(0, LAST_MS).unsigned_abs()) << 80));
    let to_ms = time.end.div_euclid(1000);
    let end = if to_ms < LAST_MS { first_of(to_ms + 1) } else { AuditId(Uuid::max()) };
    first_of(time.start.div_euclid(1000))..end
}

/// Letters and digits of a patient's reference in lower case, without the name of the numbering system before a number:
/// `BSN 111.222.333` and `111222333` are one patient.
fn normal_patient(patient: &str) -> String {
    const SYSTEMS: [&str; 6] = ["bsn", "nhs", "ssn", "mrn", "nr", "no"];
    let lower = patient.to_lowercase();
    let label = |w: &&str| SYSTEMS.contains(&w.trim_matches(|c: char| !c.is_alphanumeric()));
    let words: Vec<&str> = lower.split(|c: char| c.is_whitespace() || c == '-' || c == ':').skip_while(label).collect();
    let normal: String = words.concat().chars().filter(|c| c.is_alphanumeric()).collect();
    if normal.is_empty() { lower.chars().filter(|c| c.is_alphanumeric()).collect() } else { normal }
}

/// The leaf of a row: the RFC 6962 hash of its record.
#[must_use]
pub fn leaf_of(row: &EntryRow) -> Hash {
    wardpost_tlog::leaf_hash(&record_of(row))
}

/// What the log commits to for a row: a versioned, length-prefixed encoding of every plain column, the salt and the
/// hash of the sealed details. Erasing the details leaves it provable.
#[must_use]
pub fn record_of(row: &EntryRow) -> Vec<u8> {
    let mut record = Vec::with_capacity(320);
    record.push(LEAF_VERSION);
    record.extend_from_slice(row.id.as_bytes());
    record.extend_from_slice(&row.at_us.to_be_bytes());
    record.extend_from_slice(row.person_id.map_or([0; 16], |p| *p.as_bytes()).as_slice());
    let present = [u8::from(row.patient_index.is_some()), u8::from(row.person_id.is_some())];
    let fields: [&[u8]; 10] = [
        row.kind.as_bytes(),
        row.outcome.as_bytes(),
        row.agent_kind.as_bytes(),
        row.roles.as_bytes(),
        row.object_kind.as_bytes(),
        row.object_id.as_bytes(),
        row.patient_index.as_deref().unwrap_or_default(),
        &present,
        &row.salt,
        &row.details_hash,
    ];
    for field in fields {
        record.extend_from_slice(&u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
        record.extend_from_slice(field);
    }
    record
}

#[cfg(test)]
mod tests {
    use super::{id_at, ids_within};

    #[test]
    fn a_span_of_time_is_a_span_of_ids() {
        let base = 1_772_438_400_000_000;
        for at in (0..40).map(|i| base + i * 333) {
            let id = id_at(at);
            for (from, to) in [(at, at + 1), (at - 5000, at + 1), (at, i64::MAX), (i64::MIN, at + 1)] {
                assert!(ids_within(&(from..to)).contains(&id), "{from}..{to}");
            }
            assert!(id < id_at(at + 1), "ids are in the order of time");
            assert!(!ids_within(&(at + 1000..i64::MAX)).contains(&id));
            assert!(!ids_within(&(i64::MIN..at - 1000)).contains(&id));
        }
        assert!(ids_within(&(i64::MIN..i64::MAX)).contains(&id_at(-5)));
    }
}
