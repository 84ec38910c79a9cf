//! Whatever is altered in a stored log is found and named.

use super::*;
use proptest::prelude::*;

/// Recomputes a whole log and compares every tile with what is stored: the loop that a caller writes.
fn verify(records: &[Hash], stored: &TileSet, heads: &[Checkpoint]) -> Result<(), Fault> {
    let mut verifier = StreamVerifier::new();
    let compare = |tiles: Vec<Tile>| {
        tiles.iter().try_for_each(|tile| StreamVerifier::compare(tile, stored.get(tile.id).unwrap_or_default()))
    };
    let mut fed = 0;
    for head in heads {
        let upto = (head.size as usize).min(records.len());
        compare(verifier.extend(records.get(fed..upto).unwrap_or_default()).unwrap())?;
        fed = fed.max(upto);
        verifier.check_head(head)?;
    }
    compare(verifier.extend(&records[fed..]).unwrap())?;
    compare(verifier.finish())
}

fn heads(sizes: &[u64]) -> Vec<Checkpoint> {
    sizes.iter().map(|size| head(*size, log(*size).0.root())).collect()
}

#[test]
fn an_unaltered_log_verifies_at_every_size() {
    for size in [0, 1, 255, 256, 257, 700, 66_000] {
        verify(&leaves(size), &log(size).1, &heads(&[0, size / 2, size])).unwrap();
    }
}

#[test]
fn an_altered_record_is_named() {
    let stored = log(700).1;
    for index in [0, 255, 256, 511, 699] {
        let mut records = leaves(700);
        records[index as usize] = leaf_hash(b"altered");
        let tile = TileId { level: 0, index: index / 256 };
        assert_eq!(verify(&records, &stored, &[]), Err(Fault::Leaf { index, tile }));
    }
}

#[test]
fn records_that_changed_places_are_named() {
    let mut records = leaves(700);
    records.swap(300, 301);
    let tile = TileId { level: 0, index: 1 };
    assert_eq!(verify(&records, &log(700).1, &[]), Err(Fault::Leaf { index: 300, tile }));
}

#[test]
fn a_record_altered_together_with_its_tiles_is_found_by_the_signed_root() {
    let mut records = leaves(700);
    records[300] = leaf_hash(b"altered");
    let (mut edge, mut tiles) = (Edge::new(), TileSet::new());
    tiles.apply(edge.append(&records).unwrap());
    assert_eq!(verify(&records, &tiles, &heads(&[200, 650])), Err(Fault::Root { size: 650 }));
}

#[test]
fn a_log_that_was_cut_off_or_grown_is_found() {
    let (records, tiles) = (leaves(700), log(700).1);
    assert_eq!(verify(&records[..600], &log(600).1, &heads(&[700])), Err(Fault::Truncated { signed: 700, found: 600 }));
    let tile = TileId { level: 0, index: 2 };
    let cut = verify(&records[..600], &tiles, &[]);
    assert_eq!(cut, Err(Fault::TileLength { tile, expected: 88 * 32, found: 188 * 32 }));
    let missing = verify(&records, &log(512).1, &[]);
    assert_eq!(missing, Err(Fault::TileLength { tile, expected: 188 * 32, found: 0 }));
    assert_eq!(verify(&records, &tiles, &heads(&[700, 600])), Err(Fault::CheckpointPassed { size: 600 }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A flipped bit anywhere in the stored tiles is found, and the hash that it is in is named.
    #[test]
    fn a_flipped_bit_in_a_tile_is_named(pick in any::<prop::sample::Index>(), place in any::<prop::sample::Index>()) {
        let (_, mut tiles) = log(700);
        let ids: Vec<TileId> = (0..3).map(|index| TileId { level: 0, index }).chain([TileId { level: 1, index: 0 }]).collect();
        let id = ids[pick.index(ids.len())];
        let mut bytes = tiles.get(id).unwrap().to_vec();
        let at = place.index(bytes.len());
        bytes[at] ^= 1;
        tiles.insert(id, bytes).unwrap();
        let position = at / HASH_BYTES;
        let fault = if id.level == 0 {
            Fault::Leaf { index: id.index * 256 + position as u64, tile: id }
        } else {
            let first_leaf = position as u64 * 256;
            Fault::Node { tile: id, position, first_leaf, last_leaf: first_leaf + 255 }
        };
        prop_assert_eq!(verify(&leaves(700), &tiles, &[]), Err(fault));
    }
}
