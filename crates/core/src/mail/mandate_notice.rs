//! What both sides of a mandate are told when it is given, begins and ends.

use super::notice::Notice;
use jiff::Timestamp;
use wardpost_model::person::{Language, MandateKind};

/// What happened to a mandate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MandateStep {
    /// It was given, and begins later.
    Given,
    /// It has begun.
    Begun,
    /// It is over.
    Ended,
}

/// What a side is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MandateNotice<'a> {
    pub step: MandateStep,
    pub kind: MandateKind,
    pub grantor: &'a str,
    pub holder: &'a str,
    /// To who acts; otherwise to the one for whom.
    pub to_holder: bool,
    pub may_send: bool,
    pub from: Timestamp,
    pub until: Option<Timestamp>,
}

/// Subject and text.
pub(super) fn mandate_notice(language: Language, n: MandateNotice<'_>) -> Notice {
    match language {
        Language::En => english(n),
        Language::Nl => dutch(n),
    }
}

fn english(n: MandateNotice<'_>) -> Notice {
    let MandateNotice { grantor, holder, .. } = n;
    let what = match n.kind {
        MandateKind::Cover => "cover",
        MandateKind::Secretary => "secretary",
    };
    let (who, whose) = if n.to_holder {
        ("You".to_owned(), format!("the mailbox of {grantor}"))
    } else {
        (holder.to_owned(), "your mailbox".to_owned())
    };
    let does = if n.may_send { "read and write" } else { "read" };
    let until = n.until.map_or(String::new(), |u| format!(" until {}", day(u)));
    let ended = if n.to_holder { format!("{what} for {grantor}") } else { format!("{what} by {holder}") };
    let subject = match n.step {
        MandateStep::Ended => format!("Ended: {ended}"),
        _ if n.to_holder => format!("You are {what} for {grantor}"),
        _ => format!("{holder} is {what} for you"),
    };
    let text = match n.step {
        MandateStep::Given => {
            format!("From {} on{until} {} can {does} in {whose}.", day(n.from), lower(&who, n.to_holder))
        }
        MandateStep::Begun => format!("From now on{until} {} can {does} in {whose}.", lower(&who, n.to_holder)),
        MandateStep::Ended => format!("{who} can no longer use {whose}."),
    };
    let name = format!("\n\nWhat is sent says “{holder} on behalf of {grantor}”, and the log names who acted.");
    let name = if n.step == MandateStep::Ended { String::new() } else { name };
    Notice { subject, text: format!("{text}{name}\n\nSee Settings › Cover and secretary.") }
}

fn dutch(n: MandateNotice<'_>) -> Notice {
    let MandateNotice { grantor, holder, .. } = n;
    let what = match n.kind {
        MandateKind::Cover => "waarneming",
        MandateKind::Secretary => "secretariaat",
    };
    let whose = if n.to_holder { format!("het postvak van {grantor}") } else { "uw postvak".to_owned() };
    let does = if n.may_send { "lezen en schrijven" } else { "lezen" };
    let until = n.until.map_or(String::new(), |u| format!(" tot {}", day(u)));
    let title = if n.to_holder { format!("{what} voor {grantor}") } else { format!("{what} door {holder}") };
    let subject = match n.step {
        MandateStep::Given => format!("Geregeld: {title}"),
        MandateStep::Begun => format!("Begonnen: {title}"),
        MandateStep::Ended => format!("Afgelopen: {title}"),
    };
    let who = if n.to_holder { "u" } else { holder };
    let text = match n.step {
        MandateStep::Given => format!("Vanaf {}{until} kan {who} in {whose} {does}.", day(n.from)),
        MandateStep::Begun => format!("Vanaf nu{until} kan {who} in {whose} {does}."),
        MandateStep::Ended if n.to_holder => format!("U kunt {whose} niet meer gebruiken."),
        MandateStep::Ended => format!("{holder} kan {whose} niet meer gebruiken."),
    };
    let name =
        format!("\n\nBij wat wordt verstuurd staat “{holder} namens {grantor}”; het logboek noemt wie handelde.");
    let name = if n.step == MandateStep::Ended { String::new() } else { name };
    Notice { subject, text: format!("{text}{name}\n\nZie Instellingen › Waarneming en secretariaat.") }
}

fn lower(who: &str, you: bool) -> String {
    if you { "you".to_owned() } else { who.to_owned() }
}

/// A time by UTC, which says so: the server does not know the reader's clock.
fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
