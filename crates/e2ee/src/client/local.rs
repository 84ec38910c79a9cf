//! What a client keeps where it runs: named records, sealed under a key of which one half is kept here and the other comes from
//! the server at [`Hello`](crate::wire::Reply::Hello). Neither half opens anything alone: not the device without a sign-in, and
//! not the server. A removed device doesn't get its half any more.

use crate::account::{DeviceCertificate, DeviceKey};
use crate::{Error, Id, Result};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use openmls_rust_crypto::RustCrypto;
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::random::OpenMlsRand;
use openmls_traits::types::{AeadType, HashType};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// Name of the one record that isn't sealed.
const DEVICE: &str = "device";
const NONCE: usize = 12;

/// Which device this is: enough to say hello, not to read anything.
#[derive(Encode, Decode)]
pub(super) struct DeviceRecord {
    #[n(0)]
    pub person: Id,
    #[n(1)]
    pub device: Id,
    /// The device's signing key.
    #[n(2)]
    pub key: ByteVec,
    /// Its certificate.
    #[n(3)]
    pub certificate: ByteVec,
    /// This side's half of the storage key.
    #[n(4)]
    pub half: ByteVec,
    /// The account's secret, until the first hello gave the other half.
    #[n(5)]
    pub secret: Option<ByteVec>,
}

/// This device, unpacked.
pub(super) struct ThisDevice {
    pub person: Id,
    pub id: Id,
    pub key: DeviceKey,
    pub certificate: DeviceCertificate,
}

/// The records.
pub(super) struct Local {
    stored: BTreeMap<String, Vec<u8>>,
    key: Option<Zeroizing<Vec<u8>>>,
    writes: BTreeMap<String, Option<Vec<u8>>>,
    crypto: RustCrypto,
}

impl Local {
    /// From what was stored earlier.
    pub fn new(stored: Vec<(String, Vec<u8>)>) -> Self {
        Self { stored: stored.into_iter().collect(), key: None, writes: BTreeMap::new(), crypto: RustCrypto::default() }
    }
    /// Random bytes.
    pub fn random<const N: usize>(&self) -> Result<[u8; N]> {
        self.crypto.random_array().map_err(|_| Error::NoKey("no randomness"))
    }
    /// A random id.
    pub fn id(&self) -> Result<Id> {
        Ok(Id::random(self.random()?))
    }
    /// Which device this is, if it is one.
    pub fn device(&self) -> Result<Option<DeviceRecord>> {
        let Some(bytes) = self.stored.get(DEVICE) else { return Ok(None) };
        minicbor::decode(bytes).map(Some).map_err(|_| Error::Damaged("device"))
    }
    /// Keeps which device this is.
    pub fn put_device(&mut self, record: &DeviceRecord) {
        let bytes = minicbor::to_vec(record).unwrap_or_default();
        self.put_bytes(DEVICE, bytes);
    }
    /// Makes the storage key of both halves.
    pub fn unlock(&mut self, half: &[u8], unlock: &[u8]) -> Result<()> {
        let material = Zeroizing::new([half, unlock].concat());
        let fail = |_| Error::NoKey("storage");
        let extracted = self.crypto.hkdf_extract(HashType::Sha2_256, b"wardpost storage 1", &material).map_err(fail)?;
        let key = self.crypto.hkdf_expand(HashType::Sha2_256, extracted.as_slice(), b"records", 32).map_err(fail)?;
        self.key = Some(Zeroizing::new(key.as_slice().to_vec()));
        Ok(())
    }
    /// Whether sealed records can be read.
    pub const fn is_open(&self) -> bool {
        self.key.is_some()
    }
    /// Names of the records that begin so.
    pub fn names(&self, prefix: &str) -> Vec<String> {
        self.stored.range(prefix.to_owned()..).map(|(n, _)| n.clone()).take_while(|n| n.starts_with(prefix)).collect()
    }
    /// A sealed record.
    pub fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let Some(sealed) = self.stored.get(name) else { return Ok(None) };
        let key = self.key.as_ref().ok_or(Error::NoKey("storage"))?;
        let (nonce, body) = sealed.split_at_checked(NONCE).ok_or(Error::Damaged("record"))?;
        let plain = self
            .crypto
            .aead_decrypt(AeadType::Aes256Gcm, key, body, nonce, name.as_bytes())
            .map_err(|_| Error::Damaged("record"))?;
        Ok(Some(Zeroizing::new(plain)))
    }
    /// Keeps a record, sealed.
    pub fn put(&mut self, name: &str, plain: &[u8]) -> Result<()> {
        let key = self.key.as_ref().ok_or(Error::NoKey("storage"))?;
        let nonce: [u8; NONCE] = self.random()?;
        let body = self
            .crypto
            .aead_encrypt(AeadType::Aes256Gcm, key, plain, &nonce, name.as_bytes())
            .map_err(|_| Error::NoKey("storage"))?;
        self.put_bytes(name, [nonce.as_slice(), &body].concat());
        Ok(())
    }
    /// Forgets a record.
    pub fn remove(&mut self, name: &str) {
        if self.stored.remove(name).is_some() {
            self.writes.insert(name.to_owned(), None);
        }
    }
    /// Forgets everything.
    pub fn wipe(&mut self) {
        let names: Vec<String> = self.stored.keys().cloned().collect();
        for name in names {
            self.remove(&name);
        }
        self.key = None;
    }
    /// What must be made durable before anything is sent.
    pub fn take_writes(&mut self) -> Vec<(String, Option<Vec<u8>>)> {
        std::mem::take(&mut self.writes).into_iter().collect()
    }
    fn put_bytes(&mut self, name: &str, bytes: Vec<u8>) {
        self.stored.insert(name.to_owned(), bytes.clone());
        self.writes.insert(name.to_owned(), Some(bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::Local;
    use crate::Error;

    #[test]
    fn a_record_opens_with_both_halves_only() {
        let mut local = Local::new(Vec::new());
        local.unlock(b"here", b"there").unwrap();
        local.put("a", b"words").unwrap();
        let stored: Vec<_> = local.take_writes().into_iter().map(|(n, v)| (n, v.unwrap())).collect();
        assert!(stored.iter().all(|(_, v)| !v.windows(5).any(|w| w == b"words")));
        let mut again = Local::new(stored.clone());
        assert_eq!(again.get("a"), Err(Error::NoKey("storage")));
        again.unlock(b"here", b"there").unwrap();
        assert_eq!(again.get("a").unwrap().unwrap().as_slice(), b"words");
        let mut other = Local::new(stored);
        other.unlock(b"here", b"elsewhere").unwrap();
        assert_eq!(other.get("a"), Err(Error::Damaged("record")));
    }

    #[test]
    fn a_record_doesnt_open_under_another_name() {
        let mut local = Local::new(Vec::new());
        local.unlock(b"here", b"there").unwrap();
        local.put("a", b"words").unwrap();
        let bytes = local.take_writes().remove(0).1.unwrap();
        let mut moved = Local::new(vec![("b".to_owned(), bytes)]);
        moved.unlock(b"here", b"there").unwrap();
        assert_eq!(moved.get("b"), Err(Error::Damaged("record")));
    }

    #[test]
    fn wiping_forgets_every_record() {
        let mut local = Local::new(Vec::new());
        local.unlock(b"here", b"there").unwrap();
        local.put("a", b"1").unwrap();
        local.put("b", b"2").unwrap();
        local.take_writes();
        local.wipe();
        assert_eq!(local.take_writes(), vec![("a".to_owned(), None), ("b".to_owned(), None)]);
        assert!(!local.is_open());
    }
}
