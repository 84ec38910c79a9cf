//! Compound files (MS-CFB): mails of Outlook, office documents of before 2007, protected documents, embedded objects.

mod mapi;
mod ppt;
mod word;
mod xls;

pub(super) use mapi::{Properties, Value, write as write_message};

use super::{Output, Unreadable, charset, read as read_document};
use cfb::CompoundFile;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};

const MAX_STREAMS: usize = 20_000;
const MAX_STREAM: u64 = 32 << 20;
/// A stream of pictures that holds more than an icon or two.
const PICTURES: u64 = 30_000;

/// A compound file with the names of what it holds.
pub(super) struct Compound<'d> {
    file: CompoundFile<Cursor<&'d [u8]>>,
    /// Paths of the streams with their sizes.
    streams: Vec<(PathBuf, u64)>,
}

impl<'d> Compound<'d> {
    fn open(data: &'d [u8]) -> Result<Self, Unreadable> {
        let file = CompoundFile::open(Cursor::new(data)).map_err(|_| Unreadable::Damaged)?;
        let streams: Vec<(PathBuf, u64)> = file
            .walk()
            .take(MAX_STREAMS)
            .filter(cfb::Entry::is_stream)
            .map(|e| (e.path().to_path_buf(), e.len()))
            .collect();
        Ok(Self { file, streams })
    }

    fn has(&self, path: &str) -> bool {
        self.streams.iter().any(|(p, _)| p == Path::new(path))
    }

    /// A stream's bytes. The declared length is not believed: what comes out is counted.
    fn stream(&mut self, path: &Path, out: &mut Output) -> Result<Vec<u8>, Unreadable> {
        let limit = MAX_STREAM.min(out.budget);
        let stream = self.file.open_stream(path).map_err(|_| Unreadable::Damaged)?;
        let mut bytes = Vec::new();
        stream.take(limit + 1).read_to_end(&mut bytes).map_err(|_| Unreadable::Damaged)?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
            return Err(Unreadable::Bomb);
        }
        out.unpacked(bytes.len())?;
        Ok(bytes)
    }

    /// Streams directly within a storage.
    fn within(&self, storage: &Path) -> Vec<PathBuf> {
        self.streams.iter().filter(|(p, _)| p.parent() == Some(storage)).map(|(p, _)| p.clone()).collect()
    }
}

/// Reads a compound file by what it holds.
pub(super) fn read(data: &[u8], out: &mut Output, depth: u8) -> Result<(), Unreadable> {
    let mut file = Compound::open(data)?;
    if file.has("/EncryptedPackage") || file.has("/EncryptedSummary") {
        return Err(Unreadable::Encrypted);
    }
    if file.has("/__properties_version1.0") {
        return mapi::read(&mut file, Path::new("/"), out, depth);
    }
    let kind = ["/WordDocument", "/Workbook", "/Book", "/PowerPoint Document"].into_iter().find(|n| file.has(n));
    summary(&mut file, out);
    match kind {
        Some("/WordDocument") => word::read(&mut file, out)?,
        Some("/PowerPoint Document") => ppt::read(&mut file, out)?,
        Some(book) => {
            let bytes = file.stream(Path::new(book), out)?;
            xls::read(&bytes, out)?;
        }
        None => {}
    }
    let pictures =
        |(p, size): &(PathBuf, u64)| *size > PICTURES && (p == Path::new("/Data") || p == Path::new("/Pictures"));
    if file.streams.iter().any(pictures) {
        out.missing(Unreadable::Image);
    }
    let found = embedded(&mut file, out, depth)?;
    if kind.is_none() && !found {
        return Err(Unreadable::LegacyOffice);
    }
    Ok(())
}

/// Documents within: as packages of later office programs, as files that were dragged in. Whether there are any.
fn embedded(file: &mut Compound<'_>, out: &mut Output, depth: u8) -> Result<bool, Unreadable> {
    let mut found = false;
    for (path, _) in file.streams.clone() {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let inner = match name.as_str() {
            "Package" | "CONTENTS" | "Contents" => file.stream(&path, out)?,
            "\u{1}Ole10Native" => native(&file.stream(&path, out)?).unwrap_or_default(),
            // A document of the same kinds, kept in a storage of its own.
            "WordDocument" | "Workbook" | "PowerPoint Document" if path.components().count() > 2 => {
                out.missing(Unreadable::LegacyOffice);
                continue;
            }
            _ => continue,
        };
        found = true;
        let result = read_document(&inner, out, depth - 1);
        if result == Err(Unreadable::Bomb) {
            return Err(Unreadable::Bomb);
        }
        out.part(result);
    }
    Ok(found)
}

/// A file that was dragged in: names, then its bytes (MS-OLEDS 2.3.6 and common practice).
fn native(data: &[u8]) -> Option<Vec<u8>> {
    let after_text = |at: usize| Some(at + memchr::memchr(0, data.get(at..)?)? + 1);
    let number = |at: usize| usize::try_from(u32::from_le_bytes(data.get(at..at + 4)?.try_into().ok()?)).ok();
    let at = after_text(after_text(6)?)? + 4;
    let at = at + 4 + number(at)?;
    data.get(at + 4..at.checked_add(4)?.checked_add(number(at)?)?).map(<[u8]>::to_vec)
}

/// Title, subject, author, keywords, comments of a document (MS-OLEPS).
fn summary(file: &mut Compound<'_>, out: &mut Output) {
    let Ok(data) = file.stream(Path::new("/\u{5}SummaryInformation"), out) else { return };
    let number = |at: usize| -> Option<usize> {
        usize::try_from(u32::from_le_bytes(data.get(at..at.checked_add(4)?)?.try_into().ok()?)).ok()
    };
    let Some(start) = number(44) else { return };
    let entries = number(start + 4).unwrap_or(0).min(100);
    let mut texts = Vec::new();
    let mut page = 1252u32;
    for i in 0..entries {
        let (Some(id), Some(offset)) = (number(start + 8 + 8 * i), number(start + 12 + 8 * i)) else { break };
        let at = start.saturating_add(offset);
        match (id, number(at)) {
            (1, Some(2)) => page = number(at + 4).and_then(|n| u32::try_from(n & 0xffff).ok()).unwrap_or(1252),
            (2..=6 | 8, Some(30)) => {
                let length = number(at + 4).unwrap_or(0).min(10_000);
                texts.push((id, data.get(at + 8..(at + 8).saturating_add(length)).unwrap_or(b"").to_vec()));
            }
            _ => {}
        }
    }
    for (id, bytes) in texts {
        let labels =
            [(2, "Title"), (3, "Subject"), (4, "Author"), (5, "Keywords"), (6, "Comments"), (8, "Last author")];
        let label = labels.iter().find(|(n, _)| *n == id).map_or("", |(_, l)| l);
        let bytes = bytes.split(|b| *b == 0).next().unwrap_or(b"");
        out.line(label, &charset::decode(bytes, charset::of_code_page(page)));
    }
}
