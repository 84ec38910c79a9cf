//! Access reviews: whether people still should have the rights that they have.

use super::{ChangeRefusals, Items, Page, Refusals, nothing};
use crate::audit_export;
use crate::extract::{Json, Path, Query};
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::WebState;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::people;
use wardpost_model::permission::Permission;
use wardpost_model::person::{PersonState, RoleVia};
use wardpost_model::{PersonId, ReviewId};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(list_access_reviews, start_access_review))
        .routes(routes!(access_review_asks))
        .routes(routes!(access_review_items))
        .routes(routes!(decide_access_review))
        .routes(routes!(close_access_review))
        .routes(routes!(access_review_evidence))
}

/// An access review.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccessReview {
    id: ReviewId,
    #[schema(value_type = String, format = "date-time")]
    started_at: Timestamp,
    /// When it should be done.
    #[schema(value_type = String, format = "date-time")]
    due_at: Timestamp,
    #[schema(value_type = Option<String>, format = "date-time", required)]
    closed_at: Option<Timestamp>,
    started_by: String,
    /// How many people are in it.
    people: usize,
    /// On how many nobody has decided yet.
    open: usize,
    /// For how many something is to change.
    changes: usize,
}

impl From<people::ReviewLine> for AccessReview {
    fn from(r: people::ReviewLine) -> Self {
        Self {
            id: r.id,
            started_at: r.started_at,
            due_at: r.due_at,
            closed_at: r.closed_at,
            started_by: r.started_by,
            people: r.people,
            open: r.open,
            changes: r.changes,
        }
    }
}

/// All access reviews.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccessReviews {
    /// Newest first.
    items: Vec<AccessReview>,
    /// When the next is to begin.
    #[schema(value_type = String, format = "date-time")]
    next_due_at: Timestamp,
    /// Months between two, by the security policy.
    months: u8,
}

/// All access reviews, and when the next is due.
#[utoipa::path(get, path = "/access-reviews", tag = "reviews",
    responses((status = 200, description = "Reviews", body = AccessReviews), Refusals))]
pub(crate) async fn list_access_reviews(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<AccessReviews>> {
    let all = state.core().access_reviews(&signed.actor).await?;
    Ok(axum::Json(AccessReviews {
        items: all.reviews.into_iter().map(AccessReview::from).collect(),
        next_due_at: all.next_due_at,
        months: all.months,
    }))
}

/// Begin a review of everybody: what they may do now is kept as evidence. One can be open at a time.
#[utoipa::path(post, path = "/access-reviews", tag = "reviews",
    responses((status = 201, description = "The review", body = AccessReview), ChangeRefusals))]
pub(crate) async fn start_access_review(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<(StatusCode, axum::Json<AccessReview>)> {
    let review = state.core().start_review(&signed.actor).await?;
    Ok((StatusCode::CREATED, axum::Json(review.into())))
}

/// What is decided about somebody's rights.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReviewDecision {
    /// They stay.
    Keep,
    /// They are to be changed.
    Change,
    /// Access is to end.
    Disable,
}

impl From<ReviewDecision> for people::Decision {
    fn from(d: ReviewDecision) -> Self {
        match d {
            ReviewDecision::Keep => Self::Keep,
            ReviewDecision::Change => Self::Change,
            ReviewDecision::Disable => Self::Disable,
        }
    }
}

impl From<people::Decision> for ReviewDecision {
    fn from(d: people::Decision) -> Self {
        match d {
            people::Decision::Keep => Self::Keep,
            people::Decision::Change => Self::Change,
            people::Decision::Disable => Self::Disable,
        }
    }
}

/// Which people of a review.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReviewShow {
    /// On whom nobody has decided yet.
    Open,
    /// Decided on.
    Decided,
    /// Whose rights are to change.
    Changes,
}

/// Which people of a review, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReviewFilter {
    /// Everybody if not said.
    #[param(inline)]
    show: Option<ReviewShow>,
    /// A part of the name.
    q: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Items on a page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// A role as it was when the review began.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReviewedRole {
    name: String,
    via: RoleVia,
    #[schema(required)]
    by: Option<String>,
    #[schema(value_type = String, format = "date-time")]
    at: Timestamp,
}

