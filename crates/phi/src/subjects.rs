//! To whom words about health were linked.

use std::collections::BTreeSet;

/// Persons, birth dates and numbers (by the byte where they begin) that health information was linked to, each with the
/// rule that did it. A tree, for they come in no order and a long text may hold tens of thousands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Subjects(BTreeSet<(u32, &'static str)>);

impl Subjects {
    pub(crate) fn insert(&mut self, start: u32, rule: &'static str) {
        self.0.insert((start, rule));
    }

    /// The rule that linked whoever begins here.
    pub(crate) fn rule_at(&self, start: u32) -> Option<&'static str> {
        self.first_from(start).filter(|s| s.0 == start).map(|s| s.1)
    }

    /// Whether somebody begins at one of these bytes.
    pub(crate) fn any_within(&self, bytes: std::ops::RangeInclusive<u32>) -> bool {
        self.first_from(*bytes.start()).is_some_and(|s| s.0 <= *bytes.end())
    }

    pub(crate) fn linked_by(&self, rule: &str) -> bool {
        self.0.iter().any(|s| s.1 == rule)
    }

    /// Where they begin, each once.
    pub(crate) fn starts(&self) -> impl Iterator<Item = u32> + '_ {
        let mut before = None;
        self.0.iter().map(|s| s.0).filter(move |start| before.replace(*start) != Some(*start))
    }

    /// Links; one individual may have several.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn first_from(&self, start: u32) -> Option<&(u32, &'static str)> {
        self.0.range((start, "")..).next()
    }
}
