//! Where the objects of a PDF stand, found by looking through the whole file.
//!
//! The table of objects (xref) is not used: it is wrong in files that were repaired or sent through some gateways, and a
//! scan finds whatever any reader could show. Later definitions replace earlier ones, as updates do.

use super::super::Unreadable;
use super::crypt::Key;
use super::filter::{self, Failure, Parameters};
use super::object::{Dict, Lexer, Obj, is_space};
use memchr::memmem;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

const MAX_OBJECTS: usize = 500_000;
/// Objects read, bytes looked through (in sixteens) and glyphs shown, together, for one document.
const WORK: u64 = 60_000_000;
/// Most bytes of one stream, unpacked.
const MAX_STREAM: u64 = 32 << 20;
/// A stream above one megabyte that unpacks to more than this many times its size is a bomb.
const MAX_RATIO: u64 = 200;
const MAX_FILTERS: usize = 6;
/// References to references.
const MAX_HOPS: usize = 16;

#[derive(Clone, Copy)]
enum Place {
    /// At this byte of the file.
    File(usize),
    /// In the object stream that is the n-th, at this byte.
    Packed(usize, usize),
}

/// A PDF with its objects found. Objects are read when they are asked for and not kept.
pub(super) struct File<'d> {
    data: &'d [u8],
    places: HashMap<u32, Place>,
    packed: Vec<Rc<Vec<u8>>>,
    pub trailer: Dict,
    /// What may still be read of objects; at none, nothing is found any more.
    pub work: Cell<u64>,
    /// What may still be unpacked.
    pub budget: Cell<u64>,
    /// What went wrong on the way.
    pub trouble: RefCell<Vec<Unreadable>>,
    /// Deciphers, where no password is asked for.
    key: Option<Key>,
}

/// A stream: its dictionary and its bytes as they stand in the file.
pub(super) struct Stream<'d> {
    pub dict: Dict,
    pub raw: &'d [u8],
    /// Of the object that it is.
    pub number: u32,
}

impl<'d> File<'d> {
    pub(super) fn new(data: &'d [u8], budget: u64) -> Result<Self, Unreadable> {
        let mut file = Self {
            data,
            places: HashMap::new(),
            packed: Vec::new(),
            trailer: Dict::default(),
            work: Cell::new(WORK),
            budget: Cell::new(budget),
            trouble: RefCell::default(),
            key: None,
        };
        file.spend(data.len());
        let streams = file.find_objects()?;
        file.find_trailer(&streams);
        if file.trailer.get("Encrypt").is_some_and(|e| *e != Obj::Null) {
            file.key = Some(Key::new(&file).ok_or(Unreadable::Encrypted)?);
        }
        file.unpack_objects(&streams)?;
        if file.trailer.get("Root").is_none() {
            let numbers = file.numbers();
            let is_root = |n: &u32| file.get(*n).dict().is_some_and(|d| d.is("Type", "Catalog"));
            let root = numbers.into_iter().find(is_root);
            file.trailer.0.extend(root.map(|n| ("Root".to_owned(), Obj::Ref(n))));
        }
        Ok(file)
    }

    /// Charges for looking through bytes.
    pub(super) fn spend(&self, bytes: usize) {
        let units = u64::try_from(bytes / 16).unwrap_or(u64::MAX);
        self.work.set(self.work.get().saturating_sub(units));
    }

    pub(super) fn say(&self, why: Unreadable) {
        let mut said = self.trouble.borrow_mut();
        if !said.contains(&why) {
            said.push(why);
        }
    }

    /// Numbers of all objects, in order.
    pub(super) fn numbers(&self) -> Vec<u32> {
        let mut all: Vec<u32> = self.places.keys().copied().collect();
        all.sort_unstable();
        all
    }

