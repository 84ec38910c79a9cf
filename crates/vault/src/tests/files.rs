//! Sealed files.

use super::*;
use proptest::prelude::*;

const FILE: Purpose = Purpose::new("test.file");

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|i| ((i * 31) >> 3) as u8).collect()
}

fn data_key() -> DataKey {
    futures(async { org().await.bucket(&class(), month("2046-11")).await.unwrap().make_data_key(b"row").0 })
}

pub(crate) fn futures<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Lengths about the borders of chunks.
const LENGTHS: [usize; 7] =
    [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 700];

#[test]
fn a_file_of_any_length_comes_back() {
    let key = data_key();
    for length in LENGTHS {
        let plain = bytes(length);
        let sealed = key.seal_file(FILE, b"blob", &plain);
        let layout = FileLayout::of_plain(length as u64);
        assert_eq!(sealed.len() as u64, layout.sealed_bytes());
        assert_eq!(FileLayout::of_sealed(sealed.len() as u64).unwrap(), layout);
        assert_eq!(*key.open_file(FILE, b"blob", &sealed).unwrap(), plain, "{length} bytes");
    }
}

#[test]
fn streams_and_slices_are_the_same_format() {
    let key = data_key();
    for length in LENGTHS {
        let plain = bytes(length);
        let mut sealed = Vec::new();
        let written = key.file_sealer(FILE, b"blob").seal_all(&plain[..], &mut sealed).unwrap();
        assert_eq!(written, length as u64);
        assert_eq!(*key.open_file(FILE, b"blob", &sealed).unwrap(), plain);

        let sealed = key.seal_file(FILE, b"blob", &plain);
        let mut opened = Vec::new();
        let opener = key.file_opener(FILE, b"blob", &sealed[..HEADER_BYTES]).unwrap();
        // A reader that gives one byte at a time must not be taken for one that has ended.
        let slow = SlowReader(&sealed[HEADER_BYTES..]);
        assert_eq!(opener.open_all(slow, &mut opened).unwrap(), length as u64);
        assert_eq!(opened, plain);
    }
}

struct SlowReader<'a>(&'a [u8]);

impl std::io::Read for SlowReader<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let part = self.0.len().min(into.len()).min(977);
        into[..part].copy_from_slice(&self.0[..part]);
        self.0 = &self.0[part..];
        Ok(part)
    }
}

#[test]
fn any_part_of_a_file_is_read_by_itself() {
    let key = data_key();
    let plain = bytes(3 * CHUNK_BYTES + 700);
    let sealed = key.seal_file(FILE, b"blob", &plain);
    let layout = FileLayout::of_sealed(sealed.len() as u64).unwrap();
    let opener = key.file_opener(FILE, b"blob", &sealed[..HEADER_BYTES]).unwrap();
    for offset in [0, CHUNK_BYTES - 1, CHUNK_BYTES, 2 * CHUNK_BYTES + 5, plain.len() - 1] {
        let (number, place) = layout.locate(offset as u64).unwrap();
        let (range, last) = layout.sealed_range(number).unwrap();
        let mut chunk = Vec::new();
        opener.open_chunk(number, last, &sealed[range.start as usize..range.end as usize], &mut chunk).unwrap();
        assert_eq!(chunk[place], plain[offset]);
    }
    assert_eq!((layout.locate(plain.len() as u64), layout.sealed_range(4)), (None, None));
}

#[test]
fn a_file_that_was_cut_off_is_refused() {
    let key = data_key();
    for length in LENGTHS {
        let sealed = key.seal_file(FILE, b"blob", &bytes(length));
        // Off by a byte, by a tag, by a chunk, at a chunk's border, to nothing but the header, to less.
        let chunks = FileLayout::of_plain(length as u64).chunks() as usize;
        let border = HEADER_BYTES + (chunks - 1) * SEALED_CHUNK_BYTES;
        for cut in [sealed.len() - 1, sealed.len() - 16, border, border + 16, HEADER_BYTES, 3, 0] {
            if cut < sealed.len() {
                assert!(key.open_file(FILE, b"blob", &sealed[..cut]).is_err(), "{length} bytes cut to {cut}");
            }
        }
        let longer = [&sealed[..], &[0]].concat();
        assert!(key.open_file(FILE, b"blob", &longer).is_err());
    }
}

