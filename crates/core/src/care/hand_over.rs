//! Care goes on when somebody leaves: their patients and their places in care teams pass to a colleague, or end.

use crate::audit::NewEntry;
use crate::error::guard;
use crate::live::Change;
use crate::seal::purpose;
use crate::{Core, Result};
use wardpost_model::audit::AuditKind;
use wardpost_model::ground::Ground;
use wardpost_model::{PersonId, RelationId};
use wardpost_store::Batch;
use wardpost_store::repo::care::{self as rows, RelationRow};
use wardpost_store::repo::patient as patients;

impl Core {
    /// Ends every care relation and team membership of somebody who leaves, and gives each to who goes on, if somebody does:
    /// of the same kind, until the same day. Every patient's log has it. Gives how many there were.
    pub(crate) async fn hand_over_care(
        &self,
        batch: &mut Batch,
        gone: PersonId,
        to: Option<PersonId>,
        by: PersonId,
    ) -> Result<usize> {
        let now = self.clock().now_us();
        let relations = rows::open_of(self.db(), self.org(), gone).await?;
        for r in relations.iter().filter(|r| r.ends_us.is_none_or(|e| now < e)) {
            rows::end(batch, self.org(), r.id, now, guard::VERSION);
            self.note_hand_over(batch, AuditKind::RelationEnded, r, gone).await?;
            if let Some(to) = to {
                let next = self.handed(r, gone, to, by).await?;
                self.note_hand_over(batch, AuditKind::RelationCreated, &next, to).await?;
                rows::insert(batch, self.org(), next);
            }
        }
        let teams = rows::teams_of(self.db(), self.org(), gone).await?;
        for team in &teams {
            rows::remove_member(batch, self.org(), *team, gone);
            let mut entry = NewEntry::system(AuditKind::TeamChanged).on("team", *team).why("left the organisation");
            entry = entry.with("left", self.person_name(gone).await?);
            if let Some(to) = to {
                rows::add_member(batch, self.org(), *team, to);
                entry = entry.with("joined", self.person_name(to).await?);
            }
            self.audit(batch, entry)?;
        }
        for person in [Some(gone), to].into_iter().flatten() {
            self.announce(batch, Change::Care(person));
        }
        Ok(relations.len() + teams.len())
    }

    async fn handed(&self, r: &RelationRow, gone: PersonId, to: PersonId, by: PersonId) -> Result<RelationRow> {
        let id = RelationId(self.clock().new_id());
        let reason = format!("{} → {}", self.person_name(gone).await?, self.person_name(to).await?);
        Ok(RelationRow {
            id,
            person_id: Some(to),
            starts_us: self.clock().now_us(),
            created_by: by,
            sealed_reason: self.seal(purpose::CARE_REASON, id.as_bytes(), &reason)?,
            ..r.clone()
        })
    }

    async fn note_hand_over(&self, batch: &mut Batch, kind: AuditKind, r: &RelationRow, who: PersonId) -> Result<()> {
        let Some(row) = patients::get(self.db(), self.org(), r.patient_id).await? else { return Ok(()) };
        let entry = NewEntry::system(kind)
            .on("relation", r.id)
            .patient(Some(&self.reference_of(&row, None)?))
            .ground(Some(Ground::Administration))
            .why("left the organisation")
            .with("kind", r.kind.clone())
            .with("for", self.person_name(who).await?);
        self.audit(batch, entry)?;
        Ok(())
    }
}
