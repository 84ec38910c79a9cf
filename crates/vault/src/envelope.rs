//! Envelopes: the bytes in which sealed values are stored. All begin with [`VERSION`]; a later version of this program
//! must go on reading every version it ever wrote.
//!
//! | envelope | bytes |
//! |---|---|
//! | column, key row | version 1 ‖ nonce 24 ‖ ciphertext ‖ tag 16 — XAES-256-GCM |
//! | data key | version 1 ‖ bucket id 16 ‖ nonce 24 ‖ ciphertext 32 ‖ tag 16 — XAES-256-GCM |
//! | content | version 1 ‖ nonce 12 ‖ ciphertext ‖ tag 16 — AES-256-GCM, the data key is fresh |
//! | file | version 1 ‖ nonce prefix 7 ‖ chunks, see `stream.rs` |
//!
//! The associated data is `wardpost` ‖ 1, then each with its length (u32, big-endian): the kind of envelope, purpose or
//! key kind, and the ids that it belongs to.

use crate::VaultError;
use crate::crypto::{Gcm, NONCE_BYTES, TAG_BYTES, XNONCE_BYTES, Xaes, delimited};
use zeroize::Zeroizing;

/// The version written now.
pub(crate) const VERSION: u8 = 1;

/// Seals under a long-lived key, after `prefix` (which begins with the version).
pub(crate) fn seal_long(key: &Xaes, prefix: &[u8], aad: &[&[u8]], plain: &[u8]) -> Vec<u8> {
    let nonce: [u8; XNONCE_BYTES] = crate::random_bytes();
    let mut out = Vec::with_capacity(prefix.len() + XNONCE_BYTES + plain.len() + TAG_BYTES);
    out.extend_from_slice(prefix);
    out.extend_from_slice(&nonce);
    let start = out.len();
    out.extend_from_slice(plain);
    key.seal_tail(&nonce, &delimited(aad), &mut out, start);
    out
}

/// Opens what [`seal_long`] sealed, its prefix taken off.
pub(crate) fn open_long(key: &Xaes, aad: &[&[u8]], rest: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let (nonce, sealed) = rest.split_first_chunk::<XNONCE_BYTES>().ok_or(VaultError::Envelope)?;
    let mut out = Zeroizing::new(Vec::new());
    key.open_into(nonce, &delimited(aad), sealed, &mut out)?;
    Ok(out)
}

/// Seals under a fresh key.
pub(crate) fn seal_fresh(key: &Gcm, aad: &[&[u8]], plain: &[u8]) -> Vec<u8> {
    let nonce: [u8; NONCE_BYTES] = crate::random_bytes();
    let mut out = Vec::with_capacity(1 + NONCE_BYTES + plain.len() + TAG_BYTES);
    out.push(VERSION);
    out.extend_from_slice(&nonce);
    let start = out.len();
    out.extend_from_slice(plain);
    key.seal_tail(nonce, &delimited(aad), &mut out, start);
    out
}

/// Opens what [`seal_fresh`] sealed.
pub(crate) fn open_fresh(key: &Gcm, aad: &[&[u8]], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let (nonce, sealed) = versioned(sealed)?.split_first_chunk::<NONCE_BYTES>().ok_or(VaultError::Envelope)?;
    let mut out = Zeroizing::new(Vec::new());
    key.open_into(*nonce, &delimited(aad), sealed, &mut out)?;
    Ok(out)
}

/// Takes off the version byte.
pub(crate) fn versioned(envelope: &[u8]) -> Result<&[u8], VaultError> {
    match envelope.split_first() {
        Some((&VERSION, rest)) => Ok(rest),
        _ => Err(VaultError::Envelope),
    }
}
