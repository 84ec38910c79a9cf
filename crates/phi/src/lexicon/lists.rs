//! Reads the lists of words that are compiled in.

use super::table::WordTable;
use super::*;
use crate::link::pieces;
use wardpost_model::finding::SpecialCategory;

pub(super) const LISTS: &[(&str, &str)] = &[
    ("given", include_str!("../../data/given_names.txt")),
    ("given_weak", include_str!("../../data/given_names_ambiguous.txt")),
    ("surname", include_str!("../../data/surnames.txt")),
];
pub(super) const TERMS: &[&str] = &[
    include_str!("../../data/common.txt"),
    include_str!("../../data/cues.txt"),
    include_str!("../../data/care.txt"),
    include_str!("../../data/conditions_en.txt"),
    include_str!("../../data/conditions_nl.txt"),
    include_str!("../../data/medications.txt"),
];

/// A term a line, a tab, and what it is.
pub(super) const TABLES: &[&str] = &[
    include_str!("../../data/terms_en.tsv"),
    include_str!("../../data/terms_nl.tsv"),
    include_str!("../../data/terms_nl_opentaal.tsv"),
];

/// A term a line.
pub(super) const LINES: &[(u64, &str)] = &[
    (DIAGNOSIS, include_str!("../../data/conditions_icd10cm.txt")),
    (MEDICATION, include_str!("../../data/medicines.txt")),
    (GIVEN, include_str!("../../data/names_given.txt")),
    (SURNAME, include_str!("../../data/names_family.txt")),
    (COMMON, include_str!("../../data/common_en.txt")),
    (COMMON, include_str!("../../data/common_nl.txt")),
];
/// A place a line, its country, and whether it is an ordinary word too.
pub(super) const PLACES: &str = include_str!("../../data/places.tsv");
/// Words by what they are about, to tell the tone of a text: sections, with a line for each language.
pub(super) const FIELDS: &str = include_str!("../../data/fields.txt");
/// Names that are ordinary words too: a name a line, a tab, and which part of a name.
pub(super) const AMBIGUOUS_NAMES: &str = include_str!("../../data/names_ambiguous.tsv");
/// A term a line, its special category, and its language.
pub(super) const SPECIAL: &str = include_str!("../../data/special.tsv");

pub(super) const ENDINGS: &str = include_str!("../../data/endings.txt");

/// About as many steps as the phrases of the lists have.
const PHRASES: usize = 35_000;
/// More words than the compiled-in lists have.
pub(super) const WORDS: usize = 100_000;

/// Where a term is kept: by its word's id, or at the node at which its phrase ends.
#[derive(Debug, Clone, Copy)]
enum Place {
    Word(u32),
    Phrase(u32),
}

/// A lexicon that is being filled.
struct Reader<'t> {
    lex: Lexicon,
    tone: &'t Table,
    /// By word id: what the pieces of common words weigh in the tone.
    letters: Vec<Weight>,
    /// The words of the term that is being added.
    ids: Vec<u32>,
}

