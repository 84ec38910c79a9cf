//! Accounts and devices: one secret a person, from which an identity key, a key to seal to, and a key for the history come;
//! and one key pair a device, which the identity certifies.

use crate::primitive::{self, decode};
use crate::wire::encode;
use crate::{Error, Id, Result};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::signatures::{Signer, SignerError};
use openmls_traits::types::{HashType, HpkeKeyPair, SignatureScheme};
use std::fmt;
use zeroize::Zeroizing;

/// Bytes of an Ed25519 signature.
const SIGNATURE: usize = 64;
/// Largest encoded [`AccountKeys`].
const MAX_KEYS: usize = 2048;
/// Largest encoded [`DeviceCertificate`].
const MAX_CERTIFICATE: usize = 256;
/// What the bytes of a stored account begin with.
const ACCOUNT_FORMAT: u8 = 1;
/// What the bytes of a stored device key begin with.
const DEVICE_FORMAT: u8 = 1;

/// The account's secret: who has it reads the person's history and certifies devices. It is on the person's devices, and
/// sealed in the backups.
pub struct AccountSecret {
    version: u32,
    seed: Zeroizing<[u8; 32]>,
}

impl AccountSecret {
    /// A new account's, version 1.
    ///
    /// # Errors
    /// When there are no random bytes.
    pub fn generate() -> Result<Self> {
        Ok(Self { version: 1, seed: primitive::random_key()? })
    }

    /// The next version, with nothing in common with this one: for when this may be known to somebody else.
    ///
    /// # Errors
    /// When there are no random bytes, or no further version.
    pub fn next(&self) -> Result<Self> {
        let version = self.version.checked_add(1).ok_or(Error::Refused("version"))?;
        Ok(Self { version, seed: primitive::random_key()? })
    }

    /// Its bytes: secret.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(37));
        bytes.push(ACCOUNT_FORMAT);
        bytes.extend_from_slice(&self.version.to_be_bytes());
        bytes.extend_from_slice(self.seed.as_ref());
        bytes
    }

    /// Reads what [`Self::to_bytes`] gave.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let (Some((&ACCOUNT_FORMAT, rest)), 37) = (bytes.split_first(), bytes.len()) else {
            return Err(Error::Malformed("account secret"));
        };
        let (version, seed) = rest.split_first_chunk::<4>().ok_or(Error::Malformed("account secret"))?;
        let version = u32::from_be_bytes(*version);
        if version == 0 {
            return Err(Error::Malformed("account secret"));
        }
        let mut own = Zeroizing::new([0; 32]);
        own.copy_from_slice(seed);
        Ok(Self { version, seed: own })
    }

    /// Which version of the account's keys this is; the first is 1.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The public keys, signed by the identity.
    ///
    /// # Errors
    /// When a key can't be derived.
    pub fn public(&self, person: Id) -> Result<AccountKeys> {
        let (body, identity) = self.body(person)?;
        let signature = identity.sign(&body.signed()).to_bytes();
        Ok(body.with(signature, None))
    }

    /// The public keys, signed by the identity and by the one before, so that others can see that the change is the
    /// person's own.
    ///
    /// # Errors
    /// [`Error::Refused`] when `previous` isn't the version before.
    pub fn public_after(&self, person: Id, previous: &Self) -> Result<AccountKeys> {
        if previous.version.checked_add(1) != Some(self.version) {
            return Err(Error::Refused("version"));
        }
        let (body, identity) = self.body(person)?;
        let (before, old) = previous.body(person)?;
        let signature = identity.sign(&body.signed()).to_bytes();
        let handed_on = old.sign(&body.signed_after(&before)).to_bytes();
        Ok(body.with(signature, Some(handed_on)))
    }

    /// Certifies a device of this person. `created_us` is in microseconds since the epoch.
    ///
    /// # Errors
    /// When the identity key can't be derived.
    pub fn certify(&self, person: Id, device: Id, device_key: &[u8; 32], created_us: i64) -> Result<DeviceCertificate> {
        let mut certificate = DeviceCertificate {
            person,
            device,
            key: *device_key,
            account_version: self.version,
            created_us,
            signature: [0; SIGNATURE],
        };
        certificate.signature = self.identity()?.sign(&certificate.signed()).to_bytes();
        Ok(certificate)
    }

    fn identity(&self) -> Result<SigningKey> {
        Ok(SigningKey::from_bytes(&*primitive::derive(self.seed.as_ref(), "account identity", &[])?))
    }

    fn body(&self, person: Id) -> Result<(KeysBody, SigningKey)> {
        let identity = self.identity()?;
        let body = KeysBody {
            person,
            version: self.version,
            identity: identity.verifying_key().to_bytes(),
            sealing: self.sealing()?.public,
        };
        Ok((body, identity))
    }

    /// The public identity key.
    pub(crate) fn identity_public(&self) -> Result<[u8; 32]> {
        Ok(self.identity()?.verifying_key().to_bytes())
    }

    /// The key pair to which others seal.
    pub(crate) fn sealing(&self) -> Result<HpkeKeyPair> {
        primitive::kem_pair(&*primitive::derive(self.seed.as_ref(), "account sealing", &[])?)
    }

    /// The key under which this account keeps one epoch's key for itself.
    pub(crate) fn history(&self, conversation: Id, epoch: u64) -> Result<Zeroizing<[u8; 32]>> {
        primitive::derive(self.seed.as_ref(), "account history", &[&conversation.0, &epoch.to_be_bytes()])
    }
}

