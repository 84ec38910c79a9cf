//! A lenient reader of XML: enough for office documents, C-CDA and FHIR. No entities but the five, no DTDs.

use super::Output;
use super::html::entity;

/// A piece of XML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event<'x> {
    /// `<name attributes>`; a self-closing one is followed by a `Close`.
    Open {
        name: &'x str,
        attributes: &'x str,
    },
    Close {
        name: &'x str,
    },
    /// Undecoded.
    Text(&'x str),
}

/// Events of a text, in one pass.
pub(super) struct Events<'x> {
    rest: &'x str,
    close: Option<&'x str>,
}

impl<'x> Events<'x> {
    pub(super) fn new(text: &'x str) -> Self {
        Self { rest: text, close: None }
    }
}

impl<'x> Iterator for Events<'x> {
    type Item = Event<'x>;
    fn next(&mut self) -> Option<Event<'x>> {
        if let Some(name) = self.close.take() {
            return Some(Event::Close { name });
        }
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let at = memchr::memchr(b'<', self.rest.as_bytes()).unwrap_or(self.rest.len());
            if at > 0 {
                let (text, rest) = self.rest.split_at(at);
                self.rest = rest;
                return Some(Event::Text(text));
            }
            if let Some(body) = self.rest.strip_prefix("<![CDATA[") {
                let end = body.find("]]>").unwrap_or(body.len());
                self.rest = body.get(end + 3..).unwrap_or("");
                return Some(Event::Text(body.get(..end).unwrap_or("")));
            }
            if self.rest.starts_with("<!--") {
                self.rest = self.rest.find("-->").and_then(|e| self.rest.get(e + 3..)).unwrap_or("");
                continue;
            }
            let Some(end) = memchr::memchr(b'>', self.rest.as_bytes()) else {
                self.rest = "";
                return None;
            };
            let tag = self.rest.get(1..end).unwrap_or("");
            self.rest = self.rest.get(end + 1..).unwrap_or("");
            if tag.starts_with(['?', '!']) {
                continue;
            }
            if let Some(name) = tag.strip_prefix('/') {
                return Some(Event::Close { name: name.trim() });
            }
            let (tag, closed) = tag.strip_suffix('/').map_or((tag, false), |t| (t, true));
            let name_end = tag.find(|c: char| c.is_ascii_whitespace()).unwrap_or(tag.len());
            let (name, attributes) = tag.split_at(name_end);
            self.close = closed.then_some(name);
            return Some(Event::Open { name, attributes });
        }
    }
}

/// The value of an attribute, undecoded.
pub(super) fn attribute<'x>(attributes: &'x str, name: &str) -> Option<&'x str> {
    let mut rest = attributes;
    while let Some(at) = rest.find('=') {
        let key = rest.get(..at)?.trim();
        let value = rest.get(at + 1..)?.trim_start();
        let quote = value.chars().next().filter(|q| matches!(q, '"' | '\''))?;
        let value = value.get(1..)?;
        let end = value.find(quote)?;
        if key == name {
            return value.get(..end);
        }
        rest = value.get(end + 1..)?;
    }
    None
}

/// Adds text with its entities decoded.
pub(super) fn decode_into(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(rest.get(..at).unwrap_or(""));
        let (c, used) = entity(rest.get(at..).unwrap_or(""));
        out.push(c);
        rest = rest.get(at + used..).unwrap_or("");
    }
    out.push_str(rest);
}

/// Any other XML: `name: text` for every element, and the attributes that hold values in C-CDA and FHIR. Names and
/// birth dates get the words by which the scanner knows them.
pub(super) fn read_generic(text: &str, out: &mut Output) {
    let mut label = String::new();
    let mut line = String::new();
    let mut in_block = 0usize;
    // Where a note's window stands and how it looks, in numbers.
    let mut in_window = false;
    for event in Events::new(text) {
        match event {
            Event::Open { name: "x:ClientData" | "xdr:from" | "xdr:to", .. } => in_window = true,
            Event::Close { name: "x:ClientData" | "xdr:from" | "xdr:to" } => in_window = false,
            _ if in_window => {}
            Event::Open { name, attributes } => {
                let local = name.rsplit(':').next().unwrap_or(name);
                in_block += usize::from(matches!(local, "text" | "div" | "paragraph"));
                label.clear();
                label.push_str(words_for(local));
                if matches!(local, "tr" | "paragraph" | "p" | "item" | "caption" | "br" | "title") {
                    line.push('\n');
                } else if matches!(local, "td" | "th") {
                    line.push('\t');
                }
                for key in ["extension", "value", "displayName", "code"] {
                    let found = attribute(attributes, key).filter(|v| !v.is_empty());
                    if let Some(value) = found.filter(|_| key != "code" || local == "value") {
                        line.push('\n');
                        line.push_str(&label);
                        line.push_str(": ");
                        decode_into(value, &mut line);
                    }
                }
            }
            Event::Close { name } => {
                let local = name.rsplit(':').next().unwrap_or(name);
                if matches!(local, "text" | "div" | "paragraph") {
                    in_block = in_block.saturating_sub(1);
                }
                if matches!(
                    local,
                    "name" | "patient" | "entry" | "observation" | "assignedEntity" | "patientRole" | "resource"
                ) {
                    line.push('\n');
                }
            }
            Event::Text(t) if !t.trim().is_empty() => {
                if in_block == 0 {
                    line.push('\n');
                    line.push_str(&label);
                    line.push_str(": ");
                }
                decode_into(t, &mut line);
            }
            Event::Text(_) => {}
        }
        if line.len() > 4_096 {
            out.push(&line);
            line.clear();
        }
    }
    out.push(&line);
}

