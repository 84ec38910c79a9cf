//! What has arrived outside: mail in mailboxes, text messages on telephones. Kept in a file of its own, as providers do.

use anyhow::{Context as _, Result};
use base64::prelude::*;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use wardpost_core::Clock;
use wardpost_mail::mime::{MimeLimits, ParsedMail, parse};

/// One message in one mailbox.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Mail {
    /// When it arrived.
    pub at: Timestamp,
    /// The mailbox.
    pub mailbox: String,
    /// Envelope sender; empty for notices.
    pub from: String,
    /// TLS of the connection, if there was any.
    pub tls: Option<String>,
    /// The message, base64.
    raw: String,
}

/// One text message.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Text {
    /// When it arrived.
    pub at: Timestamp,
    /// The telephone.
    pub to: String,
    /// What it says.
    pub text: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Arrival {
    Mail(Mail),
    Text(Text),
}

impl Mail {
    /// The message as a mail program shows it.
    pub fn parsed(&self) -> ParsedMail {
        let raw = BASE64_STANDARD.decode(&self.raw).unwrap_or_default();
        parse(&raw, &MimeLimits::default()).unwrap_or_default()
    }
}

/// All of the outside's mailboxes and telephones.
pub struct World {
    state: Mutex<State>,
    changes: watch::Sender<u64>,
    clock: Arc<dyn Clock>,
    /// The accounts of the demo, for their page.
    pub accounts: PathBuf,
}

struct State {
    mail: Vec<Mail>,
    texts: Vec<Text>,
    file: File,
}

impl World {
    /// Opens the world in a folder.
    ///
    /// # Errors
    /// When its file can't be used.
    pub fn open(folder: &Path, clock: Arc<dyn Clock>, accounts: &Path) -> Result<Arc<Self>> {
        let path = folder.join("arrived.jsonl");
        let mut options = OpenOptions::new();
        let file = options.read(true).append(true).create(true).mode(0o600).open(&path);
        let file = file.with_context(|| format!("can't open {}", path.display()))?;
        let mut state = State { mail: Vec::new(), texts: Vec::new(), file };
        for line in BufReader::new(File::open(&path)?).lines() {
            // A line cut off by the end of the process is none.
            match serde_json::from_str(&line?) {
                Ok(Arrival::Mail(mail)) => state.mail.push(mail),
                Ok(Arrival::Text(text)) => state.texts.push(text),
                Err(_) => {}
            }
        }
        let (changes, _) = watch::channel(0);
        Ok(Arc::new(Self { state: Mutex::new(state), changes, clock, accounts: accounts.to_owned() }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets everything.
    ///
    /// # Errors
    /// When the file can't be emptied.
    pub fn forget(&self) -> Result<()> {
        let mut state = self.state();
        state.mail.clear();
        state.texts.clear();
        state.file.set_len(0).context("emptying the outside's file")
    }

    /// Puts a message into mailboxes.
    ///
    /// # Errors
    /// When it can't be kept.
    pub fn deliver(&self, mailboxes: &[String], from: &str, tls: Option<String>, raw: &[u8]) -> std::io::Result<()> {
        let at = self.clock.now();
        let mut state = self.state();
        for mailbox in mailboxes {
            let raw = BASE64_STANDARD.encode(raw);
            let mail = Mail { at, mailbox: mailbox.clone(), from: from.to_owned(), tls: tls.clone(), raw };
            keep(&mut state.file, &Arrival::Mail(mail.clone()))?;
            state.mail.push(mail);
        }
        drop(state);
        self.changes.send_modify(|n| *n += 1);
        Ok(())
    }

    /// Puts a text message on a telephone.
    ///
    /// # Errors
    /// When it can't be kept.
    pub fn text(&self, to: String, text: String) -> std::io::Result<()> {
        let text = Text { at: self.clock.now(), to, text };
        let mut state = self.state();
        keep(&mut state.file, &Arrival::Text(text.clone()))?;
        state.texts.push(text);
        drop(state);
        self.changes.send_modify(|n| *n += 1);
        Ok(())
    }

    /// All mail, in order of arrival.
    pub fn mail(&self) -> Vec<Mail> {
        self.state().mail.clone()
    }

    /// One message by its place.
    pub fn mail_at(&self, n: usize) -> Option<Mail> {
        self.state().mail.get(n).cloned()
    }

    /// All text messages, in order of arrival.
    pub fn texts(&self) -> Vec<Text> {
        self.state().texts.clone()
    }

    /// How much has arrived.
    pub fn count(&self) -> usize {
        let state = self.state();
        state.mail.len() + state.texts.len()
    }

    /// Waits until something is there, at most 20 s.
    ///
    /// # Errors
    /// When it isn't.
    pub async fn wait_for<T>(&self, what: &str, found: impl Fn(&Self) -> Option<T>) -> Result<T> {
        let mut changes = self.changes.subscribe();
        let look = async {
            loop {
                if let Some(found) = found(self) {
                    return Some(found);
                }
                changes.changed().await.ok()?;
            }
        };
        let patience = std::time::Duration::from_secs(20);
        tokio::time::timeout(patience, look)
            .await
            .ok()
            .flatten()
            .with_context(|| format!("{what} did not arrive outside"))
    }
}

fn keep(file: &mut File, arrival: &Arrival) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(arrival)?;
    line.push(b'\n');
    file.write_all(&line)
}
