//! Passive clients: they join by Welcome with given keys and follow what others do.

use crate::{Hex, SUITE, body, message, vectors};
use openmls::messages::group_info::VerifiableGroupInfo;
use openmls::prelude::*;
use openmls::schedule::PreSharedKeyId;
use openmls_basic_credential::SignatureKeyPair;
use openmls_rust_crypto::{MemoryStorage, OpenMlsRustCrypto};
use openmls_traits::storage::StorageProvider as _;
use serde::Deserialize;
use serde_json::json;
use tls_codec::Deserialize as _;
use wardpost_e2ee::follow::welcome_references;

#[derive(Deserialize)]
struct Vector {
    external_psks: Vec<ExternalPsk>,
    key_package: Hex,
    signature_priv: Hex,
    encryption_priv: Hex,
    init_priv: Hex,
    welcome: Hex,
    ratchet_tree: Option<Hex>,
    initial_epoch_authenticator: Hex,
    epochs: Vec<Epoch>,
}

#[derive(Deserialize)]
struct ExternalPsk {
    psk_id: Hex,
    psk: Hex,
}

#[derive(Deserialize)]
struct Epoch {
    proposals: Vec<Hex>,
    commit: Hex,
    epoch_authenticator: Hex,
}

/// A client with keys that others made.
struct Client {
    provider: OpenMlsRustCrypto,
    signer: SignatureKeyPair,
    group: MlsGroup,
}

impl Client {
    fn join(vector: &Vector) -> Self {
        let provider = OpenMlsRustCrypto::default();
        let MlsMessageBodyIn::KeyPackage(key_package) = body(&vector.key_package) else { panic!("no key package") };
        let key_package = key_package.validate(provider.crypto(), ProtocolVersion::Mls10).unwrap();
        // The library builds bundles only with keys of its own; it reads others from storage.
        let bundle: KeyPackageBundle = serde_json::from_value(json!({
            "key_package": key_package,
            "private_init_key": { "vec": vector.init_priv.0 },
            "private_encryption_key": { "key": { "vec": vector.encryption_priv.0 } },
        }))
        .unwrap();
        let reference = key_package.hash_ref(provider.crypto()).unwrap();
        assert!(welcome_references(&vector.welcome.0).unwrap().iter().any(|one| one == reference.as_slice()));
        provider.storage().write_key_package(&reference, &bundle).unwrap();
        for psk in &vector.external_psks {
            PreSharedKeyId::external(psk.psk_id.0.clone(), Vec::new()).store(&provider, &psk.psk.0).unwrap();
        }
        let MlsMessageBodyIn::Welcome(welcome) = body(&vector.welcome) else { panic!("no Welcome") };
        let config = MlsGroupJoinConfig::builder()
            .wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
            .number_of_resumption_psks(16)
            .build();
        let tree = vector.ratchet_tree.as_ref().map(|tree| RatchetTreeIn::tls_deserialize_exact(&tree.0).unwrap());
        let group = StagedWelcome::new_from_welcome(&provider, &config, welcome, tree).unwrap();
        let group = group.into_group(&provider).unwrap();
        let public = key_package.leaf_node().signature_key().as_slice().to_vec();
        let signer = SignatureKeyPair::from_raw(SUITE.signature_algorithm(), vector.signature_priv.0.clone(), public);
        Self { provider, signer, group }
    }

    fn authenticator(&self) -> &[u8] {
        self.group.epoch_authenticator().as_slice()
    }

    /// The GroupInfo that this client signs.
    fn info(&self) -> VerifiableGroupInfo {
        let info = self.group.export_group_info(self.provider.crypto(), &self.signer, true).unwrap();
        let MlsMessageBodyIn::GroupInfo(info) = body(&Hex(info.to_bytes().unwrap())) else { panic!("no GroupInfo") };
        info
    }

