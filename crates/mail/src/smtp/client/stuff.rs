//! The content of a message as it goes over the wire after DATA (RFC 5321 §4.5.2).

use bytes::Bytes;
use memchr::memchr2;

/// Produces a message dot-stuffed, in pieces. Line ends that are not CRLF become CRLF, so that nothing in a message
/// can end it early for any server.
#[derive(Debug)]
pub struct Stuffer {
    data: Bytes,
    at: usize,
    line_start: bool,
    done: bool,
}

impl Stuffer {
    /// For a message.
    #[must_use]
    pub const fn new(data: Bytes) -> Self {
        Self { data, at: 0, line_start: true, done: false }
    }

    /// Appends the next piece, somewhat more than `size` bytes at most; false when there is nothing more (the end of
    /// data has been written).
    pub fn piece(&mut self, out: &mut Vec<u8>, size: usize) -> bool {
        if self.done {
            return false;
        }
        let until = out.len() + size;
        while out.len() < until {
            let room = until - out.len();
            let rest = self.data.get(self.at..).unwrap_or_default();
            if rest.is_empty() {
                if !self.line_start {
                    out.extend_from_slice(b"\r\n");
                }
                out.extend_from_slice(b".\r\n");
                self.done = true;
                break;
            }
            if self.line_start && rest.first() == Some(&b'.') {
                out.push(b'.');
            }
            let text_end = memchr2(b'\r', b'\n', rest).unwrap_or(rest.len()).min(room);
            out.extend_from_slice(rest.get(..text_end).unwrap_or_default());
            self.at += text_end;
            self.line_start = false;
            let line_end = match rest.get(text_end..) {
                Some([b'\r', b'\n', ..]) => 2,
                Some([b'\r' | b'\n', ..]) => 1,
                _ => 0,
            };
            if line_end > 0 {
                out.extend_from_slice(b"\r\n");
                self.at += line_end;
                self.line_start = true;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stuffed(data: &[u8], size: usize) -> Vec<u8> {
        let mut stuffer = Stuffer::new(Bytes::copy_from_slice(data));
        let mut out = Vec::new();
        while stuffer.piece(&mut out, size) {}
        out
    }

    #[test]
    fn dots_are_doubled_and_line_ends_made_whole() {
        assert_eq!(stuffed(b"", 10), b".\r\n");
        assert_eq!(stuffed(b"a\r\n.\r\n..b", 10), b"a\r\n..\r\n...b\r\n.\r\n");
        assert_eq!(stuffed(b"a\n.\nb\r.\rc", 1), b"a\r\n..\r\nb\r\n..\r\nc\r\n.\r\n");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn what_is_stuffed_is_what_a_server_reads(
            data in proptest::collection::vec(prop_oneof![Just(b'.'), Just(b'\r'), Just(b'\n'), any::<u8>()], 0..300),
            size in 1_usize..50,
        ) {
            let wire = stuffed(&data, size);
            prop_assert_eq!(&wire, &stuffed(&data, 10_000));
            // Ends nowhere but at its end, and holds no bare line end: the server engine takes all of it.
            let end = memchr::memmem::find(&[b"\r\n", &wire[..]].concat(), b"\r\n.\r\n").map(|i| i + 3);
            prop_assert_eq!(end, Some(wire.len()));
        }
    }
}
