//! Words that guessers put a year behind: seasons, months and days, clubs, places, words of care, in Dutch and English. What
//! is compiled in as common passwords ([`super::blocklist`]) has only some of them, and only with some years.

/// Lower case, without accents; those tried most often first.
pub(super) const GUESSED: &[&str] = &[
    "welkom", "welcome", "wachtwoord", "password", "geheim", "secret", "zomer", "winter", "lente", "herfst", "voorjaar",
    "najaar", "summer", "spring", "autumn", "januari", "februari", "maart", "april", "juni", "juli", "augustus", "september",
    "oktober", "november", "december", "january", "february", "march", "june", "july", "august", "october", "maandag",
    "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag", "monday", "tuesday", "wednesday", "thursday",
    "friday", "saturday", "sunday", "vakantie", "holiday", "kerst", "kerstmis", "christmas", "pasen", "easter", "ajax",
    "feyenoord", "feijenoord", "psveindhoven", "fctwente", "twente", "fcutrecht", "utrecht", "vitesse", "heerenveen",
    "groningen", "heracles", "sparta", "azalkmaar", "alkmaar", "nacbreda", "breda", "volendam", "telstar", "excelsior",
    "willem", "oranje", "nederland", "holland", "amsterdam", "rotterdam", "denhaag", "eindhoven", "nijmegen", "arnhem",
    "leiden", "haarlem", "maastricht", "tilburg", "zwolle", "arsenal", "chelsea", "liverpool", "everton", "manchester",
    "united", "tottenham", "celtic", "rangers", "barcelona", "realmadrid", "juventus", "bayern", "london", "england",
    "huisarts", "dokter", "doctor", "zuster", "nurse", "ziekenhuis", "hospital", "kliniek", "clinic", "praktijk", "apotheek",
    "pharmacy", "zorg", "zorgmail", "patient", "arts", "medisch", "medical", "gezondheid", "health", "inloggen", "login",
    "admin", "beheer", "beheerder", "computer", "internet", "qwerty", "azerty",
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_word_stands_once_in_plain_letters() {
        assert_eq!(GUESSED.iter().collect::<BTreeSet<_>>().len(), GUESSED.len());
        assert!(GUESSED.iter().all(|w| w.len() >= 4 && w.bytes().all(|b| b.is_ascii_lowercase())));
    }
}
