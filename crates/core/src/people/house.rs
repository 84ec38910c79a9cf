//! The copy of the house that each process keeps.

use super::Keeper;
use super::MandateRef;
use super::contact::ContactBook;
use super::document::{Document, Versioned};
use super::policy::PolicyVersion;
use super::scim::{Provisioned, ScimState};
use super::security::SecurityVersion;
use crate::clock::{MINUTE_US, from_us};
use crate::error::guard;
use crate::live::{Change, LiveEvent};
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast::{Receiver, error::TryRecvError};
use wardpost_model::permission::Permission;
use wardpost_model::person::{Language, Mailbox, MailboxKind, PersonProfile, PersonState, Role, RoleVia};
use wardpost_model::{Domain, EmailAddress, MailboxId, PartnerId, PersonId, RoleId};
use wardpost_store::repo::{
    approver, credential, domain, leave, mailbox, org, partner, person, policy, provisioning, role,
};
use wardpost_store::{Batch, StoreError};

/// How long a copy is believed if no event says that it is stale.
const BELIEVED_FOR_US: i64 = MINUTE_US;

/// A mailbox as everything above looks at it.
pub type MailboxRef = Arc<Mailbox>;

/// `mailbox.sealed_mailbox`.
#[derive(Serialize, Deserialize)]
pub(super) struct SealedMailbox {
    pub address: EmailAddress,
    pub name: String,
}

/// A person with roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HousePerson {
    /// Who.
    pub id: PersonId,
    /// Whether they can sign in.
    pub state: PersonState,
    /// Name, login and the rest.
    pub profile: PersonProfile,
    /// Their roles.
    pub roles: BTreeSet<RoleId>,
    /// Version of the person's data.
    pub version: i64,
    /// How they came to be here.
    pub made_via: RoleVia,
}

/// A role with its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseRole {
    /// Name and permissions.
    pub role: Role,
    /// Key of the ready-made role that it came from; empty for one that the organisation made.
    pub key: String,
    /// Version.
    pub version: i64,
}

/// A partner organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// Its id.
    pub id: PartnerId,
    /// Its name.
    pub name: String,
    /// Its mail domain.
    pub domain: Domain,
    /// What the house wrote down about it.
    pub note: String,
    /// Version.
    pub version: i64,
}

/// The house at one moment.
#[derive(Debug)]
pub struct House {
    /// Name of the organisation.
    pub name: String,
    /// Its language.
    pub language: Language,
    /// Everybody.
    pub people: HashMap<PersonId, HousePerson>,
    /// All roles.
    pub roles: BTreeMap<RoleId, HouseRole>,
    /// All mailboxes with their versions.
    pub mailboxes: BTreeMap<MailboxId, (MailboxRef, i64)>,
    /// Who is a program of another system: nobody signs in as them.
    pub services: BTreeSet<PersonId>,
    /// Whom another system keeps, or kept.
    pub provisioned: BTreeMap<PersonId, Provisioned>,
    /// The roles that other systems may give, if they are harmless.
    pub provisioned_roles: BTreeSet<RoleId>,
    /// When those leave whose leave is planned.
    pub leaving: HashMap<PersonId, Timestamp>,
    /// Who could consent to what one person can't do alone, and when that was last noted; in microseconds since the epoch.
    pub(super) approvers_seen: HashMap<PersonId, i64>,
    /// Mandates that were not ended; whether one holds, the clock tells.
    pub(crate) mandates: Vec<MandateRef>,
    /// Own domains and since when.
    pub domains: BTreeMap<Domain, Timestamp>,
    /// Partners, by domain.
    pub partners: BTreeMap<Domain, Partner>,
    /// The policy for outbound content.
    pub policy: Arc<PolicyVersion>,
    /// The security policy.
    pub security: Arc<SecurityVersion>,
    pub(super) by_address: HashMap<String, MailboxId>,
    pub(super) by_member: HashMap<PersonId, Vec<MailboxId>>,
    pub(super) known_domains: Arc<[Domain]>,
    loaded_us: i64,
    generation: u64,
}

