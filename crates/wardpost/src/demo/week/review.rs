//! What waits to be judged: the period's look at who may do what, begun and not done yet; and false alarms.

use super::stage::Stage;
use anyhow::{Context as _, Result};
use wardpost_core::mail::{AlarmClaim, AlarmReport, ListFilter};
use wardpost_core::people::Decision;
use wardpost_model::PersonId;
use wardpost_model::finding::{Finding, FindingKind, Part};
use wardpost_model::message::Folder;

/// The privacy officer begins an access review and decides about some; about the officer's own rights somebody else does.
pub async fn begin(s: &Stage) -> Result<()> {
    s.at(4, 16, 5).await?;
    let dirk = s.signs_in("dirk").await?;
    let review = s.core.start_review(&dirk.actor).await?.id;
    let people = s.core.review_items(&dirk.actor, review, (None, ""), None, 200).await?;
    let id = |name: &str| -> Result<PersonId> {
        let found = people.items.iter().find(|one| one.seen.name == name);
        found.map(|one| one.person).with_context(|| format!("nobody is called {name}"))
    };
    let stay = [id("Anna de Vries")?, id("Fatima El Amrani")?];
    s.core.decide_review(&dirk.actor, review, &stay, Decision::Keep, "").await?;
    let note = "Neemt na de waarneming geen patiënten meer over: noodtoegang kan eraf.";
    s.core.decide_review(&dirk.actor, review, &[id("Ben Carter")?], Decision::Change, note).await?;
    Ok(())
}

/// Two physicians say that their own name under a letter is no patient's: it waits for the privacy officer.
pub async fn false_alarms(s: &Stage) -> Result<()> {
    for key in ["anna", "ben"] {
        let who = s.signs_in(key).await?;
        let mailbox = who.mailbox.context("this person has no mailbox")?;
        let sent = s.core.list_messages(&who.actor, mailbox, Folder::Sent, ListFilter::All, None, 50).await?;
        for line in sent.lines {
            let view = s.core.read_message(&who.actor, mailbox, line.id).await?;
            let text: Vec<char> = view.text.chars().collect();
            let own = |f: &&Finding| {
                let words: String = text.get(f.start as usize..f.end as usize).unwrap_or_default().iter().collect();
                f.part == Part::Body && f.kind == FindingKind::Person && who.actor.name.contains(&words)
            };
            let findings = view.findings.unwrap_or_default();
            let Some(f) = findings.spans.iter().find(own) else { continue };
            let (part, start, end, kind) = (f.part.clone(), f.start, f.end, f.kind);
            let note = if key == "anna" { "Mijn eigen naam, onder de brief." } else { "" };
            let claim = AlarmClaim::NotPatient;
            let report = AlarmReport { part, start, end, kind, claim, note: note.to_owned() };
            s.core.report_finding_in_sent(&who.actor, mailbox, line.id, report).await?;
            break;
        }
    }
    Ok(())
}
