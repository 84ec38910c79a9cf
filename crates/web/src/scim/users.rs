//! `/Users`: the people whom provisioning keeps.

use super::error::ScimError;
use super::patch::{Op, Operation, Patch, Target, operations};
use super::schema::{Email, List, Meta, Name, Named, USER, User};
use super::{Asked, Body, Provisioner, ScimRefusals, answer, if_match, location, unwrapped};
use crate::state::WebState;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use wardpost_core::people::{ScimContent, ScimPerson, ScimSaid};
use wardpost_model::person::Language;
use wardpost_model::{EmailAddress, PersonId, RoleId};

/// Attributes of the standard that the house has no use for: said of people by default, and left out.
const LEFT_OUT: [&str; 10] = [
    "nickname",
    "profileurl",
    "usertype",
    "locale",
    "timezone",
    "emails",
    "phonenumbers",
    "ims",
    "photos",
    "addresses",
];
/// The extension for enterprises (RFC 7643, 4.3): left out as well.
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user";

/// The people whom provisioning keeps.
#[utoipa::path(get, path = "/Users", tag = "scim", operation_id = "scim_users", security(("token" = [])), params(Asked), responses(
    (status = 200, description = "A page of users", body = List, content_type = "application/scim+json"), ScimRefusals))]
pub(super) async fn list(
    State(state): State<WebState>,
    Provisioner(actor): Provisioner,
    asked: Asked,
) -> Result<Response, ScimError> {
    let all = state.core().scim_people(&actor).await?;
    asked.page(all.iter().map(|p| json(&state, p)).collect::<Result<_, _>>()?)
}

/// One of them.
#[utoipa::path(get, path = "/Users/{id}", tag = "scim", operation_id = "scim_user", security(("token" = [])), params(("id" = PersonId, Path), Asked), responses(
    (status = 200, description = "The user", body = User, content_type = "application/scim+json"), ScimRefusals))]
pub(super) async fn one(
    State(state): State<WebState>,
    Provisioner(actor): Provisioner,
    Path(id): Path<String>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, ScimError> {
    let person = state.core().scim_person(&actor, named(&id)?).await?;
    Ok(asked.resource(&headers, &json(&state, &person)?, &etag(&person)))
}

/// Make somebody, invited. Who was removed before comes back under the same id.
#[utoipa::path(post, path = "/Users", tag = "scim", operation_id = "scim_create_user", security(("token" = [])),
    request_body(content = User, content_type = "application/scim+json"), responses(
    (status = 201, description = "Made", body = User, content_type = "application/scim+json"), ScimRefusals))]
pub(super) async fn create(
    State(state): State<WebState>,
    Provisioner(actor): Provisioner,
    Body(body): Body,
) -> Result<Response, ScimError> {
    let mut content = ScimContent {
        login: login(&body["userName"])?,
        function: String::new(),
        active: true,
        said: ScimSaid::default(),
    };
    set_all(&mut content, &body)?;
    let person = state.core().scim_create(&actor, &content).await?;
    Ok(answer(StatusCode::CREATED, &json(&state, &person)?, Some(&etag(&person))))
}

/// Set everything of somebody. What is not said of `active` and `preferredLanguage` stays as it is.
#[utoipa::path(put, path = "/Users/{id}", tag = "scim", operation_id = "scim_replace_user", security(("token" = [])),
    params(("id" = PersonId, Path), ("If-Match" = Option<String>, Header, description = "The version, `W/\"7\"`")),
    request_body(content = User, content_type = "application/scim+json"), responses(
    (status = 200, description = "The user", body = User, content_type = "application/scim+json"), ScimRefusals))]
pub(super) async fn replace(
    State(state): State<WebState>,
    Provisioner(actor): Provisioner,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(body): Body,
) -> Result<Response, ScimError> {
    let (id, version) = (named(&id)?, version(&headers));
    let before = state.core().scim_person(&actor, id).await?;
    let said = ScimSaid { language: before.said.language.clone(), ..ScimSaid::default() };
    let mut content =
        ScimContent { login: login(&body["userName"])?, function: String::new(), active: before.active, said };
    set_all(&mut content, &body)?;
    let person = state.core().scim_replace(&actor, id, version.or(Some(before.version)), &content).await?;
    Ok(answer(StatusCode::OK, &json(&state, &person)?, Some(&etag(&person))))
}

