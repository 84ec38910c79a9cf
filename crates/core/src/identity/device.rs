//! Browsers in which somebody has signed in, told from new ones by a cookie of their own.
//!
//! The cookie proves nothing: it opens no session and spares no factor. It says which browser it is, so that its owner is
//! told of every other one (ASVS 6.3.5), and so that guessers can't lock out who comes with it (OWASP, device cookies;
//! ASVS 6.1.1, 6.3.1). One browser has one secret for everybody who uses it; when somebody is new in it, it gets another,
//! so that a secret which was planted there is worth nothing from then on.

use super::key_rule::KeyRule;
use super::{Client, SealedClient};
use crate::audit::NewEntry;
use crate::clock::{DAY_US, from_us};
use crate::error::guard;
use crate::live::Change;
use crate::mail::AccountNotice;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::{DeviceId, PersonId, SessionId};
use wardpost_store::Batch;
use wardpost_store::repo::device::{self as rows, DeviceRow};
use wardpost_store::repo::person::PersonRow;
use wardpost_store::repo::{credential as credential_rows, session as session_rows};

/// Most browsers of one person that are remembered; the one that was unused longest is forgotten for another.
const LIMIT: usize = 50;
/// Days without a sign-in after which a browser is forgotten: as long as browsers keep cookies.
pub(super) const KEPT_DAYS: i64 = 400;
/// Days without a sign-in after which the next one is told.
const LONG_DAYS: i64 = 90;
/// Longest secret that is looked at.
const MAX_SECRET_BYTES: usize = 64;

/// What tells one browser from another. Hidden where it might be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceSecret(String);

impl DeviceSecret {
    /// As it came in a cookie.
    #[must_use]
    pub fn new(value: &str) -> Option<Self> {
        (!value.is_empty() && value.len() <= MAX_SECRET_BYTES).then(|| Self(value.to_owned()))
    }
    /// The cookie's value.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for DeviceSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeviceSecret")
    }
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceLine {
    /// Its id.
    pub id: DeviceId,
    /// The browser that asks.
    pub current: bool,
    /// The first sign-in with it.
    pub created_at: Timestamp,
    /// The last sign-in with it.
    pub last_seen_at: Timestamp,
    /// What it calls itself.
    pub user_agent: Option<String>,
}

/// A browser in which somebody signs in just now.
pub(super) struct Met {
    pub id: DeviceId,
    /// What its cookie is to be from now on.
    pub secret: DeviceSecret,
}

impl Core {
    fn device_hash(&self, secret: &DeviceSecret) -> [u8; 32] {
        self.vault().hash_secret(purpose::DEVICE_SECRET, secret.0.as_bytes())
    }

    /// The browser of a client, if this person has signed in with it before. The same work for every person and none.
    pub(super) async fn known_device(&self, person: Option<PersonId>, client: &Client) -> Result<Option<DeviceRow>> {
        let Some(secret) = &client.device else { return Ok(None) };
        let found = rows::by_secret(self.db(), self.org(), &self.device_hash(secret)).await?;
        Ok(found.into_iter().find(|d| Some(d.person_id) == person))
    }

    /// As [`Core::meet_device`], once nothing is to be done first: who must add a security key is not in yet.
    pub(super) async fn meet(
        &self,
        batch: &mut Batch,
        person: &PersonRow,
        rule: KeyRule,
        client: &Client,
    ) -> Result<Option<Met>> {
        match rule {
            KeyRule::Enrol { .. } => Ok(None),
            _ => self.meet_device(batch, person, client).await.map(Some),
        }
    }

    /// Adds that somebody signs in with a browser. One that is new is told to them, but for their first.
    async fn meet_device(&self, batch: &mut Batch, person: &PersonRow, client: &Client) -> Result<Met> {
        let now = self.clock().now_us();
        self.tell_after_long(batch, person, now).await?;
        let sealed = |id: DeviceId| {
            let client = SealedClient { network: None, ..SealedClient::from(client) };
            self.seal(purpose::DEVICE_CLIENT, id.as_bytes(), &client)
        };
        if let (Some(known), Some(secret)) = (self.known_device(Some(person.id), client).await?, &client.device) {
            rows::seen(batch, self.org(), known.id, now, sealed(known.id)?);
            return Ok(Met { id: known.id, secret: secret.clone() });
        }
        let (id, secret) = (DeviceId(self.clock().new_id()), DeviceSecret(wardpost_vault::random_token()));
        let hash = self.device_hash(&secret);
        if let Some(old) = &client.device {
            rows::rekey(batch, self.org(), &self.device_hash(old), &hash);
        }
        let others = rows::of_person(self.db(), self.org(), person.id).await?;
        for old in others.iter().skip(LIMIT - 1) {
            rows::forget_if_there(batch, self.org(), old.id);
        }
        let row = DeviceRow {
            id,
            person_id: person.id,
            secret_hash: hash.to_vec(),
            created_us: now,
            last_seen_us: now,
            sealed_client: sealed(id)?,
        };
        rows::insert(batch, self.org(), row);
        if !others.is_empty() {
            let entry = self.entry_of_person(person, AuditKind::SignInNewDevice, client)?;
            self.audit(batch, entry.on("device", id))?;
            let device = client_name(client.user_agent.as_deref().unwrap_or_default());
            self.tell_person(batch, person.id, AccountNotice::NewDevice { device: &device }).await?;
        }
        Ok(Met { id, secret })
    }

