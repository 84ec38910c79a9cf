//! This device's MLS state of one conversation (RFC 9420). Handshakes are PublicMessages, which the server follows.

use crate::account::{DeviceCertificate, DeviceKey};
use crate::content::EpochSecret;
use crate::mls::{self, Done, mls as failed};
use crate::store::{Provider, Store};
use crate::{Error, Id, Result};
use openmls::prelude::{
    GroupId, KeyPackage, KeyPackageRef, LeafNodeIndex, LeafNodeParameters, MlsGroup, MlsGroupCreateConfig,
    MlsGroupJoinConfig, MlsMessageOut, OpenMlsProvider, PURE_PLAINTEXT_WIRE_FORMAT_POLICY, ProcessedMessageContent,
    ProtocolVersion, StagedWelcome,
};
use std::fmt;
use zeroize::Zeroizing;

/// Exporter label (RFC 9420 §8.5) of the key that seals an epoch's messages.
const LABEL: &str = "wardpost conversation 1";

/// This device's group of one conversation.
pub struct Group {
    provider: Provider,
    mls: MlsGroup,
    /// An external commit was made and isn't accepted yet.
    joining: bool,
}

/// A commit that was made and waits for the server to accept it.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// MLSMessage with the commit as PublicMessage.
    pub commit: Vec<u8>,
    /// MLSMessage with the GroupInfo of the epoch that it begins.
    pub group_info: Vec<u8>,
    /// MLSMessage with the Welcome for those that it adds.
    pub welcome: Option<Vec<u8>>,
    /// The epoch that it begins.
    pub epoch: u64,
    /// The key of that epoch.
    pub key: EpochSecret,
    /// Who is in the group then.
    pub devices: Vec<DeviceCertificate>,
}

/// What a commit of somebody else did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Who made it.
    pub by: DeviceCertificate,
    /// Whether from outside: the device joined, or joined again, by it.
    pub external: bool,
    /// Devices that it added.
    pub added: Vec<DeviceCertificate>,
    /// Devices that it removed.
    pub removed: Vec<DeviceCertificate>,
    /// The epoch that it began.
    pub epoch: u64,
}

/// The secrets of one key package.
#[derive(Clone)]
pub struct PackageSecret {
    /// The KeyPackageRef (RFC 9420 §5.2).
    pub reference: Vec<u8>,
    entries: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Group");
        shown.field("conversation", &self.conversation()).field("epoch", &self.epoch());
        shown.field("pending", &self.pending()).finish_non_exhaustive()
    }
}

impl fmt::Debug for PackageSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PackageSecret").field("reference", &self.reference).finish_non_exhaustive()
    }
}

impl PackageSecret {
    /// The bytes: secret.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        self.entries.clone()
    }
    /// Reads what [`Self::to_bytes`] gave.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let (_, reference, _) = Store::load(bytes, "key package")?;
        Ok(Self { reference: reference.to_vec(), entries: bytes.to_vec().into() })
    }
}

/// Makes a key package: its secrets to keep, and the MLSMessage for the server.
///
/// # Errors
/// [`Error::Refused`] for a suite that isn't ours or a certificate of another key.
pub fn key_package(suite: u16, device: &DeviceKey, cert: &DeviceCertificate) -> Result<(PackageSecret, Vec<u8>)> {
    own(device, cert)?;
    let provider = Provider::new(Store::default());
    let bundle = KeyPackage::builder()
        .leaf_node_capabilities(mls::capabilities()?)
        .key_package_lifetime(mls::lifetime())
        .build(mls::suite(suite)?, &provider, device, mls::credential(cert))
        .map_err(failed)?;
    let package = bundle.key_package().clone();
    let reference = package.hash_ref(provider.crypto()).map_err(failed)?.as_slice().to_vec();
    let entries = provider.store.dump(&reference, false);
    Ok((PackageSecret { reference, entries }, mls::write(&MlsMessageOut::from(package))?))
}

/// Whether a certificate is of this device's key.
fn own(device: &DeviceKey, cert: &DeviceCertificate) -> Result<()> {
    if device.public() == cert.key { Ok(()) } else { Err(Error::Refused("certificate of another device")) }
}

fn config() -> MlsGroupJoinConfig {
    MlsGroupJoinConfig::builder()
        .wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
        .use_ratchet_tree_extension(true)
        .number_of_resumption_psks(0)
        .build()
}

