//! Checkpoints and proof files.

use super::*;
use proptest::prelude::*;

#[test]
fn keys_and_signatures_are_those_of_the_signed_note_format() {
    // The key of the format's reference tests.
    let seed = *b"\x81\x0a\x14\x02\xd5\x14\x6c\x8d\x84\xf2\x44\x33\x30\xf5\x40\x80\xeb\xf9\x8e\xe1\x7d\x9c\x74\xf6\x25\x2f\xc5\xd5\xc7\x28\x31\x73";
    let key = LogKey::from_seed("PeterNeumann", &seed).unwrap();
    assert_eq!(key.verifier_key(), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
}

#[test]
fn a_signed_checkpoint_has_the_form_of_the_specification_and_verifies() {
    let (edge, _) = log(3);
    let note = key().sign_first(&head(3, edge.root())).unwrap();
    let lines: Vec<&str> = note.split('\n').collect();
    assert_eq!(lines[..4], ["audit.example.org/log", "3", &edge.root().to_string(), ""]);
    assert!(lines[4].starts_with("— audit.example.org/log ") && lines[5..] == [""]);
    let verifier = VerifierKey::parse(&key().verifier_key()).unwrap();
    assert_eq!(Checkpoint::verify(note.as_bytes(), &verifier).unwrap(), head(3, edge.root()));
}

#[test]
fn a_checkpoint_that_was_altered_or_is_of_another_log_is_refused() {
    let note = key().sign_first(&head(3, log(3).0.root())).unwrap();
    let verifier = VerifierKey::parse(&key().verifier_key()).unwrap();
    let altered = note.replacen("\n3\n", "\n4\n", 1);
    assert!(matches!(Checkpoint::verify(altered.as_bytes(), &verifier), Err(TlogError::Unsigned(_))));
    let other = LogKey::from_seed("audit.example.org/log", &[8; 32]).unwrap();
    let other = VerifierKey::parse(&other.verifier_key()).unwrap();
    assert!(matches!(Checkpoint::verify(note.as_bytes(), &other), Err(TlogError::Unsigned(_))));
    let long = vec![b'x'; MAX_NOTE_BYTES + 1];
    assert!(matches!(Checkpoint::verify(&long, &verifier), Err(TlogError::TooLarge { .. })));
}

#[test]
fn signatures_of_witnesses_and_extension_lines_are_passed_over() {
    let note = key().sign_first(&head(3, log(3).0.root())).unwrap();
    let verifier = VerifierKey::parse(&key().verifier_key()).unwrap();
    let witness = LogKey::from_seed("witness.example.org", &[9; 32]).unwrap();
    let of_witness = Checkpoint { origin: "witness.example.org".into(), size: 1, root: EMPTY_ROOT };
    let line = witness.sign_first(&of_witness).unwrap().lines().last().unwrap().to_owned();
    for both in [format!("{note}{line}\n"), note.replacen("\n\n", &format!("\n\n{line}\n"), 1)] {
        assert_eq!(Checkpoint::verify(both.as_bytes(), &verifier).unwrap().size, 3);
    }
    let only = note.lines().take(4).map(|l| format!("{l}\n")).collect::<String>() + &line + "\n";
    assert!(matches!(Checkpoint::verify(only.as_bytes(), &verifier), Err(TlogError::Unsigned(_))));
    // An extension line isn't ours to add: it breaks the signature.
    let extended = note.replacen("\n\n", "\nextension\n\n", 1);
    assert!(matches!(Checkpoint::verify(extended.as_bytes(), &verifier), Err(TlogError::Unsigned(_))));
}

#[test]
fn an_inconsistent_head_is_not_signed() {
    let (key, (edge, tiles)) = (key(), log(300));
    let (old, new) = (head(100, log(100).0.root()), head(300, edge.root()));
    let proof = consistency_proof(100, 300, &tiles).unwrap();
    key.sign_successor(&old, &new, &proof).unwrap();

    let refused = |old: &Checkpoint, new: &Checkpoint, proof: &[Hash]| {
        matches!(key.sign_successor(old, new, proof), Err(TlogError::InconsistentHead { .. }))
    };
    let forged = head(300, leaf_hash(b"rewritten"));
    assert!(refused(&old, &forged, &proof));
    assert!(refused(&head(100, leaf_hash(b"other past")), &new, &proof));
    assert!(refused(&new, &old, &proof), "a log doesn't shrink");
    assert!(refused(&new, &head(300, leaf_hash(b"same size")), &[]));
    assert!(refused(&old, &new, &proof[1..]));
    assert!(matches!(key.sign_first(&head(0, edge.root())), Err(TlogError::InconsistentHead { .. })));
    let elsewhere = Checkpoint { origin: "other.example.org/log".into(), ..new };
    assert!(matches!(key.sign_successor(&old, &elsewhere, &proof), Err(TlogError::WrongOrigin { .. })));
    assert!(matches!(key.sign_first(&elsewhere), Err(TlogError::WrongOrigin { .. })));
}

#[test]
fn unusable_names_and_keys_are_refused() {
    let long = "x".repeat(256);
    for origin in ["", "has space", "a+b", "line\nbreak", "\u{7}", &long] {
        assert!(matches!(LogKey::from_seed(origin, &[1; 32]), Err(TlogError::Key(_))), "{origin:?}");
    }
    for text in ["", "a+b", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", &"+".repeat(600)] {
        assert!(matches!(VerifierKey::parse(text), Err(TlogError::Key(_))), "{text:?}");
    }
    assert!(!format!("{:?}", key()).contains("7777"), "a signing key shows its public half only");
}

fn proof_file(extra: Option<Vec<u8>>) -> ProofFile {
    let (edge, tiles) = log(300);
    let checkpoint = key().sign_first(&head(300, edge.root())).unwrap();
    ProofFile { extra, index: 42, proof: inclusion_proof(42, 300, &tiles).unwrap(), checkpoint }
}

#[test]
fn a_proof_file_says_all_that_is_needed_offline() {
    let verifier = VerifierKey::parse(&key().verifier_key()).unwrap();
    for extra in [None, Some(b"{\"salt\":1}".to_vec()), Some(Vec::new())] {
        let file = proof_file(extra);
        let text = file.to_text();
        assert!(text.starts_with("c2sp.org/tlog-proof@v1\n"));
        let read = ProofFile::parse(text.as_bytes()).unwrap();
        assert_eq!(read, file);
        assert_eq!(read.verify(leaves(300)[42], &verifier).unwrap().size, 300);
        assert!(matches!(read.verify(leaves(300)[43], &verifier), Err(TlogError::InvalidProof(_))));
        let elsewhere = ProofFile { index: 43, ..read };
        assert!(matches!(elsewhere.verify(leaves(300)[42], &verifier), Err(TlogError::InvalidProof(_))));
    }
}

#[test]
fn a_log_of_one_record_has_an_empty_proof() {
    let (edge, _) = log(1);
    let checkpoint = key().sign_first(&head(1, edge.root())).unwrap();
    let file = ProofFile { extra: None, index: 0, proof: vec![], checkpoint };
    let verifier = VerifierKey::parse(&key().verifier_key()).unwrap();
    let read = ProofFile::parse(file.to_text().as_bytes()).unwrap();
    assert_eq!(read.verify(leaves(1)[0], &verifier).unwrap(), head(1, edge.root()));
}

#[test]
fn malformed_proof_files_are_refused() {
    let good = proof_file(None).to_text();
    let mut bad = vec![
        String::new(),
        good.replacen("v1", "v2", 1),
        good.replacen("index 42", "index 042", 1),
        good.replacen("index 42", "index +42", 1),
        good.replacen("index 42", "index -1", 1),
        good.replacen("index 42", "index 99999999999999999999", 1),
        good.replacen("index 42", "extra !!!\nindex 42", 1),
        good.replacen("index 42", "extra \nextra \nindex 42", 1),
        good.replacen("index 42\n", "index 42\nAAAA\n", 1),
        good.replacen("index 42\n", &format!("index 42\n{}", format!("{EMPTY_ROOT}\n").repeat(65)), 1),
        good.split("\n\n").next().unwrap().to_owned(),
        good.split("\n\n").next().unwrap().to_owned() + "\n\n",
    ];
    bad.push("c2sp.org/tlog-proof@v1\n".to_owned() + &"x".repeat(MAX_PROOF_FILE_BYTES));
    for text in bad {
        assert!(ProofFile::parse(text.as_bytes()).is_err(), "{}", &text[..text.len().min(200)]);
    }
    assert!(ProofFile::parse(b"\xff\n\n").is_err());
}

proptest! {
    #[test]
    fn no_bytes_make_a_parser_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), text in "\\PC{0,200}") {
        let verifier = VerifierKey::parse(&key().verifier_key()).unwrap();
        for input in [&bytes[..], text.as_bytes()] {
            let _ = ProofFile::parse(input);
            let _ = Checkpoint::verify(input, &verifier);
        }
        let _ = VerifierKey::parse(&text);
        let _ = parse_tile_path(&text);
        let _ = Hash::from_base64(&text);
    }

    /// Whatever single byte of a file without extra data is altered, it no longer verifies.
    #[test]
    fn an_altered_byte_of_a_proof_file_is_noticed(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let file = proof_file(None);
        let mut bytes = file.to_text().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != to);
        bytes[at] = to;
        let verifier = VerifierKey::parse(&key().verifier_key()).unwrap();
        let outcome = ProofFile::parse(&bytes).and_then(|f| f.verify(leaves(300)[42], &verifier));
        prop_assert!(outcome.is_err(), "byte {} became {}", at, to);
    }
}
