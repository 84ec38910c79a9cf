//! Asking the gate, with refusals in the log.

use super::NewEntry;
use crate::{Core, Error, Result};
use wardpost_gate::{Denied, Scope};
use wardpost_model::audit::{AuditKind, Outcome};
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;

impl Core {
    /// Asks the gate. The entry of a refusal names the person whom the scope is about, if any; for other objects use
    /// [`Core::allow_on`].
    pub(crate) async fn allow(&self, actor: &Actor, permission: Permission, scope: Scope<'_>) -> Result<()> {
        match scope {
            Scope::Session { owner: id }
            | Scope::Passkey { owner: id }
            | Scope::Device { owner: id }
            | Scope::AppPassword { owner: id }
            | Scope::Person { subject: id }
            | Scope::Review { subject: id }
            | Scope::Roles { subject: id, .. } => self.allow_on(actor, permission, scope, ("person", id)).await,
            Scope::Organisation
            | Scope::Mailbox { .. }
            | Scope::Mandate { .. }
            | Scope::Draft { .. }
            | Scope::Held { .. }
            | Scope::Patient { .. }
            | Scope::Portal { .. }
            | Scope::Relation { .. }
            | Scope::BreakGlass { .. }
            | Scope::Approval { .. }
            | Scope::Role { .. } => self.allow_on(actor, permission, scope, ("org", self.org())).await,
        }
    }

    /// Asks the gate about an object, by its kind and id; the entry of a refusal names it.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`] for what is somebody else's; when the refusal can't be audited.
    pub(crate) async fn allow_on(
        &self,
        actor: &Actor,
        permission: Permission,
        scope: Scope<'_>,
        (kind, id): (&str, impl ToString),
    ) -> Result<()> {
        match wardpost_gate::authorise(actor, permission, scope) {
            Ok(()) => Ok(()),
            Err(denied) => self.refuse(actor, permission, denied, kind, id.to_string()).await,
        }
    }

    /// Asks the gate about an object that may not be there (`scope` is none then). Who lacks the permission is told so,
    /// whatever the object; what somebody may not know of is answered like what isn't there, after the same work: the
    /// entry of the refusal is written for both (ASVS 8.2.2).
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`]; when the refusal can't be audited.
    pub(crate) async fn allow_known(
        &self,
        actor: &Actor,
        permission: Permission,
        scope: Option<Scope<'_>>,
        (kind, id): (&str, impl ToString),
    ) -> Result<()> {
        let answer = match scope {
            Some(scope) => wardpost_gate::authorise(actor, permission, scope),
            None => wardpost_gate::authorise(actor, permission, Scope::Organisation).and(Err(Denied::NotYours)),
        };
        match answer {
            Ok(()) => Ok(()),
            Err(denied) => self.refuse(actor, permission, denied, kind, id.to_string()).await,
        }
    }

    /// As [`Core::allow_known`], for what everybody may have of their own without a permission (sessions, device
    /// passwords): its lack is no answer either, since it would tell somebody else's from what isn't there.
    pub(crate) async fn allow_owned(
        &self,
        actor: &Actor,
        permission: Permission,
        scope: Option<Scope<'_>>,
        object: (&str, impl ToString),
    ) -> Result<()> {
        match self.allow_known(actor, permission, scope, object).await {
            Err(Error::Denied(_)) => Err(Error::NotFound),
            answer => answer,
        }
    }

    async fn refuse(
        &self,
        actor: &Actor,
        permission: Permission,
        denied: Denied,
        kind: &str,
        id: String,
    ) -> Result<()> {
        let entry = NewEntry::by(actor, AuditKind::AccessDenied)
            .on(kind, id)
            .outcome(Outcome::Refused)
            .with("permission", permission.as_str())
            .why(denied.code());
        self.audit_alone(entry).await?;
        Err(match denied {
            Denied::NotYours => Error::NotFound,
            other => Error::Denied(other.code()),
        })
    }
}