/// For how many patients somebody cared, and how.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReviewedCare {
    /// The kind of relation, or the team's name.
    how: String,
    team: bool,
    patients: u32,
}

/// Somebody in a review, with what they could do when it began.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReviewItem {
    person_id: PersonId,
    name: String,
    login: String,
    function: String,
    state: PersonState,
    roles: Vec<ReviewedRole>,
    permissions: Vec<Permission>,
    /// Addresses of the mailboxes that they used.
    mailboxes: Vec<String>,
    care: Vec<ReviewedCare>,
    #[schema(value_type = Option<String>, format = "date-time", required)]
    last_sign_in_at: Option<Timestamp>,
    /// Null while nobody has decided.
    #[schema(required)]
    decision: Option<ReviewDecision>,
    #[schema(required)]
    decided_by: Option<String>,
    #[schema(value_type = Option<String>, format = "date-time", required)]
    decided_at: Option<Timestamp>,
    /// What is to change.
    #[schema(required)]
    note: Option<String>,
    /// Whether it has been done by now; null where nothing is to be.
    #[schema(required)]
    carried_out: Option<bool>,
    /// It is oneself: somebody else decides.
    own: bool,
}

impl From<people::ReviewItem> for ReviewItem {
    fn from(i: people::ReviewItem) -> Self {
        let role = |r: people::SeenRole| ReviewedRole { name: r.name, via: r.via, by: r.by, at: r.at };
        let care = |c: people::SeenCare| ReviewedCare { how: c.how, team: c.team, patients: c.patients };
        Self {
            person_id: i.person,
            name: i.seen.name,
            login: i.seen.login,
            function: i.seen.function,
            state: i.seen.state,
            roles: i.seen.roles.into_iter().map(role).collect(),
            permissions: i.seen.permissions.into_iter().collect(),
            mailboxes: i.seen.mailboxes.into_iter().map(|(_, address)| address).collect(),
            care: i.seen.care.into_iter().map(care).collect(),
            last_sign_in_at: i.seen.last_sign_in_at,
            decision: i.decision.map(ReviewDecision::from),
            decided_by: i.decided_by,
            decided_at: i.decided_at,
            note: i.note,
            carried_out: i.carried_out,
            own: i.own,
        }
    }
}

/// A page of the people in a review, by name. Looking is audited.
#[utoipa::path(get, path = "/access-reviews/{review_id}/items", tag = "reviews",
    params(("review_id" = ReviewId, Path), ReviewFilter),
    responses((status = 200, description = "A page of people", body = Page<ReviewItem>), Refusals))]
pub(crate) async fn access_review_items(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<ReviewId>,
    Query(query): Query<ReviewFilter>,
) -> Answer<axum::Json<Page<ReviewItem>>> {
    let show = query.show.map(|s| match s {
        ReviewShow::Open => people::ReviewFilter::Open,
        ReviewShow::Decided => people::ReviewFilter::Decided,
        ReviewShow::Changes => people::ReviewFilter::Changes,
    });
    let which = (show, query.q.as_deref().unwrap_or_default());
    let (cursor, limit) = (query.cursor.as_deref().filter(|c| !c.is_empty()), query.limit.unwrap_or(50));
    let page = state.core().review_items(&signed.actor, id, which, cursor, limit.clamp(1, 200)).await?;
    let items = page.items.into_iter().map(ReviewItem::from).collect();
    Ok(axum::Json(Page { items, next_cursor: page.next_cursor }))
}

/// A decision about some of the people in a review.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReviewDecisions {
    /// At most 200; never oneself.
    person_ids: Vec<PersonId>,
    decision: ReviewDecision,
    /// What is to change: needed unless everything stays. Who manages people reads it.
    #[serde(default)]
    note: String,
}

