//! The real program over real ports: started, spoken to by other people's clients, killed, filled up, looked into.

#![expect(clippy::unwrap_used, reason = "tests")]

mod certificates;
mod clients;
mod conversations;
mod crash;
mod disk;
mod flood;
mod harness;
mod nodes;
mod operator;
mod outside;
mod provisioning;
mod shutdown;
mod words;

// A mail program that speaks TLS and signs in, shared with the demo.
#[path = "../../src/demo/submit.rs"]
mod submit;

// Authorities and devices, shared with the unit tests.
#[path = "../../src/devices/testing.rs"]
mod authority;