    /// Notes where objects begin; gives the places of those with streams.
    fn find_objects(&mut self) -> Result<Vec<(usize, u32)>, Unreadable> {
        #[derive(PartialEq)]
        enum Mark {
            Object,
            Stream,
        }
        let mut marks: Vec<(usize, Mark)> = memmem::find_iter(self.data, b"obj").map(|p| (p, Mark::Object)).collect();
        marks.extend(memmem::find_iter(self.data, b"stream").map(|p| (p, Mark::Stream)));
        marks.sort_unstable_by_key(|(p, _)| *p);
        let mut streams = Vec::new();
        // The object that is open, whether its stream is, and the byte until which nothing is believed.
        let (mut open, mut within, mut until) = (None, false, 0usize);
        for (at, mark) in marks {
            if at < until {
                continue;
            }
            let before = self.data.get(..at).unwrap_or(b"");
            match mark {
                Mark::Stream if before.ends_with(b"end") => within = false,
                Mark::Stream if !within => {
                    let Some((start, number)) = open else { continue };
                    if before.trim_ascii_end().ends_with(b">>") {
                        streams.push((start, number));
                        within = true;
                        until = self.direct_end(start, at).unwrap_or(0);
                    }
                }
                Mark::Object if !within => {
                    let Some(number) = object_head(before) else { continue };
                    if self.places.len() >= MAX_OBJECTS {
                        return Err(Unreadable::Bomb);
                    }
                    self.places.insert(number, Place::File(at + 3));
                    open = Some((at + 3, number));
                }
                _ => {}
            }
        }
        Ok(streams)
    }

    /// Where a stream ends by a length that is written right in its dictionary and is true.
    fn direct_end(&self, start: usize, keyword: usize) -> Option<usize> {
        let head = self.data.get(start.max(keyword.saturating_sub(2_048))..keyword)?;
        let at = memmem::rfind(head, b"/Length")? + 7;
        let rest = head.get(at..)?;
        let rest = rest.trim_ascii_start();
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let length: usize = std::str::from_utf8(rest.get(..digits)?).ok()?.parse().ok()?;
        if rest.get(digits..)?.trim_ascii_start().first().is_some_and(u8::is_ascii_digit) {
            return None;
        }
        let end = keyword.checked_add(6)?.checked_add(length)?;
        let tail = self.data.get(end..end.saturating_add(16).min(self.data.len()))?;
        memmem::find(tail, b"endstream").map(|_| end)
    }

    /// The last trailer that names a root; streams of references (PDF 1.5) are trailers as well.
    fn find_trailer(&mut self, streams: &[(usize, u32)]) {
        let mut found: Vec<(usize, Dict)> = Vec::new();
        for at in memmem::find_iter(self.data, b"trailer").take(1_000) {
            if let Some(Obj::Dict(d)) = self.object_at(self.data, at + 7) {
                found.push((at, d));
            }
        }
        for (at, _) in streams {
            let window = self.data.get(*at..at.saturating_add(600).min(self.data.len())).unwrap_or(b"");
            if memmem::find(window, b"XRef").is_some()
                && let Some(Obj::Dict(d)) = self.object_at(self.data, *at)
                && d.is("Type", "XRef")
            {
                found.push((*at, d));
            }
        }
        found.sort_by_key(|(at, _)| *at);
        let encrypt = found.iter().rev().find_map(|(_, d)| d.get("Encrypt").cloned());
        let id = found.iter().rev().find_map(|(_, d)| d.get("ID").cloned());
        let last = found.into_iter().rev().map(|(_, d)| d).find(|d| d.get("Root").is_some());
        let mut trailer = last.unwrap_or_default();
        for (key, value) in [("Encrypt", encrypt), ("ID", id)] {
            if trailer.get(key).is_none() {
                trailer.0.extend(value.map(|v| (key.to_owned(), v)));
            }
        }
        self.trailer = trailer;
    }

