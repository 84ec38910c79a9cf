//! What pictures carry beside their pixels: EXIF, XMP, IPTC, comments. The picture itself can't be read.

use super::{MAX_ICON_PIXELS, Output, Unreadable, charset, plain, tiff, xml};
use memchr::memmem;
use std::io::Read as _;

const MAX_CHUNKS: usize = 10_000;
/// Most bytes of one packed text in a PNG.
const MAX_TEXT_CHUNK: u64 = 1 << 20;

/// Pixels of an image, by its header; 0 when the header does not tell. None: not an image that we know.
pub(super) fn pixels(d: &[u8]) -> Option<u64> {
    let be16 = |i: usize| Some(u64::from(u16::from_be_bytes([*d.get(i)?, *d.get(i + 1)?])));
    let le16 = |i: usize| Some(u64::from(u16::from_le_bytes([*d.get(i)?, *d.get(i + 1)?])));
    let be32 = |i: usize| Some((be16(i)? << 16) | be16(i + 2)?);
    let product = |w: Option<u64>, h: Option<u64>| w.zip(h).map_or(0, |(w, h)| w.saturating_mul(h));
    if d.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some(product(be32(16), be32(20)));
    }
    if d.starts_with(b"GIF8") {
        return Some(product(le16(6), le16(8)));
    }
    if d.starts_with(b"\xFF\xD8\xFF") {
        return Some(segments(d).find(|(m, _)| matches!(m, 0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb)).map_or(
            0,
            |(_, s)| {
                let side =
                    |i: usize| s.get(i..i + 2).map_or(0, |b| b.iter().fold(0u64, |n, b| n * 256 + u64::from(*b)));
                side(1) * side(3)
            },
        ));
    }
    let bitmap = d.starts_with(b"BM") && d.len() > 26 && le16(6) == Some(0);
    if d.starts_with(b"II*\0") || d.starts_with(b"MM\0*") || bitmap {
        return Some(0);
    }
    let photo = [b"\0\0\0\x0cjP  ", b"8BPS\0\x01\0\0"].iter().any(|m| d.starts_with(m.as_slice()));
    let vector = d.starts_with(b"\xD7\xCD\xC6\x9A") || d.starts_with(b"\x01\0\0\0") && d.get(40..44) == Some(b" EMF");
    let brands: [&[u8]; 7] = [b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis"];
    let boxed = d.get(4..8) == Some(b"ftyp") && d.get(8..12).is_some_and(|b| brands.contains(&b));
    let webp = d.starts_with(b"RIFF") && d.get(8..12) == Some(b"WEBP");
    (boxed || webp || photo || vector).then_some(0)
}

/// Writes what is told beside the pixels. A picture larger than an icon stays unread.
pub(super) fn read(data: &[u8], pixels: u64, out: &mut Output) -> Result<(), Unreadable> {
    let mut pixels = pixels;
    if data.starts_with(b"\xFF\xD8") {
        jpeg(data, out);
    } else if data.starts_with(b"\x89PNG") {
        png(data, out);
    } else if data.starts_with(b"RIFF") {
        webp(data, out);
    } else if let Some(found) = tiff::read(data) {
        pixels = pixels.max(found.pixels);
        directories(found, out);
    } else {
        elsewhere(data, out);
    }
    if pixels > 0 && pixels <= MAX_ICON_PIXELS {
        return Ok(());
    }
    Err(Unreadable::Image)
}

fn directories(found: tiff::Found, out: &mut Output) {
    for (label, text) in &found.lines {
        out.line(label, text);
    }
    found.xmp.iter().for_each(|x| xmp(x, out));
    for packet in &found.iptc {
        if packet.starts_with(b"8BIM") { photoshop(packet, out) } else { iptc(packet, out) }
    }
}

fn xmp(packet: &[u8], out: &mut Output) {
    if let Some(text) = plain::decode(packet) {
        xml::read_metadata(&text, out);
    }
}

/// Markers of a JPEG with what they hold, up to the pixels.
fn segments(d: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut at = 2;
    std::iter::from_fn(move || {
        while d.get(at) == Some(&0xff) && d.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let marker = *d.get(at + 1).filter(|m| d.get(at) == Some(&0xff) && !matches!(**m, 0xd9 | 0xda))?;
        let length = usize::from(u16::from_be_bytes([*d.get(at + 2)?, *d.get(at + 3)?]));
        let body = d.get(at + 4..(at + 2).saturating_add(length.max(2)).min(d.len()))?;
        at += 2 + length.max(2);
        Some((marker, body))
    })
    .take(MAX_CHUNKS)
}

