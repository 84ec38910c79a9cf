//! S/MIME in its binary form (RFC 5652): what is enciphered stays unread, what is only signed is read.

use super::{Output, Unreadable, read as read_document};
use memchr::memmem;

/// 1.2.840.113549.1.7
const FAMILY: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x07";
/// 1.2.840.113549.1.9.16.1: enciphered and authenticated (23), compressed (9).
const NEWER: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01";

/// Reads a message. None: it is none.
pub(super) fn read(data: &[u8], out: &mut Output, depth: u8) -> Option<Result<(), Unreadable>> {
    if data.first() != Some(&0x30) {
        return None;
    }
    let head = data.get(..32.min(data.len()))?;
    if let Some(at) = memmem::find(head, NEWER) {
        let kind = data.get(at + NEWER.len())?;
        return Some(Err(if *kind == 9 { Unreadable::Archive } else { Unreadable::Encrypted }));
    }
    let at = memmem::find(head, FAMILY)? + FAMILY.len();
    match data.get(at)? {
        2 => {}
        3 | 6 => return Some(Err(Unreadable::Encrypted)),
        _ => return Some(Err(Unreadable::Unknown)),
    }
    // The next of the family is the type of what is signed; its bytes follow.
    let rest = data.get(at + 1..)?;
    let inner = memmem::find(rest.get(..rest.len().min(512))?, FAMILY)?;
    let content = content(rest.get(inner + FAMILY.len() + 1..)?);
    if content.is_empty() {
        // A signature beside its message.
        return Some(Ok(()));
    }
    Some(out.unpacked(content.len()).and_then(|()| read_document(&content, out, depth - 1)))
}

/// A tag, the length (none: it ends with two zeros), and what follows.
fn head(data: &[u8]) -> Option<(u8, Option<usize>, &[u8])> {
    let (tag, first, rest) = (*data.first()?, *data.get(1)?, data.get(2..)?);
    match first {
        0..=0x7f => Some((tag, Some(usize::from(first)), rest)),
        0x80 => Some((tag, None, rest)),
        _ => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let length = bytes.iter().try_fold(0usize, |n, b| n.checked_mul(256)?.checked_add(usize::from(*b)))?;
            Some((tag, Some(length), rest))
        }
    }
}

/// `[0] { OCTET STRING }`, in one piece or in several.
fn content(data: &[u8]) -> Vec<u8> {
    let Some((0xa0, _, rest)) = head(data) else { return Vec::new() };
    match head(rest) {
        Some((0x04, Some(length), body)) => body.get(..length).unwrap_or(body).to_vec(),
        Some((0x24, length, body)) => {
            let mut pieces = body.get(..length.unwrap_or(body.len())).unwrap_or(body);
            let mut out = Vec::new();
            while let Some((0x04, Some(length), body)) = head(pieces) {
                let (piece, next) = body.split_at(length.min(body.len()));
                out.extend_from_slice(piece);
                pieces = next;
            }
            out
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Extracted, extract};
    use super::*;

    #[test]
    fn what_is_signed_is_read_and_what_is_enciphered_is_not() {
        let oid = |n: u8| [b"\x06\x09".as_slice(), FAMILY, &[n]].concat();
        let message = b"Content-Type: text/plain\r\n\r\npsoriasis";
        let whole = [
            &[0x30, 0x80][..],
            &oid(2),
            &[0xa0, 0x80, 0x30, 0x80, 2, 1, 1, 0x31, 0, 0x30, 0x80],
            &oid(1),
            &[0xa0, 0x80, 0x24, 0x80, 4, 10],
            &message[..10],
            &[4, 27],
            &message[10..],
            &[0; 8],
        ]
        .concat();
        assert!(extract(&whole).into_text().contains("psoriasis"));
        let hidden = [&[0x30, 0x80][..], &oid(3), &[0xa0, 0x80]].concat();
        assert_eq!(extract(&hidden), Extracted::Unreadable(Unreadable::Encrypted));
        let beside =
            [&[0x30, 0x80][..], &oid(2), &[0xa0, 0x80, 0x30, 0x80, 2, 1, 1, 0x31, 0, 0x30, 0x80], &oid(1), &[0, 0]]
                .concat();
        assert_eq!(extract(&beside), Extracted::Nothing);
    }
}
