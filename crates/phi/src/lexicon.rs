//! The vocabulary: words and phrases with what they can mean, compiled in from `data/`.

use crate::learned::{Table, Weight};
use crate::link::pieces;
use crate::text::fold_hash;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;
use wardpost_model::finding::SpecialCategory;

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

const LISTS: &[(&str, &str)] = &[
    ("given", include_str!("../data/given_names.txt")),
    ("given_weak", include_str!("../data/given_names_ambiguous.txt")),
    ("surname", include_str!("../data/surnames.txt")),
];
const TERMS: &[&str] = &[
    include_str!("../data/common.txt"),
    include_str!("../data/cues.txt"),
    include_str!("../data/care.txt"),
    include_str!("../data/conditions_en.txt"),
    include_str!("../data/conditions_nl.txt"),
    include_str!("../data/medications.txt"),
];

/// A term a line, a tab, and what it is.
const TABLES: &[&str] = &[
    include_str!("../data/terms_en.tsv"),
    include_str!("../data/terms_nl.tsv"),
    include_str!("../data/terms_nl_opentaal.tsv"),
];

/// A term a line.
const LINES: &[(u64, &str)] = &[
    (DIAGNOSIS, include_str!("../data/conditions_icd10cm.txt")),
    (MEDICATION, include_str!("../data/medicines.txt")),
    (GIVEN, include_str!("../data/names_given.txt")),
    (SURNAME, include_str!("../data/names_family.txt")),
    (COMMON, include_str!("../data/common_en.txt")),
    (COMMON, include_str!("../data/common_nl.txt")),
];
/// A place a line, its country, and whether it is an ordinary word too.
const PLACES: &str = include_str!("../data/places.tsv");
/// Words by what they are about, to tell the tone of a text: sections, with a line for each language.
const FIELDS: &str = include_str!("../data/fields.txt");
/// Names that are ordinary words too: a name a line, a tab, and which part of a name.
const AMBIGUOUS_NAMES: &str = include_str!("../data/names_ambiguous.tsv");
/// A term a line, its special category, and its language.
const SPECIAL: &str = include_str!("../data/special.tsv");

const ENDINGS: &str = include_str!("../data/endings.txt");

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

/// About as many steps as the phrases of the lists have.
const PHRASES: usize = 35_000;
/// More words than the compiled-in lists have.
const WORDS: usize = 100_000;

/// Where a term is kept: by its word's id, or at the node at which its phrase ends.
#[derive(Debug, Clone, Copy)]
enum Place {
    Word(u32),
    Phrase(u32),
}

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

/// Word ids by the hash of the word: open addressing, one look in memory for most words. Two words of which half the
/// hash and the place are the same would be taken for each other; the vocabulary has none (a test), and an attacker who
/// makes one up gains that his word is taken for another one.
struct WordTable {
    /// Half of the hash, and the id.
    slots: Vec<(u32, u32)>,
    used: usize,
}

impl WordTable {
    /// At most two thirds of the slots are ever filled.
    fn with_room_for(words: usize) -> Self {
        Self { slots: vec![(0, UNKNOWN); (words + words / 2).next_power_of_two()], used: 0 }
    }

