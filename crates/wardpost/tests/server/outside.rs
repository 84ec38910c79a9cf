//! Another organisation's mail server, with a certificate of an authority that the house trusts.

use async_trait::async_trait;
use bytes::Bytes;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wardpost_mail::smtp::server::EngineConfig;
use wardpost_mail::smtp::tls::ServerTls;
use wardpost_mail::smtp::{
    Accepted, AuthOutcome, Budget, Doorkeeper, Envelope, Limits, Listener, MailService, Peer, Reply, Service, Shutdown,
    Stop,
};
use wardpost_model::{EmailAddress, Network};

/// The server and what it received.
pub struct Partner {
    pub address: SocketAddr,
    /// The authority's certificate, PEM.
    pub root: String,
    received: Arc<Mutex<Vec<String>>>,
    _stop: Stop,
}

struct Inbox(Arc<Mutex<Vec<String>>>);

impl Partner {
    pub async fn start() -> Self {
        let authority_key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root = params.self_signed(&authority_key).unwrap().pem();
        let issuer = Issuer::new(params, authority_key);
        let key = KeyPair::generate().unwrap();
        let leaf =
            CertificateParams::new(vec!["mx.partner.example".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        let tls = ServerTls::from_pem(leaf.pem().as_bytes(), key.serialize_pem().as_bytes()).unwrap();

        let limits =
            Limits { exempt: vec![Network { address: "127.0.0.0".parse().unwrap(), prefix: 8 }], ..Limits::default() };
        let config = EngineConfig {
            hostname: "mx.partner.example".parse().unwrap(),
            postmaster_domain: "partner.example".parse().unwrap(),
            service: Service::Mx,
            starttls: true,
            budget: Budget::new(limits.memory),
            limits: limits.clone(),
        };
        let received = Arc::new(Mutex::new(Vec::new()));
        let door = Listener::new(
            config,
            Arc::new(Inbox(Arc::clone(&received))),
            Some(tls),
            Arc::new(Doorkeeper::new(&limits)),
        )
        .unwrap();
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let (stop, shutdown) = Shutdown::new();
        tokio::spawn(door.serve(socket, shutdown, Duration::ZERO));
        Self { address, root, received, _stop: stop }
    }

    /// Subjects of everything received, in order.
    pub fn subjects(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }
}

#[async_trait]
impl MailService for Inbox {
    type Identity = ();
    async fn authenticate(&self, _: &Peer, _: &str, _: &str) -> AuthOutcome<()> {
        AuthOutcome::Refused
    }
    async fn sender(&self, _: &Peer, _: Option<&()>, _: Option<&EmailAddress>) -> Result<(), Reply> {
        Ok(())
    }
    async fn recipient(&self, _: &Peer, _: Option<&()>, _: &EmailAddress) -> Result<(), Reply> {
        Ok(())
    }
    async fn message(&self, peer: &Peer, _: Option<&()>, _: Envelope, data: Bytes) -> Result<Accepted, Reply> {
        assert!(peer.tls.is_some(), "a message came without TLS");
        let text = String::from_utf8_lossy(&data);
        let subject = text.lines().find_map(|l| l.strip_prefix("Subject: ")).unwrap_or_default().trim().to_owned();
        self.0.lock().unwrap().push(subject);
        // Long enough for another node to try the same, if it would.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Ok(Accepted { queue_id: "1".to_owned() })
    }
}
