//! The vocabulary: words and phrases with what they can mean, compiled in from `data/`.

use crate::learned::{Table, Weight};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;
use table::WordTable;

mod lists;
mod table;

macro_rules! classes {
    ($($name:ident = $wire:literal),+ $(,)?) => {
        classes!(@consts 0u32; $($name),+);
        /// The class with the name that stands in the data files.
        fn class_named(name: &str) -> Option<u64> {
            match name { $($wire => Some($name),)+ _ => None }
        }
    };
    (@consts $n:expr; $name:ident $(, $rest:ident)*) => {
        pub(crate) const $name: u64 = 1u64 << ($n);
        classes!(@consts $n + 1u32; $($rest),*);
    };
    (@consts $n:expr;) => {};
}

classes! {
    GIVEN = "given", GIVEN_WEAK = "given_weak", SURNAME = "surname", COMMON = "common",
    DIAGNOSIS = "diagnosis", SYMPTOM = "symptom", MEDICATION = "medication", LAB = "lab",
    PROCEDURE = "procedure", EVENT = "event", SPECIALTY = "specialty", VISIT = "visit", BODY = "body",
    DOB_CUE = "dob_cue", MRN_CUE = "mrn_cue", MRN_WEAK = "mrn_weak", BSN_CUE = "bsn_cue", SSN_CUE = "ssn_cue", NHS_CUE = "nhs_cue",
    NPI_CUE = "npi_cue", INS_CUE = "ins_cue", ACCT_CUE = "acct_cue", CARD_CUE = "card_cue",
    PHONE_CUE = "phone_cue", DEVICE_CUE = "device_cue", PLATE_CUE = "plate_cue", NOTID_CUE = "notid_cue",
    PERSON_CUE = "person_cue", PATIENT_CUE = "patient_cue", FAMILY_CUE = "family_cue", KIN = "kin",
    STAFF_CUE = "staff_cue", CREDENTIAL = "credential", TITLE = "title", STAFF_TITLE = "staff_title",
    GREETING = "greeting", SIGNOFF = "signoff", POSS_YOU = "poss_you", YOU = "you", POSS_ME = "poss_me",
    PRONOUN3 = "pronoun3", PREDICATE = "predicate", RELATION = "relation", PUBLIC_VERB = "public_verb",
    GENERAL = "general_cue", ORG_HEAD = "org_head", DISCLAIMER = "disclaimer_cue", TONE = "clinical_tone",
    ORG_WORD = "org_word", STREET = "street", PLACE = "place", MONTH = "month", WEEKDAY = "weekday",
    PARTICLE = "particle", AMBIGUOUS = "upper_only", DEVICE = "device", CARE = "care",
    SURNAME_WEAK = "surname_weak", OWN = "own",
}

/// Words that say what a number is.
pub(crate) const ID_CUES: u64 = DOB_CUE
    | MRN_CUE
    | MRN_WEAK
    | BSN_CUE
    | SSN_CUE
    | NHS_CUE
    | NPI_CUE
    | INS_CUE
    | ACCT_CUE
    | CARD_CUE
    | PHONE_CUE
    | DEVICE_CUE
    | PLATE_CUE
    | NOTID_CUE;

/// Words about somebody's health.
pub(crate) const HEALTH: u64 = DIAGNOSIS | SYMPTOM | MEDICATION | LAB | PROCEDURE | EVENT;

/// Fx hash: fast, and the table is fixed, so that no input can make it collide on purpose.
#[derive(Default, Clone)]
pub(crate) struct Fx(u64);
impl Hasher for Fx {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0u8; 8];
            for (to, from) in word.iter_mut().zip(chunk) {
                *to = *from;
            }
            self.write_u64(u64::from_le_bytes(word));
        }
    }
    fn write_u8(&mut self, n: u8) {
        self.write_u64(n.into());
    }
    fn write_u32(&mut self, n: u32) {
        self.write_u64(n.into());
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(5) ^ n).wrapping_mul(0x51_7c_c1_b7_27_22_0a_95);
    }
    fn finish(&self) -> u64 {
        self.0
    }
}
type Map<K, V> = HashMap<K, V, BuildHasherDefault<Fx>>;

/// Id of a word that is in no list.
pub(crate) const UNKNOWN: u32 = 0;

/// What is known of a word.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Entry {
    /// What the word alone can mean.
    pub flags: u64,
    /// What it is about, as numbers of fields; 0 is none.
    pub fields: [u8; 2],
    /// Special categories that it gives away, as bits.
    pub special: u8,
    /// A longer phrase begins with it.
    pub begins: bool,
}

