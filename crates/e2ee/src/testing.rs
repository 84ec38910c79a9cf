//! People and devices for tests.

use crate::Id;
use crate::account::{AccountKeys, AccountSecret, DeviceCertificate, DeviceKey};
use crate::group::{Group, PackageSecret, Prepared, key_package};
use crate::wire::SUITE_HYBRID;

/// A person with one device.
pub(crate) struct Someone {
    pub person: Id,
    pub secret: AccountSecret,
    pub keys: AccountKeys,
    pub device: DeviceKey,
    pub cert: DeviceCertificate,
}

/// The person and the device with this number.
pub(crate) fn someone(number: u16) -> Someone {
    let secret = AccountSecret::generate().expect("random bytes");
    let person = id(0x10, number);
    let device = DeviceKey::generate().expect("random bytes");
    let cert = secret.certify(person, id(0x20, number), &device.public(), 1).expect("a certificate");
    let keys = secret.public(person).expect("keys");
    Someone { person, secret, keys, device, cert }
}

pub(crate) fn id(kind: u8, number: u16) -> Id {
    let mut bytes = [kind; 16];
    bytes[14..].copy_from_slice(&number.to_be_bytes());
    Id(bytes)
}

impl Someone {
    pub(crate) fn package(&self, suite: u16) -> (PackageSecret, Vec<u8>) {
        key_package(suite, &self.device, &self.cert).expect("a key package")
    }
    pub(crate) fn create(&self, suite: u16) -> Group {
        Group::create(id(0x30, 0), suite, &self.device, &self.cert).expect("a group")
    }
    pub(crate) fn prepare(&self, group: &mut Group, add: &[Vec<u8>], remove: &[Id]) -> Prepared {
        group.prepare(&self.device, add, remove).expect("a commit")
    }
    pub(crate) fn join(&self, welcome: &[u8], package: PackageSecret) -> Group {
        Group::join(welcome, &[package], &self.device, &self.cert).expect("joined").0
    }
}

/// A group of these people in which everybody has joined.
pub(crate) fn group_of(people: &[Someone], suite: u16) -> (Vec<Group>, Prepared) {
    let (first, rest) = people.split_first().expect("somebody");
    let mut group = first.create(suite);
    let (secrets, packages): (Vec<_>, Vec<_>) = rest.iter().map(|one| one.package(suite)).unzip();
    let prepared = first.prepare(&mut group, &packages, &[]);
    group.accept().expect("accepted");
    let welcome = prepared.welcome.clone().unwrap_or_default();
    let mut groups = vec![group];
    groups.extend(rest.iter().zip(secrets).map(|(one, secret)| one.join(&welcome, secret)));
    (groups, prepared)
}

/// The same, of the usual suite.
pub(crate) fn people(count: u16) -> (Vec<Someone>, Vec<Group>, Prepared) {
    let people: Vec<_> = (0..count).map(someone).collect();
    let (groups, prepared) = group_of(&people, SUITE_HYBRID);
    (people, groups, prepared)
}
