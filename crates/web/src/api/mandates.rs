//! Mandates: acting for a colleague in the colleague's mailbox.

use super::{ChangeRefusals, Items, Refusals, nothing};
use crate::extract::{Json, Path};
use crate::once::Once;
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::WebState;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::people;
use wardpost_model::person::MandateKind;
use wardpost_model::{EmailAddress, MailboxId, MandateId, PersonId};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(my_mandates))
        .routes(routes!(list_mandates, give_mandate))
        .routes(routes!(mandate_choices))
        .routes(routes!(end_mandate))
}

/// That somebody acts for a colleague.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Mandate {
    id: MandateId,
    kind: MandateKind,
    mailbox_id: MailboxId,
    mailbox_name: String,
    grantor_id: PersonId,
    /// For whom.
    grantor_name: String,
    holder_id: PersonId,
    /// Who acts.
    holder_name: String,
    /// Writing as well as reading.
    may_send: bool,
    /// What is about patients as well.
    with_patients: bool,
    #[schema(value_type = String, format = "date-time")]
    starts_at: Timestamp,
    #[schema(required, value_type = Option<String>, format = "date-time")]
    ends_at: Option<Timestamp>,
    /// When it was over, if it is.
    #[schema(required, value_type = Option<String>, format = "date-time")]
    ended_at: Option<Timestamp>,
    /// Name of who gave it.
    given_by: String,
    note: String,
    standing: Standing,
}

/// Whether a mandate holds.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    /// It begins later.
    Planned,
    /// It holds.
    Holds,
    /// Its time is now, but a side was disabled, or the mailbox is no longer the grantor's own.
    Suspended,
    /// It is over.
    Ended,
}

impl From<people::MandateLine> for Mandate {
    fn from(l: people::MandateLine) -> Self {
        let m = l.mandate;
        Self {
            id: m.id,
            kind: m.kind,
            mailbox_id: m.mailbox,
            mailbox_name: l.mailbox_name,
            grantor_id: m.grantor,
            grantor_name: l.grantor_name,
            holder_id: m.holder,
            holder_name: l.holder_name,
            may_send: m.may_send,
            with_patients: m.with_patients,
            starts_at: Timestamp::from_microsecond(m.starts_us).unwrap_or(Timestamp::MIN),
            ends_at: m.ends_us.and_then(|e| Timestamp::from_microsecond(e).ok()),
            ended_at: l.ended_at,
            given_by: l.by,
            note: l.note,
            standing: match l.standing {
                people::MandateStanding::Planned => Standing::Planned,
                people::MandateStanding::Holds => Standing::Holds,
                people::MandateStanding::Suspended => Standing::Suspended,
                people::MandateStanding::Ended => Standing::Ended,
            },
        }
    }
}

/// A mandate to be given.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMandate {
    kind: MandateKind,
    /// Somebody's own mailbox.
    mailbox_id: MailboxId,
    /// Who is to act.
    holder_id: PersonId,
    /// Writing as well as reading.
    may_send: bool,
    /// What is about patients as well: in the mailbox, and for cover wherever the grantor cares.
    with_patients: bool,
    /// From when; at once if not said.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "date-time")]
    starts_at: Option<Timestamp>,
    /// Until when; cover always ends.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "date-time")]
    ends_at: Option<Timestamp>,
    /// What both sides should know.
    #[serde(default)]
    note: String,
}

/// Mandates that one gave or holds, also those that ended in the last three months.
#[utoipa::path(get, path = "/me/mandates", tag = "mandates",
    responses((status = 200, description = "Newest first", body = Items<Mandate>), Refusals))]
pub(crate) async fn my_mandates(State(state): State<WebState>, signed: Signed) -> Answer<axum::Json<Items<Mandate>>> {
    let found = state.core().my_mandates(&signed.actor).await?;
    Ok(axum::Json(Items { items: found.into_iter().map(Mandate::from).collect() }))
}

/// All mandates that were not ended.
#[utoipa::path(get, path = "/mandates", tag = "mandates",
    responses((status = 200, description = "By their beginning", body = Items<Mandate>), Refusals))]
pub(crate) async fn list_mandates(State(state): State<WebState>, signed: Signed) -> Answer<axum::Json<Items<Mandate>>> {
    let found = state.core().all_mandates(&signed.actor).await?;
    Ok(axum::Json(Items { items: found.into_iter().map(Mandate::from).collect() }))
}

/// Let a colleague act in one's own mailbox, or with `delegation.manage` in another's. Both sides are told.
#[utoipa::path(post, path = "/mandates", tag = "mandates", request_body = NewMandate,
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key, same answer, for 24 hours")),
    responses((status = 201, description = "The mandate", body = Mandate), ChangeRefusals))]
pub(crate) async fn give_mandate(
    State(state): State<WebState>,
    signed: Signed,
    once: Once,
    Json(body): Json<NewMandate>,
) -> Answer<Response> {
    let (core, scope) = (state.core().clone(), signed.actor.person_id.0);
    let asked = serde_json::to_vec(&body).unwrap_or_default();
    once.run(&state, scope, &asked, async move {
        let new = people::NewMandate {
            kind: body.kind,
            mailbox: body.mailbox_id,
            holder: body.holder_id,
            may_send: body.may_send,
            with_patients: body.with_patients,
            starts_at: body.starts_at,
            ends_at: body.ends_at,
            note: body.note,
        };
        let made = core.give_mandate(&signed.actor, new).await?;
        Ok((StatusCode::CREATED, Mandate::from(made)))
    })
    .await
}

/// Between whom mandates can be given.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MandateChoices {
    /// Own mailboxes; everybody's for who manages mandates.
    mailboxes: Vec<MandateMailbox>,
    /// Who may act.
    people: Vec<MandatePerson>,
    /// Most days that cover may last.
    cover_days_max: u16,
}

/// A mailbox over which a mandate can be given.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MandateMailbox {
    id: MailboxId,
    address: EmailAddress,
    owner_id: PersonId,
    owner_name: String,
}

/// Somebody to whom a mandate can be given.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MandatePerson {
    id: PersonId,
    name: String,
    function: String,
    /// Could write.
    may_send: bool,
    /// Could open what is about patients.
    with_patients: bool,
}

/// Between whom one may give mandates.
#[utoipa::path(get, path = "/mandates/choices", tag = "mandates",
    responses((status = 200, description = "By name", body = MandateChoices), Refusals))]
pub(crate) async fn mandate_choices(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<MandateChoices>> {
    let found = state.core().mandate_choices(&signed.actor).await?;
    let mailbox = |m: people::MandateMailbox| MandateMailbox {
        id: m.id,
        address: m.address,
        owner_id: m.owner_id,
        owner_name: m.owner_name,
    };
    let person = |p: people::MandatePerson| MandatePerson {
        id: p.id,
        name: p.name,
        function: p.function,
        may_send: p.may_send,
        with_patients: p.with_patients,
    };
    Ok(axum::Json(MandateChoices {
        mailboxes: found.mailboxes.into_iter().map(mailbox).collect(),
        people: found.people.into_iter().map(person).collect(),
        cover_days_max: found.cover_days_max,
    }))
}

/// End a mandate: either side, or with `delegation.manage` anybody.
#[utoipa::path(delete, path = "/mandates/{mandate_id}", tag = "mandates", params(("mandate_id" = MandateId, Path)),
    responses((status = 204, description = "Ended"), ChangeRefusals))]
pub(crate) async fn end_mandate(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<MandateId>,
) -> Answer<Response> {
    state.core().end_mandate(&signed.actor, id).await?;
    Ok(nothing())
}
