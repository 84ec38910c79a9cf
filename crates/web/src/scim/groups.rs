//! `/Groups`: the roles that provisioning may give. They are made and named by the house; only who has them is said here.

use super::error::ScimError;
use super::patch::{Op, Operation, Patch, operations};
use super::schema::{GROUP, Group, List, Meta, Named};
use super::{Asked, Body, Provisioner, ScimRefusals, answer, if_match, location};
use crate::state::WebState;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use std::collections::BTreeSet;
use wardpost_core::people::ScimGroup;
use wardpost_model::{PersonId, RoleId};

/// The roles that provisioning may give.
#[utoipa::path(get, path = "/Groups", tag = "scim", operation_id = "scim_groups", security(("token" = [])), params(Asked), responses(
    (status = 200, description = "A page of groups", body = List, content_type = "application/scim+json"), ScimRefusals))]
pub(super) async fn list(
    State(state): State<WebState>,
    Provisioner(actor): Provisioner,
    asked: Asked,
) -> Result<Response, ScimError> {
    let all = state.core().scim_groups(&actor).await?;
    asked.page(all.iter().map(|g| json(&state, g)).collect::<Result<_, _>>()?)
}

/// One of them.
#[utoipa::path(get, path = "/Groups/{id}", tag = "scim", operation_id = "scim_group", security(("token" = [])), params(("id" = RoleId, Path), Asked), responses(
    (status = 200, description = "The group", body = Group, content_type = "application/scim+json"), ScimRefusals))]
pub(super) async fn one(
    State(state): State<WebState>,
    Provisioner(actor): Provisioner,
    Path(id): Path<String>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, ScimError> {
    let group = state.core().scim_group(&actor, named(&id)?).await?;
    Ok(asked.resource(&headers, &json(&state, &group)?, &etag(&group)))
}

/// Give a role to exactly these people of provisioning.
#[utoipa::path(put, path = "/Groups/{id}", tag = "scim", operation_id = "scim_replace_group", security(("token" = [])),
    params(("id" = RoleId, Path), ("If-Match" = Option<String>, Header, description = "The version")),
    request_body(content = Group, content_type = "application/scim+json"), responses(
    (status = 200, description = "The group", body = Group, content_type = "application/scim+json"), ScimRefusals))]
pub(super) async fn replace(
    State(state): State<WebState>,
    Provisioner(actor): Provisioner,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(body): Body,
) -> Result<Response, ScimError> {
    let id = named(&id)?;
    let before = state.core().scim_group(&actor, id).await?;
    same_name(&before, &body["displayName"])?;
    let members = ids(&body["members"])?;
    let group = state.core().scim_set_members(&actor, id, if_match(&headers).as_deref(), &members).await?;
    Ok(answer(StatusCode::OK, &json(&state, &group)?, Some(&etag(&group))))
}

/// Give a role to people, or take it from them.
#[utoipa::path(patch, path = "/Groups/{id}", tag = "scim", operation_id = "scim_patch_group", security(("token" = [])),
    params(("id" = RoleId, Path), ("If-Match" = Option<String>, Header, description = "The version")),
    request_body(content = Patch, content_type = "application/scim+json"), responses(
    (status = 204, description = "Done; members are many, and are not repeated"), ScimRefusals))]
pub(super) async fn patch(
    State(state): State<WebState>,
    Provisioner(actor): Provisioner,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(body): Body,
) -> Result<Response, ScimError> {
    let id = named(&id)?;
    let operations = operations(&body)?;
    let before = state.core().scim_group(&actor, id).await?;
    let mut members: BTreeSet<PersonId> = before.members.iter().map(|(id, _)| *id).collect();
    for one in &operations {
        apply(&state, &before, &mut members, one)?;
    }
    let version = if_match(&headers).unwrap_or_else(|| before.version.clone());
    let group = state.core().scim_set_members(&actor, id, Some(&version), &members).await?;
    let mut done = StatusCode::NO_CONTENT.into_response();
    if let Ok(value) = etag(&group).parse() {
        done.headers_mut().insert(http::header::ETAG, value);
    }
    Ok(done)
}

fn apply(
    state: &WebState,
    before: &ScimGroup,
    members: &mut BTreeSet<PersonId>,
    one: &Operation,
) -> Result<(), ScimError> {
    let Some(target) = &one.target else {
        same_name(before, &one.value["displayName"])?;
        return match (one.op, one.value.get("members")) {
            (_, None) => Ok(()),
            (Op::Add, Some(more)) => {
                members.extend(ids(more)?);
                Ok(())
            }
            (_, Some(all)) => {
                *members = ids(all)?;
                Ok(())
            }
        };
    };
    if target.attribute == "displayname" && target.part.is_none() && one.op != Op::Remove {
        return same_name(before, &one.value);
    }
    // Another system's own id for the role is not kept.
    if target.attribute == "externalid" {
        return Ok(());
    }
    if target.attribute != "members" || target.part.is_some() {
        return Err(ScimError::path("members, or members[value eq \"id\"]"));
    }
    match (one.op, &target.elements) {
        (Op::Add, None) => members.extend(ids(&one.value)?),
        (Op::Replace, None) => *members = ids(&one.value)?,
        (Op::Remove, None) if one.value.is_null() => members.clear(),
        // Not of the standard, but sent by a large system.
        (Op::Remove, None) => {
            let gone = ids(&one.value)?;
            members.retain(|m| !gone.contains(m));
        }
        (Op::Remove, Some(which)) => {
            let shown = json(state, before)?;
            let gone = shown["members"].as_array().into_iter().flatten().filter(|m| which.holds(m));
            let gone: BTreeSet<PersonId> = gone.filter_map(|m| m["value"].as_str()?.parse().ok()).collect();
            members.retain(|m| !gone.contains(m));
        }
        (Op::Add | Op::Replace, Some(_)) => return Err(ScimError::target("a member has nothing to change")),
    }
    Ok(())
}

fn same_name(before: &ScimGroup, name: &Value) -> Result<(), ScimError> {
    match name.as_str() {
        Some(name) if name != before.name => Err(ScimError::mutability("roles are named by the organisation")),
        _ => Ok(()),
    }
}

fn named(id: &str) -> Result<RoleId, ScimError> {
    id.parse().map_err(|_| ScimError::not_found())
}

fn ids(value: &Value) -> Result<BTreeSet<PersonId>, ScimError> {
    let unknown = || ScimError::value("a member is no user of provisioning");
    let one = |v: &Value| v["value"].as_str().and_then(|id| id.parse().ok()).ok_or_else(unknown);
    match value {
        Value::Null => Ok(BTreeSet::new()),
        Value::Array(list) => list.iter().map(one).collect(),
        one_only @ Value::Object(_) => Ok(BTreeSet::from([one(one_only)?])),
        _ => Err(unknown()),
    }
}

fn etag(g: &ScimGroup) -> String {
    format!("W/\"{}\"", g.version)
}

/// The wire's form.
fn json(state: &WebState, g: &ScimGroup) -> Result<Value, ScimError> {
    let member = |(id, name): &(PersonId, String)| Named {
        value: id.to_string(),
        display: name.clone(),
        reference: location(state, "Users", id),
        kind: Some("User"),
    };
    let group = Group {
        schemas: [GROUP],
        id: g.id,
        display_name: g.name.clone(),
        members: g.members.iter().map(member).collect(),
        meta: Meta { resource_type: "Group", location: location(state, "Groups", g.id), version: etag(g) },
    };
    serde_json::to_value(group).map_err(|e| wardpost_core::Error::internal("writing a group", e).into())
}
