//! Reading a message: structure walked here without recursion, header fields read by mail-parser.
//!
//! mail-parser's own walk nests messages as deep as the sender likes; here depth, parts and header sizes are checked
//! before anything is parsed, and messages inside messages stay closed attachments.

use super::body::{TransferEncoding, decode_text};
use super::clean::{clean_id, default_name};
use super::header::{Fields, count_fields, split};
use super::html::html_to_text;
use super::notice::{StatusReport, parse_status};
use super::scrub::header_value;
use jiff::Timestamp;
use mail_parser::{ContentType, HeaderName, HeaderValue};
use memchr::memmem::Finder;
use std::panic::{AssertUnwindSafe, catch_unwind};
use wardpost_model::message::Party;
use wardpost_model::text::{clean_file_name, clean_media_type};

/// Bounds of what is read. Sizes in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MimeLimits {
    /// The whole message.
    pub total: usize,
    /// One header section.
    pub header_bytes: usize,
    /// Fields in one header section.
    pub header_fields: usize,
    /// Multipart levels.
    pub depth: usize,
    /// Parts in all.
    pub parts: usize,
    /// One body text; a longer one becomes an attachment.
    pub body: usize,
}

impl Default for MimeLimits {
    fn default() -> Self {
        Self {
            total: 64 * 1024 * 1024,
            header_bytes: 256 * 1024,
            header_fields: 1_000,
            depth: 32,
            parts: 500,
            body: 2 * 1024 * 1024,
        }
    }
}

/// Why a message is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MimeError {
    /// More bytes than allowed.
    #[error("the message is too large")]
    TooLarge,
    /// A header section is too large.
    #[error("a header section of the message is too large")]
    HeaderTooLarge,
    /// A header section has too many fields.
    #[error("a header section of the message has too many fields")]
    TooManyFields,
    /// Parts inside parts inside parts …
    #[error("the parts of the message are nested too deeply")]
    TooDeep,
    /// Too many parts.
    #[error("the message has too many parts")]
    TooManyParts,
    /// The parser gave up in a way that it should not.
    #[error("the message cannot be read")]
    Unreadable,
}

/// A file that came with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedAttachment {
    /// Name without path, control or bidi characters; made up when there was none.
    pub file_name: String,
    /// Media type as declared.
    pub media_type: String,
    /// Content-ID without brackets.
    pub content_id: Option<String>,
    /// Meant to be shown within the HTML (has a Content-ID, and is inline or in a multipart/related).
    pub inline: bool,
    /// The bytes, decoded.
    pub data: Vec<u8>,
}

/// A message as read. Texts and names are cleaned of control characters; the HTML is as hostile as it came.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ParsedMail {
    /// Subject, decoded, one line.
    pub subject: String,
    /// First address of `From`.
    pub from: Option<Party>,
    /// More than one `From` field or address: what is shown as sender may not be what others check.
    pub ambiguous_from: bool,
    /// `Sender`.
    pub sender: Option<Party>,
    /// `Reply-To`.
    pub reply_to: Vec<Party>,
    /// `To`.
    pub to: Vec<Party>,
    /// `Cc`.
    pub cc: Vec<Party>,
    /// `Date`, when it can be read.
    pub date: Option<Timestamp>,
    /// `Message-ID` without brackets.
    pub message_id: Option<String>,
    /// First id of `In-Reply-To`.
    pub in_reply_to: Option<String>,
    /// `References`, oldest first, the last hundred.
    pub references: Vec<String>,
    /// Plain text; made from the HTML where there is none.
    pub text: String,
    /// HTML.
    pub html: Option<String>,
    /// Attachments, in order.
    pub attachments: Vec<ParsedAttachment>,
    /// Fields in the header.
    pub header_count: usize,
    /// `Auto-Submitted` says that no person wrote it (RFC 3834): never answer it automatically.
    pub auto_submitted: bool,
    /// Sent to a list or in bulk (`List-Id`, `Precedence`).
    pub bulk: bool,
    /// A delivery report about a message of ours (RFC 3464).
    pub delivery_status: Option<StatusReport>,
}

