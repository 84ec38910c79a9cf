//! What a page shows: its operators followed as far as they place text (ISO 32000-1 sections 8.4, 9.4).

use super::file::File;
use super::font::Font;
use super::layout::{Page, Place};
use super::object::{Dict, Lexer, Obj, is_space, text_string};
use std::collections::HashMap;
use std::rc::Rc;

/// Forms within forms.
const MAX_FORMS: u8 = 12;
const MAX_STATES: usize = 256;
const MAX_OPERANDS: usize = 4_096;
const MAX_FONTS: usize = 2_000;

/// A transformation: a b c d e f.
type Matrix = [f64; 6];
const STILL: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

fn times(m: Matrix, n: Matrix) -> Matrix {
    [
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    ]
}

#[derive(Clone)]
struct State {
    matrix: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    char_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
    hidden: bool,
}

/// What was seen of a page.
#[derive(Default)]
pub(super) struct Seen {
    pub page: Page,
    /// Characters that are shown, that only a search finds (under a scan), and whose font does not tell what they are.
    pub shown: usize,
    pub hidden: usize,
    pub unknown: usize,
    /// Of all pictures: their pixels, and how much of the page they cover.
    pub pixels: f64,
    pub covered: f64,
    /// Lines that are drawn.
    pub strokes: usize,
}

/// Follows the operators of a page, and of the forms within.
pub(super) struct Interpreter<'f, 'd> {
    file: &'f File<'d>,
    fonts: HashMap<u32, Rc<Font>>,
    pub seen: Seen,
    state: State,
    stack: Vec<State>,
    line: Matrix,
    text: Matrix,
    /// By open marked content: the words that stand for what is shown in it, until they are used.
    marked: Vec<Option<Option<String>>>,
    page_area: f64,
}

impl<'f, 'd> Interpreter<'f, 'd> {
    pub(super) fn new(file: &'f File<'d>) -> Self {
        let state = State {
            matrix: STILL,
            font: None,
            size: 1.0,
            char_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            hidden: false,
        };
        let (fonts, seen, stack, marked) = Default::default();
        Self { file, fonts, seen, state, stack, line: STILL, text: STILL, marked, page_area: 1.0 }
    }

    /// Begins a page; the fonts are kept.
    pub(super) fn start(&mut self, page_area: f64) {
        let fresh = Self::new(self.file);
        self.page_area = page_area.max(1.0);
        (self.seen, self.state, self.stack, self.marked) = (fresh.seen, fresh.state, fresh.stack, fresh.marked);
    }

    pub(super) fn run(&mut self, content: &[u8], resources: &Dict, depth: u8) {
        let mut work = self.file.work.get();
        let mut lexer = Lexer::new(content, 0, false);
        let mut operands: Vec<Obj> = Vec::new();
        while let Some(object) = lexer.next(&mut work) {
            let Obj::Op(op) = object else {
                if operands.len() < MAX_OPERANDS {
                    operands.push(object);
                }
                continue;
            };
            self.file.work.set(work);
            if op == "BI" {
                self.inline_image(&mut lexer);
            } else {
                self.operator(&op, &operands, resources, depth);
            }
            work = self.file.work.get();
            operands.clear();
        }
        self.file.work.set(work);
    }

