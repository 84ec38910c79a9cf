//! Test kit: an organisation over a fresh store, with a clock that tests set, and stand-ins for what lies outside
//! (text messages, other domains' mail servers). Everything inside is real: store, vault, scanner, passwords.
//!
//! ```ignore
//! let house = TestCore::new().await;
//! let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
//! let draft = house.core.create_draft(&anna.actor, anna.mailbox(), DraftKind::New).await.unwrap();
//! ```

#![expect(clippy::unwrap_used, reason = "test kit: a failure here is a failed test")]

mod passkey;
pub mod phone;
mod provider;

pub use passkey::{Passkey, read_passkey_bytes};
pub use provider::{Signer, TestProvider, read_token_bytes};

use crate::clock::MINUTE_US;
use crate::identity::Client;
use crate::people::{BootstrapPerson, NewPerson};
use crate::ports::{SmsGateway, TlsFinding, TlsProber};
use crate::seal::purpose;
use crate::{Clock, Core, CoreConfig, Parts};
use async_trait::async_trait;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wardpost_model::audit::{AuditDetails, AuditKind};
use wardpost_model::device::{CertificateGap, DeviceCertificate, Vouching};
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, Circumstances, Language};
use wardpost_model::{Domain, EmailAddress, MailboxId, OrgId, PersonId, PhoneNumber, RoleId, SessionId};
use wardpost_phi::{OrgVocabulary, Scanner};
use wardpost_store::Batch;
use wardpost_store::blob::Blobs;
use wardpost_store::testing::TestDb;
use wardpost_vault::{MemoryKeyStore, OrgVault, RootKey, Vault};

/// The domain of [`TestCore`]'s organisation.
pub const DOMAIN: &str = "clinic.example";
/// A password that the rules accept.
pub const PASSWORD: &str = "seven quiet herons wade";

/// A clock that stands still until it is set, but for a microsecond at each look, so that nothing happens at once.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// A clock at 2026-03-02T08:00:00Z, a Monday.
    #[must_use]
    pub fn new() -> Self {
        Self(AtomicI64::new(1_772_438_400_000_000))
    }
    /// Moves it on by so many microseconds (see [`crate::clock`] for units).
    pub fn advance_us(&self, us: i64) {
        self.0.fetch_add(us, Ordering::SeqCst);
    }
    /// Moves it on by minutes.
    pub fn advance_minutes(&self, minutes: i64) {
        self.advance_us(minutes * MINUTE_US);
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.fetch_add(1, Ordering::SeqCst)).unwrap()
    }
}

/// Text messages that went out.
#[derive(Debug, Default)]
pub struct SmsOutbox {
    sent: Mutex<Vec<(PhoneNumber, String)>>,
    broken: Mutex<Option<String>>,
}

impl SmsOutbox {
    /// What went out so far.
    #[must_use]
    pub fn sent(&self) -> Vec<(PhoneNumber, String)> {
        lock(&self.sent).clone()
    }
    /// The text that went to a number last.
    #[must_use]
    pub fn last_to(&self, number: &str) -> Option<String> {
        lock(&self.sent).iter().rev().find(|(to, _)| to.as_str() == number).map(|(_, text)| text.clone())
    }
    /// From now on the gateway refuses, for this reason; `None` mends it.
    pub fn refuse(&self, reason: Option<&str>) {
        *lock(&self.broken) = reason.map(str::to_owned);
    }
}

#[async_trait]
impl SmsGateway for SmsOutbox {
    async fn send(&self, to: &PhoneNumber, text: &str) -> Result<(), String> {
        if let Some(reason) = lock(&self.broken).clone() {
            return Err(reason);
        }
        lock(&self.sent).push((to.clone(), text.to_owned()));
        Ok(())
    }
}

/// What the outside domains' mail servers show.
#[derive(Debug, Default)]
pub struct OutsideDomains {
    findings: Mutex<BTreeMap<Domain, TlsFinding>>,
    looks: Mutex<Vec<Domain>>,
}

