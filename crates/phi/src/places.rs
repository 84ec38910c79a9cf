//! Postal addresses: street and house number, anchored by a postcode or by the street's own name.

use crate::ids::Span;
use crate::lexicon::{PLACE, STREET};
use crate::text::{Case, Kind, Text, Words};
use wardpost_model::finding::FindingKind;

/// Endings of Dutch street names.
const DUTCH_STREETS: &[&str] = &[
    "straat",
    "laan",
    "weg",
    "plein",
    "kade",
    "gracht",
    "singel",
    "dreef",
    "hof",
    "pad",
    "dijk",
    "steeg",
    "plantsoen",
    "park",
    "baan",
    "markt",
    "akker",
    "wal",
    "burg",
    "brink",
    "erf",
    "veld",
    "ring",
    "boulevard",
    "haven",
    "poort",
    "oord",
    "horst",
    "kamp",
    "hage",
    "donk",
    "berg",
    "vaart",
    "hoek",
    "dwarsstraat",
    "allee",
    "meent",
    "es",
];

/// All addresses, in order.
pub(crate) fn find(t: &Text<'_>, taken: &[bool]) -> Vec<Span> {
    let mut out = Vec::new();
    let mut i = 0;
    while i < t.tokens.len() {
        let free = !taken.get(i).copied().unwrap_or(false);
        let found = match t.kind(i).filter(|_| free) {
            Some(Kind::Word) => flat_first(t, i).or_else(|| street_first(t, i)),
            Some(Kind::Number | Kind::Mixed) => number_first(t, i),
            _ => None,
        };
        match found {
            Some((first, last)) => {
                if let (Some(a), Some(b)) = (t.tokens.get(first), last.checked_sub(1).and_then(|l| t.tokens.get(l))) {
                    out.push(Span {
                        start: a.start,
                        end: b.end,
                        first,
                        last,
                        kind: FindingKind::Address,
                        score: 85,
                        reason: "street_and_number",
                        date: None,
                    });
                }
                i = last.max(i + 1);
            }
            None => i += 1,
        }
    }
    out
}

fn capital(t: &Text<'_>, i: usize) -> bool {
    t.tokens.get(i).is_some_and(|w| w.kind == Kind::Word && matches!(w.case, Case::Title | Case::Upper))
}
fn near(t: &Text<'_>, i: usize) -> bool {
    t.tokens.get(i).is_some_and(|w| w.gap < 2 && w.kind != Kind::Newline)
}
fn is_number(t: &Text<'_>, i: usize, max: u32) -> bool {
    t.tokens.get(i).is_some_and(|n| n.kind == Kind::Number && n.end - n.start <= max)
}

/// `1491 Maple Hollow Road, Reno, NV 89501`; `138 Victoria Crescent, Exeter EX6 9JU`.
fn number_first(t: &Text<'_>, i: usize) -> Option<(usize, usize)> {
    if !is_number(t, i, 5) && !lettered_house(t, i) {
        return None;
    }
    let mut j = i + 1;
    // "34a gladstone st"
    let small =
        t.tokens.get(i + 1).is_some_and(|w| w.kind == Kind::Word && w.case == Case::Lower && w.end - w.start >= 4);
    if small && matches!(t.token_text(i + 2), "st" | "rd" | "ave" | "road" | "street" | "lane" | "ln" | "avenue" | "sq")
    {
        return near(t, i + 2).then_some((i, i + 3));
    }
    // "East 14th Street"
    let ordinal = |j: usize| t.kind(j) == Some(Kind::Mixed) && t.token_text(j).ends_with(['h', 't', 'd']);
    while j < i + 6 && near(t, j) && (capital(t, j) || (j > i + 1 && ordinal(j)) || (j == i + 1 && ordinal(j))) {
        if t.flags(j) & STREET != 0 && j > i + 1 {
            let end = j + 1 + usize::from(t.is_punct(j + 1, b".") && t.is_punct(j + 2, b","));
            return Some((i, city_after(t, end).0));
        }
        j += 1;
    }
    // A street of another name, with a town and a postcode behind it.
    let (end, anchored) = city_after(t, j);
    (j > i + 1 && t.is_punct(j, b",") && anchored).then_some((i, end))
}

/// `34a`, `6b`.
fn lettered_house(t: &Text<'_>, i: usize) -> bool {
    let s = t.token_text(i);
    let bare = s.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    t.kind(i) == Some(Kind::Mixed)
        && s.len() == bare.len() + 1
        && (1..=4).contains(&bare.len())
        && bare.bytes().all(|b| b.is_ascii_digit())
}

/// `Flat 12, Merrow House, Dunning Road`.
fn flat_first(t: &Text<'_>, i: usize) -> Option<(usize, usize)> {
    const FLAT: Words<5> = Words::new(["flat", "apt", "apartment", "unit", "bungalow"]);
    if !FLAT.has(t, i) {
        return None;
    }
    let house = is_number(t, i + 1, 4) || lettered_house(t, i + 1);
    if !house || !t.is_punct(i + 2, b",") {
        return None;
    }
    let mut j = i + 3;
    let mut named = false;
    while j < i + 12
        && near(t, j)
        && (capital(t, j) || is_number(t, j, 4) || t.is_punct(j, b",'") || postcode_part(t, j))
    {
        named |= t.flags(j) & STREET != 0 || matches!(t.token_text(j), "House" | "Lodge" | "Court" | "Yard" | "Garth");
        j += 1;
    }
    while j > i + 3 && t.is_punct(j - 1, b",") {
        j -= 1;
    }
    named.then_some((i, j))
}