    /// An account that nobody has used for long is used again: whoever owns it should know (ASVS 6.3.5).
    async fn tell_after_long(&self, batch: &mut Batch, person: &PersonRow, now: i64) -> Result<()> {
        let credential = credential_rows::get(self.db(), self.org(), person.id).await?;
        let last = credential.and_then(|c| c.last_sign_in_us);
        if last.is_some_and(|last| last < now - LONG_DAYS * DAY_US) {
            self.tell_person(batch, person.id, AccountNotice::AfterLong).await?;
        }
        Ok(())
    }

    /// The browsers in which one has signed in, used last first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn devices(&self, actor: &Actor) -> Result<Vec<DeviceLine>> {
        let session = match actor.session_id {
            Some(id) => session_rows::get(self.db(), self.org(), id).await?,
            None => None,
        };
        let here = session.and_then(|s| s.device_id);
        let found = rows::of_person(self.db(), self.org(), actor.person_id).await?;
        let line = |d: DeviceRow| {
            let client: SealedClient = self.unseal(purpose::DEVICE_CLIENT, d.id.as_bytes(), &d.sealed_client)?;
            Ok(DeviceLine {
                id: d.id,
                current: Some(d.id) == here,
                created_at: from_us(d.created_us),
                last_seen_at: from_us(d.last_seen_us),
                user_agent: client.user_agent,
            })
        };
        found.into_iter().map(line).collect()
    }

    /// Forgets a browser of one's own: its sessions end, but for the one that asks, and the next sign-in with it is as with
    /// a new one.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for a colleague's.
    pub async fn forget_device(&self, actor: &Actor, id: DeviceId) -> Result<()> {
        let found = rows::get(self.db(), self.org(), id).await?.filter(|d| d.person_id == actor.person_id);
        let scope = found.as_ref().map(|d| Scope::Device { owner: d.person_id });
        self.allow_owned(actor, Permission::PersonManage, scope, ("device", id)).await?;
        let row = found.ok_or(Error::NotFound)?;
        let mut batch = Batch::new();
        rows::forget(&mut batch, self.org(), id, guard::FOUND);
        let kept = actor.session_id.unwrap_or(SessionId(uuid::Uuid::nil()));
        session_rows::end_of_device(&mut batch, self.org(), row.person_id, id, kept, self.clock().now_us());
        self.audit(&mut batch, NewEntry::by(actor, AuditKind::DeviceForgotten).on("device", id))?;
        self.announce(&mut batch, Change::Sessions(row.person_id));
        self.db().write(batch).await?;
        self.identity().forget_person(row.person_id);
        Ok(())
    }
}

/// What a browser is called, from what it calls itself: enough to know one's own ("Firefox (Windows)").
pub(super) fn client_name(agent: &str) -> String {
    const BROWSERS: [(&str, &str); 5] =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    const SYSTEMS: [(&str, &str); 6] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Macintosh", "Mac"),
        ("Linux", "Linux"),
    ];
    let first = |names: &[(&str, &'static str)]| names.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, n)| *n);
    match (first(&BROWSERS), first(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} ({system})"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        // Nothing that somebody else wrote gets into a notice but letters, digits and a few signs.
        (None, None) => {
            let known: String =
                agent.chars().filter(|c| c.is_ascii_alphanumeric() || " .-".contains(*c)).take(40).collect();
            if known.trim().is_empty() { "?".to_owned() } else { known.trim().to_owned() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_called_by_their_names_and_nothing_else_gets_into_a_notice() {
        let of = client_name;
        assert_eq!(of("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"), "Firefox (Linux)");
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0";
        assert_eq!(of(edge), "Edge (Windows)");
        assert_eq!(
            of("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19.0 Mobile/15E148 Safari/604.1"),
            "Safari (iPhone)"
        );
        assert_eq!(of(""), "?");
        assert_eq!(of("curl/8.9\r\nSubject: https://evil.example <b>"), "curl8.9Subject httpsevil.example b");
        assert_eq!(format!("{:?}", DeviceSecret::new("secret").unwrap()), "DeviceSecret");
        assert_eq!(DeviceSecret::new(&"x".repeat(65)), None);
    }
}
