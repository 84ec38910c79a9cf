//! Writing messages: 7-bit clean, lines of at most 998 octets, nothing that a text could add to the header.

use super::clean::{clean_id, clean_text, default_name};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::headers::{Header as _, HeaderType};
use mail_builder::mime::{BodyPart, MimePart};
use std::borrow::Cow;
use wardpost_model::message::Party;
use wardpost_model::text::{clean_file_name, clean_line, clean_media_type};

/// Octets of base64 in a line (RFC 2045 §6.8).
const BASE64_LINE: usize = 76;

/// A file to send along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingAttachment {
    /// File name; cleaned when written.
    pub file_name: String,
    /// Media type.
    pub media_type: String,
    /// Content-ID without brackets, for what the HTML shows (`cid:`).
    pub content_id: Option<String>,
    /// The bytes.
    pub data: Vec<u8>,
}

/// A message to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Author.
    pub from: Party,
    /// Who sent it on the author's behalf (RFC 5322 §3.6.2), if somebody else.
    pub sender: Option<Party>,
    /// Where answers go, if elsewhere.
    pub reply_to: Option<Party>,
    /// Recipients to be shown; blind copies stay in the envelope.
    pub to: Vec<Party>,
    /// Copies.
    pub cc: Vec<Party>,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
    /// Files.
    pub attachments: Vec<OutgoingAttachment>,
    /// Message id without brackets, unique.
    pub message_id: String,
    /// Message that this answers.
    pub in_reply_to: Option<String>,
    /// The thread, oldest first.
    pub references: Vec<String>,
    /// When it was sent.
    pub date: Timestamp,
    /// No person wrote it (`Auto-Submitted: auto-generated`, RFC 3834).
    pub auto_submitted: bool,
}

/// Why a message cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The message id is not of the form `left@right`.
    #[error("the message id cannot stand in a header")]
    MessageId,
}

/// Writes a message.
///
/// # Errors
/// [`BuildError`] if the message id cannot stand in a header.
pub fn build(message: &Outgoing) -> Result<Vec<u8>, BuildError> {
    let id =
        clean_id(&message.message_id).filter(|id| id.is_ascii() && id.contains('@')).ok_or(BuildError::MessageId)?;
    let mut head = Head::default();
    head.party("From", &message.from);
    if let Some(sender) = &message.sender {
        head.party("Sender", sender);
    }
    if let Some(reply_to) = &message.reply_to {
        head.party("Reply-To", reply_to);
    }
    if message.to.is_empty() && message.cc.is_empty() {
        head.add("To", Raw::new("undisclosed-recipients:;"));
    }
    head.parties("To", &message.to);
    head.parties("Cc", &message.cc);
    head.text("Subject", &message.subject);
    head.add("Date", Date::new(message.date.as_second()));
    head.ids("Message-ID", std::slice::from_ref(&id));
    if let Some(id) = message.in_reply_to.as_deref().and_then(clean_id) {
        head.ids("In-Reply-To", &[id]);
    }
    let references: Vec<String> = message.references.iter().filter_map(|r| clean_id(r)).collect();
    if !references.is_empty() {
        head.ids("References", &references);
    }
    if message.auto_submitted {
        head.add("Auto-Submitted", Raw::new("auto-generated"));
    }
    Ok(head.finish(body(message, &Boundaries::new(&id))))
}

/// The header being collected.
#[derive(Default)]
pub(super) struct Head(Vec<(&'static str, HeaderType<'static>)>);

impl Head {
    pub(super) fn add(&mut self, name: &'static str, value: impl Into<HeaderType<'static>>) {
        self.0.push((name, value.into()));
    }
    pub(super) fn text(&mut self, name: &'static str, value: &str) {
        self.add(name, Text::new(clean_line(value, 998)));
    }
    pub(super) fn party(&mut self, name: &'static str, party: &Party) {
        self.add(name, address(party));
    }
    fn parties(&mut self, name: &'static str, parties: &[Party]) {
        if !parties.is_empty() {
            self.add(name, Address::new_list(parties.iter().map(address).collect()));
        }
    }
    pub(super) fn ids(&mut self, name: &'static str, ids: &[String]) {
        self.add(name, MessageId { id: ids.iter().map(|id| Cow::Owned(id.clone())).collect() });
    }
    pub(super) fn finish(self, body: MimePart<'_>) -> Vec<u8> {
        let mut builder = MessageBuilder::new();
        for (name, value) in self.0 {
            builder = builder.header(name, value);
        }
        let mut out = Vec::new();
        builder.body(body).serialize(&mut out);
        if !out.ends_with(b"\r\n") {
            out.extend_from_slice(b"\r\n");
        }
        out
    }
}

