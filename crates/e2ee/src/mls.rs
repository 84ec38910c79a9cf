//! What the groups of clients and the server's following of them have in common: which suites, which messages and which
//! credentials there are, and what a commit may do.

use crate::account::DeviceCertificate;
use crate::wire::{MAX_FRAME, SUITE_CLASSIC, SUITE_HYBRID};
use crate::{Error, Id, Result};
use openmls::messages::group_info::{GroupInfo, VerifiableGroupInfo};
use openmls::prelude::{
    BasicCredential, Capabilities, Ciphersuite, Credential, CredentialType, CredentialWithKey, Extension,
    ExtensionType, Extensions, GroupContext, KeyPackage, KeyPackageIn, LeafNode, LeafNodeIndex, Lifetime, Member,
    MlsMessageBodyIn, MlsMessageIn, MlsMessageOut, Proposal, ProtocolMessage, ProtocolVersion, PublicGroup, Sender,
    StagedCommit, Welcome,
};
use std::collections::BTreeSet;
use tls_codec::{DeserializeBytes, Serialize};

/// Days that a key package can be used for.
const PACKAGE_DAYS: u64 = 90;
/// Days before its making from which on a key package is valid, so that a clock that is behind refuses nothing.
const PACKAGE_DAYS_BEFORE: u64 = 29;
const DAY: u64 = 24 * 60 * 60;

/// Why the library refused. Its errors name what is wrong, without keys or content.
pub(crate) fn mls<E: std::fmt::Display>(error: E) -> Error {
    Error::Mls(error.to_string())
}

/// A suite, if it is one of ours.
pub(crate) fn suite(number: u16) -> Result<Ciphersuite> {
    match number {
        SUITE_HYBRID | SUITE_CLASSIC => Ciphersuite::try_from(number).map_err(|_| Error::Refused("suite")),
        _ => Err(Error::Refused("suite")),
    }
}

/// What our leaves can do: both suites, basic credentials, no extension.
pub(crate) fn capabilities() -> Result<Capabilities> {
    let suites = [suite(SUITE_HYBRID)?, suite(SUITE_CLASSIC)?];
    Ok(Capabilities::new(
        Some(&[ProtocolVersion::Mls10]),
        Some(&suites),
        Some(&[]),
        Some(&[]),
        Some(&[CredentialType::Basic]),
    ))
}

/// How long a key package is valid. A leaf that was once added stays, however old it grows (RFC 9420 §7.3).
pub(crate) fn lifetime() -> Lifetime {
    let lifetime = Lifetime::new(PACKAGE_DAYS * DAY);
    Lifetime::init(lifetime.not_before().saturating_sub(PACKAGE_DAYS_BEFORE * DAY), lifetime.not_after())
}

/// A device's credential: its certificate.
pub(crate) fn credential(certificate: &DeviceCertificate) -> CredentialWithKey {
    CredentialWithKey {
        credential: BasicCredential::new(certificate.encode()).into(),
        signature_key: certificate.key.to_vec().into(),
    }
}

/// The certificate in a credential, if it is one and of this leaf's key.
fn certificate(credential: &Credential, key: &[u8]) -> Result<DeviceCertificate> {
    if credential.credential_type() != CredentialType::Basic {
        return Err(Error::Refused("credential"));
    }
    let certificate = DeviceCertificate::decode(credential.serialized_content())?;
    if certificate.key == key { Ok(certificate) } else { Err(Error::Forged("credential")) }
}

/// The certificate of a leaf, if it is one of ours: with such a credential, and without extensions.
pub(crate) fn leaf(leaf: &LeafNode) -> Result<DeviceCertificate> {
    if leaf.extensions().iter().next().is_some() {
        return Err(Error::Refused("extensions of a leaf"));
    }
    certificate(leaf.credential(), leaf.signature_key().as_slice())
}

/// The certificate of a key package, if it is one of ours.
pub(crate) fn package(package: &KeyPackage) -> Result<DeviceCertificate> {
    suite(package.ciphersuite().into())?;
    if package.extensions().iter().next().is_some() {
        return Err(Error::Refused("extensions of a key package"));
    }
    leaf(package.leaf_node())
}

/// The certificates of all members; each device once.
pub(crate) fn certificates(members: impl Iterator<Item = Member>) -> Result<Vec<DeviceCertificate>> {
    let all: Vec<_> =
        members.map(|member| certificate(&member.credential, &member.signature_key)).collect::<Result<_>>()?;
    each_once(all.iter())?;
    Ok(all)
}

/// The certificates of all leaves of a tree that somebody else has made; each device once.
pub(crate) fn check_leaves(group: &PublicGroup) -> Result<Vec<DeviceCertificate>> {
    let leaves = group.members().map(|member| leaf(group.leaf(member.index).ok_or(Error::Malformed("tree"))?));
    let all = leaves.collect::<Result<Vec<_>>>()?;
    each_once(all.iter())?;
    Ok(all)
}

/// Whether no device is twice among them.
pub(crate) fn each_once<'c>(certificates: impl Iterator<Item = &'c DeviceCertificate>) -> Result<()> {
    let mut seen = BTreeSet::new();
    for certificate in certificates {
        if !seen.insert(certificate.device) {
            return Err(Error::Refused("a device twice in a group"));
        }
    }
    Ok(())
}

