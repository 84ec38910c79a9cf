//! Files, sealed in chunks: STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) with AES-256-GCM.
//!
//! ```text
//! version 1 ‖ nonce prefix 7 ‖ chunk 0 ‖ chunk 1 ‖ … ‖ last chunk
//! chunk: up to 64 KiB sealed ‖ tag 16       nonce: prefix 7 ‖ number u32 big-endian ‖ 1 if last, else 0
//! ```
//!
//! All chunks but the last are full; the last is empty only in an empty file. So a file that was cut off at a chunk's
//! border has no last chunk, chunks can't change places, and any one can be opened by itself. The key is derived from
//! the file's data key, purpose and id; purpose and id are the associated data of each chunk.

use crate::crypto::{Gcm, NONCE_BYTES, TAG_BYTES, delimited};
use crate::envelope::{VERSION, versioned};
use crate::{Purpose, VaultError};
use std::fmt;
use std::io::{Read, Write};
use std::ops::Range;
use zeroize::Zeroizing;

/// Plain bytes in a chunk.
pub const CHUNK_BYTES: usize = 64 * 1024;
/// Sealed bytes of a full chunk.
pub const SEALED_CHUNK_BYTES: usize = CHUNK_BYTES + TAG_BYTES;
/// Bytes before the first chunk.
pub const HEADER_BYTES: usize = 1 + PREFIX_BYTES;

const PREFIX_BYTES: usize = 7;
const OUT_OF_ORDER: VaultError = VaultError::Chunk("only the last chunk may be short, and nothing follows it");
const TOO_LONG: VaultError = VaultError::Chunk("the file has more than 2^32 chunks");

/// What sealing and opening have in common.
struct Chunks {
    key: Gcm,
    prefix: [u8; PREFIX_BYTES],
    aad: Vec<u8>,
}

impl Chunks {
    fn new(key: Gcm, prefix: [u8; PREFIX_BYTES], purpose: Purpose, blob_id: &[u8]) -> Self {
        Self { key, prefix, aad: delimited(&[b"file", purpose.as_str().as_bytes(), blob_id]) }
    }

    fn nonce(&self, number: u32, last: bool) -> [u8; NONCE_BYTES] {
        let [a, b, c, d, e, f, g] = self.prefix;
        let [h, i, j, k] = number.to_be_bytes();
        [a, b, c, d, e, f, g, h, i, j, k, u8::from(last)]
    }
}

/// Seals a file chunk by chunk.
pub struct FileSealer {
    chunks: Chunks,
    next: Option<u32>,
}

impl fmt::Debug for FileSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileSealer(next chunk {:?})", self.next)
    }
}

impl FileSealer {
    pub(crate) fn new(key: Gcm, purpose: Purpose, blob_id: &[u8]) -> Self {
        Self { chunks: Chunks::new(key, crate::random_bytes(), purpose, blob_id), next: Some(0) }
    }

    /// What the sealed file begins with.
    #[must_use]
    pub fn header(&self) -> [u8; HEADER_BYTES] {
        let [a, b, c, d, e, f, g] = self.chunks.prefix;
        [VERSION, a, b, c, d, e, f, g]
    }

    /// Seals the next chunk and appends it to `out`. All but the last are [`CHUNK_BYTES`] long; the last is shorter or
    /// as long, and empty only if it is the first.
    ///
    /// # Errors
    /// [`VaultError::Chunk`] when that isn't so; nothing is appended then.
    pub fn seal_next(&mut self, plain: &[u8], last: bool, out: &mut Vec<u8>) -> Result<(), VaultError> {
        let number = self.next.ok_or(OUT_OF_ORDER)?;
        let fits = if last { plain.len() <= CHUNK_BYTES } else { plain.len() == CHUNK_BYTES };
        if !fits || (plain.is_empty() && number > 0) {
            return Err(OUT_OF_ORDER);
        }
        self.next = if last { None } else { Some(number.checked_add(1).ok_or(TOO_LONG)?) };
        let start = out.len();
        out.reserve(plain.len() + TAG_BYTES);
        out.extend_from_slice(plain);
        self.chunks.key.seal_tail(self.chunks.nonce(number, last), &self.chunks.aad, out, start);
        Ok(())
    }

