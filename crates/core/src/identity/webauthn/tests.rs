//! Answers as Chromium 156's authenticator gives them, and answers with one thing wrong each.

use super::*;
use crate::testing::Passkey;

const ORIGIN: &str = "http://localhost:43677";

fn b64(text: &str) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// What a browser gave: attestation object and client data of a registration, authenticator data, client data and
/// signature of an assertion.
struct Vector {
    name: &'static str,
    attestation: &'static str,
    created: &'static str,
    data: &'static str,
    asked: &'static str,
    signature: &'static str,
}

const CREATED: &str = "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQUFBQUFBQUFBQUFBQUFBQUFBQUFBQSIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDM2NzciLCJjcm9zc09yaWdpbiI6ZmFsc2V9";
const ASKED: &str = "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQkJCQkFBQUFBQUFBQUFBQUFBQUFBQSIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDM2NzciLCJjcm9zc09yaWdpbiI6ZmFsc2V9";

/// Captured from Chromium 156. The first has the member that browsers add against comparing with a template.
const CHROMIUM: [Vector; 3] = [
    Vector {
        name: "EdDSA, synced",
        attestation: "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YViBSZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2NdAAAAAQECAwQFBgcIAQIDBAUGBwgAIGnz-fQqgs5ZGn3UWcwFU6ey1SWngMyM5pgju35pEqWnpAEBAycgBiFYIDOOT-d_SM4BHrqHIfRvmjQ-J15RpRwFlP-IZVlL_mfE",
        created: "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQUFBQUFBQUFBQUFBQUFBQUFBQUFBQSIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDM2NzciLCJjcm9zc09yaWdpbiI6ZmFsc2UsIm90aGVyX2tleXNfY2FuX2JlX2FkZGVkX2hlcmUiOiJkbyBub3QgY29tcGFyZSBjbGllbnREYXRhSlNPTiBhZ2FpbnN0IGEgdGVtcGxhdGUuIFNlZSBodHRwczovL2dvby5nbC95YWJQZXgifQ",
        data: "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MdAAAAAg",
        asked: ASKED,
        signature: "gCHaJ1DSmEHMjtKfdkP0YK5I062grO_KB1i7K1L8zY5CZzdy5fqu4L-z5OnwdO4gJLS1HhGhXhQLTcvllwNpBA",
    },
    Vector {
        name: "ES256, device-bound",
        attestation: "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVikSZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2NFAAAAAQECAwQFBgcIAQIDBAUGBwgAIOFl_VHcymcMdEoi1poVqBJ3K9ESFNkKtLtdJE4p6wv4pQECAyYgASFYIDcBb7hg82trM134zKd8TEjC-joCoCEHk1X8VHYWdD1gIlggJ5JlRRzfcZ0ASZ39BWnSg--v3UC2nHGsnuPP3QQjH1c",
        created: CREATED,
        data: "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAg",
        asked: ASKED,
        signature: "MEUCIQDDVuZzweSNEhEnkgb9hlXmE1qg2q-WIL0i56qkvvBw8wIgfWborhcTUM41eRLk9HWCHKXL5HYp5fSXBxPMC7LRfaA",
    },
    Vector {
        name: "RS256, device-bound",
        attestation: "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVkBZ0mWDeWIDoxodDQXD2R2YFuP5K65ooYyx5lc87qDHZdjRQAAAAEBAgMEBQYHCAECAwQFBgcIACBsfVzPX0U86ikgCU4XI8VpoWKpSJmgV6ZxBIdXFnCIraQBAwM5AQAgWQEA0RNA35IqZUN9A_Fjp-5WAYRLKYOxTT0115TVfC92UJgIfR-oefuuHkAqVG9KKx5X2e44Awk8ZJjoXCU1ap-re9ykGV22w396q6IytxnACtGT7W8ONwnLjpbmXLYUDr1n25eNIyjNNIVMYj8W8ztXp_cZbIUflEpcPqLsclJdURnKf7Pc14SZKW6zUTCi5WXYeBJVSrZTLmWBX6FHFpzOB75zPOybK8vBIblxLdquFcdX86x09okhSz53RTQ4ntonwZoiQjUFH0UsrZaweXEczAaZrHDIYYGMKxBRm4G1UlEMlC0r52KADuEWKACAQ1BfC2O54cPFmVr0fAl_DlFaQyFDAQAB",
        created: CREATED,
        data: "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAg",
        asked: ASKED,
        signature: "xQESkdAj3-8a-9SJhaB5Lw1-wXWFyMHoGex-A3GzBF2A2r5HfQx1Vzi6m7H5_baE0zNVMMDlN1vvU_AFsrdMFak04m1NypjgUDvV9tIIwDWchP3nwVxfMSIN5he7l0Tr8nMA5npyuh0fYgDIU6IgSFbjqxBejEolkCb02cXKP9oG2kRCzmhPeFEDfbzUyqTHYjzCpbbhbP6WuR5FQ7bcopIp32mZoXrvMSxRqxAZ-z66aEe4DuTCTFdN7xf8afHzGzwHT_At2nEYoYijkXgeYzaHRiRJ6BOkSqolOg53zFEZaNOUhTqDkbB0do5XnwgzPL3Qc5IKRHZnSLy5dLvsZg",
    },
];

