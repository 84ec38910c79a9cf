//! What somebody may do, and why: asked of the same gate that decides when they act, for the person as a whole and for each
//! of their roles alone. There is no second logic: a role is a reason exactly where the gate would let it do alone.

use super::house::{House, HousePerson, MailboxRef};
use super::mandate::mandate_rights;
use super::{Page, page_limit};
use crate::audit::NewEntry;
use crate::clock::from_us;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use wardpost_gate::zone::refusal;
use wardpost_gate::{MandateRights, Scope, authorise};
use wardpost_model::audit::AuditKind;
use wardpost_model::ground::RelationKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, Circumstances, MandateKind, PersonState, RoleVia};
use wardpost_model::security::{Way, ZoneRules};
use wardpost_model::{MailboxId, PersonId, RoleId, TeamId, ZoneId};
use wardpost_store::repo::role::GrantRow;
use wardpost_store::repo::{app_password, break_glass, care, credential, passkey, role};

/// Why somebody may do something, or what takes it away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A role that they have.
    Role {
        /// The role.
        id: RoleId,
        /// Its name.
        name: String,
        /// How it came to them.
        via: RoleVia,
        /// Who gave it; nobody where the operator did.
        by: Option<String>,
        /// When.
        at: Timestamp,
    },
    /// They use the mailbox.
    Member,
    /// They act for the colleague whose mailbox it is.
    Mandate {
        /// As what.
        kind: MandateKind,
        /// For whom.
        grantor: String,
        /// Until then, where it ends.
        until: Option<Timestamp>,
    },
    /// They care for patients.
    Relation {
        /// How.
        kind: RelationKind,
        /// For how many.
        patients: u32,
        /// When the last of these relations ends, where they end.
        until: Option<Timestamp>,
    },
    /// Their care team does.
    Team {
        /// Its name.
        name: String,
        /// For how many.
        patients: u32,
    },
    /// Emergency access, as long as it lasts.
    Emergency {
        /// Until then.
        until: Timestamp,
    },
    /// They can't sign in: what takes everything away.
    State(PersonState),
    /// The network takes it away.
    Zone {
        /// Its name; none where no zone holds.
        name: Option<String>,
        /// `zone_nothing`, `zone_way`, `zone_read_only`.
        code: &'static str,
    },
}

/// A permission that somebody has, or has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// Which.
    pub permission: Permission,
    /// Whether the gate lets them, and nothing takes it away.
    pub allowed: bool,
    /// Why: each of these alone would do.
    pub sources: Vec<Source>,
    /// What takes away what the gate would let them.
    pub taken_by: Option<Source>,
}

/// What somebody may do in a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxRights {
    /// The mailbox.
    pub mailbox: MailboxRef,
    /// Reading and sending.
    pub acts: Vec<Effective>,
}

/// By what somebody comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WaysIn {
    /// A password with an authenticator app.
    pub password: bool,
    /// Passkeys.
    pub passkeys: u32,
    /// Those of them that are bound to a device.
    pub security_keys: u32,
    /// Passwords of mail programs.
    pub mail_programs: u32,
}

impl WaysIn {
    fn to_the_app(self) -> Vec<Way> {
        let copied = self.passkeys > self.security_keys;
        [(self.password, Way::Password), (copied, Way::Passkey), (self.security_keys > 0, Way::SecurityKey)]
            .into_iter()
            .filter_map(|(has, way)| has.then_some(way))
            .collect()
    }
}

/// Where somebody would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whereabouts {
    /// In a zone.
    Zone(ZoneId),
    /// Where no zone holds.
    Elsewhere,
}

/// Everything that somebody may do, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// Every permission there is.
    pub permissions: Vec<Effective>,
    /// Every mailbox that they use.
    pub mailboxes: Vec<MailboxRights>,
    /// For how many patients they care, and how.
    pub care: Vec<Source>,
    /// Whether only who cares opens what is about a patient.
    pub strict: bool,
    /// By what they come in.
    pub ways: WaysIn,
    /// All roles that they have, with who gave them.
    pub roles: Vec<Source>,
    /// Zones that can be asked about.
    pub zones: Vec<(ZoneId, String)>,
}

