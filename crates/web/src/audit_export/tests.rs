use super::*;
use wardpost_model::audit::{ActionCode, AuditAgent, AuditDetails, AuditEntry, AuditKind, AuditObject, Outcome};
use wardpost_model::{AuditId, PersonId};

fn entry(kind: AuditKind) -> AuditEntry {
    AuditEntry {
        id: AuditId(uuid::Uuid::from_u128(1)),
        seq: Some(41),
        at: "2026-03-01T10:00:00Z".parse().unwrap(),
        kind,
        agent: AuditAgent::Person { id: PersonId(uuid::Uuid::from_u128(2)), roles: vec!["Clinician".into()] },
        object: Some(AuditObject { kind: "message".into(), id: "m-1".into() }),
        outcome: Outcome::Success,
        details: Some(AuditDetails {
            agent_name: Some("A. Jansen".into()),
            patient: Some("BSN 123".into()),
            network: Some("192.0.2.7".into()),
            request_id: Some("r-1".into()),
            ..AuditDetails::default()
        }),
    }
}

fn observer() -> Observer {
    Observer { host: "mail.clinic.example".into(), organisation: "Clinic".into() }
}

#[test]
fn a_line_has_as_many_fields_as_the_header() {
    let line = row(&entry(AuditKind::MessageRead));
    assert_eq!(line.trim_end().split(',').count(), HEADER.trim_end().split(',').count());
    assert!(line.starts_with("41,00000000-0000-0000-0000-000000000001,2026-03-01T10:00:00Z,message.read,R,success,"));
    assert!(line.ends_with("\r\n"));
}

/// NL-06: the ground, and whether the emergency button was used, reach whoever gets the log.
#[test]
fn the_ground_is_exported() {
    let mut e = entry(AuditKind::MessageRead);
    e.details.as_mut().unwrap().ground = Some("break_glass".into());
    assert!(row(&e).contains(",BSN 123,break_glass,"));
    let event = event(&e, &observer());
    let patient = event["entity"].as_array().unwrap().iter().find(|e| e["what"]["type"] == "Patient").unwrap();
    assert_eq!(patient["detail"][0], serde_json::json!({ "type": "ground", "valueString": "break_glass" }));
    let user = event["agent"].as_array().unwrap().iter().find(|a| a["purposeOfUse"].is_array()).unwrap();
    assert_eq!(user["purposeOfUse"][0]["coding"][0]["code"], "BTG");
}

#[test]
fn what_is_missing_is_said() {
    assert_eq!(missing_row(3).trim_end().split(',').count(), HEADER.trim_end().split(',').count());
    assert!(missing_row(3).ends_with("=3\r\n"));
    assert_eq!(missing_entry(3)["resource"]["issue"][0]["code"], "incomplete");
}

#[test]
fn formulas_are_defused_and_quotes_doubled() {
    for hostile in ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "\t=1", "＝1", "\r=1"] {
        let mut e = entry(AuditKind::MessageSent);
        e.details.as_mut().unwrap().why = Some(hostile.into());
        let line = row(&e);
        assert!(line.contains(&format!("\"'{}", hostile.replace('"', "\"\""))), "{hostile}: {line}");
    }
    let mut e = entry(AuditKind::MessageSent);
    e.details.as_mut().unwrap().why = Some("said \"no\",\r\nthen yes".into());
    assert!(row(&e).contains("\"said \"\"no\"\",\r\nthen yes\""));
}

#[test]
fn a_read_of_patient_data_keeps_to_the_pattern() {
    let event = event(&entry(AuditKind::MessageRead), &observer());
    assert_eq!(
        event["meta"]["profile"][0],
        "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead"
    );
    assert_eq!(event["type"]["code"], "rest");
    assert_eq!(event["subtype"][0]["code"], "read");
    assert_eq!((event["action"].as_str(), event["outcome"].as_str()), (Some("R"), Some("0")));
    assert_eq!(event["recorded"], "2026-03-01T10:00:00Z");
    let agents = event["agent"].as_array().unwrap();
    assert_eq!(agents.len(), 3);
    assert_eq!(agents[0]["type"]["coding"][0]["code"], "110152", "the client is where the data goes");
    assert_eq!(agents[0]["network"]["type"], "2");
    assert_eq!(agents[1]["type"]["coding"][0]["code"], "110153");
    assert_eq!(agents[2]["type"]["coding"][0]["code"], "IRCP");
    assert_eq!(agents[2]["requestor"], true);
    assert_eq!(agents[2]["purposeOfUse"][0]["coding"][0]["code"], "TREAT");
    assert_eq!(agents[2]["role"][0]["text"], "Clinician");
    let entities = event["entity"].as_array().unwrap();
    assert_eq!(
        entities.iter().map(|e| e["type"]["code"].as_str().unwrap()).collect::<Vec<_>>(),
        ["2", "1", "XrequestId"]
    );
    assert_eq!(entities[1]["what"]["identifier"]["value"], "BSN 123");
}

#[test]
fn every_kind_has_what_the_resource_requires() {
    for kind in AuditKind::ALL {
        for agent in [AuditAgent::Guest, AuditAgent::Peer, AuditAgent::System, entry(*kind).agent] {
            let mut e = entry(*kind);
            e.agent = agent;
            let event = event(&e, &observer());
            assert!(event["type"]["code"].is_string() && event["source"]["observer"]["display"].is_string());
            let agents = event["agent"].as_array().unwrap();
            assert_eq!(agents.iter().filter(|a| a["requestor"] == true).count(), 1, "{kind:?}");
            assert!(agents.iter().all(|a| a["type"]["coding"][0]["code"].is_string()));
        }
    }
}

#[test]
fn erased_details_and_refusals_claim_no_pattern() {
    let mut erased = entry(AuditKind::MessageRead);
    erased.details = None;
    assert!(event(&erased, &observer()).get("meta").is_none());
    let mut refused = entry(AuditKind::MessageRead);
    refused.outcome = Outcome::Refused;
    let refused = event(&refused, &observer());
    assert!(refused.get("meta").is_none());
    assert_eq!(refused["outcome"], "4");
    assert!(matches!(AuditKind::SignInPassword.action(), ActionCode::E));
    assert_eq!(event(&entry(AuditKind::SignInPassword), &observer())["type"]["code"], "110114");
}
