//! HL7 v2 segments inside a text: the fields say what they are (HL7 v2.5.1 chapters 3, 4, 6, 7).

use crate::ids::Span;
use crate::shapes;
use memchr::memmem;
use wardpost_model::finding::FindingKind as F;

/// What was found.
#[derive(Default)]
pub(crate) struct Hl7 {
    pub spans: Vec<Span>,
    /// Patients named (PID segments with a name, a number or a birth date).
    pub patients: usize,
    /// A segment with clinical content stands beside.
    pub clinical: bool,
}

/// Reads the segments of a text. Cheap when there are none.
pub(crate) fn find(raw: &str) -> Hl7 {
    let mut out = Hl7::default();
    if memmem::find(raw.as_bytes(), b"PID|").is_none() && memmem::find(raw.as_bytes(), b"MSH|").is_none() {
        return out;
    }
    let mut at = 0;
    for line in raw.split_inclusive(['\r', '\n']) {
        let segment = line.trim_end_matches(['\r', '\n']);
        if segment.get(3..4) == Some("|") {
            out.segment(segment, at);
        }
        at += line.len();
    }
    out
}

/// A piece of a segment with its place in the text.
#[derive(Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Piece<'a> {
    fn split(self, by: char) -> impl Iterator<Item = Piece<'a>> {
        let mut at = self.at;
        self.text.split(by).map(move |text| {
            let piece = Piece { text, at };
            at += text.len() + 1;
            piece
        })
    }
    fn part(self, by: char, n: usize) -> Option<Piece<'a>> {
        self.split(by).nth(n).filter(|p| !p.text.is_empty())
    }
}

impl Hl7 {
    fn segment(&mut self, text: &str, at: usize) {
        let whole = Piece { text, at };
        let field = |n: usize| whole.part('|', n);
        match text.get(..3).unwrap_or("") {
            "PID" => self.patient(whole),
            "NK1" | "GT1" => {
                let n = if text.starts_with("NK1") { 2 } else { 3 };
                self.name(field(n), 0);
                self.push(field(n + 2), F::Address, "hl7_address");
                self.push(field(n + 3), F::Phone, "hl7_phone");
            }
            "PV1" => {
                self.clinical = true;
                [7, 8, 9, 17].iter().for_each(|n| self.provider(field(*n)));
            }
            "MSH" => self.date(field(6), F::Date),
            "EVN" => self.date(field(2), F::Date),
            "ORC" => self.provider(field(12)),
            "OBR" => {
                self.clinical = true;
                [6, 7, 8, 14, 22].iter().for_each(|n| self.date(field(*n), F::Date));
                [16, 28, 32].iter().for_each(|n| self.provider(field(*n)));
            }
            "OBX" => {
                self.clinical = true;
                let code = field(3);
                self.push(code.and_then(|c| c.part('^', 1).or(c.part('^', 0))), F::Lab, "hl7_observation");
                if let Some(Piece { text, .. }) = code.and_then(|c| c.part('^', 0))
                    && text.chars().any(char::is_alphabetic)
                    && !text.contains('-')
                {
                    self.push(code.and_then(|c| c.part('^', 0)), F::Lab, "hl7_observation");
                }
                self.push(field(5).filter(|v| v.text.len() <= 64), F::Lab, "hl7_value");
            }
            "DG1" | "AL1" | "PRB" => {
                self.clinical = true;
                let code = field(3);
                self.push(code.and_then(|c| c.part('^', 0)), F::Diagnosis, "hl7_diagnosis");
                self.push(code.and_then(|c| c.part('^', 1)), F::Diagnosis, "hl7_diagnosis");
            }
            "RXE" | "RXO" | "RXD" | "RXA" => {
                self.clinical = true;
                let n = if text.starts_with("RXA") { 5 } else { 2 };
                self.push(field(n).and_then(|c| c.part('^', 1)), F::Medication, "hl7_medication");
            }
            "SCH" | "AIS" | "PR1" | "TXA" => self.clinical = true,
            "IN1" => self.push(field(36), F::Insurance, "hl7_insurance"),
            _ => {}
        }
    }

    fn patient(&mut self, whole: Piece<'_>) {
        let before = self.spans.len();
        for field in [2, 3, 4].iter().filter_map(|n| whole.part('|', *n)) {
            field.split('~').for_each(|id| self.identifier(id));
        }
        whole.part('|', 5).into_iter().flat_map(|f| f.split('~')).for_each(|n| self.name(Some(n), 0));
        whole.part('|', 9).into_iter().flat_map(|f| f.split('~')).for_each(|n| self.name(Some(n), 0));
        self.date(whole.part('|', 7), F::Dob);
        self.push(whole.part('|', 11), F::Address, "hl7_address");
        self.push(whole.part('|', 13), F::Phone, "hl7_phone");
        self.push(whole.part('|', 14), F::Phone, "hl7_phone");
        self.push(whole.part('|', 18).and_then(|f| f.part('^', 0)), F::Account, "hl7_account");
        self.push(whole.part('|', 19), F::Ssn, "hl7_ssn");
        self.patients += usize::from(self.spans.len() > before);
    }

