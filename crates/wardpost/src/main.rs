//! `wardpost`: secure messaging for care, in one program.
//!
//! This is the only place where everything is wired together: configuration, sockets, stores, keys, use cases, and the
//! command line over them.
//!
//! **Invariant**: knows no rules. What may happen and what it means is decided below; here things are only opened,
//! connected, started, stopped and printed.

mod cli;
mod commands;
mod config;
mod demo;
mod devices;
mod house;
mod keys;
mod log;
mod metrics;
mod provider_client;
mod serve;
mod sms;
mod sockets;
mod tls;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
