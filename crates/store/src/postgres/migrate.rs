//! Migrations on PostgreSQL.

use super::connect::checkout;
use super::error::{plain, translate};
use super::value;
use crate::config::Engine;
use crate::migrate::{self, Migration, pending, render_tokens};
use crate::{Result, SchemaError, StoreError, dialect, positional};
use deadpool_postgres::{Client, Pool};
use tokio_postgres::error::SqlState;

/// How often a step is tried when another node is at it.
const TRIES: u32 = 10;
/// The row that nodes lock, so that one at a time migrates; any engine of the family can do that.
const LOCK: &str = "SELECT version FROM schema_migration WHERE version = 0 FOR UPDATE";
/// Building an index or waiting for another node takes longer than a statement may otherwise.
const PATIENT: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '10min'; \
                       SET LOCAL idle_in_transaction_session_timeout = 0";

/// Applies what is pending; gives the versions applied by this call.
pub(crate) async fn migrate(pool: &Pool, known: &[Migration], applied_at: i64) -> Result<Vec<i64>> {
    let mut client = checkout(pool).await.map_err(|f| f.error)?;
    prepare_record(&client).await?;
    let mut done = Vec::new();
    let mut tries = 0;
    loop {
        match one(&mut client, known, applied_at).await {
            Ok(Some(version)) => {
                tries = 0;
                done.push(version);
            }
            Ok(None) => return Ok(done),
            Err(StoreError::Busy) if tries < TRIES => {
                tries += 1;
                super::writer::pause(tries).await;
                if client.is_closed() {
                    client = checkout(pool).await.map_err(|f| f.error)?;
                }
            }
            Err(e) => return Err(e),
        }
    }
}

/// Two nodes that create the same table at once can get in each other's way although both said IF NOT EXISTS.
async fn prepare_record(client: &Client) -> Result<()> {
    let record = render_tokens(Engine::Postgres, migrate::RECORD).map_err(StoreError::Refused)?;
    let mut tries = 0;
    loop {
        let outcome = async {
            client.batch_execute(&record).await?;
            client.batch_execute(migrate::BASELINE).await
        };
        match outcome.await {
            Ok(()) => return Ok(()),
            Err(e) if tries < TRIES && in_the_way(&e) => {
                tries += 1;
                super::writer::pause(tries).await;
            }
            Err(e) => return Err(translate(&e).error),
        }
    }
}

fn in_the_way(e: &tokio_postgres::Error) -> bool {
    e.code().is_some_and(|c| {
        [
            SqlState::UNIQUE_VIOLATION,
            SqlState::DUPLICATE_TABLE,
            SqlState::DUPLICATE_OBJECT,
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
        ]
        .contains(c)
    })
}

/// Applies the next version, if there is one, in its own transaction.
async fn one(client: &mut Client, known: &[Migration], applied_at: i64) -> Result<Option<i64>> {
    let fail = |e: tokio_postgres::Error| translate(&e).error;
    let tx = client.transaction().await.map_err(fail)?;
    tx.batch_execute(PATIENT).await.map_err(fail)?;
    tx.query(LOCK, &[]).await.map_err(fail)?;
    let mut applied = Vec::new();
    for row in tx.query(migrate::APPLIED, &[]).await.map_err(fail)? {
        applied.push(dialect::applied_row(&value::row(&row)?)?);
    }
    let Some(migration) = pending(&applied, known)?.first() else { return Ok(None) };
    for (statement, text) in migration.render(Engine::Postgres)? {
        tx.batch_execute(&text).await.map_err(|e| match translate(&e).error {
            StoreError::Busy => StoreError::Busy,
            _ => SchemaError::Failed { version: migration.version, statement, reason: plain(&e) }.into(),
        })?;
    }
    let remember = positional(migrate::REMEMBER)?;
    let name = migration.name;
    tx.execute(&remember, &[&migration.version, &name, &migration.checksum(), &applied_at]).await.map_err(fail)?;
    tx.commit().await.map_err(fail)?;
    Ok(Some(migration.version))
}
