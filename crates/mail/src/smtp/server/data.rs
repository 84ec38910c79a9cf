//! Taking in a message: the end of data, dot-unstuffing and the refusal of smuggled line ends.
//!
//! Only CRLF ends a line, and only CRLF `.` CRLF ends the data (RFC 5321 §2.3.8, §4.1.1.4). A message that holds a
//! bare CR or LF is read to its true end and refused, so that no other reader of it could see two messages where
//! this one saw one.

use super::super::limits::{Limits, Share};
use super::super::reply::Reply;
use bytes::{Buf, Bytes, BytesMut};
use memchr::memchr2;

/// What makes a message unacceptable, found while it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    BareLineEnd,
    LongLine,
    TooLarge,
    NoRoom,
}

impl Fault {
    const fn reply(self) -> Reply {
        match self {
            Self::BareLineEnd => Reply::new(
                550,
                [5, 5, 2],
                "The message holds a CR or LF that is not part of a CRLF line end, which this server refuses",
            ),
            Self::LongLine => Reply::new(552, [5, 6, 0], "The message holds a line that is too long"),
            Self::TooLarge => Reply::new(552, [5, 3, 4], "The message is larger than this server takes"),
            Self::NoRoom => Reply::no_room(),
        }
    }
}

/// A message being read.
#[derive(Debug)]
pub(super) struct Intake {
    body: Vec<u8>,
    share: Share,
    fault: Option<Fault>,
    /// The next byte starts a line.
    line_start: bool,
    /// Bytes of the current line so far.
    line: usize,
    /// BDAT only: the last chunk ended in a CR.
    pending_cr: bool,
    /// Bytes read so far, kept or not.
    seen: usize,
    max_message: usize,
    max_line: usize,
}

impl Intake {
    pub(super) fn new(limits: &Limits, share: Share) -> Self {
        Self {
            body: Vec::new(),
            share,
            fault: None,
            line_start: true,
            line: 0,
            pending_cr: false,
            seen: 0,
            max_message: limits.message,
            max_line: limits.text_line,
        }
    }

    /// Takes what has arrived after DATA; true once the end of data has been read (and consumed).
    pub(super) fn take_data(&mut self, input: &mut BytesMut) -> bool {
        let mut at = 0;
        let ended = loop {
            let rest = input.get(at..).unwrap_or_default();
            if self.line_start {
                match rest {
                    [b'.', b'\r', b'\n', ..] => {
                        at += 3;
                        break true;
                    }
                    // Not yet known whether this ends the data.
                    [] | [b'.'] | [b'.', b'\r'] => break false,
                    [b'.', ..] => {
                        at += 1;
                        self.line_start = false;
                        continue;
                    }
                    _ => self.line_start = false,
                }
            }
            let Some(end) = memchr2(b'\r', b'\n', rest) else {
                self.text(rest);
                at += rest.len();
                break false;
            };
            match (rest.get(end), rest.get(end + 1)) {
                (Some(b'\r'), Some(b'\n')) => {
                    self.text(rest.get(..end + 2).unwrap_or_default());
                    self.line_start = true;
                    self.line = 0;
                    at += end + 2;
                }
                (Some(b'\r'), None) => {
                    // Wait for what follows the CR.
                    self.text(rest.get(..end).unwrap_or_default());
                    at += end;
                    break false;
                }
                _ => {
                    self.fail(Fault::BareLineEnd);
                    at += end + 1;
                }
            }
        };
        input.advance(at);
        self.seen = self.seen.saturating_add(at);
        ended
    }

    /// Whether the peer goes on sending although far more than the limit has been read: time to hang up.
    pub(super) fn overrun(&self) -> bool {
        self.seen / 2 > self.max_message
    }

    /// Takes a piece of a BDAT chunk (RFC 3030): no dot-stuffing, but the same lines.
    pub(super) fn take_chunk(&mut self, piece: &[u8]) {
        self.seen = self.seen.saturating_add(piece.len());
        let mut rest = piece;
        while !rest.is_empty() {
            if self.pending_cr {
                if let [b'\n', tail @ ..] = rest {
                    self.text(b"\r\n");
                    self.line = 0;
                    rest = tail;
                } else {
                    self.fail(Fault::BareLineEnd);
                }
                self.pending_cr = false;
                continue;
            }
            let end = memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
            let (text, tail) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            self.text(text);
            rest = match tail {
                [b'\r', tail @ ..] => {
                    self.pending_cr = true;
                    tail
                }
                [b'\n', tail @ ..] => {
                    self.fail(Fault::BareLineEnd);
                    tail
                }
                _ => &[],
            };
        }
    }

