//! The few primitives under everything here: random bytes, key derivation, authenticated encryption, hybrid public-key
//! encryption. All from the library that MLS itself uses, so that there is one implementation of each.

use crate::{Error, Result};
use openmls_rust_crypto::RustCrypto;
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::types::{
    AeadType, HashType, HpkeAeadType, HpkeCiphertext, HpkeConfig, HpkeKdfType, HpkeKemType, HpkeKeyPair,
};
use std::sync::LazyLock;
use zeroize::Zeroizing;

/// Bytes of an AES-GCM nonce.
pub(crate) const NONCE: usize = 12;
/// Bytes of an AES-GCM tag.
pub(crate) const TAG: usize = 16;
/// Bytes of the hybrid KEM's public key: ML-KEM-768 (FIPS 203) and X25519.
pub(crate) const KEM_PUBLIC: usize = 1184 + 32;
/// Bytes of the hybrid KEM's output.
pub(crate) const KEM_OUTPUT: usize = 1088 + 32;

/// Its random generator isn't used: see [`fill`].
pub(crate) fn crypto() -> &'static RustCrypto {
    static CRYPTO: LazyLock<RustCrypto> = LazyLock::new(RustCrypto::default);
    &CRYPTO
}

/// Random bytes from the operating system, or from the browser.
pub(crate) fn fill<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom02::getrandom(&mut bytes).map_err(|_| Error::Mls("no random bytes".into()))?;
    Ok(bytes)
}

/// A random key.
pub(crate) fn random_key() -> Result<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0; 32]);
    getrandom02::getrandom(key.as_mut()).map_err(|_| Error::Mls("no random bytes".into()))?;
    Ok(key)
}

/// SHA-256.
pub(crate) fn sha256(parts: &[&[u8]]) -> Result<[u8; 32]> {
    let hash = crypto().hash(HashType::Sha2_256, &parts.concat()).map_err(failed)?;
    hash.try_into().map_err(|_| Error::Malformed("hash"))
}

/// HKDF-SHA-256 (RFC 5869): a 32-byte key from a secret of high entropy. `purpose` and `context` keep keys apart.
pub(crate) fn derive(secret: &[u8], purpose: &str, context: &[&[u8]]) -> Result<Zeroizing<[u8; 32]>> {
    let prk = crypto().hkdf_extract(HashType::Sha2_256, b"wardpost 1", secret).map_err(failed)?;
    let info = [&[purpose.as_bytes(), b"\0"], context].concat().concat();
    let okm = crypto().hkdf_expand(HashType::Sha2_256, prk.as_slice(), &info, 32).map_err(failed)?;
    let mut key = Zeroizing::new([0; 32]);
    key.copy_from_slice(okm.as_slice());
    Ok(key)
}

/// AES-256-GCM with a given nonce.
pub(crate) fn encrypt(key: &[u8; 32], nonce: &[u8; NONCE], aad: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
    crypto().aead_encrypt(AeadType::Aes256Gcm, key, plain, nonce, aad).map_err(failed)
}

/// Opens what [`encrypt`] made; `what` names it in the error.
pub(crate) fn decrypt(
    key: &[u8; 32],
    nonce: &[u8],
    aad: &[u8],
    sealed: &[u8],
    what: &'static str,
) -> Result<Zeroizing<Vec<u8>>> {
    if nonce.len() != NONCE || sealed.len() < TAG {
        return Err(Error::Malformed(what));
    }
    let plain = crypto().aead_decrypt(AeadType::Aes256Gcm, key, sealed, nonce, aad);
    plain.map(Zeroizing::new).map_err(|_| Error::Forged(what))
}

/// AES-256-GCM with a random nonce, which stands before the ciphertext.
pub(crate) fn seal(key: &[u8; 32], aad: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
    let nonce = fill::<NONCE>()?;
    Ok([nonce.as_slice(), &encrypt(key, &nonce, aad, plain)?].concat())
}

/// Opens what [`seal`] made; `what` names it in the error.
pub(crate) fn open(key: &[u8; 32], aad: &[u8], sealed: &[u8], what: &'static str) -> Result<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = sealed.split_at_checked(NONCE).ok_or(Error::Malformed(what))?;
    decrypt(key, nonce, aad, sealed, what)
}

/// HPKE (RFC 9180) with the KEM of the hybrid suite; AES-256, because what is sealed is a key that must stay secret long.
const fn hybrid() -> HpkeConfig {
    HpkeConfig(HpkeKemType::XWingKemDraft6, HpkeKdfType::HkdfSha256, HpkeAeadType::AesGcm256)
}

/// The key pair that belongs to a seed (RFC 9180 §7.1.3).
pub(crate) fn kem_pair(seed: &[u8; 32]) -> Result<HpkeKeyPair> {
    let pair = crypto().derive_hpke_keypair(hybrid(), seed).map_err(failed)?;
    if pair.public.len() != KEM_PUBLIC {
        return Err(Error::Mls("another KEM".into()));
    }
    Ok(pair)
}

/// Seals to a public key: KEM output, then ciphertext.
pub(crate) fn seal_to(public: &[u8], info: &[u8], aad: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
    if public.len() != KEM_PUBLIC {
        return Err(Error::Malformed("public key"));
    }
    let sealed = crypto().hpke_seal(hybrid(), public, info, aad, plain).map_err(failed)?;
    Ok([sealed.kem_output.as_slice(), sealed.ciphertext.as_slice()].concat())
}

/// Opens what [`seal_to`] made; `what` names it in the error.
pub(crate) fn open_sealed(
    pair: &HpkeKeyPair,
    info: &[u8],
    aad: &[u8],
    sealed: &[u8],
    what: &'static str,
) -> Result<Zeroizing<Vec<u8>>> {
    if sealed.len() < KEM_OUTPUT + TAG {
        return Err(Error::Malformed(what));
    }
    let (kem_output, ciphertext) = sealed.split_at(KEM_OUTPUT);
    let sealed = HpkeCiphertext { kem_output: kem_output.into(), ciphertext: ciphertext.into() };
    let plain = crypto().hpke_open(hybrid(), &sealed, &pair.private, info, aad);
    plain.map(Zeroizing::new).map_err(|_| Error::Forged(what))
}

/// Reads CBOR, all of it and nothing else; `what` names it in the error.
pub(crate) fn decode<'b, T: minicbor::Decode<'b, ()>>(bytes: &'b [u8], what: &'static str) -> Result<T> {
    let mut decoder = minicbor::Decoder::new(bytes);
    let value = decoder.decode().map_err(|_| Error::Malformed(what))?;
    if decoder.position() == bytes.len() { Ok(value) } else { Err(Error::Malformed(what)) }
}

fn failed<E: std::fmt::Display>(error: E) -> Error {
    Error::Mls(error.to_string())
}
