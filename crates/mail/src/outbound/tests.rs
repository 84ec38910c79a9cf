//! The queue of the use cases against a door of this crate's own server; and what that says of a bounce.

use super::*;
use crate::House;
use crate::mime::{DeliveryNotice, NoticeAction, NoticeRecipient};
use crate::route::{LookupError, Resolve, Transport};
use crate::smtp::client::ClientConfig;
use crate::smtp::testing::{Authority, OpenDoor, open};
use crate::smtp::{Limits, MailService, Peer, Service, Stop};
use std::collections::BTreeMap;
use std::net::IpAddr;
use wardpost_core::mail::{DraftKind, DraftRecipientInput, DraftUpdate};
use wardpost_core::testing::{TestCore, TestPerson};
use wardpost_model::MessageId;
use wardpost_model::message::{RecipientKind, RecipientState};

struct NoDns;

#[async_trait]
impl Resolve for NoDns {
    async fn mx(&self, _: &Domain) -> Result<Vec<(u16, String)>, LookupError> {
        Err(LookupError::NoSuchName)
    }
    async fn addresses(&self, _: &str) -> Result<Vec<IpAddr>, LookupError> {
        Err(LookupError::NoSuchName)
    }
}

/// A worker whose mail goes to a door that takes what is for `clinic.example`: here that is the outside.
struct Outside {
    door: OpenDoor,
    worker: Worker,
    stop: Stop,
}

impl Outside {
    async fn new(house: &TestCore) -> Self {
        let authority = Authority::new();
        let certificate = authority.certificate("mx.elders.example", false);
        let door = open(Service::Mx, Some(certificate.server()), Limits::default()).await;
        let to = Transport {
            host: "127.0.0.1".to_owned(),
            port: door.address.port(),
            tls_name: Some("mx.elders.example".to_owned()),
        };
        let transports = BTreeMap::from([("elders.example".parse().unwrap(), to)]);
        let mut config = ClientConfig::new("mail.clinic.example".parse().unwrap());
        config.extra_roots = authority.root();
        let (stop, watch) = Shutdown::new();
        let worker = Worker {
            core: house.core.clone(),
            way: Way {
                router: Arc::new(Router::new(Arc::new(NoDns), transports, &[])),
                client: Arc::new(Client::new(config).unwrap()),
                outcomes: Arc::default(),
            },
            memory: Semaphore::new(MEMORY_KIB as usize),
            stop: watch,
        };
        Self { door, worker, stop }
    }
}

async fn sent(house: &TestCore, by: &TestPerson) -> MessageId {
    house.outside.verified("elders.example");
    let draft = house.create_draft(&by.actor, by.mailbox(), DraftKind::New).await.unwrap();
    let party = Party { name: "Lab".to_owned(), address: "lab@elders.example".parse().unwrap() };
    let update = DraftUpdate {
        version: draft.version,
        mailbox_id: None,
        recipients: vec![DraftRecipientInput {
            party,
            kind: RecipientKind::To,
            phone: None,
            secret: None,
            confirmed: true,
        }],
        subject: "Tot morgen".to_owned(),
        text: "Om tien uur.".to_owned(),
        patient: None,
        ask_pickup: false,
        expires_days: None,
    };
    let saved = house.save_draft(&by.actor, draft.id, update).await.unwrap();
    house.send_draft(&by.actor, saved.id, saved.version).await.unwrap().message_id
}

async fn state(house: &TestCore, by: &TestPerson, id: MessageId) -> RecipientState {
    house.read_message(&by.actor, by.mailbox(), id).await.unwrap().recipients[0].state
}

async fn one(house: &TestCore) -> DeliveryLease {
    let mut due = house.claim_deliveries(10).await.unwrap();
    assert_eq!(due.len(), 1);
    due.remove(0)
}

#[tokio::test]
async fn work_that_has_not_begun_at_shutdown_is_given_back_untouched() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let outside = Outside::new(&house).await;
    sent(&house, &anna).await;
    drop(outside.stop);
    outside.worker.work(one(&house).await).await;
    let again = one(&house).await;
    assert_eq!(again.attempt, 1, "due at once, as if nobody had had it");
    assert!(outside.door.taken().is_empty());
}

