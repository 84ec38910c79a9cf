//! Reads JSON Lines `{"id","lang","text"}` on standard input, writes `{"id","phi","spans":[{"start","end","type"}]}`.
//! Offsets are Unicode code points, end exclusive. `--explain` adds scores and reasons.

use std::io::{BufRead, Write};
use wardpost_model::finding::Sensitivity;
use wardpost_phi::{Document, Scanner};

fn main() -> std::io::Result<()> {
    let explain = std::env::args().any(|a| a == "--explain");
    let stdin = std::io::stdin().lock();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in stdin.lines() {
        let line = line?;
        let Ok(message) = serde_json::from_str::<serde_json::Value>(&line) else { continue };
        let text = message.get("text").and_then(serde_json::Value::as_str).unwrap_or("");
        let found = Scanner::shared().scan(&Document { body: text, ..Document::default() });
        let spans: Vec<serde_json::Value> = found
            .spans
            .iter()
            .map(|s| {
                let mut span = serde_json::json!({"start": s.start, "end": s.end, "type": s.kind});
                if explain {
                    span["score"] = s.score.into();
                    span["reason"] = s.reason.clone().into();
                }
                span
            })
            .collect();
        let phi = found.sensitivity >= Sensitivity::Identifier;
        let mut answer = serde_json::json!({"id": message.get("id"), "phi": phi, "spans": spans});
        if explain {
            answer["sensitivity"] = serde_json::json!(found.sensitivity);
        }
        writeln!(out, "{answer}")?;
    }
    out.flush()
}
