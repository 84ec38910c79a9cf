//! Access reviews (ISO 27001 A.5.18; 45 CFR 164.308(a)(1)(ii)(D), (a)(4)(ii)(C)): each period somebody else than the
//! administrator looks at what everybody may do and decides whether it stays. What was seen is kept, sealed, as evidence.

mod remind;
mod seen;

pub use remind::ReviewAsk;
pub use seen::{SeenCare, SeenRights, SeenRole};

use super::house::House;
use super::{Page, checked_lines, page_limit};
use crate::audit::NewEntry;
use crate::clock::{DAY_US, from_us};
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use std::collections::BTreeMap;
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, PersonState};
use wardpost_model::{PersonId, ReviewId};
use wardpost_store::repo::org;
use wardpost_store::repo::review::{self as rows, ItemRow, ReviewRow};
use wardpost_store::{Batch, StoreError};

/// Days within which a review should be closed.
const DAYS: i64 = 30;
/// Years that a closed review is kept as evidence (45 CFR 164.316(b)(2)(i): six years).
const KEPT_DAYS: i64 = 6 * 366;
/// Most people decided on at once.
const MOST: usize = 200;

/// What is decided about somebody's rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// They stay as they are.
    Keep,
    /// They are to be changed, as the note says.
    Change,
    /// Access is to end.
    Disable,
}

impl Decision {
    /// The name as stored and as served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Change => "change",
            Self::Disable => "disable",
        }
    }
    /// Reads a stored name.
    #[must_use]
    pub fn from_name(s: &str) -> Option<Self> {
        [Self::Keep, Self::Change, Self::Disable].into_iter().find(|d| d.as_str() == s)
    }
}

/// A review as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewLine {
    /// Its id.
    pub id: ReviewId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it should be done.
    pub due_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Who began it.
    pub started_by: String,
    /// How many people are in it.
    pub people: usize,
    /// On how many nobody has decided yet.
    pub open: usize,
    /// For how many something is to change.
    pub changes: usize,
}

/// All reviews, and when the next one is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviews {
    /// Newest first.
    pub reviews: Vec<ReviewLine>,
    /// When the next is to begin.
    pub next_due_at: Timestamp,
    /// Months between two.
    pub months: u8,
}

/// Which people of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewFilter {
    /// On whom nobody has decided yet.
    Open,
    /// Decided on.
    Decided,
    /// Whose rights are to change.
    Changes,
}

/// Somebody in a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewItem {
    /// Who.
    pub person: PersonId,
    /// What they could do when the review began.
    pub seen: SeenRights,
    /// What was decided.
    pub decision: Option<Decision>,
    /// By whom.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// What is to change.
    pub note: Option<String>,
    /// Whether what was decided has been done, where something is to be.
    pub carried_out: Option<bool>,
    /// It is the reader: somebody else decides.
    pub own: bool,
}

impl Core {
    /// All reviews, newest first.
    ///
    /// # Errors
    /// [`Error::Denied`] without `rights.review`.
    pub async fn access_reviews(&self, actor: &Actor) -> Result<Reviews> {
        self.allow(actor, Permission::RightsReview, Scope::Organisation).await?;
        let house = self.house().await?;
        let mut reviews = Vec::new();
        for row in rows::list(self.db(), self.org()).await? {
            reviews.push(self.review_line(&house, &row).await?);
        }
        let months = house.security.policy.review.months;
        Ok(Reviews { reviews, next_due_at: self.next_review_at().await?, months })
    }

    async fn review_line(&self, house: &House, row: &ReviewRow) -> Result<ReviewLine> {
        let items = rows::items(self.db(), self.org(), row.id).await?;
        let count = |of: &dyn Fn(&str) -> bool| items.iter().filter(|(_, d)| of(d)).count();
        Ok(ReviewLine {
            id: row.id,
            started_at: from_us(row.started_us),
            due_at: from_us(row.due_us),
            closed_at: row.closed_us.map(from_us),
            started_by: house.person_name(row.started_by),
            people: items.len(),
            open: count(&|d| d == rows::OPEN),
            changes: count(&|d| d == Decision::Change.as_str() || d == Decision::Disable.as_str()),
        })
    }

    /// When the next review is to begin: so many months after the last one began, or after the organisation did.
    pub(super) async fn next_review_at(&self) -> Result<Timestamp> {
        let last = rows::list(self.db(), self.org()).await?.first().map(|r| r.started_us);
        let since = match last {
            Some(at) => at,
            None => org::get(self.db(), self.org()).await?.map_or(0, |o| o.created_us),
        };
        let months = i64::from(self.house().await?.security.policy.review.months);
        let due = from_us(since).to_zoned(TimeZone::UTC).checked_add(months.months());
        Ok(due.map_or_else(|_| from_us(since), |z| z.timestamp()))
    }

