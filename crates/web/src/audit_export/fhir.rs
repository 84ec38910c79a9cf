//! FHIR R4 AuditEvent after IHE Basic Audit Log Patterns (AUD-01): type `rest`, action, client and server with their network
//! addresses, the user as requestor with roles and purpose, one entity for the data, one for the patient, one for the
//! request. What no pattern is written for (sign-in, delivery, refusals) keeps to the base resource.

use serde_json::{Value, json};
use wardpost_model::audit::{ActionCode, AuditAgent, AuditDetails, AuditEntry, AuditKind, Outcome};

const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";
const EVENT_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-event-type";
const INTERACTION: &str = "http://hl7.org/fhir/restful-interaction";
const PARTICIPATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
const REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
const ENTITY_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const ENTITY_ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";
const BALP: &str = "https://profiles.ihe.net/ITI/BALP";

/// Who recorded the events: this server.
#[derive(Debug, Clone)]
pub struct Observer {
    /// Host name.
    pub host: String,
    /// Name of the organisation.
    pub organisation: String,
}

/// One entry as a resource.
#[must_use]
pub fn event(entry: &AuditEntry, observer: &Observer) -> Value {
    let details = entry.details.clone().unwrap_or_default();
    let (kind, interaction) = event_type(entry.kind);
    let mut subtype = Vec::new();
    if let Some(code) = interaction {
        subtype.push(coding(INTERACTION, code, code));
    }
    subtype.push(json!({ "system": "urn:wardpost:audit-kind", "code": entry.kind.as_str() }));
    let mut resource = json!({
        "resourceType": "AuditEvent",
        "id": entry.id.to_string(),
        "type": kind,
        "subtype": subtype,
        "action": format!("{:?}", entry.kind.action()),
        "recorded": entry.at.to_string(),
        "outcome": outcome(entry.outcome),
        "agent": agents(entry, &details, observer),
        "source": {
            "site": observer.organisation,
            "observer": { "display": observer.host },
            "type": [coding("http://terminology.hl7.org/CodeSystem/security-source-type", "4", "Application Server")],
        },
        "entity": entities(entry, &details),
    });
    if let (Some(profile), Some(object)) = (profile(entry, &details), resource.as_object_mut()) {
        object.insert("meta".into(), json!({ "profile": [format!("{BALP}/StructureDefinition/{profile}")] }));
    }
    if let (Some(why), Some(object)) = (&details.why, resource.as_object_mut()) {
        object.insert("outcomeDesc".into(), json!(why));
    }
    resource
}

/// The beginning of a Bundle that is written as a stream; resources follow, parted by commas.
#[must_use]
pub fn bundle_open() -> &'static str {
    "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":["
}

/// Its end.
#[must_use]
pub fn bundle_close() -> &'static str {
    "]}"
}

/// An entry that says how many events are missing because they were altered.
#[must_use]
pub fn missing_entry(events: u64) -> Value {
    let diagnostics = format!("{events} entries of the log were altered and can't be shown: verify the log");
    json!({ "resource": {
        "resourceType": "OperationOutcome",
        "issue": [{ "severity": "error", "code": "incomplete", "diagnostics": diagnostics }],
    } })
}

fn coding(system: &str, code: &str, display: &str) -> Value {
    json!({ "system": system, "code": code, "display": display })
}

fn event_type(kind: AuditKind) -> (Value, Option<&'static str>) {
    use AuditKind as K;
    match kind {
        K::ServerStarted | K::ServerStopped => (coding(DCM, "110100", "Application Activity"), None),
        K::SignInPassword | K::SignInSecondFactor | K::SignOut | K::SessionEnded | K::SubmissionSignIn => {
            (coding(DCM, "110114", "User Authentication"), None)
        }
        K::AccessDenied => (coding(DCM, "110113", "Security Alert"), None),
        K::AuditSearched => (coding(DCM, "110101", "Audit Log Used"), None),
        K::AuditExported => (coding(DCM, "110106", "Export"), None),
        _ => (coding(EVENT_TYPE, "rest", "Restful Operation"), Some(interaction(kind.action()))),
    }
}

const fn interaction(action: ActionCode) -> &'static str {
    match action {
        ActionCode::C => "create",
        ActionCode::R => "read",
        ActionCode::U => "update",
        ActionCode::D => "delete",
        ActionCode::E => "operation",
    }
}

/// FHIR `audit-event-outcome`: success, minor failure (refused), serious failure.
const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "0",
        Outcome::Refused => "4",
        Outcome::Error => "8",
    }
}

/// The pattern that an event keeps to, if it has all that the pattern asks for.
fn profile(entry: &AuditEntry, details: &AuditDetails) -> Option<String> {
    let person = matches!(entry.agent, AuditAgent::Person { .. });
    let (_, interaction) = event_type(entry.kind);
    interaction?;
    if entry.outcome != Outcome::Success || !person || details.network.is_none() || entry.object.is_none() {
        return None;
    }
    let name = match entry.kind.action() {
        ActionCode::C => "Create",
        ActionCode::R => "Read",
        ActionCode::U => "Update",
        ActionCode::D => "Delete",
        ActionCode::E => return None,
    };
    let patient = if details.patient.is_some() { "Patient" } else { "" };
    Some(format!("IHE.BasicAudit.{patient}{name}"))
}

