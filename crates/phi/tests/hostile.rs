//! Documents made to exhaust whoever reads them: refused or read in part, within bounds of output and memory.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use flate2::{Compress, Compression, FlushCompress};
use std::io::{Cursor, Write as _};
use wardpost_phi::extract::{MAX_TEXT, Reading, Unreadable, read_all};

/// A gigabyte of zeros, packed in about one megabyte (made of the same piece a thousand times).
fn gigabyte() -> Vec<u8> {
    let zeros = vec![0u8; 1 << 20];
    let mut packer = Compress::new(Compression::best(), true);
    let mut piece = || {
        let mut out = Vec::with_capacity(64 << 10);
        packer.compress_vec(&zeros, &mut out, FlushCompress::Full).unwrap();
        out
    };
    let (first, second) = (piece(), piece());
    let mut all = first;
    (1..1_024).for_each(|_| all.extend(&second));
    all
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, data) in files {
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        zip.start_file(*name, options).unwrap();
        zip.write_all(data).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A PDF of numbered objects; a stream is told by its dictionary's entries and its bytes.
fn pdf(objects: &[(&str, Option<&[u8]>)]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    for (i, (dict, stream)) in objects.iter().enumerate() {
        out.extend(format!("{} 0 obj\n", i + 1).bytes());
        match stream {
            Some(bytes) => {
                out.extend(format!("<<{dict}/Length {}>>\nstream\n", bytes.len()).bytes());
                out.extend(*bytes);
                out.extend(b"\nendstream");
            }
            None => out.extend(dict.bytes()),
        }
        out.extend(b"\nendobj\n");
    }
    out.extend(b"trailer<</Root 1 0 R>>\n%%EOF");
    out
}

const ROOT: (&str, Option<&[u8]>) = ("<</Type/Catalog/Pages 2 0 R>>", None);
const PAGES: (&str, Option<&[u8]>) = ("<</Type/Pages/Kids[3 0 R]/Count 1>>", None);
const PAGE: (&str, Option<&[u8]>) = (
    "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>/XObject<</X 4 0 R>>>>>>",
    None,
);

fn bounded(name: &str, data: &[u8]) -> Reading {
    let reading = read_all(data);
    assert!(reading.text.len() <= MAX_TEXT, "{name}");
    reading
}

fn refused(name: &str, data: &[u8]) {
    let reading = bounded(name, data);
    assert!(reading.unread.contains(&Unreadable::Bomb), "{name}: {:?} {}", reading.unread, reading.text.len());
}

/// Most memory that this process has used, in MiB.
#[cfg(target_os = "linux")]
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap();
    line.trim().split(' ').next().unwrap().parse::<usize>().unwrap() / 1_024
}

#[test]
fn bombs_are_refused_in_bounded_memory() {
    let giga = gigabyte();
    assert!(giga.len() < 2 << 20);
    let flate = "/Filter/FlateDecode";
    refused("content", &pdf(&[ROOT, PAGES, PAGE, (flate, Some(&giga))]));
    refused("objects", &pdf(&[ROOT, PAGES, PAGE, ("/Type/ObjStm/N 9/First 10/Filter/FlateDecode", Some(&giga))]));
    let stacked = {
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), Compression::best());
        packer.write_all(&giga).unwrap();
        packer.finish().unwrap()
    };
    refused("stacked", &pdf(&[ROOT, PAGES, PAGE, ("/Filter[/FlateDecode/FlateDecode]", Some(&stacked))]));
    let filters = "/RunLengthDecode".repeat(50);
    refused("filters", &pdf(&[ROOT, PAGES, PAGE, (&format!("/Filter[{filters}]"), Some(&[129, 0]))]));
    let named = ("<</Type/Filespec/F(x)/EF<</F 5 0 R>>>>", None);
    refused("attached", &pdf(&[ROOT, PAGES, PAGE, named, (flate, Some(&giga))]));
    // Forty pages, each with its own stream within the bound of one.
    let mut some = Vec::new();
    some.extend(&giga[..giga.len() / 50]);
    let mut objects = vec![
        ROOT,
        ("<</Type/Pages/Kids[3 0 R 3 0 R 5 0 R 6 0 R 7 0 R 8 0 R 9 0 R]>>", None),
        PAGE,
        (flate, Some(&some[..])),
    ];
    objects.extend([("<</Type/Page/Contents 4 0 R>>", None); 5]);
    refused("pages", &pdf(&objects));

    // 42.zip's kind: archives in archives, small at every step.
    let mut inner = zipped(&[("0", &vec![b'0'; 16 << 20])]);
    for _ in 0..3 {
        let names: Vec<String> = (0..16).map(|i| format!("{i}.zip")).collect();
        let files: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), inner.as_slice())).collect();
        inner = zipped(&files);
    }
    assert!(inner.len() < 100_000);
    refused("42.zip", &inner);
    let book: [(&str, &[u8]); 2] =
        [("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", &vec![b' '; 33 << 20])];
    refused("sheet", &zipped(&book));
    #[cfg(target_os = "linux")]
    assert!(peak() < 400, "{} MiB", peak());
}

