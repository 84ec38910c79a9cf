//! The house: the organisation, its people and their roles, its mailboxes, domains, partners and policy, and the outside
//! correspondents that it knows.
//!
//! All of it but the correspondents fits in memory and is read far more often than it changes: every process keeps a
//! copy ([`House`]) that is dropped when anything of it changes, here at once, on other nodes by a live event.

mod approval;
mod bulk;
mod contact;
mod document;
mod domain;
mod giving;
mod house;
mod import;
mod kind;
mod leave;
mod list;
mod lookup;
mod mailbox;
mod mandate;
mod org;
mod partner;
mod person;
mod policy;
mod review;
mod rights;
mod role;
mod scim;
mod scim_groups;
mod security;
mod service;
#[cfg(test)]
mod tests;
mod vocabulary;

pub use approval::{ApprovalLine, Asked, Decided, NewAsk, RightsChange};
pub use bulk::{Bulk, BulkAnswer, BulkDone, BulkEntry, BulkInvitation, BulkLine, BulkUndone};
pub use contact::{Contact, ContactInput, ContactKind, ContactLine};
pub(crate) use contact::{kept_secret, normal_secret};
pub use document::Versioned;
pub use house::{House, HousePerson, HouseRole, MailboxRef, Partner, State};
pub use import::{CellProblem, ImportEntry, ImportLine, ImportPreview, Imported, ImportedPerson, Undone};
pub use kind::{AccountKind, AccountSource};
pub use leave::{Handover, Leave, LeavePreview, LeavingMailbox};
pub use list::{Keeper, Lacking, PeopleQuery, PersonLine};
pub use mailbox::{MailboxLine, MailboxUpdate, NewMailbox};
pub(crate) use mandate::Behalf;
pub use mandate::{
    Mandate, MandateChoices, MandateLine, MandateMailbox, MandatePerson, MandateRef, MandateStanding, MandatedMailbox,
    NewMandate,
};
pub use org::{BootstrapPerson, Bootstrapped};
pub use partner::{PartnerInput, PartnerLine};
pub use person::{CreatedPerson, NewPerson, PersonUpdate};
pub use policy::PolicyVersion;
pub use review::{Decision, ReviewAsk, ReviewFilter, ReviewItem, ReviewLine, Reviews, SeenCare, SeenRights, SeenRole};
pub(crate) use rights::Book;
pub use rights::{Effective, MailboxRights, Rights, Source, WaysIn, Whereabouts, WhoCan};
pub use role::RoleLine;
pub use scim::{Provisioned, ScimContent, ScimPerson, ScimSaid, ScimState};
pub use scim_groups::ScimGroup;
pub use security::{ClientAuthorities, SecurityVersion};
pub use service::{NewToken, ProvisionedRole, ScimEntry, ServiceAccount, TokenLine};
pub use vocabulary::OWN_NUMBER_KINDS;

use crate::{Error, Result};

/// Most items of one page.
const PAGE_LIMIT: u32 = 200;

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// To be given for the next page; none after the last.
    pub next_cursor: Option<String>,
}

/// A limit that the caller gave, within bounds.
pub(crate) fn page_limit(limit: u32) -> u32 {
    limit.clamp(1, PAGE_LIMIT)
}

/// A text of one line (a name, a label): trimmed, of a length in characters within bounds, without line breaks and other control
/// characters, and without what reorders or hides others: people decide by what they read (ASVS 16.4.1).
pub(crate) fn checked_text(field: &'static str, text: &str, least: usize, most: usize) -> Result<String> {
    let text = checked_lines(field, text, least, most)?;
    if text.contains('\n') {
        return Err(Error::field(field, "character", "Must be one line."));
    }
    Ok(text)
}

/// A text of several lines (a note, a reason): as [`checked_text`], with line breaks.
pub(crate) fn checked_lines(field: &'static str, text: &str, least: usize, most: usize) -> Result<String> {
    let text = text.trim();
    let length = text.chars().take(most + 1).count();
    if length < least {
        return Err(Error::field(field, "required", "Must not be empty."));
    }
    if length > most {
        return Err(Error::field(field, "too_long", format!("May have {most} characters.")));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') || wardpost_model::text::deceives(text) {
        let why = "Must not contain control characters, nor what hides or reorders others.";
        return Err(Error::field(field, "character", why));
    }
    Ok(text.to_owned())
}
