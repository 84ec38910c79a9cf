//! The repositories: one module for each part of the vocabulary, each a list of statements, functions that put them
//! into a [`crate::Batch`] or run them as a query, and decoders from [`crate::Row`].
//!
//! Every module has `pub const ALL: &[&str]` with all its statements and adds it here.

pub mod app_password;
pub mod approval;
pub mod approver;
pub mod audit;
pub mod break_glass;
pub mod bulk;
pub mod care;
pub mod contact;
pub mod conversation;
pub mod conversation_account;
pub mod conversation_log;
pub mod conversation_package;
pub mod credential;
pub mod delivery;
pub mod device;
pub mod domain;
pub mod domain_tls;
pub mod draft;
pub mod false_alarm;
pub mod file;
pub mod held;
pub mod idempotency;
pub mod identity_provider;
pub mod import;
pub mod keys;
pub mod leave;
pub mod live;
pub mod mailbox;
pub mod mandate;
pub mod message;
pub mod org;
pub mod partner;
pub mod passkey;
pub mod patient;
pub mod person;
pub mod pickup;
pub mod policy;
pub mod provisioning;
pub mod proxy;
pub mod recipient;
pub mod review;
pub mod role;
pub mod session;
pub mod tally;
pub mod used_once;
pub mod verification;

/// Every statement that any repository sends, for the test that prepares them on both engines.
#[must_use]
pub fn all_statements() -> Vec<&'static str> {
    let parts: &[&[&'static str]] = &[
        app_password::ALL,
        approval::ALL,
        approver::ALL,
        audit::ALL,
        break_glass::ALL,
        bulk::ALL,
        care::ALL,
        contact::ALL,
        conversation::ALL,
        conversation_account::ALL,
        conversation_log::ALL,
        conversation_package::ALL,
        credential::ALL,
        delivery::ALL,
        device::ALL,
        domain::ALL,
        domain_tls::ALL,
        draft::ALL,
        false_alarm::ALL,
        file::ALL,
        held::ALL,
        idempotency::ALL,
        identity_provider::ALL,
        import::ALL,
        leave::ALL,
        live::ALL,
        mailbox::ALL,
        mandate::ALL,
        message::ALL,
        org::ALL,
        partner::ALL,
        passkey::ALL,
        patient::ALL,
        person::ALL,
        pickup::ALL,
        policy::ALL,
        provisioning::ALL,
        proxy::ALL,
        recipient::ALL,
        review::ALL,
        role::ALL,
        session::ALL,
        tally::ALL,
        used_once::ALL,
        verification::ALL,
    ];
    parts.concat()
}
