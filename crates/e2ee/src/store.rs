//! Where the MLS library keeps one group, or one key package: a few values in memory, which come out and go in as one piece.
//!
//! What this product doesn't use, stored proposals and pre-shared keys above all, is refused rather than kept.

mod compact;

use crate::primitive::crypto;
use crate::{Error, Result};
use openmls_rust_crypto::RustCrypto;
use openmls_traits::OpenMlsProvider;
use openmls_traits::storage::{CURRENT_VERSION as V, StorageProvider, traits};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use zeroize::Zeroizing;

/// First item of what [`Store::dump`] writes.
const FORMAT: u8 = 1;

type Values = BTreeMap<Vec<u8>, Zeroizing<Vec<u8>>>;

/// What can go wrong in the store.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error(transparent)]
    Value(#[from] compact::Failed),
    #[error("not used here")]
    Unused,
}

/// Values of one group or one key package.
#[derive(Default)]
pub(crate) struct Store(RwLock<Values>);

/// The store, with the library's cryptography.
pub(crate) struct Provider {
    pub store: Store,
    /// Of its own: it draws random bytes from the operating system when it is made.
    crypto: RustCrypto,
}

impl Provider {
    pub(crate) fn new(store: Store) -> Self {
        Self { store, crypto: RustCrypto::default() }
    }
}

impl OpenMlsProvider for Provider {
    type CryptoProvider = RustCrypto;
    type RandProvider = RustCrypto;
    type StorageProvider = Store;
    fn storage(&self) -> &Store {
        &self.store
    }
    fn crypto(&self) -> &RustCrypto {
        crypto()
    }
    fn rand(&self) -> &RustCrypto {
        &self.crypto
    }
}

impl Store {
    /// Everything, after a name and a mark of the caller's.
    pub(crate) fn dump(&self, name: &[u8], mark: bool) -> Zeroizing<Vec<u8>> {
        let values = self.read_all();
        let size = values.iter().map(|(key, value)| key.len() + value.len() + 12).sum::<usize>() + name.len() + 32;
        // Large enough from the start: growing would leave copies of secrets behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(size));
        let mut encoder = minicbor::Encoder::new(&mut *bytes);
        // Writing to memory doesn't fail.
        let _ = (|| -> Result<(), minicbor::encode::Error<Infallible>> {
            encoder.array(4)?.u8(FORMAT)?.bytes(name)?.bool(mark)?.map(values.len() as u64)?;
            values.iter().try_for_each(|(key, value)| encoder.bytes(key)?.bytes(value)?.ok())
        })();
        bytes
    }

    /// Reads what [`Self::dump`] wrote: the values, the name and the mark. `what` names it in the error.
    pub(crate) fn load<'b>(bytes: &'b [u8], what: &'static str) -> Result<(Self, &'b [u8], bool)> {
        let damaged = |_| Error::Damaged(what);
        let mut decoder = minicbor::Decoder::new(bytes);
        if decoder.array().map_err(damaged)? != Some(4) || decoder.u8().map_err(damaged)? != FORMAT {
            return Err(Error::Damaged(what));
        }
        let name = decoder.bytes().map_err(damaged)?;
        let mark = decoder.bool().map_err(damaged)?;
        let count = decoder.map().map_err(damaged)?.ok_or(Error::Damaged(what))?;
        let mut values = Values::new();
        for _ in 0..count {
            let key = decoder.bytes().map_err(damaged)?.to_vec();
            values.insert(key, Zeroizing::new(decoder.bytes().map_err(damaged)?.to_vec()));
        }
        if decoder.position() != bytes.len() {
            return Err(Error::Damaged(what));
        }
        Ok((Self(RwLock::new(values)), name, mark))
    }

    fn read_all(&self) -> RwLockReadGuard<'_, Values> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
    fn write_all(&self) -> RwLockWriteGuard<'_, Values> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
    fn put<K: Serialize>(&self, label: Label, key: &K, value: &impl Serialize) -> Result<(), StoreError> {
        let key = name(label, key)?;
        let mut values = self.write_all();
        let before = values.get(&key).map_or(0, |value| value.len());
        values.insert(key, compact::write(value, before + before / 8)?);
        Ok(())
    }
    fn get<K: Serialize, T: DeserializeOwned>(&self, label: Label, key: &K) -> Result<Option<T>, StoreError> {
        let key = name(label, key)?;
        let values = self.read_all();
        Ok(values.get(&key).map(|bytes| compact::read(bytes)).transpose()?)
    }
    fn remove<K: Serialize>(&self, label: Label, key: &K) -> Result<(), StoreError> {
        let key = name(label, key)?;
        self.write_all().remove(&key);
        Ok(())
    }
}

