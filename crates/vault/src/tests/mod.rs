//! Behaviour across modules. Unit tests of one module stand in that module's file here.

mod contracts;
mod damage;
mod files;
mod formats;
mod key_file;
mod keys;
mod names;
mod purposes;
mod root_key;

use crate::*;
use std::sync::Arc;
use uuid::Uuid;
use wardpost_model::OrgId;

pub(crate) const SUBJECT: Purpose = Purpose::new("test.subject");
pub(crate) const BODY: Purpose = Purpose::new("test.body");

pub(crate) fn org_id(n: u128) -> OrgId {
    OrgId(Uuid::from_u128(n))
}

pub(crate) fn class() -> RetentionClass {
    "mail-nl-20y".parse().unwrap()
}

pub(crate) fn month(text: &str) -> Month {
    text.parse().unwrap()
}

/// The same root key every time.
pub(crate) fn root() -> RootKey {
    RootKey::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap()
}

pub(crate) async fn vault() -> (Vault, Arc<MemoryKeyStore>) {
    let store = Arc::new(MemoryKeyStore::new());
    (Vault::create(root(), store.clone()).await.unwrap(), store)
}

pub(crate) async fn org() -> OrgVault {
    vault().await.0.create_org(org_id(1)).await.unwrap()
}
