//! Archives, and the office formats that are archives: DOCX, XLSX, PPTX, ODT and kin.

use super::xml::{Event, Events, attribute, decode_into};
use super::{Output, Unreadable, read as read_document};
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

const MAX_ENTRIES: usize = 2_000;
/// Most bytes of one entry, unpacked.
const MAX_ENTRY: u64 = 32 << 20;
/// An entry above one megabyte that unpacks to more than this many times its size is a bomb.
const MAX_RATIO: u64 = 200;
const MAX_SHEETS: usize = 256;

type Archive<'d> = ZipArchive<Cursor<&'d [u8]>>;

/// Reads an archive: as an office document if it is one, else every file in it.
pub(super) fn read_zip(data: &[u8], out: &mut Output, depth: u8) -> Result<(), Unreadable> {
    let mut archive = ZipArchive::new(Cursor::new(data)).map_err(|_| Unreadable::Damaged)?;
    if archive.len() > MAX_ENTRIES {
        return Err(Unreadable::Bomb);
    }
    let names: Result<Vec<String>, ZipError> = archive.file_names().map(|n| n.map(|n| n.into_owned())).collect();
    let names = names.map_err(|_| Unreadable::Damaged)?;
    let has = |name: &str| names.iter().any(|n| n == name);
    let telling: fn(&str) -> bool = if has("word/document.xml") {
        |n| {
            const PARTS: [&str; 6] =
                ["word/document.xml", "word/header", "word/footer", "word/footnotes", "word/endnotes", "word/comments"];
            PARTS.iter().any(|p| n.starts_with(p)) && n.ends_with(".xml")
        }
    } else if has("xl/workbook.xml") {
        workbook(&mut archive, &names, out)?;
        |n| {
            matches!(n, "xl/workbook.xml" | "xl/sharedStrings.xml")
                || ["xl/worksheets/", "xl/comments"].iter().any(|p| n.starts_with(p) && n.ends_with(".xml"))
        }
    } else if has("ppt/presentation.xml") {
        |n| ["ppt/slides/slide", "ppt/notesSlides/"].iter().any(|p| n.starts_with(p)) && n.ends_with(".xml")
    } else if has("content.xml") && has("META-INF/manifest.xml") {
        let manifest = entry(&mut archive, "META-INF/manifest.xml", out)?;
        if manifest.contains("encryption-data") {
            return Err(Unreadable::Encrypted);
        }
        // Page headers and footers stand in the styles.
        |n| matches!(n, "content.xml" | "styles.xml")
    } else {
        return every_file(&mut archive, names.iter().map(String::as_str), true, out, depth);
    };
    if !has("xl/workbook.xml") {
        flowing(&mut archive, names.iter().filter(|n| telling(n)), out)?;
    }
    // Pictures, embedded documents, charts, properties, and what was only put beside them.
    let rest = names.iter().map(String::as_str).filter(|n| !telling(n) && !is_furniture(n));
    every_file(&mut archive, rest, false, out, depth)
}

/// Parts of an office document that say how it looks and hold nothing that somebody wrote. By their whole path: a file of
/// another name is read.
fn is_furniture(name: &str) -> bool {
    const FILES: [&str; 24] = [
        "[Content_Types].xml",
        "mimetype",
        "docProps/app.xml",
        "word/styles.xml",
        "word/stylesWithEffects.xml",
        "word/settings.xml",
        "word/webSettings.xml",
        "word/fontTable.xml",
        "word/numbering.xml",
        "xl/styles.xml",
        "xl/calcChain.xml",
        "xl/metadata.xml",
        "ppt/presentation.xml",
        "ppt/presProps.xml",
        "ppt/viewProps.xml",
        "ppt/tableStyles.xml",
        "META-INF/manifest.xml",
        "settings.xml",
        "manifest.rdf",
        "layout-cache",
        "Configurations2/accelerator/current.xml",
        // Small pictures of the first page, whose text is read.
        "Thumbnails/thumbnail.png",
        "docProps/thumbnail.jpeg",
        "docProps/thumbnail.emf",
    ];
    const FONTS: [&str; 4] = [".odttf", ".fntdata", ".ttf", ".otf"];
    let within = |folder: &str, ending: &str| name.starts_with(folder) && name.ends_with(ending);
    FILES.contains(&name)
        || name.ends_with(".rels")
        || within("word/theme/", ".xml")
        || within("xl/theme/", ".xml")
        || within("ppt/theme/", ".xml")
        || within("ppt/slideLayouts/", ".xml")
        || within("xl/printerSettings/", ".bin")
        || FONTS.iter().any(|f| within("word/fonts/", f) || within("ppt/fonts/", f) || within("Fonts/", f))
}

