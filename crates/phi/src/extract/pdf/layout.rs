//! Pieces of text on a page, put into reading order: lines, words apart, columns of tables apart by tabs.

/// Where characters stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub x0: f64,
    pub x1: f64,
    pub y: f64,
    pub size: f64,
    pub turn: u8,
}

/// Text without a gap, on one baseline.
#[derive(Debug, Clone, PartialEq)]
struct Piece {
    text: String,
    /// Begin and end on the baseline, and the baseline's height, all in the direction of reading.
    x0: f64,
    x1: f64,
    y: f64,
    size: f64,
    /// Quarter turns of the direction of reading.
    turn: u8,
}

/// A gap between words, and one between columns, in sizes of the font.
const WORD: f64 = 0.15;
const COLUMN: f64 = 1.0;
/// Pages with more lines are written as they come: looking for columns of prose compares neighbours.
const MAX_LINES: usize = 3_000;
/// Prose in columns has at least this many lines on each side, with at least this many characters in the mean.
const PROSE_LINES: usize = 4;
const PROSE_LENGTH: usize = 22;

struct Line {
    y: f64,
    size: f64,
    pieces: Vec<Piece>,
}

/// Gathers what is shown, in the order in which it is shown.
#[derive(Default)]
pub(super) struct Page {
    pieces: Vec<Piece>,
}

impl Page {
    /// Adds a character or more at a place; joins it to the last piece if it goes on there.
    pub(super) fn add(&mut self, text: &str, new: Place) {
        if let Some(last) = self.pieces.last_mut()
            && last.turn == new.turn
            && (last.y - new.y).abs() < 0.2 * last.size.min(new.size)
        {
            let gap = (new.x0 - last.x1) / last.size.max(0.1);
            if (-0.3..COLUMN).contains(&gap) {
                if gap > WORD && !last.text.ends_with(' ') && !text.starts_with(' ') {
                    last.text.push(' ');
                }
                plain(text, &mut last.text);
                last.x1 = last.x1.max(new.x1);
                return;
            }
        }
        let Place { x0, x1, y, size, turn } = new;
        let mut piece = Piece { text: String::new(), x0, x1, y, size, turn };
        plain(text, &mut piece.text);
        self.pieces.push(piece);
    }

    /// The page's text.
    pub(super) fn text(mut self) -> String {
        let mut out = String::new();
        self.pieces.retain(|p| !p.text.trim().is_empty() && p.x0.is_finite() && p.y.is_finite());
        for turn in 0..4 {
            let pieces: Vec<Piece> = self.pieces.iter().filter(|p| p.turn == turn).cloned().collect();
            write(&lines(pieces), &mut out, 0);
        }
        out
    }
}

/// Lines and columns are told by places only.
fn plain(text: &str, out: &mut String) {
    out.extend(text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c }));
}

/// Pieces on the same height are a line; the pieces of a line stand from left to right.
fn lines(mut pieces: Vec<Piece>) -> Vec<Line> {
    pieces.sort_by(|a, b| b.y.total_cmp(&a.y).then(a.x0.total_cmp(&b.x0)));
    let mut lines: Vec<Line> = Vec::new();
    for piece in pieces {
        match lines.last_mut() {
            // Raised and lowered signs overlap their line by half at least.
            Some(line) if overlap(line, &piece) => {
                if piece.size > line.size {
                    (line.y, line.size) = (piece.y, piece.size);
                }
                line.pieces.push(piece);
            }
            _ => lines.push(Line { y: piece.y, size: piece.size, pieces: vec![piece] }),
        }
    }
    for line in &mut lines {
        line.pieces.sort_by(|a, b| a.x0.total_cmp(&b.x0));
        // Bold by showing the same thing twice.
        line.pieces.dedup_by(|b, a| a.text == b.text && (a.x0 - b.x0).abs() < 0.3 * a.size);
    }
    lines
}

fn overlap(line: &Line, piece: &Piece) -> bool {
    const HEIGHT: f64 = 0.7;
    let top = (line.y + HEIGHT * line.size).min(piece.y + HEIGHT * piece.size);
    let shared = top - line.y.max(piece.y);
    shared > 0.5 * HEIGHT * line.size.min(piece.size)
}

/// Writes lines; where prose stands in columns, the left column first.
fn write(lines: &[Line], out: &mut String, depth: u8) {
    if lines.len() > MAX_LINES || depth > 3 {
        lines.iter().for_each(|l| write_line(l, out));
        return;
    }
    let mut last: Option<(f64, f64)> = None;
    let mut i = 0;
    while let Some(line) = lines.get(i) {
        if let Some((y, size)) = last
            && y - line.y > 1.9 * size.max(line.size)
        {
            out.push('\n');
        }
        let band = band(lines.get(i..).unwrap_or(&[]));
        let taken = match band {
            Some((count, at)) => {
                let part = lines.get(i..i + count).unwrap_or(&[]);
                if let Some([left, right]) = split(part, at) {
                    write(&left, out, depth + 1);
                    out.push('\n');
                    write(&right, out, depth + 1);
                } else {
                    part.iter().for_each(|l| write_line(l, out));
                }
                count
            }
            None => {
                write_line(line, out);
                1
            }
        };
        i += taken;
        last = lines.get(i - 1).map(|l| (l.y, l.size));
    }
}

