//! What can be done here, and the form of what is exchanged (RFC 7643).

use super::error::ScimError;
use super::{BASE, Provisioner, ScimRefusals, answer, no};
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use wardpost_model::{EmailAddress, PersonId, RoleId};

pub(super) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(super) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// A person whom provisioning keeps (RFC 7643, 4.1). `id`, `emails`, `groups` and `meta` are only read; what else is sent
/// (`password`, `roles` …) is left out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScimUser)]
#[serde(rename_all = "camelCase")]
pub(super) struct User {
    pub schemas: [&'static str; 1],
    pub id: PersonId,
    /// The other system's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Sign-in name: an e-mail address.
    pub user_name: EmailAddress,
    pub name: Name,
    pub display_name: String,
    /// Profession or function.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    pub preferred_language: String,
    /// Whether they may sign in.
    pub active: bool,
    pub emails: [Email; 1],
    pub groups: Vec<Named>,
    pub meta: Meta,
}

/// A name in parts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScimName)]
#[serde(rename_all = "camelCase")]
pub(super) struct Name {
    pub formatted: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
}

/// An e-mail address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScimEmail)]
pub(super) struct Email {
    pub value: EmailAddress,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub primary: bool,
}

/// A role that provisioning may give (RFC 7643, 4.2). Made and named by the organisation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScimGroup)]
#[serde(rename_all = "camelCase")]
pub(super) struct Group {
    pub schemas: [&'static str; 1],
    pub id: RoleId,
    pub display_name: String,
    /// People whom provisioning keeps who have it.
    pub members: Vec<Named>,
    pub meta: Meta,
}

/// A reference to a user or group.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScimReference)]
pub(super) struct Named {
    pub value: String,
    pub display: String,
    #[serde(rename = "$ref")]
    pub reference: String,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
}

/// About the resource.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScimMeta)]
#[serde(rename_all = "camelCase")]
pub(super) struct Meta {
    pub resource_type: &'static str,
    pub location: String,
    /// To be sent in `If-Match` with the next change.
    pub version: String,
}

/// A page of resources (RFC 7644, 3.4.2).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScimList)]
#[serde(rename_all = "camelCase")]
pub(super) struct List {
    schemas: [&'static str; 1],
    total_results: usize,
    start_index: usize,
    items_per_page: usize,
    #[serde(rename = "Resources")]
    #[schema(value_type = Vec<Object>)]
    resources: Vec<Value>,
}

impl List {
    pub(super) fn of(total_results: usize, start_index: usize, resources: Vec<Value>) -> Self {
        let schemas = ["urn:ietf:params:scim:api:messages:2.0:ListResponse"];
        Self { schemas, total_results, start_index, items_per_page: resources.len(), resources }
    }
}

/// What this server can do (RFC 7643, 5).
#[utoipa::path(get, path = "/ServiceProviderConfig", tag = "scim", operation_id = "scim_provider_config", security(("token" = [])), responses(
    (status = 200, description = "What this server can do", body = Object, content_type = "application/scim+json"), ScimRefusals))]
pub(super) async fn provider_config(_: Provisioner) -> Response {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": { "supported": true },
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
        "filter": { "supported": true, "maxResults": super::MOST },
        "changePassword": no(), "sort": no(),
        "etag": { "supported": true },
        "authenticationSchemes": [{
            "type": "oauthbearertoken", "name": "Bearer token", "primary": true,
            "description": "A token made under Administration, Provisioning",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
        }],
        "meta": { "resourceType": "ServiceProviderConfig", "location": format!("{BASE}/ServiceProviderConfig") },
    });
    answer(StatusCode::OK, &body, None)
}

fn whole(all: Vec<Value>) -> Response {
    answer(StatusCode::OK, &List::of(all.len(), 1, all), None)
}

fn types() -> Vec<Value> {
    let one = |name: &str, endpoint: &str, schema: &str| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": name, "name": name, "endpoint": endpoint, "schema": schema, "schemaExtensions": [],
            "meta": { "resourceType": "ResourceType", "location": format!("{BASE}/ResourceTypes/{name}") },
        })
    };
    vec![one("User", "/Users", USER), one("Group", "/Groups", GROUP)]
}

/// The kinds of resources (RFC 7643, 6).
#[utoipa::path(get, path = "/ResourceTypes", tag = "scim", operation_id = "scim_resource_types", security(("token" = [])), responses(
    (status = 200, description = "Users and groups", body = List, content_type = "application/scim+json"), ScimRefusals))]
