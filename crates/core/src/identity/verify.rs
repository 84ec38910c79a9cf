//! Whether an e-mail address and a mobile number are somebody's own, and who somebody is (NL-08; ASVS 6.6.2).
//!
//! An address is confirmed by a link that is good for a quarter of an hour, a number by a code of six digits that is good
//! for ten minutes and five tries. Neither opens an account: text messages are no factor here (ASVS 6.6.1). Of an identity
//! document its kind is recorded, never its number.

use crate::audit::NewEntry;
use crate::care::IdentityDocument;
use crate::clock::{MINUTE_US, SECOND_US, from_us};
use crate::error::guard;
use crate::mail::{code_to_confirm, link_to_confirm};
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wardpost_gate::Scope;
use wardpost_model::audit::{AuditAgent, AuditKind, Outcome};
use wardpost_model::message::Party;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, Language};
use wardpost_model::{PersonId, PhoneNumber};
use wardpost_store::repo::verification::{self as rows, Confirmed, VerificationRow};
use wardpost_store::{Batch, StoreError};
use wardpost_vault::constant_time_eq;

const EMAIL: &str = "email";
pub(crate) const PHONE: &str = "phone";
const IDENTITY: &str = "identity";
/// How long a link is good.
const LINK_FOR_US: i64 = 15 * MINUTE_US;
/// How long a code is good (ASVS 6.5.5: ten minutes at most).
const CODE_FOR_US: i64 = 10 * MINUTE_US;
const CODE_DIGITS: u32 = 6;
/// Tries at one code.
const TRIES: i64 = 5;
/// Shortest time between two codes or links to one subject.
const AGAIN_US: i64 = 30 * SECOND_US;
/// So many can be asked for at once about one subject, and then one every ten minutes: text messages cost money.
pub(super) const SENDS_BURST: u32 = 5;
pub(super) const SENDS_EVERY_US: i64 = 10 * MINUTE_US;
/// Longest token that is looked at.
const MAX_TOKEN_BYTES: usize = 64;

/// `verification.sealed_value`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct SealedVerification {
    /// What was confirmed.
    #[serde(default)]
    value: Option<String>,
    /// What is to be confirmed.
    #[serde(default)]
    pending: Option<String>,
    #[serde(default)]
    document: Option<IdentityDocument>,
    #[serde(default)]
    checked_by: Option<PersonId>,
}

/// How it stands with somebody's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailStanding {
    /// It is an address of this house.
    Inside,
    /// Its owner followed a link that was sent there.
    Confirmed(Timestamp),
    /// Nobody knows yet whether it is theirs.
    Open,
}

/// What was checked of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The sign-in address.
    pub email: EmailStanding,
    /// The mobile number that they confirmed, and when.
    pub phone: Option<(PhoneNumber, Timestamp)>,
    /// By what their identity was checked, when, and by whom.
    pub identity: Option<(IdentityDocument, Timestamp, String)>,
}

/// How long a code is good, and when another can be asked for, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeSent {
    /// Seconds.
    pub valid_seconds: u32,
    /// Seconds.
    pub again_seconds: u32,
}

impl Core {
    /// What was checked of oneself, or with `person.read` of a colleague.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`].
    pub async fn verified(&self, actor: &Actor, person: PersonId) -> Result<Verified> {
        self.allow(actor, Permission::PersonRead, Scope::Person { subject: person }).await?;
        let house = self.house().await?;
        let profile = &house.person(person).ok_or(Error::NotFound)?.profile;
        let login = profile.login.normalised();
        let email = if self.own_domain(profile.login.domain()).await? {
            EmailStanding::Inside
        } else {
            let found = self.verification(person.0, EMAIL).await?;
            let at = found.filter(|(_, v)| v.value.as_ref() == Some(&login)).and_then(|(row, _)| row.verified_us);
            at.map_or(EmailStanding::Open, |at| EmailStanding::Confirmed(from_us(at)))
        };
        let identity = self.verification(person.0, IDENTITY).await?;
        let identity = identity.and_then(|(row, v)| {
            let by = v.checked_by.map(|by| house.person_name(by)).unwrap_or_default();
            Some((v.document?, from_us(row.verified_us?), by))
        });
        Ok(Verified { email, phone: self.confirmed_phone(person.0).await?, identity })
    }

