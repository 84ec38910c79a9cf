//! Documents as other programs made them: everything that is known to be in them comes out.

use std::path::Path;
use wardpost_model::finding::Sensitivity;
use wardpost_phi::extract::read_all;
use wardpost_phi::{AttachedFile, Document, Scanner};

/// Letters and digits apart from white space, which documents break as they like.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn every_string_of_the_labelled_attachments_is_extracted() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/attachments");
    let manifest = std::fs::read_to_string(folder.join("manifest.jsonl")).unwrap();
    let (mut files, mut missing, mut wrong) = (0, Vec::new(), Vec::new());
    for line in manifest.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        let name = entry["file"].as_str().unwrap();
        let data = std::fs::read(folder.join(name)).unwrap();
        let text = bare(&read_all(&data).text);
        for expected in entry["expect"].as_array().unwrap() {
            let value = expected["value"].as_str().unwrap();
            if !text.contains(&bare(value)) {
                missing.push(format!("{name}: {value}"));
            }
        }
        let file = AttachedFile { file_name: "file", media_type: "", data: &data };
        let found = Scanner::shared().scan(&Document { attachments: &[file], ..Document::default() });
        let phi = found.sensitivity >= Sensitivity::Identifier;
        if phi != entry["phi"].as_bool().unwrap() {
            wrong.push(name.to_owned());
        }
        files += 1;
    }
    assert_eq!((files, missing), (40, Vec::<String>::new()));
    assert!(wrong.len() <= 1, "verdicts: {wrong:?}");
}
