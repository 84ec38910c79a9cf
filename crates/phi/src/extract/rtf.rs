//! Rich Text Format (1.9.1): text runs in their character sets; destinations that hold no text are left out. Also the
//! packed form in which Outlook keeps it (MS-OXRTFCP) and HTML wrapped in it (MS-OXRTFEX).

use super::plain::windows_1252;
use super::{Output, Unreadable, charset, html};
use encoding_rs::Encoding;
use std::collections::HashMap;

const MAX_GROUPS: usize = 10_000;
const MAX_FONTS: usize = 5_000;

/// What holds within a group.
#[derive(Clone, Copy)]
struct Group {
    visible: bool,
    /// `\*` was just seen: unknown destinations are skipped.
    starred: bool,
    /// In a table of fonts.
    fonts: bool,
    font: i64,
    /// Characters that stand for an earlier one, for programs without Unicode.
    unicode_skip: u32,
    /// In wrapped HTML: what only RTF shows.
    rtf_only: bool,
}

struct Parser<'d> {
    data: &'d [u8],
    at: usize,
    text: String,
    /// Bytes of a run that are not yet decoded: characters may be longer than a byte.
    bytes: Vec<u8>,
    groups: Vec<Group>,
    now: Group,
    skip: u32,
    page: Option<&'static Encoding>,
    fonts: HashMap<i64, &'static Encoding>,
    from_html: bool,
}

/// Writes the text of an RTF document.
pub(super) fn read(data: &[u8], out: &mut Output, _depth: u8) -> Result<(), Unreadable> {
    let now = Group { visible: true, starred: false, fonts: false, font: -1, unicode_skip: 1, rtf_only: false };
    let mut p = Parser {
        data,
        at: 0,
        text: String::with_capacity(data.len() / 4),
        bytes: Vec::new(),
        groups: Vec::new(),
        now,
        skip: 0,
        page: None,
        fonts: HashMap::new(),
        from_html: false,
    };
    while let Some(b) = data.get(p.at).copied() {
        p.at += 1;
        match b {
            b'{' => {
                p.flush();
                if p.groups.len() >= MAX_GROUPS {
                    return Err(Unreadable::Bomb);
                }
                p.groups.push(p.now);
                p.skip = 0;
            }
            b'}' => {
                p.flush();
                p.now = p.groups.pop().unwrap_or(p.now);
                p.skip = 0;
            }
            b'\\' => p.control(),
            b'\r' | b'\n' => {}
            _ => p.byte(b),
        }
    }
    p.flush();
    let text = if p.from_html { html::html_to_text(&p.text) } else { p.text };
    out.push(&text);
    if embeds(data) {
        out.missing(Unreadable::Image);
    }
    Ok(())
}

/// Whether pictures larger than an icon's few bytes, or other documents, lie within.
fn embeds(data: &[u8]) -> bool {
    /// Two letters stand for a byte.
    const ICON: usize = 6_000;
    let large = |at: usize| data.iter().skip(at).take(ICON).take_while(|b| **b != b'}').count() == ICON;
    memchr::memmem::find(data, b"\\objdata").is_some() || memchr::memmem::find_iter(data, b"\\pict").any(large)
}

