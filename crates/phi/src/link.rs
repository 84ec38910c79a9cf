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
use std::collections::BTreeMap;
use wardpost_model::finding::FindingKind as F;

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

const fn role_code(r: Role) -> u32 {
    match r {
        Role::Patient => 1,
        Role::Addressee => 2,
        Role::Titled => 3,
        Role::Unknown => 4,
        Role::Relative => 5,
        Role::Signatory => 6,
        Role::Staff => 7,
        Role::Correspondent => 8,
    }
}

const fn zone_code(zone: Zone) -> u32 {
    match zone {
        Zone::Blank | Zone::Body => 1,
        Zone::Correspondents => 2,
        Zone::Greeting => 3,
        Zone::Signature => 4,
        Zone::Row => 5,
    }
}

fn candidate_features(
    e: &Evidence<'_>,
    f: &Facts,
    subjects: &Subjects,
    c: &Candidate,
    seen: &mut Seen,
    out: &mut impl Sink,
) {
    seen.clear();
    match &c.who {
        Who::Person(mentions) => person_features(e, f, subjects, mentions, seen, out),
        Who::Number(i) => number_features(e, f, subjects, *i, out),
        Who::Sender => {
            if let Some(part) = f.parts.get(c.part) {
                sender_features(e, f, subjects, part, seen, out);
            }
        }
    }
}

fn rule_of(subjects: &Subjects, start: u32) -> u32 {
    subjects.rule_at(start).map_or(0, |rule| hash(rule.as_bytes()) % 1009 + 1)
}

fn person_features(
    e: &Evidence<'_>,
    f: &Facts,
    subjects: &Subjects,
    mentions: &[usize],
    seen: &mut Seen,
    out: &mut impl Sink,
) {
    let first = mentions.first().and_then(|i| e.persons.get(*i)).and_then(|p| e.persons.get(p.same_as));
    let rule = first.map_or(0, |p| rule_of(subjects, p.start));
    let mut once = |x: u32| {
        if seen.insert(x) {
            out.put(x);
        }
    };
    once(feature(100, rule));
    once(feature(101, bucket(mentions.len())));
    once(feature(102, rule * 8 + f.general));
    for i in mentions.iter().take(MENTIONS) {
        let (Some(p), Some(role)) = (e.persons.get(*i), e.roles.get(*i)) else { continue };
        let role = role_code(*role);
        let zone = zone_code(e.layout.zone_of(p.first));
        let footer = u32::from(e.layout.in_footer(p.first));
        once(feature(103, role));
        once(feature(104, zone * 16 + role + 1024 * footer));
        once(feature(105, hash(p.reason.as_bytes()) ^ role));
        let around = Around::new(e, p.first, p.last);
        let general = u32::try_from(e.general_at(p.first).min(4)).unwrap_or(0);
        once(feature(106, around.code() * 16 + role));
        once(feature(107, around.sentence * 64 + general * 8 + zone));
        once(feature(108, around.code() * 8 + general));
        once(feature(109, around.near * 16 + role));
        once(feature(110, around.attributes * 16 + role));
        once(feature(111, around.attributes * 64 + around.code()));
        once(feature(112, f.weight * 512 + role * 32 + f.kinds * 4));
        for (side, at) in around_words(p.lead.min(p.first), p.last) {
            let word = f.word(e, at);
            once(feature(113 + side, word));
            let flags = e.t.ends.get(at).copied().unwrap_or(0) | e.t.flags(at);
            for bit in bits(flags) {
                once(feature(125 + side, bit));
            }
        }
        for at in e.sentence_tokens(p.first) {
            if e.t.kind(at) == Some(Kind::Word) {
                once(feature(140, f.word(e, at)));
                for field in e.t.tokens.get(at).into_iter().flat_map(|t| t.fields) {
                    once(feature(143, u32::from(field)));
                    once(feature(145, u32::from(field) * 16 + role));
                }
            }
        }
        for at in e.following_tokens(p.first) {
            if e.t.kind(at) == Some(Kind::Word) {
                once(feature(141, f.word(e, at)));
                for field in e.t.tokens.get(at).into_iter().flat_map(|t| t.fields) {
                    once(feature(144, u32::from(field)));
                }
            }
        }
        if let Some((from, to)) = around.between {
            for at in from..to.min(from + 8) {
                once(feature(142, f.word(e, at)));
            }
        }
    }
}

fn number_features(e: &Evidence<'_>, f: &Facts, subjects: &Subjects, index: usize, out: &mut impl Sink) {
    let Some(s) = e.ids.get(index) else { return };
    let kind = hash(s.reason.as_bytes()) % 509 * 32 + s.kind as u32;
    let around = Around::new(e, s.first, s.last);
    let general = u32::try_from(e.general_at(s.first).min(4)).unwrap_or(0);
    out.put(feature(150, s.kind as u32));
    out.put(feature(151, kind));
    out.put(feature(152, (s.kind as u32) * 1024 + rule_of(subjects, s.start)));
    out.put(feature(153, (s.kind as u32) * 64 + around.code()));
    out.put(feature(154, (s.kind as u32) * 64 + around.sentence * 8 + general));
    out.put(feature(155, (s.kind as u32) * 64 + f.weight * 8 + f.general));
    let zone = zone_code(e.layout.zone_of(s.first)) + 8 * u32::from(e.layout.in_footer(s.first));
    out.put(feature(156, (s.kind as u32) * 16 + zone));
    for (side, at) in around_words(s.first, s.last) {
        out.put(feature(157 + side, f.word(e, at) ^ s.kind as u32));
    }
}

