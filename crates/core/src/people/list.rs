//! People as lists show them: found by words, state, role and what they lack.

use super::house::{House, HousePerson};
use super::kind::{AccountKind, AccountSource};
use super::{Page, page_limit};
use crate::clock::DAY_US;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use std::collections::HashSet;
use wardpost_gate::Scope;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, PersonProfile, PersonState};
use wardpost_model::{PersonId, RoleId};
use wardpost_store::repo::{credential, passkey};

/// A person as lists show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonLine {
    /// Who.
    pub id: PersonId,
    /// Name, login, function, language.
    pub profile: PersonProfile,
    /// Whether they can sign in.
    pub state: PersonState,
    /// Roles, by name.
    pub roles: Vec<(RoleId, String)>,
    /// Last sign-in.
    pub last_sign_in_at: Option<Timestamp>,
    /// When they leave, if that is planned.
    pub leaves_at: Option<Timestamp>,
    /// Who keeps their data.
    pub kept_by: Keeper,
    /// Version.
    pub version: i64,
}

/// Who keeps a person's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeper {
    /// The organisation's administrators.
    House,
    /// The organisation's identity provider, or another system (SCIM).
    Provider,
    /// Nobody: it is a program.
    Program,
}

/// Which people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PeopleQuery {
    /// A part of name, login or function.
    pub words: String,
    /// In this state.
    pub state: Option<PersonState>,
    /// With this role.
    pub role: Option<RoleId>,
    /// Who have not signed in for so many days, or never.
    pub unseen_days: Option<u16>,
    /// Who lack a way to prove who they are.
    pub lacking: Option<Lacking>,
    /// With an account of this kind.
    pub kind: Option<AccountKind>,
    /// Whose account came from there.
    pub source: Option<AccountSource>,
}

/// What somebody may lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacking {
    /// Neither an authenticator app nor a passkey.
    SecondFactor,
    /// No passkey: what can't be fished for.
    Passkey,
}

impl Core {
    /// Everybody who fits, by name.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.read`; [`Error::Validation`] for a cursor that isn't one.
    pub async fn people_page(
        &self,
        actor: &Actor,
        query: &PeopleQuery,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<PersonLine>> {
        self.allow(actor, Permission::PersonRead, Scope::Organisation).await?;
        let house = self.house().await?;
        let last_sign_ins = self.last_sign_ins().await?;
        let proven = match query.lacking {
            None => HashSet::new(),
            Some(lacking) => self.who_has(lacking).await?,
        };
        // Only asked for where it decides.
        let kinds = match query.kind {
            None => None,
            Some(kind) => Some((kind, self.account_kinds().await?)),
        };
        let unseen_since = query.unseen_days.map(|days| self.clock().now_us() - i64::from(days) * DAY_US);
        let words = query.words.trim().to_lowercase();
        let fits = |p: &&HousePerson| {
            let texts = [&p.profile.name, &p.profile.function, &p.profile.login.to_string()];
            let seen = || last_sign_ins.get(&p.id).map_or(i64::MIN, |at| at.as_microsecond());
            query.state.is_none_or(|s| p.state == s)
                && query.role.is_none_or(|r| p.roles.contains(&r))
                && unseen_since.is_none_or(|since| seen() < since)
                && (query.lacking.is_none() || !proven.contains(&p.id))
                && kinds.as_ref().is_none_or(|(kind, kinds)| kinds.holds(*kind, &house, p))
                && query.source.is_none_or(|source| source.holds(&house, p))
                && (words.is_empty() || texts.iter().any(|t| t.to_lowercase().contains(&words)))
        };
        let key = |p: &HousePerson| (p.profile.name.to_lowercase(), p.id);
        let mut found: Vec<&HousePerson> = house.people.values().filter(fits).collect();
        found.sort_by_cached_key(|p| key(p));
        let start = match cursor {
            None => 0,
            Some(c) => {
                let id: PersonId =
                    c.parse().map_err(|_| Error::field("cursor", "cursor", "Not a cursor of this list."))?;
                // Somebody renamed or gone since: the page begins where they would have stood, or at the start.
                house.person(id).map_or(0, |last| found.partition_point(|p| key(p) <= key(last)))
            }
        };
        let limit = page_limit(limit) as usize;
        let page: Vec<&HousePerson> = found.iter().skip(start).take(limit).copied().collect();
        let more = found.len() > start + page.len();
        let next_cursor = page.last().filter(|_| more).map(|p| p.id.to_string());
        let items = page.into_iter().map(|p| line(&house, p, last_sign_ins.get(&p.id).copied())).collect();
        Ok(Page { items, next_cursor })
    }

    /// Who does not lack it.
    async fn who_has(&self, lacking: Lacking) -> Result<HashSet<PersonId>> {
        let mut have: HashSet<PersonId> =
            passkey::owners(self.db(), self.org()).await?.into_iter().map(|(person, _)| person).collect();
        if lacking == Lacking::SecondFactor {
            have.extend(credential::with_password(self.db(), self.org()).await?);
        }
        Ok(have)
    }

    /// One person.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Denied`] without `person.read`, unless it is oneself.
    pub async fn find_person(&self, actor: &Actor, id: PersonId) -> Result<PersonLine> {
        self.allow(actor, Permission::PersonRead, Scope::Person { subject: id }).await?;
        self.person_line(id).await
    }

    pub(super) async fn person_line(&self, id: PersonId) -> Result<PersonLine> {
        let house = self.house().await?;
        let person = house.person(id).ok_or(Error::NotFound)?;
        let last = credential::get(self.db(), self.org(), id).await?.and_then(|c| c.last_sign_in_us);
        Ok(line(&house, person, last.map(crate::clock::from_us)))
    }
}

fn line(house: &House, person: &HousePerson, last_sign_in_at: Option<Timestamp>) -> PersonLine {
    let mut roles: Vec<(RoleId, String)> =
        person.roles.iter().filter_map(|id| house.roles.get(id)).map(|r| (r.role.id, r.role.name.clone())).collect();
    roles.sort_by(|a, b| a.1.cmp(&b.1));
    PersonLine {
        id: person.id,
        profile: person.profile.clone(),
        state: person.state,
        roles,
        last_sign_in_at,
        leaves_at: house.leaving.get(&person.id).copied(),
        kept_by: house.keeper_of(person.id),
        version: person.version,
    }
}
