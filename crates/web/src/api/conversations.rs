//! Conversations as the server knows them: who is in which, and when something happened. What is said in them the server can't
//! read; clients read it over the WebSocket ([`crate::socket`]).

use super::care::Colleague;
use super::{Items, Page, Paging, Refusals, cursor};
use crate::extract::Query;
use crate::problem::Answer;
use crate::session::Signed;
use crate::socket::refused;
use crate::state::WebState;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use wardpost_core::clock::from_us;
use wardpost_e2ee::wire;
use wardpost_model::{ConversationId, PatientId, PersonId};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(list_conversations))
        .routes(routes!(conversation_people))
        .routes(routes!(crate::socket::conversation_socket))
}

/// Who is in a conversation of which kind.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ConversationKind {
    /// Two colleagues.
    Direct,
    /// Several colleagues.
    Group,
    /// With a patient or who acts for them.
    Patient,
}

/// As what somebody is in a conversation.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ConversationRole {
    /// Works here.
    Staff,
    /// A patient, or who acts for one.
    Patient,
    /// Keeps the record.
    Custodian,
}

/// Somebody in a conversation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConversationMember {
    person_id: PersonId,
    name: String,
    /// Profession or function.
    function: String,
    role: ConversationRole,
    /// Whether they are in it now.
    present: bool,
}

/// A conversation, without anything that was said in it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConversationLine {
    id: ConversationId,
    kind: ConversationKind,
    /// The patient whom it is about.
    #[schema(required)]
    patient_id: Option<PatientId>,
    /// Whether something can be added.
    open: bool,
    /// Whether one is in it now; otherwise what was said until then can be read.
    member: bool,
    /// Messages of others that one hasn't read.
    unread: u32,
    #[schema(value_type = String, format = "date-time")]
    created_at: Timestamp,
    /// When something last happened in it.
    #[schema(value_type = String, format = "date-time")]
    changed_at: Timestamp,
    members: Vec<ConversationMember>,
}

impl From<wire::Conversation> for ConversationLine {
    fn from(c: wire::Conversation) -> Self {
        Self {
            id: Uuid::from_bytes(c.id.0).into(),
            kind: match c.kind {
                wire::Kind::Direct => ConversationKind::Direct,
                wire::Kind::Group => ConversationKind::Group,
                wire::Kind::Patient => ConversationKind::Patient,
            },
            patient_id: c.patient.map(|p| Uuid::from_bytes(p.0).into()),
            open: c.open,
            member: c.member,
            unread: c.unread,
            created_at: from_us(c.created_us),
            changed_at: from_us(c.changed_us),
            members: c.members.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<wire::Member> for ConversationMember {
    fn from(m: wire::Member) -> Self {
        Self {
            person_id: Uuid::from_bytes(m.person.0).into(),
            name: m.name,
            function: m.function,
            role: match m.role {
                wire::MemberRole::Staff => ConversationRole::Staff,
                wire::MemberRole::Patient => ConversationRole::Patient,
                wire::MemberRole::Custodian => ConversationRole::Custodian,
            },
            present: m.until.is_none(),
        }
    }
}

/// Colleagues with whom one can converse, by name.
#[utoipa::path(get, path = "/conversations/people", tag = "conversations",
    responses((status = 200, description = "People", body = Items<Colleague>), Refusals))]
pub(crate) async fn conversation_people(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<Items<Colleague>>> {
    let found = state.core().conversation_people(&signed.actor).await?;
    Ok(axum::Json(Items { items: found.into_iter().map(Into::into).collect() }))
}

/// One's conversations, last changed first. What was said in them is on the members' devices only.
#[utoipa::path(get, path = "/conversations", tag = "conversations", params(Paging),
    responses((status = 200, description = "A page of them", body = Page<ConversationLine>), Refusals))]
pub(crate) async fn list_conversations(
    State(state): State<WebState>,
    signed: Signed,
    Query(paging): Query<Paging>,
) -> Answer<axum::Json<Page<ConversationLine>>> {
    let before = paging.place::<Uuid>()?.map(|(at_us, _)| at_us);
    let found = state.core().conversations_of(&signed.actor, before, paging.limit()).await;
    let (found, more) = found.map_err(refused)?;
    let next_cursor = found.last().filter(|_| more).map(|c| cursor(c.changed_us, Uuid::from_bytes(c.id.0)));
    Ok(axum::Json(Page { items: found.into_iter().map(Into::into).collect(), next_cursor }))
}