    fn get(&self, hash: u64) -> Option<u32> {
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
    fn insert(&mut self, hash: u64, id: u32) {
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
#[expect(clippy::cast_possible_truncation, reason = "only some bits are wanted")]
const fn place(hash: u64) -> usize {
    (hash >> 17) as usize
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
    /// The words of the term that is being added.
    ids: Vec<u32>,
    /// By mark of punctuation: as a word.
    marks: Vec<(u32, Entry)>,
    tone: Table,
    /// By word id: what the pieces of common words weigh in the tone.
    letters: Vec<Weight>,
}

impl Lexicon {
    /// Reads the compiled-in lists. `extra` adds an organisation's own terms.
    pub(crate) fn new(extra: &[(u64, String)], tone: &Table) -> Self {
        let mut lex = Self {
            words: WordTable::with_room_for(WORDS + extra.iter().map(|e| e.1.len()).sum::<usize>()),
            entries: vec![Entry::default()],
            heads: Vec::new(),
            steps: Map::with_capacity_and_hasher(PHRASES, BuildHasherDefault::default()),
            phrases: vec![0],
            endings: Map::default(),
            special_phrases: Vec::new(),
            ids: Vec::new(),
            marks: Vec::new(),
            tone: tone.clone(),
            letters: Vec::new(),
        };
        for (class, text) in LISTS {
            let class = class_named(class).unwrap_or(0);
            for line in text.lines().filter(|l| !l.starts_with('#')) {
                for w in line.split_whitespace() {
                    lex.add(class, w);
                }
            }
        }
        for text in TERMS {
            lex.add_terms(text);
        }
        for table in TABLES {
            for (term, kind) in entries(table).filter_map(|l| l.split_once('\t')) {
                lex.add(class_of_kind(kind), term);
            }
        }
        for (class, list) in LINES {
            for term in entries(list) {
                // Parts of a double name stand alone in other lists.
                if class & NAMES == 0 || term.chars().all(char::is_alphabetic) {
                    lex.add(*class, term);
                }
            }
        }
        for (name, part) in entries(AMBIGUOUS_NAMES).filter_map(|l| l.split_once('\t')) {
            lex.add(if part == "given" { GIVEN_WEAK } else { SURNAME_WEAK }, name);
        }
        for (place, rest) in entries(PLACES).filter_map(|l| l.split_once('\t')) {
            if !rest.ends_with("word") {
                lex.add(PLACE, place);
            }
        }
        lex.add_fields();
        for (term, rest) in entries(SPECIAL).filter_map(|l| l.split_once('\t')) {
            let (category, lang) = rest.split_once('\t').unwrap_or((rest, ""));
            lex.add_special(category, if lang == "both" { MEDICATION } else { CARE }, term);
        }
        for (class, term) in extra {
            lex.add(*class | OWN, term);
        }
        for e in lex.entries.iter_mut().filter(|e| e.flags & GIVEN_WEAK != 0) {
            e.flags &= !GIVEN;
        }
        lex.marks = (0..128u8).map(|mark| lex.listed(word_hash(&[mark])).unwrap_or_default()).collect();
        let endings = &mut lex.endings;
        sections(ENDINGS, |class, ending| {
            endings.entry(last_two(ending.as_bytes())).or_default().push((ending, class));
        });
        lex
    }

    fn add_terms(&mut self, text: &'static str) {
        sections(text, |class, term| {
            if class == COMMON {
                for w in term.split_whitespace() {
                    self.add(class, w);
                }
            } else {
                self.add(class, term);
            }
        });
    }

    /// Adds a term that gives a special category away. It keeps its meaning if it has one.
    fn add_special(&mut self, category: &str, class: u64, term: &str) {
        let bit = match category {
            "hiv_sti" => SpecialCategory::HivSti,
            "mental_health" => SpecialCategory::MentalHealth,
            "addiction" => SpecialCategory::Addiction,
            "genetics" => SpecialCategory::Genetics,
            "reproductive" => SpecialCategory::Reproductive,
            _ => SpecialCategory::Violence,
        };
        let place = self.add(0, term);
        let known = match place {
            Some(Place::Word(id)) => self.entries.get(id as usize).map(|e| e.flags),
            Some(Place::Phrase(node)) => self.phrases.get(node as usize).copied(),
            None => return,
        };
        if known == Some(0) {
            self.add(class, term);
        }
        let bits = 1 << bit as u8;
        match place {
            Some(Place::Word(id)) => self.entries[id as usize].special |= bits,
            Some(Place::Phrase(node)) => {
                let at = node as usize;
                self.special_phrases.resize(self.special_phrases.len().max(at + 1), 0);
                self.special_phrases[at] |= bits;
            }
            None => {}
        }
    }

    /// Gives words the numbers of their fields.
    fn add_fields(&mut self) {
        let mut field = 0u8;
        for line in entries(FIELDS) {
            if line.starts_with('[') {
                field = field.saturating_add(1);
                continue;
            }
            let words = line.split_once(':').map_or(line, |l| l.1).split(';').map(str::trim);
            for word in words.filter(|w| !w.is_empty()) {
                if let Some(Place::Word(id)) = self.add(0, word) {
                    let fields = &mut self.entries[id as usize].fields;
                    if let Some(free) = fields.iter_mut().find(|f| **f == 0 || **f == field) {
                        *free = field;
                    }
                }
            }
        }
    }

    /// What is known of a word; nothing of an unknown one.
    pub(crate) fn entry(&self, id: u32) -> Entry {
        self.entries.get(id as usize).copied().unwrap_or_default()
    }

    /// By word id: what the pieces of common words weigh in the tone; nothing of others.
    pub(crate) fn take_letters(&mut self) -> Arc<[Weight]> {
        std::mem::take(&mut self.letters).into()
    }

    /// Special categories that the phrase that ends at a node gives away, as bits.
    pub(crate) fn special_of_phrase(&self, node: u32) -> u8 {
        self.special_phrases.get(node as usize).copied().unwrap_or(0)
    }

    fn add(&mut self, class: u64, term: &str) -> Option<Place> {
        if term.bytes().all(|b| b.is_ascii_lowercase()) && !term.is_empty() {
            let id = self.intern(term);
            self.entries[id as usize].flags |= class;
            if class == COMMON {
                self.letters.resize(self.entries.len(), Weight::default());
                self.letters[id as usize] = self.tone.weigh(|sum| pieces(term, sum));
            }
            return Some(Place::Word(id));
        }
        let mut ids = std::mem::take(&mut self.ids);
        ids.clear();
        crate::text::parts_of(term, |part| ids.push(self.intern(part)));
        let place = self.add_parts(class, &ids);
        self.ids = ids;
        place
    }

    /// Adds a term by the ids of its words.
    fn add_parts(&mut self, class: u64, ids: &[u32]) -> Option<Place> {
        let (first, rest) = ids.split_first()?;
        if rest.is_empty() {
            self.entries[*first as usize].flags |= class;
            return Some(Place::Word(*first));
        }
        self.entries[*first as usize].begins = true;
        self.heads.resize(self.entries.len(), 0);
        let mut fresh = u32::try_from(self.phrases.len()).unwrap_or(u32::MAX);
        let mut node = self.heads[*first as usize];
        if node == 0 {
            node = fresh;
            self.heads[*first as usize] = node;
            self.phrases.push(0);
            fresh += 1;
        }
        for id in rest {
            node = *self.steps.entry((node, *id)).or_insert(fresh);
            if node == fresh {
                self.phrases.push(0);
                fresh += 1;
            }
        }
        *self.phrases.get_mut(node as usize)? |= class;
        Some(Place::Phrase(node))
    }

    fn intern(&mut self, word: &str) -> u32 {
        let hash = word_hash(word.as_bytes());
        if let Some(id) = self.words.get(hash) {
            return id;
        }
        let id = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        self.entries.push(Entry::default());
        self.words.insert(hash, id);
        id
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

/// The lines of a list without its heading.
fn entries(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'))
}

/// The class of a kind in the tables of terms.
fn class_of_kind(kind: &str) -> u64 {
    match kind.trim() {
        "diagnosis" => DIAGNOSIS,
        "symptom" => SYMPTOM,
        "procedure" => PROCEDURE,
        "test" => PROCEDURE | LAB,
        "medication" => MEDICATION,
        "device" => DEVICE,
        _ => CARE,
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

/// Calls `each` for every term of a data file with the class of its section.
fn sections(text: &'static str, mut each: impl FnMut(u64, &'static str)) {
    let mut class = 0;
    for line in text.lines().map(str::trim).filter(|l| !l.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            class = class_named(name).unwrap_or(0);
        } else {
            line.split(';').map(str::trim).filter(|t| !t.is_empty()).for_each(|t| each(class, t));
        }
    }
}

const NAMES: u64 = GIVEN | GIVEN_WEAK | SURNAME | SURNAME_WEAK;

fn last_two(b: &[u8]) -> [u8; 2] {
    match b {
        [.., y, z] => [*y, *z],
        _ => [0, 0],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(word: &str) -> u64 {
        Lexicon::new(&[], &Table::empty()).look_up(word, word_hash(word.as_bytes())).1.flags
    }

    #[test]
    fn every_section_of_the_data_files_names_a_class() {
        for text in TERMS.iter().chain(&[ENDINGS]) {
            for name in text.lines().filter_map(|l| l.strip_prefix('[')?.strip_suffix(']')) {
                assert!(class_named(name).is_some(), "{name}");
            }
            assert!(text.starts_with("# Origin: "), "each file says where it comes from");
        }
    }

    #[test]
    fn endings_tell_unlisted_conditions_and_medicines() {
        assert_ne!(meaning("polymyositis") & DIAGNOSIS, 0);
        assert_ne!(meaning("galblaascarcinoom") & DIAGNOSIS, 0);
        assert_ne!(meaning("ravulizumab") & MEDICATION, 0);
        assert_ne!(meaning("zofenopril") & MEDICATION, 0);
        assert_eq!(meaning("april") & MEDICATION, 0);
        assert_eq!(meaning("fotografie") & PROCEDURE, 0);
    }

    #[test]
    fn no_two_words_of_the_lists_are_taken_for_each_other() {
        let lex = Lexicon::new(&[], &Table::empty());
        assert_eq!(lex.entries.len(), lex.words.used + 1);
        assert!(lex.words.used < WORDS, "{} words", lex.words.used);
        let mut words: std::collections::HashSet<String> = std::collections::HashSet::new();
        let lists = LISTS.iter().map(|l| l.1).chain(TERMS.iter().copied()).chain(TABLES.iter().copied());
        for list in lists.chain(LINES.iter().map(|l| l.1)).chain([PLACES, FIELDS, AMBIGUOUS_NAMES, SPECIAL]) {
            entries(list).for_each(|term| crate::text::parts_of(term, |part| words.extend([part.to_owned()])));
        }
        let mut found: Vec<(u32, &String)> =
            words.iter().filter_map(|w| Some((lex.words.get(word_hash(w.as_bytes()))?, w))).collect();
        found.sort_unstable();
        let twice: Vec<_> = found.windows(2).filter(|w| w[0].0 == w[1].0).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }

    #[test]
    fn diacritics_and_apostrophes_do_not_matter() {
        let lex = Lexicon::new(&[], &Table::empty());
        let (id, _) = lex.look_up("hypothyreoidie", word_hash(b"hypothyreoidie"));
        assert_ne!(id, UNKNOWN);
        assert_ne!(meaning("crohn's") & DIAGNOSIS, 0);
    }
}
