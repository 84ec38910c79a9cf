//! JSON, FHIR above all: one line for each value, `key: value`.

use super::{Output, Unreadable};
use serde_json::Value;
use std::fmt::Write as _;

/// Writes the values. `false`: it is no JSON after all. Nesting beyond 128 is refused by the parser, in bounded time.
pub(super) fn read(text: &str, out: &mut Output) -> Result<bool, Unreadable> {
    let value: Value = match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(v) => v,
        Err(e) if e.to_string().contains("recursion limit") => return Err(Unreadable::Bomb),
        Err(_) => return Ok(false),
    };
    let mut lines = String::new();
    walk("", &value, "", &mut lines, out);
    out.push(&lines);
    Ok(true)
}

/// `who`: the word for persons named here, by the FHIR resource around them.
fn walk(key: &str, value: &Value, who: &str, lines: &mut String, out: &mut Output) {
    match value {
        Value::Object(map) => {
            let resource = map.get("resourceType").and_then(Value::as_str).unwrap_or("");
            let who = match resource {
                "" => who,
                "Patient" | "RelatedPerson" => "patient name",
                "Practitioner" | "PractitionerRole" => "physician",
                _ => "name",
            };
            if !resource.is_empty() {
                lines.push('\n');
            }
            if map.get("family").is_some_and(Value::is_string) {
                human_name(map, who, lines);
            }
            if map.contains_key("value") && map.contains_key("system") {
                identifier(map, lines);
            }
            for (k, v) in map {
                walk(k, v, who, lines, out);
            }
        }
        Value::Array(items) => items.iter().for_each(|v| walk(key, v, who, lines, out)),
        Value::Null => {}
        Value::String(s) if key == "div" => line(lines, key, &super::html::html_to_text(s)),
        Value::String(s)
            if key == "text"
                && !who.is_empty()
                && s.split_whitespace().count() <= 5
                && lines.ends_with("use: official\n") =>
        {
            line(lines, who, s);
        }
        Value::String(s) => line(lines, label(key), s),
        other => line(lines, label(key), &other.to_string()),
    }
    if lines.len() > 8_192 {
        out.push(lines);
        lines.clear();
    }
}

fn line(lines: &mut String, key: &str, value: &str) {
    // Writing to a String can't fail.
    let _ = writeln!(lines, "{key}: {value}");
}

/// Given names before the family name, as they are spoken.
fn human_name(map: &serde_json::Map<String, Value>, who: &str, lines: &mut String) {
    let text = |v: &Value| v.as_str().unwrap_or("").to_owned();
    let given = map.get("given").and_then(Value::as_array).map(|g| g.iter().map(text).collect::<Vec<_>>().join(" "));
    let family = map.get("family").map(text).unwrap_or_default();
    line(lines, if who.is_empty() { "name" } else { who }, format!("{} {family}", given.unwrap_or_default()).trim());
}

/// The identifier's system names what its value is.
fn identifier(map: &serde_json::Map<String, Value>, lines: &mut String) {
    let text = |k: &str| map.get(k).and_then(Value::as_str).unwrap_or("");
    let system = text("system").to_ascii_lowercase();
    let what = if system.contains("bsn") || system.contains("2.16.840.1.113883.2.4.6.3") {
        "bsn"
    } else if system.contains("us-ssn") || system.contains("2.16.840.1.113883.4.1") {
        "ssn"
    } else if system.contains("nhs-number") {
        "nhs number"
    } else if system.contains("us-npi") {
        "npi"
    } else if matches!(system.as_str(), "phone" | "email") {
        return;
    } else {
        "identifier"
    };
    line(lines, what, text("value"));
}

fn label(key: &str) -> &str {
    match key {
        "birthDate" => "date of birth",
        "line" => "address",
        other => other,
    }
}
