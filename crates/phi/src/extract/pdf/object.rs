//! The objects of a PDF (ISO 32000-1 section 7.3), read leniently and bounded.

/// Arrays and dictionaries in each other: how deep.
const MAX_DEPTH: u8 = 48;

/// An object.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Obj {
    Null,
    Bool(bool),
    Num(f64),
    Str(Vec<u8>),
    Name(String),
    Array(Vec<Obj>),
    Dict(Dict),
    /// To an object by its number. Generations only tell versions apart, of which the last counts.
    Ref(u32),
    /// In a content stream: what is to be done with the operands before it.
    Op(String),
}

impl Obj {
    pub(super) fn num(&self) -> Option<f64> {
        if let Self::Num(n) = self { Some(*n) } else { None }
    }
    pub(super) fn name(&self) -> Option<&str> {
        if let Self::Name(n) = self { Some(n) } else { None }
    }
    pub(super) fn dict(&self) -> Option<&Dict> {
        if let Self::Dict(d) = self { Some(d) } else { None }
    }
    pub(super) fn array(&self) -> Option<&[Self]> {
        if let Self::Array(a) = self { Some(a) } else { None }
    }
}

/// A dictionary; the first of equal keys counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Dict(pub Vec<(String, Obj)>);

impl Dict {
    pub(super) fn get(&self, key: &str) -> Option<&Obj> {
        self.0.iter().find(|(k, _)| k == key).map(|(_, v)| v)
    }
    pub(super) fn is(&self, key: &str, value: &str) -> bool {
        self.get(key).and_then(Obj::name) == Some(value)
    }
}

/// Reads objects from bytes. `budget` falls with every object; at none, reading ends.
pub(super) struct Lexer<'d> {
    pub data: &'d [u8],
    pub at: usize,
    /// References (`12 0 R`) occur; they do not in content streams.
    pub refs: bool,
}

impl<'d> Lexer<'d> {
    pub(super) const fn new(data: &'d [u8], at: usize, refs: bool) -> Self {
        Self { data, at, refs }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.data.get(self.at).copied()
    }

    pub(super) fn skip_space(&mut self) {
        while let Some(b) = self.peek() {
            if b == b'%' {
                let rest = self.data.get(self.at..).unwrap_or(b"");
                self.at += memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
            } else if is_space(b) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// The next object or operator. None at the end, at a stray closing bracket's end of data, or when the budget is spent.
    pub(super) fn next(&mut self, budget: &mut u64) -> Option<Obj> {
        self.object(budget, 0)
    }

    fn object(&mut self, budget: &mut u64, depth: u8) -> Option<Obj> {
        loop {
            *budget = budget.checked_sub(1)?;
            self.skip_space();
            let rest = self.data.get(self.at..)?;
            match *rest.first()? {
                b'(' => return Some(Obj::Str(self.literal())),
                b'/' => return Some(Obj::Name(self.name())),
                b'<' if rest.get(1) == Some(&b'<') => {
                    self.at += 2;
                    return self.dict(budget, depth);
                }
                b'<' => return Some(Obj::Str(self.hex())),
                b'[' => {
                    self.at += 1;
                    return self.array(budget, depth);
                }
                b'+' | b'-' | b'.' | b'0'..=b'9' => return Some(self.number()),
                b']' | b'>' | b')' | b'{' | b'}' => self.at += 1,
                _ => return Some(self.word()),
            }
        }
    }

    fn array(&mut self, budget: &mut u64, depth: u8) -> Option<Obj> {
        let mut items = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                None => break,
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                _ if depth >= MAX_DEPTH => return None,
                _ => items.push(self.object(budget, depth + 1)?),
            }
        }
        Some(Obj::Array(items))
    }

    fn dict(&mut self, budget: &mut u64, depth: u8) -> Option<Obj> {
        let mut dict = Dict::default();
        loop {
            self.skip_space();
            let rest = self.data.get(self.at..).unwrap_or(b"");
            match rest.first() {
                None => break,
                Some(b'>') => {
                    self.at += if rest.get(1) == Some(&b'>') { 2 } else { 1 };
                    break;
                }
                _ if depth >= MAX_DEPTH => return None,
                Some(b'/') => {
                    let key = self.name();
                    self.skip_space();
                    // A key without a value.
                    if self.peek() == Some(b'>') {
                        continue;
                    }
                    dict.0.push((key, self.object(budget, depth + 1)?));
                }
                // A dictionary that never closed.
                _ if rest.starts_with(b"endobj") || rest.starts_with(b"stream") => break,
                _ => drop(self.object(budget, depth + 1)?),
            }
        }
        Some(Obj::Dict(dict))
    }

    fn name(&mut self) -> String {
        self.at += 1;
        let mut name = String::new();
        while let Some(b) = self.peek().filter(|b| !is_space(*b) && !is_delimiter(*b)) {
            self.at += 1;
            let code = (b == b'#').then(|| self.data.get(self.at..self.at + 2)).flatten();
            let code = code.and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
            self.at += if code.is_some() { 2 } else { 0 };
            name.push(char::from(code.unwrap_or(b)));
        }
        name
    }

    fn word(&mut self) -> Obj {
        let start = self.at;
        while self.peek().is_some_and(|b| !is_space(b) && !is_delimiter(b)) {
            self.at += 1;
        }
        let word = self.data.get(start..self.at).unwrap_or(b"");
        match word {
            b"true" => Obj::Bool(true),
            b"false" => Obj::Bool(false),
            b"null" => Obj::Null,
            _ => Obj::Op(word.iter().take(32).map(|b| char::from(*b)).collect()),
        }
    }