/// Somebody who may do what was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhoCan {
    /// Who.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Function.
    pub function: String,
    /// Why.
    pub sources: Vec<Source>,
}

/// The facts about everybody, read once.
pub(crate) struct Book {
    pub(crate) house: Arc<House>,
    grants: HashMap<PersonId, Vec<GrantRow>>,
    ways: HashMap<PersonId, WaysIn>,
    care: HashMap<PersonId, Vec<Source>>,
    now_us: i64,
}

impl Core {
    /// What somebody may do and why, anywhere or in a zone.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.read`, unless it is oneself; [`Error::NotFound`]; [`Error::Validation`] of `zone`.
    pub async fn rights_of(&self, actor: &Actor, id: PersonId, place: Option<Whereabouts>) -> Result<Rights> {
        self.allow(actor, Permission::PersonRead, Scope::Person { subject: id }).await?;
        let book = self.rights_book().await?;
        let person = book.house.person(id).ok_or(Error::NotFound)?;
        let policy = &book.house.security.policy;
        let place = match place {
            None => None,
            Some(Whereabouts::Elsewhere) => Some((None, &policy.elsewhere)),
            Some(Whereabouts::Zone(zone)) => {
                let found = policy.zones.iter().find(|z| z.id == zone);
                let zone = found.ok_or_else(|| Error::field("zone", "unknown", "There is no such zone."))?;
                Some((Some(zone.name.as_str()), &zone.rules))
            }
        };
        let rights = book.rights(person, place);
        self.audit_alone(NewEntry::by(actor, AuditKind::RightsRead).on_person(id)).await?;
        Ok(rights)
    }

