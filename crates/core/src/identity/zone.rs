//! Where somebody is: which zone holds for a client, by network and by what its certificate is worth, what is open there,
//! and how long a session lasts without activity. Asked at sign-in, at every request, and of mail programs at AUTH and at
//! every MAIL (ASVS 8.2.4). A certificate is judged anew each time: what ran out or was revoked since counts no longer.

use super::Client;
use super::limiter::network_key;
use super::session::{Known, stage};
use crate::audit::NewEntry;
use crate::clock::{HOUR_US, MINUTE_US};
use crate::people::House;
use crate::{Core, Error, Result};
use std::collections::BTreeSet;
use wardpost_gate::zone::{idle_minutes, refusal};
use wardpost_model::audit::{AuditAgent, AuditKind, Outcome};
use wardpost_model::device::{CertificateGap, DeviceCertificate, Vouching};
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, Circumstances};
use wardpost_model::proxy::ActingFor;
use wardpost_model::security::{Way, Zone, ZoneRules};
use wardpost_model::{PersonId, ZoneId};
use wardpost_store::Batch;
use wardpost_store::repo::session::{self as rows, SessionRow};
use wardpost_store::repo::{app_password, credential};

/// Which ways in are open to a browser that nobody has signed in with, to be told before anything is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doors {
    /// Name of the zone; none where no zone holds.
    pub zone: Option<String>,
    /// The ways that are open; none: nothing works there.
    pub ways: Vec<Way>,
    /// Why the device is not one of those for which a zone is made; none where no zone is, or the device is one.
    pub certificate_gap: Option<CertificateGap>,
}

/// What a session's person is told of where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Name of the zone; none where no zone holds.
    pub zone: Option<String>,
    /// Nothing can be changed there.
    pub read_only: bool,
    /// Files may be saved there.
    pub downloads: bool,
    /// As [`Doors::certificate_gap`].
    pub certificate_gap: Option<CertificateGap>,
}