#[tokio::test]
async fn a_small_message_waits_for_no_place_that_a_large_one_does_not_take() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let outside = Outside::new(&house).await;
    let id = sent(&house, &anna).await;
    let all = outside.worker.memory.acquire_many(MEMORY_KIB - 8).await.unwrap();
    let mut lease = one(&house).await;
    lease.bytes = 1 << 40;
    let too_large = tokio::time::timeout(Duration::from_millis(200), outside.worker.work(lease.clone())).await;
    assert!(too_large.is_err(), "it waits for memory, however large it says to be");
    lease.bytes = 500;
    outside.worker.work(lease).await;
    assert_ne!(state(&house, &anna, id).await, RecipientState::Queued);
    drop(all);
}

#[tokio::test]
async fn a_report_that_comes_back_by_smtp_marks_the_recipient() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let id = sent(&house, &anna).await;
    let job = house.prepare_delivery(one(&house).await).await.unwrap().unwrap();
    let DeliveryContent::Composed { rfc_id, .. } = &job.content else { panic!("written here") };
    let ok = all(&job, &RecipientOutcome::Delivered { detail: "250 ok".to_owned() });
    house.finish_delivery(&job, &ok).await.unwrap();
    let report = DeliveryNotice {
        from: Party { name: String::new(), address: "postmaster@elders.example".parse().unwrap() },
        to: anna.login.clone(),
        subject: "Undelivered".to_owned(),
        text: "Sorry.".to_owned(),
        reporting_host: "mx.elders.example".parse().unwrap(),
        recipients: vec![NoticeRecipient {
            address: "lab@elders.example".parse().unwrap(),
            action: NoticeAction::Failed,
            status: [5, 1, 1],
            diagnostic: Some("550 no such user".to_owned()),
            remote_host: None,
        }],
        about: Some(rfc_id.clone()),
        arrived: None,
        message_id: "r1@elders.example".to_owned(),
        date: house.clock().now(),
    };
    let data: Bytes = mime::notice(&report).unwrap().into();
    let peer = Peer {
        session: uuid::Uuid::new_v4(),
        address: "192.0.2.1:25".parse().unwrap(),
        service: Service::Mx,
        helo: None,
        tls: None,
        certificate: None,
    };
    let door = House::new(house.core.clone(), "mail.clinic.example");
    let envelope = |from: Option<&str>| Envelope {
        from: from.map(|f| f.parse().unwrap()),
        recipients: vec![anna.login.clone()],
        ..Envelope::default()
    };
    door.message(&peer, None, envelope(Some("x@elders.example")), data.clone()).await.unwrap();
    assert_eq!(state(&house, &anna, id).await, RecipientState::Delivered, "reports come with the null sender");
    door.message(&peer, None, envelope(None), data).await.unwrap();
    assert_eq!(state(&house, &anna, id).await, RecipientState::Failed);
}

#[tokio::test]
async fn shutdown_ends_the_workers_and_what_was_begun_is_recorded() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let Outside { door, worker, stop } = Outside::new(&house).await;
    let id = sent(&house, &anna).await;
    let Worker { core, way, stop: watch, .. } = worker;
    let outcomes = Arc::clone(&way.outcomes);
    let running = tokio::spawn(run_delivery(core, way, watch, Duration::from_secs(20)));
    let mut commits = house.watch_commits();
    while state(&house, &anna, id).await == RecipientState::Queued {
        let _ = tokio::time::timeout(Duration::from_secs(1), commits.changed()).await;
    }
    drop(stop);
    running.await.unwrap();
    // The door is no server of elders.example: what it says to that is recorded.
    assert_eq!(state(&house, &anna, id).await, RecipientState::Failed);
    assert!(door.taken().is_empty());
    assert_eq!(outcomes.failed.load(Ordering::Relaxed), 1, "and counted");
}
