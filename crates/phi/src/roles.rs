//! Who is who in a message: patients, relatives, staff, correspondents.

use crate::ids::Span;
use crate::layout::{Layout, Zone};
use crate::lexicon::*;
use crate::names::Person;
use crate::own::Own;
use crate::text::{Case, Kind, Text, Words};
use wardpost_model::finding::FindingKind as F;

/// The part that somebody plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Said to be a patient, or has a birth date, age or number.
    Patient,
    /// Greeted at the head of the message.
    Addressee,
    /// `Mr`, `mevrouw` … and nothing else is known.
    Titled,
    /// Nothing is known.
    Unknown,
    /// Named as somebody's daughter, carer …
    Relative,
    /// Signs the message.
    Signatory,
    /// Works in care or elsewhere, speaks, writes, organises.
    Staff,
    /// Stands in `From:` or `To:`.
    Correspondent,
}

/// The role of every mention; what is known of one mention of a person holds for the others.
pub(crate) fn assign(t: &Text<'_>, layout: &Layout, persons: &[Person], ids: &[Span]) -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::with_capacity(persons.len());
    for (i, p) in persons.iter().enumerate() {
        let next = persons.get(i + 1).map_or(usize::MAX, |n| n.first);
        let before = i.checked_sub(1).and_then(|j| persons.get(j)).map_or(0, |n| n.last);
        let mut own = role(t, layout, p, ids, before, next);
        // "Speakers: A, B and C"
        if own == Role::Unknown && roles.last() == Some(&Role::Staff) && listed_after(t, before, p.first) {
            own = Role::Staff;
        }
        roles.push(own);
    }
    share(persons, &mut roles);
    roles
}

/// Who is no finding by the organisation's own word works there, as far as the rules look.
pub(crate) fn except(t: &Text<'_>, persons: &[Person], roles: &mut [Role], own: &Own) -> Vec<bool> {
    let excepted = persons.iter().filter(|p| own.excepts_at(t, p.start, p.end, F::Person));
    let groups: std::collections::BTreeSet<usize> = excepted.map(|p| p.same_as).collect();
    for (_, r) in persons.iter().zip(roles.iter_mut()).filter(|(p, _)| groups.contains(&p.same_as)) {
        *r = Role::Staff;
    }
    persons.iter().map(|p| groups.contains(&p.same_as)).collect()
}

/// Nothing but a comma, "and" or a bracketed remark between two names.
fn listed_after(t: &Text<'_>, from: usize, to: usize) -> bool {
    let mut depth = 0;
    from < to
        && to - from <= 12
        && (from..to).all(|i| {
            depth += i32::from(t.is_punct(i, b"(")) - i32::from(t.is_punct(i, b")"));
            depth > 0 || t.is_punct(i, b",&)/") || matches!(t.token_text(i), "and" | "en")
        })
}

fn share(persons: &[Person], roles: &mut [Role]) {
    let strength = |r: Role| match r {
        Role::Patient => 5,
        Role::Staff => 4,
        Role::Signatory | Role::Correspondent => 3,
        Role::Relative | Role::Addressee => 2,
        Role::Titled => 1,
        Role::Unknown => 0,
    };
    let mut best: std::collections::HashMap<usize, Role> = std::collections::HashMap::new();
    for (p, r) in persons.iter().zip(roles.iter()) {
        let b = best.entry(p.same_as).or_insert(*r);
        if strength(*r) > strength(*b) {
            *b = *r;
        }
    }
    for (p, r) in persons.iter().zip(roles.iter_mut()) {
        let shared = best.get(&p.same_as).copied().unwrap_or(*r);
        if shared == Role::Patient || (*r == Role::Unknown && strength(shared) >= 3) {
            *r = shared;
        }
    }
}

fn role(t: &Text<'_>, layout: &Layout, p: &Person, ids: &[Span], before: usize, next: usize) -> Role {
    let zone = layout.zone_of(p.first);
    if zone == Zone::Correspondents {
        return Role::Correspondent;
    }
    if p.staff_titled || credential_after(t, p) {
        return Role::Staff;
    }
    if has_attributes(t, layout, p, ids, before, next) {
        return Role::Patient;
    }
    if zone == Zone::Signature || inline_signature(t, layout, p) {
        return Role::Signatory;
    }
    if let Some(role) = cue_before(t, layout, p, before) {
        return role;
    }
    let opening = layout.line_of(p.lead).is_some_and(|l| p.lead <= l.first + 2);
    let greeted = opening && p.lead.checked_sub(1).and_then(|i| t.ends.get(i)).is_some_and(|e| e & GREETING != 0);
    if zone == Zone::Greeting || greeted {
        return Role::Addressee;
    }
    if !p.titled && public_verb_after(t, layout, p) {
        return Role::Staff;
    }
    if p.titled { Role::Titled } else { Role::Unknown }
}

/// `, MD`; `(medisch directeur)`; `, huisarts`; `RN`.
fn credential_after(t: &Text<'_>, p: &Person) -> bool {
    let credential = |i: usize| {
        t.marks
            .binary_search_by_key(&i, |m| m.first)
            .ok()
            .and_then(|m| t.marks.get(m))
            .is_some_and(|m| m.flags & CREDENTIAL != 0)
    };
    let mut j = p.last;
    if t.is_punct(j, b",(-|") {
        j += 1;
        let word = t.tokens.get(j).is_some_and(|w| w.gap < 2);
        return word && (credential(j) || (t.flags(j) & COMMON != 0 && credential(j + 1)));
    }
    let upper = t.tokens.get(j).is_some_and(|w| w.case == Case::Upper && w.gap == 1);
    upper && t.flags(j) & CREDENTIAL != 0
}

