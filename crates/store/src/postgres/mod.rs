//! PostgreSQL: a pool of connections that only read, a few writers that pipeline, and one connection that tells and
//! hears of commits.

mod check;
mod connect;
mod error;
mod group;
mod migrate;
mod notify;
mod reader;
mod value;
mod writer;

pub(crate) use check::check;
pub(crate) use connect::{Access, Cluster, greet};
pub(crate) use migrate::migrate;
pub(crate) use notify::{Bell, listen};
pub(crate) use reader::{query, stream};
#[cfg(any(test, feature = "testing"))]
pub(crate) use value::foreign_types;
pub(crate) use writer::{Message, Writers};
