//! Outside correspondents, for who writes to them.

use super::{Items, Refusals};
use crate::extract::Query;
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::WebState;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::people;
use wardpost_model::PhoneNumber;
use wardpost_model::message::Party;

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new().routes(routes!(find_contacts))
}

/// What was typed so far.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ContactQuery {
    /// The beginning of a name or an address.
    q: Option<String>,
}

/// Somebody to write to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactLine {
    /// Tells lines apart; no object's id in every case.
    id: String,
    party: Party,
    /// Mobile number for one-time codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<PhoneNumber>,
    /// The same, last digits only.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_masked: Option<String>,
    /// A secret was agreed with this recipient.
    has_secret: bool,
    /// A mailbox of the house.
    in_house: bool,
    kind: ContactKind,
}

/// What kind of correspondent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ContactKind {
    /// A mailbox of the house.
    Mailbox,
    /// Somebody outside.
    Contact,
    /// Somebody at a partner.
    Partner,
}

impl From<people::ContactLine> for ContactLine {
    fn from(c: people::ContactLine) -> Self {
        let kind = match c.kind {
            people::ContactKind::Mailbox => ContactKind::Mailbox,
            people::ContactKind::Contact => ContactKind::Contact,
            people::ContactKind::Partner => ContactKind::Partner,
        };
        Self {
            id: c.id.map_or_else(|| c.party.address.normalised(), |id| id.to_string()),
            phone_masked: c.phone.as_ref().map(PhoneNumber::masked),
            phone: c.phone,
            has_secret: c.has_secret,
            in_house: matches!(kind, ContactKind::Mailbox),
            party: c.party,
            kind,
        }
    }
}

/// Whom one may mean: mailboxes of the house first.
#[utoipa::path(get, path = "/contacts", tag = "contacts", params(ContactQuery),
    responses((status = 200, description = "Suggestions", body = Items<ContactLine>), Refusals))]
pub(crate) async fn find_contacts(
    State(state): State<WebState>,
    signed: Signed,
    Query(query): Query<ContactQuery>,
) -> Answer<axum::Json<Items<ContactLine>>> {
    let found = state.core().find_contacts(&signed.actor, query.q.as_deref().unwrap_or_default()).await?;
    Ok(axum::Json(Items { items: found.into_iter().map(ContactLine::from).collect() }))
}
