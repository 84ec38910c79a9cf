//! One text through all finders, in the order in which they know best.

use crate::codes::CodeFinder;
use crate::fold::{digits_for_letters, fold};
use crate::health::{self, Health};
use crate::hl7;
use crate::ids::{IdFinder, Span};
use crate::layout::{Layout, Zone};
use crate::learned::Table;
use crate::names::{NameFinder, Person};
use crate::own::OwnNumber;
use crate::roles::Role;
use crate::subjects::Subjects;
use crate::text::{Kind, Mark, Text};
use crate::verdict::Evidence;
use crate::{Scanner, places, roles, tables};
use std::collections::BTreeSet;
use wardpost_model::finding::{FindingKind as F, Sensitivity};

/// What one text holds. Offsets are bytes.
#[derive(Default)]
pub(crate) struct TextScan {
    pub spans: Vec<RawSpan>,
    pub sensitivity: Sensitivity,
    /// A label for each individual that health was linked to, to count them over several parts.
    pub individuals: BTreeSet<String>,
    /// Special categories of which the text speaks, as bits.
    pub special: u8,
}

/// A span as it will be reported.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawSpan {
    pub start: u32,
    pub end: u32,
    pub kind: F,
    pub score: u8,
    pub reason: &'static str,
}

impl From<&Span> for RawSpan {
    fn from(s: &Span) -> Self {
        Self { start: s.start, end: s.end, kind: s.kind, score: s.score, reason: s.reason }
    }
}

/// Who says whose information it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// The rules, weighed with what was learned.
    All,
    /// The rules alone.
    Rules,
}

/// Scans one text; its first `subject` bytes are the subject line of a message.
pub(crate) fn scan_text(raw: &str, subject: u32, scanner: &Scanner, by: By) -> TextScan {
    let Some(folded) = fold(raw) else { return scan_plain(raw, subject, scanner, by) };
    let mut found = scan_plain(&folded.text, folded.plain_of(subject), scanner, by);
    for s in &mut found.spans {
        (s.start, s.end) = (folded.start(s.start), folded.end(s.end, raw));
    }
    found
}

/// A text with all that was found in it, before the verdict.
pub(crate) struct Parsed<'t> {
    pub t: Text<'t>,
    pub layout: Layout,
    pub ids: Vec<Span>,
    pub persons: Vec<Person>,
    pub roles: Vec<Role>,
    /// By mention: the organisation says that it is nobody to be protected.
    pub excepted: Vec<bool>,
    pub health: Vec<Health>,
    pub general: Vec<usize>,
    pub subject: u32,
}

impl<'t> Parsed<'t> {
    pub(crate) fn new(raw: &'t str, subject: u32, scanner: &Scanner) -> Self {
        let t = Text::new(raw, &scanner.lexicon);
        let layout = Layout::new(&t);
        let (mut ids, mut taken) = numbers(&t, &layout, &scanner.own.numbers);
        let persons = NameFinder { t: &t, layout: &layout, taken: &taken }.run(&scanner.model.names);
        let persons = with_cells(&t, persons, &ids);
        ids.retain(|s| s.kind != F::Person);
        number_after_initials(&t, &persons, &mut ids, &mut taken);
        births_beside_names(&t, &layout, &persons, &mut ids);
        codes_in_patient_rows(&t, &layout, &mut ids, &mut taken);
        learned_codes(&t, &layout, &persons, &mut ids, &mut taken, &scanner.model.codes);
        for p in &persons {
            taken.iter_mut().take(p.last).skip(p.first).for_each(|x| *x = true);
        }
        let mut health = health::find(&t, &layout, &taken);
        health.extend(cells_of_health(&ids));
        health.sort_by_key(|h| h.start);
        let own = &scanner.own;
        ids.retain(|s| !matches!(s.kind, F::Diagnosis | F::Medication) && !own.excepts_at(&t, s.start, s.end, s.kind));
        health.retain(|h| h.kind.is_none_or(|kind| !own.excepts_at(&t, h.start, h.end, kind)));
        let general = Evidence::count_general(&t, &layout);
        let mut roles = roles::assign(&t, &layout, &persons, &ids);
        let excepted = roles::except(&t, &persons, &mut roles, own);
        Self { t, layout, ids, persons, roles, excepted, health, general, subject }
    }

