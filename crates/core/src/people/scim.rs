//! People as another system keeps them (SCIM 2.0, RFC 7643 and 7644). The face reads and writes the wire's form; here stands
//! what may happen.
//!
//! Nothing is open that was not opened: only people whom that system made, or whom an administrator handed over to it, are
//! seen and touched; only roles that were marked for it are given, never one that opens others' rights; and access that the
//! house took away only the house gives back.

use super::giving::administers;
use super::house::{House, HousePerson, VERSION};
use super::leave::Planned;
use super::person::{NewPerson, checked_profile, taken};
use super::{PersonLine, checked_text};
use crate::audit::NewEntry;
use crate::live::Change;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, Language, PersonProfile, PersonState, RoleVia};
use wardpost_model::{EmailAddress, PersonId, RoleId};
use wardpost_store::Batch;
use wardpost_store::repo::provisioning::{self as rows, ProvisionedRow};
use wardpost_store::repo::{credential, person as people, role as roles};

/// Longest id of another system.
const EXTERNAL_CHARS: usize = 200;
/// Longest language tag.
const TAG_CHARS: usize = 35;

/// How somebody stands with the system that keeps them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScimState {
    /// It keeps them.
    On,
    /// It took their access away, and may give it back.
    Off,
    /// It removed them: they are not there for it any more.
    Gone,
}

impl ScimState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Gone => "gone",
        }
    }
    /// What is not known is as the house has it.
    fn from_name(s: &str) -> Self {
        [Self::Off, Self::Gone].into_iter().find(|v| v.as_str() == s).unwrap_or(Self::On)
    }
}

/// What the other system says of somebody beside what the house keeps of everybody, as it said it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScimSaid {
    /// Its own id for them.
    #[serde(default)]
    pub external_id: Option<String>,
    /// The name to be shown.
    #[serde(default)]
    pub display: Option<String>,
    /// The whole name.
    #[serde(default)]
    pub formatted: Option<String>,
    /// Given name.
    #[serde(default)]
    pub given: Option<String>,
    /// Between given and family name.
    #[serde(default)]
    pub middle: Option<String>,
    /// Family name.
    #[serde(default)]
    pub family: Option<String>,
    /// Language tag.
    #[serde(default)]
    pub language: Option<String>,
}

impl ScimSaid {
    /// The name that it gives somebody, if it gives any: the name to be shown before the whole name before its parts.
    fn name(&self) -> Option<String> {
        let parts = [&self.given, &self.middle, &self.family].into_iter().flatten();
        let parts: Vec<&str> = parts.map(|p| p.trim()).filter(|p| !p.is_empty()).collect();
        let whole = [&self.display, &self.formatted].into_iter().flatten().map(|t| t.trim()).find(|t| !t.is_empty());
        whole.map(str::to_owned).or_else(|| (!parts.is_empty()).then(|| parts.join(" ")))
    }

    fn checked(&self) -> Result<Self> {
        let text = |field, value: &Option<String>, most| match value.as_deref() {
            None | Some("") => Ok(None),
            Some(value) => checked_text(field, value, 0, most).map(|v| (!v.is_empty()).then_some(v)),
        };
        Ok(Self {
            external_id: text("externalId", &self.external_id, EXTERNAL_CHARS)?,
            display: text("displayName", &self.display, 100)?,
            formatted: text("name.formatted", &self.formatted, 100)?,
            given: text("name.givenName", &self.given, 100)?,
            middle: text("name.middleName", &self.middle, 100)?,
            family: text("name.familyName", &self.family, 100)?,
            language: text("preferredLanguage", &self.language, TAG_CHARS)?,
        })
    }
}

/// Somebody whom another system keeps, or kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provisioned {
    /// How they stand with it.
    pub state: ScimState,
    /// What it says of them.
    pub said: ScimSaid,
}

/// A person as the other system sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScimPerson {
    /// Our id.
    pub id: PersonId,
    /// Name, login, function and language as the house has them.
    pub profile: PersonProfile,
    /// What the other system said.
    pub said: ScimSaid,
    /// Whether they may sign in, or may accept their invitation.
    pub active: bool,
    /// Roles that provisioning may give, which they have.
    pub roles: Vec<(RoleId, String)>,
    /// Version.
    pub version: i64,
}

