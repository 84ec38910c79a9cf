//! Finds health information and identifiers in messages and documents, in English and Dutch, and says whose they are.
//!
//! A [`Scanner`] is made once and shared by all threads. [`Scanner::scan`] gives [`Findings`]: a verdict on the whole
//! message and the spans, each with its kind, place, score and reason. It models the message openly: sections
//! (salutation, quoted parts, signature, disclaimer, tables), persons and the parts they play, and the words that link
//! a person to health. `docs/phi.md` tells how, and how well.
//!
//! **Invariant**: no I/O, no clock, no policy. Time is linear in the size of the input, memory bounded; what can't be
//! read is a finding of its own ([`FindingKind::Unreadable`]), never "clean".

pub mod checksum;
mod codes;
pub mod extract;
mod fold;
mod health;
mod hl7;
mod ids;
mod layout;
mod learned;
mod lexicon;
mod link;
mod names;
mod own;
mod places;
mod roles;
mod scan;
mod shapes;
mod subjects;
mod tables;
mod text;
#[doc(hidden)]
pub mod training;
mod verdict;

pub use extract::html::html_to_text;

use extract::read_all;
use learned::Model;
use lexicon::Lexicon;
use own::Own;
use scan::{By, RawSpan, TextScan, scan_text};
use std::collections::BTreeSet;
use std::sync::OnceLock;
use wardpost_model::finding::{Finding, FindingKind, Findings, Part, Sensitivity, SpecialCategory};
pub use wardpost_model::vocabulary::Checksum;

/// Most spans that are reported for one message; the verdict counts them all.
pub const MAX_SPANS: usize = 5_000;
/// As `HealthMany` begins: information about this many individuals.
const MANY: usize = 3;

const SPECIAL: [SpecialCategory; 6] = [
    SpecialCategory::HivSti,
    SpecialCategory::MentalHealth,
    SpecialCategory::Addiction,
    SpecialCategory::Genetics,
    SpecialCategory::Reproductive,
    SpecialCategory::Violence,
];

/// An attached file.
#[derive(Debug, Clone, Copy)]
pub struct AttachedFile<'a> {
    /// Name as given by the sender. Scanned, but not believed.
    pub file_name: &'a str,
    /// Media type as declared. Not believed: the content decides.
    pub media_type: &'a str,
    /// The bytes.
    pub data: &'a [u8],
}

/// A message to be scanned.
#[derive(Debug, Clone, Copy, Default)]
pub struct Document<'a> {
    /// Subject line, decoded.
    pub subject: &'a str,
    /// Text (plain, or HTML as it came: tags are stepped over and offsets stay those of the source).
    pub body: &'a str,
    /// Attached files, in the order to which [`Part::Attachment`] refers.
    pub attachments: &'a [AttachedFile<'a>],
}

/// What an organisation adds to the vocabulary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrgVocabulary {
    /// Own words for conditions (ward slang, programmes that give a diagnosis away).
    pub conditions: Vec<String>,
    /// Own words for medicines.
    pub medicines: Vec<String>,
    /// Patterns of own numbers (record numbers, client numbers), as regular expressions.
    pub numbers: Vec<NumberPattern>,
    /// Texts that are never a finding (the practice's own name, its doctors), compared without case.
    pub exceptions: Vec<Exception>,
}

/// A text that is never a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// The whole text of a finding.
    pub text: String,
    /// Only as this kind.
    pub kind: Option<FindingKind>,
}

/// An organisation's own kind of number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberPattern {
    /// Regular expression (syntax of the `regex` crate).
    pub pattern: String,
    /// What a match is, usually [`FindingKind::Mrn`].
    pub kind: FindingKind,
    /// How a match proves itself.
    pub checksum: Checksum,
}

/// An own pattern can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the pattern `{pattern}` can't be used: {why}")]
pub struct VocabularyError {
    /// As it was given.
    pub pattern: String,
    /// What is wrong with it.
    pub why: String,
}

/// The detector. Making one takes some milliseconds; it is immutable and shared by all threads.
pub struct Scanner {
    lexicon: Lexicon,
    model: Model,
    own: Own,
}

impl std::fmt::Debug for Scanner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scanner").field("own_numbers", &self.own.numbers.len()).finish_non_exhaustive()
    }
}