/// A birth date, number or age beside the name.
fn has_attributes(t: &Text<'_>, layout: &Layout, p: &Person, ids: &[Span], before: usize, next: usize) -> bool {
    let line = layout.line_of(p.first).copied();
    let from = ids.partition_point(|s| s.start < p.start.saturating_sub(80));
    for s in ids.iter().skip(from).take(40) {
        let personal = matches!(s.kind, F::Dob | F::Mrn | F::Bsn | F::Ssn | F::Nhs | F::Insurance | F::Plate);
        if !personal {
            continue;
        }
        let after = s.first >= p.last && s.first < next && s.first - p.last <= 12;
        let ahead = s.last <= p.lead && s.last >= before && p.lead - s.last <= 3;
        let same = line.is_some_and(|l| s.first >= l.first && s.first < l.last);
        let key_value = after && layout.paragraph_of(s.first) == layout.paragraph_of(p.first) && s.first - p.last <= 12;
        if (same && (after || ahead))
            || (key_value && layout.sentence_of(p.last.saturating_sub(1)) == layout.sentence_of(s.first))
        {
            return true;
        }
        if s.start > p.end + 120 {
            break;
        }
    }
    age_after(t, p)
}

const YEARS: Words<11> =
    Words::new(["year", "years", "yr", "yrs", "jaar", "jarige", "y", "yo", "maanden", "months", "jr"]);

/// `, 63 jaar`, `41 F`, `(V)`, `, a 30-year-old`, `, 72 y/o`.
fn age_after(t: &Text<'_>, p: &Person) -> bool {
    let mut j = p.last;
    let end = p.last + 7;
    while j < end {
        let Some(token) = t.tokens.get(j) else { return false };
        if token.kind == Kind::Newline || t.is_punct(j, b".;") {
            return false;
        }
        let text = t.slice(token.start, token.end);
        if t.is_punct(j, b"(")
            && t.is_punct(j + 2, b")")
            && matches!(t.token_text(j + 1), "V" | "M" | "F" | "v" | "m" | "f")
        {
            return true;
        }
        if token.kind == Kind::Mixed
            && matches!(text.trim_start_matches(|c: char| c.is_ascii_digit()), "yo" | "jr" | "jarige" | "y" | "j")
        {
            return true;
        }
        if token.kind == Kind::Number && text.len() <= 3 {
            let k = j + 1 + usize::from(t.is_punct(j + 1, b"-"));
            return YEARS.has(t, k) || matches!(t.token_text(k), "F" | "M" | "V");
        }
        j += 1;
    }
    false
}

/// `Thanks, James in HR`; `Groet, Adrianus`; a line of its own with a name near the end of a message.
fn inline_signature(t: &Text<'_>, layout: &Layout, p: &Person) -> bool {
    let Some(line) = layout.line_of(p.first) else { return false };
    let signoff = |i: usize| t.ends.get(i).is_some_and(|e| e & SIGNOFF != 0);
    let comma = p.first.checked_sub(1).is_some_and(|c| t.is_punct(c, b",-") && c.checked_sub(1).is_some_and(signoff));
    if comma
        || (p.first.checked_sub(1).is_some_and(signoff)
            && t.token_text(p.first.wrapping_sub(1)).eq_ignore_ascii_case("gr"))
    {
        return true;
    }
    let alone = line.first == p.first && line.last.saturating_sub(p.last) <= 4;
    let blank_around = |i: usize| layout.lines.get(i).is_none_or(|l| l.zone == Zone::Blank);
    let index = layout.line.get(p.first).copied().unwrap_or(0) as usize;
    let plain = || (p.last..line.last).all(|i| t.flags(i) & (HEALTH | LAB) == 0 && t.kind(i) != Some(Kind::Number));
    alone && plain() && blank_around(index + 1) && index > 0 && blank_around(index - 1)
}

/// The nearest word before the name that says who it is.
fn cue_before(t: &Text<'_>, layout: &Layout, p: &Person, before: usize) -> Option<Role> {
    let sentence = layout.sentence_of(p.first);
    let line = layout.line_of(p.first).map_or(0, |l| l.first);
    let (mut j, mut cost) = (p.lead, 0);
    while j > before.max(line) && cost <= 2 && p.lead - j < 8 {
        j -= 1;
        let flags = t.ends.get(j).copied().unwrap_or(0);
        let token = t.tokens.get(j)?;
        let adjacent = cost == 0;
        if flags & FAMILY_CUE != 0 || (flags & PATIENT_CUE != 0 && (adjacent || t.is_punct(j + 1, b":,"))) {
            return Some(Role::Patient);
        }
        if flags & KIN != 0 && matches!(t.token_text(j + 1), "van" | "of") {
            return Some(Role::Titled); // "the son of …": it is about …
        }
        if flags & KIN != 0 && cost <= 1 {
            return Some(Role::Relative);
        }
        if flags & STAFF_CUE != 0 && (adjacent || (cost <= 1 && flags & PUBLIC_VERB == 0)) {
            return Some(Role::Staff);
        }
        if flags & PUBLIC_VERB != 0 && adjacent {
            return Some(Role::Staff);
        }
        if layout.sentence_of(j) != sentence || t.is_punct(j, b";") {
            return None;
        }
        cost += usize::from(token.kind == Kind::Word && token.flags & RELATION == 0);
    }
    None
}

/// `… spent six years`, `… will speak about`: the sentence goes on with work, not with care.
fn public_verb_after(t: &Text<'_>, layout: &Layout, p: &Person) -> bool {
    let sentence = layout.sentence_of(p.first);
    (p.last..p.last + 6)
        .take_while(|i| layout.sentence_of(*i) == sentence && t.kind(*i) != Some(Kind::Newline))
        .any(|i| t.ends.get(i).is_some_and(|e| e & PUBLIC_VERB != 0 && e & HEALTH == 0))
}