/// Change some of it; all operations or none.
#[utoipa::path(patch, path = "/Users/{id}", tag = "scim", operation_id = "scim_patch_user", security(("token" = [])),
    params(("id" = PersonId, Path), ("If-Match" = Option<String>, Header, description = "The version, `W/\"7\"`")),
    request_body(content = Patch, content_type = "application/scim+json"), responses(
    (status = 200, description = "The user", body = User, content_type = "application/scim+json"), ScimRefusals))]
pub(super) async fn patch(
    State(state): State<WebState>,
    Provisioner(actor): Provisioner,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(body): Body,
) -> Result<Response, ScimError> {
    let (id, version) = (named(&id)?, version(&headers));
    let operations = operations(&body)?;
    let before = state.core().scim_person(&actor, id).await?;
    let mut content = ScimContent {
        login: before.profile.login.clone(),
        function: before.profile.function.clone(),
        active: before.active,
        said: before.said.clone(),
    };
    for operation in &operations {
        apply(&mut content, operation)?;
    }
    // What was read is what is changed: another's change in between is refused, not overwritten.
    let person = state.core().scim_replace(&actor, id, version.or(Some(before.version)), &content).await?;
    Ok(answer(StatusCode::OK, &json(&state, &person)?, Some(&etag(&person))))
}

/// Somebody is gone: they leave. Access ends at once; what they wrote is kept.
#[utoipa::path(delete, path = "/Users/{id}", tag = "scim", operation_id = "scim_remove_user", security(("token" = [])),
    params(("id" = PersonId, Path), ("If-Match" = Option<String>, Header, description = "The version, `W/\"7\"`")), responses(
    (status = 204, description = "Gone"), ScimRefusals))]
