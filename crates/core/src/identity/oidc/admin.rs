//! Which identity providers there are, kept by whoever may.

use super::known::{Provider, SealedProvider};
use super::metadata::is_address;
use crate::audit::NewEntry;
use crate::error::{FieldError, guard};
use crate::live::Change;
use crate::mail::Door;
use crate::people::{House, checked_text};
use crate::seal::purpose;
use crate::{Core, Error, Result};
use std::collections::{BTreeSet, HashMap};
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::provider::ProviderSettings;
use wardpost_model::{ProviderId, RoleId};
use wardpost_store::repo::identity_provider as rows;
use wardpost_store::repo::session as session_rows;
use wardpost_store::{Batch, StoreError};

/// Most providers.
const MANY: usize = 10;
/// Most rules, and most words of one kind.
const MANY_WORDS: usize = 50;
const MAX_SECRET: usize = 500;

/// A provider, as those who keep it see it: without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderLine {
    /// Its id.
    pub id: ProviderId,
    /// What holds for it.
    pub settings: ProviderSettings,
    /// How many people are linked to it.
    pub links: u64,
    /// Version.
    pub version: i64,
}

/// What a look at a provider showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderCheck {
    /// Why it can't be used: a code, or a sentence about the connection; nothing when it can.
    pub fault: Option<String>,
    /// How many of its keys can be used.
    pub keys: u32,
    /// One can sign out there.
    pub sign_out: bool,
    /// It says when somebody has signed out there.
    pub tells_sign_out: bool,
    /// Its answers name their issuer, against mix-up.
    pub names_issuer: bool,
}

impl Core {
    /// All providers, for those who keep them.
    ///
    /// # Errors
    /// [`Error::Denied`] without `identity.manage`.
    pub async fn identity_providers(&self, actor: &Actor) -> Result<Vec<ProviderLine>> {
        self.allow(actor, Permission::IdentityManage, Scope::Organisation).await?;
        let counts: HashMap<ProviderId, i64> = rows::link_counts(self.db(), self.org()).await?.into_iter().collect();
        let line = |p: Provider| ProviderLine {
            links: counts.get(&p.id).copied().and_then(|n| u64::try_from(n).ok()).unwrap_or(0),
            id: p.id,
            settings: p.settings,
            version: p.version,
        };
        let mut lines: Vec<ProviderLine> = self.all_providers().await?.into_iter().map(line).collect();
        lines.sort_by_cached_key(|l| l.settings.name.to_lowercase());
        Ok(lines)
    }

    async fn all_providers(&self) -> Result<Vec<Provider>> {
        rows::list(self.db(), self.org()).await?.iter().map(|row| self.open_provider(row)).collect()
    }

