//! Counting: a row for each act, added together by housekeeping.

use crate::clock::{DAY_US, from_us};
use crate::error::guard;
use crate::mail::sensitivity_name;
use crate::{Core, Error, Result};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use wardpost_model::TallyId;
use wardpost_model::finding::{FindingKind, Findings};
use wardpost_model::plan::{Action, Plan, Reason, Route};
use wardpost_model::tally::{Direction, Topic};
use wardpost_store::repo::tally::{self as rows, TallyRow};
use wardpost_store::{Batch, StoreError};

/// Days that numbers are kept: three years.
pub(super) const KEPT_DAYS: i64 = 3 * 366;
/// Rows added together at once.
const ROWS_AT_ONCE: i64 = 500;
/// Most different things that one day counts in one direction. The items are closed sets but for the reasons why a part
/// can't be read.
const MOST_ITEMS: usize = 400;

/// Numbers by topic and item.
pub(super) type Counts = BTreeMap<(Topic, String), u64>;

/// What one act adds to the numbers of its day.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    direction: Direction,
    counts: Counts,
}

impl Tally {
    /// Nothing yet.
    pub(crate) const fn new(direction: Direction) -> Self {
        Self { direction, counts: BTreeMap::new() }
    }

    /// A message that was looked through.
    pub(crate) fn of_message(direction: Direction, findings: &Findings) -> Self {
        let mut tally = Self::new(direction)
            .with(Topic::Messages, "all")
            .with(Topic::Verdict, sensitivity_name(findings.sensitivity));
        let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
        let mut unreadable: BTreeMap<String, u64> = BTreeMap::new();
        for span in &findings.spans {
            *kinds.entry(name_of(&span.kind)).or_default() += 1;
            if span.kind == FindingKind::Unreadable {
                *unreadable.entry(span.reason.clone()).or_default() += 1;
            }
        }
        for (kind, n) in kinds {
            tally = tally.with(Topic::Kind, &kind).add(Topic::Spans, &kind, n);
        }
        for (why, n) in unreadable {
            tally = tally.add(Topic::Unreadable, &why, n);
        }
        for category in &findings.special {
            tally = tally.with(Topic::Special, &name_of(category));
        }
        tally
    }

    /// What became of a message that was to be sent.
    pub(crate) fn planned(self, plan: &Plan) -> Self {
        let by_pickup = plan.recipients.iter().any(|r| r.route == Route::Pickup);
        let what = match plan.action {
            Action::Block => "blocked",
            Action::Hold => "held",
            Action::Send | Action::Protect if by_pickup => "protected",
            Action::Send | Action::Protect => "sent",
        };
        self.with(Topic::Action, what)
    }

    /// One more of this.
    pub(crate) fn with(self, topic: Topic, item: &str) -> Self {
        self.add(topic, item, 1)
    }

    fn add(mut self, topic: Topic, item: &str, n: u64) -> Self {
        *self.counts.entry((topic, item.to_owned())).or_default() += n;
        self
    }
}

/// The name as served of a value without fields.
fn name_of(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Which way a planned message goes.
pub(crate) fn direction_of(plan: &Plan) -> Direction {
    let inside = plan.recipients.iter().all(|r| r.reasons.contains(&Reason::InHouse));
    if inside { Direction::Inside } else { Direction::Outgoing }
}

/// Days since the epoch, UTC.
pub(super) const fn day_of(at_us: i64) -> i64 {
    at_us.div_euclid(DAY_US)
}

/// The date of a day.
pub(super) fn date_of(day: i64) -> Date {
    TimeZone::UTC.to_datetime(from_us(day.saturating_mul(DAY_US))).date()
}

fn written(counts: &Counts) -> Result<String> {
    let named: BTreeMap<String, u64> =
        counts.iter().map(|((topic, item), n)| (format!("{}.{item}", topic.as_str()), *n)).collect();
    serde_json::to_string(&named).map_err(|e| Error::internal("writing numbers", e))
}

/// Adds what a row holds. What an older version counted and this one does not know is passed over.
pub(super) fn add_row(counts: &mut Counts, row: &str) -> Result<()> {
    let named: BTreeMap<String, u64> = serde_json::from_str(row).map_err(|e| Error::internal("reading numbers", e))?;
    for (name, n) in named {
        let Some((topic, item)) = name.split_once('.') else { continue };
        let Some(topic) = Topic::from_name(topic) else { continue };
        let key = (topic, item.to_owned());
        if counts.len() < MOST_ITEMS || counts.contains_key(&key) {
            let sum = counts.entry(key).or_default();
            *sum = sum.saturating_add(n);
        }
    }
    Ok(())
}

impl Core {
    /// Adds numbers to the batch of the act that they count.
    pub(crate) fn tally(&self, batch: &mut Batch, tally: &Tally) -> Result<()> {
        let row = TallyRow {
            id: TallyId(self.clock().new_id()),
            day: day_of(self.clock().now_us()),
            direction: tally.direction.as_str().to_owned(),
            counts: written(&tally.counts)?,
        };
        rows::insert(batch, self.org(), row);
        Ok(())
    }

    /// Adds the numbers of each day together, and forgets those that are too old. Any node may do it at any time.
    pub(crate) async fn keep_tallies(&self) -> Result<()> {
        let mut batch = Batch::new();
        rows::prune(&mut batch, self.org(), day_of(self.clock().now_us()) - KEPT_DAYS);
        self.db().write(batch).await?;
        for (day, direction) in rows::crowded(self.db(), self.org()).await? {
            while self.merge_tallies(day, &direction).await? {}
        }
        Ok(())
    }

    /// Makes one row of many. Gives whether there may be more.
    async fn merge_tallies(&self, day: i64, direction: &str) -> Result<bool> {
        let found = rows::of_day(self.db(), self.org(), day, direction, ROWS_AT_ONCE).await?;
        let (Some(last), true) = (found.last(), found.len() > 1) else { return Ok(false) };
        let mut counts = Counts::new();
        for row in &found {
            add_row(&mut counts, &row.counts)?;
        }
        let mut batch = Batch::new();
        rows::delete(&mut batch, self.org(), (day, direction), last.id, found.len() as u64, guard::STATE);
        let id = TallyId(self.clock().new_id());
        let sum = TallyRow { id, day, direction: direction.to_owned(), counts: written(&counts)? };
        rows::insert(&mut batch, self.org(), sum);
        match self.db().write(batch).await {
            Ok(_) => Ok(i64::try_from(found.len()).is_ok_and(|n| n == ROWS_AT_ONCE)),
            // Another node was quicker, or a row came in between: the next round does it.
            Err(StoreError::Guard(_)) => Ok(false),
            Err(e) => Err(e.into()),
        }
    }
}
