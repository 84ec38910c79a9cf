//! Replies of another server, read within bounds.

use bytes::{Buf, BytesMut};

/// Longest line that is taken (RFC 5321 §4.5.3.1.5 says 512; some say more).
const MAX_LINE: usize = 4_096;
/// Lines of one reply.
const MAX_LINES: usize = 128;
/// Text kept of one reply.
const MAX_TEXT: usize = 8_192;

/// What is wrong with what the other server says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// No code, wrong separator, or another code on a following line.
    #[error("the server's reply cannot be understood")]
    Malformed,
    /// A line without end, or lines without end.
    #[error("the server's reply does not end")]
    TooLong,
}

/// A complete reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerReply {
    /// RFC 5321 code.
    pub code: u16,
    /// RFC 3463 code, if the first line has one of the same class.
    pub enhanced: Option<[u16; 3]>,
    /// The lines' texts (without codes), cleaned.
    pub lines: Vec<String>,
}

impl ServerReply {
    /// 2yz
    #[must_use]
    pub const fn is_positive(&self) -> bool {
        self.code >= 200 && self.code < 300
    }

    /// The text as one line of at most 500 characters.
    #[must_use]
    pub fn text(&self) -> String {
        wardpost_model::text::clean_line(&self.lines.join(" "), 500)
    }
}

/// Collects lines to replies.
#[derive(Debug, Default)]
pub struct ReplyReader {
    code: Option<u16>,
    enhanced: Option<[u16; 3]>,
    lines: Vec<String>,
    count: usize,
    kept: usize,
}

impl ReplyReader {
    /// The next complete reply in `input`; none if there is none yet.
    ///
    /// # Errors
    /// [`ReplyError`]; the connection is of no use any more then.
    pub fn read(&mut self, input: &mut BytesMut) -> Result<Option<ServerReply>, ReplyError> {
        while let Some(end) = memchr::memchr(b'\n', input) {
            if end > MAX_LINE {
                return Err(ReplyError::TooLong);
            }
            let line = input.split_to(end + 1);
            let last = self.line(line.trim_ascii_end())?;
            if last {
                let done = std::mem::take(self);
                let code = done.code.ok_or(ReplyError::Malformed)?;
                return Ok(Some(ServerReply { code, enhanced: done.enhanced, lines: done.lines }));
            }
        }
        if input.remaining() > MAX_LINE { Err(ReplyError::TooLong) } else { Ok(None) }
    }

    /// Takes a line; true if it is the last of its reply.
    fn line(&mut self, line: &[u8]) -> Result<bool, ReplyError> {
        let (code, rest) = line.split_at_checked(3).ok_or(ReplyError::Malformed)?;
        let code: u16 = match code {
            [a @ b'2'..=b'5', b @ b'0'..=b'9', c @ b'0'..=b'9'] => {
                u16::from(a - b'0') * 100 + u16::from(b - b'0') * 10 + u16::from(c - b'0')
            }
            _ => return Err(ReplyError::Malformed),
        };
        if self.code.is_some_and(|known| known != code) {
            return Err(ReplyError::Malformed);
        }
        let (last, text) = match rest {
            [] => (true, rest),
            [b' ', text @ ..] => (true, text),
            [b'-', text @ ..] => (false, text),
            _ => return Err(ReplyError::Malformed),
        };
        self.count += 1;
        if self.count > MAX_LINES {
            return Err(ReplyError::TooLong);
        }
        let mut text = String::from_utf8_lossy(text).into_owned();
        if let Some((enhanced, tail)) = enhanced_code(&text, code) {
            if self.code.is_none() {
                self.enhanced = Some(enhanced);
            }
            text = tail.to_owned();
        }
        self.code = Some(code);
        self.kept += text.len();
        if self.kept <= MAX_TEXT {
            self.lines.push(wardpost_model::text::clean_line(&text, MAX_LINE));
        }
        Ok(last)
    }
}

/// `5.1.1 text`, of the same class as the code (RFC 2034 §4).
fn enhanced_code(text: &str, code: u16) -> Option<([u16; 3], &str)> {
    let (word, tail) = text.split_once(' ').unwrap_or((text, ""));
    let mut numbers = word.split('.').map(|n| if n.len() <= 3 { n.parse::<u16>().ok() } else { None });
    let enhanced = [numbers.next()??, numbers.next()??, numbers.next()??];
    (numbers.next().is_none() && enhanced[0] == code / 100).then_some((enhanced, tail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Read = (u16, Option<[u16; 3]>, Vec<String>);

    fn read(text: &str) -> Result<Vec<Read>, ReplyError> {
        let mut reader = ReplyReader::default();
        let mut input = BytesMut::new();
        let mut replies = Vec::new();
        for byte in text.bytes() {
            input.extend_from_slice(&[byte]);
            while let Some(r) = reader.read(&mut input)? {
                replies.push((r.code, r.enhanced, r.lines));
            }
        }
        Ok(replies)
    }

    #[test]
    fn replies_of_one_and_of_many_lines_are_read() {
        let replies =
            read("220 mx ESMTP\r\n250-mx\r\n250-SIZE 10\r\n250 STARTTLS\r\n550 5.1.1 no such user\r\n354\r\n").unwrap();
        assert_eq!(replies[0], (220, None, vec!["mx ESMTP".into()]));
        assert_eq!(replies[1], (250, None, vec!["mx".into(), "SIZE 10".into(), "STARTTLS".into()]));
        assert_eq!(replies[2], (550, Some([5, 1, 1]), vec!["no such user".into()]));
        assert_eq!(replies[3], (354, None, vec![String::new()]));
        assert_eq!(read("550 2.1.1 odd class\r\n").unwrap()[0].1, None);
    }

    #[test]
    fn what_is_no_reply_or_has_no_end_is_refused() {
        for bad in ["hello\r\n", "\r\n", "25\r\n", "250_x\r\n", "250-a\r\n251 b\r\n", "150 x\r\n", "650 x\r\n"] {
            assert_eq!(read(bad), Err(ReplyError::Malformed), "{bad}");
        }
        assert_eq!(read(&"x".repeat(5_000)), Err(ReplyError::TooLong));
        assert_eq!(read(&"250-x\r\n".repeat(200)), Err(ReplyError::TooLong));
        let long = format!("250 {}\r\n", "y\u{1b}".repeat(1_500));
        assert!(!read(&long).unwrap()[0].2[0].contains('\u{1b}'));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn any_bytes_are_read_within_bounds(bytes in proptest::collection::vec(any::<u8>(), 0..5_000)) {
            let mut reader = ReplyReader::default();
            let mut input = BytesMut::from(&bytes[..]);
            while let Ok(Some(reply)) = reader.read(&mut input) {
                prop_assert!(reply.text().chars().count() <= 500);
            }
        }
    }
}
