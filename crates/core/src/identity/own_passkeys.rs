//! A person's passkeys: adding, naming, removing.

use super::passkey::{ChallengeFor, PasskeyAsk, SealedPasskey};
use super::webauthn;
use crate::audit::NewEntry;
use crate::clock::from_us;
use crate::error::guard;
use crate::live::Change;
use crate::mail::AccountNotice;
use crate::people::checked_text;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, PersonProfile};
use wardpost_model::{PasskeyId, PersonId, SessionId};
use wardpost_store::repo::passkey::{self as rows, PasskeyRow};
use wardpost_store::repo::{credential as credential_rows, session as session_rows, used_once};
use wardpost_store::{Batch, StoreError};

/// Most passkeys of one person.
const LIMIT: usize = 20;
const NAME_CHARS: usize = 80;
/// Ways to reach an authenticator that are kept as hints: `usb`, `nfc`, `ble`, `internal`, `hybrid`, `smart-card`.
const TRANSPORTS: usize = 8;
const TRANSPORT_BYTES: usize = 32;
/// The guard of what would leave somebody without a way in.
pub(super) const LAST_WAY_IN: &str = "last_way_in";
/// When whoever has had a security key was asked for one: no stated time reaches to today.
const LONG_AGO_US: i64 = 0;
/// The conflict of a credential that is there already.
const KNOWN: &str = "passkey_credential";

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyLine {
    /// Its id.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// Whether its key stays in one device (a security key), or is copied by its maker's service.
    pub device_bound: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was used last.
    pub last_used_at: Option<Timestamp>,
}

/// What a browser is to have made.
#[derive(Debug, Clone)]
pub struct PasskeyWanted {
    /// The challenge.
    pub ask: PasskeyAsk,
    /// Name of the organisation.
    pub org_name: String,
    /// What stands for the person.
    pub user_handle: Vec<u8>,
    /// Sign-in name, as passkeys are listed by.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Passkeys that they have already, with the ways to reach them: an authenticator that holds one is not to make another.
    pub known: Vec<(Vec<u8>, Vec<String>)>,
}

/// A new passkey, as the browser gave it.
#[derive(Debug, Clone)]
pub struct PasskeyMade {
    /// What the browser says of the making.
    pub client_data: Vec<u8>,
    /// What the authenticator says.
    pub attestation_object: Vec<u8>,
    /// Ways to reach it.
    pub transports: Vec<String>,
}

impl Core {
    /// One's own passkeys, or with `person.read` a colleague's, newest first.
    ///
    /// # Errors
    /// [`Error::Denied`].
    pub async fn passkeys(&self, actor: &Actor, of: PersonId) -> Result<Vec<PasskeyLine>> {
        self.allow(actor, Permission::PersonRead, Scope::Passkey { owner: of }).await?;
        self.house().await?.person(of).ok_or(Error::NotFound)?;
        let found = rows::of_person(self.db(), self.org(), of).await?;
        found.iter().map(|row| Ok(line(row, self.open_passkey(row)?.name))).collect()
    }

    /// Begins the adding of a passkey of one's own.
    ///
    /// # Errors
    /// [`Error::Denied`] `recent_sign_in` when the person proved themselves too long ago (ASVS 7.5.1); [`Error::Conflict`]
    /// `too_many_passkeys` beyond twenty.
    pub async fn passkey_registration(&self, actor: &Actor) -> Result<PasskeyWanted> {
        self.require_recent(actor).await?;
        let session = actor.session_id.ok_or(Error::Unauthenticated)?;
        let person = self.active_person(actor.person_id).await?;
        let profile = self.unseal(purpose::PERSON_PROFILE, person.id.as_bytes(), &person.sealed_profile)?;
        self.passkey_wanted(person.id, profile, ChallengeFor::Adding(session)).await
    }

    pub(super) async fn passkey_wanted(
        &self,
        person: PersonId,
        profile: PersonProfile,
        what: ChallengeFor<'_>,
    ) -> Result<PasskeyWanted> {
        let found = rows::of_person(self.db(), self.org(), person).await?;
        if found.len() >= LIMIT {
            return Err(Error::Conflict("too_many_passkeys"));
        }
        let known = found.iter().map(|row| self.open_passkey(row).map(|p| (p.credential_id, p.transports)));
        Ok(PasskeyWanted {
            ask: self.ask_passkey(what),
            org_name: self.org_name().await?,
            user_handle: self.user_handle(person).to_vec(),
            login: profile.login.to_string(),
            name: profile.name,
            known: known.collect::<Result<_>>()?,
        })
    }

