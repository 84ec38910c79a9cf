//! Live events: hints that something changed, so that pages refetch. Written in the transaction of the act, read by every
//! node; nothing depends on a hint arriving (a client refetches on reconnect).

use crate::{Core, Result};
use tokio::sync::broadcast;
use uuid::Uuid;
use wardpost_model::{EventId, MailboxId, MessageId, PersonId};
use wardpost_store::Batch;
use wardpost_store::repo::live as rows;

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// Something arrived in, left or changed in a mailbox.
    Mailbox(MailboxId),
    /// A sent message's recipients changed state.
    Message(MailboxId, MessageId),
    /// A person's drafts changed.
    Drafts(PersonId),
    /// The review queue changed.
    Held,
    /// A person's sessions ended, or their rights changed: sessions must be looked at anew.
    Sessions(PersonId),
    /// The policy changed.
    Policy,
    /// People, roles, mailboxes, domains, partners or the policy changed: copies of them are stale.
    House,
}

/// One event as it is passed on to the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveEvent {
    /// Its id; time-ordered.
    pub id: EventId,
    /// What changed.
    pub change: Change,
}

/// Passes events on within this process.
#[derive(Debug)]
pub struct LiveHub {
    sender: broadcast::Sender<LiveEvent>,
}

impl LiveHub {
    pub(crate) fn new() -> Self {
        Self { sender: broadcast::channel(1024).0 }
    }
    /// Events from now on. A receiver that lags is told so and must resynchronise.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<LiveEvent> {
        self.sender.subscribe()
    }
    /// How many pages listen.
    #[must_use]
    pub fn listeners(&self) -> usize {
        self.sender.receiver_count()
    }
    pub(crate) fn publish(&self, event: LiveEvent) {
        // No listener is no error.
        let _ = self.sender.send(event);
    }
}

impl Change {
    fn encode(self) -> (Uuid, &'static str, Option<Uuid>) {
        match self {
            Self::Mailbox(m) => (m.0, "mailbox", None),
            Self::Message(m, id) => (m.0, "message", Some(id.0)),
            Self::Drafts(p) => (p.0, "drafts", None),
            Self::Held => (Uuid::nil(), "held", None),
            Self::Sessions(p) => (p.0, "sessions", None),
            Self::Policy => (Uuid::nil(), "policy", None),
            Self::House => (Uuid::nil(), "house", None),
        }
    }
    /// Reads a stored event.
    #[must_use]
    pub fn decode(topic: Uuid, kind: &str, reference: Option<Uuid>) -> Option<Self> {
        Some(match kind {
            "mailbox" => Self::Mailbox(MailboxId(topic)),
            "message" => Self::Message(MailboxId(topic), MessageId(reference?)),
            "drafts" => Self::Drafts(PersonId(topic)),
            "held" => Self::Held,
            "sessions" => Self::Sessions(PersonId(topic)),
            "policy" => Self::Policy,
            "house" => Self::House,
            _ => return None,
        })
    }
}

impl Core {
    /// Adds a hint to the batch of the act.
    pub(crate) fn announce(&self, batch: &mut Batch, change: Change) {
        let (topic, kind, reference) = change.encode();
        let id = EventId(self.clock().new_id());
        rows::insert(batch, self.org(), id, self.clock().now_us(), topic, kind, reference);
    }

    /// Reads new events from the store and passes them on, until the store closes. One task per node.
    ///
    /// Events are read with an overlap of several seconds and told apart by id, since rows of other nodes become visible
    /// in the order of their commits and not of their times.
    ///
    /// # Errors
    /// Never ends with an error: troubles of the store are waited out.
    pub async fn run_live(&self) -> Result<()> {
        use std::collections::BTreeMap;
        use std::time::Duration;
        const OVERLAP_US: i64 = 5 * crate::clock::SECOND_US;
        const PAGE: i64 = 500;
        let mut wake = self.db().watch();
        let mut seen: BTreeMap<EventId, i64> = BTreeMap::new();
        let mut from = self.clock().now_us();
        loop {
            let events = rows::since(self.db(), self.org(), from - OVERLAP_US, PAGE).await;
            for row in events.unwrap_or_default() {
                from = from.max(row.at_us);
                if seen.insert(row.id, row.at_us).is_none()
                    && let Some(change) = Change::decode(row.topic_id, &row.kind, row.ref_id)
                {
                    self.live().publish(LiveEvent { id: row.id, change });
                }
            }
            let horizon = from - 2 * OVERLAP_US;
            seen.retain(|_, at| *at >= horizon);
            // Under load many commits share one look.
            tokio::time::sleep(Duration::from_millis(100)).await;
            // The wake-up is a hint: other nodes' commits are found by looking, at the latest after a second.
            if let Ok(Err(_)) = tokio::time::timeout(Duration::from_secs(1), wake.changed()).await {
                return Ok(());
            }
        }
    }
}
