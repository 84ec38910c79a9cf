//! Requests made of the document: parameters and bodies that a decoder takes.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Values of the parameters in a path.
pub(super) type Ids = BTreeMap<&'static str, String>;

const NOBODY: &str = "00000000-0000-0000-0000-000000000001";

/// An operation as the document describes it.
pub(super) struct Described {
    pub method: String,
    path: String,
    operation: Value,
}

impl Described {
    /// Of the operation with this id.
    pub(super) fn of(document: &Value, id: &str) -> Self {
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                if operation["operationId"] == id {
                    return Self { method: method.to_uppercase(), path: path.clone(), operation: operation.clone() };
                }
            }
        }
        panic!("{id}: no such operation");
    }

    /// Path and query with these ids.
    pub(super) fn place(&self, ids: &Ids) -> String {
        let part = |part: &str| match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
            None => part.to_owned(),
            Some(name) => ids.get(name).cloned().unwrap_or_else(|| {
                panic!("{}: enter the parameter {name} in crates/web/src/tests/matrix/fixtures.rs", self.path)
            }),
        };
        self.with_query(self.path.split('/').map(part).collect::<Vec<_>>().join("/"))
    }

    fn with_query(&self, path: String) -> String {
        let required = self.parameters("query").filter(|p| p["required"] == true);
        let value = |p: &Value| if p["schema"]["format"] == "date" { "2026-03-09" } else { "text" };
        let query: Vec<String> = required.map(|p| format!("{}={}", p["name"].as_str().unwrap(), value(p))).collect();
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }

    /// Every operation of the document.
    pub(super) fn all(document: &Value) -> Vec<Self> {
        let items = document["paths"].as_object().unwrap().values().flat_map(|i| i.as_object().unwrap().values());
        items.filter_map(|o| o["operationId"].as_str()).map(|id| Self::of(document, id)).collect()
    }

    /// Its id.
    pub(super) fn id(&self) -> &str {
        self.operation["operationId"].as_str().unwrap()
    }

    /// Path and query with ids that name nothing.
    pub(super) fn nowhere(&self) -> String {
        let parts = self.path.split('/').map(|p| if p.starts_with('{') { NOBODY } else { p });
        let path = parts.collect::<Vec<_>>().join("/");
        self.with_query(path)
    }

    /// Whether ids stand in its path or not.
    pub(super) fn has_ids(&self) -> bool {
        self.path.contains('{')
    }

    fn parameters(&self, place: &str) -> impl Iterator<Item = &Value> {
        let place = place.to_owned();
        self.operation["parameters"].as_array().into_iter().flatten().filter(move |p| p["in"] == place.as_str())
    }

    /// Schema of a JSON body.
    pub(super) fn schema(&self) -> Option<&Value> {
        self.operation["requestBody"]["content"]["application/json"].get("schema")
    }

    /// Media type and body; `given` in place of what the schema says.
    pub(super) fn body(&self, document: &Value, given: Option<Value>) -> Option<(String, String)> {
        let content = self.operation["requestBody"]["content"].as_object()?;
        let (kind, media) = content.iter().next()?;
        if kind != "application/json" {
            return Some((kind.clone(), "lunch at noon".to_owned()));
        }
        let body = given.unwrap_or_else(|| sample(document, &media["schema"]));
        Some((kind.clone(), body.to_string()))
    }
}

/// The least value that fits a schema.
pub(super) fn sample(document: &Value, schema: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return sample(document, document.pointer(reference.trim_start_matches('#')).unwrap());
    }
    for known in [&schema["example"], &schema["examples"][0], &schema["default"], &schema["enum"][0], &schema["const"]]
    {
        if !known.is_null() {
            return known.clone();
        }
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(first) = schema[choice].as_array().and_then(|c| c.first()) {
            return sample(document, first);
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut all = Map::new();
        for part in parts {
            all.extend(sample(document, part).as_object().cloned().unwrap_or_default());
        }
        return Value::Object(all);
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str());
    match kind {
        Some("object") => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let member = |name: &str| (name.to_owned(), sample(document, &schema["properties"][name]));
            Value::Object(required.map(member).collect())
        }
        Some("array") if schema["minItems"].as_u64().unwrap_or(0) > 0 => json!([sample(document, &schema["items"])]),
        Some("array") => json!([]),
        Some("integer" | "number") => schema["minimum"].as_i64().unwrap_or(1).into(),
        Some("boolean") => json!(false),
        Some("string") => match schema["format"].as_str() {
            Some("uuid") => json!(uuid::Uuid::new_v4()),
            Some("date-time") => json!("2026-03-09T08:00:00Z"),
            Some("date") => json!("2026-03-09"),
            _ => json!("some text here"),
        },
        _ => Value::Null,
    }
}
