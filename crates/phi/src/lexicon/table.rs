//! Words by their hashes.

use super::UNKNOWN;
use crate::text::fold_hash;

/// Word ids by the hash of the word: open addressing, one look in memory for most words. Two words of which half the
/// hash and the place are the same would be taken for each other; the vocabulary has none (a test), and an attacker who
/// makes one up gains that his word is taken for another one.
pub(super) struct WordTable {
    /// Half of the hash, and the id.
    slots: Vec<(u32, u32)>,
    pub(super) used: usize,
}

impl WordTable {
    /// At most two thirds of the slots are ever filled.
    pub(super) fn with_room_for(words: usize) -> Self {
        Self { slots: vec![(0, UNKNOWN); (words + words / 2).next_power_of_two()], used: 0 }
    }

    pub(super) fn get(&self, hash: u64) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let (mut at, half) = (place(hash) & mask, fold_hash(hash));
        loop {
            match self.slots.get(at) {
                Some((h, id)) if *h == half && *id != UNKNOWN => return Some(*id),
                Some((_, id)) if *id != UNKNOWN => at = (at + 1) & mask,
                _ => return None,
            }
        }
    }

    /// Adds a word that is not in it, as long as there is room.
    pub(super) fn insert(&mut self, hash: u64, id: u32) {
        if self.used * 3 >= self.slots.len() * 2 {
            return;
        }
        let mask = self.slots.len() - 1;
        let mut at = place(hash) & mask;
        while self.slots.get(at).is_some_and(|s| s.1 != UNKNOWN) {
            at = (at + 1) & mask;
        }
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = (fold_hash(hash), id);
            self.used += 1;
        }
    }
}

/// The other bits of the hash than those of [`fold_hash`].
const fn place(hash: u64) -> usize {
    (hash >> 17) as usize
}