impl Scanner {
    /// Makes a scanner with an organisation's additions.
    ///
    /// # Errors
    /// A pattern that is no regular expression, or too large a one.
    pub fn new(own: &OrgVocabulary) -> Result<Self, VocabularyError> {
        let condition = own.conditions.iter().map(|t| (lexicon::DIAGNOSIS, t.clone()));
        let medicine = own.medicines.iter().map(|t| (lexicon::MEDICATION, t.clone()));
        let terms: Vec<(u64, String)> = condition.chain(medicine).collect();
        Ok(Self::with(&terms, Own::new(own)?))
    }

    /// The scanner without additions, made at the first call.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Scanner> = OnceLock::new();
        SHARED.get_or_init(|| Self::with(&[], Own::default()))
    }

    fn with(terms: &[(u64, String)], own: Own) -> Self {
        let mut model = Model::compiled();
        let (lexicon, letters) = Lexicon::read(terms, &model.tone);
        model.letters = letters;
        Self { lexicon, model, own }
    }

    /// Scans a message: subject and text together, then every attachment and its name.
    #[must_use]
    pub fn scan(&self, document: &Document<'_>) -> Findings {
        self.examine(document).findings
    }

    /// As [`Scanner::scan`], with the patients' numbers, so that the audit log can be searched by patient.
    #[must_use]
    pub fn examine(&self, document: &Document<'_>) -> Examination {
        let mut all = Collector::new(self);
        all.subject_and_body(document.subject, document.body);
        for (i, file) in document.attachments.iter().enumerate() {
            let index = u32::try_from(i).unwrap_or(u32::MAX);
            let name = file.file_name.replace('_', " ");
            all.part(&Part::FileName(index), &name);
            let reading = read_all(file.data);
            if !reading.text.trim().is_empty() {
                all.part(&Part::Attachment(index), &reading.text);
            }
            for why in reading.unread {
                all.unreadable(Part::Attachment(index), why.code());
            }
        }
        all.finish()
    }
}

/// Findings, and the patients' numbers among them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Examination {
    /// Verdict and spans.
    pub findings: Findings,
    /// Normalised (upper case, letters and digits only; BSN with nine digits), each once, in order.
    pub identifiers: Vec<(FindingKind, String)>,
}

/// The patients' numbers (BSN, NHS number, SSN, record number) among the findings of a document, normalised.
/// Attachments in which such findings lie are read again; [`Scanner::examine`] gives the same in one go.
#[must_use]
pub fn patient_identifiers(findings: &Findings, document: &Document<'_>) -> Vec<(FindingKind, String)> {
    let mut out = BTreeSet::new();
    let mut read: Option<(u32, String)> = None;
    for s in findings.spans.iter().filter(|s| is_identifier(s.kind)) {
        let text = match s.part {
            Part::Subject => document.subject,
            Part::Body => document.body,
            Part::FileName(i) => document.attachments.get(i as usize).map_or("", |f| f.file_name),
            Part::Attachment(i) => {
                if read.as_ref().is_none_or(|r| r.0 != i) {
                    let text = document.attachments.get(i as usize).map(|f| read_all(f.data).text);
                    read = Some((i, text.unwrap_or_default()));
                }
                read.as_ref().map_or("", |r| r.1.as_str())
            }
        };
        let length = s.end.saturating_sub(s.start) as usize;
        let slice: String = text.chars().skip(s.start as usize).take(length).collect();
        out.extend(normalised(s.kind, &slice));
    }
    out.into_iter().collect()
}

fn is_identifier(kind: FindingKind) -> bool {
    matches!(kind, FindingKind::Bsn | FindingKind::Nhs | FindingKind::Ssn | FindingKind::Mrn)
}

fn normalised(kind: FindingKind, text: &str) -> Option<(FindingKind, String)> {
    let bare: String =
        fold::plain(text).chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let bare = if kind == FindingKind::Bsn && bare.len() == 8 { format!("0{bare}") } else { bare };
    (!bare.is_empty()).then_some((kind, bare))
}

/// Gathers the findings of all parts.
struct Collector<'s> {
    scanner: &'s Scanner,
    findings: Findings,
    identifiers: BTreeSet<(FindingKind, String)>,
    individuals: BTreeSet<String>,
    linked: bool,
    /// Special categories, as bits.
    special: u8,
}

impl<'s> Collector<'s> {
    fn new(scanner: &'s Scanner) -> Self {
        let (findings, identifiers, individuals) = Default::default();
        Self { scanner, findings, identifiers, individuals, linked: false, special: 0 }
    }