    /// Begins a review of everybody who can sign in or may: what they may do now is kept as what was seen.
    ///
    /// # Errors
    /// [`Error::Denied`] without `rights.review`; [`Error::Conflict`] `review_open` while one is open.
    pub async fn start_review(&self, actor: &Actor) -> Result<ReviewLine> {
        self.allow(actor, Permission::RightsReview, Scope::Organisation).await?;
        let (book, last) = (self.rights_book().await?, self.last_sign_ins().await?);
        let (id, now) = (ReviewId(self.clock().new_id()), self.clock().now_us());
        let due_us = now + DAYS * DAY_US;
        let row = ReviewRow { id, started_us: now, due_us, closed_us: None, started_by: actor.person_id };
        let mut batch = Batch::new();
        rows::insert(&mut batch, self.org(), &row);
        let mut people = 0_usize;
        for person in book.house.people.values().filter(|p| p.state != PersonState::Disabled) {
            let seen = SeenRights::of(&book, person, last.get(&person.id).copied());
            let sealed = self.seal(purpose::REVIEW_SEEN, &row_of(id, person.id), &seen)?;
            rows::insert_item(&mut batch, self.org(), id, person.id, sealed);
            people += 1;
        }
        let entry = NewEntry::by(actor, AuditKind::ReviewStarted).on("review", id);
        self.audit(&mut batch, entry.with("people", people.to_string()))?;
        match self.db().write(batch).await {
            Err(e) if e.is_conflict_on(rows::OPEN_ALREADY) => return Err(Error::Conflict("review_open")),
            done => done?,
        };
        self.review_line(&book.house, &row).await
    }

