//! Whom we know: accounts' keys, devices, and whether a key changed since it was first seen.

use crate::account::{AccountKeys, DeviceCertificate};
use crate::wire::AccountLine;
use crate::{Error, Id, Result};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use std::collections::{BTreeMap, HashMap};

/// Somebody's account as far as it is genuine.
#[derive(Default)]
pub(super) struct Account {
    /// Keys by version.
    keys: BTreeMap<u32, AccountKeys>,
    /// Devices whose certificates are genuine.
    devices: HashMap<Id, Device>,
}

/// A device.
pub(super) struct Device {
    pub certificate: DeviceCertificate,
    pub removed: bool,
}

/// Everybody that we know.
#[derive(Default)]
pub(super) struct Directory {
    accounts: HashMap<Id, Account>,
    /// Fingerprints of the newest keys when they were first seen, or last accepted.
    known: BTreeMap<Id, [u8; 32]>,
    /// Whether `known` changed and must be kept.
    pub dirty: bool,
}

#[derive(Encode, Decode)]
struct KnownRecord(#[n(0)] Vec<(Id, ByteVec)>);

impl Directory {
    /// Reads the record of known fingerprints.
    pub fn load(&mut self, bytes: &[u8]) -> Result<()> {
        let KnownRecord(lines) = minicbor::decode(bytes).map_err(|_| Error::Damaged("known keys"))?;
        for (person, print) in lines {
            let print = print.as_slice().try_into().map_err(|_| Error::Damaged("known keys"))?;
            self.known.insert(person, print);
        }
        Ok(())
    }
    /// The record of known fingerprints.
    pub fn record(&self) -> Vec<u8> {
        let lines = self.known.iter().map(|(p, f)| (*p, f.to_vec().into())).collect();
        minicbor::to_vec(KnownRecord(lines)).unwrap_or_default()
    }
    /// Takes what the server tells; what isn't genuine is left out.
    pub fn learn(&mut self, line: &AccountLine) {
        let account = self.accounts.entry(line.person).or_default();
        for bytes in &line.keys {
            if let Ok(keys) = AccountKeys::decode(bytes)
                && keys.person == line.person
            {
                // What was said of a version stays: the server can't put others in its place.
                account.keys.entry(keys.version).or_insert(keys);
            }
        }
        for device in &line.devices {
            let Ok(certificate) = DeviceCertificate::decode(&device.certificate) else { continue };
            let genuine = certificate.person == line.person
                && certificate.device == device.device
                && account.keys.get(&certificate.account_version).is_some_and(|k| certificate.verify(k).is_ok());
            if genuine {
                account.devices.insert(device.device, Device { certificate, removed: device.removed_us.is_some() });
            }
        }
        if let Some(print) = account.newest().map(AccountKeys::fingerprint)
            && !self.known.contains_key(&line.person)
        {
            self.known.insert(line.person, print);
            self.dirty = true;
        }
    }
    /// The server was asked about somebody: whatever it told is known.
    pub fn note(&mut self, person: Id) {
        self.accounts.entry(person).or_default();
    }
    /// Whether the server was asked about somebody.
    pub fn knows(&self, person: Id) -> bool {
        self.accounts.contains_key(&person)
    }
    /// Somebody's newest keys.
    pub fn keys(&self, person: Id) -> Option<&AccountKeys> {
        self.accounts.get(&person)?.newest()
    }
    /// A genuine device.
    pub fn device(&self, person: Id, device: Id) -> Option<&Device> {
        self.accounts.get(&person)?.devices.get(&device)
    }
    /// How many devices somebody has now.
    pub fn devices(&self, person: Id) -> usize {
        self.accounts.get(&person).map_or(0, |a| a.devices.values().filter(|d| !d.removed).count())
    }
    /// Whether a certificate is by its person's account; nothing: that account's keys aren't known here.
    pub fn genuine(&self, certificate: &DeviceCertificate) -> Option<bool> {
        let keys = self.accounts.get(&certificate.person)?.keys.get(&certificate.account_version)?;
        Some(certificate.verify(keys).is_ok())
    }
    /// Whether somebody's keys are others than those first seen or last accepted.
    pub fn changed(&self, person: Id) -> bool {
        match (self.keys(person), self.known.get(&person)) {
            (Some(keys), Some(known)) => keys.fingerprint() != *known,
            _ => false,
        }
    }
    /// The changed keys were looked at.
    pub fn accept(&mut self, person: Id) {
        if let Some(print) = self.keys(person).map(AccountKeys::fingerprint) {
            self.known.insert(person, print);
            self.dirty = true;
        }
    }
}

impl Account {
    fn newest(&self) -> Option<&AccountKeys> {
        self.keys.values().next_back()
    }
}