    /// Sends a link to one's own sign-in address, to confirm it.
    ///
    /// # Errors
    /// [`Error::Conflict`] `inside` for an address of the house; [`Error::RateLimited`].
    pub async fn ask_email(&self, actor: &Actor) -> Result<()> {
        let house = self.house().await?;
        let profile = house.person(actor.person_id).ok_or(Error::Unauthenticated)?.profile.clone();
        if self.own_domain(profile.login.domain()).await? {
            return Err(Error::Conflict("inside"));
        }
        let (subject, now) = (actor.person_id.0, self.clock().now_us());
        let before = self.may_send(subject, EMAIL, now).await?;
        let token = wardpost_vault::random_token();
        let value = SealedVerification { pending: Some(profile.login.normalised()), ..before.1 };
        let hash = self.vault().hash_secret(purpose::VERIFICATION_LINK, token.as_bytes());
        let mut batch = Batch::new();
        self.put_pending(&mut batch, subject, EMAIL, (before.0, hash.to_vec(), now + LINK_FOR_US), &value)?;
        let link = format!("{}/confirm#{token}", self.config().public_url);
        let notice = link_to_confirm(profile.language, &house.name, &link);
        let to = Party { name: profile.name, address: profile.login };
        self.mail_outside(&mut batch, to, profile.language, notice).await?;
        let entry = NewEntry::by(actor, AuditKind::PersonVerified).on_person(actor.person_id);
        self.audit(&mut batch, entry.with("what", "e-mail address: link sent"))?;
        self.db().write(batch).await?;
        Ok(())
    }

