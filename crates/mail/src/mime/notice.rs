//! Delivery status notifications (RFC 3461 §6, RFC 3464): writing ours, reading others'.

use super::build::{Boundaries, BuildError, Head, text_part};
use super::clean::clean_id;
use crate::smtp::rfc5322_date;
use jiff::Timestamp;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::{BodyPart, MimePart};
use wardpost_model::address::{Domain, EmailAddress};
use wardpost_model::message::Party;
use wardpost_model::text::clean_line;

/// Recipients read from one report.
const MAX_RECIPIENTS: usize = 500;

/// What became of a message for a recipient (RFC 3464 §2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeAction {
    /// It will not reach the recipient.
    Failed,
    /// It has not yet, and will be tried again.
    Delayed,
    /// It has been delivered.
    Delivered,
    /// It went on to a system that does not report.
    Relayed,
    /// It went on to several recipients.
    Expanded,
}

impl NoticeAction {
    const ALL: [Self; 5] = [Self::Failed, Self::Delayed, Self::Delivered, Self::Relayed, Self::Expanded];

    /// The word of the standard.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Relayed => "relayed",
            Self::Expanded => "expanded",
        }
    }
}

/// One recipient of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRecipient {
    /// The address.
    pub address: EmailAddress,
    /// What became of it.
    pub action: NoticeAction,
    /// RFC 3463 code.
    pub status: [u16; 3],
    /// What the other side said, or why this house did not send.
    pub diagnostic: Option<String>,
    /// The other side's host.
    pub remote_host: Option<String>,
}

/// A report to be written. It holds no content of the message that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryNotice {
    /// Who reports (the house's postmaster).
    pub from: Party,
    /// The sender of the message that it is about.
    pub to: EmailAddress,
    /// Subject of the report.
    pub subject: String,
    /// The explanation for a person.
    pub text: String,
    /// This server's name.
    pub reporting_host: Domain,
    /// Recipients.
    pub recipients: Vec<NoticeRecipient>,
    /// Message-ID (without brackets) of the message that it is about.
    pub about: Option<String>,
    /// When that message came in.
    pub arrived: Option<Timestamp>,
    /// Message id of the report, without brackets.
    pub message_id: String,
    /// Now.
    pub date: Timestamp,
}

/// A report as read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatusReport {
    /// Recipients with what became of them.
    pub recipients: Vec<NoticeRecipient>,
    /// Message-ID (without brackets) of the message that it is about, where it was returned or its header.
    pub about: Option<String>,
}

/// Writes a report as multipart/report (RFC 6522). To be sent with the null sender (RFC 3464 §2).
///
/// # Errors
/// [`BuildError`] if the message id cannot stand in a header.
pub fn notice(report: &DeliveryNotice) -> Result<Vec<u8>, BuildError> {
    let id = clean_id(&report.message_id).filter(|id| id.contains('@')).ok_or(BuildError::MessageId)?;
    let about = report.about.as_deref().and_then(clean_id);
    let mut head = Head::default();
    head.party("From", &report.from);
    head.party("To", &Party { name: String::new(), address: report.to.clone() });
    head.text("Subject", &report.subject);
    head.add("Date", Date::new(report.date.as_second()));
    head.ids("Message-ID", std::slice::from_ref(&id));
    head.add("Auto-Submitted", Raw::new("auto-replied"));
    if let Some(about) = &about {
        head.ids("In-Reply-To", std::slice::from_ref(about));
        head.ids("References", std::slice::from_ref(about));
    }
    let mut parts = vec![
        text_part("text/plain", &report.text),
        MimePart::new(
            ContentType::new("message/delivery-status"),
            BodyPart::Binary(status(report).into_bytes().into()),
        )
        .transfer_encoding("7bit"),
    ];
    if let Some(about) = about {
        let headers = format!("Message-ID: <{about}>\r\n").into_bytes();
        parts.push(
            MimePart::new(ContentType::new("text/rfc822-headers"), BodyPart::Binary(headers.into()))
                .transfer_encoding("7bit"),
        );
    }
    let kind = ContentType::new("multipart/report").attribute("report-type", "delivery-status");
    Ok(head.finish(Boundaries::new(&id).multipart_with(kind, 1, parts)))
}

/// The machine-readable part (RFC 3464 §2.1).
fn status(report: &DeliveryNotice) -> String {
    let mut out = format!("Reporting-MTA: dns; {}\r\n", report.reporting_host);
    if let Some(at) = report.arrived {
        out.push_str(&format!("Arrival-Date: {}\r\n", rfc5322_date(at)));
    }
    for recipient in &report.recipients {
        let [class, subject, detail] = recipient.status;
        out.push_str(&format!(
            "\r\nFinal-Recipient: rfc822; {}\r\nAction: {}\r\nStatus: {class}.{subject}.{detail}\r\n",
            ascii(&recipient.address.to_string(), 320),
            recipient.action.as_str()
        ));
        if let Some(host) = &recipient.remote_host {
            out.push_str(&format!("Remote-MTA: dns; {}\r\n", ascii(host, 255)));
        }
        if let Some(text) = &recipient.diagnostic {
            out.push_str(&format!("Diagnostic-Code: smtp; {}\r\n", ascii(text, 900)));
        }
    }
    out
}

fn ascii(text: &str, max: usize) -> String {
    clean_line(text, max).chars().map(|c| if c.is_ascii() { c } else { '?' }).collect()
}

/// Reads the machine-readable part of somebody else's report.
pub(super) fn parse_status(data: &[u8]) -> Option<StatusReport> {
    let text = String::from_utf8_lossy(data).replace("\r\n", "\n");
    let recipients: Vec<_> = text.split("\n\n").filter_map(parse_recipient).take(MAX_RECIPIENTS).collect();
    (!recipients.is_empty()).then_some(StatusReport { recipients, about: None })
}

fn parse_recipient(group: &str) -> Option<NoticeRecipient> {
    let unfolded = group.replace("\n ", " ").replace("\n\t", " ");
    let field = |wanted: &str| {
        unfolded.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim())
        })
    };
    // `type; value`: only the value matters.
    let typed = |wanted: &str| field(wanted).map(|v| v.split_once(';').map_or(v, |(_, v)| v).trim());
    let address = typed("Original-Recipient").and_then(|a| a.parse().ok());
    let address: EmailAddress = address.or_else(|| typed("Final-Recipient").and_then(|a| a.parse().ok()))?;
    let action = field("Action")?;
    let action = NoticeAction::ALL.into_iter().find(|a| a.as_str().eq_ignore_ascii_case(action))?;
    let mut status = field("Status")?.split(|c: char| !c.is_ascii_digit()).map(|n| n.parse::<u16>().ok());
    let status = [status.next()??, status.next()??, status.next()??];
    Some(NoticeRecipient {
        address,
        action,
        status,
        diagnostic: typed("Diagnostic-Code").map(|t| clean_line(t, 500)),
        remote_host: typed("Remote-MTA").map(|t| clean_line(t, 255)),
    })
}
