//! What one person can't do alone: an account in use is recovered by two administrators and its owner together.
//!
//! Who asks gets a link, who consents gets a code; the owner needs both, from two people who each know them (ASVS 6.4.4,
//! 6.4.6; SP 800-63B-4, 4.2). Neither half is worth anything alone, so that nobody who holds one can come in as somebody
//! else. Everything that the owner came in with before ends when both are used, not before.

use super::house::House;
use crate::audit::NewEntry;
use crate::clock::{DAY_US, HOUR_US, from_us};
use crate::error::guard;
use crate::identity::{Client, Invitation, make_consent_code};
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wardpost_gate::Scope;
use wardpost_model::audit::{AuditAgent, AuditKind, Outcome};
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, IdentityProof, PersonState};
use wardpost_model::{ApprovalId, PersonId};
use wardpost_store::Batch;
use wardpost_store::repo::approval::{self as rows, ApprovalRow, Decision};

/// How long an ask is good, decided or not.
const GOOD_FOR_US: i64 = 24 * HOUR_US;
/// How long asks are shown.
const SHOWN_FOR_US: i64 = 90 * DAY_US;
/// Tries at the code of one ask.
const TRIES: i64 = 5;
/// Longest token or code that is looked at.
const MAX_BYTES: usize = 64;
const RECOVERY: &str = "recovery";

/// What is asked for.
#[derive(Debug, Clone)]
pub struct NewAsk {
    /// How it was made sure who it is.
    pub proof: IdentityProof,
    /// Why.
    pub reason: String,
}

/// `approval.sealed_ask`.
#[derive(Serialize, Deserialize)]
struct SealedAsk {
    proof: IdentityProof,
    reason: String,
}

/// An ask as lists show it.
#[derive(Debug, Clone)]
pub struct ApprovalLine {
    /// Its id.
    pub id: ApprovalId,
    /// About whom.
    pub subject_id: PersonId,
    /// Their name.
    pub subject_name: String,
    /// Who asked.
    pub asked_by: PersonId,
    /// Their name.
    pub asked_by_name: String,
    /// When.
    pub asked_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// `open`, `given`, `refused`, `withdrawn`, `used` or `expired`.
    pub state: &'static str,
    /// Who decided.
    pub decided_by_name: Option<String>,
    /// How it was made sure who it is.
    pub proof: IdentityProof,
    /// Why.
    pub reason: String,
    /// Whether whoever looks may decide: neither asked, nor is it about them.
    pub may_decide: bool,
}

/// An ask that was made, with the asker's half.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The ask.
    pub line: ApprovalLine,
    /// To be handed to the person; worth nothing without the other half.
    pub link: String,
}

/// A decision, with the other half when it was given.
#[derive(Debug, Clone)]
pub struct Decided {
    /// The ask.
    pub line: ApprovalLine,
    /// To be told to the person by who consented, not by who asked.
    pub code: Option<String>,
}

impl Core {
    /// Asks for the recovery of a colleague's account.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage` or a recent sign-in; [`Error::Conflict`] for oneself (`own_account`),
    /// a program (`service_account`), somebody disabled, somebody who has not come in yet (`not_in_use`), or when nobody could consent
    /// (`nobody_to_consent`); [`Error::Validation`] of `reason`.
    pub async fn ask_recovery(&self, actor: &Actor, person: PersonId, ask: NewAsk) -> Result<Asked> {
        let (house, subject) = self.managed(actor, person).await?;
        self.require_recent(actor).await?;
        let reason = super::checked_text("reason", &ask.reason, 3, 500)?;
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
        if !somebody_may_consent(&house, actor.person_id, person) {
            return Err(Error::Conflict("nobody_to_consent"));
        }
        let (id, now, token) =
            (ApprovalId(self.clock().new_id()), self.clock().now_us(), wardpost_vault::random_token());
        let row = ApprovalRow {
            id,
            kind: RECOVERY.to_owned(),
            subject_id: person,
            asked_by: actor.person_id,
            asked_us: now,
            expires_us: now + GOOD_FOR_US,
            state: "open".to_owned(),
            decided_by: None,
            decided_us: None,
            tries: 0,
            token_hash: self.vault().hash_secret(purpose::APPROVAL_TOKEN, token.as_bytes()).to_vec(),
            code_hash: None,
            sealed_ask: self.seal(
                purpose::APPROVAL,
                id.as_bytes(),
                &SealedAsk { proof: ask.proof, reason: reason.clone() },
            )?,
        };
        let mut batch = Batch::new();
        rows::withdraw(&mut batch, self.org(), person, RECOVERY);
        rows::insert(&mut batch, self.org(), row.clone());
        let entry = NewEntry::by(actor, AuditKind::ApprovalAsked).on_person(person).with("what", RECOVERY);
        self.audit(&mut batch, entry.with("proof", ask.proof.as_str()).why(reason))?;
        self.write_house(batch).await?;
        let link = format!("{}/recovery#{token}", self.config().public_url);
        Ok(Asked { line: self.approval_line(actor, &house, row)?, link })
    }