/// Reads a message.
///
/// # Errors
/// [`MimeError`] if it exceeds the limits.
pub fn parse(raw: &[u8], limits: &MimeLimits) -> Result<ParsedMail, MimeError> {
    if raw.len() > limits.total {
        return Err(MimeError::TooLarge);
    }
    // A panic in the header parser must cost this message, not the session that carries it.
    catch_unwind(AssertUnwindSafe(|| read(raw, limits))).unwrap_or(Err(MimeError::Unreadable))
}

fn read(raw: &[u8], limits: &MimeLimits) -> Result<ParsedMail, MimeError> {
    let (section, _) = split(raw);
    let fields = Fields::parse(section, true, limits)?;
    let from = fields.parties(&HeaderName::From);
    let mut mail = ParsedMail {
        subject: fields.subject(),
        ambiguous_from: fields.times(&HeaderName::From) > 1 || from.len() > 1,
        from: from.into_iter().next(),
        sender: fields.parties(&HeaderName::Sender).into_iter().next(),
        reply_to: fields.parties(&HeaderName::ReplyTo),
        to: fields.parties(&HeaderName::To),
        cc: fields.parties(&HeaderName::Cc),
        date: fields.date(),
        message_id: fields.ids(&HeaderName::MessageId).into_iter().next(),
        in_reply_to: fields.ids(&HeaderName::InReplyTo).into_iter().next(),
        references: fields.ids(&HeaderName::References),
        header_count: count_fields(section),
        auto_submitted: fields.raw("Auto-Submitted").is_some_and(|v| !v.trim().eq_ignore_ascii_case("no")),
        bulk: fields.raw("List-Id").is_some()
            || fields.raw("Precedence").is_some_and(|v| {
                let v = v.trim();
                ["bulk", "list", "junk"].iter().any(|p| p.eq_ignore_ascii_case(v))
            }),
        ..ParsedMail::default()
    };
    Walk { limits, parts: 0, bodies: Vec::new(), mail: &mut mail }.run(raw, fields)?;
    Ok(mail)
}

/// A part still to be looked at.
struct Pending<'a> {
    entity: &'a [u8],
    depth: usize,
    /// Number of the multipart/alternative that it is a version in.
    alternative: Option<usize>,
    /// In a multipart/related, but not its first part.
    related: bool,
    /// In a multipart/digest: a message where nothing else is said (RFC 2046 §5.1.5).
    digest: bool,
    root: bool,
}

/// A text to be shown: versions of one text, or a text of its own.
#[derive(Default)]
struct BodyText {
    alternative: Option<usize>,
    plain: Option<String>,
    html: Option<String>,
}

struct Walk<'m, 'l> {
    limits: &'l MimeLimits,
    parts: usize,
    bodies: Vec<BodyText>,
    mail: &'m mut ParsedMail,
}

/// What the MIME fields of a part say.
struct Description {
    kind: String,
    subtype: String,
    charset: Option<String>,
    boundary: Option<String>,
    name: Option<String>,
    attached: bool,
    content_id: Option<String>,
    encoding: TransferEncoding,
}

impl Description {
    fn of(fields: &Fields<'_>, digest: bool) -> Self {
        let content_type = fields.first(&HeaderName::ContentType).and_then(HeaderValue::as_content_type);
        let disposition = fields.first(&HeaderName::ContentDisposition).and_then(HeaderValue::as_content_type);
        let attribute = |of: Option<&ContentType<'_>>, name| of.and_then(|c| c.attribute(name)).map(str::to_owned);
        let (kind, subtype) = match content_type {
            Some(c) => (c.ctype().to_ascii_lowercase(), c.subtype().unwrap_or_default().to_ascii_lowercase()),
            None if digest => ("message".into(), "rfc822".into()),
            None => ("text".into(), "plain".into()),
        };
        Self {
            kind,
            subtype,
            charset: attribute(content_type, "charset"),
            boundary: attribute(content_type, "boundary").filter(|b| !b.is_empty() && b.len() <= 256),
            name: attribute(disposition, "filename").or_else(|| attribute(content_type, "name")),
            attached: disposition.is_some_and(|d| !d.ctype().eq_ignore_ascii_case("inline")),
            content_id: fields.first(&HeaderName::ContentId).and_then(HeaderValue::as_text).and_then(clean_id),
            encoding: TransferEncoding::from_header(
                fields.first(&HeaderName::ContentTransferEncoding).and_then(HeaderValue::as_text),
            ),
        }
    }
}