/// The end of a town, state and postcode after a street, if they follow; and whether there was a postcode.
fn city_after(t: &Text<'_>, end: usize) -> (usize, bool) {
    let mut j = end;
    if t.is_punct(j, b",") {
        j += 1;
    }
    if matches!(t.token_text(j), "Apt" | "Unit" | "Suite" | "Flat" | "#") {
        j += 2 + usize::from(t.is_punct(j + 2, b","));
    }
    let town = j;
    while j < town + 3 && capital(t, j) && near(t, j) && !postcode_part(t, j) {
        j += 1;
    }
    if j == town {
        return (end, false);
    }
    let after_town = j;
    if t.is_punct(j, b",") {
        j += 1;
    }
    let state = t.token_text(j);
    if state.len() == 2 && capital(t, j) && is_number(t, j + 1, 5) {
        return (j + 2, true);
    }
    if postcode_part(t, j) && near(t, j + 1) && t.tokens.get(j + 1).is_some_and(|n| n.kind == Kind::Mixed) {
        return (j + 2, true);
    }
    // "…, NV 89501" was taken as part of the town
    if is_number(t, after_town, 5) && after_town > town && t.token_text(after_town - 1).len() == 2 {
        return (after_town + 1, true);
    }
    if t.flags(town) & PLACE != 0 { (after_town, false) } else { (end, false) }
}

/// The outward half of a British postcode.
fn postcode_part(t: &Text<'_>, i: usize) -> bool {
    let s = t.token_text(i);
    t.kind(i) == Some(Kind::Mixed) && (2..=4).contains(&s.len()) && s.starts_with(|c: char| c.is_ascii_uppercase())
}

/// `Prins Bernhardstraat 29-2, 2163 EV Assen`, `Oosterkade 109a`.
fn street_first(t: &Text<'_>, i: usize) -> Option<(usize, usize)> {
    if !capital(t, i) {
        return small_street(t, i);
    }
    let mut j = i + 1;
    while j < i + 6 && near(t, j) && t.kind(j) == Some(Kind::Word) && (capital(t, j) || t.token_text(j).len() <= 3) {
        j += 1;
    }
    let number = t.tokens.get(j).filter(|n| n.gap == 1 && n.start < n.end)?;
    let text = t.slice(number.start, number.end);
    let house = match number.kind {
        Kind::Number => text.len() <= 4 && !text.starts_with('0'),
        Kind::Mixed => {
            text.len() <= 5
                && text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len() + 2 >= text.len()
                && text.starts_with(|c: char| c.is_ascii_digit())
        }
        _ => false,
    };
    if !house {
        return None;
    }
    let mut end = j + 1;
    if t.is_punct(end, b"-") && t.tokens.get(end).is_some_and(|p| p.gap == 0) {
        let tail = t.tokens.get(end + 1)?;
        if tail.gap > 0 || tail.end - tail.start > 3 {
            return None;
        }
        end += 2;
    } else if matches!(t.token_text(end), "bis" | "hs" | "huis" | "a" | "b" | "c" | "A" | "B" | "C" | "zwart" | "rood")
        && near(t, end)
    {
        end += 1;
    }
    let last_word = t.token_text(j - 1).to_ascii_lowercase();
    let named = DUTCH_STREETS.iter().any(|s| last_word.ends_with(s) && (last_word.len() > s.len() || j > i + 1));
    let with_postcode = dutch_postcode(t, end);
    match (named, with_postcode) {
        (_, Some(end)) => Some((i, end)),
        (true, None) => Some((i, end)),
        (false, None) => None,
    }
}

/// `acaciahof 44`: a long word that can't be anything but a street.
fn small_street(t: &Text<'_>, i: usize) -> Option<(usize, usize)> {
    const CERTAIN: &[&str] = &["straat", "laan", "weg", "plein", "gracht", "singel", "kade", "hof", "dreef"];
    let house = || (is_number(t, i + 1, 3) || lettered_house(t, i + 1)) && near(t, i + 1);
    if t.flags(i) != 0 || !house() {
        return None;
    }
    let word = t.token_text(i);
    CERTAIN.iter().any(|s| word.ends_with(s) && word.len() >= s.len() + 4).then_some((i, i + 2))
}

/// `, 2163 EV Assen` after the house number: the end of the town.
fn dutch_postcode(t: &Text<'_>, mut j: usize) -> Option<usize> {
    while t.is_punct(j, b",") || t.kind(j) == Some(Kind::Newline) && t.kind(j + 1) == Some(Kind::Number) {
        j += 1;
    }
    let digits = t.tokens.get(j)?;
    let text = t.slice(digits.start, digits.end);
    let four = digits.kind == Kind::Number && text.len() == 4;
    let letters = t
        .tokens
        .get(j + 1)
        .is_some_and(|l| l.kind == Kind::Word && l.case == Case::Upper && l.end - l.start == 2 && l.gap < 2);
    let joined = digits.kind == Kind::Mixed && text.len() == 6;
    let end = match () {
        () if four && letters => j + 2,
        () if joined && text.get(..4).is_some_and(|d| d.bytes().all(|b| b.is_ascii_digit())) => j + 1,
        // Belgian: `, 2800 Mechelen`
        () if four && capital(t, j + 1) && t.is_punct(j.wrapping_sub(1), b",") => j + 1,
        () => return None,
    };
    let mut town = end;
    while town < end + 3 && capital(t, town) && near(t, town) {
        town += 1;
    }
    Some(town)
}
