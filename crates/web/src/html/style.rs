//! Inline styles of mails: properties and values from a list, collected into one style sheet that the document's
//! Content-Security-Policy names by its hash. So a page needs no `unsafe-inline`, and what the filter might overlook is
//! still not applied by the browser.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Most bytes of one `style` attribute that are looked at.
const MAX_ATTRIBUTE: usize = 4096;
/// Most bytes of one value.
const MAX_VALUE: usize = 200;
/// Most bytes of the collected sheet.
const MAX_SHEET: usize = 256 << 10;

/// Properties that lay out and colour text and tables, and can't take content out of its place or fetch anything.
const PROPERTIES: &[&str] = &[
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-style",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-radius",
    "border-right",
    "border-right-color",
    "border-right-style",
    "border-right-width",
    "border-spacing",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-style",
    "border-top-width",
    "border-width",
    "box-sizing",
    "caption-side",
    "clear",
    "color",
    "direction",
    "display",
    "empty-cells",
    "float",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style-position",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-height",
    "max-width",
    "min-height",
    "min-width",
    "overflow-wrap",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "table-layout",
    "text-align",
    "text-decoration",
    "text-indent",
    "text-transform",
    "vertical-align",
    "white-space",
    "width",
    "word-break",
    "word-spacing",
    "word-wrap",
];

/// Functions that yield a colour; every other function is refused (`url`, `expression`, `var`, `image-set`, `attr` …).
const FUNCTIONS: &[&str] = &["rgb", "rgba", "hsl", "hsla"];

/// The styles of one document, each once.
#[derive(Debug, Default)]
pub struct Sheet {
    classes: BTreeMap<String, usize>,
    bytes: usize,
}

impl Sheet {
    /// The class for a `style` attribute; none when nothing of it may stay or the sheet is full.
    pub fn class_of(&mut self, style: &str) -> Option<String> {
        let kept = filter(style);
        if kept.is_empty() {
            return None;
        }
        let number = match self.classes.get(&kept) {
            Some(number) => *number,
            None => {
                self.bytes = self.bytes.saturating_add(kept.len() + 16);
                if self.bytes > MAX_SHEET {
                    return None;
                }
                let number = self.classes.len();
                self.classes.insert(kept, number);
                number
            }
        };
        Some(format!("s{number}"))
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> String {
        let mut rules: Vec<(usize, &str)> = self.classes.iter().map(|(style, n)| (*n, style.as_str())).collect();
        rules.sort_unstable();
        rules.iter().fold(String::with_capacity(self.bytes), |mut sheet, (number, style)| {
            // Writing to a string can't fail.
            let _ = write!(sheet, ".s{number}{{{style}}}");
            sheet
        })
    }
}

/// The declarations that may stay, in a normal form.
#[must_use]
pub fn filter(style: &str) -> String {
    if style.len() > MAX_ATTRIBUTE {
        return String::new();
    }
    let mut kept = String::new();
    for declaration in style.split(';') {
        let Some((property, value)) = declaration.split_once(':') else { continue };
        let (property, value) = (property.trim().to_ascii_lowercase(), value.trim());
        let property = match property.as_str() {
            // Only its colour is of use.
            "background" => "background-color",
            other => other,
        };
        if !PROPERTIES.contains(&property) || !harmless(value) || (takes_out_of_place(property) && negative(value)) {
            continue;
        }
        if !kept.is_empty() {
            kept.push(';');
        }
        kept.push_str(property);
        kept.push(':');
        kept.push_str(value);
    }
    kept
}

fn takes_out_of_place(property: &str) -> bool {
    property.starts_with("margin") || property == "text-indent" || property.ends_with("spacing")
}

fn negative(value: &str) -> bool {
    value.split([' ', ',']).any(|part| part.trim_start().starts_with('-'))
}

/// Words, numbers, colours, lengths and quoted names: no escapes, comments, blocks or functions but colours.
fn harmless(value: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || " .,%#+-/'\"!()".contains(c);
    if value.is_empty() || value.len() > MAX_VALUE || !value.chars().all(plain) || value.contains("//") {
        return false;
    }
    balanced(value) && functions_are_colours(value)
}

fn balanced(value: &str) -> bool {
    let (mut quote, mut depth) = (None, 0_i32);
    for c in value.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            _ => {}
        }
        if !(0..=1).contains(&depth) {
            return false;
        }
    }
    quote.is_none() && depth == 0
}

fn functions_are_colours(value: &str) -> bool {
    let mut before = value;
    while let Some((head, _)) = before.rsplit_once('(') {
        let name = head.rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).next().unwrap_or_default();
        if !FUNCTIONS.iter().any(|f| f.eq_ignore_ascii_case(name)) {
            return false;
        }
        before = head;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout_and_colour_stay() {
        assert_eq!(
            filter("Color: #fff ; font-family:'Segoe UI', Arial;padding:4px 8px"),
            "color:#fff;font-family:'Segoe UI', Arial;padding:4px 8px"
        );
        assert_eq!(filter("background: rgb(1, 2, 3) !important"), "background-color:rgb(1, 2, 3) !important");
    }

    #[test]
    fn what_fetches_escapes_or_moves_content_goes() {
        for hostile in [
            "background-color:url(https://tracker.example/x)",
            "background:URL ( x )",
            "color:expression(alert(1))",
            "width:calc(100% + 1px)",
            "color:red}body{color:blue",
            "color:\\72 ed",
            "color:/**/red",
            "position:fixed",
            "color:var(--x)",
            "margin-left:-9999px",
            "text-indent: -9999px",
            "font-family:'unclosed",
            "color:rgb(rgb(1,2,3))",
            "behavior:url(x.htc)",
            "-moz-binding:url(x)",
            "content:'spoof'",
            "color:red</style><script>",
            "color:@import",
            "border:1px solid //x",
            "color:",
        ] {
            assert_eq!(filter(hostile), "", "{hostile}");
        }
        assert_eq!(filter("position:absolute;color:red;z-index:9"), "color:red");
        assert_eq!(filter(&"color:red;".repeat(1000)), "", "too long to be looked at");
    }

    #[test]
    fn equal_styles_share_a_class_and_the_sheet_is_bounded() {
        let mut sheet = Sheet::default();
        assert_eq!(sheet.class_of("color:red").as_deref(), Some("s0"));
        assert_eq!(sheet.class_of("width:1px").as_deref(), Some("s1"));
        assert_eq!(sheet.class_of("COLOR : red;position:fixed").as_deref(), Some("s0"));
        assert_eq!(sheet.class_of("position:fixed"), None);
        assert_eq!(sheet.rules(), ".s0{color:red}.s1{width:1px}");
        for i in 0..100_000 {
            sheet.class_of(&format!("width:{i}px"));
        }
        assert!(sheet.rules().len() <= MAX_SHEET);
    }
}
