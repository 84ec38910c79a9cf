//! The primitives, all from AWS-LC: AES-256-GCM, its extended-nonce form, and HKDF.

use crate::VaultError;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::{cmac, hkdf};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Bytes of a GCM tag.
pub(crate) const TAG_BYTES: usize = 16;
/// Bytes of a GCM nonce.
pub(crate) const NONCE_BYTES: usize = 12;
/// Bytes of an XAES-256-GCM nonce.
pub(crate) const XNONCE_BYTES: usize = 24;

/// 32 secret bytes: erased when dropped, never shown, no `Clone` and no `PartialEq` by accident.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Secret(pub(crate) [u8; 32]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    pub(crate) fn random() -> Self {
        Self(crate::random_bytes())
    }

    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// HKDF-Expand (RFC 5869) with this key as the pseudo-random key: it is uniform already, so there is nothing to
    /// extract. The parts of `info` are delimited, so that no two lists give the same key.
    pub(crate) fn derive(&self, info: &[&[u8]]) -> Self {
        expand(&hkdf::Prk::new_less_safe(hkdf::HKDF_SHA256, &self.0), info)
    }

    /// HKDF with a second secret as salt: both are needed for the result.
    pub(crate) fn derive_with(&self, salt: &Self, info: &[&[u8]]) -> Self {
        expand(&hkdf::Salt::new(hkdf::HKDF_SHA256, &salt.0).extract(&self.0), info)
    }

    /// Eight bytes by which people can tell keys apart; tells nothing about the key.
    pub(crate) fn fingerprint(&self) -> String {
        let print = self.derive(&[b"fingerprint"]);
        print.0.iter().take(8).map(|b| format!("{b:02x}")).collect()
    }
}

fn expand(prk: &hkdf::Prk, info: &[&[u8]]) -> Secret {
    struct Len;
    impl hkdf::KeyType for Len {
        fn len(&self) -> usize {
            32
        }
    }
    let info = delimited(info);
    let mut out = Secret([0; 32]);
    prk.expand(&[&info], Len)
        .and_then(|okm| okm.fill(&mut out.0))
        .expect("HKDF-SHA256 always yields 32 bytes: the limit is 8160");
    out
}

/// Joins parts so that no two different lists give the same bytes: each is preceded by its length.
pub(crate) fn delimited(parts: &[&[u8]]) -> Vec<u8> {
    let length = parts.iter().map(|p| p.len() + 4).sum::<usize>();
    let mut joined = Vec::with_capacity(9 + length);
    joined.extend_from_slice(b"wardpost\x01");
    for part in parts {
        joined.extend_from_slice(&(part.len() as u32).to_be_bytes());
        joined.extend_from_slice(part);
    }
    joined
}

/// AES-256-GCM with the nonce given by the caller.
pub(crate) struct Gcm(LessSafeKey);

impl Gcm {
    pub(crate) fn new(key: &Secret) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, &key.0).expect("an AES-256 key has 32 bytes, and this has");
        Self(LessSafeKey::new(key))
    }

    /// Encrypts what `out` holds from `start` on, and appends the tag.
    pub(crate) fn seal_tail(&self, nonce: [u8; NONCE_BYTES], aad: &[u8], out: &mut Vec<u8>, start: usize) {
        let start = start.min(out.len());
        let (_, tail) = out.split_at_mut(start);
        let tag = self
            .0
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), tail)
            .expect("GCM encrypts anything shorter than 64 GiB, and chunks and columns are");
        out.extend_from_slice(tag.as_ref());
    }

    /// Decrypts `sealed` (ciphertext and tag) into `out`, appending.
    pub(crate) fn open_into(
        &self,
        nonce: [u8; NONCE_BYTES],
        aad: &[u8],
        sealed: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), VaultError> {
        let plain = sealed.len().checked_sub(TAG_BYTES).ok_or(VaultError::Refused)?;
        let (ciphertext, tag) = sealed.split_at(plain);
        let start = out.len();
        out.resize(start + plain, 0);
        let (_, tail) = out.split_at_mut(start);
        let opened =
            self.0.open_separate_gather(Nonce::assume_unique_for_key(nonce), Aad::from(aad), ciphertext, tag, tail);
        if opened.is_err() {
            out.truncate(start);
            return Err(VaultError::Refused);
        }
        Ok(())
    }
}

/// XAES-256-GCM (c2sp.org/XAES-256-GCM): AES-256-GCM under a key derived by CMAC from half of a 192-bit nonce. Nonces
/// may be drawn at random for 2⁸⁰ values under one key, which long-lived keys need.
pub(crate) struct Xaes(cmac::Key);

impl Xaes {
    pub(crate) fn new(key: &Secret) -> Self {
        Self(cmac::Key::new(cmac::AES_256, &key.0).expect("an AES-256 key has 32 bytes, and this has"))
    }

    fn inner(&self, nonce: &[u8; XNONCE_BYTES]) -> (Gcm, [u8; NONCE_BYTES]) {
        let (context, rest) = nonce.split_at(NONCE_BYTES);
        let mut key = Secret([0; 32]);
        for (i, half) in (1..).zip(key.0.chunks_exact_mut(16)) {
            let mut block = [0, i, b'X', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            for (to, from) in block.iter_mut().skip(4).zip(context) {
                *to = *from;
            }
            let tag = cmac::sign(&self.0, &block).expect("CMAC of one block can't fail");
            half.copy_from_slice(tag.as_ref());
        }
        let mut last = [0; NONCE_BYTES];
        last.copy_from_slice(rest);
        (Gcm::new(&key), last)
    }

    pub(crate) fn seal_tail(&self, nonce: &[u8; XNONCE_BYTES], aad: &[u8], out: &mut Vec<u8>, start: usize) {
        let (gcm, nonce) = self.inner(nonce);
        gcm.seal_tail(nonce, aad, out, start);
    }

    pub(crate) fn open_into(
        &self,
        nonce: &[u8; XNONCE_BYTES],
        aad: &[u8],
        sealed: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), VaultError> {
        let (gcm, nonce) = self.inner(nonce);
        gcm.open_into(nonce, aad, sealed, out)
    }
}
