//! What the privacy officer tells the detector about the practice.

use super::stage::Stage;
use anyhow::Result;
use wardpost_model::finding::FindingKind;
use wardpost_model::vocabulary::{Checksum, OwnNumber, VocabularyException};

/// A programme that gives a diagnosis away, the practice's own numbers, and a name that is nobody's.
pub async fn set_up(s: &Stage) -> Result<()> {
    s.at(0, 7, 31).await?;
    let dirk = s.signs_in("dirk").await?;
    let current = s.core.policy(&dirk.actor).await?;
    let mut policy = current.policy.clone();
    policy.vocabulary.conditions = vec!["spreekuur Morgenlicht".to_owned()];
    policy.vocabulary.numbers = vec![OwnNumber {
        name: "Dossiernummer De Linde".to_owned(),
        pattern: r"\bDL-\d{9}\b".to_owned(),
        checksum: Checksum::Eleven,
        kind: FindingKind::Mrn,
    }];
    policy.vocabulary.exceptions = vec![VocabularyException {
        text: "Florence Nightingale".to_owned(),
        kind: Some(FindingKind::Person),
        why: "Zo heet onze vergaderkamer.".to_owned(),
        until: None,
        added_by: None,
        added_at: None,
    }];
    // Who has the right may send one person's data anyway, with a reason.
    policy.health.may_override = true;
    let note = "Eigen woorden en nummers van de praktijk; toch versturen met reden.";
    s.core.put_policy(&dirk.actor, current.version, policy, note).await?;
    Ok(())
}
