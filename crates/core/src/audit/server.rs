//! Start and stop of the server, in the log.

use super::NewEntry;
use crate::{Core, Result};
use wardpost_model::audit::AuditKind;

impl Core {
    /// Records that a node began to serve.
    ///
    /// # Errors
    /// When it can't be made durable: the node must not serve then.
    pub async fn server_started(&self, node: &str, version: &str) -> Result<()> {
        let entry = NewEntry::system(AuditKind::ServerStarted).on("node", node).with("version", version);
        self.audit_alone(entry).await
    }

    /// Records that a node stopped in order.
    ///
    /// # Errors
    /// When it can't be made durable.
    pub async fn server_stopped(&self, node: &str) -> Result<()> {
        self.audit_alone(NewEntry::system(AuditKind::ServerStopped).on("node", node)).await
    }
}
