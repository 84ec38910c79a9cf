//! Who has got, and read, what, and since when.

use super::hub::receipt_push;
use super::{Asker, Outcome, own_number, wire_id, wire_number};
use crate::Core;
use wardpost_e2ee::Id;
use wardpost_e2ee::wire::Receipt;
use wardpost_store::Batch;
use wardpost_store::repo::conversation_log::{self as log, ReceiptRow};

impl Core {
    /// Notes up to where who asks has the log, on a device, or read. What was noted of later entries stays.
    ///
    /// # Errors
    /// [`super::Refused::NotFound`] for who never was a member; [`super::Refused::Denied`].
    pub async fn mark_entries(&self, asker: Asker<'_>, conversation: Id, seq: u64, read: bool) -> Outcome<()> {
        let seen = self.membership(asker, conversation).await?;
        let (id, me) = (seen.row.id, asker.actor.person_id);
        let seq = own_number(seq).min(seen.last());
        let known = log::last_receipt(self.db(), self.org(), (id, me), read).await?.unwrap_or(0);
        if seq <= known || !seen.sees(seq) {
            return Ok(());
        }
        let receipt = ReceiptRow { person_id: me, seq, read, at_us: self.clock().now_us() };
        let mut batch = Batch::new();
        log::insert_receipt(&mut batch, self.org(), id, &receipt);
        self.db().write(batch).await?;
        self.conversations().receipts.note(id, &receipt);
        if seen.is_member() {
            self.tell_receipt(id, &receipt).await?;
        }
        Ok(())
    }

    /// Tells the members who are here.
    pub(super) async fn tell_receipt(&self, id: wardpost_model::ConversationId, receipt: &ReceiptRow) -> Outcome<()> {
        let hub = &self.conversations().hub;
        if hub.is_empty() {
            return Ok(());
        }
        let lane = self.conversations().lanes.of(id, self.clock().now_us());
        let state = lane.inner.lock().await.state(self, id).await?.0;
        let may_know = state.audience(receipt.seq, receipt.seq).map(|(person, ..)| person);
        hub.tell_all(may_know.filter(|p| state.current.contains_key(p)), receipt_push(id, receipt));
        Ok(())
    }

    /// What was noted of entries from one on, of people and entries that who asks may know of.
    ///
    /// # Errors
    /// As [`Core::mark_entries`].
    pub async fn entry_receipts(&self, asker: Asker<'_>, conversation: Id, from: u64) -> Outcome<Vec<Receipt>> {
        const MOST: i64 = 10_000;
        let seen = self.membership(asker, conversation).await?;
        let rows = log::receipts(self.db(), self.org(), seen.row.id, own_number(from), MOST).await?;
        let told = rows.into_iter().filter(|r| seen.sees(r.seq)).map(|r| Receipt {
            person: wire_id(r.person_id),
            seq: wire_number(r.seq),
            read: r.read,
            at_us: r.at_us,
        });
        Ok(told.collect())
    }
}
