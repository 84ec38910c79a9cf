//! The words of the explanation, in English and Dutch.

// typos:off

use wardpost_model::finding::{FindingKind, Sensitivity, SpecialCategory};
use wardpost_model::person::Language;

/// Says things in a language.
#[derive(Clone, Copy)]
pub(super) struct Words(pub Language);

impl Words {
    const fn pick(self, en: &'static str, nl: &'static str) -> &'static str {
        match self.0 {
            Language::En => en,
            Language::Nl => nl,
        }
    }

    pub(super) fn verdict(self, verdict: Sensitivity, people: u32) -> String {
        match verdict {
            Sensitivity::None => self.pick("Nothing that needs protection.", "Niets dat bescherming nodig heeft."),
            Sensitivity::Unreadable => self.pick(
                "Can't be judged: not everything could be read.",
                "Niet te beoordelen: niet alles kon worden gelezen.",
            ),
            Sensitivity::Identifier => self.pick(
                "Protect: a number that by itself identifies a citizen or patient.",
                "Beschermen: een nummer dat op zichzelf een burger of patiënt aanwijst.",
            ),
            Sensitivity::Health | Sensitivity::HealthMany if people <= 1 => self.pick(
                "Protect: health information about one individual.",
                "Beschermen: gezondheidsgegevens van één persoon.",
            ),
            Sensitivity::Health | Sensitivity::HealthMany => {
                return match self.0 {
                    Language::En => format!("Protect: health information about {people} individuals."),
                    Language::Nl => format!("Beschermen: gezondheidsgegevens van {people} personen."),
                };
            }
        }
        .to_owned()
    }

    pub(super) const fn special_heading(self) -> &'static str {
        self.pick("Special categories", "Bijzondere categorieën")
    }

    pub(super) const fn special(self, category: SpecialCategory) -> &'static str {
        match category {
            SpecialCategory::HivSti => {
                self.pick("HIV and other sexually transmitted infections", "hiv en andere soa's")
            }
            SpecialCategory::MentalHealth => self.pick("mental health", "geestelijke gezondheid"),
            SpecialCategory::Addiction => self.pick("addiction", "verslaving"),
            SpecialCategory::Genetics => self.pick("genetics", "erfelijkheid"),
            SpecialCategory::Reproductive => self.pick("reproduction and gender", "voortplanting en gender"),
            SpecialCategory::Violence => self.pick("violence and abuse", "geweld en mishandeling"),
        }
    }

    pub(super) const fn kind(self, kind: FindingKind) -> &'static str {
        use FindingKind as F;
        match kind {
            F::Person => self.pick("Person", "Persoon"),
            F::Dob => self.pick("Birth date", "Geboortedatum"),
            F::Date => self.pick("Date", "Datum"),
            F::Phone => self.pick("Phone", "Telefoon"),
            F::Email => self.pick("E-mail", "E-mail"),
            F::Address => self.pick("Address", "Adres"),
            F::Mrn => self.pick("Record number", "Patiëntnummer"),
            F::Ssn => "SSN",
            F::Bsn => "BSN",
            F::Nhs => self.pick("NHS number", "NHS-nummer"),
            F::Npi => "NPI",
            F::Insurance => self.pick("Insurance", "Verzekering"),
            F::Account => self.pick("Account", "Rekening"),
            F::Card => self.pick("Card", "Kaart"),
            F::Ip => self.pick("IP address", "IP-adres"),
            F::Url => self.pick("Web address", "Webadres"),
            F::Device => self.pick("Device", "Apparaat"),
            F::Plate => self.pick("Number plate", "Kenteken"),
            F::Diagnosis => self.pick("Condition", "Aandoening"),
            F::Medication => self.pick("Medicine", "Medicijn"),
            F::Lab => self.pick("Measurement", "Meting"),
            F::Unreadable => self.pick("Not read", "Niet gelezen"),
        }
    }

    pub(super) const fn line(self) -> &'static str {
        self.pick("line", "regel")
    }
    pub(super) const fn in_name(self) -> &'static str {
        self.pick("file name", "bestandsnaam")
    }
    pub(super) const fn not_read(self) -> &'static str {
        self.pick("not read", "niet gelezen")
    }
    pub(super) fn more(self, count: usize) -> String {
        match self.0 {
            Language::En => format!("and {count} more"),
            Language::Nl => format!("en nog {count}"),
        }
    }

    /// Why something counts. Codes without words of their own are shown as they are, without the underscores.
    pub(super) fn reason(self, code: &str) -> String {
        if code.starts_with("hl7_") {
            return self.pick("a field of an HL7 message", "een veld van een HL7-bericht").to_owned();
        }
        let found = REASONS.iter().find(|(c, ..)| *c == code);
        found.map_or_else(|| code.replace('_', " "), |(_, en, nl)| self.pick(en, nl).to_owned())
    }

    pub(super) fn unread(self, code: &str) -> String {
        let found = UNREAD.iter().find(|(c, ..)| *c == code);
        found.map_or_else(|| code.replace('_', " "), |(_, en, nl)| self.pick(en, nl).to_owned())
    }
}