    /// A page of the people in a review, by name. Looking is an entry.
    ///
    /// # Errors
    /// [`Error::Denied`] without `rights.review`; [`Error::NotFound`]; [`Error::Validation`] for a cursor that isn't one.
    pub async fn review_items(
        &self,
        actor: &Actor,
        id: ReviewId,
        (filter, words): (Option<ReviewFilter>, &str),
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<ReviewItem>> {
        self.allow_on(actor, Permission::RightsReview, Scope::Organisation, ("review", id)).await?;
        rows::get(self.db(), self.org(), id).await?.ok_or(Error::NotFound)?;
        let house = self.house().await?;
        let words = words.trim().to_lowercase();
        let fits = |decision: &str| match filter {
            None => true,
            Some(ReviewFilter::Open) => decision == rows::OPEN,
            Some(ReviewFilter::Decided) => decision != rows::OPEN,
            Some(ReviewFilter::Changes) => decision != rows::OPEN && decision != Decision::Keep.as_str(),
        };
        let all = rows::items(self.db(), self.org(), id).await?.into_iter().filter(|(_, d)| fits(d));
        let mut named: Vec<(String, PersonId)> =
            all.map(|(person, _)| (house.person_name(person).to_lowercase(), person)).collect();
        named.retain(|(name, _)| words.is_empty() || name.contains(&words));
        named.sort();
        let start = match cursor {
            None => 0,
            Some(c) => {
                let last: PersonId =
                    c.parse().map_err(|_| Error::field("cursor", "cursor", "Not a cursor of this list."))?;
                let place = (house.person_name(last).to_lowercase(), last);
                named.partition_point(|one| *one <= place)
            }
        };
        let limit = page_limit(limit) as usize;
        let mut items = Vec::with_capacity(limit.min(named.len()));
        for (_, person) in named.iter().skip(start).take(limit) {
            items.extend(self.review_item(actor, &house, id, *person).await?);
        }
        let more = named.len() > start + limit;
        let next_cursor = items.last().filter(|_| more).map(|i| i.person.to_string());
        self.audit_alone(NewEntry::by(actor, AuditKind::RightsRead).on("review", id)).await?;
        Ok(Page { items, next_cursor })
    }

    async fn review_item(
        &self,
        actor: &Actor,
        house: &House,
        id: ReviewId,
        person: PersonId,
    ) -> Result<Option<ReviewItem>> {
        let Some(row) = rows::item(self.db(), self.org(), id, person).await? else { return Ok(None) };
        let (seen, note) = self.open_item(id, &row)?;
        let decision = Decision::from_name(&row.decision);
        Ok(Some(ReviewItem {
            person,
            decision,
            decided_by: row.decided_by.map(|p| house.person_name(p)),
            decided_at: row.decided_us.map(from_us),
            note,
            carried_out: decision.and_then(|d| carried_out(house, person, &seen, d)),
            own: person == actor.person_id,
            seen,
        }))
    }

    fn open_item(&self, id: ReviewId, row: &ItemRow) -> Result<(SeenRights, Option<String>)> {
        let place = row_of(id, row.person_id);
        let seen: SeenRights = self.unseal(purpose::REVIEW_SEEN, &place, &row.sealed_seen)?;
        let note = row.sealed_note.as_ref().map(|n| self.unseal(purpose::REVIEW_NOTE, &place, n)).transpose()?;
        Ok((seen, note))
    }

    /// Decides about some of the people in a review. Until it is closed a decision can be changed; the log keeps each.
    ///
    /// # Errors
    /// [`Error::Denied`] without `rights.review`, or `own_rights` for oneself; [`Error::Conflict`] `review_closed`;
    /// [`Error::Validation`] of `person_ids` (`required`, `too_many`, `unknown`) or `note`, which a change needs;
    /// [`Error::NotFound`].
    pub async fn decide_review(
        &self,
        actor: &Actor,
        id: ReviewId,
        people: &[PersonId],
        decision: Decision,
        note: &str,
    ) -> Result<()> {
        self.allow_on(actor, Permission::RightsReview, Scope::Organisation, ("review", id)).await?;
        rows::get(self.db(), self.org(), id).await?.ok_or(Error::NotFound)?;
        if people.is_empty() || people.len() > MOST {
            let code = if people.is_empty() { "required" } else { "too_many" };
            return Err(Error::field("person_ids", code, format!("From 1 to {MOST}.")));
        }
        for person in people {
            let scope = Scope::Review { subject: *person };
            self.allow_on(actor, Permission::RightsReview, scope, ("person", person)).await?;
        }
        let note = checked_lines("note", note, usize::from(decision != Decision::Keep), 500)?;
        let mut batch = Batch::new();
        rows::require_open(&mut batch, self.org(), id, "review_closed");
        for person in people {
            let sealed_note = match note.as_str() {
                "" => None,
                text => Some(self.seal(purpose::REVIEW_NOTE, &row_of(id, *person), &text)?),
            };
            let (by, at_us) = (actor.person_id, self.clock().now_us());
            let decided = rows::Decided { decision: decision.as_str(), by, at_us, sealed_note };
            rows::decide(&mut batch, self.org(), id, *person, decided, "not_in_review");
            let mut entry = NewEntry::by(actor, AuditKind::ReviewDecided).on_person(*person);
            entry = entry.with("review", id.to_string()).with("decision", decision.as_str());
            if !note.is_empty() {
                entry = entry.why(note.clone());
            }
            self.audit(&mut batch, entry)?;
        }
        match self.db().write(batch).await {
            Err(StoreError::Guard("not_in_review")) => {
                Err(Error::field("person_ids", "unknown", "Somebody is not in this review."))
            }
            done => Ok(done.map(drop)?),
        }
    }

    /// Closes a review in which everything was decided. Who manages people is told how much is to change.
    ///
    /// # Errors
    /// [`Error::Denied`] without `rights.review`; [`Error::Conflict`] `review_undecided` when somebody is left, or it is
    /// closed already; [`Error::NotFound`].
    pub async fn close_review(&self, actor: &Actor, id: ReviewId) -> Result<ReviewLine> {
        self.allow_on(actor, Permission::RightsReview, Scope::Organisation, ("review", id)).await?;
        let row = rows::get(self.db(), self.org(), id).await?.ok_or(Error::NotFound)?;
        let house = self.house().await?;
        let line = self.review_line(&house, &row).await?;
        let mut batch = Batch::new();
        rows::close(&mut batch, self.org(), id, self.clock().now_us(), "review_undecided");
        let entry = NewEntry::by(actor, AuditKind::ReviewClosed).on("review", id);
        let entry = entry.with("people", line.people.to_string()).with("changes", line.changes.to_string());
        self.audit(&mut batch, entry)?;
        if line.changes > 0 {
            self.tell_of_changes(&mut batch, &house, line.changes).await?;
        }
        self.db().write(batch).await?;
        let row = rows::get(self.db(), self.org(), id).await?.ok_or(Error::NotFound)?;
        self.review_line(&house, &row).await
    }

    /// The evidence of a review: everybody in it, by name. Taking it along is an entry.
    ///
    /// # Errors
    /// [`Error::Denied`] without `rights.review`; [`Error::NotFound`].
    pub async fn review_evidence(&self, actor: &Actor, id: ReviewId) -> Result<Vec<ReviewItem>> {
        self.allow_on(actor, Permission::RightsReview, Scope::Organisation, ("review", id)).await?;
        rows::get(self.db(), self.org(), id).await?.ok_or(Error::NotFound)?;
        let house = self.house().await?;
        let entry = NewEntry::by(actor, AuditKind::RightsRead).on("review", id).with("format", "csv");
        self.audit_alone(entry).await?;
        let mut items = BTreeMap::new();
        for (person, _) in rows::items(self.db(), self.org(), id).await? {
            if let Some(item) = self.review_item(actor, &house, id, person).await? {
                items.insert((item.seen.name.to_lowercase(), person), item);
            }
        }
        Ok(items.into_values().collect())
    }

    /// Adds that reviews are forgotten which nobody has to keep any more.
    pub(crate) fn prune_reviews(&self, batch: &mut Batch) {
        rows::prune(batch, self.org(), self.clock().now_us() - KEPT_DAYS * DAY_US);
    }
}

/// The row under which what was seen of somebody is sealed.
fn row_of(id: ReviewId, person: PersonId) -> Vec<u8> {
    [id.as_bytes().as_slice(), person.as_bytes()].concat()
}

/// Whether what was decided has been done; none where nothing was to be.
fn carried_out(house: &House, person: PersonId, seen: &SeenRights, decision: Decision) -> Option<bool> {
    let now = house.person(person);
    let gone = now.is_none_or(|p| p.state == PersonState::Disabled);
    match decision {
        Decision::Keep => None,
        Decision::Disable => Some(gone),
        Decision::Change => Some(gone || now.is_some_and(|p| seen.differs(house, p))),
    }
}
