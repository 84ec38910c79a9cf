//! Live events: hints that something changed, so that pages refetch. Written in the transaction of the act, read by every
//! node; nothing depends on a hint arriving (a client refetches on reconnect).

use crate::clock::{MINUTE_US, SECOND_US};
use crate::{Core, Result};
use std::collections::HashMap;
use std::time::Duration;
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
    /// What opens for a person changed: care relations, teams, emergency access. Also of interest to who reviews access.
    Care(PersonId),
    /// A person's keys or devices for conversations changed: what is removed is cut off.
    ConversationDevices(PersonId),
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
            Self::Care(p) => (p.0, "care", None),
            Self::ConversationDevices(p) => (p.0, "conversation_devices", None),
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
            "care" => Self::Care(PersonId(topic)),
            "conversation_devices" => Self::ConversationDevices(PersonId(topic)),
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
    /// # Errors
    /// Never ends with an error: troubles of the store are waited out.
    pub async fn run_live(&self) -> Result<()> {
        let mut wake = self.db().watch();
        let mut lookout = Lookout::new(self);
        loop {
            if let Err(error) = lookout.look(self).await {
                tracing::debug!(%error, "live events can't be read now");
            }
            // Under load many commits share one look.
            tokio::time::sleep(Duration::from_millis(100)).await;
            // The wake-up is a hint: other nodes' commits are found by looking, at the latest after a second.
            if let Ok(Err(_)) = tokio::time::timeout(Duration::from_secs(1), wake.changed()).await {
                return Ok(());
            }
        }
    }
}

/// Looks for events that were not passed on yet.
///
/// Events become visible in the order of their commits and not of their times, and the nodes' clocks differ. So each look
/// reads again what is around this node's own time, and events are told apart by id.
struct Lookout {
    /// Times of the events that were seen, as far back as may be read again.
    seen: HashMap<EventId, i64>,
    /// When all of the wide span was last read.
    widely_us: i64,
}

impl Lookout {
    /// How far the nodes' clocks may differ, and how long a commit may take.
    const WIDE_US: i64 = MINUTE_US;
    /// Between looks at the wide span, only this is read.
    const NARROW_US: i64 = 5 * SECOND_US;
    /// How often the wide span is read.
    const WIDELY_EVERY_US: i64 = 2 * SECOND_US;
    /// Events read at once.
    const PAGE: i64 = 1000;

    fn new(core: &Core) -> Self {
        Self { seen: HashMap::new(), widely_us: core.clock().now_us() - Self::WIDELY_EVERY_US }
    }

    async fn look(&mut self, core: &Core) -> Result<()> {
        let now = core.clock().now_us();
        // Also when this node's clock was set back.
        let wide = !(0..Self::WIDELY_EVERY_US).contains(&(now - self.widely_us));
        // After a failure, or a jump of the clock, the span begins where the last one did.
        let from = if wide { now.min(self.widely_us) - Self::WIDE_US } else { now - Self::NARROW_US };
        let to = now + Self::WIDE_US;
        let mut after = (from, EventId(Uuid::nil()));
        loop {
            let page = rows::within(core.db(), core.org(), after, to, Self::PAGE).await?;
            for row in &page {
                after = (row.at_us, row.id);
                if self.seen.insert(row.id, row.at_us).is_none()
                    && let Some(change) = Change::decode(row.topic_id, &row.kind, row.ref_id)
                {
                    // Receivers that can't keep up are told that they lag, and fetch everything.
                    core.live().publish(LiveEvent { id: row.id, change });
                }
            }
            if page.len() < Self::PAGE as usize {
                break;
            }
        }
        if wide {
            self.widely_us = now;
            let again = now - Self::WIDE_US..to;
            self.seen.retain(|_, at| again.contains(at));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
