//! Passwords that nobody may choose, since guessers try them first: a list compiled in, and the operator's own.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Error, ErrorKind, Read as _, Result, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

/// Lower case, sorted by bytes, one a line; see `blocklist/README.md`.
const COMMON: &str = include_str!("blocklist/common.txt");
/// Largest plain list that is read into memory.
const MAX_PLAIN_BYTES: u64 = 64 << 20;
/// Longest line of a list of hashes: 40 digits, a colon and a count.
const MAX_HASH_LINE: u64 = 64;

/// What a packed list begins with.
const PACKED: &[u8; 16] = b"wardpost-breach1";
/// Bytes kept of each hash. Two passwords share them once in 2^64 / entries: a harmless refusal.
const PREFIX: usize = 8;

/// A list that the operator gives.
#[derive(Debug)]
pub(crate) enum OperatorList {
    /// Passwords, in lower case.
    Plain(HashSet<Box<str>>),
    /// SHA-1 hashes in upper-case hexadecimal, sorted, `HASH:count` a line, as Have I Been Pwned gives them. Stays on disk.
    Hashes(PathBuf),
    /// The first eight bytes of such hashes, sorted, behind [`PACKED`]: a fifth of the size. Stays on disk.
    Packed(PathBuf),
}

impl OperatorList {
    /// Reads a list. Which of the two kinds it is shows in its first line.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        let mut first = Vec::new();
        BufReader::new(&file).take(MAX_HASH_LINE).read_until(b'\n', &mut first)?;
        if hash_of_line(&first).is_some() {
            return Ok(Self::Hashes(path.to_owned()));
        }
        if first.starts_with(PACKED) {
            return Ok(Self::Packed(path.to_owned()));
        }
        if size > MAX_PLAIN_BYTES {
            return Err(Error::new(
                ErrorKind::FileTooLarge,
                "a plain list may have 64 MiB; give larger ones as sorted SHA-1",
            ));
        }
        let mut text = String::new();
        File::open(path)?.take(MAX_PLAIN_BYTES).read_to_string(&mut text)?;
        let lines = text.lines().map(|l| l.trim_end().to_lowercase()).filter(|l| !l.is_empty());
        Ok(Self::Plain(lines.map(String::into_boxed_str).collect()))
    }

    /// Whether the list has this password, as it is or in lower case. Reads the disk.
    pub(crate) fn contains(&self, password: &str) -> Result<bool> {
        match self {
            Self::Plain(words) => Ok(words.contains(password.to_lowercase().as_str())),
            Self::Hashes(path) => {
                let mut file = File::open(path)?;
                Ok(has_hash(&mut file, password)? || has_hash(&mut file, &password.to_lowercase())?)
            }
            Self::Packed(path) => {
                let mut file = File::open(path)?;
                Ok(has_prefix(&mut file, password)? || has_prefix(&mut file, &password.to_lowercase())?)
            }
        }
    }
}

