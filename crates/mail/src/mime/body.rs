//! Content-Transfer-Encoding and charset, undone leniently: what strangers encode badly is still shown.

use super::clean::clean_text;
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use mail_parser::decoders::charsets::map::charset_decoder;

/// Content-Transfer-Encoding (RFC 2045 §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TransferEncoding {
    Identity,
    Base64,
    QuotedPrintable,
}

impl TransferEncoding {
    pub(super) fn from_header(value: Option<&str>) -> Self {
        match value.map(str::trim) {
            Some(v) if v.eq_ignore_ascii_case("base64") => Self::Base64,
            Some(v) if v.eq_ignore_ascii_case("quoted-printable") => Self::QuotedPrintable,
            _ => Self::Identity,
        }
    }

    /// The bytes that were meant.
    pub(super) fn decode(self, body: &[u8]) -> Vec<u8> {
        match self {
            Self::Identity => body.to_vec(),
            Self::Base64 => decode_base64(body),
            Self::QuotedPrintable => decode_quoted_printable(body),
        }
    }
}

/// Base64 with everything that is not of its alphabet passed over (RFC 2045 §6.8); what follows padding is a new
/// beginning.
fn decode_base64(body: &[u8]) -> Vec<u8> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let mut out = Vec::with_capacity(body.len() / 4 * 3 + 3);
    for run in body.split(|b| *b == b'=') {
        let mut letters: Vec<u8> =
            run.iter().copied().filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')).collect();
        if letters.len() % 4 == 1 {
            // Six bits make no byte.
            letters.pop();
        }
        // Only letters of the alphabet are left, in a possible number: decoding cannot fail.
        let _ = LENIENT.decode_vec(&letters, &mut out);
    }
    out
}

/// Quoted-printable (RFC 2045 §6.7); what is malformed stands as it is.
fn decode_quoted_printable(body: &[u8]) -> Vec<u8> {
    let hex = |b: u8| (b as char).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let mut out = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|b| *b == b'\n') {
        let ended = line.ends_with(b"\n");
        let mut rest = line.trim_ascii_end();
        let soft = rest.ends_with(b"=");
        if soft {
            rest = rest.strip_suffix(b"=").unwrap_or(rest);
        }
        loop {
            match rest {
                [] => break,
                [b'=', a, b, tail @ ..] => {
                    if let (Some(high), Some(low)) = (hex(*a), hex(*b)) {
                        out.push(high << 4 | low);
                        rest = tail;
                    } else {
                        out.push(b'=');
                        rest = rest.get(1..).unwrap_or_default();
                    }
                }
                _ => {
                    let next = memchr::memchr(b'=', rest.get(1..).unwrap_or_default()).map_or(rest.len(), |i| i + 1);
                    out.extend_from_slice(rest.get(..next).unwrap_or_default());
                    rest = rest.get(next..).unwrap_or_default();
                }
            }
        }
        if ended && !soft {
            out.extend_from_slice(b"\r\n");
        }
    }
    out
}

/// Text in its charset (RFC 2046 §4.1.2); where none or an unknown one is named, UTF-8 if it is that, else what most
/// such mail is written in, Windows-1252. Lines end with LF.
pub(super) fn decode_text(bytes: &[u8], charset: Option<&str>) -> String {
    let named = charset.filter(|c| c.len() <= 64).and_then(|c| charset_decoder(c.as_bytes()));
    match (named, std::str::from_utf8(bytes)) {
        (Some(decode), _) => clean_text(&decode(bytes)),
        (None, Ok(text)) => clean_text(text),
        // Damaged UTF-8 stays UTF-8 where it is sound.
        (None, Err(_))
            if charset.is_some_and(|c| c.eq_ignore_ascii_case("utf-8") || c.eq_ignore_ascii_case("utf8")) =>
        {
            clean_text(&String::from_utf8_lossy(bytes))
        }
        (None, Err(_)) => match charset_decoder(b"windows-1252") {
            Some(decode) => clean_text(&decode(bytes)),
            None => clean_text(&String::from_utf8_lossy(bytes)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded_however_it_was_broken() {
        assert_eq!(decode_base64(b"aGVs\r\nbG8="), b"hello");
        assert_eq!(decode_base64(b"aGVsbG8"), b"hello");
        assert_eq!(decode_base64(b"aGVsbG8=aGVsbG8="), b"hellohello");
        assert_eq!(decode_base64(b"a G!V\0s bG8=x"), b"hello");
        assert_eq!(decode_base64(b"=="), b"");
    }

    #[test]
    fn quoted_printable_is_decoded_however_it_was_broken() {
        assert_eq!(decode_quoted_printable(b"caf=C3=A9 =\r\nx  \r\ny"), "café x\r\ny".as_bytes());
        assert_eq!(decode_quoted_printable(b"a=zz=4=\nb=41"), b"a=zz=4bA");
        assert_eq!(decode_quoted_printable(b"1=2=3D"), b"1=2=");
    }

    #[test]
    fn charsets_are_honoured_and_unknown_ones_survived() {
        assert_eq!(decode_text(b"caf\xe9\r\n", Some("iso-8859-1")), "café\n");
        assert_eq!(decode_text("café".as_bytes(), Some("x-bogus")), "café");
        assert_eq!(decode_text(b"caf\xe9 \x80", None), "café €");
        assert_eq!(decode_text(b"caf\xe9", Some("utf-8")), "caf\u{fffd}");
    }
}