impl Core {
    /// The ways in that are open to a client.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn doors(&self, client: &Client) -> Result<Doors> {
        let (house, device) = (self.house().await?, self.vouching(client.certificate.as_ref()));
        let policy = &house.security.policy;
        let (zone, rules) = policy.zone_of(client.network, &device);
        let zone = zone.map(|z| z.name.clone());
        let certificate_gap = policy.certificate_gap(&device, &self.device_authorities().names());
        Ok(Doors { zone, ways: rules.ways.iter().copied().collect(), certificate_gap })
    }

    /// Where a client is.
    pub(super) fn place(&self, house: &House, client: &Client) -> Place {
        let (policy, device) = (&house.security.policy, self.vouching(client.certificate.as_ref()));
        let (zone, rules) = policy.zone_of(client.network, &device);
        Place {
            zone: zone.map(|z| z.name.clone()),
            read_only: rules.read_only,
            downloads: rules.downloads,
            certificate_gap: policy.certificate_gap(&device, &self.device_authorities().names()),
        }
    }

    /// What a device's certificate is worth at this moment.
    pub(crate) fn vouching(&self, shown: Option<&DeviceCertificate>) -> Vouching {
        shown.map(|c| self.device_authorities().judge(c, self.clock().now_us())).unwrap_or_default()
    }

    /// The zone that holds a client, and its rules.
    pub(super) fn zone_of<'h>(&self, house: &'h House, client: &Client) -> (Option<&'h Zone>, &'h ZoneRules) {
        house.security.policy.zone_of(client.network, &self.vouching(client.certificate.as_ref()))
    }

    /// Whether anybody may come in this way from where the client is: asked before anything that was typed is looked at,
    /// so that the answer says nothing of a login.
    ///
    /// # Errors
    /// [`Error::Denied`] with the reason's code, after an audit entry.
    pub(super) async fn admit(&self, way: Way, client: &Client) -> Result<()> {
        let house = self.house().await?;
        let (zone, rules) = self.zone_of(&house, client);
        let Some(code) = refusal(rules, way) else { return Ok(()) };
        // Once a minute for each network: who tries on fills no log.
        if self.identity().zone_refusals.take(network_key(client.network), self.clock().now_us()).is_err() {
            return Err(Error::Denied(code));
        }
        let entry = NewEntry::of(AuditAgent::Guest, AuditKind::ZoneRefused)
            .network(client.network)
            .request(client.request_id.clone());
        let entry = self.at_place(entry, &house, zone, client.certificate.as_ref());
        self.audit_alone(entry.outcome(Outcome::Refused).with("way", way.as_str()).why(code)).await?;
        Err(Error::Denied(code))
    }

    /// Says in an audit entry in which zone somebody was; and, where zones go by certificates, what theirs was worth.
    fn at_place(
        &self,
        entry: NewEntry,
        house: &House,
        zone: Option<&Zone>,
        certificate: Option<&DeviceCertificate>,
    ) -> NewEntry {
        let entry = entry.with("zone", zone.map_or_else(|| "elsewhere".to_owned(), |z| z.name.clone()));
        match house.security.policy.zones.iter().any(|z| z.authority.is_some()) {
            true => entry.with("certificate", self.vouching(certificate).to_string()),
            false => entry,
        }
    }

    /// The entry of a sign-in, with the place where it was.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn told_where(&self, entry: NewEntry, client: &Client) -> Result<NewEntry> {
        let house = self.house().await?;
        let (zone, _) = self.zone_of(&house, client);
        Ok(self.at_place(entry, &house, zone, client.certificate.as_ref()))
    }

    /// The actor of a session at a request from somewhere.
    ///
    /// # Errors
    /// [`Error::Denied`] where the way by which they came in is not open; the session goes on where it is. Audited once a
    /// minute for each session.
    pub(super) async fn acting(&self, known: &Known, client: &Client) -> Result<Actor> {
        let house = self.house().await?;
        let (zone, rules) = self.zone_of(&house, client);
        let way = way_of(&known.row);
        let circumstances = Circumstances {
            zone: zone.map(|z| z.id),
            read_only: rules.read_only,
            no_downloads: !rules.downloads,
            way: Some(way),
            certificate: client.certificate.clone(),
            app_password: None,
            since_us: None,
            acting_for: self.acted_for(known).await?,
        };
        // Whatever else somebody may: for a patient they are nothing but their proxy.
        let permissions = match &circumstances.acting_for {
            Some(acting) if acting.over => BTreeSet::new(),
            Some(_) => BTreeSet::from([Permission::SelfRead, Permission::ProxyAct]),
            None => known.actor.permissions.clone(),
        };
        let actor = Actor {
            permissions,
            network: client.network,
            request_id: client.request_id.clone(),
            circumstances,
            ..known.actor.clone()
        };
        let Some(code) = refusal(rules, way) else { return Ok(actor) };
        let session = known.row.id.0.as_u128();
        if self.identity().zone_refusals.take(session, self.clock().now_us()).is_ok() {
            let entry = NewEntry::by(&actor, AuditKind::ZoneRefused).on("session", known.row.id);
            let entry = self.at_place(entry, &house, zone, client.certificate.as_ref());
            let entry = entry.outcome(Outcome::Refused).with("way", way.as_str());
            self.audit_alone(entry.why(code)).await?;
        }
        Err(Error::Denied(code))
    }

    async fn acted_for(&self, known: &Known) -> Result<Option<ActingFor>> {
        match known.row.acting_for {
            Some(proxy) => self.acting_for(known.row.person_id, proxy).await.map(Some),
            None => Ok(None),
        }
    }

    /// How long a person's session lasts without activity where the client is: the least of what role, zone and the
    /// operator's configuration say.
    pub(super) fn idle_for(&self, house: &House, person: PersonId, rules: &ZoneRules) -> i64 {
        let policy = &house.security.policy;
        let roles = house.person(person).map(|p| &p.roles);
        let minutes = idle_minutes(&policy.sessions, roles.into_iter().flatten(), rules);
        i64::from(u16::from(minutes).min(self.config().idle_minutes).clamp(1, 60)) * MINUTE_US
    }

    /// What a new session of a person has by now: idle time, zone, and when it ends in any case.
    pub(super) async fn session_terms(&self, person: PersonId, client: &Client) -> Result<Terms> {
        let house = self.house().await?;
        let (zone, rules) = self.zone_of(&house, client);
        let hours = u16::from(house.security.policy.sessions.absolute_hours).min(self.config().session_hours);
        Ok(Terms {
            idle_us: self.idle_for(&house, person, rules),
            zone: zone.map(|z| z.id),
            lifetime_us: i64::from(hours.clamp(1, 24)) * HOUR_US,
        })
    }

    /// Adds the end of the oldest sessions of a person who is about to have more than policy allows (ASVS 7.1.2).
    pub(super) async fn make_room(&self, batch: &mut Batch, person: PersonId) -> Result<()> {
        let now = self.clock().now_us();
        let most = usize::from(self.security_current().await?.policy.sessions.most_per_person.max(1));
        let open = rows::of_person(self.db(), self.org(), person, now).await?;
        for old in open.iter().skip(most - 1) {
            rows::end_if_open(batch, self.org(), old.id, now);
            let entry = NewEntry::system(AuditKind::SessionEnded).on("session", old.id).why("too many sessions");
            self.audit(batch, entry.with("person", person.to_string()))?;
        }
        if open.len() >= most {
            self.announce(batch, crate::live::Change::Sessions(person));
        }
        Ok(())
    }

    /// Whether a mail program that has signed in may still send: its device password stands, its person acts, and its
    /// network lets mail programs in. Asked at every MAIL, and whenever something of it changed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn mail_program_may(&self, actor: &Actor) -> Result<bool> {
        let house = self.house().await?;
        let certificate = actor.circumstances.certificate.clone();
        let client = Client { network: actor.network, certificate, ..Client::default() };
        let (_, rules) = self.zone_of(&house, &client);
        if refusal(rules, Way::MailProgram).is_some() || rules.read_only {
            return Ok(false);
        }
        let acts = self.active_actor(actor.person_id, &client).await?;
        if !acts.is_some_and(|(a, _)| a.may(Permission::MailSubmit)) {
            return Ok(false);
        }
        // "All sessions" means what mail programs have open as well: they sign in anew.
        let ended = credential::programs_ended(self.db(), self.org(), actor.person_id).await?;
        if ended.zip(actor.circumstances.since_us).is_some_and(|(ended, since)| since <= ended) {
            return Ok(false);
        }
        match actor.circumstances.app_password {
            Some(id) => Ok(app_password::get(self.db(), self.org(), id).await?.is_some()),
            None => Ok(true),
        }
    }
}

/// What a session has at its beginning.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    pub idle_us: i64,
    pub zone: Option<ZoneId>,
    pub lifetime_us: i64,
}

/// By which way a session came in; one whose way is not known counts as by password, the weakest.
pub(super) fn way_of(row: &SessionRow) -> Way {
    debug_assert_ne!(row.stage, stage::SECOND_FACTOR);
    Way::from_name(&row.method).unwrap_or(Way::Password)
}