/// What the other system wants of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScimContent {
    /// Sign-in name.
    pub login: EmailAddress,
    /// Function.
    pub function: String,
    /// Whether they may sign in.
    pub active: bool,
    /// Names, language, its own id.
    pub said: ScimSaid,
}

/// The house as provisioning may see it.
pub(super) struct View {
    pub house: Arc<House>,
}

impl View {
    pub(super) fn ids(&self) -> impl Iterator<Item = PersonId> + '_ {
        let there = |(id, p): (&PersonId, &Provisioned)| (p.state != ScimState::Gone).then_some(*id);
        self.house.provisioned.iter().filter_map(there).filter(|id| self.house.person(*id).is_some())
    }
    pub(super) fn person(&self, id: PersonId) -> Result<(&HousePerson, &Provisioned)> {
        let kept = self.house.provisioned.get(&id).filter(|p| p.state != ScimState::Gone);
        kept.and_then(|p| Some((self.house.person(id)?, p))).ok_or(Error::NotFound)
    }
    /// Whether provisioning may give a role.
    pub(super) fn gives(&self, id: RoleId) -> bool {
        self.house.comes_from_outside(id)
    }
    fn line(&self, id: PersonId) -> Result<ScimPerson> {
        let (person, kept) = self.person(id)?;
        let given = person.roles.iter().filter(|id| self.gives(**id)).filter_map(|id| self.house.roles.get(id));
        Ok(ScimPerson {
            id,
            profile: person.profile.clone(),
            said: kept.said.clone(),
            active: person.state != PersonState::Disabled,
            roles: given.map(|r| (r.role.id, r.role.name.clone())).collect(),
            version: person.version,
        })
    }
}

impl Core {
    pub(super) async fn scim_view(&self, actor: &Actor) -> Result<View> {
        self.allow(actor, Permission::ScimProvision, Scope::Organisation).await?;
        Ok(View { house: self.house().await? })
    }

    pub(super) fn to_provisioned(&self, row: &ProvisionedRow) -> Result<Provisioned> {
        let said = self.unseal(purpose::PROVISIONED, row.person_id.as_bytes(), &row.sealed_said)?;
        Ok(Provisioned { state: ScimState::from_name(&row.state), said })
    }

