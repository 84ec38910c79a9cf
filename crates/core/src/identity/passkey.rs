//! Passkeys: what is asked of them, and signing in with them.
//!
//! A challenge is known by its own MAC for five minutes, so that showing the sign-in page costs no write; the answer uses
//! it up, in the batch that signs in, so that it is good once on all nodes together.

use super::key_rule::{ENROL_FOR_US, Entered, KeyRule};
use super::limiter::network_key;
use super::session::stage;
use super::webauthn::{self, Assertion, Expected, Flaw, Known};
use super::{Client, SealedClient};
use crate::audit::NewEntry;
use crate::clock::MINUTE_US;
use crate::error::guard;
use crate::live::Change;
use crate::mail::AccountNotice;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use serde::{Deserialize, Serialize};
use wardpost_model::audit::{AuditAgent, AuditKind, Outcome};
use wardpost_model::person::PersonState;
use wardpost_model::security::Way;
use wardpost_model::{PasskeyId, PersonId, SessionId};
use wardpost_store::repo::passkey::{self as rows, PasskeyRow};
use wardpost_store::repo::person::{self as person_rows, PersonRow};
use wardpost_store::repo::session::{self as session_rows, SessionRow};
use wardpost_store::repo::{credential as credential_rows, used_once};
use wardpost_store::{Batch, StoreError};

/// How long a challenge can be answered.
const GOOD_FOR_US: i64 = 5 * MINUTE_US;
const VERSION: u8 = 1;
const CHALLENGE_BYTES: usize = 1 + 8 + 16 + 16;
const MAC_BYTES: usize = 16;

/// What a challenge is for: an answer is good for nothing else.
#[derive(Debug, Clone, Copy)]
pub(super) enum ChallengeFor<'a> {
    SignIn,
    /// To add a passkey, in a session.
    Adding(SessionId),
    /// To prove oneself anew, in a session.
    StepUp(SessionId),
    /// To accept an invitation, by its hash.
    Invitation(&'a [u8; 32]),
}

impl ChallengeFor<'_> {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::SignIn => vec![0],
            Self::Adding(id) => [&[1][..], id.as_bytes()].concat(),
            Self::StepUp(id) => [&[2][..], id.as_bytes()].concat(),
            Self::Invitation(hash) => [&[3][..], &hash[..]].concat(),
        }
    }
}

/// What a browser is to ask its passkeys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyAsk {
    /// To be signed.
    pub challenge: Vec<u8>,
    /// Host name of the web app: the relying party's id.
    pub rp_id: String,
    /// For how long the challenge is good.
    pub timeout_ms: u32,
}

/// The answer of a passkey.
#[derive(Debug, Clone)]
pub struct PasskeyAnswer {
    /// Which passkey.
    pub credential_id: Vec<u8>,
    /// What the browser says of the asking.
    pub client_data: Vec<u8>,
    /// What the authenticator says.
    pub authenticator_data: Vec<u8>,
    /// Over both.
    pub signature: Vec<u8>,
    /// Whose, as it was told when it was made.
    pub user_handle: Option<Vec<u8>>,
}

/// `passkey.sealed_passkey`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SealedPasskey {
    pub name: String,
    pub credential_id: Vec<u8>,
    pub cose: Vec<u8>,
    /// Which model it says to be: not proved, and shown to nobody; for the day on which a model turns out to be weak.
    pub aaguid: [u8; 16],
    pub transports: Vec<String>,
}

/// A passkey that has proved itself, and is still to be noted as used.
pub(super) struct Proved {
    row: PasskeyRow,
    person: PersonRow,
    count: i64,
    challenge: Vec<u8>,
}

impl Proved {
    fn refused(&self, why: &str) -> Refused {
        Refused { person: Some(self.person.id), passkey: Some(self.row.id), ..Refused::nobody(why) }
    }
}

