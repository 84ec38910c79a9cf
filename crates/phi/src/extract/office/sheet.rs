//! Workbooks (XLSX): a row a line, cells in their columns, values as they are shown.

use super::super::xml::{Event, Events, attribute, decode_into};
use super::super::{Output, Unreadable};
use super::flow::local;
use super::{Archive, entry, format};
use std::collections::HashMap;

const MAX_SHEETS: usize = 256;
/// Empty columns that are kept between cells.
const MAX_GAP: usize = 64;

/// What values are shown by.
struct Book {
    shared: Vec<String>,
    /// By style: the format's code.
    styles: Vec<Option<String>>,
    since_1904: bool,
}

/// Writes all sheets, hidden ones as well, each below its name; then the notes.
pub(super) fn workbook(archive: &mut Archive<'_>, names: &[String], out: &mut Output) -> Result<(), Unreadable> {
    let has = |name: &str| names.iter().any(|n| n == name);
    let shared = if has("xl/sharedStrings.xml") {
        items(&entry(archive, "xl/sharedStrings.xml", out)?, "si")
    } else {
        Vec::new()
    };
    let styles = if has("xl/styles.xml") { styles(&entry(archive, "xl/styles.xml", out)?) } else { Vec::new() };
    let targets = if has("xl/_rels/workbook.xml.rels") {
        relations(&entry(archive, "xl/_rels/workbook.xml.rels", out)?)
    } else {
        HashMap::new()
    };
    let xml = entry(archive, "xl/workbook.xml", out)?;
    let mut book = Book { shared, styles, since_1904: false };
    let mut order: Vec<(String, Option<String>)> = Vec::new();
    for event in Events::new(&xml) {
        let Event::Open { name, attributes } = event else { continue };
        match local(name) {
            "workbookPr" => book.since_1904 = matches!(attribute(attributes, "date1904"), Some("1" | "true")),
            "sheet" => {
                let mut title = String::new();
                decode_into(attribute(attributes, "name").unwrap_or(""), &mut title);
                let id = attribute(attributes, "r:id").or_else(|| attribute(attributes, "id"));
                order.push((title, id.and_then(|i| targets.get(i)).cloned()));
            }
            // Names of ranges are given by somebody too.
            "definedName" => order.push((attribute(attributes, "name").unwrap_or("").to_owned(), None)),
            _ => {}
        }
    }
    let mut rest: Vec<&String> =
        names.iter().filter(|n| n.starts_with("xl/worksheets/") && n.ends_with(".xml")).collect();
    rest.sort_by_key(|n| (n.len(), n.as_str()));
    if rest.len() > MAX_SHEETS {
        return Err(Unreadable::Bomb);
    }
    for (title, target) in order.into_iter().filter(|(t, _)| !t.starts_with("_xlnm")) {
        out.push(&format!("{title}\n"));
        if let Some(at) = rest.iter().position(|n| Some(n.as_str()) == target.as_deref()) {
            sheet(archive, rest.remove(at), &book, out)?;
        }
    }
    for name in rest {
        sheet(archive, name, &book, out)?;
    }
    for name in names.iter().filter(|n| n.starts_with("xl/comments") && n.ends_with(".xml")) {
        let xml = entry(archive, name, out)?;
        items(&xml, "author").iter().chain(&items(&xml, "comment")).for_each(|t| out.push(&format!("{t}\n")));
    }
    Ok(())
}

fn sheet(archive: &mut Archive<'_>, name: &str, book: &Book, out: &mut Output) -> Result<(), Unreadable> {
    let xml = entry(archive, name, out)?;
    rows(&xml, book, out);
    out.push("\n");
    Ok(())
}

/// Where a workbook's references lead, within the archive.
fn relations(xml: &str) -> HashMap<String, String> {
    let one = |e: Event<'_>| {
        let Event::Open { attributes, .. } = e else { return None };
        let target = attribute(attributes, "Target")?;
        let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
        Some((attribute(attributes, "Id")?.to_owned(), path))
    };
    Events::new(xml).filter_map(one).take(10_000).collect()
}

/// The texts of elements of a name; how words are pronounced is left out.
fn items(xml: &str, element: &str) -> Vec<String> {
    let mut all = Vec::new();
    let (mut current, mut within, mut spoken) = (String::new(), false, false);
    for event in Events::new(xml) {
        match event {
            Event::Open { name, .. } if local(name) == element => {
                current.clear();
                within = true;
            }
            Event::Close { name } if local(name) == element => {
                all.push(std::mem::take(&mut current));
                within = false;
            }
            Event::Open { name, .. } if local(name) == "rPh" => spoken = true,
            Event::Close { name } if local(name) == "rPh" => spoken = false,
            Event::Text(t) if within && !spoken => decode_into(t, &mut current),
            _ => {}
        }
    }
    all
}