/// Reads files of an archive by what they hold, with their names where these were given by somebody.
fn every_file<'n>(
    archive: &mut Archive<'_>,
    names: impl Iterator<Item = &'n str>,
    named: bool,
    out: &mut Output,
    depth: u8,
) -> Result<(), Unreadable> {
    let alone = archive.len() == 1;
    for name in names.filter(|n| !n.ends_with('/')) {
        if named {
            out.push(&format!("{}\n", name.replace(['_', '/'], " ")));
        }
        let bytes = entry_bytes(archive, name, out);
        let result = match bytes {
            Ok(bytes) => read_document(&bytes, out, depth - 1),
            Err(Unreadable::Bomb) => return Err(Unreadable::Bomb),
            Err(Unreadable::Encrypted) if alone => return Err(Unreadable::Encrypted),
            Err(e) => Err(e),
        };
        if result == Err(Unreadable::Bomb) {
            return Err(Unreadable::Bomb);
        }
        out.part(result);
    }
    Ok(())
}

fn entry_bytes(archive: &mut Archive<'_>, name: &str, out: &mut Output) -> Result<Vec<u8>, Unreadable> {
    let file = archive.by_name(name).map_err(|e| match e {
        ZipError::UnsupportedArchive(why) if why.contains("assword") => Unreadable::Encrypted,
        _ => Unreadable::Damaged,
    })?;
    let packed = file.compressed_size();
    let limit = MAX_ENTRY.min(out.budget).min((1u64 << 20).max(packed.saturating_mul(MAX_RATIO)));
    let mut bytes = Vec::new();
    // The declared size is not believed: what comes out is counted.
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|_| Unreadable::Damaged)?;
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if size > limit {
        return Err(Unreadable::Bomb);
    }
    out.budget -= size;
    Ok(bytes)
}

fn entry(archive: &mut Archive<'_>, name: &str, out: &mut Output) -> Result<String, Unreadable> {
    let bytes = entry_bytes(archive, name, out)?;
    super::plain::decode(&bytes).ok_or(Unreadable::Damaged)
}

/// Documents and slides: paragraphs are lines, cells are set apart by tabs, runs are joined.
fn flowing<'n>(
    archive: &mut Archive<'_>,
    names: impl Iterator<Item = &'n String>,
    out: &mut Output,
) -> Result<(), Unreadable> {
    for name in names {
        let xml = entry(archive, name, out)?;
        let mut text = String::with_capacity(xml.len() / 8);
        let mut deleted = 0usize;
        for event in Events::new(&xml) {
            match event {
                Event::Open { name: "office:styles" | "office:font-face-decls", .. } => deleted += 1,
                Event::Close { name: "office:styles" | "office:font-face-decls" } => {
                    deleted = deleted.saturating_sub(1);
                }
                // A field's instruction may hold words as well; it is no part of the run beside it.
                Event::Open { name: "w:instrText", .. } | Event::Close { name: "w:instrText" } => text.push(' '),
                Event::Open { name: "w:tab" | "text:tab", .. } => text.push('\t'),
                Event::Open { name: "w:br" | "w:cr" | "text:line-break" | "a:br", .. } => text.push('\n'),
                Event::Open { name: "text:s", .. } => text.push(' '),
                Event::Close { name } => match name {
                    "w:p" | "a:p" | "text:p" | "text:h" | "w:tr" | "table:table-row" => new_line(&mut text),
                    "w:tc" | "table:table-cell" | "a:tc" => cell_end(&mut text),
                    _ => {}
                },
                Event::Text(t) if deleted == 0 => decode_into(t.trim_matches(['\n', '\r']), &mut text),
                _ => {}
            }
        }
        out.push(&text);
        out.push("\n");
    }
    Ok(())
}

fn new_line(text: &mut String) {
    while text.ends_with('\t') {
        text.pop();
    }
    text.push('\n');
}

/// The line end of a cell's last paragraph becomes the tab between cells.
fn cell_end(text: &mut String) {
    while text.ends_with('\n') {
        text.pop();
    }
    text.push('\t');
}

/// Spreadsheets: a row a line. Dates are serial numbers with a date format: they are written out.
fn workbook(archive: &mut Archive<'_>, names: &[String], out: &mut Output) -> Result<(), Unreadable> {
    let has = |name: &str| names.iter().any(|n| n == name);
    let shared = if has("xl/sharedStrings.xml") {
        shared_strings(&entry(archive, "xl/sharedStrings.xml", out)?)
    } else {
        Vec::new()
    };
    let dates = if has("xl/styles.xml") { date_styles(&entry(archive, "xl/styles.xml", out)?) } else { Vec::new() };
    let sheet = |n: &&String| n.starts_with("xl/worksheets/") && n.ends_with(".xml");
    let mut sheets: Vec<&String> = names.iter().filter(sheet).collect();
    sheets.sort();
    if sheets.len() > MAX_SHEETS {
        return Err(Unreadable::Bomb);
    }
    let book = entry(archive, "xl/workbook.xml", out)?;
    for event in Events::new(&book) {
        if let Event::Open { name: "sheet", attributes } = event {
            let mut title = String::new();
            decode_into(attribute(attributes, "name").unwrap_or(""), &mut title);
            out.push(&format!("{title}\n"));
        }
    }
    for name in sheets {
        let xml = entry(archive, name, out)?;
        rows(&xml, &shared, &dates, out);
        out.push("\n");
    }
    for name in names.iter().filter(|n| n.starts_with("xl/comments")) {
        let xml = entry(archive, name, out)?;
        let texts: Vec<String> = shared_strings(&xml.replace("<comment ", "<si ").replace("</comment>", "</si>"));
        texts.iter().for_each(|t| out.push(&format!("{t}\n")));
    }
    Ok(())
}