impl Group {
    /// A new group, with this device in it, at epoch 0. [`Self::prepare`] adds the others, also when there are none.
    ///
    /// # Errors
    /// [`Error::Refused`] for a suite that isn't ours or a certificate of another key.
    pub fn create(conversation: Id, suite: u16, device: &DeviceKey, cert: &DeviceCertificate) -> Result<Self> {
        own(device, cert)?;
        let provider = Provider::new(Store::default());
        let config = MlsGroupCreateConfig::builder()
            .ciphersuite(mls::suite(suite)?)
            .wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
            .use_ratchet_tree_extension(true)
            .number_of_resumption_psks(0)
            .capabilities(mls::capabilities()?)
            .lifetime(mls::lifetime())
            .build();
        let id = GroupId::from_slice(&conversation.0);
        let mls = MlsGroup::new_with_group_id(&provider, device, &config, id, mls::credential(cert)).map_err(failed)?;
        Ok(Self { provider, mls, joining: false })
    }

    /// Joins by a welcome; also tells which of the key packages it was for.
    ///
    /// # Errors
    /// [`Error::NoKey`] when it is for none of them; [`Error::Malformed`], [`Error::Forged`], [`Error::Refused`],
    /// [`Error::Mls`].
    pub fn join(
        welcome: &[u8],
        packages: &[PackageSecret],
        device: &DeviceKey,
        cert: &DeviceCertificate,
    ) -> Result<(Self, usize)> {
        own(device, cert)?;
        let welcome = mls::read_welcome(welcome)?;
        mls::suite(welcome.ciphersuite().into())?;
        let wanted: Vec<KeyPackageRef> = welcome.secrets().iter().map(|secret| secret.new_member()).collect();
        let (at, package) = packages
            .iter()
            .enumerate()
            .find(|(_, package)| wanted.iter().any(|wanted| wanted.as_slice() == package.reference))
            .ok_or(Error::NoKey("key package of this welcome"))?;
        let provider = Provider::new(Store::load(&package.entries, "key package")?.0);
        let staged = StagedWelcome::build_from_welcome(&provider, &config(), welcome)
            .map_err(failed)?
            // A member who was added long ago and has not committed since is still a member.
            .skip_lifetime_validation()
            .build()
            .map_err(failed)?;
        mls::check_context(staged.group_context())?;
        let found = mls::leaf(staged.own_leaf_node().ok_or(Error::Forged("welcome"))?)?;
        if (found.person, found.device, found.key) != (cert.person, cert.device, cert.key) {
            return Err(Error::Refused("welcome for another device"));
        }
        let mls = staged.into_group(&provider).map_err(failed)?;
        mls::check_leaves(mls.public_group())?;
        Ok((Self { provider, mls, joining: false }, at))
    }

    /// Joins from outside, by an external commit (RFC 9420 §12.4.3.2), which also removes this device's old leaf. The group
    /// can be used after [`Self::accept`]; when the server refuses the commit, drop it and rejoin anew.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::Forged`], [`Error::Refused`], [`Error::Mls`].
    pub fn rejoin(group_info: &[u8], device: &DeviceKey, cert: &DeviceCertificate) -> Result<(Self, Prepared)> {
        own(device, cert)?;
        let info = mls::read_group_info(group_info)?;
        let provider = Provider::new(Store::default());
        let leaf = LeafNodeParameters::builder().with_capabilities(mls::capabilities()?).build();
        let (mls, bundle) = MlsGroup::external_commit_builder()
            .with_config(config())
            .skip_lifetime_validation()
            .build_group(&provider, info, mls::credential(cert))
            .map_err(failed)?
            .leaf_node_parameters(leaf)
            .load_psks(provider.storage())
            .map_err(failed)?
            .create_group_info(true)
            .use_ratchet_tree_extension(true)
            .build(provider.rand(), provider.crypto(), device, |_| true)
            .map_err(failed)?
            .finalize(&provider)
            .map_err(failed)?;
        let devices = mls::check_leaves(mls.public_group())?;
        let group = Self { provider, mls, joining: true };
        let (commit, _, group_info) = bundle.into_contents();
        let prepared = Prepared {
            commit: mls::write(&commit)?,
            group_info: mls::write_group_info(group_info)?,
            welcome: None,
            epoch: group.epoch(),
            key: group.export()?,
            devices,
        };
        Ok((group, prepared))
    }

