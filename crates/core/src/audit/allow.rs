//! Asking the gate, with refusals in the log.

use super::NewEntry;
use crate::{Core, Error, Result};
use wardpost_gate::Scope;
use wardpost_model::audit::{AuditKind, Outcome};
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;

impl Core {
    /// Asks the gate. The entry of a refusal names the person whom the scope is about, if any; for other objects use
    /// [`Core::allow_on`].
    pub(crate) async fn allow(&self, actor: &Actor, permission: Permission, scope: Scope<'_>) -> Result<()> {
        match scope {
            Scope::Session { owner: id }
            | Scope::AppPassword { owner: id }
            | Scope::Person { subject: id }
            | Scope::Roles { subject: id, .. } => self.allow_on(actor, permission, scope, ("person", id)).await,
            Scope::Organisation
            | Scope::Mailbox { .. }
            | Scope::Draft { .. }
            | Scope::Held { .. }
            | Scope::Role { .. } => self.allow_on(actor, permission, scope, ("org", self.org())).await,
        }
    }

    /// Asks the gate about an object, by its kind and id; the entry of a refusal names it.
    ///
    /// # Errors
    /// [`Error::Denied`]; when the refusal can't be audited.
    pub(crate) async fn allow_on(
        &self,
        actor: &Actor,
        permission: Permission,
        scope: Scope<'_>,
        (kind, id): (&str, impl ToString),
    ) -> Result<()> {
        let Err(denied) = wardpost_gate::authorise(actor, permission, scope) else { return Ok(()) };
        let entry = NewEntry::by(actor, AuditKind::AccessDenied)
            .on(kind, id)
            .outcome(Outcome::Refused)
            .with("permission", permission.as_str())
            .why(denied.code());
        self.audit_alone(entry).await?;
        Err(Error::Denied(denied.code()))
    }
}
