//! Attacks on sessions, requests and bodies that must come to nothing, on every operation of the document.

mod bodies;
mod cookies;
mod enumeration;
mod forgery;
mod framing;
mod replay;

use super::samples::Described;
use super::*;

/// Operations without a cookie's authority, which other machines call: no page can abuse them.
const NO_COOKIE: &[&str] = &[
    "scim_create_user",
    "scim_replace_user",
    "scim_patch_user",
    "scim_remove_user",
    "scim_replace_group",
    "scim_patch_group",
    "backchannel_logout",
];

fn document() -> Value {
    serde_json::to_value(crate::openapi()).unwrap()
}

/// Operations that change something by a cookie's authority.
fn unsafe_operations(document: &Value) -> Vec<Described> {
    let all = Described::all(document).into_iter();
    all.filter(|o| o.method != "GET" && !NO_COOKIE.contains(&o.id())).collect()
}