/// Properties of a document or picture in XMP: what somebody wrote, without the technical rest.
pub(super) fn read_metadata(text: &str, out: &mut Output) {
    const TECHNICAL: [&str; 24] = [
        "xmpMM",
        "stEvt",
        "stRef",
        "stDim",
        "stFnt",
        "xmpG",
        "xmpTPg",
        "crs",
        "tiff",
        "exif",
        "exifEX",
        "aux",
        "pdfaid",
        "pdfuaid",
        "xmlns",
        "xml",
        "x",
        "rdf",
        "GPano",
        "GCamera",
        "hdrgm",
        "Container",
        "Item",
        "xapMM",
    ];
    // Of all these, some hold words.
    const WORDS: [&str; 5] =
        ["tiff:ImageDescription", "exif:UserComment", "tiff:Artist", "aux:OwnerName", "aux:SerialNumber"];
    const SKIPPED: [&str; 12] = [
        "dc:format",
        "pdf:Producer",
        "xmp:CreatorTool",
        "xmp:CreateDate",
        "xmp:ModifyDate",
        "xmp:MetadataDate",
        "pdf:Trapped",
        "photoshop:ColorMode",
        "photoshop:ICCProfile",
        "pdf:PDFVersion",
        "dc:language",
        "dc:type",
    ];
    let written = |name: &str| {
        let prefix = name.split_once(':').map_or("", |(p, _)| p);
        !SKIPPED.contains(&name) && (WORDS.contains(&name) || !TECHNICAL.contains(&prefix))
    };
    let mut open: Vec<&str> = Vec::new();
    for event in Events::new(text) {
        match event {
            Event::Open { name, attributes } => {
                let mut rest = attributes;
                while let Some((key, value, after)) = next_attribute(rest) {
                    rest = after;
                    if written(key) && key.contains(':') {
                        metadata_line(key, value, out);
                    }
                }
                if open.len() < 64 {
                    open.push(name);
                }
            }
            Event::Close { name } => {
                if open.last() == Some(&name) {
                    open.pop();
                }
            }
            Event::Text(t) if !t.trim().is_empty() => {
                let owner = open.iter().rev().find(|n| !n.starts_with("rdf:")).copied().unwrap_or("");
                if written(owner) {
                    metadata_line(owner, t, out);
                }
            }
            Event::Text(_) => {}
        }
    }
}

fn metadata_line(name: &str, value: &str, out: &mut Output) {
    let mut decoded = String::new();
    decode_into(value, &mut decoded);
    out.line(name.rsplit(':').next().unwrap_or(name), &decoded);
}

/// The first attribute: its name, its value, and what follows.
fn next_attribute(attributes: &str) -> Option<(&str, &str, &str)> {
    let (key, rest) = attributes.split_once('=')?;
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|q| matches!(q, '"' | '\''))?;
    let (value, after) = rest.get(1..)?.split_once(quote)?;
    Some((key.trim(), value, after))
}

/// The label of an element in the scanner's words.
fn words_for(local: &str) -> &str {
    match local {
        "birthTime" | "birthDate" => "date of birth",
        "streetAddressLine" => "address",
        "telecom" => "phone",
        "assignedPerson" | "assignedEntity" => "provider",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_and_attributes_come_in_order() {
        let got: Vec<Event<'_>> = Events::new("<a x=\"1\"><b/>t<!-- c --><![CDATA[<d>]]></a>").collect();
        assert_eq!(
            got,
            [
                Event::Open { name: "a", attributes: " x=\"1\"" },
                Event::Open { name: "b", attributes: "" },
                Event::Close { name: "b" },
                Event::Text("t"),
                Event::Text("<d>"),
                Event::Close { name: "a" },
            ]
        );
        assert_eq!(attribute(" a='1' value=\"x y\"", "value"), Some("x y"));
        assert_eq!(attribute(" a b", "value"), None);
        assert_eq!(Events::new("<never").count(), 0);
    }
}