fn jpeg(data: &[u8], out: &mut Output) {
    for (marker, body) in segments(data) {
        match marker {
            0xe1 => {
                if let Some(found) = body.strip_prefix(b"Exif\0\0").and_then(tiff::read) {
                    directories(found, out);
                } else if let Some(packet) = body.strip_prefix(b"http://ns.adobe.com/xap/1.0/\0") {
                    xmp(packet, out);
                } else if let Some(packet) = body.strip_prefix(b"http://ns.adobe.com/xmp/extension/\0") {
                    xmp(packet.get(40..).unwrap_or(b""), out);
                }
            }
            0xed => {
                if let Some(blocks) = body.strip_prefix(b"Photoshop 3.0\0") {
                    photoshop(blocks, out);
                }
            }
            0xfe => out.line("Comment", &tiff::text(body)),
            _ => {}
        }
    }
}

/// Photoshop's blocks: the one numbered 0x0404 holds IPTC.
fn photoshop(blocks: &[u8], out: &mut Output) {
    let mut rest = blocks;
    while let Some(after) = rest.strip_prefix(b"8BIM") {
        let name = usize::from(after.get(2).copied().unwrap_or(0));
        let at = 2 + (name + 2) / 2 * 2;
        let Some(Ok(length)) = after.get(at..at + 4).map(<[u8; 4]>::try_from) else { return };
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        let Some(body) = after.get(at + 4..(at + 4).saturating_add(length)) else { return };
        if after.starts_with(&[4, 4]) {
            iptc(body, out);
        }
        rest = after.get(at + 4 + length + length % 2..).unwrap_or(b"");
    }
}

/// IPTC-IIM: a marker, record, number, length and value each.
fn iptc(data: &[u8], out: &mut Output) {
    let mut rest = data;
    while let [0x1c, record, number, a, b, after @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*a, *b]));
        let Some((value, next)) = after.split_at_checked(length) else { return };
        rest = next;
        let label = match (record, number) {
            (2, 5) => "Title",
            (2, 25) => "Keyword",
            (2, 40) => "Instructions",
            (2, 55) => "Date",
            (2, 80) => "Author",
            (2, 90 | 92 | 95 | 101) => "Place",
            (2, 105) => "Headline",
            (2, 110 | 115) => "Source",
            (2, 116) => "Copyright",
            (2, 118) => "Contact",
            (2, 120) => "Description",
            (2, 122) => "Writer",
            _ => continue,
        };
        out.line(label, &tiff::text(value));
    }
}

fn png(data: &[u8], out: &mut Output) {
    let mut rest = data.get(8..).unwrap_or(b"");
    for _ in 0..MAX_CHUNKS {
        let Some((head, after)) = rest.split_at_checked(8) else { return };
        let length = head.iter().take(4).fold(0usize, |n, b| (n << 8) | usize::from(*b));
        let body = after.get(..length.min(after.len())).unwrap_or(b"");
        match head.get(4..).unwrap_or(b"") {
            b"tEXt" | b"zTXt" | b"iTXt" => png_text(head.get(4).copied().unwrap_or(0), body, out),
            b"eXIf" => tiff::read(body).into_iter().for_each(|f| directories(f, out)),
            b"IEND" => return,
            _ => {}
        }
        rest = after.get(length.saturating_add(4)..).unwrap_or(b"");
    }
}

/// A keyword and a text; by kind plain, packed, or either in UTF-8 with a language (PNG 11.3.3).
fn png_text(kind: u8, body: &[u8], out: &mut Output) {
    let Some((keyword, mut text)) = split(body) else { return };
    let mut packed = kind == b'z';
    if packed {
        text = text.get(1..).unwrap_or(b"");
    } else if kind == b'i' {
        packed = text.first() == Some(&1);
        let Some((_, after)) = text.get(2..).and_then(split) else { return };
        let Some((_, after)) = split(after) else { return };
        text = after;
    }
    let mut unpacked = Vec::new();
    if packed {
        let _ = flate2::read::ZlibDecoder::new(text).take(MAX_TEXT_CHUNK).read_to_end(&mut unpacked);
        if out.unpacked(unpacked.len()).is_err() {
            return;
        }
        text = &unpacked;
    }
    if keyword == b"XML:com.adobe.xmp" {
        xmp(text, out);
    } else if let Some(hex) = keyword.strip_prefix(b"Raw profile type ") {
        profile(hex, text, out);
    } else {
        out.line(&tiff::text(keyword), &tiff::text(text));
    }
}

fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(0, bytes)?;
    Some((bytes.get(..at)?, bytes.get(at + 1..)?))
}

