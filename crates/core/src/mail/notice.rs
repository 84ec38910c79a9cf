//! What Wardpost itself writes: the content-free notification of a pick-up, the text message with the code, and notices
//! to senders. English and Dutch, plain language (AX-05).

use super::mandate_notice::{MandateNotice, mandate_notice};
use super::rights_notice::{RightsNotice, rights_notice};
use super::send::{origin_name, preview, sensitivity_name};
use super::types::{Body, Head};
use crate::seal::{purpose, seal_with};
use crate::{Core, Result};
use jiff::Timestamp;
use wardpost_model::finding::Sensitivity;
use wardpost_model::message::{Origin, Party};
use wardpost_model::person::Language;
use wardpost_model::{MailboxId, MessageId, PatientId, ThreadId};
use wardpost_store::Batch;
use wardpost_store::repo::message::{self as rows, MessageRow};

/// Subject and text of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    pub subject: String,
    pub text: String,
}

/// What a sender is told about a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SenderNotice<'a> {
    /// Delivery was given up for a recipient.
    Failed { to: &'a str, why: &'a str },
    /// A guest did not pick it up in time.
    Expired { to: &'a str },
    /// A second pair of eyes let it go.
    Released { why: &'a str },
    /// A second pair of eyes refused it.
    Refused { why: &'a str },
    /// A mail program's message waits for a second pair of eyes.
    Held {
        /// They may send it anyway, for a reason, which a mail program can't ask for.
        may_override: bool,
    },
}

/// What somebody is told of the house itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HouseNotice<'a> {
    /// Somebody took emergency access to a patient.
    BreakGlass {
        who: &'a str,
        /// Initials: a notice holds no more of a patient than it must.
        patient: &'a str,
        reason: &'a str,
        until: Timestamp,
        /// How many in a day, when that is many.
        many: Option<i64>,
    },
    /// An access review is due, or one that was begun is not done.
    ReviewDue { since: Timestamp, begun: bool },
    /// Messages wait for a second pair of eyes.
    HeldWaiting { count: i64, since: Timestamp },
    /// A closed access review asks for changes.
    ReviewAsks { changes: usize },
    /// One's own emergency access was judged.
    BreakGlassReviewed { patient: &'a str, justified: bool, note: &'a str },
    /// It was decided on a finding that one had reported as none. Not the text: it may be a patient's.
    FalseAlarm { reported: Timestamp, accepted: bool, word: &'a str },
    /// Somebody acts for a colleague, or no longer does.
    Mandate(MandateNotice<'a>),
    /// About an account, or about rights.
    Rights(RightsNotice<'a>),
}

/// What somebody reads of the house itself.
pub(crate) fn house_notice(language: Language, notice: HouseNotice<'_>) -> Notice {
    match (language, notice) {
        (language, HouseNotice::Mandate(notice)) => mandate_notice(language, notice),
        (language, HouseNotice::Rights(notice)) => rights_notice(language, notice),
        (_, HouseNotice::FalseAlarm { reported, accepted, word }) => false_alarm(language, reported, accepted, word),
        (_, HouseNotice::ReviewDue { since, begun }) => review_due(language, since, begun),
        (_, HouseNotice::HeldWaiting { count, since }) => held_waiting(language, count, since),
        (_, HouseNotice::ReviewAsks { changes }) => review_asks(language, changes),
        (Language::En, HouseNotice::BreakGlass { who, patient, reason, until, many }) => Notice {
            subject: format!("Emergency access: {who}"),
            text: format!(
                "{who} has opened the data of a patient ({patient}) for whom they do not care, by emergency access.\n\n\
                 Reason given: {reason}\n\nIt ends by itself at {}.{}\n\nPlease judge it under “Emergency access”. The \
                 patient can see it too.",
                hour(until),
                many.map_or(String::new(), |n| format!("\n\nNote: this is number {n} of this person within a day.")),
            ),
        },
        (Language::Nl, HouseNotice::BreakGlass { who, patient, reason, until, many }) => Notice {
            subject: format!("Noodtoegang: {who}"),
            text: format!(
                "{who} heeft met noodtoegang de gegevens geopend van een patiënt ({patient}) met wie geen zorgrelatie \
                 bestaat.\n\nOpgegeven reden: {reason}\n\nDe toegang eindigt vanzelf om {}.{}\n\nBeoordeel dit onder \
                 “Noodtoegang”. De patiënt kan het ook zien.",
                hour(until),
                many.map_or(String::new(), |n| format!("\n\nLet op: dit is nummer {n} van deze persoon op één dag.")),
            ),
        },
        (Language::En, HouseNotice::BreakGlassReviewed { patient, justified, note }) => Notice {
            subject: "Your emergency access was reviewed".to_owned(),
            text: with_reason(
                if justified {
                    format!("Your emergency access to a patient ({patient}) was reviewed and found right.")
                } else {
                    format!(
                        "Your emergency access to a patient ({patient}) was reviewed and found not right. The privacy officer will speak to you."
                    )
                },
                "Note",
                note,
            ),
        },
        (Language::Nl, HouseNotice::BreakGlassReviewed { patient, justified, note }) => Notice {
            subject: "Uw noodtoegang is beoordeeld".to_owned(),
            text: with_reason(
                if justified {
                    format!("Uw noodtoegang tot een patiënt ({patient}) is beoordeeld en in orde bevonden.")
                } else {
                    format!(
                        "Uw noodtoegang tot een patiënt ({patient}) is beoordeeld en niet in orde bevonden. De functionaris gegevensbescherming neemt contact met u op."
                    )
                },
                "Toelichting",
                note,
            ),
        },
    }
}

fn false_alarm(language: Language, reported: Timestamp, accepted: bool, word: &str) -> Notice {
    let at = reported.strftime("%Y-%m-%d %H:%M UTC");
    let (subject, text, label) = match (language, accepted) {
        (Language::En, true) => (
            "Your false alarm was accepted",
            format!("The false alarm that you reported on {at} was accepted. That text is no longer marked."),
            "Note",
        ),
        (Language::En, false) => (
            "Your false alarm was dismissed",
            format!("The false alarm that you reported on {at} was not accepted. That text stays marked."),
            "Note",
        ),
        // typos:off
        (Language::Nl, true) => (
            "Uw vals alarm is aanvaard",
            format!("Het vals alarm dat u op {at} meldde is aanvaard. Die tekst wordt niet meer gemarkeerd."),
            "Toelichting",
        ),
        (Language::Nl, false) => (
            "Uw vals alarm is afgewezen",
            format!("Het vals alarm dat u op {at} meldde is niet aanvaard. Die tekst blijft gemarkeerd."),
            "Toelichting",
        ),
        // typos:on
    };
    Notice { subject: subject.to_owned(), text: with_reason(text, label, word) }
}

fn review_due(language: Language, since: Timestamp, begun: bool) -> Notice {
    let day = since.strftime("%Y-%m-%d");
    let (subject, text) = match (language, begun) {
        (Language::En, false) => (
            "An access review is due",
            format!(
                "Since {day} it is time to look at what everybody may do.\n\nPlease begin under “Administration”, “Access review”."
            ),
        ),
        (Language::En, true) => (
            "An access review is not done",
            format!(
                "The access review should have been closed by {day}.\n\nPlease decide on whoever is left, under “Administration”, “Access review”."
            ),
        ),
        (Language::Nl, false) => (
            "Een toegangsreview is aan de beurt",
            format!(
                // typos:off
                "Sinds {day} is het tijd om te bekijken wat iedereen mag.\n\nBegin onder “Beheer”, “Toegangsreview”." // typos:on
            ),
        ),
        (Language::Nl, true) => (
            "Een toegangsreview is niet klaar",
            format!(
                "De toegangsreview had op {day} afgesloten moeten zijn.\n\nBeslis over wie er nog over is, onder “Beheer”, “Toegangsreview”."
            ),
        ),
    };
    Notice { subject: subject.to_owned(), text }
}

/// Holds nothing of the messages.
fn held_waiting(language: Language, count: i64, since: Timestamp) -> Notice {
    let since = since.strftime("%Y-%m-%d %H:%M UTC");
    match language {
        Language::En => Notice {
            subject: "Messages wait for your review".to_owned(),
            text: format!(
                "Held messages that nobody has judged yet: {count}. The oldest waits since {since}.\n\nPlease look at them under “To review”."
            ),
        },
        Language::Nl => Notice {
            subject: "Berichten wachten op uw beoordeling".to_owned(),
            text: format!(
                "Tegengehouden berichten die nog niemand heeft beoordeeld: {count}. Het oudste wacht vanaf {since}.\n\nBekijk ze onder “Te beoordelen”."
            ),
        },
    }
}

fn review_asks(language: Language, changes: usize) -> Notice {
    match language {
        Language::En => Notice {
            subject: "The access review asks for changes".to_owned(),
            text: format!(
                "The access review was closed. People whose rights are to change: {changes}.\n\nThey stand at the top of “Administration”, “People”, until it is done."
            ),
        },
        Language::Nl => Notice {
            subject: "De toegangsreview vraagt om wijzigingen".to_owned(),
            text: format!(
                "De toegangsreview is afgesloten. Personen van wie de rechten moeten wijzigen: {changes}.\n\nZe staan bovenaan onder “Beheer”, “Personen”, tot het is gedaan."
            ),
        },
    }
}

/// A time of day by UTC, which says so: the server does not know the reader's clock.
fn hour(at: Timestamp) -> String {
    at.strftime("%H:%M UTC").to_string()
}

/// The notification that a message waits. Holds nothing of the message: not even its subject.
pub(crate) fn pickup_notification(
    language: Language,
    org: &str,
    sender: &str,
    link: &str,
    expires: &str,
    by_sms: bool,
) -> Notice {
    match language {
        Language::En => Notice {
            subject: format!("A secure message from {org}"),
            text: format!(
                "Hello,\n\n{sender} ({org}) has sent you a message. It may hold personal health information, so we \
                 do not put it in this e-mail.\n\nRead it here:\n{link}\n\n{how}\n\nThe message is kept for you until \
                 {expires}. You need no account. You can reply on the same page.\n\nDo you not know the sender, or \
                 do you have a question? Call {org}. Never give your code to anyone.\n",
                how = if by_sms {
                    "You will get a code by text message on your mobile phone."
                } else {
                    "You open it with the secret that you agreed with the sender."
                },
            ),
        },
        Language::Nl => Notice {
            subject: format!("Een beveiligd bericht van {org}"),
            text: format!(
                "Hallo,\n\n{sender} ({org}) heeft u een bericht gestuurd. Er kan medische informatie in staan. Daarom \
                 staat het niet in deze e-mail.\n\nLees het hier:\n{link}\n\n{how}\n\nHet bericht blijft voor u \
                 bewaard tot {expires}. U heeft geen account nodig. U kunt op dezelfde pagina antwoorden.\n\nKent u \
                 de afzender niet, of heeft u een vraag? Bel {org}. Geef uw code nooit aan iemand anders.\n",
                how = if by_sms {
                    "U krijgt een code per sms op uw mobiele telefoon."
                } else {
                    "U opent het met het geheim dat u met de afzender heeft afgesproken."
                },
            ),
        },
    }
}

/// The text message with a one-time code.
pub(crate) fn code_sms(language: Language, org: &str, code: &str) -> String {
    match language {
        Language::En => {
            format!("{code} is your code for the message from {org}. Valid for 10 minutes. Share it with nobody.")
        }
        Language::Nl => {
            format!("{code} is uw code voor het bericht van {org}. 10 minuten geldig. Deel hem met niemand.")
        }
    }
}

/// What a sender reads.
pub(crate) fn sender_notice(language: Language, notice: SenderNotice<'_>, subject: &str) -> Notice {
    let (title, text) = match (language, notice) {
        (Language::En, SenderNotice::Failed { to, why }) => (
            "Not delivered",
            format!(
                "Your message “{subject}” could not be delivered to {to}.\n\nReason: {why}\n\nNothing was sent unprotected. You can check the address, or add a mobile number so that it can be picked up."
            ),
        ),
        (Language::Nl, SenderNotice::Failed { to, why }) => (
            "Niet bezorgd",
            format!(
                "Uw bericht “{subject}” kon niet worden bezorgd bij {to}.\n\nReden: {why}\n\nEr is niets onbeveiligd verstuurd. Controleer het adres, of geef een mobiel nummer op zodat het kan worden opgehaald."
            ),
        ),
        (Language::En, SenderNotice::Expired { to }) => (
            "Not picked up",
            format!("{to} did not pick up your message “{subject}” in time. It can't be opened any more."),
        ),
        (Language::Nl, SenderNotice::Expired { to }) => (
            "Niet opgehaald",
            format!("{to} heeft uw bericht “{subject}” niet op tijd opgehaald. Het kan niet meer worden geopend."),
        ),
        (Language::En, SenderNotice::Released { why }) => {
            ("Released", with_reason(format!("Your message “{subject}” was reviewed and is on its way."), "Note", why))
        }
        (Language::Nl, SenderNotice::Released { why }) => (
            "Vrijgegeven",
            with_reason(format!("Uw bericht “{subject}” is beoordeeld en onderweg."), "Toelichting", why),
        ),
        (Language::En, SenderNotice::Refused { why }) => {
            ("Refused", with_reason(format!("Your message “{subject}” was reviewed and not sent."), "Reason", why))
        }
        (Language::Nl, SenderNotice::Refused { why }) => {
            ("Geweigerd", with_reason(format!("Uw bericht “{subject}” is beoordeeld en niet verstuurd."), "Reden", why))
        }
        (Language::En, SenderNotice::Held { may_override }) => (
            "Waiting for review",
            format!(
                "Your message “{subject}” waits for a colleague to review it. You will hear when it is decided.{}",
                if may_override {
                    "\n\nIf it can't wait: withdraw it in Wardpost and write it there. You may then send it anyway, with a reason."
                } else {
                    ""
                }
            ),
        ),
        (Language::Nl, SenderNotice::Held { may_override }) => (
            "Wacht op beoordeling",
            format!(
                "Uw bericht “{subject}” wacht op beoordeling door een collega. U hoort het zodra er is beslist.{}",
                if may_override {
                    "\n\nKan het niet wachten: trek het in Wardpost in en schrijf het daar. U mag het dan toch versturen, met een reden."
                } else {
                    ""
                }
            ),
        ),
    };
    Notice { subject: format!("{title}: {subject}"), text }
}

fn with_reason(text: String, label: &str, why: &str) -> String {
    if why.is_empty() { text } else { format!("{text}\n\n{label}: {why}") }
}

impl Core {
    /// Tells the sender's mailbox what became of a message, in the batch of the act. It repeats the subject: where the
    /// message is about a patient, so is the notice.
    pub(crate) async fn notify_sender(
        &self,
        batch: &mut Batch,
        mailbox: MailboxId,
        (thread, patient): (ThreadId, Option<PatientId>),
        notice: SenderNotice<'_>,
        subject: &str,
    ) -> Result<()> {
        let written = sender_notice(self.org_language().await?, notice, subject);
        self.put_notice(batch, mailbox, thread, patient, written).await
    }

    /// Tells somebody's mailbox of the house itself, in the batch of the act.
    pub(crate) async fn notify_house(
        &self,
        batch: &mut Batch,
        mailbox: MailboxId,
        notice: HouseNotice<'_>,
        language: Language,
    ) -> Result<()> {
        let thread = ThreadId(self.clock().new_id());
        self.put_notice(batch, mailbox, thread, None, house_notice(language, notice)).await
    }

    /// Puts a notice of Wardpost's own into a mailbox's inbox.
    pub(super) async fn put_notice(
        &self,
        batch: &mut Batch,
        mailbox: MailboxId,
        thread: ThreadId,
        patient_id: Option<PatientId>,
        written: Notice,
    ) -> Result<()> {
        let Some(to) = self.mailbox(mailbox).await? else { return Ok(()) };
        let to = Party { name: to.name.clone(), address: to.address.clone() };
        let row = self.notice_row(to, thread, patient_id, written).await?;
        let (id, now) = (row.id, row.at_us);
        rows::insert(batch, self.org(), row);
        self.place_in_inbox(batch, mailbox, id, now);
        Ok(())
    }

    /// A message of Wardpost's own, to be put into a mailbox or sent.
    pub(super) async fn notice_row(
        &self,
        to: Party,
        thread: ThreadId,
        patient_id: Option<PatientId>,
        written: Notice,
    ) -> Result<MessageRow> {
        let id = MessageId(self.clock().new_id());
        let (key, wrapped_key) = self.mail_bucket().await?.make_data_key(id.as_bytes());
        let head = Head {
            from: self.postmaster(),
            to: vec![to],
            cc: Vec::new(),
            subject: written.subject,
            preview: preview(&written.text),
            rfc_id: self.make_rfc_id(id),
            in_reply_to: None,
            references: Vec::new(),
            reply_to: None,
            patient: None,
            received: None,
            sent_by_name: None,
            written: None,
            has_html: false,
        };
        let size = written.text.len();
        let body = Body {
            text: written.text,
            html: None,
            plan: None,
            findings: None,
            expires_days: None,
            anyway: None,
            came_in_clear: false,
        };
        Ok(MessageRow {
            id,
            thread_id: thread,
            at_us: self.clock().now_us(),
            origin: origin_name(Origin::System).to_owned(),
            mailbox_id: None,
            sender_id: None,
            attachments: 0,
            size: i64::try_from(size).unwrap_or(i64::MAX),
            sensitivity: sensitivity_name(Sensitivity::None).to_owned(),
            policy_version: 0,
            rfc_id_index: self.index(purpose::MESSAGE_RFC_ID, &head.rfc_id),
            wrapped_key,
            sealed_head: seal_with(&key, purpose::MESSAGE_HEAD, id.as_bytes(), &head)?,
            sealed_body: seal_with(&key, purpose::MESSAGE_BODY, id.as_bytes(), &body)?,
            sealed_raw: None,
            raw_blob_id: None,
            patient_id,
        })
    }
}
