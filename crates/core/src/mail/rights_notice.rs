//! What people of the house read about accounts and rights. No secrets, no addresses, no patients: it may be read over a
//! shoulder.

use super::notice::Notice;
use wardpost_model::person::Language;

/// How far a recovery has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Somebody asked for it.
    Asked,
    /// Somebody else consented.
    Given,
    /// Somebody else refused.
    Refused,
    /// Both halves were used.
    Used,
}

/// A way in for people or programs, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// An identity provider was added.
    ProviderAdded,
    /// One was changed.
    ProviderChanged,
    /// One was removed.
    ProviderRemoved,
    /// A token for a program was made.
    Token,
    /// Other systems may give other roles.
    Roles,
}

/// What somebody is told about an account, or about rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RightsNotice<'a> {
    /// To those who could consent: somebody's account is being recovered.
    Recovery { step: Step, name: &'a str, by: &'a str },
    /// To its owner.
    OwnRecovery { step: Step, by: &'a str },
    /// To those who could consent: somebody asked for rights over others.
    RightsAsked { about: &'a str, by: &'a str },
    /// The same, for several people at once.
    RoleAsked { role: &'a str, people: usize, by: &'a str },
    /// To who asked for rights.
    RightsDecided { about: &'a str, given: bool, by: &'a str },
    /// To the officers: somebody, or a role, has rights over others now.
    RightsGiven { about: &'a str, rights: &'a str, by: &'a str, asked_by: Option<&'a str> },
    /// To who uses a mailbox, used it, or does so now.
    MailboxUsers { mailbox: &'a str, new: &'a str, gone: &'a str, by: &'a str },
    /// To administrators and officers: somebody changed by which ways people and programs come in.
    Door { door: Door, name: &'a str, by: &'a str },
    /// To the person: other roles.
    OwnRoles { before: &'a str, after: &'a str, by: &'a str },
}

/// The notice in the reader's language.
pub(super) fn rights_notice(language: Language, notice: RightsNotice<'_>) -> Notice {
    match language {
        Language::En => english(notice),
        Language::Nl => dutch(notice),
    }
}

fn written(subject: impl Into<String>, text: impl Into<String>) -> Notice {
    Notice { subject: subject.into(), text: text.into() }
}

fn english(notice: RightsNotice<'_>) -> Notice {
    let see = "You find it under “Approvals”.";
    match notice {
        RightsNotice::Recovery { step, name, by } => match step {
            Step::Asked => written(
                format!("Recovery asked for: {name}"),
                format!("{by} has asked to recover the account of {name}. A second person must consent.\n\n{see}"),
            ),
            Step::Given => written(
                format!("Recovery consented to: {name}"),
                format!("{by} has consented to the recovery of the account of {name}.\n\n{see}"),
            ),
            Step::Refused => written(
                format!("Recovery refused: {name}"),
                format!("{by} has refused the recovery of the account of {name}.\n\n{see}"),
            ),
            Step::Used => written(
                format!("Recovered: {name}"),
                format!("The account of {name} was recovered. All that they signed in with before has ended."),
            ),
        },
        RightsNotice::OwnRecovery { step, by } => {
            let warn = "If you did not ask for this, call your administrator or security officer now.";
            match step {
                Step::Asked => written(
                    "Somebody asked to recover your account",
                    format!(
                        "{by} has asked to recover your account, because you could not sign in any more. Nothing has changed yet.\n\n{warn}"
                    ),
                ),
                Step::Given => written(
                    "The recovery of your account was consented to",
                    format!(
                        "{by} has consented to the recovery of your account. Nothing has changed yet: it needs the link and the code, which only you should have.\n\n{warn}"
                    ),
                ),
                Step::Refused => written(
                    "The recovery of your account was refused",
                    format!("{by} has refused the recovery of your account. Nothing has changed."),
                ),
                Step::Used => written(
                    "Your account was recovered",
                    format!("Your account was recovered. All that you signed in with before has ended.\n\n{warn}"),
                ),
            }
        }
        RightsNotice::RightsAsked { about, by } => written(
            format!("Your consent is asked: rights of {about}"),
            format!(
                "{by} asks for rights over others for {about}. Somebody else must consent before they get them.\n\n{see}"
            ),
        ),
        RightsNotice::RoleAsked { role, people, by } => written(
            format!("Your consent is asked: {role} for {people} {}", if people == 1 { "person" } else { "people" }),
            format!(
                "{by} asks for the role {role}, with rights over others, for several people. Somebody else must consent for each of them.\n\n{see}"
            ),
        ),
        RightsNotice::RightsDecided { about, given: true, by } => {
            written(format!("Consented: rights of {about}"), format!("{by} has consented. {about} has the rights now."))
        }
        RightsNotice::RightsDecided { about, given: false, by } => {
            written(format!("Refused: rights of {about}"), format!("{by} has refused. Nothing has changed."))
        }
        RightsNotice::RightsGiven { about, rights, by, asked_by } => written(
            format!("Rights over others: {about}"),
            match asked_by {
                Some(asker) => format!("{asker} asked and {by} consented: {about} has these rights now.\n\n{rights}"),
                None => format!("{by} gave {about} these rights, without a second person’s consent.\n\n{rights}"),
            },
        ),
        RightsNotice::MailboxUsers { mailbox, new, gone, by } => written(
            format!("Who uses the mailbox {mailbox}"),
            format!(
                "{by} has changed who uses the mailbox {mailbox}.\n\nNew: {}\nNo longer: {}",
                or_none(new, "nobody"),
                or_none(gone, "nobody")
            ),
        ),
        RightsNotice::Door { door, name, by } => {
            let what = match door {
                Door::ProviderAdded => {
                    format!("{by} has added the identity provider {name}: people can sign in by it.")
                }
                Door::ProviderChanged => format!("{by} has changed the identity provider {name}."),
                Door::ProviderRemoved => format!("{by} has removed the identity provider {name}."),
                Door::Token => {
                    format!("{by} has made a token for the program {name}: it can make, change and end accounts.")
                }
                Door::Roles => format!("{by} has changed which roles other systems may give. Now: {name}."),
            };
            written(
                "A way into the house was changed",
                format!("{what}\n\nIf you did not expect this, ask {by}, and call your security officer."),
            )
        }
        RightsNotice::OwnRoles { before, after, by } => written(
            "Your roles were changed",
            format!(
                "{by} has changed your roles.\n\nBefore: {}\nNow: {}",
                or_none(before, "none"),
                or_none(after, "none")
            ),
        ),
    }
}

fn dutch(notice: RightsNotice<'_>) -> Notice {
    let see = "U vindt dit onder “Goedkeuringen”.";
    match notice {
        RightsNotice::Recovery { step, name, by } => match step {
            Step::Asked => written(
                format!("Herstel gevraagd: {name}"),
                format!(
                    "{by} heeft gevraagd het account van {name} te herstellen. Een tweede persoon moet hiermee instemmen.\n\n{see}"
                ),
            ),
            Step::Given => written(
                format!("Herstel goedgekeurd: {name}"),
                format!("{by} heeft ingestemd met het herstel van het account van {name}.\n\n{see}"),
            ),
            Step::Refused => written(
                format!("Herstel geweigerd: {name}"),
                format!("{by} heeft het herstel van het account van {name} geweigerd.\n\n{see}"),
            ),
            Step::Used => written(
                format!("Hersteld: {name}"),
                format!("Het account van {name} is hersteld. Alles waarmee eerder werd ingelogd, is vervallen."),
            ),
        },
        RightsNotice::OwnRecovery { step, by } => {
            let warn = "Heeft u hier niet om gevraagd? Bel dan nu uw beheerder of beveiligingsfunctionaris.";
            match step {
                Step::Asked => written(
                    "Iemand vroeg om herstel van uw account",
                    format!(
                        "{by} heeft gevraagd uw account te herstellen, omdat u niet meer zou kunnen inloggen. Er is nog niets veranderd.\n\n{warn}"
                    ),
                ),
                Step::Given => written(
                    "Het herstel van uw account is goedgekeurd",
                    format!(
                        "{by} heeft ingestemd met het herstel van uw account. Er is nog niets veranderd: daarvoor zijn de link en de code nodig, die alleen u hoort te hebben.\n\n{warn}"
                    ),
                ),
                Step::Refused => written(
                    "Het herstel van uw account is geweigerd",
                    format!("{by} heeft het herstel van uw account geweigerd. Er is niets veranderd."),
                ),
                Step::Used => written(
                    "Uw account is hersteld",
                    format!("Uw account is hersteld. Alles waarmee u eerder inlogde, is vervallen.\n\n{warn}"),
                ),
            }
        }
        RightsNotice::RightsAsked { about, by } => written(
            format!("Uw instemming gevraagd: rechten van {about}"),
            format!(
                "{by} vraagt rechten over anderen voor {about}. Iemand anders moet daarmee instemmen voordat ze gelden.\n\n{see}"
            ),
        ),
        RightsNotice::RoleAsked { role, people, by } => written(
            format!(
                "Uw instemming gevraagd: {role} voor {people} {}",
                if people == 1 { "persoon" } else { "personen" }
            ),
            format!(
                "{by} vraagt de rol {role}, met rechten over anderen, voor meer mensen tegelijk. Iemand anders moet er voor ieder van hen mee instemmen.\n\n{see}"
            ),
        ),
        RightsNotice::RightsDecided { about, given: true, by } => written(
            format!("Goedgekeurd: rechten van {about}"),
            format!("{by} heeft ingestemd. {about} heeft de rechten nu."),
        ),
        RightsNotice::RightsDecided { about, given: false, by } => {
            written(format!("Geweigerd: rechten van {about}"), format!("{by} heeft geweigerd. Er is niets veranderd."))
        }
        RightsNotice::RightsGiven { about, rights, by, asked_by } => written(
            format!("Rechten over anderen: {about}"),
            match asked_by {
                Some(asker) => {
                    format!("{asker} vroeg erom en {by} stemde in: {about} heeft nu deze rechten.\n\n{rights}")
                }
                None => format!("{by} gaf {about} deze rechten, zonder instemming van een tweede persoon.\n\n{rights}"),
            },
        ),
        RightsNotice::MailboxUsers { mailbox, new, gone, by } => written(
            format!("Wie het postvak {mailbox} gebruikt"),
            format!(
                "{by} heeft gewijzigd wie het postvak {mailbox} gebruikt.\n\nNieuw: {}\nNiet meer: {}",
                or_none(new, "niemand"),
                or_none(gone, "niemand")
            ),
        ),
        RightsNotice::Door { door, name, by } => {
            let what = match door {
                Door::ProviderAdded => {
                    format!("{by} heeft de identiteitsprovider {name} toegevoegd: mensen kunnen zich ermee aanmelden.")
                }
                Door::ProviderChanged => format!("{by} heeft de identiteitsprovider {name} gewijzigd."),
                Door::ProviderRemoved => format!("{by} heeft de identiteitsprovider {name} verwijderd."),
                Door::Token => format!(
                    "{by} heeft een token voor het programma {name} gemaakt: het kan accounts maken, wijzigen en beëindigen."
                ),
                Door::Roles => format!("{by} heeft gewijzigd welke rollen andere systemen mogen geven. Nu: {name}."),
            };
            written(
                "Een toegang tot het huis is gewijzigd",
                format!("{what}\n\nHad u dit niet verwacht? Vraag het {by}, en bel uw beveiligingsfunctionaris."),
            )
        }
        RightsNotice::OwnRoles { before, after, by } => written(
            "Uw rollen zijn gewijzigd",
            format!(
                "{by} heeft uw rollen gewijzigd.\n\nEerst: {}\nNu: {}",
                or_none(before, "geen"),
                or_none(after, "geen")
            ),
        ),
    }
}

fn or_none<'a>(text: &'a str, none: &'a str) -> &'a str {
    if text.is_empty() { none } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_who_and_what() {
        let steps = [Step::Asked, Step::Given, Step::Refused, Step::Used];
        for language in [Language::En, Language::Nl] {
            for step in steps {
                let theirs = rights_notice(language, RightsNotice::Recovery { step, name: "Anna", by: "Bea" });
                assert!(theirs.subject.contains("Anna"), "{theirs:?}");
            }
            let many = rights_notice(language, RightsNotice::RoleAsked { role: "Officer", people: 3, by: "Bea" });
            assert!(many.subject.contains("Officer") && many.subject.contains('3'), "{many:?}");
            let asked = rights_notice(language, RightsNotice::OwnRecovery { step: Step::Asked, by: "Bea" });
            assert!(asked.text.contains("Bea"), "{asked:?}");
            let alone = RightsNotice::RightsGiven { about: "Carl", rights: "role.manage", by: "Bea", asked_by: None };
            for door in [Door::ProviderAdded, Door::ProviderChanged, Door::ProviderRemoved, Door::Token, Door::Roles] {
                let told = rights_notice(language, RightsNotice::Door { door, name: "Noord", by: "Bea" });
                assert!(told.text.contains("Noord") && told.text.contains("Bea"), "{told:?}");
            }
            let told = rights_notice(language, alone);
            assert!(told.text.contains("role.manage") && told.subject.contains("Carl"), "{told:?}");
        }
    }
}
