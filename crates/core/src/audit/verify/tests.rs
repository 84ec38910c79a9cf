use super::Verification;
use crate::audit::NewEntry;
use crate::testing::{TestCore, TestPerson, config};
use crate::{Core, CoreConfig};
use std::sync::atomic::{AtomicBool, Ordering};
use wardpost_model::audit::AuditKind;
use wardpost_store::testing::TestDb;
use wardpost_store::{Value, both_engines, params};

async fn note(core: &Core, entries: usize) {
    for i in 0..entries {
        core.audit_alone(NewEntry::system(AuditKind::MessageRead).on("message", i)).await.unwrap();
    }
}

async fn busy_house(store: TestDb, entries: usize) -> (TestCore, TestPerson) {
    let house = TestCore::over(store).await;
    let vera = house.person("privacy_officer", "Vera Bos", "vera@clinic.example").await;
    note(&house, entries).await;
    house.sequence_all().await.unwrap();
    (house, vera)
}

async fn tampered(house: &TestCore, sql: &'static str, mut more: Vec<Value>) -> Verification {
    let mut all = params![house.org()];
    all.append(&mut more);
    assert_ne!(house.store().exec(sql, all).await.unwrap(), 0, "{sql}");
    verified(house).await
}

async fn verified(house: &Core) -> Verification {
    let key = house.log_status().await.unwrap().verifier_key;
    house.verify_log(&key).await.unwrap()
}

fn says(v: &Verification, what: &str) -> bool {
    v.problems.iter().any(|p| p.what.contains(what))
}

both_engines! {
    fn a_log_that_grows_while_it_is_verified_raises_no_alarm(store) {
        let (house, _) = busy_house(store, 500).await;
        let done = AtomicBool::new(false);
        let grow = async {
            while !done.load(Ordering::Acquire) {
                note(&house, 5).await;
                house.sequence_all().await.unwrap();
            }
        };
        let look = async {
            let mut last = 0;
            for _ in 0..40 {
                let v = verified(&house).await;
                assert!(v.is_sound(), "{:?}", v.problems);
                last = v.size;
            }
            done.store(true, Ordering::Release);
            assert!(last > 510, "the log did not grow");
        };
        tokio::join!(grow, look);
    }

    fn entries_that_were_hidden_outside_the_tree_are_found(store) {
        let (house, _) = busy_house(store, 20).await;
        note(&house, 2).await;
        let hide = "UPDATE audit_entry SET seq = ?2 WHERE org_id = ?1 AND object_id = ?3 AND seq IS NULL";
        let v = tampered(&house, hide, params![1_000_000_000_000_i64, "0"]).await;
        assert!(says(&v, "stands at place 1000000000000"), "{:?}", v.problems);
        let v = tampered(&house, hide, params![-1, "1"]).await;
        assert!(says(&v, "stands at place -1") && says(&v, "place 1000000000000"), "{:?}", v.problems);
        assert_eq!(v.problems.len(), 2);
    }

    fn a_log_without_its_head_is_not_sound(store) {
        let (house, _) = busy_house(store, 20).await;
        let v = tampered(&house, "DELETE FROM audit_head WHERE org_id = ?1", params![]).await;
        assert!(!v.is_sound() && v.problems[0].entry.is_some(), "{:?}", v.problems);
    }

    fn a_log_of_which_nothing_is_left_is_not_sound(store) {
        let (house, _) = busy_house(store, 20).await;
        for all in [
            "DELETE FROM audit_entry WHERE org_id = ?1",
            "DELETE FROM audit_tile WHERE org_id = ?1",
            "DELETE FROM audit_head WHERE org_id = ?1",
        ] {
            assert_ne!(house.store().exec(all, params![house.org()]).await.unwrap(), 0, "{all}");
        }
        let key = house.log_key().unwrap().verifier_key();
        let v = house.verify_log(&key).await.unwrap();
        assert!(says(&v, "all of it was removed"), "{:?}", v.problems);
    }

    fn tiles_that_no_tree_of_this_size_has_are_found(store) {
        let (house, _) = busy_house(store, 300).await;
        for (level, tile, named) in [(0, 7, "0/7"), (0, -1, "0/-1"), (2, 0, "2/0"), (9, 0, "9/0"), (-1, 0, "-1/0")] {
            let put = "INSERT INTO audit_tile (org_id, level, tile, hashes) VALUES (?1, ?2, ?3, ?4)";
            let v = tampered(&house, put, params![level, tile, vec![0_u8; 32]]).await;
            assert!(says(&v, &format!("tile {named} is none")), "{named}: {:?}", v.problems);
        }
        let longer = "UPDATE audit_tile SET hashes = ?2 WHERE org_id = ?1 AND level = 1 AND tile = 0";
        let v = tampered(&house, longer, params![vec![0_u8; 64]]).await;
        assert!(says(&v, "holds 64 bytes"), "{:?}", v.problems);
    }

    fn a_head_that_claims_more_than_there_is_ends_the_look(store) {
        let (house, _) = busy_house(store, 20).await;
        let v = tampered(&house, "UPDATE audit_head SET size = ?2, checkpoint = 'x' WHERE org_id = ?1", params![1_i64 << 47]).await;
        assert!(says(&v, "the checkpoint does not verify") && says(&v, "are missing"), "{:?}", v.problems);
    }

    fn erased_details_are_counted_and_named(store) {
        let (house, _) = busy_house(store, 200).await;
        let erase = "UPDATE audit_entry SET sealed_details = NULL WHERE org_id = ?1 AND seq >= 50 AND seq < 170";
        let v = tampered(&house, erase, params![]).await;
        assert!(v.is_sound(), "{:?}", v.problems);
        assert_eq!((v.erased, v.erased_entries.len()), (120, 100));
        let first = "SELECT entry_id FROM audit_entry WHERE org_id = ?1 AND seq = 50";
        let first = house.store().query_opt(first, params![house.org()]).await.unwrap().unwrap();
        assert_eq!(v.erased_entries[0].0, first.uuid(0).unwrap());
    }

    fn the_log_goes_on_when_a_server_is_renamed_and_on_nodes_with_names_of_their_own(store) {
        let (house, _) = busy_house(store, 20).await;
        let other = CoreConfig { host_name: "mx2.clinic.example".to_owned(), ..config() };
        let other = house.another_node_with(other).await;
        for core in [&other, &house.core, &other] {
            note(core, 3).await;
            assert_ne!(core.sequence_all().await.unwrap(), 0);
        }
        assert!(verified(&house).await.is_sound() && verified(&other).await.is_sound());
        assert_eq!(house.log_status().await.unwrap(), other.log_status().await.unwrap());
    }
}

