//! What a passkey says, looked at (W3C Web Authentication, Level 3): pure functions from bytes to a finding. The numbers
//! in comments are the steps of 7.1 (registration) and 7.2 (assertion).
//!
//! Attestation statements are not looked at: keys are taken for what their authenticator's data says, which is enough to
//! tell synced keys from keys bound to a device, not to prove a maker.

use super::cbor::{self, Value};
use super::keys::{Alg, PublicKey};
use aws_lc_rs::digest;
use base64::prelude::*;
use serde::Deserialize;
use wardpost_vault::constant_time_eq;

/// Longest credential id (7.1, step 25).
pub(super) const MAX_CREDENTIAL_ID: usize = 1023;
const MAX_CLIENT_DATA: usize = 8 << 10;
const MAX_AUTHENTICATOR_DATA: usize = 16 << 10;

/// Flags of authenticator data (6.1).
mod flag {
    pub(super) const PRESENT: u8 = 0x01;
    pub(super) const VERIFIED: u8 = 0x04;
    pub(super) const BACKUP_ELIGIBLE: u8 = 0x08;
    pub(super) const BACKED_UP: u8 = 0x10;
    pub(super) const ATTESTED: u8 = 0x40;
    pub(super) const EXTENSIONS: u8 = 0x80;
}

/// What must be said.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    /// The host name of this house's web app.
    pub rp_id: &'a str,
    /// Its origin.
    pub origin: &'a str,
    /// The challenge that was handed out.
    pub challenge: &'a [u8],
}

/// Why a passkey is refused. For the audit log and for tests; whoever tries is told nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Flaw {
    #[error("malformed")]
    Malformed,
    #[error("not of this ceremony")]
    Type,
    #[error("another challenge")]
    Challenge,
    #[error("another origin")]
    Origin,
    #[error("from a frame of another site")]
    Framed,
    #[error("for another site")]
    RelyingParty,
    #[error("nobody was there")]
    Presence,
    #[error("the person was not verified")]
    Verification,
    #[error("the flags of backups contradict themselves")]
    Backup,
    #[error("a key or algorithm that was not asked for")]
    Key,
    #[error("the signature is wrong")]
    Signature,
    #[error("the counter went back: there may be a copy of the key")]
    Counter,
}

/// A new passkey, looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Registered {
    pub credential_id: Vec<u8>,
    /// The key as the authenticator wrote it; see [`key_of`].
    pub cose: Vec<u8>,
    pub sign_count: u32,
    pub aaguid: [u8; 16],
    /// The key may be copied to other devices by its maker's service.
    pub backup_eligible: bool,
}

/// What is known of a passkey that answers.
#[derive(Debug, Clone)]
pub(super) struct Known<'a> {
    pub key: &'a PublicKey,
    pub alg: Alg,
    pub backup_eligible: bool,
    pub sign_count: u32,
}

/// The answer of a passkey as it came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Assertion<'a> {
    pub client_data: &'a [u8],
    pub authenticator_data: &'a [u8],
    pub signature: &'a [u8],
}

/// Looks at a new passkey (7.1). Gives what is to be kept of it.
pub(super) fn registration(e: &Expected<'_>, client_data: &[u8], attestation: &[u8]) -> Result<Registered, Flaw> {
    // 5-12.
    check_client_data(e, "webauthn.create", client_data)?;
    // 13-14: the attestation object, whole. Its statement (21-24) is not looked at: none is asked for.
    if attestation.len() > MAX_AUTHENTICATOR_DATA {
        return Err(Flaw::Malformed);
    }
    let (object, taken) = cbor::decode(attestation).ok_or(Flaw::Malformed)?;
    let data = object.named("authData").and_then(Value::bytes).ok_or(Flaw::Malformed)?;
    let format = object.named("fmt").and_then(Value::text).ok_or(Flaw::Malformed)?;
    let statement = object.named("attStmt").ok_or(Flaw::Malformed)?;
    let contradicts = format == "none" && *statement != Value::Map(Vec::new());
    if taken != attestation.len() || contradicts || !matches!(statement, Value::Map(_)) {
        return Err(Flaw::Malformed);
    }
    // 15-19.
    let data = AuthenticatorData::read(data)?;
    data.check(e.rp_id)?;
    // 20, 25.
    let made = data.attested.as_ref().ok_or(Flaw::Malformed)?;
    key_of(made.cose).ok_or(Flaw::Key)?;
    Ok(Registered {
        credential_id: made.credential_id.to_vec(),
        cose: made.cose.to_vec(),
        sign_count: data.sign_count,
        aaguid: made.aaguid,
        backup_eligible: data.has(flag::BACKUP_ELIGIBLE),
    })
}

/// Looks at the answer of a known passkey (7.2). Gives its new counter.
pub(super) fn assertion(e: &Expected<'_>, known: &Known<'_>, answer: &Assertion<'_>) -> Result<u32, Flaw> {
    // 9-13.
    check_client_data(e, "webauthn.get", answer.client_data)?;
    // 14-18.
    let data = AuthenticatorData::read(answer.authenticator_data)?;
    data.check(e.rp_id)?;
    // 19: whether a key can be copied never changes.
    if data.has(flag::BACKUP_ELIGIBLE) != known.backup_eligible {
        return Err(Flaw::Backup);
    }
    // 20-21.
    let hash = digest::digest(&digest::SHA256, answer.client_data);
    let signed = [answer.authenticator_data, hash.as_ref()].concat();
    if !known.key.verify(known.alg, &signed, answer.signature) {
        return Err(Flaw::Signature);
    }
    // 22: keys without a counter say 0 for ever.
    let counts = data.sign_count != 0 || known.sign_count != 0;
    if counts && data.sign_count <= known.sign_count { Err(Flaw::Counter) } else { Ok(data.sign_count) }
}

