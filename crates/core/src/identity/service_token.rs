//! How programs of other systems come in: by a bearer token of their account, which opens one thing only.

use super::Client;
use super::limiter::network_key;
use crate::audit::NewEntry;
use crate::clock::MINUTE_US;
use crate::{Core, Error, Result};
use uuid::Uuid;
use wardpost_model::audit::{AuditAgent, AuditKind, Outcome};
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, Circumstances};
use wardpost_model::security::Way;
use wardpost_store::Batch;
use wardpost_store::repo::provisioning::{self as rows, TokenRow};

/// Longest token that is looked at.
const MAX_BYTES: usize = 128;
/// Use is noted at most so often.
const NOTED_EVERY_US: i64 = MINUTE_US;

impl Core {
    /// The program behind a bearer token. It acts with `scim.provision` at most, whatever else its account's roles hold.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], never saying why; [`Error::Denied`] where no program may come in, and for changes where
    /// nothing can be changed; [`Error::RateLimited`] by network after many failures, and by token.
    pub async fn authenticate_token(&self, secret: &str, client: &Client, changes: bool) -> Result<Actor> {
        self.heed_changes();
        self.admit(Way::Token, client).await?;
        let (now, network) = (self.clock().now_us(), network_key(client.network));
        // Taken before the look and given back after success, so that many tries at once are counted.
        let limiter = &self.identity().token_failures;
        limiter.take(network, now).map_err(|retry_after_seconds| Error::RateLimited { retry_after_seconds })?;
        let Some((row, actor)) = self.program(secret, client, now).await? else {
            let entry = NewEntry::of(AuditAgent::Guest, AuditKind::ScimRequest).outcome(Outcome::Refused);
            let entry = entry.network(client.network).request(client.request_id.clone());
            self.audit_alone(entry.why("no such token")).await?;
            return Err(Error::Unauthenticated);
        };
        limiter.give_back(&network);
        let asked = self.identity().token_requests.take(row.id.0.as_u128(), now);
        asked.map_err(|retry_after_seconds| Error::RateLimited { retry_after_seconds })?;
        if row.last_used_us.is_none_or(|at| now - at > NOTED_EVERY_US) {
            let mut batch = Batch::new();
            rows::used_token(&mut batch, self.org(), row.id, now);
            self.db().write(batch).await?;
        }
        if changes && actor.circumstances.read_only {
            return Err(Error::Denied("zone_read_only"));
        }
        Ok(actor)
    }

    async fn program(&self, secret: &str, client: &Client, now: i64) -> Result<Option<(TokenRow, Actor)>> {
        let looked_at = if secret.len() <= MAX_BYTES { secret } else { "" };
        let found = rows::token_by_secret(self.db(), self.org(), &self.service_token_hash(looked_at)).await?;
        let Some(row) = found.filter(|t| t.revoked_us.is_none() && t.expires_us > now) else { return Ok(None) };
        let house = self.house().await?;
        let active = self.active_actor(row.person_id, client).await?;
        let Some((actor, _)) = active.filter(|_| house.services.contains(&row.person_id)) else { return Ok(None) };
        let (zone, rules) = self.zone_of(&house, client);
        let circumstances = Circumstances {
            zone: zone.map(|z| z.id),
            read_only: rules.read_only,
            no_downloads: !rules.downloads,
            way: Some(Way::Token),
            certificate: client.certificate.clone(),
            app_password: None,
            since_us: None,
            acting_for: None,
        };
        let permissions = actor.permissions.into_iter().filter(|p| *p == Permission::ScimProvision).collect();
        Ok(Some((row, Actor { permissions, circumstances, ..actor })))
    }

    /// Writes down what a program asked and how it was answered, for the page of provisioning and the privacy officer.
    ///
    /// # Errors
    /// When it can't be made durable: then nothing is to be answered.
    pub async fn scim_answered(&self, actor: &Actor, request: &str, object: Option<Uuid>, status: u16) -> Result<()> {
        let outcome = match status {
            ..400 => Outcome::Success,
            400..500 => Outcome::Refused,
            _ => Outcome::Error,
        };
        let entry = NewEntry::by(actor, AuditKind::ScimRequest).outcome(outcome);
        let entry = entry.with("request", request).with("status", status.to_string());
        self.audit_alone(match object {
            Some(id) => entry.on("scim", id),
            None => entry,
        })
        .await
    }
}
