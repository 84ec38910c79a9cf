//! Reports on findings: numbers, never content.

use super::Refusals;
use crate::audit_export;
use crate::extract::Query;
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::WebState;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::report;
use wardpost_model::tally::{Direction, Topic};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new().routes(routes!(findings_report)).routes(routes!(findings_report_csv))
}

/// From day to day.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportPeriod {
    /// First day (UTC).
    #[param(value_type = String, format = "date")]
    from: Date,
    /// Last day (UTC); at most 366 days in all.
    #[param(value_type = String, format = "date")]
    to: Date,
}

impl From<ReportPeriod> for report::Period {
    fn from(p: ReportPeriod) -> Self {
        Self { from: p.from, to: p.to }
    }
}

/// By what a report's period is divided.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReportStep {
    /// Days.
    Day,
    /// Weeks, from the first day on.
    Week,
    /// Calendar months.
    Month,
}

/// One number of a report.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportLine {
    direction: Direction,
    topic: Topic,
    /// Which of it: a verdict, a kind of finding, a category, what was done, why a part can't be read.
    item: String,
    /// In the period.
    count: u64,
    /// In the period before.
    before: u64,
    /// In each step of the period.
    steps: Vec<u64>,
}

/// The numbers of a period beside those of the one before.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingsReport {
    #[schema(value_type = String, format = "date")]
    from: Date,
    #[schema(value_type = String, format = "date")]
    to: Date,
    /// What it is compared with: as many months where these are whole months, else as many days.
    #[schema(value_type = String, format = "date")]
    before_from: Date,
    #[schema(value_type = String, format = "date")]
    before_to: Date,
    step: ReportStep,
    /// The first day of each step.
    #[schema(value_type = Vec<String>)]
    steps: Vec<Date>,
    /// What was counted at least once in one of the two.
    lines: Vec<ReportLine>,
    /// Days that numbers are kept.
    kept_days: i64,
}

impl From<report::Report> for FindingsReport {
    fn from(r: report::Report) -> Self {
        let line = |l: report::ReportLine| ReportLine {
            direction: l.direction,
            topic: l.topic,
            item: l.item,
            count: l.count,
            before: l.before,
            steps: l.steps,
        };
        Self {
            from: r.period.from,
            to: r.period.to,
            before_from: r.before.from,
            before_to: r.before.to,
            step: match r.step {
                report::Step::Day => ReportStep::Day,
                report::Step::Week => ReportStep::Week,
                report::Step::Month => ReportStep::Month,
            },
            steps: r.steps,
            lines: r.lines.into_iter().map(line).collect(),
            kept_days: r.kept_days,
        }
    }
}

/// How many messages were looked through, what was found in them and what was done: numbers only. Audited.
#[utoipa::path(get, path = "/reports/findings", tag = "reports", params(ReportPeriod),
    responses((status = 200, description = "The report", body = FindingsReport), Refusals))]
pub(crate) async fn findings_report(
    State(state): State<WebState>,
    signed: Signed,
    Query(period): Query<ReportPeriod>,
) -> Answer<axum::Json<FindingsReport>> {
    let report = state.core().findings_report(&signed.actor, period.into()).await?;
    Ok(axum::Json(report.into()))
}

/// The report as CSV, for spreadsheets. Audited.
#[utoipa::path(get, path = "/reports/findings.csv", tag = "reports", params(ReportPeriod),
    responses((status = 200, description = "The report", body = String, content_type = "text/csv"), Refusals))]
pub(crate) async fn findings_report_csv(
    State(state): State<WebState>,
    signed: Signed,
    Query(period): Query<ReportPeriod>,
) -> Answer<Response> {
    signed.may_save()?;
    let report = state.core().export_findings_report(&signed.actor, period.into()).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"findings.csv\""),
    ];
    Ok((headers, csv(&report)).into_response())
}

/// One line for each number, with its steps as further columns; after a byte order mark, without which spreadsheets take
/// UTF-8 for something else.
fn csv(report: &report::Report) -> String {
    let (period, before) = (report.period, report.before);
    let mut head = ["direction", "topic", "item"].map(str::to_owned).to_vec();
    head.push(format!("{} to {}", period.from, period.to));
    head.push(format!("{} to {}", before.from, before.to));
    head.extend(report.steps.iter().map(ToString::to_string));
    let mut text = format!("\u{feff}{}", audit_export::csv_line(&head));
    for l in &report.lines {
        let mut cells = vec![l.direction.as_str().to_owned(), l.topic.as_str().to_owned(), l.item.clone()];
        cells.extend([l.count.to_string(), l.before.to_string()]);
        cells.extend(l.steps.iter().map(ToString::to_string));
        text.push_str(&audit_export::csv_line(&cells));
    }
    text
}
