//! Filters (RFC 7644, 3.4.2.2): read into a small tree and asked of the resource as it would be shown, so that a filter
//! finds out nothing that is not shown anyway. Pure, bounded in length, size and depth; nothing of it reaches a store.

use serde_json::Value;
use std::cmp::Ordering;

/// Longest filter.
const MAX_BYTES: usize = 2048;
/// Most comparisons.
const MAX_COMPARISONS: usize = 32;
/// Deepest nesting.
const MAX_DEPTH: usize = 8;

/// A filter.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// All of these.
    And(Vec<Filter>),
    /// Any of these.
    Or(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
    /// The attribute has a value.
    Present(String),
    /// The attribute compares so with the value.
    Compare(String, Operator, Value),
    /// An element of the attribute for which this holds.
    Element(String, Box<Filter>),
}

/// How values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Contains.
    Co,
    /// Starts with.
    Sw,
    /// Ends with.
    Ew,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
}

impl Operator {
    fn from_name(name: &str) -> Option<Self> {
        let all = [
            ("eq", Self::Eq),
            ("ne", Self::Ne),
            ("co", Self::Co),
            ("sw", Self::Sw),
            ("ew", Self::Ew),
            ("gt", Self::Gt),
            ("ge", Self::Ge),
            ("lt", Self::Lt),
            ("le", Self::Le),
        ];
        all.into_iter().find(|(n, _)| name.eq_ignore_ascii_case(n)).map(|(_, o)| o)
    }
}

impl Filter {
    /// Reads a filter; none if it is malformed, too long or too deep.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let mut reader = Reader { rest: text, comparisons: 0 };
        let filter = reader.any(0)?;
        reader.rest.trim_start().is_empty().then_some(filter)
    }

    /// Whether it holds for a resource, or for an element of one.
    #[must_use]
    pub fn holds(&self, resource: &Value) -> bool {
        match self {
            Self::And(all) => all.iter().all(|f| f.holds(resource)),
            Self::Or(any) => any.iter().any(|f| f.holds(resource)),
            Self::Not(not) => !not.holds(resource),
            Self::Present(path) => found(resource, path).iter().any(|v| has_content(v)),
            Self::Element(path, filter) => found(resource, path).iter().any(|v| filter.holds(v)),
            Self::Compare(path, operator, value) => {
                let values = found(resource, path);
                match (operator, value) {
                    (Operator::Eq, Value::Null) => !values.iter().any(|v| has_content(v)),
                    (Operator::Ne, Value::Null) => values.iter().any(|v| has_content(v)),
                    (Operator::Ne, _) => !values.iter().any(|v| compares(path, v, Operator::Eq, value)),
                    _ => values.iter().any(|v| compares(path, v, *operator, value)),
                }
            }
        }
    }
}

fn has_content(value: &Value) -> bool {
    !matches!(value, Value::Null) && value.as_str() != Some("") && value.as_array().is_none_or(|a| !a.is_empty())
}

/// The values at a path, those of all elements where there are several.
fn found<'v>(resource: &'v Value, path: &str) -> Vec<&'v Value> {
    let mut at = vec![resource];
    for step in path.split('.') {
        let inside = at.into_iter().filter_map(|v| {
            let object = v.as_object()?;
            object.iter().find(|(name, _)| name.eq_ignore_ascii_case(step)).map(|(_, v)| v)
        });
        at = inside.flat_map(|v| v.as_array().map_or_else(|| vec![v], |all| all.iter().collect())).collect();
    }
    at
}

fn compares(path: &str, found: &Value, operator: Operator, wanted: &Value) -> bool {
    // An element of several stands for its value (`emails eq "…"`).
    let found = found.get("value").unwrap_or(found);
    match (found, wanted) {
        (Value::String(found), Value::String(wanted)) => {
            let exact = matches!(path, "id" | "externalid" | "meta.version");
            let fold = |s: &str| if exact { s.to_owned() } else { s.to_lowercase() };
            let (found, wanted) = (fold(found), fold(wanted));
            match operator {
                Operator::Co => found.contains(&wanted),
                Operator::Sw => found.starts_with(&wanted),
                Operator::Ew => found.ends_with(&wanted),
                other => ordered(other, Some(found.cmp(&wanted))),
            }
        }
        (Value::Bool(found), Value::Bool(wanted)) => operator == Operator::Eq && found == wanted,
        (Value::Number(found), Value::Number(wanted)) => {
            let numbers = found.as_f64().zip(wanted.as_f64());
            ordered(operator, numbers.and_then(|(a, b)| a.partial_cmp(&b)))
        }
        _ => false,
    }
}

fn ordered(operator: Operator, order: Option<Ordering>) -> bool {
    match operator {
        Operator::Eq => order == Some(Ordering::Equal),
        Operator::Gt => order == Some(Ordering::Greater),
        Operator::Ge => order.is_some_and(Ordering::is_ge),
        Operator::Lt => order == Some(Ordering::Less),
        Operator::Le => order.is_some_and(Ordering::is_le),
        Operator::Ne | Operator::Co | Operator::Sw | Operator::Ew => false,
    }
}

struct Reader<'t> {
    rest: &'t str,
    comparisons: usize,
}

impl<'t> Reader<'t> {
    fn any(&mut self, depth: usize) -> Option<Filter> {
        let mut parts = vec![self.all(depth)?];
        while self.takes_word("or") {
            parts.push(self.all(depth)?);
        }
        Some(one_or(parts, Filter::Or))
    }

    fn all(&mut self, depth: usize) -> Option<Filter> {
        let mut parts = vec![self.term(depth)?];
        while self.takes_word("and") {
            parts.push(self.term(depth)?);
        }
        Some(one_or(parts, Filter::And))
    }