impl House {
    /// A person.
    #[must_use]
    pub fn person(&self, id: PersonId) -> Option<&HousePerson> {
        self.people.get(&id)
    }
    /// A person's name; empty for somebody who is not there.
    #[must_use]
    pub fn person_name(&self, id: PersonId) -> String {
        self.person(id).map(|p| p.profile.name.clone()).unwrap_or_default()
    }
    /// Who keeps a person's data.
    pub(super) fn keeper_of(&self, id: PersonId) -> Keeper {
        if self.services.contains(&id) {
            Keeper::Program
        } else if self.provisioned.get(&id).is_some_and(|p| p.state != ScimState::Gone) {
            Keeper::Provider
        } else {
            Keeper::House
        }
    }
    /// Who has a role.
    pub(super) fn holders(&self, role: RoleId) -> BTreeSet<PersonId> {
        self.people.values().filter(|p| p.roles.contains(&role)).map(|p| p.id).collect()
    }
    /// All permissions of these roles.
    /// Whether a role may come from outside: by programs (SCIM) and by the rules of identity providers alike. It is marked for
    /// it, and harmless; one that was marked and grew since is not given.
    pub(crate) fn comes_from_outside(&self, id: RoleId) -> bool {
        let harmless = |r: &HouseRole| !r.role.permissions.iter().any(|p| p.sensitive());
        self.provisioned_roles.contains(&id) && self.roles.get(&id).is_some_and(harmless)
    }

    pub(crate) fn permissions_of<'a>(&self, roles: impl IntoIterator<Item = &'a RoleId>) -> BTreeSet<Permission> {
        let roles = roles.into_iter().filter_map(|id| self.roles.get(id));
        roles.flat_map(|r| r.role.permissions.iter().copied()).collect()
    }
}

/// What this process remembers of the house. Everything can be lost at any moment.
#[derive(Debug, Default)]
pub struct State {
    house: Mutex<Option<Arc<House>>>,
    loading: tokio::sync::Mutex<()>,
    /// Grows with every change: a copy that was begun before does not count.
    generation: AtomicU64,
    events: Mutex<Option<Receiver<LiveEvent>>>,
    /// The day up to which proxies were looked after.
    proxies_tended: Mutex<Option<Date>>,
    pub(super) contacts: ContactBook,
    /// Who was last noted to be able to consent, and when.
    pub(super) approvers_noted: Mutex<(i64, BTreeSet<PersonId>)>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    /// The day up to which proxies were looked after; sets another one, if there is one.
    pub(crate) fn tended_proxies_on(&self, day: Option<Date>) -> Option<Date> {
        let mut tended = lock(&self.proxies_tended);
        *tended = day.or(*tended);
        *tended
    }
    pub(super) fn outdate(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
    }
    fn fresh(&self, now_us: i64) -> Option<Arc<House>> {
        let house = lock(&self.house);
        house.as_ref().filter(|h| self.is_fresh(h, now_us)).cloned()
    }
    fn is_fresh(&self, house: &House, now_us: i64) -> bool {
        house.generation == self.generation.load(Ordering::SeqCst)
            && (0..BELIEVED_FOR_US).contains(&(now_us - house.loaded_us))
    }
}

impl Core {
    /// Takes note of what other nodes (and this one) announced since the last look, before anything remembered is used.
    pub(crate) fn heed_changes(&self) {
        let mut events = lock(&self.people().events);
        let receiver = events.get_or_insert_with(|| {
            // From here on nothing is missed; what was remembered before may be stale.
            self.people().outdate();
            self.identity().forget_all();
            self.live().subscribe()
        });
        loop {
            match receiver.try_recv() {
                Ok(event) => self.heed(event.change),
                Err(TryRecvError::Lagged(_)) => self.heed(Change::House),
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            }
        }
    }

