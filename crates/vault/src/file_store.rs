//! A key store in one small file, for a single machine.
//!
//! The file is text: a heading, one line a key (`id org kind epoch label wrapped`), and a last line with the number of
//! keys and a checksum against damage. Every change writes a new file beside it, makes that durable, renames it over the
//! old one and then overwrites the old one's bytes, so that no former state of the keys stays on the disk. (A file
//! system that copies on write, or a drive that remaps blocks, can still keep some: use one that doesn't, or encrypt
//! it.) Several processes may use the file: each call locks the `.lock` file beside it.

use crate::memory_store::{find, insert, may_replace};
use crate::{Insert, KeyKind, KeyRow, KeyStore, KeyStoreError};
use async_trait::async_trait;
use aws_lc_rs::digest::{SHA256, digest};
use base64::prelude::*;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use uuid::Uuid;

const HEADING: &str = "wardpost-keys-1";
/// About a million keys.
const MAX_FILE_BYTES: u64 = 256 * 1024 * 1024;

/// Keeps keys in a file. See the module's words on what it does against traces on the disk.
#[derive(Clone, Debug)]
pub struct FileKeyStore(Arc<PathBuf>);

impl FileKeyStore {
    /// Uses the key file at `path`; it is made by the first insertion. Its folder must exist.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(Arc::new(path.into()))
    }

    /// Runs `op` on the rows under the lock, off the async threads.
    async fn read<T: Send + 'static>(
        &self,
        op: impl FnOnce(Vec<KeyRow>) -> T + Send + 'static,
    ) -> Result<T, KeyStoreError> {
        let path = Arc::clone(&self.0);
        blocking(move || {
            let lock = lock_file(&path)?;
            lock.lock_shared().map_err(|e| failed("lock", &path, e))?;
            read_rows(&path).map(op)
        })
        .await
    }

    /// Runs `op` on the rows under the lock and writes them back when it says so.
    async fn change<T: Send + 'static>(
        &self,
        op: impl FnOnce(&mut Vec<KeyRow>) -> (bool, T) + Send + 'static,
    ) -> Result<T, KeyStoreError> {
        let path = Arc::clone(&self.0);
        blocking(move || {
            let lock = lock_file(&path)?;
            lock.lock().map_err(|e| failed("lock", &path, e))?;
            let mut rows = read_rows(&path)?;
            let (changed, answer) = op(&mut rows);
            if changed {
                write_rows(&path, &rows).map_err(|e| failed("write", &path, e))?;
            }
            Ok(answer)
        })
        .await
    }
}

#[async_trait]
impl KeyStore for FileKeyStore {
    async fn load(&self, id: Uuid) -> Result<Option<KeyRow>, KeyStoreError> {
        self.read(move |rows| rows.into_iter().find(|row| row.id == id)).await
    }

    async fn find(&self, org: Uuid, kind: KeyKind, label: &str) -> Result<Option<KeyRow>, KeyStoreError> {
        let label = label.to_owned();
        self.read(move |rows| find(&rows, org, kind, &label).cloned()).await
    }

    async fn list(&self) -> Result<Vec<KeyRow>, KeyStoreError> {
        self.read(|rows| rows).await
    }

    async fn insert_if_absent(&self, row: KeyRow) -> Result<Insert, KeyStoreError> {
        check(&row)?;
        self.change(move |rows| {
            let outcome = insert(rows, row);
            (outcome == Insert::Stored, outcome)
        })
        .await
    }

    async fn replace_epoch(&self, from: i64, destroyed: &[Uuid], rows: Vec<KeyRow>) -> Result<bool, KeyStoreError> {
        rows.iter().try_for_each(check)?;
        let destroyed = destroyed.to_vec();
        self.change(move |stored| {
            let replace = may_replace(stored, from, &destroyed, &rows);
            if replace {
                *stored = rows;
            }
            (replace, replace)
        })
        .await
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, KeyStoreError> + Send + 'static,
) -> Result<T, KeyStoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|e| KeyStoreError::with("key file task", e))?
}

