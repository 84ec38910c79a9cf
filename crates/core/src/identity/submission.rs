//! Sign-in of mail programs. The password is looked up by its keyed hash before anything is asked of the user name, so
//! neither answer nor time tells which user names there are.

use super::Client;
use super::codes::normal_app_password;
use super::limiter::network_key;
use crate::audit::NewEntry;
use crate::{Core, Error, Result};
use aws_lc_rs::digest::{Context, SHA256};
use wardpost_model::audit::{AuditAgent, AuditKind, Outcome};
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, Circumstances};
use wardpost_model::security::Way;
use wardpost_model::{AppPasswordId, EmailAddress};
use wardpost_store::Batch;
use wardpost_store::repo::app_password as rows;

/// Longest user name that is looked at: an address.
const MAX_USERNAME_BYTES: usize = 254;

impl Core {
    /// Signs a mail program in with its device password. The user name is the person's login or the address of a mailbox
    /// that the person uses.
    ///
    /// The same program from the same network within half a minute is believed without another audit entry.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], never saying why; [`Error::RateLimited`] by network after many failures;
    /// [`Error::Denied`] where no mail program may send.
    pub async fn authenticate_submission(&self, username: &str, password: &str, client: &Client) -> Result<Actor> {
        self.heed_changes();
        let house = self.house().await?;
        let (_, rules) = self.zone_of(&house, client);
        if rules.read_only {
            return Err(Error::Denied("zone_read_only"));
        }
        self.admit(Way::MailProgram, client).await?;
        let (now, network) = (self.clock().now_us(), network_key(client.network));
        let key = key_of(username, password, network);
        let generation = match self.identity().mail_programs.get(&key, now) {
            Ok(actor) => {
                let certificate = client.certificate.clone();
                let circumstances = Circumstances { since_us: Some(now), certificate, ..actor.circumstances };
                let request_id = client.request_id.clone();
                return Ok(Actor { network: client.network, request_id, circumstances, ..actor });
            }
            Err(generation) => generation,
        };
        // Taken before the look and given back after success, so that many tries at once are counted.
        let limiter = &self.identity().submissions;
        limiter.take(network, now).map_err(|retry_after_seconds| Error::RateLimited { retry_after_seconds })?;
        let Some((actor, id)) = self.mail_program(username, password, client).await? else {
            self.audit_refused_program(username, client).await?;
            return Err(Error::Unauthenticated);
        };
        let mut batch = Batch::new();
        rows::used(&mut batch, self.org(), id, now);
        let entry = NewEntry::by(&actor, AuditKind::SubmissionSignIn).on("app_password", id);
        self.audit(&mut batch, entry.with("user", username))?;
        self.db().write(batch).await?;
        limiter.give_back(&network);
        self.identity().mail_programs.put(key, actor.person_id, actor.clone(), now, generation);
        Ok(actor)
    }

    async fn mail_program(
        &self,
        username: &str,
        password: &str,
        client: &Client,
    ) -> Result<Option<(Actor, AppPasswordId)>> {
        let normal = normal_app_password(password).unwrap_or_default();
        let found = rows::by_secret(self.db(), self.org(), &self.app_password_hash(&normal)).await?;
        let (Some(row), Ok(user)) = (found, username.trim().parse::<EmailAddress>()) else { return Ok(None) };
        let Some((actor, profile)) = self.active_actor(row.person_id, client).await? else { return Ok(None) };
        if !actor.may(Permission::MailSubmit) {
            return Ok(None);
        }
        let user = user.normalised();
        let mailboxes = self.mailboxes_of(row.person_id).await?;
        let theirs = profile.login.normalised() == user || mailboxes.iter().any(|m| m.address.normalised() == user);
        let circumstances = Circumstances {
            app_password: Some(row.id),
            since_us: Some(self.clock().now_us()),
            certificate: client.certificate.clone(),
            ..actor.circumstances
        };
        let actor = Actor { circumstances, ..actor };
        Ok(theirs.then_some((actor, row.id)))
    }

    async fn audit_refused_program(&self, username: &str, client: &Client) -> Result<()> {
        let mut entry = NewEntry::of(AuditAgent::Guest, AuditKind::SubmissionSignIn)
            .outcome(Outcome::Refused)
            .network(client.network)
            .request(client.request_id.clone());
        // What is no address may be a password in the wrong place.
        if username.len() <= MAX_USERNAME_BYTES
            && let Ok(address) = username.trim().parse::<EmailAddress>()
        {
            entry = entry.with("user", address.normalised());
        }
        self.audit_alone(entry).await
    }
}

fn key_of(username: &str, password: &str, network: u128) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for part in [username.as_bytes(), password.as_bytes(), &network.to_be_bytes()] {
        context.update(&part.len().to_be_bytes());
        context.update(part);
    }
    let mut key = [0; 32];
    key.copy_from_slice(context.finish().as_ref());
    key
}