    /// The message, or why it is refused. A message that came by BDAT without a last CRLF gets one.
    pub(super) fn finish(mut self, limits: &Limits) -> Result<(Bytes, Share), Reply> {
        if self.pending_cr {
            self.fail(Fault::BareLineEnd);
        }
        if self.line > 0 {
            self.text(b"\r\n");
        }
        if let Some(fault) = self.fault {
            return Err(fault.reply());
        }
        check_header(&self.body, limits)?;
        Ok((Bytes::from(self.body), self.share))
    }

    fn text(&mut self, bytes: &[u8]) {
        if self.fault.is_some() || bytes.is_empty() {
            return;
        }
        self.line += bytes.len();
        if self.line > self.max_line {
            return self.fail(Fault::LongLine);
        }
        let Some(needed) = self.body.len().checked_add(bytes.len()).filter(|n| *n <= self.max_message) else {
            return self.fail(Fault::TooLarge);
        };
        if needed > self.body.capacity() {
            // Grow in doubling steps, each asked of the budget first.
            let room = needed.max(self.body.capacity() * 2).clamp(16 * 1024, self.max_message.max(16 * 1024));
            if !self.share.hold(room) {
                return self.fail(Fault::NoRoom);
            }
            self.body.reserve_exact(room - self.body.len());
        }
        self.body.extend_from_slice(bytes);
    }

    /// Notes the first fault and lets go of what was kept; the rest is only read to its end.
    fn fail(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
        self.body = Vec::new();
        self.line = 0;
    }
}

