//! Text out of documents: by content, never by name or declared type. Bounded in size, depth, ratio and so in time.
//!
//! What can't be read (encrypted, damaged, an image, an unknown format) is [`Unreadable`], never "clean".

pub mod html;
mod json;
mod mail;
mod office;
mod plain;
mod rtf;
mod xml;

/// Most text that is taken from one document, in bytes.
pub const MAX_TEXT: usize = 4 << 20;
/// Documents inside documents (a mail with an archive with a file): how deep.
const MAX_DEPTH: u8 = 4;
/// Images of fewer pixels hold no legible page: icons, social media buttons, tracking dots.
const MAX_ICON_PIXELS: u64 = 20_000;

/// Why a document can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unreadable {
    /// A picture: no text can be taken from it.
    Image,
    /// DICOM: image and header.
    Dicom,
    /// PDF.
    Pdf,
    /// Office format of before 2007.
    LegacyOffice,
    /// Protected by a password.
    Encrypted,
    /// Unpacks to too much, too deep or too many parts.
    Bomb,
    /// Does not hold what its beginning promises.
    Damaged,
    /// A format that we do not know (sound, film, programs …).
    Unknown,
}

impl Unreadable {
    /// The stable reason code in findings.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Dicom => "dicom",
            Self::Pdf => "pdf",
            Self::LegacyOffice => "legacy_office",
            Self::Encrypted => "encrypted",
            Self::Bomb => "too_large_unpacked",
            Self::Damaged => "damaged",
            Self::Unknown => "unknown_format",
        }
    }
}

/// What a document yields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extracted {
    /// Its text.
    Text {
        /// In reading order.
        text: String,
        /// Whether all of it was read; otherwise some part was not readable.
        complete: bool,
    },
    /// There is nothing to read: an empty file, an icon.
    Nothing,
    /// Can't be read.
    Unreadable(Unreadable),
}

impl Extracted {
    /// The text, or nothing.
    #[must_use]
    pub fn into_text(self) -> String {
        match self {
            Self::Text { text, .. } => text,
            _ => String::new(),
        }
    }
}

/// Reads a document.
#[must_use]
pub fn extract(data: &[u8]) -> Extracted {
    let mut out = Output { text: String::new(), complete: true, budget: MAX_UNPACKED };
    match read(data, &mut out, MAX_DEPTH) {
        Ok(()) if out.text.trim().is_empty() && out.complete => Extracted::Nothing,
        Ok(()) => Extracted::Text { text: out.text, complete: out.complete },
        Err(why) => Extracted::Unreadable(why),
    }
}

/// Most bytes that are unpacked from archives in one document, all depths together.
const MAX_UNPACKED: u64 = 64 << 20;

/// Text gathered so far, and what may still be unpacked.
struct Output {
    text: String,
    complete: bool,
    budget: u64,
}

impl Output {
    fn push(&mut self, s: &str) {
        let room = MAX_TEXT.saturating_sub(self.text.len());
        let mut end = s.len().min(room);
        while !s.is_char_boundary(end) {
            end -= 1;
        }
        self.text.push_str(s.get(..end).unwrap_or(""));
        self.complete &= end == s.len();
    }
    /// One part of several: what it can't yield makes the whole incomplete.
    fn part(&mut self, result: Result<(), Unreadable>) {
        self.complete &= result.is_ok();
        self.push("\n");
    }
}

fn read(data: &[u8], out: &mut Output, depth: u8) -> Result<(), Unreadable> {
    if data.is_empty() {
        return Ok(());
    }
    if depth == 0 {
        return Err(Unreadable::Bomb);
    }
    let starts = |magic: &[u8]| data.starts_with(magic);
    if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
        return office::read_zip(data, out, depth);
    }
    if data.get(..1024.min(data.len())).is_some_and(|head| memchr::memmem::find(head, b"%PDF-").is_some()) {
        return Err(Unreadable::Pdf);
    }
    if starts(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Err(Unreadable::LegacyOffice);
    }
    if starts(b"{\\rtf") {
        return rtf::read(data, out);
    }
    if data.get(128..132) == Some(b"DICM") {
        return Err(Unreadable::Dicom);
    }
    if let Some(pixels) = image_pixels(data) {
        return if pixels > 0 && pixels <= MAX_ICON_PIXELS { Ok(()) } else { Err(Unreadable::Image) };
    }
    let text = plain::decode(data).ok_or(Unreadable::Unknown)?;
    let head = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    if head.starts_with(['{', '[']) {
        if json::read(&text, out)? {
            return Ok(());
        }
    } else if html::looks_like_html(head) {
        out.push(&html::html_to_text(&text));
        out.complete &= !html::embeds(&text);
        return Ok(());
    } else if head.starts_with("<?xml") || (head.starts_with('<') && head.contains("xmlns")) {
        xml::read_generic(&text, out);
        return Ok(());
    } else if mail::looks_like_mail(head) {
        return mail::read(data, out, depth);
    }
    out.push(&text);
    Ok(())
}

/// Pixels of an image, by its header; 0 when the header does not tell. None: not an image that we know.
fn image_pixels(d: &[u8]) -> Option<u64> {
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
    if d.starts_with(b"\xFF\xD8\xFF")
        || d.starts_with(b"II*\0")
        || d.starts_with(b"MM\0*")
        || d.starts_with(b"BM") && d.len() > 26 && le16(6) == Some(0)
    {
        return Some(0);
    }
    let boxed = d.get(4..8) == Some(b"ftyp")
        && d.get(8..12).is_some_and(|b| matches!(b, b"heic" | b"heix" | b"mif1" | b"avif"));
    let webp = d.starts_with(b"RIFF") && d.get(8..12) == Some(b"WEBP");
    (boxed || webp).then_some(0)
}

#[cfg(test)]
mod tests;