    /// Who may do something now, by name.
    ///
    /// # Errors
    /// [`Error::Denied`] without `rights.review`; [`Error::Validation`] of `permission` (`required`), or for a cursor that
    /// isn't one.
    pub async fn who_can(
        &self,
        actor: &Actor,
        permission: Option<Permission>,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<WhoCan>> {
        self.allow(actor, Permission::RightsReview, Scope::Organisation).await?;
        let permission = permission.ok_or_else(|| Error::field("permission", "required", "Say which."))?;
        let book = self.rights_book().await?;
        let key = |p: &HousePerson| (p.profile.name.to_lowercase(), p.id);
        let mut able: Vec<&HousePerson> =
            book.house.people.values().filter(|p| book.may(p, permission, Scope::Organisation)).collect();
        able.sort_by_cached_key(|p| key(p));
        let start = match cursor {
            None => 0,
            Some(c) => {
                let id: PersonId =
                    c.parse().map_err(|_| Error::field("cursor", "cursor", "Not a cursor of this list."))?;
                book.house.person(id).map_or(0, |last| able.partition_point(|p| key(p) <= key(last)))
            }
        };
        let limit = page_limit(limit) as usize;
        let page = able.iter().skip(start).take(limit);
        let items: Vec<WhoCan> = page.map(|p| book.who(p, permission)).collect();
        let more = able.len() > start + items.len();
        let next_cursor = items.last().filter(|_| more).map(|p| p.id.to_string());
        let entry = NewEntry::by(actor, AuditKind::RightsRead).on("org", self.org());
        self.audit_alone(entry.with("permission", permission.as_str())).await?;
        Ok(Page { items, next_cursor })
    }

    /// Reads the facts about everybody.
    pub(crate) async fn rights_book(&self) -> Result<Book> {
        let (db, org) = (self.db(), self.org());
        let house = self.house().await?;
        let mut grants: HashMap<PersonId, Vec<GrantRow>> = HashMap::new();
        for g in role::grants(db, org).await? {
            grants.entry(g.person_id).or_default().push(g);
        }
        let mut ways: HashMap<PersonId, WaysIn> = HashMap::new();
        for person in credential::with_password(db, org).await? {
            ways.entry(person).or_default().password = true;
        }
        for (person, bound) in passkey::owners(db, org).await? {
            let of = ways.entry(person).or_default();
            of.passkeys += 1;
            of.security_keys += u32::from(bound);
        }
        for person in app_password::owners(db, org).await? {
            ways.entry(person).or_default().mail_programs += 1;
        }
        Ok(Book { house, grants, ways, care: self.care_book().await?, now_us: self.clock().now_us() })
    }

    /// For how many patients everybody cares, and how. Whom, is nobody's business here.
    async fn care_book(&self) -> Result<HashMap<PersonId, Vec<Source>>> {
        let (db, org, now) = (self.db(), self.org(), self.clock().now_us());
        let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
        let mut book: HashMap<PersonId, Vec<Source>> = HashMap::new();
        for r in care::cared(db, org, now).await? {
            let Some(kind) = RelationKind::from_name(&r.kind) else { continue };
            let source = Source::Relation { kind, patients: count(r.patients), until: r.ends_us.map(from_us) };
            book.entry(r.person_id).or_default().push(source);
        }
        let names = self.team_names().await?;
        let patients: HashMap<TeamId, i64> = care::cared_by_team(db, org, now).await?.into_iter().collect();
        for (team, person) in care::members(db, org).await? {
            let name = names.get(&team).cloned().unwrap_or_default();
            let patients = count(patients.get(&team).copied().unwrap_or(0));
            book.entry(person).or_default().push(Source::Team { name, patients });
        }
        for g in break_glass::open(db, org, now).await? {
            book.entry(g.person_id).or_default().push(Source::Emergency { until: from_us(g.ends_us) });
        }
        Ok(book)
    }
}

impl Book {
    /// Everything that somebody may do, anywhere or in a zone.
    pub(super) fn rights(&self, person: &HousePerson, place: Option<(Option<&str>, &ZoneRules)>) -> Rights {
        let (subject, roles) = (self.subject(person), self.roles(person));
        let ask = |permission: Permission, scope: Scope<'_>| {
            let taken = self.taken(person, permission, place);
            effective(&subject, &roles, permission, scope, taken)
        };
        let mandates = self.house.mandates_of(person.id, self.now_us);
        let used: BTreeSet<MailboxId> = self
            .house
            .by_member
            .get(&person.id)
            .into_iter()
            .flatten()
            .copied()
            .chain(mandates.iter().map(|m| m.mailbox))
            .collect();
        let mut mailboxes: Vec<MailboxRef> =
            used.iter().filter_map(|id| self.house.mailboxes.get(id)).map(|(m, _)| Arc::clone(m)).collect();
        mailboxes.sort_by_cached_key(|m| m.address.normalised());
        let in_mailbox = |mailbox: MailboxRef| {
            let scope = Scope::Mailbox { members: &mailbox.members, mandate: self.mandate_on(person.id, mailbox.id) };
            let why = self.why_in(person.id, &mailbox);
            let acts = [Permission::MailRead, Permission::MailSend].map(|permission| {
                let mut asked = ask(permission, scope);
                if !asked.sources.is_empty() {
                    asked.sources.insert(0, why.clone());
                }
                asked
            });
            MailboxRights { acts: acts.into(), mailbox }
        };
        let policy = &self.house.security.policy;
        Rights {
            permissions: Permission::ALL.iter().map(|p| ask(*p, Scope::Organisation)).collect(),
            mailboxes: mailboxes.into_iter().map(in_mailbox).collect(),
            care: self.care.get(&person.id).cloned().unwrap_or_default(),
            strict: policy.access.strict,
            ways: self.ways.get(&person.id).copied().unwrap_or_default(),
            zones: policy.zones.iter().map(|z| (z.id, z.name.clone())).collect(),
            roles: roles.into_iter().map(|r| r.source).collect(),
        }
    }

    /// What mandates let somebody do in a mailbox.
    pub(crate) fn mandate_on(&self, person: PersonId, mailbox: MailboxId) -> Option<MandateRights> {
        let held = self.house.mandates_of(person, self.now_us).into_iter().filter(|m| m.mailbox == mailbox);
        mandate_rights(&held.collect::<Vec<_>>())
    }

