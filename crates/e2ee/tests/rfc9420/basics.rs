//! Primitives with MLS's labels (RFC 9420, section 5) and what a Welcome holds.

use crate::{Hex, SUITE, body, vectors};
use openmls::ciphersuite::hash_ref::HashReference;
use openmls::prelude::*;
use openmls_basic_credential::SignatureKeyPair;
use openmls_rust_crypto::OpenMlsRustCrypto;
use openmls_traits::storage::StorageProvider as _;
use openmls_traits::types::HpkeCiphertext;
use serde::Deserialize;
use serde_json::json;
use tls_codec::{Deserialize as _, Serialize as _, VLBytes};

#[derive(Deserialize)]
struct Vector {
    ref_hash: RefHash,
    expand_with_label: ExpandWithLabel,
    derive_secret: DeriveSecret,
    derive_tree_secret: DeriveTreeSecret,
    sign_with_label: SignWithLabel,
    encrypt_with_label: EncryptWithLabel,
}

#[derive(Deserialize)]
struct RefHash {
    label: String,
    value: Hex,
    out: Hex,
}

#[derive(Deserialize)]
struct ExpandWithLabel {
    secret: Hex,
    label: String,
    context: Hex,
    length: u16,
    out: Hex,
}

#[derive(Deserialize)]
struct DeriveSecret {
    secret: Hex,
    label: String,
    out: Hex,
}

#[derive(Deserialize)]
struct DeriveTreeSecret {
    secret: Hex,
    label: String,
    generation: u32,
    length: u16,
    out: Hex,
}

#[derive(Deserialize)]
struct SignWithLabel {
    #[serde(rename = "priv")]
    private: Hex,
    #[serde(rename = "pub")]
    public: Hex,
    content: Hex,
    label: String,
    signature: Hex,
}

#[derive(Deserialize)]
struct EncryptWithLabel {
    #[serde(rename = "priv")]
    private: Hex,
    #[serde(rename = "pub")]
    public: Hex,
    label: String,
    context: Hex,
    plaintext: Hex,
    kem_output: Hex,
    ciphertext: Hex,
}

/// `opaque bytes<V>`.
fn encoded(bytes: &[u8]) -> Vec<u8> {
    VLBytes::from(bytes).tls_serialize_detached().unwrap()
}

/// `opaque label<V> = "MLS 1.0 " + Label; opaque context<V> = Context`, as KDFLabel and EncryptContext end with.
fn labelled(label: &str, context: &[u8]) -> Vec<u8> {
    [encoded(format!("MLS 1.0 {label}").as_bytes()), encoded(context)].concat()
}

/// ExpandWithLabel of RFC 9420, section 8, over the provider's HKDF-Expand.
fn expand_with_label(secret: &[u8], label: &str, context: &[u8], length: u16) -> Vec<u8> {
    let info = [length.to_be_bytes().as_slice(), &labelled(label, context)].concat();
    let provider = OpenMlsRustCrypto::default();
    let expanded = provider.crypto().hkdf_expand(SUITE.hash_algorithm(), secret, &info, length.into()).unwrap();
    expanded.as_slice().to_vec()
}

/// Something to sign, by the library's own way of signing.
struct Content {
    label: String,
    content: Vec<u8>,
}

/// [`Content`] with its signature.
struct Signed {
    content: Content,
    signature: Signature,
}

/// [`Content`] whose signature was found good.
struct Verified;

impl Signable for Content {
    type SignedOutput = Signed;

    fn unsigned_payload(&self) -> Result<Vec<u8>, Error> {
        Ok(self.content.clone())
    }

    fn label(&self) -> &str {
        &self.label
    }
}

impl SignedStruct<Content> for Signed {
    fn from_payload(content: Content, signature: Signature, _: Vec<u8>) -> Self {
        Self { content, signature }
    }
}

impl VerifiedStruct for Verified {}

impl Verifiable for Signed {
    type VerifiedStruct = Verified;

