//! Maps from character codes to text (ISO 32000-1 section 9.10.3).

use super::object::{Lexer, Obj};
use std::collections::HashMap;

const MAX_ENTRIES: usize = 100_000;

/// What codes mean, and how long they are.
#[derive(Debug, Default)]
pub(super) struct CMap {
    text: HashMap<u32, String>,
    /// Length in bytes, first and last code.
    spaces: Vec<(usize, u32, u32)>,
}

impl CMap {
    pub(super) fn parse(data: &[u8], work: &mut u64) -> Self {
        let mut map = Self::default();
        let mut lexer = Lexer::new(data, 0, false);
        let mut operands: Vec<Obj> = Vec::new();
        while let Some(object) = lexer.next(work) {
            let Obj::Op(op) = &object else {
                operands.push(object);
                continue;
            };
            match op.as_str() {
                "endcodespacerange" => {
                    for pair in operands.chunks(2) {
                        if let [Obj::Str(low), Obj::Str(high)] = pair
                            && map.spaces.len() < 100
                        {
                            map.spaces.push((low.len().clamp(1, 4), code(low), code(high)));
                        }
                    }
                }
                "endbfchar" => {
                    for pair in operands.chunks(2) {
                        if let [Obj::Str(from), to] = pair {
                            map.put(code(from), target(to, 0));
                        }
                    }
                }
                "endbfrange" => operands.chunks(3).for_each(|three| map.range(three)),
                _ => {}
            }
            operands.clear();
        }
        map
    }

    fn range(&mut self, three: &[Obj]) {
        let [Obj::Str(low), Obj::Str(high), to] = three else { return };
        let (low, high) = (code(low), code(high));
        for (i, c) in (low..=high.min(low.saturating_add(0xffff))).enumerate() {
            if self.text.len() >= MAX_ENTRIES {
                return;
            }
            let text = match to {
                Obj::Array(each) => match each.get(i) {
                    Some(one) => target(one, 0),
                    None => return,
                },
                one => target(one, u32::try_from(i).unwrap_or(0)),
            };
            self.put(c, text);
        }
    }

    fn put(&mut self, code: u32, text: String) {
        if self.text.len() < MAX_ENTRIES {
            self.text.insert(code, text);
        }
    }

    pub(super) fn get(&self, code: u32) -> Option<&str> {
        self.text.get(&code).map(String::as_str)
    }

    pub(super) fn has_spaces(&self) -> bool {
        !self.spaces.is_empty()
    }

    /// The length of the code at the start of `bytes`, by the declared ranges; otherwise as given.
    pub(super) fn length(&self, bytes: &[u8], otherwise: usize) -> usize {
        let fits = |len: &usize| {
            bytes
                .get(..*len)
                .is_some_and(|b| self.spaces.iter().any(|(l, low, high)| l == len && (low..=high).contains(&&code(b))))
        };
        (1..=4).find(fits).unwrap_or(otherwise)
    }
}

/// The number that up to four bytes are.
pub(super) fn code(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |n, b| (n << 8) | u32::from(*b))
}

/// Text in UTF-16, its last character moved on by `step`. Private signs of symbol fonts stand for what they replace.
fn target(object: &Obj, step: u32) -> String {
    let Obj::Str(bytes) = object else { return String::new() };
    let pairs = bytes.iter().take(64).copied().collect::<Vec<u8>>();
    let units: Vec<u16> = if let [one] = pairs.as_slice() {
        vec![u16::from(*one)]
    } else {
        pairs.as_chunks::<2>().0.iter().map(|p| u16::from_be_bytes(*p)).collect()
    };
    let mut chars: Vec<char> = char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect();
    if let Some(last) = chars.last_mut() {
        *last = char::from_u32(u32::from(*last) + step).unwrap_or('\u{fffd}');
    }
    let plain = |c: char| match u32::from(c) {
        n @ 0xf020..=0xf07e => char::from_u32(n - 0xf000).unwrap_or(c),
        0 => '\u{fffd}',
        _ => c,
    };
    chars.into_iter().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_mean_characters_ranges_and_ligatures() {
        let map = b"1 begincodespacerange <0000> <ffff> endcodespacerange 2 beginbfchar <0003> <0020> <0010> <00660069> endbfchar \
                    2 beginbfrange <0024> <0026> <0041> <0030> <0031> [<0058> <D83DDE00>] endbfrange 1 beginbfrange <00010000> <ffffffff> <0041> endbfrange";
        let map = CMap::parse(map, &mut 10_000);
        assert_eq!(map.get(0x10), Some("fi"));
        assert_eq!(map.get(0x31), Some("\u{1F600}"));
        assert_eq!(map.get(0x26), Some("C"));
        assert!(map.text.len() <= MAX_ENTRIES);
        assert_eq!(map.length(b"\0\x03", 1), 2);
        assert_eq!(map.length(b"\0", 1), 1);
    }
}
