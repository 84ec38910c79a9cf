//! The root key: the one secret that lives outside of the data.

use crate::VaultError;
use crate::crypto::Secret;
use base64::prelude::*;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use zeroize::Zeroizing;

/// What a key file begins with.
const PREFIX: &str = "wardpost-root-key-1:";
/// No key file is longer.
const MAX_FILE_BYTES: u64 = 1024;

/// The root key. Whoever has it and the key store can read everything; without it nothing can be read.
pub struct RootKey(pub(crate) Secret);

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RootKey({}…)", self.fingerprint())
    }
}

impl RootKey {
    /// A new random key, not kept anywhere.
    #[must_use]
    pub fn generate() -> Self {
        Self(Secret::random())
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// [`VaultError::Root`] when it can't be read, isn't a key file, or can be read by anybody but its owner.
    pub fn from_file(path: &Path) -> Result<Self, VaultError> {
        let shown = path.display();
        let file = File::open(path).map_err(|e| VaultError::Root(format!("can't open {shown}: {e}")))?;
        private(&file).map_err(|why| VaultError::Root(format!("{shown} {why}")))?;
        let mut text = Zeroizing::new(String::with_capacity(MAX_FILE_BYTES as usize));
        let read = file.take(MAX_FILE_BYTES).read_to_string(&mut text);
        read.map_err(|e| VaultError::Root(format!("can't read {shown}: {e}")))?;
        Self::from_base64(&text).map_err(|_| VaultError::Root(format!("{shown} isn't a root key file")))
    }

    /// Makes a new key and a file for it, readable by its owner only, and durable when this returns.
    ///
    /// # Errors
    /// [`VaultError::Root`]; an existing file is never overwritten.
    pub fn create_file(path: &Path) -> Result<Self, VaultError> {
        let key = Self::generate();
        key.write(path).map_err(|e| VaultError::Root(format!("can't create {}: {e}", path.display())))?;
        Ok(key)
    }

    fn write(&self, path: &Path) -> std::io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        let text = Zeroizing::new(format!("{PREFIX}{}\n", *Zeroizing::new(BASE64_STANDARD.encode(self.0.0))));
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        crate::file_store::sync_folder_of(path)
    }

    /// Reads the environment variable `name`: the base64 of 32 bytes, as `openssl rand -base64 32` writes it. The
    /// variable stays visible to this process and to whoever may inspect it; a file is the better place.
    ///
    /// # Errors
    /// [`VaultError::Root`].
    pub fn from_env(name: &str) -> Result<Self, VaultError> {
        let text = std::env::var(name).map(Zeroizing::new);
        let text = text.map_err(|_| VaultError::Root(format!("environment variable {name} isn't set")))?;
        Self::from_base64(&text)
            .map_err(|_| VaultError::Root(format!("environment variable {name} isn't the base64 of 32 bytes")))
    }

    /// Reads the base64 of 32 bytes, with or without the prefix of a key file.
    ///
    /// # Errors
    /// [`VaultError::Root`].
    pub fn from_base64(text: &str) -> Result<Self, VaultError> {
        let text = text.trim();
        let text = text.strip_prefix(PREFIX).unwrap_or(text);
        let bytes = BASE64_STANDARD.decode(text).map(Zeroizing::new).ok();
        let key = bytes.and_then(|bytes| Secret::from_slice(&bytes));
        key.map(Self).ok_or_else(|| VaultError::Root("not the base64 of 32 bytes".to_owned()))
    }

    /// Sixteen hexadecimal digits by which people can tell root keys apart. Not secret.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint()
    }
}

/// Refuses a file that isn't its owner's alone. Asks the open file, so that it can't be exchanged meanwhile.
fn private(file: &File) -> Result<(), String> {
    let meta = file.metadata().map_err(|e| format!("can't be examined: {e}"))?;
    if !meta.is_file() {
        return Err("isn't a file".to_owned());
    }
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::MetadataExt::mode(&meta) & 0o777;
        if mode & 0o077 != 0 {
            return Err(format!("can be read or written by others (mode {mode:03o}); do: chmod 600"));
        }
    }
    Ok(())
}
