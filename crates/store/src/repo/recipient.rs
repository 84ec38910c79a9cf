//! The recipients of a message and what became of each.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{DeliveryId, MailboxId, MessageId, OrgId, RecipientId};

/// A recipient as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of recipient")]
pub struct RecipientRow {
    pub message_id: MessageId,
    pub id: RecipientId,
    pub position: i64,
    pub address_index: Vec<u8>,
    pub mailbox_id: Option<MailboxId>,
    pub route: String,
    pub state: String,
    pub state_at_us: i64,
    pub next_try_us: Option<i64>,
    pub delivery_id: Option<DeliveryId>,
    pub sealed_recipient: Vec<u8>,
    pub sealed_outcome: Option<Vec<u8>>,
}

const INSERT: &str = "INSERT INTO recipient (org_id, message_id, recipient_id, position, address_index, mailbox_id, route, state, state_at, next_try_at, delivery_id, sealed_recipient, sealed_outcome) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
const OF_MESSAGE: &str = "SELECT message_id, recipient_id, position, address_index, mailbox_id, route, state, state_at, next_try_at, delivery_id, sealed_recipient, sealed_outcome FROM recipient WHERE org_id = ?1 AND message_id = ?2 ORDER BY position";
const STATES: &str = "SELECT state FROM recipient WHERE org_id = ?1 AND message_id = ?2";
const SET_STATE: &str = "UPDATE recipient SET state = ?5, state_at = ?6, next_try_at = ?7, sealed_outcome = ?8 WHERE org_id = ?1 AND message_id = ?2 AND recipient_id = ?3 AND state = ?4";
const SENT_TO: &str = "SELECT r.message_id, r.recipient_id, r.position, r.address_index, r.mailbox_id, r.route, r.state, r.state_at, r.next_try_at, r.delivery_id, r.sealed_recipient, r.sealed_outcome FROM message m JOIN recipient r ON r.org_id = m.org_id AND r.message_id = m.message_id WHERE m.org_id = ?1 AND m.rfc_id_index = ?2 AND m.mailbox_id IS NOT NULL AND r.address_index = ?3 ORDER BY r.message_id LIMIT 20";
const SET_ROUTE: &str = "UPDATE recipient SET route = ?4, delivery_id = ?5, sealed_recipient = ?6 WHERE org_id = ?1 AND message_id = ?2 AND recipient_id = ?3 AND state = 'queued'";
const OPENED_INSIDE: &str = "UPDATE recipient SET state = 'opened', state_at = ?4 WHERE org_id = ?1 AND message_id = ?2 AND mailbox_id = ?3 AND state = 'delivered'";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, OF_MESSAGE, SENT_TO, STATES, SET_STATE, SET_ROUTE, OPENED_INSIDE];

/// Adds a recipient.
pub fn insert(batch: &mut Batch, org: OrgId, r: RecipientRow) {
    batch.exec(
        INSERT,
        params![
            org,
            r.message_id,
            r.id,
            r.position,
            r.address_index,
            r.mailbox_id,
            r.route,
            r.state,
            r.state_at_us,
            r.next_try_us,
            r.delivery_id,
            r.sealed_recipient,
            r.sealed_outcome
        ],
    );
}

/// All recipients of a message, in the draft's order.
///
/// # Errors
/// When the store fails.
pub async fn of_message(db: &Db, org: OrgId, id: MessageId) -> Result<Vec<RecipientRow>> {
    db.query(OF_MESSAGE, params![org, id]).await?.iter().map(decode).collect()
}

/// The recipients with this address of messages that were sent with this Message-ID.
///
/// # Errors
/// When the store fails.
pub async fn sent_to(db: &Db, org: OrgId, rfc_id_index: Vec<u8>, address_index: Vec<u8>) -> Result<Vec<RecipientRow>> {
    db.query(SENT_TO, params![org, rfc_id_index, address_index]).await?.iter().map(decode).collect()
}

fn decode(r: &Row) -> Result<RecipientRow> {
    Ok(RecipientRow {
        message_id: r.id(0)?,
        id: r.id(1)?,
        position: r.int(2)?,
        address_index: r.bytes(3)?,
        mailbox_id: r.opt_id(4)?,
        route: r.text(5)?,
        state: r.text(6)?,
        state_at_us: r.int(7)?,
        next_try_us: r.opt_int(8)?,
        delivery_id: r.opt_id(9)?,
        sealed_recipient: r.bytes(10)?,
        sealed_outcome: r.opt_bytes(11)?,
    })
}

/// The states of a message's recipients.
///
/// # Errors
/// When the store fails.
pub async fn states(db: &Db, org: OrgId, id: MessageId) -> Result<Vec<String>> {
    db.query(STATES, params![org, id]).await?.iter().map(|r| r.text(0)).collect()
}

/// A change of state, valid only from the state that the act saw.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of recipient")]
pub struct StateChange {
    pub message_id: MessageId,
    pub id: RecipientId,
    pub from: &'static str,
    pub to: &'static str,
    pub at_us: i64,
    pub next_try_us: Option<i64>,
    pub sealed_outcome: Option<Vec<u8>>,
}

/// Changes the state; the guard fails when it is not `from` any more.
pub fn set_state(batch: &mut Batch, org: OrgId, c: StateChange, guard: &'static str) {
    let p = params![org, c.message_id, c.id, c.from, c.to, c.at_us, c.next_try_us, c.sealed_outcome];
    batch.exec_expect(SET_STATE, p, 1, guard);
}

/// Gives a queued recipient another route and delivery; the guard fails when it is not queued.
#[expect(clippy::too_many_arguments, reason = "one argument a column")]
pub fn set_route(
    batch: &mut Batch,
    org: OrgId,
    message: MessageId,
    id: RecipientId,
    route: &'static str,
    delivery: DeliveryId,
    sealed_recipient: Vec<u8>,
    guard: &'static str,
) {
    batch.exec_expect(SET_ROUTE, params![org, message, id, route, delivery, sealed_recipient], 1, guard);
}

/// The mailbox's user has opened the message: shown to the sender, once.
pub fn set_opened_inside(batch: &mut Batch, org: OrgId, message: MessageId, mailbox: MailboxId, at_us: i64) {
    batch.exec(OPENED_INSIDE, params![org, message, mailbox, at_us]);
}
