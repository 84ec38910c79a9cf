//! Reads on PostgreSQL.

use super::connect::{Cluster, checkout};
use super::error::{Failure, Remedy, translate};
use super::value;
use crate::row::Rows;
use crate::{Result, Row, StoreError, Value};
use deadpool_postgres::{Client, Pool};
use futures::{StreamExt as _, TryStreamExt as _};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_postgres::error::SqlState;

/// How often a read is tried; reads may be repeated, so a lost connection needn't be anybody's concern.
const TRIES: u32 = 3;
/// How long a query may take before the connection is given up.
const PATIENCE: Duration = Duration::from_secs(45);
/// Rows asked for at a time when streaming.
const FETCH: i32 = 256;

pub(crate) async fn query(cluster: &Cluster, pool: &Pool, sql: &'static str, params: &[Value]) -> Result<Vec<Row>> {
    let mut tries = 0;
    loop {
        tries += 1;
        let failure = match tokio::time::timeout(PATIENCE, once(cluster, pool, sql, params)).await {
            Ok(Ok(rows)) => return Ok(rows),
            Ok(Err(failure)) => failure,
            Err(_) => return Err(StoreError::Busy),
        };
        if failure.remedy == Remedy::None || tries >= TRIES {
            return Err(failure.error);
        }
        super::writer::pause(tries).await;
    }
}

async fn once(cluster: &Cluster, pool: &Pool, sql: &'static str, params: &[Value]) -> Result<Vec<Row>, Failure> {
    let client = checkout(pool).await?;
    let outcome = fetch(cluster, &client, sql, params).await;
    if outcome.as_ref().is_err_and(|f| f.remedy == Remedy::Reconnect) {
        drop(deadpool_postgres::Object::take(client));
    }
    outcome
}

async fn fetch(cluster: &Cluster, client: &Client, sql: &'static str, params: &[Value]) -> Result<Vec<Row>, Failure> {
    let statement = cluster.prepare(client, sql).await?;
    let fail = |e: tokio_postgres::Error| match e.code() {
        Some(&SqlState::READ_ONLY_SQL_TRANSACTION) => StoreError::Refused("a query may not change anything").into(),
        _ => translate(&e).named(sql),
    };
    let found = client.query_raw(&statement, params).await.map_err(fail)?;
    let mut found = std::pin::pin!(found);
    let mut rows = Rows::default();
    while let Some(row) = found.try_next().await.map_err(fail)? {
        rows.push(value::row(&row)?)?;
    }
    Ok(rows.into_vec())
}

/// Sends rows in portions until the statement or the receiver ends; a receiver that takes nothing for `patience`
/// ends it, so that a forgotten stream doesn't keep the server from tidying up.
pub(crate) async fn stream(
    cluster: &Cluster,
    pool: &Pool,
    sql: &'static str,
    params: &[Value],
    to: &mpsc::Sender<Result<Row>>,
    patience: Duration,
) {
    if let Err(failure) = portions(cluster, pool, sql, params, to, patience).await {
        let _ = to.send_timeout(Err(failure.error), patience).await;
    }
}

async fn portions(
    cluster: &Cluster,
    pool: &Pool,
    sql: &'static str,
    params: &[Value],
    to: &mpsc::Sender<Result<Row>>,
    patience: Duration,
) -> Result<(), Failure> {
    let fail = |e: tokio_postgres::Error| translate(&e).named(sql);
    let mut client = checkout(pool).await?;
    let statement = cluster.prepare(&client, sql).await?;
    let transaction = client.transaction().await.map_err(fail)?;
    let portal = transaction.bind_raw(&statement, params).await.map_err(fail)?;
    loop {
        let portion = transaction.query_portal_raw(&portal, FETCH).await.map_err(fail)?;
        let mut portion = std::pin::pin!(portion);
        let mut count = 0;
        while let Some(row) = portion.next().await {
            count += 1;
            to.send_timeout(value::row(&row.map_err(fail)?), patience)
                .await
                .map_err(|_| StoreError::Refused("the stream was not read from in time"))?;
        }
        if count < FETCH {
            return Ok(());
        }
    }
}
