//! Small real files for the demo's letters: PDF, PNG, CSV.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write as _;
use wardpost_core::mail::NewFile;

/// A PDF of one page with these lines, the first as a heading.
pub fn pdf(name: &str, lines: &[&str]) -> NewFile {
    let mut page = String::from("BT /F1 16 Tf 56 780 Td 22 TL\n");
    for (n, line) in lines.iter().enumerate() {
        if n == 1 {
            page.push_str("/F1 11 Tf 16 TL T*\n");
        }
        page.push_str(&format!("({}) Tj T*\n", escaped(line)));
    }
    page.push_str("ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{page}\nendstream", page.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    let mut out = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.push_str(&format!("{} 0 obj\n{object}\nendobj\n", n + 1));
    }
    let table = out.len();
    out.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
    for place in places {
        out.push_str(&format!("{place:010} 00000 n \n"));
    }
    out.push_str(&format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1));
    file(name, "application/pdf", out.into_bytes())
}

/// ASCII as it stands; what PDF reads as syntax, and everything else of Latin-1, escaped.
fn escaped(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '(' | ')' | '\\' => format!("\\{c}"),
            c if c.is_ascii() => c.to_string(),
            c if u32::from(c) < 256 => format!("\\{:03o}", u32::from(c)),
            _ => "?".to_owned(),
        })
        .collect()
}

/// A PNG of an electrocardiogram's strip.
pub fn ecg(name: &str) -> NewFile {
    const WIDTH: u32 = 640;
    const HEIGHT: u32 = 160;
    let mut raw = Vec::with_capacity((WIDTH as usize * 3 + 1) * HEIGHT as usize);
    for y in 0..HEIGHT {
        raw.push(0);
        for x in 0..WIDTH {
            let (here, before) = (beat(x), beat(x.saturating_sub(1)));
            let line = y >= here.min(before).saturating_sub(1) && y <= here.max(before) + 1;
            let grid = x % 16 == 0 || y % 16 == 0;
            raw.extend_from_slice(match (line, grid) {
                (true, _) => &[24, 24, 40],
                (_, true) => &[244, 200, 200],
                _ => &[255, 246, 244],
            });
        }
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let _ = encoder.write_all(&raw);
    let pixels = encoder.finish().unwrap_or_default();
    let mut png = vec![0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'];
    let mut head = Vec::new();
    head.extend_from_slice(&WIDTH.to_be_bytes());
    head.extend_from_slice(&HEIGHT.to_be_bytes());
    head.extend_from_slice(&[8, 2, 0, 0, 0]);
    chunk(&mut png, b"IHDR", &head);
    chunk(&mut png, b"IDAT", &pixels);
    chunk(&mut png, b"IEND", &[]);
    file(name, "image/png", png)
}

/// Height of the trace at a place: P, QRS, T, repeated.
fn beat(x: u32) -> u32 {
    match x % 128 {
        20..=30 => 88,
        44..=46 => 100,
        47..=50 => 30,
        51..=53 => 120,
        76..=90 => 80,
        _ => 96,
    }
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let mut crc = flate2::Crc::new();
    crc.update(kind);
    crc.update(data);
    png.extend_from_slice(&u32::try_from(data.len()).unwrap_or(0).to_be_bytes());
    png.extend_from_slice(kind);
    png.extend_from_slice(data);
    png.extend_from_slice(&crc.sum().to_be_bytes());
}

/// A table as CSV.
pub fn csv(name: &str, rows: &[&[&str]]) -> NewFile {
    let lines: Vec<String> = rows.iter().map(|r| r.join(";")).collect();
    file(name, "text/csv", format!("{}\r\n", lines.join("\r\n")).into_bytes())
}

fn file(name: &str, media_type: &str, data: Vec<u8>) -> NewFile {
    NewFile { file_name: name.to_owned(), media_type: media_type.to_owned(), content_id: None, data: data.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_pdf_says_where_its_objects_are() {
        let made = pdf("uitslag.pdf", &["Laboratoriumuitslag (spoed)", "HbA1c 58 mmol/mol – één"]);
        let text = String::from_utf8(made.data.to_vec()).unwrap();
        assert!(text.contains("(Laboratoriumuitslag \\(spoed\\)) Tj") && text.contains("\\351\\351n"), "{text}");
        let table: usize = text.rsplit_once("startxref\n").unwrap().1.lines().next().unwrap().parse().unwrap();
        let entries = text[table..].lines().skip(3).take(5);
        for (n, entry) in entries.enumerate() {
            let place: usize = entry[..10].parse().unwrap();
            assert!(text[place..].starts_with(&format!("{} 0 obj\n", n + 1)), "{entry}");
        }
    }

    #[test]
    fn a_made_png_is_one() {
        let made = ecg("ecg.png");
        assert!(made.data.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\0\xa0\x08\x02"));
        assert!(made.data.ends_with(b"IEND\xaeB`\x82"));
    }
}
