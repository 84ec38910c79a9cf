//! What goes in comes out, the same on both engines.

use crate::*;
use futures::StreamExt as _;
use wardpost_store::{StoreError, Value, both_engines};

const PUT: &str = "INSERT INTO everything (id, n, t, b, u) VALUES (?1, ?2, ?3, ?4, ?5)";
const GET: &str = "SELECT n, t, b, u FROM everything WHERE id = ?1";

both_engines! {
    using SCHEMA;

    fn every_kind_of_value_comes_back_as_it_went(db) {
        let u = id();
        let big: Vec<u8> = (0..200_000_u32).map(|n| n as u8).collect();
        let cases: Vec<[Value; 4]> = vec![
            [Value::Int(i64::MIN), "".into(), Vec::new().into(), Uuid::nil().into()],
            [Value::Int(i64::MAX), "Zoë 🩺 'quoted' \u{7f}".into(), big.into(), Uuid::max().into()],
            [true.into(), "x".repeat(100_000).into(), vec![0_u8, 255].into(), u.into()],
            [Value::Null, Value::Null, Value::Null, Value::Null],
        ];
        for (n, case) in cases.into_iter().enumerate() {
            let key = i64::try_from(n).unwrap();
            let mut params = params![key];
            params.extend(case.clone());
            assert_eq!(db.exec(PUT, params).await.unwrap(), 1);
            let row = db.query_opt(GET, params![key]).await.unwrap().unwrap();
            let got: [Value; 4] = [
                row.opt_int(0).unwrap().into(),
                row.opt_text(1).unwrap().into(),
                row.opt_bytes(2).unwrap().into(),
                row.opt_uuid(3).unwrap().into(),
            ];
            assert_eq!(got, case);
        }
    }

    fn a_column_of_another_kind_than_asked_for_is_an_inconsistency(db) {
        db.exec(PUT, params![1, 2, "t", vec![3_u8; 4], id()]).await.unwrap();
        let row = db.query_opt(GET, params![1]).await.unwrap().unwrap();
        let inconsistent = |e: StoreError| matches!(e, StoreError::Inconsistent { .. });
        assert!(inconsistent(row.text(0).unwrap_err()));
        assert!(inconsistent(row.bool(0).unwrap_err()), "2 is neither true nor false");
        assert!(inconsistent(row.int(1).unwrap_err()));
        assert!(inconsistent(row.uuid(2).unwrap_err()), "4 bytes are no uuid");
        assert!(inconsistent(row.int(4).unwrap_err()), "there is no such column");
        assert!(inconsistent(row.opt_int(4).unwrap_err()), "there is no such column");
        assert!(inconsistent(row.opt_text(0).unwrap_err()));
        assert_eq!(row.len(), 4);
        let fraction = "SELECT CAST(1.5 AS REAL)";
        assert!(inconsistent(db.query(fraction, params![]).await.unwrap_err()));
    }

    fn text_is_ordered_byte_by_byte(db) {
        let (org, parent) = parent(&db).await;
        for name in ["b", "a", "é", "Z", "_", "B2", "10"] {
            db.write(child(org, parent, name)).await.unwrap();
        }
        let rows = db.query(NAMES, params![org]).await.unwrap();
        let names: Vec<String> = rows.iter().map(|r| r.text(0).unwrap()).collect();
        assert_eq!(names, ["10", "B2", "Z", "_", "a", "b", "é"]);
    }

    fn one_row_is_asked_for_and_more_are_an_inconsistency(db) {
        let (org, parent) = parent(&db).await;
        assert_eq!(db.query_opt(NAMES, params![org]).await.unwrap(), None);
        db.write(child(org, parent, "a")).await.unwrap();
        assert_eq!(db.query_opt(NAMES, params![org]).await.unwrap().unwrap().text(0).unwrap(), "a");
        db.write(child(org, parent, "b")).await.unwrap();
        assert!(matches!(db.query_opt(NAMES, params![org]).await, Err(StoreError::Inconsistent { .. })));
    }

    fn a_stream_gives_every_row_in_order_and_may_be_left_early(db) {
        let mut batch = Batch::new();
        for n in 0..2_000_i64 {
            batch.exec(PUT, params![n, n, "t", vec![1_u8; 500], id()]);
        }
        db.write(batch).await.unwrap();
        let all = "SELECT id FROM everything ORDER BY id";
        let ids: Vec<i64> = db.stream(all, params![]).map(|r| r.unwrap().int(0).unwrap()).collect().await;
        assert_eq!(ids, (0..2_000).collect::<Vec<_>>());
        // More streams left early than there are connections; each must have given its connection back.
        for _ in 0..20 {
            let mut rows = db.stream(all, params![]);
            assert_eq!(rows.next().await.unwrap().unwrap().int(0).unwrap(), 0);
        }
        db.ping().await.unwrap();
        let mut wrong = db.stream("SELECT nothing FROM nowhere", params![]);
        assert!(matches!(wrong.next().await, Some(Err(StoreError::Backend(_)))));
        assert!(wrong.next().await.is_none());
    }

    fn a_sound_database_has_nothing_to_complain_of(db) {
        let (org, parent) = parent(&db).await;
        db.write(child(org, parent, "a")).await.unwrap();
        assert_eq!(db.integrity().await.unwrap(), Vec::<String>::new());
        db.ping().await.unwrap();
    }
}
