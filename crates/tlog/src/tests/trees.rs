//! Trees, tiles and proofs against known answers and a second implementation.

use super::*;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;

/// The eight records and roots of the Certificate Transparency reference implementation.
const KNOWN: [(&str, &str); 8] = [
    ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
    ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
    ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
    ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
    ("606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
];

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

fn second_implementation(count: u64) -> MemoryBackedTree<sha2::Sha256, Vec<u8>> {
    let mut tree = MemoryBackedTree::new();
    (0..count).for_each(|i| tree.push(i.to_be_bytes().to_vec()));
    tree
}

fn joined(proof: &[Hash]) -> Vec<u8> {
    proof.iter().flat_map(|h| h.0).collect()
}

#[test]
fn roots_are_those_of_the_reference_implementation() {
    let mut edge = Edge::new();
    assert_eq!(edge.root(), EMPTY_ROOT);
    for (record, root) in KNOWN {
        edge.append(&[leaf_hash(&hex(record))]).unwrap();
        assert_eq!(edge.root().0.to_vec(), hex(root), "size {}", edge.size());
    }
}

#[test]
fn roots_and_inclusion_proofs_are_those_of_the_second_implementation() {
    for size in [1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 700, 1025] {
        let theirs = second_implementation(size);
        let (edge, tiles) = log(size);
        assert_eq!(edge.root().0[..], theirs.root().as_bytes()[..], "size {size}");
        for index in [0, 1, size / 3, size / 2, size - 1].into_iter().filter(|i| *i < size) {
            let needed = fetch(tiles_for_inclusion(index, size).unwrap(), &tiles);
            let proof = inclusion_proof(index, size, &needed).unwrap();
            assert_eq!(joined(&proof), theirs.prove_inclusion(index as usize).as_bytes(), "{index} of {size}");
        }
    }
}

#[test]
fn consistency_proofs_are_those_of_the_second_implementation() {
    let new = 700;
    let theirs = second_implementation(new);
    let (edge, tiles) = log(new);
    for old in [1, 2, 3, 128, 255, 256, 257, 300, 512, 699] {
        let needed = fetch(tiles_for_consistency(old, new).unwrap(), &tiles);
        let proof = consistency_proof(old, new, &needed).unwrap();
        assert_eq!(joined(&proof), theirs.prove_consistency((new - old) as usize).as_bytes(), "{old}");
        check_consistency(&proof, old, log(old).0.root(), new, edge.root()).unwrap();
    }
}

#[test]
fn a_tree_of_70_000_has_the_tiles_of_the_specification() {
    let (_, tiles) = log(70_000);
    let width = |level, index| tiles.get(TileId { level, index }).map(|b| b.len() / HASH_BYTES);
    assert!((0..273).all(|index| width(0, index) == Some(256)));
    assert_eq!((width(0, 273), width(0, 274)), (Some(112), None));
    assert_eq!((width(1, 0), width(1, 1), width(1, 2)), (Some(256), Some(17), None));
    assert_eq!((width(2, 0), width(3, 0)), (Some(1), None));
    for id in [TileId { level: 0, index: 273 }, TileId { level: 1, index: 1 }, TileId { level: 2, index: 0 }] {
        assert_eq!(id.bytes_in_tree(70_000), tiles.get(id).unwrap().len());
    }
    assert_eq!(TileId { level: 0, index: 274 }.bytes_in_tree(70_000), 0);
    assert_eq!(TileId { level: 3, index: 0 }.bytes_in_tree(70_000), 0);
    assert_eq!(TileId { level: 255, index: u64::MAX }.bytes_in_tree(u64::MAX), 0);
}

#[test]
fn only_changed_tiles_are_handed_out() {
    let (mut edge, _) = log(70_000);
    let ids = |tiles: Vec<Tile>| tiles.iter().map(|t| (t.id.level, t.id.index, t.width())).collect::<Vec<_>>();
    assert_eq!(ids(edge.append(&leaves(1)).unwrap()), [(0, 273, 113)]);
    assert_eq!(ids(edge.append(&leaves(143)).unwrap()), [(0, 273, 256), (1, 1, 18)]);
    assert_eq!(ids(edge.append(&[]).unwrap()), []);
    assert_eq!(ids(edge.append(&leaves(1)).unwrap()), [(0, 274, 1)]);
}

#[test]
fn an_older_root_is_computed_from_the_tiles_of_a_larger_tree() {
    let (_, tiles) = log(1000);
    for size in [0, 1, 255, 256, 257, 768, 999, 1000] {
        let needed = fetch(tiles_for_root(size).unwrap(), &tiles);
        assert_eq!(root_from_tiles(size, &needed).unwrap(), log(size).0.root(), "size {size}");
    }
    assert_eq!(
        root_from_tiles(1001, &tiles),
        Err(TlogError::Malformed("tile")),
        "a tile narrower than the tree isn't taken for a whole one"
    );
}

#[test]
fn missing_tiles_are_named() {
    let (_, tiles) = log(300);
    let id = TileId { level: 0, index: 1 };
    assert_eq!(inclusion_proof(299, 300, &TileSet::new()), Err(TlogError::MissingTile(id)));
    assert_eq!(Edge::load(300, &TileSet::new()).unwrap_err(), TlogError::MissingTile(id));
    let short = fetch(vec![id, TileId { level: 1, index: 0 }], &tiles);
    assert_eq!(Edge::load(301, &short).unwrap_err(), TlogError::MissingTile(id));
    assert_eq!(TileSet::new().insert(id, vec![0; 33]), Err(TlogError::Malformed("tile")));
    assert_eq!(TileSet::new().insert(id, vec![0; FULL_TILE_BYTES + 32]), Err(TlogError::Malformed("tile")));
}

#[test]
fn numbers_that_cannot_be_are_refused() {
    let (edge, tiles) = log(10);
    let (root, leaf) = (edge.root(), leaves(1)[0]);
    assert!(matches!(inclusion_proof(10, 10, &tiles), Err(TlogError::OutOfRange { .. })));
    assert!(matches!(consistency_proof(11, 10, &tiles), Err(TlogError::OutOfRange { .. })));
    assert!(matches!(check_inclusion(&[], 0, leaf, 0, root), Err(TlogError::OutOfRange { .. })));
    for size in [MAX_SIZE + 1, u64::MAX] {
        assert!(matches!(tiles_for_inclusion(1, size), Err(TlogError::TooLarge { .. })));
        assert!(matches!(tiles_for_root(size), Err(TlogError::TooLarge { .. })));
        assert!(matches!(check_inclusion(&[], 1, leaf, size, root), Err(TlogError::TooLarge { .. })));
        assert!(matches!(check_consistency(&[], 1, root, size, root), Err(TlogError::TooLarge { .. })));
        assert!(matches!(Edge::load(size, &tiles), Err(TlogError::TooLarge { .. })));
    }
    let long = vec![leaf; MAX_PROOF_HASHES + 1];
    assert!(matches!(check_inclusion(&long, 0, leaf, 10, root), Err(TlogError::TooLarge { .. })));
    // At the largest size nothing overflows.
    assert!(check_inclusion(&[leaf; 48], MAX_SIZE - 1, leaf, MAX_SIZE, root).is_err());
    assert_eq!(tiles_for_inclusion(MAX_SIZE - 1, MAX_SIZE).unwrap().len(), 6);
    assert!(Edge::tiles_needed(u64::MAX).len() <= 8);
}

#[test]
fn every_tree_continues_the_empty_one() {
    let (edge, tiles) = log(5);
    assert_eq!(consistency_proof(0, 5, &tiles).unwrap(), []);
    check_consistency(&[], 0, EMPTY_ROOT, 5, edge.root()).unwrap();
    check_consistency(&[], 0, EMPTY_ROOT, 0, EMPTY_ROOT).unwrap();
    check_consistency(&[], 5, edge.root(), 5, edge.root()).unwrap();
    assert!(check_consistency(&[], 0, edge.root(), 5, edge.root()).is_err());
    assert!(check_consistency(&[], 0, EMPTY_ROOT, 0, edge.root()).is_err());
    assert!(check_consistency(&[EMPTY_ROOT], 0, EMPTY_ROOT, 5, edge.root()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// However a log was cut into batches and taken up again from its tiles, it is the same log.
    #[test]
    fn batches_and_restarts_do_not_show(batches in prop::collection::vec(0_usize..300, 1..8)) {
        let all = leaves(batches.iter().sum::<usize>() as u64);
        let (mut tiles, mut done) = (TileSet::new(), 0);
        for batch in batches {
            let mut edge = Edge::load(done as u64, &fetch(Edge::tiles_needed(done as u64), &tiles)).unwrap();
            tiles.apply(edge.append(&all[done..done + batch]).unwrap());
            done += batch;
            prop_assert_eq!(edge.root(), root_from_tiles(done as u64, &tiles).unwrap());
        }
        let (edge, whole) = log(done as u64);
        prop_assert_eq!(edge.root(), root_from_tiles(done as u64, &tiles).unwrap());
        for id in Edge::tiles_needed(done as u64) {
            prop_assert_eq!(tiles.get(id), whole.get(id));
        }
    }

    /// A proof holds for what it was made for and for nothing else.
    #[test]
    fn a_changed_proof_does_not_hold(size in 2_u64..600, pick in any::<prop::sample::Index>(), bit in 0_usize..256) {
        let (edge, tiles) = log(size);
        let index = pick.index(size as usize) as u64;
        let (leaf, root) = (leaves(size)[index as usize], edge.root());
        let proof = inclusion_proof(index, size, &tiles).unwrap();
        prop_assert!(check_inclusion(&proof, index, leaf, size, root).is_ok());
        prop_assert!(check_inclusion(&proof, index, leaf_hash(b"other"), size, root).is_err());
        prop_assert!(check_inclusion(&proof, index, leaf, size, EMPTY_ROOT).is_err());
        prop_assert!(check_inclusion(&proof, (index + 1) % size, leaf, size, root).is_err());
        let mut bent = proof.clone();
        let hash = pick.index(proof.len());
        bent[hash].0[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(check_inclusion(&bent, index, leaf, size, root).is_err());
        prop_assert!(check_inclusion(&proof[1..], index, leaf, size, root).is_err());
        let longer = [&proof[..], &[leaf]].concat();
        prop_assert!(check_inclusion(&longer, index, leaf, size, root).is_err());
    }
}
