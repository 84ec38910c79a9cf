//! The detector with the organisation's own vocabulary: made anew when the policy's version changes, or when the day passes
//! on which an exception ends. Every node follows by itself, because it asks for the policy in force at each message.

use super::plan::LoadedFile;
use crate::people::PolicyVersion;
use crate::{Core, Error, Result};
use jiff::civil::Date;
use std::sync::{Arc, Mutex, PoisonError};
use wardpost_model::finding::{FindingKind, Findings};
use wardpost_model::vocabulary::Vocabulary;
use wardpost_phi::{
    AttachedFile, Document, Examination, Exception, NumberPattern, OrgVocabulary, Scanner, VocabularyError,
};

/// What was seen in a message, and under which version of the policy.
pub(crate) struct Seen {
    pub findings: Findings,
    pub identifiers: Vec<(FindingKind, String)>,
    pub policy: Arc<PolicyVersion>,
}

/// The detector of one version of the policy on one day.
#[derive(Debug)]
struct Made {
    version: u32,
    /// The day until which it is right, that day included.
    until: Option<Date>,
    from: Date,
    scanner: Arc<Scanner>,
}

/// The detector that this process made last.
#[derive(Debug, Default)]
pub(crate) struct Detector {
    made: Mutex<Option<Made>>,
    making: tokio::sync::Mutex<()>,
}

impl Detector {
    fn ready(&self, version: u32, today: Date) -> Option<Arc<Scanner>> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let right = |m: &&Made| m.version == version && m.from <= today && m.until.is_none_or(|until| today <= until);
        made.as_ref().filter(right).map(|m| Arc::clone(&m.scanner))
    }
    fn keep(&self, made: Made) {
        *self.made.lock().unwrap_or_else(PoisonError::into_inner) = Some(made);
    }
}

/// The vocabulary as the detector takes it, with the exceptions that hold on a day.
pub(crate) fn vocabulary_on(own: &Vocabulary, today: Date) -> OrgVocabulary {
    let number = |n: &wardpost_model::vocabulary::OwnNumber| NumberPattern {
        pattern: n.pattern.clone(),
        kind: n.kind,
        checksum: n.checksum,
    };
    let holding = own.exceptions.iter().filter(|e| e.holds_on(today));
    OrgVocabulary {
        conditions: own.conditions.clone(),
        medicines: own.medicines.clone(),
        numbers: own.numbers.iter().map(number).collect(),
        exceptions: holding.map(|e| Exception { text: e.text.clone(), kind: e.kind }).collect(),
    }
}

/// Makes a detector on a blocking thread: it takes some milliseconds.
pub(crate) async fn make_scanner(own: OrgVocabulary) -> Result<Result<Scanner, VocabularyError>> {
    tokio::task::spawn_blocking(move || Scanner::new(&own)).await.map_err(|e| Error::internal("making a detector", e))
}

/// As [`make_scanner`], without a pattern that this program can't use (any more): the rest must go on working.
async fn make_what_can_be(mut own: OrgVocabulary) -> Result<Scanner> {
    loop {
        match make_scanner(own.clone()).await? {
            Ok(scanner) => return Ok(scanner),
            Err(e) => {
                let before = own.numbers.len();
                own.numbers.retain(|n| n.pattern != e.pattern);
                tracing::error!(error = &e as &dyn std::error::Error, "an own pattern can't be used and is left out");
                if own.numbers.len() == before {
                    return Err(Error::internal("making the detector", e));
                }
            }
        }
    }
}

impl Core {
    /// The detector for a version of the policy.
    pub(crate) async fn scanner_for(&self, policy: &PolicyVersion) -> Result<Arc<Scanner>> {
        let own = &policy.policy.vocabulary;
        if *own == Vocabulary::default() {
            return Ok(Arc::clone(self.scanner()));
        }
        let (detector, today) = (&self.caches().detector, self.today().await?);
        if let Some(scanner) = detector.ready(policy.version, today) {
            return Ok(scanner);
        }
        // One is made, the others wait for it.
        let _turn = detector.making.lock().await;
        if let Some(scanner) = detector.ready(policy.version, today) {
            return Ok(scanner);
        }
        let until = own.exceptions.iter().filter_map(|e| e.until).filter(|until| *until >= today).min();
        let scanner = Arc::new(make_what_can_be(vocabulary_on(own, today)).await?);
        detector.keep(Made { version: policy.version, until, from: today, scanner: Arc::clone(&scanner) });
        Ok(scanner)
    }

    /// Looks for health information, with the vocabulary and the measure of the policy in force. HTML is scanned beside the
    /// text: what only one of them says would be read by somebody.
    pub(crate) async fn scan(
        &self,
        subject: &str,
        text: &str,
        html: Option<&str>,
        mut files: Vec<LoadedFile>,
    ) -> Result<Seen> {
        if let Some(html) = html {
            let data = html.as_bytes().to_vec().into();
            files.push(LoadedFile { file_name: String::new(), media_type: "text/html".to_owned(), data });
        }
        let policy = self.policy_current().await?;
        let scanner = self.scanner_for(&policy).await?;
        let seen = self.scan_by(scanner, subject, text, files).await?;
        let mut findings = seen.findings;
        findings.sensitivity = policy.policy.measured(&findings);
        Ok(Seen { findings, identifiers: seen.identifiers, policy })
    }

    /// Scans with a detector. Small texts in place; files and long texts on a blocking thread, so that sockets are not kept
    /// waiting.
    pub(crate) async fn scan_by(
        &self,
        scanner: Arc<Scanner>,
        subject: &str,
        text: &str,
        files: Vec<LoadedFile>,
    ) -> Result<Examination> {
        const IN_PLACE_LIMIT: usize = 64 * 1024;
        let size = text.len() + files.iter().map(|f| f.data.len()).sum::<usize>();
        if size <= IN_PLACE_LIMIT {
            return Ok(examine(&scanner, subject, text, &files));
        }
        let _turn = self.caches().scans.acquire().await;
        let (subject, text) = (subject.to_owned(), text.to_owned());
        tokio::task::spawn_blocking(move || examine(&scanner, &subject, &text, &files))
            .await
            .map_err(|e| Error::internal("scanning a message", e))
    }
}

fn examine(scanner: &Scanner, subject: &str, body: &str, files: &[LoadedFile]) -> Examination {
    let attachments: Vec<AttachedFile<'_>> = files
        .iter()
        .map(|f| AttachedFile { file_name: &f.file_name, media_type: &f.media_type, data: &f.data })
        .collect();
    scanner.examine(&Document { subject, body, attachments: &attachments })
}