    /// Opens the streams that hold objects (7.5.7).
    fn unpack_objects(&mut self, streams: &[(usize, u32)]) -> Result<(), Unreadable> {
        let mut later: Vec<(u32, Place, usize)> = Vec::new();
        for (at, number) in streams {
            let window = self.data.get(*at..at.saturating_add(600).min(self.data.len())).unwrap_or(b"");
            if memmem::find(window, b"ObjStm").is_none() {
                continue;
            }
            let Some(stream) = self.stream_at(*at, *number).filter(|s| s.dict.is("Type", "ObjStm")) else { continue };
            let bytes = match self.decode(&stream) {
                Ok(b) => b,
                Err(Unreadable::Bomb) => return Err(Unreadable::Bomb),
                Err(why) => {
                    self.say(why);
                    continue;
                }
            };
            let first = self.count(&stream.dict, "First");
            let mut work = self.work.get();
            let mut head = Lexer::new(bytes.get(..first).unwrap_or(&bytes), 0, false);
            for _ in 0..self.count(&stream.dict, "N").min(MAX_OBJECTS) {
                let pair = (head.next(&mut work), head.next(&mut work));
                let (Some(Obj::Num(n)), Some(Obj::Num(offset))) = pair else { break };
                later.push((whole(n), Place::Packed(self.packed.len(), first + usize_of(offset)), *at));
            }
            self.work.set(work);
            self.packed.push(Rc::new(bytes));
        }
        for (number, place, container) in later {
            // What stands later in the file is newer.
            let newer = matches!(self.places.get(&number), Some(Place::File(at)) if *at > container);
            if !newer && self.places.len() < MAX_OBJECTS {
                self.places.insert(number, place);
            }
        }
        Ok(())
    }

    fn object_at(&self, data: &[u8], at: usize) -> Option<Obj> {
        let mut work = self.work.get();
        let found = Lexer::new(data, at, true).next(&mut work);
        self.work.set(work);
        found
    }

    /// An object by its number. What is not there is null.
    pub(super) fn get(&self, number: u32) -> Obj {
        let found = match self.places.get(&number) {
            Some(Place::File(at)) => self.object_at(self.data, *at).map(|mut object| {
                if let Some(key) = &self.key {
                    key.strings(&mut object, number);
                }
                object
            }),
            Some(Place::Packed(stream, at)) => {
                let bytes = self.packed.get(*stream).cloned();
                bytes.and_then(|b| self.object_at(&b, *at))
            }
            None => None,
        };
        found.unwrap_or(Obj::Null)
    }

    /// What an object is, references followed.
    pub(super) fn resolve(&self, object: &Obj) -> Obj {
        let mut now = object.clone();
        for _ in 0..MAX_HOPS {
            let Obj::Ref(n) = now else { return now };
            now = self.get(n);
        }
        Obj::Null
    }

    /// The value of a key, references followed.
    pub(super) fn value(&self, dict: &Dict, key: &str) -> Obj {
        dict.get(key).map_or(Obj::Null, |v| self.resolve(v))
    }

    pub(super) fn dict(&self, dict: &Dict, key: &str) -> Option<Dict> {
        if let Obj::Dict(d) = self.value(dict, key) { Some(d) } else { None }
    }

    pub(super) fn text(&self, dict: &Dict, key: &str) -> Option<String> {
        if let Obj::Str(s) = self.value(dict, key) { Some(super::object::text_string(&s)) } else { None }
    }

    fn count(&self, dict: &Dict, key: &str) -> usize {
        self.value(dict, key).num().map_or(0, usize_of)
    }