    pub(crate) fn evidence(&self) -> Evidence<'_> {
        Evidence {
            t: &self.t,
            layout: &self.layout,
            persons: &self.persons,
            roles: &self.roles,
            excepted: &self.excepted,
            ids: &self.ids,
            health: &self.health,
            addressed: std::cell::OnceCell::new(),
            subject: self.subject,
            general: &self.general,
        }
    }
}

/// What was learned of codes: adds those that no rule knew, drops those that a rule took for record numbers too easily.
fn learned_codes(
    t: &Text<'_>,
    layout: &Layout,
    persons: &[Person],
    ids: &mut Vec<Span>,
    taken: &mut [bool],
    table: &Table,
) {
    let (found, dropped) = CodeFinder::new(t, layout, ids, persons).run(taken, table);
    let mut index = 0;
    ids.retain(|_| {
        index += 1;
        dropped.binary_search(&(index - 1)).is_err()
    });
    merge(ids, found, taken);
}

/// Numbers, dates, addresses, and the tokens that they take.
pub(crate) fn numbers(t: &Text<'_>, layout: &Layout, own: &[OwnNumber]) -> (Vec<Span>, Vec<bool>) {
    let mut taken = vec![false; t.tokens.len()];
    take_hl7_lines(t, layout, &mut taken);
    let mut ids = Vec::new();
    merge(&mut ids, own_numbers(t, own), &mut taken);
    merge(&mut ids, tables::find(t, layout), &mut taken);
    merge(&mut ids, IdFinder::new(t, layout).run(), &mut taken);
    let addresses = places::find(t, &taken);
    merge(&mut ids, addresses, &mut taken);
    (ids, taken)
}

fn scan_plain(raw: &str, subject: u32, scanner: &Scanner, by: By) -> TextScan {
    let read = digits_for_letters(raw);
    let raw = read.as_deref().unwrap_or(raw);
    let parsed = Parsed::new(raw, subject, scanner);
    let segments = hl7::find(raw);
    let Parsed { t, layout, persons, ids, health, .. } = &parsed;
    let (mut sensitivity, subjects) = parsed.evidence().judge((by == By::All).then_some(&scanner.model));
    let mut individuals = labels(t, persons, &subjects);
    if segments.patients > 0 {
        let clinical = if segments.clinical { Sensitivity::Health } else { Sensitivity::Identifier };
        let many = if segments.patients >= 3 && segments.clinical { Sensitivity::HealthMany } else { clinical };
        sensitivity = sensitivity.max(many);
        let numbers = segments.spans.iter().filter(|s| matches!(s.kind, F::Mrn | F::Bsn));
        individuals.extend(numbers.map(|s| t.slice(s.start, s.end).to_owned()));
    }
    let mut spans: Vec<RawSpan> = ids.iter().chain(&segments.spans).map(RawSpan::from).collect();
    spans.extend(person_spans(persons, &subjects));
    spans.extend(health.iter().filter_map(|h| {
        Some(RawSpan {
            start: h.start,
            end: h.end,
            kind: h.kind?,
            score: if h.generic { 50 } else { 80 },
            reason: h.reason,
        })
    }));
    spans.sort_by_key(|s| (s.start, s.end));
    let outside = |m: &&Mark| !layout.in_footer(m.first);
    let special = t.marks.iter().filter(outside).fold(0, |all, m| all | m.special);
    TextScan { spans, sensitivity, individuals, special }
}

/// Lines of HL7 are read by their fields only.
fn take_hl7_lines(t: &Text<'_>, layout: &Layout, taken: &mut [bool]) {
    for line in &layout.lines {
        let bar = t.is_punct(line.first + 1, b"|") && t.tokens.get(line.first + 1).is_some_and(|b| b.gap == 0);
        let name = t.token_text(line.first);
        if bar && name.len() == 3 && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
            taken.iter_mut().take(line.last).skip(line.first).for_each(|x| *x = true);
        }
    }
}