impl Parser<'_> {
    fn shown(&self) -> bool {
        self.now.visible && !self.now.rtf_only
    }

    fn byte(&mut self, b: u8) {
        self.now.starred = false;
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.shown() {
            if b < 0x80 && self.bytes.is_empty() { self.text.push(char::from(b)) } else { self.bytes.push(b) }
        }
    }

    /// Decodes the run by its font's character set, else the document's.
    fn flush(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let encoding = self.fonts.get(&self.now.font).copied().or(self.page);
        match encoding {
            Some(e) => self.text.push_str(&charset::decode(&self.bytes, e)),
            None => self.text.extend(self.bytes.iter().map(|b| windows_1252(*b))),
        }
        self.bytes.clear();
    }

    fn push(&mut self, s: &str) {
        self.flush();
        if self.shown() {
            self.text.push_str(s);
        }
    }

    /// One control word or symbol; the backslash is behind.
    fn control(&mut self) {
        let Some(first) = self.data.get(self.at).copied() else { return };
        if !first.is_ascii_alphabetic() {
            self.at += 1;
            match first {
                b'\'' => {
                    let hex = self.data.get(self.at..self.at + 2).and_then(|h| std::str::from_utf8(h).ok());
                    self.at += 2;
                    if let Some(b) = hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
                        self.byte(b);
                    }
                }
                b'*' => self.now.starred = true,
                b'~' => self.push(" "),
                b'\\' | b'{' | b'}' => self.byte(first),
                b'_' => self.push("-"),
                b'\r' | b'\n' => self.push("\n"),
                _ => {}
            }
            return;
        }
        let length = self.data.iter().skip(self.at).take(32).take_while(|b| b.is_ascii_alphabetic()).count();
        let word = self.data.get(self.at..self.at + length).unwrap_or(b"");
        self.at += length;
        let digits = self.data.iter().skip(self.at).take(11).take_while(|b| b.is_ascii_digit() || **b == b'-').count();
        let number = self.data.get(self.at..self.at + digits).and_then(|d| std::str::from_utf8(d).ok());
        let number: Option<i64> = number.and_then(|d| d.parse().ok());
        self.at += digits;
        if self.data.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        self.word(word, number);
    }

    fn word(&mut self, word: &[u8], number: Option<i64>) {
        let starred = std::mem::take(&mut self.now.starred);
        match word {
            b"par" | b"line" | b"row" | b"page" | b"sect" | b"nestrow" => self.push("\n"),
            b"tab" | b"cell" | b"nestcell" => self.push("\t"),
            b"emdash" | b"endash" => self.push("-"),
            b"lquote" | b"rquote" => self.push("'"),
            b"ldblquote" | b"rdblquote" => self.push("\""),
            b"bullet" => self.push("• "),
            b"emspace" | b"enspace" | b"qmspace" => self.push(" "),
            b"u" => self.unicode(number.unwrap_or(0)),
            b"uc" => self.now.unicode_skip = number.and_then(|n| u32::try_from(n).ok()).unwrap_or(1).min(16),
            b"bin" => self.at = self.at.saturating_add(number.and_then(|n| usize::try_from(n).ok()).unwrap_or(0)),
            b"ansicpg" => self.page = number.and_then(|n| u32::try_from(n).ok()).map(charset::of_code_page),
            b"mac" => self.page = Some(encoding_rs::MACINTOSH),
            b"fromhtml" => self.from_html = true,
            b"htmlrtf" => {
                self.flush();
                self.now.rtf_only = self.from_html && number != Some(0);
            }
            b"plain" => self.flush(),
            b"f" => {
                self.flush();
                self.now.font = number.unwrap_or(-1);
            }
            b"fcharset" if self.now.fonts && self.fonts.len() < MAX_FONTS => {
                if let Some(e) = number.and_then(charset::of_font) {
                    self.fonts.insert(self.now.font, e);
                }
            }
            b"fonttbl" => (self.now.visible, self.now.fonts) = (false, true),
            _ => self.destination(word, starred),
        }
    }

    fn destination(&mut self, word: &[u8], starred: bool) {
        match word {
            // Texts of their own: on a line of their own.
            b"footnote" | b"annotation" | b"shptxt" | b"header" | b"headerl" | b"headerr" | b"headerf" | b"footer"
            | b"footerl" | b"footerr" | b"footerf" | b"title" | b"subject" | b"author" | b"keywords" | b"doccomm"
            | b"manager" | b"company" | b"atnauthor" => {
                self.now.visible = true;
                self.push("\n");
            }
            b"htmltag" | b"shpinst" | b"info" | b"xmlopen" if starred || word == b"info" => {
                self.now.visible = word == b"htmltag";
            }
            b"colortbl" | b"stylesheet" | b"pict" | b"object" | b"objdata" | b"themedata" | b"datastore"
            | b"listtable" | b"rsidtbl" | b"generator" | b"fldinst" => self.now.visible = false,
            b"result" | b"fldrslt" => self.now.visible = true,
            _ if starred => self.now.visible = false,
            _ => {}
        }
    }

    fn unicode(&mut self, code: i64) {
        self.flush();
        let unit = u16::try_from(code.rem_euclid(65_536)).unwrap_or(0);
        if self.shown() {
            // The halves of a character beyond the first plane come one after the other.
            let last = self.text.pop();
            let joined = last.filter(|c| ('\u{f0000}'..='\u{f03ff}').contains(c));
            match (unit, joined) {
                (0xd800..=0xdbff, _) => {
                    self.text.extend(last);
                    self.text.extend(char::from_u32(0xf_0000 + u32::from(unit) - 0xd800));
                }
                (0xdc00..=0xdfff, Some(high)) => {
                    let code = 0x1_0000 + ((u32::from(high) - 0xf_0000) << 10) + u32::from(unit) - 0xdc00;
                    self.text.extend(char::from_u32(code));
                }
                _ => {
                    self.text.extend(last);
                    self.text.extend(char::from_u32(u32::from(unit)));
                }
            }
        }
        self.skip = self.now.unicode_skip;
    }
}

