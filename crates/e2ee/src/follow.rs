//! What the server checks without being able to read: it follows each group's public state (RFC 9420 §16.4), so that only
//! genuine commits of the current epoch get into the log, each with the GroupInfo that others need to rejoin.

use crate::account::DeviceCertificate;
use crate::mls::{self, Done, mls as failed};
use crate::primitive::crypto;
use crate::store::Store;
use crate::{Error, Id, Result};
use openmls::messages::group_info::VerifiableGroupInfo;
use openmls::prelude::{
    GroupId, OpenMlsSignaturePublicKey, ProcessedMessageContent, ProposalStore, ProtocolVersion, PublicGroup,
    RatchetTreeIn, Verifiable as _,
};
use std::fmt;

/// A group as the server sees it.
pub struct Followed {
    store: Store,
    group: PublicGroup,
}

/// What a commit does to a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Who made it.
    pub by: DeviceCertificate,
    /// Whether from outside: the device joins, or joins again, by it.
    pub external: bool,
    /// Devices that it adds.
    pub added: Vec<DeviceCertificate>,
    /// Devices that it removes.
    pub removed: Vec<DeviceCertificate>,
    /// The epoch that it begins.
    pub epoch: u64,
}

/// What a key package says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageInfo {
    /// Its KeyPackageRef (RFC 9420 §5.2).
    pub reference: Vec<u8>,
    /// Its suite.
    pub suite: u16,
    /// Until when it can be used: seconds since the epoch.
    pub not_after: u64,
}

impl fmt::Debug for Followed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Followed");
        shown.field("conversation", &self.conversation()).field("epoch", &self.epoch()).finish_non_exhaustive()
    }
}

impl Followed {
    /// Begins with the GroupInfo of a new group. Lifetimes of leaves are looked at here, and only here: their key packages
    /// were just taken.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Malformed`], [`Error::Forged`], [`Error::Refused`], [`Error::Mls`].
    pub fn begin(conversation: Id, group_info: &[u8]) -> Result<Self> {
        let info = mls::read_group_info(group_info)?;
        if info.group_id().as_slice() != conversation.0 {
            return Err(Error::Refused("group of another conversation"));
        }
        let tree = tree(&info)?.clone();
        let store = Store::default();
        let (group, _) =
            PublicGroup::from_external(crypto(), &store, tree, info, ProposalStore::new()).map_err(failed)?;
        mls::check_leaves(&group)?;
        // Far from where counting ends.
        if !(1..=u64::from(u32::MAX)).contains(&group.group_context().epoch().as_u64()) {
            return Err(Error::Refused("epoch"));
        }
        Ok(Self { store, group })
    }

