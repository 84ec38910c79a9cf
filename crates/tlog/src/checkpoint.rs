//! Checkpoints: signed statements "this log has so many records and this root" (C2SP tlog-checkpoint, signed-note).

use crate::edge::check_size;
use crate::{Hash, TlogError, check_consistency};
use ed25519_dalek::{Signer as _, SigningKey};
use signed_note::{Note, StandardVerifier, Verifier, VerifierList};
use std::fmt;

/// The largest signed checkpoint that is read, in bytes: room for a hundred witnesses.
pub const MAX_NOTE_BYTES: usize = 32 * 1024;

/// Ed25519 in the signed-note key format.
const ALG_ED25519: u8 = 1;

/// A tree head: what a log commits to at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name: a URL without scheme, such as `audit.example.org/log`. Also the name of the signing key.
    pub origin: String,
    /// Records in the log.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
}

impl Checkpoint {
    /// Reads a signed checkpoint and checks that `key` signed it and that it speaks of the log of that key. Signatures
    /// by others (witnesses) and extension lines are allowed and passed over.
    ///
    /// # Errors
    /// [`TlogError::TooLarge`], [`TlogError::Malformed`], [`TlogError::Unsigned`], [`TlogError::WrongOrigin`].
    pub fn verify(note: &[u8], key: &VerifierKey) -> Result<Self, TlogError> {
        const BAD: TlogError = TlogError::Malformed("checkpoint");
        if note.len() > MAX_NOTE_BYTES {
            return Err(TlogError::TooLarge { what: "checkpoint", limit: MAX_NOTE_BYTES as u64 });
        }
        let note = Note::from_bytes(note).map_err(|_| BAD)?;
        let known = VerifierList::new(vec![Box::new(key.0.clone())]);
        note.verify(&known).map_err(|_| TlogError::Unsigned(key.name().to_owned()))?;
        let head = tlog_tiles::Checkpoint::from_bytes(note.text()).map_err(|_| BAD)?;
        check_size(head.size())?;
        if head.origin() != key.name() {
            return Err(TlogError::WrongOrigin { expected: key.name().to_owned(), found: head.origin().to_owned() });
        }
        Ok(Self { origin: head.origin().to_owned(), size: head.size(), root: (*head.hash()).into() })
    }

    /// The text that is signed: origin, size and root, a line each.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root)
    }
}

/// A log's signing key. It signs heads only through [`LogKey::sign_first`] and [`LogKey::sign_successor`], so that it
/// can't be made to sign a head that contradicts an earlier one (AUD-07).
pub struct LogKey {
    origin: String,
    id: u32,
    key: SigningKey,
}

impl fmt::Debug for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogKey({})", self.verifier_key())
    }
}

impl LogKey {
    /// The Ed25519 key of the log `origin`, from its 32-byte seed.
    ///
    /// # Errors
    /// [`TlogError::Key`] when the origin is empty, longer than 255 bytes, or has spaces, controls or `+` in it.
    pub fn from_seed(origin: &str, seed: &[u8; 32]) -> Result<Self, TlogError> {
        let plain = origin.len() <= 255 && !origin.chars().any(char::is_control);
        if !plain || !signed_note::is_key_name_valid(origin) {
            return Err(TlogError::Key("origin must be a short name without spaces or plus signs"));
        }
        let key = SigningKey::from_bytes(seed);
        let mut public = vec![ALG_ED25519];
        public.extend_from_slice(key.verifying_key().as_bytes());
        Ok(Self { origin: origin.to_owned(), id: signed_note::key_id(origin, &public), key })
    }

    /// The log that it signs for.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The public key in signed-note form, `name+hash+key`: give it to whoever should verify.
    #[must_use]
    pub fn verifier_key(&self) -> String {
        signed_note::new_ed25519_verifier_key(&self.origin, &self.key.verifying_key())
    }

    /// Signs a log's first head. Only for a log of which no signed head exists.
    ///
    /// # Errors
    /// [`TlogError::WrongOrigin`], [`TlogError::TooLarge`]; [`TlogError::InconsistentHead`] for an empty log with a
    /// root that isn't the empty one.
    pub fn sign_first(&self, head: &Checkpoint) -> Result<String, TlogError> {
        if head.size == 0 && head.root != crate::EMPTY_ROOT {
            return Err(TlogError::InconsistentHead { old: 0, new: 0 });
        }
        self.sign(head)
    }

    /// Signs a new head after checking that it continues the last signed one.
    ///
    /// # Errors
    /// [`TlogError::InconsistentHead`] when it doesn't, [`TlogError::WrongOrigin`], [`TlogError::TooLarge`].
    pub fn sign_successor(&self, last: &Checkpoint, next: &Checkpoint, proof: &[Hash]) -> Result<String, TlogError> {
        if last.origin != next.origin {
            return Err(TlogError::WrongOrigin { expected: last.origin.clone(), found: next.origin.clone() });
        }
        check_consistency(proof, last.size, last.root, next.size, next.root)
            .map_err(|_| TlogError::InconsistentHead { old: last.size, new: next.size })?;
        self.sign(next)
    }

    fn sign(&self, head: &Checkpoint) -> Result<String, TlogError> {
        check_size(head.size)?;
        if head.origin != self.origin {
            return Err(TlogError::WrongOrigin { expected: self.origin.clone(), found: head.origin.clone() });
        }
        let mut note = Note::new(head.text().as_bytes(), &[]).map_err(|_| TlogError::Malformed("checkpoint"))?;
        note.add_sigs(&[&NoteSigner(self)]).map_err(|_| TlogError::Key("can't sign"))?;
        String::from_utf8(note.to_bytes()).map_err(|_| TlogError::Malformed("checkpoint"))
    }
}

/// Kept private, so that nothing is signed but heads that were checked.
struct NoteSigner<'a>(&'a LogKey);

impl signed_note::Signer for NoteSigner<'_> {
    fn name(&self) -> &str {
        &self.0.origin
    }
    fn key_id(&self) -> u32 {
        self.0.id
    }
    fn sign(&self, msg: &[u8]) -> Result<Vec<u8>, ed25519_dalek::SignatureError> {
        Ok(self.0.key.try_sign(msg)?.to_vec())
    }
}

/// A log's public key.
#[derive(Clone)]
pub struct VerifierKey(StandardVerifier);

impl VerifierKey {
    /// Reads the signed-note form, `name+hash+key`.
    ///
    /// # Errors
    /// [`TlogError::Key`].
    pub fn parse(text: &str) -> Result<Self, TlogError> {
        if text.len() > 512 {
            return Err(TlogError::Key("verifier key too long"));
        }
        StandardVerifier::new(text).map(Self).map_err(|_| TlogError::Key("not an Ed25519 verifier key"))
    }

    /// The key's name, which is the log's origin.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.name()
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({}+{:08x})", self.0.name(), self.0.key_id())
    }
}