/// Why an answer was refused, for the log: whoever tries learns nothing of it.
struct Refused {
    person: Option<PersonId>,
    passkey: Option<PasskeyId>,
    why: String,
    copied: bool,
}

impl Refused {
    fn nobody(why: &str) -> Self {
        Self { person: None, passkey: None, why: why.to_owned(), copied: false }
    }
}

impl Core {
    /// What to ask passkeys for a sign-in. Anybody may ask; nothing is written.
    #[must_use]
    pub fn passkey_ask(&self) -> PasskeyAsk {
        self.ask_passkey(ChallengeFor::SignIn)
    }

    /// What to ask passkeys to prove oneself anew in a session.
    #[must_use]
    pub fn passkey_step_up_ask(&self, session: SessionId) -> PasskeyAsk {
        self.ask_passkey(ChallengeFor::StepUp(session))
    }

    /// Signs in with a passkey: one step, as a passkey is unlocked by finger, face or PIN (SP 800-63B-4, 3.1.7: AAL2).
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], the same whether nobody has this passkey, its owner can't sign in, or the answer is wrong,
    /// too late or used before; [`Error::RateLimited`] by network.
    pub async fn sign_in_with_passkey(&self, answer: &PasskeyAnswer, client: &Client) -> Result<Entered> {
        let network = network_key(client.network);
        let limiter = &self.identity().sign_ins;
        limiter
            .take(network, self.clock().now_us())
            .map_err(|retry_after_seconds| Error::RateLimited { retry_after_seconds })?;
        // A synced passkey may be refused where one bound to a device is welcome: that shows only in the passkey itself.
        self.admit(Way::SecurityKey, client).await?;
        let proved = self.prove(answer, ChallengeFor::SignIn, client).await?;
        let way = if proved.row.device_bound { Way::SecurityKey } else { Way::Passkey };
        self.admit(way, client).await?;
        let rule = self.key_rule(proved.person.id, way).await?;
        if let Some(why) = rule.refusal() {
            return Err(self.refuse_passkey(proved.refused(why), client).await?);
        }
        let enrols = matches!(rule, KeyRule::Enrol { .. });
        let terms = self.session_terms(proved.person.id, client).await?;
        let (person, now) = (proved.person.clone(), self.clock().now_us());
        let (secret, id) = (wardpost_vault::random_token(), SessionId(self.clock().new_id()));
        let mut batch = Batch::new();
        self.use_passkey(&mut batch, &proved);
        self.make_room(&mut batch, person.id).await?;
        self.note_asked(&mut batch, person.id, rule);
        let device = self.meet(&mut batch, &person, rule, client).await?;
        credential_rows::signed_in(&mut batch, self.org(), person.id, now);
        let row = SessionRow {
            id,
            secret_hash: self.web_session_hash(&secret).to_vec(),
            person_id: person.id,
            stage: if enrols { stage::ENROL_KEY } else { stage::SIGNED_IN }.to_owned(),
            tries: 0,
            created_us: now,
            authenticated_us: now,
            last_seen_us: now,
            expires_us: now + if enrols { ENROL_FOR_US } else { terms.lifetime_us },
            ended_us: None,
            method: way.as_str().to_owned(),
            passkey_id: Some(proved.row.id),
            idle_us: terms.idle_us,
            zone_id: terms.zone,
            device_id: device.as_ref().map(|d| d.id),
            acting_for: None,
            sealed_client: self.seal(purpose::SESSION_CLIENT, id.as_bytes(), &SealedClient::from(client))?,
        };
        session_rows::insert(&mut batch, self.org(), row);
        let entry = self.entry_of_person(&person, AuditKind::SignInPasskey, client)?;
        let entry = self.told_where(entry, client).await?;
        self.audit(&mut batch, entry.on("session", id).with("passkey", proved.row.id.to_string()))?;
        self.write_use(batch, &proved, client).await?;
        limiter.give_back(&network);
        self.entered(secret, device, client).await
    }

    /// As [`Core::step_up`], with a passkey.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when the answer is wrong, too late or used before, or the passkey is somebody else's.
    pub async fn step_up_with_passkey(&self, secret: &str, answer: &PasskeyAnswer, client: &Client) -> Result<String> {
        let (actor, info) = self.authenticate_session(secret, client, true).await?;
        let proved = self.prove(answer, ChallengeFor::StepUp(info.id), client).await?;
        if proved.person.id != actor.person_id {
            let refused =
                Refused { person: Some(actor.person_id), ..Refused::nobody("the passkey is somebody else's") };
            return Err(self.refuse_passkey(refused, client).await?);
        }
        let way = if proved.row.device_bound { Way::SecurityKey } else { Way::Passkey };
        let rule = self.key_rule(actor.person_id, way).await?;
        if let Some(why) = rule.refusal().filter(|_| rule == KeyRule::HasKey) {
            return Err(self.refuse_passkey(proved.refused(why), client).await?);
        }
        let mut batch = Batch::new();
        self.use_passkey(&mut batch, &proved);
        let new_secret = self.renew_secret(&mut batch, info.id, secret);
        let entry = NewEntry::by(&actor, AuditKind::SignInPasskey).on("session", info.id);
        let entry = entry.with("passkey", proved.row.id.to_string()).why("proved anew within the session");
        self.audit(&mut batch, entry)?;
        self.announce(&mut batch, Change::Sessions(actor.person_id));
        self.write_use(batch, &proved, client).await?;
        self.identity().forget_person(actor.person_id);
        Ok(new_secret)
    }

    pub(super) fn ask_passkey(&self, what: ChallengeFor<'_>) -> PasskeyAsk {
        let at = self.clock().now_us().to_be_bytes();
        let random = wardpost_vault::random_bytes::<16>();
        let mac = self.challenge_mac(what, &at, &random);
        let challenge = [&[VERSION][..], &at, &random, mac.get(..MAC_BYTES).unwrap_or_default()].concat();
        let timeout_ms = u32::try_from(GOOD_FOR_US / 1000).unwrap_or(u32::MAX);
        PasskeyAsk { challenge, rp_id: self.rp_id().to_owned(), timeout_ms }
    }

    fn challenge_mac(&self, what: ChallengeFor<'_>, at: &[u8], random: &[u8]) -> [u8; 32] {
        let said = [at, random, &what.bytes()].concat();
        self.vault().hash_secret(purpose::PASSKEY_CHALLENGE, &said)
    }

    /// Whether a challenge was handed out here, for this, and not too long ago.
    fn is_own_challenge(&self, what: ChallengeFor<'_>, challenge: &[u8]) -> bool {
        let parts = || -> Option<(&[u8], &[u8], &[u8])> {
            let (version, rest) = challenge.split_first()?;
            let (at, rest) = rest.split_at_checked(8)?;
            let (random, mac) = rest.split_at_checked(16)?;
            (*version == VERSION && challenge.len() == CHALLENGE_BYTES).then_some((at, random, mac))
        };
        let Some((at, random, mac)) = parts() else { return false };
        let expected = self.challenge_mac(what, at, random);
        let own = expected.get(..MAC_BYTES).is_some_and(|e| wardpost_vault::constant_time_eq(e, mac));
        let age = self.clock().now_us() - at.try_into().map_or(0, i64::from_be_bytes);
        own && (0..GOOD_FOR_US).contains(&age)
    }

    /// The challenge that client data answer, if it is one of ours.
    pub(super) fn answered_challenge(&self, what: ChallengeFor<'_>, client_data: &[u8]) -> Option<Vec<u8>> {
        webauthn::challenge_of(client_data).filter(|challenge| self.is_own_challenge(what, challenge))
    }

    /// Host name of the web app.
    pub(super) fn rp_id(&self) -> &str {
        rp_id_of(&self.config().public_url)
    }

    pub(super) fn expected<'a>(&'a self, challenge: &'a [u8]) -> Expected<'a> {
        Expected { rp_id: self.rp_id(), origin: &self.config().public_url, challenge }
    }

    /// What stands for a person in their passkeys: says nothing to others (WebAuthn, 14.6.1).
    pub(super) fn user_handle(&self, person: PersonId) -> [u8; 32] {
        self.vault().hash_secret(purpose::PASSKEY_USER, person.as_bytes())
    }

    pub(super) fn credential_index(&self, credential_id: &[u8]) -> Vec<u8> {
        self.vault().blind_index(purpose::PASSKEY_CREDENTIAL, credential_id).to_vec()
    }

    /// Adds the using up of a challenge.
    pub(super) fn use_challenge(&self, batch: &mut Batch, challenge: &[u8]) {
        let hash = self.vault().hash_secret(purpose::USED_ONCE, challenge);
        used_once::insert(batch, self.org(), &hash, self.clock().now_us() + GOOD_FOR_US);
    }

    /// Looks at an answer; a refusal is audited, and says to the outside only that it is one.
    async fn prove(&self, answer: &PasskeyAnswer, what: ChallengeFor<'_>, client: &Client) -> Result<Proved> {
        match self.judge_passkey(answer, what).await? {
            Ok(proved) => Ok(proved),
            Err(refused) => Err(self.refuse_passkey(refused, client).await?),
        }
    }

    async fn judge_passkey(&self, answer: &PasskeyAnswer, what: ChallengeFor<'_>) -> Result<Result<Proved, Refused>> {
        let Some(challenge) = self.answered_challenge(what, &answer.client_data) else {
            return Ok(Err(Refused::nobody("no challenge of ours, or too late")));
        };
        let given = Assertion {
            client_data: &answer.client_data,
            authenticator_data: &answer.authenticator_data,
            signature: &answer.signature,
        };
        let index = self.credential_index(&answer.credential_id);
        let Some(row) = rows::by_credential(self.db(), self.org(), &index).await? else {
            // Looking at somebody's answer takes time: at nobody's as well.
            let (key, alg) = nobodys_key().ok_or(Error::Unauthenticated)?;
            let known = Known { key: &key, alg, backup_eligible: true, sign_count: 0 };
            let _ = webauthn::assertion(&self.expected(&challenge), &known, &given);
            return Ok(Err(Refused::nobody("unknown passkey")));
        };
        let no = |why: &str, copied| Refused {
            person: Some(row.person_id),
            passkey: Some(row.id),
            why: why.to_owned(),
            copied,
        };
        let sealed: SealedPasskey = self.unseal(purpose::PASSKEY, row.id.as_bytes(), &row.sealed_passkey)?;
        let key = webauthn::key_of(&sealed.cose).ok_or_else(|| Error::internal("reading a passkey", "not a key"))?;
        let known = Known {
            key: &key.0,
            alg: key.1,
            backup_eligible: !row.device_bound,
            sign_count: u32::try_from(row.sign_count).unwrap_or(u32::MAX),
        };
        let count = match webauthn::assertion(&self.expected(&challenge), &known, &given) {
            Ok(count) => i64::from(count),
            Err(flaw) => return Ok(Err(no(&flaw.to_string(), flaw == Flaw::Counter))),
        };
        // Step 6: whoever has not said who they are must be named by the passkey.
        let handle = self.user_handle(row.person_id);
        if !answer.user_handle.as_deref().is_some_and(|h| wardpost_vault::constant_time_eq(h, &handle)) {
            return Ok(Err(no("another user handle", false)));
        }
        let person = person_rows::get(self.db(), self.org(), row.person_id).await?;
        match person.filter(|p| p.state == PersonState::Active.as_str()) {
            Some(person) => Ok(Ok(Proved { row, person, count, challenge })),
            None => Ok(Err(no("the person can't sign in", false))),
        }
    }

    /// Adds that a passkey was used, and its challenge used up.
    fn use_passkey(&self, batch: &mut Batch, proved: &Proved) {
        let (row, now) = (&proved.row, self.clock().now_us());
        self.use_challenge(batch, &proved.challenge);
        rows::used(batch, self.org(), row.id, row.sign_count, proved.count, now, guard::STATE);
    }

    /// Writes a batch that notes a use. A challenge that was used before, or a passkey that was used or removed at the same
    /// moment, is a refusal.
    async fn write_use(&self, batch: Batch, proved: &Proved, client: &Client) -> Result<()> {
        let why = match self.db().write(batch).await {
            Ok(_) => return Ok(()),
            Err(e) if e.is_conflict_on(used_once::USED_BEFORE) => "used before",
            Err(StoreError::Guard(_)) => "used or removed at the same moment",
            Err(e) => return Err(e.into()),
        };
        Err(self.refuse_passkey(proved.refused(why), client).await?)
    }

    async fn refuse_passkey(&self, refused: Refused, client: &Client) -> Result<Error> {
        let agent = refused.person.map_or(AuditAgent::Guest, |id| AuditAgent::Person { id, roles: Vec::new() });
        let kind = if refused.copied { AuditKind::SignInSuspicious } else { AuditKind::SignInPasskey };
        let mut entry = NewEntry::of(agent, kind)
            .outcome(Outcome::Refused)
            .network(client.network)
            .request(client.request_id.clone())
            .why(refused.why);
        if let Some(id) = refused.passkey {
            entry = entry.on("passkey", id);
        }
        let mut batch = Batch::new();
        self.audit(&mut batch, entry)?;
        if let (true, Some(owner)) = (refused.copied, refused.person) {
            self.tell_person(&mut batch, owner, AccountNotice::PasskeyCopied).await?;
        }
        self.db().write(batch).await?;
        Ok(Error::Unauthenticated)
    }
}

