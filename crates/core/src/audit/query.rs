//! Finding entries: for the privacy officer, and for a sender's proof.

use super::NewEntry;
use super::record::ids_within;
use crate::clock::from_us;
use crate::seal::purpose;
use crate::{Core, Result};
use jiff::Timestamp;
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
    /// On which person: what was done about them.
    pub about: Option<PersonId>,
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
    /// Entries that were altered so that they can't be shown, and so may be among those looked for. Verification names
    /// them.
    pub damaged: u64,
    /// Where to go on; none at the end.
    pub next: Option<AuditId>,
}

impl Core {
    /// Searches the log. The search is itself an entry (NL-04), and so is each further page: nobody reads on unseen.
    ///
    /// # Errors
    /// [`crate::Error::Denied`] without `audit.read`.
    pub async fn search_audit(
        &self,
        actor: &Actor,
        query: &AuditQuery,
        before: Option<AuditId>,
        limit: u32,
    ) -> Result<AuditPage> {
        self.allow(actor, Permission::AuditRead, Scope::Organisation).await?;
        self.audit_alone(described(NewEntry::by(actor, AuditKind::AuditSearched), query, before)).await?;
        self.find_entries(query, before, limit.clamp(1, 1000) as usize).await
    }

    /// A page of an export. Each page is an entry.
    ///
    /// # Errors
    /// [`crate::Error::Denied`] without `audit.read`.
    pub async fn export_audit(
        &self,
        actor: &Actor,
        query: &AuditQuery,
        before: Option<AuditId>,
        format: &str,
    ) -> Result<AuditPage> {
        self.allow(actor, Permission::AuditRead, Scope::Organisation).await?;
        let entry = NewEntry::by(actor, AuditKind::AuditExported).with("format", format);
        self.audit_alone(described(entry, query, before)).await?;
        self.find_entries(query, before, 1000).await
    }

    /// What happened to a message, oldest first (at most 1,000 entries).
    pub(crate) async fn audit_entries_of_message(&self, id: MessageId) -> Result<Vec<AuditEntry>> {
        // Refusals are not part of what happened to it, and whoever is refused could push the rest out of the page.
        let kinds = AuditKind::ALL.iter().copied().filter(|k| *k != AuditKind::AccessDenied).collect();
        let query = AuditQuery { message: Some(id), kinds, ..AuditQuery::default() };
        let mut page = self.find_entries(&query, None, 1000).await?;
        page.entries.reverse();
        Ok(page.entries)
    }

    pub(crate) async fn find_entries(
        &self,
        q: &AuditQuery,
        before: Option<AuditId>,
        limit: usize,
    ) -> Result<AuditPage> {
        let object = q.message.map(|m| m.to_string()).or(q.about.map(|p| p.to_string()));
        let path = match (&object, &q.patient, q.person) {
            (Some(o), _, _) => Path::Object(o.clone()),
            (None, Some(p), _) => Path::Patient(self.patient_index(p)),
            (None, None, Some(p)) => Path::Person(p),
            (None, None, None) => Path::Time,
        };
        let patient = q.patient.as_deref().map(|p| self.patient_index(p));
        let time = q.from.map_or(i64::MIN, Timestamp::as_microsecond)..q.to.map_or(i64::MAX, Timestamp::as_microsecond);
        let wanted = |r: &EntryRow| {
            q.person.is_none_or(|p| r.person_id == Some(p))
                && q.about.is_none_or(|p| r.object_kind == "person" && r.object_id == p.to_string())
                && patient.as_ref().is_none_or(|p| r.patient_index.as_ref() == Some(p))
                && q.outcome.is_none_or(|o| r.outcome == o.as_str())
                && (q.kinds.is_empty() || q.kinds.iter().any(|k| r.kind == k.as_str()))
        };
        let mut ids = ids_within(&time);
        ids.end = before.map_or(ids.end, |b| b.min(ids.end));
        let mut page = AuditPage { entries: Vec::new(), damaged: 0, next: None };
        let mut looked_at = 0;
        loop {
            let chunk = rows::newest(self.db(), self.org(), &path, ids.clone(), time.clone(), CHUNK).await?;
            let more = chunk.len() >= CHUNK as usize;
            let reached = ids.end;
            for found in chunk {
                looked_at += 1;
                if let Some(id) = found.as_ref().map_or_else(|damaged| damaged.id, |row| Some(row.id)) {
                    ids.end = id;
                }
                match found.map_err(|damaged| damaged.id).and_then(|row| self.entry_if(row, wanted)) {
                    Ok(None) => {}
                    Ok(Some(entry)) => page.entries.push(entry),
                    Err(id) => {
                        tracing::error!(entry = ?id, "an audit entry was altered and can't be shown; verify the log");
                        page.damaged += 1;
                    }
                }
                if page.entries.len() == limit {
                    page.next = Some(ids.end);
                    return Ok(page);
                }
            }
            // A chunk in which no id can be read leads no further.
            if !more || ids.end == reached {
                return Ok(page);
            }
            if looked_at >= LOOKED_AT_LIMIT {
                page.next = Some(ids.end);
                return Ok(page);
            }
        }
    }

    /// The entry of a row, if it is looked for; its id when the row tells nothing that can be.
    fn entry_if(
        &self,
        row: EntryRow,
        wanted: impl Fn(&EntryRow) -> bool,
    ) -> std::result::Result<Option<AuditEntry>, Option<AuditId>> {
        let id = row.id;
        if known(&row).is_none() {
            return Err(Some(id));
        }
        if !wanted(&row) {
            return Ok(None);
        }
        self.entry_of(row).map(Some).ok_or(Some(id))
    }

    /// Opens an entry. Details that can't be opened are shown as absent: verification names them.
    fn entry_of(&self, row: EntryRow) -> Option<AuditEntry> {
        let (kind, outcome) = known(&row)?;
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
        Some(AuditEntry {
            id: row.id,
            seq: row.seq.and_then(|s| u64::try_from(s).ok()),
            at: from_us(row.at_us),
            kind,
            agent,
            object: (!row.object_kind.is_empty()).then_some(AuditObject { kind: row.object_kind, id: row.object_id }),
            outcome,
            details,
        })
    }
}

fn known(row: &EntryRow) -> Option<(AuditKind, Outcome)> {
    Some((AuditKind::from_name(&row.kind)?, Outcome::from_name(&row.outcome)?))
}

/// Notes what was looked for, and from which entry on.
fn described(entry: NewEntry, q: &AuditQuery, before: Option<AuditId>) -> NewEntry {
    let mut entry = entry.patient(q.patient.as_deref());
    if let Some(id) = before {
        entry = entry.with("before", id.to_string());
    }
    if let Some(p) = q.person {
        entry = entry.with("person", p.to_string());
    }
    if let Some(p) = q.about {
        entry = entry.with("about", p.to_string());
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