    fn run(&mut self, text: &str, subject: u32, by: By) -> TextScan {
        let found = scan_text(text, subject, self.scanner, by);
        if found.sensitivity >= Sensitivity::Health {
            self.special |= found.special;
        }
        self.linked |= found.sensitivity >= Sensitivity::Health;
        self.findings.sensitivity = self.findings.sensitivity.max(found.sensitivity);
        self.individuals.extend(found.individuals.iter().cloned());
        found
    }

    /// The subject belongs to the text: "Referral – Jan Bakker" names whom the text is about.
    fn subject_and_body(&mut self, subject: &str, body: &str) {
        let body_cut = cut(body);
        let glue = if subject.is_empty() { "" } else { "\n\n" };
        let joined = if subject.is_empty() { None } else { Some([cut(subject), glue, body_cut].concat()) };
        let text = joined.as_deref().unwrap_or(body_cut);
        let split = u32::try_from(cut(subject).len()).unwrap_or(u32::MAX);
        let found = self.run(text, split, By::All);
        let from = split + u32::try_from(glue.len()).unwrap_or(0);
        let (head, tail): (Vec<RawSpan>, Vec<RawSpan>) =
            found.spans.into_iter().partition(|s| !subject.is_empty() && s.start < split);
        let within = |s: RawSpan| RawSpan { end: s.end.min(split), ..s };
        self.report(&Part::Subject, cut(subject), head.into_iter().map(within));
        let shift = |s: RawSpan| RawSpan { start: s.start.saturating_sub(from), end: s.end.saturating_sub(from), ..s };
        self.report(&Part::Body, body_cut, tail.into_iter().map(shift));
        if body_cut.len() < body.len() || cut(subject).len() < subject.len() {
            self.unreadable(Part::Body, "too_long");
        }
    }

    fn part(&mut self, part: &Part, text: &str) {
        // A file's name is no message: only rules can say something of it.
        let by = if matches!(part, Part::FileName(_)) { By::Rules } else { By::All };
        let found = self.run(cut(text), 0, by);
        self.report(part, cut(text), found.spans.into_iter());
        if cut(text).len() < text.len() {
            self.unreadable(part.clone(), "too_long");
        }
    }

    /// Turns bytes into code points, in one pass over the text; spans are in order of their starts.
    fn report(&mut self, part: &Part, text: &str, spans: impl Iterator<Item = RawSpan>) {
        let ascii = text.is_ascii();
        let (mut byte, mut point) = (0usize, 0u32);
        for s in spans {
            let slice = text.get(s.start as usize..s.end as usize).unwrap_or("");
            if slice.is_empty() {
                continue;
            }
            if self.scanner.own.excepts(slice, s.kind) {
                continue;
            }
            if is_identifier(s.kind) && s.score >= 70 {
                self.identifiers.extend(normalised(s.kind, slice));
            }
            let (start, end) = if ascii {
                (s.start, s.end)
            } else {
                point += count(text.get(byte..s.start as usize));
                byte = byte.max(s.start as usize);
                (point, point + count(Some(slice)))
            };
            if self.findings.spans.len() < MAX_SPANS {
                let (kind, score, reason) = (s.kind, s.score, s.reason.to_owned());
                self.findings.spans.push(Finding { part: part.clone(), start, end, kind, score, reason });
            }
        }
    }

    fn unreadable(&mut self, part: Part, reason: &str) {
        self.findings.sensitivity = self.findings.sensitivity.max(Sensitivity::Unreadable);
        let reason = reason.to_owned();
        self.findings.spans.push(Finding { part, start: 0, end: 0, kind: FindingKind::Unreadable, score: 100, reason });
    }

    fn finish(mut self) -> Examination {
        if self.linked {
            self.findings.individuals = u32::try_from(self.individuals.len()).unwrap_or(u32::MAX).max(1);
        }
        self.findings.special = SPECIAL.into_iter().filter(|c| self.special >> *c as u8 & 1 == 1).collect();
        if self.linked && self.individuals.len() >= MANY {
            self.findings.sensitivity = Sensitivity::HealthMany;
        }
        Examination { findings: self.findings, identifiers: self.identifiers.into_iter().collect() }
    }
}

fn count(text: Option<&str>) -> u32 {
    text.map_or(0, |t| u32::try_from(t.chars().count()).unwrap_or(u32::MAX))
}

/// At most [`text::MAX_TEXT`] bytes, whole characters.
fn cut(text: &str) -> &str {
    let mut end = text.len().min(text::MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}