/// `I`, `my`, `ik`, `mijn` beside health.
fn sender_features(
    e: &Evidence<'_>,
    f: &Facts,
    subjects: &Subjects,
    part: &Part,
    seen: &mut Seen,
    out: &mut impl Sink,
) {
    let rule = subjects.linked_by("sender_about_self");
    let known = e.sender_known();
    out.put(feature(170, u32::from(rule) * 2 + u32::from(known)));
    let from = e.health.partition_point(|h| h.first < part.first);
    let here = e.health.iter().skip(from).take_while(|h| h.first < part.last);
    for h in here.filter(|h| !h.generic).take(30) {
        let general = u32::try_from(e.general_at(h.first).min(4)).unwrap_or(0);
        let sentence = e.layout.sentence_of(h.first);
        let from = h.first.saturating_sub(12);
        let me = (from..h.last + 8).any(|i| e.layout.sentence_of(i) == sentence && ME.has(e.t, i));
        let mut once = |x: u32| {
            if seen.insert(x) {
                out.put(x);
            }
        };
        once(feature(171, (u32::from(me) * 4 + u32::from(h.weight)) * 8 + general));
        once(feature(172, (u32::from(me) * 2 + u32::from(known)) * 8 + general));
        if me {
            for i in from..h.first {
                if e.layout.sentence_of(i) == sentence {
                    once(feature(173, f.word(e, i)));
                }
            }
        }
    }
}

const ME: Words<14> =
    Words::new(["i", "my", "me", "ik", "mijn", "mij", "m'n", "i'm", "i've", "we", "our", "ons", "onze", "wij"]);

/// The tone of a text: its words, and what was found in it.
fn text_features(e: &Evidence<'_>, f: &Facts, subjects: &Subjects, out: &mut impl Sink) {
    out.put(feature(200, 0));
    out.put(feature(201, f.persons));
    out.put(feature(202, f.weight * 8 + f.kinds));
    out.put(feature(203, f.general));
    out.put(feature(204, f.numbers * 8 + f.persons));
    out.put(feature(205, (f.weight * 8 + f.kinds) * 8 + f.general));
    out.put(feature(206, bucket(subjects.len())));
    out.put(feature(207, bucket(subjects.len()) * 8 + f.general));
    let citizen = e.ids.iter().filter(|s| matches!(s.kind, F::Mrn | F::Bsn | F::Ssn | F::Nhs | F::Dob));
    let mut seen: Vec<u32> = citizen.take(40).map(|s| (s.kind as u32) * 16 + u32::from(s.score / 10)).collect();
    seen.sort_unstable();
    seen.dedup();
    seen.iter().for_each(|s| out.put(feature(208, *s)));
    let roles = e.roles.iter().fold(0, |all, r| all | (1 << role_code(*r)));
    bits(roles).for_each(|r| out.put(feature(209, r * 8 + f.weight)));
    // The first line often says what the whole is.
    let head = e.layout.lines.iter().find(|l| !matches!(l.zone, Zone::Blank | Zone::Correspondents));
    for i in head.map_or(0..0, |l| l.first..l.last.min(l.first + 12)) {
        out.put(feature(215, f.word(e, i)));
    }
    out.put(feature(213, bucket(e.t.tokens.len() / 20)));
}

/// The manner of one part: how it is written, and what was found in it.
fn manner_features(e: &Evidence<'_>, f: &Facts, part: &Part, out: &mut impl Sink) {
    let (mut upper, mut numbers, mut rows) = (0usize, 0usize, 0usize);
    let (mut weight, mut generic) = (0u32, 0usize);
    let mut kinds: Vec<u32> = Vec::new();
    for i in part.first..part.last.min(part.first + TONE_TOKENS) {
        let Some(t) = e.t.tokens.get(i) else { break };
        if e.layout.in_footer(i) || t.kind == Kind::Newline {
            continue;
        }
        upper += usize::from(t.case == Case::Upper);
        numbers += usize::from(t.kind == Kind::Number);
        rows += usize::from(e.layout.zone_of(i) == Zone::Row);
        match f.class.get(i).copied().unwrap_or(0) {
            7 => generic += 1,
            c @ 4..=6 => {
                weight = weight.max(u32::from(c) - 3);
                if kinds.len() < 12 && !kinds.contains(&t.hash) {
                    kinds.push(t.hash);
                }
            }
            _ => {}
        }
    }
    out.put(feature(212, bucket(upper)));
    out.put(feature(214, bucket(rows)));
    out.put(feature(217, bucket(numbers)));
    out.put(feature(218, weight * 8 + bucket(kinds.len())));
    out.put(feature(219, bucket(generic)));
}

