//! Looking for damage on PostgreSQL.

use super::connect::checkout;
use super::error::{plain, translate};
use crate::Result;
use deadpool_postgres::{Client, Object, Pool};

/// What the catalogue tells by itself: indexes that aren't valid, constraints not checked.
const CATALOGUE: &str = "SELECT 'index ' || c.relname || ' is not valid' FROM pg_index i \
     JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid \
     UNION ALL SELECT 'constraint ' || conname || ' is not validated' FROM pg_constraint WHERE NOT convalidated";
const HAS_AMCHECK: &str = "SELECT 1 FROM pg_extension WHERE extname = 'amcheck'";
const INDEXES: &str = "SELECT c.oid, CAST(c.relname AS TEXT) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
     JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE a.amname = 'btree' AND i.indisvalid AND n.nspname = current_schema() AND c.relpersistence = 'p'";
/// Also that every row of the table is in the index.
const CHECK_INDEX: &str = "SELECT bt_index_check(CAST(CAST($1 AS OID) AS REGCLASS), true)";

/// Gives what is wrong, in sentences.
pub(crate) async fn check(pool: &Pool) -> Result<Vec<String>> {
    let client = checkout(pool).await.map_err(|f| f.error)?;
    let outcome = look(&client).await;
    // Its session no longer has the usual limits.
    drop(Object::take(client));
    outcome.map_err(|e| translate(&e).error)
}

async fn look(client: &Client) -> Result<Vec<String>, tokio_postgres::Error> {
    client.batch_execute("SET statement_timeout = 0").await?;
    let mut problems = Vec::new();
    for row in client.query(CATALOGUE, &[]).await? {
        problems.push(row.try_get(0)?);
    }
    if client.query_opt(HAS_AMCHECK, &[]).await?.is_none() {
        return Ok(problems);
    }
    for row in client.query(INDEXES, &[]).await? {
        let (oid, name): (u32, String) = (row.try_get(0)?, row.try_get(1)?);
        match client.query(CHECK_INDEX, &[&oid]).await {
            Err(e) if e.as_db_error().is_some() => problems.push(format!("index {name}: {}", plain(&e))),
            outcome => drop(outcome?),
        }
    }
    Ok(problems)
}