/// A whole field that names these parties, folded.
pub(super) fn address_field(name: &[u8], parties: &[Party]) -> Vec<u8> {
    let mut out = [name.trim_ascii_end(), b": "].concat();
    let used = out.len();
    // Writing to memory does not fail.
    Address::new_list(parties.iter().map(address).collect()).write_header(&mut out, used);
    if !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out
}

fn address(party: &Party) -> Address<'static> {
    let name = clean_line(&party.name, 200);
    Address::new_address((!name.is_empty()).then_some(name), party.address.to_string())
}

/// Boundaries made from the message id: unique, and `=_` stands in no base64 or quoted-printable body.
pub(super) struct Boundaries(String);

impl Boundaries {
    pub(super) fn new(message_id: &str) -> Self {
        Self(message_id.chars().filter(char::is_ascii_alphanumeric).take(48).collect())
    }

    pub(super) fn multipart(&self, kind: &'static str, level: u8, parts: Vec<MimePart<'static>>) -> MimePart<'static> {
        self.multipart_with(ContentType::new(kind), level, parts)
    }

    pub(super) fn multipart_with(
        &self,
        kind: ContentType<'static>,
        level: u8,
        parts: Vec<MimePart<'static>>,
    ) -> MimePart<'static> {
        MimePart::new(kind.attribute("boundary", format!("=_{}_{level}", self.0)), parts)
    }
}

pub(super) fn text_part(kind: &'static str, text: &str) -> MimePart<'static> {
    MimePart::new(kind, BodyPart::Text(clean_text(text).into()))
}

fn body(message: &Outgoing, boundaries: &Boundaries) -> MimePart<'static> {
    let (shown, attached): (Vec<_>, Vec<_>) =
        message.attachments.iter().partition(|a| a.content_id.is_some() && message.html.is_some());
    let mut body = text_part("text/plain", &message.text);
    if let Some(html) = &message.html {
        body = boundaries.multipart("multipart/alternative", 1, vec![body, text_part("text/html", html)]);
    }
    if !shown.is_empty() {
        let parts = std::iter::once(body).chain(shown.into_iter().map(|a| attachment(a, true))).collect();
        body = boundaries.multipart("multipart/related", 2, parts);
    }
    if !attached.is_empty() {
        let parts = std::iter::once(body).chain(attached.into_iter().map(|a| attachment(a, false))).collect();
        body = boundaries.multipart("multipart/mixed", 3, parts);
    }
    body
}

fn attachment(file: &OutgoingAttachment, inline: bool) -> MimePart<'static> {
    let mut media_type = clean_media_type(&file.media_type);
    let name = clean_file_name(&file.file_name, &default_name(&media_type, 1));
    // RFC 2046 §5.2.1: a message within a message is not encoded; one that cannot stand as it is becomes a file.
    let as_is = media_type == "message/rfc822" && is_plain_message(&file.data);
    if media_type.starts_with("message/") && !as_is || media_type.starts_with("multipart/") {
        media_type = "application/octet-stream".to_owned();
    }
    let content_type = ContentType::new(media_type).attribute("name", name.clone());
    let disposition = ContentType::new(if inline { "inline" } else { "attachment" }).attribute("filename", name);
    let (encoding, data) =
        if as_is { ("7bit", Cow::Owned(file.data.clone())) } else { ("base64", Cow::Owned(base64_lines(&file.data))) };
    let mut part = MimePart::new(content_type, BodyPart::Binary(data))
        .header("Content-Disposition", disposition)
        .transfer_encoding(encoding);
    if let Some(id) = file.content_id.as_deref().and_then(clean_id) {
        part = part.cid(id);
    }
    part
}

/// Whether bytes are 7-bit, with CRLF line ends only and no line too long.
fn is_plain_message(data: &[u8]) -> bool {
    data.is_ascii()
        && !data.contains(&0)
        && data.split_inclusive(|b| *b == b'\n').all(|line| {
            let text = line.strip_suffix(b"\r\n").unwrap_or(line);
            text.len() <= 998 && !text.contains(&b'\r') && !text.contains(&b'\n')
        })
}

fn base64_lines(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() / 3 * 4 + data.len() / 28 + 8);
    let mut line = [0_u8; BASE64_LINE];
    for chunk in data.chunks(BASE64_LINE / 4 * 3) {
        // A chunk of 57 bytes fills the line exactly, a shorter one less.
        let length = STANDARD.encode_slice(chunk, &mut line).unwrap_or_default();
        out.extend_from_slice(line.get(..length).unwrap_or_default());
        out.extend_from_slice(b"\r\n");
    }
    out
}
