//! Key packages: a device leaves some, and each is good for one group.

use super::{Asker, Outcome, Refused, own_id, wire_id};
use crate::Core;
use crate::clock::{DAY_US, SECOND_US};
use crate::error::guard;
use std::collections::{BTreeMap, BTreeSet};
use wardpost_e2ee::Id;
use wardpost_e2ee::account::DeviceCertificate;
use wardpost_e2ee::follow::check_key_package;
use wardpost_e2ee::wire::{DevicePackage, KEY_PACKAGES, MAX_MEMBERS};
use wardpost_model::{LeafDeviceId, PersonId};
use wardpost_store::repo::conversation_account::{self as accounts, AT_ONCE};
use wardpost_store::repo::conversation_package::{self as rows, Offered, PackageRow};
use wardpost_store::{Batch, StoreError};

/// How long it is remembered whose package was taken: a commit answers it within minutes.
const KEPT_TAKEN_US: i64 = 30 * DAY_US;
/// How long a welcome waits for its device.
const KEPT_WELCOMES_US: i64 = 90 * DAY_US;
/// How often taking is tried when others take the same.
const TRIES: usize = 8;

impl Core {
    /// Replaces the key packages of the device that asks.
    ///
    /// # Errors
    /// [`Refused::Malformed`] `too_many`, or for a package that isn't genuine or not this device's; [`Refused::Denied`].
    pub async fn put_key_packages(&self, asker: Asker<'_>, given: Vec<Vec<u8>>) -> Outcome<()> {
        if given.len() > KEY_PACKAGES {
            return Err(Refused::Malformed("too_many"));
        }
        let row = accounts::get_device(self.db(), self.org(), asker.device).await?;
        let row = row.filter(|d| d.removed_us.is_none()).ok_or(Refused::Denied("device_removed"))?;
        let certificate = DeviceCertificate::decode(&row.certificate)?;
        // Each takes two signatures to verify.
        let checked = self.aside(move || {
            let check = |package: Vec<u8>| {
                let info = check_key_package(&package, &certificate)?;
                let expires_us = i64::try_from(info.not_after).unwrap_or(i64::MAX).saturating_mul(SECOND_US);
                Ok(PackageRow { reference: info.reference, suite: info.suite, package, expires_us })
            };
            given.into_iter().map(check).collect::<Result<Vec<_>, wardpost_e2ee::Error>>()
        });
        let checked = checked.await?;
        let mut batch = Batch::new();
        accounts::require_device(&mut batch, self.org(), asker.device, guard::FOUND);
        rows::put(&mut batch, self.org(), asker.device, checked, self.clock().now_us());
        self.db().write(batch).await?;
        Ok(())
    }

    /// Takes a key package of each device of these people. The last one of a device stays, and serves again, until the device
    /// brings others: nobody can make somebody unreachable by taking all.
    ///
    /// # Errors
    /// [`Refused::Slower`]; [`Refused::Malformed`] `too_many`; [`Refused::Denied`].
    pub async fn claim_key_packages(
        &self,
        asker: Asker<'_>,
        persons: &[Id],
        suite: u16,
    ) -> Outcome<Vec<DevicePackage>> {
        if persons.len() > MAX_MEMBERS {
            return Err(Refused::Malformed("too_many"));
        }
        self.changes(asker.actor)?;
        self.still_there(asker).await?;
        let me = asker.actor.person_id;
        let limit = self.conversations().claims.take(me, self.clock().now_us());
        limit.map_err(|seconds| Refused::Slower(seconds.saturating_mul(1000)))?;
        let mut found = Vec::new();
        for people in self.known_people(asker.actor, persons).await?.chunks(AT_ONCE) {
            found.append(&mut self.claim_packages_of(people, suite, asker.device).await?);
        }
        Ok(found)
    }

    async fn claim_packages_of(
        &self,
        people: &[PersonId],
        suite: u16,
        but: LeafDeviceId,
    ) -> Outcome<Vec<DevicePackage>> {
        let now_us = self.clock().now_us();
        for _ in 0..TRIES {
            let mut of_device: BTreeMap<LeafDeviceId, Vec<Offered>> = BTreeMap::new();
            for offered in rows::offered(self.db(), self.org(), people, suite, now_us).await? {
                if offered.device_id != but {
                    of_device.entry(offered.device_id).or_default().push(offered);
                }
            }
            let (mut batch, mut found) = (Batch::new(), Vec::new());
            for (device, all) in &of_device {
                let Some(first) = all.first() else { continue };
                let Some(package) = rows::get(self.db(), self.org(), *device, &first.reference).await? else {
                    continue;
                };
                if all.len() > 1 {
                    rows::claim(&mut batch, self.org(), *device, &first.reference, now_us, guard::STATE);
                }
                found.push(DevicePackage {
                    person: wire_id(first.person_id),
                    device: wire_id(*device),
                    package: package.into(),
                });
            }
            match self.db().write(batch).await {
                Ok(_) => return Ok(found),
                // Somebody else took one of them.
                Err(StoreError::Guard(_)) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(Refused::Unavailable)
    }

    /// Forgets packages that were taken long ago, and old welcomes: a device that comes so late joins from outside.
    pub(crate) fn prune_conversations(&self, batch: &mut Batch) {
        let now_us = self.clock().now_us();
        rows::prune(batch, self.org(), now_us - KEPT_TAKEN_US, now_us - KEPT_WELCOMES_US);
    }

    /// The devices for which a welcome is, of those that are expected.
    pub(super) async fn welcomed(
        &self,
        references: &[Vec<u8>],
        expected: &BTreeSet<LeafDeviceId>,
    ) -> Outcome<Vec<LeafDeviceId>> {
        let mut found = Vec::new();
        for reference in references {
            let of = rows::device_of(self.db(), self.org(), reference).await?;
            found.extend(of.into_iter().filter(|d| expected.contains(d)));
        }
        Ok(found)
    }
}

/// The people of a list of ids, each once.
pub(super) fn people_of(ids: &[Id]) -> Vec<PersonId> {
    let mut seen = BTreeSet::new();
    ids.iter().map(|id| own_id(*id)).filter(|id| seen.insert(*id)).collect()
}
