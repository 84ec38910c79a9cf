//! The API's description, OpenAPI 3.1: made from the routes themselves, served, and committed as `docs/openapi.json`.

use crate::{api, scim};
use axum::response::{IntoResponse, Response};
use http::header;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use utoipa::openapi::schema::ArrayItems;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{OpenApi as Document, Ref, RefOr, Schema};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Wardpost",
        version = "1",
        description = "Secure messaging for care. Errors are RFC 9457 problem details; lists have cursors; what creates takes an \
            Idempotency-Key; versioned things are changed with If-Match; everything that changes something carries \
            X-Wardpost-CSRF. See docs/api.md.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(crate::problem::ProblemDetails)),
    security(("session" = [], "csrf" = [])),
    modifiers(&Cookies),
    tags(
        (name = "session", description = "Signing in and out; invitations"),
        (name = "me", description = "One's own affairs"),
        (name = "mail", description = "Mailboxes and messages"),
        (name = "drafts", description = "Writing, planning, sending"),
        (name = "review", description = "Messages that wait for a second pair of eyes"),
        (name = "pickup", description = "Guests read and answer without an account"),
        (name = "contacts", description = "Whom one may write to"),
        (name = "conversations", description = "Conversations, encrypted from end to end: who is in which"),
        (name = "care", description = "Patients, who cares for them, care teams"),
        (name = "access", description = "Emergency access, and who looked"),
        (name = "audit", description = "Find, export, verify, prove"),
        (name = "people", description = "People, their roles and sessions"),
        (name = "reviews", description = "Access reviews"),
        (name = "roles", description = "Roles made of named permissions"),
        (name = "mailboxes", description = "Personal and shared mailboxes"),
        (name = "mandates", description = "Cover during leave, secretaries"),
        (name = "domains", description = "Own domains and partners"),
        (name = "policy", description = "What may leave, and how"),
        (name = "reports", description = "Numbers of findings, and what was done with them"),
        (name = "security", description = "How people get in, from where, and for how long"),
        (name = "provisioning", description = "Programs that provision people: accounts, tokens, roles"),
        (name = "scim", description = "SCIM 2.0 (RFC 7643, RFC 7644): for identity providers, with a bearer token"),
        (name = "events", description = "Live events")
    )
)]
struct Frame;

struct Cookies;

impl Modify for Cookies {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        let cookie =
            |name: &str, what: &str| SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(name, what)));
        let session = "From POST /session and /session/second-factor. HttpOnly, SameSite=Strict.";
        components.add_security_scheme("session", cookie("__Host-wardpost", session));
        let pickup = "From POST /pickup/verify. HttpOnly, SameSite=Strict.";
        components.add_security_scheme("pickup", cookie("__Host-wardpost-pickup", pickup));
        components.responses.extend(api::refusals().map(|(name, response)| (name, response.into())));
        components.schemas.extend(scim::named_schemas());
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
        let token = token.description(Some("Made under Administration, Provisioning. Opens SCIM only.")).build();
        components.add_security_scheme("token", SecurityScheme::Http(token));
        let csrf = "With everything but GET: the value from GET /session, or 1 where there is no session.";
        let header = ApiKey::Header(ApiKeyValue::with_description("X-Wardpost-CSRF", csrf));
        components.add_security_scheme("csrf", SecurityScheme::ApiKey(header));
    }
}

/// The description of the API.
#[must_use]
pub fn openapi() -> Document {
    let (_, mut document) = OpenApiRouter::<crate::WebState>::with_openapi(Frame::openapi())
        .nest(api::BASE, api::routes())
        .nest(scim::BASE, scim::routes())
        .split_for_parts();
    Lists.modify(&mut document);
    document
}

/// Lists refer to their items instead of repeating them.
struct Lists;

impl Modify for Lists {
    fn modify(&self, document: &mut Document) {
        let Some(components) = &mut document.components else { return };
        let known: BTreeSet<String> = components.schemas.keys().cloned().collect();
        for (name, schema) in &mut components.schemas {
            let item = name.strip_prefix("Page_").or_else(|| name.strip_prefix("Items_"));
            let Some(item) = item.filter(|i| known.contains(*i)) else { continue };
            if let RefOr::T(Schema::Object(list)) = schema
                && let Some(RefOr::T(Schema::Array(items))) = list.properties.get_mut("items")
            {
                items.items = ArrayItems::RefOrSchema(Box::new(Ref::from_schema_name(item).into()));
            }
        }
    }
}

/// The same as the text that is committed: pretty, with a line end.
#[must_use]
pub fn openapi_json() -> String {
    // A document made of our own types is always writable; an empty object would fail the freshness check.
    let text = openapi().to_pretty_json().unwrap_or_else(|_| "{}".to_owned());
    format!("{text}\n")
}

static TEXT: LazyLock<String> = LazyLock::new(openapi_json);

pub(crate) async fn serve() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], TEXT.as_str()).into_response()
}
