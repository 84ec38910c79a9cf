//! Trying a policy on a sample before it is put in force. Nothing of the sample is stored, logged or audited.

use super::file::NewFile;
use super::plan::LoadedFile;
use crate::people::PolicyVersion;
use crate::{Core, Error, Result};
use jiff::civil::Date;
use std::sync::Arc;
use wardpost_gate::Scope;
use wardpost_model::finding::Findings;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::plan::Action;
use wardpost_model::policy::{Destination, Found, Incoming, Policy, Rule};
use wardpost_phi::Scanner;

/// Longest text of a sample, in bytes.
const MAX_TEXT: usize = 200 * 1024;
/// Longest subject of a sample, in bytes.
const MAX_SUBJECT: usize = 2000;

/// What a policy is tried on.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
    /// A file.
    pub file: Option<NewFile>,
}

/// What a policy would do with a sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// What was found, measured by the policy.
    pub findings: Findings,
    /// The rows that apply, mildest first.
    pub rules: Vec<Rule>,
    /// What would happen, by destination.
    pub outcomes: Vec<TriedOutcome>,
    /// What would happen if it came in from outside in clear.
    pub incoming: Incoming,
}

/// What would happen at one destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriedOutcome {
    /// Where to.
    pub to: Destination,
    /// What happens.
    pub action: Action,
    /// The rows that want just that; none where it is plainly sent.
    pub because: Vec<Rule>,
    /// Whoever may, could send it anyway.
    pub may_override: bool,
}

/// A policy tried, beside the one in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// By the policy as it was edited.
    pub edited: Tried,
    /// By the policy in force; nothing when it is the same.
    pub in_force: Option<Tried>,
    /// Version of the policy in force.
    pub version: u32,
}

impl Core {
    /// What a sample would trigger under a policy that is not in force yet, and under the one that is.
    ///
    /// # Errors
    /// [`Error::Denied`] without `policy.read` and `policy.edit`; [`Error::Validation`] of the policy's fields, or of
    /// `subject` or `text` when too long; [`Error::TooLarge`].
    pub async fn try_policy(&self, actor: &Actor, policy: Policy, sample: Sample) -> Result<Trial> {
        self.allow(actor, Permission::PolicyRead, Scope::Organisation).await?;
        self.allow(actor, Permission::PolicyEdit, Scope::Organisation).await?;
        let too_long = |field, most: usize| Error::field(field, "too_long", format!("At most {most} bytes."));
        if sample.subject.len() > MAX_SUBJECT {
            return Err(too_long("subject", MAX_SUBJECT));
        }
        if sample.text.len() > MAX_TEXT {
            return Err(too_long("text", MAX_TEXT));
        }
        let current = self.policy_current().await?;
        let (policy, today) = (self.checked_policy(actor, policy).await?, self.today().await?);
        let scanner = self.trial_scanner(&current, &policy, today).await?;
        let edited = self.tried(scanner, &policy, &sample).await?;
        let in_force = if policy == current.policy {
            None
        } else {
            let scanner = self.scanner_for(&current).await?;
            Some(self.tried(scanner, &current.policy, &sample).await?)
        };
        Ok(Trial { edited, in_force, version: current.version })
    }

    /// The detector in force where the vocabulary is the same: the field is asked at every pause of typing.
    async fn trial_scanner(&self, current: &PolicyVersion, policy: &Policy, today: Date) -> Result<Arc<Scanner>> {
        if policy.vocabulary == current.policy.vocabulary {
            return self.scanner_for(current).await;
        }
        // As many are made at once as there are cores, and no more.
        let _turn = self.caches().scans.acquire().await;
        let made = super::make_scanner(super::vocabulary_on(&policy.vocabulary, today)).await?;
        Ok(Arc::new(made.map_err(|e| Error::internal("making a detector that was just tried", e))?))
    }

    async fn tried(&self, scanner: Arc<Scanner>, policy: &Policy, sample: &Sample) -> Result<Tried> {
        let files = sample.file.iter().map(LoadedFile::from).collect();
        let mut findings = self.scan_by(scanner, &sample.subject, &sample.text, files).await?.findings;
        findings.sensitivity = policy.measured(&findings);
        let found = Found::from(&findings);
        let rules: Vec<Rule> = policy.rules(&found).collect();
        let outcome = |to| {
            let ruling = policy.ruling(&found, to);
            let wants = |rule: &&Rule| ruling.action > Action::Send && policy.row(**rule).at(to) == ruling.action;
            let because = rules.iter().filter(wants).copied().collect();
            TriedOutcome { to, action: ruling.action, because, may_override: ruling.may_override }
        };
        let outcomes = Destination::ALL.map(outcome).to_vec();
        Ok(Tried { incoming: policy.incoming(&found), findings, outcomes, rules })
    }
}
