use crate::audit::{AuditQuery, NewEntry, leaf_of};
use crate::mail::{DraftKind, ListFilter};
use crate::testing::{TestCore, TestPerson};
use wardpost_model::audit::AuditKind;
use wardpost_model::message::Folder;
use wardpost_model::{AuditId, MessageId};
use wardpost_store::params;
use wardpost_store::repo::audit::EntryRow;
use wardpost_tlog::{ProofFile, VerifierKey, leaf_hash};

async fn busy_house(entries: usize) -> (TestCore, TestPerson) {
    let house = TestCore::new().await;
    let vera = house.person("privacy_officer", "Vera Bos", "vera@clinic.example").await;
    for i in 0..entries {
        let entry = NewEntry::by(&vera.actor, AuditKind::MessageRead).on("message", i).patient(Some("BSN 111222333"));
        house.audit_alone(entry).await.unwrap();
    }
    house.sequence_all().await.unwrap();
    (house, vera)
}

#[tokio::test]
async fn a_sound_log_verifies_and_knows_its_size() {
    let (house, vera) = busy_house(700).await;
    let v = house.verify_audit(&vera.actor).await.unwrap();
    assert!(v.is_sound(), "{:?}", v.problems);
    assert!(v.size >= 700 && v.checked >= v.size);
    house.audit_alone(NewEntry::by(&vera.actor, AuditKind::MessageRead)).await.unwrap();
    house.sequence_all().await.unwrap();
    let later = house.verify_audit(&vera.actor).await.unwrap();
    assert!(later.is_sound() && later.size > v.size);
}

#[tokio::test]
async fn aud_06_an_altered_column_is_found_and_named() {
    for column in ["kind = 'message.sent'", "at = at + 1", "roles = 'x'", "object_id = 'y'", "outcome = 'refused'"] {
        let (house, vera) = busy_house(300).await;
        let sql: &'static str =
            Box::leak(format!("UPDATE audit_entry SET {column} WHERE org_id = ?1 AND seq = 123").into_boxed_str());
        house.store().exec(sql, params![house.org()]).await.unwrap();
        let v = house.verify_audit(&vera.actor).await.unwrap();
        assert!(v.problems.iter().any(|p| p.seq == Some(123)), "{column}: {:?}", v.problems);
    }
}

#[tokio::test]
async fn a_flipped_byte_in_sealed_details_or_in_a_tile_is_found() {
    let (house, vera) = busy_house(300).await;
    let damage = "UPDATE audit_entry SET sealed_details = ?2 WHERE org_id = ?1 AND seq = 7";
    house.store().exec(damage, params![house.org(), vec![1u8, 2, 3]]).await.unwrap();
    let v = house.verify_audit(&vera.actor).await.unwrap();
    assert_eq!(v.problems.iter().filter_map(|p| p.seq).collect::<Vec<_>>(), [7]);

    let (house, vera) = busy_house(300).await;
    let read = "SELECT hashes FROM audit_tile WHERE org_id = ?1 AND level = 0 AND tile = 0";
    let mut tile = house.store().query_opt(read, params![house.org()]).await.unwrap().unwrap().bytes(0).unwrap();
    tile[32 * 99 + 5] ^= 1;
    let write = "UPDATE audit_tile SET hashes = ?2 WHERE org_id = ?1 AND level = 0 AND tile = 0";
    house.store().exec(write, params![house.org(), tile]).await.unwrap();
    let v = house.verify_audit(&vera.actor).await.unwrap();
    assert_eq!(v.problems.first().and_then(|p| p.seq), Some(99), "{:?}", v.problems);
}

#[tokio::test]
async fn a_removed_entry_and_a_log_that_was_cut_off_are_found() {
    let (house, vera) = busy_house(300).await;
    let sql = "DELETE FROM audit_entry WHERE org_id = ?1 AND seq = 200";
    house.store().exec(sql, params![house.org()]).await.unwrap();
    let v = house.verify_audit(&vera.actor).await.unwrap();
    assert!(v.problems.iter().any(|p| p.seq == Some(200) && p.what.contains("missing")), "{:?}", v.problems);

    let (house, vera) = busy_house(300).await;
    let sql = "DELETE FROM audit_entry WHERE org_id = ?1 AND seq >= 290";
    house.store().exec(sql, params![house.org()]).await.unwrap();
    assert!(!house.verify_audit(&vera.actor).await.unwrap().is_sound());
}

#[tokio::test]
async fn a_forged_head_does_not_verify() {
    let (house, vera) = busy_house(50).await;
    let sql = "UPDATE audit_head SET size = 40 WHERE org_id = ?1";
    house.store().exec(sql, params![house.org()]).await.unwrap();
    assert!(!house.verify_audit(&vera.actor).await.unwrap().is_sound());
}

