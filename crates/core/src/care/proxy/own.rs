//! The portal: what a patient sees of their own, and who acts for them of theirs.

use super::super::relation::RelationLine;
use super::{ProxyLine, ProxyStanding, Read, SHOWN_FOR_US};
use crate::audit::NewEntry;
use crate::error::guard;
use crate::identity::Client;
use crate::live::Change;
use crate::{Core, Error, Result};
use jiff::civil::Date;
use wardpost_gate::Scope;
use wardpost_gate::age::ProxyEnd;
use wardpost_model::audit::AuditKind;
use wardpost_model::ground::Ground;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::proxy::ProxyScope;
use wardpost_model::{PatientId, PhoneNumber, ProxyId};
use wardpost_store::Batch;
use wardpost_store::repo::patient::{self as patients, PatientRow};
use wardpost_store::repo::proxy as rows;
use wardpost_store::repo::session as sessions;

/// Who acts for oneself, and for whom one acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnProxies {
    /// Who acts for oneself; none where the account is no patient's.
    pub for_me: Vec<ProxyLine>,
    /// For whom one acts.
    pub by_me: Vec<ProxyLine>,
}

/// A patient's own administrative data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientDetails {
    /// Name.
    pub name: String,
    /// Date of birth.
    pub birth_date: Option<Date>,
    /// The numbers by which the organisation knows them.
    pub references: Vec<String>,
    /// Mobile number.
    pub phone: Option<PhoneNumber>,
}

/// Who cares for a patient, as the patient sees it: without the colleagues' reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientCare {
    /// Relations that hold, oldest first.
    pub relations: Vec<RelationLine>,
}

impl Core {
    /// Whose portal somebody looks at, and on which ground: their own, or that of the patient for whom they act.
    ///
    /// # Errors
    /// [`Error::Denied`] without `self.read`, or for what the proxy does not open; [`Error::NotFound`] when the account is no
    /// patient's.
    pub(in crate::care) async fn portal(&self, actor: &Actor, part: ProxyScope) -> Result<(PatientRow, Ground)> {
        self.allow(actor, Permission::SelfRead, Scope::Portal { part }).await?;
        let (found, ground) = match &actor.circumstances.acting_for {
            Some(a) => (patients::get(self.db(), self.org(), a.patient).await?, Ground::Proxy(a.proxy)),
            None => (patients::of_account(self.db(), self.org(), actor.person_id).await?, Ground::Own),
        };
        Ok((found.ok_or(Error::NotFound)?, ground))
    }

    /// The administrative data that the organisation keeps of the patient.
    ///
    /// # Errors
    /// As for every part of the portal: [`Error::Denied`], [`Error::NotFound`].
    pub async fn my_details(&self, actor: &Actor) -> Result<PatientDetails> {
        let (row, ground) = self.portal(actor, ProxyScope::Details).await?;
        let sealed = self.open_patient(&row)?;
        let entry = NewEntry::by(actor, AuditKind::PatientRead)
            .on("patient", row.id)
            .patient(Some(&self.reference_of(&row, None)?))
            .ground(Some(ground));
        self.audit_alone(entry).await?;
        Ok(PatientDetails {
            name: sealed.name,
            birth_date: sealed.birth_date,
            references: sealed.references,
            phone: sealed.phone,
        })
    }

    /// Who cares for the patient.
    ///
    /// # Errors
    /// As for every part of the portal: [`Error::Denied`], [`Error::NotFound`].
    pub async fn my_care(&self, actor: &Actor) -> Result<PatientCare> {
        let (row, _) = self.portal(actor, ProxyScope::Care).await?;
        let relations = self.relation_lines(row.id).await?;
        let relations = relations.into_iter().map(|r| RelationLine { reason: String::new(), ..r }).collect();
        Ok(PatientCare { relations })
    }

    /// Who acts for oneself, and for whom one acts.
    ///
    /// # Errors
    /// [`Error::Denied`] without `self.read`, or while acting for somebody.
    pub async fn my_proxies(&self, actor: &Actor) -> Result<OwnProxies> {
        self.allow(actor, Permission::SelfRead, Scope::Organisation).await?;
        let since = self.clock().now_us() - SHOWN_FOR_US;
        let mine = patients::of_account(self.db(), self.org(), actor.person_id).await?;
        let for_me = match mine {
            Some(patient) => rows::of_patient(self.db(), self.org(), patient.id, since).await?,
            None => Vec::new(),
        };
        let by_me = rows::of_person(self.db(), self.org(), actor.person_id, since).await?;
        Ok(OwnProxies { for_me: self.proxy_lines(for_me, false).await?, by_me: self.proxy_lines(by_me, false).await? })
    }

