//! What the codes of a font mean and how wide its characters are (ISO 32000-1 sections 9.6 to 9.10).

use super::cmap::{CMap, code};
use super::file::{File, usize_of, whole};
use super::glyphs;
use super::object::{Dict, Obj};
use std::borrow::Cow;
use std::collections::HashMap;

const MAX_WIDTHS: usize = 70_000;

/// Widths of Helvetica from the space on, in thousandths; other fonts whose widths are not told are taken for it.
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];
const TIMES: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500,
    500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889,
    722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500,
    444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480,
    200, 480, 541,
];

/// A font as far as its text goes.
pub(super) struct Font {
    to_unicode: Option<CMap>,
    /// Of fonts with codes of one byte.
    simple: Option<Vec<Option<String>>>,
    /// Of composite fonts: how their codes are read.
    codes: Codes,
    widths: HashMap<u32, f64>,
    otherwise: f64,
    /// Units of a glyph's width to those of text.
    scale: f64,
}

enum Codes {
    One,
    Two,
    /// By the ranges of a map in the file.
    Ranges(CMap),
    Utf16,
    Legacy(&'static encoding_rs::Encoding),
}

/// A character as it is shown.
pub(super) struct Glyph<'f> {
    /// None when the font does not tell what it means.
    pub text: Option<Cow<'f, str>>,
    /// In units of the font's size.
    pub width: f64,
    /// The code is a single byte 32: word spacing applies (9.3.3).
    pub space: bool,
}

impl Font {
    pub(super) fn new(file: &File<'_>, dict: &Dict) -> Self {
        let to_unicode = dict.get("ToUnicode").and_then(|t| file.stream(t)).and_then(|s| file.decode(&s).ok());
        let to_unicode = to_unicode.map(|bytes| {
            let mut work = file.work.get();
            let map = CMap::parse(&bytes, &mut work);
            file.work.set(work);
            map
        });
        if dict.is("Subtype", "Type0") {
            Self::composite(file, dict, to_unicode)
        } else {
            Self::simple(file, dict, to_unicode)
        }
    }

    fn simple(file: &File<'_>, dict: &Dict, to_unicode: Option<CMap>) -> Self {
        let name = file.value(dict, "BaseFont").name().unwrap_or("").to_ascii_lowercase();
        let descriptor = file.dict(dict, "FontDescriptor").unwrap_or_default();
        let encoding = file.value(dict, "Encoding");
        let symbolic = descriptor.get("Flags").and_then(Obj::num).is_some_and(|f| whole(f) & 4 != 0);
        let own = match &encoding {
            Obj::Name(n) => Some(n.clone()),
            Obj::Dict(d) => d.get("BaseEncoding").and_then(Obj::name).map(str::to_owned),
            _ => None,
        };
        // An own symbol font's codes mean what only its program tells; readers fall back to Latin for the rest.
        let embedded = ["FontFile", "FontFile2", "FontFile3"].iter().any(|k| descriptor.get(k).is_some());
        let type3 = dict.is("Subtype", "Type3");
        let silent = (symbolic && embedded || type3) && own.is_none();
        let base = own.unwrap_or_else(|| {
            if dict.is("Subtype", "TrueType") || matches!(encoding, Obj::Null) && embedded {
                "WinAnsiEncoding".to_owned()
            } else {
                "StandardEncoding".to_owned()
            }
        });
        let mut table: Vec<Option<String>> = Vec::with_capacity(256);
        for c in 0..=255u8 {
            table.push(if silent && matches!(encoding, Obj::Null) && type3 {
                None
            } else {
                glyphs::in_encoding(&base, c)
            });
        }
        let mut named = false;
        if let Obj::Dict(d) = &encoding
            && let Obj::Array(differences) = file.value(d, "Differences")
        {
            let mut at = 0usize;
            for item in &differences {
                match item {
                    Obj::Num(n) => at = usize_of(*n),
                    Obj::Name(glyph) => {
                        if let Some(place) = table.get_mut(at) {
                            *place = glyphs::text(glyph);
                            named |= place.is_some();
                        }
                        at += 1;
                    }
                    _ => {}
                }
            }
        }
        if silent && !named && type3 {
            table.iter_mut().for_each(|t| *t = None);
        }
        let mut font = Self {
            to_unicode,
            simple: Some(table),
            codes: Codes::One,
            widths: HashMap::new(),
            otherwise: descriptor.get("MissingWidth").and_then(Obj::num).unwrap_or(0.0),
            scale: 0.001,
        };
        font.simple_widths(file, dict, &name, type3);
        font
    }

    fn simple_widths(&mut self, file: &File<'_>, dict: &Dict, name: &str, type3: bool) {
        if type3
            && let Obj::Array(m) = file.value(dict, "FontMatrix")
            && let Some(x) = m.first().and_then(Obj::num).filter(|x| x.abs() > 1e-9 && x.abs() < 10.0)
        {
            self.scale = x.abs();
        }
        let first = file.value(dict, "FirstChar").num().map_or(0, whole);
        if let Obj::Array(widths) = file.value(dict, "Widths") {
            for (c, w) in (first..).zip(widths.iter().take(256)) {
                self.widths.extend(file.resolve(w).num().map(|w| (c, w)));
            }
            return;
        }
        if name.contains("courier") || name.contains("mono") {
            self.otherwise = 600.0;
            return;
        }
        let table = if name.contains("times") || name.contains("serif") { &TIMES } else { &HELVETICA };
        self.otherwise = 550.0;
        self.widths.extend((32u32..).zip(table.iter().map(|w| f64::from(*w))));
    }