/// ASVS 6.7.2 (challenge), 6.3.3; W3C WebAuthn Level 3, 7.1 and 7.2.
#[test]
fn what_a_real_browser_gives_is_accepted() {
    for vector in CHROMIUM {
        let challenge = b64("AAAAAAAAAAAAAAAAAAAAAA");
        let e = Expected { rp_id: "localhost", origin: ORIGIN, challenge: &challenge };
        let made = registration(&e, &b64(vector.created), &b64(vector.attestation)).expect(vector.name);
        assert_eq!((made.sign_count, made.backup_eligible), (1, vector.name.contains("synced")), "{}", vector.name);
        assert_eq!(made.credential_id.len(), 32);
        let (key, alg) = key_of(&made.cose).unwrap();
        let known = Known { key: &key, alg, backup_eligible: made.backup_eligible, sign_count: made.sign_count };
        let (data, asked, signature) = (b64(vector.data), b64(vector.asked), b64(vector.signature));
        let answer = Assertion { client_data: &asked, authenticator_data: &data, signature: &signature };
        let challenge = challenge_of(&asked).unwrap();
        assert_eq!(challenge, b64("BBBBAAAAAAAAAAAAAAAAAA"));
        let e = Expected { challenge: &challenge, ..e };
        assert_eq!(assertion(&e, &known, &answer), Ok(2), "{}", vector.name);
        let mut forged = signature.clone();
        forged[10] ^= 1;
        let forged = Assertion { signature: &forged, ..answer };
        assert_eq!(assertion(&e, &known, &forged), Err(Flaw::Signature), "{}", vector.name);
    }
}

const HOUSE: &str = "https://mail.clinic.example";
const NOW: &[u8] = b"the challenge of now";

fn expected() -> Expected<'static> {
    Expected { rp_id: "mail.clinic.example", origin: HOUSE, challenge: NOW }
}

fn registered(key: &mut Passkey) -> Registered {
    let made = key.make(NOW, b"user");
    registration(&expected(), &made.client_data, &made.attestation_object).unwrap()
}

fn answered(of: &Registered, key: &mut Passkey, challenge: &[u8]) -> Result<u32, Flaw> {
    let answer = key.answer(challenge);
    asserted(of, &answer.client_data, &answer.authenticator_data, &answer.signature)
}

fn asserted(of: &Registered, client_data: &[u8], authenticator_data: &[u8], signature: &[u8]) -> Result<u32, Flaw> {
    let (key, alg) = key_of(&of.cose).unwrap();
    let known = Known { key: &key, alg, backup_eligible: of.backup_eligible, sign_count: of.sign_count };
    assertion(&expected(), &known, &Assertion { client_data, authenticator_data, signature })
}

