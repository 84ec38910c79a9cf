//! Whose information is it? What was learned from labelled messages: every person, number and the sender is weighed as
//! the one whom the text is about, by the rules' answers, the words around, and the tone of the whole text.

use crate::health::Health;
use crate::layout::Zone;
use crate::learned::{Model, Seen, Sink, bits, feature, hash};
use crate::names::Person;
use crate::roles::Role;
use crate::subjects::Subjects;
use crate::text::{Case, Kind, Token, Words, fold_into};
use crate::verdict::Evidence;
use features::{candidate_features, manner_features, text_features};
use std::collections::BTreeMap;
pub(crate) use tone::pieces;
use tone::{lettered, letters_tone, tone_words};
use wardpost_model::finding::FindingKind as F;

mod around;
mod features;
mod tone;

/// Most persons and numbers that are weighed in one text, so that time stays linear.
const MOST: usize = 400;
/// Most mentions of one of them that are looked at.
const MENTIONS: usize = 5;
/// So many tokens at the head of a text tell its tone.
const TONE_TOKENS: usize = 500;

/// Who could be the one whom a part of the text is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Who {
    /// Indexes of the mentions of one person in this part.
    Person(Vec<usize>),
    /// Index of a number, date, address.
    Number(usize),
    /// Whoever writes.
    Sender,
}

/// Somebody in one part of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub who: Who,
    /// Which part.
    part: usize,
}

impl Candidate {
    /// Where in the text the person or number stands first.
    pub(crate) fn start(&self, e: &Evidence<'_>) -> u32 {
        match &self.who {
            Who::Person(mentions) => {
                let first = mentions.first().and_then(|i| e.persons.get(*i)).and_then(|p| e.persons.get(p.same_as));
                first.map_or(0, |p| p.start)
            }
            Who::Number(i) => e.ids.get(*i).map_or(0, |s| s.start),
            Who::Sender => 0,
        }
    }
}

/// The candidates with their scores.
pub(crate) struct Weighed {
    pub candidates: Vec<(Candidate, f32)>,
}

impl Weighed {
    /// The score of the whole: the sum of all chances, as they were trained.
    pub(crate) fn whole(&self) -> f32 {
        let most = self.most();
        let sum: f32 = self.candidates.iter().map(|c| (c.1 - most).exp()).sum();
        most + sum.ln()
    }
    /// The best score.
    pub(crate) fn most(&self) -> f32 {
        self.candidates.iter().map(|c| c.1).fold(f32::NEG_INFINITY, f32::max)
    }
}

pub(crate) fn weigh(e: &Evidence<'_>, subjects: &Subjects, model: &Model) -> Weighed {
    let (table, tone) = (&model.links, &model.tone);
    let facts = Facts::new(e);
    let tones: Vec<f32> = (facts.parts.iter())
        .map(|p| tone.mean(|sum| tone_words(e, &facts, p, sum)) + letters_tone(e, &facts, p, model))
        .collect();
    let manners: Vec<f32> = facts.parts.iter().map(|p| table.score(|sum| manner_features(e, &facts, p, sum))).collect();
    let whole = table.score(|sum| text_features(e, &facts, subjects, sum));
    let mut seen = Seen::new();
    let scored = candidates(e, &facts).into_iter().map(|c| {
        let own = table.score(|sum| candidate_features(e, &facts, subjects, &c, &mut seen, sum));
        let part = |of: &[f32]| of.get(c.part).copied().unwrap_or(0.0);
        let score = own + whole + part(&tones) + part(&manners) + model.bias;
        (c, score)
    });
    Weighed { candidates: scored.collect() }
}

/// What the trainer needs of a text.
#[derive(Debug, Default)]
pub struct LinkExample {
    /// For everybody whom the text could be about: the features, and in which part they stand.
    pub candidates: Vec<(Vec<u32>, usize)>,
    /// For every part: its words and pairs, and its pieces of words.
    pub parts: Vec<[Vec<u32>; 2]>,
}

/// The features of every candidate, and of every part.
pub(crate) fn examples(e: &Evidence<'_>, subjects: &Subjects) -> LinkExample {
    let facts = Facts::new(e);
    let mut seen = Seen::new();
    let mut all = LinkExample::default();
    for c in candidates(e, &facts) {
        let mut out = Vec::new();
        text_features(e, &facts, subjects, &mut out);
        if let Some(part) = facts.parts.get(c.part) {
            manner_features(e, &facts, part, &mut out);
        }
        candidate_features(e, &facts, subjects, &c, &mut seen, &mut out);
        all.candidates.push((out, c.part));
    }
    for part in &facts.parts {
        let mut both = [Vec::new(), Vec::new()];
        let [words, letters] = &mut both;
        tone_words(e, &facts, part, words);
        lettered(e, &facts, part).for_each(|t| pieces(e.t.slice(t.start, t.end), letters));
        all.parts.push(both);
    }
    all
}

