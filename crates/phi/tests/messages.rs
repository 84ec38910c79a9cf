//! The detector on messages of other scenarios than those it was measured on, and on attachments.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use serde::Deserialize;
use wardpost_model::finding::{FindingKind, Findings, Part, Sensitivity};
use wardpost_phi::{
    AttachedFile, Checksum, Document, Exception, NumberPattern, OrgVocabulary, Scanner, patient_identifiers,
};

#[derive(Deserialize)]
struct Sample {
    id: String,
    lang: String,
    text: String,
    phi: bool,
    spans: Vec<Gold>,
}
#[derive(Deserialize)]
struct Gold {
    start: u32,
    end: u32,
    #[serde(rename = "type")]
    kind: FindingKind,
}

fn samples() -> Vec<Sample> {
    let files = ["tuning", "holdout", "check", "check2"].map(|n| {
        let path = format!("{}/tests/samples/{n}.jsonl", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    });
    files.iter().flat_map(|f| f.lines()).map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn scan(body: &str) -> Findings {
    Scanner::shared().scan(&Document { body, ..Document::default() })
}
fn scan_file(data: &[u8]) -> Findings {
    let file = AttachedFile { file_name: "x", media_type: "application/octet-stream", data };
    Scanner::shared().scan(&Document { attachments: &[file], ..Document::default() })
}

#[test]
fn own_samples_stay_above_the_bar_in_each_language() {
    let samples = samples();
    for lang in ["en", "nl"] {
        let of = |phi: bool| samples.iter().filter(move |s| s.lang == lang && s.phi == phi);
        let flagged = |s: &&Sample| scan(&s.text).sensitivity >= Sensitivity::Identifier;
        let missed: Vec<&str> = of(true).filter(|s| !flagged(s)).map(|s| s.id.as_str()).collect();
        let alarms: Vec<&str> = of(false).filter(flagged).map(|s| s.id.as_str()).collect();
        assert!(missed.len() * 20 <= of(true).count(), "{lang} missed: {missed:?}");
        assert!(alarms.len() * 20 <= of(false).count(), "{lang} false alarms: {alarms:?}");
    }
}

#[test]
fn names_and_numbers_of_own_samples_are_covered() {
    let (mut all, mut missed) = (0, Vec::new());
    for s in samples() {
        let found = scan(&s.text);
        for g in &s.spans {
            all += 1;
            let hit = |f: &&wardpost_model::finding::Finding| {
                let overlap = f.end.min(g.end).saturating_sub(f.start.max(g.start));
                f.kind == g.kind && overlap * 2 >= g.end - g.start
            };
            if !found.spans.iter().any(|f| hit(&f)) {
                missed.push(format!(
                    "{} {:?} {}",
                    s.id,
                    g.kind,
                    s.text.chars().skip(g.start as usize).take(20).collect::<String>()
                ));
            }
        }
    }
    assert!(missed.len() * 20 <= all, "{} of {all}: {missed:?}", missed.len());
}

#[test]
fn a_number_in_its_context_is_an_identifier_and_elsewhere_it_is_not() {
    assert_eq!(scan("Het BSN is 111222333.").sensitivity, Sensitivity::Identifier);
    assert_eq!(scan("Ordernummer 111222333 is verzonden.").sensitivity, Sensitivity::None);
    assert_eq!(scan("NHS number: 943 476 5919").sensitivity, Sensitivity::Identifier);
    assert_eq!(scan("Reference 943 476 5919").sensitivity, Sensitivity::None);
    assert_eq!(scan("MRN: ________ (8 digits), SSN: XXX-XX-XXXX").sensitivity, Sensitivity::None);
}

#[test]
fn the_subject_belongs_to_the_message_and_spans_know_their_part() {
    let document =
        Document { subject: "Verwijzing Jan Bakker", body: "Patiënt heeft een longembolie.", attachments: &[] };
    let found = Scanner::shared().scan(&document);
    assert_eq!(found.sensitivity, Sensitivity::Health);
    let part = |k: FindingKind| found.spans.iter().find(|s| s.kind == k).map(|s| (s.part.clone(), s.start, s.end));
    assert_eq!(part(FindingKind::Person), Some((Part::Subject, 11, 21)));
    assert_eq!(part(FindingKind::Diagnosis), Some((Part::Body, 18, 29)), "code points, not bytes");
}

#[test]
fn a_tag_that_is_none_hides_nothing() {
    let document = Document { subject: "see <b", body: "Mr Bakker has asthma > 3 years", attachments: &[] };
    let found = Scanner::shared().scan(&document);
    assert_eq!(found.sensitivity, Sensitivity::Health);
    assert!(found.spans.iter().all(|s| s.start < s.end));
}

#[test]
fn several_individuals_are_told_from_one() {
    let one = "Jan Bakker (12-03-1950) heeft astma. De heer Bakker gebruikt salbutamol.";
    assert_eq!(scan(one).sensitivity, Sensitivity::Health);
    let three = "naam;geboortedatum;diagnose\nA. Bakker;12-03-1950;astma\nB. Visser;01-02-1960;copd\nC. Mulder;03-04-1970;jicht";
    assert_eq!(scan(three).sensitivity, Sensitivity::HealthMany);
}

#[test]
fn health_words_in_a_disclaimer_do_not_count() {
    let text = "Dear Mr Hale,\n\nThe parking permit is ready.\n\nThis e-mail may contain confidential information about HIV or cancer \
                and is intended only for the addressee.";
    assert_eq!(scan(text).sensitivity, Sensitivity::None);
}

#[test]
fn attachments_are_read_by_content_and_unreadable_ones_are_said_so() {
    let note = scan_file(b"Patient: Jan Bakker, DOB 12/03/1950, asthma");
    assert_eq!(note.sensitivity, Sensitivity::Health);
    assert!(note.spans.iter().all(|s| s.part == Part::Attachment(0)));
    let photo = scan_file(b"\xff\xd8\xff\xe0 pixels");
    assert_eq!(photo.sensitivity, Sensitivity::Unreadable);
    assert_eq!((photo.spans[0].kind, photo.spans[0].reason.as_str()), (FindingKind::Unreadable, "image"));
    let named =
        AttachedFile { file_name: "echo_hart_mevrouw_Bakker_12-03-1950.txt", media_type: "text/plain", data: b"" };
    let found = Scanner::shared().scan(&Document { attachments: &[named], ..Document::default() });
    assert!(found.spans.iter().any(|s| s.part == Part::FileName(0) && s.kind == FindingKind::Person));
}

#[test]
fn hl7_and_fhir_name_their_patients() {
    let hl7 = b"MSH|^~\\&|LAB|X|EHR|Y|20240101||ORU^R01|1|P|2.5\rPID|1||7654321^^^HOSP^MR||BAKKER^ELS||19610203|F\rOBX|1|NM|CRP^CRP^L||88|mg/l\r";
    let found = scan_file(hl7);
    assert_eq!(found.sensitivity, Sensitivity::Health);
    let fhir = br#"{"resourceType":"Patient","identifier":[{"system":"http://fhir.nl/fhir/NamingSystem/bsn","value":"111222333"}]}"#;
    let found = scan_file(fhir);
    assert!(found.spans.iter().any(|s| s.kind == FindingKind::Bsn), "{found:?}");
}

#[test]
fn patients_are_indexed_by_normalised_numbers() {
    let files = [AttachedFile { file_name: "a.txt", media_type: "text/plain", data: b"MRN: 24-88-53-5" }];
    let document = Document { subject: "", body: "Betreft BSN 111 222 333 en bsn 1112.22.333", attachments: &files };
    let seen = Scanner::shared().examine(&document);
    let expected = vec![(FindingKind::Mrn, "2488535".to_owned()), (FindingKind::Bsn, "111222333".to_owned())];
    assert_eq!(seen.identifiers, expected);
    assert_eq!(patient_identifiers(&seen.findings, &document), expected);
}

#[test]
fn an_organisation_adds_terms_numbers_and_exceptions() {
    let own = OrgVocabulary {
        conditions: vec!["ward seven programme".into()],
        numbers: vec![
            NumberPattern { pattern: r"\bZX-\d{6}\b".into(), kind: FindingKind::Mrn, checksum: Checksum::None },
            NumberPattern { pattern: r"\bQ\d{9}\b".into(), kind: FindingKind::Mrn, checksum: Checksum::Eleven },
        ],
        exceptions: vec![
            Exception { text: "Jan Bakker".into(), kind: None },
            Exception { text: "Roosmalen".into(), kind: Some(FindingKind::Address) },
        ],
        ..OrgVocabulary::default()
    };
    let scanner = Scanner::new(&own).unwrap();
    let scan = |body: &str| scanner.scan(&Document { body, ..Document::default() });
    assert_eq!(scan("Please file ZX-104477.").sensitivity, Sensitivity::Identifier);
    assert_eq!(scan("Els Visser is in the ward seven programme.").sensitivity, Sensitivity::Health);
    assert_eq!(scan("Please file Q111222333.").sensitivity, Sensitivity::Identifier);
    assert_eq!(scan("Please file Q111222334.").sensitivity, Sensitivity::None, "its checksum is wrong");
    assert!(scan("Jan Bakker").spans.is_empty());
    // What is excepted does not count either: the verdict is about what is left.
    let text = "Mr Jan Bakker was diagnosed with asthma last week. Mr Bakker uses salbutamol.";
    let plain = Scanner::shared().scan(&Document { body: text, ..Document::default() });
    assert_eq!(plain.sensitivity, Sensitivity::Health);
    assert_eq!(scan(text).sensitivity, Sensitivity::None);
    assert_eq!(
        scan(&text.replace("Jan Bakker", "Piet Smit").replace("Bakker", "Smit")).sensitivity,
        Sensitivity::Health
    );
    let number = NumberPattern { pattern: "(".into(), kind: FindingKind::Mrn, checksum: Checksum::None };
    let bad = OrgVocabulary { numbers: vec![number], ..own };
    assert!(Scanner::new(&bad).unwrap_err().to_string().contains("`(`"));
}

#[test]
fn hostile_text_takes_linear_time() {
    let hostile = [
        "(".repeat(300_000),
        "1-".repeat(200_000),
        "a@".repeat(200_000),
        "<p".repeat(200_000),
        "\n".repeat(300_000),
        "Mr ".repeat(150_000),
        "A. ".repeat(150_000),
        "van ".repeat(100_000),
        "http://".repeat(60_000),
        "Jan Bakker has asthma. ".repeat(15_000),
        "BSN 111222333 ".repeat(25_000),
        "a;b;c;d\n".repeat(60_000),
        "&#x;".repeat(100_000),
        "\u{1F600}é".repeat(80_000),
        "my asthma ".repeat(40_000),
        "PID|1||1^^^^MR||A^B||19500101\r".repeat(15_000),
    ];
    for text in hostile {
        // Doubling the input may about double the time: compared within one run, so that a slow machine does not matter.
        let half: String = text.chars().take(text.chars().count() / 2).collect();
        let time = |t: &str| {
            let started = std::time::Instant::now();
            let _ = scan(t);
            started.elapsed()
        };
        let (short, long) = ((0..2).map(|_| time(&half)).min().unwrap(), time(&text));
        let bound = short * 6 + std::time::Duration::from_millis(300);
        assert!(long < bound, "{short:?} → {long:?} for {:?}…", text.chars().take(12).collect::<String>());
    }
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn spans_lie_inside_their_text_whatever_it_is(text in "(\\PC|[ \n\t^|,;.:@0-9()-]|Mr |BSN |dob |Jan |astma ){0,200}") {
            let length = u32::try_from(text.chars().count()).unwrap();
            for s in scan(&text).spans {
                prop_assert!(s.start < s.end && s.end <= length, "{:?}", s);
            }
        }

        #[test]
        fn any_bytes_can_be_attached(data in prop::collection::vec(any::<u8>(), 0..400), head in 0usize..8) {
            let heads: [&[u8]; 8] = [b"", b"{\\rtf1", b"PK\x03\x04", b"<?xml ", b"{\"a\":", b"<html>", b"MSH|", b"From: a\r\nMIME-Version: 1\r\n\r\n"];
            let mut file = heads[head].to_vec();
            file.extend(data);
            let _ = scan_file(&file);
        }
    }
}
