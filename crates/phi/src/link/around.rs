//! Health and numbers near a mention.

use super::*;

/// Health and numbers near a mention.
pub(super) struct Around {
    /// Heaviest in the sentence, the next two, the paragraph.
    pub(super) sentence: u32,
    pub(super) next: u32,
    pub(super) paragraph: u32,
    /// The nearest one: how far, on which side, how heavy.
    pub(super) near: u32,
    /// Kinds of numbers beside it, as bits.
    pub(super) attributes: u32,
    /// Tokens between the mention and the nearest health.
    pub(super) between: Option<(usize, usize)>,
}

impl Around {
    pub(super) fn new(e: &Evidence<'_>, first: usize, last: usize) -> Self {
        let sentence = e.layout.sentence_of(first);
        let paragraph = e.layout.paragraph_of(first);
        let mut a = Self { sentence: 0, next: 0, paragraph: 0, near: 0, attributes: 0, between: None };
        let from = e.health.partition_point(|h| h.first + 150 < first);
        let mut nearest: Option<(usize, &Health)> = None;
        for h in e.health.iter().skip(from).take_while(|h| h.first < last + 150).take(60).filter(|h| !h.generic) {
            let weight = u32::from(h.weight);
            let s = e.layout.sentence_of(h.first);
            if s == sentence {
                a.sentence = a.sentence.max(weight);
            } else if s > sentence && s <= sentence + 2 {
                a.next = a.next.max(weight);
            }
            if e.layout.paragraph_of(h.first) == paragraph {
                a.paragraph = a.paragraph.max(weight);
            }
            let far = if h.first >= last { h.first - last } else { first.saturating_sub(h.last) };
            if nearest.is_none_or(|n| far < n.0) {
                nearest = Some((far, h));
            }
        }
        if let Some((far, h)) = nearest {
            let after = h.first >= last;
            a.near = (bucket(far / 2) * 2 + u32::from(after)) * 4 + u32::from(h.weight);
            a.between = (far <= 12).then_some(if after { (last, h.first) } else { (h.last, first) });
        }
        let from = e.ids.partition_point(|s| s.first + 14 < first);
        for s in e.ids.iter().skip(from).take_while(|s| s.first < last + 14).take(12) {
            let bit = match s.kind {
                F::Dob => 0,
                F::Mrn | F::Bsn | F::Ssn | F::Nhs => 1,
                F::Insurance => 2,
                F::Phone => 3,
                F::Email => 4,
                F::Address => 5,
                _ => continue,
            };
            a.attributes |= 1 << bit;
        }
        a
    }

    pub(super) const fn code(&self) -> u32 {
        self.sentence * 16 + self.next * 4 + self.paragraph
    }
}