/// All words and phrases.
pub(crate) struct Lexicon {
    words: WordTable,
    /// By word id.
    entries: Vec<Entry>,
    /// By word id: the node of the phrases that begin with it; 0 for none.
    heads: Vec<u32>,
    /// By node and word id: the node of the longer phrase.
    steps: Map<(u32, u32), u32>,
    /// By node: what the phrase that ends there means.
    phrases: Vec<u64>,
    endings: Map<[u8; 2], Vec<(&'static str, u64)>>,
    /// By node: special categories, as bits.
    special_phrases: Vec<u8>,
    /// By mark of punctuation: as a word.
    marks: Vec<(u32, Entry)>,
}

impl Lexicon {
    /// Reads the compiled-in lists; `extra` adds an organisation's own terms. With it comes, by word id, what the pieces of
    /// common words weigh in the tone.
    pub(crate) fn read(extra: &[(u64, String)], tone: &Table) -> (Self, Arc<[Weight]>) {
        lists::read(extra, tone)
    }

    /// What is known of a word; nothing of an unknown one.
    pub(crate) fn entry(&self, id: u32) -> Entry {
        self.entries.get(id as usize).copied().unwrap_or_default()
    }

    /// Special categories that the phrase that ends at a node gives away, as bits.
    pub(crate) fn special_of_phrase(&self, node: u32) -> u8 {
        self.special_phrases.get(node as usize).copied().unwrap_or(0)
    }

    /// The id of a folded word, and what it can mean alone. A word in no list is judged by its ending, without its
    /// genitive, or in the singular.
    pub(crate) fn look_up(&self, word: &str, hash: u64) -> (u32, Entry) {
        if let Some(known) = self.listed(hash) {
            return known;
        }
        if word.len() < 4 {
            return (UNKNOWN, Entry::default());
        }
        let genitive = word.strip_suffix("'s");
        let singular = genitive.or_else(|| word.strip_suffix('s'));
        if let Some(id) = singular.and_then(|w| self.words.get(word_hash(w.as_bytes()))) {
            let entry = self.entry(id);
            if genitive.is_some() {
                return (id, entry);
            }
            return (UNKNOWN, Entry { flags: entry.flags & !NAMES, begins: false, ..entry });
        }
        let flags = self.by_ending(singular.unwrap_or(word)) | self.by_ending(word);
        (UNKNOWN, Entry { flags, ..Entry::default() })
    }

    /// A word that is in a list.
    pub(crate) fn listed(&self, hash: u64) -> Option<(u32, Entry)> {
        self.words.get(hash).map(|id| (id, self.entry(id)))
    }

    /// A mark of punctuation.
    pub(crate) fn look_up_mark(&self, mark: u8) -> (u32, Entry) {
        self.marks.get(mark as usize).copied().unwrap_or_default()
    }

    fn by_ending(&self, word: &str) -> u64 {
        let Some(list) = self.endings.get(&last_two(word.as_bytes())) else { return 0 };
        let found = list.iter().find(|(e, _)| word.len() >= e.len() + 2 && word.len() >= 6 && word.ends_with(e));
        found.map_or(0, |(_, class)| *class)
    }

    /// The node of the phrases that begin with a word.
    pub(crate) fn head(&self, id: u32) -> u32 {
        self.heads.get(id as usize).copied().unwrap_or(0)
    }

    /// The next node of the phrase tree, with what the phrase so far means.
    pub(crate) fn step(&self, node: u32, id: u32) -> Option<(u32, u64)> {
        let next = *self.steps.get(&(node, id))?;
        Some((next, self.phrases.get(next as usize).copied().unwrap_or(0)))
    }
}

/// The hash by which words are kept: FNV-1a of 64 bits over the folded word.
pub(crate) const fn word_hash(mut bytes: &[u8]) -> u64 {
    let mut hash = EMPTY_HASH;
    while let [b, rest @ ..] = bytes {
        hash = add_to_hash(hash, *b);
        bytes = rest;
    }
    hash
}

/// The hash of no word.
pub(crate) const EMPTY_HASH: u64 = 0xcbf2_9ce4_8422_2325;

/// The hash of a word with one byte more.
pub(crate) const fn add_to_hash(hash: u64, b: u8) -> u64 {
    (hash ^ b as u64).wrapping_mul(0x0100_0000_01b3)
}

const NAMES: u64 = GIVEN | GIVEN_WEAK | SURNAME | SURNAME_WEAK;

fn last_two(b: &[u8]) -> [u8; 2] {
    match b {
        [.., y, z] => [*y, *z],
        _ => [0, 0],
    }
}

#[cfg(test)]
mod tests;
