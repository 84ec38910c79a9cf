//! Patients: registered with the numbers by which they are known, and found again.

use crate::audit::NewEntry;
use crate::clock::from_us;
use crate::error::guard;
use crate::people::checked_text;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::ground::Ground;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::{EmailAddress, PatientId, PersonId, PhoneNumber};
use wardpost_store::repo::patient::{self as rows, PatientRow};
use wardpost_store::{Batch, StoreError};

/// Most references of one patient.
const REFERENCES: usize = 10;
/// Most patients looked through for a name.
const LOOKED_AT: usize = 50_000;
/// Rows fetched at once.
const CHUNK: i64 = 1_000;

/// By what somebody's identity was checked before their account was tied to their data (NL-08).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the documents' own names")]
pub enum IdentityDocument {
    Passport,
    IdCard,
    DrivingLicence,
    ResidencePermit,
    /// Known to the practice for long.
    KnownPatient,
}

impl IdentityDocument {
    /// The name as stored and as served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passport => "passport",
            Self::IdCard => "id_card",
            Self::DrivingLicence => "driving_licence",
            Self::ResidencePermit => "residence_permit",
            Self::KnownPatient => "known_patient",
        }
    }
}

/// `patient.sealed_patient`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SealedPatient {
    pub name: String,
    #[serde(default)]
    pub birth_date: Option<Date>,
    pub references: Vec<String>,
    #[serde(default)]
    pub phone: Option<PhoneNumber>,
    #[serde(default)]
    pub identity: Option<IdentityCheck>,
}

/// That somebody's identity was checked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct IdentityCheck {
    pub document: IdentityDocument,
    pub checked_by: PersonId,
    pub at_us: i64,
}

/// A patient to be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPatient {
    /// Name.
    pub name: String,
    /// Date of birth.
    pub birth_date: Option<Date>,
    /// The numbers by which letters name them (`BSN 111222333`, a patient number); at least one.
    pub references: Vec<String>,
    /// Mobile number.
    pub phone: Option<PhoneNumber>,
}

/// A patient's data as they are to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientUpdate {
    /// The version that was seen.
    pub version: i64,
    /// The data.
    pub patient: NewPatient,
}

/// A patient in a list. Without a ground only initials and nothing more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientLine {
    /// Their id.
    pub id: PatientId,
    /// Name, or initials.
    pub name: String,
    /// Date of birth, where it may be seen.
    pub birth_date: Option<Date>,
    /// References, where they may be seen.
    pub references: Vec<String>,
    /// On which ground the reader sees them; none: only initials are shown.
    pub ground: Option<Ground>,
}

/// A patient's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientView {
    /// As in the list.
    pub line: PatientLine,
    /// Mobile number.
    pub phone: Option<PhoneNumber>,
    /// Sign-in name of their own account.
    pub account: Option<EmailAddress>,
    /// When the mobile number on record was confirmed to be theirs.
    pub phone_confirmed_at: Option<Timestamp>,
    /// When, and by what, their identity was checked.
    pub identity: Option<(IdentityDocument, Timestamp)>,
    /// Version.
    pub version: i64,
}

impl Core {
    /// Registers a patient.
    ///
    /// # Errors
    /// [`Error::Denied`] without `patient.manage`; [`Error::Validation`] of `name`, `references` (`required`, `too_many`,
    /// `taken`).
    pub async fn register_patient(&self, actor: &Actor, new: NewPatient) -> Result<PatientView> {
        self.allow(actor, Permission::PatientManage, Scope::Organisation).await?;
        let sealed = self.checked_patient(new)?;
        let id = PatientId(self.clock().new_id());
        let mut batch = Batch::new();
        rows::insert(
            &mut batch,
            self.org(),
            id,
            self.seal(purpose::PATIENT_RECORD, id.as_bytes(), &sealed)?,
            self.clock().now_us(),
        );
        self.put_references(&mut batch, id, &sealed);
        let entry = NewEntry::by(actor, AuditKind::PatientCreated)
            .on("patient", id)
            .patient(sealed.references.first().map(String::as_str))
            .ground(Some(Ground::Administration));
        self.audit(&mut batch, entry)?;
        self.db().write(batch).await.map_err(taken)?;
        self.patient_view(id, Some(Ground::Administration)).await
    }

