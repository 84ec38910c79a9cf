//! Nothing readable at rest: after a demo's week no planted word is in any file, in any dump, in any log.

use crate::harness::{BIN, LIMIT, text};
use crate::nodes::Databases;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// From subjects, bodies, file names, attachments, guests' names and addresses, numbers, diagnoses, secrets.
const PLANTED: [&str; 30] = [
    "Ontslagbrief",
    "Willems",
    "atriumfibrilleren",
    "apixaban",
    "123456782",
    "El Amrani",
    "elamrani",
    "HbA1c",
    "111222333",
    "metformine",
    "Labuitslag",
    "thuismetingen",
    "Hughes",
    "palpitations",
    "ecg-hughes",
    "AV block",
    "coloscopie",
    "konijn heet Sjors",
    "Henk Bos",
    "Oproeplijst",
    "diabetes mellitus",
    "Rossi",
    "distal radius",
    "+31612345601",
    "Groot",
    "Herhaalrecept",
    "lisinopril",
    "Thunderbird",
    "zeven stille reigers",
    "Anna de Vries",
];
/// What may be read, so that the search is known to find what is there.
const PLAIN: &str = "Praktijk De Linde";

struct DemoWeek {
    _dir: tempfile::TempDir,
    house: PathBuf,
    outside: PathBuf,
    log: Vec<u8>,
}

/// Makes the demo's week, runs it for a moment, stops it.
fn demo(environment: &[(&'static str, String)]) -> DemoWeek {
    let dir = tempfile::tempdir().unwrap();
    let (data, ready, log) = (dir.path().join("demo"), dir.path().join("ready.json"), dir.path().join("log"));
    let mut child = Command::new(BIN)
        .args(["demo", "--port-base", "0", "--log", "debug", "--data"])
        .arg(&data)
        .arg("--ready-file")
        .arg(&ready)
        .envs(environment.iter().map(|(k, v)| (k, v)))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while !ready.exists() {
        let ended = child.try_wait().unwrap();
        assert!(ended.is_none() && began.elapsed() < 2 * LIMIT, "no demo: {}", std::fs::read_to_string(&log).unwrap());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let stopped = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(stopped.success() && child.wait().unwrap().success(), "{}", std::fs::read_to_string(&log).unwrap());
    let log = std::fs::read(&log).unwrap();
    DemoWeek { house: data.join("house"), outside: data.join("outside"), log, _dir: dir }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// Whether the word is there, in UTF-8 or UTF-16, in either case of ASCII letters.
fn holds(bytes: &[u8], word: &str) -> bool {
    let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [word.as_bytes(), &wide].iter().any(|w| bytes.windows(w.len()).any(|b| b.eq_ignore_ascii_case(w)))
}

fn found_in(bytes: &[u8]) -> Vec<&'static str> {
    PLANTED.into_iter().filter(|word| holds(bytes, word)).collect()
}

#[test]
fn no_planted_word_is_in_the_data_folder_or_the_log() {
    let week = demo(&[]);
    let arrived = std::fs::read(week.outside.join("accounts.json")).unwrap();
    assert!(holds(&arrived, "Anna de Vries"), "the search finds what is there");
    let mut plain = false;
    for file in files(&week.house) {
        let bytes = std::fs::read(&file).unwrap();
        plain |= holds(&bytes, PLAIN);
        assert_eq!(found_in(&bytes), [""; 0], "{}", file.display());
    }
    assert!(plain, "the organisation's name is plain, and was looked at");
    assert!(holds(&week.log, "serving"), "the log was looked at");
    assert_eq!(found_in(&week.log), [""; 0], "the log");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_planted_word_is_in_a_dump_of_postgresql() {
    let databases = Databases::new().await;
    let environment = databases.environment();
    let week = tokio::task::spawn_blocking(move || demo(&environment)).await.unwrap();
    let dump = databases.dump();
    assert!(dump.contains(PLAIN), "the organisation's name is plain, and was looked at");
    assert_eq!(found_in(dump.as_bytes()), [""; 0]);
    // Bytes stand in hexadecimal in a dump.
    let hex: Vec<&str> = PLANTED
        .into_iter()
        .filter(|word| dump.contains(&word.bytes().map(|b| format!("{b:02x}")).collect::<String>()))
        .collect();
    assert_eq!(hex, [""; 0]);
    for file in files(&week.house) {
        assert_eq!(found_in(&std::fs::read(&file).unwrap()), [""; 0], "{}", file.display());
    }
    assert_eq!(found_in(&week.log), [""; 0], "the log");
}

#[test]
fn a_stopped_demo_goes_on_where_it_was_and_fresh_begins_anew() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("demo");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(data.join("my-letter.txt"), "mine").unwrap();
    let out = Command::new(BIN).args(["demo", "--fresh", "--port-base", "0", "--data"]).arg(&data).output().unwrap();
    assert!(!out.status.success() && text(&out).contains("not of a demo"), "{}", text(&out));
    assert!(data.join("my-letter.txt").exists(), "a folder that is no demo's is left alone");
}
