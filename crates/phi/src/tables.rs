//! Tables with a header row: the header says what the cells below it are.

use crate::ids::Span;
use crate::layout::{Layout, Zone, cells};
use crate::lexicon::*;
use crate::text::{Kind, Text};
use wardpost_model::finding::FindingKind as F;

const MAX_COLUMNS: usize = 64;

/// Spans of the cells of all tables with a header, in order.
pub(crate) fn find(t: &Text<'_>, layout: &Layout) -> Vec<Span> {
    let mut out = Vec::new();
    let mut columns: Vec<Option<F>> = Vec::new();
    for line in &layout.lines {
        if line.zone == Zone::Blank || cells(t, line) < 3 {
            columns.clear();
            continue;
        }
        let row = split(t, line.first, line.last);
        if columns.is_empty() {
            let kinds: Vec<Option<F>> = row.iter().map(|c| column(t, *c)).collect();
            let digits = (line.first..line.last).any(|i| t.kind(i) == Some(Kind::Number));
            let known = kinds.iter().flatten().count();
            if !digits && (known >= 2 || (known == 1 && kinds.contains(&Some(F::Person)) && short_cells(&row))) {
                columns = kinds;
            }
        } else if row.len() + 1 >= columns.len() && row.len() <= columns.len() + 1 {
            out.extend(row.iter().zip(&columns).filter_map(|(cell, kind)| value(t, *cell, (*kind)?)));
        } else {
            columns.clear();
        }
    }
    out
}

/// A heading has a word or two in each cell.
fn short_cells(row: &[(usize, usize)]) -> bool {
    row.iter().all(|(first, last)| (1..=3).contains(&last.saturating_sub(*first)))
}

/// The cells of a line as token ranges.
fn split(t: &Text<'_>, first: usize, last: usize) -> Vec<(usize, usize)> {
    let count = |set: &[u8]| (first..last).filter(|i| t.is_punct(*i, set)).count();
    let wide = (first + 1..last).filter(|i| t.tokens.get(*i).is_some_and(|x| x.gap == 2)).count();
    let by: &[u8] = match (count(b"|"), count(b";"), count(b",")) {
        (p, s, c) if p >= 2 && p >= s && p >= c => b"|",
        (_, s, c) if s >= 2 && s >= c => b";",
        (_, _, c) if wide < 2 && c >= 2 => b",",
        _ => b"",
    };
    let mut out = Vec::new();
    let mut begin = first;
    for i in first..last {
        if out.len() >= MAX_COLUMNS {
            return out;
        }
        if !by.is_empty() && t.is_punct(i, by) {
            out.push((begin, i));
            begin = i + 1;
        } else if by.is_empty() && i > begin && t.tokens.get(i).is_some_and(|x| x.gap == 2) {
            out.push((begin, i));
            begin = i;
        }
    }
    out.push((begin, last));
    if by == b"|" && out.first().is_some_and(|c| c.0 == c.1) {
        out.remove(0); // "| a | b |"
    }
    out
}

/// What a header cell says about its column.
fn column(t: &Text<'_>, (first, last): (usize, usize)) -> Option<F> {
    if last <= first || last - first > 6 {
        return None;
    }
    let flags = (first..last).fold(0, |f, i| f | t.ends.get(i).copied().unwrap_or(0));
    let words: Vec<String> = (first..last).map(|i| t.token_text(i).to_lowercase()).collect();
    let says = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    let by_class = [
        (DOB_CUE, F::Dob),
        (BSN_CUE, F::Bsn),
        (SSN_CUE, F::Ssn),
        (NHS_CUE, F::Nhs),
        (MRN_CUE, F::Mrn),
        (INS_CUE, F::Insurance),
        (NPI_CUE, F::Npi),
        (PHONE_CUE, F::Phone),
        (ACCT_CUE, F::Account),
    ];
    if let Some((_, kind)) = by_class.iter().find(|(class, _)| flags & class != 0) {
        return Some(*kind);
    }
    if says(&[
        "dx",
        "diagnosis",
        "diagnose",
        "diagnoses",
        "condition",
        "icd",
        "icd10",
        "aandoening",
        "probleem",
        "problem",
    ]) {
        return Some(F::Diagnosis);
    }
    if says(&["medication", "medications", "medicatie", "drug", "medicijn", "meds", "rx", "middel"]) {
        return Some(F::Medication);
    }
    if says(&["address", "adres", "street", "straat"]) {
        return Some(F::Address);
    }
    if says(&[
        "patient",
        "patiënt",
        "client",
        "cliënt",
        "name",
        "naam",
        "lastname",
        "firstname",
        "surname",
        "achternaam",
        "voornaam",
        "voornamen",
        "resident",
        "bewoner",
        "lname",
        "fname",
        "member",
        "verzekerde",
    ]) && !says(&["drug", "test", "file", "user", "company", "hospital", "clinic", "ward", "product", "item"])
    {
        return Some(F::Person);
    }
    None
}

/// The cell as a span, if it can be what its column says.
fn value(t: &Text<'_>, (first, last): (usize, usize), kind: F) -> Option<Span> {
    let (mut first, mut last) = (first, last);
    while first < last && t.is_punct(first, b"\"'") {
        first += 1;
    }
    while last > first && t.is_punct(last - 1, b"\"'") {
        last -= 1;
    }
    let (a, z) = (t.tokens.get(first)?, t.tokens.get(last.checked_sub(1)?)?);
    if last <= first || last - first > 24 {
        return None;
    }
    let text = t.slice(a.start, z.end);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let fits = match kind {
        F::Person => digits == 0 && letters >= 2 && last - first <= 8,
        F::Dob => digits >= 4,
        F::Diagnosis | F::Medication => letters >= 2 || digits >= 2,
        F::Phone => digits >= 7,
        F::Address => letters >= 3,
        _ => digits >= 4,
    };
    fits.then_some(Span {
        start: a.start,
        end: z.end,
        first,
        last,
        kind,
        score: 90,
        reason: "column_heading",
        date: None,
    })
}
