//! The offline proof file `c2sp.org/tlog-proof@v1`: one record's place in a signed log, in a text that anybody who has
//! the log's public key can check.

use crate::edge::check_size;
use crate::{Checkpoint, Hash, MAX_NOTE_BYTES, MAX_PROOF_HASHES, Proof, TlogError, VerifierKey, check_inclusion};
use base64::prelude::*;

/// The largest proof file that is read, in bytes.
pub const MAX_PROOF_FILE_BYTES: usize = 256 * 1024;

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// A proof file (extension `.tlog-proof`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofFile {
    /// Anything that helps to make the record anew. Not authenticated: never trust it before the record it yields
    /// verifies.
    pub extra: Option<Vec<u8>>,
    /// Zero-based position of the record.
    pub index: u64,
    /// Inclusion proof in the tree of the checkpoint.
    pub proof: Proof,
    /// The signed checkpoint, word for word.
    pub checkpoint: String,
}

impl ProofFile {
    /// Writes the file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{FIRST_LINE}\n");
        if let Some(extra) = &self.extra {
            text += &format!("extra {}\n", BASE64_STANDARD.encode(extra));
        }
        text += &format!("index {}\n", self.index);
        for hash in &self.proof {
            text += &format!("{hash}\n");
        }
        text + "\n" + &self.checkpoint
    }

    /// Reads a file; nothing in it is checked yet.
    ///
    /// # Errors
    /// [`TlogError::TooLarge`], [`TlogError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, TlogError> {
        const BAD: TlogError = TlogError::Malformed("proof file");
        if bytes.len() > MAX_PROOF_FILE_BYTES {
            return Err(TlogError::TooLarge { what: "proof file", limit: MAX_PROOF_FILE_BYTES as u64 });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| BAD)?;
        let (head, checkpoint) = text.split_once("\n\n").ok_or(BAD)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(FIRST_LINE) || checkpoint.is_empty() || checkpoint.len() > MAX_NOTE_BYTES {
            return Err(BAD);
        }
        let extra = match lines.peek().and_then(|line| line.strip_prefix("extra ")) {
            Some(data) => {
                lines.next();
                Some(BASE64_STANDARD.decode(data).map_err(|_| BAD)?)
            }
            None => None,
        };
        let digits = lines.next().and_then(|line| line.strip_prefix("index ")).ok_or(BAD)?;
        let index: u64 = digits.parse().map_err(|_| BAD)?;
        check_size(index)?;
        if digits != index.to_string() {
            return Err(BAD);
        }
        let mut proof = Vec::new();
        for line in lines {
            if proof.len() == MAX_PROOF_HASHES {
                return Err(TlogError::TooLarge { what: "proof", limit: MAX_PROOF_HASHES as u64 });
            }
            proof.push(Hash::from_base64(line)?);
        }
        Ok(Self { extra, index, proof, checkpoint: checkpoint.to_owned() })
    }

    /// Checks that the log of `key` has `leaf` (the hash of the record in question) at [`ProofFile::index`], and
    /// returns the checkpoint that says so.
    ///
    /// # Errors
    /// Whatever [`Checkpoint::verify`] and [`check_inclusion`] refuse.
    pub fn verify(&self, leaf: Hash, key: &VerifierKey) -> Result<Checkpoint, TlogError> {
        let head = Checkpoint::verify(self.checkpoint.as_bytes(), key)?;
        check_inclusion(&self.proof, self.index, leaf, head.size, head.root)?;
        Ok(head)
    }
}
