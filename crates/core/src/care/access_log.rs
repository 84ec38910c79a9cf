//! Who looked at what of a patient, and on which ground (NL-06, NL-08): for the patient and for who reviews access.

use crate::audit::{AuditQuery, NewEntry};
use crate::{Core, Error, Result};
use jiff::Timestamp;
use wardpost_gate::Scope;
use wardpost_model::audit::{AuditAgent, AuditEntry, AuditKind, Outcome};
use wardpost_model::ground::Ground;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::proxy::ProxyScope;
use wardpost_model::{AuditId, PatientId};
use wardpost_store::repo::patient::{self as patients, PatientRow};

/// What counts as a look at a patient's data, or opens it to somebody.
const LOOKS: [AuditKind; 15] = [
    AuditKind::MessageSent,
    AuditKind::MessageRead,
    AuditKind::MessageReviewed,
    AuditKind::AttachmentRead,
    AuditKind::PickupRead,
    AuditKind::PickupAttachmentRead,
    AuditKind::PatientRead,
    AuditKind::RelationCreated,
    AuditKind::RelationEnded,
    AuditKind::AccessBreakGlass,
    AuditKind::AccessLogRead,
    AuditKind::ProxyCreated,
    AuditKind::ProxyChanged,
    AuditKind::ProxyEnded,
    AuditKind::ProxyActing,
];

/// A look at a patient's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// The entry of the log that tells of it.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// What was done.
    pub kind: AuditKind,
    /// Who: name at that time; for a guest, the address.
    pub who: String,
    /// In which roles.
    pub roles: Vec<String>,
    /// For which mailbox or person.
    pub on_behalf_of: Option<String>,
    /// On which ground, by its stable name.
    pub ground: Option<String>,
    /// For an emergency: the reason that was given.
    pub why: Option<String>,
}

/// A page of looks, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessLog {
    /// Name of the organisation.
    pub organisation: String,
    /// The looks.
    pub items: Vec<Looked>,
    /// Where to go on; none at the end.
    pub next: Option<AuditId>,
}

impl Core {
    /// Who looked at a patient's data, within a time. Looking is itself an entry.
    ///
    /// # Errors
    /// [`Error::Denied`] without `access.review`; [`Error::NotFound`].
    pub async fn who_looked(
        &self,
        actor: &Actor,
        patient: PatientId,
        (from, to): (Option<Timestamp>, Option<Timestamp>),
        before: Option<AuditId>,
        limit: u32,
    ) -> Result<AccessLog> {
        self.allow_on(actor, Permission::AccessReview, Scope::Organisation, ("patient", patient)).await?;
        let row = patients::get(self.db(), self.org(), patient).await?.ok_or(Error::NotFound)?;
        self.note_look_at_log(actor, &row, Ground::Review).await?;
        self.looks(&row, (from, to), before, limit).await
    }

    /// Who looked at one's own data, or at that of the patient for whom one acts.
    ///
    /// # Errors
    /// [`Error::Denied`] without `self.read`; [`Error::NotFound`] when the account is no patient's.
    pub async fn who_looked_at_mine(
        &self,
        actor: &Actor,
        (from, to): (Option<Timestamp>, Option<Timestamp>),
        before: Option<AuditId>,
        limit: u32,
    ) -> Result<AccessLog> {
        let (row, ground) = self.portal(actor, ProxyScope::Log).await?;
        self.note_look_at_log(actor, &row, ground).await?;
        self.looks(&row, (from, to), before, limit).await
    }

    async fn note_look_at_log(&self, actor: &Actor, row: &PatientRow, ground: Ground) -> Result<()> {
        let entry = NewEntry::by(actor, AuditKind::AccessLogRead)
            .on("patient", row.id)
            .patient(Some(&self.reference_of(row, None)?))
            .ground(Some(ground));
        self.audit_alone(entry).await
    }

    /// The looks under all of the patient's references, as one list.
    pub(super) async fn looks(
        &self,
        row: &PatientRow,
        (from, to): (Option<Timestamp>, Option<Timestamp>),
        before: Option<AuditId>,
        limit: u32,
    ) -> Result<AccessLog> {
        let limit = limit.clamp(1, 1000) as usize;
        let mut entries: Vec<AuditEntry> = Vec::new();
        // A list that ended early for one reference is known only so far back: older entries of the others wait.
        let mut reached: Option<AuditId> = None;
        for reference in self.open_patient(row)?.references {
            let query = AuditQuery {
                patient: Some(reference),
                kinds: LOOKS.to_vec(),
                outcome: Some(Outcome::Success),
                from,
                to,
                ..AuditQuery::default()
            };
            let page = self.find_entries(&query, before, limit).await?;
            reached = reached.max(page.next);
            entries.extend(page.entries);
        }
        entries.sort_by_key(|e| std::cmp::Reverse(e.id));
        entries.dedup_by_key(|e| e.id);
        if let Some(reached) = reached {
            entries.retain(|e| e.id >= reached);
        }
        let more = entries.len() > limit;
        entries.truncate(limit);
        let next = if more { entries.last().map(|e| e.id) } else { reached };
        let items = entries.into_iter().map(looked).collect();
        Ok(AccessLog { organisation: self.org_name().await?, items, next })
    }
}

fn looked(e: AuditEntry) -> Looked {
    let details = e.details.unwrap_or_default();
    let roles = match e.agent {
        AuditAgent::Person { roles, .. } => roles,
        AuditAgent::Guest | AuditAgent::Peer | AuditAgent::System => Vec::new(),
    };
    Looked {
        id: e.id,
        at: e.at,
        kind: e.kind,
        who: details.agent_name.unwrap_or_default(),
        roles,
        // A colleague for whom somebody acts tells more than the mailbox's address.
        on_behalf_of: details.more.get("acts_for").cloned().or(details.on_behalf_of),
        ground: details.ground,
        // Reasons of the gate and of colleagues are not the patient's to read; that of an emergency is.
        why: details.why.filter(|_| e.kind == AuditKind::AccessBreakGlass),
    }
}