/// The key in COSE bytes that are nothing else.
pub(super) fn key_of(cose: &[u8]) -> Option<(PublicKey, Alg)> {
    let (value, taken) = cbor::decode(cose)?;
    PublicKey::from_cose(&value).filter(|_| taken == cose.len())
}

/// The challenge that a passkey says it answers; to be checked by whoever handed it out.
pub(super) fn challenge_of(client_data: &[u8]) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(ClientData::read(client_data).ok()?.challenge).ok()
}

/// `CollectedClientData` (5.8.1). Browsers add members so that nobody compares it to a template.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: Option<bool>,
    #[serde(default)]
    top_origin: Option<String>,
}

impl ClientData {
    fn read(bytes: &[u8]) -> Result<Self, Flaw> {
        let bytes = Some(bytes).filter(|b| b.len() <= MAX_CLIENT_DATA).ok_or(Flaw::Malformed)?;
        serde_json::from_slice(bytes).map_err(|_| Flaw::Malformed)
    }
}

fn check_client_data(e: &Expected<'_>, kind: &str, bytes: &[u8]) -> Result<(), Flaw> {
    let said = ClientData::read(bytes)?;
    if said.r#type != kind {
        return Err(Flaw::Type);
    }
    let challenge = BASE64_URL_SAFE_NO_PAD.decode(said.challenge).map_err(|_| Flaw::Malformed)?;
    if !constant_time_eq(&challenge, e.challenge) {
        return Err(Flaw::Challenge);
    }
    if said.origin != e.origin {
        return Err(Flaw::Origin);
    }
    // The app is never framed by others.
    if said.cross_origin == Some(true) || said.top_origin.is_some() {
        return Err(Flaw::Framed);
    }
    Ok(())
}

/// Authenticator data (6.1).
#[derive(Debug)]
struct AuthenticatorData<'a> {
    rp_id_hash: &'a [u8],
    flags: u8,
    sign_count: u32,
    attested: Option<Attested<'a>>,
}

/// Attested credential data (6.5.1).
#[derive(Debug)]
struct Attested<'a> {
    aaguid: [u8; 16],
    credential_id: &'a [u8],
    cose: &'a [u8],
}

impl<'a> AuthenticatorData<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, Flaw> {
        if bytes.len() > MAX_AUTHENTICATOR_DATA {
            return Err(Flaw::Malformed);
        }
        Self::parse(bytes).ok_or(Flaw::Malformed)
    }

    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (rp_id_hash, rest) = bytes.split_at_checked(32)?;
        let (flags, rest) = rest.split_first()?;
        let (count, mut rest) = rest.split_first_chunk::<4>()?;
        let attested = if flags & flag::ATTESTED != 0 { Some(Attested::take(&mut rest)?) } else { None };
        if flags & flag::EXTENSIONS != 0 {
            let (extensions, taken) = cbor::decode(rest)?;
            matches!(extensions, Value::Map(_)).then_some(())?;
            rest = rest.get(taken..)?;
        }
        let sign_count = u32::from_be_bytes(*count);
        rest.is_empty().then_some(Self { rp_id_hash, flags: *flags, sign_count, attested })
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    fn check(&self, rp_id: &str) -> Result<(), Flaw> {
        if !constant_time_eq(self.rp_id_hash, digest::digest(&digest::SHA256, rp_id.as_bytes()).as_ref()) {
            return Err(Flaw::RelyingParty);
        }
        if !self.has(flag::PRESENT) {
            return Err(Flaw::Presence);
        }
        // A finger, a face or a PIN: with it a passkey is two factors (SP 800-63B-4, 3.1.7).
        if !self.has(flag::VERIFIED) {
            return Err(Flaw::Verification);
        }
        if self.has(flag::BACKED_UP) && !self.has(flag::BACKUP_ELIGIBLE) { Err(Flaw::Backup) } else { Ok(()) }
    }
}

impl<'a> Attested<'a> {
    fn take(rest: &mut &'a [u8]) -> Option<Self> {
        let (aaguid, after) = rest.split_first_chunk::<16>()?;
        let (length, after) = after.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (credential_id, after) =
            after.split_at_checked(length).filter(|_| (1..=MAX_CREDENTIAL_ID).contains(&length))?;
        let (_, taken) = cbor::decode(after)?;
        let (cose, after) = after.split_at_checked(taken)?;
        *rest = after;
        Some(Self { aaguid: *aaguid, credential_id, cose })
    }
}

/// For fuzzing: reads bytes as everything that a stranger sends.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn read_anything(bytes: &[u8]) {
    let e = Expected { rp_id: "localhost", origin: "http://localhost", challenge: b"c" };
    let _ = (challenge_of(bytes), key_of(bytes), AuthenticatorData::read(bytes), registration(&e, bytes, bytes));
    let client = br#"{"type":"webauthn.create","challenge":"Yw","origin":"http://localhost"}"#;
    let _ = registration(&e, client, bytes);
}

#[cfg(test)]
mod tests;