/// See [`Lexicon::read`].
pub(super) fn read(extra: &[(u64, String)], tone: &Table) -> (Lexicon, Arc<[Weight]>) {
    let lex = Lexicon {
        words: WordTable::with_room_for(WORDS + extra.iter().map(|e| e.1.len()).sum::<usize>()),
        entries: vec![Entry::default()],
        heads: Vec::new(),
        steps: Map::with_capacity_and_hasher(PHRASES, BuildHasherDefault::default()),
        phrases: vec![0],
        endings: Map::default(),
        special_phrases: Vec::new(),
        marks: Vec::new(),
    };
    let mut r = Reader { lex, tone, letters: Vec::new(), ids: Vec::new() };
    for (class, text) in LISTS {
        let class = class_named(class).unwrap_or(0);
        for line in text.lines().filter(|l| !l.starts_with('#')) {
            for w in line.split_whitespace() {
                r.add(class, w);
            }
        }
    }
    for text in TERMS {
        r.add_terms(text);
    }
    for table in TABLES {
        for (term, kind) in entries(table).filter_map(|l| l.split_once('\t')) {
            r.add(class_of_kind(kind), term);
        }
    }
    for (class, list) in LINES {
        for term in entries(list) {
            // Parts of a double name stand alone in other lists.
            if class & NAMES == 0 || term.chars().all(char::is_alphabetic) {
                r.add(*class, term);
            }
        }
    }
    for (name, part) in entries(AMBIGUOUS_NAMES).filter_map(|l| l.split_once('\t')) {
        r.add(if part == "given" { GIVEN_WEAK } else { SURNAME_WEAK }, name);
    }
    for (place, rest) in entries(PLACES).filter_map(|l| l.split_once('\t')) {
        if !rest.ends_with("word") {
            r.add(PLACE, place);
        }
    }
    r.add_fields();
    for (term, rest) in entries(SPECIAL).filter_map(|l| l.split_once('\t')) {
        let (category, lang) = rest.split_once('\t').unwrap_or((rest, ""));
        r.add_special(category, if lang == "both" { MEDICATION } else { CARE }, term);
    }
    for (class, term) in extra {
        r.add(*class | OWN, term);
    }
    let Reader { mut lex, letters, .. } = r;
    for e in lex.entries.iter_mut().filter(|e| e.flags & GIVEN_WEAK != 0) {
        e.flags &= !GIVEN;
    }
    lex.marks = (0..128u8).map(|mark| lex.listed(word_hash(&[mark])).unwrap_or_default()).collect();
    let endings = &mut lex.endings;
    sections(ENDINGS, |class, ending| {
        endings.entry(last_two(ending.as_bytes())).or_default().push((ending, class));
    });
    (lex, letters.into())
}

impl Reader<'_> {
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
            Some(Place::Word(id)) => self.lex.entries.get(id as usize).map(|e| e.flags),
            Some(Place::Phrase(node)) => self.lex.phrases.get(node as usize).copied(),
            None => return,
        };
        if known == Some(0) {
            self.add(class, term);
        }
        let bits = 1 << bit as u8;
        match place {
            Some(Place::Word(id)) => self.lex.entries[id as usize].special |= bits,
            Some(Place::Phrase(node)) => {
                let at = node as usize;
                self.lex.special_phrases.resize(self.lex.special_phrases.len().max(at + 1), 0);
                self.lex.special_phrases[at] |= bits;
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
                    let fields = &mut self.lex.entries[id as usize].fields;
                    if let Some(free) = fields.iter_mut().find(|f| **f == 0 || **f == field) {
                        *free = field;
                    }
                }
            }
        }
    }

    fn add(&mut self, class: u64, term: &str) -> Option<Place> {
        if term.bytes().all(|b| b.is_ascii_lowercase()) && !term.is_empty() {
            let id = self.intern(term);
            self.lex.entries[id as usize].flags |= class;
            if class == COMMON {
                self.letters.resize(self.lex.entries.len(), Weight::default());
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
            self.lex.entries[*first as usize].flags |= class;
            return Some(Place::Word(*first));
        }
        self.lex.entries[*first as usize].begins = true;
        self.lex.heads.resize(self.lex.entries.len(), 0);
        let mut fresh = u32::try_from(self.lex.phrases.len()).unwrap_or(u32::MAX);
        let mut node = self.lex.heads[*first as usize];
        if node == 0 {
            node = fresh;
            self.lex.heads[*first as usize] = node;
            self.lex.phrases.push(0);
            fresh += 1;
        }
        for id in rest {
            node = *self.lex.steps.entry((node, *id)).or_insert(fresh);
            if node == fresh {
                self.lex.phrases.push(0);
                fresh += 1;
            }
        }
        *self.lex.phrases.get_mut(node as usize)? |= class;
        Some(Place::Phrase(node))
    }

    fn intern(&mut self, word: &str) -> u32 {
        let hash = word_hash(word.as_bytes());
        if let Some(id) = self.lex.words.get(hash) {
            return id;
        }
        let id = u32::try_from(self.lex.entries.len()).unwrap_or(u32::MAX);
        self.lex.entries.push(Entry::default());
        self.lex.words.insert(hash, id);
        id
    }
}

/// The lines of a list without its heading.
pub(super) fn entries(list: &'static str) -> impl Iterator<Item = &'static str> {
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