fn failed(what: &str, path: &Path, e: std::io::Error) -> KeyStoreError {
    KeyStoreError::with(format!("can't {what} {}", path.display()), e)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn lock_file(path: &Path) -> Result<File, KeyStoreError> {
    let path = beside(path, ".lock");
    private_options().truncate(false).open(&path).map_err(|e| failed("open", &path, e))
}

/// A label must not break the line format.
fn check(row: &KeyRow) -> Result<(), KeyStoreError> {
    let plain = row.label.bytes().all(|b| b.is_ascii_graphic());
    if row.label.is_empty() || row.label.len() > 64 || !plain || row.wrapped.len() > 256 {
        return Err(KeyStoreError::new("key row with an unusable label or key"));
    }
    Ok(())
}

fn read_rows(path: &Path) -> Result<Vec<KeyRow>, KeyStoreError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(failed("open", path, e)),
    };
    let mut text = String::new();
    file.take(MAX_FILE_BYTES).read_to_string(&mut text).map_err(|e| failed("read", path, e))?;
    parse(&text).ok_or_else(|| KeyStoreError::new(format!("key file {} is damaged", path.display())))
}

fn parse(text: &str) -> Option<Vec<KeyRow>> {
    let last = text.strip_suffix('\n')?.rfind('\n')? + 1;
    let (body, end) = text.split_at_checked(last)?;
    let mut lines = body.lines();
    if lines.next()? != HEADING {
        return None;
    }
    let rows = lines.map(parse_row).collect::<Option<Vec<_>>>()?;
    (end == end_line(body, rows.len())).then_some(rows)
}

fn parse_row(line: &str) -> Option<KeyRow> {
    let mut fields = line.split(' ');
    let row = KeyRow {
        id: fields.next()?.parse().ok()?,
        org: fields.next()?.parse().ok()?,
        kind: fields.next()?.parse().ok()?,
        epoch: fields.next()?.parse().ok()?,
        label: fields.next()?.to_owned(),
        wrapped: BASE64_STANDARD.decode(fields.next()?).ok()?,
    };
    fields.next().is_none().then_some(row)
}

fn render(rows: &[KeyRow]) -> String {
    let mut text = format!("{HEADING}\n");
    for row in rows {
        let KeyRow { id, org, kind, label, epoch, wrapped } = row;
        let wrapped = BASE64_STANDARD.encode(wrapped);
        text += &format!("{id} {org} {} {epoch} {label} {wrapped}\n", kind.as_str());
    }
    let end = end_line(&text, rows.len());
    text + &end
}

fn end_line(body: &str, count: usize) -> String {
    format!("end {count} {}\n", BASE64_STANDARD.encode(digest(&SHA256, body.as_bytes())))
}

fn write_rows(path: &Path, rows: &[KeyRow]) -> std::io::Result<()> {
    let fresh = beside(path, ".new");
    let mut file = private_options().truncate(false).open(&fresh)?;
    // Something is left here only if a former write was cut off.
    overwrite(&mut file)?;
    file.set_len(0)?;
    file.write_all(render(rows).as_bytes())?;
    file.sync_all()?;
    let old = match OpenOptions::new().write(true).open(path) {
        Ok(old) => Some(old),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
        Err(e) => return Err(e),
    };
    std::fs::rename(&fresh, path)?;
    sync_folder_of(path)?;
    match old {
        Some(mut old) => overwrite(&mut old),
        None => Ok(()),
    }
}

/// Fills a file with zeroes, down to the disk, and goes back to its beginning.
fn overwrite(file: &mut File) -> std::io::Result<()> {
    let mut rest = file.seek(SeekFrom::End(0))?;
    file.rewind()?;
    if rest == 0 {
        return Ok(());
    }
    let zeroes = [0_u8; 8192];
    while rest > 0 {
        let part = zeroes.len().min(usize::try_from(rest).unwrap_or(usize::MAX));
        let (part, _) = zeroes.split_at(part);
        file.write_all(part)?;
        rest -= part.len() as u64;
    }
    file.sync_all()?;
    file.rewind()
}

/// Makes the name of a new file durable.
pub(crate) fn sync_folder_of(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
