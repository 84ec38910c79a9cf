//! Spans that are told by their form and the words beside them: numbers, codes, dates, addresses of machines.

use crate::checksum;
use crate::layout::{Layout, Zone};
use crate::lexicon::*;
use crate::shapes::{self, Date};
use crate::text::{Case, Kind, Text};
use wardpost_model::finding::FindingKind as F;

/// One span with its tokens (end exclusive).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub start: u32,
    pub end: u32,
    pub first: usize,
    pub last: usize,
    pub kind: F,
    pub score: u8,
    pub reason: &'static str,
    pub date: Option<Date>,
}

impl Span {
    /// Belongs to an individual, whom a text may be about.
    pub(crate) const fn is_personal(&self) -> bool {
        self.names_a_citizen()
            || matches!(self.kind, F::Dob | F::Insurance | F::Phone | F::Email | F::Address | F::Plate)
    }

    /// A number by which the state or a care organisation knows an individual.
    pub(crate) const fn names_a_citizen(&self) -> bool {
        matches!(self.kind, F::Mrn | F::Bsn | F::Ssn | F::Nhs)
    }

    /// Sure enough to identify by itself.
    pub(crate) const fn is_certain(&self) -> bool {
        self.score >= 70
    }
}

/// How far back a cue may stand in the same paragraph for numbers that prove themselves, in bytes.
const CUE_REACH: u32 = 200;

pub(crate) struct IdFinder<'a> {
    pub t: &'a Text<'a>,
    pub layout: &'a Layout,
    /// Marks with cues of BSN, SSN, NHS: kind and byte, in order.
    far_cues: Vec<(u64, u32, u32)>,
}

impl<'a> IdFinder<'a> {
    pub(crate) fn new(t: &'a Text<'a>, layout: &'a Layout) -> Self {
        let far = BSN_CUE | SSN_CUE | NHS_CUE;
        let far_cues = t
            .marks
            .iter()
            .filter(|m| m.flags & far != 0)
            .filter_map(|m| Some((m.flags & far, t.tokens.get(m.first)?.start, layout.paragraph_of(m.first))));
        Self { t, layout, far_cues: far_cues.collect() }
    }

    /// All spans, in order, not overlapping.
    pub(crate) fn run(&self) -> Vec<Span> {
        let mut out = Vec::new();
        let mut i = 0;
        while i < self.t.tokens.len() {
            i = match self.match_at(i) {
                Some((span, next)) => {
                    out.extend(span);
                    next.max(i + 1)
                }
                None => i + 1,
            };
        }
        out
    }

    /// A span (or something to step over) that begins with token `i`, and the token after it.
    fn match_at(&self, i: usize) -> Option<(Option<Span>, usize)> {
        let token = self.t.tokens.get(i)?;
        let found = |kind, score, reason| {
            let span =
                Span { start: token.start, end: token.end, first: i, last: i + 1, kind, score, reason, date: None };
            Some((Some(span), i + 1))
        };
        match token.kind {
            Kind::Email => found(F::Email, 95, "mail_address"),
            Kind::Url => found(F::Url, 95, "web_address"),
            Kind::Mixed
                if self
                    .t
                    .token_text(i)
                    .as_bytes()
                    .first_chunk::<2>()
                    .is_some_and(|c| c.iter().all(u8::is_ascii_alphabetic)) =>
            {
                if let Some(len) = shapes::british_plate(self.bytes(token.start)) {
                    return self.span(i, len, F::Plate, 75, "plate_form");
                }
                match shapes::iban(self.bytes(token.start)) {
                    Some(len) => self.span(i, len, F::Account, 98, "iban_checksum"),
                    None => self.number_at(i),
                }
            }
            Kind::Number | Kind::Mixed => self.number_at(i),
            Kind::Word if token.flags & MONTH != 0 => self.written_date(i),
            Kind::Word if token.case != Case::Lower || token.end - token.start <= 4 => self.lettered_at(i),
            Kind::Punct if b"(+:".contains(&token.ch) => self.bracketed_at(i),
            _ => None,
        }
    }