    /// A CX: number, authority (4), type (5; table 0203).
    fn identifier(&mut self, id: Piece<'_>) {
        let authority = id.part('^', 3).map_or("", |p| p.text);
        let kind = match id.part('^', 4).map_or("", |p| p.text) {
            "NNNLD" => F::Bsn,
            "SS" => F::Ssn,
            "NH" | "NNGBR" | "NHS" => F::Nhs,
            _ if authority.starts_with("NLMINBIZA") => F::Bsn,
            _ if authority.starts_with("NHS") => F::Nhs,
            _ => F::Mrn,
        };
        self.push(id.part('^', 0), kind, "hl7_identifier");
    }

    /// An XPN (components from `skip` on): family and given name.
    fn name(&mut self, field: Option<Piece<'_>>, skip: usize) {
        let Some(field) = field else { return };
        let parts: Vec<Piece<'_>> = field.split('^').skip(skip).take(3).filter(|p| !p.text.is_empty()).collect();
        let (Some(a), Some(z)) = (parts.first(), parts.last()) else { return };
        if parts.len() < 2 || !a.text.chars().any(char::is_alphabetic) {
            return;
        }
        let text = field.text.get(a.at - field.at..z.at + z.text.len() - field.at).unwrap_or("");
        self.push(Some(Piece { text, at: a.at }), F::Person, "hl7_name");
    }

    /// An XCN: number, then name.
    fn provider(&mut self, field: Option<Piece<'_>>) {
        let Some(field) = field else { return };
        let first = field.part('^', 0);
        match first {
            Some(id) if id.text.bytes().all(|b| b.is_ascii_digit()) => {
                if id.text.len() == 10 {
                    self.push(Some(id), F::Npi, "hl7_provider");
                }
                self.name(Some(field), 1);
            }
            _ => self.name(Some(field), usize::from(first.is_none())),
        }
    }

    fn date(&mut self, field: Option<Piece<'_>>, kind: F) {
        let Some(f) = field else { return };
        let day = f.text.get(..8).filter(|d| shapes::packed_date(d.as_bytes()).is_some());
        if let Some(text) = day {
            self.push(Some(Piece { text, at: f.at }), kind, "hl7_date");
        }
    }

    fn push(&mut self, piece: Option<Piece<'_>>, kind: F, reason: &'static str) {
        let Some(p) = piece.filter(|p| !p.text.trim().is_empty() && p.text != "\"\"") else { return };
        let (Ok(start), Ok(len)) = (u32::try_from(p.at), u32::try_from(p.text.len())) else { return };
        let span = Span { start, end: start + len, first: 0, last: 0, kind, score: 95, reason, date: None };
        if !self.spans.iter().rev().take(8).any(|s| s.start == span.start && s.kind == kind) {
            self.spans.push(span);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_by_their_place_and_the_rest_is_left() {
        let text = "MSH|^~\\&|LAB|X|EHR|Y|20240101||ORU^R01|1|P|2.5\rPID|1||1234567^^^HOSP^MR~111222333^^^NLMINBIZA^NNNLD||\
                    BAKKER^ELS^J||19610203|F|||Laan 1^^Goes\rOBX|1|NM|CRP^CRP^L||88|mg/l\r";
        let found = find(text);
        let got: Vec<(F, &str)> =
            found.spans.iter().map(|s| (s.kind, &text[s.start as usize..s.end as usize])).collect();
        assert!(got.contains(&(F::Mrn, "1234567")) && got.contains(&(F::Bsn, "111222333")));
        assert!(got.contains(&(F::Person, "BAKKER^ELS^J")) && got.contains(&(F::Dob, "19610203")));
        assert!(got.contains(&(F::Lab, "CRP")) && got.contains(&(F::Lab, "88")));
        assert_eq!((found.patients, found.clinical), (1, true));
        assert_eq!(find("nothing | here").patients, 0);
    }

    #[test]
    fn broken_segments_yield_nothing_and_do_not_panic() {
        for s in ["PID|", "PID|||||||||||", "PID|1||^^^^||^^^||1", "MSH|\rOBX|\rPV1|||||||^", "PID|é|é|é^é||é^é"]
        {
            let _ = find(s);
        }
    }
}