/// What a value is: the first byte of its name. Never renumber.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Label {
    JoinConfig = 1,
    Tree = 2,
    Interim = 3,
    Context = 4,
    Confirmation = 5,
    GroupState = 6,
    MessageSecrets = 7,
    Resumption = 8,
    OwnLeaf = 9,
    EpochSecrets = 10,
    EncryptionKeys = 11,
    EpochKeys = 12,
    KeyPackage = 13,
}

fn name<K: Serialize>(label: Label, key: &K) -> Result<Vec<u8>, StoreError> {
    Ok([&[label as u8], compact::write(key, 32)?.as_slice()].concat())
}

/// Writer, reader and deleter of a value that a group has once.
macro_rules! of_group {
    ($($write:ident $delete:ident $label:ident $value:ident;)*) => {$(
        fn $write<G: traits::GroupId<V>, T: traits::$value<V>>(&self, group: &G, value: &T) -> Result<(), StoreError> {
            self.put(Label::$label, group, value)
        }
        fn $delete<G: traits::GroupId<V>>(&self, group: &G) -> Result<(), StoreError> {
            self.remove(Label::$label, group)
        }
    )*};
}

macro_rules! read_of_group {
    ($($read:ident $label:ident $value:ident;)*) => {$(
        fn $read<G: traits::GroupId<V>, T: traits::$value<V>>(&self, group: &G) -> Result<Option<T>, StoreError> {
            self.get(Label::$label, group)
        }
    )*};
}

impl StorageProvider<V> for Store {
    type Error = StoreError;

    of_group! {
        write_mls_join_config delete_group_config JoinConfig MlsGroupJoinConfig;
        write_tree delete_tree Tree TreeSync;
        write_interim_transcript_hash delete_interim_transcript_hash Interim InterimTranscriptHash;
        write_context delete_context Context GroupContext;
        write_confirmation_tag delete_confirmation_tag Confirmation ConfirmationTag;
        write_message_secrets delete_message_secrets MessageSecrets MessageSecrets;
        write_resumption_psk_store delete_all_resumption_psk_secrets Resumption ResumptionPskStore;
        write_own_leaf_index delete_own_leaf_index OwnLeaf LeafNodeIndex;
        write_group_epoch_secrets delete_group_epoch_secrets EpochSecrets GroupEpochSecrets;
    }
    read_of_group! {
        mls_group_join_config JoinConfig MlsGroupJoinConfig;
        tree Tree TreeSync;
        interim_transcript_hash Interim InterimTranscriptHash;
        group_context Context GroupContext;
        confirmation_tag Confirmation ConfirmationTag;
        message_secrets MessageSecrets MessageSecrets;
        resumption_psk_store Resumption ResumptionPskStore;
        own_leaf_index OwnLeaf LeafNodeIndex;
        group_epoch_secrets EpochSecrets GroupEpochSecrets;
    }

    fn write_group_state<T: traits::GroupState<V>, G: traits::GroupId<V>>(&self, group: &G, value: &T) -> Done {
        self.put(Label::GroupState, group, value)
    }
    fn group_state<T: traits::GroupState<V>, G: traits::GroupId<V>>(&self, group: &G) -> Maybe<T> {
        self.get(Label::GroupState, group)
    }
    fn delete_group_state<G: traits::GroupId<V>>(&self, group: &G) -> Done {
        self.remove(Label::GroupState, group)
    }

    fn write_encryption_key_pair<K: traits::EncryptionKey<V>, T: traits::HpkeKeyPair<V>>(
        &self,
        key: &K,
        pair: &T,
    ) -> Done {
        self.put(Label::EncryptionKeys, key, pair)
    }
    fn encryption_key_pair<T: traits::HpkeKeyPair<V>, K: traits::EncryptionKey<V>>(&self, key: &K) -> Maybe<T> {
        self.get(Label::EncryptionKeys, key)
    }
    fn delete_encryption_key_pair<K: traits::EncryptionKey<V>>(&self, key: &K) -> Done {
        self.remove(Label::EncryptionKeys, key)
    }

