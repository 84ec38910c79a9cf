//! Getting the account's secret onto another device: sealed under a recovery code or a passkey, or handed over by an old
//! device after its owner has compared six digits on both.

mod code;
mod numbers;

pub use code::{new_recovery_code, open_with_code, open_with_key, seal_with_code, seal_with_key};
pub use numbers::{LinkStep, NewDevice, OldDevice, is_ask};

#[cfg(test)]
mod tests;
