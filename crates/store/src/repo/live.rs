//! Live events.

use crate::{Batch, Db, Result, params};
use uuid::Uuid;
use wardpost_model::{EventId, OrgId};

const INSERT: &str =
    "INSERT INTO live_event (org_id, event_id, at, topic_id, kind, ref_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const WITHIN: &str = "SELECT event_id, at, topic_id, kind, ref_id FROM live_event WHERE org_id = ?1 AND (at, event_id) > (?2, ?3) AND at < ?4 ORDER BY at, event_id LIMIT ?5";
const PRUNE: &str = "DELETE FROM live_event WHERE org_id = ?1 AND at < ?2";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, WITHIN, PRUNE];

/// One event as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of live_event")]
pub struct EventRow {
    pub id: EventId,
    pub at_us: i64,
    pub topic_id: Uuid,
    pub kind: String,
    pub ref_id: Option<Uuid>,
}

/// Adds an event.
pub fn insert(
    batch: &mut Batch,
    org: OrgId,
    id: EventId,
    at_us: i64,
    topic: Uuid,
    kind: &'static str,
    reference: Option<Uuid>,
) {
    batch.exec(INSERT, params![org, id, at_us, topic, kind, reference]);
}

/// Events after one (its time and id) and before a time, oldest first.
///
/// # Errors
/// When the store fails.
pub async fn within(db: &Db, org: OrgId, after: (i64, EventId), to_us: i64, limit: i64) -> Result<Vec<EventRow>> {
    let rows = db.query(WITHIN, params![org, after.0, after.1, to_us, limit]).await?;
    rows.iter()
        .map(|r| {
            Ok(EventRow {
                id: r.id(0)?,
                at_us: r.int(1)?,
                topic_id: r.uuid(2)?,
                kind: r.text(3)?,
                ref_id: r.opt_uuid(4)?,
            })
        })
        .collect()
}

/// Removes old events.
pub fn prune(batch: &mut Batch, org: OrgId, before_us: i64) {
    batch.exec(PRUNE, params![org, before_us]);
}
