//! Words about health, and whether they are about somebody or about the world in general.

use crate::layout::{Layout, Zone};
use crate::lexicon::*;
use crate::text::{Kind, Text, Words};
use wardpost_model::finding::FindingKind as F;

const WHEN: Words<17> = Words::new([
    "of",
    "is",
    "was",
    "van",
    "at",
    "now",
    "nu",
    "op",
    "this",
    "morning",
    "today",
    "vanmorgen",
    "vandaag",
    "gisteren",
    "yesterday",
    "nuchter",
    "fasting",
]);
const UNITS: Words<10> = Words::new(["mmhg", "bpm", "mg", "ml", "kg", "mm", "cm", "mmol", "ng", "pg"]);
const AMONG: Words<7> = Words::new(["with", "met", "include", "naar", "research", "prevalence", "prevalentie"]);

/// A mention of a condition, medicine, measurement, procedure or event of care.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Health {
    pub first: usize,
    pub last: usize,
    pub start: u32,
    pub end: u32,
    /// What it is reported as; procedures and events are not reported, but count.
    pub kind: Option<F>,
    /// 3: condition, medicine, measured value. 2: procedure. 1: complaint, event of care.
    pub weight: u8,
    /// About people in general, or part of the name of a team, study, day …
    pub generic: bool,
    /// Generic only because it names a clinic or team: who goes there still has it.
    pub institution: bool,
    pub reason: &'static str,
}

/// All mentions, in order.
pub(crate) fn find(t: &Text<'_>, layout: &Layout, taken: &[bool]) -> Vec<Health> {
    let mut out = Vec::new();
    // "Appointment", "session", "treatment" are of care only where something else is.
    let setting =
        t.marks.iter().any(|m| m.flags & (HEALTH | SPECIALTY | STAFF_TITLE) != 0 && !layout.in_footer(m.first));
    for m in t
        .marks
        .iter()
        .filter(|m| m.flags & (HEALTH | SPECIALTY | VISIT | BODY | DEVICE) != 0 && (setting || m.flags & VISIT == 0))
    {
        let free = !(m.first..m.last).any(|i| taken.get(i).copied().unwrap_or(false));
        if free && !layout.in_footer(m.first) && layout.zone_of(m.first) != Zone::Correspondents {
            out.extend(mention(t, layout, m.first, m.last, m.flags));
        }
    }
    icd_codes(t, layout, taken, &mut out);
    out.sort_by_key(|h| h.start);
    out
}

fn mention(t: &Text<'_>, layout: &Layout, first: usize, last: usize, flags: u64) -> Option<Health> {
    let (a, z) = (t.tokens.get(first)?, t.tokens.get(last.checked_sub(1)?)?);
    let named = flags & (GIVEN | SURNAME) != 0 && a.case != crate::text::Case::Lower;
    let (kind, weight, reason) = if flags & DIAGNOSIS != 0 {
        (Some(F::Diagnosis), 3, "condition")
    } else if flags & MEDICATION != 0 {
        (Some(F::Medication), 3, "medicine")
    } else if flags & LAB != 0 && (flags & PROCEDURE == 0 || measured(t, last).is_some()) {
        let until = measured(t, last);
        let asked = first.checked_sub(1).is_some_and(|p| t.flags(p) & (POSS_ME | POSS_YOU) != 0);
        let end = until.and_then(|u| t.tokens.get(u - 1)).map_or(z.end, |x| x.end);
        let long = z.end - a.start >= 6 && flags & COMMON == 0; // "potassium" says something even without its value
        let weight = if until.is_some() || asked { 3 } else { u8::from(long) };
        let last = until.unwrap_or(last);
        let (generic, institution) = is_generic(t, layout, first, last);
        let reason = "measurement";
        return (weight > 0).then_some(Health {
            first,
            last,
            start: a.start,
            end,
            kind: Some(F::Lab),
            weight,
            generic,
            institution,
            reason,
        });
    } else if flags & PROCEDURE != 0 {
        (if flags & LAB != 0 { Some(F::Lab) } else { None }, 2, "procedure")
    } else if flags & BODY != 0 && of_somebody(t, first) {
        (None, 1, "somebodys_body")
    } else if flags & SYMPTOM != 0 {
        (Some(F::Diagnosis), 1, "complaint")
    } else if flags & DEVICE != 0 {
        (None, 1, "medical_aid")
    } else if flags & (EVENT | VISIT) != 0 {
        (None, 1, "event_of_care")
    } else {
        return None;
    };
    if named {
        return None;
    }
    let (generic, institution) = is_generic(t, layout, first, last);
    Some(Health { first, last, start: a.start, end: z.end, kind, weight, generic, institution, reason })
}

