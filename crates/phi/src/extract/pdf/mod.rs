//! PDF (ISO 32000): text in reading order, form fields, notes, properties, attached files.
//!
//! Own code: no library that reads PDFs bounds what their streams unpack to (a stream of objects may hold a thousand times
//! its size, and filters may be stacked), and most recurse as deep as the file tells them. All that is read here is
//! charged to one budget of work and one of bytes (`file`).

mod cmap;
mod content;
mod crypt;
mod file;
mod filter;
mod font;
mod glyphs;
mod layout;
mod object;

use super::{MAX_ICON_PIXELS, Output, Unreadable, read as read_document, xml};
use content::{Interpreter, Seen};
use file::File;
use object::{Dict, Obj};
use std::collections::HashSet;

const MAX_PAGES: usize = 20_000;
const MAX_FIELDS: usize = 20_000;
const MAX_FILES: usize = 200;
/// A page with a picture of so many pixels over so much of it is a scan, unless a layer of text lies below.
const SCAN_PIXELS: f64 = 250_000.0;
const SCAN_COVER: f64 = 0.25;
const SCAN_LETTERS: usize = 20;
/// Shapes on a page without a letter: text may have been turned into outlines.
const OUTLINES: usize = 150;

/// Writes what a PDF says.
pub(super) fn read(data: &[u8], out: &mut Output, depth: u8) -> Result<(), Unreadable> {
    let file = File::new(data, out.budget)?;
    let root = file.dict(&file.trailer, "Root").unwrap_or_default();
    let info = file.dict(&file.trailer, "Info").unwrap_or_default();
    for key in ["Title", "Author", "Subject", "Keywords"] {
        let text = file.text(&info, key).unwrap_or_default();
        // What programs fill in when nobody does.
        let bare = text.trim_matches(['(', ')']).to_ascii_lowercase();
        if !matches!(bare.as_str(), "untitled" | "anonymous" | "unspecified") {
            out.line(key, &text);
        }
    }
    let pages = pages(&file, &root);
    if pages.is_empty() {
        return Err(Unreadable::Damaged);
    }
    if pages.len() >= MAX_PAGES {
        out.missing(Unreadable::TooLong);
    }
    let mut interpreter = Interpreter::new(&file);
    let (mut unread, mut letters) = (0usize, 0usize);
    for page in &pages {
        let seen = one_page(&file, page, &mut interpreter, out)?;
        letters += seen.0;
        unread += usize::from(seen.1);
        if out.text.len() >= super::MAX_TEXT {
            break;
        }
    }
    if unread > 0 {
        out.missing(Unreadable::ImageOnly);
    }
    fields(&file, &root, out);
    outlines(&file, &root, out);
    if let Some(stream) = root.get("Metadata").and_then(|m| file.stream(m))
        && let Ok(bytes) = file.decode(&stream)
        && let Some(text) = super::plain::decode(&bytes)
    {
        xml::read_metadata(&text, out);
    }
    attached(&file, out, depth)?;
    if file.work.get() == 0 {
        return Err(Unreadable::Bomb);
    }
    file.trouble.take().into_iter().for_each(|why| out.missing(why));
    out.budget = out.budget.min(file.budget.get());
    if letters == 0 && unread > 0 && out.text.trim().is_empty() {
        return Err(Unreadable::ImageOnly);
    }
    Ok(())
}

/// The pages in order, with what they inherit. Where the tree is broken, whatever calls itself a page.
fn pages(file: &File<'_>, root: &Dict) -> Vec<Dict> {
    let mut found = Vec::new();
    let mut seen: HashSet<u32> = HashSet::new();
    let mut todo: Vec<(Obj, Dict)> = root.get("Pages").map(|p| (p.clone(), Dict::default())).into_iter().collect();
    while let Some((object, inherited)) = todo.pop() {
        if let Obj::Ref(n) = object
            && !seen.insert(n)
        {
            continue;
        }
        let Obj::Dict(mut node) = file.resolve(&object) else { continue };
        for (key, value) in inherited.0 {
            if node.get(&key).is_none() {
                node.0.push((key, value));
            }
        }
        if let Obj::Array(kids) = file.value(&node, "Kids") {
            let pass: Vec<(String, Obj)> =
                node.0.iter().filter(|(k, _)| matches!(k.as_str(), "Resources" | "MediaBox")).cloned().collect();
            todo.extend(kids.into_iter().take(MAX_PAGES).rev().map(|kid| (kid, Dict(pass.clone()))));
        } else if found.len() < MAX_PAGES {
            found.push(node);
        }
        if todo.len() > 4 * MAX_PAGES || file.work.get() == 0 {
            break;
        }
    }
    if found.is_empty() {
        let all =
            file.numbers().into_iter().filter_map(|n| file.get(n).dict().filter(|d| d.is("Type", "Page")).cloned());
        found = all.take(MAX_PAGES).collect();
    }
    found
}