    fn write_encryption_epoch_key_pairs<G: traits::GroupId<V>, E: traits::EpochKey<V>, T: traits::HpkeKeyPair<V>>(
        &self,
        group: &G,
        epoch: &E,
        leaf: u32,
        pairs: &[T],
    ) -> Done {
        self.put(Label::EpochKeys, &(group, epoch, leaf), &pairs)
    }
    fn encryption_epoch_key_pairs<G: traits::GroupId<V>, E: traits::EpochKey<V>, T: traits::HpkeKeyPair<V>>(
        &self,
        group: &G,
        epoch: &E,
        leaf: u32,
    ) -> Result<Vec<T>, StoreError> {
        Ok(self.get(Label::EpochKeys, &(group, epoch, leaf))?.unwrap_or_default())
    }
    fn delete_encryption_epoch_key_pairs<G: traits::GroupId<V>, E: traits::EpochKey<V>>(
        &self,
        group: &G,
        epoch: &E,
        leaf: u32,
    ) -> Done {
        self.remove(Label::EpochKeys, &(group, epoch, leaf))
    }

    fn write_key_package<K: traits::HashReference<V>, T: traits::KeyPackage<V>>(&self, key: &K, package: &T) -> Done {
        self.put(Label::KeyPackage, key, package)
    }
    fn key_package<K: traits::HashReference<V>, T: traits::KeyPackage<V>>(&self, key: &K) -> Maybe<T> {
        self.get(Label::KeyPackage, key)
    }
    fn delete_key_package<K: traits::HashReference<V>>(&self, key: &K) -> Done {
        self.remove(Label::KeyPackage, key)
    }

    // Proposals come in commits only, and leaves change by commits only.
    fn append_own_leaf_node<G: traits::GroupId<V>, T: traits::LeafNode<V>>(&self, _: &G, _: &T) -> Done {
        Err(StoreError::Unused)
    }
    fn own_leaf_nodes<G: traits::GroupId<V>, T: traits::LeafNode<V>>(&self, _: &G) -> Result<Vec<T>, StoreError> {
        Ok(Vec::new())
    }
    fn delete_own_leaf_nodes<G: traits::GroupId<V>>(&self, _: &G) -> Done {
        Ok(())
    }
    fn queue_proposal<G: traits::GroupId<V>, R: traits::ProposalRef<V>, T: traits::QueuedProposal<V>>(
        &self,
        _: &G,
        _: &R,
        _: &T,
    ) -> Done {
        Err(StoreError::Unused)
    }
    fn queued_proposal_refs<G: traits::GroupId<V>, R: traits::ProposalRef<V>>(
        &self,
        _: &G,
    ) -> Result<Vec<R>, StoreError> {
        Ok(Vec::new())
    }
    fn queued_proposals<G: traits::GroupId<V>, R: traits::ProposalRef<V>, T: traits::QueuedProposal<V>>(
        &self,
        _: &G,
    ) -> Result<Vec<(R, T)>, StoreError> {
        Ok(Vec::new())
    }
    fn remove_proposal<G: traits::GroupId<V>, R: traits::ProposalRef<V>>(&self, _: &G, _: &R) -> Done {
        Ok(())
    }
    fn clear_proposal_queue<G: traits::GroupId<V>, R: traits::ProposalRef<V>>(&self, _: &G) -> Done {
        Ok(())
    }

    // The device's key is kept elsewhere.
    fn write_signature_key_pair<K: traits::SignaturePublicKey<V>, T: traits::SignatureKeyPair<V>>(
        &self,
        _: &K,
        _: &T,
    ) -> Done {
        Err(StoreError::Unused)
    }
    fn signature_key_pair<K: traits::SignaturePublicKey<V>, T: traits::SignatureKeyPair<V>>(&self, _: &K) -> Maybe<T> {
        Ok(None)
    }
    fn delete_signature_key_pair<K: traits::SignaturePublicKey<V>>(&self, _: &K) -> Done {
        Ok(())
    }

    fn write_psk<K: traits::PskId<V>, T: traits::PskBundle<V>>(&self, _: &K, _: &T) -> Done {
        Err(StoreError::Unused)
    }
    fn psk<T: traits::PskBundle<V>, K: traits::PskId<V>>(&self, _: &K) -> Maybe<T> {
        Ok(None)
    }
    fn delete_psk<K: traits::PskId<V>>(&self, _: &K) -> Done {
        Ok(())
    }
}

type Done = Result<(), StoreError>;
type Maybe<T> = Result<Option<T>, StoreError>;
