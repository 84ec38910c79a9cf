//! Reports on findings for the privacy officer: numbers of days, by kind, verdict and what was done; never content, never
//! people. What is counted is written in the batch of the act that it counts.

mod read;
mod tally;
#[cfg(test)]
mod tests;

pub use read::{Period, Report, ReportLine, Step};
pub(crate) use tally::{Tally, direction_of};