impl OutsideDomains {
    /// Says what a look at a domain will show. Without a word it is [`TlsFinding::Unverified`].
    pub fn set(&self, domain: &str, finding: TlsFinding) {
        lock(&self.findings).insert(domain.parse().unwrap(), finding);
    }
    /// Says that a domain's TLS can be verified.
    pub fn verified(&self, domain: &str) {
        self.set(domain, TlsFinding::Verified { detail: "TLS 1.3".to_owned() });
    }
    /// At what was looked, in order.
    #[must_use]
    pub fn looks(&self) -> Vec<Domain> {
        lock(&self.looks).clone()
    }
}

#[async_trait]
impl TlsProber for OutsideDomains {
    async fn probe(&self, domain: &Domain) -> TlsFinding {
        lock(&self.looks).push(domain.clone());
        let found = lock(&self.findings).get(domain).cloned();
        found.unwrap_or_else(|| TlsFinding::Unverified { detail: "no STARTTLS".to_owned() })
    }
}

/// An organisation of its own for one test; everything of it is gone when dropped.
pub struct TestCore {
    /// The use cases; [`TestCore`] derefs to them.
    pub core: Core,
    /// Its clock.
    pub clock: Arc<TestClock>,
    /// Text messages that it sent.
    pub sms: Arc<SmsOutbox>,
    /// The world that it looks at.
    pub outside: Arc<OutsideDomains>,
    /// The identity provider that it can be told of.
    pub provider: Arc<TestProvider>,
    vault: OrgVault,
    store: TestDb,
    folder: tempfile::TempDir,
}

/// Somebody of the house, with what they would know.
#[derive(Debug, Clone)]
pub struct TestPerson {
    /// Who acts, as after sign-in (from 192.0.2.10, without a session).
    pub actor: Actor,
    /// Login and mailbox address.
    pub login: EmailAddress,
    /// Secret of the authenticator app.
    pub totp_secret: Vec<u8>,
    mailbox: Option<MailboxId>,
}

impl TestPerson {
    /// Their id.
    #[must_use]
    pub fn id(&self) -> PersonId {
        self.actor.person_id
    }
    /// Their personal mailbox.
    #[must_use]
    pub fn mailbox(&self) -> MailboxId {
        self.mailbox.unwrap()
    }
    /// What their authenticator app shows now.
    #[must_use]
    pub fn code(&self, clock: &TestClock) -> String {
        crate::identity::totp::code_at(&self.totp_secret, clock.now_us())
    }
}

impl Deref for TestCore {
    type Target = Core;
    fn deref(&self) -> &Core {
        &self.core
    }
}

impl TestCore {
    /// On SQLite, with the organisation "Clinic" (English), its ready-made roles, the first policy and the domain
    /// [`DOMAIN`].
    pub async fn new() -> Self {
        Self::over(TestDb::sqlite().await).await
    }

    /// On PostgreSQL.
    pub async fn postgres() -> Self {
        Self::over(TestDb::postgres().await).await
    }

    /// On a fresh store of either engine.
    pub async fn over(store: TestDb) -> Self {
        Self::build(store, DOMAIN).await
    }

    /// Another organisation in the same database, with keys of its own and the domain `neighbour.example`.
    pub async fn neighbour(&self) -> Self {
        Self::build(self.store.shared(), "neighbour.example").await
    }

    async fn build(store: TestDb, domain: &str) -> Self {
        let org = OrgId(uuid::Uuid::new_v4());
        let vault = Vault::create(RootKey::generate(), Arc::new(MemoryKeyStore::new())).await.unwrap();
        let vault = vault.create_org(org).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (clock, sms) = (Arc::new(TestClock::new()), Arc::new(SmsOutbox::default()));
        let outside = Arc::new(OutsideDomains::default());
        let provider = Arc::new(TestProvider::new());
        let core = Core::new(Parts {
            org,
            db: store.db().clone(),
            blobs: Blobs::local(folder.path()).unwrap(),
            vault: vault.clone(),
            scanner: scanner(),
            clock: clock.clone(),
            sms: sms.clone(),
            tls_prober: outside.clone(),
            providers: provider.clone(),
            devices: Arc::new(TestAuthorities),
            config: config(),
        });
        core.ensure_org("Clinic", Language::En).await.unwrap();
        // Entries of one moment are in no order; these are the first.
        clock.advance_us(1);
        core.ensure_domain(&domain.parse().unwrap()).await.unwrap();
        Self { core, clock, sms, outside, provider, vault, store, folder }
    }