/// Decide about some of the people in a review. Not about oneself. Can be changed until the review is closed.
#[utoipa::path(post, path = "/access-reviews/{review_id}/decisions", tag = "reviews", request_body = ReviewDecisions,
    params(("review_id" = ReviewId, Path)),
    responses((status = 204, description = "Decided"), ChangeRefusals))]
pub(crate) async fn decide_access_review(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<ReviewId>,
    Json(body): Json<ReviewDecisions>,
) -> Answer<Response> {
    let decision = body.decision.into();
    state.core().decide_review(&signed.actor, id, &body.person_ids, decision, &body.note).await?;
    Ok(nothing())
}

/// Close a review in which everything was decided.
#[utoipa::path(post, path = "/access-reviews/{review_id}/close", tag = "reviews",
    params(("review_id" = ReviewId, Path)),
    responses((status = 200, description = "The review", body = AccessReview), ChangeRefusals))]
pub(crate) async fn close_access_review(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<ReviewId>,
) -> Answer<axum::Json<AccessReview>> {
    Ok(axum::Json(state.core().close_review(&signed.actor, id).await?.into()))
}

/// What a review asks to be changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReviewAsk {
    review_id: ReviewId,
    person_id: PersonId,
    name: String,
    decision: ReviewDecision,
    note: String,
    by: String,
    #[schema(value_type = String, format = "date-time")]
    at: Timestamp,
}

/// What the last review asks to be changed and has not been yet.
#[utoipa::path(get, path = "/access-reviews/asks", tag = "reviews",
    responses((status = 200, description = "People, by name", body = Items<ReviewAsk>), Refusals))]
pub(crate) async fn access_review_asks(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<Items<ReviewAsk>>> {
    let ask = |a: people::ReviewAsk| ReviewAsk {
        review_id: a.review,
        person_id: a.person,
        name: a.name,
        decision: a.decision.into(),
        note: a.note,
        by: a.by,
        at: a.at,
    };
    let found = state.core().review_asks(&signed.actor).await?;
    Ok(axum::Json(Items { items: found.into_iter().map(ask).collect() }))
}

/// The evidence of a review as a file for spreadsheets: what everybody could do, and what was decided.
#[utoipa::path(get, path = "/access-reviews/{review_id}/evidence.csv", tag = "reviews",
    params(("review_id" = ReviewId, Path)),
    responses((status = 200, description = "Everybody in it", body = String, content_type = "text/csv"), Refusals))]
pub(crate) async fn access_review_evidence(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<ReviewId>,
) -> Answer<Response> {
    signed.may_save()?;
    let items = state.core().review_evidence(&signed.actor, id).await?;
    let mut text = String::from(
        "\u{feff}name,login,function,state,roles,permissions,mailboxes,care,last_sign_in,decision,decided_by,decided_at,note,carried_out\r\n",
    );
    for i in &items {
        let s = &i.seen;
        let role = |r: &people::SeenRole| {
            format!("{} ({}, {}, {})", r.name, r.via.as_str(), r.by.as_deref().unwrap_or("–"), r.at)
        };
        let cells: [&str; 14] = [
            &s.name,
            &s.login,
            &s.function,
            s.state.as_str(),
            &s.roles.iter().map(role).collect::<Vec<_>>().join("; "),
            &s.permissions.iter().map(|p| p.as_str()).collect::<Vec<_>>().join(" "),
            &s.mailboxes.iter().map(|(_, address)| address.as_str()).collect::<Vec<_>>().join(" "),
            &s.care.iter().map(|c| format!("{}: {}", c.how, c.patients)).collect::<Vec<_>>().join("; "),
            &s.last_sign_in_at.map(|at| at.to_string()).unwrap_or_default(),
            i.decision.map_or("open", people::Decision::as_str),
            i.decided_by.as_deref().unwrap_or_default(),
            &i.decided_at.map(|at| at.to_string()).unwrap_or_default(),
            i.note.as_deref().unwrap_or_default(),
            i.carried_out.map_or("", |done| if done { "yes" } else { "no" }),
        ];
        text.push_str(&audit_export::csv_line(&cells));
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"access-review.csv\""),
    ];
    Ok((headers, text).into_response())
}