    fn heed(&self, change: Change) {
        match change {
            Change::House => {
                self.people().outdate();
                self.conversations().outdate();
                self.people().contacts.outdate();
                self.identity().forget_all();
            }
            Change::Policy => self.people().outdate(),
            Change::Sessions(person) => {
                self.identity().forget_person(person);
                self.conversations().outdate();
            }
            _ => {}
        }
    }

    /// Writes a batch that changes the house, says so to every node, and forgets this process's copy.
    pub(crate) async fn write_house(&self, batch: Batch) -> Result<()> {
        Ok(self.try_write_house(batch).await?)
    }

    /// As [`Core::write_house`], for callers that tell the store's errors apart.
    pub(crate) async fn try_write_house(&self, mut batch: Batch) -> Result<(), StoreError> {
        self.announce(&mut batch, Change::House);
        let written = self.db().write(batch).await;
        // After a failure too: who lost a race saw something stale.
        self.heed(Change::House);
        written.map(drop)
    }

    /// The house as it is now.
    ///
    /// # Errors
    /// [`Error::Conflict`] before [`Core::ensure_org`]; when the store fails.
    pub async fn house(&self) -> Result<Arc<House>> {
        self.heed_changes();
        if let Some(house) = self.people().fresh(self.clock().now_us()) {
            return Ok(house);
        }
        let _mine = self.people().loading.lock().await;
        if let Some(house) = self.people().fresh(self.clock().now_us()) {
            return Ok(house);
        }
        let house = Arc::new(self.load_house().await?);
        *lock(&self.people().house) = Some(Arc::clone(&house));
        Ok(house)
    }

    async fn load_house(&self) -> Result<House> {
        let (db, id) = (self.db(), self.org());
        let generation = self.people().generation.load(Ordering::SeqCst);
        let loaded_us = self.clock().now_us();
        let org = org::get(db, id).await?.ok_or(Error::Conflict("organisation_missing"))?;
        let mailboxes = self.load_mailboxes().await?;
        let mut by_member: HashMap<PersonId, Vec<MailboxId>> = HashMap::new();
        for (mailbox, _) in mailboxes.values() {
            for member in &mailbox.members {
                by_member.entry(*member).or_default().push(mailbox.id);
            }
        }
        let domains = domain::list(db, id).await?.into_iter();
        let domains: BTreeMap<Domain, Timestamp> =
            domains.map(|(d, at)| Ok((d.parse().map_err(damaged)?, from_us(at)))).collect::<Result<_>>()?;
        let partners = partner::list(db, id).await?.into_iter().map(to_partner);
        let partners: BTreeMap<Domain, Partner> =
            partners.map(|p| p.map(|p| (p.domain.clone(), p))).collect::<Result<_>>()?;
        let roles = role::list(db, id).await?;
        let leaving = leave::list(db, id).await?.into_iter();
        Ok(House {
            name: org.name,
            language: Language::from_tag(&org.language),
            people: self.load_people().await?,
            roles: roles.into_iter().map(|r| (r.id, to_role(r))).collect(),
            by_address: mailboxes.values().map(|(m, _)| (m.address.normalised(), m.id)).collect(),
            by_member,
            known_domains: domains.keys().chain(partners.keys()).cloned().collect(),
            mailboxes,
            services: provisioning::accounts(db, id).await?.into_iter().collect(),
            provisioned: self.load_provisioned().await?,
            provisioned_roles: provisioning::roles(db, id).await?.into_iter().collect(),
            leaving: leaving.map(|l| (l.person_id, from_us(l.at_us))).collect(),
            approvers_seen: approver::list(db, id).await?.into_iter().collect(),
            mandates: self.load_mandates().await?,
            domains,
            partners,
            policy: self.load_document().await?,
            security: self.load_document().await?,
            loaded_us,
            generation,
        })
    }

    async fn load_document<D: Document>(&self) -> Result<Arc<Versioned<D>>> {
        let row = policy::current(self.db(), self.org(), D::KIND).await?;
        Ok(Arc::new(self.read_document(row.ok_or(Error::Conflict("organisation_missing"))?)?))
    }

