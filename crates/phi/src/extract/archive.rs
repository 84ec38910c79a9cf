//! Archives beside ZIP: TAR and GZIP are opened; other kinds are known by their first bytes and said to be unreadable.

use super::{Output, Unreadable, read as read_document};
use std::io::Read as _;

/// Most bytes that a compressed file may unpack to, and how many times its size above one megabyte.
const MAX_UNPACKED: u64 = 32 << 20;
const MAX_RATIO: u64 = 200;
const MAX_FILES: usize = 2_000;
const BLOCK: usize = 512;

/// Reads an archive. None: it is none.
pub(super) fn read(data: &[u8], out: &mut Output, depth: u8) -> Option<Result<(), Unreadable>> {
    const CLOSED: [&[u8]; 9] = [
        b"7z\xBC\xAF\x27\x1C",
        b"Rar!\x1A\x07",
        b"\xFD7zXZ\0",
        b"\x28\xB5\x2F\xFD",
        b"\x04\x22\x4D\x18",
        b"MSCF\0\0\0\0",
        b"LZIP",
        b"\x1F\x9D\x90",
        b"!<arch>\n",
    ];
    if data.starts_with(b"\x1F\x8B\x08") {
        return Some(gzip(data, out, depth));
    }
    if data.get(257..262) == Some(b"ustar") {
        return Some(tar(data, out, depth));
    }
    let bzip = data.starts_with(b"BZh") && data.get(4..10) == Some(b"1AY&SY");
    (bzip || CLOSED.iter().any(|m| data.starts_with(m))).then_some(Err(Unreadable::Archive))
}

fn gzip(data: &[u8], out: &mut Output, depth: u8) -> Result<(), Unreadable> {
    let packed = u64::try_from(data.len()).unwrap_or(u64::MAX);
    let limit = MAX_UNPACKED.min(out.budget).min((1u64 << 20).max(packed.saturating_mul(MAX_RATIO)));
    let mut bytes = Vec::new();
    let whole = flate2::read::MultiGzDecoder::new(data).take(limit + 1).read_to_end(&mut bytes).is_ok();
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(Unreadable::Bomb);
    }
    out.unpacked(bytes.len())?;
    if !whole {
        out.missing(Unreadable::Damaged);
    }
    read_document(&bytes, out, depth - 1)
}

/// POSIX ustar with GNU's and pax' long names.
fn tar(data: &[u8], out: &mut Output, depth: u8) -> Result<(), Unreadable> {
    let mut rest = data;
    let mut long_name: Option<String> = None;
    for count in 0.. {
        let Some((head, after)) = rest.split_at_checked(BLOCK) else { break };
        let name = text(head.get(..100).unwrap_or(b""));
        if name.is_empty() {
            break;
        }
        if count >= MAX_FILES {
            return Err(Unreadable::Bomb);
        }
        let size = size(head.get(124..136).unwrap_or(b"")).ok_or(Unreadable::Damaged)?;
        let (Some(body), padded) = (after.get(..size), size.div_ceil(BLOCK).saturating_mul(BLOCK)) else {
            out.missing(Unreadable::Damaged);
            break;
        };
        rest = after.get(padded..).unwrap_or(b"");
        match head.get(156).copied().unwrap_or(0) {
            b'L' => long_name = Some(text(body)),
            b'x' => {
                let records = text(body);
                long_name = records.split_once("path=").and_then(|(_, r)| r.lines().next()).map(str::to_owned);
            }
            0 | b'0' | b'7' => {
                let name = long_name.take().unwrap_or(name);
                out.push(&format!("{}\n", name.replace(['_', '/'], " ")));
                let result = read_document(body, out, depth - 1);
                if result == Err(Unreadable::Bomb) {
                    return result;
                }
                out.part(result);
            }
            _ => {}
        }
    }
    Ok(())
}

fn text(field: &[u8]) -> String {
    let end = memchr::memchr(0, field).unwrap_or(field.len());
    String::from_utf8_lossy(field.get(..end).unwrap_or(b"")).into_owned()
}

/// Octal digits, or a binary number whose first bit is set.
fn size(field: &[u8]) -> Option<usize> {
    if field.first().is_some_and(|b| b & 0x80 != 0) {
        return field.iter().skip(4).try_fold(0usize, |n, b| n.checked_mul(256)?.checked_add(usize::from(*b)));
    }
    let digits = field.iter().filter(|b| b.is_ascii_digit());
    digits.take(12).try_fold(0usize, |n, b| n.checked_mul(8)?.checked_add(usize::from(b.saturating_sub(b'0'))))
}

#[cfg(test)]
mod tests {
    use super::super::{Extracted, extract};
    use super::*;
    use std::io::Write as _;

    fn tarred(name: &str, body: &[u8]) -> Vec<u8> {
        let mut head = vec![0u8; BLOCK];
        head[..name.len()].copy_from_slice(name.as_bytes());
        head[124..135].copy_from_slice(format!("{:011o}", body.len()).as_bytes());
        head[156] = b'0';
        head[257..262].copy_from_slice(b"ustar");
        head.extend(body);
        head.resize(head.len().div_ceil(BLOCK) * BLOCK + 2 * BLOCK, 0);
        head
    }
    fn zipped(data: &[u8]) -> Vec<u8> {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gz.write_all(data).unwrap();
        gz.finish().unwrap()
    }

    #[test]
    fn files_in_tar_in_gzip_are_read() {
        let data = zipped(&tarred("map/uitslag_Jansen.txt", b"psoriasis"));
        let text = extract(&data).into_text();
        assert!(text.contains("uitslag Jansen.txt") && text.contains("psoriasis"), "{text}");
        let cut = extract(&data[..data.len() - 12]);
        assert!(!matches!(cut, Extracted::Text { complete: true, .. } | Extracted::Nothing), "{cut:?}");
    }

    #[test]
    fn what_unpacks_to_too_much_or_is_of_another_kind_is_said_so() {
        let bomb = zipped(&vec![0u8; 40 << 20]);
        assert_eq!(extract(&bomb), Extracted::Unreadable(Unreadable::Bomb));
        assert_eq!(extract(&zipped(&bomb)), Extracted::Unreadable(Unreadable::Bomb));
        let mut size = tarred("a", b"text");
        size[124..135].copy_from_slice(b"77777777777");
        assert_eq!(extract(&size), Extracted::Unreadable(Unreadable::Damaged));
        for magic in [&b"7z\xBC\xAF\x27\x1C\0\x04"[..], b"Rar!\x1A\x07\x01\0", b"BZh91AY&SY\0\0"] {
            assert_eq!(extract(magic), Extracted::Unreadable(Unreadable::Archive));
        }
    }
}
