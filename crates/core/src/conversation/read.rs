//! Reading: the log, epoch keys, and what a device needs to get into the group. Who may read what is looked up at each question.

use super::{Asker, Outcome, Refused, own_number, wire_id, wire_number};
use crate::Core;
use wardpost_e2ee::Id;
use wardpost_e2ee::wire::{Entry, EntryKind, EpochKey, MAX_ENTRIES};
use wardpost_store::Batch;
use wardpost_store::repo::conversation as conversations;
use wardpost_store::repo::conversation_log::{self as log, EntryRow};
use wardpost_store::repo::conversation_package as packages;

/// Bytes of one answer, but for its first entry.
const ANSWER_BYTES: usize = 1 << 20;
/// Entries read at once: with the largest messages, about twice an answer.
const PAGE: usize = 32;
/// Largest wrap of an epoch key, in bytes.
pub(super) const WRAP: usize = 4096;

/// Which piece of a log.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    /// Entries with a higher number than this, oldest first ...
    pub after: u64,
    /// ... or those with a lower number than this, newest first.
    pub before: Option<u64>,
    /// At most so many.
    pub limit: u32,
}

impl Core {
    /// Reads the log, as far as it is the reader's: only entries of the times of membership. Gives the last number, too.
    ///
    /// # Errors
    /// [`Refused::NotFound`] for who never was a member; [`Refused::Denied`].
    pub async fn fetch_entries(&self, asker: Asker<'_>, conversation: Id, piece: Piece) -> Outcome<(Vec<Entry>, u64)> {
        let seen = self.membership(asker, conversation).await?;
        let limit = usize::try_from(piece.limit).unwrap_or(usize::MAX).clamp(1, MAX_ENTRIES);
        let newest_first = piece.before.is_some();
        let mut spans: Vec<(i64, i64)> = seen
            .spans
            .iter()
            .map(|s| (s.since_seq, s.until_seq.unwrap_or(i64::MAX).min(seen.row.last_seq + 1)))
            .map(|(from, to)| match piece.before {
                Some(before) => (from, to.min(own_number(before))),
                None => (from.max(own_number(piece.after).saturating_add(1)), to),
            })
            .filter(|(from, to)| from < to)
            .collect();
        if newest_first {
            spans.reverse();
        }
        let (mut entries, mut bytes) = (Vec::new(), 0);
        'all: for (from, to) in spans {
            let (mut from, mut to) = (from, to);
            loop {
                let wanted = (limit - entries.len()).min(PAGE);
                let most = i64::try_from(wanted).unwrap_or(i64::MAX);
                let (db, org, id) = (self.db(), self.org(), seen.row.id);
                let page = if newest_first {
                    log::before(db, org, id, (from, to), most).await?
                } else {
                    log::after(db, org, id, (from - 1, to), most).await?
                };
                let Some(last) = page.last().map(|row| row.seq) else { break };
                let whole = page.len() == wanted;
                (from, to) = if newest_first { (from, last) } else { (last + 1, to) };
                for row in page {
                    bytes += row.body.len();
                    if !entries.is_empty() && bytes > ANSWER_BYTES {
                        break 'all;
                    }
                    entries.push(entry_of(row));
                }
                if entries.len() >= limit {
                    break 'all;
                }
                if !whole {
                    break;
                }
            }
        }
        Ok((entries, wire_number(seen.last())))
    }

    /// Epoch keys as they were wrapped for who asks, from an epoch on.
    ///
    /// # Errors
    /// As [`Core::fetch_entries`].
    pub async fn epoch_keys(&self, asker: Asker<'_>, conversation: Id, from: u64) -> Outcome<Vec<EpochKey>> {
        const PAGE: i64 = 500;
        let seen = self.membership(asker, conversation).await?;
        let place = (seen.row.id, asker.actor.person_id);
        let rows = log::keys(self.db(), self.org(), place, own_number(from), PAGE).await?;
        let key = |r: log::KeyRow| EpochKey { epoch: wire_number(r.epoch), own: r.own, wrap: r.wrap.into() };
        Ok(rows.into_iter().map(key).collect())
    }

    /// Keeps epoch keys that who asks wrapped for themselves.
    ///
    /// # Errors
    /// [`Refused::Malformed`] `too_many`, `too_large`, `epoch` (not reached yet), `own`; else as [`Core::fetch_entries`].
    pub async fn put_epoch_keys(&self, asker: Asker<'_>, conversation: Id, keys: Vec<EpochKey>) -> Outcome<()> {
        let seen = self.membership(asker, conversation).await?;
        if keys.len() > MAX_ENTRIES {
            return Err(Refused::Malformed("too_many"));
        }
        let mut batch = Batch::new();
        for key in keys {
            if key.wrap.is_empty() || key.wrap.len() > WRAP {
                return Err(Refused::Malformed("too_large"));
            }
            if !key.own {
                return Err(Refused::Malformed("own"));
            }
            if own_number(key.epoch) > seen.row.epoch {
                return Err(Refused::Malformed("epoch"));
            }
            let (me, epoch) = (asker.actor.person_id, own_number(key.epoch));
            log::own_key(&mut batch, self.org(), seen.row.id, me, epoch, key.wrap.to_vec());
        }
        self.db().write(batch).await?;
        Ok(())
    }

    /// What an external commit needs: the epoch and its GroupInfo. For members of now.
    ///
    /// # Errors
    /// [`Refused::NotFound`], also for who is no member any more; [`Refused::Denied`].
    pub async fn group_info(&self, asker: Asker<'_>, conversation: Id) -> Outcome<(u64, Vec<u8>)> {
        let seen = self.membership(asker, conversation).await?;
        if !seen.is_member() {
            return Err(Refused::NotFound);
        }
        let found = conversations::group_info(self.db(), self.org(), seen.row.id).await?;
        let (epoch, info) = found.ok_or(Refused::NotFound)?;
        Ok((wire_number(epoch), info))
    }

    /// The newest welcome for the device that asks, with the epoch that it leads into.
    ///
    /// # Errors
    /// As [`Core::group_info`].
    pub async fn group_welcome(&self, asker: Asker<'_>, conversation: Id) -> Outcome<Option<(u64, Vec<u8>)>> {
        let seen = self.membership(asker, conversation).await?;
        if !seen.is_member() {
            return Err(Refused::NotFound);
        }
        let found = packages::welcome(self.db(), self.org(), seen.row.id, asker.device).await?;
        Ok(found.map(|(epoch, welcome)| (wire_number(epoch), welcome)))
    }
}

/// An entry as the protocol has it.
pub(super) fn entry_of(r: EntryRow) -> Entry {
    let ids = |bytes: &[u8]| bytes.chunks_exact(16).filter_map(Id::from_slice).collect();
    Entry {
        seq: wire_number(r.seq),
        at_us: r.at_us,
        kind: match r.kind {
            "message" => EntryKind::Message,
            "commit" => EntryKind::Commit,
            "closed" => EntryKind::Closed,
            _ => EntryKind::Reopened,
        },
        epoch: wire_number(r.epoch),
        person: wire_id(r.person_id),
        device: wire_id(r.device_id),
        client_id: wire_id(r.client_id),
        flags: u8::try_from(r.flags).unwrap_or(0),
        added: ids(&r.added),
        removed: ids(&r.removed),
        body: r.body.into(),
    }
}