/// The bar of issue 3: a passkey of another origin is refused. ASVS 6.3.3, 6.5.7.
#[test]
fn an_answer_with_one_thing_wrong_is_refused_for_that() {
    type Change = fn(&mut Passkey);
    let cases: [(&str, Change, Flaw); 13] = [
        ("another origin", |k| k.origin = "https://mail.clinic.example.evil.example".into(), Flaw::Origin),
        ("another scheme", |k| k.origin = "http://mail.clinic.example".into(), Flaw::Origin),
        ("another port", |k| k.origin.push_str(":8443"), Flaw::Origin),
        ("another site", |k| k.rp_id = "clinic.example".into(), Flaw::RelyingParty),
        ("a registration in place of an answer", |k| k.ceremony = Some("webauthn.create".into()), Flaw::Type),
        ("a payment in place of an answer", |k| k.ceremony = Some("payment.get".into()), Flaw::Type),
        ("framed by another site", |k| k.added = r#","crossOrigin":true"#.into(), Flaw::Framed),
        ("below another site", |k| k.added = r#","topOrigin":"https://evil.example""#.into(), Flaw::Framed),
        ("nobody there", |k| k.flags &= !0x01, Flaw::Presence),
        ("nobody verified", |k| k.flags &= !0x04, Flaw::Verification),
        ("copied although it can't be", |k| k.flags = 0x15, Flaw::Backup),
        ("made to be copied since", |k| k.flags = 0x0d, Flaw::Backup),
        ("something left over", |k| k.trailing = vec![0xa0], Flaw::Malformed),
    ];
    for (why, change, flaw) in cases {
        let mut key = Passkey::device_bound(HOUSE);
        let of = registered(&mut key);
        change(&mut key);
        assert_eq!(answered(&of, &mut key, NOW), Err(flaw), "{why}");
    }
}

#[test]
fn an_answer_of_another_time_key_or_count_is_refused() {
    let (mut key, mut other) = (Passkey::device_bound(HOUSE), Passkey::device_bound(HOUSE));
    let of = registered(&mut key);
    assert_eq!(answered(&of, &mut key, b"the challenge of before"), Err(Flaw::Challenge));
    other.counter = 7;
    assert_eq!(answered(&of, &mut other, NOW), Err(Flaw::Signature), "another key");
    key.counter = 0;
    assert_eq!(answered(&of, &mut key, NOW), Err(Flaw::Counter), "the same count again");
    key.counts = false;
    key.counter = 0;
    assert_eq!(answered(&of, &mut key, NOW), Err(Flaw::Counter), "a count that went back to nothing");
    key.counter = 5;
    let answer = key.answer(NOW);
    assert_eq!(asserted(&of, &answer.client_data, &answer.authenticator_data, &answer.signature), Ok(5));
    // A key of the wrong kind: the same bytes under another algorithm.
    let mut rsa = Passkey::rsa(HOUSE);
    let of_rsa = registered(&mut rsa);
    assert_eq!(
        asserted(&of_rsa, &answer.client_data, &answer.authenticator_data, &answer.signature),
        Err(Flaw::Signature)
    );
    assert_eq!(answered(&of_rsa, &mut rsa, NOW), Ok(2));
    // Synced keys do not count.
    let mut synced = Passkey::synced(HOUSE);
    let of_synced = registered(&mut synced);
    assert!(of_synced.backup_eligible);
    assert_eq!(answered(&of_synced, &mut synced, NOW), Ok(0));
}

#[test]
fn extensions_are_read_over_and_what_follows_is_not() {
    let mut key = Passkey::device_bound(HOUSE);
    let of = registered(&mut key);
    key.flags |= 0x80;
    key.trailing = vec![0xa1, 0x61, b'a', 0xf5];
    assert_eq!(answered(&of, &mut key, NOW), Ok(2));
    key.trailing.push(0);
    assert_eq!(answered(&of, &mut key, NOW), Err(Flaw::Malformed));
    key.trailing = vec![0x01];
    assert_eq!(answered(&of, &mut key, NOW), Err(Flaw::Malformed), "extensions are a map");
}

#[test]
fn a_new_passkey_with_one_thing_wrong_is_refused_for_that() {
    type Change = fn(&mut Passkey);
    let cases: [(&str, Change, Flaw); 7] = [
        ("another origin", |k| k.origin = "https://evil.example".into(), Flaw::Origin),
        ("another site", |k| k.rp_id = "evil.example".into(), Flaw::RelyingParty),
        ("an answer in place of a registration", |k| k.ceremony = Some("webauthn.get".into()), Flaw::Type),
        ("nobody verified", |k| k.flags &= !0x04, Flaw::Verification),
        ("something left over", |k| k.trailing = vec![0], Flaw::Malformed),
        ("an id that is too long", |k| k.id = vec![1; 1024], Flaw::Malformed),
        ("no id", |k| k.id = vec![], Flaw::Malformed),
    ];
    for (why, change, flaw) in cases {
        let mut key = Passkey::device_bound(HOUSE);
        change(&mut key);
        let made = key.make(NOW, b"user");
        let got = registration(&expected(), &made.client_data, &made.attestation_object);
        assert_eq!(got, Err(flaw), "{why}");
    }
    let made = Passkey::device_bound(HOUSE).make(NOW, b"user");
    let mut longer = made.attestation_object.clone();
    longer.push(0xf6);
    assert_eq!(registration(&expected(), &made.client_data, &longer), Err(Flaw::Malformed));
    assert_eq!(registration(&expected(), &made.client_data, b""), Err(Flaw::Malformed));
    // ES384 (-35) was not asked for: the algorithm's byte in the key is changed from -7.
    let mut foreign = made.attestation_object;
    let at = foreign.windows(5).position(|w| w == b"\xa5\x01\x02\x03\x26").unwrap();
    foreign[at + 4] = 0x2a;
    assert_eq!(registration(&expected(), &made.client_data, &foreign), Err(Flaw::Key));
}
