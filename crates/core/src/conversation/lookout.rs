//! What happens on other nodes, found by looking: nothing depends on being told. And what the house announces: devices that
//! were removed, sessions that ended.

use super::standing::side_of;
use super::{Outcome, wire_id};
use crate::clock::{MINUTE_US, SECOND_US};
use crate::live::{Change, LiveEvent};
use crate::{Core, Result};
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use wardpost_e2ee::wire::Push;
use wardpost_model::person::PersonState;
use wardpost_model::{ConversationId, PersonId};
use wardpost_store::Engine;
use wardpost_store::repo::conversation as rows;
use wardpost_store::repo::conversation_log::{self as log, ReceiptRow};

/// Receipts that were passed on lately, by this node itself or after a look.
#[derive(Default)]
pub(super) struct Receipts(Mutex<HashMap<(ConversationId, PersonId, bool, i64), i64>>);

impl Receipts {
    fn lock(&self) -> MutexGuard<'_, HashMap<(ConversationId, PersonId, bool, i64), i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Notes one; false if it was noted before.
    pub(super) fn note(&self, id: ConversationId, r: &ReceiptRow) -> bool {
        self.lock().insert((id, r.person_id, r.read, r.seq), r.at_us).is_none()
    }
    fn forget_before(&self, at_us: i64) {
        self.lock().retain(|_, at| *at >= at_us);
    }
}

/// Looks for what was not passed on yet.
pub(super) struct Lookout {
    /// When all of the wide span was last read.
    widely_us: i64,
    /// When receipts were last read.
    receipts_us: i64,
}

impl Lookout {
    /// How far the nodes' clocks may differ, and how long a commit may take.
    pub(super) const WIDE_US: i64 = MINUTE_US;
    /// Between looks at the wide span, only this is read.
    pub(super) const NARROW_US: i64 = 5 * SECOND_US;
    /// How often the wide span is read.
    const WIDELY_EVERY_US: i64 = 2 * SECOND_US;
    /// How often receipts of other nodes are read, and how far back.
    const RECEIPTS_EVERY_US: i64 = SECOND_US / 4;
    const RECEIPTS_BACK_US: i64 = 2 * SECOND_US;
    /// Receipts read at once.
    const RECEIPTS: i64 = 5000;

    pub(super) fn new(core: &Core) -> Self {
        let now = core.clock().now_us();
        Self { widely_us: now - Self::WIDELY_EVERY_US, receipts_us: now }
    }

    pub(super) async fn look(&mut self, core: &Core) -> Outcome<()> {
        let now = core.clock().now_us();
        // Also when this node's clock was set back.
        let wide = !(0..Self::WIDELY_EVERY_US).contains(&(now - self.widely_us));
        let from = if wide { now.min(self.widely_us) - Self::WIDE_US } else { now - Self::NARROW_US };
        for (id, last_seq, version) in rows::changed(core.db(), core.org(), from).await? {
            Self::look_at(core, id, (last_seq, version)).await?;
        }
        let receipts = &core.conversations().receipts;
        if !(0..Self::RECEIPTS_EVERY_US).contains(&(now - self.receipts_us)) {
            // What is missed at a jump of the clock is asked for.
            let from = now.min(self.receipts_us) - Self::RECEIPTS_BACK_US;
            for (id, receipt) in log::receipts_since(core.db(), core.org(), from, Self::RECEIPTS).await? {
                if receipts.note(id, &receipt) {
                    core.tell_receipt(id, &receipt).await?;
                }
            }
            self.receipts_us = now;
        }
        if wide {
            self.widely_us = now;
            receipts.forget_before(now - 2 * Self::RECEIPTS_BACK_US);
            core.conversations().lanes.sweep(now);
        }
        Ok(())
    }

