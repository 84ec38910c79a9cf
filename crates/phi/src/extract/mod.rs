//! Text out of documents: by content, never by name or declared type. Bounded in size, depth, ratio and so in time.
//!
//! What can't be read (encrypted, damaged, an image, an unknown format) is [`Unreadable`], never "clean".

mod archive;
mod calendar;
mod charset;
mod dicom;
pub mod html;
mod image;
mod json;
mod mail;
mod office;
mod ole;
mod pdf;
mod pkcs7;
mod plain;
mod rtf;
mod tiff;
mod tnef;
mod xml;

/// Most text that is taken from one document, in bytes.
pub const MAX_TEXT: usize = 4 << 20;
/// Longest file that is looked at.
pub const MAX_INPUT: usize = 256 << 20;
/// Documents inside documents (a mail with an archive with a file): how deep.
const MAX_DEPTH: u8 = 6;
/// Images of fewer pixels hold no legible page: icons, social media buttons, tracking dots.
const MAX_ICON_PIXELS: u64 = 20_000;

/// Why a document can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unreadable {
    /// A picture: no text can be taken from it.
    Image,
    /// Pages that are pictures of text.
    ImageOnly,
    /// Text whose font does not tell which characters it shows.
    NoTextMap,
    /// Office format of before 2007 of which no text can be had.
    LegacyOffice,
    /// An archive of a kind that is not opened (7z, RAR …).
    Archive,
    /// Protected by a password or a key.
    Encrypted,
    /// Unpacks to too much, too deep or too many parts.
    Bomb,
    /// A larger file than is looked at.
    TooLarge,
    /// More text than is looked at.
    TooLong,
    /// Does not hold what its beginning promises.
    Damaged,
    /// A format that we do not know (sound, film, programs …).
    Unknown,
}

impl Unreadable {
    /// All there are.
    pub const ALL: [Self; 11] = [
        Self::Image,
        Self::ImageOnly,
        Self::NoTextMap,
        Self::LegacyOffice,
        Self::Archive,
        Self::Encrypted,
        Self::Bomb,
        Self::TooLarge,
        Self::TooLong,
        Self::Damaged,
        Self::Unknown,
    ];

    /// The stable reason code in findings.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::ImageOnly => "image_only",
            Self::NoTextMap => "no_text_map",
            Self::LegacyOffice => "legacy_office",
            Self::Archive => "archive_format",
            Self::Encrypted => "encrypted",
            Self::Bomb => "too_large_unpacked",
            Self::TooLarge => "too_large",
            Self::TooLong => "too_long",
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

/// What was read of a document, and why the rest was not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// Text in reading order.
    pub text: String,
    /// Each reason once, in the order in which it was met. Empty: all was read.
    pub unread: Vec<Unreadable>,
}

/// Reads a document.
#[must_use]
pub fn extract(data: &[u8]) -> Extracted {
    let reading = read_all(data);
    match (reading.text.trim().is_empty(), reading.unread.first()) {
        (true, None) => Extracted::Nothing,
        (true, Some(why)) => Extracted::Unreadable(*why),
        // Where it goes on without end, what was found at the beginning says nothing of the whole.
        (false, Some(Unreadable::Bomb)) => Extracted::Unreadable(Unreadable::Bomb),
        (false, why) => Extracted::Text { complete: why.is_none(), text: reading.text },
    }
}

/// Reads a document, and tells everything that could not be read.
#[must_use]
pub fn read_all(data: &[u8]) -> Reading {
    let mut out = Output { text: String::new(), unread: Vec::new(), budget: MAX_UNPACKED };
    if let Err(why) = read(data, &mut out, MAX_DEPTH) {
        out.unread.retain(|w| *w != why);
        out.unread.insert(0, why);
    }
    Reading { text: out.text, unread: out.unread }
}

/// Most bytes that are unpacked from archives in one document, all depths together.
const MAX_UNPACKED: u64 = 64 << 20;

/// Text gathered so far, and what may still be unpacked.
struct Output {
    text: String,
    unread: Vec<Unreadable>,
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
        if end < s.len() {
            self.missing(Unreadable::TooLong);
        }
    }
    /// `label: value` on a line of its own.
    fn line(&mut self, label: &str, value: &str) {
        let value = value.trim();
        if !value.is_empty() {
            self.push(&format!("{label}: {value}\n"));
        }
    }
    /// Something was not read.
    fn missing(&mut self, why: Unreadable) {
        if !self.unread.contains(&why) {
            self.unread.push(why);
        }
    }
    /// One part of several: what it can't yield makes the whole incomplete.
    fn part(&mut self, result: Result<(), Unreadable>) {
        if let Err(why) = result {
            self.missing(why);
        }
        self.push("\n");
    }
    /// Takes what was unpacked from what may be; at none left, too much came out.
    fn unpacked(&mut self, bytes: usize) -> Result<(), Unreadable> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.budget = self.budget.checked_sub(bytes).ok_or(Unreadable::Bomb)?;
        Ok(())
    }
}

fn read(data: &[u8], out: &mut Output, depth: u8) -> Result<(), Unreadable> {
    if data.is_empty() {
        return Ok(());
    }
    if depth == 0 {
        return Err(Unreadable::Bomb);
    }
    if data.len() > MAX_INPUT {
        return Err(Unreadable::TooLarge);
    }
    let starts = |magic: &[u8]| data.starts_with(magic);
    if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
        return office::read_zip(data, out, depth);
    }
    if let Some(found) = dicom::read(data, out) {
        return found;
    }
    if data.get(..1024.min(data.len())).is_some_and(|head| memchr::memmem::find(head, b"%PDF-").is_some()) {
        return pdf::read(data, out, depth);
    }
    if starts(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return ole::read(data, out, depth);
    }
    if starts(b"{\\rtf") {
        return rtf::read(data, out, depth);
    }
    if let Some(pixels) = image::pixels(data) {
        return image::read(data, pixels, out);
    }
    if let Some(found) = archive::read(data, out, depth) {
        return found;
    }
    if starts(b"\x78\x9F\x3E\x22") {
        return tnef::read(data, out, depth);
    }
    if let Some(found) = pkcs7::read(data, out, depth) {
        return found;
    }
    let text = plain::decode(data).ok_or(Unreadable::Unknown)?;
    read_text(data, &text, out, depth)
}

/// A page of the web in XML's clothes.
fn is_xhtml(head: &str) -> bool {
    let begin: String = head.chars().take(800).collect();
    head.starts_with("<?xml") && begin.contains("<html")
}

/// Formats that are text.
fn read_text(data: &[u8], text: &str, out: &mut Output, depth: u8) -> Result<(), Unreadable> {
    let head = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    if head.starts_with(['{', '[']) {
        if json::read(text, out)? {
            return Ok(());
        }
    } else if html::looks_like_html(head) || is_xhtml(head) {
        out.push(&html::html_to_text(text));
        if html::embeds(text) {
            out.missing(Unreadable::Image);
        }
        return Ok(());
    } else if head.starts_with("<?xml") || (head.starts_with('<') && head.contains("xmlns")) {
        xml::read_generic(text, out);
        return Ok(());
    } else if calendar::looks_like(head) {
        return calendar::read(text, out, depth);
    } else if mail::looks_like_mail(head) {
        return mail::read(data, out, depth);
    }
    if text.contains("-----BEGIN PGP MESSAGE-----") {
        out.missing(Unreadable::Encrypted);
    }
    out.push(text);
    Ok(())
}

#[cfg(test)]
mod tests;
