//! What the detector of health information found in a message.

use serde::{Deserialize, Serialize};

/// What a span of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs, reason = "the names are the field's own words")]
pub enum FindingKind {
    Person,
    Dob,
    Date,
    Phone,
    Email,
    Address,
    Mrn,
    Ssn,
    Bsn,
    Nhs,
    Npi,
    Insurance,
    Account,
    Card,
    Ip,
    Url,
    Device,
    Plate,
    Diagnosis,
    Medication,
    Lab,
    /// A part that could not be read (encrypted, damaged, unknown): never "clean".
    Unreadable,
}

/// Where in a message a span stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "part", content = "index")]
pub enum Part {
    /// The subject line.
    Subject,
    /// The text of the message.
    Body,
    /// An attachment's content, by its place.
    Attachment(u32),
    /// An attachment's file name, by its place.
    FileName(u32),
}

/// One span. Offsets are Unicode code points in the part's text, end exclusive. The text itself is not kept here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Finding {
    /// Where it stands.
    pub part: Part,
    /// First code point.
    pub start: u32,
    /// One past the last code point.
    pub end: u32,
    /// What it is.
    pub kind: FindingKind,
    /// Confidence in per cent.
    pub score: u8,
    /// Why: a stable code, shown in words by the faces (`bsn_checksum`, `name_beside_diagnosis` …).
    pub reason: String,
}

/// The verdict on a whole message, from nothing to worst.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// Nothing that needs protection.
    #[default]
    None,
    /// A part could not be read.
    Unreadable,
    /// A number that by itself identifies a citizen or patient.
    Identifier,
    /// An individual's identifier together with health information about that individual.
    Health,
    /// As `Health`, for several individuals.
    HealthMany,
}

/// A kind of health information that the law or custom guards more closely than the rest.
///
/// 42 CFR Part 2 (addiction), state laws on HIV, GINA (genetics), GDPR article 9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SpecialCategory {
    /// HIV and other sexually transmitted infections.
    HivSti,
    /// Psychiatry and psychology.
    MentalHealth,
    /// Use of and dependence on alcohol and drugs.
    Addiction,
    /// Hereditary conditions and genetic tests.
    Genetics,
    /// Fertility, loss or end of a pregnancy, sex and gender.
    Reproductive,
    /// Domestic and sexual violence, child abuse.
    Violence,
}

impl SpecialCategory {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::HivSti, Self::MentalHealth, Self::Addiction, Self::Genetics, Self::Reproductive, Self::Violence];
}

/// All that was found in one message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Findings {
    /// The verdict.
    pub sensitivity: Sensitivity,
    /// How many individuals health information was found about.
    #[serde(default)]
    pub individuals: u32,
    /// Special categories among it, each once, in order.
    #[serde(default)]
    pub special: Vec<SpecialCategory>,
    /// The spans, in order of part and offset.
    pub spans: Vec<Finding>,
}