impl fmt::Debug for AccountSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountSecret").field("version", &self.version).finish_non_exhaustive()
    }
}

/// What is signed of [`AccountKeys`].
#[derive(Encode, Decode)]
struct KeysBody {
    #[n(0)]
    person: Id,
    #[n(1)]
    version: u32,
    #[cbor(n(2), with = "minicbor::bytes")]
    identity: [u8; 32],
    #[cbor(n(3), with = "minicbor::bytes")]
    sealing: Vec<u8>,
}

impl KeysBody {
    fn signed(&self) -> Vec<u8> {
        [b"wardpost account keys 1\0".as_slice(), &encode(self)].concat()
    }
    /// What the identity before signs: this, after that.
    fn signed_after(&self, before: &Self) -> Vec<u8> {
        let (before, own) = (encode(before), encode(self));
        // The first has a length of its own inside (it is CBOR), so the two can't be parted otherwise.
        [b"wardpost account keys follow 1\0".as_slice(), &before, &own].concat()
    }
    fn with(self, signature: [u8; SIGNATURE], handed_on: Option<[u8; SIGNATURE]>) -> AccountKeys {
        let Self { person, version, identity, sealing } = self;
        AccountKeys { person, version, identity, sealing, signature, handed_on }
    }
}

#[derive(Encode, Decode)]
struct KeysWire {
    #[n(0)]
    body: KeysBody,
    #[cbor(n(1), with = "minicbor::bytes")]
    signature: [u8; SIGNATURE],
    #[n(2)]
    handed_on: Option<ByteVec>,
}

/// A person's public keys, signed by themselves. That they are this person's, the log of keys says, and the safety number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountKeys {
    /// Whose.
    pub person: Id,
    /// Which; the first is 1.
    pub version: u32,
    /// Ed25519: certifies devices.
    pub identity: [u8; 32],
    /// Hybrid HPKE key (ML-KEM-768 and X25519) to which epoch keys are sealed.
    pub sealing: Vec<u8>,
    signature: [u8; SIGNATURE],
    handed_on: Option<[u8; SIGNATURE]>,
}

impl AccountKeys {
    fn body(&self) -> KeysBody {
        KeysBody { person: self.person, version: self.version, identity: self.identity, sealing: self.sealing.clone() }
    }

    /// The bytes: CBOR.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encode(&KeysWire {
            body: self.body(),
            signature: self.signature,
            handed_on: self.handed_on.map(|signature| signature.to_vec().into()),
        })
    }

    /// Reads them, in the one form that [`Self::encode`] writes, and verifies that the identity signed them.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Malformed`], [`Error::Forged`].
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > MAX_KEYS {
            return Err(Error::TooLarge("account keys"));
        }
        let wire: KeysWire = decode(bytes, "account keys")?;
        let handed_on = wire.handed_on.map(|signature| <[u8; SIGNATURE]>::try_from(signature.as_slice()));
        let handed_on = handed_on.transpose().map_err(|_| Error::Malformed("account keys"))?;
        let keys = wire.body.with(wire.signature, handed_on);
        let first = keys.version == 1 && keys.handed_on.is_some();
        if keys.version == 0 || first || keys.sealing.len() != primitive::KEM_PUBLIC || keys.encode() != bytes {
            return Err(Error::Malformed("account keys"));
        }
        verify(&keys.identity, &keys.body().signed(), &keys.signature)?;
        Ok(keys)
    }

    /// Whether these are the next version after `previous`, and the identity of `previous` signed that.
    #[must_use]
    pub fn follows(&self, previous: &Self) -> bool {
        self.person == previous.person
            && previous.version.checked_add(1) == Some(self.version)
            && self.handed_on.is_some_and(|signature| {
                verify(&previous.identity, &self.body().signed_after(&previous.body()), &signature).is_ok()
            })
    }

    /// SHA-256 over person, version and both keys: what a log of keys holds.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        // The hash can't fail: the library has SHA-256.
        primitive::sha256(&[&self.body().signed()]).unwrap_or_default()
    }
}

#[derive(Encode, Decode)]
struct CertificateWire {
    #[n(0)]
    person: Id,
    #[n(1)]
    device: Id,
    #[cbor(n(2), with = "minicbor::bytes")]
    key: [u8; 32],
    #[n(3)]
    account_version: u32,
    #[n(4)]
    created_us: i64,
    #[cbor(n(5), with = "minicbor::bytes")]
    signature: [u8; SIGNATURE],
}

/// Says that a device is this person's. It is the device's MLS credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceCertificate {
    /// Whose.
    pub person: Id,
    /// Which device.
    pub device: Id,
    /// The device's Ed25519 key.
    pub key: [u8; 32],
    /// The version of the account's keys that certifies it.
    pub account_version: u32,
    /// When it was certified, by the device's clock: microseconds since the epoch.
    pub created_us: i64,
    signature: [u8; SIGNATURE],
}

