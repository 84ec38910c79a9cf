//! Reading a PATCH (RFC 7644, 3.5.2) into operations, in the ways in which it is really written: names of operations in any
//! case, attributes without a path as members of the value, and dotted names there.

use super::error::ScimError;
use super::filter::{Filter, attribute};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Most operations of one request.
const MOST: usize = 1_000;
/// Longest path.
const MAX_PATH: usize = 512;

/// Changes of a resource.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ScimPatch)]
#[expect(dead_code, reason = "the shape, for the description: what is sent is read more leniently")]
pub(super) struct Patch {
    schemas: Vec<String>,
    #[serde(rename = "Operations")]
    operations: Vec<PatchOperation>,
}

/// One change.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ScimPatchOperation)]
#[expect(dead_code, reason = "the shape, for the description")]
pub(super) struct PatchOperation {
    /// `add`, `replace` or `remove`.
    op: String,
    /// Which attribute; without one the value is an object of attributes.
    path: Option<String>,
    #[schema(value_type = Option<Object>)]
    value: Option<Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Add,
    Remove,
    Replace,
}

/// Which attribute: its name in lower case, which elements of it, which part of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Target {
    pub attribute: String,
    pub elements: Option<Filter>,
    pub part: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Operation {
    pub op: Op,
    pub target: Option<Target>,
    pub value: Value,
}

/// Reads the operations.
pub(super) fn operations(body: &Value) -> Result<Vec<Operation>, ScimError> {
    let list = body["Operations"].as_array().or_else(|| body["operations"].as_array());
    let list = list.filter(|l| !l.is_empty()).ok_or_else(|| ScimError::syntax("Operations is missing"))?;
    if list.len() > MOST {
        return Err(ScimError::new(http::StatusCode::PAYLOAD_TOO_LARGE, None, "at most 1000 operations"));
    }
    list.iter().map(operation).collect()
}

fn operation(one: &Value) -> Result<Operation, ScimError> {
    let op = match one["op"].as_str().unwrap_or_default().to_ascii_lowercase().as_str() {
        "add" => Op::Add,
        "remove" => Op::Remove,
        "replace" => Op::Replace,
        _ => return Err(ScimError::syntax("op is add, remove or replace")),
    };
    let target = match &one["path"] {
        Value::Null => None,
        Value::String(path) => Some(Target::parse(path).ok_or_else(|| ScimError::path("no path"))?),
        _ => return Err(ScimError::path("path is a text")),
    };
    match (op, &target) {
        (Op::Remove, None) => Err(ScimError::target("remove needs a path")),
        (Op::Add | Op::Replace, None) if !one["value"].is_object() => {
            Err(ScimError::value("without a path the value is an object"))
        }
        _ => Ok(Operation { op, target, value: one["value"].clone() }),
    }
}

impl Target {
    /// Reads a path: `name.familyName`, `members[value eq "…"]`, `emails[type eq "work"].value`, each with or without its
    /// schema before it.
    pub(super) fn parse(path: &str) -> Option<Self> {
        let path = path.trim();
        if path.is_empty() || path.len() > MAX_PATH {
            return None;
        }
        let part = |text: &str| Some(text.to_ascii_lowercase()).filter(|t| is_name(t));
        if let Some((head, rest)) = path.split_once('[') {
            let (inner, tail) = rest.rsplit_once(']')?;
            let part = match tail {
                "" => None,
                tail => Some(part(tail.strip_prefix('.')?)?),
            };
            let name = attribute(head.trim());
            return is_name(&name).then(|| Filter::parse(inner)).flatten().map(|elements| Self {
                attribute: name,
                elements: Some(elements),
                part,
            });
        }
        let name = attribute(path);
        // An attribute of an extension: its schema's name has dots.
        if name.starts_with("urn:") {
            return Some(Self { attribute: name, elements: None, part: None });
        }
        match name.split_once('.') {
            Some((head, tail)) if is_name(head) => {
                Some(Self { attribute: head.to_owned(), elements: None, part: Some(part(tail)?) })
            }
            None if is_name(&name) => Some(Self { attribute: name, elements: None, part: None }),
            _ => None,
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '$' | '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_are_read_as_they_are_sent() {
        let of = |path: &str| Target::parse(path).map(|t| (t.attribute, t.elements.is_some(), t.part));
        assert_eq!(of("userName"), Some(("username".into(), false, None)));
        assert_eq!(of("name.familyName"), Some(("name".into(), false, Some("familyname".into()))));
        assert_eq!(of("emails[type eq \"work\"].value"), Some(("emails".into(), true, Some("value".into()))));
        assert_eq!(of("members[value eq \"7\"]"), Some(("members".into(), true, None)));
        let long = "urn:ietf:params:scim:schemas:core:2.0:User:name.givenName";
        assert_eq!(of(long), Some(("name".into(), false, Some("givenname".into()))));
        assert!(of("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department").is_some());
        for bad in ["", ".", "a.", "members[", "members[]", "members[value eq \"7\"].", "a b", "[x]", &"a".repeat(600)]
        {
            assert_eq!(of(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_no_operation_is_refused() {
        for bad in [
            json!({}),
            json!({ "Operations": [] }),
            json!({ "Operations": "x" }),
            json!({ "Operations": [{ "op": "move", "path": "title" }] }),
            json!({ "Operations": [{ "op": "remove" }] }),
            json!({ "Operations": [{ "op": "add", "value": "x" }] }),
            json!({ "Operations": [{ "op": "add", "path": 5, "value": "x" }] }),
            json!({ "Operations": vec![json!({ "op": "remove", "path": "title" }); 1001] }),
        ] {
            assert!(operations(&bad).is_err(), "{bad}");
        }
    }
}