/// Writes a page; how many letters it has, and whether it is a picture of text.
fn one_page(
    file: &File<'_>,
    page: &Dict,
    at: &mut Interpreter<'_, '_>,
    out: &mut Output,
) -> Result<(usize, bool), Unreadable> {
    let corner = |o: &Obj| file.resolve(o).num().unwrap_or(0.0);
    let area = match file.value(page, "MediaBox") {
        Obj::Array(b) if b.len() == 4 => {
            let [x0, y0, x1, y1] = [0, 1, 2, 3].map(|i| b.get(i).map_or(0.0, corner));
            ((x1 - x0) * (y1 - y0)).abs()
        }
        _ => 595.0 * 842.0,
    };
    at.start(area);
    let parts = match page.get("Contents") {
        Some(one @ Obj::Ref(_)) if file.stream(one).is_some() => vec![one.clone()],
        Some(other) => file.resolve(other).array().map(<[Obj]>::to_vec).unwrap_or_default(),
        None => Vec::new(),
    };
    let mut content = Vec::new();
    for stream in parts.iter().take(10_000).filter_map(|p| file.stream(p)) {
        match file.decode(&stream) {
            Ok(bytes) => content.extend(bytes),
            Err(Unreadable::Bomb) => return Err(Unreadable::Bomb),
            Err(why) => file.say(why),
        }
        content.push(b'\n');
    }
    let resources = file.dict(page, "Resources").unwrap_or_default();
    at.run(&content, &resources, 0);
    let mut notes = String::new();
    annotations(file, page, at, &mut notes);
    let seen: Seen = std::mem::take(&mut at.seen);
    let letters = seen.shown + seen.hidden - seen.unknown.min(seen.shown + seen.hidden);
    let scan = seen.pixels >= SCAN_PIXELS && seen.covered >= SCAN_COVER && seen.hidden < SCAN_LETTERS;
    let mute = letters == 0 && (seen.pixels > icon() || seen.strokes >= OUTLINES);
    if seen.unknown > 3 && seen.unknown * 20 > letters {
        out.missing(Unreadable::NoTextMap);
    }
    out.push(&seen.page.text());
    out.push(&notes);
    out.push("\n");
    Ok((letters, scan || mute))
}

fn icon() -> f64 {
    f64::from(u32::try_from(MAX_ICON_PIXELS).unwrap_or(u32::MAX))
}

/// Notes on a page, texts laid over it, what links lead to, and what is filled in.
fn annotations(file: &File<'_>, page: &Dict, at: &mut Interpreter<'_, '_>, notes: &mut String) {
    let Obj::Array(list) = file.value(page, "Annots") else { return };
    for one in list.iter().take(5_000) {
        let Obj::Dict(note) = file.resolve(one) else { continue };
        let widget = note.is("Subtype", "Widget");
        let mut said = false;
        if !widget {
            for (label, key) in [("Note", "Contents"), ("Author", "T"), ("Subject", "Subj")] {
                if let Some(text) = at.aside(&note, key) {
                    said |= key == "Contents";
                    notes.push_str(&format!("{label}: {text}\n"));
                }
            }
        }
        if let Some(uri) = file.dict(&note, "A").and_then(|a| at.aside(&a, "URI")) {
            notes.push_str(&format!("Link: {uri}\n"));
        }
        // What a field or stamp looks like says what it holds; a link's frame says nothing.
        let appearance = file.dict(&note, "AP").and_then(|a| a.get("N").and_then(|n| file.stream(n)));
        if let Some(stream) = appearance.filter(|_| !said && !note.is("Subtype", "Link")) {
            let place = |i: usize| match file.value(&note, "Rect") {
                Obj::Array(r) => r.get(i).map_or(0.0, |n| file.resolve(n).num().unwrap_or(0.0)),
                _ => 0.0,
            };
            at.place(place(0), place(1));
            at.form(&stream, &Dict::default(), 1);
        }
    }
}

