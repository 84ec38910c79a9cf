//! Documents as other programs made them: everything that is known to be in them comes out.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use wardpost_model::finding::Sensitivity;
use wardpost_phi::extract::{Unreadable, read_all};
use wardpost_phi::{AttachedFile, Document, Scanner};

/// Letters and digits apart from white space, which documents break as they like.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn every_string_of_the_labelled_attachments_is_extracted() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/attachments");
    let manifest = std::fs::read_to_string(folder.join("manifest.jsonl")).unwrap();
    let (mut files, mut missing, mut wrong) = (0, Vec::new(), Vec::new());
    for line in manifest.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        let name = entry["file"].as_str().unwrap();
        let data = std::fs::read(folder.join(name)).unwrap();
        let text = bare(&read_all(&data).text);
        for expected in entry["expect"].as_array().unwrap() {
            let value = expected["value"].as_str().unwrap();
            if !text.contains(&bare(value)) {
                missing.push(format!("{name}: {value}"));
            }
        }
        let file = AttachedFile { file_name: "file", media_type: "", data: &data };
        let found = Scanner::shared().scan(&Document { attachments: &[file], ..Document::default() });
        let phi = found.sensitivity >= Sensitivity::Identifier;
        if phi != entry["phi"].as_bool().unwrap() {
            wrong.push(name.to_owned());
        }
        files += 1;
    }
    assert_eq!((files, missing), (40, Vec::<String>::new()));
    assert!(wrong.len() <= 1, "verdicts: {wrong:?}");
}

/// The words of the letter that most of the files hold.
const LETTER: [&str; 5] = [
    "Patient: Marijke van der Zwaag",
    "BSN: 111222333",
    "12-03-1956",
    "reumatoïde artritis",
    "methotrexaat 15 mg per week",
];

/// A file, what comes out of it besides (in this order), and what is not read.
type Case = (&'static str, bool, &'static [&'static str], &'static [Unreadable]);

const CASES: [Case; 26] = [
    ("chromium.pdf", true, &["P. Kuiper 01-02-1961 copd", "werd onderzocht."], &[]),
    ("libreoffice.pdf", true, &["Naam\tGeboren\tDiagnose\nP. Kuiper\t01-02-1961\tcopd"], &[]),
    ("packed-with-attachment.pdf", true, &["uitslag.txt", "Bijlage: hepatitis Zwaag"], &[]),
    (
        "notes.pdf",
        true,
        &[
            "Note: Notitie: bellen over HIV-uitslag",
            "https://portal.example.org/p/7654321",
            "Bladwijzer hepatitis",
            "title: XMP titel Zwaag",
        ],
        &[],
    ),
    ("form.pdf", false, &["Achternaam: Zwaag", "BSN: 111222333"], &[]),
    (
        "columns-and-turned.pdf",
        false,
        &["en hoestte al weken.", "Het laboratorium meldde", "Gedraaide regel: Zwaag heeft astma\nTweede regel"],
        &[],
    ),
    ("scan.pdf", false, &[], &[Unreadable::ImageOnly]),
    ("scan-with-text.pdf", false, &["Verborgen laag: mevrouw Zwaag"], &[]),
    ("encrypted.pdf", false, &[], &[Unreadable::Encrypted]),
    ("owner-password.pdf", true, &[], &[]),
    ("owner-password-2.pdf", true, &[], &[]),
    ("owner-password-3.pdf", true, &[], &[]),
    ("owner-password-4.pdf", true, &[], &[]),
    ("letter.doc", true, &["Naam\tGeboren\tDiagnose\nP. Kuiper\t01-02-1961\tcopd", "Kop: mw. Zwaag"], &[]),
    ("letter.odt", true, &["P. Kuiper\t01-02-1961\tcopd", "Kop: mw. Zwaag"], &[]),
    ("letter.rtf", true, &["P. Kuiper\t01-02-1961\tcopd"], &[]),
    ("letter.epub", true, &["P. Kuiper\t01-02-1961\tcopd"], &[]),
    (
        "book.xls",
        false,
        &[
            "Patiënten",
            "Kop Jansen",
            "M. van der Zwaag\t12-03-1956\t011122233\tastma\t0.3",
            "MRSA",
            "geheim: hepatitis",
        ],
        &[],
    ),
    ("book.ods", false, &["Patiënten", "MRSA", "12-03-1956\t011122233\tastma", "geheim: hepatitis"], &[]),
    (
        "openpyxl.xlsx",
        false,
        &[
            "Naam\tGeboren\tBSN",
            "M. van der Zwaag\t12-03-1956\t011122233\tastma\t0.3",
            "verborgen",
            "geheim: hepatitis",
            "MRSA",
        ],
        &[],
    ),
    ("xlsxwriter.xlsx", false, &["Zwaag\t12 March 1956", "Opmerking: hiv", "Tekstvak: lymfoom"], &[]),
    (
        "image.dcm",
        false,
        &[
            "Referring physician: Huisman^P",
            "Reumatoïde artritis",
            "privé Zwaag",
            "Patient name: Zwaag^Marijke^van der",
            "Date of birth: 1956-03-12 (19560312)",
        ],
        &[Unreadable::Image],
    ),
    ("document-deflated.dcm", true, &["Patient name: Müller^Zoë"], &[]),
    ("document-implicit.dcm", true, &["Patient name: Müller^Zoë"], &[]),
    (
        "photo.jpg",
        false,
        &[
            "Description: Wond MRN 7654321",
            "Author: dr. Els",
            "Comment: psoriasis",
            "N 52.08333 E 4.30000",
            "IPTC Zwaag jicht",
            "XMP Zwaag",
            "JPEG comment astma",
        ],
        &[Unreadable::Image],
    ),
    (
        "appointment.ics",
        false,
        &[
            "Summary: Consult Marijke van der Zwaag over de uitslag van de reumatoïde artritis",
            "Date: 2025-03-05 09:30",
        ],
        &[],
    ),
];

#[test]
fn files_of_other_programs_are_read_in_order() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/files");
    for (name, letter, parts, unread) in CASES {
        let reading = read_all(&std::fs::read(folder.join(name)).unwrap());
        assert_eq!(reading.unread, unread, "{name}: {}", reading.text);
        if letter {
            LETTER
                .iter()
                .for_each(|l| assert!(bare(&reading.text).contains(&bare(l)), "{name}: {l} in {}", reading.text));
        }
        let mut rest = reading.text.as_str();
        for part in parts {
            let at = rest.find(part).unwrap_or_else(|| panic!("{name}: {part:?} in {:?}", reading.text));
            rest = &rest[at + part.len()..];
        }
    }
}
