//! Sessions as lists show them, and their end: by hand, and by the clock.

use super::SealedClient;
use super::session::stage;
use crate::audit::NewEntry;
use crate::clock::{DAY_US, from_us};
use crate::error::guard;
use crate::live::Change;
use crate::people::{Page, page_limit};
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use std::net::IpAddr;
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::{PersonId, SessionId};
use wardpost_store::repo::credential;
use wardpost_store::repo::session::{self as rows, SessionRow};
use wardpost_store::{Batch, StoreError};

/// How long ended sessions are kept for the lists.
const KEPT_FOR_US: i64 = 30 * DAY_US;
/// Sessions ended by one round of housekeeping.
const ROUND: u32 = 500;

/// A line of a list of sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionLine {
    /// Its id.
    pub id: SessionId,
    /// Whose.
    pub person_id: PersonId,
    /// Whose, by name.
    pub person_name: String,
    /// The session that asks.
    pub current: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// Last activity, to the minute.
    pub last_seen_at: Timestamp,
    /// How the person came in: `password` (with a second factor), `passkey`, `security_key`, or `provider`.
    pub method: String,
    /// From where it began.
    pub network: Option<IpAddr>,
    /// With which browser it began.
    pub user_agent: Option<String>,
}

impl Core {
    /// One's own open sessions, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn my_sessions(&self, actor: &Actor) -> Result<Vec<SessionLine>> {
        self.sessions_of(actor, actor.person_id).await
    }

    /// A person's open sessions, newest first.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.read`, unless they are one's own.
    pub async fn sessions_of(&self, actor: &Actor, person: PersonId) -> Result<Vec<SessionLine>> {
        self.allow(actor, Permission::PersonRead, Scope::Session { owner: person }).await?;
        self.house().await?.person(person).ok_or(Error::NotFound)?;
        let now = self.clock().now_us();
        let found = rows::of_person(self.db(), self.org(), person, now).await?;
        self.session_lines(actor, found).await
    }

    /// Everybody's open sessions, newest first.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage`; [`Error::Validation`] for a cursor that isn't one.
    pub async fn all_sessions(&self, actor: &Actor, cursor: Option<&str>, limit: u32) -> Result<Page<SessionLine>> {
        self.allow(actor, Permission::PersonManage, Scope::Organisation).await?;
        let before = match cursor {
            None => SessionId(uuid::Uuid::max()),
            Some(c) => c.parse().map_err(|_| Error::field("cursor", "cursor", "Not a cursor of this list."))?,
        };
        let (now, limit) = (self.clock().now_us(), page_limit(limit));
        let found = rows::all_open(self.db(), self.org(), now, before, limit).await?;
        let full = found.len() >= limit as usize;
        let next_cursor = found.last().filter(|_| full).map(|s| s.id.to_string());
        Ok(Page { items: self.session_lines(actor, found).await?, next_cursor })
    }

    /// Ends one session.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it has ended, and for somebody else's without `person.manage`.
    pub async fn end_session(&self, actor: &Actor, id: SessionId) -> Result<()> {
        let found = rows::get(self.db(), self.org(), id).await?;
        let scope = found.as_ref().map(|s| Scope::Session { owner: s.person_id });
        self.allow_owned(actor, Permission::PersonManage, scope, ("session", id)).await?;
        let row = found.ok_or(Error::NotFound)?;
        let mut batch = Batch::new();
        rows::end(&mut batch, self.org(), id, self.clock().now_us(), guard::FOUND);
        let entry = NewEntry::by(actor, AuditKind::SessionEnded).on("session", id);
        self.audit(&mut batch, entry.with("person", row.person_id.to_string()))?;
        self.announce(&mut batch, Change::Sessions(row.person_id));
        self.db().write(batch).await?;
        self.identity().forget_person(row.person_id);
        Ok(())
    }

    /// Ends all sessions of a person, and what their mail programs have open.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage`, unless they are one's own.
    pub async fn end_sessions_of(&self, actor: &Actor, person: PersonId) -> Result<()> {
        self.allow(actor, Permission::PersonManage, Scope::Session { owner: person }).await?;
        self.house().await?.person(person).ok_or(Error::NotFound)?;
        let mut batch = Batch::new();
        rows::end_of(&mut batch, self.org(), person, self.clock().now_us());
        credential::end_programs(&mut batch, self.org(), person, self.clock().now_us());
        self.audit(&mut batch, NewEntry::by(actor, AuditKind::SessionEnded).on_person(person).why("all sessions"))?;
        self.announce(&mut batch, Change::Sessions(person));
        self.db().write(batch).await?;
        self.identity().forget_person(person);
        Ok(())
    }

    /// Housekeeping: writes down that sessions have run out, and forgets those that ended long ago. Gives how many ran
    /// out; to be called again at once while that is not 0.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn expire_sessions(&self) -> Result<u32> {
        let now = self.clock().now_us();
        let found = rows::stale(self.db(), self.org(), now, ROUND).await?;
        let mut ended = 0;
        for row in &found {
            let mut batch = Batch::new();
            rows::end(&mut batch, self.org(), row.id, now, guard::STATE);
            if row.stage == stage::SIGNED_IN {
                let why = if row.expires_us <= now { "too old" } else { "idle" };
                let entry = NewEntry::system(AuditKind::SessionEnded).on("session", row.id).why(why);
                self.audit(&mut batch, entry.with("person", row.person_id.to_string()))?;
                self.announce(&mut batch, Change::Sessions(row.person_id));
            }
            match self.db().write(batch).await {
                Ok(_) => ended += 1,
                // Another node was faster.
                Err(StoreError::Guard(_)) => {}
                Err(e) => return Err(e.into()),
            }
        }
        if found.is_empty() {
            let mut batch = Batch::new();
            rows::prune(&mut batch, self.org(), now - KEPT_FOR_US);
            wardpost_store::repo::identity_provider::prune(&mut batch, self.org(), now);
            wardpost_store::repo::used_once::prune(&mut batch, self.org(), now);
            let gone = now - super::device::KEPT_DAYS * DAY_US;
            wardpost_store::repo::device::prune(&mut batch, self.org(), gone);
            credential::prune_throttle(&mut batch, self.org(), now - 7 * DAY_US);
            self.db().write(batch).await?;
        }
        Ok(ended)
    }

    async fn session_lines(&self, actor: &Actor, found: Vec<SessionRow>) -> Result<Vec<SessionLine>> {
        let house = self.house().await?;
        found
            .into_iter()
            .map(|row| {
                let client: SealedClient =
                    self.unseal(purpose::SESSION_CLIENT, row.id.as_bytes(), &row.sealed_client)?;
                Ok(SessionLine {
                    id: row.id,
                    person_id: row.person_id,
                    person_name: house.person_name(row.person_id),
                    current: actor.session_id == Some(row.id),
                    created_at: from_us(row.created_us),
                    last_seen_at: from_us(row.last_seen_us),
                    method: row.method,
                    network: client.network,
                    user_agent: client.user_agent,
                })
            })
            .collect()
    }
}