impl Walk<'_, '_> {
    /// Walks the parts of a message whose own header has been read already.
    fn run<'a>(mut self, raw: &'a [u8], message: Fields<'a>) -> Result<(), MimeError> {
        let root = Pending { entity: raw, depth: 0, alternative: None, related: false, digest: false, root: true };
        let mut stack = vec![root];
        let mut alternatives = 0;
        let mut message = Some(message);
        while let Some(part) = stack.pop() {
            self.parts += 1;
            if self.parts > self.limits.parts {
                return Err(MimeError::TooManyParts);
            }
            let (section, body) = split(part.entity);
            let fields = match message.take() {
                Some(fields) => fields,
                None => Fields::parse(section, false, self.limits)?,
            };
            let about = Description::of(&fields, part.digest);
            let children = match &about.boundary {
                Some(boundary) if about.kind == "multipart" => {
                    children(body, boundary, self.limits.parts.saturating_sub(self.parts + stack.len()))?
                }
                _ => Vec::new(),
            };
            if children.is_empty() {
                self.leaf(&part, about, body);
                continue;
            }
            if part.depth >= self.limits.depth {
                return Err(MimeError::TooDeep);
            }
            let alternative = if about.subtype == "alternative" && part.alternative.is_none() {
                alternatives += 1;
                Some(alternatives)
            } else {
                part.alternative
            };
            let related = about.subtype == "related";
            let next = children.into_iter().enumerate().rev().map(|(i, entity)| Pending {
                entity,
                depth: part.depth + 1,
                alternative,
                related: part.related || (related && i > 0),
                digest: about.subtype == "digest",
                root: false,
            });
            stack.extend(next);
        }
        self.finish();
        Ok(())
    }

    /// A part without parts of its own: a text to show, or an attachment.
    fn leaf(&mut self, part: &Pending<'_>, mut about: Description, body: &[u8]) {
        if about.kind == "multipart" {
            // A multipart that holds no parts is shown as the text that it is.
            (about.kind, about.subtype) = ("text".into(), "plain".into());
        }
        let data = about.encoding.decode(body);
        let media_type = clean_media_type(&format!("{}/{}", about.kind, about.subtype));
        if media_type == "message/delivery-status" && self.mail.delivery_status.is_none() {
            self.mail.delivery_status = parse_status(&data);
        } else if matches!(media_type.as_str(), "message/rfc822" | "text/rfc822-headers" | "message/rfc822-headers")
            && let Some(report) = self.mail.delivery_status.as_mut().filter(|r| r.about.is_none())
        {
            // RFC 6522 §3: the third part is what was returned. No more of it than one field is read.
            let header = data.get(..self.limits.header_bytes).unwrap_or(&data);
            report.about = header_value(header, "message-id").and_then(|id| clean_id(&id));
        }
        let is_text = matches!(media_type.as_str(), "text/plain" | "text/html");
        let named = about.name.is_some() && !part.root;
        if is_text && !about.attached && !named && !part.related && data.len() <= self.limits.body {
            let text = decode_text(&data, about.charset.as_deref());
            if text.len() <= self.limits.body.saturating_mul(3) {
                return self.body_text(part.alternative, about.subtype == "html", text);
            }
        }
        let number = self.mail.attachments.len() + 1;
        let fallback = default_name(&media_type, number);
        let file_name = match about.name {
            Some(name) => clean_file_name(&name, &fallback),
            None => fallback.into_owned(),
        };
        let inline = about.content_id.is_some() && (part.related || !about.attached);
        self.mail.attachments.push(ParsedAttachment {
            file_name,
            media_type,
            content_id: about.content_id,
            inline,
            data,
        });
    }

    fn body_text(&mut self, alternative: Option<usize>, is_html: bool, text: String) {
        let known = self.bodies.iter_mut().find(|b| alternative.is_some() && b.alternative == alternative);
        let body = match known {
            Some(body) => body,
            None => {
                self.bodies.push(BodyText { alternative, ..BodyText::default() });
                let Some(body) = self.bodies.last_mut() else { return };
                body
            }
        };
        let slot = if is_html { &mut body.html } else { &mut body.plain };
        match slot {
            Some(earlier) => {
                earlier.push('\n');
                earlier.push_str(&text);
            }
            None => *slot = Some(text),
        }
    }

    /// Joins the texts: every text in its plain version; if any has an HTML version, all in HTML too.
    fn finish(self) {
        let limit = self.limits.body;
        let any_html = self.bodies.iter().any(|b| b.html.is_some());
        let (mut text, mut html) = (String::new(), String::new());
        for body in self.bodies {
            let blank = body.plain.as_deref().is_none_or(|p| p.trim().is_empty());
            let words = match &body.html {
                Some(source) if blank => html_to_text(source, limit),
                _ => body.plain.clone().unwrap_or_default(),
            };
            if any_html {
                match body.html {
                    Some(source) => html.push_str(&source),
                    None => push_escaped(&mut html, &words),
                }
            }
            if !text.is_empty() && !words.is_empty() {
                text.push_str(if text.ends_with('\n') { "\n" } else { "\n\n" });
            }
            text.push_str(&words);
        }
        self.mail.text = text;
        self.mail.html = any_html.then_some(html);
    }
}

