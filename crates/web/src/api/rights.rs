//! What somebody may do and why; who can do something; who can open a patient.

use super::{Items, Page, Refusals};
use crate::extract::{Path, Query};
use crate::problem::{Answer, Problem};
use crate::session::Signed;
use crate::state::WebState;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::{care, people};
use wardpost_model::ground::RelationKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::{MailboxKind, MandateKind, PersonState, RoleVia};
use wardpost_model::{EmailAddress, MailboxId, PatientId, PersonId, RoleId, ZoneId};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new().routes(routes!(person_rights)).routes(routes!(who_can)).routes(routes!(who_can_open_patient))
}

/// Why somebody may do something, or what takes it away.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub(crate) enum RightSource {
    /// A role that they have.
    Role {
        id: RoleId,
        name: String,
        via: RoleVia,
        /// Who gave it; nobody where the operator did.
        #[schema(required)]
        by: Option<String>,
        #[schema(value_type = String, format = "date-time")]
        at: Timestamp,
    },
    /// They use the mailbox.
    Member,
    /// They act for the colleague whose mailbox it is.
    Mandate {
        mandate: MandateKind,
        /// For whom.
        grantor: String,
        /// Until then, where it ends.
        #[schema(value_type = Option<String>, format = "date-time", required)]
        until: Option<Timestamp>,
    },
    /// They care for patients.
    Relation {
        relation: RelationKind,
        /// For how many.
        patients: u32,
        /// When the last of these relations ends, where they end.
        #[schema(value_type = Option<String>, format = "date-time", required)]
        until: Option<Timestamp>,
    },
    /// Their care team does.
    Team { name: String, patients: u32 },
    /// Emergency access.
    Emergency {
        #[schema(value_type = String, format = "date-time")]
        until: Timestamp,
    },
    /// They can't sign in.
    State { state: PersonState },
    /// The network: `zone_nothing`, `zone_way` (none of their ways in is open there), `zone_read_only`.
    Zone {
        /// Its name; null where no zone holds.
        #[schema(required)]
        name: Option<String>,
        code: String,
    },
}

impl From<people::Source> for RightSource {
    fn from(s: people::Source) -> Self {
        use people::Source as S;
        match s {
            S::Role { id, name, via, by, at } => Self::Role { id, name, via, by, at },
            S::Member => Self::Member,
            S::Mandate { kind, grantor, until } => Self::Mandate { mandate: kind, grantor, until },
            S::Relation { kind, patients, until } => Self::Relation { relation: kind, patients, until },
            S::Team { name, patients } => Self::Team { name, patients },
            S::Emergency { until } => Self::Emergency { until },
            S::State(state) => Self::State { state },
            S::Zone { name, code } => Self::Zone { name, code: code.to_owned() },
        }
    }
}

fn sources(list: Vec<people::Source>) -> Vec<RightSource> {
    list.into_iter().map(RightSource::from).collect()
}

/// A permission that somebody has, or has not.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EffectiveRight {
    permission: Permission,
    allowed: bool,
    /// Why: each of these alone would do.
    sources: Vec<RightSource>,
    /// What takes away what they would have.
    #[schema(required)]
    taken_by: Option<RightSource>,
}

impl From<people::Effective> for EffectiveRight {
    fn from(e: people::Effective) -> Self {
        Self {
            permission: e.permission,
            allowed: e.allowed,
            sources: sources(e.sources),
            taken_by: e.taken_by.map(RightSource::from),
        }
    }
}

/// What somebody may do in a mailbox.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MailboxRights {
    id: MailboxId,
    name: String,
    address: EmailAddress,
    /// `personal` or `shared`.
    mailbox_kind: MailboxKind,
    /// Whoever uses it opens all that comes in.
    duty: bool,
    active: bool,
    /// Reading and sending.
    acts: Vec<EffectiveRight>,
}

/// By what somebody comes in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WaysIn {
    /// A password with an authenticator app.
    password: bool,
    passkeys: u32,
    /// Passkeys that are bound to a device.
    security_keys: u32,
    /// Passwords of mail programs.
    mail_programs: u32,
}

/// A zone that can be asked about.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ZoneName {
    id: ZoneId,
    name: String,
}

/// Everything that somebody may do, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonRights {
    /// Every permission there is.
    permissions: Vec<EffectiveRight>,
    mailboxes: Vec<MailboxRights>,
    /// For how many patients they care, and how. Never for whom.
    care: Vec<RightSource>,
    /// Only who cares opens what is about a patient.
    strict: bool,
    ways: WaysIn,
    /// Their roles, with who gave them.
    roles: Vec<RightSource>,
    /// Zones that can be asked about.
    zones: Vec<ZoneName>,
}

