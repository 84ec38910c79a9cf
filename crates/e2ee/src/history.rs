//! Epoch keys as accounts keep them: sealed to the account by whoever made the epoch, then wrapped by the account itself.
//! So what a member may read, every device of the member can read.

use crate::account::{AccountKeys, AccountSecret};
use crate::content::EpochSecret;
use crate::primitive::{self, KEM_OUTPUT, NONCE, TAG};
use crate::{Error, Id, Result};

/// Format 1: this, the account's version, then the ciphertext.
const FORMAT: u8 = 1;
const HEAD: usize = 5;
const WRAPPED: usize = HEAD + NONCE + 32 + TAG;
const SEALED: usize = HEAD + KEM_OUTPUT + 32 + TAG;
const SEAL_INFO: &[u8] = b"wardpost epoch key 1";

fn head(version: u32) -> [u8; HEAD] {
    let [a, b, c, d] = version.to_be_bytes();
    [FORMAT, a, b, c, d]
}

/// Parts head and body, if it is of this account's version.
fn body<'b>(bytes: &'b [u8], length: usize, version: u32, what: &'static str) -> Result<&'b [u8]> {
    let (found, body) = bytes.split_first_chunk::<HEAD>().ok_or(Error::Malformed(what))?;
    if bytes.len() != length || found.first() != Some(&FORMAT) {
        return Err(Error::Malformed(what));
    }
    if *found != head(version) {
        return Err(Error::NoKey("account of this version"));
    }
    Ok(body)
}

fn bound(head: [u8; HEAD], conversation: Id, epoch: u64, identity: &[u8; 32]) -> Vec<u8> {
    [head.as_slice(), &conversation.0, &epoch.to_be_bytes(), identity].concat()
}

/// Wraps an epoch's key for oneself.
///
/// # Errors
/// When there are no random bytes.
pub fn wrap(secret: &AccountSecret, conversation: Id, epoch: u64, key: &EpochSecret) -> Result<Vec<u8>> {
    let head = head(secret.version());
    let aad = bound(head, conversation, epoch, &secret.identity_public()?);
    let sealed = primitive::seal(&*secret.history(conversation, epoch)?, &aad, key.as_bytes())?;
    Ok([head.as_slice(), &sealed].concat())
}

/// Opens what [`wrap`] made.
///
/// # Errors
/// [`Error::Malformed`]; [`Error::NoKey`] when another version of the account wrapped it; [`Error::Forged`] when it is of
/// another account, conversation or epoch.
pub fn unwrap(secret: &AccountSecret, conversation: Id, epoch: u64, wrapped: &[u8]) -> Result<EpochSecret> {
    let body = body(wrapped, WRAPPED, secret.version(), "wrapped key")?;
    let aad = bound(head(secret.version()), conversation, epoch, &secret.identity_public()?);
    let key = primitive::open(&*secret.history(conversation, epoch)?, &aad, body, "wrapped key")?;
    EpochSecret::from_bytes(&key)
}

/// Seals an epoch's key to a member's account (HPKE, hybrid).
///
/// # Errors
/// When the member's key isn't one.
pub fn seal_to(keys: &AccountKeys, conversation: Id, epoch: u64, key: &EpochSecret) -> Result<Vec<u8>> {
    let head = head(keys.version);
    let aad = bound(head, conversation, epoch, &keys.identity);
    let sealed = primitive::seal_to(&keys.sealing, SEAL_INFO, &aad, key.as_bytes())?;
    Ok([head.as_slice(), &sealed].concat())
}

/// Opens what somebody sealed with [`seal_to`]. Who sealed it is not proven: messages that their devices have signed open with
/// it, or they don't. So it is for reading only; what one writes is sealed under the key of one's own group.
///
/// # Errors
/// [`Error::Malformed`]; [`Error::NoKey`] when it is for another version of the account; [`Error::Forged`] when it is for
/// another account, conversation or epoch.
pub fn open_sealed(secret: &AccountSecret, conversation: Id, epoch: u64, sealed: &[u8]) -> Result<EpochSecret> {
    let body = body(sealed, SEALED, secret.version(), "sealed key")?;
    let aad = bound(head(secret.version()), conversation, epoch, &secret.identity_public()?);
    let key = primitive::open_sealed(&secret.sealing()?, SEAL_INFO, &aad, body, "sealed key")?;
    EpochSecret::from_bytes(&key)
}

#[cfg(test)]
mod tests;