    fn composite(file: &File<'_>, dict: &Dict, to_unicode: Option<CMap>) -> Self {
        let descendant = match file.value(dict, "DescendantFonts") {
            Obj::Array(a) => a.first().map_or(Obj::Null, |d| file.resolve(d)),
            other => other,
        };
        let descendant = descendant.dict().cloned().unwrap_or_default();
        let codes = match dict.get("Encoding") {
            Some(Obj::Name(n)) => predefined(n),
            Some(reference) => match file.stream(reference).and_then(|s| file.decode(&s).ok()) {
                Some(bytes) => {
                    let mut work = file.work.get();
                    let map = CMap::parse(&bytes, &mut work);
                    file.work.set(work);
                    if map.has_spaces() { Codes::Ranges(map) } else { Codes::Two }
                }
                None => Codes::Two,
            },
            None => Codes::Two,
        };
        let otherwise = file.value(&descendant, "DW").num().unwrap_or(1000.0);
        let mut font = Self { to_unicode, simple: None, codes, widths: HashMap::new(), otherwise, scale: 0.001 };
        if let Obj::Array(w) = file.value(&descendant, "W") {
            font.cid_widths(file, &w);
        }
        font
    }

    /// `c [w1 w2 …]` and `first last w` (9.7.4.3). Of codes, taken for character numbers.
    fn cid_widths(&mut self, file: &File<'_>, list: &[Obj]) {
        let mut i = 0;
        while let Some(first) = list.get(i).and_then(Obj::num).map(whole) {
            match list.get(i + 1).map(|o| file.resolve(o)) {
                Some(Obj::Array(widths)) => {
                    let room = MAX_WIDTHS.saturating_sub(self.widths.len());
                    let pairs = (first..).zip(widths.iter().take(room).map(|w| w.num().unwrap_or(0.0)));
                    self.widths.extend(pairs);
                    i += 2;
                }
                Some(Obj::Num(last)) => {
                    let width = list.get(i + 2).and_then(Obj::num).unwrap_or(0.0);
                    let room = MAX_WIDTHS.saturating_sub(self.widths.len());
                    self.widths.extend((first..=whole(last)).take(room.min(65_536)).map(|c| (c, width)));
                    i += 3;
                }
                _ => break,
            }
        }
    }

    /// The characters of a shown string.
    pub(super) fn glyphs(&self, bytes: &[u8], mut each: impl FnMut(Glyph<'_>)) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let length = match &self.codes {
                Codes::One => 1,
                Codes::Two | Codes::Utf16 => 2,
                Codes::Ranges(map) => map.length(rest, 2),
                // Lead bytes of the East Asian encodings.
                Codes::Legacy(_) => {
                    if rest.first().is_some_and(|b| *b >= 0x81 && *b != 0xff) {
                        2
                    } else {
                        1
                    }
                }
            };
            let (now, after) = rest.split_at(length.min(rest.len()));
            rest = after;
            let c = code(now);
            let width = self.widths.get(&c).copied().unwrap_or(self.otherwise) * self.scale;
            each(Glyph { text: self.meaning(c, now), width, space: now == b" " });
        }
    }

    fn meaning(&self, c: u32, bytes: &[u8]) -> Option<Cow<'_, str>> {
        if let Some(text) = self.to_unicode.as_ref().and_then(|m| m.get(c)) {
            return Some(text.into());
        }
        if let Some(table) = &self.simple {
            return table.get(usize::try_from(c).unwrap_or(usize::MAX))?.as_deref().map(Cow::from);
        }
        match &self.codes {
            Codes::Utf16 => Some(char::from_u32(c).unwrap_or('\u{fffd}').to_string().into()),
            Codes::Legacy(encoding) => Some(encoding.decode_without_bom_handling(bytes).0.into_owned().into()),
            _ => None,
        }
    }
}

/// How the codes of a predefined map are read (9.7.5.2).
fn predefined(name: &str) -> Codes {
    if name.contains("UTF16") || name.contains("UCS2") {
        return Codes::Utf16;
    }
    let tables: [(&str, &'static encoding_rs::Encoding); 6] = [
        ("RKSJ", encoding_rs::SHIFT_JIS),
        ("GBK", encoding_rs::GBK),
        ("GBpc", encoding_rs::GBK),
        ("B5", encoding_rs::BIG5),
        ("KSC", encoding_rs::EUC_KR),
        ("GB-EUC", encoding_rs::GBK),
    ];
    tables.iter().find(|(part, _)| name.contains(part)).map_or(Codes::Two, |(_, e)| Codes::Legacy(e))
}
