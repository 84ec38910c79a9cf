//! What Wardpost tells people about their own accounts: into their mailbox, and by an e-mail without content where their
//! address lies outside the house (ASVS 6.3.5, 6.3.7). No notice holds anything of a patient, a secret or a network address.

use super::notice::Notice;
use super::types::{Payload, SealedRecipient};
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use wardpost_model::message::{Party, RecipientKind, RecipientState};
use wardpost_model::person::{Language, MailboxKind};
use wardpost_model::{PersonId, RecipientId, ThreadId};
use wardpost_store::Batch;
use wardpost_store::repo::message as rows;
use wardpost_store::repo::recipient::{self as recipients, RecipientRow};

/// The route of what Wardpost itself sends outside, as stored.
pub(super) const NOTICE_ROUTE: &str = "notice";

/// What became of somebody's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccountNotice<'a> {
    /// Signed in with a browser that was not seen before.
    NewDevice { device: &'a str },
    /// Signed in after a long time.
    AfterLong,
    /// The right password came after many wrong ones.
    AfterFailures { failures: i64 },
    /// The password was right, the second factor wrong so often that the sign-in ended.
    FactorFailed,
    /// A passkey answered that may be a copy.
    PasskeyCopied,
    /// Another password.
    Password,
    /// An administrator asks for another password.
    PasswordAsked,
    /// Another authenticator app.
    Authenticator,
    /// Passkeys are the only way in from now on.
    OnlyPasskeys,
    /// New recovery codes.
    RecoveryCodes,
    /// A recovery code was used.
    RecoveryUsed { left: i64 },
    /// A passkey was added.
    PasskeyAdded { name: &'a str },
    /// A passkey was removed.
    PasskeyRemoved { name: &'a str },
    /// A password of a mail program was made.
    AppPassword { label: &'a str },
}

/// Title and sentence in the reader's language.
fn words(language: Language, notice: AccountNotice<'_>) -> (&'static str, String) {
    use AccountNotice as N;
    match language {
        Language::En => match notice {
            N::NewDevice { device } => {
                ("New sign-in", format!("Somebody signed in to your account with a browser that was not used before: {device}."))
            }
            N::AfterLong => ("Sign-in after a long time", "Somebody signed in to your account, which was not used for a long time.".to_owned()),
            N::AfterFailures { failures } => (
                "Sign-in after failed attempts",
                format!("Your password was given wrong {failures} times, and then right."),
            ),
            N::FactorFailed => (
                "Your password was right, the second step was not",
                "Somebody who knows your password tried to sign in and failed five times at the second step.".to_owned(),
            ),
            N::PasskeyCopied => (
                "A passkey was refused",
                "A passkey of your account answered as if somebody had copied it. It was refused.".to_owned(),
            ),
            N::Password => ("Password changed", "The password of your account was changed.".to_owned()),
            N::PasswordAsked => (
                "Another password is asked for",
                "An administrator asks you to choose another password. You do so when you next sign in.".to_owned(),
            ),
            N::Authenticator => {
                ("Authenticator app changed", "The authenticator app of your account was replaced.".to_owned())
            }
            N::OnlyPasskeys => (
                "Password and authenticator app removed",
                "Your account is opened by passkeys only from now on.".to_owned(),
            ),
            N::RecoveryCodes => ("New recovery codes", "New recovery codes of your account were made. The old ones are void.".to_owned()),
            N::RecoveryUsed { left } => (
                "A recovery code was used",
                format!(
                    "A recovery code of your account was used. You have {left} left. Have you lost your telephone? Set up \
                     another authenticator app in Settings."
                ),
            ),
            N::PasskeyAdded { name } => ("Passkey added", format!("A passkey was added to your account: “{name}”.")),
            N::PasskeyRemoved { name } => ("Passkey removed", format!("A passkey of your account was removed: “{name}”.")),
            N::AppPassword { label } => (
                "Password of a mail program made",
                format!("A password for a mail program was made in your account: “{label}”."),
            ),
        },
        Language::Nl => match notice {
            N::NewDevice { device } => (
                "Nieuwe aanmelding",
                format!("Iemand heeft zich bij uw account aangemeld met een browser die niet eerder is gebruikt: {device}."),
            ),
            N::AfterLong => (
                "Aangemeld na lange tijd",
                "Iemand heeft zich aangemeld bij uw account, dat lang niet is gebruikt.".to_owned(),
            ),
            N::AfterFailures { failures } => (
                "Aangemeld na mislukte pogingen",
                format!("Uw wachtwoord is {failures} keer fout ingevoerd, en daarna goed."),
            ),
            // typos:off
            N::FactorFailed => (
                "Uw wachtwoord was goed, de tweede stap niet",
                "Iemand die uw wachtwoord kent heeft geprobeerd aan te melden en is vijf keer bij de tweede stap gestrand."
                    .to_owned(),
            ),
            N::PasskeyCopied => (
                "Een passkey is geweigerd",
                "Een passkey van uw account antwoordde alsof iemand hem heeft gekopieerd. Hij is geweigerd.".to_owned(),
            ),
            N::Password => ("Wachtwoord gewijzigd", "Het wachtwoord van uw account is gewijzigd.".to_owned()),
            N::PasswordAsked => (
                "U wordt om een ander wachtwoord gevraagd",
                "Een beheerder vraagt u een ander wachtwoord te kiezen. Dat doet u als u zich weer aanmeldt.".to_owned(),
            ),
            // typos:on
            N::Authenticator => {
                ("Authenticator-app gewijzigd", "De authenticator-app van uw account is vervangen.".to_owned())
            }
            N::OnlyPasskeys => (
                "Wachtwoord en authenticator-app verwijderd",
                "Uw account gaat vanaf nu alleen met passkeys open.".to_owned(),
            ),
            N::RecoveryCodes => (
                "Nieuwe herstelcodes",
                "Er zijn nieuwe herstelcodes van uw account gemaakt. De oude werken niet meer.".to_owned(),
            ),
            N::RecoveryUsed { left } => (
                "Er is een herstelcode gebruikt",
                format!(
                    "Er is een herstelcode van uw account gebruikt. U heeft er nog {left}. Bent u uw telefoon kwijt? Stel \
                     bij Instellingen een andere authenticator-app in."
                ),
            ),
            N::PasskeyAdded { name } => {
                ("Passkey toegevoegd", format!("Er is een passkey aan uw account toegevoegd: “{name}”."))
            }
            N::PasskeyRemoved { name } => {
                ("Passkey verwijderd", format!("Er is een passkey van uw account verwijderd: “{name}”."))
            }
            N::AppPassword { label } => (
                "Wachtwoord voor een mailprogramma gemaakt",
                format!("Er is bij uw account een wachtwoord voor een mailprogramma gemaakt: “{label}”."),
            ),
        },
    }
}

/// What the person reads in the own mailbox.
fn written(language: Language, notice: AccountNotice<'_>, at: Timestamp, url: &str, org: &str) -> Notice {
    let (title, what) = words(language, notice);
    let when = at.strftime("%Y-%m-%d %H:%M UTC");
    match language {
        Language::En => Notice {
            subject: format!("Your account: {title}"),
            text: format!(
                "{what}\n\nTime: {when}\n\nWas this you? Then there is nothing to do.\n\nWas it not you? Sign in, end your \
                 other sessions and change your password under Settings, and call your administrator at once.\n\n\
                 {url}/settings\n\nWardpost, {org}\n"
            ),
        },
        Language::Nl => Notice {
            subject: format!("Uw account: {title}"),
            text: format!(
                // typos:off
                "{what}\n\nTijd: {when}\n\nWas u dit zelf? Dan hoeft u niets te doen.\n\nWas u dit niet? Meld u aan, \
                 beëindig bij Instellingen uw andere sessies, wijzig uw wachtwoord en bel meteen uw beheerder.\n\n\
                 {url}/settings\n\nWardpost, {org}\n"
            ),
        },
    }
}

/// The e-mail to an address outside: that there is something to look at, and nothing of what.
fn outside(language: Language, url: &str, org: &str) -> Notice {
    match language {
        Language::En => Notice {
            subject: format!("Something changed in your account with {org}"),
            text: format!(
                "Hello,\n\nSomething changed in your account with {org}, or somebody signed in with a new device.\n\nWas \
                 this you? Then there is nothing to do. If not, sign in and look under Settings, and call {org}:\n\n{url}\n\n\
                 We never ask for your password or a code.\n"
            ),
        },
        Language::Nl => Notice {
            subject: format!("Er is iets gewijzigd in uw account bij {org}"),
            text: format!(
                "Hallo,\n\nEr is iets gewijzigd in uw account bij {org}, of er is aangemeld met een nieuw apparaat.\n\nWas u \
                 dit zelf? Dan hoeft u niets te doen. Zo niet, meld u dan aan, kijk bij Instellingen en bel {org}:\n\n\
                 {url}\n\nWij vragen u nooit om uw wachtwoord of een code.\n" // typos:on
            ),
        },
    }
}

/// The e-mail to an administrator or officer whose address lies outside: that there is something to look at, and nothing of what.
pub(crate) fn door_outside(language: Language, url: &str, org: &str) -> Notice {
    match language {
        Language::En => Notice {
            subject: format!("Something changed in how people come in at {org}"),
            text: format!(
                "Hello,\n\nA colleague changed how people or programs come in at {org}. You are told because you look after \
                 rights there. Sign in to see it:\n\n{url}\n\nWe never ask for your password or a code.\n"
            ),
        },
        Language::Nl => Notice {
            subject: format!("Er is iets gewijzigd in de toegang tot {org}"),
            // typos:off
            text: format!(
                "Hallo,\n\nEen collega heeft gewijzigd hoe mensen of programma's bij {org} binnenkomen. U krijgt dit bericht \
                 omdat u daar over rechten waakt. Meld u aan om het te zien:\n\n{url}\n\nWij vragen u nooit om uw wachtwoord \
                 of een code.\n" // typos:on
            ),
        },
    }
}

/// The e-mail with the link that confirms an address.
pub(crate) fn link_to_confirm(language: Language, org: &str, link: &str) -> Notice {
    match language {
        Language::En => Notice {
            subject: format!("Confirm your e-mail address for {org}"),
            text: format!(
                "Hello,\n\nSomebody with an account at {org} gave this e-mail address. Was it you? Then open this link \
                 within 15 minutes:\n\n{link}\n\nWas it not you? Then do nothing.\n"
            ),
        },
        Language::Nl => Notice {
            subject: format!("Bevestig uw e-mailadres voor {org}"),
            text: format!(
                "Hallo,\n\nIemand met een account bij {org} heeft dit e-mailadres opgegeven. Was u dat? Open dan binnen \
                 15 minuten deze link:\n\n{link}\n\nWas u dat niet? Doe dan niets.\n"
            ),
        },
    }
}

/// The text message with the code that confirms a number.
pub(crate) fn code_to_confirm(language: Language, org: &str, code: &str) -> String {
    match language {
        Language::En => {
            format!("{code} confirms that this number is yours, for {org}. Valid for 10 minutes. It opens nothing.")
        }
        Language::Nl => {
            format!("{code} bevestigt bij {org} dat dit nummer van u is. 10 minuten geldig. De code opent niets.")
        }
    }
}

impl Core {
    /// Tells somebody what became of their account, in the batch of the act.
    pub(crate) async fn tell_person(
        &self,
        batch: &mut Batch,
        person: PersonId,
        notice: AccountNotice<'_>,
    ) -> Result<()> {
        let house = self.house().await?;
        let Some(found) = house.person(person) else { return Ok(()) };
        let (language, url) = (found.profile.language, &self.config().public_url);
        let mailboxes = self.mailboxes_of(person).await?;
        let own = mailboxes.iter().find(|m| m.kind == MailboxKind::Personal && m.active);
        if let Some(own) = own {
            let text = written(language, notice, self.clock().now(), url, &house.name);
            self.put_notice(batch, own.id, ThreadId(self.clock().new_id()), None, text).await?;
        }
        let login = &found.profile.login;
        if !self.own_domain(login.domain()).await? {
            let to = Party { name: found.profile.name.clone(), address: login.clone() };
            self.mail_outside(batch, to, language, outside(language, url, &house.name)).await?;
        }
        Ok(())
    }

    /// Queues an e-mail of Wardpost's own to an address outside: without content, so it goes by the best TLS that there is,
    /// as the notification of a pick-up does.
    pub(crate) async fn mail_outside(
        &self,
        batch: &mut Batch,
        to: Party,
        language: Language,
        notice: Notice,
    ) -> Result<()> {
        let row = self.notice_row(to.clone(), ThreadId(self.clock().new_id()), None, notice).await?;
        let (message, now, id) = (row.id, row.at_us, RecipientId(self.clock().new_id()));
        rows::insert(batch, self.org(), row);
        let delivery = self.enqueue(batch, message, &Payload::Told, now)?;
        let address_index = self.index(purpose::ADDRESS, &to.address.normalised());
        let sealed = SealedRecipient {
            party: to,
            kind: RecipientKind::To,
            reasons: Vec::new(),
            second_factor: None,
            phone: None,
            secret: None,
            language,
        };
        let row = RecipientRow {
            message_id: message,
            id,
            position: 0,
            address_index,
            mailbox_id: None,
            route: NOTICE_ROUTE.to_owned(),
            state: RecipientState::Queued.as_str().to_owned(),
            state_at_us: now,
            next_try_us: Some(now),
            delivery_id: Some(delivery),
            sealed_recipient: self.seal(purpose::RECIPIENT, id.as_bytes(), &sealed)?,
            sealed_outcome: None,
        };
        recipients::insert(batch, self.org(), row);
        Ok(())
    }

    /// What [`Core::mail_outside`] queued, for the worker.
    pub(super) async fn told(&self, message: &rows::MessageRow) -> Result<super::DeliveryContent> {
        let (head, body) = self.open_row(message).await?;
        let to = head.to.into_iter().next().ok_or_else(|| Error::internal("reading a notice", "it is for nobody"))?;
        let org = self.org_name().await?;
        Ok(super::DeliveryContent::Notice {
            from: Party { name: org.clone(), address: head.from.address.clone() },
            to,
            reply_to: Party { name: org, address: head.from.address },
            subject: head.subject,
            text: body.text,
            rfc_id: head.rfc_id,
            at: crate::clock::from_us(message.at_us),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What goes outside says neither what happened nor by which device: a mailbox at home is read by others.
    #[test]
    fn what_goes_outside_says_nothing_of_what_happened() {
        for language in [Language::En, Language::Nl] {
            let mail = outside(language, "https://mail.clinic.example", "Clinic");
            assert!(mail.text.contains("https://mail.clinic.example") && mail.text.contains("Clinic"));
            let notice = AccountNotice::PasskeyAdded { name: "Iris' phone" };
            let inside = written(language, notice, Timestamp::UNIX_EPOCH, "https://mail.clinic.example", "Clinic");
            assert!(inside.text.contains("Iris' phone") && inside.text.contains("1970-01-01 00:00 UTC"));
            assert!(!mail.text.contains("asskey") && !mail.subject.contains("asskey"));
        }
    }
}