pub(super) async fn resource_types(_: Provisioner) -> Response {
    whole(types())
}

/// A kind of resources.
#[utoipa::path(get, path = "/ResourceTypes/{name}", tag = "scim", operation_id = "scim_resource_type", security(("token" = [])),
    params(("name" = String, Path, description = "`User` or `Group`")), responses(
    (status = 200, description = "The kind", body = Object, content_type = "application/scim+json"), ScimRefusals))]
pub(super) async fn resource_type(_: Provisioner, Path(name): Path<String>) -> Result<Response, ScimError> {
    let found = types().into_iter().find(|t| t["id"] == name.as_str()).ok_or_else(ScimError::not_found)?;
    Ok(answer(StatusCode::OK, &found, None))
}

/// An attribute of one text that is read and written.
fn plain(name: &str) -> Value {
    attribute(name, "string", "readWrite")
}

fn attribute(name: &str, kind: &str, mutability: &str) -> Value {
    let mut made = json!({
        "name": name, "type": kind, "multiValued": false, "description": name, "required": false,
        "mutability": mutability, "returned": "default", "uniqueness": "none",
    });
    if kind == "string" {
        made["caseExact"] = (name == "externalId").into();
    }
    made
}

fn with(mut attribute: Value, more: Value) -> Value {
    if let (Some(into), Value::Object(more)) = (attribute.as_object_mut(), more) {
        into.extend(more);
    }
    attribute
}

/// Several, each with parts that are only read.
fn several(name: &str, mutability: &str, parts: &[&str]) -> Value {
    let part = |p: &&str| match *p {
        "$ref" => with(attribute("$ref", "reference", "readOnly"), json!({ "referenceTypes": ["User", "Group"] })),
        "primary" => attribute("primary", "boolean", "readOnly"),
        // A member is named by its id; the rest of it is what we say of it.
        "value" if mutability == "readWrite" => attribute("value", "string", "immutable"),
        other => attribute(other, "string", "readOnly"),
    };
    let parts: Vec<Value> = parts.iter().map(part).collect();
    with(attribute(name, "complex", mutability), json!({ "multiValued": true, "subAttributes": parts }))
}

fn all_schemas() -> Vec<Value> {
    let names: Vec<Value> = ["formatted", "givenName", "middleName", "familyName"].map(plain).into();
    let user = vec![
        with(plain("userName"), json!({ "required": true, "uniqueness": "server" })),
        with(attribute("name", "complex", "readWrite"), json!({ "subAttributes": names })),
        plain("displayName"),
        plain("title"),
        plain("preferredLanguage"),
        attribute("active", "boolean", "readWrite"),
        several("emails", "readOnly", &["value", "type", "primary"]),
        several("groups", "readOnly", &["value", "display", "$ref"]),
    ];
    let group = vec![
        with(attribute("displayName", "string", "readOnly"), json!({ "uniqueness": "server" })),
        several("members", "readWrite", &["value", "display", "$ref", "type"]),
    ];
    let one = |id: &str, name: &str, attributes: Vec<Value>| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
            "id": id, "name": name, "description": name, "attributes": attributes,
            "meta": { "resourceType": "Schema", "location": format!("{BASE}/Schemas/{id}") },
        })
    };
    vec![one(USER, "User", user), one(GROUP, "Group", group)]
}

/// The forms of resources (RFC 7643, 7).
#[utoipa::path(get, path = "/Schemas", tag = "scim", operation_id = "scim_schemas", security(("token" = [])), responses(
    (status = 200, description = "The forms", body = List, content_type = "application/scim+json"), ScimRefusals))]
pub(super) async fn schemas(_: Provisioner) -> Response {
    whole(all_schemas())
}

/// The form of a kind of resources.
#[utoipa::path(get, path = "/Schemas/{urn}", tag = "scim", operation_id = "scim_schema", security(("token" = [])),
    params(("urn" = String, Path, description = "Name of the schema")), responses(
    (status = 200, description = "The form", body = Object, content_type = "application/scim+json"), ScimRefusals))]
pub(super) async fn schema(_: Provisioner, Path(urn): Path<String>) -> Result<Response, ScimError> {
    let found = all_schemas().into_iter().find(|s| s["id"] == urn.as_str()).ok_or_else(ScimError::not_found)?;
    Ok(answer(StatusCode::OK, &found, None))
}
