//! Damaged and hostile envelopes.

use super::files::futures;
use super::*;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_flipped_bit_anywhere_in_an_envelope_is_noticed(
        plain in prop::collection::vec(any::<u8>(), 0..200),
        at in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        futures(async {
            let org = org().await;
            let (key, wrapped) = org.bucket(&class(), month("2046-11")).await.unwrap().make_data_key(b"row");
            let flip = |mut bytes: Vec<u8>| {
                let at = at.index(bytes.len());
                bytes[at] ^= 1 << bit;
                bytes
            };
            assert!(org.open(SUBJECT, b"row", &flip(org.seal(SUBJECT, b"row", &plain))).is_err());
            assert!(key.open(BODY, b"row", &flip(key.seal(BODY, b"row", &plain))).is_err());
            assert!(org.open_data_key(&flip(wrapped), b"row").await.is_err());
        });
    }

    #[test]
    fn no_bytes_make_the_vault_panic_or_open(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        futures(async {
            let org = org().await;
            let (key, _) = org.bucket(&class(), month("2046-11")).await.unwrap().make_data_key(b"row");
            for version in [None, Some(1)] {
                let bytes: Vec<u8> = version.into_iter().chain(bytes.iter().copied()).collect();
                assert!(org.open(SUBJECT, b"row", &bytes).is_err());
                assert!(key.open(BODY, b"row", &bytes).is_err());
                assert!(key.open_file(BODY, b"row", &bytes).is_err());
                assert!(org.open_data_key(&bytes, b"row").await.is_err());
                assert!(org.try_open_data_key(&bytes, b"row").is_err() || bytes.len() == WRAPPED_KEY_BYTES);
            }
        });
    }
}

#[tokio::test]
async fn an_envelope_of_an_unknown_version_is_told_from_a_damaged_one() {
    let org = org().await;
    let mut sealed = org.seal(SUBJECT, b"row", b"text");
    sealed[0] = 2;
    assert!(matches!(org.open(SUBJECT, b"row", &sealed), Err(VaultError::Envelope)));
    for short in [&[][..], &[1], &[1; 24]] {
        assert!(matches!(org.open(SUBJECT, b"row", short), Err(VaultError::Envelope)));
    }
    assert!(matches!(org.open(SUBJECT, b"row", &[1; 40]), Err(VaultError::Refused)));
    assert!(matches!(org.open_data_key(&[1; WRAPPED_KEY_BYTES], b"row").await, Err(VaultError::KeyGone)));
}