/// "my knee", "op zijn rug".
fn of_somebody(t: &Text<'_>, first: usize) -> bool {
    const WHOSE: Words<11> =
        Words::new(["my", "mijn", "m'n", "his", "her", "zijn", "haar", "z'n", "d'r", "your", "uw"]);
    (first.saturating_sub(2)..first).any(|i| WHOSE.has(t, i))
}

/// The token after a value and its unit that follow a measurement (`: 48 mL/min`, `of 7,1 mmol/l`, `140/90`).
fn measured(t: &Text<'_>, after: usize) -> Option<usize> {
    let mut j = after;
    while j < after + 5 && (t.is_punct(j, b":=<>~") || WHEN.has(t, j)) {
        j += 1;
    }
    let value = t.tokens.get(j).filter(|v| v.gap < 2)?;
    let text = t.slice(value.start, value.end);
    if !(value.kind == Kind::Number || (value.kind == Kind::Mixed && text.starts_with(|c: char| c.is_ascii_digit())))
        || text.len() > 6
    {
        return None;
    }
    j += 1;
    let tight = |i: usize| t.tokens.get(i).is_some_and(|x| x.gap == 0);
    while t.is_punct(j, b".,/") && tight(j) && t.kind(j + 1) == Some(Kind::Number) && tight(j + 1) {
        j += 2;
    }
    if t.is_punct(j, b"%") {
        return Some(j + 1);
    }
    let unit = |i: usize| {
        t.tokens.get(i).is_some_and(|u| matches!(u.kind, Kind::Word | Kind::Mixed) && u.end - u.start <= 5 && u.gap < 2)
    };
    let mut end = j;
    if unit(j) {
        let mut k = j + 1;
        while t.is_punct(k, b"/^") && tight(k) && t.tokens.get(k + 1).is_some_and(|x| x.gap == 0) {
            k += 2;
            end = k;
        }
        end = if UNITS.has(t, j) { end.max(j + 1) } else { end };
    }
    Some(end)
}

/// "people with diabetes", "the diabetes education team", "asthma week".
fn is_generic(t: &Text<'_>, layout: &Layout, first: usize, last: usize) -> (bool, bool) {
    let sentence = layout.sentence_of(first);
    // "diabetes education team", "hepatitis C clinic": the next words, without punctuation between
    for ahead in last..last + 3 {
        let next = t.tokens.get(ahead);
        if next.is_none_or(|n| n.kind != Kind::Word || n.gap == 2) || layout.sentence_of(ahead) != sentence {
            break;
        }
        if t.flags(ahead) & ORG_HEAD != 0 {
            return (true, true);
        }
        if t.flags(ahead) & (COMMON | PREDICATE | RELATION) != 0 {
            break;
        }
    }
    // "people with …", "mensen met …"
    let from = first.saturating_sub(4);
    let people = (from..first).any(|i| {
        t.ends.get(i).is_some_and(|e| e & GENERAL != 0) && layout.sentence_of(i) == sentence && AMONG.has(t, i)
    });
    (people, false)
}

/// `E11.9` always; `F32` only beside a word for a code.
fn icd_codes(t: &Text<'_>, layout: &Layout, taken: &[bool], out: &mut Vec<Health>) {
    for (i, token) in t.tokens.iter().enumerate().filter(|(_, t)| t.kind == Kind::Mixed && t.end - t.start == 3) {
        let b = t.slice(token.start, token.end).as_bytes();
        let form = matches!(b, [l, d, e] if l.is_ascii_uppercase() && d.is_ascii_digit() && (e.is_ascii_digit() || *e == b'A' || *e == b'B'));
        if !form || taken.get(i).copied().unwrap_or(false) || layout.in_footer(i) {
            continue;
        }
        let tight = |i: usize| t.tokens.get(i).is_some_and(|x| x.gap == 0);
        let tail = t.tokens.get(i + 2).filter(|x| matches!(x.kind, Kind::Number | Kind::Mixed) && x.end - x.start <= 4);
        let (last, end) = match tail {
            Some(x) if t.is_punct(i + 1, b".") && tight(i + 1) && tight(i + 2) => (i + 3, x.end),
            _ if coded(t, i) => (i + 1, token.end),
            _ => continue,
        };
        let reason = "diagnosis_code";
        out.push(Health {
            first: i,
            last,
            start: token.start,
            end,
            kind: Some(F::Diagnosis),
            weight: 3,
            generic: false,
            institution: false,
            reason,
        });
    }
}

fn coded(t: &Text<'_>, i: usize) -> bool {
    const CODE: Words<9> =
        Words::new(["icd", "icd10", "dx", "diagnosis", "diagnose", "diagnosecode", "code", "dsm", "diagnoses"]);
    (i.saturating_sub(5)..i).any(|j| CODE.has(t, j))
}
