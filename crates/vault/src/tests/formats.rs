//! Formats that must never change: what version 1 wrote, every later version reads.

use super::*;
use crate::crypto::{Secret, Xaes, delimited};
use base64::prelude::*;
use std::collections::BTreeMap;

/// Keys and envelopes as the first release wrote them, under [`root`].
const KEYS: &str = include_str!("v1/keys");
const ENVELOPES: &str = include_str!("v1/envelopes");

fn envelopes() -> BTreeMap<&'static str, Vec<u8>> {
    let lines = ENVELOPES.lines().map(|line| line.split_once(' ').unwrap());
    lines.map(|(name, value)| (name, BASE64_STANDARD.decode(value).unwrap())).collect()
}

#[tokio::test]
async fn what_version_1_wrote_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    std::fs::write(&path, KEYS).unwrap();
    let org = Vault::open(root(), Arc::new(FileKeyStore::new(&path))).await.unwrap().org(org_id(1)).await.unwrap();
    let written = envelopes();

    assert_eq!(*org.open(SUBJECT, b"row", &written["column"]).unwrap(), b"a subject");
    let key = org.open_data_key(&written["data-key"], b"message").await.unwrap();
    assert_eq!(*key.open(BODY, b"message", &written["content"]).unwrap(), b"a body");
    assert_eq!(*key.open_file(BODY, b"blob", &written["file"]).unwrap(), b"a file");
    assert_eq!(org.blind_index(SUBJECT, b"word").to_vec(), written["index"]);
    assert_eq!(org.hash_secret(SUBJECT, b"token").to_vec(), written["hash"]);
    assert_eq!(org.derive_signing_seed("audit").to_vec(), written["seed"]);
    let buckets = org.buckets().await.unwrap();
    assert_eq!((&buckets[0].1, buckets[0].2), (&class(), month("2046-11")));
}

/// The two examples of c2sp.org/XAES-256-GCM.
#[test]
fn extended_nonces_are_those_of_the_specification() {
    let nonce = b"ABCDEFGHIJKLMNOPQRSTUVWX";
    for (byte, aad, expected) in [
        (1, "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"),
        (3, "c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"),
    ] {
        let key = Xaes::new(&Secret([byte; 32]));
        let mut out = b"XAES-256-GCM".to_vec();
        key.seal_tail(nonce, aad.as_bytes(), &mut out, 0);
        let hex: String = out.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, expected);
        let mut opened = Vec::new();
        key.open_into(nonce, aad.as_bytes(), &out, &mut opened).unwrap();
        assert_eq!(opened, b"XAES-256-GCM");
    }
}

#[test]
fn no_two_lists_of_parts_are_joined_alike() {
    let lists: [&[&[u8]]; 6] = [&[], &[b""], &[b"", b""], &[b"ab"], &[b"a", b"b"], &[b"", b"ab"]];
    let joined: std::collections::BTreeSet<Vec<u8>> = lists.iter().map(|list| delimited(list)).collect();
    assert_eq!(joined.len(), lists.len());
    assert_eq!(delimited(&[b"ab"]), b"wardpost\x01\0\0\0\x02ab");
}