/// The tokens of a part that say something, footers aside.
fn told<'e>(e: &'e Evidence<'_>, part: &Part) -> impl Iterator<Item = usize> + 'e {
    (part.first..part.last.min(part.first + TONE_TOKENS)).filter(|i| !e.layout.in_footer(*i))
}

/// The words of one part and their pairs; names and numbers are all one.
fn tone_words(e: &Evidence<'_>, f: &Facts, part: &Part, out: &mut impl Sink) {
    let mut before = 0;
    let mut field_before = 0;
    for i in told(e, part) {
        let Some(t) = e.t.tokens.get(i).filter(|t| t.kind != Kind::Newline) else {
            before = 0;
            continue;
        };
        for field in t.fields.into_iter().filter(|f| *f != 0).map(u32::from) {
            out.put(feature(230, field));
            out.put(feature(231, field * 256 + field_before));
            field_before = field;
        }
        let word = f.plain_word(e, i);
        if word.rotate_left(5) == before && word < 0x3000 {
            continue; // one name of two words
        }
        if t.kind != Kind::Punct {
            out.put(feature(210, word));
        }
        if before != 0 && t.kind != Kind::Punct {
            out.put(feature(211, word ^ before));
        }
        if t.kind != Kind::Punct {
            before = word.rotate_left(5);
        }
    }
}

/// The words of a part that are taken to pieces.
fn lettered<'e>(e: &'e Evidence<'_>, f: &'e Facts, part: &Part) -> impl Iterator<Item = &'e Token> {
    let plain = |i: &usize| f.class.get(*i).is_none_or(|c| *c != 1 && *c < NUMBER);
    told(e, part).filter(plain).filter_map(|i| e.t.tokens.get(i)).filter(|t| t.kind == Kind::Word)
}

/// The mean weight of the pieces of a part's words. Those of the vocabulary were added up beforehand.
fn letters_tone(e: &Evidence<'_>, f: &Facts, part: &Part, model: &Model) -> f32 {
    model.tone.mean(|sum| {
        for t in lettered(e, f, part) {
            let text = e.t.slice(t.start, t.end);
            match model.letters.get(t.word as usize) {
                Some(all) if all.is_known() && !text.ends_with(['s', 'S']) => sum.add(*all),
                _ => pieces(text, sum),
            }
        }
    })
}

/// Longest word that is taken to pieces, in bytes.
const LONGEST: usize = 40;

/// Pieces of three to five letters, which carry over to words never seen: "ontsteking", "-ectomy", "buikpijn".
pub(crate) fn pieces(word: &str, out: &mut impl Sink) {
    // The word in small letters between two blanks, and room to read eight bytes from each of its letters.
    let mut plain = [b' '; LONGEST + 16];
    let mut folded = String::new();
    let bytes = if word.is_ascii() {
        word.as_bytes()
    } else {
        word.chars().for_each(|c| fold_into(c, &mut folded));
        folded.as_bytes()
    };
    let bytes = bytes.get(..bytes.len().min(LONGEST)).unwrap_or(bytes);
    plain.iter_mut().skip(1).zip(bytes).for_each(|(to, b)| *to = b.to_ascii_lowercase());
    for (from, window) in plain.windows(8).enumerate().take(bytes.len()) {
        let Some(eight) = window.first_chunk() else { break };
        let eight = u64::from_le_bytes(*eight);
        for length in 3..=5 {
            if from + length > bytes.len() + 2 {
                break;
            }
            let piece = eight & ((1 << (8 * length)) - 1);
            #[expect(clippy::cast_possible_truncation, reason = "both halves are in it")]
            out.put(feature(220, piece as u32 ^ ((piece >> 32) as u32).wrapping_mul(0x9e37_79b9)));
        }
    }
}

/// Places around a mention with the side and distance that their template stands for (0 to 11).
fn around_words(first: usize, last: usize) -> impl Iterator<Item = (u32, usize)> {
    let before = (1..=6usize).filter_map(move |n| {
        let side = match n {
            1 => 0,
            2 => 1,
            3..=4 => 2,
            _ => 3,
        };
        Some((side, first.checked_sub(n)?))
    });
    let after = (0..8usize).map(move |n| {
        let side = match n {
            0 => 4,
            1 => 5,
            2..=3 => 6,
            _ => 7,
        };
        (side, last + n)
    });
    before.chain(after)
}

/// Health and numbers near a mention.
struct Around {
    /// Heaviest in the sentence, the next two, the paragraph.
    sentence: u32,
    next: u32,
    paragraph: u32,
    /// The nearest one: how far, on which side, how heavy.
    near: u32,
    /// Kinds of numbers beside it, as bits.
    attributes: u32,
    /// Tokens between the mention and the nearest health.
    between: Option<(usize, usize)>,
}

impl Around {
    fn new(e: &Evidence<'_>, first: usize, last: usize) -> Self {
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

    const fn code(&self) -> u32 {
        self.sentence * 16 + self.next * 4 + self.paragraph
    }
}
