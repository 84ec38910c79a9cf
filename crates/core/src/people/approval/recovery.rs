//! An account in use is recovered by two administrators and its owner together.
//!
//! Who asks gets a link, who consents gets a code; the owner needs both, from two people who each know them (ASVS 6.4.4,
//! 6.4.6; SP 800-63B-4, 4.2). Neither half is worth anything alone, so that nobody who holds one can come in as somebody
//! else. Everything that the owner came in with before ends when both are used, not before.

use super::{ApprovalLine, ApprovalRow};
use super::{Ask, Decision, RECOVERY, SealedAsk, rows, somebody_may_consent};
use crate::audit::NewEntry;
use crate::error::guard;
use crate::identity::{Client, Invitation, make_consent_code};
use crate::mail::Step;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use wardpost_model::audit::{AuditAgent, AuditKind, Outcome};
use wardpost_model::person::{Actor, IdentityProof, PersonState};
use wardpost_model::{ApprovalId, PersonId};
use wardpost_store::Batch;

/// Tries at the code of one ask.
const TRIES: i64 = 5;
/// Longest token or code that is looked at.
const MAX_BYTES: usize = 64;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct NewAsk {
    /// How it was made sure who it is.
    pub proof: IdentityProof,
    /// Why.
    pub reason: String,
}

/// An ask that was made, with the asker's half.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The ask.
    pub line: ApprovalLine,
    /// To be handed to the person; worth nothing without the other half.
    pub link: String,
}

impl Core {
    /// Asks for the recovery of a colleague's account. They and everybody who could consent are told.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage` or a recent sign-in; [`Error::Conflict`] for oneself (`own_account`),
    /// a program (`service_account`), somebody disabled, somebody who has not come in yet (`not_in_use`), or when nobody could consent
    /// (`nobody_to_consent`); [`Error::Validation`] of `reason`.
    pub async fn ask_recovery(&self, actor: &Actor, person: PersonId, ask: NewAsk) -> Result<Asked> {
        let (house, subject) = self.managed(actor, person).await?;
        self.require_recent(actor).await?;
        let reason = crate::people::checked_lines("reason", &ask.reason, 3, 500)?;
        if person == actor.person_id {
            return Err(Error::Conflict("own_account"));
        }
        if house.services.contains(&person) {
            return Err(Error::Conflict("service_account"));
        }
        if subject.state == PersonState::Disabled {
            return Err(Error::Conflict("disabled"));
        }
        if subject.state == PersonState::Invited && !self.has_come_in(person).await? {
            return Err(Error::Conflict("not_in_use"));
        }
        if !somebody_may_consent(&house, actor.person_id, |p| p.id == person) {
            return Err(Error::Conflict("nobody_to_consent"));
        }
        let token = wardpost_vault::random_token();
        let sealed = SealedAsk { ask: Ask::Recovery { proof: ask.proof }, reason: reason.clone() };
        let token_hash = self.vault().hash_secret(purpose::APPROVAL_TOKEN, token.as_bytes()).to_vec();
        let row = ApprovalRow { token_hash: Some(token_hash), ..self.new_ask(actor, RECOVERY, person.0, &sealed)? };
        let mut batch = Batch::new();
        self.put_ask(&mut batch, row.clone());
        let entry = NewEntry::by(actor, AuditKind::ApprovalAsked).on_person(person).with("what", RECOVERY);
        self.audit(&mut batch, entry.with("proof", ask.proof.as_str()).why(reason))?;
        self.tell_of_recovery(&mut batch, &house, person, Step::Asked, &actor.name, actor.person_id).await?;
        self.write_house(batch).await?;
        let link = format!("{}/recovery#{token}", self.config().public_url);
        Ok(Asked { line: self.approval_line(actor, &house, row)?, link })
    }

    /// Adds the consent to a recovery; the code is the other half.
    pub(super) fn give_recovery(&self, batch: &mut Batch, row: &ApprovalRow, actor: &Actor) -> String {
        let code = make_consent_code();
        let code_hash = Some(self.consent_hash(row.id, &code).to_vec());
        rows::decide(batch, self.org(), row.id, Decision { code_hash, ..self.decision(actor) }, guard::STATE);
        code
    }

    /// Uses both halves: all that the person came in with ends, and they get an invitation to make it anew. The try is
    /// counted before it is looked at.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a link that is none, was not consented to, was used, has run out or was tried too often;
    /// [`Error::WrongAnswer`] for a wrong code.
    pub async fn use_recovery(&self, token: &str, code: &str, client: &Client) -> Result<Invitation> {
        if token.len() > MAX_BYTES || code.len() > MAX_BYTES {
            return Err(Error::NotFound);
        }
        let hash = self.vault().hash_secret(purpose::APPROVAL_TOKEN, token.as_bytes());
        let row = rows::by_token(self.db(), self.org(), &hash).await?.ok_or(Error::NotFound)?;
        let now = self.clock().now_us();
        if row.state != "given" || row.expires_us <= now || row.tries >= TRIES {
            return Err(Error::NotFound);
        }
        let mut count = Batch::new();
        rows::count_try(&mut count, self.org(), row.id, row.tries, guard::STATE);
        self.db().write(count).await?;
        let wanted = row.code_hash.clone().unwrap_or_default();
        let given = self.consent_hash(row.id, code);
        let house = self.house().await?;
        let subject = house.person(PersonId(row.about)).ok_or(Error::NotFound)?;
        let entry = NewEntry::of(AuditAgent::Person { id: subject.id, roles: Vec::new() }, AuditKind::RecoveryUsed)
            .agent_name(subject.profile.name.clone())
            .network(client.network)
            .request(client.request_id.clone())
            .on_person(subject.id);
        if !wardpost_vault::constant_time_eq(&wanted, &given) {
            self.audit_alone(entry.outcome(Outcome::Refused).why("wrong code")).await?;
            return Err(Error::WrongAnswer { tries_left: u32::try_from(TRIES - row.tries - 1).unwrap_or(0) });
        }
        let mut batch = Batch::new();
        rows::use_up(&mut batch, self.org(), row.id, now, guard::STATE);
        let invitation = self.replace_credentials(&mut batch, &house, subject)?;
        self.audit(&mut batch, entry)?;
        self.tell_of_recovery(&mut batch, &house, subject.id, Step::Used, &subject.profile.name, subject.id).await?;
        self.write_house(batch).await?;
        Ok(invitation)
    }

    async fn has_come_in(&self, person: PersonId) -> Result<bool> {
        let credential = wardpost_store::repo::credential::get(self.db(), self.org(), person).await?;
        Ok(credential.is_some_and(|c| c.last_sign_in_us.is_some()))
    }

    /// Bound to the ask: the code of another is none.
    fn consent_hash(&self, id: ApprovalId, code: &str) -> [u8; 32] {
        let digits: String = code.chars().filter(char::is_ascii_digit).collect();
        self.vault().hash_secret(purpose::APPROVAL_CODE, format!("{id} {digits}").as_bytes())
    }
}