fn agents(entry: &AuditEntry, details: &AuditDetails, observer: &Observer) -> Vec<Value> {
    let reads = matches!(entry.kind.action(), ActionCode::R);
    let source = coding(DCM, "110153", "Source Role ID");
    let destination = coding(DCM, "110152", "Destination Role ID");
    let (of_client, of_server) = if reads { (destination, source) } else { (source, destination) };
    let mut agents = Vec::new();
    if let Some(network) = &details.network {
        agents.push(json!({
            "type": { "coding": [of_client] },
            "who": { "display": network },
            "requestor": false,
            "network": { "address": network, "type": network_type(network) },
        }));
    }
    agents.push(json!({
        "type": { "coding": [of_server] },
        "who": { "display": observer.host },
        "requestor": matches!(entry.agent, AuditAgent::System),
        "network": { "address": observer.host, "type": "1" },
    }));
    if let Some(user) = user(entry, details) {
        agents.push(user);
    }
    if let Some(whom) = &details.on_behalf_of {
        agents.push(json!({
            "type": { "coding": [coding(PARTICIPATION, "CST", "custodian")] },
            "who": { "display": whom },
            "requestor": false,
        }));
    }
    agents
}

/// FHIR `network-type`: IP address or machine name.
fn network_type(network: &str) -> &'static str {
    if network.parse::<std::net::IpAddr>().is_ok() { "2" } else { "1" }
}

fn user(entry: &AuditEntry, details: &AuditDetails) -> Option<Value> {
    let (code, display) = match entry.kind.action() {
        ActionCode::C | ActionCode::U => ("AUT", "author (originator)"),
        ActionCode::D => ("CST", "custodian"),
        ActionCode::R | ActionCode::E => ("IRCP", "information recipient"),
    };
    let name = details.agent_name.clone();
    let mut user = match &entry.agent {
        AuditAgent::Person { id, roles } => json!({
            "who": { "identifier": { "system": "urn:wardpost:person", "value": id.to_string() } },
            "role": roles.iter().map(|r| json!({ "text": r })).collect::<Vec<_>>(),
            "purposeOfUse": [{ "coding": [purpose(entry.kind, details)] }],
        }),
        AuditAgent::Guest => json!({ "who": { "display": name.as_deref().unwrap_or("guest") } }),
        AuditAgent::Peer => json!({ "who": { "display": name.as_deref().unwrap_or("mail server") } }),
        AuditAgent::System => return None,
    };
    let object = user.as_object_mut()?;
    if object.get("role").is_some_and(|r| r.as_array().is_some_and(Vec::is_empty)) {
        object.remove("role");
    }
    object.insert("type".into(), json!({ "coding": [coding(PARTICIPATION, code, display)] }));
    object.insert("requestor".into(), json!(true));
    if let Some(name) = name {
        object.insert("name".into(), json!(name));
    }
    Some(user)
}

/// Why people do such things: treatment, the running of the organisation, or looking after privacy.
fn purpose(kind: AuditKind, details: &AuditDetails) -> Value {
    if details.ground.as_deref() == Some("break_glass") {
        return coding(REASON, "BTG", "break the glass");
    }
    let (object, _) = kind.as_str().split_once('.').unwrap_or((kind.as_str(), ""));
    match object {
        "message" | "attachment" | "draft" | "delivery" | "pickup" | "contact" | "patient" | "relation" | "team" => {
            coding(REASON, "TREAT", "treatment")
        }
        "audit" | "access" => coding(REASON, "HCOMPL", "health compliance"),
        _ => coding(REASON, "HSYSADMIN", "health system administration"),
    }
}

fn entities(entry: &AuditEntry, details: &AuditDetails) -> Vec<Value> {
    let mut entities = Vec::new();
    if let Some(object) = &entry.object {
        let system = format!("urn:wardpost:{}", object.kind);
        let more: Vec<Value> =
            details.more.iter().map(|(name, value)| json!({ "type": name, "valueString": value })).collect();
        let mut entity = json!({
            "what": { "identifier": { "system": system, "value": object.id } },
            "type": coding(ENTITY_TYPE, "2", "System Object"),
            "role": coding(ENTITY_ROLE, "4", "Domain Resource"),
        });
        if let (false, Some(entity)) = (more.is_empty(), entity.as_object_mut()) {
            entity.insert("detail".into(), Value::Array(more));
        }
        entities.push(entity);
    }
    if let Some(patient) = &details.patient {
        let mut entity = json!({
            "what": { "type": "Patient", "identifier": { "value": patient } },
            "type": coding(ENTITY_TYPE, "1", "Person"),
            "role": coding(ENTITY_ROLE, "1", "Patient"),
        });
        // NL-06: the authorisation basis.
        if let (Some(ground), Some(entity)) = (&details.ground, entity.as_object_mut()) {
            entity.insert("detail".into(), json!([{ "type": "ground", "valueString": ground }]));
        }
        entities.push(entity);
    }
    if let Some(request) = &details.request_id {
        let system = format!("{BALP}/CodeSystem/BasicAuditEntityType");
        entities.push(json!({
            "what": { "identifier": { "value": request } },
            "type": { "system": system, "code": "XrequestId" },
        }));
    }
    entities
}