    fn term(&mut self, depth: usize) -> Option<Filter> {
        if depth >= MAX_DEPTH {
            return None;
        }
        if self.takes('(') {
            return self.closed(depth, ')');
        }
        let name = self.word()?;
        if name.eq_ignore_ascii_case("not") && self.takes('(') {
            return Some(Filter::Not(Box::new(self.closed(depth, ')')?)));
        }
        self.comparisons += 1;
        if self.comparisons > MAX_COMPARISONS {
            return None;
        }
        let path = attribute(name);
        if self.takes('[') {
            return Some(Filter::Element(path, Box::new(self.closed(depth, ']')?)));
        }
        let operator = self.word()?;
        if operator.eq_ignore_ascii_case("pr") {
            return Some(Filter::Present(path));
        }
        let operator = Operator::from_name(operator)?;
        Some(Filter::Compare(path, operator, self.value()?))
    }

    fn closed(&mut self, depth: usize, end: char) -> Option<Filter> {
        let inner = self.any(depth + 1)?;
        self.takes(end).then_some(inner)
    }

    fn takes(&mut self, c: char) -> bool {
        match self.rest.trim_start().strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn takes_word(&mut self, wanted: &str) -> bool {
        let before = self.rest;
        let yes = self.word().is_some_and(|w| w.eq_ignore_ascii_case(wanted));
        if !yes {
            self.rest = before;
        }
        yes
    }

    fn word(&mut self) -> Option<&'t str> {
        let text = self.rest.trim_start();
        let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "._:$-".contains(c))).unwrap_or(text.len());
        let (word, rest) = text.split_at_checked(end)?;
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    fn value(&mut self) -> Option<Value> {
        let text = self.rest.trim_start();
        if text.starts_with('"') {
            let mut values = serde_json::Deserializer::from_str(text).into_iter::<String>();
            let read = values.next()?.ok()?;
            self.rest = text.get(values.byte_offset()..)?;
            return Some(Value::String(read));
        }
        let word = self.word()?;
        match word.to_ascii_lowercase().as_str() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "null" => Some(Value::Null),
            number => number.parse::<serde_json::Number>().ok().map(Value::Number),
        }
    }
}

fn one_or(mut parts: Vec<Filter>, many: fn(Vec<Filter>) -> Filter) -> Filter {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            many(parts)
        }
    }
}

/// The name of an attribute in lower case, without the schema that it may begin with.
pub(super) fn attribute(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let schemas = [super::schema::USER, super::schema::GROUP];
    let bare = schemas.iter().find_map(|s| lower.strip_prefix(&s.to_ascii_lowercase())?.strip_prefix(':'));
    bare.map(str::to_owned).unwrap_or(lower)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn anna() -> Value {
        json!({
            "id": "5", "userName": "Anna@clinic.example", "externalId": "A-1", "active": true, "title": "",
            "name": { "familyName": "Jansen" }, "emails": [{ "value": "anna@clinic.example", "type": "work" }],
            "meta": { "lastModified": "2026-03-01T00:00:00Z" }, "n": 5,
        })
    }

    /// The examples of RFC 7644, 3.4.2.2, and what the large identity providers send.
    #[test]
    fn filters_of_the_rfc_are_read_and_hold() {
        for (filter, yes) in [
            ("userName eq \"anna@clinic.example\"", true),
            ("USERNAME Eq \"ANNA@clinic.example\"", true),
            ("urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"anna\"", true),
            ("externalId eq \"a-1\"", false),
            ("externalId eq \"A-1\"", true),
            ("name.familyName co \"ans\"", true),
            ("userName ew \"example\" and active eq True", true),
            ("userName eq \"x\" or active eq true", true),
            ("not (active eq true)", false),
            ("(userName eq \"x\" or name.familyName eq \"jansen\") and active ne false", true),
            ("title pr", false),
            ("userName pr", true),
            ("emails pr", true),
            ("emails[type eq \"work\" and value co \"@clinic\"]", true),
            ("emails[type eq \"home\"]", false),
            ("emails eq \"anna@clinic.example\"", true),
            ("emails.type ne \"work\"", false),
            ("meta.lastModified gt \"2026-01-01T00:00:00Z\"", true),
            ("meta.lastModified le \"2026-01-01T00:00:00Z\"", false),
            ("n ge 5 and n lt 6", true),
            ("manager eq null", true),
            ("userName eq \"a\\\" or active eq true or userName eq \\\"\"", false),
        ] {
            let read = Filter::parse(filter).unwrap_or_else(|| panic!("{filter}"));
            assert_eq!(read.holds(&anna()), yes, "{filter}");
        }
    }

    /// Filter injection: what is no filter finds nothing, it is refused.
    #[test]
    fn what_is_no_filter_is_refused() {
        let deep = format!("{}active eq true{}", "(".repeat(9), ")".repeat(9));
        let long = format!("userName eq \"{}\"", "a".repeat(3000));
        let many = ["active eq true"; 40].join(" or ");
        for bad in [
            "",
            "userName",
            "userName eq",
            "userName eq \"open",
            "userName eq x",
            "userName like \"b%\"",
            "userName eq \"a\" and ",
            "userName eq \"a\"; DROP TABLE person",
            "userName eq \"a\" --",
            "\"a\" eq userName",
            "(active eq true",
            "active eq true)",
            "emails[type eq \"work\"",
            "not active eq true",
            &deep,
            &long,
            &many,
        ] {
            assert_eq!(Filter::parse(bad), None, "{bad}");
        }
    }
}
