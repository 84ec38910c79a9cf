//! Parts of office documents: no panic, bounded text. The archive around them is whole; the first byte picks the part.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::{Cursor, Write};
use wardpost_phi::extract::{MAX_TEXT, read_all};

const PARTS: [&[&str]; 7] = [
    &["word/document.xml"],
    &["xl/workbook.xml", "xl/worksheets/sheet1.xml"],
    &["xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"],
    &["xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/comments1.xml"],
    &["ppt/presentation.xml", "ppt/slides/slide1.xml"],
    &["META-INF/manifest.xml", "content.xml", "styles.xml"],
    &["mimetype", "META-INF/container.xml", "a.xhtml"],
];

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let parts = PARTS[usize::from(*first) % PARTS.len()];
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    // What belongs to each part stands between zeros.
    let mut pieces = rest.split(|b| *b == 0);
    for name in parts {
        zip.start_file(*name, options).expect("a name");
        zip.write_all(pieces.next().unwrap_or(rest)).expect("in memory");
    }
    let file = zip.finish().expect("in memory").into_inner();
    assert!(read_all(&file).text.len() <= MAX_TEXT);
});
