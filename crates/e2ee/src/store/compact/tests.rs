use super::*;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Kind {
    Plain,
    One(u32),
    Two(i64, Option<bool>),
    Named { text: String, bytes: Vec<u8> },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Whole {
    kinds: Vec<Kind>,
    map: BTreeMap<String, (u8, i8)>,
    array: [u8; 4],
    none: Option<u64>,
    unit: (),
    numbers: Vec<u64>,
    nested: Vec<Vec<u8>>,
}

fn whole() -> Whole {
    Whole {
        kinds: vec![
            Kind::Plain,
            Kind::One(u32::MAX),
            Kind::Two(i64::MIN, Some(true)),
            Kind::Named { text: "é".into(), bytes: (0..=255).collect() },
            Kind::Named { text: String::new(), bytes: vec![] },
        ],
        map: BTreeMap::from([("a".into(), (255, -128)), ("b".into(), (0, 127))]),
        array: [0, 1, 254, 255],
        none: None,
        unit: (),
        numbers: vec![0, 127, 128, u64::MAX],
        nested: vec![vec![], vec![1], vec![2, 3]],
    }
}

#[test]
fn a_value_reads_as_it_was_written() {
    let bytes = write(&whole(), 0).unwrap();
    assert_eq!(read::<Whole>(&bytes), Ok(whole()));
    assert_eq!(*write(&whole(), 1000).unwrap(), *bytes, "whatever size was expected");
}

#[test]
fn bytes_take_a_byte_each() {
    let long = vec![200_u8; 1000];
    assert_eq!(write(&long, 0).unwrap().len(), 1003);
}

#[test]
fn a_field_that_was_added_or_dropped_since_does_no_harm() {
    #[derive(Serialize)]
    struct Before {
        gone: Vec<Kind>,
        kept: u8,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    struct After {
        #[serde(default)]
        new: Option<u8>,
        kept: u8,
    }
    let bytes = write(&Before { gone: whole().kinds, kept: 3 }, 0).unwrap();
    assert_eq!(read::<After>(&bytes), Ok(After { new: None, kept: 3 }));
}

#[test]
fn what_was_cut_off_or_goes_on_is_refused() {
    let mut bytes = write(&whole(), 0).unwrap().to_vec();
    for length in 0..bytes.len() {
        assert_eq!(read::<Whole>(&bytes[..length]), Err(Failed), "{length}");
    }
    bytes.push(0);
    assert_eq!(read::<Whole>(&bytes), Err(Failed));
}

#[test]
fn deep_nesting_is_refused() {
    let deep: Vec<u8> = [tag::LIST, 1].repeat(100_000);
    assert_eq!(read::<serde_json::Value>(&deep), Err(Failed));
    assert_eq!(read::<Vec<serde_json::Value>>(&deep), Err(Failed));
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        "[a-zé]{0,8}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
            proptest::collection::btree_map("[a-z]{0,4}", inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn anything_reads_as_it_was_written(value in json()) {
        prop_assert_eq!(read::<serde_json::Value>(&write(&value, 0).unwrap()), Ok(value));
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(0_u8..16, 0..60)) {
        let _ = read::<serde_json::Value>(&bytes);
        let _ = read::<Whole>(&bytes);
    }
}