/// ImageMagick's: a name, a length, and the packet in hexadecimal digits.
fn profile(name: &[u8], text: &[u8], out: &mut Output) {
    let digits: Vec<u8> =
        text.split(|b| *b == b'\n').skip(3).flatten().filter(|b| b.is_ascii_hexdigit()).copied().collect();
    let byte = |two: &[u8]| std::str::from_utf8(two).ok().and_then(|t| u8::from_str_radix(t, 16).ok());
    let bytes: Vec<u8> = digits.chunks_exact(2).filter_map(byte).collect();
    match name {
        b"exif" | b"APP1" => {
            let inner = bytes.strip_prefix(b"Exif\0\0").unwrap_or(&bytes);
            tiff::read(inner).into_iter().for_each(|f| directories(f, out));
        }
        b"iptc" => photoshop(&bytes, out),
        b"xmp" => xmp(&bytes, out),
        _ => {}
    }
}

fn webp(data: &[u8], out: &mut Output) {
    let mut rest = data.get(12..).unwrap_or(b"");
    for _ in 0..MAX_CHUNKS {
        let Some((head, after)) = rest.split_at_checked(8) else { return };
        let length = head.iter().skip(4).rev().fold(0usize, |n, b| (n << 8) | usize::from(*b));
        let body = after.get(..length.min(after.len())).unwrap_or(b"");
        match head.get(..4).unwrap_or(b"") {
            b"EXIF" => {
                let inner = body.strip_prefix(b"Exif\0\0").unwrap_or(body);
                tiff::read(inner).into_iter().for_each(|f| directories(f, out));
            }
            b"XMP " => xmp(body, out),
            _ => {}
        }
        rest = after.get(length.saturating_add(length % 2)..).unwrap_or(b"");
    }
}

/// HEIC, AVIF, GIF, PSD, JPEG 2000: the packets are found by their beginnings.
fn elsewhere(data: &[u8], out: &mut Output) {
    let marks: [&[u8]; 2] = [b"Exif\0\0II*\0", b"Exif\0\0MM\0*"];
    if let Some(at) = marks.iter().find_map(|m| memmem::find(data, m)) {
        data.get(at + 6..).and_then(tiff::read).into_iter().for_each(|f| directories(f, out));
    }
    if let Some(at) = memmem::find(data, b"<x:xmpmeta") {
        let tail = data.get(at..).unwrap_or(b"");
        let end = memmem::find(tail, b"</x:xmpmeta>").unwrap_or(0);
        xmp(tail.get(..end).unwrap_or(b""), out);
    }
    if let Some(at) = memmem::find(data, b"8BIM\x04\x04") {
        photoshop(data.get(at..).unwrap_or(b""), out);
    }
    if data.starts_with(b"GIF8") {
        for at in memmem::find_iter(data, b"\x21\xFE").take(20) {
            let length = usize::from(data.get(at + 2).copied().unwrap_or(0));
            if let Some(text) = data.get(at + 3..at + 3 + length).filter(|t| t.iter().all(|b| *b >= 9)) {
                out.line("Comment", &charset::decode(text, encoding_rs::UTF_8));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Extracted, extract};

    fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
        let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker, length[0], length[1]], body].concat()
    }

    #[test]
    fn comments_captions_and_packets_of_a_photo_are_read_and_the_photo_is_not() {
        let iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0c\x1c\x02\x78\0\x07psoriat";
        let xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='a'><rdf:RDF><rdf:Description dc:format='image/jpeg' pdf:Keywords='eczeem'>\
                    <dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Wond Jansen</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>";
        let parts = [
            vec![0xff, 0xd8],
            segment(0xfe, b"BSN 111222333"),
            segment(0xed, iptc),
            segment(0xe1, xmp),
            vec![0xff, 0xda],
        ];
        let Extracted::Text { text, complete } = extract(&parts.concat()) else { panic!("not read") };
        assert_eq!(text, "Comment: BSN 111222333\nDescription: psoriat\nKeywords: eczeem\ntitle: Wond Jansen\n");
        assert!(!complete);
    }

    #[test]
    fn texts_of_png_are_unpacked_within_bounds() {
        let chunk = |kind: &[u8], body: &[u8]| {
            [&u32::try_from(body.len()).unwrap().to_be_bytes(), kind, body, &[0; 4]].concat()
        };
        let head = [&100u32.to_be_bytes()[..], &100u32.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
        let mut zip = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut zip, &vec![b'x'; 40 << 20]).unwrap();
        let bomb = [b"Comment\0\0".as_slice(), &zip.finish().unwrap()].concat();
        let png = [
            b"\x89PNG\r\n\x1a\n".to_vec(),
            chunk(b"IHDR", &head),
            chunk(b"tEXt", b"Title\0Uitslag"),
            chunk(b"zTXt", &bomb),
        ]
        .concat();
        let text = extract(&png).into_text();
        assert!(text.starts_with("Title: Uitslag\nComment: xxx") && text.len() <= 2 << 20);
    }
}
