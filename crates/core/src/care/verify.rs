//! What staff check of a patient: that the mobile number on record is theirs, and who they are (NL-08).

use super::patient::{IdentityCheck, IdentityDocument, PatientView};
use crate::audit::NewEntry;
use crate::error::guard;
use crate::identity::CodeSent;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use wardpost_gate::Scope;
use wardpost_model::PatientId;
use wardpost_model::audit::AuditKind;
use wardpost_model::ground::Ground;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_store::Batch;
use wardpost_store::repo::patient as rows;

impl Core {
    /// Sends a code to the mobile number on record, which the patient reads out.
    ///
    /// # Errors
    /// [`Error::Denied`] without `patient.manage`; [`Error::NotFound`]; [`Error::Conflict`] `no_telephone`;
    /// [`Error::RateLimited`]; [`Error::Unavailable`] when the gateway fails.
    pub async fn ask_patient_phone(&self, actor: &Actor, id: PatientId) -> Result<CodeSent> {
        let (entry, sealed) = self.verifying(actor, id).await?;
        let phone = sealed.phone.ok_or(Error::Conflict("no_telephone"))?;
        self.send_code(id.0, &phone, self.org_language().await?, entry).await
    }

    /// Confirms the number by the code that the patient reads out.
    ///
    /// # Errors
    /// As [`Core::confirm_phone`], and [`Error::Denied`], [`Error::NotFound`].
    pub async fn confirm_patient_phone(&self, actor: &Actor, id: PatientId, code: &str) -> Result<PatientView> {
        let (entry, _) = self.verifying(actor, id).await?;
        self.take_code(id.0, code, entry).await?;
        self.patient_view(id, Some(Ground::Administration)).await
    }

    /// Records by what a patient's identity was checked: the kind of document, never its number.
    ///
    /// # Errors
    /// [`Error::Denied`] without `patient.manage`; [`Error::NotFound`]; [`Error::VersionConflict`].
    pub async fn check_patient_identity(
        &self,
        actor: &Actor,
        id: PatientId,
        version: i64,
        document: IdentityDocument,
    ) -> Result<PatientView> {
        let (entry, mut sealed) = self.verifying(actor, id).await?;
        let row = rows::get(self.db(), self.org(), id).await?.ok_or(Error::NotFound)?;
        let at_us = self.clock().now_us();
        sealed.identity = Some(IdentityCheck { document, checked_by: actor.person_id, at_us });
        let bytes = self.seal(purpose::PATIENT_RECORD, id.as_bytes(), &sealed)?;
        let mut batch = Batch::new();
        rows::set_account(&mut batch, self.org(), id, version, row.person_id, bytes, guard::VERSION);
        self.audit(&mut batch, entry.with("what", "identity").with("document", document.as_str()))?;
        self.db().write(batch).await?;
        self.patient_view(id, Some(Ground::Administration)).await
    }

    /// The patient, for who keeps patients' data, and the entry of what is checked.
    async fn verifying(&self, actor: &Actor, id: PatientId) -> Result<(NewEntry, super::patient::SealedPatient)> {
        self.allow_on(actor, Permission::PatientManage, Scope::Organisation, ("patient", id)).await?;
        let row = rows::get(self.db(), self.org(), id).await?.ok_or(Error::NotFound)?;
        let sealed = self.open_patient(&row)?;
        let entry = NewEntry::by(actor, AuditKind::PatientVerified)
            .on("patient", id)
            .patient(sealed.references.first().map(String::as_str))
            .ground(Some(Ground::Administration));
        Ok((entry, sealed))
    }
}