/// Adds the spans that lie on free tokens, and takes these.
fn merge(all: &mut Vec<Span>, new: Vec<Span>, taken: &mut [bool]) {
    for s in new {
        let range = s.first..s.last.max(s.first + 1);
        if taken.get(range.clone()).is_some_and(|x| x.iter().all(|x| !x)) {
            if let Some(x) = taken.get_mut(range) {
                x.fill(true);
            }
            all.push(s);
        }
    }
    all.sort_by_key(|s| s.start);
}

/// The organisation's own patterns. Their regular expressions run in linear time.
fn own_numbers(t: &Text<'_>, own: &[OwnNumber]) -> Vec<Span> {
    let mut out = Vec::new();
    for n in own {
        for m in n.pattern.find_iter(t.raw).take(10_000) {
            let (Ok(start), Ok(end)) = (u32::try_from(m.start()), u32::try_from(m.end())) else { continue };
            let (first, last) = (t.token_at(start), t.token_at(end));
            if m.start() < m.end() && first < last && n.proves(m.as_str()) {
                let reason = "own_pattern";
                out.push(Span { start, end, first, last, kind: n.kind, score: 95, reason, date: None });
            }
        }
    }
    out.sort_by_key(|s| s.start);
    out
}

/// Cells of name columns are persons too; each row is another one.
fn with_cells(t: &Text<'_>, mut persons: Vec<Person>, ids: &[Span]) -> Vec<Person> {
    let cells = ids.iter().filter(|s| s.kind == F::Person);
    let base = persons.len();
    for s in cells {
        let index = persons.len();
        persons.push(Person {
            first: s.first,
            lead: s.first,
            last: s.last,
            start: s.start,
            end: s.end,
            score: s.score,
            reason: s.reason,
            titled: false,
            staff_titled: false,
            initials: false,
            same_as: index,
        });
    }
    if persons.len() == base {
        return persons;
    }
    // Sorting moves them: carry the references along. A cell beside another on its line is the same individual.
    let mut order: Vec<usize> = (0..persons.len()).collect();
    order.sort_by_key(|i| persons.get(*i).map_or(0, |p| p.start));
    let mut place = vec![0; persons.len()];
    for (new, old) in order.iter().enumerate() {
        if let Some(p) = place.get_mut(*old) {
            *p = new;
        }
    }
    let mut sorted: Vec<Person> = order.iter().filter_map(|i| persons.get(*i).copied()).collect();
    for p in &mut sorted {
        p.same_as = place.get(p.same_as).copied().unwrap_or(0);
    }
    for i in 1..sorted.len() {
        let (Some(a), Some(b)) = (sorted.get(i - 1).copied(), sorted.get(i).copied()) else { break };
        let same_row = b.first - a.last <= 2
            && a.reason == "column_heading"
            && b.reason == "column_heading"
            && (a.last..b.first).all(|j| t.kind(j) != Some(Kind::Newline));
        if let Some(b) = sorted.get_mut(i).filter(|_| same_row) {
            b.same_as = a.same_as;
        }
    }
    sorted
}

/// `M.W.C. / 3508810`: a number of five to nine digits beside initials.
fn number_after_initials(t: &Text<'_>, persons: &[Person], ids: &mut Vec<Span>, taken: &mut [bool]) {
    let mut found = Vec::new();
    for p in persons.iter().filter(|p| p.initials) {
        let at = p.last + usize::from(t.is_punct(p.last, b"/(-,#"));
        let number = t.tokens.get(at).filter(|n| n.kind == Kind::Number && (5..=9).contains(&(n.end - n.start)));
        found.extend(number.map(|n| Span {
            start: n.start,
            end: n.end,
            first: at,
            last: at + 1,
            kind: F::Mrn,
            score: 75,
            reason: "number_beside_initials",
            date: None,
        }));
    }
    merge(ids, found, taken);
}