    /// Confirms an address by the link that was sent there. Nobody need be signed in.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the link is nobody's, was used, is too old, or the address has changed since.
    pub async fn confirm_email(&self, token: &str) -> Result<()> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Error::NotFound);
        }
        let hash = self.vault().hash_secret(purpose::VERIFICATION_LINK, token.as_bytes());
        let row = rows::by_secret(self.db(), self.org(), EMAIL, &hash).await?.ok_or(Error::NotFound)?;
        let now = self.clock().now_us();
        let person = PersonId(row.subject_id);
        let house = self.house().await?;
        let value = self.open_verification(&row)?;
        let login = house.person(person).map(|p| p.profile.login.normalised());
        if row.expires_us <= now || value.pending != login {
            return Err(Error::NotFound);
        }
        let mut batch = Batch::new();
        self.put_confirmed(&mut batch, &row, &hash, value, now, guard::FOUND)?;
        let entry = NewEntry::of(AuditAgent::Person { id: person, roles: Vec::new() }, AuditKind::PersonVerified);
        let entry = entry.agent_name(house.person_name(person)).on_person(person);
        self.audit(&mut batch, entry.with("what", "e-mail address"))?;
        self.db().write(batch).await?;
        Ok(())
    }

    /// Sends a code to a mobile number that is to be one's own.
    ///
    /// # Errors
    /// [`Error::Denied`] `recent_sign_in` (ASVS 7.5.1); [`Error::RateLimited`]; [`Error::Unavailable`] when the gateway fails.
    pub async fn ask_phone(&self, actor: &Actor, phone: &PhoneNumber) -> Result<CodeSent> {
        self.require_recent(actor).await?;
        let house = self.house().await?;
        let language = house.person(actor.person_id).map(|p| p.profile.language).unwrap_or_default();
        let entry = NewEntry::by(actor, AuditKind::PersonVerified).on_person(actor.person_id);
        self.send_code(actor.person_id.0, phone, language, entry).await
    }

    /// Confirms one's mobile number by the code that was sent there.
    ///
    /// # Errors
    /// [`Error::Validation`] of `code`: `wrong`, or `expired` (also after five tries).
    pub async fn confirm_phone(&self, actor: &Actor, code: &str) -> Result<()> {
        let entry = NewEntry::by(actor, AuditKind::PersonVerified).on_person(actor.person_id);
        self.take_code(actor.person_id.0, code, entry).await
    }

    /// Forgets one's mobile number.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn forget_phone(&self, actor: &Actor) -> Result<()> {
        let mut batch = Batch::new();
        rows::remove(&mut batch, self.org(), actor.person_id.0, PHONE);
        let entry = NewEntry::by(actor, AuditKind::PersonVerified).on_person(actor.person_id);
        self.audit(&mut batch, entry.with("what", "mobile number forgotten"))?;
        self.db().write(batch).await?;
        Ok(())
    }

    /// Records by what a colleague's identity was checked. Nobody checks their own.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage`; [`Error::Conflict`] `own_account`; [`Error::NotFound`].
    pub async fn check_identity(&self, actor: &Actor, person: PersonId, document: IdentityDocument) -> Result<()> {
        self.allow(actor, Permission::PersonManage, Scope::Person { subject: person }).await?;
        if person == actor.person_id {
            return Err(Error::Conflict("own_account"));
        }
        self.house().await?.person(person).ok_or(Error::NotFound)?;
        let now = self.clock().now_us();
        let value = SealedVerification {
            document: Some(document),
            checked_by: Some(actor.person_id),
            ..SealedVerification::default()
        };
        let mut batch = Batch::new();
        let row = VerificationRow {
            subject_id: person.0,
            kind: IDENTITY.to_owned(),
            verified_us: Some(now),
            secret_hash: None,
            expires_us: 0,
            tries: 0,
            sent_us: 0,
            sealed_value: self.seal(purpose::VERIFICATION, person.as_bytes(), &value)?,
        };
        rows::put(&mut batch, self.org(), row);
        let entry = NewEntry::by(actor, AuditKind::PersonVerified).on_person(person);
        self.audit(&mut batch, entry.with("what", "identity").with("document", document.as_str()))?;
        self.db().write(batch).await?;
        Ok(())
    }

    /// The number that a subject has confirmed.
    pub(crate) async fn confirmed_phone(&self, subject: Uuid) -> Result<Option<(PhoneNumber, Timestamp)>> {
        let found = self.verification(subject, PHONE).await?;
        Ok(found.and_then(|(row, v)| Some((v.value?.parse().ok()?, from_us(row.verified_us?)))))
    }

    /// Sends a code to a number; what was confirmed before stays so until the code is given.
    pub(crate) async fn send_code(
        &self,
        subject: Uuid,
        phone: &PhoneNumber,
        language: Language,
        entry: NewEntry,
    ) -> Result<CodeSent> {
        let now = self.clock().now_us();
        let (verified_us, before) = self.may_send(subject, PHONE, now).await?;
        let code = wardpost_vault::random_code(CODE_DIGITS);
        let value = SealedVerification { pending: Some(phone.as_str().to_owned()), ..before };
        let hash = self.verification_code_hash(subject, &code);
        let mut batch = Batch::new();
        self.put_pending(&mut batch, subject, PHONE, (verified_us, hash, now + CODE_FOR_US), &value)?;
        let entry = entry.with("what", "mobile number: code sent").with("telephone", phone.masked());
        self.audit(&mut batch, entry.clone())?;
        self.db().write(batch).await?;
        let text = code_to_confirm(language, &self.org_name().await?, &code);
        if let Err(reason) = self.sms().send(phone, &text).await {
            tracing::warn!(%reason, "the text message gateway did not take a code");
            let detail: String = reason.chars().take(200).collect();
            self.audit_alone(entry.outcome(Outcome::Error).with("detail", detail)).await?;
            return Err(Error::Unavailable("the text message could not be sent"));
        }
        let seconds = |us: i64| u32::try_from(us / SECOND_US).unwrap_or(0);
        Ok(CodeSent { valid_seconds: seconds(CODE_FOR_US), again_seconds: seconds(AGAIN_US) })
    }

    /// Judges a code after counting the try; the fifth wrong one makes it void.
    pub(crate) async fn take_code(&self, subject: Uuid, code: &str, entry: NewEntry) -> Result<()> {
        let now = self.clock().now_us();
        let over = || Error::field("code", "expired", "Ask for another code.");
        let row = rows::get(self.db(), self.org(), subject, PHONE).await?.ok_or_else(over)?;
        let open = row.expires_us > now && row.tries < TRIES;
        let Some(hash) = row.secret_hash.clone().filter(|_| open) else { return Err(over()) };
        let mut count = Batch::new();
        rows::count_try(&mut count, self.org(), subject, PHONE, row.tries, guard::STATE);
        match self.db().write(count).await {
            // Another try at the same moment: this one was not looked at.
            Err(StoreError::Guard(_)) => return Err(Error::RateLimited { retry_after_seconds: 1 }),
            done => done?,
        };
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).take(12).collect();
        if !constant_time_eq(&hash, &self.verification_code_hash(subject, &digits)) {
            self.audit_alone(entry.with("what", "mobile number").outcome(Outcome::Refused)).await?;
            return Err(Error::field("code", "wrong", "This is not the code that was sent."));
        }
        let value = self.open_verification(&row)?;
        let mut batch = Batch::new();
        self.put_confirmed(&mut batch, &row, &hash, value, now, guard::STATE)?;
        self.audit(&mut batch, entry.with("what", "mobile number"))?;
        match self.db().write(batch).await {
            Err(StoreError::Guard(_)) => Err(over()),
            done => Ok(done.map(|_| ())?),
        }
    }

    /// Whether another link or code may be sent about a subject; gives what was confirmed before.
    async fn may_send(&self, subject: Uuid, kind: &str, now: i64) -> Result<(Option<i64>, SealedVerification)> {
        let before = self.verification(subject, kind).await?;
        if let Some((row, _)) = &before
            && row.secret_hash.is_some()
            && now < row.sent_us + AGAIN_US
        {
            let left = u32::try_from((row.sent_us + AGAIN_US - now) / SECOND_US + 1).unwrap_or(1);
            return Err(Error::RateLimited { retry_after_seconds: left });
        }
        let taken = self.identity().verifications.take(subject.as_u128(), now);
        taken.map_err(|retry_after_seconds| Error::RateLimited { retry_after_seconds })?;
        Ok(before.map_or_else(Default::default, |(row, v)| (row.verified_us, v)))
    }

    fn put_pending(
        &self,
        batch: &mut Batch,
        subject: Uuid,
        kind: &str,
        (verified_us, hash, expires_us): (Option<i64>, Vec<u8>, i64),
        value: &SealedVerification,
    ) -> Result<()> {
        let row = VerificationRow {
            subject_id: subject,
            kind: kind.to_owned(),
            verified_us,
            secret_hash: Some(hash),
            expires_us,
            tries: 0,
            sent_us: self.clock().now_us(),
            sealed_value: self.seal(purpose::VERIFICATION, subject.as_bytes(), value)?,
        };
        rows::put(batch, self.org(), row);
        Ok(())
    }

    fn put_confirmed(
        &self,
        batch: &mut Batch,
        row: &VerificationRow,
        hash: &[u8],
        value: SealedVerification,
        at_us: i64,
        guard: &'static str,
    ) -> Result<()> {
        let value = SealedVerification { value: value.pending, pending: None, ..value };
        let sealed_value = self.seal(purpose::VERIFICATION, row.subject_id.as_bytes(), &value)?;
        let (subject_id, kind) = (row.subject_id, row.kind.as_str());
        let set = Confirmed { subject_id, kind, secret_hash: hash, at_us, sealed_value };
        rows::confirm(batch, self.org(), set, guard);
        Ok(())
    }

    async fn verification(&self, subject: Uuid, kind: &str) -> Result<Option<(VerificationRow, SealedVerification)>> {
        let row = rows::get(self.db(), self.org(), subject, kind).await?;
        row.map(|row| self.open_verification(&row).map(|value| (row, value))).transpose()
    }

    fn open_verification(&self, row: &VerificationRow) -> Result<SealedVerification> {
        self.unseal(purpose::VERIFICATION, row.subject_id.as_bytes(), &row.sealed_value)
    }

    fn verification_code_hash(&self, subject: Uuid, code: &str) -> Vec<u8> {
        let said = [&subject.as_bytes()[..], code.as_bytes()].concat();
        self.vault().hash_secret(purpose::VERIFICATION_CODE, &said).to_vec()
    }
}