    /// Adds a passkey of one's own.
    ///
    /// # Errors
    /// [`Error::Denied`] as [`Core::passkey_registration`]; [`Error::Validation`] of `name`, or of `credential` with the
    /// code `wrong` when it can't be believed; [`Error::Conflict`] `passkey_known` when it is there already.
    pub async fn add_passkey(&self, actor: &Actor, name: &str, made: &PasskeyMade) -> Result<PasskeyLine> {
        self.require_recent(actor).await?;
        let session = actor.session_id.ok_or(Error::Unauthenticated)?;
        if rows::of_person(self.db(), self.org(), actor.person_id).await?.len() >= LIMIT {
            return Err(Error::Conflict("too_many_passkeys"));
        }
        let mut batch = Batch::new();
        let line = self.put_passkey(&mut batch, actor.person_id, ChallengeFor::Adding(session), name, made)?;
        let entry = NewEntry::by(actor, AuditKind::PasskeyAdded).on("passkey", line.id).with("name", line.name.clone());
        self.audit(&mut batch, entry.with("device bound", line.device_bound.to_string()))?;
        self.tell_person(&mut batch, actor.person_id, AccountNotice::PasskeyAdded { name: &line.name }).await?;
        self.db().write(batch).await.map_err(not_new)?;
        Ok(line)
    }

    /// Adds a new passkey after looking at it, and uses up the challenge that it answers.
    pub(super) fn put_passkey(
        &self,
        batch: &mut Batch,
        person: PersonId,
        what: ChallengeFor<'_>,
        name: &str,
        made: &PasskeyMade,
    ) -> Result<PasskeyLine> {
        let name = checked_text("name", name, 1, NAME_CHARS)?;
        let wrong = |why: String| {
            tracing::info!(why, "refused a new passkey");
            Error::field("credential", "wrong", "This passkey can't be believed; begin again.")
        };
        let challenge = self
            .answered_challenge(what, &made.client_data)
            .ok_or_else(|| wrong("no challenge of ours, or too late".to_owned()))?;
        let registered =
            webauthn::registration(&self.expected(&challenge), &made.client_data, &made.attestation_object)
                .map_err(|flaw| wrong(flaw.to_string()))?;
        let id = PasskeyId(self.clock().new_id());
        let index = self.credential_index(&registered.credential_id);
        let transports = made.transports.iter().filter(|t| is_transport(t)).take(TRANSPORTS).cloned().collect();
        let sealed = SealedPasskey {
            name: name.clone(),
            credential_id: registered.credential_id,
            cose: registered.cose,
            aaguid: registered.aaguid,
            transports,
        };
        let row = PasskeyRow {
            id,
            person_id: person,
            sign_count: i64::from(registered.sign_count),
            device_bound: !registered.backup_eligible,
            created_us: self.clock().now_us(),
            last_used_us: None,
            sealed_passkey: self.seal(purpose::PASSKEY, id.as_bytes(), &sealed)?,
        };
        let line = line(&row, name);
        self.use_challenge(batch, &challenge);
        rows::insert(batch, self.org(), row, &index);
        Ok(line)
    }

    /// Gives one's own passkey another name.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none of one's own; [`Error::Validation`] of `name`.
    pub async fn rename_passkey(&self, actor: &Actor, id: PasskeyId, name: &str) -> Result<PasskeyLine> {
        let row = self.passkey_row(id, actor.person_id).await?;
        let name = checked_text("name", name, 1, NAME_CHARS)?;
        let mut sealed = self.open_passkey(&row)?;
        let before = std::mem::replace(&mut sealed.name, name.clone());
        let mut batch = Batch::new();
        let bytes = self.seal(purpose::PASSKEY, id.as_bytes(), &sealed)?;
        rows::set(&mut batch, self.org(), id, bytes, guard::FOUND);
        let entry = NewEntry::by(actor, AuditKind::PasskeyChanged).on("passkey", id);
        self.audit(&mut batch, entry.with("name", format!("{before} → {name}")))?;
        self.db().write(batch).await?;
        Ok(line(&row, name))
    }