    /// Another node over the same store, vault, clock and ports.
    pub async fn another_node(&self) -> Core {
        self.another_node_with(config()).await
    }

    /// As [`TestCore::another_node`], configured otherwise.
    pub async fn another_node_with(&self, config: CoreConfig) -> Core {
        Core::new(Parts {
            org: self.org(),
            db: self.store.another().await,
            blobs: Blobs::local(self.folder.path()).unwrap(),
            vault: self.vault.clone(),
            scanner: scanner(),
            clock: self.clock.clone(),
            sms: self.sms.clone(),
            tls_prober: self.outside.clone(),
            providers: self.provider.clone(),
            devices: Arc::new(TestAuthorities),
            config,
        })
    }

    /// Makes somebody with a ready-made role (`physician`, `nurse`, `front_desk` …), the
    /// password [`PASSWORD`] and a personal mailbox of the same address as the login.
    pub async fn person(&self, role_key: &str, name: &str, login: &str) -> TestPerson {
        let role = self.ready_made_role(role_key).await.unwrap().unwrap();
        self.person_with(vec![role], name, login).await
    }

    /// As [`TestCore::person`], with these roles.
    pub async fn person_with(&self, role_ids: Vec<RoleId>, name: &str, login: &str) -> TestPerson {
        self.somebody(role_ids, name, login, true).await
    }

    /// As [`TestCore::person`], with an address outside the house and no mailbox.
    pub async fn outsider(&self, role_key: &str, name: &str, login: &str) -> TestPerson {
        let role = self.ready_made_role(role_key).await.unwrap().unwrap();
        self.somebody(vec![role], name, login, false).await
    }

    async fn somebody(&self, role_ids: Vec<RoleId>, name: &str, login: &str, mailbox: bool) -> TestPerson {
        let login: EmailAddress = login.parse().unwrap();
        let totp_secret = wardpost_vault::random_bytes::<20>().to_vec();
        let id = self
            .bootstrap_person(BootstrapPerson {
                person: NewPerson {
                    name: name.to_owned(),
                    login: login.clone(),
                    function: String::new(),
                    language: Language::En,
                    role_ids,
                    mailbox_address: mailbox.then(|| login.clone()),
                },
                password: PASSWORD.to_owned(),
                totp_secret: Some(totp_secret.clone()),
            })
            .await
            .unwrap()
            .person_id;
        let mailbox = self.mailbox_by_address(&login).await.unwrap().map(|m| m.id);
        TestPerson { actor: self.actor(id).await, login, totp_secret, mailbox }
    }

    /// Somebody as they act after sign-in.
    pub async fn actor(&self, id: PersonId) -> Actor {
        self.active_actor(id, &client()).await.unwrap().unwrap().0
    }

    /// A session of somebody as after both steps of signing in, without their cost: its id and the cookie's value.
    pub async fn open_session(&self, id: PersonId) -> (SessionId, String) {
        let session = SessionId(self.clock.new_id());
        let (secret, now) = (wardpost_vault::random_token(), self.clock.now_us());
        let mut batch = Batch::new();
        self.put_test_session(&mut batch, session, id, &secret, now).unwrap();
        self.db().write(batch).await.unwrap();
        (session, secret)
    }

    /// The sealed, stored audit kinds in order of time, for a look at what was recorded.
    pub async fn audit_kinds(&self) -> Vec<(String, String)> {
        const KINDS: &str = "SELECT kind, outcome FROM audit_entry WHERE org_id = ?1 ORDER BY at, entry_id";
        let rows = self.store.query(KINDS, wardpost_store::params![self.org()]).await.unwrap();
        rows.iter().map(|r| (r.text(0).unwrap(), r.text(1).unwrap())).collect()
    }

