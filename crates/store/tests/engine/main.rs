//! The engine layer on both engines: what callers are promised must be true of each.

#![expect(clippy::unwrap_used, reason = "tests")]

mod group;
mod migrations;
mod postgres;
mod sqlite;
mod statements;
mod tls;
mod values;
mod wake;
mod writes;

use wardpost_store::{Batch, Db, Migration, Uuid, params};

/// A schema for these tests.
const SCHEMA: &[Migration] = &[Migration {
    version: 1,
    name: "engine_test",
    sql: "CREATE TABLE parent (
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  state {text} NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (org_id, id)
){strict};
CREATE TABLE child (
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  parent_id {uuid} NOT NULL,
  name {text} NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, parent_id) REFERENCES parent (org_id, id)
){strict};
CREATE UNIQUE INDEX child_name ON child (org_id, name);
CREATE TABLE everything (
  id {int} NOT NULL PRIMARY KEY,
  n {int},
  t {text},
  b {bytes},
  u {uuid}
){strict};
CREATE UNIQUE INDEX everything_folded ON everything (lower(t)) WHERE n = -1;
",
}];

const ADD_PARENT: &str = "INSERT INTO parent (org_id, id, state, version) VALUES (?1, ?2, ?3, 1)";
const ADD_CHILD: &str = "INSERT INTO child (org_id, id, parent_id, name, body) VALUES (?1, ?2, ?3, ?4, ?5)";
const SET_STATE: &str =
    "UPDATE parent SET state = ?3, version = version + 1 WHERE org_id = ?1 AND id = ?2 AND state = ?4";
const IN_STATE: &str = "SELECT 1 FROM parent WHERE org_id = ?1 AND id = ?2 AND state = ?3";
const PARENT: &str = "SELECT state, version FROM parent WHERE org_id = ?1 AND id = ?2";
const COUNT: &str = "SELECT COUNT(*) FROM child WHERE org_id = ?1";
const NAMES: &str = "SELECT name FROM child WHERE org_id = ?1 ORDER BY name";

fn id() -> Uuid {
    Uuid::now_v7()
}

/// An organisation with one parent, in state `open`.
async fn parent(db: &Db) -> (Uuid, Uuid) {
    let (org, parent) = (id(), id());
    db.exec(ADD_PARENT, params![org, parent, "open"]).await.unwrap();
    (org, parent)
}

fn child(org: Uuid, parent: Uuid, name: &str) -> Batch {
    let mut batch = Batch::new();
    batch.exec(ADD_CHILD, params![org, id(), parent, name, vec![7_u8; 100]]);
    batch
}

async fn count(db: &Db, org: Uuid) -> i64 {
    db.query_opt(COUNT, params![org]).await.unwrap().unwrap().int(0).unwrap()
}

async fn state(db: &Db, (org, parent): (Uuid, Uuid)) -> (String, i64) {
    let row = db.query_opt(PARENT, params![org, parent]).await.unwrap().unwrap();
    (row.text(0).unwrap(), row.int(1).unwrap())
}
