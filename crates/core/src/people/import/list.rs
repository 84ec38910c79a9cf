//! Reading a list of people (RFC 4180, with what spreadsheets make of it). Pure: what it says of the house is checked by
//! the use case. A cell that begins like a formula stays text.

use crate::{Error, Result};
use std::collections::BTreeMap;

/// Largest list in bytes.
pub(super) const MAX_BYTES: usize = 1 << 20;
/// Most people of one list.
pub(super) const MAX_ROWS: usize = 2_000;

/// A column that a list may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    Name,
    Login,
    Function,
    Language,
    Roles,
    Mailbox,
}

impl Column {
    /// The stable name, as in the API.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Login => "login",
            Self::Function => "function",
            Self::Language => "language",
            Self::Roles => "roles",
            Self::Mailbox => "mailbox",
        }
    }

    /// By its heading, in English or Dutch.
    fn of(heading: &str) -> Option<Self> {
        let bare: String = heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        Some(match bare.as_str() {
            "name" | "naam" => Self::Name,
            "login" | "email" | "mail" | "emailaddress" | "emailadres" | "inlognaam" => Self::Login,
            "function" | "functie" => Self::Function,
            "language" | "taal" => Self::Language,
            "role" | "roles" | "rol" | "rollen" => Self::Roles,
            "mailbox" | "postvak" => Self::Mailbox,
            _ => return None,
        })
    }
}

/// A row as it stands in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Line of the file on which it begins, from 1.
    pub line: u64,
    cells: BTreeMap<Column, String>,
    /// Whether it has as many cells as there are headings.
    pub fits: bool,
}

impl Row {
    /// A cell; empty where the list has no such column.
    pub(super) fn get(&self, column: Column) -> &str {
        self.cells.get(&column).map_or("", String::as_str)
    }
}

/// A list that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct List {
    pub rows: Vec<Row>,
    /// Headings that mean nothing here: their cells are left out.
    pub ignored: Vec<String>,
}

/// Reads a list.
///
/// # Errors
/// [`Error::TooLarge`]; [`Error::Validation`] of `csv`: `encoding` (not UTF-8 somewhere), `columns` (no heading for name or
/// login, or one twice), `too_many`, `required` (no rows), `malformed`.
pub(super) fn read(text: &str) -> Result<List> {
    if text.len() > MAX_BYTES {
        return Err(Error::TooLarge { limit_bytes: MAX_BYTES as u64 });
    }
    let wrong = |code, message: &str| Error::field("csv", code, message);
    // What a browser puts in the place of bytes that are no UTF-8; no name has it.
    if text.contains('\u{fffd}') {
        return Err(wrong("encoding", "Save the list as CSV UTF-8."));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|_| wrong("malformed", "The list can't be read."))?.clone();
    let columns: Vec<Option<Column>> = headings.iter().map(Column::of).collect();
    let named = |c| columns.iter().flatten().filter(|found| **found == c).count();
    let all = [Column::Name, Column::Login, Column::Function, Column::Language, Column::Roles, Column::Mailbox];
    if named(Column::Name) != 1 || named(Column::Login) != 1 || all.into_iter().any(|c| named(c) > 1) {
        return Err(wrong("columns", "The first line must name the columns: name and login, each once."));
    }
    let ignored = headings.iter().zip(&columns).filter(|(h, c)| c.is_none() && !h.is_empty());
    let ignored = ignored.map(|(h, _)| h.chars().take(60).collect()).collect();
    let (mut rows, mut lines) = (Vec::new(), Lines { text: text.as_bytes(), at: 0, line: 1 });
    for record in reader.records() {
        let record = record.map_err(|_| wrong("malformed", "The list can't be read."))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if rows.len() == MAX_ROWS {
            return Err(wrong("too_many", "At most 2,000 people in one list."));
        }
        let cells = columns.iter().zip(&record).filter_map(|(c, cell)| c.map(|c| (c, cell.to_owned()))).collect();
        let line = lines.of(record.position().map_or(0, csv::Position::byte));
        rows.push(Row { line, cells, fits: record.len() == columns.len() });
    }
    if rows.is_empty() {
        return Err(wrong("required", "There is nobody in the list."));
    }
    Ok(List { rows, ignored })
}

/// Counts lines itself: the reader counts a record that begins after CR LF to the line before.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the first character at or after a place; places only grow.
    fn of(&mut self, byte: u64) -> u64 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(b) = self.text.get(self.at).filter(|b| self.at < byte || matches!(b, b'\r' | b'\n')) {
            self.line += u64::from(*b == b'\n');
            self.at += 1;
        }
        self.line
    }
}

/// What stands between the headings: spreadsheets of different countries differ.
fn delimiter(text: &str) -> u8 {
    let heading = text.lines().next().unwrap_or_default();
    let count = |d: u8| heading.bytes().filter(|b| *b == d).count();
    [b';', b',', b'\t'].into_iter().max_by_key(|d| (count(*d), *d == b',')).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> &'static str {
        match read(text) {
            Err(Error::Validation(e)) => e[0].code,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn lists_of_any_spreadsheet_are_read() {
        for (text, line) in [
            ("name,login\nIris Nieuw,iris@clinic.example\n", 2),
            ("\u{feff}Naam;E-mail;Functie\r\nIris Nieuw;iris@clinic.example;\"Arts; huisarts\"\r\n", 2),
            ("LOGIN\tName\n\niris@clinic.example\tIris Nieuw", 3),
            (" login , name , Afdeling\n iris@clinic.example ,Iris Nieuw,x", 2),
        ] {
            let list = read(text).unwrap();
            assert_eq!(list.rows.len(), 1, "{text}");
            let row = &list.rows[0];
            assert_eq!(
                (row.get(Column::Name), row.get(Column::Login)),
                ("Iris Nieuw", "iris@clinic.example"),
                "{text}"
            );
            assert_eq!(row.line, line, "{text}");
        }
        let list = read("name;login;function\nA;a@b.example;\"Arts; \"\"huis\"\"\narts\"\nB;b@b.example\n").unwrap();
        assert_eq!(list.rows[0].get(Column::Function), "Arts; \"huis\"\narts");
        assert!(list.rows[0].fits && !list.rows[1].fits);
        assert_eq!(list.rows[1].line, 4, "a cell may have line ends");
        assert_eq!(read("name,login,Afdeling\nA,a@b.example,x").unwrap().ignored, ["Afdeling"]);
    }

    #[test]
    fn what_is_no_list_is_refused_with_its_reason() {
        assert_eq!(code(""), "columns");
        assert_eq!(code("name,login\n"), "required");
        assert_eq!(code("name,function\nA,b\n"), "columns");
        assert_eq!(code("name,login,e-mail\nA,b,c\n"), "columns");
        assert_eq!(code("name,login\nZo\u{fffd} B,b@c.example\n"), "encoding");
        let many: String = (0..=MAX_ROWS).map(|n| format!("P{n},p{n}@clinic.example\n")).collect();
        assert_eq!(code(&format!("name,login\n{many}")), "too_many");
        assert!(matches!(read(&"x".repeat(MAX_BYTES + 1)), Err(Error::TooLarge { .. })));
    }

    #[test]
    fn a_cell_that_begins_like_a_formula_is_text() {
        let list = read("name,login\n=1+1,a@b.example\n").unwrap();
        assert_eq!(list.rows[0].get(Column::Name), "=1+1");
    }
}