/// The host name in the address of the web app.
pub(crate) fn rp_id_of(public_url: &str) -> &str {
    let rest = public_url.split_once("://").map_or(public_url, |(_, rest)| rest);
    let end = if rest.starts_with('[') { rest.find(']').map(|i| i + 1) } else { rest.find([':', '/']) };
    rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest)
}

/// A key for answers of unknown passkeys: P-256's base point, whose secret is 1.
fn nobodys_key() -> Option<(super::keys::PublicKey, super::keys::Alg)> {
    use super::cbor::Value::{Bytes, Int, Map};
    const X: [u8; 32] = *b"\x6b\x17\xd1\xf2\xe1\x2c\x42\x47\xf8\xbc\xe6\xe5\x63\xa4\x40\xf2\x77\x03\x7d\x81\x2d\xeb\x33\xa0\xf4\xa1\x39\x45\xd8\x98\xc2\x96";
    const Y: [u8; 32] = *b"\x4f\xe3\x42\xe2\xfe\x1a\x7f\x9b\x8e\xe7\xeb\x4a\x7c\x0f\x9e\x16\x2b\xce\x33\x57\x6b\x31\x5e\xce\xcb\xb6\x40\x68\x37\xbf\x51\xf5";
    super::keys::PublicKey::from_cose(&Map(vec![
        (Int(1), Int(2)),
        (Int(3), Int(-7)),
        (Int(-1), Int(1)),
        (Int(-2), Bytes(&X)),
        (Int(-3), Bytes(&Y)),
    ]))
}

#[cfg(test)]
mod tests {
    use super::rp_id_of;

    #[test]
    fn the_relying_party_is_the_host_of_the_web_app() {
        assert_eq!(rp_id_of("https://mail.clinic.example"), "mail.clinic.example");
        assert_eq!(rp_id_of("http://localhost:8080"), "localhost");
        assert_eq!(rp_id_of("https://[2001:db8::1]:8443"), "[2001:db8::1]");
    }
}
