//! The one gate: who may do what ([`authorise`]), and by which route a message may leave ([`plan`]).
//!
//! Both are pure functions of facts that the caller has gathered. The compose screen shows the plan that delivery
//! obeys; when a route fails at delivery, [`fallback`] names the next one, which is never less safe.
//!
//! **Invariant**: no I/O of any kind, no clock, no randomness, no storage. Nothing here can look a fact up: what is
//! not passed in is unknown, and what is unknown counts as unsafe. There is no clear-text route to choose.

pub mod age;
mod authorise;
mod care;
mod look_alike;
mod plan;
mod roles;
pub mod zone;

pub use authorise::{Denied, MandateRights, Scope, authorise, authorise_all};
pub use care::{CareQuestion, CareRelation, EmergencyGrant, StandIn, ground, tie};
pub use look_alike::look_alike;
pub use plan::{Detour, OutsideFacts, PlanInput, RecipientFacts, Standing, TlsKnowledge, fallback, plan};
pub use roles::{ReadyMadeRole, permission_table, ready_made_role, ready_made_roles};
