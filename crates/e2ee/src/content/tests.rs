use super::*;
use crate::testing::id;
use coset::TaggedCborSerializable;

fn bound() -> Bound {
    Bound { conversation: id(1, 1), epoch: 7, client_id: id(2, 1), flags: 1, device: id(3, 1) }
}

fn key() -> EpochSecret {
    EpochSecret::from_bytes(&[5; 32]).unwrap()
}

fn text(text: &str) -> Content {
    Content::Text(Text { text: text.into(), ..Text::default() })
}

fn file() -> File {
    File {
        id: id(4, 1),
        name: "wound.jpg".into(),
        media_type: "image/jpeg".into(),
        size: 1 << 40,
        key: vec![1; 32].into(),
        digest: vec![2; 32].into(),
        width: Some(640),
        height: Some(480),
        seconds: None,
    }
}

fn all() -> Vec<Content> {
    let whole = Text {
        text: "Zie bed 12 🩺".into(),
        reply_to: Some(id(2, 2)),
        mentions: vec![id(5, 1), id(5, 2)],
        forwarded_from: Some(Forwarded { person: id(5, 3), name: "Vera Bos".into(), at_us: -5 }),
        files: vec![file(), File { seconds: Some(12), width: None, height: None, ..file() }],
    };
    vec![
        Content::Text(whole),
        text(""),
        Content::Edit { of: id(2, 2), text: "anders".into(), mentions: vec![id(5, 1)] },
        Content::Delete { of: id(2, 2) },
        Content::Reaction { of: id(2, 2), emoji: "👍🏽".into(), on: true },
        Content::Pin { of: id(2, 2), on: false },
        Content::Subject { text: "Mevrouw Jansen".into() },
    ]
}

#[test]
fn every_kind_of_content_opens_as_it_was_sealed() {
    let device = DeviceKey::generate().unwrap();
    for content in all() {
        let sealed = seal(&key(), &device, &bound(), &content).unwrap();
        assert_eq!(open(&key(), &bound(), &sealed, &device.public()), Ok(content));
    }
}

#[test]
fn a_message_opens_only_where_and_as_whose_it_was_sealed() {
    let device = DeviceKey::generate().unwrap();
    let sealed = seal(&key(), &device, &bound(), &text("hier")).unwrap();
    let changes: [fn(&mut Bound); 5] = [
        |b| b.conversation = id(1, 2),
        |b| b.epoch += 1,
        |b| b.client_id = id(2, 2),
        |b| b.flags = 0,
        |b| b.device = id(3, 2),
    ];
    for change in changes {
        let mut other = bound();
        change(&mut other);
        assert_eq!(open(&key(), &other, &sealed, &device.public()), Err(Error::Forged("message")), "{other:?}");
    }
    let other = EpochSecret::from_bytes(&[6; 32]).unwrap();
    assert_eq!(open(&other, &bound(), &sealed, &device.public()), Err(Error::Forged("message")));
    // Another member has the epoch's key too, and can't write in this device's name.
    let another = DeviceKey::generate().unwrap();
    assert_eq!(open(&key(), &bound(), &sealed, &another.public()), Err(Error::Forged("signature")));
    let forged = seal(&key(), &another, &bound(), &text("hier")).unwrap();
    assert_eq!(open(&key(), &bound(), &forged, &device.public()), Err(Error::Forged("signature")));
}

#[test]
fn a_sealed_message_that_was_changed_anywhere_is_refused() {
    let device = DeviceKey::generate().unwrap();
    let sealed = seal(&key(), &device, &bound(), &text("hier")).unwrap();
    for at in 0..sealed.len() {
        for bit in [1, 0x20, 0x80] {
            let mut changed = sealed.clone();
            changed[at] ^= bit;
            assert!(open(&key(), &bound(), &changed, &device.public()).is_err(), "{at}");
        }
        assert!(open(&key(), &bound(), &sealed[..at], &device.public()).is_err());
    }
    assert!(open(&key(), &bound(), &[sealed.as_slice(), &[0]].concat(), &device.public()).is_err());
    assert_eq!(
        open(&key(), &bound(), &vec![0; wire::MAX_MESSAGE + 1], &device.public()),
        Err(Error::TooLarge("message"))
    );
}

#[test]
fn only_one_form_of_a_message_is_taken() {
    let device = DeviceKey::generate().unwrap();
    let sealed = seal(&key(), &device, &bound(), &text("hier")).unwrap();
    let message = CoseEncrypt0::from_slice(&sealed).unwrap();
    assert_eq!(message.clone().to_vec().unwrap(), sealed);
    let tagged = message.clone().to_tagged_vec().unwrap();
    let mut remarked = message.clone();
    remarked.unprotected.content_type = Some(coset::ContentType::Text("x/y".into()));
    let mut detached = message.clone();
    detached.ciphertext = None;
    let mut short = message;
    short.unprotected.iv = vec![0; 8];
    // An array of indefinite length around the same.
    let endless = [&[0x9f], &sealed[1..], &[0xff]].concat();
    let others = [tagged, remarked.to_vec().unwrap(), detached.to_vec().unwrap(), short.to_vec().unwrap(), endless];
    for other in others {
        assert_eq!(open(&key(), &bound(), &other, &device.public()), Err(Error::Malformed("message")));
    }
}