    /// Reads what [`Self::state`] gave.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn load(state: &[u8]) -> Result<Self> {
        let (store, id, joining) = Store::load(state, "group")?;
        let provider = Provider::new(store);
        let loaded = MlsGroup::load(provider.storage(), &GroupId::from_slice(id));
        let mls = loaded.ok().flatten().ok_or(Error::Damaged("group"))?;
        Ok(Self { provider, mls, joining })
    }

    /// Everything, a prepared commit included: secret.
    ///
    /// # Errors
    /// None yet; the form may change.
    pub fn state(&self) -> Result<Zeroizing<Vec<u8>>> {
        Ok(self.provider.store.dump(self.mls.group_id().as_slice(), self.joining))
    }

    /// Makes a commit that adds the devices of these key packages, removes these devices, and gives this device new keys.
    /// It is pending until [`Self::accept`] or [`Self::discard`].
    ///
    /// # Errors
    /// [`Error::Refused`] when one is pending, this device is removed, or a device to add or to remove is (or is not) there;
    /// [`Error::Malformed`], [`Error::Forged`], [`Error::Mls`] for a key package. Nothing is changed then.
    pub fn prepare(&mut self, device: &DeviceKey, add: &[Vec<u8>], remove: &[Id]) -> Result<Prepared> {
        self.ready()?;
        if self.pending() {
            return Err(Error::Refused("a commit is pending"));
        }
        let leaf = self.mls.own_leaf_node().ok_or(Error::Refused("removed from the group"))?;
        if leaf.signature_key().as_slice() != device.public() {
            return Err(Error::Refused("group of another device"));
        }
        let own = self.mls.own_leaf_index();
        let mut devices = Vec::new();
        let mut indices: Vec<LeafNodeIndex> = Vec::new();
        for (member, certificate) in self.mls.members().zip(self.devices()?) {
            if !remove.contains(&certificate.device) {
                devices.push(certificate);
            } else if member.index == own {
                return Err(Error::Refused("a device removes itself"));
            } else {
                indices.push(member.index);
            }
        }
        if indices.len() != remove.len() {
            return Err(Error::Refused("a device to remove isn't in the group"));
        }
        let mut packages = Vec::with_capacity(add.len());
        for bytes in add {
            let package = mls::read_key_package(bytes)?
                .validate(self.provider.crypto(), ProtocolVersion::Mls10)
                .map_err(failed)?;
            if package.ciphersuite() != self.mls.ciphersuite() {
                return Err(Error::Refused("key package of another suite"));
            }
            devices.push(mls::package(&package)?);
            packages.push(package);
        }
        mls::each_once(devices.iter())?;
        let bundle = self
            .mls
            .commit_builder()
            .consume_proposal_store(false)
            .force_self_update(true)
            .propose_adds(packages)
            .propose_removals(indices)
            .load_psks(self.provider.storage())
            .map_err(failed)?
            .create_group_info(true)
            .use_ratchet_tree_extension(true)
            .build(self.provider.rand(), self.provider.crypto(), device, |_| true)
            .map_err(failed)?
            .stage_commit(&self.provider)
            .map_err(failed)?;
        let staged = self.mls.pending_commit().ok_or_else(|| Error::Mls("no pending commit".into()))?;
        let key = staged.export_secret(self.provider.crypto(), LABEL, &[], 32).map(Zeroizing::new).map_err(failed)?;
        let epoch = staged.epoch().as_u64();
        let welcome = bundle.to_welcome_msg().map(|welcome| mls::write(&welcome)).transpose()?;
        let (commit, _, group_info) = bundle.into_contents();
        Ok(Prepared {
            commit: mls::write(&commit)?,
            group_info: mls::write_group_info(group_info)?,
            welcome,
            epoch,
            key: EpochSecret::from_bytes(&key)?,
            devices,
        })
    }

    /// Whether a commit of this device waits for the server.
    #[must_use]
    pub fn pending(&self) -> bool {
        self.joining || self.mls.pending_commit().is_some()
    }

    /// The server took the pending commit: its epoch begins.
    ///
    /// # Errors
    /// [`Error::Refused`] when none is pending.
    pub fn accept(&mut self) -> Result<()> {
        if !self.pending() {
            return Err(Error::Refused("no commit is pending"));
        }
        if !self.joining {
            self.mls.merge_pending_commit(&self.provider).map_err(failed)?;
        }
        self.joining = false;
        Ok(())
    }

    /// The server did not take the pending commit: it never was.
    ///
    /// # Errors
    /// [`Error::Refused`] for a group that was to be joined by it: there is nothing left of it.
    pub fn discard(&mut self) -> Result<()> {
        self.ready()?;
        self.mls.clear_pending_commit(self.provider.storage()).map_err(failed)
    }

    /// Applies the commit that the server took: somebody else's, which discards a pending one of this device, or the pending
    /// one itself, which is accepted by that.
    ///
    /// # Errors
    /// [`Error::Epoch`] when it is of another epoch; [`Error::Malformed`], [`Error::Forged`], [`Error::Refused`],
    /// [`Error::Mls`]. Nothing is changed then.
    pub fn apply(&mut self, commit: &[u8]) -> Result<Applied> {
        self.ready()?;
        if self.own_removed() {
            return Err(Error::Refused("removed from the group"));
        }
        let message = mls::read_commit(commit)?;
        if message.group_id() != self.mls.group_id() {
            return Err(Error::Refused("commit of another group"));
        }
        if message.epoch() != self.mls.epoch() {
            return Err(Error::Epoch { current: self.epoch() });
        }
        let processed = self.mls.process_message(&self.provider, message).map_err(failed)?;
        let sender = processed.sender().clone();
        let done = match processed.into_content() {
            ProcessedMessageContent::StagedCommitMessage(staged) => {
                let done = mls::check_commit(self.mls.public_group(), &sender, &staged)?;
                self.mls.clear_pending_commit(self.provider.storage()).map_err(failed)?;
                self.mls.merge_staged_commit(&self.provider, *staged).map_err(failed)?;
                done
            }
            // It went round and came back.
            ProcessedMessageContent::OwnPendingCommit => {
                let staged = self.mls.pending_commit().ok_or(Error::Refused("no commit is pending"))?;
                let done = mls::check_commit(self.mls.public_group(), &sender, staged)?;
                self.accept()?;
                done
            }
            _ => return Err(Error::Refused("a message that is no commit")),
        };
        let Done { by, external, added, removed, .. } = done;
        Ok(Applied { by, external, added, removed, epoch: self.epoch() })
    }

    /// The conversation.
    #[must_use]
    pub fn conversation(&self) -> Id {
        // Checked when the group was made or joined.
        mls::conversation(self.mls.group_id().as_slice()).unwrap_or_default()
    }

    /// The suite's number.
    #[must_use]
    pub fn suite(&self) -> u16 {
        self.mls.ciphersuite().into()
    }

    /// The epoch; of a group that is being joined, the one that the commit begins.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.mls.epoch().as_u64()
    }

    /// The key of this epoch.
    ///
    /// # Errors
    /// [`Error::NoKey`] when this device is removed; [`Error::Refused`] when it hasn't joined yet.
    pub fn key(&self) -> Result<EpochSecret> {
        self.ready()?;
        self.export()
    }

    fn export(&self) -> Result<EpochSecret> {
        if self.own_removed() {
            return Err(Error::NoKey("removed from the group"));
        }
        let key = self.mls.export_secret(self.provider.crypto(), LABEL, &[], 32).map(Zeroizing::new);
        EpochSecret::from_bytes(&key.map_err(failed)?)
    }

    /// Who is in the group. Their certificates are not verified here: that needs the accounts' keys.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::Forged`], [`Error::Refused`] for a credential that isn't one of ours.
    pub fn devices(&self) -> Result<Vec<DeviceCertificate>> {
        mls::certificates(self.mls.members())
    }

    /// Whether somebody has removed this device.
    #[must_use]
    pub fn own_removed(&self) -> bool {
        !self.mls.is_active()
    }

    fn ready(&self) -> Result<()> {
        if self.joining { Err(Error::Refused("not joined yet")) } else { Ok(()) }
    }
}

#[cfg(test)]
impl Group {
    /// A GroupInfo of this epoch, as any member can make one.
    pub(crate) fn export_group_info(&self, device: &DeviceKey, with_tree: bool) -> Vec<u8> {
        let info = self.mls.export_group_info(self.provider.crypto(), device, with_tree);
        mls::write(&info.expect("a member")).expect("a message")
    }
}

#[cfg(test)]
mod tests;