    fn bytes(&self, start: u32) -> &'a [u8] {
        let b = self.t.raw.as_bytes();
        b.get(start as usize..b.len().min(start as usize + 64)).unwrap_or(&[])
    }

    /// Makes the span `len` bytes long from token `i`.
    fn span(&self, i: usize, len: usize, kind: F, score: u8, reason: &'static str) -> Option<(Option<Span>, usize)> {
        let start = self.t.tokens.get(i)?.start;
        let end = start + u32::try_from(len).ok()?;
        let last = self.t.token_from(i, end).max(i + 1);
        Some((Some(Span { start, end, first: i, last, kind, score, reason, date: None }), last))
    }

    fn dated(&self, i: usize, len: usize, date: Date) -> Option<(Option<Span>, usize)> {
        let birth = self.cue_before(i).0 & DOB_CUE != 0;
        let (kind, reason) = if birth { (F::Dob, "birth_word_before_date") } else { (F::Date, "date") };
        let (span, next) = self.span(i, len, kind, 90, reason)?;
        Some((span.map(|s| Span { date: Some(date), ..s }), next))
    }

    fn skip(&self, i: usize, len: usize) -> Option<(Option<Span>, usize)> {
        let end = self.t.tokens.get(i)?.start + u32::try_from(len).ok()?;
        Some((None, self.t.token_from(i, end)))
    }

    fn bracketed_at(&self, i: usize) -> Option<(Option<Span>, usize)> {
        let b = self.bytes(self.t.tokens.get(i)?.start);
        if let Some(len) = shapes::udi(b) {
            return self.span(i, len, F::Device, 95, "device_identifier");
        }
        if let Some((len, false)) = shapes::colon_address(b) {
            return self.span(i, len, F::Ip, 90, "ip_address");
        }
        let len = shapes::phone(b, false)?;
        self.span(i, len, F::Phone, 90, "telephone_form")
    }

    fn number_at(&self, i: usize) -> Option<(Option<Span>, usize)> {
        let token = self.t.tokens.get(i)?;
        let b = self.bytes(token.start);
        if let Some(len) = hash_len(b) {
            return self.skip(i, len);
        }
        if let Some((len, date)) = shapes::numeric_date(b) {
            let dotted = !date.full && b.iter().take(len).any(|c| *c == b'.');
            if dotted && self.cue_before(i).0 & (NOTID_CUE | INS_CUE) != 0 {
                return self.skip(i, len); // the number of a version or model
            }
            return self.dated(i, len, date);
        }
        if let Some((len, mac)) = shapes::colon_address(b) {
            let (kind, reason) = if mac { (F::Device, "mac_address") } else { (F::Ip, "ip_address") };
            return self.span(i, len, kind, 90, reason);
        }
        if let Some(len) = shapes::time_of_day(b) {
            return self.skip(i, len);
        }
        if let Some(len) = shapes::ipv4(b) {
            return self.span(i, len, F::Ip, 90, "ip_address");
        }
        if token.kind == Kind::Number
            && token.end - token.start <= 2
            && let Some(found) = self.day_and_month(i)
        {
            return Some(found);
        }
        if let Some(len) = shapes::mbi(b) {
            return self.span(i, len, F::Insurance, 90, "medicare_number_form");
        }
        self.identifier_at(i, b)
    }

    /// Numbers whose meaning depends on the word before them.
    fn identifier_at(&self, i: usize, b: &[u8]) -> Option<(Option<Span>, usize)> {
        let (cue, _) = self.cue_before(i);
        if let Some(found) = self.citizen_number(i, b, cue) {
            return Some(found);
        }
        if let Some(len) = shapes::spaced_nhs(b).filter(|_| cue & (ID_CUES & !DOB_CUE) == 0) {
            return self.span(i, len, F::Nhs, 80, "nhs_form_and_checksum");
        }
        if let Some(len) = shapes::certain_phone(b).filter(|_| cue & (MRN_CUE | INS_CUE | ACCT_CUE | DEVICE_CUE) == 0) {
            return self.span(i, len, F::Phone, 88, "telephone_form");
        }
        if (cue & (PHONE_CUE | MRN_CUE | BSN_CUE | INS_CUE) != 0 || cue & NOTID_CUE == 0)
            && (cue & (MRN_CUE | INS_CUE | ACCT_CUE | DEVICE_CUE) == 0 || cue & PHONE_CUE != 0)
            && let Some(len) = shapes::phone(b, cue & PHONE_CUE != 0)
        {
            return self.span(i, len, F::Phone, 85, "telephone_form");
        }
        if let Some(len) = shapes::card(b).filter(|_| cue & (NOTID_CUE | MRN_CUE) == 0) {
            return self.span(i, len, F::Card, 90, "card_checksum");
        }
        self.cued_code(i, b, cue)
    }

    /// BSN, SSN, NHS number and NPI.
    fn citizen_number(&self, i: usize, b: &[u8], cue: u64) -> Option<(Option<Span>, usize)> {
        let far = self.far_cue(i);
        let other = cue & ID_CUES & !(BSN_CUE | SSN_CUE | NHS_CUE | DOB_CUE | PHONE_CUE) != 0;
        if let Some((len, issued)) = shapes::ssn(b).filter(|_| cue & NOTID_CUE == 0) {
            // A number that is never issued may be mistyped, or one of the tax office's.
            let named = (cue | far) & SSN_CUE != 0;
            match (named, issued) {
                (true, true) => return self.span(i, len, F::Ssn, 99, "ssn_form"),
                (true, false) => return self.span(i, len, F::Ssn, 80, "ssn_word_before"),
                (false, true) => return self.span(i, len, F::Ssn, 85, "ssn_form"),
                (false, false) => {}
            }
        }
        let (digits, len) = shapes::digits_with(b, b" .-/", 11);
        if b.get(len).is_some_and(u8::is_ascii_alphabetic)
            || (b.get(len) == Some(&b'-') && b.get(len + 1).is_some_and(u8::is_ascii_alphanumeric))
        {
            return None;
        }
        let spoken = |class: u64| cue & class != 0 || (!other && far & class != 0);
        match digits.len() {
            9 if checksum::is_bsn(&digits) && spoken(BSN_CUE) => self.span(i, len, F::Bsn, 99, "bsn_checksum"),
            8 if checksum::is_bsn(&digits) && cue & BSN_CUE != 0 => self.span(i, len, F::Bsn, 90, "bsn_checksum"),
            9 if cue & BSN_CUE != 0 => self.span(i, len, F::Bsn, 60, "bsn_word_without_checksum"),
            9 if cue & SSN_CUE != 0 => {
                let score = if checksum::is_ssn(&digits) { 95 } else { 75 };
                self.span(i, len, F::Ssn, score, "ssn_word_before")
            }
            9 if checksum::is_bsn(&digits) && cue & ID_CUES == 0 && self.beside_person(i, len) => {
                self.span(i, len, F::Bsn, 80, "bsn_checksum_beside_name")
            }
            10 if checksum::is_nhs(&digits) && spoken(NHS_CUE) => self.span(i, len, F::Nhs, 99, "nhs_checksum"),
            10 if cue & NHS_CUE != 0 => self.span(i, len, F::Nhs, 60, "nhs_word_without_checksum"),
            10 if cue & NPI_CUE != 0 => {
                let score = if checksum::is_npi(&digits) { 99 } else { 70 };
                self.span(i, len, F::Npi, score, "npi_word_before")
            }
            _ => None,
        }
    }

    /// Record, insurance, account, device numbers and plates: a code after a word that names it.
    fn cued_code(&self, i: usize, b: &[u8], cue: u64) -> Option<(Option<Span>, usize)> {
        let (len, digits, letters) = code_len(b, cue & (INS_CUE | ACCT_CUE) != 0);
        let packed = b.get(..len).and_then(shapes::packed_date);
        if let Some(date) = packed.filter(|_| cue & (MRN_CUE | MRN_WEAK | INS_CUE | NOTID_CUE | ACCT_CUE) == 0) {
            return self.dated(i, len, date);
        }
        let kinds: [(u64, F, usize, &'static str); 7] = [
            (NOTID_CUE, F::Url, 0, ""),
            (MRN_CUE, F::Mrn, 4, "record_word_before"),
            (INS_CUE, F::Insurance, 6, "insurance_word_before"),
            (MRN_WEAK, F::Mrn, 5, "record_word_of_any_trade"),
            (ACCT_CUE, F::Account, 6, "account_word_before"),
            (DEVICE_CUE, F::Device, 4, "device_word_before"),
            (PLATE_CUE, F::Plate, 2, "plate_word_before"),
        ];
        for (class, kind, min_digits, reason) in kinds {
            if cue & class == 0 {
                continue;
            }
            if class == NOTID_CUE && cue & (MRN_CUE | MRN_WEAK | INS_CUE) == 0 {
                return self.skip(i, len);
            }
            let score = if class == MRN_WEAK { 65 } else { 90 };
            let plate = class != PLATE_CUE || (letters > 0 && (4..=9).contains(&len));
            if class != NOTID_CUE && digits >= min_digits && len <= 24 && plate {
                return self.span(i, len, kind, score, reason);
            }
        }
        if let Some(len) = shapes::dutch_plate(b).filter(|_| cue & ID_CUES == 0) {
            return self.span(i, len, F::Plate, 60, "plate_form");
        }
        (len > 0).then(|| self.skip(i, len)).flatten()
    }

    /// Codes that begin with letters: bank numbers, `HMO-69617960`, `SN-11476089`, plates.
    fn lettered_at(&self, i: usize) -> Option<(Option<Span>, usize)> {
        let token = self.t.tokens.get(i)?;
        let b = self.bytes(token.start);
        if token.case != Case::Upper && token.case != Case::Initial {
            return None;
        }
        let joined = self.t.is_punct(i + 1, b"-")
            && self.t.tokens.get(i + 2).is_some_and(|n| n.gap == 0 && matches!(n.kind, Kind::Number | Kind::Mixed));
        if !joined || self.t.tokens.get(i + 1).is_some_and(|n| n.gap > 0) {
            return None;
        }
        let (cue, _) = self.cue_before(i);
        let (len, digits, _) = code_len(b, false);
        let own = self.t.flags(i);
        let letters = self.t.token_text(i);
        if cue & NOTID_CUE != 0 && cue & (MRN_CUE | INS_CUE) == 0 {
            return self.skip(i, len);
        }
        if let Some(len) = shapes::dutch_plate(b) {
            return self.span(i, len, F::Plate, 70, "plate_form");
        }
        if digits >= 6 && matches!(letters, "HMO" | "PPO" | "EPO" | "MBR" | "INS" | "POL") {
            return self.span(i, len, F::Insurance, 80, "insurance_form");
        }
        if digits >= 4 && (own & DEVICE_CUE != 0) {
            return self.span(i, len, F::Device, 80, "device_form");
        }
        if digits >= 5 && own & MRN_CUE != 0 {
            return self.span(i, len, F::Mrn, 90, "record_form");
        }
        self.cued_code(i, b, cue)
    }

    /// `29 May 2025`, `29 mei`.
    fn day_and_month(&self, i: usize) -> Option<(Option<Span>, usize)> {
        let day: u32 = self.t.token_text(i).parse().ok()?;
        let mut j = i + 1;
        if matches!(self.t.token_text(j), "st" | "nd" | "rd" | "th" | "-" | "." | "e" | "of") {
            j += 1;
        }
        let month = self.t.tokens.get(j).filter(|m| m.flags & MONTH != 0 && m.gap < 2)?;
        if !(1..=31).contains(&day)
            || (month.case == Case::Lower && ambiguous_month(self.t.token_text(j)) && self.year_at(j + 1).is_none())
        {
            return None;
        }
        self.with_year(i, j + 1)
    }

    /// `May 29, 2025`, `May 29`.
    fn written_date(&self, i: usize) -> Option<(Option<Span>, usize)> {
        let j = i + 1 + usize::from(self.t.is_punct(i + 1, b"."));
        let day: u32 = self.t.token_text(j).trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse().ok()?;
        let cased = self.t.tokens.get(i).is_some_and(|m| m.case != Case::Lower);
        let gap = self.t.tokens.get(j).is_some_and(|d| d.gap == 1);
        if (1..=31).contains(&day) && gap && (cased || !ambiguous_month(self.t.token_text(i))) {
            return self.with_year(i, j + 1);
        }
        None
    }

    fn with_year(&self, first: usize, mut j: usize) -> Option<(Option<Span>, usize)> {
        let mut year = None;
        let comma = usize::from(self.t.is_punct(j, b",-."));
        if let Some(y) = self.year_at(j + comma) {
            year = Some(y);
            j += comma + 1;
        }
        let start = self.t.tokens.get(first)?.start;
        let end = self.t.tokens.get(j.checked_sub(1)?)?.end;
        let date = Date { year, full: year.is_some() };
        self.dated(first, (end - start) as usize, date)
    }

    fn year_at(&self, i: usize) -> Option<u16> {
        let s = self.t.token_text(i);
        (s.len() == 4).then(|| s.parse().ok()).flatten().filter(|y| (1850..=2150).contains(y))
    }

    /// The nearest word before token `i` that says what a number is, and how many words lie between.
    pub(crate) fn cue_before(&self, i: usize) -> (u64, usize) {
        let (mut cost, mut steps) = (0, 0);
        let mut j = i;
        while j > 0 && cost <= 3 && steps < 12 {
            j -= 1;
            steps += 1;
            let Some(token) = self.t.tokens.get(j) else { break };
            let ends = self.t.ends.get(j).copied().unwrap_or(0);
            if ends & ID_CUES != 0 && !(ends & (SSN_CUE | PLATE_CUE | PHONE_CUE) != 0 && ends & COMMON != 0 && cost > 1)
            {
                return (ends & ID_CUES, cost);
            }
            if self.t.token_text(j).eq_ignore_ascii_case("id") && !self.json_key(j) && !self.zip_code(j, i) {
                let lettered = self.t.tokens.get(i).is_some_and(|v| v.kind != Kind::Number);
                return (if lettered { INS_CUE } else { MRN_WEAK }, cost);
            }
            if token.kind == Kind::Url {
                return (system_cue(self.t.token_text(j)), cost);
            }
            let adjoining = (j + 1..i).all(|k| self.t.kind(k) == Some(Kind::Punct));
            if ends & PATIENT_CUE != 0 && adjoining {
                return (MRN_CUE, cost);
            }
            match token.kind {
                // The word may stand at the end of the line before, with a colon.
                Kind::Newline if steps > 1 || !self.t.is_punct(j.wrapping_sub(1), b":") => break,
                Kind::Newline => cost += 2,
                Kind::Number | Kind::Mixed | Kind::Email | Kind::Url => break,
                Kind::Punct if b";|!?".contains(&token.ch) => break,
                Kind::Punct if token.ch == b',' => cost += 2,
                Kind::Word if token.flags & COMMON == 0 || token.end - token.start > 6 => cost += 1,
                _ => {}
            }
            let type_code = token.end - token.start == 2 && token.case == Case::Upper; // of a DICOM dump
            if token.gap == 2 && token.kind == Kind::Word && cost > 0 && !type_code {
                break;
            }
        }
        (0, cost)
    }

    /// `"id":` names any object.
    fn json_key(&self, i: usize) -> bool {
        self.t.is_punct(i + 1, b"\"")
    }
    /// `Boise, ID 83702`.
    fn zip_code(&self, id: usize, number: usize) -> bool {
        let five = self.t.tokens.get(number).is_some_and(|n| n.end - n.start == 5);
        five && id.checked_sub(1).is_some_and(|c| self.t.is_punct(c, b","))
    }

    fn far_cue(&self, i: usize) -> u64 {
        let Some(token) = self.t.tokens.get(i) else { return 0 };
        let paragraph = self.layout.paragraph_of(i);
        let upto = self.far_cues.partition_point(|c| c.1 < token.start);
        let near = self.far_cues.iter().take(upto).rev().take(4);
        near.filter(|c| token.start - c.1 <= CUE_REACH && (c.2 == paragraph || c.2 + 1 == paragraph))
            .fold(0, |all, c| all | c.0)
    }

    /// A valid BSN without its word counts in a row, or between a name or initials and a date of birth.
    fn beside_person(&self, i: usize, len: usize) -> bool {
        let Some(start) = self.t.tokens.get(i).map(|t| t.start) else { return false };
        let after = self.t.token_at(start + u32::try_from(len).unwrap_or(0));
        let line = self.layout.line_of(i);
        let Some(line) = line else { return false };
        let names = GIVEN | SURNAME | TITLE;
        let named = |j: usize| {
            self.t
                .tokens
                .get(j)
                .is_some_and(|t| t.flags & names != 0 && t.case != Case::Lower || t.case == Case::Initial)
        };
        let birth = |j: usize| {
            let date = self.t.tokens.get(j).and_then(|t| shapes::numeric_date(self.bytes(t.start)));
            date.is_some_and(|d| d.1.like_birth())
        };
        let near = line.first.max(i.saturating_sub(8))..line.last.min(after + 10);
        let row = line.zone == Zone::Row;
        let (mut any_name, mut any_birth) = (false, false);
        for j in near.filter(|j| !(i..after).contains(j)) {
            any_name |= named(j);
            any_birth |= birth(j);
        }
        any_birth && (any_name || row) || (row && any_name)
    }
}