    fn unsigned_payload(&self) -> Result<Vec<u8>, Error> {
        Ok(self.content.content.clone())
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn label(&self) -> &str {
        &self.content.label
    }

    fn verify(self, crypto: &impl OpenMlsCrypto, key: &OpenMlsSignaturePublicKey) -> Result<Verified, SignatureError> {
        self.verify_no_out(crypto, key).map(|()| Verified)
    }
}

#[test]
fn secrets_and_references_are_derived_with_labels() {
    let provider = OpenMlsRustCrypto::default();
    for vector in vectors::<Vector>("crypto-basics") {
        let v = &vector.ref_hash;
        let reference = HashReference::new(&v.value.0, SUITE, provider.crypto(), v.label.as_bytes()).unwrap();
        assert_eq!(reference.as_slice(), v.out.0);
        let v = &vector.expand_with_label;
        assert_eq!(expand_with_label(&v.secret.0, &v.label, &v.context.0, v.length), v.out.0);
        let v = &vector.derive_secret;
        assert_eq!(expand_with_label(&v.secret.0, &v.label, &[], 32), v.out.0);
        let v = &vector.derive_tree_secret;
        assert_eq!(expand_with_label(&v.secret.0, &v.label, &v.generation.to_be_bytes(), v.length), v.out.0);
    }
}

#[test]
fn signatures_are_made_and_verified_with_labels() {
    let provider = OpenMlsRustCrypto::default();
    let scheme = SUITE.signature_algorithm();
    for vector in vectors::<Vector>("crypto-basics") {
        let v = vector.sign_with_label;
        let key = OpenMlsSignaturePublicKey::new(v.public.0.clone().into(), scheme).unwrap();
        let signer = SignatureKeyPair::from_raw(scheme, v.private.0.clone(), v.public.0.clone());
        let content = |label: &str| Content { label: label.to_owned(), content: v.content.0.clone() };
        // Ed25519 is deterministic: the same key signs the same content alike.
        let signed = content(&v.label).sign(&signer).unwrap();
        assert_eq!(signed.signature, Signature::tls_deserialize_exact(encoded(&v.signature.0)).unwrap());
        let other = Signed { content: content("another label"), signature: signed.signature.clone() };
        assert!(signed.verify(provider.crypto(), &key).is_ok());
        assert!(other.verify(provider.crypto(), &key).is_err());
    }
}

#[test]
fn hpke_opens_what_others_sealed_with_labels() {
    let provider = OpenMlsRustCrypto::default();
    for vector in vectors::<Vector>("crypto-basics") {
        let v = vector.encrypt_with_label;
        let info = labelled(&v.label, &v.context.0);
        let open = |sealed: &HpkeCiphertext| {
            provider.crypto().hpke_open(SUITE.hpke_config(), sealed, &v.private.0, &info, &[]).ok()
        };
        let mut sealed =
            HpkeCiphertext { kem_output: v.kem_output.0.clone().into(), ciphertext: v.ciphertext.0.clone().into() };
        assert_eq!(open(&sealed).unwrap(), v.plaintext.0);
        sealed.ciphertext = VLBytes::from(vec![0; v.ciphertext.0.len()]);
        assert_eq!(open(&sealed), None);
        let ours = provider.crypto().hpke_seal(SUITE.hpke_config(), &v.public.0, &info, &[], &v.plaintext.0).unwrap();
        assert_eq!(open(&ours).unwrap(), v.plaintext.0);
    }
}

#[derive(Deserialize)]
struct WelcomeVector {
    init_priv: Hex,
    key_package: Hex,
    signer_pub: Hex,
    welcome: Hex,
}

#[test]
fn a_welcome_opens_and_its_group_info_is_genuine() {
    let provider = OpenMlsRustCrypto::default();
    let config = MlsGroupJoinConfig::builder().build();
    for vector in vectors::<WelcomeVector>("welcome") {
        let MlsMessageBodyIn::KeyPackage(key_package) = body(&vector.key_package) else { panic!("no key package") };
        let key_package = key_package.validate(provider.crypto(), ProtocolVersion::Mls10).unwrap();
        // The leaf's private key isn't given; nothing here needs it.
        let bundle: KeyPackageBundle = serde_json::from_value(json!({
            "key_package": key_package,
            "private_init_key": { "vec": vector.init_priv.0 },
            "private_encryption_key": { "key": { "vec": [0] } },
        }))
        .unwrap();
        let reference = key_package.hash_ref(provider.crypto()).unwrap();
        provider.storage().write_key_package(&reference, &bundle).unwrap();
        let MlsMessageBodyIn::Welcome(welcome) = body(&vector.welcome) else { panic!("no Welcome") };
        let opened = ProcessedWelcome::new_from_welcome(&provider, &config, welcome).unwrap();
        let info = opened.unverified_group_info();
        let key = |bytes: &[u8]| OpenMlsSignaturePublicKey::new(bytes.into(), SUITE.signature_algorithm()).unwrap();
        let own = key_package.leaf_node().signature_key().as_slice();
        assert!(info.verify_no_out(provider.crypto(), &key(&vector.signer_pub.0)).is_ok());
        assert!(info.verify_no_out(provider.crypto(), &key(own)).is_err());
    }
}