    fn number(&mut self) -> Obj {
        let n = self.plain_number();
        if self.refs && n >= 0.0 && n.fract() == 0.0 && n < 10_000_000.0 {
            let after = self.at;
            self.skip_space();
            if self.peek().is_some_and(|b| b.is_ascii_digit()) {
                let generation = self.plain_number();
                self.skip_space();
                let next = self.data.get(self.at + 1).copied().unwrap_or(b' ');
                if generation.fract() == 0.0 && self.peek() == Some(b'R') && (is_space(next) || is_delimiter(next)) {
                    self.at += 1;
                    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded above")]
                    return Obj::Ref(n as u32);
                }
            }
            self.at = after;
        }
        Obj::Num(n)
    }

    fn plain_number(&mut self) -> f64 {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.')) {
            self.at += 1;
        }
        let text = self.data.get(start..self.at).and_then(|t| std::str::from_utf8(t).ok()).unwrap_or("");
        let parsed = text.get(..text.len().min(40)).and_then(|t| t.parse().ok());
        // Some writers put two signs, or a sign in the middle.
        parsed.unwrap_or_else(|| {
            let bare = text.trim_start_matches(['+', '-']);
            let n: f64 = bare.split(['-', '+']).next().and_then(|b| b.parse().ok()).unwrap_or(0.0);
            if text.starts_with('-') { -n } else { n }
        })
    }

    fn literal(&mut self) -> Vec<u8> {
        self.at += 1;
        let (mut out, mut open) = (Vec::new(), 1u32);
        while let Some(b) = self.peek() {
            self.at += 1;
            match b {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                }
                b'\\' => {
                    self.escape(&mut out);
                    continue;
                }
                _ => {}
            }
            out.push(b);
        }
        out
    }

    fn escape(&mut self, out: &mut Vec<u8>) {
        let Some(b) = self.peek() else { return };
        self.at += 1;
        match b {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' | b'f' => out.push(b' '),
            b'\r' => self.at += usize::from(self.peek() == Some(b'\n')),
            b'\n' => {}
            b'0'..=b'7' => {
                let mut code = u32::from(b - b'0');
                for _ in 0..2 {
                    let Some(d) = self.peek().filter(|d| (b'0'..=b'7').contains(d)) else { break };
                    code = code * 8 + u32::from(d - b'0');
                    self.at += 1;
                }
                out.push(u8::try_from(code & 0xff).unwrap_or(0));
            }
            _ => out.push(b),
        }
    }

    fn hex(&mut self) -> Vec<u8> {
        self.at += 1;
        let (mut out, mut half) = (Vec::new(), None);
        while let Some(b) = self.peek() {
            self.at += 1;
            if b == b'>' {
                break;
            }
            let Some(d) = char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok()) else { continue };
            match half.take() {
                None => half = Some(d << 4),
                Some(high) => out.push(high | d),
            }
        }
        out.extend(half);
        out
    }
}

pub(super) const fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\n' | b'\r' | b'\t' | 0x0c | 0)
}
pub(super) const fn is_delimiter(b: u8) -> bool {
    matches!(b, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// A text string outside content: UTF-16 or UTF-8 with a mark, else Latin 1 for all that matters (ISO 32000-2 7.9.2.2).
pub(super) fn text_string(bytes: &[u8]) -> String {
    if bytes.starts_with(b"\xFE\xFF") || bytes.starts_with(b"\xFF\xFE") {
        return super::super::plain::decode(bytes).unwrap_or_default();
    }
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return String::from_utf8_lossy(rest).into_owned();
    }
    bytes.iter().map(|b| if *b == b'\r' { '\n' } else { super::super::plain::windows_1252(*b) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_read_with_their_oddities() {
        let read = |s: &str| Lexer::new(s.as_bytes(), 0, true).next(&mut 1_000);
        let mut lexer = Lexer::new(b"(a\\(b\\051(c)\\\n\\101) <4a4 > /A#20b [1 -.5 3 0 R] true", 0, true);
        let mut next = || lexer.next(&mut 100).unwrap();
        assert_eq!(next(), Obj::Str(b"a(b)(c)A".to_vec()));
        assert_eq!(next(), Obj::Str(b"J@".to_vec()));
        assert_eq!(next(), Obj::Name("A b".into()));
        assert_eq!(next(), Obj::Array(vec![Obj::Num(1.0), Obj::Num(-0.5), Obj::Ref(3)]));
        assert_eq!(next(), Obj::Bool(true));
        let dict = read("<</Kids[1 0 R]/Count 1/X>>").unwrap();
        assert_eq!(dict.dict().unwrap().get("Count"), Some(&Obj::Num(1.0)));
        assert_eq!(read(&"[".repeat(10_000)), None);
        assert_eq!(read(&"[0 ".repeat(40)).map(|_| ()), Some(()));
        assert_eq!(read("--5"), Some(Obj::Num(-5.0)));
        assert_eq!(Lexer::new(&b"0 ".repeat(50), 0, true).next(&mut 0), None);
    }

    #[test]
    fn strings_of_the_document_have_three_encodings() {
        assert_eq!(text_string(b"\xFE\xFF\0J\0\xEB"), "J\u{eb}");
        assert_eq!(text_string(b"\xEF\xBB\xBFJ\xC3\xAB"), "J\u{eb}");
        assert_eq!(text_string(b"J\xeb"), "J\u{eb}");
    }
}