    /// Everybody whom provisioning keeps, by id.
    ///
    /// # Errors
    /// [`Error::Denied`] without `scim.provision`.
    pub async fn scim_people(&self, actor: &Actor) -> Result<Vec<ScimPerson>> {
        let view = self.scim_view(actor).await?;
        view.ids().map(|id| view.line(id)).collect()
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Error::Denied`] without `scim.provision`; [`Error::NotFound`], also for everybody else in the house.
    pub async fn scim_person(&self, actor: &Actor, id: PersonId) -> Result<ScimPerson> {
        self.scim_view(actor).await?.line(id)
    }

    /// Makes somebody, invited. Somebody whom the other system had removed comes back under the same id, without the roles
    /// and the credentials of before (RFC 7644, 3.6: who was deleted is no conflict).
    ///
    /// # Errors
    /// [`Error::Denied`] without `scim.provision`; [`Error::Validation`] of a field (`taken` for `login` and `external_id`).
    pub async fn scim_create(&self, actor: &Actor, content: &ScimContent) -> Result<ScimPerson> {
        let view = self.scim_view(actor).await?;
        let said = content.said.checked()?;
        let name = said.name().unwrap_or_else(|| content.login.to_string());
        let language = said.language.as_deref().map_or(view.house.language, Language::from_tag);
        let new = NewPerson {
            name,
            login: content.login.clone(),
            function: content.function.clone(),
            language,
            role_ids: Vec::new(),
            mailbox_address: None,
        };
        let mut batch = Batch::new();
        let by = |kind| NewEntry::by(actor, kind).why("provisioned");
        let id = match gone_before(&view.house, &content.login) {
            None => self.put_person(&mut batch, &view.house, &new, None, RoleVia::Provisioning, &by)?.0,
            Some(before) => self.put_returned(&mut batch, before, &new, &by)?,
        };
        let state = if content.active { ScimState::On } else { ScimState::Off };
        self.put_said(&mut batch, id, state, &said)?;
        if !content.active {
            let (from, to) = (PersonState::Invited.as_str(), PersonState::Disabled.as_str());
            people::move_state(&mut batch, self.org(), id, from, to, crate::error::guard::STATE);
            credential::withdraw_invitation(&mut batch, self.org(), id);
        }
        self.try_write_house(batch).await.map_err(taken)?;
        self.scim_person(actor, id).await
    }

    /// Adds that somebody who was removed is there again, to be invited anew.
    fn put_returned(
        &self,
        batch: &mut Batch,
        before: &HousePerson,
        new: &NewPerson,
        by: &(dyn Fn(AuditKind) -> NewEntry + Send + Sync),
    ) -> Result<PersonId> {
        let (id, profile) = (before.id, new.profile()?);
        let index = self.login_index(&profile.login.to_string());
        let sealed = self.seal(purpose::PERSON_PROFILE, id.as_bytes(), &profile)?;
        people::update(batch, self.org(), id, before.version, index, sealed, VERSION);
        people::set_state(batch, self.org(), id, before.version + 1, PersonState::Invited.as_str(), VERSION);
        self.put_invitation(batch, id)?;
        for role in &before.roles {
            roles::take(batch, self.org(), id, *role);
        }
        let entry = by(AuditKind::PersonChanged).on_person(id).with("name", profile.name);
        self.audit(batch, entry.with("state", "disabled → invited").with("roles", ""))?;
        Ok(id)
    }

    /// Sets everything that provisioning may say of somebody.
    ///
    /// # Errors
    /// As [`Core::scim_create`]; [`Error::NotFound`]; [`Error::VersionConflict`]; [`Error::Conflict`] `blocked_here` when the
    /// house took their access away, `last_administrator`.
    pub async fn scim_replace(
        &self,
        actor: &Actor,
        id: PersonId,
        version: Option<i64>,
        content: &ScimContent,
    ) -> Result<ScimPerson> {
        let view = self.scim_view(actor).await?;
        let (before, kept) = view.person(id)?;
        if version.is_some_and(|v| v != before.version) {
            return Err(Error::VersionConflict);
        }
        let is_on = before.state != PersonState::Disabled;
        if content.active && !is_on && kept.state != ScimState::Off {
            return Err(Error::Conflict("blocked_here"));
        }
        let said = content.said.checked()?;
        let profile = profile_after(before, &kept.said, &said, content)?;
        if profile == before.profile && said == kept.said && content.active == is_on {
            return view.line(id);
        }
        let mut batch = Batch::new();
        let index = self.login_index(&profile.login.to_string());
        let sealed = self.seal(purpose::PERSON_PROFILE, id.as_bytes(), &profile)?;
        people::update(&mut batch, self.org(), id, before.version, index, sealed, VERSION);
        let turned_off = is_on || kept.state == ScimState::Off;
        let state = if !content.active && turned_off { ScimState::Off } else { ScimState::On };
        self.put_said(&mut batch, id, state, &said)?;
        let mut entry = NewEntry::by(actor, AuditKind::PersonChanged).on_person(id).why("provisioned");
        if profile.login != before.profile.login {
            entry = entry.with("login", format!("{} → {}", before.profile.login, profile.login));
        }
        if profile.name != before.profile.name {
            entry = entry.with("name", format!("{} → {}", before.profile.name, profile.name));
        }
        if content.active != is_on {
            entry = self.scim_turn(&mut batch, &view, before, content.active, entry).await?;
        }
        self.audit(&mut batch, entry)?;
        self.announce(&mut batch, Change::Sessions(id));
        self.try_write_house(batch).await.map_err(taken)?;
        self.scim_person(actor, id).await
    }

    /// Adds that access is taken, or given back.
    async fn scim_turn(
        &self,
        batch: &mut Batch,
        view: &View,
        before: &HousePerson,
        active: bool,
        entry: NewEntry,
    ) -> Result<NewEntry> {
        let id = before.id;
        let to = if active {
            self.state_with_access(id).await?
        } else {
            self.cut_off(batch, id);
            credential::withdraw_invitation(batch, self.org(), id);
            PersonState::Disabled
        };
        // The update before moved the version on by one.
        people::set_state(batch, self.org(), id, before.version + 1, to.as_str(), VERSION);
        if before.state == PersonState::Active && administers(&view.house.permissions_of(&before.roles)) {
            self.keep_an_administrator(batch);
        }
        Ok(entry.with("state", format!("{} → {}", before.state.as_str(), to.as_str())))
    }

    /// Somebody is gone for the other system: they leave. Their mailboxes stay, for somebody to go on with them.
    ///
    /// # Errors
    /// [`Error::Denied`] without `scim.provision`; [`Error::NotFound`]; [`Error::VersionConflict`]; [`Error::Conflict`]
    /// `last_administrator`.
    pub async fn scim_delete(&self, actor: &Actor, id: PersonId, version: Option<i64>) -> Result<()> {
        let view = self.scim_view(actor).await?;
        let (before, kept) = view.person(id)?;
        if version.is_some_and(|v| v != before.version) {
            return Err(Error::VersionConflict);
        }
        let mut batch = Batch::new();
        // Its own id for them is free again.
        let said = ScimSaid { external_id: None, ..kept.said.clone() };
        self.put_said(&mut batch, id, ScimState::Gone, &said)?;
        let entry = NewEntry::by(actor, AuditKind::PersonLeft).why("provisioned");
        if before.state == PersonState::Disabled {
            people::bump(&mut batch, self.org(), id, before.version, VERSION);
            self.audit(&mut batch, entry.on_person(id))?;
            return self.write_house(batch).await;
        }
        self.carry_out_leave(batch, &view.house, before, Planned::default(), (entry, actor.person_id)).await
    }

    /// Hands somebody's account over to provisioning, or takes it back into the house's own hands.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage`; [`Error::NotFound`]; [`Error::VersionConflict`]; [`Error::Conflict`]
    /// `own_account` or `service_account`.
    pub async fn set_provisioned(&self, actor: &Actor, id: PersonId, version: i64, on: bool) -> Result<PersonLine> {
        let (house, _) = self.managed(actor, id).await?;
        if id == actor.person_id {
            return Err(Error::Conflict("own_account"));
        }
        if house.services.contains(&id) {
            return Err(Error::Conflict("service_account"));
        }
        let mut batch = Batch::new();
        people::bump(&mut batch, self.org(), id, version, VERSION);
        if on {
            let said = house.provisioned.get(&id).map(|p| p.said.clone()).unwrap_or_default();
            self.put_said(&mut batch, id, ScimState::On, &said)?;
        } else {
            rows::delete_person(&mut batch, self.org(), id);
        }
        let entry = NewEntry::by(actor, AuditKind::ProvisioningChanged).on_person(id);
        self.audit(&mut batch, entry.with("kept_by", if on { "identity provider" } else { "house" }))?;
        self.write_house(batch).await?;
        self.person_line(id).await
    }

    /// Adds that what the other system took away is the house's to give from now on.
    pub(super) fn take_from_provider(&self, batch: &mut Batch, id: PersonId) {
        rows::move_person(batch, self.org(), id, ScimState::Off.as_str(), ScimState::On.as_str());
    }

    fn put_said(&self, batch: &mut Batch, id: PersonId, state: ScimState, said: &ScimSaid) -> Result<()> {
        let index = said.external_id.as_ref().map(|e| self.index(purpose::PROVISIONED_EXTERNAL, e));
        let sealed_said = self.seal(purpose::PROVISIONED, id.as_bytes(), said)?;
        let row = ProvisionedRow { person_id: id, state: state.as_str().to_owned(), sealed_said };
        rows::put_person(batch, self.org(), row, index);
        Ok(())
    }
}

/// Somebody whom the other system removed, with this login, if the house did not take them in again since.
fn gone_before<'a>(house: &'a House, login: &EmailAddress) -> Option<&'a HousePerson> {
    let gone = house.provisioned.iter().filter(|(_, p)| p.state == ScimState::Gone);
    let mut gone = gone.filter_map(|(id, _)| house.person(*id));
    gone.find(|p| p.state == PersonState::Disabled && p.profile.login.normalised() == login.normalised())
}

/// The profile as the other system wants it. What it did not change since it last spoke stays as the house has it.
fn profile_after(
    before: &HousePerson,
    said_before: &ScimSaid,
    said: &ScimSaid,
    content: &ScimContent,
) -> Result<PersonProfile> {
    let was = &before.profile;
    let name = said.name().filter(|n| Some(n) != said_before.name().as_ref()).unwrap_or_else(|| was.name.clone());
    let language = said.language.as_deref().filter(|l| Some(*l) != said_before.language.as_deref());
    let language = language.map_or(was.language, Language::from_tag);
    checked_profile(&name, &content.login, &content.function, language)
}