/// Code, English, Dutch.
type Row = (&'static str, &'static str, &'static str);

const UNREAD: [Row; 12] = [
    ("image", "a picture", "een afbeelding"),
    ("image_only", "pages that are pictures of text", "bladzijden die een afbeelding van tekst zijn"),
    (
        "no_text_map",
        "text in a font that does not tell its characters",
        "tekst in een lettertype dat zijn tekens niet vertelt",
    ),
    ("legacy_office", "an office format of before 2007", "een kantoorformaat van voor 2007"),
    (
        "archive_format",
        "an archive of a kind that is not opened (7z, RAR …)",
        "een archief van een soort die niet wordt geopend (7z, RAR …)",
    ),
    ("encrypted", "protected by a password or key", "beveiligd met een wachtwoord of sleutel"),
    (
        "too_large_unpacked",
        "unpacks to too much, too deep or too many parts",
        "pakt uit tot te veel, te diep of te veel delen",
    ),
    ("too_large", "larger than 256 MiB", "groter dan 256 MiB"),
    ("too_long", "more text than is looked at", "meer tekst dan er wordt bekeken"),
    ("damaged", "damaged", "beschadigd"),
    (
        "unknown_format",
        "a format that is not known (sound, film, program …)",
        "een onbekend formaat (geluid, film, programma …)",
    ),
    ("partly_unreadable", "a part of it", "een deel ervan"),
];

const REASONS: [Row; 75] = [
    (
        "patient_and_health",
        "marked as patient, with health information nearby",
        "aangeduid als patiënt, met gezondheidsgegevens in de buurt",
    ),
    ("person_and_health", "joined to health information in a sentence", "in een zin verbonden met gezondheidsgegevens"),
    ("person_then_health", "the next sentences say of this person", "de volgende zinnen gaan over deze persoon"),
    (
        "patient_contact_and_health",
        "a patient's contact details, with health information",
        "contactgegevens van een patiënt, met gezondheidsgegevens",
    ),
    (
        "name_in_subject",
        "named in the subject of a text about a patient",
        "genoemd in het onderwerp van een tekst over een patiënt",
    ),
    (
        "name_in_clinical_note",
        "a name among doses, values and abbreviations",
        "een naam tussen doseringen, waarden en afkortingen",
    ),
    ("name_and_care", "several signs of care around the name", "meerdere tekenen van zorg rond de naam"),
    ("addressed_patient", "the addressee's own care", "zorg van de aangeschrevene zelf"),
    (
        "initials_and_health",
        "initials in a note, with health information",
        "initialen in een notitie, met gezondheidsgegevens",
    ),
    ("number_and_health", "a number, with health information", "een nummer, met gezondheidsgegevens"),
    ("birth_date_and_health", "a birth date, with health information", "een geboortedatum, met gezondheidsgegevens"),
    ("number_beside_initials", "a number beside initials", "een nummer naast initialen"),
    (
        "insurance_number_and_health",
        "an insurance number, with health information",
        "een verzekeringsnummer, met gezondheidsgegevens",
    ),
    ("sender_about_self", "the sender about himself or herself", "de afzender over zichzelf"),
    (
        "person_in_context",
        "the words around and the tone say that it is about this person's health",
        "woorden eromheen en toon: het gaat over de gezondheid van deze persoon",
    ),
    (
        "number_in_context",
        "the words around and the tone say that it is about this individual's health",
        "woorden eromheen en toon: het gaat over de gezondheid van deze persoon",
    ),
    ("looks_like_a_name", "stands where names stand", "staat waar namen staan"),
    ("code_in_context", "the words before it and who stands beside it", "de woorden ervoor en wie ernaast staat"),
    (
        "nhs_form_and_checksum",
        "written as an NHS number, and its checksum is right",
        "geschreven als een NHS-nummer, en de controle klopt",
    ),
    ("complaint", "a complaint", "een klacht"),
    ("somebodys_body", "somebody's body", "iemands lichaam"),
    ("own_pattern", "a pattern of the organisation", "een patroon van de organisatie"),
    ("own_numbers", "a pattern of the organisation", "een patroon van de organisatie"),
    ("bsn_checksum", "the word before it, and the checksum is right", "het woord ervoor, en de controle klopt"),
    (
        "bsn_checksum_beside_name",
        "the checksum is right, beside a name and a birth date",
        "de controle klopt, naast een naam en geboortedatum",
    ),
    (
        "bsn_word_without_checksum",
        "the word before it, though the checksum is wrong",
        "het woord ervoor, al klopt de controle niet",
    ),
    ("nhs_checksum", "the word before it, and the checksum is right", "het woord ervoor, en de controle klopt"),
    (
        "nhs_word_without_checksum",
        "the word before it, though the checksum is wrong",
        "het woord ervoor, al klopt de controle niet",
    ),
    ("ssn_word_before", "the word before it", "het woord ervoor"),
    ("ssn_form", "its form", "de vorm"),
    ("npi_word_before", "the word before it", "het woord ervoor"),
    ("record_word_before", "the word before it", "het woord ervoor"),
    ("record_word_of_any_trade", "a word before it that any trade uses", "een woord ervoor dat elk vak gebruikt"),
    ("record_form", "its form", "de vorm"),
    ("insurance_word_before", "the word before it", "het woord ervoor"),
    ("insurance_form", "its form", "de vorm"),
    ("medicare_number_form", "the form of a Medicare number", "de vorm van een Medicare-nummer"),
    ("account_word_before", "the word before it", "het woord ervoor"),
    ("iban_checksum", "the checksum is right", "de controle klopt"),
    ("card_checksum", "the checksum is right", "de controle klopt"),
    ("device_word_before", "the word before it", "het woord ervoor"),
    ("device_form", "its form", "de vorm"),
    ("device_identifier", "its form", "de vorm"),
    ("mac_address", "its form", "de vorm"),
    ("ip_address", "its form", "de vorm"),
    ("mail_address", "its form", "de vorm"),
    ("web_address", "its form", "de vorm"),
    ("plate_form", "its form", "de vorm"),
    ("plate_word_before", "the word before it", "het woord ervoor"),
    ("telephone_form", "its form", "de vorm"),
    ("street_and_number", "a street with a number", "een straat met een nummer"),
    ("birth_word_before_date", "a word of birth before it", "een woord van geboorte ervoor"),
    ("date_beside_name", "a date beside a name", "een datum naast een naam"),
    ("date", "its form", "de vorm"),
    ("title_before", "a title before it", "een titel ervoor"),
    ("initials_before_name", "initials and a name", "initialen en een naam"),
    ("initials", "initials", "initialen"),
    ("surname_comma_given_name", "surname, comma, given name", "achternaam, komma, voornaam"),
    ("name_with_carets", "a name as systems write it", "een naam zoals systemen die schrijven"),
    ("listed_name", "a known surname", "een bekende achternaam"),
    ("listed_given_name", "a known given name", "een bekende voornaam"),
    (
        "capitalised_words",
        "capitalised words that are no ordinary words",
        "woorden met een hoofdletter die geen gewone woorden zijn",
    ),
    ("after_name_label", "after a word such as “name”", "na een woord als ‘naam’"),
    ("after_patient_word", "after a word such as “patient”", "na een woord als ‘patiënt’"),
    ("after_relative", "after a word such as “mother”", "na een woord als ‘moeder’"),
    ("in_salutation", "in the salutation", "in de aanhef"),
    ("in_signature", "in the signature", "in de ondertekening"),
    ("named_before", "named elsewhere in the text", "elders in de tekst genoemd"),
    ("column_heading", "the heading of its column", "het opschrift van de kolom"),
    ("diagnosis_code", "a code of a diagnosis", "een code van een diagnose"),
    ("code_in_patient_row", "a code in a row about a patient", "een code in een regel over een patiënt"),
    ("condition", "the name of a condition", "de naam van een aandoening"),
    ("medicine", "the name of a medicine", "de naam van een medicijn"),
    ("measurement", "a measurement with its value", "een meting met de waarde"),
    ("event_of_care", "an event of care", "een gebeurtenis in de zorg"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use wardpost_phi::extract::Unreadable;

    #[test]
    fn every_code_has_words_once() {
        for why in Unreadable::ALL {
            assert!(UNREAD.iter().any(|(c, ..)| *c == why.code()), "{why:?}");
        }
        for rows in [UNREAD.as_slice(), REASONS.as_slice()] {
            let mut codes: Vec<&str> = rows.iter().map(|(c, ..)| *c).collect();
            codes.sort_unstable();
            codes.dedup();
            assert_eq!(codes.len(), rows.len());
        }
    }

    #[test]
    fn what_has_no_words_is_shown_as_it_is() {
        assert_eq!(Words(Language::Nl).reason("new_code"), "new code");
        assert_eq!(Words(Language::En).reason("iban_checksum"), "the checksum is right");
    }
}
// typos:on