    /// The stream that an object is.
    pub(super) fn stream(&self, object: &Obj) -> Option<Stream<'d>> {
        let mut number = if let Obj::Ref(n) = object { *n } else { return None };
        for _ in 0..MAX_HOPS {
            let Some(Place::File(at)) = self.places.get(&number) else { return None };
            if let Some(stream) = self.stream_at(*at, number) {
                return Some(stream);
            }
            let Some(Obj::Ref(next)) = self.object_at(self.data, *at) else { return None };
            number = next;
        }
        None
    }

    fn stream_at(&self, at: usize, number: u32) -> Option<Stream<'d>> {
        let mut work = self.work.get();
        let mut lexer = Lexer::new(self.data, at, true);
        let found = lexer.next(&mut work);
        self.work.set(work);
        let Some(Obj::Dict(dict)) = found else { return None };
        lexer.skip_space();
        let after = self.data.get(lexer.at..)?.strip_prefix(b"stream")?;
        let body =
            after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n")).or_else(|| after.strip_prefix(b"\r"));
        let body = body.unwrap_or(after);
        let length = self.count(&dict, "Length");
        let ends = |tail: &[u8]| memmem::find(tail.get(..tail.len().min(16)).unwrap_or(b""), b"endstream").is_some();
        let raw = match body.get(..length) {
            Some(raw) if length > 0 && body.get(length..).is_some_and(ends) => raw,
            _ => {
                let end = memmem::find(body, b"endstream").unwrap_or(body.len());
                self.spend(end);
                body.get(..end)?
            }
        };
        Some(Stream { dict, raw, number })
    }

    /// A stream's bytes, unpacked within the bounds.
    pub(super) fn decode(&self, stream: &Stream<'_>) -> Result<Vec<u8>, Unreadable> {
        if self.work.get() == 0 {
            return Err(Unreadable::Bomb);
        }
        if stream.dict.get("F").is_some_and(|f| matches!(f, Obj::Str(_) | Obj::Dict(_))) {
            // It lies in another file.
            return Ok(Vec::new());
        }
        let mut data = std::borrow::Cow::Borrowed(stream.raw);
        if let Some(key) = self.key.as_ref().filter(|k| k.covers(&stream.dict)) {
            data = key.stream(stream.raw, stream.number).into();
        }
        let (filters, parameters) = self.filters(&stream.dict);
        if filters.len() > MAX_FILTERS {
            return Err(Unreadable::Bomb);
        }
        let packed = u64::try_from(stream.raw.len()).unwrap_or(u64::MAX);
        for (i, name) in filters.iter().enumerate().filter(|(_, n)| *n != "Crypt") {
            let ratio = (1u64 << 20).max(packed.saturating_mul(MAX_RATIO));
            let limit = usize::try_from(MAX_STREAM.min(self.budget.get()).min(ratio)).unwrap_or(usize::MAX);
            let out = match filter::decode(name, &data, parameters.get(i).copied().unwrap_or_default(), limit) {
                Ok(out) => out,
                Err(Failure::TooMuch) => return Err(Unreadable::Bomb),
                Err(Failure::NotText) => return Err(Unreadable::Image),
            };
            self.budget.set(self.budget.get().saturating_sub(u64::try_from(out.len()).unwrap_or(u64::MAX)));
            self.spend(out.len());
            data = out.into();
        }
        Ok(data.into_owned())
    }

    /// Names of a stream's filters with their parameters.
    pub(super) fn filters(&self, dict: &Dict) -> (Vec<String>, Vec<Parameters>) {
        let list = |keys: [&str; 2]| match keys.map(|k| self.value(dict, k)) {
            [Obj::Array(a), _] | [Obj::Null, Obj::Array(a)] => a.iter().take(16).map(|o| self.resolve(o)).collect(),
            [Obj::Null, Obj::Null] => Vec::new(),
            [Obj::Null, one] | [one, _] => vec![one],
        };
        let names = list(["Filter", "F"]).iter().filter_map(|f| f.name().map(str::to_owned)).collect();
        let number = |d: &Dict, key: &str, otherwise: usize| d.get(key).and_then(Obj::num).map_or(otherwise, usize_of);
        let given = list(["DecodeParms", "DP"]);
        let parameters = given.iter().map(|p| {
            p.dict().map_or_else(Parameters::default, |d| Parameters {
                predictor: number(d, "Predictor", 1),
                columns: number(d, "Columns", 1),
                colors: number(d, "Colors", 1),
                bits: number(d, "BitsPerComponent", 8),
                early_change: number(d, "EarlyChange", 1) != 0,
            })
        });
        (names, parameters.collect())
    }
}

/// `12 0 ` before `obj`: the number.
fn object_head(before: &[u8]) -> Option<u32> {
    let number = |text: &mut &[u8]| -> Option<u32> {
        let spaces = text.iter().rev().take_while(|b| is_space(**b)).count();
        *text = text.get(..text.len() - spaces)?;
        let digits = text.iter().rev().take(10).take_while(|b| b.is_ascii_digit()).count();
        let (rest, n) = text.split_at(text.len() - digits);
        *text = rest;
        (spaces > 0).then(|| std::str::from_utf8(n).ok()?.parse().ok()).flatten()
    };
    let mut text = before.get(before.len().saturating_sub(64)..)?;
    // Some writers leave out the space before `obj`.
    let mut padded = text.to_vec();
    padded.push(b' ');
    text = &padded;
    number(&mut text)?;
    number(&mut text)
}

pub(super) fn whole(n: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded in the same expression")]
    if (0.0..4_294_967_295.0).contains(&n) { n as u32 } else { 0 }
}
pub(super) fn usize_of(n: f64) -> usize {
    usize::try_from(whole(n)).unwrap_or(0)
}
