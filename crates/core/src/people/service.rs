//! Programs of other systems: their accounts, which an administrator makes; their tokens, which the security officer
//! makes; and the roles that they may give. So nobody alone lets a program in.

use super::giving::known_roles;
use super::house::House;
use super::{NewPerson, checked_text};
use crate::audit::{AuditQuery, NewEntry};
use crate::clock::{DAY_US, from_us};
use crate::error::guard;
use crate::mail::Door;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use std::collections::BTreeSet;
use wardpost_gate::Scope;
use wardpost_model::audit::{AuditEntry, AuditKind, Outcome};
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, PersonState, RoleVia};
use wardpost_model::{PersonId, RoleId, TokenId};
use wardpost_store::Batch;
use wardpost_store::repo::provisioning::{self as rows, TokenRow};
use wardpost_store::repo::{credential, person as people};

/// What a token begins with, so that scanners for leaked secrets know it.
const PREFIX: &str = "wps_";
/// Most days that a token is good (ASVS 9.2.1).
const MOST_DAYS: u16 = 365;
/// Most tokens that are good at once, and most programs.
const MOST: usize = 20;
/// Requests that the page shows.
const RECENT: usize = 30;

/// The account of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccount {
    /// Who.
    pub id: PersonId,
    /// What the house calls it.
    pub name: String,
    /// Whether its tokens work.
    pub active: bool,
    /// Whether its roles let it provision people.
    pub provisions: bool,
}

/// A token as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenLine {
    /// Its id.
    pub id: TokenId,
    /// Whose it is.
    pub account: PersonId,
    /// The account's name.
    pub account_name: String,
    /// What it is for.
    pub label: String,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// When it was used last, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was withdrawn.
    pub revoked_at: Option<Timestamp>,
}

/// A new token. Shown once.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Its line.
    pub line: TokenLine,
    /// What the other system sends as its bearer token.
    pub secret: String,
}

/// A role, and whether other systems may give it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvisionedRole {
    /// The role.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// Whether they may.
    pub given: bool,
}

/// What another system asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScimEntry {
    /// When.
    pub at: Timestamp,
    /// Name of its account.
    pub account_name: String,
    /// Method and kind of object (`PATCH /Users/{id}`).
    pub what: String,
    /// Whether it was done.
    pub outcome: Outcome,
    /// Status of the answer.
    pub status: String,
}

impl Core {
    /// The accounts of programs, by name.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.read`.
    pub async fn service_accounts(&self, actor: &Actor) -> Result<Vec<ServiceAccount>> {
        self.allow(actor, Permission::PersonRead, Scope::Organisation).await?;
        let house = self.house().await?;
        let mut found: Vec<ServiceAccount> = house.services.iter().filter_map(|id| account(&house, *id)).collect();
        found.sort_by_cached_key(|a| (a.name.to_lowercase(), a.id));
        Ok(found)
    }

    /// Makes the account of a program, with the ready-made role for it. Nobody can sign in as it.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage` and `role.manage`; [`Error::Validation`] of `name`; [`Error::Conflict`] `too_many_accounts`, or `role_missing` when the organisation has removed the role.
    pub async fn create_service_account(&self, actor: &Actor, name: &str) -> Result<ServiceAccount> {
        self.allow(actor, Permission::PersonManage, Scope::Organisation).await?;
        // It gets what no person has to hand on.
        self.allow(actor, Permission::RoleManage, Scope::Organisation).await?;
        let granted = BTreeSet::from([Permission::ScimProvision]);
        let house = self.house().await?;
        let name = checked_text("name", name, 1, 80)?;
        if house.services.len() >= MOST {
            return Err(Error::Conflict("too_many_accounts"));
        }
        let role = self.ready_made_role("integration").await?.ok_or(Error::Conflict("role_missing"))?;
        if house.permissions_of(&known_roles(&house, &[role])?) != granted {
            return Err(Error::Conflict("role_missing"));
        }
        // A login that is no address of anybody (RFC 6761): nothing is ever sent there.
        let login = format!("program-{}@programs.invalid", self.clock().new_id().simple());
        let new = NewPerson {
            name,
            login: login.parse().map_err(|e| Error::internal("naming a program", e))?,
            function: String::new(),
            language: house.language,
            role_ids: vec![role],
            mailbox_address: None,
        };
        let mut batch = Batch::new();
        let by = |kind| NewEntry::by(actor, kind).with("kind", "program");
        let (id, _) = self.put_person(&mut batch, &house, &new, None, RoleVia::Hand, &by)?;
        rows::insert_account(&mut batch, self.org(), id);
        credential::withdraw_invitation(&mut batch, self.org(), id);
        let (from, to) = (PersonState::Invited.as_str(), PersonState::Active.as_str());
        people::move_state(&mut batch, self.org(), id, from, to, guard::STATE);
        self.write_house(batch).await?;
        account(&*self.house().await?, id).ok_or(Error::NotFound)
    }