    /// Changes a patient's data.
    ///
    /// # Errors
    /// As [`Core::register_patient`]; [`Error::VersionConflict`]; [`Error::NotFound`].
    pub async fn change_patient(&self, actor: &Actor, id: PatientId, update: PatientUpdate) -> Result<PatientView> {
        self.allow_on(actor, Permission::PatientManage, Scope::Organisation, ("patient", id)).await?;
        let row = rows::get(self.db(), self.org(), id).await?.ok_or(Error::NotFound)?;
        let before = self.open_patient(&row)?;
        let sealed = SealedPatient { identity: before.identity.clone(), ..self.checked_patient(update.patient)? };
        let mut batch = Batch::new();
        let bytes = self.seal(purpose::PATIENT_RECORD, id.as_bytes(), &sealed)?;
        rows::update(&mut batch, self.org(), id, update.version, bytes, guard::VERSION);
        self.put_references(&mut batch, id, &sealed);
        let mut entry = NewEntry::by(actor, AuditKind::PatientChanged)
            .on("patient", id)
            .patient(sealed.references.first().map(String::as_str))
            .ground(Some(Ground::Administration));
        for (what, old, new) in [
            ("name", before.name.clone(), sealed.name.clone()),
            ("birth_date", date_text(before.birth_date), date_text(sealed.birth_date)),
            ("references", before.references.join(", "), sealed.references.join(", ")),
            ("phone", phone_text(before.phone.as_ref()), phone_text(sealed.phone.as_ref())),
        ] {
            if old != new {
                entry = entry.with(what, format!("{old} → {new}"));
            }
        }
        self.audit(&mut batch, entry)?;
        self.db().write(batch).await.map_err(taken)?;
        self.patient_view(id, Some(Ground::Administration)).await
    }

    /// Finds patients: by a number exactly, else by a part of the name; without words those for whom the actor cares.
    /// Whom nothing ties to the actor is shown by initials only. The search is an entry (NL-04).
    ///
    /// # Errors
    /// [`Error::Denied`] without `patient.read` or `access.review`.
    pub async fn find_patients(&self, actor: &Actor, q: &str, limit: u32) -> Result<Vec<PatientLine>> {
        self.allow_patients(actor).await?;
        let limit = limit.clamp(1, 200) as usize;
        let q = q.trim();
        let now = self.clock().now_us();
        let most = i64::try_from(limit).unwrap_or(200);
        let found = if q.is_empty() {
            self.cared_for(actor, now, most).await?
        } else {
            let entry = NewEntry::by(actor, AuditKind::PatientSearched).on("org", self.org()).with("words", q);
            self.audit_alone(entry).await?;
            self.matching(q, limit).await?
        };
        let mut lines = Vec::with_capacity(found.len());
        for row in found {
            let ground = self.record_ground(actor, &row).await?;
            lines.push(line(row.id, &self.open_patient(&row)?, ground));
        }
        lines.sort_by_cached_key(|l| (l.name.to_lowercase(), l.id));
        Ok(lines)
    }

    /// The patients for whom the actor cares, also in a colleague's place.
    async fn cared_for(&self, actor: &Actor, now_us: i64, most: i64) -> Result<Vec<PatientRow>> {
        let mut found = rows::cared_for(self.db(), self.org(), actor.person_id, now_us, most).await?;
        for mandate in self.patient_mandates(actor, None).await? {
            for row in rows::cared_for(self.db(), self.org(), mandate.grantor, now_us, most).await? {
                if found.iter().all(|known| known.id != row.id)
                    && self.patient_ground(actor, &row, None).await?.is_some()
                {
                    found.push(row);
                }
            }
        }
        found.truncate(usize::try_from(most).unwrap_or(200));
        Ok(found)
    }

    async fn matching(&self, q: &str, limit: usize) -> Result<Vec<PatientRow>> {
        if let Some(id) = rows::by_reference(self.db(), self.org(), self.patient_index(q)).await? {
            return Ok(rows::get(self.db(), self.org(), id).await?.into_iter().collect());
        }
        // A number that is nobody's is no part of a name.
        let words = q.to_lowercase();
        if words.chars().count() < 2 || !words.chars().any(char::is_alphabetic) {
            return Ok(Vec::new());
        }
        let (mut found, mut after, mut looked_at) = (Vec::new(), None, 0);
        while looked_at < LOOKED_AT {
            let chunk = rows::page(self.db(), self.org(), after, CHUNK).await?;
            let Some(last) = chunk.last() else { break };
            after = Some(last.id);
            looked_at += chunk.len();
            for row in chunk {
                if self.open_patient(&row)?.name.to_lowercase().contains(&words) {
                    found.push(row);
                    if found.len() == limit {
                        return Ok(found);
                    }
                }
            }
        }
        Ok(found)
    }