/// By style: the code of its format.
fn styles(xml: &str) -> Vec<Option<String>> {
    let (mut custom, mut styles, mut in_cells) = (HashMap::new(), Vec::new(), false);
    for event in Events::new(xml) {
        match event {
            Event::Open { name, attributes } if local(name) == "numFmt" => {
                let mut code = String::new();
                decode_into(attribute(attributes, "formatCode").unwrap_or(""), &mut code);
                custom
                    .extend(attribute(attributes, "numFmtId").and_then(|n| n.parse::<u32>().ok()).map(|id| (id, code)));
            }
            Event::Open { name, .. } if local(name) == "cellXfs" => in_cells = true,
            Event::Close { name } if local(name) == "cellXfs" => in_cells = false,
            Event::Open { name, attributes } if local(name) == "xf" && in_cells => {
                let id = attribute(attributes, "numFmtId").and_then(|n| n.parse::<u32>().ok()).unwrap_or(0);
                styles.push(custom.get(&id).cloned().or_else(|| format::built_in(id).map(str::to_owned)));
            }
            _ => {}
        }
    }
    styles
}

#[derive(Default)]
struct Cell {
    kind: String,
    style: Option<usize>,
    value: String,
    column: Option<usize>,
}

fn rows(xml: &str, book: &Book, out: &mut Output) {
    let (mut line, mut cell, mut in_value, mut in_margin) = (String::new(), Cell::default(), false, false);
    // Columns of the row that are written.
    let mut written = 0usize;
    for event in Events::new(xml) {
        match event {
            Event::Open { name, attributes } => match local(name) {
                "c" => {
                    cell = Cell {
                        kind: attribute(attributes, "t").unwrap_or("").to_owned(),
                        style: attribute(attributes, "s").and_then(|s| s.parse().ok()),
                        value: String::new(),
                        column: attribute(attributes, "r").and_then(column),
                    };
                }
                "v" | "t" => in_value = true,
                "rPh" => in_value = false,
                // Of a page's head and foot.
                "headerFooter" => in_margin = true,
                _ => {}
            },
            Event::Close { name } => match local(name) {
                "v" | "t" => in_value = false,
                "c" => {
                    let column = cell.column.unwrap_or(written).max(written);
                    let tabs = (column - written).min(MAX_GAP) + usize::from(written > 0);
                    let first = written == 0;
                    line.extend(std::iter::repeat_n('\t', if first { column.min(MAX_GAP) } else { tabs }));
                    line.push_str(&shown(&cell, book).replace(['\n', '\r', '\t'], " "));
                    written = column + 1;
                }
                "row" => {
                    line.truncate(line.trim_end_matches('\t').len());
                    line.push('\n');
                    out.push(&line);
                    line.clear();
                    written = 0;
                }
                "headerFooter" => in_margin = false,
                _ => {}
            },
            Event::Text(t) if in_value => decode_into(t, &mut cell.value),
            Event::Text(t) if in_margin => margin(t, &mut line),
            Event::Text(_) => {}
        }
    }
    out.push(&line);
}

/// `BC7` is column 54.
fn column(reference: &str) -> Option<usize> {
    let letters = reference.bytes().take(3).take_while(u8::is_ascii_uppercase);
    letters.fold(0usize, |n, b| n * 26 + usize::from(b - b'A') + 1).checked_sub(1)
}

fn shown(cell: &Cell, book: &Book) -> String {
    match cell.kind.as_str() {
        "s" => cell.value.trim().parse().ok().and_then(|i: usize| book.shared.get(i)).cloned().unwrap_or_default(),
        "" | "n" => {
            let code = cell.style.and_then(|s| book.styles.get(s)).and_then(Option::as_deref);
            format::show(&cell.value, code, book.since_1904)
        }
        // A date that is written as one.
        "d" => cell.value.get(..10).unwrap_or(&cell.value).to_owned(),
        _ => cell.value.clone(),
    }
}

/// The texts of a margin without the codes that place and dress them: `&C&"Arial"&12Jansen &P`.
fn margin(text: &str, line: &mut String) {
    let mut plain = String::new();
    decode_into(text, &mut plain);
    undressed(&plain, line);
}

pub(in super::super) fn undressed(plain: &str, line: &mut String) {
    let mut chars = plain.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '&' {
            line.push(c);
            continue;
        }
        match chars.next() {
            Some('"') => drop(chars.by_ref().find(|c| *c == '"')),
            Some(d) if d.is_ascii_digit() => while chars.next_if(char::is_ascii_digit).is_some() {},
            Some('L' | 'C' | 'R') => line.push('\t'),
            Some('&') => line.push('&'),
            _ => {}
        }
    }
    line.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_and_margins_undressed() {
        assert_eq!([column("A1"), column("Z9"), column("BC7"), column("7")], [Some(0), Some(25), Some(54), None]);
        let mut line = String::new();
        margin("&amp;L&amp;\"Arial,Bold\"&amp;12Mw. Jansen&amp;R&amp;P", &mut line);
        assert_eq!(line, "\tMw. Jansen\t\n");
    }
}
