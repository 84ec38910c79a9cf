//! The report: the numbers of a period beside those of the period before.

use super::tally::{Counts, KEPT_DAYS, add_row, date_of, day_of};
use crate::audit::NewEntry;
use crate::{Core, Error, Result};
use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use std::collections::BTreeMap;
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::tally::{Direction, Topic};
use wardpost_store::repo::tally as rows;

/// Longest period, in days.
const LONGEST: i64 = 366;
/// Up to so many days the steps are days, up to [`WEEKS_UP_TO`] weeks, beyond that months.
const DAYS_UP_TO: i64 = 31;
const WEEKS_UP_TO: i64 = 186;
/// Rows fetched at once.
const CHUNK: i64 = 1_000;

/// From day to day, both inclusive (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// By what the period is divided over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Days.
    Day,
    /// Weeks, from the first day on.
    Week,
    /// Calendar months.
    Month,
}

/// One number of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportLine {
    /// Which way.
    pub direction: Direction,
    /// What is counted.
    pub topic: Topic,
    /// Which of it.
    pub item: String,
    /// In the period.
    pub count: u64,
    /// In the period before.
    pub before: u64,
    /// In each step of the period.
    pub steps: Vec<u64>,
}

/// The numbers of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The period.
    pub period: Period,
    /// The one before it: as many months where these are whole months, else as many days.
    pub before: Period,
    /// How it is divided.
    pub step: Step,
    /// The first day of each step.
    pub steps: Vec<Date>,
    /// What was counted at least once in one of the two.
    pub lines: Vec<ReportLine>,
    /// Days that numbers are kept.
    pub kept_days: i64,
}

impl Period {
    fn days(self) -> i64 {
        day_number(self.to) - day_number(self.from) + 1
    }

    /// The period that it is compared with.
    fn before(self) -> Result<Self> {
        let to = back(self.from, 1.day())?;
        let whole_months = self.from.day() == 1 && self.to.day() == self.to.days_in_month();
        let from = if whole_months {
            let months = (i64::from(self.to.year()) - i64::from(self.from.year())) * 12 + i64::from(self.to.month())
                - i64::from(self.from.month())
                + 1;
            back(self.from, months.months())?
        } else {
            back(self.from, self.days().days())?
        };
        Ok(Self { from, to })
    }

    fn step(self) -> Step {
        match self.days() {
            days if days <= DAYS_UP_TO => Step::Day,
            days if days <= WEEKS_UP_TO => Step::Week,
            _ => Step::Month,
        }
    }

    /// The first day of each step.
    fn steps(self) -> Result<Vec<Date>> {
        let mut starts = vec![self.from];
        let mut at = self.from;
        loop {
            at = match self.step() {
                Step::Day => forth(at, 1.day())?,
                Step::Week => forth(at, 7.days())?,
                Step::Month => forth(at.first_of_month(), 1.month())?,
            };
            if at > self.to {
                return Ok(starts);
            }
            starts.push(at);
        }
    }
}

fn out_of_range() -> Error {
    Error::field("from", "range", "A period of at most 366 days, within the time for which numbers are kept.")
}
fn back(date: Date, span: Span) -> Result<Date> {
    date.checked_sub(span).map_err(|_| out_of_range())
}
fn forth(date: Date, span: Span) -> Result<Date> {
    date.checked_add(span).map_err(|_| out_of_range())
}

fn day_number(date: Date) -> i64 {
    (date - date_of(0)).get_days().into()
}

impl Core {
    /// The report of a period. Reading it is an entry.
    ///
    /// # Errors
    /// [`Error::Denied`] without `report.read`; [`Error::Validation`] of `from` (`range`): longer than 366 days, ends before it
    /// begins, or lies in the future or before what is kept.
    pub async fn findings_report(&self, actor: &Actor, period: Period) -> Result<Report> {
        self.report(actor, period, AuditKind::ReportRead).await
    }

    /// The same, to be taken along. That is an entry of its own.
    ///
    /// # Errors
    /// As [`Core::findings_report`].
    pub async fn export_findings_report(&self, actor: &Actor, period: Period) -> Result<Report> {
        self.report(actor, period, AuditKind::ReportExported).await
    }

    async fn report(&self, actor: &Actor, period: Period, kind: AuditKind) -> Result<Report> {
        self.allow(actor, Permission::ReportRead, Scope::Organisation).await?;
        let today = day_of(self.clock().now_us());
        let (from, to) = (day_number(period.from), day_number(period.to));
        // A day to either side: where the reader lives it may be tomorrow already.
        if to < from || to - from >= LONGEST || from > today + 1 || from < today - KEPT_DAYS {
            return Err(out_of_range());
        }
        let before = period.before()?;
        let entry = NewEntry::by(actor, kind)
            .on("report", "findings")
            .with("from", period.from.to_string())
            .with("to", period.to.to_string());
        self.audit_alone(entry).await?;
        let starts = period.steps()?;
        let places: Vec<i64> = starts.iter().map(|d| day_number(*d)).collect();
        let mut lines: BTreeMap<(Direction, Topic, String), ReportLine> = BTreeMap::new();
        for ((day, direction), counts) in self.counted(day_number(before.from), to).await? {
            let step = (day >= from).then(|| places.partition_point(|start| *start <= day).saturating_sub(1));
            for ((topic, item), n) in counts {
                let empty = || ReportLine {
                    direction,
                    topic,
                    item: item.clone(),
                    count: 0,
                    before: 0,
                    steps: vec![0; places.len()],
                };
                let line = lines.entry((direction, topic, item.clone())).or_insert_with(empty);
                match step.and_then(|s| line.steps.get_mut(s)) {
                    Some(sum) => (*sum, line.count) = (*sum + n, line.count + n),
                    None => line.before += n,
                }
            }
        }
        let lines = lines.into_values().collect();
        Ok(Report { period, before, step: period.step(), steps: starts, lines, kept_days: KEPT_DAYS })
    }

    /// The numbers of each day and direction, both days inclusive.
    async fn counted(&self, from: i64, to: i64) -> Result<BTreeMap<(i64, Direction), Counts>> {
        let mut all: BTreeMap<(i64, Direction), Counts> = BTreeMap::new();
        let (mut from, mut after) = (from, None);
        loop {
            let place = after.as_ref().map(|(direction, id): &(String, _)| (direction.as_str(), *id));
            let found = rows::between(self.db(), self.org(), (from, to), place, CHUNK).await?;
            for row in &found {
                let Some(direction) = Direction::from_name(&row.direction) else { continue };
                add_row(all.entry((row.day, direction)).or_default(), &row.counts)?;
            }
            match found.into_iter().last() {
                Some(last) => (from, after) = (last.day, Some((last.direction, last.id))),
                None => return Ok(all),
            }
        }
    }
}