    /// The opened details of all entries of a kind, in order of time.
    pub async fn audit_details(&self, kind: AuditKind) -> Vec<AuditDetails> {
        const DETAILS: &str =
            "SELECT entry_id, sealed_details FROM audit_entry WHERE org_id = ?1 AND kind = ?2 ORDER BY at, entry_id";
        let rows = self.store.query(DETAILS, wardpost_store::params![self.org(), kind.as_str()]).await.unwrap();
        let open = |r: &wardpost_store::Row| {
            self.unseal(purpose::AUDIT_DETAILS, r.uuid(0).unwrap().as_bytes(), r.slice(1).unwrap()).unwrap()
        };
        rows.iter().map(open).collect()
    }

    /// The store below, for tests that look into it.
    #[must_use]
    pub fn store(&self) -> &TestDb {
        &self.store
    }
}

/// A client of the web app at 192.0.2.10.
#[must_use]
pub fn client() -> Client {
    Client {
        network: Some(std::net::IpAddr::from([192, 0, 2, 10])),
        user_agent: Some("Test browser".to_owned()),
        request_id: None,
        device: None,
        certificate: None,
    }
}

/// The authorities "Practice" and "Tablets". What a device shows is no certificate but the name of who vouches for it, or
/// why nobody does.
pub struct TestAuthorities;

impl crate::ports::DeviceAuthorities for TestAuthorities {
    fn names(&self) -> Vec<String> {
        ["Practice", "Tablets"].map(str::to_owned).into()
    }
    fn judge(&self, shown: &DeviceCertificate, _: i64) -> Vouching {
        match shown.parts().0 {
            b"expired" => Vouching::Missing(CertificateGap::Expired),
            b"revoked" => Vouching::Missing(CertificateGap::Revoked),
            own => match self.names().into_iter().find(|name| name.as_bytes() == own) {
                Some(name) => Vouching::By([name].into()),
                None => Vouching::Missing(CertificateGap::Foreign),
            },
        }
    }
}

/// Somebody with just these permissions, who is in no store.
#[must_use]
pub fn stranger(permissions: &[Permission]) -> Actor {
    Actor {
        person_id: PersonId(uuid::Uuid::new_v4()),
        name: "Stranger".to_owned(),
        roles: vec!["Test".to_owned()],
        permissions: permissions.iter().copied().collect(),
        session_id: None,
        network: client().network,
        request_id: None,
        circumstances: Circumstances::default(),
    }
}

/// One verification of a password on the caller's thread, for the bench.
pub struct HashBench(String);

impl HashBench {
    /// With today's parameters.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "hashing is not a default")]
    pub fn new() -> Self {
        Self(crate::identity::hash_on_this_thread(PASSWORD))
    }
    /// Whether the password is the one that was hashed.
    #[must_use]
    pub fn verify(&self, password: &str) -> bool {
        crate::identity::verify_on_this_thread(password, &self.0)
    }
}

/// The configuration of [`TestCore`].
#[must_use]
pub fn config() -> CoreConfig {
    CoreConfig {
        public_url: "https://mail.clinic.example".to_owned(),
        host_name: "mail.clinic.example".to_owned(),
        mail_retention_class: "mail-nl-20y".to_owned(),
        mail_retention_years: 20,
        idle_minutes: 15,
        session_hours: 12,
        max_message_bytes: 50 << 20,
        submission_host: "mail.clinic.example".to_owned(),
        submission_port: 465,
    }
}

/// One for all tests: making one takes a while.
fn scanner() -> Arc<Scanner> {
    static SHARED: std::sync::OnceLock<Arc<Scanner>> = std::sync::OnceLock::new();
    Arc::clone(SHARED.get_or_init(|| Arc::new(Scanner::new(&OrgVocabulary::default()).unwrap())))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
