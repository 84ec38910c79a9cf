//! For tests with real sockets: a small house behind a door, and certificates good and bad.

use super::limits::{Budget, Limits};
use super::listener::{Counters, Doorkeeper, Listener, MailService, Shutdown, Stop};
use super::reply::Reply;
use super::server::EngineConfig;
use super::tls::ServerTls;
use super::types::{Accepted, AuthOutcome, Envelope, Peer, Service};
use async_trait::async_trait;
use bytes::Bytes;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use wardpost_model::address::EmailAddress;

/// An authority and what it signs.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// PEM of a certificate and its key.
pub(crate) struct Pem {
    pub(crate) chain: String,
    pub(crate) key: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        Self { issuer }
    }

    pub(crate) fn root(&self) -> Vec<u8> {
        self.issuer.pem().into_bytes()
    }

    pub(crate) fn certificate(&self, name: &str, expired: bool) -> Pem {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        if expired {
            params.not_before = rcgen::date_time_ymd(2020, 1, 1);
            params.not_after = rcgen::date_time_ymd(2021, 1, 1);
        }
        Pem { chain: params.signed_by(&key, &self.issuer).unwrap().pem(), key: key.serialize_pem() }
    }

    pub(crate) fn self_signed(name: &str) -> Pem {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        Pem { chain: params.self_signed(&key).unwrap().pem(), key: key.serialize_pem() }
    }
}

impl Pem {
    pub(crate) fn server(&self) -> ServerTls {
        ServerTls::from_pem(self.chain.as_bytes(), self.key.as_bytes()).unwrap()
    }
}

/// What a door has taken: who, envelope, content, peer.
pub(crate) type Taken = (Option<String>, Envelope, Bytes, Peer);

/// Takes what is for `clinic.example`, knows `anna` with `s3cret`, and can be made to wait.
pub(crate) struct House {
    pub(crate) taken: Mutex<Vec<Taken>>,
    /// A permit is needed to take a message.
    pub(crate) gate: Semaphore,
}

#[async_trait]
impl MailService for House {
    type Identity = String;

    async fn authenticate(&self, peer: &Peer, user: &str, password: &str) -> AuthOutcome<String> {
        assert!(peer.tls.is_some(), "no credentials without TLS");
        if (user, password) == ("anna", "s3cret") {
            AuthOutcome::Accepted(user.to_owned())
        } else {
            AuthOutcome::Refused
        }
    }

    async fn sender(&self, _: &Peer, who: Option<&String>, from: Option<&EmailAddress>) -> Result<(), Reply> {
        match (who, from) {
            (Some(who), Some(from)) if from.local() != who => {
                Err(Reply::new(553, [5, 7, 1], "That is not your address"))
            }
            (None, Some(from)) if from.local() == "banned" => Err(Reply::new(550, [5, 7, 1], "Not from you")),
            (None, Some(from)) if from.local() == "later" => Err(Reply::try_later()),
            _ => Ok(()),
        }
    }

    async fn recipient(&self, _: &Peer, who: Option<&String>, to: &EmailAddress) -> Result<(), Reply> {
        match to.local() {
            _ if who.is_none() && to.domain().as_str() != "clinic.example" => Err(Reply::relay_refused()),
            "nobody" => Err(Reply::no_such_mailbox()),
            "busy" => Err(Reply::try_later()),
            _ => Ok(()),
        }
    }

    async fn message(
        &self,
        peer: &Peer,
        who: Option<&String>,
        envelope: Envelope,
        data: Bytes,
    ) -> Result<Accepted, Reply> {
        self.gate.acquire().await.unwrap().forget();
        if data.starts_with(b"X-Refuse:") {
            return Err(Reply::new(554, [5, 7, 1], "The message is refused by policy"));
        }
        let mut taken = self.taken.lock().unwrap();
        taken.push((who.cloned(), envelope, data, peer.clone()));
        Ok(Accepted { queue_id: format!("q{}", taken.len()) })
    }
}

/// A door on a port of its own.
pub(crate) struct OpenDoor {
    pub(crate) address: SocketAddr,
    pub(crate) house: Arc<House>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) doorkeeper: Arc<Doorkeeper>,
    pub(crate) stop: Option<Stop>,
    pub(crate) task: tokio::task::JoinHandle<()>,
}

pub(crate) fn engine_config(service: Service, limits: Limits) -> EngineConfig {
    EngineConfig {
        hostname: "mx.clinic.example".parse().unwrap(),
        postmaster_domain: "clinic.example".parse().unwrap(),
        service,
        starttls: false,
        budget: Budget::new(limits.memory),
        limits,
    }
}

pub(crate) async fn open(service: Service, tls: Option<ServerTls>, limits: Limits) -> OpenDoor {
    let house = Arc::new(House { taken: Mutex::default(), gate: Semaphore::new(1_000_000) });
    let doorkeeper = Arc::new(Doorkeeper::new(&limits));
    let listener =
        Listener::new(engine_config(service, limits), Arc::clone(&house), tls, Arc::clone(&doorkeeper)).unwrap();
    let counters = listener.counters();
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let (stop, shutdown) = Shutdown::new();
    let task = tokio::spawn(listener.serve(socket, shutdown, Duration::from_secs(20)));
    OpenDoor { address, house, counters, doorkeeper, stop: Some(stop), task }
}

impl OpenDoor {
    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.house.taken.lock().unwrap().clone()
    }
}
