//! What a message that goes protected could do without to go as ordinary mail: found by asking the detector and the gate
//! about the message without it, never by guessing.

use super::detector::Seen;
use super::draft::Draft;
use super::file::Owner;
use super::plan::{Resolved, Wish};
use crate::{Core, Result};
use std::sync::Arc;
use wardpost_model::finding::{Finding, FindingKind, Findings, Part, Sensitivity};
use wardpost_model::plan::{Action, Plan, Route};

/// Larger messages are not tried: each try is another scan.
const TRIED_UP_TO: u64 = 64 * 1024;

/// What would make the difference, the least of what was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Without {
    /// The marked names.
    Names,
    /// The marked numbers, dates and addresses.
    Details,
    /// Both.
    NamesAndDetails,
    /// The attachments.
    Files,
}

/// A message that would go as ordinary mail without something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lighter {
    /// Without what.
    pub without: Without,
    /// How many of it there are.
    pub count: u32,
}

impl Core {
    /// What the draft could do without to go as ordinary mail to everybody. None when nothing of what is tried makes that
    /// difference, or when it goes so already.
    pub(super) async fn lighter(
        &self,
        draft: &Draft,
        resolved: &[Resolved],
        plan: &Plan,
        seen: &Seen,
    ) -> Result<Option<Lighter>> {
        let findings = &seen.findings;
        let size = draft.text.len() as u64 + draft.files.iter().map(|f| f.size).sum::<u64>();
        if findings.sensitivity == Sensitivity::None || draft.ask_pickup || plain(plan) || size > TRIED_UP_TO {
            return Ok(None);
        }
        // Where even an empty message would be protected, the findings are not what makes the difference.
        let nothing = Seen { findings: Findings::default(), identifiers: Vec::new(), policy: Arc::clone(&seen.policy) };
        if !plain(&self.ask_gate(resolved, &nothing, Wish::default()).await?) {
            return Ok(None);
        }
        for without in [Without::Names, Without::Details, Without::NamesAndDetails] {
            let cut = |part: &Part, text: &str| cut_out(text, part, &findings.spans, without);
            let (subject, removed) = cut(&Part::Subject, &draft.subject);
            let (text, more) = cut(&Part::Body, &draft.text);
            if removed + more == 0 {
                continue;
            }
            let files = self.load_files(Owner::Draft(draft.id.0), &draft.files).await?;
            let left = self.scan(&subject, &text, None, files).await?;
            if plain(&self.ask_gate(resolved, &left, Wish::default()).await?) {
                return Ok(Some(Lighter { without, count: removed + more }));
            }
        }
        if draft.files.is_empty() {
            return Ok(None);
        }
        let left = self.scan(&draft.subject, &draft.text, None, Vec::new()).await?;
        let count = u32::try_from(draft.files.len()).unwrap_or(u32::MAX);
        let lighter = Lighter { without: Without::Files, count };
        Ok(plain(&self.ask_gate(resolved, &left, Wish::default()).await?).then_some(lighter))
    }
}

/// Whether it goes to everybody as ordinary mail.
fn plain(plan: &Plan) -> bool {
    let by_mail = |r: Route| matches!(r, Route::Inside | Route::VerifiedTls);
    plan.action == Action::Send && plan.recipients.iter().all(|r| by_mail(r.route))
}

fn is_without(without: Without, kind: FindingKind) -> bool {
    use FindingKind as F;
    let name = kind == F::Person;
    let detail = !matches!(kind, F::Person | F::Diagnosis | F::Medication | F::Lab | F::Unreadable);
    match without {
        Without::Names => name,
        Without::Details => detail,
        Without::NamesAndDetails => name || detail,
        Without::Files => false,
    }
}

/// The text without the spans, and how many there were.
fn cut_out(text: &str, part: &Part, spans: &[Finding], without: Without) -> (String, u32) {
    let gone: Vec<&Finding> = spans.iter().filter(|s| s.part == *part && is_without(without, s.kind)).collect();
    let within = |at: u32| gone.iter().any(|s| (s.start..s.end).contains(&at));
    let left = (0u32..).zip(text.chars()).filter(|(at, _)| !within(*at)).map(|(_, c)| c).collect();
    (left, u32::try_from(gone.len()).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(part: Part, start: u32, end: u32, kind: FindingKind) -> Finding {
        Finding { part, start, end, kind, score: 90, reason: String::new() }
    }

    #[test]
    fn spans_are_cut_by_code_points_and_by_part() {
        let spans = [
            span(Part::Body, 2, 6, FindingKind::Person),
            span(Part::Body, 4, 8, FindingKind::Person),
            span(Part::Subject, 0, 9, FindingKind::Person),
            span(Part::Body, 0, 1, FindingKind::Diagnosis),
        ];
        let (left, removed) = cut_out("🩺 Anna B. end", &Part::Body, &spans, Without::Names);
        assert_eq!((left.as_str(), removed), ("🩺 . end", 2));
        assert_eq!(cut_out("🩺 Anna", &Part::Body, &spans, Without::Details), ("🩺 Anna".to_owned(), 0));
    }
}