/// The system of a FHIR identifier names the number that follows.
fn system_cue(url: &str) -> u64 {
    let url = url.to_ascii_lowercase();
    let ends = |s: &str| url.ends_with(s);
    match () {
        () if ends("/bsn") => BSN_CUE,
        () if ends("us-ssn") => SSN_CUE,
        () if ends("nhs-number") => NHS_CUE,
        () if ends("us-npi") => NPI_CUE,
        () => 0,
    }
}

/// "may", "mar", "jun" and the like in lower case are usually something else.
fn ambiguous_month(s: &str) -> bool {
    matches!(s, "may" | "mar" | "march" | "sat" | "sun" | "dec" | "jan" | "mei" | "sep" | "jun" | "aug")
}

/// UUIDs and hashes: long hexadecimal with letters and digits.
fn hash_len(b: &[u8]) -> Option<usize> {
    let len = b.iter().take_while(|c| c.is_ascii_hexdigit() || **c == b'-').count();
    let s = b.get(..len)?;
    let letters = s.iter().filter(|c| c.is_ascii_alphabetic()).count();
    let uuid = len == 36 && s.get(8) == Some(&b'-') && s.get(13) == Some(&b'-');
    let longest = s.split(|c| *c == b'-').map(<[u8]>::len).max().unwrap_or(0);
    (uuid || (longest >= 20 && letters >= 3)).then_some(len)
}

/// Length of the code at the start of `b` (letters, digits, single inner `-`, `.` or `/`; with `spaces`, also single
/// spaces between groups with digits), and how many digits and letters it has.
pub(crate) fn code_len(b: &[u8], spaces: bool) -> (usize, usize, usize) {
    let (mut end, mut digits, mut letters) = (0, 0, 0);
    for (i, c) in b.iter().enumerate().take(40) {
        let next = b.get(i + 1).copied().unwrap_or(0);
        let inner = b"-./".contains(c) && i > 0 && next.is_ascii_alphanumeric();
        let space = spaces && *c == b' ' && next.is_ascii_digit() && digits < 9;
        if c.is_ascii_alphanumeric() {
            digits += usize::from(c.is_ascii_digit());
            letters += usize::from(c.is_ascii_alphabetic());
            end = i + 1;
        } else if end != i || !(inner || space) {
            break;
        }
    }
    (end, digits, letters)
}
