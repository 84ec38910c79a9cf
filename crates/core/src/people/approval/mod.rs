//! What one person can't do alone: one asks, another consents. The recovery of an account in use ([`recovery`]), and the
//! giving of rights over others ([`rights`]). Nobody decides upon what they asked for, or what is about themselves.

mod recovery;
mod rights;
mod tell;

pub use recovery::{Asked, NewAsk};
pub use rights::RightsChange;
pub(super) use rights::{checked_reason, could_lately, needs_consent};

use super::house::{House, HousePerson};
use crate::audit::NewEntry;
use crate::clock::{DAY_US, HOUR_US, from_us};
use crate::error::guard;
use crate::mail::{RightsNotice, Step};
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use wardpost_gate::Scope;
use wardpost_model::audit::{AuditKind, Outcome};
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, IdentityProof, PersonState};
use wardpost_model::{ApprovalId, PersonId, RoleId};
use wardpost_store::Batch;
use wardpost_store::repo::approval::{self as rows, ApprovalRow, Decision};

/// How long an ask is good, decided or not.
const GOOD_FOR_US: i64 = 24 * HOUR_US;
/// How long asks are shown.
const SHOWN_FOR_US: i64 = 90 * DAY_US;
const RECOVERY: &str = "recovery";
const ROLES: &str = "roles";
const ROLE: &str = "role";

/// `approval.sealed_ask`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Ask {
    /// The recovery of somebody's account.
    Recovery { proof: IdentityProof },
    /// Exactly these roles, each at this version, for somebody as they were at this version.
    Roles { version: i64, roles: Vec<(RoleId, i64)>, change: RightsChange },
    /// Name and permissions of a role as it was at this version, for who held it then.
    Role {
        version: i64,
        name: String,
        permissions: BTreeSet<Permission>,
        holders: BTreeSet<PersonId>,
        change: RightsChange,
    },
}

#[derive(Debug, Serialize, Deserialize)]
struct SealedAsk {
    ask: Ask,
    reason: String,
}

/// An ask as lists show it.
#[derive(Debug, Clone)]
pub struct ApprovalLine {
    /// Its id.
    pub id: ApprovalId,
    /// `recovery`, `roles` (somebody gets roles) or `role` (a role opens more).
    pub kind: String,
    /// Name of the person, or of the role.
    pub about_name: String,
    /// Login of the person: names may be the same.
    pub about_login: Option<String>,
    /// Who asked.
    pub asked_by: PersonId,
    /// Their name.
    pub asked_by_name: String,
    /// Their login.
    pub asked_by_login: String,
    /// When.
    pub asked_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// `open`, `given`, `refused`, `withdrawn`, `used` or `expired`.
    pub state: &'static str,
    /// Who decided.
    pub decided_by_name: Option<String>,
    /// Of a recovery: how it was made sure who it is.
    pub proof: Option<IdentityProof>,
    /// Of rights: what would change.
    pub change: Option<RightsChange>,
    /// Why.
    pub reason: String,
    /// Whether whoever looks may decide: neither asked, nor is it about them.
    pub may_decide: bool,
}

/// What has become of an ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AskState {
    /// Nobody has decided yet.
    Open,
    /// Somebody has consented.
    Given,
    /// Refused, withdrawn, or run out.
    Over,
}

/// A decision, with the other half of a recovery when it was given.
#[derive(Debug, Clone)]
pub struct Decided {
    /// The ask.
    pub line: ApprovalLine,
    /// To be told to the person by who consented, not by who asked.
    pub code: Option<String>,
}

impl Core {
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

    /// Consents to what a colleague asked for, or refuses. Rights are given in the same commit; a recovery waits for its
    /// owner.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.approve` or a recent sign-in, and for what one asked for or is about oneself or a
    /// role that one holds (`own_ask`); [`Error::NotFound`]; [`Error::Conflict`] when it was decided or has run out (`state`),
    /// or when who asked could not do it any more (`asker_gone`); [`Error::VersionConflict`] when what it is about has
    /// changed since.
    pub async fn decide_approval(&self, actor: &Actor, id: ApprovalId, given: bool) -> Result<Decided> {
        let house = self.house().await?;
        let found = rows::get(self.db(), self.org(), id).await?;
        let scope = found.as_ref().map(|a| {
            // What a role opens is about everybody who holds it.
            let own = is_about(&house, a, actor.person_id);
            Scope::Approval { asked_by: a.asked_by, subject: if own { actor.person_id } else { a.asked_by } }
        });
        self.allow_known(actor, Permission::PersonApprove, scope, ("approval", id)).await?;
        self.require_recent(actor).await?;
        let row = found.ok_or(Error::NotFound)?;
        let SealedAsk { ask, reason } = self.unseal(purpose::APPROVAL, id.as_bytes(), &row.sealed_ask)?;
        let mut batch = Batch::new();
        let code = match (&ask, given) {
            (Ask::Recovery { .. }, true) => Some(self.give_recovery(&mut batch, &row, actor)),
            (_, false) => {
                let refused = Decision { state: "refused", ..self.decision(actor) };
                rows::decide(&mut batch, self.org(), id, refused, guard::STATE);
                None
            }
            (_, true) => {
                let done = Decision { state: "used", ..self.decision(actor) };
                rows::decide(&mut batch, self.org(), id, done, guard::STATE);
                self.carry_out_rights(&mut batch, &house, actor, &row, &ask).await?;
                None
            }
        };
        let outcome = if given { Outcome::Success } else { Outcome::Refused };
        let entry = on_subject(NewEntry::by(actor, AuditKind::ApprovalDecided), &row).outcome(outcome);
        self.audit(&mut batch, entry.with("what", row.kind.clone()).why(reason))?;
        self.tell_of_decision(&mut batch, &house, actor, &row, given).await?;
        self.write_house(batch).await?;
        let row = rows::get(self.db(), self.org(), id).await?.ok_or(Error::NotFound)?;
        let house = self.house().await?;
        Ok(Decided { line: self.approval_line(actor, &house, row)?, code })
    }