pub(super) async fn remove(
    State(state): State<WebState>,
    Provisioner(actor): Provisioner,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ScimError> {
    state.core().scim_delete(&actor, named(&id)?, version(&headers)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What is no id of ours names nobody.
fn named(id: &str) -> Result<PersonId, ScimError> {
    id.parse().map_err(|_| ScimError::not_found())
}

/// The version that is asked for; what is no version of ours is none that anything has.
fn version(headers: &HeaderMap) -> Option<i64> {
    if_match(headers).map(|v| v.parse().unwrap_or(-1))
}

fn etag(p: &ScimPerson) -> String {
    format!("W/\"{}\"", p.version)
}

/// The wire's form.
fn json(state: &WebState, p: &ScimPerson) -> Result<Value, ScimError> {
    let group = |(id, name): &(RoleId, String)| Named {
        value: id.to_string(),
        display: name.clone(),
        reference: location(state, "Groups", id),
        kind: None,
    };
    let said = p.said.language.as_deref().filter(|l| Language::from_tag(l) == p.profile.language);
    let user = User {
        schemas: [USER],
        id: p.id,
        external_id: p.said.external_id.clone(),
        user_name: p.profile.login.clone(),
        name: Name {
            formatted: p.said.formatted.clone().unwrap_or_else(|| p.profile.name.clone()),
            given_name: p.said.given.clone(),
            middle_name: p.said.middle.clone(),
            family_name: p.said.family.clone(),
        },
        display_name: p.profile.name.clone(),
        title: p.profile.function.clone(),
        preferred_language: said.unwrap_or(p.profile.language.as_str()).to_owned(),
        active: p.active,
        emails: [Email { value: p.profile.login.clone(), kind: "work", primary: true }],
        groups: p.roles.iter().map(group).collect(),
        meta: Meta { resource_type: "User", location: location(state, "Users", p.id), version: etag(p) },
    };
    serde_json::to_value(user).map_err(|e| wardpost_core::Error::internal("writing a user", e).into())
}

/// Sets what a body says. What it says besides (`id`, `meta`, `groups`, `roles`, `password` …) is not for it to say, and is
/// left out (RFC 7644, 3.3: what is only read is ignored).
fn set_all(content: &mut ScimContent, body: &Value) -> Result<(), ScimError> {
    for (key, value) in body.as_object().into_iter().flatten() {
        let Some(target) = Target::parse(key) else { continue };
        let ours = matches!(
            target.attribute.as_str(),
            "username" | "name" | "displayname" | "title" | "preferredlanguage" | "externalid" | "active"
        );
        if ours {
            set(content, &target, Some(value).filter(|v| !v.is_null()))?;
        }
    }
    Ok(())
}

fn apply(content: &mut ScimContent, operation: &Operation) -> Result<(), ScimError> {
    let Some(target) = &operation.target else { return set_all(content, &operation.value) };
    let value = Some(&operation.value).filter(|v| operation.op != Op::Remove && !v.is_null());
    set(content, target, value)
}

/// Sets an attribute, or takes it away.
fn set(content: &mut ScimContent, target: &Target, value: Option<&Value>) -> Result<(), ScimError> {
    let part = target.part.as_deref();
    match (target.attribute.as_str(), part) {
        ("username", None) => content.login = login(value.unwrap_or(&Value::Null))?,
        ("displayname", None) => content.said.display = text(value)?,
        ("name", None) => return set_name(&mut content.said, value),
        ("name", Some(part)) => return set_part(&mut content.said, part, value),
        ("title", None) => content.function = text(value)?.unwrap_or_default(),
        ("preferredlanguage", None) => content.said.language = text(value)?,
        ("externalid", None) => content.said.external_id = text(value)?,
        ("active", None) => content.active = yes(value)?,
        (name, _) if LEFT_OUT.contains(&name) || name.starts_with(ENTERPRISE) => {}
        ("id" | "meta" | "groups" | "schemas" | "password" | "roles" | "entitlements" | "x509certificates", _) => {
            return Err(ScimError::mutability("this is not for provisioning to say"));
        }
        _ => return Err(ScimError::path("no attribute that is kept here")),
    }
    Ok(())
}

fn set_name(said: &mut ScimSaid, value: Option<&Value>) -> Result<(), ScimError> {
    let Some(value) = value else {
        (said.formatted, said.given, said.middle, said.family) = (None, None, None, None);
        return Ok(());
    };
    let parts = value.as_object().ok_or_else(|| ScimError::value("name is an object"))?;
    parts.iter().try_for_each(|(part, v)| set_part(said, &part.to_ascii_lowercase(), Some(v).filter(|v| !v.is_null())))
}

fn set_part(said: &mut ScimSaid, part: &str, value: Option<&Value>) -> Result<(), ScimError> {
    match part {
        "formatted" => said.formatted = text(value)?,
        "givenname" => said.given = text(value)?,
        "middlename" => said.middle = text(value)?,
        "familyname" => said.family = text(value)?,
        "honorificprefix" | "honorificsuffix" => {}
        _ => return Err(ScimError::path("no part of a name")),
    }
    Ok(())
}

fn text(value: Option<&Value>) -> Result<Option<String>, ScimError> {
    match value.map(unwrapped) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(ScimError::value("a text is expected")),
    }
}

fn yes(value: Option<&Value>) -> Result<bool, ScimError> {
    match value.map(unwrapped) {
        Some(Value::Bool(yes)) => Ok(*yes),
        // One large system sends its booleans as texts.
        Some(Value::String(word)) if word.eq_ignore_ascii_case("true") => Ok(true),
        Some(Value::String(word)) if word.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(ScimError::value("active is true or false")),
    }
}

fn login(value: &Value) -> Result<EmailAddress, ScimError> {
    let text = unwrapped(value).as_str().ok_or_else(|| ScimError::value("userName is missing"))?;
    text.trim().parse().map_err(|_| ScimError::value("userName must be an e-mail address"))
}