#[tokio::test]
async fn aud_08_an_entry_is_proven_without_the_store() {
    let (house, vera) = busy_house(300).await;
    let query = AuditQuery { person: Some(vera.id()), ..AuditQuery::default() };
    let page = house.search_audit(&vera.actor, &query, None, 5).await.unwrap();
    let entry = page.entries.iter().find(|e| e.seq.is_some()).unwrap();
    let text = house.prove_audit(&vera.actor, entry.id).await.unwrap();
    let file = ProofFile::parse(text.as_bytes()).unwrap();
    let key = VerifierKey::parse(&house.log_status().await.unwrap().verifier_key).unwrap();
    let record = file.extra.clone().unwrap();
    file.verify(leaf_hash(&record), &key).unwrap();
    let mut other = record;
    other[20] ^= 1;
    assert!(file.verify(leaf_hash(&other), &key).is_err());
}

#[tokio::test]
async fn entries_are_found_by_patient_person_kind_and_time() {
    let house = TestCore::new().await;
    let vera = house.person("privacy_officer", "Vera Bos", "vera@clinic.example").await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    house.create_draft(&anna.actor, anna.mailbox(), DraftKind::New).await.unwrap();
    let entry = |p: &str| NewEntry::by(&anna.actor, AuditKind::MessageRead).patient(Some(p));
    house.audit_alone(entry("BSN 111222333")).await.unwrap();
    house.audit_alone(entry("MRN 77")).await.unwrap();
    let find = async |q: AuditQuery| house.search_audit(&vera.actor, &q, None, 100).await.unwrap().entries;
    let by_patient = find(AuditQuery { patient: Some("bsn-111.222.333".to_owned()), ..AuditQuery::default() }).await;
    let reads: Vec<_> = by_patient.iter().filter(|e| e.kind == AuditKind::MessageRead).collect();
    assert_eq!(reads.len(), 1);
    assert_eq!(reads[0].details.as_ref().unwrap().patient.as_deref(), Some("BSN 111222333"));
    let kinds = vec![AuditKind::DraftCreated];
    let by_kind = find(AuditQuery { person: Some(anna.id()), kinds, ..AuditQuery::default() }).await;
    assert_eq!(by_kind.len(), 1);
    let future = AuditQuery { from: Some(jiff::Timestamp::MAX), ..AuditQuery::default() };
    assert!(find(future).await.is_empty());
    assert!(house.search_audit(&anna.actor, &AuditQuery::default(), None, 10).await.is_err(), "not for clinicians");
}

#[tokio::test]
async fn nl_04_every_page_of_a_search_is_an_entry_wherever_it_begins() {
    let (house, vera) = busy_house(30).await;
    let query = AuditQuery { person: Some(vera.id()), ..AuditQuery::default() };
    let all = Some(AuditId(uuid::Uuid::max()));
    let page = house.search_audit(&vera.actor, &query, all, 10).await.unwrap();
    house.search_audit(&vera.actor, &query, page.next, 10).await.unwrap();
    house.export_audit(&vera.actor, &query, all, "csv").await.unwrap();
    let searches = house.audit_details(AuditKind::AuditSearched).await;
    assert_eq!(searches.len(), 2);
    assert_eq!(searches[1].more["before"], page.next.unwrap().to_string());
    assert_eq!(house.audit_details(AuditKind::AuditExported).await.len(), 1);
}

#[tokio::test]
async fn an_altered_row_does_not_hide_its_neighbours() {
    for damage in [
        "UPDATE audit_entry SET kind = 'nothing.happened' WHERE org_id = ?1 AND object_id = '5'",
        "UPDATE audit_entry SET outcome = 'perhaps' WHERE org_id = ?1 AND object_id = '5'",
        "UPDATE audit_entry SET patient_index = 'x' WHERE org_id = ?1 AND object_id = '5'",
        "UPDATE audit_entry SET person_id = x'01' WHERE org_id = ?1 AND object_id = '5'",
        "UPDATE audit_entry SET roles = CAST(x'ff' AS TEXT) WHERE org_id = ?1 AND object_id = '5'",
    ] {
        let (house, vera) = busy_house(10).await;
        // A damaged file: the engine itself would refuse some of this.
        if house.store().exec(damage, params![house.org()]).await.is_err() {
            continue;
        }
        let query = AuditQuery { kinds: vec![AuditKind::MessageRead], ..AuditQuery::default() };
        let page = house.search_audit(&vera.actor, &query, None, 100).await.unwrap();
        assert_eq!((page.entries.len(), page.damaged), (9, 1), "{damage}");
    }
}

