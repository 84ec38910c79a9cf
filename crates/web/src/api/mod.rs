//! The API, version 1: one module for each part of the vocabulary. A route and its description are one (`utoipa::path`).

#![expect(unused_qualifications, reason = "what the macros that describe parameters write")]

pub(crate) mod access;
pub(crate) mod approvals;
pub(crate) mod audit;
mod bulk;
pub(crate) mod care;
mod contacts;
mod conversations;
mod credentials;
mod devices;
pub(crate) mod drafts;
mod false_alarms;
pub(crate) mod held;
pub(crate) mod house;
pub(crate) mod invitation;
mod lifecycle;
pub(crate) mod mail;
mod mandates;
pub(crate) mod me;
pub(crate) mod message_files;
pub(crate) mod passkey;
pub(crate) mod people;
pub(crate) mod pickup;
pub(crate) mod policy;
pub(crate) mod provider;
pub(crate) mod provisioning;
mod proxies;
mod reports;
mod reviews;
mod rights;
pub(crate) mod security;
pub(crate) mod session;
mod verify;

use crate::problem::{Answer, Problem};
use crate::state::WebState;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::openapi::response::{Response as Described, ResponseBuilder};
use utoipa::openapi::{ContentBuilder, Ref, RefOr};
use utoipa::{IntoParams, IntoResponses, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Where the API lives.
pub const BASE: &str = "/api/v1";

/// Every route of the API.
pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .merge(session::routes())
        .merge(invitation::routes())
        .merge(passkey::routes())
        .merge(provider::routes())
        .merge(me::routes())
        .merge(credentials::routes())
        .merge(devices::routes())
        .merge(verify::routes())
        .merge(mail::routes())
        .merge(drafts::routes())
        .merge(held::routes())
        .merge(false_alarms::routes())
        .merge(pickup::routes())
        .merge(audit::routes())
        .merge(lifecycle::routes())
        .merge(mandates::routes())
        .merge(proxies::routes())
        .merge(care::routes())
        .merge(access::routes())
        .merge(people::routes())
        .merge(approvals::routes())
        .merge(bulk::routes())
        .merge(rights::routes())
        .merge(provisioning::routes())
        .merge(reviews::routes())
        .merge(reports::routes())
        .merge(house::routes())
        .merge(contacts::routes())
        .merge(conversations::routes())
        .merge(policy::routes())
        .merge(security::routes())
        .routes(routes!(crate::events::events))
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T: ToSchema> {
    /// The items.
    pub items: Vec<T>,
    /// For the next page; null at the end.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// A list that fits one page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Items<T: ToSchema> {
    /// The items.
    pub items: Vec<T>,
}

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Items on a page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
}

impl Paging {
    /// Items on a page.
    pub(crate) fn limit(&self) -> u32 {
        self.limit.unwrap_or(50).clamp(1, 200)
    }
    /// Where the page begins: a time and an id.
    pub(crate) fn place<T: From<Uuid>>(&self) -> Answer<Option<(i64, T)>> {
        let Some(cursor) = self.cursor.as_deref().filter(|c| !c.is_empty()) else { return Ok(None) };
        let read = || -> Option<(i64, T)> {
            let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
            let (at, id) = bytes.split_at_checked(8)?;
            Some((i64::from_be_bytes(at.try_into().ok()?), T::from(Uuid::from_slice(id).ok()?)))
        };
        read().map(Some).ok_or_else(|| Problem::field("cursor", "malformed", "not a cursor of this list"))
    }
}

/// The cursor for what comes after this item.
pub(crate) fn cursor(at_us: i64, id: Uuid) -> String {
    let mut bytes = [0; 24];
    let (at, rest) = bytes.split_at_mut(8);
    at.copy_from_slice(&at_us.to_be_bytes());
    rest.copy_from_slice(id.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The cursor behind a page, if the page is full.
pub(crate) fn next<T>(items: &[T], limit: u32, place: impl Fn(&T) -> (i64, Uuid)) -> Option<String> {
    let full = items.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    items.last().filter(|_| full).map(place).map(|(at, id)| cursor(at, id))
}

/// An answer without content.
pub(crate) fn nothing() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// The answers by which requests are refused: described once, referred to by every operation.
pub(crate) fn refusals() -> impl Iterator<Item = (String, Described)> {
    ALWAYS.iter().chain(ON_CHANGE).map(|(status, description)| {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let described =
            ResponseBuilder::new().description(*description).content("application/problem+json", content).build();
        (format!("Refused{status}"), described)
    })
}

fn referred(list: &[(&str, &str)]) -> BTreeMap<String, RefOr<Described>> {
    let reference = |status: &str| RefOr::Ref(Ref::from_response_name(format!("Refused{status}")));
    list.iter().map(|(status, _)| ((*status).to_owned(), reference(status))).collect()
}

const ALWAYS: &[(&str, &str)] = &[
    ("401", "`unauthenticated`: not signed in; `second_factor_required`"),
    ("403", "`forbidden`: not allowed, with the reason's code; `csrf`, `cross_origin`"),
    ("404", "`not_found`: there is no such object, or you may not know that there is"),
    ("422", "`validation`: fields that can't be accepted, in `errors`"),
    ("429", "`rate_limited`: again after `retry_after_seconds`"),
    ("500", "`internal`: a fault of the server; the request's id is in `instance`"),
    ("503", "`unavailable`: again in a moment"),
];

const ON_CHANGE: &[(&str, &str)] = &[
    ("400", "`bad_request`: the body can't be read"),
    ("409", "`conflict`: not possible in the present state; `detail` is a stable code"),
    ("412", "`version_conflict`: changed meanwhile; read it again"),
    ("413", "`too_large`"),
    ("415", "`unsupported_media_type`"),
    ("423", "`locked`: after too many tries, until `locked_until`"),
];

/// What may be answered instead by every operation.
pub(crate) struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        referred(ALWAYS)
    }
}

/// What may be answered instead by operations that change something.
pub(crate) struct ChangeRefusals;

impl IntoResponses for ChangeRefusals {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let mut all = referred(ALWAYS);
        all.extend(referred(ON_CHANGE));
        all.remove("423");
        all
    }
}

/// As [`ChangeRefusals`], where too many wrong tries lock.
pub(crate) struct DoorRefusals;

impl IntoResponses for DoorRefusals {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let mut all = referred(ALWAYS);
        all.extend(referred(ON_CHANGE));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_lead_back_to_their_place_and_foreign_ones_are_refused() {
        let id = Uuid::from_u128(77);
        let paging = |cursor: &str| Paging { cursor: Some(cursor.to_owned()), limit: None };
        assert_eq!(paging(&cursor(-5, id)).place::<Uuid>().unwrap(), Some((-5, id)));
        assert_eq!(paging("").place::<Uuid>().unwrap(), None);
        for bad in ["x", "AAAA", "not base64!", &"A".repeat(500)] {
            assert_eq!(paging(bad).place::<Uuid>().unwrap_err().slug(), "validation", "{bad}");
        }
    }

    #[test]
    fn only_a_full_page_has_a_next_one() {
        let place = |i: &i64| (*i, Uuid::nil());
        assert!(next(&[1, 2], 2, place).is_some());
        assert!(next(&[1], 2, place).is_none());
        assert!(next(&[], 2, place).is_none());
        assert_eq!(Paging { cursor: None, limit: Some(100_000) }.limit(), 200);
        assert_eq!(Paging { cursor: None, limit: Some(0) }.limit(), 1);
    }
}