fn candidates(e: &Evidence<'_>, f: &Facts) -> Vec<Candidate> {
    let mut groups: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    let protected = |(i, _): &(usize, &Person)| e.excepted.get(*i) != Some(&true);
    for (i, p) in e.persons.iter().enumerate().filter(protected) {
        let key = (f.part_of(e, p.first), p.same_as);
        if groups.len() < MOST || groups.contains_key(&key) {
            groups.entry(key).or_default().push(i);
        }
    }
    let mut out: Vec<Candidate> =
        groups.into_iter().map(|((part, _), m)| Candidate { who: Who::Person(m), part }).collect();
    let numbers = e.ids.iter().enumerate().filter(|(_, s)| s.is_personal()).take(MOST);
    out.extend(numbers.map(|(i, s)| Candidate { who: Who::Number(i), part: f.part_of(e, s.first) }));
    out.extend((0..f.parts.len()).map(|part| Candidate { who: Who::Sender, part }));
    out
}

/// Tokens of some paragraphs that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    first: usize,
    last: usize,
}

/// From this class on a token is part of a number or address.
const NUMBER: u8 = 20;
/// A part ends with the paragraph that brings it to this many tokens …
const PART: usize = 60;
/// … or, in a long paragraph or table, with the line that brings it to this many.
const LONG_PART: usize = 240;

fn parts(e: &Evidence<'_>) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::new();
    let mut first = 0;
    let mut paragraph = 0;
    for line in &e.layout.lines {
        let length = line.first.saturating_sub(first);
        if (line.paragraph != paragraph && length >= PART) || length >= LONG_PART {
            out.push(Part { first, last: line.first });
            first = line.first;
        }
        paragraph = line.paragraph;
    }
    // The last lines, mostly a signature, belong to what they sign.
    match out.last_mut() {
        Some(p) if e.t.tokens.len() - first < PART / 2 => p.last = e.t.tokens.len(),
        _ => out.push(Part { first, last: e.t.tokens.len() }),
    }
    out
}

/// What is the same for all candidates.
struct Facts {
    persons: u32,
    numbers: u32,
    general: u32,
    /// Heaviest specific mention of health, and how many different ones.
    weight: u32,
    kinds: u32,
    parts: Vec<Part>,
    /// By token: 1 for a part of a name, 3 + weight for health, [`NUMBER`] and its kind for a number or address.
    class: Vec<u8>,
}

impl Facts {
    fn new(e: &Evidence<'_>) -> Self {
        let mut class = vec![0u8; e.t.tokens.len()];
        let mut fill = |first: usize, last: usize, c: u8| {
            if let Some(range) = class.get_mut(first..last.max(first)) {
                range.fill(c);
            }
        };
        e.ids.iter().for_each(|s| fill(s.first, s.last, NUMBER + s.kind as u8));
        e.health.iter().for_each(|h| fill(h.first, h.last, if h.generic { 7 } else { 3 + h.weight }));
        e.persons.iter().for_each(|p| fill(p.first, p.last, 1));
        let distinct = e.persons.iter().enumerate().filter(|(i, p)| p.same_as == *i).count();
        let specific = || e.health.iter().filter(|h| !h.generic);
        let mut words: Vec<u32> = specific().filter_map(|h| e.t.tokens.get(h.first)).map(|t| t.hash).collect();
        words.sort_unstable();
        words.dedup();
        Self {
            persons: bucket(distinct),
            numbers: bucket(e.ids.len()),
            general: bucket(e.general.iter().sum()),
            weight: specific().map(|h| u32::from(h.weight)).max().unwrap_or(0),
            kinds: bucket(words.len()),
            parts: parts(e),
            class,
        }
    }

    fn part_of(&self, _: &Evidence<'_>, token: usize) -> usize {
        self.parts.partition_point(|p| p.last <= token).min(self.parts.len().saturating_sub(1))
    }

    /// A word, or that it is a name, number or address. Words about health stay themselves.
    fn plain_word(&self, e: &Evidence<'_>, i: usize) -> u32 {
        match self.class.get(i).copied().unwrap_or(0) {
            c if c == 1 || c >= NUMBER => 0x2000 + u32::from(c),
            _ => e.t.tokens.get(i).map_or(1, |t| t.hash),
        }
    }

    /// A word, or what stands in its place.
    fn word(&self, e: &Evidence<'_>, i: usize) -> u32 {
        match self.class.get(i).copied().unwrap_or(0) {
            0 => e.t.tokens.get(i).map_or(1, |t| t.hash),
            c => 0x2000 + u32::from(c),
        }
    }
}

fn bucket(n: usize) -> u32 {
    match n {
        0..=3 => u32::try_from(n).unwrap_or(0),
        4..=5 => 4,
        6..=9 => 5,
        10..=20 => 6,
        _ => 7,
    }
}
