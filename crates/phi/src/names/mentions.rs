//! One person, several mentions.

use super::{NameFinder, Person};
use crate::lexicon::{COMMON, MONTH, ORG_WORD, PARTICLE, PLACE, STREET};
use crate::text::{Kind, Text};
use std::collections::HashMap;

/// Later mentions of one part of a full name.
pub(super) fn add_repeats(names: &NameFinder<'_>, out: &mut Vec<Person>) {
    let mut parts: HashMap<String, ()> = HashMap::new();
    for p in out.iter().filter(|p| p.score >= 65 && p.last - p.first >= 1) {
        for i in (p.first..p.last).filter(|i| names.capital(*i)) {
            let word = names.t.token_text(i);
            if word.chars().count() >= 3 && names.t.flags(i) & (COMMON | PLACE | ORG_WORD | MONTH) == 0 {
                parts.insert(word.to_lowercase(), ());
            }
        }
    }
    if parts.is_empty() {
        return;
    }
    let mut covered = vec![false; names.t.tokens.len()];
    for p in out.iter() {
        covered.iter_mut().take(p.last).skip(p.first).for_each(|c| *c = true);
    }
    for i in 0..names.t.tokens.len() {
        if covered.get(i) == Some(&false)
            && names.capital(i)
            && parts.contains_key(&names.t.token_text(i).to_lowercase())
        {
            let organisation = names.t.flags(i + 1) & (ORG_WORD | STREET) != 0 && names.gap(i + 1) == 1;
            out.extend(names.person(i, i + 1, 75, "named_before").filter(|_| !organisation));
        }
    }
    out.sort_by_key(|p| p.start);
}

/// Joins mentions that share a surname (or the only word of one of them) to the first.
pub(super) fn join(t: &Text<'_>, out: &mut [Person]) {
    let mut by_word: HashMap<String, usize> = HashMap::new();
    for index in 0..out.len() {
        let Some(p) = out.get(index).copied() else { break };
        let words: Vec<String> = (p.first..p.last)
            .filter(|i| t.flags(*i) & PARTICLE == 0 && t.kind(*i) == Some(Kind::Word))
            .map(|i| t.token_text(i).to_lowercase())
            .filter(|w| w.chars().count() >= 2)
            .collect();
        let full = words.join(" ");
        let surname = words.last().cloned().unwrap_or_default();
        let short = words.len() == 1;
        let known = by_word.get(&full).or_else(|| if short { by_word.get(&surname) } else { None }).copied();
        let same_as = if p.initials { index } else { known.unwrap_or(index) };
        if let Some(p) = out.get_mut(index) {
            p.same_as = same_as;
        }
        by_word.entry(full).or_insert(same_as);
        for w in words {
            by_word.entry(w).or_insert(same_as);
        }
    }
}
