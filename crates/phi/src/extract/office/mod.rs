//! Archives, and the office formats that are archives: DOCX, XLSX, PPTX, ODT and kin.

mod flow;
pub(super) mod format;
pub(super) mod sheet;

pub(super) use format::civil;

use super::{Output, Unreadable, read as read_document};
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

const MAX_ENTRIES: usize = 2_000;
/// Most bytes of one entry, unpacked.
const MAX_ENTRY: u64 = 32 << 20;
/// An entry above one megabyte that unpacks to more than this many times its size is a bomb.
const MAX_RATIO: u64 = 200;

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
        sheet::workbook(&mut archive, &names, out)?;
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
    } else if has("META-INF/container.xml") && has("mimetype") {
        // A book: its chapters are pages of the web, read by what they hold; how they look says nothing.
        let written = names.iter().map(String::as_str).filter(|n| !n.ends_with(".css") && !is_furniture(n));
        return every_file(&mut archive, written, false, out, depth);
    } else {
        return every_file(&mut archive, names.iter().map(String::as_str), true, out, depth);
    };
    if !has("xl/workbook.xml") {
        let mut parts: Vec<&String> = names.iter().filter(|n| telling(n)).collect();
        // The text itself first; the second slide before the tenth.
        parts.sort_by_key(|n| (!matches!(n.as_str(), "word/document.xml" | "content.xml"), n.len(), n.as_str()));
        for name in parts {
            let xml = entry(&mut archive, name, out)?;
            out.push(&flow::text(&xml));
            out.push("\n");
        }
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
        || ["xl", "ppt", "word"].iter().any(|f| within(&format!("{f}/printerSettings/"), ".bin"))
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
