//! Who acts for whom: a secretary, and cover for a leave that is to come.

use super::stage::Stage;
use anyhow::{Context as _, Result};
use jiff::{Timestamp, ToSpan as _};
use wardpost_core::people::NewMandate;
use wardpost_model::person::MandateKind;

/// Anna has a secretary, and goes on leave next week.
pub async fn set_up(s: &Stage) -> Result<()> {
    s.at(4, 8, 10).await?;
    let anna = s.signs_in("anna").await?;
    let mailbox = anna.mailbox.context("Anna has a mailbox")?;
    let choices = s.core.mandate_choices(&anna.actor).await?;
    let id = |name: &str| {
        let found = choices.people.iter().find(|p| p.name == name);
        found.map(|p| p.id).with_context(|| format!("nobody is called {name}"))
    };
    let secretary = NewMandate {
        kind: MandateKind::Secretary,
        mailbox,
        holder: id("Chantal Bakker")?,
        may_send: true,
        with_patients: true,
        starts_at: None,
        ends_at: None,
        note: "Post en afspraken".to_owned(),
    };
    s.core.give_mandate(&anna.actor, secretary).await?;
    let monday = s.core.clock().now().checked_add((7 * 24).hours())?;
    let day = |days: i64| -> Result<Timestamp> { Ok(monday.checked_add((days * 24).hours())?) };
    let cover = NewMandate {
        kind: MandateKind::Cover,
        mailbox,
        holder: id("Ben Carter")?,
        may_send: true,
        with_patients: true,
        starts_at: Some(day(0)?),
        ends_at: Some(day(7)?),
        note: "Vakantie".to_owned(),
    };
    s.core.give_mandate(&anna.actor, cover).await?;
    Ok(())
}
