//! Ratchet trees: the signatures of their leaves, parent hashes, tree hashes (RFC 9420, sections 7.3, 7.8 and 7.9).

use crate::{Hex, SUITE, vectors};
use openmls::messages::group_info::VerifiableGroupInfo;
use openmls::prelude::*;
use openmls_rust_crypto::{MemoryStorage, OpenMlsRustCrypto, RustCrypto};
use openmls_traits::types::{
    AeadType, CryptoError, ExporterSecret, HashType, HpkeCiphertext, HpkeConfig, HpkeKeyPair, KemOutput,
    SignatureScheme,
};
use serde::Deserialize;
use tls_codec::{Deserialize as _, SecretVLBytes, Serialize as _, VLBytes};

#[derive(Deserialize)]
struct Vector {
    tree: Hex,
    group_id: Hex,
    tree_hashes: Vec<Hex>,
}

/// Stands for a signature by a member; real ones are of 64 bytes.
const MEMBER: &[u8] = b"a member's";

/// The provider as used everywhere, but [`MEMBER`] is anybody's signature: the vectors give trees without the private keys
/// that could sign a GroupInfo, and the library takes a tree only with one.
struct Crypto<'a>(&'a RustCrypto);

type Result<T> = std::result::Result<T, CryptoError>;

#[rustfmt::skip]
impl OpenMlsCrypto for Crypto<'_> {
    fn verify_signature(&self, alg: SignatureScheme, data: &[u8], pk: &[u8], signature: &[u8]) -> Result<()> {
        if signature == MEMBER { Ok(()) } else { self.0.verify_signature(alg, data, pk, signature) }
    }
    fn supports(&self, suite: Ciphersuite) -> Result<()> { self.0.supports(suite) }
    fn supported_ciphersuites(&self) -> Vec<Ciphersuite> { self.0.supported_ciphersuites() }
    fn hkdf_extract(&self, hash: HashType, salt: &[u8], ikm: &[u8]) -> Result<SecretVLBytes> { self.0.hkdf_extract(hash, salt, ikm) }
    fn hmac(&self, hash: HashType, key: &[u8], data: &[u8]) -> Result<SecretVLBytes> { self.0.hmac(hash, key, data) }
    fn hkdf_expand(&self, hash: HashType, prk: &[u8], info: &[u8], length: usize) -> Result<SecretVLBytes> { self.0.hkdf_expand(hash, prk, info, length) }
    fn hash(&self, hash: HashType, data: &[u8]) -> Result<Vec<u8>> { self.0.hash(hash, data) }
    fn aead_encrypt(&self, alg: AeadType, key: &[u8], data: &[u8], nonce: &[u8], aad: &[u8]) -> Result<Vec<u8>> { self.0.aead_encrypt(alg, key, data, nonce, aad) }
    fn aead_decrypt(&self, alg: AeadType, key: &[u8], data: &[u8], nonce: &[u8], aad: &[u8]) -> Result<Vec<u8>> { self.0.aead_decrypt(alg, key, data, nonce, aad) }
    fn signature_key_gen(&self, alg: SignatureScheme) -> Result<(Vec<u8>, Vec<u8>)> { self.0.signature_key_gen(alg) }
    fn sign(&self, alg: SignatureScheme, data: &[u8], key: &[u8]) -> Result<Vec<u8>> { self.0.sign(alg, data, key) }
    fn hpke_seal(&self, config: HpkeConfig, pk: &[u8], info: &[u8], aad: &[u8], data: &[u8]) -> Result<HpkeCiphertext> { self.0.hpke_seal(config, pk, info, aad, data) }
    fn hpke_open(&self, config: HpkeConfig, data: &HpkeCiphertext, sk: &[u8], info: &[u8], aad: &[u8]) -> Result<Vec<u8>> { self.0.hpke_open(config, data, sk, info, aad) }
    fn hpke_setup_sender_and_export(&self, config: HpkeConfig, pk: &[u8], info: &[u8], context: &[u8], length: usize) -> Result<(KemOutput, ExporterSecret)> { self.0.hpke_setup_sender_and_export(config, pk, info, context, length) }
    fn hpke_setup_receiver_and_export(&self, config: HpkeConfig, enc: &[u8], sk: &[u8], info: &[u8], context: &[u8], length: usize) -> Result<ExporterSecret> { self.0.hpke_setup_receiver_and_export(config, enc, sk, info, context, length) }
    fn derive_hpke_keypair(&self, config: HpkeConfig, ikm: &[u8]) -> Result<HpkeKeyPair> { self.0.derive_hpke_keypair(config, ikm) }
}

/// Follows a group of which only the tree is known.
fn follow(tree: &[u8], group_id: &[u8], tree_hash: &[u8]) -> std::result::Result<PublicGroup, String> {
    let vector = |bytes: &[u8]| VLBytes::from(bytes).tls_serialize_detached().unwrap();
    let tree = RatchetTreeIn::tls_deserialize_exact(tree).map_err(|error| error.to_string())?;
    let member = tree.nodes().position(|_| true).unwrap();
    // GroupContext, extensions, confirmation tag, signer and signature (sections 8.1 and 12.4.3).
    let info = [
        &1_u16.to_be_bytes()[..],
        &u16::from(SUITE).to_be_bytes(),
        &vector(group_id),
        &7_u64.to_be_bytes(),
        &vector(tree_hash),
        &vector(&[0; 32]),
        &vector(&[]),
        &vector(&[]),
        &vector(&[0; 32]),
        &u32::try_from(member).unwrap().to_be_bytes(),
        &vector(MEMBER),
    ]
    .concat();
    let info = VerifiableGroupInfo::tls_deserialize_exact(info).unwrap();
    let provider = OpenMlsRustCrypto::default();
    let crypto = Crypto(provider.crypto());
    PublicGroup::from_external(&crypto, &MemoryStorage::default(), tree, info, ProposalStore::new())
        .map(|(group, _)| group)
        .map_err(|error| format!("{error:?}"))
}

#[test]
fn trees_are_valid_and_hash_as_said() {
    for vector in vectors::<Vector>("tree-validation") {
        assert!((vector.tree_hashes.len() + 1).is_power_of_two());
        let root = &vector.tree_hashes[vector.tree_hashes.len() / 2].0;
        let group = follow(&vector.tree.0, &vector.group_id.0, root).unwrap();
        assert_eq!(group.export_ratchet_tree().tls_serialize_detached().unwrap(), vector.tree.0);
        let refused = follow(&vector.tree.0, &vector.group_id.0, &[0; 32]).unwrap_err();
        assert_eq!(refused, "TreeHashMismatch");
    }
}

#[test]
fn leaves_are_bound_to_their_group() {
    // Leaves of key packages aren't; those that came by an update or a commit are.
    let refused = vectors::<Vector>("tree-validation").into_iter().filter(|vector| {
        let root = &vector.tree_hashes[vector.tree_hashes.len() / 2].0;
        follow(&vector.tree.0, b"another group", root).is_err_and(|error| error.contains("InvalidNodeSignature"))
    });
    assert!(refused.count() >= 10);
}