/// Fields of a form with their values: `name: value`.
fn fields(file: &File<'_>, root: &Dict, out: &mut Output) {
    let Some(form) = file.dict(root, "AcroForm") else { return };
    let mut seen: HashSet<u32> = HashSet::new();
    let kids = |d: &Dict, key: &str| if let Obj::Array(a) = file.value(d, key) { a } else { Vec::new() };
    let mut todo: Vec<(Obj, String)> = kids(&form, "Fields").into_iter().rev().map(|f| (f, String::new())).collect();
    while let Some((object, mut name)) = todo.pop() {
        if matches!(object, Obj::Ref(n) if !seen.insert(n)) || seen.len() > MAX_FIELDS {
            continue;
        }
        let Obj::Dict(field) = file.resolve(&object) else { continue };
        let own = file.text(&field, "TU").or_else(|| file.text(&field, "T"));
        name = own.map_or(name, |n| n.replace(['_', '.'], " "));
        let value = match file.value(&field, "V") {
            Obj::Str(s) => object::text_string(&s),
            Obj::Name(n) if n != "Off" => n,
            Obj::Array(a) => {
                let texts =
                    a.iter().filter_map(|o| if let Obj::Str(s) = o { Some(object::text_string(s)) } else { None });
                texts.collect::<Vec<_>>().join(", ")
            }
            _ => String::new(),
        };
        if !value.trim().is_empty() {
            out.push(&format!("{name}: {}\n", value.trim()));
        }
        todo.extend(kids(&field, "Kids").into_iter().take(MAX_FIELDS).rev().map(|k| (k, name.clone())));
    }
    // Forms of Adobe's XML kind keep their data in streams of their own.
    let xfa = kids(&form, "XFA");
    for part in xfa.iter().filter(|o| matches!(o, Obj::Ref(_))).take(50) {
        if let Some(Ok(bytes)) = file.stream(part).map(|s| file.decode(&s))
            && let Some(text) = super::plain::decode(&bytes)
            && text.contains(":data")
        {
            xml::read_generic(&text, out);
        }
    }
}

/// Titles of bookmarks.
fn outlines(file: &File<'_>, root: &Dict, out: &mut Output) {
    let mut todo: Vec<Obj> = file.dict(root, "Outlines").and_then(|o| o.get("First").cloned()).into_iter().collect();
    let mut seen: HashSet<u32> = HashSet::new();
    while let Some(Obj::Ref(n)) = todo.pop() {
        if !seen.insert(n) || seen.len() > 5_000 {
            continue;
        }
        let Obj::Dict(item) = file.get(n) else { continue };
        if let Some(title) = file.text(&item, "Title").filter(|t| !t.trim().is_empty()) {
            out.push(&format!("{}\n", title.trim()));
        }
        todo.extend(["Next", "First"].iter().filter_map(|k| item.get(k).cloned()));
    }
}

/// Files that travel within the document (7.11.4), wherever they hang.
fn attached(file: &File<'_>, out: &mut Output, depth: u8) -> Result<(), Unreadable> {
    let mut done: HashSet<u32> = HashSet::new();
    for number in file.numbers() {
        let object = file.get(number);
        let Some(spec) = object.dict().filter(|d| d.get("EF").is_some()) else { continue };
        let Some(files) = file.dict(spec, "EF") else { continue };
        let Some(inner) = ["UF", "F"].iter().find_map(|k| files.get(k)) else { continue };
        if !matches!(inner, Obj::Ref(n) if done.insert(*n)) {
            continue;
        }
        if done.len() > MAX_FILES {
            return Err(Unreadable::Bomb);
        }
        for key in ["UF", "Desc"] {
            if let Some(name) = file.text(spec, key).or_else(|| file.text(spec, "F").filter(|_| key == "UF")) {
                out.push(&format!("\n{}\n", name.replace('_', " ")));
            }
        }
        let Some(stream) = file.stream(inner) else { continue };
        let bytes = file.decode(&stream)?;
        out.budget = out.budget.min(file.budget.get());
        let result = read_document(&bytes, out, depth - 1);
        file.budget.set(out.budget);
        if result == Err(Unreadable::Bomb) {
            return result;
        }
        out.part(result);
    }
    Ok(())
}
