//! CSV after RFC 4180, safe to be opened by a spreadsheet (ASVS 1.2.10).

use std::fmt::Write as _;
use wardpost_model::audit::{AuditAgent, AuditEntry};

/// The first line, after a byte order mark, without which spreadsheets take UTF-8 for something else.
pub const HEADER: &str = "\u{feff}seq,id,at,kind,action,outcome,agent_kind,agent_id,agent_name,roles,on_behalf_of,\
                          network,object_kind,object_id,patient,ground,why,request_id,more\r\n";

/// One entry as a line.
#[must_use]
pub fn row(entry: &AuditEntry) -> String {
    let (agent_kind, agent_id, roles) = match &entry.agent {
        AuditAgent::Person { id, roles } => ("person", id.to_string(), roles.join("; ")),
        AuditAgent::Guest => ("guest", String::new(), String::new()),
        AuditAgent::Peer => ("peer", String::new(), String::new()),
        AuditAgent::System => ("system", String::new(), String::new()),
    };
    let details = entry.details.clone().unwrap_or_default();
    let more: Vec<String> = details.more.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let (object_kind, object_id) = entry.object.as_ref().map_or(("", ""), |o| (o.kind.as_str(), o.id.as_str()));
    let fields = [
        entry.seq.map(|s| s.to_string()).unwrap_or_default(),
        entry.id.to_string(),
        entry.at.to_string(),
        entry.kind.as_str().to_owned(),
        format!("{:?}", entry.kind.action()),
        entry.outcome.as_str().to_owned(),
        agent_kind.to_owned(),
        agent_id,
        details.agent_name.unwrap_or_default(),
        roles,
        details.on_behalf_of.unwrap_or_default(),
        details.network.unwrap_or_default(),
        object_kind.to_owned(),
        object_id.to_owned(),
        details.patient.unwrap_or_default(),
        details.ground.unwrap_or_default(),
        details.why.unwrap_or_default(),
        details.request_id.unwrap_or_default(),
        more.join("; "),
    ];
    line_of(&fields)
}

/// A line of these fields.
#[must_use]
pub(crate) fn line_of(fields: &[impl AsRef<str>]) -> String {
    let mut line = String::with_capacity(256);
    for (place, value) in fields.iter().enumerate() {
        if place > 0 {
            line.push(',');
        }
        // Writing to a string can't fail.
        let _ = write!(line, "{}", field(value.as_ref()));
    }
    line.push_str("\r\n");
    line
}

/// A last line that says how many entries are missing because they were altered.
#[must_use]
pub fn missing_row(entries: u64) -> String {
    let columns = HEADER.split(',').count();
    format!("{}altered entries that can't be shown={entries}\r\n", ",".repeat(columns.saturating_sub(1)))
}

/// Quoted where needed. What a spreadsheet would take for a formula gets an apostrophe in front, full-width forms too.
fn field(value: &str) -> String {
    let formula = value.chars().next().is_some_and(|c| "=+-@\t\r\n＝＋－＠".contains(c));
    let value = if formula { format!("'{value}") } else { value.to_owned() };
    if formula || value.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value
    }
}