    async fn look_at(core: &Core, id: ConversationId, (last_seq, version): (i64, i64)) -> Outcome<()> {
        let lane = core.conversations().lanes.of(id, core.clock().now_us());
        // Somebody adds to it at this moment, here, and passes on what stands before it. The next look comes soon.
        let Ok(mut inner) = lane.inner.try_lock() else { return Ok(()) };
        if inner.passed.is_some_and(|passed| passed >= last_seq) && inner.told == Some(version) {
            return Ok(());
        }
        if core.conversations().hub.is_empty() {
            (inner.passed, inner.told) = (Some(last_seq), Some(version));
            return Ok(());
        }
        let state = inner.reload(core, id).await?;
        let last_seq = inner.last_seq;
        core.catch_up(&inner, &state, last_seq + 1).await?;
        if inner.told != Some(state.version) {
            let people: HashSet<PersonId> = state.members.iter().map(|m| m.person).collect();
            core.conversations().hub.tell_conversation(people, id);
        }
        (inner.passed, inner.told) = (Some(last_seq), Some(state.version));
        Ok(())
    }
}

impl Core {
    /// Passes on what other nodes add to conversations, and heeds what the house announces, until the store closes. One task
    /// per node, beside [`Core::run_live`].
    ///
    /// # Errors
    /// Never ends with an error: troubles of the store are waited out.
    pub async fn run_conversations(&self) -> Result<()> {
        let events = self.live().subscribe();
        // Neither waits for the other: much to heed is no reason not to look.
        tokio::select! {
            () = self.heed_events(events) => {}
            () = self.look_again_and_again() => {}
        }
        Ok(())
    }

    async fn heed_events(&self, mut events: Receiver<LiveEvent>) {
        loop {
            let heeded = match events.recv().await {
                Ok(event) => self.heed_for_conversations(event.change).await,
                Err(RecvError::Lagged(_)) => self.look_at_everybody().await,
                Err(RecvError::Closed) => return,
            };
            if let Err(error) = heeded {
                tracing::debug!(%error, "an announcement can't be heeded now");
            }
        }
    }

    async fn look_again_and_again(&self) {
        let mut wake = self.db().watch();
        let mut lookout = Lookout::new(self);
        // A store that only this process has holds nothing of other nodes: everything is passed on by whoever adds it.
        let alone = self.db().engine() == Engine::Sqlite;
        loop {
            if let Err(error) = lookout.look(self).await {
                tracing::debug!(%error, "conversations can't be looked at now");
            }
            // Under load many commits share one look.
            tokio::time::sleep(if alone { Duration::from_secs(1) } else { Duration::from_millis(25) }).await;
            // The wake-up is a hint: other nodes' commits are found by looking, at the latest after a second.
            if let Ok(Err(_)) = tokio::time::timeout(Duration::from_secs(1), wake.changed()).await {
                return;
            }
        }
    }

    async fn heed_for_conversations(&self, change: Change) -> Outcome<()> {
        let hub = &self.conversations().hub;
        match change {
            Change::Sessions(person) => hub.of(person).iter().for_each(|line| line.look_anew()),
            Change::House => {
                let house = self.house().await?;
                for person in hub.people() {
                    let may = house.person(person).filter(|p| p.state == PersonState::Active);
                    let may = may.map(|p| house.permissions_of(&p.roles)).unwrap_or_default();
                    for line in hub.of(person) {
                        let same = *line.permissions.lock().unwrap_or_else(PoisonError::into_inner) == may;
                        if !same || side_of(&may).is_none() {
                            line.look_anew();
                        }
                    }
                }
            }
            Change::ConversationDevices(person) => {
                self.cut_removed_devices(person).await?;
                if !hub.is_empty() {
                    let neighbours = rows::neighbours(self.db(), self.org(), person).await?;
                    let all = neighbours.into_iter().chain([person]).collect::<HashSet<_>>();
                    hub.tell_all(all, Push::Devices { person: wire_id(person) });
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Announcements were missed: everything that they could have been about is looked at.
    async fn look_at_everybody(&self) -> Outcome<()> {
        let hub = &self.conversations().hub;
        for person in hub.people() {
            self.cut_removed_devices(person).await?;
            for line in hub.of(person) {
                line.look_anew();
            }
        }
        Ok(())
    }
}