/// How many lines from the first on leave the same upright strip free, and where the strip is.
fn band(lines: &[Line]) -> Option<(usize, f64)> {
    let mut free: Vec<(f64, f64)> = Vec::new();
    let mut found = None;
    for (count, line) in lines.iter().enumerate() {
        let (Some(first), Some(end)) = (line.pieces.first(), line.pieces.last()) else { break };
        let gaps: Vec<(f64, f64)> =
            line.pieces.windows(2).filter_map(|w| Some((w.first()?.x1, w.get(1)?.x0))).collect();
        if count == 0 {
            free = gaps;
            free.push((end.x1, f64::INFINITY));
            free.push((f64::NEG_INFINITY, first.x0));
        } else {
            let own = [(f64::NEG_INFINITY, first.x0), (end.x1, f64::INFINITY)];
            let own = own.iter().chain(&gaps);
            free = own.flat_map(|a| free.iter().map(|b| (a.0.max(b.0), a.1.min(b.1)))).take(500).collect();
        }
        let least = 0.8 * line.size;
        free.retain(|(a, b)| b - a > least);
        // Both sides have something: the strip is bounded on both.
        let inner = free
            .iter()
            .filter(|(a, b)| a.is_finite() && b.is_finite())
            .max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)));
        match inner {
            Some((a, b)) => found = Some((count + 1, f64::midpoint(*a, *b))),
            None if found.is_some() || free.is_empty() || count > 3 => break,
            None => {}
        }
    }
    found.filter(|(count, _)| *count >= PROSE_LINES)
}

/// The two columns, if both hold prose; a table does not.
fn split(lines: &[Line], at: f64) -> Option<[Vec<Line>; 2]> {
    let side = |left: bool| -> Vec<Line> {
        let own = |l: &Line| {
            let pieces: Vec<Piece> = l.pieces.iter().filter(|p| (p.x0 < at) == left).cloned().collect();
            (!pieces.is_empty()).then_some(Line { y: l.y, size: l.size, pieces })
        };
        lines.iter().filter_map(own).collect()
    };
    let prose = |lines: &[Line]| {
        let length: usize = lines.iter().flat_map(|l| &l.pieces).map(|p| p.text.chars().count()).sum();
        let pieces: usize = lines.iter().map(|l| l.pieces.len()).sum();
        lines.len() >= PROSE_LINES && length >= PROSE_LENGTH * pieces
    };
    let (left, right) = (side(true), side(false));
    (prose(&left) && prose(&right)).then_some([left, right])
}

fn write_line(line: &Line, out: &mut String) {
    let mut end: Option<f64> = None;
    for piece in &line.pieces {
        if let Some(end) = end {
            let gap = (piece.x0 - end) / line.size.max(0.1);
            let spaced = out.ends_with(' ') || piece.text.starts_with(' ');
            if gap > COLUMN {
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\t');
            } else if gap > WORD && !spaced {
                out.push(' ');
            }
        }
        out.push_str(&piece.text);
        end = Some(end.unwrap_or(piece.x1).max(piece.x1));
    }
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(x0: f64, y: f64, text: &str) -> Place {
        #[expect(clippy::cast_precision_loss, reason = "short texts")]
        let width = 5.0 * text.len() as f64;
        Place { x0, x1: x0 + width, y, size: 10.0, turn: 0 }
    }
    fn read(pieces: &[(f64, f64, &str)]) -> String {
        let mut page = Page::default();
        pieces.iter().for_each(|(x, y, t)| page.add(t, place(*x, *y, t)));
        page.text()
    }

    #[test]
    fn gaps_become_spaces_and_tabs_and_heights_become_lines() {
        assert_eq!(
            read(&[(0.0, 100.0, "Jan"), (18.0, 100.0, "Bak"), (33.0, 100.0, "ker"), (90.0, 100.5, "x")]),
            "Jan Bakker\tx\n"
        );
        assert_eq!(read(&[(0.0, 100.0, "a"), (0.0, 88.0, "b"), (0.0, 60.0, "c")]), "a\nb\n\nc\n");
        // Drawn in another order than it is read in, as forms are.
        assert_eq!(
            read(&[(0.0, 50.0, "Name:"), (0.0, 38.0, "DOB:"), (40.0, 50.0, "Jan"), (40.0, 38.0, "1950")]),
            "Name:\tJan\nDOB:\t1950\n"
        );
        assert_eq!(read(&[(0.0, 9.0, "bold"), (0.4, 9.0, "bold")]), "bold\n");
    }

    #[test]
    fn columns_of_prose_are_read_one_after_the_other_but_tables_by_rows() {
        let prose: Vec<(f64, f64, &str)> = (0..6i32)
            .flat_map(|i| {
                let y = 100.0 - 12.0 * f64::from(i);
                [(0.0, y, "the left column speaks of one thing"), (250.0, y, "the right column of quite another")]
            })
            .collect();
        let text = read(&prose);
        assert!(text.find("another").unwrap() > text.rfind("one thing").unwrap(), "{text}");
        let table: Vec<(f64, f64, &str)> = (0..6i32)
            .flat_map(|i| {
                let y = 100.0 - 12.0 * f64::from(i);
                [(0.0, y, "Bakker"), (100.0, y, "1950-03-12"), (200.0, y, "asthma")]
            })
            .collect();
        assert!(read(&table).starts_with("Bakker\t1950-03-12\tasthma\nBakker"));
    }
}