    /// The providers by which anybody can sign in, by name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn open_providers(&self) -> Result<Vec<(ProviderId, String)>> {
        let active = self.all_providers().await?.into_iter().filter(|p| p.settings.active);
        let mut found: Vec<_> = active.map(|p| (p.id, p.settings.name)).collect();
        found.sort_by_cached_key(|(_, name)| name.to_lowercase());
        Ok(found)
    }

    /// Adds a provider.
    ///
    /// # Errors
    /// [`Error::Denied`] without `identity.manage`, or `recent_sign_in`; [`Error::Validation`] of the fields;
    /// [`Error::Conflict`] `too_many_providers`.
    pub async fn add_identity_provider(
        &self,
        actor: &Actor,
        settings: ProviderSettings,
        client_secret: &str,
    ) -> Result<ProviderLine> {
        self.allow(actor, Permission::IdentityManage, Scope::Organisation).await?;
        self.require_recent(actor).await?;
        let house = self.house().await?;
        let settings = checked(settings, Some(client_secret), &house)?;
        if rows::list(self.db(), self.org()).await?.len() >= MANY {
            return Err(Error::Conflict("too_many_providers"));
        }
        let id = ProviderId(self.clock().new_id());
        let mut batch = Batch::new();
        let sealed = SealedProvider { settings: settings.clone(), client_secret: client_secret.to_owned() };
        let bytes = self.seal(purpose::PROVIDER, id.as_bytes(), &sealed)?;
        rows::insert(&mut batch, self.org(), id, &self.issuer_index(&settings.issuer), bytes);
        let mut entry = NewEntry::by(actor, AuditKind::ProviderCreated).on("identity_provider", id);
        for (what, value) in words(&settings, &house) {
            entry = entry.with(what, value);
        }
        self.audit(&mut batch, entry)?;
        self.tell_of_door(&mut batch, &house, actor, (Door::ProviderAdded, &settings.name)).await?;
        match self.db().write(batch).await {
            Ok(_) => Ok(ProviderLine { id, settings, links: 0, version: 1 }),
            Err(e) if e.is_conflict_on(rows::ISSUER_TAKEN) => Err(issuer_taken()),
            Err(e) => Err(e.into()),
        }
    }

    /// Changes what holds for a provider; its issuer stays. Without a secret it keeps the one that it has. Once it is not
    /// active any more, the sessions that it began end.
    ///
    /// # Errors
    /// As [`Core::add_identity_provider`]; [`Error::NotFound`]; [`Error::VersionConflict`].
    pub async fn change_identity_provider(
        &self,
        actor: &Actor,
        id: ProviderId,
        version: i64,
        settings: ProviderSettings,
        client_secret: Option<&str>,
    ) -> Result<ProviderLine> {
        self.allow(actor, Permission::IdentityManage, Scope::Organisation).await?;
        self.require_recent(actor).await?;
        let before = self.provider(id).await?.ok_or(Error::NotFound)?;
        let house = self.house().await?;
        let settings = checked(settings, client_secret, &house)?;
        if settings.issuer != before.settings.issuer {
            // Its subjects are somebody's here: another issuer could be anybody.
            return Err(Error::field("settings.issuer", "fixed", "Add another provider for another issuer."));
        }
        let secret = client_secret.map_or(before.client_secret, str::to_owned);
        let mut batch = Batch::new();
        let sealed = SealedProvider { settings: settings.clone(), client_secret: secret };
        let bytes = self.seal(purpose::PROVIDER, id.as_bytes(), &sealed)?;
        rows::set(&mut batch, self.org(), id, version, bytes, guard::VERSION);
        let mut entry = NewEntry::by(actor, AuditKind::ProviderChanged).on("identity_provider", id);
        let old: HashMap<_, _> = words(&before.settings, &house).into_iter().collect();
        for (what, now) in words(&settings, &house) {
            let was = old.get(what).cloned().unwrap_or_default();
            if was != now {
                entry = entry.with(what, format!("{was} → {now}"));
            }
        }
        if client_secret.is_some() {
            entry = entry.with("secret", "replaced");
        }
        self.audit(&mut batch, entry)?;
        self.tell_of_door(&mut batch, &house, actor, (Door::ProviderChanged, &settings.name)).await?;
        if before.settings.active && !settings.active {
            self.end_of_provider(&mut batch, id).await?;
        }
        self.db().write(batch).await?;
        let lines = self.identity_providers(actor).await?;
        lines.into_iter().find(|l| l.id == id).ok_or(Error::NotFound)
    }

    /// Removes a provider with everybody's links to it; the sessions that it began end. Nobody is removed.
    ///
    /// # Errors
    /// [`Error::Denied`] without `identity.manage`, or `recent_sign_in`; [`Error::NotFound`]; [`Error::VersionConflict`].
    pub async fn remove_identity_provider(&self, actor: &Actor, id: ProviderId, version: i64) -> Result<()> {
        self.allow(actor, Permission::IdentityManage, Scope::Organisation).await?;
        self.require_recent(actor).await?;
        let before = self.provider(id).await?.ok_or(Error::NotFound)?;
        let mut batch = Batch::new();
        rows::remove(&mut batch, self.org(), id, version, guard::VERSION);
        let house = self.house().await?;
        self.tell_of_door(&mut batch, &house, actor, (Door::ProviderRemoved, &before.settings.name)).await?;
        let entry = NewEntry::by(actor, AuditKind::ProviderRemoved).on("identity_provider", id);
        self.audit(&mut batch, entry.with("name", before.settings.name).with("issuer", before.settings.issuer))?;
        self.end_of_provider(&mut batch, id).await?;
        match self.db().write(batch).await {
            Ok(_) => Ok(()),
            Err(StoreError::Guard(guard::VERSION)) => Err(Error::VersionConflict),
            Err(e) => Err(e.into()),
        }
    }

    async fn end_of_provider(&self, batch: &mut Batch, id: ProviderId) -> Result<()> {
        let now = self.clock().now_us();
        for (session, person) in rows::open_by_provider(self.db(), self.org(), id).await? {
            session_rows::end_if_open(batch, self.org(), session, now);
            self.announce(batch, Change::Sessions(person));
        }
        Ok(())
    }

    /// Looks at whoever is behind an issuer, before it is used.
    ///
    /// # Errors
    /// [`Error::Denied`] without `identity.manage`; [`Error::Validation`] of `issuer`.
    pub async fn check_identity_provider(&self, actor: &Actor, issuer: &str) -> Result<ProviderCheck> {
        self.allow(actor, Permission::IdentityManage, Scope::Organisation).await?;
        if !is_address(issuer, false) {
            return Err(not_an_issuer());
        }
        Ok(match self.ask_provider(issuer).await {
            Ok(said) => ProviderCheck {
                fault: None,
                keys: u32::try_from(said.keys.len()).unwrap_or(u32::MAX),
                sign_out: said.metadata.end_session_endpoint.is_some(),
                tells_sign_out: said.metadata.tells_sign_out,
                names_issuer: said.metadata.names_issuer,
            },
            Err(why) => {
                let no = false;
                ProviderCheck { fault: Some(why), keys: 0, sign_out: no, tells_sign_out: no, names_issuer: no }
            }
        })
    }
}