impl DeviceCertificate {
    fn wire(&self) -> CertificateWire {
        CertificateWire {
            person: self.person,
            device: self.device,
            key: self.key,
            account_version: self.account_version,
            created_us: self.created_us,
            signature: self.signature,
        }
    }

    fn signed(&self) -> Vec<u8> {
        let body = encode(&CertificateWire { signature: [0; SIGNATURE], ..self.wire() });
        [b"wardpost device certificate 1\0".as_slice(), &body].concat()
    }

    /// The bytes: CBOR.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encode(&self.wire())
    }

    /// Reads it, in the one form that [`Self::encode`] writes. Does not verify it: that needs the account's keys.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > MAX_CERTIFICATE {
            return Err(Error::TooLarge("device certificate"));
        }
        let CertificateWire { person, device, key, account_version, created_us, signature } =
            decode(bytes, "device certificate")?;
        let certificate = Self { person, device, key, account_version, created_us, signature };
        if account_version == 0 || certificate.encode() != bytes {
            return Err(Error::Malformed("device certificate"));
        }
        Ok(certificate)
    }

    /// Verifies that this account certified the device.
    ///
    /// # Errors
    /// [`Error::Forged`]; [`Error::NoKey`] when the keys are of another version.
    pub fn verify(&self, keys: &AccountKeys) -> Result<()> {
        if self.person != keys.person {
            return Err(Error::Forged("device certificate"));
        }
        if self.account_version != keys.version {
            return Err(Error::NoKey("account keys of this version"));
        }
        verify(&keys.identity, &self.signed(), &self.signature).map_err(|_| Error::Forged("device certificate"))
    }
}

/// A device's Ed25519 key pair: signs its MLS leaf, its commits and what it writes.
pub struct DeviceKey(SigningKey);

impl DeviceKey {
    /// A new one.
    ///
    /// # Errors
    /// When there are no random bytes.
    pub fn generate() -> Result<Self> {
        Ok(Self(SigningKey::from_bytes(&*primitive::random_key()?)))
    }

    /// Its bytes: secret.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(33));
        bytes.push(DEVICE_FORMAT);
        bytes.extend_from_slice(self.0.as_bytes());
        bytes
    }

    /// Reads what [`Self::to_bytes`] gave.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let Some((&DEVICE_FORMAT, key)) = bytes.split_first() else { return Err(Error::Malformed("device key")) };
        SigningKey::try_from(key).map(Self).map_err(|_| Error::Malformed("device key"))
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// Signs (RFC 8032). What is signed says itself what it is for.
    ///
    /// # Errors
    /// None; the library's trait has them.
    pub fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        Ok(self.0.sign(bytes).to_bytes().to_vec())
    }
}

impl Signer for DeviceKey {
    fn sign(&self, payload: &[u8]) -> Result<Vec<u8>, SignerError> {
        Ok(self.0.sign(payload).to_bytes().to_vec())
    }
    fn signature_scheme(&self) -> SignatureScheme {
        SignatureScheme::ED25519
    }
}

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceKey").finish_non_exhaustive()
    }
}

/// Verifies an Ed25519 signature, strictly: no weak keys, one form of each signature.
///
/// # Errors
/// [`Error::Forged`].
pub fn verify(key: &[u8; 32], message: &[u8], signature: &[u8]) -> Result<()> {
    let forged = |_| Error::Forged("signature");
    let signature = Signature::from_slice(signature).map_err(forged)?;
    VerifyingKey::from_bytes(key).map_err(forged)?.verify_strict(message, &signature).map_err(forged)
}

/// The number that two people compare to know that nobody stands between them: sixty digits in twelve groups of five, the
/// same for both. Hashed many times, as Signal does, so that an account with a number that looks alike is dear to make.
#[must_use]
pub fn safety_number(a: &AccountKeys, b: &AccountKeys) -> String {
    let (a, b) = (half(a), half(b));
    let (first, second) = if a <= b { (a, b) } else { (b, a) };
    format!("{first} {second}")
}

/// One person's half of a safety number.
fn half(keys: &AccountKeys) -> String {
    const ROUNDS: usize = 5200;
    let print = keys.fingerprint();
    let mut hash = [b"wardpost safety number 1\0".as_slice(), &print].concat();
    for _ in 0..ROUNDS {
        hash.extend_from_slice(&print);
        // The hash can't fail: the library has SHA-512.
        hash = primitive::crypto().hash(HashType::Sha2_512, &hash).unwrap_or_default();
    }
    let groups: Vec<String> = hash
        .chunks_exact(5)
        .take(6)
        .map(|five| format!("{:05}", five.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte)) % 100_000))
        .collect();
    groups.join(" ")
}

/// A random id (RFC 9562 version 4).
///
/// # Errors
/// When there are no random bytes.
pub fn random_id() -> Result<Id> {
    Ok(Id::random(primitive::fill()?))
}

#[cfg(test)]
mod tests;
