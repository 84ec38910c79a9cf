//! Header sections: where they end, and what mail-parser reads in them.

use super::clean::clean_id;
use super::parse::{MimeError, MimeLimits};
use jiff::Timestamp;
use mail_parser::{Address, DateTime, Header, HeaderName, HeaderValue, MessageParser};
use std::sync::LazyLock;
use wardpost_model::address::EmailAddress;
use wardpost_model::message::Party;
use wardpost_model::text::clean_line;

/// Longest display name kept, in characters.
const MAX_NAME: usize = 200;
/// Addresses kept from one header.
const MAX_ADDRESSES: usize = 1_000;
/// Message ids kept from `References`.
const MAX_REFERENCES: usize = 100;

/// What is read of a message's header. Built once: the parser is a table of functions by field name.
static MESSAGE_FIELDS: LazyLock<MessageParser> = LazyLock::new(|| {
    MessageParser::new()
        .with_mime_headers()
        .with_date_headers()
        .with_address_headers()
        .with_message_ids()
        .header_text(HeaderName::Subject)
        .ignore_header(HeaderName::Received)
        .default_header_raw()
});
/// What is read of a part's header.
static PART_FIELDS: LazyLock<MessageParser> =
    LazyLock::new(|| MessageParser::new().with_mime_headers().default_header_ignore());

/// Splits an entity into its header section (empty line included) and its body.
pub(super) fn split(entity: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    while let Some(rest) = entity.get(at..).filter(|r| !r.is_empty()) {
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
        let line = rest.get(..end).unwrap_or_default();
        at += end;
        if matches!(line, b"\r\n" | b"\n") {
            break;
        }
    }
    entity.split_at_checked(at).unwrap_or((entity, &[]))
}

/// Fields of a header section, counted before anything is parsed.
pub(super) fn count_fields(section: &[u8]) -> usize {
    section
        .split_inclusive(|b| *b == b'\n')
        .filter(|line| !matches!(line.first(), Some(b' ' | b'\t' | b'\r' | b'\n') | None))
        .count()
}

/// A parsed header section.
#[derive(Debug, Default)]
pub(super) struct Fields<'a>(Vec<Header<'a>>);

impl<'a> Fields<'a> {
    /// Parses a section within bounds. `everything` false: only the fields of a MIME part.
    pub(super) fn parse(section: &'a [u8], everything: bool, limits: &MimeLimits) -> Result<Self, MimeError> {
        if section.len() > limits.header_bytes {
            return Err(MimeError::HeaderTooLarge);
        }
        if count_fields(section) > limits.header_fields {
            return Err(MimeError::TooManyFields);
        }
        let parser = if everything { &*MESSAGE_FIELDS } else { &*PART_FIELDS };
        let parts = parser.parse_headers(section).map(|message| message.parts).unwrap_or_default();
        Ok(Self(parts.into_iter().next().map(|root| root.headers).unwrap_or_default()))
    }

    /// The first field of that name; later ones are what other readers would not show.
    pub(super) fn first(&self, name: &HeaderName<'_>) -> Option<&HeaderValue<'a>> {
        self.0.iter().find(|h| h.name == *name).map(|h| &h.value)
    }

    /// How often a field stands there.
    pub(super) fn times(&self, name: &HeaderName<'_>) -> usize {
        self.0.iter().filter(|h| h.name == *name).count()
    }

    /// The first field of a name that mail-parser knows or not, as raw text.
    pub(super) fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|h| h.name.as_str().eq_ignore_ascii_case(name)).and_then(|h| h.value.as_text())
    }

    pub(super) fn subject(&self) -> String {
        let text = self.first(&HeaderName::Subject).and_then(HeaderValue::as_text).unwrap_or_default();
        clean_line(text, 998)
    }

    pub(super) fn parties(&self, name: &HeaderName<'_>) -> Vec<Party> {
        let values = self.0.iter().filter(|h| h.name == *name).filter_map(|h| h.value.as_address());
        values.flat_map(addresses).take(MAX_ADDRESSES).collect()
    }

    pub(super) fn date(&self) -> Option<Timestamp> {
        let date = self.first(&HeaderName::Date).and_then(HeaderValue::as_datetime)?;
        timestamp(date)
    }

    pub(super) fn ids(&self, name: &HeaderName<'_>) -> Vec<String> {
        let list: Vec<&str> = match self.first(name) {
            Some(HeaderValue::Text(one)) => vec![one.as_ref()],
            Some(HeaderValue::TextList(many)) => many.iter().map(AsRef::as_ref).collect(),
            _ => Vec::new(),
        };
        let skip = list.len().saturating_sub(MAX_REFERENCES);
        list.into_iter().skip(skip).filter_map(clean_id).collect()
    }
}

/// The parties in the value of an address field.
pub(super) fn parties_of(value: &[u8]) -> Vec<Party> {
    let section = [b"To:", value.trim_ascii_end(), b"\r\n\r\n"].concat();
    let fields = Fields::parse(&section, true, &MimeLimits::default()).unwrap_or_default();
    fields.parties(&HeaderName::To)
}

fn addresses<'a>(value: &'a Address<'_>) -> Vec<Party> {
    let list: Box<dyn Iterator<Item = &'a mail_parser::Addr<'_>>> = match value {
        Address::List(list) => Box::new(list.iter()),
        Address::Group(groups) => Box::new(groups.iter().flat_map(|g| g.addresses.iter())),
    };
    list.filter_map(|addr| {
        let address: EmailAddress = crate::smtp::parse_mailbox(addr.address.as_deref()?.trim()).ok()?;
        Some(Party { name: clean_line(addr.name.as_deref().unwrap_or_default(), MAX_NAME), address })
    })
    .collect()
}

fn timestamp(date: &DateTime) -> Option<Timestamp> {
    // mail-parser computes with what it read; only what can be a date goes on.
    let second = date.second.min(59);
    let plausible = DateTime { second, ..*date };
    if !plausible.is_valid() {
        return None;
    }
    Timestamp::from_second(plausible.to_timestamp()).ok()
}