    /// The last tokens, newest first.
    ///
    /// # Errors
    /// [`Error::Denied`] without `identity.manage`.
    pub async fn service_tokens(&self, actor: &Actor) -> Result<Vec<TokenLine>> {
        self.allow(actor, Permission::IdentityManage, Scope::Organisation).await?;
        let house = self.house().await?;
        let found = rows::tokens(self.db(), self.org()).await?;
        found.iter().map(|row| self.token_line(&house, row)).collect()
    }

    /// Makes a token for the account of a program.
    ///
    /// # Errors
    /// [`Error::Denied`] without `identity.manage`, or `recent_sign_in`; [`Error::Validation`] of `account_id` (`unknown`),
    /// `label` or `days` (`range`); [`Error::Conflict`] `too_many_tokens`.
    pub async fn create_service_token(
        &self,
        actor: &Actor,
        account_id: PersonId,
        label: &str,
        days: u16,
    ) -> Result<NewToken> {
        self.allow(actor, Permission::IdentityManage, Scope::Organisation).await?;
        self.require_recent(actor).await?;
        let house = self.house().await?;
        if !account(&house, account_id).is_some_and(|a| a.active) {
            return Err(Error::field("account_id", "unknown", "There is no such program."));
        }
        let label = checked_text("label", label, 1, 80)?;
        if !(1..=MOST_DAYS).contains(&days) {
            return Err(Error::field("days", "range", format!("1 to {MOST_DAYS} days.")));
        }
        let now = self.clock().now_us();
        let open = |t: &&TokenRow| t.revoked_us.is_none() && t.expires_us > now;
        if rows::tokens(self.db(), self.org()).await?.iter().filter(open).count() >= MOST {
            return Err(Error::Conflict("too_many_tokens"));
        }
        let id = TokenId(self.clock().new_id());
        let secret = format!("{PREFIX}{}", wardpost_vault::random_token());
        let row = TokenRow {
            id,
            person_id: account_id,
            created_by: actor.person_id,
            created_us: now,
            expires_us: now + i64::from(days) * DAY_US,
            last_used_us: None,
            revoked_us: None,
            sealed_label: self.seal(purpose::SERVICE_TOKEN_LABEL, id.as_bytes(), &label)?,
        };
        let line = self.token_line(&house, &row)?;
        let mut batch = Batch::new();
        rows::insert_token(&mut batch, self.org(), row, &self.service_token_hash(&secret));
        let entry = NewEntry::by(actor, AuditKind::TokenCreated).on("service_token", id).with("label", label);
        let entry = entry.with("program", line.account_name.clone());
        self.audit(&mut batch, entry.with("expires", line.expires_at.to_string()))?;
        self.tell_of_door(&mut batch, &house, actor, (Door::Token, &line.account_name)).await?;
        self.db().write(batch).await?;
        Ok(NewToken { line, secret })
    }

    /// Withdraws a token: the next request with it is refused, on every node.
    ///
    /// # Errors
    /// [`Error::Denied`] without `identity.manage`; [`Error::NotFound`], also for one that is withdrawn already.
    pub async fn revoke_service_token(&self, actor: &Actor, id: TokenId) -> Result<()> {
        self.allow(actor, Permission::IdentityManage, Scope::Organisation).await?;
        let mut batch = Batch::new();
        rows::revoke_token(&mut batch, self.org(), id, self.clock().now_us(), guard::FOUND);
        self.audit(&mut batch, NewEntry::by(actor, AuditKind::TokenRevoked).on("service_token", id))?;
        self.db().write(batch).await?;
        Ok(())
    }

    /// The roles that other systems could give, by name: those that open nobody else's rights.
    ///
    /// # Errors
    /// [`Error::Denied`] without `identity.manage`.
    pub async fn provisioned_roles(&self, actor: &Actor) -> Result<Vec<ProvisionedRole>> {
        self.allow(actor, Permission::IdentityManage, Scope::Organisation).await?;
        let house = self.house().await?;
        let harmless = house.roles.values().filter(|r| !r.role.permissions.iter().any(|p| p.sensitive()));
        let mut found: Vec<ProvisionedRole> = harmless
            .map(|r| ProvisionedRole {
                id: r.role.id,
                name: r.role.name.clone(),
                given: house.provisioned_roles.contains(&r.role.id),
            })
            .collect();
        found.sort_by_cached_key(|r| (r.name.to_lowercase(), r.id));
        Ok(found)
    }