/// Bounds of the header section, and the loop check (RFC 5321 §6.3).
fn check_header(message: &[u8], limits: &Limits) -> Result<(), Reply> {
    let (mut fields, mut hops, mut at) = (0_usize, 0_usize, 0_usize);
    while let Some(rest) = message.get(at..) {
        let line_end = memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
        let line = rest.get(..line_end).unwrap_or_default();
        if line.is_empty() || line == b"\r\n" {
            break;
        }
        at += line_end;
        if at > limits.header {
            return Err(Reply::new(552, [5, 3, 4], "The header of the message is too large"));
        }
        if !matches!(line.first(), Some(b' ' | b'\t')) {
            fields += 1;
            if line.get(..9).is_some_and(|name| name.eq_ignore_ascii_case(b"Received:")) {
                hops += 1;
            }
        }
    }
    if fields > limits.header_fields {
        return Err(Reply::new(552, [5, 3, 4], "The message has too many header fields"));
    }
    if hops > limits.hops {
        return Err(Reply::new(554, [5, 4, 6], "The message has passed too many servers and seems to run in a loop"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::super::limits::Budget;
    use super::*;

    fn limits() -> Limits {
        Limits { message: 1_000, text_line: 200, header: 300, header_fields: 10, hops: 3, ..Limits::default() }
    }

    fn intake(limits: &Limits) -> Intake {
        Intake::new(limits, Budget::new(1 << 20).share())
    }

    /// Feeds `input` in two parts cut at every position, and in single bytes; all must agree.
    fn data(input: &[u8]) -> (Result<Vec<u8>, u16>, usize) {
        let limits = limits();
        let run = |pieces: &mut dyn Iterator<Item = &[u8]>| {
            let mut intake = intake(&limits);
            let mut buffer = BytesMut::new();
            let mut ended = false;
            for piece in pieces {
                buffer.extend_from_slice(piece);
                ended = ended || intake.take_data(&mut buffer);
            }
            assert!(ended, "no end of data in {:?}", String::from_utf8_lossy(input));
            (intake.finish(&limits).map(|(b, _)| b.to_vec()).map_err(|r| r.code()), buffer.len())
        };
        let whole = run(&mut std::iter::once(input));
        for cut in 0..input.len() {
            let (a, b) = input.split_at(cut);
            assert_eq!(run(&mut [a, b].into_iter()), whole, "cut at {cut}");
        }
        assert_eq!(run(&mut input.chunks(1)), whole);
        whole
    }

    #[test]
    fn dots_are_unstuffed_and_the_end_is_found() {
        assert_eq!(data(b".\r\n"), (Ok(vec![]), 0));
        assert_eq!(data(b"a: b\r\n\r\nx\r\n.\r\n"), (Ok(b"a: b\r\n\r\nx\r\n".to_vec()), 0));
        assert_eq!(data(b"..\r\n...x\r\n.y\r\n.\r\nQUIT"), (Ok(b".\r\n..x\r\ny\r\n".to_vec()), 4));
    }

    #[test]
    fn smuggled_ends_of_data_end_nothing_and_refuse_the_message() {
        for evil in [
            "\n.\n",
            "\n.\r\n",
            "\r.\r\n",
            "\r.\r",
            "\r\n.\n",
            "\r\n.\r",
            "\n\n.\r\n",
            "\r\r\n.\n",
            "\r\n\r.\r\n",
            "\0\r.\n",
        ] {
            let input = format!("a: b\r\n\r\nx{evil}MAIL FROM:<evil@x.example>\r\nRCPT TO:<v@y.example>\r\n.\r\n");
            assert_eq!(data(input.as_bytes()), (Err(550), 0), "{evil:?}");
        }
        assert_eq!(data(b"a\rb\r\n.\r\n"), (Err(550), 0));
        assert_eq!(data(b"a\nb\r\n.\r\n"), (Err(550), 0));
        assert_eq!(data(b"\n\r\n.\r\n"), (Err(550), 0));
    }

    #[test]
    fn what_is_too_large_is_read_to_its_end_and_refused() {
        let long_line = [vec![b'x'; 250], b"\r\n.\r\n".to_vec()].concat();
        assert_eq!(data(&long_line), (Err(552), 0));
        let large = ["x\r\n".repeat(400).as_bytes(), b".\r\n"].concat();
        assert_eq!(data(&large), (Err(552), 0));
        let header =
            ["a: bcdefghijklmnop\r\n".repeat(9).as_bytes(), b" x\r\n".repeat(60).as_slice(), b".\r\n"].concat();
        assert_eq!(data(&header), (Err(552), 0));
        let fields = ["a:b\r\n".repeat(11).as_bytes(), b"\r\n.\r\n"].concat();
        assert_eq!(data(&fields), (Err(552), 0));
        let hops = ["ReceiveD: x\r\n".repeat(4).as_bytes(), b"\r\n.\r\n"].concat();
        assert_eq!(data(&hops), (Err(554), 0));
    }

    #[test]
    fn without_memory_left_the_message_is_refused_for_now() {
        let limits = Limits::default();
        let budget = Budget::new(20_000);
        let mut taken = budget.share();
        assert!(taken.hold(10_000));
        let mut intake = Intake::new(&limits, budget.share());
        let mut input = BytesMut::from(&b"a: b\r\n\r\n.\r\n"[..]);
        assert!(intake.take_data(&mut input));
        assert_eq!(intake.finish(&limits).unwrap_err().code(), 452);
        assert_eq!(budget.used(), 10_000);
    }

    #[test]
    fn chunks_follow_the_same_lines() {
        let limits = limits();
        let run = |chunks: &[&[u8]]| {
            let mut intake = intake(&limits);
            chunks.iter().for_each(|c| intake.take_chunk(c));
            intake.finish(&limits).map(|(b, _)| b.to_vec()).map_err(|r| r.code())
        };
        assert_eq!(run(&[b"a: b\r", b"\n\r\n.x\r\n.\r\n"]), Ok(b"a: b\r\n\r\n.x\r\n.\r\n".to_vec()));
        assert_eq!(run(&[b"a: b\r\n\r\nno end"]), Ok(b"a: b\r\n\r\nno end\r\n".to_vec()));
        assert_eq!(run(&[b"a\r", b"b"]), Err(550));
        assert_eq!(run(&[b"a\r"]), Err(550));
        assert_eq!(run(&[b"a\r", b"\r\n"]), Err(550));
        assert_eq!(run(&[b"\n.\r\n"]), Err(550));
    }
}