    /// Why somebody is in a mailbox: as its user, or for its owner.
    fn why_in(&self, person: PersonId, mailbox: &MailboxRef) -> Source {
        let mut held = self.house.mandates_of(person, self.now_us).into_iter().filter(|m| m.mailbox == mailbox.id);
        match held.next().filter(|_| !mailbox.members.contains(&person)) {
            Some(m) => Source::Mandate {
                kind: m.kind,
                grantor: self.house.person_name(m.grantor),
                until: m.ends_us.map(from_us),
            },
            None => Source::Member,
        }
    }

    /// By what somebody comes in.
    pub(super) fn ways_of(&self, person: PersonId) -> WaysIn {
        self.ways.get(&person).copied().unwrap_or_default()
    }

    /// Whether somebody may do something, wherever they are.
    pub(crate) fn may(&self, person: &HousePerson, permission: Permission, scope: Scope<'_>) -> bool {
        person.state == PersonState::Active && authorise(&self.subject(person), permission, scope).is_ok()
    }

    fn who(&self, person: &HousePerson, permission: Permission) -> WhoCan {
        let asked = effective(&self.subject(person), &self.roles(person), permission, Scope::Organisation, None);
        let profile = &person.profile;
        WhoCan { id: person.id, name: profile.name.clone(), function: profile.function.clone(), sources: asked.sources }
    }

    /// Somebody as they would act.
    fn subject(&self, person: &HousePerson) -> Actor {
        subject(person.id, self.house.permissions_of(&person.roles))
    }

    fn roles(&self, person: &HousePerson) -> Vec<Held> {
        let grants = self.grants.get(&person.id).into_iter().flatten();
        let held = |g: &GrantRow| {
            let role = &self.house.roles.get(&g.role_id)?.role;
            let source = Source::Role {
                id: role.id,
                name: role.name.clone(),
                via: RoleVia::from_name(&g.via).unwrap_or(RoleVia::Setup),
                by: g.given_by.map(|p| self.house.person_name(p)).filter(|n| !n.is_empty()),
                at: from_us(g.given_us),
            };
            Some(Held { permissions: role.permissions.clone(), source })
        };
        // What was given a moment ago may not be in this copy of the house yet, and the other way round.
        grants.filter(|g| person.roles.contains(&g.role_id)).filter_map(held).collect()
    }

    /// What takes a permission away from somebody.
    fn taken(
        &self,
        person: &HousePerson,
        permission: Permission,
        place: Option<(Option<&str>, &ZoneRules)>,
    ) -> Option<Source> {
        if person.state != PersonState::Active {
            return Some(Source::State(person.state));
        }
        let (name, rules) = place?;
        let ways = match permission {
            Permission::MailSubmit => vec![Way::MailProgram],
            _ => self.ways_of(person.id).to_the_app(),
        };
        let refused: Vec<&'static str> = ways.iter().filter_map(|way| refusal(rules, *way)).collect();
        let shut = refused.first().copied().filter(|_| refused.len() == ways.len());
        let code = shut.or_else(|| (rules.read_only && permission.writes()).then_some("zone_read_only"))?;
        Some(Source::Zone { name: name.map(str::to_owned), code })
    }
}

/// A role that somebody has.
#[derive(Debug, Clone)]
struct Held {
    permissions: BTreeSet<Permission>,
    source: Source,
}

/// Somebody who acts with these permissions, from nowhere in particular.
fn subject(person_id: PersonId, permissions: BTreeSet<Permission>) -> Actor {
    Actor {
        person_id,
        name: String::new(),
        roles: Vec::new(),
        permissions,
        session_id: None,
        network: None,
        request_id: None,
        circumstances: Circumstances::default(),
    }
}

/// Asks the gate: for everything that the person has, and for each role as if it were the only one.
fn effective(
    person: &Actor,
    roles: &[Held],
    permission: Permission,
    scope: Scope<'_>,
    taken: Option<Source>,
) -> Effective {
    let may = authorise(person, permission, scope).is_ok();
    let alone = |r: &&Held| {
        let only = subject(person.person_id, r.permissions.clone());
        authorise(&only, permission, scope).is_ok()
    };
    let sources = roles.iter().filter(alone).map(|r| r.source.clone()).collect();
    let taken_by = taken.filter(|_| may);
    Effective { permission, allowed: may && taken_by.is_none(), sources, taken_by }
}