/// Whether the list that is compiled in has this password, in whatever case.
pub(crate) fn is_common(password: &str) -> bool {
    let wanted = password.to_lowercase();
    let (mut low, mut high) = (0, COMMON.len());
    // Invariant: both are at the start of a line, or at the end.
    while low < high {
        let middle = line_start(low + (high - low) / 2);
        let line = COMMON.get(middle..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        match line.as_bytes().cmp(wanted.as_bytes()) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = middle + line.len() + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    false
}

fn line_start(at: usize) -> usize {
    let before = COMMON.as_bytes().get(..at).unwrap_or_default();
    before.iter().rposition(|b| *b == b'\n').map_or(0, |newline| newline + 1)
}

fn hash_of_line(line: &[u8]) -> Option<&[u8]> {
    let (hash, rest) = line.split_at_checked(40)?;
    let hexadecimal = hash.iter().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(b));
    (hexadecimal && rest.first().is_none_or(|b| matches!(b, b':' | b'\r' | b'\n'))).then_some(hash)
}

/// Packs a sorted list of `HASH:count` lines (Have I Been Pwned's form), leaving out what was seen fewer than `least` times.
/// Gives how many were kept.
///
/// # Errors
/// When a line is no hash, the list isn't sorted, or reading or writing fails.
pub fn pack(list: impl std::io::BufRead, mut into: impl std::io::Write, least: u64) -> Result<u64> {
    into.write_all(PACKED)?;
    let (mut kept, mut last) = (0_u64, [0; PREFIX]);
    for (number, line) in list.lines().enumerate() {
        let line = line?;
        let wrong = |what: &str| Error::new(ErrorKind::InvalidData, format!("line {}: {what}", number + 1));
        let hash = hash_of_line(line.as_bytes()).ok_or_else(|| wrong("not a SHA-1 hash in upper-case hexadecimal"))?;
        let count = line.split_once(':').map_or(Ok(1), |(_, n)| n.trim().parse());
        if count.map_err(|_| wrong("not a count"))? < least {
            continue;
        }
        let prefix = prefix_of(hash).ok_or_else(|| wrong("not a SHA-1 hash"))?;
        if prefix < last {
            return Err(wrong("not in order: take the list that is sorted by hash"));
        }
        if kept == 0 || prefix > last {
            into.write_all(&prefix)?;
            kept += 1;
        }
        last = prefix;
    }
    into.flush()?;
    Ok(kept)
}

fn prefix_of(hexadecimal: &[u8]) -> Option<[u8; PREFIX]> {
    let digits = std::str::from_utf8(hexadecimal.get(..PREFIX * 2)?).ok()?;
    Some(u64::from_str_radix(digits, 16).ok()?.to_be_bytes())
}

/// Looks a password's hash up in a packed list by halving.
fn has_prefix(file: &mut File, password: &str) -> Result<bool> {
    let whole = digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
    let wanted = whole.as_ref().get(..PREFIX).unwrap_or_default();
    let (mut low, mut high) = (0, file.metadata()?.len().saturating_sub(PACKED.len() as u64) / PREFIX as u64);
    while low < high {
        let middle = low + (high - low) / 2;
        let mut found = [0; PREFIX];
        file.seek(SeekFrom::Start(PACKED.len() as u64 + middle * PREFIX as u64))?;
        file.read_exact(&mut found)?;
        match found.as_slice().cmp(wanted) {
            std::cmp::Ordering::Equal => return Ok(true),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    Ok(false)
}

/// Looks a password's hash up in a sorted file by halving.
fn has_hash(file: &mut File, password: &str) -> Result<bool> {
    let wanted: String =
        digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes()).as_ref().iter().map(|b| format!("{b:02X}")).collect();
    let (mut low, mut high) = (0, file.metadata()?.len());
    while low < high {
        let middle = low + (high - low) / 2;
        // The first line that begins at or after the middle.
        let (start, line) = line_from(file, middle)?;
        let Some(hash) = hash_of_line(&line).filter(|_| start < high) else {
            high = middle;
            continue;
        };
        match hash.cmp(wanted.as_bytes()) {
            std::cmp::Ordering::Equal => return Ok(true),
            std::cmp::Ordering::Less => low = start + line.len() as u64,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    Ok(false)
}

fn line_from(file: &mut File, at: u64) -> Result<(u64, Vec<u8>)> {
    let mut start = at;
    file.seek(SeekFrom::Start(at.saturating_sub(1)))?;
    let mut reader = BufReader::with_capacity(256, file);
    if at > 0 {
        let mut skipped = Vec::new();
        reader.by_ref().take(MAX_HASH_LINE + 1).read_until(b'\n', &mut skipped)?;
        start = at - 1 + skipped.len() as u64;
    }
    let mut line = Vec::new();
    reader.take(MAX_HASH_LINE).read_until(b'\n', &mut line)?;
    Ok((start, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_is_found_and_its_neighbours_are_not() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert!(lines.len() > 15_000);
        assert!(lines.is_sorted_by(|a, b| a.as_bytes() < b.as_bytes()), "sorted, without doubles");
        for line in lines.iter().step_by(97).chain([lines.first().unwrap(), lines.last().unwrap()]) {
            assert!(is_common(line), "{line}");
            assert!(is_common(&line.to_uppercase()) || line.to_uppercase().to_lowercase() != **line, "{line}");
        }
        for absent in ["", "zzzzzzzzzzzzzzzzzzzzzz", "\u{10ffff}", "seven quiet herons wade", "!"] {
            assert!(!is_common(absent), "{absent}");
        }
    }

    fn file_of(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn the_operators_words_are_refused_in_any_case() {
        let file = file_of("Our Old Password\n\nzomer2026!\r\n");
        let list = OperatorList::open(file.path()).unwrap();
        assert!(list.contains("our old password").unwrap());
        assert!(list.contains("ZOMER2026!").unwrap());
        assert!(!list.contains("").unwrap());
    }

    #[test]
    fn hashes_are_found_on_disk_by_halving() {
        let sha1 = |p: &str| -> String {
            digest(&SHA1_FOR_LEGACY_USE_ONLY, p.as_bytes()).as_ref().iter().map(|b| format!("{b:02X}")).collect()
        };
        let words: Vec<String> = (0..500).map(|i| format!("breached {i}")).collect();
        let mut lines: Vec<String> =
            words.iter().enumerate().map(|(i, w)| format!("{}:{}", sha1(w), 10_u64.pow(i as u32 % 8))).collect();
        lines.sort();
        for end in ["\n", "\r\n"] {
            let file = file_of(&(lines.join(end) + end));
            let list = OperatorList::open(file.path()).unwrap();
            assert!(matches!(list, OperatorList::Hashes(_)));
            assert!(words.iter().all(|w| list.contains(w).unwrap()), "every one is found");
            assert!(list.contains("BREACHED 7").unwrap());
            assert!((500..1000).all(|i| !list.contains(&format!("breached {i}")).unwrap()));
        }
    }

    /// ASVS 6.2.12.
    #[test]
    fn a_packed_list_knows_the_same_passwords_and_leaves_out_the_rare() {
        let sha1 = |p: &str| -> String {
            digest(&SHA1_FOR_LEGACY_USE_ONLY, p.as_bytes()).as_ref().iter().map(|b| format!("{b:02X}")).collect()
        };
        let mut lines: Vec<String> = (0..10_000)
            .map(|i| format!("{}:{}", sha1(&format!("breached {i}")), if i % 2 == 0 { 100 } else { 99 }))
            .collect();
        lines.sort();
        let text = lines.join("\r\n");
        let mut packed = Vec::new();
        assert_eq!(pack(text.as_bytes(), &mut packed, 100).unwrap(), 5_000);
        assert_eq!(packed.len(), PACKED.len() + 5_000 * PREFIX);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &packed).unwrap();
        let list = OperatorList::open(file.path()).unwrap();
        assert!(matches!(list, OperatorList::Packed(_)));
        for i in 0..10_000 {
            assert_eq!(list.contains(&format!("breached {i}")).unwrap(), i % 2 == 0, "{i}");
        }
        assert!(list.contains("BREACHED 8").unwrap(), "in lower case too");
        lines.reverse();
        assert!(pack(lines.join("\n").as_bytes(), std::io::sink(), 1).is_err(), "not sorted");
        assert!(pack(&b"password\n"[..], std::io::sink(), 1).is_err(), "not hashes");
    }
}
