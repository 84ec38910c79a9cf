//! The root key's file and variable.

use super::*;
use std::fs;
use std::os::unix::fs::PermissionsExt;

fn why(result: Result<RootKey, VaultError>) -> String {
    result.map(|_| ()).unwrap_err().to_string()
}

#[test]
fn a_new_key_file_is_its_owners_alone_and_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root.key");
    let made = RootKey::create_file(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(RootKey::from_file(&path).unwrap().fingerprint(), made.fingerprint());
    let text = fs::read(&path).unwrap();
    assert!(why(RootKey::create_file(&path)).contains("can't create"), "an existing key is never overwritten");
    assert_eq!(fs::read(&path).unwrap(), text);
    assert_ne!(RootKey::generate().fingerprint(), made.fingerprint());
}

#[test]
fn a_key_file_that_others_can_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root.key");
    RootKey::create_file(&path).unwrap();
    for mode in [0o640, 0o604, 0o620, 0o602, 0o644, 0o601, 0o610] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let why = why(RootKey::from_file(&path));
        assert!(why.contains("by others") && why.contains("chmod 600"), "{mode:o}: {why}");
    }
    for mode in [0o600, 0o400] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        RootKey::from_file(&path).unwrap();
    }
}

#[test]
fn what_is_no_key_file_is_refused_without_showing_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root.key");
    assert!(why(RootKey::from_file(&path)).contains("can't open"));
    assert!(why(RootKey::from_file(folder.path())).contains("isn't a file"));
    fs::write(&path, "geheim").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let shown = why(RootKey::from_file(&path));
    assert!(shown.contains("isn't a root key file") && !shown.contains("geheim"));
    fs::write(&path, vec![0xff; 4096]).unwrap();
    assert!(why(RootKey::from_file(&path)).contains("can't read"));
}

#[test]
fn only_the_base64_of_32_bytes_is_a_key() {
    for bad in ["", "AAAA", "not base64 at all", &"A".repeat(44), &"A".repeat(88)] {
        assert!(RootKey::from_base64(bad).is_err(), "{bad}");
    }
    let good = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let same = [good.to_owned(), format!("{good}\n"), format!("wardpost-root-key-1:{good}\n")];
    assert!(same.iter().all(|text| RootKey::from_base64(text).unwrap().fingerprint() == root().fingerprint()));
}

#[test]
fn the_environment_gives_a_key() {
    const NAME: &str = "WARDPOST_VAULT_TEST_ROOT";
    if std::env::var_os(NAME).is_some() {
        assert_eq!(RootKey::from_env(NAME).unwrap().fingerprint(), root().fingerprint());
        return;
    }
    assert!(why(RootKey::from_env(NAME)).contains("isn't set"));
    assert!(why(RootKey::from_env("CARGO_PKG_NAME")).contains("base64"));
    // A process can't safely change its own environment, so this test runs itself once more with the variable set.
    let again = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::root_key::the_environment_gives_a_key"])
        .env(NAME, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
        .output()
        .unwrap();
    assert!(again.status.success() && String::from_utf8_lossy(&again.stdout).contains("1 passed"));
}