    /// Seals all that `from` gives and writes header and chunks to `to`; returns the plain length.
    ///
    /// # Errors
    /// [`VaultError::Io`], [`VaultError::Chunk`] beyond 2^32 chunks.
    pub fn seal_all(mut self, mut from: impl Read, mut to: impl Write) -> Result<u64, VaultError> {
        to.write_all(&self.header())?;
        let (mut chunk, mut ahead) = (Zeroizing::new(Vec::new()), Zeroizing::new(Vec::new()));
        let mut sealed = Vec::with_capacity(SEALED_CHUNK_BYTES);
        let mut total = 0;
        read_chunk(&mut from, CHUNK_BYTES, &mut chunk)?;
        loop {
            // A chunk is the last if nothing comes after it.
            read_chunk(&mut from, CHUNK_BYTES, &mut ahead)?;
            sealed.clear();
            self.seal_next(&chunk, ahead.is_empty(), &mut sealed)?;
            to.write_all(&sealed)?;
            total += chunk.len() as u64;
            if ahead.is_empty() {
                return Ok(total);
            }
            std::mem::swap(&mut chunk, &mut ahead);
        }
    }
}

/// Opens a file, chunk by chunk in any order, or as a whole.
pub struct FileOpener {
    chunks: Chunks,
}

impl fmt::Debug for FileOpener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileOpener(…)")
    }
}

impl FileOpener {
    pub(crate) fn new(key: Gcm, purpose: Purpose, blob_id: &[u8], header: &[u8]) -> Result<Self, VaultError> {
        let prefix = versioned(header)?.first_chunk().ok_or(VaultError::Envelope)?;
        Ok(Self { chunks: Chunks::new(key, *prefix, purpose, blob_id) })
    }

    /// Opens chunk `number` and appends it to `out`. Say whether it is the last one by [`FileLayout`]; a wrong answer
    /// is refused, which is how a file that was cut off is found out.
    ///
    /// # Errors
    /// [`VaultError::Refused`]; nothing is appended then.
    pub fn open_chunk(&self, number: u32, last: bool, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), VaultError> {
        let full = sealed.len() == SEALED_CHUNK_BYTES;
        let empty = sealed.len() <= TAG_BYTES;
        if sealed.len() > SEALED_CHUNK_BYTES || (!last && !full) || (empty && number > 0) {
            return Err(VaultError::Refused);
        }
        self.chunks.key.open_into(self.chunks.nonce(number, last), &self.chunks.aad, sealed, out)
    }

    /// Opens all chunks that `from` gives (the header was read off) and writes the plain bytes to `to`; returns their
    /// number. Each chunk is written once it is verified; only when this returns is it certain that the file is whole.
    ///
    /// # Errors
    /// [`VaultError::Refused`], [`VaultError::Io`].
    pub fn open_all(&self, mut from: impl Read, mut to: impl Write) -> Result<u64, VaultError> {
        let (mut sealed, mut ahead) = (Vec::new(), Vec::new());
        let mut plain = Zeroizing::new(Vec::with_capacity(CHUNK_BYTES));
        let mut total = 0;
        read_chunk(&mut from, SEALED_CHUNK_BYTES, &mut sealed)?;
        for number in 0..=u32::MAX {
            read_chunk(&mut from, SEALED_CHUNK_BYTES, &mut ahead)?;
            plain.clear();
            self.open_chunk(number, ahead.is_empty(), &sealed, &mut plain)?;
            to.write_all(&plain)?;
            total += plain.len() as u64;
            if ahead.is_empty() {
                return Ok(total);
            }
            std::mem::swap(&mut sealed, &mut ahead);
        }
        Err(TOO_LONG)
    }
}

