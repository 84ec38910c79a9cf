//! Time to read a document on one core: `cargo bench -p wardpost-phi --bench extract`.

use divan::counter::BytesCount;
use std::hint::black_box;
use wardpost_phi::extract::extract;

fn main() {
    divan::main();
}

/// Samples, by the programs that wrote them.
const FILES: [(&str, &[u8]); 6] = [
    ("pdf_chromium", include_bytes!("../tests/samples/files/chromium.pdf")),
    ("pdf_libreoffice", include_bytes!("../tests/samples/files/libreoffice.pdf")),
    ("docx", include_bytes!("../tests/samples/attachments/en_P01.docx")),
    ("xlsx", include_bytes!("../tests/samples/files/openpyxl.xlsx")),
    ("doc", include_bytes!("../tests/samples/files/letter.doc")),
    ("dicom", include_bytes!("../tests/samples/files/image.dcm")),
];

#[divan::bench(args = ["pdf_chromium", "pdf_libreoffice", "docx", "xlsx", "doc", "dicom"])]
fn sample(bencher: divan::Bencher<'_, '_>, name: &str) {
    let data = FILES.iter().find(|(n, _)| *n == name).map_or(&b""[..], |(_, d)| d);
    bencher.counter(BytesCount::of_slice(data)).bench_local(|| extract(black_box(data)));
}

/// A hundred pages of sixty lines, counted by the text that comes out.
#[divan::bench]
fn pdf_of_100_pages(bencher: divan::Bencher<'_, '_>) {
    let data = pages(100);
    let text = extract(&data).into_text();
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| extract(black_box(&data)));
}

fn pages(count: usize) -> Vec<u8> {
    let line = "(Thank you for seeing Peter Holbrook, a 62-year-old man with atrial fibrillation.) Tj T*\n";
    let content = format!("BT /F 10 Tf 50 800 Td 12 TL\n{}ET", line.repeat(60));
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    let packed =
        std::io::Write::write_all(&mut packer, content.as_bytes()).and_then(|()| packer.finish()).unwrap_or_default();
    let kids: String = (0..count).map(|i| format!("{} 0 R ", 4 + 2 * i)).collect();
    let mut out = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n".to_vec();
    out.extend(format!("2 0 obj<</Type/Pages/Kids[{kids}]>>endobj\n").bytes());
    out.extend(b"3 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n");
    for i in 0..count {
        let (page, stream) = (4 + 2 * i, 5 + 2 * i);
        let resources = "/Resources<</Font<</F 3 0 R>>>>";
        out.extend(format!("{page} 0 obj<</Type/Page/Contents {stream} 0 R{resources}>>endobj\n").bytes());
        out.extend(format!("{stream} 0 obj<</Filter/FlateDecode/Length {}>>stream\n", packed.len()).bytes());
        out.extend(&packed);
        out.extend(b"\nendstream endobj\n");
    }
    out.extend(b"trailer<</Root 1 0 R>>");
    out
}