    /// The names of registered patients, as far as a search looks.
    pub(crate) async fn patient_names(&self) -> Result<Vec<String>> {
        let (mut names, mut after) = (Vec::new(), None);
        while names.len() < LOOKED_AT {
            let chunk = rows::page(self.db(), self.org(), after, CHUNK).await?;
            let Some(last) = chunk.last() else { break };
            after = Some(last.id);
            for row in chunk {
                names.push(self.open_patient(&row)?.name);
            }
        }
        Ok(names)
    }

    /// A patient's page. Audited with its ground; without one it shows initials only.
    ///
    /// # Errors
    /// [`Error::Denied`] without `patient.read` or `access.review`; [`Error::NotFound`].
    pub async fn patient(&self, actor: &Actor, id: PatientId) -> Result<PatientView> {
        self.allow_patients(actor).await?;
        let row = rows::get(self.db(), self.org(), id).await?.ok_or(Error::NotFound)?;
        let ground = self.record_ground(actor, &row).await?;
        if ground.is_some() {
            let entry = NewEntry::by(actor, AuditKind::PatientRead)
                .on("patient", id)
                .patient(Some(&self.reference_of(&row, None)?))
                .ground(ground);
            self.audit_alone(entry).await?;
        }
        self.patient_view(id, ground).await
    }

    /// Ties a patient to the account by which they see who looked at their data, after their identity was checked; none
    /// unties it.
    ///
    /// # Errors
    /// [`Error::Denied`] without `patient.manage`; [`Error::VersionConflict`]; [`Error::Validation`] of `login`: `unknown`
    /// for an account that isn't a patient's, `taken` for another patient's.
    pub async fn set_patient_account(
        &self,
        actor: &Actor,
        id: PatientId,
        version: i64,
        account: Option<(EmailAddress, IdentityDocument)>,
    ) -> Result<PatientView> {
        self.allow_on(actor, Permission::PatientManage, Scope::Organisation, ("patient", id)).await?;
        let row = rows::get(self.db(), self.org(), id).await?.ok_or(Error::NotFound)?;
        let mut sealed = self.open_patient(&row)?;
        let person = match &account {
            Some((login, _)) => Some(self.patient_account(actor, login).await?),
            None => None,
        };
        sealed.identity = account.as_ref().map(|(_, document)| IdentityCheck {
            document: *document,
            checked_by: actor.person_id,
            at_us: self.clock().now_us(),
        });
        let mut batch = Batch::new();
        let bytes = self.seal(purpose::PATIENT_RECORD, id.as_bytes(), &sealed)?;
        rows::set_account(&mut batch, self.org(), id, version, person, bytes, guard::VERSION);
        let mut entry = NewEntry::by(actor, AuditKind::PatientChanged)
            .on("patient", id)
            .patient(sealed.references.first().map(String::as_str))
            .ground(Some(Ground::Administration));
        entry = match &account {
            Some((login, document)) => {
                entry.with("account", login.to_string()).with("identity_checked_by", document.as_str())
            }
            None => entry.with("account", "–"),
        };
        self.audit(&mut batch, entry)?;
        self.db().write(batch).await.map_err(taken)?;
        self.patient_view(id, Some(Ground::Administration)).await
    }

    /// The account of somebody who may see their own data. Never one's own: who keeps records ties nobody's to themselves.
    async fn patient_account(&self, actor: &Actor, login: &EmailAddress) -> Result<PersonId> {
        let house = self.house().await?;
        let wanted = login.normalised();
        let found = house.people.values().find(|p| p.profile.login.normalised() == wanted);
        let found = found.filter(|p| p.id != actor.person_id);
        let found = found.filter(|p| house.permissions_of(&p.roles).contains(&Permission::SelfRead));
        found.map(|p| p.id).ok_or_else(|| Error::field("login", "unknown", "There is no such account of a patient."))
    }

    /// Who may know that there are patients.
    pub(super) async fn allow_patients(&self, actor: &Actor) -> Result<()> {
        if actor.may(Permission::AccessReview) {
            return Ok(());
        }
        self.allow(actor, Permission::PatientRead, Scope::Organisation).await
    }

    /// The ground on which somebody sees a patient's administrative data: care, the keeping of the data, or the review.
    pub(super) async fn record_ground(&self, actor: &Actor, row: &PatientRow) -> Result<Option<Ground>> {
        if let Some(ground) = self.patient_ground(actor, row, None).await? {
            return Ok(Some(ground));
        }
        Ok(if actor.may(Permission::PatientManage) {
            Some(Ground::Administration)
        } else {
            actor.may(Permission::AccessReview).then_some(Ground::Review)
        })
    }

