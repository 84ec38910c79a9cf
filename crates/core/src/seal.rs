//! Sealing of typed columns: JSON under a purpose and the row's id.

use crate::{Core, Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wardpost_vault::{DataKey, Purpose};

/// The purposes: one per column, so that no ciphertext can stand in for another.
pub(crate) mod purpose {
    use wardpost_vault::Purpose;
    macro_rules! purposes { ($($name:ident = $label:literal),+ $(,)?) => { $(pub(crate) const $name: Purpose = Purpose::new($label);)+ } }
    purposes! {
        PERSON_PROFILE = "person.profile",
        PERSON_LOGIN = "person.login",
        LEAVE_HANDOVER = "leave.handover",
        PROVISIONED = "person.provisioned",
        PROVISIONED_EXTERNAL = "person.external",
        SERVICE_TOKEN_SECRET = "service_token.secret",
        SERVICE_TOKEN_LABEL = "service_token.label",
        BULK = "bulk",
        REVIEW_SEEN = "review.seen",
        REVIEW_NOTE = "review.note",
        REVIEW_REMINDED = "review.reminded",
        PERSON_IMPORT = "person.import",
        CREDENTIAL_PASSWORD = "credential.password",
        CREDENTIAL_TOTP = "credential.totp",
        CREDENTIAL_OFFER = "credential.offer",
        CREDENTIAL_INVITATION = "credential.invitation",
        CREDENTIAL_RECOVERY = "credential.recovery",
        APPROVAL = "approval.ask",
        APPROVAL_TOKEN = "approval.token",
        APPROVAL_CODE = "approval.code",
        SESSION_SECRET = "session.secret",
        SESSION_CLIENT = "session.client",
        DEVICE_SECRET = "device.secret",
        DEVICE_CLIENT = "device.client",
        DEVICE_LOGIN = "device.login",
        PASSKEY = "passkey",
        PASSKEY_CREDENTIAL = "passkey.credential",
        PASSKEY_CHALLENGE = "passkey.challenge",
        PASSKEY_USER = "passkey.user",
        PROVIDER = "provider",
        PROVIDER_ISSUER = "provider.issuer",
        PROVIDER_SUBJECT = "provider.subject",
        PROVIDER_LOGIN = "provider.login",
        PROVIDER_STATE = "provider.state",
        PROVIDER_BROWSER = "provider.browser",
        PROVIDER_SID = "provider.sid",
        PROVIDER_TOKEN = "provider.token",
        USED_ONCE = "used_once",
        VERIFICATION = "verification",
        VERIFICATION_LINK = "verification.link",
        VERIFICATION_CODE = "verification.code",
        APP_PASSWORD_SECRET = "app_password.secret",
        APP_PASSWORD_LABEL = "app_password.label",
        MAILBOX = "mailbox",
        ADDRESS = "address",
        DOMAIN = "domain",
        DOMAIN_DETAIL = "domain.detail",
        POLICY = "policy",
        CONTACT = "contact",
        DRAFT = "draft",
        FILE_META = "file.meta",
        FILE_DATA = "file.data",
        MESSAGE_HEAD = "message.head",
        MESSAGE_BODY = "message.body",
        MESSAGE_RAW = "message.raw",
        MESSAGE_RFC_ID = "message.rfc_id",
        RECIPIENT = "recipient",
        RECIPIENT_OUTCOME = "recipient.outcome",
        HELD_REASON = "held.reason",
        HELD_REMINDED = "held.reminded",
        DELIVERY_PAYLOAD = "delivery.payload",
        PICKUP = "pickup",
        PICKUP_TOKEN = "pickup.token",
        PICKUP_CODE = "pickup.code",
        PICKUP_SESSION = "pickup.session",
        AUDIT_DETAILS = "audit.details",
        PATIENT = "patient",
        PATIENT_RECORD = "patient.record",
        CARE_TEAM = "care.team",
        CARE_REASON = "care.reason",
        BREAK_GLASS = "break_glass",
        FALSE_ALARM = "false_alarm",
        FALSE_ALARM_TEXT = "false_alarm.text",
        MANDATE_NOTE = "mandate.note",
        CONVERSATION_BACKUP = "conversation.backup",
        CONVERSATION_DEVICE_NAME = "conversation.device_name",
        CONVERSATION_DEVICE_UNLOCK = "conversation.device_unlock",
        PROXY_BASIS = "proxy.basis",
        IDEMPOTENCY_KEY = "idempotency.key",
        IDEMPOTENCY_ANSWER = "idempotency.answer",
    }
}

impl Core {
    /// Seals a small value for a long-lived column.
    pub(crate) fn seal<T: Serialize>(&self, purpose: Purpose, row: &[u8], value: &T) -> Result<Vec<u8>> {
        let json = to_json(value)?;
        Ok(self.vault().seal(purpose, row, &json))
    }
    /// Opens what [`Core::seal`] sealed.
    pub(crate) fn unseal<T: DeserializeOwned>(&self, purpose: Purpose, row: &[u8], sealed: &[u8]) -> Result<T> {
        from_json(&self.vault().open(purpose, row, sealed)?)
    }
    /// A keyed index of a normalised value: equal values have equal indexes, and nobody without the key can test one.
    pub(crate) fn index(&self, purpose: Purpose, normalised: &str) -> Vec<u8> {
        self.vault().blind_index(purpose, normalised.as_bytes()).to_vec()
    }
}

/// Seals a value under a message's or file's own key.
pub(crate) fn seal_with<T: Serialize>(key: &DataKey, purpose: Purpose, row: &[u8], value: &T) -> Result<Vec<u8>> {
    Ok(key.seal(purpose, row, &to_json(value)?))
}
/// Opens what [`seal_with`] sealed.
pub(crate) fn unseal_with<T: DeserializeOwned>(
    key: &DataKey,
    purpose: Purpose,
    row: &[u8],
    sealed: &[u8],
) -> Result<T> {
    from_json(&key.open(purpose, row, sealed)?)
}

fn to_json<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|e| Error::internal("writing a sealed value", e))
}
fn from_json<T: DeserializeOwned>(json: &[u8]) -> Result<T> {
    // The library's error quotes the value: only its place may reach a log.
    serde_json::from_slice(json).map_err(|e| {
        let place = format!("{:?} at line {}, column {}", e.classify(), e.line(), e.column());
        Error::internal("reading a sealed value", place)
    })
}
