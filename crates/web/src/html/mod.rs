//! Hostile mail HTML made safe to be looked at (ASVS 1.3.1, 3.4.3).
//!
//! Five walls: the size and shape of the input are bounded ([`limits`]); ammonia keeps only listed elements and
//! attributes; inline styles are reduced to listed properties and moved to one sheet (`style`); the result is read once
//! more before anybody sees it (`check`); and the document is served with a policy of its own that allows no script, no
//! frame, no form and no request, into a frame that is sandboxed without an origin. Pictures that belong to the mail stand in the document itself as `data:`
//! URLs: a frame without an origin sends no cookie, so it could not fetch them.

mod check;
pub mod limits;
mod rewrite;
mod style;
mod words;

use ammonia::{Builder, UrlRelative};
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use style::Sheet;

/// What the sandbox of the frame (and of the document itself, opened by itself) allows: links open in a new, ordinary page.
pub const SANDBOX: &str = "allow-popups allow-popups-to-escape-sandbox";

/// A picture that belongs to the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlineImage {
    /// Media type: one of [`IMAGE_TYPES`].
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Pictures that browsers decode without running anything. SVG is none of them.
pub const IMAGE_TYPES: &[&str] = &["image/png", "image/jpeg", "image/gif", "image/webp"];

/// A document for the sandboxed frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The whole document.
    pub document: String,
    /// The Content-Security-Policy that it must be served with.
    pub policy: String,
    /// How many remote pictures were left out.
    pub blocked: usize,
    /// What was made did not stand the last check, so only the words are shown: a fault of this module.
    pub refused: bool,
}

/// Makes the document for a mail's HTML.
///
/// `images` are the mail's own pictures by Content-ID; `remote` lets pictures of the internet in (over TLS only), which
/// tells their senders that the mail was opened. Of HTML beyond the bounds of [`limits`] only the words are shown.
#[must_use]
pub fn render(html: &str, images: BTreeMap<String, InlineImage>, remote: bool) -> Rendered {
    if !limits::within(html) {
        return only_words(html);
    }
    let blocked = Arc::new(AtomicUsize::new(0));
    let clean = sanitise(html, images, remote, Arc::clone(&blocked));
    let mut sheet = Sheet::default();
    let body = rewrite::rewrite(&clean, &mut sheet);
    if !check::is_safe(&body, remote) {
        tracing::error!("sanitised HTML did not stand the last check; only its words are shown");
        return Rendered { refused: true, ..only_words(html) };
    }
    document(&body, &sheet, remote, blocked.load(Ordering::Relaxed))
}

fn only_words(html: &str) -> Rendered {
    document(&format!("<pre>{}</pre>", ammonia::clean_text(&words::of(html))), &Sheet::default(), false, 0)
}

/// Whether the HTML may refer to this Content-ID, so that only such pictures are fetched.
#[must_use]
pub fn refers_to(html: &str, content_id: &str) -> bool {
    let id = content_id.trim_matches(['<', '>']);
    !id.is_empty() && (html.contains(&format!("cid:{id}")) || html.contains(&format!("CID:{id}")))
}

const TAGS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "article",
    "aside",
    "b",
    "bdi",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "mark",
    "nav",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

/// Removed with everything in them: their content is no text for people, or another grammar than HTML's.
const REMOVED_WHOLE: &[&str] = &[
    "script",
    "style",
    "title",
    "template",
    "iframe",
    "object",
    "embed",
    "applet",
    "noscript",
    "noembed",
    "noframes",
    "frameset",
    "svg",
    "math",
    "xml",
    "textarea",
    "select",
    "option",
    "audio",
    "video",
    "canvas",
    "portal",
    "plaintext",
    "xmp",
];

const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href"]),
    ("img", &["src", "alt", "width", "height", "align", "border", "hspace", "vspace"]),
    ("font", &["color", "face", "size"]),
    ("hr", &["align", "color", "noshade", "size", "width"]),
    ("ol", &["start", "type", "reversed"]),
    ("ul", &["type"]),
    ("li", &["type", "value"]),
    ("table", &["align", "bgcolor", "border", "cellpadding", "cellspacing", "height", "rules", "frame", "width"]),
    ("caption", &["align"]),
    ("colgroup", &["align", "span", "valign", "width"]),
    ("col", &["align", "span", "valign", "width"]),
    ("thead", &["align", "valign"]),
    ("tbody", &["align", "valign"]),
    ("tfoot", &["align", "valign"]),
    ("tr", &["align", "bgcolor", "height", "valign"]),
    ("td", &["align", "bgcolor", "colspan", "height", "nowrap", "rowspan", "valign", "width"]),
    ("th", &["align", "bgcolor", "colspan", "height", "nowrap", "rowspan", "scope", "valign", "width"]),
    ("details", &["open"]),
    ("time", &["datetime"]),
    ("div", &["align"]),
    ("p", &["align"]),
    ("h1", &["align"]),
    ("h2", &["align"]),
    ("h3", &["align"]),
    ("h4", &["align"]),
    ("h5", &["align"]),
    ("h6", &["align"]),
];