    pub(super) async fn patient_view(&self, id: PatientId, ground: Option<Ground>) -> Result<PatientView> {
        let row = rows::get(self.db(), self.org(), id).await?.ok_or(Error::NotFound)?;
        let sealed = self.open_patient(&row)?;
        let house = self.house().await?;
        let seen = ground.is_some();
        let account = row.person_id.filter(|_| seen).and_then(|p| house.person(p)).map(|p| p.profile.login.clone());
        // A number that was confirmed counts as long as it is the one on record.
        let confirmed = if seen { self.confirmed_phone(id.0).await? } else { None };
        let confirmed = confirmed.filter(|(phone, _)| sealed.phone.as_ref() == Some(phone));
        Ok(PatientView {
            line: line(id, &sealed, ground),
            phone: sealed.phone.filter(|_| seen),
            phone_confirmed_at: confirmed.map(|(_, at)| at),
            account,
            identity: sealed.identity.filter(|_| seen).map(|i| (i.document, from_us(i.at_us))),
            version: row.version,
        })
    }

    pub(super) fn open_patient(&self, row: &PatientRow) -> Result<SealedPatient> {
        self.unseal(purpose::PATIENT_RECORD, row.id.as_bytes(), &row.sealed_patient)
    }

    /// The number under which an act is entered in the log: what a message says, if it is the patient's, else their first.
    pub(crate) fn reference_of(&self, row: &PatientRow, named: Option<&str>) -> Result<String> {
        let sealed = self.open_patient(row)?;
        let index = named.map(|n| self.patient_index(n));
        let known = index.is_some_and(|i| sealed.references.iter().any(|r| self.patient_index(r) == i));
        let first = || sealed.references.first().cloned().unwrap_or_default();
        Ok(named.filter(|_| known).map_or_else(first, str::to_owned))
    }

    /// Adds the references of a patient; two forms of one number are one.
    fn put_references(&self, batch: &mut Batch, id: PatientId, sealed: &SealedPatient) {
        let by_index: BTreeMap<Vec<u8>, ()> = sealed.references.iter().map(|r| (self.patient_index(r), ())).collect();
        rows::put_references(batch, self.org(), id, by_index.into_keys().collect());
    }

    fn checked_patient(&self, new: NewPatient) -> Result<SealedPatient> {
        let name = checked_text("name", &new.name, 1, 200)?;
        let references = new.references.iter().filter(|r| !r.trim().is_empty());
        let references: Vec<String> =
            references.map(|r| checked_text("references", r, 1, 60)).collect::<Result<_>>()?;
        if references.is_empty() || references.iter().any(|r| !r.chars().any(char::is_numeric)) {
            return Err(Error::field("references", "required", "A number by which the patient is known."));
        }
        if references.len() > REFERENCES {
            return Err(Error::field("references", "too_many", format!("At most {REFERENCES}.")));
        }
        let today = self.clock().now().to_zoned(jiff::tz::TimeZone::UTC).date();
        if new.birth_date.is_some_and(|d| d > today || d.year() < 1880) {
            return Err(Error::field("birth_date", "range", "Not a date of birth."));
        }
        Ok(SealedPatient { name, birth_date: new.birth_date, references, phone: new.phone, identity: None })
    }
}

fn line(id: PatientId, sealed: &SealedPatient, ground: Option<Ground>) -> PatientLine {
    let seen = ground.is_some();
    PatientLine {
        id,
        name: if seen { sealed.name.clone() } else { initials(&sealed.name) },
        birth_date: sealed.birth_date.filter(|_| seen),
        references: if seen { sealed.references.clone() } else { Vec::new() },
        ground,
    }
}

/// `Fenna de Boer` → `F. d. B.`
pub(super) fn initials(name: &str) -> String {
    let letters =
        name.split(|c: char| c.is_whitespace() || c == '-').filter_map(|w| w.chars().find(|c| c.is_alphabetic()));
    letters.map(|c| format!("{c}.")).collect::<Vec<_>>().join(" ")
}

fn date_text(date: Option<Date>) -> String {
    date.map_or_else(|| "–".to_owned(), |d| d.to_string())
}

fn phone_text(phone: Option<&PhoneNumber>) -> String {
    phone.map_or_else(|| "–".to_owned(), |p| p.as_str().to_owned())
}

fn taken(e: StoreError) -> Error {
    if e.is_conflict_on("patient_reference_pkey") {
        return Error::field("references", "taken", "This number is another patient's.");
    }
    if e.is_conflict_on("patient_account") {
        return Error::field("login", "taken", "This account is another patient's.");
    }
    e.into()
}
