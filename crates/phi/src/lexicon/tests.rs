use super::lists::*;
use super::*;

fn meaning(word: &str) -> u64 {
    Lexicon::read(&[], &Table::empty()).0.look_up(word, word_hash(word.as_bytes())).1.flags
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
    let lex = Lexicon::read(&[], &Table::empty()).0;
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
    let lex = Lexicon::read(&[], &Table::empty()).0;
    let (id, _) = lex.look_up("hypothyreoidie", word_hash(b"hypothyreoidie"));
    assert_ne!(id, UNKNOWN);
    assert_ne!(meaning("crohn's") & DIAGNOSIS, 0);
}
