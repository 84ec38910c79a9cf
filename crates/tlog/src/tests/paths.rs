//! Tile paths.

use super::*;
use proptest::prelude::*;

#[test]
fn paths_are_those_of_the_specification() {
    let path = |level, index, width| tile_path(TileId { level, index }, width);
    assert_eq!(path(0, 1_234_067, 256), "tile/0/x001/x234/067");
    assert_eq!(path(0, 0, 1), "tile/0/000.p/1");
    assert_eq!(path(2, 67, 255), "tile/2/067.p/255");
    assert_eq!(path(1, 1000, 256), "tile/1/x001/000");
    let (mut edge, _) = log(255);
    let tiles = edge.append(&leaves(2)).unwrap();
    let paths: Vec<String> = tiles.iter().map(Tile::path).collect();
    assert_eq!(paths, ["tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"]);
}

#[test]
fn other_forms_of_a_path_are_refused() {
    for path in [
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "tile/0/1",
        "tile/0/0001",
        "tile/0/x001",
        "tile/0/001/000",
        "tile/0/x000/001",
        "tile/00/001",
        "tile/+1/001",
        "tile/0/+01",
        "tile/0/001.p/0",
        "tile/0/001.p/256",
        "tile/0/001.p/01",
        "tile/0/001.p/",
        "tile/0/001/",
        "/tile/0/001",
        "tile/64/001",
        "tile/256/001",
        "tile/7/000",
        "tile/0/xx001/000",
        "tile/0/001.p/1/2",
        "tile/0/x018/x446/x744/x073/x709/x551/616",
        "tile/data/001",
        "tile/0/../001",
        "tile/0/٠٠١",
    ] {
        assert_eq!(parse_tile_path(path), Err(TlogError::Malformed("tile path")), "{path}");
    }
}

proptest! {
    #[test]
    fn a_path_reads_back(level in 0_u8..=6, index in 0..=MAX_SIZE, width in 1_usize..=256) {
        let id = TileId { level, index };
        prop_assert_eq!(parse_tile_path(&tile_path(id, width)), Ok((id, width)));
    }
}