    fn operator(&mut self, op: &str, operands: &[Obj], resources: &Dict, depth: u8) {
        let n = |i: usize| operands.get(i).and_then(Obj::num).unwrap_or(0.0);
        let six = || [n(0), n(1), n(2), n(3), n(4), n(5)];
        match op {
            "q" if self.stack.len() < MAX_STATES => self.stack.push(self.state.clone()),
            "Q" => self.state = self.stack.pop().unwrap_or_else(|| self.state.clone()),
            "cm" => self.state.matrix = times(six(), self.state.matrix),
            "BT" => (self.line, self.text) = (STILL, STILL),
            "Tm" => (self.line, self.text) = (six(), six()),
            "Td" => self.next_line(n(0), n(1)),
            "TD" => {
                self.state.leading = -n(1);
                self.next_line(n(0), n(1));
            }
            "T*" => self.next_line(0.0, -self.state.leading),
            "TL" => self.state.leading = n(0),
            "Tc" => self.state.char_space = n(0),
            "Tw" => self.state.word_space = n(0),
            "Tz" => self.state.stretch = n(0) / 100.0,
            "Ts" => self.state.rise = n(0),
            "Tr" => self.state.hidden = matches!(n(0), 3.0 | 7.0),
            "Tf" => {
                self.state.size = n(1);
                self.state.font = operands.first().and_then(Obj::name).and_then(|f| self.font(resources, f));
            }
            "gs" => self.graphics_state(operands, resources),
            "Tj" => operands.iter().for_each(|o| self.show(o)),
            "TJ" => operands.iter().filter_map(Obj::array).flatten().for_each(|o| self.show(o)),
            "'" => {
                self.next_line(0.0, -self.state.leading);
                operands.iter().for_each(|o| self.show(o));
            }
            "\"" => {
                (self.state.word_space, self.state.char_space) = (n(0), n(1));
                self.next_line(0.0, -self.state.leading);
                operands.iter().skip(2).for_each(|o| self.show(o));
            }
            "BMC" | "BDC" => self.begin_marked(operands, resources),
            "EMC" => drop(self.marked.pop()),
            "S" | "s" | "f" | "F" | "f*" | "B" | "B*" | "b" | "b*" => self.seen.strokes += 1,
            "Do" => self.external(operands, resources, depth),
            _ => {}
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line = times([1.0, 0.0, 0.0, 1.0, x, y], self.line);
        self.text = self.line;
    }

    fn resource(&self, resources: &Dict, kind: &str, name: &str) -> Option<Obj> {
        self.file.dict(resources, kind)?.get(name).cloned()
    }

    fn font(&mut self, resources: &Dict, name: &str) -> Option<Rc<Font>> {
        let object = self.resource(resources, "Font", name)?;
        self.font_of(&object)
    }

    fn font_of(&mut self, object: &Obj) -> Option<Rc<Font>> {
        let number = if let Obj::Ref(n) = object { Some(*n) } else { None };
        if let Some(known) = number.and_then(|n| self.fonts.get(&n)) {
            return Some(Rc::clone(known));
        }
        let Obj::Dict(dict) = self.file.resolve(object) else { return None };
        let font = Rc::new(Font::new(self.file, &dict));
        if let Some(n) = number.filter(|_| self.fonts.len() < MAX_FONTS) {
            self.fonts.insert(n, Rc::clone(&font));
        }
        Some(font)
    }

    fn graphics_state(&mut self, operands: &[Obj], resources: &Dict) {
        let name = operands.first().and_then(Obj::name).unwrap_or("");
        let dict = self.resource(resources, "ExtGState", name).map(|o| self.file.resolve(&o));
        if let Some(Obj::Array(font)) = dict.as_ref().and_then(Obj::dict).map(|d| self.file.value(d, "Font")) {
            self.state.font = font.first().and_then(|f| self.font_of(f));
            self.state.size = font.get(1).and_then(Obj::num).unwrap_or(1.0);
        }
    }

    fn begin_marked(&mut self, operands: &[Obj], resources: &Dict) {
        let properties = match operands.get(1) {
            Some(Obj::Dict(d)) => Some(d.clone()),
            Some(Obj::Name(n)) => {
                self.resource(resources, "Properties", n).and_then(|o| self.file.resolve(&o).dict().cloned())
            }
            _ => None,
        };
        let actual = properties.and_then(|d| self.file.text(&d, "ActualText"));
        if self.marked.len() < MAX_STATES {
            self.marked.push(actual.map(Some));
        }
    }

    /// Shows a string, or moves by a number in thousandths of the size.
    fn show(&mut self, object: &Obj) {
        match object {
            Obj::Num(back) => {
                let by = -back / 1000.0 * self.state.size * self.state.stretch;
                self.text = times([1.0, 0.0, 0.0, 1.0, by, 0.0], self.text);
            }
            Obj::Str(bytes) => {
                let Some(font) = self.state.font.clone() else { return };
                self.file.spend(bytes.len().saturating_mul(32));
                if self.file.work.get() > 0 {
                    font.glyphs(bytes, |g| self.glyph(g));
                }
            }
            _ => {}
        }
    }

    fn glyph(&mut self, glyph: super::font::Glyph<'_>) {
        let s = &self.state;
        let space = if glyph.space { s.word_space } else { 0.0 };
        let advance = (glyph.width * s.size + s.char_space + space) * s.stretch;
        let matrix = times(times([s.size * s.stretch, 0.0, 0.0, s.size, 0.0, s.rise], self.text), s.matrix);
        let start = (matrix[4], matrix[5]);
        let moved = times([1.0, 0.0, 0.0, 1.0, advance, 0.0], self.text);
        let end = times([1.0, 0.0, 0.0, 1.0, 0.0, s.rise], moved);
        let end = times(end, s.matrix);
        self.text = moved;
        let text = match self.marked.iter_mut().rev().find_map(Option::as_mut) {
            Some(actual) => actual.take().unwrap_or_default().into(),
            None => match glyph.text {
                Some(text) => text,
                None => {
                    self.seen.unknown += 1;
                    "\u{fffd}".into()
                }
            },
        };
        let letters = text.chars().filter(|c| !c.is_whitespace()).count();
        *(if self.state.hidden { &mut self.seen.hidden } else { &mut self.seen.shown }) += letters;
        let size = matrix[2].hypot(matrix[3]);
        let (turn, [x0, x1, y]) = turned(matrix, start, (end[4], end[5]));
        if size.is_finite() && size > 0.0 {
            let place = Place { x0: x0.min(x1), x1: x0.max(x1), y, size: size.clamp(0.5, 1_000.0), turn };
            self.seen.page.add(&text, place);
        }
    }

    fn external(&mut self, operands: &[Obj], resources: &Dict, depth: u8) {
        let name = operands.first().and_then(Obj::name).unwrap_or("");
        let Some(stream) = self.resource(resources, "XObject", name).and_then(|o| self.file.stream(&o)) else { return };
        if stream.dict.is("Subtype", "Image") {
            let pixels = |k: &str| self.file.value(&stream.dict, k).num().unwrap_or(0.0).clamp(0.0, 1e6);
            self.picture(pixels("Width") * pixels("Height"));
        } else if stream.dict.is("Subtype", "Form") {
            self.form(&stream, resources, depth);
        }
    }

    fn picture(&mut self, pixels: f64) {
        let m = self.state.matrix;
        self.seen.pixels += pixels;
        self.seen.covered += ((m[0] * m[3] - m[1] * m[2]).abs() / self.page_area).min(1.0);
    }

    /// A form has its own resources, or those of the page.
    pub(super) fn form(&mut self, stream: &super::file::Stream<'_>, outer: &Dict, depth: u8) {
        if depth >= MAX_FORMS {
            return;
        }
        let content = match self.file.decode(stream) {
            Ok(c) => c,
            Err(why) => return self.file.say(why),
        };
        let saved = (self.state.clone(), std::mem::take(&mut self.stack), self.line, self.text);
        if let Obj::Array(m) = self.file.value(&stream.dict, "Matrix") {
            let n = |i: usize| m.get(i).and_then(Obj::num).unwrap_or(0.0);
            self.state.matrix = times([n(0), n(1), n(2), n(3), n(4), n(5)], self.state.matrix);
        }
        let own = self.file.dict(&stream.dict, "Resources");
        self.run(&content, own.as_ref().unwrap_or(outer), depth + 1);
        (self.state, self.stack, self.line, self.text) = saved;
    }

    /// `BI … ID data EI`: a picture within the content (8.9.7).
    fn inline_image(&mut self, lexer: &mut Lexer<'_>) {
        let mut work = self.file.work.get();
        let mut sides = [0.0f64; 2];
        while let Some(key) = lexer.next(&mut work) {
            match key {
                Obj::Op(id) if id == "ID" => break,
                Obj::Name(key) => {
                    let value = lexer.next(&mut work).and_then(|v| v.num()).unwrap_or(0.0);
                    match key.as_str() {
                        "W" | "Width" => sides[0] = value,
                        "H" | "Height" => sides[1] = value,
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        self.file.work.set(work);
        let rest = lexer.data.get(lexer.at..).unwrap_or(b"");
        let ends = |at: &usize| {
            let before = at.checked_sub(1).and_then(|i| rest.get(i)).is_none_or(|b| is_space(*b));
            let after = rest.get(at + 2..at + 12).unwrap_or_else(|| rest.get(at + 2..).unwrap_or(b""));
            before
                && after.first().is_none_or(|b| is_space(*b))
                && after.iter().all(|b| *b < 128 && (*b >= 32 || is_space(*b)))
        };
        let end = memchr::memmem::find_iter(rest, b"EI").find(ends).unwrap_or(rest.len());
        lexer.at += (end + 2).min(rest.len());
        self.picture((sides[0] * sides[1]).clamp(0.0, 1e12));
    }

    /// Where the next form is laid: something that lies over the page.
    pub(super) fn place(&mut self, x: f64, y: f64) {
        self.stack.clear();
        self.state.matrix = [1.0, 0.0, 0.0, 1.0, x, y];
    }

    /// Words that stand beside the page's own content (a note's text).
    pub(super) fn aside(&self, dict: &Dict, key: &str) -> Option<String> {
        match self.file.value(dict, key) {
            Obj::Str(s) => Some(text_string(&s)),
            Obj::Name(n) if n != "Off" => Some(n),
            _ => None,
        }
        .map(|t| t.trim().to_owned())
        .filter(|t| !t.is_empty())
    }
}

/// Turns a place so that its text runs from left to right: which quarter turn, begin, end, and height of the baseline.
fn turned(matrix: Matrix, start: (f64, f64), end: (f64, f64)) -> (u8, [f64; 3]) {
    let (dx, dy) = (matrix[0], matrix[1]);
    if dx.abs() >= dy.abs() {
        if dx >= 0.0 { (0, [start.0, end.0, start.1]) } else { (2, [-start.0, -end.0, -start.1]) }
    } else if dy > 0.0 {
        (1, [start.1, end.1, -start.0])
    } else {
        (3, [-start.1, -end.1, start.0])
    }
}