    /// What was asked for in the last three months, newest first.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.approve`.
    pub async fn approvals(&self, actor: &Actor) -> Result<Vec<ApprovalLine>> {
        self.allow(actor, Permission::PersonApprove, Scope::Organisation).await?;
        let house = self.house().await?;
        let found = rows::list(self.db(), self.org(), self.clock().now_us() - SHOWN_FOR_US).await?;
        found.into_iter().map(|row| self.approval_line(actor, &house, row)).collect()
    }

    /// Consents to what a colleague asked for, or refuses.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.approve` or a recent sign-in, and for what one asked for or is about oneself
    /// (`own_ask`); [`Error::NotFound`]; [`Error::Conflict`] when it was decided or has run out.
    pub async fn decide_approval(&self, actor: &Actor, id: ApprovalId, given: bool) -> Result<Decided> {
        let found = rows::get(self.db(), self.org(), id).await?;
        let scope = found.as_ref().map(|a| Scope::Approval { asked_by: a.asked_by, subject: a.subject_id });
        self.allow_known(actor, Permission::PersonApprove, scope, ("approval", id)).await?;
        self.require_recent(actor).await?;
        let row = found.ok_or(Error::NotFound)?;
        let (now, code) = (self.clock().now_us(), given.then(make_consent_code));
        let hash = code.as_deref().map(|c| self.consent_hash(id, c).to_vec());
        let mut batch = Batch::new();
        let decision = Decision { given, by: actor.person_id, at_us: now, code_hash: hash };
        rows::decide(&mut batch, self.org(), id, decision, guard::STATE);
        let outcome = if given { Outcome::Success } else { Outcome::Refused };
        let entry = NewEntry::by(actor, AuditKind::ApprovalDecided).on_person(row.subject_id).outcome(outcome);
        self.audit(&mut batch, entry.with("what", row.kind.clone()))?;
        self.write_house(batch).await?;
        let row = rows::get(self.db(), self.org(), id).await?.ok_or(Error::NotFound)?;
        let house = self.house().await?;
        Ok(Decided { line: self.approval_line(actor, &house, row)?, code })
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
        let digits: String = code.chars().filter(char::is_ascii_digit).collect();
        let given = self.consent_hash(row.id, &digits);
        let house = self.house().await?;
        let subject = house.person(row.subject_id).ok_or(Error::NotFound)?;
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

    fn approval_line(&self, actor: &Actor, house: &House, row: ApprovalRow) -> Result<ApprovalLine> {
        let ask: SealedAsk = self.unseal(purpose::APPROVAL, row.id.as_bytes(), &row.sealed_ask)?;
        let run_out = row.expires_us <= self.clock().now_us();
        let state = match row.state.as_str() {
            "open" | "given" if run_out => "expired",
            "open" => "open",
            "given" => "given",
            "refused" => "refused",
            "used" => "used",
            _ => "withdrawn",
        };
        let me = actor.person_id;
        Ok(ApprovalLine {
            id: row.id,
            subject_id: row.subject_id,
            subject_name: house.person_name(row.subject_id),
            asked_by: row.asked_by,
            asked_by_name: house.person_name(row.asked_by),
            asked_at: from_us(row.asked_us),
            expires_at: from_us(row.expires_us),
            state,
            decided_by_name: row.decided_by.map(|p| house.person_name(p)),
            proof: ask.proof,
            reason: ask.reason,
            may_decide: state == "open" && me != row.asked_by && me != row.subject_id,
        })
    }
}

fn somebody_may_consent(house: &House, asks: PersonId, subject: PersonId) -> bool {
    house.people.values().any(|p| {
        let other = p.id != asks && p.id != subject && p.state == PersonState::Active;
        other && house.permissions_of(&p.roles).contains(&Permission::PersonApprove)
    })
}
