//! The period's look at who may do what: begun, and not done yet.

use super::stage::Stage;
use anyhow::{Context as _, Result};
use wardpost_core::people::Decision;
use wardpost_model::PersonId;

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
