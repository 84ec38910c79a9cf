//! Another provider's mail server. Addresses that begin with `onbekend` or `unknown` don't exist there, those that begin with
//! `vol` or `full` have no room.

use super::world::World;
use anyhow::{Context as _, Result};
use async_trait::async_trait;
use bytes::Bytes;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use wardpost_mail::smtp::server::EngineConfig;
use wardpost_mail::smtp::tls::ServerTls;
use wardpost_mail::smtp::{
    Accepted, AuthOutcome, Budget, Doorkeeper, Envelope, Limits, Listener, MailService, Peer, Reply, Service, Shutdown,
};
use wardpost_model::{Domain, EmailAddress, Network};

/// A provider.
pub struct Provider {
    domain: Domain,
    host: Domain,
    world: Arc<World>,
}

impl Provider {
    /// A provider of mailboxes in a domain.
    ///
    /// # Errors
    /// When the names are none.
    pub fn new(domain: &str, host: &str, world: Arc<World>) -> Result<Self> {
        Ok(Self {
            domain: domain.parse().context("a provider's domain")?,
            host: host.parse().context("a provider's host")?,
            world,
        })
    }

    /// Receives until the process ends.
    ///
    /// # Errors
    /// When the door can't be set up.
    pub fn receive(self, socket: TcpListener, tls: Option<ServerTls>) -> Result<()> {
        let exempt = vec![Network { address: "127.0.0.0".parse()?, prefix: 8 }];
        let limits = Limits { exempt, ..Limits::default() };
        let config = EngineConfig {
            hostname: self.host.clone(),
            postmaster_domain: self.domain.clone(),
            service: Service::Mx,
            starttls: tls.is_some(),
            budget: Budget::new(limits.memory),
            limits: limits.clone(),
        };
        let door = Listener::new(config, Arc::new(self), tls, Arc::new(Doorkeeper::new(&limits)))?;
        tokio::spawn(async move {
            let (_never, shutdown) = Shutdown::new();
            door.serve(socket, shutdown, Duration::ZERO).await;
        });
        Ok(())
    }
}

#[async_trait]
impl MailService for Provider {
    type Identity = ();

    async fn authenticate(&self, _: &Peer, _: &str, _: &str) -> AuthOutcome<()> {
        AuthOutcome::Refused
    }

    async fn sender(&self, _: &Peer, _: Option<&()>, _: Option<&EmailAddress>) -> Result<(), Reply> {
        Ok(())
    }

    async fn recipient(&self, _: &Peer, _: Option<&()>, to: &EmailAddress) -> Result<(), Reply> {
        let local = to.local().to_lowercase();
        if *to.domain() != self.domain {
            return Err(Reply::relay_refused());
        }
        if ["onbekend", "unknown"].iter().any(|p| local.starts_with(p)) {
            return Err(Reply::no_such_mailbox());
        }
        if ["vol", "full"].iter().any(|p| local.starts_with(p)) {
            return Err(Reply::new(452, [4, 2, 2], "The mailbox is full"));
        }
        Ok(())
    }

    async fn message(&self, peer: &Peer, _: Option<&()>, envelope: Envelope, data: Bytes) -> Result<Accepted, Reply> {
        let mailboxes: Vec<String> = envelope.recipients.iter().map(EmailAddress::normalised).collect();
        let from = envelope.from.map_or_else(String::new, |a| a.to_string());
        let tls = peer.tls.as_ref().map(ToString::to_string);
        match self.world.deliver(&mailboxes, &from, tls, &data) {
            Ok(()) => Ok(Accepted { queue_id: peer.session.simple().to_string() }),
            Err(_) => Err(Reply::try_later()),
        }
    }
}