#[test]
fn chunks_do_not_change_places_nor_files() {
    let key = data_key();
    let sealed = key.seal_file(FILE, b"blob", &bytes(3 * CHUNK_BYTES));
    let chunk = |n: usize| HEADER_BYTES + n * SEALED_CHUNK_BYTES..HEADER_BYTES + (n + 1) * SEALED_CHUNK_BYTES;
    let mut swapped = sealed.clone();
    swapped[chunk(0)].copy_from_slice(&sealed[chunk(1)]);
    swapped[chunk(1)].copy_from_slice(&sealed[chunk(0)]);
    assert!(matches!(key.open_file(FILE, b"blob", &swapped), Err(VaultError::Refused)));
    let mut doubled = sealed.clone();
    doubled.splice(chunk(1).start..chunk(1).start, sealed[chunk(0)].iter().copied());
    assert!(matches!(key.open_file(FILE, b"blob", &doubled), Err(VaultError::Refused)));
    // The same place of another version of the same file.
    let other = key.seal_file(FILE, b"blob", &bytes(3 * CHUNK_BYTES));
    let mut mixed = sealed.clone();
    mixed[chunk(1)].copy_from_slice(&other[chunk(1)]);
    assert!(matches!(key.open_file(FILE, b"blob", &mixed), Err(VaultError::Refused)));
}

#[test]
fn a_file_opens_only_with_its_id_purpose_and_key() {
    let (key, other) = (data_key(), data_key());
    let sealed = key.seal_file(FILE, b"blob", b"content");
    assert!(matches!(key.open_file(FILE, b"blub", &sealed), Err(VaultError::Refused)));
    assert!(matches!(key.open_file(BODY, b"blob", &sealed), Err(VaultError::Refused)));
    assert!(matches!(other.open_file(FILE, b"blob", &sealed), Err(VaultError::Refused)));
    // Nor is a file a column of content, or the other way round.
    assert!(key.open(FILE, b"blob", &sealed).is_err());
    assert!(key.open_file(FILE, b"blob", &key.seal(FILE, b"blob", b"content")).is_err());
}

#[test]
fn a_sealer_takes_no_chunk_out_of_order() {
    let key = data_key();
    let mut out = Vec::new();
    let mut sealer = key.file_sealer(FILE, b"blob");
    assert!(matches!(sealer.seal_next(b"short", false, &mut out), Err(VaultError::Chunk(_))));
    assert!(matches!(sealer.seal_next(&bytes(CHUNK_BYTES + 1), true, &mut out), Err(VaultError::Chunk(_))));
    sealer.seal_next(&bytes(CHUNK_BYTES), false, &mut out).unwrap();
    assert!(matches!(sealer.seal_next(b"", true, &mut out), Err(VaultError::Chunk(_))), "an empty last chunk");
    sealer.seal_next(b"end", true, &mut out).unwrap();
    let length = out.len();
    assert!(matches!(sealer.seal_next(b"more", true, &mut out), Err(VaultError::Chunk(_))));
    assert_eq!(out.len(), length);
}

#[test]
fn lengths_that_no_sealed_file_has_are_refused() {
    for length in [0, 7, 8, 23, 8 + SEALED_CHUNK_BYTES as u64 + 1, 8 + SEALED_CHUNK_BYTES as u64 + 16, u64::MAX] {
        assert!(matches!(FileLayout::of_sealed(length), Err(VaultError::Refused)), "{length}");
    }
    assert_eq!(FileLayout::of_sealed(24).unwrap().plain_bytes(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_flipped_bit_anywhere_in_a_file_is_noticed(
        length in 0_usize..70_000,
        at in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let key = data_key();
        let mut sealed = key.seal_file(FILE, b"blob", &bytes(length));
        let at = at.index(sealed.len());
        sealed[at] ^= 1 << bit;
        prop_assert!(key.open_file(FILE, b"blob", &sealed).is_err());
    }

    #[test]
    fn a_layout_agrees_with_itself(length in 0_u64..1 << 50) {
        let layout = FileLayout::of_plain(length);
        if layout.chunks() <= 1 << 32 {
            prop_assert_eq!(FileLayout::of_sealed(layout.sealed_bytes()).unwrap(), layout);
        } else {
            prop_assert!(FileLayout::of_sealed(layout.sealed_bytes()).is_err());
        }
    }
}