/// What the packer knows before it begins (MS-OXRTFCP 2.1.2.1).
const BEGINNING: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans \
SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// Unpacks Outlook's RTF. Seventeen bytes at most come of two, so that what comes out is bounded by what goes in.
pub(super) fn unpack(data: &[u8]) -> Option<Vec<u8>> {
    const WINDOW: usize = 4_096;
    let kind = data.get(8..12)?;
    let body = data.get(16..)?;
    if kind == b"MELA" {
        return Some(body.to_vec());
    }
    if kind != b"LZFu" {
        return None;
    }
    let mut window = [b' '; WINDOW];
    window[..BEGINNING.len()].copy_from_slice(BEGINNING);
    let (mut write, mut out, mut bytes) = (BEGINNING.len(), Vec::new(), body.iter().copied());
    'all: while let Some(flags) = bytes.next() {
        for bit in 0..8 {
            if flags >> bit & 1 == 0 {
                let Some(b) = bytes.next() else { break 'all };
                out.push(b);
                window[write % WINDOW] = b;
                write += 1;
                continue;
            }
            let (Some(a), Some(b)) = (bytes.next(), bytes.next()) else { break 'all };
            let pair = usize::from(a) << 8 | usize::from(b);
            let (from, length) = (pair >> 4, (pair & 15) + 2);
            if from == write % WINDOW {
                break 'all;
            }
            for i in 0..length {
                let b = window[(from + i) % WINDOW];
                out.push(b);
                window[write % WINDOW] = b;
                write += 1;
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::super::extract;
    use super::*;

    #[test]
    fn character_sets_of_fonts_surrogates_and_notes_are_read() {
        let text = |s: &str| extract(s.as_bytes()).into_text();
        let central = r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset238 B;}}\f1 \'e8\f0\'e8 \uc0\u-10179\u-8704{\*\unknown x}{\footnote noot}}";
        assert_eq!(text(central), "čè \u{1F600}\nnoot");
        assert_eq!(
            text(
                r"{\rtf1 {\info{\title Uitslag}}a{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}{\shp{\*\shpinst{\sp w}{\shptxt box}}}}"
            ),
            "\nUitslagalink\nbox"
        );
        let wrapped = r"{\rtf1\ansi\fromhtml1{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 mevrouw Jansen\htmlrtf\par}\htmlrtf0{\*\htmltag72 </p><b>}astma{\*\htmltag8 </b>}}";
        assert_eq!(text(wrapped), "mevrouw Jansen\n\nastma");
    }

    #[test]
    fn packed_text_is_unpacked() {
        // MS-OXRTFCP 4.1.
        let packed = b"\x2d\0\0\0\x2b\0\0\0\x4c\x5a\x46\x75\xf1\xc5\xc7\xa7\x03\0\x0a\0\x72\x63\x70\x67\x31\x32\x35\x42\x32\x0a\xf3\x20\x68\x65\x6c\
                       \x09\0\x20\x62\x77\x05\xb0\x6c\x64\x7d\x0a\x80\x0f\xa0";
        assert_eq!(unpack(packed).unwrap(), b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        assert_eq!(unpack(b"short"), None);
    }
}
