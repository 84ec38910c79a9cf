//! Findings as a person reads them: the verdict first, then each span with its words, place, score and reason.

use super::{Loaded, words};
use std::fmt::Write as _;
use wardpost_model::finding::{Finding, FindingKind, Findings, Part};
use wardpost_model::person::Language;
use wardpost_phi::extract::read_all;

/// Spans that are shown; the rest are counted.
const SHOWN: usize = 200;
/// Longest quotation, in characters.
const QUOTED: usize = 60;

/// A text with the places of its lines, in characters.
struct Text {
    chars: Vec<char>,
    ends: Vec<usize>,
}

impl Text {
    fn new(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let ends = chars.iter().enumerate().filter(|(_, c)| **c == '\n').map(|(i, _)| i).collect();
        Self { chars, ends }
    }

    /// One-based line of a character.
    fn line(&self, at: usize) -> usize {
        self.ends.partition_point(|end| *end < at) + 1
    }

    /// The words of a span on one line, without signs that would do something to a terminal.
    fn quote(&self, start: usize, end: usize) -> String {
        let slice = self.chars.get(start..end.min(self.chars.len())).unwrap_or(&[]);
        let plain = |c: &char| if c.is_control() { ' ' } else { *c };
        let mut text: String = slice.iter().take(QUOTED).map(plain).collect();
        if slice.len() > QUOTED {
            text.push('…');
        }
        text
    }
}

/// The explanation of a file.
pub(super) fn explain(file: &Loaded, found: &Findings, language: Language) -> String {
    let say = words::Words(language);
    let reading = read_all(&file.data);
    let (inside, name) = (Text::new(&reading.text), Text::new(&file.name.replace('_', " ")));
    let mut out = String::new();
    // Writing to a String can't fail.
    let _ = writeln!(out, "{} ({})", clean(&file.shown), size(file.size));
    let _ = writeln!(out, "  {}", say.verdict(found.sensitivity, found.individuals));
    if !found.special.is_empty() {
        let named: Vec<&str> = found.special.iter().map(|s| say.special(*s)).collect();
        let _ = writeln!(out, "  {}: {}", say.special_heading(), named.join(", "));
    }
    let (unread, spans): (Vec<&Finding>, Vec<&Finding>) =
        found.spans.iter().partition(|s| s.kind == FindingKind::Unreadable);
    let mut rows: Vec<[String; 5]> = Vec::new();
    for span in spans.iter().take(SHOWN) {
        let (start, end) = (usize::try_from(span.start).unwrap_or(0), usize::try_from(span.end).unwrap_or(0));
        let (text, place) = match span.part {
            Part::FileName(_) => (&name, say.in_name().to_owned()),
            _ => (&inside, format!("{} {}", say.line(), inside.line(start))),
        };
        let quoted = text.quote(start, end);
        rows.push([
            say.kind(span.kind).to_owned(),
            quoted,
            place,
            format!("{} %", span.score),
            say.reason(&span.reason),
        ]);
    }
    table(&rows, &mut out);
    if spans.len() > SHOWN {
        let _ = writeln!(out, "    {}", say.more(spans.len() - SHOWN));
    }
    let mut reasons: Vec<&str> = reading.unread.iter().map(|why| why.code()).collect();
    // What only the scan knows of.
    let generic = |r: &str| r == "partly_unreadable" && !reading.unread.is_empty();
    reasons.extend(unread.iter().map(|s| s.reason.as_str()).filter(|r| !generic(r)));
    reasons.sort_unstable();
    reasons.dedup();
    for reason in reasons {
        let _ = writeln!(out, "  {}: {}", say.not_read(), say.unread(reason));
    }
    out
}

/// Columns as wide as their widest cell; the last is left ragged.
fn table(rows: &[[String; 5]], out: &mut String) {
    let width = |i: usize| rows.iter().map(|r| r.get(i).map_or(0, |c| c.chars().count())).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2), width(3)];
    for [kind, quoted, place, score, reason] in rows {
        let [a, b, c, d] = widths;
        let quoted = format!("“{quoted}”");
        let _ = writeln!(out, "    {kind:a$}  {quoted:w$}  {place:c$}  {score:>d$}  {reason}", w = b + 2);
    }
}

fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} bytes"),
        1_024..1_048_576 => format!("{} KiB", bytes.div_ceil(1_024)),
        _ => format!("{} MiB", bytes.div_ceil(1_048_576)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(name: &str, data: &[u8]) -> Loaded {
        Loaded { shown: name.into(), name: name.into(), size: 0, data: data.to_vec(), too_large: false }
    }

    #[test]
    fn a_letter_is_explained_with_places_and_reasons_in_both_languages() {
        let file = loaded("letter.txt", b"Dear colleague,\n\nMrs Greta Bakker (born 12 March 1950) has asthma.\n");
        let found = file.scan();
        let text = explain(&file, &found, Language::En);
        assert!(text.contains("health information about one individual"), "{text}");
        assert!(text.contains("“Greta Bakker”") && text.contains("line 3") && text.contains("Person"), "{text}");
        let dutch = explain(&file, &found, Language::Nl);
        assert!(dutch.contains("gezondheidsgegevens van één persoon") && dutch.contains("regel 3"), "{dutch}");
    }

    #[test]
    fn a_sparse_gigabyte_is_told_to_be_too_large_without_being_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scan.pdf");
        std::fs::File::create(&path).unwrap().set_len(1 << 30).unwrap();
        let file = Loaded::new(&path).unwrap();
        assert_eq!((file.size, file.data.capacity()), (1 << 30, 0));
        assert!(explain(&file, &file.scan(), Language::En).contains("not read: larger than 256 MiB"));
    }

    #[test]
    fn what_could_not_be_read_is_told_and_control_characters_are_not_printed() {
        let file = loaded("a\u{1b}[31m.7z", b"7z\xBC\xAF\x27\x1C\0\x04");
        let text = explain(&file, &file.scan(), Language::En);
        assert!(text.contains("not read: an archive of a kind that is not opened"), "{text}");
        assert!(!text.contains('\u{1b}'));
        let large = Loaded { too_large: true, data: Vec::new(), ..loaded("big.pdf", b"") };
        let text = explain(&large, &large.scan(), Language::Nl);
        assert!(text.contains("groter dan 256 MiB"), "{text}");
    }
}
