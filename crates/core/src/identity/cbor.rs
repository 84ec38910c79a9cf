//! CBOR as authenticators write it (RFC 8949 in the form of CTAP2): definite lengths, a few levels deep, no floats, no
//! tags. Reads what WebAuthn needs and refuses everything else.

/// Levels of arrays and maps. CTAP2's canonical form has at most four.
const DEPTH: u8 = 4;
/// Items of one value, all levels together.
const ITEMS: usize = 64;

/// A decoded item. Byte and text strings stay where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Int(i64),
    Bytes(&'a [u8]),
    Text(&'a str),
    Array(Vec<Value<'a>>),
    Map(Vec<(Value<'a>, Value<'a>)>),
    Bool(bool),
    Null,
}

impl<'a> Value<'a> {
    /// The value under a whole number in a map.
    pub(super) fn at(&self, key: i64) -> Option<&Self> {
        self.find(&Value::Int(key))
    }
    /// The value under a name in a map.
    pub(super) fn named(&self, key: &str) -> Option<&Self> {
        self.find(&Value::Text(key))
    }
    fn find(&self, key: &Value<'_>) -> Option<&Self> {
        let Value::Map(pairs) = self else { return None };
        pairs.iter().find(|(k, _)| k == key).map(|(_, v)| v)
    }
    pub(super) fn int(&self) -> Option<i64> {
        if let Value::Int(i) = self { Some(*i) } else { None }
    }
    pub(super) fn bytes(&self) -> Option<&'a [u8]> {
        if let Value::Bytes(b) = self { Some(b) } else { None }
    }
    pub(super) fn text(&self) -> Option<&'a str> {
        if let Value::Text(t) = self { Some(t) } else { None }
    }
}

/// Reads one item from the front; gives it and how many bytes it took.
pub(super) fn decode(bytes: &[u8]) -> Option<(Value<'_>, usize)> {
    let mut reader = Reader { rest: bytes, items: ITEMS };
    let value = reader.item(DEPTH)?;
    Some((value, bytes.len() - reader.rest.len()))
}

struct Reader<'a> {
    rest: &'a [u8],
    items: usize,
}

impl<'a> Reader<'a> {
    fn item(&mut self, depth: u8) -> Option<Value<'a>> {
        self.items = self.items.checked_sub(1)?;
        let [first] = *self.take(1)? else { return None };
        let (major, info) = (first >> 5, first & 0x1f);
        match major {
            0 => Some(Value::Int(i64::try_from(self.argument(info)?).ok()?)),
            1 => Some(Value::Int(-1 - i64::try_from(self.argument(info)?).ok()?)),
            2 => Some(Value::Bytes(self.string(info)?)),
            3 => Some(Value::Text(std::str::from_utf8(self.string(info)?).ok()?)),
            4 => self.array(info, depth.checked_sub(1)?),
            5 => self.map(info, depth.checked_sub(1)?),
            7 => match info {
                20 => Some(Value::Bool(false)),
                21 => Some(Value::Bool(true)),
                22 => Some(Value::Null),
                _ => None,
            },
            _ => None,
        }
    }

    fn array(&mut self, info: u8, depth: u8) -> Option<Value<'a>> {
        let length = self.length(info)?;
        (0..length).map(|_| self.item(depth)).collect::<Option<Vec<_>>>().map(Value::Array)
    }

    /// Two entries of one key would let two readers see two things.
    fn map(&mut self, info: u8, depth: u8) -> Option<Value<'a>> {
        let length = self.length(info)?;
        let mut pairs: Vec<(Value<'a>, Value<'a>)> = Vec::new();
        for _ in 0..length {
            let key = self.item(depth)?;
            let value = self.item(depth)?;
            if pairs.iter().any(|(k, _)| *k == key) {
                return None;
            }
            pairs.push((key, value));
        }
        Some(Value::Map(pairs))
    }

    /// How many items follow; more than may come are refused before any is read.
    fn length(&mut self, info: u8) -> Option<usize> {
        usize::try_from(self.argument(info)?).ok().filter(|n| *n <= self.items)
    }

    fn string(&mut self, info: u8) -> Option<&'a [u8]> {
        let length = usize::try_from(self.argument(info)?).ok()?;
        self.take(length)
    }

    fn argument(&mut self, info: u8) -> Option<u64> {
        let width = match info {
            0..=23 => return Some(u64::from(info)),
            24..=27 => 1_usize << (info - 24),
            // 31 would be an indefinite length.
            _ => return None,
        };
        Some(self.take(width)?.iter().fold(0, |n, b| n << 8 | u64::from(*b)))
    }

    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (front, rest) = self.rest.split_at_checked(n)?;
        self.rest = rest;
        Some(front)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(bytes: &[u8]) -> Option<Value<'_>> {
        decode(bytes).filter(|(_, n)| *n == bytes.len()).map(|(v, _)| v)
    }

    /// RFC 8949, appendix A.
    #[test]
    fn known_items_are_read() {
        assert_eq!(whole(&[0x17]), Some(Value::Int(23)));
        assert_eq!(whole(&[0x19, 0x03, 0xe8]), Some(Value::Int(1000)));
        assert_eq!(whole(&[0x39, 0x03, 0xe7]), Some(Value::Int(-1000)));
        assert_eq!(whole(&[0x1b, 0, 0, 0, 0xe8, 0xd4, 0xa5, 0x10, 0]), Some(Value::Int(1_000_000_000_000)));
        assert_eq!(whole(&[0x44, 1, 2, 3, 4]), Some(Value::Bytes(&[1, 2, 3, 4])));
        assert_eq!(whole(&[0x62, 0xc3, 0xbc]).and_then(|v| v.text()), Some("ü"));
        assert_eq!(whole(&[0x62, 0xc3]), None, "shorter than it says");
        assert_eq!(whole(&[0x62, 0xc3, 0xbc, 0x00]), None, "something is left over");
        assert_eq!(whole(&[0xf5]), Some(Value::Bool(true)));
        assert_eq!(whole(&[0xf6]), Some(Value::Null));
        let map = whole(&[0xa2, 0x61, 0x61, 0x01, 0x20, 0x82, 0x02, 0x03]).unwrap();
        assert_eq!(map.named("a").and_then(Value::int), Some(1));
        assert_eq!(map.at(-1), Some(&Value::Array(vec![Value::Int(2), Value::Int(3)])));
        assert_eq!(map.at(7), None);
    }

    #[test]
    fn what_authenticators_do_not_write_is_refused() {
        let cases: [(&[u8], &str); 11] = [
            (&[], "nothing"),
            (&[0x5f, 0x41, 0x00, 0xff], "indefinite bytes"),
            (&[0x9f, 0xff], "an indefinite array"),
            (&[0xbf, 0xff], "an indefinite map"),
            (&[0xc0, 0x00], "a tag"),
            (&[0xf9, 0x3c, 0x00], "a float"),
            (&[0xa2, 0x01, 0x00, 0x01, 0x00], "a key twice"),
            (&[0x81, 0x81, 0x81, 0x81, 0x81, 0x00], "too deep"),
            (&[0x9a, 0xff, 0xff, 0xff, 0xff], "more items than there are"),
            (&[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], "more bytes than there are"),
            (&[0x61, 0xff], "no text"),
        ];
        for (bytes, why) in cases {
            assert_eq!(decode(bytes), None, "{why}");
        }
        let mut many = vec![0x98, 64];
        many.extend([0; 64]);
        assert_eq!(decode(&many), None, "too many items");
    }
}