/// Reads up to `size` bytes, fewer only at the end.
fn read_chunk(from: &mut impl Read, size: usize, into: &mut Vec<u8>) -> std::io::Result<()> {
    into.clear();
    into.reserve(size);
    from.by_ref().take(size as u64).read_to_end(into).map(|_| ())
}

pub(crate) fn seal_file(mut sealer: FileSealer, plain: &[u8]) -> Vec<u8> {
    let layout = FileLayout::of_plain(plain.len() as u64);
    let mut out = Vec::with_capacity(layout.sealed_bytes() as usize);
    out.extend_from_slice(&sealer.header());
    let mut chunks = plain.chunks(CHUNK_BYTES).peekable();
    loop {
        let chunk = chunks.next().unwrap_or(&[]);
        let last = chunks.peek().is_none();
        sealer
            .seal_next(chunk, last, &mut out)
            .expect("chunks of a slice come in order, and memory is too small for 2^32");
        if last {
            return out;
        }
    }
}

pub(crate) fn open_file(opener: FileOpener, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let body = sealed.get(HEADER_BYTES..).ok_or(VaultError::Envelope)?;
    let mut out = Zeroizing::new(Vec::with_capacity(body.len()));
    opener.open_all(body, &mut *out)?;
    Ok(out)
}

/// Where the chunks of a file lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileLayout {
    plain: u64,
    chunks: u64,
}

impl FileLayout {
    /// Of a file with this many plain bytes.
    #[must_use]
    pub fn of_plain(bytes: u64) -> Self {
        Self { plain: bytes, chunks: bytes.div_ceil(CHUNK_BYTES as u64).max(1) }
    }

    /// Of a sealed file of this many bytes, header and all.
    ///
    /// # Errors
    /// [`VaultError::Refused`] when no sealed file has this length.
    pub fn of_sealed(bytes: u64) -> Result<Self, VaultError> {
        let body = bytes.checked_sub(HEADER_BYTES as u64).ok_or(VaultError::Refused)?;
        let chunks = body.div_ceil(SEALED_CHUNK_BYTES as u64);
        let plain = chunks.checked_mul(TAG_BYTES as u64).and_then(|tags| body.checked_sub(tags));
        let layout = Self::of_plain(plain.ok_or(VaultError::Refused)?);
        if layout.sealed_bytes() == bytes && layout.chunks <= 1 << 32 { Ok(layout) } else { Err(VaultError::Refused) }
    }

    /// Plain bytes.
    #[must_use]
    pub fn plain_bytes(&self) -> u64 {
        self.plain
    }

    /// Sealed bytes, header and all.
    #[must_use]
    pub fn sealed_bytes(&self) -> u64 {
        self.plain.saturating_add(self.chunks * TAG_BYTES as u64).saturating_add(HEADER_BYTES as u64)
    }

    /// Number of chunks, at least one.
    #[must_use]
    pub fn chunks(&self) -> u64 {
        self.chunks
    }

    /// The chunk that has the plain byte at `offset`: its number, and the byte's place in it.
    #[must_use]
    pub fn locate(&self, offset: u64) -> Option<(u32, usize)> {
        if offset >= self.plain {
            return None;
        }
        let number = u32::try_from(offset / CHUNK_BYTES as u64).ok()?;
        Some((number, (offset % CHUNK_BYTES as u64) as usize))
    }

    /// The bytes of the sealed file that are chunk `number`, and whether it is the last; `None` beyond the end.
    #[must_use]
    pub fn sealed_range(&self, number: u32) -> Option<(Range<u64>, bool)> {
        let number = u64::from(number);
        if number >= self.chunks {
            return None;
        }
        let start = HEADER_BYTES as u64 + number * SEALED_CHUNK_BYTES as u64;
        let last = number + 1 == self.chunks;
        let end = if last { self.sealed_bytes() } else { start + SEALED_CHUNK_BYTES as u64 };
        Some((start..end, last))
    }
}
