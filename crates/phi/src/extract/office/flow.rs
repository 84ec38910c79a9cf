//! The running text of documents and slides: paragraphs are lines, cells are set apart by tabs, runs are joined.
//!
//! Elements are told by their local names: programs choose the prefixes.

use super::super::xml::{Event, Events, attribute, decode_into};

/// Texts within texts (boxes within boxes); deeper ones are joined to those around them.
const MAX_BOXES: usize = 64;

#[derive(Default)]
struct Flow {
    text: String,
    /// Texts around the box that is open, with what floats beside their paragraph.
    around: Vec<(String, String)>,
    /// Boxes, notes and comments of the paragraph that is open: they follow it.
    floating: String,
    /// What was struck out is no part of the text, but it leaves the house with it.
    deleted: String,
    deleting: usize,
    skipping: usize,
    fallback: usize,
    last_box: String,
    boxes: usize,
    /// Tables are sheets, whose names somebody chose.
    sheets: bool,
}

/// The text of a part of a document.
pub(super) fn text(xml: &str) -> String {
    let mut flow = Flow { text: String::with_capacity(xml.len() / 8), ..Flow::default() };
    for event in Events::new(xml) {
        match event {
            Event::Open { name, attributes } => flow.open(local(name), attributes),
            Event::Close { name } => flow.close(local(name)),
            Event::Text(t) => flow.words(t),
        }
    }
    while let Some((outer, floating)) = flow.around.pop() {
        let inner = std::mem::replace(&mut flow.text, outer);
        flow.text.push_str(&inner);
        flow.floating.push_str(&floating);
    }
    flow.text.push_str(&flow.floating);
    if !flow.deleted.trim().is_empty() {
        flow.text.push('\n');
        flow.text.push_str(&flow.deleted);
    }
    flow.text
}

pub(super) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

impl Flow {
    fn words(&mut self, t: &str) {
        let t = t.trim_matches(['\n', '\r']);
        if self.skipping > 0 {
        } else if self.deleting > 0 {
            decode_into(t, &mut self.deleted);
        } else {
            decode_into(t, &mut self.text);
        }
    }

    fn open(&mut self, name: &str, attributes: &str) {
        match name {
            "styles" | "font-face-decls" => self.skipping += 1,
            "del" | "moveFrom" | "tracked-changes" => self.deleting += 1,
            "Fallback" => self.fallback += 1,
            "spreadsheet" => self.sheets = true,
            "table" if self.sheets => {
                decode_into(attribute(attributes, "table:name").unwrap_or(""), &mut self.text);
                self.text.push('\n');
            }
            "txbxContent" | "text-box" | "note" | "annotation" => {
                self.boxes += 1;
                if self.boxes <= MAX_BOXES {
                    let outer = (std::mem::take(&mut self.text), std::mem::take(&mut self.floating));
                    self.around.push(outer);
                }
            }
            // A field's instruction may hold words as well; it is no part of the run beside it.
            "instrText" => self.text.push(' '),
            // Where tabs stop is no tab.
            "tab" if attribute(attributes, "w:pos").is_none() && !attributes.contains("pos=") => self.text.push('\t'),
            "br" | "cr" | "line-break" => self.text.push('\n'),
            "noBreakHyphen" => self.text.push('-'),
            "s" => {
                let count = attribute(attributes, "text:c").and_then(|c| c.parse().ok()).unwrap_or(1usize);
                self.text.extend(std::iter::repeat_n(' ', count.min(100)));
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "styles" | "font-face-decls" => self.skipping = self.skipping.saturating_sub(1),
            "del" | "moveFrom" | "tracked-changes" => {
                self.deleting = self.deleting.saturating_sub(1);
                if !self.deleted.is_empty() && !self.deleted.ends_with('\n') {
                    self.deleted.push('\n');
                }
            }
            "Fallback" => self.fallback = self.fallback.saturating_sub(1),
            "txbxContent" | "text-box" | "note" | "annotation" => self.close_box(),
            "instrText" => self.text.push(' '),
            "p" | "h" if self.deleting > 0 => self.deleted.push('\n'),
            "p" | "h" | "tr" | "table-row" => {
                self.new_line();
                let floating = std::mem::take(&mut self.floating);
                self.text.push_str(&floating);
            }
            "tc" | "table-cell" | "covered-table-cell" => self.cell_end(),
            _ => {}
        }
    }

    fn close_box(&mut self) {
        let held = self.boxes <= MAX_BOXES;
        self.boxes = self.boxes.saturating_sub(1);
        let Some((outer, floating)) = self.around.pop().filter(|_| held) else { return };
        let mut inner = std::mem::replace(&mut self.text, outer);
        inner.push_str(&std::mem::replace(&mut self.floating, floating));
        // The same box once more, for programs that do not know the new way of drawing it.
        if self.fallback > 0 && inner == self.last_box {
            return;
        }
        self.floating.push_str(inner.trim_matches('\n'));
        self.floating.push('\n');
        self.last_box = inner;
    }

    fn new_line(&mut self) {
        self.text.truncate(self.text.trim_end_matches('\t').len());
        self.text.push('\n');
    }

    /// The line end of a cell's last paragraph becomes the tab between cells; those before it become spaces.
    fn cell_end(&mut self) {
        self.text.truncate(self.text.trim_end_matches('\n').len());
        self.text.push('\t');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_boxes_and_comments_do_not_run_into_the_text() {
        let xml = "<w:document><w:p><w:r><w:t>Mw. </w:t></w:r><w:del><w:r><w:delText>Jansen</w:delText></w:r></w:del><w:ins><w:r><w:t>Bakker</w:t>\
                   </w:r></w:ins><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:t>Let op: HIV</w:t></w:p></w:txbxContent></mc:Choice>\
                   <mc:Fallback><w:txbxContent><w:p><w:t>Let op: HIV</w:t></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent>\
                   <w:r><w:t> komt.</w:t></w:r></w:p><w:p><w:pPr><w:tabs><w:tab w:val='left' w:pos='20'/></w:tabs></w:pPr><w:t>a</w:t><w:tab/>\
                   <w:t>b</w:t></w:p></w:document>";
        assert_eq!(text(xml), "Mw. Bakker komt.\nLet op: HIV\na\tb\n\nJansen\n");
        let odt = "<office:text><text:tracked-changes><text:p>weg</text:p></text:tracked-changes><text:p>Brief<text:s text:c='2'/>x\
                   <office:annotation><text:p>noot</text:p></office:annotation>y</text:p></office:text>";
        assert_eq!(text(odt), "Brief  xy\nnoot\n\nweg\n");
        assert_eq!(text(&"<w:txbxContent>a".repeat(300)).matches('a').count(), 300);
    }

    #[test]
    fn prefixes_are_the_programs_own() {
        assert_eq!(text("<ns0:p><ns0:r><ns0:t>a</ns0:t></ns0:r></ns0:p><p><t>b</t></p>"), "a\nb\n");
    }
}
