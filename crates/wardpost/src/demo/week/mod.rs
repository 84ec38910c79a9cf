//! The demo's week, told through the ordinary use cases and real SMTP: people sign in, write, send, read, review; the outside
//! writes back; guests pick up.

mod care;
mod days;
mod delegation;
mod outside_letters;
mod policy;
mod review;
mod stage;

pub use stage::first_moment;

use super::authority::Authority;
use super::cast::Account;
use super::clock::DemoClock;
use super::outside::World;
use crate::serve::Server;
use anyhow::{Context as _, Result};
use stage::Stage;
use std::sync::Arc;

/// Plays the week.
///
/// # Errors
/// When something in it didn't go as told.
pub async fn play(
    server: &Server,
    world: &Arc<World>,
    clock: &Arc<DemoClock>,
    accounts: &[Account],
    authority: &Authority,
) -> Result<()> {
    let stage = Stage::new(server, world, clock, accounts, authority)?;
    days::set_up(&stage).await.context("setting up")?;
    policy::set_up(&stage).await.context("the policy")?;
    care::set_up(&stage).await.context("registering patients")?;
    days::first(&stage).await.context("the first day")?;
    days::second(&stage).await.context("the second day")?;
    days::third(&stage).await.context("the third day")?;
    days::fourth(&stage).await.context("the fourth day")?;
    care::night(&stage).await.context("the night")?;
    delegation::set_up(&stage).await.context("cover and secretary")?;
    days::fifth(&stage).await.context("the fifth day")?;
    review::begin(&stage).await.context("the access review")?;
    review::false_alarms(&stage).await.context("false alarms")?;
    days::this_morning(&stage).await.context("this morning")
}
