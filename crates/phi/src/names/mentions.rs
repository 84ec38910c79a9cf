//! Later mentions of a person who was named before.

use super::{NameFinder, Person};
use crate::lexicon::*;
use crate::text::{Kind, Text};
use std::collections::BTreeMap;

/// Later mentions of one part of a full name.
pub(super) fn add_repeats(names: &NameFinder<'_>, out: &mut Vec<Person>) {
    let hash = |i: usize| names.t.tokens.get(i).map_or(0, |t| t.hash);
    let mut parts: Vec<u32> = Vec::new();
    for p in out.iter().filter(|p| p.score >= 65 && p.last - p.first >= 1) {
        for i in (p.first..p.last).filter(|i| names.capital(*i)) {
            let long = names.t.token_text(i).chars().nth(2).is_some();
            if long && names.t.flags(i) & (COMMON | PLACE | ORG_WORD | MONTH) == 0 {
                parts.push(hash(i));
            }
        }
    }
    if parts.is_empty() {
        return;
    }
    parts.sort_unstable();
    parts.dedup();
    let before = out.len();
    let mut next = 0;
    for i in 0..names.t.tokens.len() {
        while out.get(next).is_some_and(|p| next < before && p.last <= i) {
            next += 1;
        }
        let covered = out.get(next).is_some_and(|p| next < before && p.first <= i);
        if !covered && names.capital(i) && parts.binary_search(&hash(i)).is_ok() {
            let organisation = names.t.flags(i + 1) & (ORG_WORD | STREET) != 0 && names.gap(i + 1) == 1;
            out.extend(names.person(i, i + 1, 75, "named_before").filter(|_| !organisation));
        }
    }
    out.sort_by_key(|p| p.start);
}

/// Joins mentions that share a surname (or the only word of one of them) to the first.
pub(super) fn join(t: &Text<'_>, out: &mut [Person]) {
    // A tree: a sender may choose words whose hashes fall together.
    let mut by_word: BTreeMap<u32, usize> = BTreeMap::new();
    let mut words: Vec<u32> = Vec::new();
    for index in 0..out.len() {
        let Some(p) = out.get(index).copied() else { break };
        let named = |i: &usize| {
            let word = t.tokens.get(*i).filter(|x| x.kind == Kind::Word && x.flags & PARTICLE == 0)?;
            t.token_text(*i).chars().nth(1).map(|_| word.hash)
        };
        words.clear();
        words.extend((p.first..p.last).filter_map(|i| named(&i)));
        // The whole name, as one word; a name of one word is that word.
        let full = words.iter().copied().reduce(|all, w| all.rotate_left(9) ^ w).unwrap_or(0);
        let known = by_word.get(&full).copied();
        let same_as = if p.initials { index } else { known.unwrap_or(index) };
        if let Some(p) = out.get_mut(index) {
            p.same_as = same_as;
        }
        by_word.entry(full).or_insert(same_as);
        for w in &words {
            by_word.entry(*w).or_insert(same_as);
        }
    }
}
