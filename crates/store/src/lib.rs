//! Keeps what Wardpost was given: one thin layer over two engines, SQLite in a file and PostgreSQL (or what speaks its
//! protocol) over a socket.
//!
//! A write is data, a [`Batch`] of statements that happen together or not at all; it is answered only after the commit
//! that made it durable, and batches that arrive meanwhile share the next commit. A read is a statement and its
//! parameters. Everything else (which tables there are, what a row means) is in the repositories, [`repo`].
//!
//! # How to write SQL here
//!
//! Statements are constants with numbered placeholders (`?1`), in the subset that both engines read alike; a test
//! prepares every one of them on both. No `?` in literals, no `$`, `CAST(SUM(x) AS BIGINT)` where a sum is read, no
//! `RETURNING` in a batch, unique constraints as named `CREATE UNIQUE INDEX`. What only one engine understands lives
//! in [`dialect`].
//!
//! **Invariant**: this crate knows no rules (who may do what, what happens next) and no protocols. It never reads a
//! clock: whatever is stored about time comes in as a parameter. Error texts hold names of tables and columns, never
//! values.

mod batch;
pub mod blob;
mod config;
mod db;
pub mod dialect;
mod error;
pub mod migrate;
mod portable;
mod postgres;
pub mod repo;
mod row;
mod sqlite;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod value;

pub use batch::Batch;
pub use config::{DbConfig, Engine, Target};
pub use db::Db;
pub use error::{Result, SchemaError, StoreError};
pub use migrate::Migration;
pub use portable::{check_portable, positional};
pub use row::Row;
pub use value::Value;

/// Uuid, as the macros and repositories need it.
pub use uuid::Uuid;
