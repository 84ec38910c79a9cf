//! To whom words about health were linked.

/// Persons, birth dates and numbers (by the byte where they begin) that health information was linked to, each with the
/// rule that did it. In order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Subjects(Vec<(u32, &'static str)>);

impl Subjects {
    pub(crate) fn insert(&mut self, start: u32, rule: &'static str) {
        if let Err(at) = self.0.binary_search(&(start, rule)) {
            self.0.insert(at, (start, rule));
        }
    }

    /// The rule that linked whoever begins here.
    pub(crate) fn rule_at(&self, start: u32) -> Option<&'static str> {
        self.from(start).first().filter(|s| s.0 == start).map(|s| s.1)
    }

    /// Whether somebody begins at one of these bytes.
    pub(crate) fn any_within(&self, bytes: std::ops::RangeInclusive<u32>) -> bool {
        self.from(*bytes.start()).first().is_some_and(|s| s.0 <= *bytes.end())
    }

    pub(crate) fn linked_by(&self, rule: &str) -> bool {
        self.0.iter().any(|s| s.1 == rule)
    }

    /// Where they begin, each once.
    pub(crate) fn starts(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.chunk_by(|a, b| a.0 == b.0).filter_map(|same| same.first()).map(|s| s.0)
    }

    /// Links; one individual may have several.
    pub(crate) const fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn from(&self, start: u32) -> &[(u32, &'static str)] {
        self.0.get(self.0.partition_point(|s| s.0 < start)..).unwrap_or(&[])
    }
}
