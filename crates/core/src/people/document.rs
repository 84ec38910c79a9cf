//! Policy documents: the policy for outbound content and the security policy. Every version is kept, every change is told
//! in words.

use super::checked_lines;
use super::house::{House, VERSION};
use super::{Page, page_limit};
use crate::audit::NewEntry;
use crate::clock::from_us;
use crate::live::Change;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use wardpost_model::PersonId;
use wardpost_model::audit::AuditKind;
use wardpost_model::person::Actor;
use wardpost_store::Batch;
use wardpost_store::repo::policy::{self as rows, PolicyRow};

/// One version of a policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned<T> {
    /// What it says.
    pub policy: T,
    /// Its version, from 1.
    pub version: u32,
    /// Why it was changed.
    pub note: String,
    /// By whom; nobody made the first.
    pub changed_by: Option<PersonId>,
    /// When.
    pub changed_at: Timestamp,
}

/// A policy document.
pub(super) trait Document: Serialize + DeserializeOwned + Default + PartialEq {
    /// `policy.kind`.
    const KIND: &'static str;
    /// What it is called in the audit log.
    const OBJECT: &'static str;
    /// The kind of audit entry that a change writes.
    const CHANGED: AuditKind;
    /// The version in force.
    fn in_force(house: &House) -> &Arc<Versioned<Self>>;
    /// What is different from `old`, each with before and after.
    fn differences(old: &Self, new: &Self, house: &House) -> Vec<(String, String)>;
}

/// Collects differences.
#[derive(Default)]
pub(super) struct Told(pub Vec<(String, String)>);

impl Told {
    /// Notes one thing, if it is different.
    pub(super) fn note(&mut self, what: impl Into<String>, old: impl ToString, new: impl ToString) {
        let (old, new) = (old.to_string(), new.to_string());
        if old != new {
            self.0.push((what.into(), format!("{old} → {new}")));
        }
    }
}

/// What a version's ciphertext is bound to.
fn place<D: Document>(version: i64) -> Vec<u8> {
    [D::KIND.as_bytes(), &version.to_be_bytes()].concat()
}

impl Core {
    /// Opens a stored version. Its body is sealed: exceptions may name people.
    pub(super) fn read_document<D: Document>(&self, row: PolicyRow) -> Result<Versioned<D>> {
        Ok(Versioned {
            policy: self.unseal(purpose::POLICY, &place::<D>(row.version), &row.sealed_body)?,
            version: u32::try_from(row.version).unwrap_or(u32::MAX),
            note: row.note,
            changed_by: row.changed_by,
            changed_at: from_us(row.changed_us),
        })
    }

    /// Adds the version with which a new organisation starts.
    pub(super) fn insert_first_document<D: Document>(&self, batch: &mut Batch, changed_us: i64) -> Result<()> {
        let sealed_body = self.seal(purpose::POLICY, &place::<D>(1), &D::default())?;
        let first = PolicyRow { version: 1, sealed_body, note: String::new(), changed_by: None, changed_us };
        rows::insert_first(batch, self.org(), D::KIND, first);
        Ok(())
    }

    /// All versions, newest first.
    pub(super) async fn document_versions<D: Document>(
        &self,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<Versioned<D>>> {
        let before = match cursor {
            None => i64::MAX,
            Some(c) => c.parse().map_err(|_| Error::field("cursor", "cursor", "Not a cursor of this list."))?,
        };
        let limit = page_limit(limit);
        let found = rows::list(self.db(), self.org(), D::KIND, before, limit).await?;
        let full = found.len() >= limit as usize;
        let items: Vec<Versioned<D>> = found.into_iter().map(|row| self.read_document(row)).collect::<Result<_>>()?;
        let next_cursor = items.last().filter(|v| full && v.version > 1).map(|v| v.version.to_string());
        Ok(Page { items, next_cursor })
    }

    /// Puts a new version in force, if `version` is still the one in force, together with what `also` adds.
    pub(super) async fn put_document<D: Document>(
        &self,
        actor: &Actor,
        version: u32,
        document: D,
        note: &str,
        also: Batch,
    ) -> Result<Arc<Versioned<D>>> {
        let note = checked_lines("note", note, 0, 500)?;
        let house = self.house().await?;
        let current = D::in_force(&house);
        if current.version != version {
            return Err(Error::VersionConflict);
        }
        let changes = D::differences(&current.policy, &document, &house);
        if changes.is_empty() {
            return Err(Error::field("policy", "unchanged", "Nothing is different from the policy in force."));
        }
        let next = i64::from(version) + 1;
        let row = PolicyRow {
            version: next,
            sealed_body: self.seal(purpose::POLICY, &place::<D>(next), &document)?,
            note: note.clone(),
            changed_by: Some(actor.person_id),
            changed_us: self.clock().now_us(),
        };
        let mut entry = NewEntry::by(actor, D::CHANGED).on(D::OBJECT, row.version);
        for (what, change) in changes {
            entry = entry.with(&what, change);
        }
        if !note.is_empty() {
            entry = entry.why(note);
        }
        let mut batch = also;
        rows::insert_next(&mut batch, self.org(), D::KIND, row, VERSION);
        self.audit(&mut batch, entry)?;
        self.announce(&mut batch, Change::Policy);
        match self.try_write_house(batch).await {
            Err(e) if e.is_conflict_on("policy_pkey") => Err(Error::VersionConflict),
            done => Ok(done?),
        }?;
        Ok(Arc::clone(D::in_force(&*self.house().await?)))
    }
}