fn shared_strings(xml: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut current = String::new();
    for event in Events::new(xml) {
        match event {
            Event::Open { name: "si", .. } => current.clear(),
            Event::Close { name: "si" } => all.push(std::mem::take(&mut current)),
            Event::Text(t) => decode_into(t, &mut current),
            _ => {}
        }
    }
    all
}

/// By style index: whether it shows a date (ECMA-376 part 1, 18.8.30).
fn date_styles(xml: &str) -> Vec<bool> {
    let (mut custom, mut styles, mut in_cells) = (Vec::new(), Vec::new(), false);
    for event in Events::new(xml) {
        match event {
            Event::Open { name: "numFmt", attributes } => {
                let code = attribute(attributes, "formatCode").unwrap_or("").to_ascii_lowercase();
                if code.contains('y') && (code.contains('d') || code.contains('m')) {
                    custom.extend(attribute(attributes, "numFmtId").and_then(|n| n.parse::<u32>().ok()));
                }
            }
            Event::Open { name: "cellXfs", .. } => in_cells = true,
            Event::Close { name: "cellXfs" } => in_cells = false,
            Event::Open { name: "xf", attributes } if in_cells => {
                let id = attribute(attributes, "numFmtId").and_then(|n| n.parse::<u32>().ok()).unwrap_or(0);
                styles.push(matches!(id, 14..=17 | 22 | 27..=31 | 36 | 50..=58) || custom.contains(&id));
            }
            _ => {}
        }
    }
    styles
}

fn rows(xml: &str, shared: &[String], dates: &[bool], out: &mut Output) {
    let mut line = String::new();
    let (mut kind, mut date, mut value, mut in_value) = (String::new(), false, String::new(), false);
    let mut in_margin = false;
    for event in Events::new(xml) {
        match event {
            Event::Open { name: "c", attributes } => {
                kind = attribute(attributes, "t").unwrap_or("").to_owned();
                let style = attribute(attributes, "s").and_then(|s| s.parse::<usize>().ok());
                date = style.and_then(|s| dates.get(s)).copied().unwrap_or(false);
                value.clear();
            }
            Event::Open { name: "v" | "t", .. } => in_value = true,
            Event::Close { name: "v" | "t" } => in_value = false,
            Event::Text(t) if in_value => decode_into(t, &mut value),
            Event::Close { name: "c" } => {
                if !line.is_empty() {
                    line.push('\t');
                }
                match kind.as_str() {
                    "s" => {
                        line.push_str(value.trim().parse().ok().and_then(|i: usize| shared.get(i)).map_or("", |s| s))
                    }
                    "" | "n" if date => line.push_str(&serial_date(&value).unwrap_or_else(|| value.clone())),
                    _ => line.push_str(&value),
                }
            }
            // Of a page's head and foot.
            Event::Open { name: "headerFooter", .. } => in_margin = true,
            Event::Close { name: "headerFooter" } => in_margin = false,
            Event::Text(t) if in_margin => {
                decode_into(t, &mut line);
                line.push('\n');
            }
            Event::Close { name: "row" } => {
                line.push('\n');
                out.push(&line);
                line.clear();
            }
            _ => {}
        }
    }
    out.push(&line);
}

/// Days since the end of 1899 (with the 29 February 1900 that never was) as a date.
fn serial_date(value: &str) -> Option<String> {
    let serial: f64 = value.trim().parse().ok()?;
    if !(61.0..=2_958_465.0).contains(&serial) {
        return None;
    }
    // Days from 0000-03-01 (civil calendar arithmetic); in range by the check above.
    #[expect(clippy::cast_possible_truncation, reason = "bounded just above")]
    let z = serial as i64 + 693_899;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_become_dates() {
        assert_eq!(serial_date("20580").as_deref(), Some("1956-05-05"));
        assert_eq!(serial_date("36526").as_deref(), Some("2000-01-01"));
        assert_eq!(serial_date("60000.5").as_deref(), Some("2064-04-08"));
        assert_eq!(serial_date("3"), None);
        assert_eq!(serial_date("NaN"), None);
    }
}