impl From<people::Rights> for PersonRights {
    fn from(r: people::Rights) -> Self {
        let effective = |list: Vec<people::Effective>| list.into_iter().map(EffectiveRight::from).collect();
        let mailbox = |m: people::MailboxRights| MailboxRights {
            id: m.mailbox.id,
            name: m.mailbox.name.clone(),
            address: m.mailbox.address.clone(),
            mailbox_kind: m.mailbox.kind,
            duty: m.mailbox.duty,
            active: m.mailbox.active,
            acts: effective(m.acts),
        };
        Self {
            permissions: effective(r.permissions),
            mailboxes: r.mailboxes.into_iter().map(mailbox).collect(),
            care: sources(r.care),
            strict: r.strict,
            ways: WaysIn {
                password: r.ways.password,
                passkeys: r.ways.passkeys,
                security_keys: r.ways.security_keys,
                mail_programs: r.ways.mail_programs,
            },
            roles: sources(r.roles),
            zones: r.zones.into_iter().map(|(id, name)| ZoneName { id, name }).collect(),
        }
    }
}

/// Where somebody would be.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Whereabouts {
    /// A zone's id, or `elsewhere` where none holds; wherever they are if not said.
    zone: Option<String>,
}

impl Whereabouts {
    fn place(&self) -> Answer<Option<people::Whereabouts>> {
        let malformed = |_| Problem::field("zone", "malformed", "a zone's id, or elsewhere");
        match self.zone.as_deref().filter(|z| !z.is_empty()) {
            None => Ok(None),
            Some("elsewhere") => Ok(Some(people::Whereabouts::Elsewhere)),
            Some(id) => Ok(Some(people::Whereabouts::Zone(id.parse().map_err(malformed)?))),
        }
    }
}

/// What somebody may do, and why. One's own needs no permission. Looking is audited.
#[utoipa::path(get, path = "/people/{person_id}/rights", tag = "people",
    params(("person_id" = PersonId, Path), Whereabouts),
    responses((status = 200, description = "Their effective rights", body = PersonRights), Refusals))]
pub(crate) async fn person_rights(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PersonId>,
    Query(query): Query<Whereabouts>,
) -> Answer<axum::Json<PersonRights>> {
    Ok(axum::Json(state.core().rights_of(&signed.actor, id, query.place()?).await?.into()))
}

/// Somebody who may do what was asked about.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WhoCanLine {
    id: PersonId,
    name: String,
    function: String,
    /// Why: each of these alone would do.
    sources: Vec<RightSource>,
}

/// What is asked about, and which page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhoCanQuery {
    /// The permission: must be said.
    permission: Option<Permission>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Items on a page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Who may do something now, by name. Asking is audited.
#[utoipa::path(get, path = "/rights/who", tag = "people", params(WhoCanQuery),
    responses((status = 200, description = "A page of people", body = Page<WhoCanLine>), Refusals))]
pub(crate) async fn who_can(
    State(state): State<WebState>,
    signed: Signed,
    Query(query): Query<WhoCanQuery>,
) -> Answer<axum::Json<Page<WhoCanLine>>> {
    let (cursor, limit) = (query.cursor.as_deref().filter(|c| !c.is_empty()), query.limit.unwrap_or(50));
    let page = state.core().who_can(&signed.actor, query.permission, cursor, limit.clamp(1, 200)).await?;
    let line =
        |w: people::WhoCan| WhoCanLine { id: w.id, name: w.name, function: w.function, sources: sources(w.sources) };
    Ok(axum::Json(Page { items: page.items.into_iter().map(line).collect(), next_cursor: page.next_cursor }))
}

/// What opens for somebody.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PatientOpening {
    /// On which ground: as in the log of looks.
    ground: String,
    /// The mailbox whose messages about the patient open; null: the patient's own page.
    #[schema(required)]
    mailbox: Option<String>,
}

/// Somebody who can open something about a patient.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PatientOpener {
    id: PersonId,
    name: String,
    function: String,
    opens: Vec<PatientOpening>,
}

/// Who can open something about a patient now, and on which ground. Asking is audited.
#[utoipa::path(get, path = "/patients/{patient_id}/openers", tag = "access",
    params(("patient_id" = PatientId, Path)),
    responses((status = 200, description = "People, by name", body = Items<PatientOpener>), Refusals))]
pub(crate) async fn who_can_open_patient(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PatientId>,
) -> Answer<axum::Json<Items<PatientOpener>>> {
    let found = state.core().who_can_open(&signed.actor, id).await?;
    let opening = |o: care::Opening| PatientOpening { ground: o.ground.as_str().to_owned(), mailbox: o.mailbox };
    let line = |o: care::Opener| PatientOpener {
        id: o.id,
        name: o.name,
        function: o.function,
        opens: o.opens.into_iter().map(opening).collect(),
    };
    Ok(axum::Json(Items { items: found.into_iter().map(line).collect() }))
}
