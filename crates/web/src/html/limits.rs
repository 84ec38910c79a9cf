//! How much work a document would be, found out before it is done.
//!
//! The tree construction of the HTML standard can make a tree far larger than its text (formatting elements left open are
//! made anew in every paragraph) and walks the stack of open elements for every tag. So hostile HTML is first run through
//! the same tree builder with a sink that only counts, in small steps, and given up as soon as it grows too large.

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ExpandedName, QualName, local_name, ns};
use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

/// Most bytes of HTML that are looked at. Longer mails are shown as text.
pub const MAX_BYTES: usize = 2 << 20;
/// Most elements in the tree.
pub const MAX_ELEMENTS: usize = 60_000;
/// Most elements within each other.
pub const MAX_DEPTH: u32 = 400;
/// Most bytes of attribute values in the tree: elements that are made anew carry theirs along.
pub const MAX_ATTRIBUTE_BYTES: usize = 4 << 20;

/// Most time of the processor that the look may take: a tag with thousands of attributes costs their square, and nothing of
/// it is counted before it ends.
const MAX_WORK: Duration = Duration::from_secs(2);

/// So many bytes are parsed between two looks at the count.
const STEP: usize = 256;

/// Time that this thread has had of the processor: other work on the machine does not count.
fn work_done() -> Duration {
    let at = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(at.tv_sec).unwrap_or(0), u32::try_from(at.tv_nsec).unwrap_or(0))
}

/// Whether this HTML can be parsed within the bounds.
#[must_use]
pub fn within(html: &str) -> bool {
    if html.len() > MAX_BYTES {
        return false;
    }
    let counts = Rc::new(Counts::default());
    let context = QualName::new(None, ns!(html), local_name!("div"));
    let sink = Counter { document: Rc::new(Node::new(context.clone(), 0)), counts: Rc::clone(&counts) };
    let mut parser = html5ever::parse_fragment(sink, html5ever::ParseOpts::default(), context, Vec::new(), false);
    let began = work_done();
    let mut rest = html;
    while !rest.is_empty() {
        let mut end = STEP.min(rest.len());
        while !rest.is_char_boundary(end) {
            end += 1;
        }
        let (step, after) = rest.split_at(end);
        parser.process(StrTendril::from(step));
        if counts.over() || work_done().saturating_sub(began) > MAX_WORK {
            return false;
        }
        rest = after;
    }
    parser.finish();
    !counts.over()
}

#[derive(Default)]
struct Counts {
    elements: Cell<usize>,
    attribute_bytes: Cell<usize>,
    depth: Cell<u32>,
}

impl Counts {
    fn over(&self) -> bool {
        self.elements.get() > MAX_ELEMENTS
            || self.attribute_bytes.get() > MAX_ATTRIBUTE_BYTES
            || self.depth.get() > MAX_DEPTH
    }
}

/// An element, without its children: only its depth is of interest.
struct Node {
    name: QualName,
    depth: Cell<u32>,
}

impl Node {
    fn new(name: QualName, depth: u32) -> Self {
        Self { name, depth: Cell::new(depth) }
    }
}

struct Counter {
    document: Rc<Node>,
    counts: Rc<Counts>,
}

impl Counter {
    fn place(&self, child: &NodeOrText<Rc<Node>>, depth: u32) {
        if let NodeOrText::AppendNode(node) = child {
            node.depth.set(depth);
            self.counts.depth.set(self.counts.depth.get().max(depth));
        }
    }
}

impl TreeSink for Counter {
    type Handle = Rc<Node>;
    type Output = ();
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) {}
    fn parse_error(&self, _: Cow<'static, str>) {}
    fn get_document(&self) -> Rc<Node> {
        Rc::clone(&self.document)
    }
    fn elem_name<'a>(&'a self, target: &'a Rc<Node>) -> ExpandedName<'a> {
        target.name.expanded()
    }
    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Rc<Node> {
        let bytes: usize = attributes.iter().map(|a| a.value.len()).sum();
        self.counts.elements.set(self.counts.elements.get().saturating_add(1));
        self.counts.attribute_bytes.set(self.counts.attribute_bytes.get().saturating_add(bytes));
        Rc::new(Node::new(name, 0))
    }
    fn create_comment(&self, _: StrTendril) -> Rc<Node> {
        Rc::clone(&self.document)
    }
    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Rc<Node> {
        Rc::clone(&self.document)
    }
    fn append(&self, parent: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        // Comments and instructions stand for the document itself and have no place of their own.
        if !matches!(&child, NodeOrText::AppendNode(node) if Rc::ptr_eq(node, &self.document)) {
            self.place(&child, parent.depth.get().saturating_add(1));
        }
    }
    fn append_based_on_parent_node(&self, element: &Rc<Node>, previous: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        self.place(&child, element.depth.get().max(previous.depth.get().saturating_add(1)));
    }
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
    fn get_template_contents(&self, target: &Rc<Node>) -> Rc<Node> {
        Rc::clone(target)
    }
    fn same_node(&self, x: &Rc<Node>, y: &Rc<Node>) -> bool {
        Rc::ptr_eq(x, y)
    }
    fn set_quirks_mode(&self, _: QuirksMode) {}
    fn append_before_sibling(&self, sibling: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        self.place(&child, sibling.depth.get());
    }
    fn add_attrs_if_missing(&self, _: &Rc<Node>, _: Vec<Attribute>) {}
    fn remove_from_parent(&self, _: &Rc<Node>) {}
    fn reparent_children(&self, _: &Rc<Node>, _: &Rc<Node>) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_mail_is_within_the_bounds() {
        assert!(within("<table><tr><td><p>Hello <b>there</b></p></td></tr></table>"));
        assert!(within(&"<p>unclosed <font color=red>as old programs write it".repeat(200)));
        assert!(within(""));
    }

    #[test]
    fn depth_is_bounded() {
        assert!(within(&"<div>".repeat(300)));
        assert!(!within(&"<div>".repeat(100_000)));
        assert!(!within(&"<table><tr><td>".repeat(50_000)));
        assert!(!within(&"<svg><g>".repeat(50_000)));
    }

    #[test]
    fn formatting_elements_that_multiply_are_caught_early() {
        let open: String = (0..5_000).map(|i| format!("<font size={i}><p></p>")).collect();
        assert!(!within(&open), "every paragraph makes all open fonts anew");
        let long = format!("<p><font face='{}'></p>{}", "x".repeat(100_000), "<p>x</p>".repeat(1_000));
        assert!(!within(&long), "the attribute would be written out a thousand times");
    }

    #[test]
    fn a_tag_of_thousands_of_attributes_is_given_up_while_it_is_read() {
        let attributes: String = (0..200_000).map(|i| format!(" a{i}")).collect();
        assert!(!within(&format!("<p{attributes}>text</p>")));
        let few: String = (0..100).map(|i| format!(" a{i}=1")).collect();
        assert!(within(&format!("<p{few}>text</p>")));
    }

    #[test]
    fn more_than_the_limit_is_not_even_parsed() {
        assert!(!within(&" ".repeat(MAX_BYTES + 1)));
    }
}