fn issuer_taken() -> Error {
    Error::field("settings.issuer", "taken", "This provider has been added already.")
}

fn not_an_issuer() -> Error {
    Error::field("issuer", "address", "Expected an https address without ? and #.")
}

/// The settings, tidied; or what can't be accepted.
fn checked(mut s: ProviderSettings, secret: Option<&str>, house: &House) -> Result<ProviderSettings> {
    s.name = checked_text("settings.name", &s.name, 1, 60)?;
    s.client_id = checked_text("settings.client_id", &s.client_id, 1, 200)?;
    let mut faults = Vec::new();
    let mut fault = |field: &str, code, message: &str| faults.push(FieldError::new(field, code, message));
    if !is_address(&s.issuer, false) {
        fault("settings.issuer", "address", "Expected an https address without ? and #.");
    }
    let graphic = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\')
    };
    if secret.is_some_and(|s| s.is_empty() || s.len() > MAX_SECRET || s.bytes().any(|b| !(0x20..0x7f).contains(&b))) {
        fault("client_secret", "secret", "Expected the secret that the provider gave.");
    }
    s.scopes.remove("openid");
    let words = [&s.scopes, &s.second_factor.amr, &s.second_factor.acr];
    if words.iter().any(|list| list.len() > MANY_WORDS || list.iter().any(|one| !graphic(one, 200))) {
        fault("settings.scopes", "word", "Words without spaces, at most 50.");
    }
    if s.create.as_ref().is_some_and(|c| c.domains.is_empty() || c.domains.len() > MANY_WORDS) {
        fault("settings.create.domains", "required", "At least one domain.");
    }
    let good = |text: &str| (1..=200).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if s.role_rules.len() > MANY_WORDS
        || s.role_rules.iter().any(|r| !good(&r.claim) || !good(&r.value) || r.role_ids.is_empty())
    {
        fault("settings.role_rules", "required", "A claim, a value and at least one role each; at most 50 rules.");
    }
    let roles: BTreeSet<RoleId> = roles_of(&s).collect();
    if roles.iter().any(|id| !house.roles.contains_key(id)) {
        fault("settings.role_rules", "unknown", "There is no such role.");
    } else if house.permissions_of(&roles).iter().any(|p| p.sensitive()) {
        // Nobody gives such a role alone, much less somebody elsewhere.
        fault("settings.role_rules", "sensitive", "A role that opens others' rights or records is given by hand.");
    } else if !roles.iter().all(|id| house.comes_from_outside(*id)) {
        // One list for all that comes from outside: `set_provisioned_roles`.
        fault("settings.role_rules", "not_from_outside", "A role that other systems may not give.");
    }
    if faults.is_empty() { Ok(s) } else { Err(Error::Validation(faults)) }
}

fn roles_of(s: &ProviderSettings) -> impl Iterator<Item = RoleId> {
    let created = s.create.iter().flat_map(|c| c.role_ids.iter());
    created.chain(s.role_rules.iter().flat_map(|r| r.role_ids.iter())).copied()
}

/// What holds for a provider, in words for the log.
fn words(s: &ProviderSettings, house: &House) -> Vec<(&'static str, String)> {
    let names = |ids: &BTreeSet<RoleId>| {
        let names: Vec<&str> = ids.iter().filter_map(|id| house.roles.get(id)).map(|r| r.role.name.as_str()).collect();
        names.join(", ")
    };
    let list = |words: &BTreeSet<String>| words.iter().cloned().collect::<Vec<_>>().join(", ");
    let create = s.create.as_ref().map_or_else(
        || "nobody".to_owned(),
        |c| {
            let domains: Vec<String> = c.domains.iter().map(ToString::to_string).collect();
            let mailbox = if c.mailbox { ", with a mailbox" } else { "" };
            format!("of {}: {}{mailbox}", domains.join(", "), names(&c.role_ids))
        },
    );
    let rules: Vec<String> =
        s.role_rules.iter().map(|r| format!("{} = {}: {}", r.claim, r.value, names(&r.role_ids))).collect();
    vec![
        ("name", s.name.clone()),
        ("issuer", s.issuer.clone()),
        ("client", s.client_id.clone()),
        ("active", s.active.to_string()),
        ("scopes", list(&s.scopes)),
        ("second factor always", s.second_factor.always.to_string()),
        ("second factor by amr", list(&s.second_factor.amr)),
        ("second factor by acr", list(&s.second_factor.acr)),
        ("makes accounts", create),
        ("roles", rules.join("; ")),
        ("keeps roles in step", s.keep_roles_in_step.to_string()),
    ]
}