    /// Reads what [`Self::state`] gave.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn load(state: &[u8]) -> Result<Self> {
        let (store, id, _) = Store::load(state, "followed group")?;
        let loaded = PublicGroup::load(&store, &GroupId::from_slice(id));
        let group = loaded.ok().flatten().ok_or(Error::Damaged("followed group"))?;
        Ok(Self { store, group })
    }

    /// Everything; no secrets.
    ///
    /// # Errors
    /// None yet; the form may change.
    pub fn state(&self) -> Result<Vec<u8>> {
        Ok(self.store.dump(self.group.group_id().as_slice(), false).to_vec())
    }

    /// The group after a commit, and what that does. The commit must be genuine and of this epoch, and the GroupInfo exactly
    /// of the group after it, signed by who made the commit.
    ///
    /// # Errors
    /// [`Error::Epoch`] when it is of another epoch; [`Error::TooLarge`], [`Error::Malformed`], [`Error::Forged`],
    /// [`Error::Refused`], [`Error::Mls`].
    pub fn turn(&self, commit: &[u8], group_info: &[u8]) -> Result<(Self, Turn)> {
        let message = mls::read_commit(commit)?;
        if message.group_id() != self.group.group_id() {
            return Err(Error::Refused("commit of another group"));
        }
        if message.epoch() != self.group.group_context().epoch() {
            return Err(Error::Epoch { current: self.epoch() });
        }
        let info = mls::read_group_info(group_info)?;
        let processed = self.group.process_message(crypto(), message).map_err(failed)?;
        let sender = processed.sender().clone();
        let ProcessedMessageContent::StagedCommitMessage(staged) = processed.into_content() else {
            return Err(Error::Refused("a message that is no commit"));
        };
        let done = mls::check_commit(&self.group, &sender, &staged)?;
        let mut next = Self::load(&self.state()?)?;
        next.group.merge_commit(&next.store, *staged).map_err(failed)?;
        next.check_group_info(info, &done)?;
        let Done { by, external, added, removed, .. } = done;
        let epoch = next.epoch();
        Ok((next, Turn { by, external, added, removed, epoch }))
    }

    /// Whether a GroupInfo is of this group, by who made the last commit.
    fn check_group_info(&self, info: VerifiableGroupInfo, done: &Done) -> Result<()> {
        const WHAT: &str = "group info";
        let scheme = self.group.ciphersuite().signature_algorithm();
        let key = OpenMlsSignaturePublicKey::new(done.by.key.to_vec().into(), scheme).map_err(failed)?;
        let verified = info.clone().verify(crypto(), &key).map_err(|_| Error::Forged(WHAT))?;
        let expected = VerifiableGroupInfo::new(
            self.group.group_context().clone(),
            info.extensions().clone(),
            self.group.confirmation_tag().clone(),
            done.leaf,
            verified.signature().clone(),
        );
        if info != expected || *tree(&info)? != RatchetTreeIn::from(self.group.export_ratchet_tree()) {
            return Err(Error::Forged(WHAT));
        }
        Ok(())
    }

    /// The group's epoch.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.group.group_context().epoch().as_u64()
    }

    /// The suite's number.
    #[must_use]
    pub fn suite(&self) -> u16 {
        self.group.ciphersuite().into()
    }

    /// The conversation.
    #[must_use]
    pub fn conversation(&self) -> Id {
        // Checked when it was begun.
        mls::conversation(self.group.group_id().as_slice()).unwrap_or_default()
    }

    /// Who is in the group. Their certificates are not verified here: that needs the accounts' keys.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::Forged`], [`Error::Refused`] for a credential that isn't one of ours.
    pub fn devices(&self) -> Result<Vec<DeviceCertificate>> {
        mls::certificates(self.group.members())
    }
}

fn tree(info: &VerifiableGroupInfo) -> Result<&RatchetTreeIn> {
    let extension = info.extensions().ratchet_tree().ok_or(Error::Refused("group info without a tree"))?;
    Ok(extension.ratchet_tree())
}

/// Checks a key package that a device wants to leave with the server: signatures, suite, lifetime, and that its credential
/// is exactly this certificate.
///
/// # Errors
/// [`Error::TooLarge`], [`Error::Malformed`], [`Error::Forged`], [`Error::Refused`], [`Error::Mls`].
pub fn check_key_package(message: &[u8], cert: &DeviceCertificate) -> Result<PackageInfo> {
    let package = mls::read_key_package(message)?.validate(crypto(), ProtocolVersion::Mls10).map_err(failed)?;
    let suite = package.ciphersuite().into();
    if mls::package(&package)? != *cert {
        return Err(Error::Forged("credential of a key package"));
    }
    let reference = package.hash_ref(crypto()).map_err(failed)?.as_slice().to_vec();
    Ok(PackageInfo { reference, suite, not_after: package.life_time().not_after() })
}

/// For which key packages (KeyPackageRefs) a welcome is.
///
/// # Errors
/// [`Error::TooLarge`], [`Error::Malformed`], [`Error::Refused`].
pub fn welcome_references(welcome: &[u8]) -> Result<Vec<Vec<u8>>> {
    let welcome = mls::read_welcome(welcome)?;
    mls::suite(welcome.ciphersuite().into())?;
    Ok(welcome.secrets().iter().map(|secret| secret.new_member().as_slice().to_vec()).collect())
}

#[cfg(test)]
mod tests;