#[test]
fn lengths_say_little() {
    let device = DeviceKey::generate().unwrap();
    let length = |characters: usize| seal(&key(), &device, &bound(), &text(&"a".repeat(characters))).unwrap().len();
    assert_eq!(length(0), length(200));
    let mut lengths: Vec<_> = (0..16_000).step_by(97).map(length).collect();
    assert!(lengths.is_sorted());
    lengths.dedup();
    assert!(lengths.len() <= 9, "{lengths:?}");
}

#[test]
fn padding_comes_off_exactly_as_it_was_put_on() {
    for length in [0, 1, 254, 255, 256, 511, 512, 4094, 4095, 4096, 8190, 8191, 8192] {
        let content = vec![0x80; length];
        let padded = pad(&content);
        assert!(padded.len() > length && (padded.len().is_power_of_two() || padded.len().is_multiple_of(STEP)));
        assert_eq!(unpad(&padded), Ok(content.as_slice()));
        let more = [padded.as_slice(), &[0; 256]].concat();
        assert_eq!(unpad(&more), Err(Error::Malformed("padding")));
    }
    for bad in [&[][..], &[0; 256], &[1; 256]] {
        assert_eq!(unpad(bad), Err(Error::Malformed("padding")));
    }
}

#[test]
fn what_a_newer_version_writes_is_known_as_such() {
    let device = DeviceKey::generate().unwrap();
    let send = |plain: &[u8]| {
        let sealed = seal_plain(&key(), &device, &bound(), plain).unwrap();
        open(&key(), &bound(), &sealed, &device.public())
    };
    // A kind that isn't known, and a known one with a field more.
    assert_eq!(send(&[0x82, 0x18, 0x63, 0x81, 0x01]), Ok(Content::Unknown));
    let mut newer = encode(&Content::Subject { text: "s".into() });
    assert_eq!(newer, [0x82, 5, 0x81, 0x61, b's']);
    newer[2] = 0x82;
    newer.push(0xf5);
    assert_eq!(send(&newer), Ok(Content::Subject { text: "s".into() }));
    for bad in [&[][..], &[0x81, 0], &[0x82, 5], &[0x82, 0x20, 0x80], &[0xa0], &[0x82, 5, 0x81, 0x61, b's', 0]] {
        assert_eq!(send(bad), Err(Error::Malformed("content")), "{bad:?}");
    }
    assert!(matches!(seal(&key(), &device, &bound(), &Content::Unknown), Err(Error::Refused(_))));
}

#[test]
fn content_has_bounds_for_who_seals_and_for_who_opens() {
    let device = DeviceKey::generate().unwrap();
    let with = |change: fn(&mut Text)| {
        let mut whole = Text::default();
        change(&mut whole);
        Content::Text(whole)
    };
    let large = [
        text(&"a".repeat(MAX_TEXT + 1)),
        with(|t| t.mentions = vec![id(1, 1); MAX_MENTIONS + 1]),
        with(|t| t.files = vec![file(); MAX_FILES + 1]),
        with(|t| t.files = vec![File { name: "n".repeat(MAX_NAME + 1), ..file() }]),
        with(|t| t.files = vec![File { media_type: "n".repeat(MAX_NAME + 1), ..file() }]),
        with(|t| t.forwarded_from = Some(Forwarded { person: id(1, 1), name: "n".repeat(MAX_NAME + 1), at_us: 0 })),
        Content::Edit { of: id(1, 1), text: "é".repeat(MAX_TEXT + 1), mentions: vec![] },
        Content::Edit { of: id(1, 1), text: String::new(), mentions: vec![id(1, 1); MAX_MENTIONS + 1] },
        Content::Reaction { of: id(1, 1), emoji: "a".repeat(MAX_EMOJI + 1), on: true },
        Content::Subject { text: "a".repeat(MAX_NAME + 1) },
    ];
    let wrong = [
        with(|t| t.files = vec![File { key: vec![1; 31].into(), ..file() }]),
        with(|t| t.files = vec![File { digest: vec![1; 33].into(), ..file() }]),
        Content::Reaction { of: id(1, 1), emoji: String::new(), on: true },
    ];
    for content in large.iter().chain(&wrong) {
        let refused = seal(&key(), &device, &bound(), content).unwrap_err();
        assert!(matches!(refused, Error::TooLarge(_) | Error::Malformed(_)));
        let sealed = seal_plain(&key(), &device, &bound(), &encode(content)).unwrap();
        assert_eq!(open(&key(), &bound(), &sealed, &device.public()), Err(refused));
    }
    let most =
        Content::Text(Text { text: "é".repeat(MAX_TEXT), mentions: vec![id(1, 1); MAX_MENTIONS], ..Text::default() });
    let sealed = seal(&key(), &device, &bound(), &most).unwrap();
    assert_eq!(open(&key(), &bound(), &sealed, &device.public()), Ok(most));
    // Within the bound in characters, but not in bytes.
    assert_eq!(seal(&key(), &device, &bound(), &text(&"🩺".repeat(MAX_TEXT))), Err(Error::TooLarge("message")));
}

#[test]
fn content_is_shown_nowhere() {
    for content in all() {
        let shown = format!("{content:?}");
        assert!(shown.len() < 10 && !shown.contains("bed"), "{shown}");
    }
    let Content::Text(whole) = &all()[0] else { panic!("a text is first") };
    assert_eq!(
        format!("{whole:?}{:?}{:?}{:?}", whole.files[0], whole.forwarded_from, key()),
        "TextFileSome(Forwarded)EpochSecret"
    );
}
