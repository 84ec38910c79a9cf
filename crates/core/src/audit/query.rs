//! Finding entries: for the privacy officer, and for a sender's proof.

use super::NewEntry;
use crate::clock::from_us;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use uuid::Uuid;
use wardpost_gate::Scope;
use wardpost_model::audit::{AuditAgent, AuditDetails, AuditEntry, AuditKind, AuditObject, Outcome};
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::{AuditId, MessageId, PersonId};
use wardpost_store::repo::audit::{self as rows, EntryRow, Path};

/// Rows looked at for one page; a rarer search returns what it has and a cursor to go on.
const LOOKED_AT_LIMIT: usize = 20_000;
/// Rows fetched at once.
const CHUNK: i64 = 500;

/// What to look for; everything given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Who acted.
    pub person: Option<PersonId>,
    /// Whose data.
    pub patient: Option<String>,
    /// On which message.
    pub message: Option<MessageId>,
    /// What happened, any of these.
    pub kinds: Vec<AuditKind>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// From this time on.
    pub from: Option<Timestamp>,
    /// Before this time.
    pub to: Option<Timestamp>,
}

/// A page of entries, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<AuditEntry>,
    /// Where to go on; none at the end.
    pub next: Option<AuditId>,
}

impl Core {
    /// Searches the log. The search is itself an entry (NL-04), once per search and not per page.
    ///
    /// # Errors
    /// [`Error::Denied`] without `audit.read`.
    pub async fn search_audit(
        &self,
        actor: &Actor,
        query: &AuditQuery,
        before: Option<AuditId>,
        limit: u32,
    ) -> Result<AuditPage> {
        self.allow(actor, Permission::AuditRead, Scope::Organisation).await?;
        if before.is_none() {
            let entry = NewEntry::by(actor, AuditKind::AuditSearched).patient(query.patient.as_deref());
            self.audit_alone(described(entry, query)).await?;
        }
        self.find_entries(query, before, limit.clamp(1, 1000) as usize).await
    }

    /// A page of an export. The first page writes the entry that somebody exported.
    ///
    /// # Errors
    /// [`Error::Denied`] without `audit.read`.
    pub async fn export_audit(
        &self,
        actor: &Actor,
        query: &AuditQuery,
        before: Option<AuditId>,
        format: &str,
    ) -> Result<AuditPage> {
        self.allow(actor, Permission::AuditRead, Scope::Organisation).await?;
        if before.is_none() {
            let entry = NewEntry::by(actor, AuditKind::AuditExported).patient(query.patient.as_deref());
            self.audit_alone(described(entry.with("format", format), query)).await?;
        }
        self.find_entries(query, before, 1000).await
    }

    /// What happened to a message, oldest first (at most 1,000 entries).
    pub(crate) async fn audit_entries_of_message(&self, id: MessageId) -> Result<Vec<AuditEntry>> {
        let query = AuditQuery { message: Some(id), ..AuditQuery::default() };
        let mut page = self.find_entries(&query, None, 1000).await?;
        page.entries.reverse();
        Ok(page.entries)
    }

    async fn find_entries(&self, q: &AuditQuery, before: Option<AuditId>, limit: usize) -> Result<AuditPage> {
        let path = match (&q.message, &q.patient, q.person) {
            (Some(m), _, _) => Path::Object(m.to_string()),
            (None, Some(p), _) => Path::Patient(self.patient_index(p)),
            (None, None, Some(p)) => Path::Person(p),
            (None, None, None) => Path::Time,
        };
        let patient = q.patient.as_deref().map(|p| self.patient_index(p));
        let time = q.from.map_or(i64::MIN, Timestamp::as_microsecond)..q.to.map_or(i64::MAX, Timestamp::as_microsecond);
        let wanted = |r: &EntryRow| {
            q.person.is_none_or(|p| r.person_id == Some(p))
                && patient.as_ref().is_none_or(|p| r.patient_index.as_ref() == Some(p))
                && q.outcome.is_none_or(|o| r.outcome == o.as_str())
                && (q.kinds.is_empty() || q.kinds.iter().any(|k| r.kind == k.as_str()))
        };
        let mut cursor = before.unwrap_or(AuditId(Uuid::max()));
        let mut entries = Vec::new();
        let mut looked_at = 0;
        loop {
            let chunk = rows::newest(self.db(), self.org(), &path, cursor, time.clone(), CHUNK).await?;
            let exhausted = chunk.len() < CHUNK as usize;
            for row in chunk {
                looked_at += 1;
                cursor = row.id;
                if wanted(&row) {
                    entries.push(self.entry_of(row)?);
                    if entries.len() == limit {
                        return Ok(AuditPage { entries, next: Some(cursor) });
                    }
                }
            }
            if exhausted {
                return Ok(AuditPage { entries, next: None });
            }
            if looked_at >= LOOKED_AT_LIMIT {
                return Ok(AuditPage { entries, next: Some(cursor) });
            }
        }
    }

    /// Opens an entry. Details that can't be opened are shown as absent: verification names them.
    pub(crate) fn entry_of(&self, row: EntryRow) -> Result<AuditEntry> {
        let details: Option<AuditDetails> = match &row.sealed_details {
            Some(sealed) => self.unseal(purpose::AUDIT_DETAILS, row.id.as_bytes(), sealed).ok(),
            None => None,
        };
        let agent = match (row.agent_kind.as_str(), row.person_id) {
            ("person", Some(id)) => AuditAgent::Person {
                id,
                roles: row.roles.split('\n').filter(|r| !r.is_empty()).map(str::to_owned).collect(),
            },
            ("guest", _) => AuditAgent::Guest,
            ("peer", _) => AuditAgent::Peer,
            _ => AuditAgent::System,
        };
        let unknown = || Error::internal("reading an audit entry", "unknown kind or outcome");
        Ok(AuditEntry {
            id: row.id,
            seq: row.seq.and_then(|s| u64::try_from(s).ok()),
            at: from_us(row.at_us),
            kind: AuditKind::from_name(&row.kind).ok_or_else(unknown)?,
            agent,
            object: (!row.object_kind.is_empty()).then_some(AuditObject { kind: row.object_kind, id: row.object_id }),
            outcome: Outcome::from_name(&row.outcome).ok_or_else(unknown)?,
            details,
        })
    }
}

/// Notes what was looked for.
fn described(mut entry: NewEntry, q: &AuditQuery) -> NewEntry {
    if let Some(p) = q.person {
        entry = entry.with("person", p.to_string());
    }
    if let Some(m) = q.message {
        entry = entry.with("message", m.to_string());
    }
    if !q.kinds.is_empty() {
        entry = entry.with("kinds", q.kinds.iter().map(|k| k.as_str()).collect::<Vec<_>>().join(" "));
    }
    for (name, at) in [("from", q.from), ("to", q.to)] {
        if let Some(at) = at {
            entry = entry.with(name, at.to_string());
        }
    }
    entry
}