    fn process(&mut self, bytes: &Hex) {
        let message = message(bytes).try_into_protocol_message().unwrap();
        match self.group.process_message(&self.provider, message).unwrap().into_content() {
            ProcessedMessageContent::ProposalMessage(proposal) => {
                self.group.store_pending_proposal(self.provider.storage(), *proposal).unwrap();
            }
            ProcessedMessageContent::StagedCommitMessage(commit) => {
                self.group.merge_staged_commit(&self.provider, *commit).unwrap();
            }
            other => panic!("neither proposal nor commit: {other:?}"),
        }
    }

    /// Every byte of a commit is under the signature, the confirmation tag or the membership tag.
    fn refuses_forgeries_of(&mut self, commit: &Hex) {
        let epoch = self.group.epoch();
        let before = self.authenticator().to_vec();
        for at in [commit.0.len() / 2, commit.0.len() - 1] {
            let mut forged = commit.0.clone();
            forged[at] ^= 1;
            let Ok(message) = MlsMessageIn::tls_deserialize_exact(&forged) else { continue };
            let message = message.try_into_protocol_message().unwrap();
            assert!(self.group.process_message(&self.provider, message).is_err(), "byte {at} may be changed");
        }
        assert_eq!((self.group.epoch(), self.authenticator()), (epoch, before.as_slice()));
    }
}

/// What a server keeps: all of the group that isn't secret.
struct Server {
    provider: OpenMlsRustCrypto,
    storage: MemoryStorage,
    group: PublicGroup,
}

impl Server {
    fn start(client: &Client) -> Self {
        let provider = OpenMlsRustCrypto::default();
        let storage = MemoryStorage::default();
        let tree = client.group.export_ratchet_tree().into();
        let crypto = provider.crypto();
        let (group, _) =
            PublicGroup::from_external(crypto, &storage, tree, client.info(), ProposalStore::new()).unwrap();
        Self { provider, storage, group }
    }

    fn process(&mut self, bytes: &Hex) {
        let message = message(bytes).try_into_protocol_message().unwrap();
        match self.group.process_message(self.provider.crypto(), message).unwrap().into_content() {
            ProcessedMessageContent::ProposalMessage(proposal) => {
                self.group.add_proposal(&self.storage, *proposal).unwrap();
            }
            ProcessedMessageContent::StagedCommitMessage(commit) => {
                self.group.merge_commit(&self.storage, *commit).unwrap();
            }
            other => panic!("neither proposal nor commit: {other:?}"),
        }
    }

    fn agrees_with(&self, client: &Client) {
        assert_eq!(self.group.group_context(), client.info().group_context());
        assert_eq!(self.group.confirmation_tag(), client.group.confirmation_tag());
        assert_eq!(self.group.export_ratchet_tree(), client.group.export_ratchet_tree());
    }
}

/// Runs all vectors of a file; returns how many epochs there were.
fn run(name: &str) -> usize {
    let mut epochs = 0;
    for vector in vectors::<Vector>(name) {
        let mut client = Client::join(&vector);
        assert_eq!(client.authenticator(), vector.initial_epoch_authenticator.0);
        let mut server = Server::start(&client);
        for epoch in &vector.epochs {
            for proposal in &epoch.proposals {
                client.process(proposal);
                server.process(proposal);
            }
            client.refuses_forgeries_of(&epoch.commit);
            client.process(&epoch.commit);
            server.process(&epoch.commit);
            assert_eq!(client.authenticator(), epoch.epoch_authenticator.0);
            server.agrees_with(&client);
            epochs += 1;
        }
    }
    epochs
}

#[test]
fn passive_clients_join_by_welcome() {
    assert_eq!(run("passive-client-welcome"), 0);
}

#[test]
fn passive_clients_apply_each_kind_of_commit() {
    assert_eq!(run("passive-client-handling-commit"), 26);
}

#[test]
fn a_passive_client_follows_a_group_through_many_epochs() {
    assert_eq!(run("passive-client-random"), 20);
}