    /// Consents to being acted for. Only the patient themselves, in their own account.
    ///
    /// # Errors
    /// [`Error::Denied`] without `self.read`, or while acting for somebody; [`Error::NotFound`] when it is not about oneself,
    /// over, or has consent.
    pub async fn consent_to_proxy(&self, actor: &Actor, id: ProxyId) -> Result<()> {
        self.allow(actor, Permission::SelfRead, Scope::Organisation).await?;
        let (read, patient) = self.own_proxy(actor, id).await?;
        if patient.person_id != Some(actor.person_id) {
            return Err(Error::NotFound);
        }
        self.put_consent(actor, &read, &patient, Ground::Own).await
    }

    /// Ends a proxy: the patient, or who acts. What it opened closes at once.
    ///
    /// # Errors
    /// [`Error::Denied`] without `self.read`, or while acting for somebody; [`Error::NotFound`] when it is over, or none of the
    /// actor's business.
    pub async fn give_up_proxy(&self, actor: &Actor, id: ProxyId) -> Result<()> {
        self.allow(actor, Permission::SelfRead, Scope::Organisation).await?;
        let (read, patient) = self.own_proxy(actor, id).await?;
        let ground = if patient.person_id == Some(actor.person_id) { Ground::Own } else { Ground::Proxy(id) };
        let entry = NewEntry::by(actor, AuditKind::ProxyEnded);
        self.close_proxy(&read, &patient, ProxyEnd::Withdrawn, entry, ground).await
    }

    /// A proxy that is the actor's: theirs to act by, or about them. Somebody else's takes as long as none.
    async fn own_proxy(&self, actor: &Actor, id: ProxyId) -> Result<(Read, PatientRow)> {
        let row = rows::get_own(self.db(), self.org(), id, actor.person_id).await?.ok_or(Error::NotFound)?;
        let patient = patients::get(self.db(), self.org(), row.patient_id).await?.ok_or(Error::NotFound)?;
        Ok((Read::of(row)?, patient))
    }

    /// From now on the session acts for a patient, or (`none`) for nobody but its person. Audited in the patient's log.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`]; [`Error::Denied`] without `proxy.act`; [`Error::NotFound`] for a patient for whom the person
    /// does not act now.
    pub async fn act_for(&self, secret: &str, client: &Client, patient: Option<PatientId>) -> Result<()> {
        let (actor, info) = self.authenticate_session(secret, client, true).await?;
        let me = actor.person_id;
        let mut batch = Batch::new();
        match patient {
            None => sessions::act_for(&mut batch, self.org(), info.id, None, guard::FOUND),
            Some(patient) => {
                // From one patient to another goes by way of oneself.
                self.allow_on(&actor, Permission::ProxyAct, Scope::Organisation, ("patient", patient)).await?;
                let mine = rows::of_person(self.db(), self.org(), me, i64::MAX).await?;
                let lines = self.proxy_lines(mine, false).await?;
                let held = lines.iter().find(|l| l.patient == patient && l.standing == ProxyStanding::Holds);
                let held = held.ok_or(Error::NotFound)?;
                let row = patients::get(self.db(), self.org(), patient).await?.ok_or(Error::NotFound)?;
                sessions::act_for(&mut batch, self.org(), info.id, Some(held.id), guard::FOUND);
                rows::require(&mut batch, self.org(), held.id, guard::FOUND);
                let entry = NewEntry::by(&actor, AuditKind::ProxyActing)
                    .on("proxy", held.id)
                    .on_behalf_of(held.patient_name.clone())
                    .with("acts_for", held.patient_name.clone())
                    .patient(Some(&self.reference_of(&row, None)?))
                    .ground(Some(Ground::Proxy(held.id)));
                self.audit(&mut batch, entry)?;
            }
        }
        self.announce(&mut batch, Change::Sessions(me));
        self.db().write(batch).await?;
        self.identity().forget_person(me);
        Ok(())
    }
}