#[tokio::test]
async fn a_log_that_was_begun_anew_after_the_old_one_was_removed_is_found() {
    let (house, _) = busy_house(TestDb::sqlite().await, 20).await;
    for all in ["DELETE FROM audit_entry", "DELETE FROM audit_tile", "DELETE FROM audit_head"] {
        assert_ne!(house.store().exec(all, params![]).await.unwrap(), 0, "{all}");
    }
    note(&house, 5).await;
    house.sequence_all().await.unwrap();
    let v = verified(&house).await;
    assert!(says(&v, "does not begin with the making of the organisation"), "{:?}", v.problems);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_named() {
    for damage in [
        "UPDATE audit_entry SET person_id = x'0102' WHERE org_id = ?1 AND seq = 12",
        "UPDATE audit_entry SET kind = CAST(x'ff41' AS TEXT) WHERE org_id = ?1 AND seq = 12",
    ] {
        let (house, _) = busy_house(TestDb::sqlite().await, 40).await;
        let v = tampered(&house, damage, params![]).await;
        assert_eq!(v.problems[0].seq, Some(12), "{damage}: {:?}", v.problems);
        assert!(v.problems[0].what.contains("can't be read") && v.problems[0].entry.is_some());
    }
}

#[tokio::test]
async fn two_entries_at_one_place_are_found() {
    let (house, _) = busy_house(TestDb::sqlite().await, 40).await;
    house.store().exec("DROP INDEX audit_entry_seq", params![]).await.unwrap();
    note(&house, 1).await;
    let double = "UPDATE audit_entry SET seq = 10 WHERE org_id = ?1 AND seq IS NULL";
    let v = tampered(&house, double, params![]).await;
    assert!(v.problems.iter().any(|p| p.seq == Some(10) && p.what.contains("two entries")), "{:?}", v.problems);
}