#[test]
fn depth_costs_neither_stack_nor_time() {
    refused("json", format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)).as_bytes());
    refused("objects in json", "{\"a\":".repeat(10_000).as_bytes());
    refused("rtf", format!("{{\\rtf1 {}", "{".repeat(100_000)).as_bytes());
    bounded("xml", format!("<?xml version='1.0'?>{}", "<a>".repeat(100_000)).as_bytes());
    bounded("html", format!("<html>{}", "<div><!--".repeat(100_000)).as_bytes());
    let document = format!("<w:document>{}", "<w:txbxContent><w:del><mc:Fallback>".repeat(50_000));
    bounded("boxes", &zipped(&[("word/document.xml", document.as_bytes())]));
    let mail = "Content-Type: message/rfc822\r\nMIME-Version: 1.0\r\n\r\n".repeat(2_000);
    bounded("mail", mail.as_bytes());
    let deep = format!("<</Type/Catalog/Pages {}>>", "[".repeat(200_000));
    bounded("pdf", &pdf(&[(&deep, None), PAGES, PAGE, ("", Some(b"BT ET"))]));
    let content = "[".repeat(500_000);
    bounded("content", &pdf(&[ROOT, PAGES, PAGE, ("", Some(content.as_bytes()))]));
}

#[test]
fn entities_are_not_multiplied() {
    let mut laughs = String::from("<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY a 'ha'>");
    for (one, other) in ('a'..'j').zip('b'..) {
        laughs.push_str(&format!("<!ENTITY {other} '{}'>", format!("&{one};").repeat(10)));
    }
    laughs.push_str("]><lolz>&j;</lolz>");
    assert!(bounded("laughs", laughs.as_bytes()).text.len() < 10 * laughs.len());
}

#[test]
fn what_leads_to_itself_ends() {
    // Pages that are their own children, a form that shows itself, a length that is its own stream's.
    let kids = ("<</Type/Pages/Kids[2 0 R 2 0 R 3 0 R]/Count 9>>", None);
    let form: (&str, Option<&[u8]>) = ("/Subtype/Form", Some(b"/X Do /X Do BT /F 9 Tf (astma) Tj ET"));
    let text = bounded("form", &pdf(&[ROOT, kids, PAGE, form])).text;
    assert!(text.contains("astma"));
    bounded("length", &pdf(&[ROOT, PAGES, PAGE, ("/Length 4 0 R", Some(b"BT ET"))]));
    bounded("reference", &pdf(&[ROOT, PAGES, ("3 0 R", None)]));
    let fields = ("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>/Outlines 6 0 R>>", None);
    let field = ("<</T(naam)/V(Jansen)/Kids[5 0 R 5 0 R]>>", None);
    let outline = ("<</First 6 0 R/Next 6 0 R/Title(inhoud)>>", None);
    let text = bounded("fields", &pdf(&[fields, PAGES, PAGE, ("", Some(b"")), field, outline])).text;
    assert!(text.contains("naam: Jansen") && text.contains("inhoud"), "{text}");

    // A compound file whose sectors lead in a circle.
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream("/Package").unwrap().write_all(&vec![b'x'; 50_000]).unwrap();
    let mut data = file.into_inner().into_inner();
    let sector = 1usize << u16::from_le_bytes([data[30], data[31]]);
    let fat = sector * (1 + usize::try_from(u32::from_le_bytes(data[76..80].try_into().unwrap())).unwrap());
    for entry in data[fat + 8..fat + 40].as_chunks_mut::<4>().0 {
        *entry = 4u32.to_le_bytes();
    }
    let reading = bounded("compound", &data);
    assert!(!reading.unread.is_empty());
    data[68..72].copy_from_slice(&0u32.to_le_bytes());
    data[72..76].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(!bounded("compound's tables", &data).unread.is_empty());
}

#[test]
fn a_document_cut_off_anywhere_is_read_or_refused_but_never_panics() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    for sub in ["attachments", "files"] {
        for entry in std::fs::read_dir(folder.join(sub)).unwrap() {
            let data = std::fs::read(entry.unwrap().path()).unwrap();
            let step = (data.len() / 40).max(1);
            for end in (0..data.len()).step_by(step) {
                bounded("cut", &data[..end]);
                let mut turned = data.clone();
                turned[end] ^= 0x55;
                bounded("changed", &turned);
            }
        }
    }
}