/// An MLSMessage (RFC 9420 §6), all of the bytes.
fn message(bytes: &[u8], what: &'static str) -> Result<MlsMessageBodyIn> {
    if bytes.len() > MAX_FRAME {
        return Err(Error::TooLarge(what));
    }
    match MlsMessageIn::tls_deserialize_exact_bytes(bytes) {
        Ok(message) => Ok(message.extract()),
        Err(_) => Err(Error::Malformed(what)),
    }
}

pub(crate) fn read_welcome(bytes: &[u8]) -> Result<Welcome> {
    match message(bytes, "welcome")? {
        MlsMessageBodyIn::Welcome(welcome) => Ok(welcome),
        _ => Err(Error::Malformed("welcome")),
    }
}

pub(crate) fn read_key_package(bytes: &[u8]) -> Result<KeyPackageIn> {
    match message(bytes, "key package")? {
        MlsMessageBodyIn::KeyPackage(package) => Ok(package),
        _ => Err(Error::Malformed("key package")),
    }
}

pub(crate) fn read_commit(bytes: &[u8]) -> Result<ProtocolMessage> {
    match message(bytes, "commit")? {
        MlsMessageBodyIn::PublicMessage(message) => Ok(message.into()),
        _ => Err(Error::Malformed("commit")),
    }
}

/// A GroupInfo of one of our groups that has a ratchet tree and an external key, and nothing else.
pub(crate) fn read_group_info(bytes: &[u8]) -> Result<VerifiableGroupInfo> {
    const WHAT: &str = "group info";
    let MlsMessageBodyIn::GroupInfo(info) = message(bytes, WHAT)? else { return Err(Error::Malformed(WHAT)) };
    check_context(info.group_context())?;
    let kinds: Vec<_> = info.extensions().iter().map(Extension::extension_type).collect();
    let (2, true, Some(key)) =
        (kinds.len(), kinds.contains(&ExtensionType::RatchetTree), info.extensions().external_pub())
    else {
        return Err(Error::Refused("extensions of a group info"));
    };
    let length = if info.ciphersuite() == suite(SUITE_HYBRID)? { crate::primitive::KEM_PUBLIC } else { 32 };
    if key.external_pub().as_slice().len() == length { Ok(info) } else { Err(Error::Malformed(WHAT)) }
}

/// Whether a group is one of ours: suite, id, no extensions.
pub(crate) fn check_context(context: &GroupContext) -> Result<()> {
    suite(context.ciphersuite().into())?;
    conversation(context.group_id().as_slice())?;
    let extensions: &Extensions<GroupContext> = context.extensions();
    if extensions.iter().next().is_some() { Err(Error::Refused("extensions of a group")) } else { Ok(()) }
}

/// The conversation that a group is of.
pub(crate) fn conversation(group_id: &[u8]) -> Result<Id> {
    Id::from_slice(group_id).ok_or(Error::Refused("group id"))
}

/// The bytes of a message of ours.
pub(crate) fn write(message: &MlsMessageOut) -> Result<Vec<u8>> {
    message.tls_serialize_detached().map_err(mls)
}

/// What a GroupInfo of ours is sent as.
pub(crate) fn write_group_info(info: Option<GroupInfo>) -> Result<Vec<u8>> {
    write(&info.ok_or_else(|| Error::Mls("no group info".into()))?.into())
}

/// What a commit does.
pub(crate) struct Done {
    pub by: DeviceCertificate,
    /// Where `by` is afterwards.
    pub leaf: LeafNodeIndex,
    pub external: bool,
    pub added: Vec<DeviceCertificate>,
    pub removed: Vec<DeviceCertificate>,
}

/// What a verified commit would do to the group, if it is one that we allow: by a device that stays itself, with new keys,
/// adding and removing whole devices. `group` is the group before it.
pub(crate) fn check_commit(group: &PublicGroup, sender: &Sender, staged: &StagedCommit) -> Result<Done> {
    let by = leaf(staged.update_path_leaf_node().ok_or(Error::Refused("a commit without new keys"))?)?;
    check_context(staged.group_context())?;
    let at = |index: LeafNodeIndex| leaf(group.leaf(index).ok_or(Error::Malformed("commit"))?);
    let same = |other: &DeviceCertificate| (other.person, other.device, other.key) == (by.person, by.device, by.key);
    let (mut added, mut removed) = (Vec::new(), Vec::new());
    for queued in staged.queued_proposals() {
        match queued.proposal() {
            Proposal::Add(add) => added.push(package(add.key_package())?),
            Proposal::Remove(remove) => removed.push(at(remove.removed())?),
            Proposal::ExternalInit(_) => {}
            _ => return Err(Error::Refused("a proposal of this kind")),
        }
    }
    let (external, leaf) = match sender {
        Sender::Member(index) if same(&at(*index)?) => (false, *index),
        Sender::Member(_) => return Err(Error::Forged("credential")),
        // Who joins from outside may take away its own old leaf, and no other.
        Sender::NewMemberCommit if removed.iter().all(same) => {
            (true, group.ext_commit_sender_index(staged).map_err(mls)?)
        }
        Sender::NewMemberCommit => return Err(Error::Refused("an external commit that removes another")),
        _ => return Err(Error::Refused("a commit by an outsider")),
    };
    // Everybody who is there afterwards, each device once.
    let before = certificates(group.members())?;
    let stay = before.iter().filter(|one| !removed.contains(one) && (external || one.device != by.device));
    each_once(stay.chain(&added).chain([&by]))?;
    // A device that rejoins has neither come nor gone.
    if external {
        removed.clear();
        if !before.iter().any(same) {
            added.push(by.clone());
        }
    }
    Ok(Done { by, leaf, external, added, removed })
}