/// A date long ago in brackets or after a comma behind a name, or the only date of a row with a name, is a birth date.
fn births_beside_names(t: &Text<'_>, layout: &Layout, persons: &[Person], ids: &mut [Span]) {
    for i in 0..ids.len() {
        let Some(s) = ids.get(i).copied().filter(|s| s.kind == F::Date) else { continue };
        let Some(date) = s.date.filter(|d| d.like_birth()) else { continue };
        let before = persons.partition_point(|p| p.start < s.start).checked_sub(1).and_then(|p| persons.get(p));
        let Some(p) = before else { continue };
        let same_line = layout.line.get(p.first) == layout.line.get(s.first);
        let row = layout.zone_of(s.first) == Zone::Row;
        let gap = s.first.saturating_sub(p.last);
        let marked = gap <= 2 && (p.last..s.first).all(|j| t.kind(j) == Some(Kind::Punct)) && gap > 0;
        let on_line = |o: Option<&Span>| o.is_some_and(|o| layout.line.get(o.first) == layout.line.get(s.first));
        let dated = |o: Option<&Span>| o.is_some_and(|o| matches!(o.kind, F::Date | F::Dob));
        let others = || (i + 1..i + 8).chain((i.saturating_sub(7)..i).rev());
        let alone = !others().any(|j| on_line(ids.get(j)) && dated(ids.get(j)));
        let beside = s.first >= p.last && same_line && (marked || (row && alone) || (gap == 0 && date.full));
        if let Some(s) = ids.get_mut(i).filter(|_| beside) {
            (s.kind, s.reason, s.score) = (F::Dob, "date_beside_name", 80);
        }
    }
}

/// A code of seven digits or more behind a birth date in a row, where the text speaks of insurance.
fn codes_in_patient_rows(t: &Text<'_>, layout: &Layout, ids: &mut Vec<Span>, taken: &mut [bool]) {
    let said = |w: &str| {
        ["insur", "eligib", "verzeker", "polis", "member", "coverage", "dekking"]
            .iter()
            .any(|s| w.get(..s.len()).is_some_and(|head| head.eq_ignore_ascii_case(s)))
    };
    let in_row = |s: &&Span| s.kind == F::Dob && layout.zone_of(s.first) == Zone::Row;
    if !ids.iter().any(|s| in_row(&s)) || !(0..t.tokens.len()).any(|i| said(t.token_text(i))) {
        return;
    }
    let mut found = Vec::new();
    for dob in ids.iter().filter(in_row) {
        let Some(line) = layout.line_of(dob.first) else { continue };
        let mut last = dob.last;
        while last < line.last && (last == dob.last || t.tokens.get(last).is_some_and(|x| x.gap < 2)) {
            last += 1;
        }
        let (Some(a), Some(z)) = (t.tokens.get(dob.last), last.checked_sub(1).and_then(|l| t.tokens.get(l))) else {
            continue;
        };
        let digits = t.slice(a.start, z.end).bytes().filter(u8::is_ascii_digit).count();
        if last > dob.last && digits >= 7 {
            let (kind, reason) = (F::Insurance, "code_in_patient_row");
            found.push(Span { start: a.start, end: z.end, first: dob.last, last, kind, score: 70, reason, date: None });
        }
    }
    merge(ids, found, taken);
}

/// Cells of diagnosis and medication columns count as health.
fn cells_of_health(ids: &[Span]) -> Vec<Health> {
    let cells = ids.iter().filter(|s| matches!(s.kind, F::Diagnosis | F::Medication));
    let health = |s: &Span| Health {
        first: s.first,
        last: s.last,
        start: s.start,
        end: s.end,
        kind: Some(s.kind),
        weight: 3,
        generic: false,
        institution: false,
        reason: s.reason,
    };
    cells.map(health).collect()
}

fn person_spans<'a>(persons: &'a [Person], subjects: &'a Subjects) -> impl Iterator<Item = RawSpan> + 'a {
    persons.iter().map(|p| {
        let start = persons.get(p.same_as).map_or(p.start, |f| f.start);
        let (score, reason) = subjects.rule_at(start).map_or((p.score, p.reason), |rule| (p.score.max(90), rule));
        RawSpan { start: p.start, end: p.end, kind: F::Person, score, reason }
    })
}

/// The last word of the name, or the number.
fn labels(t: &Text<'_>, persons: &[Person], subjects: &Subjects) -> BTreeSet<String> {
    let label = |start: u32| {
        let named = persons.binary_search_by_key(&start, |p| p.start).ok().and_then(|i| persons.get(i));
        match named {
            Some(p) => t.token_text(p.last.saturating_sub(1)).to_lowercase(),
            None => format!("#{start}"),
        }
    };
    subjects.starts().map(label).collect()
}
