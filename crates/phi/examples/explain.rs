//! Explains files: one JSON line for each, with the extracted text, the verdict and the spans.

use std::io::Write;
use wardpost_phi::extract::extract;
use wardpost_phi::{AttachedFile, Document, Scanner};

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for path in std::env::args().skip(1) {
        let data = std::fs::read(&path)?;
        let file = AttachedFile { file_name: &path, media_type: "", data: &data };
        let found = Scanner::shared().scan(&Document { attachments: &[file], ..Document::default() });
        let text = extract(&data).into_text();
        let line =
            serde_json::json!({"file": path, "sensitivity": found.sensitivity, "spans": found.spans, "text": text});
        writeln!(out, "{line}")?;
    }
    Ok(())
}