#[tokio::test]
async fn a_span_of_time_is_found_to_the_microsecond() {
    let (house, vera) = busy_house(0).await;
    let mut times = Vec::new();
    for i in 0..40 {
        house.clock.advance_us(337);
        house.audit_alone(NewEntry::by(&vera.actor, AuditKind::MessageRead).on("message", i)).await.unwrap();
    }
    let kinds = vec![AuditKind::MessageRead];
    let query = AuditQuery { kinds, ..AuditQuery::default() };
    let all = house.search_audit(&vera.actor, &query, None, 100).await.unwrap().entries;
    times.extend(all.iter().map(|e| e.at));
    times.sort();
    for (first, last) in [(0, 39), (3, 4), (7, 20), (39, 39), (12, 12)] {
        let (from, to) = (Some(times[first]), Some(times[last]));
        let found =
            house.search_audit(&vera.actor, &AuditQuery { from, to, ..query.clone() }, None, 100).await.unwrap();
        assert_eq!(found.entries.len(), last - first, "{first}..{last}");
    }
}

#[tokio::test]
async fn a_refusal_names_what_was_refused() {
    let house = TestCore::new().await;
    let vera = house.person("privacy_officer", "Vera Bos", "vera@clinic.example").await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let bob = house.person("clinician", "Bob Smit", "bob@clinic.example").await;
    let message = MessageId(uuid::Uuid::from_u128(7));
    house.list_messages(&bob.actor, anna.mailbox(), Folder::Inbox, ListFilter::All, None, 1).await.unwrap_err();
    house.read_message(&bob.actor, anna.mailbox(), message).await.unwrap_err();
    house.sessions_of(&bob.actor, anna.id()).await.unwrap_err();
    house.search_audit(&bob.actor, &AuditQuery::default(), None, 1).await.unwrap_err();
    let query = AuditQuery { kinds: vec![AuditKind::AccessDenied], ..AuditQuery::default() };
    let refusals = house.search_audit(&vera.actor, &query, None, 100).await.unwrap().entries;
    let objects: Vec<_> = refusals.iter().rev().map(|e| e.object.clone().unwrap()).map(|o| (o.kind, o.id)).collect();
    let named = |kind: &str, id: String| (kind.to_owned(), id);
    assert_eq!(
        objects,
        [
            named("mailbox", anna.mailbox().to_string()),
            named("message", message.to_string()),
            named("person", anna.id().to_string()),
            named("org", house.org().to_string()),
        ]
    );
    assert_eq!(refusals[0].details.as_ref().unwrap().more["permission"], "audit.read");
    assert!(house.audit_entries_of_message(message).await.unwrap().is_empty(), "a trail tells what happened");
}

#[tokio::test]
async fn two_sequencers_over_one_store_give_every_entry_one_place() {
    let house = TestCore::postgres().await;
    let vera = house.person("privacy_officer", "Vera Bos", "vera@clinic.example").await;
    let other = house.another_node().await;
    for i in 0..300 {
        house.audit_alone(NewEntry::by(&vera.actor, AuditKind::MessageRead).on("message", i)).await.unwrap();
    }
    let (one, two) = tokio::join!(house.sequence_all(), other.sequence_all());
    one.unwrap();
    two.unwrap();
    let v = house.verify_audit(&vera.actor).await.unwrap();
    assert!(v.is_sound() && v.size >= 300, "{:?}", v.problems);
}

#[test]
fn the_leaf_depends_on_every_column() {
    let row = EntryRow {
        id: AuditId(uuid::Uuid::from_u128(1)),
        at_us: 1,
        kind: "a".into(),
        outcome: "b".into(),
        agent_kind: "c".into(),
        person_id: None,
        roles: "d".into(),
        object_kind: "e".into(),
        object_id: "f".into(),
        patient_index: None,
        salt: vec![1],
        details_hash: vec![2],
        sealed_details: None,
        leaf_hash: vec![],
        seq: None,
    };
    let base = leaf_of(&row);
    let changed = [
        EntryRow { id: AuditId(uuid::Uuid::from_u128(2)), ..row.clone() },
        EntryRow { at_us: 2, ..row.clone() },
        EntryRow { kind: "ab".into(), outcome: String::new(), ..row.clone() },
        EntryRow { agent_kind: "x".into(), ..row.clone() },
        EntryRow { person_id: Some(wardpost_model::PersonId(uuid::Uuid::nil())), ..row.clone() },
        EntryRow { roles: "x".into(), ..row.clone() },
        EntryRow { object_kind: "ef".into(), object_id: String::new(), ..row.clone() },
        EntryRow { patient_index: Some(vec![]), ..row.clone() },
        EntryRow { salt: vec![3], ..row.clone() },
        EntryRow { details_hash: vec![3], ..row },
    ];
    assert!(changed.iter().all(|r| leaf_of(r) != base));
}