    /// Removes a passkey of one's own. Sessions that it began end, but for the one that removes it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Denied`] `recent_sign_in`; [`Error::Conflict`] `last_way_in` when one could not sign in
    /// any more, and `last_security_key` when one's role demands one.
    pub async fn remove_passkey(&self, actor: &Actor, id: PasskeyId) -> Result<()> {
        let row = self.passkey_row(id, actor.person_id).await?;
        self.require_recent(actor).await?;
        self.take_passkey(actor, &row).await
    }

    /// Removes a colleague's passkey (a lost security key, say). Nobody gets the time to add a security key again by it: who
    /// has lost their only one is recovered by two.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage`, or `recent_sign_in` (ASVS 7.5.1); [`Error::NotFound`]; [`Error::Conflict`] `last_way_in`: a new invitation
    /// is the way then.
    pub async fn remove_passkey_of(&self, actor: &Actor, person: PersonId, id: PasskeyId) -> Result<()> {
        self.allow(actor, Permission::PersonManage, Scope::Passkey { owner: person }).await?;
        if person == actor.person_id {
            return self.remove_passkey(actor, id).await;
        }
        let row = self.passkey_row(id, person).await?;
        self.require_recent(actor).await?;
        self.take_passkey(actor, &row).await
    }

    async fn take_passkey(&self, actor: &Actor, row: &PasskeyRow) -> Result<()> {
        let (person, now) = (row.person_id, self.clock().now_us());
        let mut batch = Batch::new();
        let (keyed, own) = (row.device_bound && self.needs_key(person).await?, person == actor.person_id);
        if keyed && own {
            rows::remove_not_last_bound(&mut batch, self.org(), person, row.id, "last_security_key");
        } else {
            rows::remove(&mut batch, self.org(), person, row.id, LAST_WAY_IN);
        }
        if keyed && !own {
            // The time to add one was for who had none. Otherwise one administrator alone would take somebody who must have
            // a key back to a password (ASVS 6.3.3, 6.4.6).
            credential_rows::ask_key(&mut batch, self.org(), person, Some(LONG_AGO_US));
        }
        let kept = actor.session_id.unwrap_or(SessionId(uuid::Uuid::nil()));
        session_rows::end_of_passkey(&mut batch, self.org(), person, row.id, kept, now);
        let entry = NewEntry::by(actor, AuditKind::PasskeyRemoved).on("passkey", row.id);
        let name = self.open_passkey(row)?.name;
        self.audit(&mut batch, entry.with("name", name.clone()).with("person", person.to_string()))?;
        self.tell_person(&mut batch, person, AccountNotice::PasskeyRemoved { name: &name }).await?;
        self.announce(&mut batch, Change::Sessions(person));
        self.db().write(batch).await?;
        self.identity().forget_person(person);
        Ok(())
    }

    /// Whether a person can sign in by password and second factor.
    pub async fn has_password(&self, person: PersonId) -> Result<bool> {
        let credential = credential_rows::get(self.db(), self.org(), person).await?;
        Ok(credential.is_some_and(|c| c.sealed_password_hash.is_some() && c.sealed_totp.is_some()))
    }

    /// Whether a person has a passkey.
    pub(crate) async fn has_passkey(&self, person: PersonId) -> Result<bool> {
        Ok(!rows::of_person(self.db(), self.org(), person).await?.is_empty())
    }

    async fn passkey_row(&self, id: PasskeyId, owner: PersonId) -> Result<PasskeyRow> {
        let row = rows::get(self.db(), self.org(), id).await?;
        row.filter(|r| r.person_id == owner).ok_or(Error::NotFound)
    }

    fn open_passkey(&self, row: &PasskeyRow) -> Result<SealedPasskey> {
        self.unseal(purpose::PASSKEY, row.id.as_bytes(), &row.sealed_passkey)
    }
}

fn line(row: &PasskeyRow, name: String) -> PasskeyLine {
    PasskeyLine {
        id: row.id,
        name,
        device_bound: row.device_bound,
        created_at: from_us(row.created_us),
        last_used_at: row.last_used_us.map(from_us),
    }
}

/// What it means when a batch with a new passkey is not written.
pub(super) fn not_new(e: StoreError) -> Error {
    if e.is_conflict_on(KNOWN) {
        Error::Conflict("passkey_known")
    } else if e.is_conflict_on(used_once::USED_BEFORE) {
        Error::field("credential", "wrong", "This answer was used before; begin again.")
    } else {
        e.into()
    }
}

fn is_transport(text: &str) -> bool {
    text.len() <= TRANSPORT_BYTES && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