    /// Lets other systems give exactly these roles.
    ///
    /// # Errors
    /// [`Error::Denied`] without `identity.manage`, or `recent_sign_in`; [`Error::Validation`] of `role_ids` (`unknown`, or
    /// `sensitive` for roles that open others' rights or mail).
    pub async fn set_provisioned_roles(&self, actor: &Actor, ids: &[RoleId]) -> Result<Vec<ProvisionedRole>> {
        self.allow(actor, Permission::IdentityManage, Scope::Organisation).await?;
        self.require_recent(actor).await?;
        let house = self.house().await?;
        let ids = known_roles(&house, ids)?;
        if house.permissions_of(&ids).iter().any(|p| p.sensitive()) {
            return Err(Error::field("role_ids", "sensitive", "Roles that open others' rights are given by hand."));
        }
        let names = |ids: &mut dyn Iterator<Item = &RoleId>| {
            let names: Vec<&str> = ids.filter_map(|id| house.roles.get(id)).map(|r| r.role.name.as_str()).collect();
            names.join(", ")
        };
        let change = format!("{} → {}", names(&mut house.provisioned_roles.iter()), names(&mut ids.iter()));
        let mut batch = Batch::new();
        rows::put_roles(&mut batch, self.org(), &ids);
        let entry = NewEntry::by(actor, AuditKind::ProvisioningChanged).on("org", self.org());
        self.audit(&mut batch, entry.with("roles", change))?;
        self.tell_of_door(&mut batch, &house, actor, (Door::Roles, &or_dash(names(&mut ids.iter())))).await?;
        self.write_house(batch).await?;
        self.provisioned_roles(actor).await
    }

    /// What other systems asked last, newest first.
    ///
    /// # Errors
    /// [`Error::Denied`] without `identity.manage`.
    pub async fn scim_requests(&self, actor: &Actor) -> Result<Vec<ScimEntry>> {
        self.allow(actor, Permission::IdentityManage, Scope::Organisation).await?;
        let mut found = Vec::new();
        for account in &self.house().await?.services {
            let query =
                AuditQuery { person: Some(*account), kinds: vec![AuditKind::ScimRequest], ..AuditQuery::default() };
            found.extend(self.find_entries(&query, None, RECENT).await?.entries);
        }
        found.sort_by_key(|e| std::cmp::Reverse(e.id));
        Ok(found.into_iter().take(RECENT).map(request_of).collect())
    }

    pub(crate) fn service_token_hash(&self, secret: &str) -> [u8; 32] {
        self.vault().hash_secret(purpose::SERVICE_TOKEN_SECRET, secret.as_bytes())
    }

    fn token_line(&self, house: &House, row: &TokenRow) -> Result<TokenLine> {
        Ok(TokenLine {
            id: row.id,
            account: row.person_id,
            account_name: house.person_name(row.person_id),
            label: self.unseal(purpose::SERVICE_TOKEN_LABEL, row.id.as_bytes(), &row.sealed_label)?,
            created_by: house.person_name(row.created_by),
            created_at: from_us(row.created_us),
            expires_at: from_us(row.expires_us),
            last_used_at: row.last_used_us.map(from_us),
            revoked_at: row.revoked_us.map(from_us),
        })
    }
}

fn account(house: &House, id: PersonId) -> Option<ServiceAccount> {
    let person = house.person(id).filter(|_| house.services.contains(&id))?;
    Some(ServiceAccount {
        id,
        name: person.profile.name.clone(),
        active: person.state == PersonState::Active,
        provisions: house.permissions_of(&person.roles).contains(&Permission::ScimProvision),
    })
}

fn or_dash(names: String) -> String {
    if names.is_empty() { "–".to_owned() } else { names }
}

fn request_of(entry: AuditEntry) -> ScimEntry {
    let details = entry.details.unwrap_or_default();
    let said = |name: &str| details.more.get(name).cloned().unwrap_or_default();
    ScimEntry {
        at: entry.at,
        account_name: details.agent_name.clone().unwrap_or_default(),
        what: said("request"),
        outcome: entry.outcome,
        status: said("status"),
    }
}
