use super::*;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, data) in files {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated))
            .unwrap();
        zip.write_all(data).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
fn text(data: &[u8]) -> String {
    match extract(data) {
        Extracted::Text { text, .. } => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn plain_text_in_three_encodings() {
    assert_eq!(text("Caf\u{e9}".as_bytes()), "Caf\u{e9}");
    assert_eq!(text(b"Caf\xe9 \x80"), "Caf\u{e9} \u{20ac}");
    assert_eq!(text(b"\xff\xfeC\0a\0f\0\xe9\0"), "Caf\u{e9}");
}

#[test]
fn what_cannot_be_read_is_said_so_and_never_clean() {
    let unreadable = |d: &[u8]| match extract(d) {
        Extracted::Unreadable(why) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(unreadable(b"\xff\xd8\xff\xe0rest"), Unreadable::Image);
    assert_eq!(unreadable(b"%PDF-1.7\n%%EOF"), Unreadable::Damaged);
    assert_eq!(unreadable(b"PK\x03\x04 not really"), Unreadable::Damaged);
    assert_eq!(unreadable(&[0, 1, 2, 3, 0xfe, 9, 0, 0]), Unreadable::Unknown);
    assert_eq!(unreadable(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), Unreadable::Damaged);
}

#[test]
fn icons_and_empty_files_hold_nothing_but_pages_do() {
    let png = |w: u32, h: u32| {
        let mut d = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        d.extend(w.to_be_bytes());
        d.extend(h.to_be_bytes());
        d
    };
    assert_eq!(extract(b""), Extracted::Nothing);
    assert_eq!(extract(&png(1, 1)), Extracted::Nothing);
    assert_eq!(extract(&png(1240, 1754)), Extracted::Unreadable(Unreadable::Image));
    assert_eq!(extract(&png(0, 0)), Extracted::Unreadable(Unreadable::Image));
    assert_eq!(extract(b"\x89PNG\r\n\x1a\n"), Extracted::Unreadable(Unreadable::Image));
}

#[test]
fn word_documents_join_runs_and_separate_cells() {
    let xml = "<w:document><w:p><w:r><w:t>Jan Bak</w:t></w:r><w:r><w:t>ker &amp; co</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p>\
               <w:t>A</w:t></w:p></w:tc><w:tc><w:p><w:t>B</w:t></w:p></w:tc></w:tr></w:tbl></w:document>";
    assert_eq!(text(&zipped(&[("word/document.xml", xml.as_bytes())])).trim_end(), "Jan Bakker & co\nA\tB");
}

#[test]
fn spreadsheets_give_rows_shared_strings_and_dates() {
    let strings = "<sst><si><t>Bakker</t></si><si><t>Jan</t></si></sst>";
    let styles = "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>";
    let sheet = "<sheetData><row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c><c s=\"1\"><v>20580</v></c><c t=\"inlineStr\"><is>\
                 <t>asthma</t></is></c><c><v>42</v></c></row></sheetData>";
    let data = zipped(&[
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/sharedStrings.xml", strings.as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ]);
    assert_eq!(text(&data).trim(), "Bakker\tJan\t1956-05-05\tasthma\t42");
}

#[test]
fn archives_in_archives_are_read_to_a_depth_and_no_further() {
    let mut data = zipped(&[("note.txt", b"psoriasis")]);
    assert!(text(&data).contains("psoriasis"));
    data = zipped(&[("inner.zip", &data)]);
    assert!(text(&data).contains("psoriasis"));
    for _ in 0..4 {
        data = zipped(&[("inner.zip", &data)]);
    }
    assert_eq!(extract(&data), Extracted::Unreadable(Unreadable::Bomb));
}

#[test]
fn a_zip_bomb_is_refused() {
    let zeros = vec![b'0'; 80 << 20];
    let data = zipped(&[("a.txt", &zeros)]);
    assert!(data.len() < 200_000);
    assert_eq!(extract(&data), Extracted::Unreadable(Unreadable::Bomb));
}

#[test]
fn an_unreadable_part_of_an_archive_leaves_it_incomplete() {
    let data = zipped(&[("a.txt", b"hello"), ("b.jpg", b"\xff\xd8\xff\xe0")]);
    assert!(matches!(extract(&data), Extracted::Text { complete: false, .. }));
}

#[test]
fn deep_json_is_refused_and_fhir_names_whose_data_it_is() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    assert_eq!(extract(deep.as_bytes()), Extracted::Unreadable(Unreadable::Bomb));
    let fhir = r#"{"resourceType":"Patient","name":[{"family":"Foss","given":["Ann"]}],"birthDate":"1970-06-13",
        "identifier":[{"system":"http://fhir.nl/fhir/NamingSystem/bsn","value":"111222333"}]}"#;
    let t = text(fhir.as_bytes());
    assert!(
        t.contains("patient name: Ann Foss") && t.contains("date of birth: 1970-06-13") && t.contains("bsn: 111222333"),
        "{t}"
    );
}

#[test]
fn rich_text_loses_its_control_words_only() {
    let rtf = br"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\*\generator x;}\f0 Pati\'ebnt \u351?: Jan\par Tweede \b regel\b0}";
    assert_eq!(text(rtf), "Pati\u{eb}nt \u{15f}: Jan\nTweede regel");
}

#[test]
fn mail_yields_head_texts_and_attachments() {
    let mail = b"From: Anna <a@example.org>\r\nTo: b@example.org\r\nSubject: uitslag\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; \
        boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nBeste Bo\r\n--x\r\nContent-Type: application/octet-stream; name=q.rtf\r\n\
        Content-Disposition: attachment; filename=q.rtf\r\n\r\n{\\rtf1 astma}\r\n--x--\r\n";
    let t = text(mail);
    assert!(
        t.contains("Anna <a@example.org>") && t.contains("uitslag") && t.contains("Beste Bo") && t.contains("astma"),
        "{t}"
    );
}

/// A picture of a page, by its header.
fn page() -> Vec<u8> {
    let mut d = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    d.extend(1240u32.to_be_bytes());
    d.extend(1754u32.to_be_bytes());
    d
}

#[test]
fn what_an_office_document_carries_besides_its_text_is_read_or_said_to_be_unreadable() {
    let word: (&str, &[u8]) = ("word/document.xml", b"<w:document><w:p><w:t>Zie bijlage</w:t></w:p></w:document>");
    let furniture: [(&str, &[u8]); 4] = [
        ("[Content_Types].xml", b"<?xml version='1.0'?><Types>no</Types>"),
        ("word/styles.xml", b"<?xml version='1.0'?><w:styles>no</w:styles>"),
        ("word/_rels/document.xml.rels", b"<Relationships>no</Relationships>"),
        ("word/theme/theme1.xml", b"<a:theme>no</a:theme>"),
    ];
    let whole = |more: &[(&str, &[u8])]| {
        let files: Vec<_> = [word].into_iter().chain(furniture).chain(more.iter().copied()).collect();
        match extract(&zipped(&files)) {
            Extracted::Text { text, complete } => (text, complete),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(whole(&[]), ("Zie bijlage\n\n".to_owned(), true));
    let inner = zipped(&[("xl/workbook.xml", b"<workbook><sheets><sheet name='Mw. Jansen'/></sheets></workbook>")]);
    let cases: [(&str, &[u8], Option<&str>); 7] = [
        ("word/media/image1.png", &page(), None),
        ("word/embeddings/sheet.xlsx", &inner, Some("Mw. Jansen")),
        ("word/embeddings/ole.bin", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", None),
        ("word/charts/chart1.xml", b"<?xml version='1.0'?><c:chart>HbA1c Jansen</c:chart>", Some("HbA1c Jansen")),
        ("docProps/core.xml", b"<?xml version='1.0'?><dc:title>Uitslag Jansen</dc:title>", Some("Uitslag Jansen")),
        ("word/afchunk.htm", b"<html><body>BSN 111222333</body></html>", Some("111222333")),
        ("patienten.csv", b"naam;bsn\nJansen;111222333", Some("111222333")),
    ];
    for (name, data, found) in cases {
        let (text, complete) = whole(&[(name, data)]);
        assert_eq!((found.is_none_or(|f| text.contains(f)), complete), (true, found.is_some()), "{name}: {text}");
        assert!(!text.contains("no\n"), "{text}");
    }
}

#[test]
fn page_margins_of_spreadsheets_and_open_documents_are_read() {
    let sheet = "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData><headerFooter><oddHeader>&amp;CJansen</oddHeader>\
                 </headerFooter></worksheet>";
    let book = "<workbook><sheet name='Bakker &amp; co'/></workbook>";
    let data = zipped(&[("xl/workbook.xml", book.as_bytes()), ("xl/worksheets/sheet1.xml", sheet.as_bytes())]);
    let read = text(&data);
    assert!(read.contains("Jansen") && read.contains("Bakker & co"), "{read}");
    let styles = "<office:document-styles><office:styles>no</office:styles><style:header><text:p>Jansen</text:p></style:header>\
                  </office:document-styles>";
    let odt = zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", b"<office:document-content><text:p>Brief</text:p></office:document-content>"),
        ("styles.xml", styles.as_bytes()),
        ("META-INF/manifest.xml", b"<manifest:manifest/>"),
    ]);
    assert_eq!(text(&odt).split_whitespace().collect::<Vec<_>>(), ["Brief", "Jansen"]);
}

#[test]
fn pictures_within_text_formats_are_not_taken_for_clean() {
    let complete = |data: &str| matches!(extract(data.as_bytes()), Extracted::Text { complete: true, .. });
    let picture = "A".repeat(8_000);
    assert!(!complete(&format!("{{\\rtf1 brief{{\\pict\\pngblip {picture}}}}}")));
    assert!(complete("{\\rtf1 brief{\\pict\\pngblip 8950}}"));
    assert!(!complete("{\\rtf1 brief{\\object{\\*\\objdata 0105}}}"));
    assert!(!complete(&format!("<html><body>brief<img src='data:image/png;base64,{picture}'></body></html>")));
    assert!(complete("<html><body>brief<img src='data:image/gif;base64,R0lGOD'></body></html>"));
}