    fn decision(&self, actor: &Actor) -> Decision {
        Decision { state: "given", by: actor.person_id, at_us: self.clock().now_us(), code_hash: None }
    }

    async fn tell_of_decision(
        &self,
        batch: &mut Batch,
        house: &House,
        actor: &Actor,
        row: &ApprovalRow,
        given: bool,
    ) -> Result<()> {
        if row.kind == RECOVERY {
            let step = if given { Step::Given } else { Step::Refused };
            return self.tell_of_recovery(batch, house, PersonId(row.about), step, &actor.name, actor.person_id).await;
        }
        let about = about_name(house, row);
        let notice = RightsNotice::RightsDecided { about: &about, given, by: &actor.name };
        self.tell(batch, house, notice, |p, _| p.id == row.asked_by).await
    }

    fn new_ask(&self, actor: &Actor, kind: &str, about: uuid::Uuid, sealed: &SealedAsk) -> Result<ApprovalRow> {
        let (id, now) = (ApprovalId(self.clock().new_id()), self.clock().now_us());
        Ok(ApprovalRow {
            id,
            kind: kind.to_owned(),
            about,
            asked_by: actor.person_id,
            asked_us: now,
            expires_us: now + GOOD_FOR_US,
            state: "open".to_owned(),
            decided_by: None,
            decided_us: None,
            tries: 0,
            token_hash: None,
            code_hash: None,
            sealed_ask: self.seal(purpose::APPROVAL, id.as_bytes(), sealed)?,
        })
    }

    /// Adds an ask in the place of an older one.
    fn put_ask(&self, batch: &mut Batch, row: ApprovalRow) {
        rows::withdraw(batch, self.org(), row.about, &row.kind);
        rows::insert(batch, self.org(), row);
    }

    /// What has become of asks, by their ids.
    pub(super) async fn asks(&self, ids: impl Iterator<Item = ApprovalId>) -> Result<HashMap<ApprovalId, AskState>> {
        let now = self.clock().now_us();
        let mut found = HashMap::new();
        for id in ids {
            let Some(row) = rows::get(self.db(), self.org(), id).await? else { continue };
            let state = match row.state.as_str() {
                "open" if row.expires_us > now => AskState::Open,
                "used" | "given" => AskState::Given,
                _ => AskState::Over,
            };
            found.insert(id, state);
        }
        Ok(found)
    }

    fn approval_line(&self, actor: &Actor, house: &House, row: ApprovalRow) -> Result<ApprovalLine> {
        let SealedAsk { ask, reason } = self.unseal(purpose::APPROVAL, row.id.as_bytes(), &row.sealed_ask)?;
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
        let login = |id| house.person(id).map(|p| p.profile.login.to_string());
        let (proof, change) = match ask {
            Ask::Recovery { proof } => (Some(proof), None),
            Ask::Roles { change, .. } | Ask::Role { change, .. } => (None, Some(change)),
        };
        Ok(ApprovalLine {
            id: row.id,
            about_name: about_name(house, &row),
            about_login: login(PersonId(row.about)).filter(|_| row.kind != ROLE),
            asked_by: row.asked_by,
            asked_by_name: house.person_name(row.asked_by),
            asked_by_login: login(row.asked_by).unwrap_or_default(),
            asked_at: from_us(row.asked_us),
            expires_at: from_us(row.expires_us),
            state,
            decided_by_name: row.decided_by.map(|p| house.person_name(p)),
            proof,
            change,
            reason,
            may_decide: state == "open" && me != row.asked_by && !is_about(house, &row, me),
            kind: row.kind,
        })
    }
}

fn about_name(house: &House, row: &ApprovalRow) -> String {
    match row.kind.as_str() {
        ROLE => house.roles.get(&RoleId(row.about)).map(|r| r.role.name.clone()).unwrap_or_default(),
        _ => house.person_name(PersonId(row.about)),
    }
}

/// Whether an ask is about somebody: themselves, or a role that they hold.
fn is_about(house: &House, row: &ApprovalRow, person: PersonId) -> bool {
    match row.kind.as_str() {
        ROLE => house.person(person).is_some_and(|p| p.roles.contains(&RoleId(row.about))),
        _ => person.0 == row.about,
    }
}

fn on_subject(entry: NewEntry, row: &ApprovalRow) -> NewEntry {
    if row.kind == ROLE { entry.on("role", RoleId(row.about)) } else { entry.on_person(PersonId(row.about)) }
}

/// Whether there is somebody to consent besides who asks and whom it is about.
fn somebody_may_consent(house: &House, asks: PersonId, concerns: impl Fn(&HousePerson) -> bool) -> bool {
    house.people.values().any(|p| {
        let other = p.id != asks && !concerns(p) && p.state == PersonState::Active;
        other && house.permissions_of(&p.roles).contains(&Permission::PersonApprove)
    })
}