/// Plain text within HTML.
fn push_escaped(html: &mut String, text: &str) {
    html.push_str("<div style=\"white-space:pre-wrap\">");
    for c in text.chars() {
        match c {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            c => html.push(c),
        }
    }
    html.push_str("</div>");
}

/// The parts between the delimiter lines of a multipart body (RFC 2046 §5.1.1), at most `room` of them.
fn children<'a>(body: &'a [u8], boundary: &str, room: usize) -> Result<Vec<&'a [u8]>, MimeError> {
    let delimiter = format!("--{boundary}");
    let finder = Finder::new(delimiter.as_bytes());
    let mut parts = Vec::new();
    let mut start = None;
    let mut at = 0;
    while let Some(found) = body.get(at..).and_then(|rest| finder.find(rest)).map(|i| at + i) {
        let after = found + delimiter.len();
        at = after;
        let line_start = found == 0 || body.get(found - 1) == Some(&b'\n');
        let rest = body.get(after..).unwrap_or_default();
        let line_end = memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
        let tail = rest.get(..line_end).unwrap_or_default();
        let (closing, tail) = match tail.strip_prefix(b"--") {
            Some(tail) => (true, tail),
            None => (false, tail),
        };
        // Another boundary that begins with this one is not this one.
        if !line_start || !tail.trim_ascii().is_empty() {
            continue;
        }
        if let Some(start) = start.take() {
            parts.push(without_last_line_end(body.get(start..found).unwrap_or_default()));
            if parts.len() > room {
                return Err(MimeError::TooManyParts);
            }
        }
        if closing {
            return Ok(parts);
        }
        at = after + line_end;
        start = Some(at);
    }
    // Never closed: what follows the last delimiter is a part as well.
    if let Some(rest) = start.and_then(|s| body.get(s..)).filter(|r| !r.is_empty()) {
        parts.push(rest);
    }
    if parts.len() > room { Err(MimeError::TooManyParts) } else { Ok(parts) }
}

/// The line end before a delimiter belongs to the delimiter.
fn without_last_line_end(part: &[u8]) -> &[u8] {
    part.strip_suffix(b"\r\n").or_else(|| part.strip_suffix(b"\n")).unwrap_or(part)
}