type Names = HashSet<&'static str>;

static LISTS: LazyLock<(Names, Names, HashMap<&'static str, Names>)> = LazyLock::new(|| {
    let attributes = ATTRIBUTES.iter().map(|(tag, names)| (*tag, names.iter().copied().collect())).collect();
    (TAGS.iter().copied().collect(), REMOVED_WHOLE.iter().copied().collect(), attributes)
});

fn sanitise(html: &str, images: BTreeMap<String, InlineImage>, remote: bool, blocked: Arc<AtomicUsize>) -> String {
    let (tags, removed, attributes) = &*LISTS;
    let mut builder = Builder::empty();
    builder
        .tags(tags.clone())
        .clean_content_tags(removed.clone())
        .tag_attributes(attributes.clone())
        .generic_attributes(HashSet::from(["style", "title", "dir", "lang"]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel", "cid", "data"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .strip_comments(true)
        .set_tag_attribute_value("a", "target", "_blank")
        .attribute_filter(move |tag, attribute, value| match (tag, attribute) {
            ("a", "href") => link(value),
            ("img", "src") => picture(value, &images, remote, &blocked),
            (_, "href" | "src") => None,
            _ => Some(value.into()),
        });
    builder.clean(html).to_string()
}

/// As browsers read an address: without spaces and control characters around it, without tabs and line ends in it (URL
/// standard, 4.4). What is judged is then what is written.
fn tidy(url: &str) -> Cow<'_, str> {
    let trimmed = url.trim_matches(|c: char| c <= ' ');
    if trimmed.contains(['\t', '\n', '\r']) {
        Cow::Owned(trimmed.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect())
    } else {
        Cow::Borrowed(trimmed)
    }
}

/// The scheme of a tidied address.
fn scheme_of(url: &str) -> Option<String> {
    let (scheme, _) = url.split_once(':')?;
    let valid = scheme.len() <= 16 && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    valid.then(|| scheme.to_ascii_lowercase())
}

fn link(url: &str) -> Option<Cow<'_, str>> {
    let url = tidy(url);
    let allowed = matches!(scheme_of(&url)?.as_str(), "http" | "https" | "mailto" | "tel");
    (allowed && url.len() <= 8192).then_some(url)
}

fn picture<'u>(
    url: &'u str,
    images: &BTreeMap<String, InlineImage>,
    remote: bool,
    blocked: &AtomicUsize,
) -> Option<Cow<'u, str>> {
    let url = tidy(url);
    match scheme_of(&url)?.as_str() {
        "cid" => {
            let id = url.get(4..)?;
            let image = images.get(id).or_else(|| images.get(&percent_decoded(id)))?;
            let known = IMAGE_TYPES.contains(&image.media_type.as_str());
            known.then(|| Cow::Owned(format!("data:{};base64,{}", image.media_type, STANDARD.encode(&image.bytes))))
        }
        "data" => {
            let (media_type, data) = url.get(5..)?.split_once(";base64,")?;
            let media_type = media_type.to_ascii_lowercase();
            let base64 = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/' | b'=');
            (IMAGE_TYPES.contains(&media_type.as_str()) && data.bytes().all(base64))
                .then(|| Cow::Owned(format!("data:{media_type};base64,{data}")))
        }
        "https" if remote => Some(url),
        "http" if remote => url.get(4..).map(|rest| Cow::Owned(format!("https{rest}"))),
        "http" | "https" => {
            blocked.fetch_add(1, Ordering::Relaxed);
            None
        }
        _ => None,
    }
}

/// RFC 2392: a Content-ID is percent-encoded in a `cid:` URL.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        match (first, hex) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// How mails look that say nothing themselves: black on white whatever the app's theme, since mails assume it.
const BASE_STYLE: &str = ":root{color-scheme:light}body{margin:0;padding:12px;background:#fff;color:#1a1a1a;\
font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}\
pre{white-space:pre-wrap;font:inherit}blockquote{margin:0 0 0 8px;padding-left:10px;border-left:3px solid #c8d0d8}\
a{color:#0b5cad}.leads{color:#8a2a0a;font-weight:600}img.gone{display:inline-block;min-width:18px;min-height:18px;\
padding:2px;border:1px dashed #8a949e;color:#57606a;font-size:12px}";

fn document(body: &str, sheet: &Sheet, remote: bool, blocked: usize) -> Rendered {
    let style = format!("{BASE_STYLE}{}", sheet.rules());
    let hash = STANDARD.encode(digest::digest(&digest::SHA256, style.as_bytes()));
    let remote_images = if remote { " https:" } else { "" };
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src data:{remote_images}; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'self'; sandbox {SANDBOX}"
    );
    let document = format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><meta name=\"referrer\" content=\"no-referrer\">\
         <title></title><style>{style}</style></head><body>{body}</body></html>"
    );
    Rendered { document, policy, blocked, refused: false }
}

#[cfg(test)]
mod tests;