    async fn load_mailboxes(&self) -> Result<BTreeMap<MailboxId, (MailboxRef, i64)>> {
        let mut members: HashMap<MailboxId, Vec<PersonId>> = HashMap::new();
        for (mailbox, person) in mailbox::members(self.db(), self.org()).await? {
            members.entry(mailbox).or_default().push(person);
        }
        let rows = mailbox::list(self.db(), self.org()).await?;
        rows.into_iter()
            .map(|row| {
                let sealed: SealedMailbox = self.unseal(purpose::MAILBOX, row.id.as_bytes(), &row.sealed_mailbox)?;
                let kind =
                    if row.kind == MailboxKind::Shared.as_str() { MailboxKind::Shared } else { MailboxKind::Personal };
                let mailbox = Mailbox {
                    id: row.id,
                    kind,
                    address: sealed.address,
                    name: sealed.name,
                    active: row.active,
                    duty: row.duty,
                    members: members.remove(&row.id).unwrap_or_default(),
                };
                Ok((row.id, (Arc::new(mailbox), row.version)))
            })
            .collect()
    }

    async fn load_provisioned(&self) -> Result<BTreeMap<PersonId, Provisioned>> {
        let rows = provisioning::people(self.db(), self.org()).await?;
        rows.into_iter().map(|row| Ok((row.person_id, self.to_provisioned(&row)?))).collect()
    }

    async fn load_people(&self) -> Result<HashMap<PersonId, HousePerson>> {
        let mut roles: HashMap<PersonId, BTreeSet<RoleId>> = HashMap::new();
        for (person, role) in role::given(self.db(), self.org()).await? {
            roles.entry(person).or_default().insert(role);
        }
        let rows = person::list(self.db(), self.org()).await?;
        rows.into_iter()
            .map(|row| {
                let person = HousePerson {
                    id: row.id,
                    state: PersonState::from_name(&row.state).unwrap_or(PersonState::Disabled),
                    profile: self.unseal(purpose::PERSON_PROFILE, row.id.as_bytes(), &row.sealed_profile)?,
                    roles: roles.remove(&row.id).unwrap_or_default(),
                    version: row.version,
                    made_via: RoleVia::from_name(&row.made_via).unwrap_or(RoleVia::Hand),
                };
                Ok((row.id, person))
            })
            .collect()
    }

    /// When everybody signed in last.
    pub(super) async fn last_sign_ins(&self) -> Result<HashMap<PersonId, Timestamp>> {
        let found = credential::last_sign_ins(self.db(), self.org()).await?;
        Ok(found.into_iter().map(|(id, at)| (id, from_us(at))).collect())
    }

    /// Adds the demand that somebody active can still manage people and roles after what the batch did so far.
    pub(super) fn keep_an_administrator(&self, batch: &mut Batch) {
        role::require_administrator(batch, self.org(), LAST_ADMINISTRATOR);
    }
}

/// The guard that keeps an organisation from locking itself out; also the code of the [`Error::Conflict`].
pub(super) const LAST_ADMINISTRATOR: &str = "last_administrator";
/// The guard of versions.
pub(super) const VERSION: &str = guard::VERSION;

fn damaged(e: wardpost_model::AddressError) -> Error {
    Error::internal("reading a stored domain", e)
}

fn to_partner(row: partner::PartnerRow) -> Result<Partner> {
    let domain = row.domain.parse().map_err(damaged)?;
    Ok(Partner { id: row.id, name: row.name, domain, note: row.note, version: row.version })
}

pub(super) fn to_role(row: role::RoleRow) -> HouseRole {
    let permissions = row.permissions.split_ascii_whitespace().filter_map(Permission::from_name).collect();
    HouseRole { role: Role { id: row.id, name: row.name, permissions }, key: row.key, version: row.version }
}

/// Permissions as stored: between blanks, with a blank at both ends.
pub(super) fn permissions_text(permissions: &BTreeSet<Permission>) -> String {
    permissions.iter().fold(" ".to_owned(), |text, p| text + p.as_str() + " ")
}
