//! Replies: an RFC 5321 code, an RFC 3463 enhanced code and a plain sentence.

use std::borrow::Cow;
use std::fmt;

/// Longest text of a reply line that is written (RFC 5321 §4.5.3.1.5 allows 512 octets a line).
const MAX_TEXT: usize = 440;

/// One reply. Its text never carries content of a message, and is cut and cleaned when written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    code: u16,
    enhanced: [u16; 3],
    text: Cow<'static, str>,
}

impl Reply {
    /// A reply with a fixed text.
    #[must_use]
    pub const fn new(code: u16, enhanced: [u16; 3], text: &'static str) -> Self {
        Self { code, enhanced, text: Cow::Borrowed(text) }
    }

    /// A reply whose text was made for the case at hand.
    #[must_use]
    pub const fn with_text(code: u16, enhanced: [u16; 3], text: String) -> Self {
        Self { code, enhanced, text: Cow::Owned(text) }
    }

    /// 550 5.1.1: the mailbox is not known here.
    #[must_use]
    pub const fn no_such_mailbox() -> Self {
        Self::new(550, [5, 1, 1], "There is no such mailbox here")
    }

    /// 550 5.7.1: mail for other domains is not taken from strangers.
    #[must_use]
    pub const fn relay_refused() -> Self {
        Self::new(550, [5, 7, 1], "Mail for that domain is not accepted here without signing in")
    }

    /// 451 4.3.0: something here is in trouble; the client should try again.
    #[must_use]
    pub const fn try_later() -> Self {
        Self::new(451, [4, 3, 0], "The message cannot be taken at the moment, please try again later")
    }

    /// 452 4.3.1: no room at the moment.
    #[must_use]
    pub const fn no_room() -> Self {
        Self::new(452, [4, 3, 1], "There is no room for the message at the moment, please try again later")
    }

    /// The RFC 5321 code.
    #[must_use]
    pub const fn code(&self) -> u16 {
        self.code
    }

    /// The RFC 3463 code.
    #[must_use]
    pub const fn enhanced(&self) -> [u16; 3] {
        self.enhanced
    }

    /// The sentence.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        self.code >= 400 && self.code < 500
    }

    /// This reply if it refuses (4yz or 5yz), else 451: a refusal must never read as an acceptance.
    #[must_use]
    pub fn refusing(self) -> Self {
        if (400..600).contains(&self.code) { self } else { Self::try_later() }
    }

    /// Writes the reply with CRLF. Characters that could end the line or confuse a terminal become `?`.
    pub fn write(&self, out: &mut Vec<u8>) {
        use std::io::Write;
        let [class, subject, detail] = self.enhanced;
        // Writing into a Vec does not fail.
        let _ = if class == 0 {
            write!(out, "{} ", self.code)
        } else {
            write!(out, "{} {class}.{subject}.{detail} ", self.code)
        };
        let mut room = MAX_TEXT;
        for c in self.text.chars() {
            let Some(left) = room.checked_sub(c.len_utf8()) else { break };
            room = left;
            if c.is_ascii_graphic() || c == ' ' { out.push(c as u8) } else { out.push(b'?') }
        }
        out.extend_from_slice(b"\r\n");
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [class, subject, detail] = self.enhanced;
        write!(f, "{} {class}.{subject}.{detail} {}", self.code, self.text)
    }
}

/// Writes a multi-line reply without enhanced code (EHLO answers, RFC 5321 §4.1.1.1).
pub(crate) fn write_lines<'a>(out: &mut Vec<u8>, code: u16, lines: impl IntoIterator<Item = Cow<'a, str>>) {
    use std::io::Write;
    let mut lines = lines.into_iter().peekable();
    while let Some(line) = lines.next() {
        let separator = if lines.peek().is_some() { '-' } else { ' ' };
        let _ = write!(out, "{code}{separator}{line}\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_one_clean_line_whatever_its_text() {
        let mut out = Vec::new();
        Reply::with_text(550, [5, 7, 1], "no\r\n250 yes\u{1b}[2J é".repeat(60)).write(&mut out);
        assert!(out.starts_with(b"550 5.7.1 no??250 yes?[2J ?"));
        assert_eq!(out.iter().filter(|b| **b == b'\n').count(), 1);
        assert!(out.len() <= 512);
    }

    #[test]
    fn a_refusal_never_reads_as_an_acceptance() {
        assert_eq!(Reply::new(250, [2, 0, 0], "fine").refusing().code(), 451);
        assert_eq!(Reply::no_such_mailbox().refusing().code(), 550);
    }

    #[test]
    fn multi_line_replies_mark_the_last_line() {
        let mut out = Vec::new();
        write_lines(&mut out, 250, ["mx.example".into(), "PIPELINING".into()]);
        assert_eq!(out, b"250-mx.example\r\n250 PIPELINING\r\n");
    }
}
