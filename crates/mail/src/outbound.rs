//! Delivery workers and the look at other domains' TLS: sockets around the queue of the use cases.

use crate::mime::{self, Outgoing, OutgoingAttachment};
use crate::route::{RouteError, Router};
use crate::smtp::client::{Client, DeliveryReport, Outcome, Target, TlsProbe, TlsRequirement};
use crate::smtp::{Envelope, Shutdown};
use async_trait::async_trait;
use bytes::Bytes;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use wardpost_core::Core;
use wardpost_core::mail::{
    Attempt, DeliveryContent, DeliveryJob, DeliveryLease, LEASE_HEARTBEAT, NewFile, RecipientOutcome,
};
use wardpost_core::ports::{TlsFinding, TlsProber};
use wardpost_model::message::Party;
use wardpost_model::{Domain, EmailAddress};

/// Deliveries under way at once.
const WORKERS: usize = 16;
/// Memory for the messages under way, in KiB; one that is larger than all of it goes alone.
const MEMORY_KIB: u32 = 256 * 1024;
/// Longest time for one try, over all hosts.
const TRY_TIMEOUT: Duration = Duration::from_secs(3_600);
/// How long it is tried to record what became of a delivery: what is not recorded is sent again.
const RECORD_TIMEOUT: Duration = Duration::from_secs(1_800);
/// Longest wait between two looks at the queue: other nodes' commits may not be heard of.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What became of recipients, since the start of this process.
#[derive(Debug, Default)]
pub struct Outcomes {
    /// Taken by their server.
    pub delivered: AtomicU64,
    /// To be tried again.
    pub deferred: AtomicU64,
    /// Refused for good.
    pub failed: AtomicU64,
    /// Not handed over, because their server can't be verified.
    pub unverified: AtomicU64,
}

impl Outcomes {
    fn count(&self, attempt: &Attempt) {
        for (_, outcome) in &attempt.outcomes {
            let counter = match outcome {
                RecipientOutcome::Delivered { .. } => &self.delivered,
                RecipientOutcome::Deferred { .. } => &self.deferred,
                RecipientOutcome::Failed { .. } => &self.failed,
                RecipientOutcome::NoVerifiedTls { .. } => &self.unverified,
            };
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// How deliveries leave: the routes, the client that walks them, and the count of what became of them.
#[derive(Clone)]
pub struct Way {
    /// Which servers take mail of a domain.
    pub router: Arc<Router>,
    /// Speaks to them.
    pub client: Arc<Client>,
    /// What became of it.
    pub outcomes: Arc<Outcomes>,
}

/// Looks at other domains' mail servers.
pub struct Prober {
    router: Arc<Router>,
    client: Arc<Client>,
}

impl Prober {
    /// A prober over these routes.
    #[must_use]
    pub const fn new(router: Arc<Router>, client: Arc<Client>) -> Self {
        Self { router, client }
    }
}

#[async_trait]
impl TlsProber for Prober {
    async fn probe(&self, domain: &Domain) -> TlsFinding {
        match self.router.route(domain).await {
            Ok(hosts) => finding(self.client.probe(&hosts).await),
            Err(e) => TlsFinding::Unknown { detail: e.to_string() },
        }
    }
}

fn finding(p: TlsProbe) -> TlsFinding {
    let why = p.why_not.unwrap_or_default();
    match (p.verified, p.reached) {
        (true, _) => {
            let tls = p.tls.map_or_else(String::new, |t| format!(", {t}"));
            TlsFinding::Verified { detail: format!("{}{tls}", p.host) }
        }
        (false, true) => TlsFinding::Unverified { detail: format!("{}: {why}", p.host) },
        (false, false) => TlsFinding::Unknown { detail: format!("{}: {why}", p.host) },
    }
}

/// Works off the delivery queue until shutdown; then gives back what has not begun and lets what is under way end (within
/// `drain`).
pub async fn run_delivery(core: Core, way: Way, mut stop: Shutdown, drain: Duration) {
    let places = Arc::new(Semaphore::new(WORKERS));
    let memory = Semaphore::new(MEMORY_KIB as usize);
    let worker = Arc::new(Worker { core, way, memory, stop: stop.clone() });
    let mut wake = worker.core.watch_commits();
    let mut under_way = JoinSet::new();
    while !stop.requested() {
        let free = places.available_permits();
        let leases = match worker.core.claim_deliveries(u32::try_from(free).unwrap_or(1)).await {
            Ok(leases) => leases,
            Err(e) => {
                tracing::error!(error = &e as &dyn std::error::Error, "the delivery queue can't be read");
                Vec::new()
            }
        };
        let idle = leases.is_empty();
        for lease in leases {
            let worker = Arc::clone(&worker);
            // Nobody else takes places: there are as many as were free.
            let place = Arc::clone(&places).acquire_owned().await;
            under_way.spawn(async move {
                worker.work(lease).await;
                drop(place);
            });
        }
        let full = places.available_permits() == 0;
        if idle || full {
            tokio::select! {
                () = stop.wait() => break,
                _ = under_way.join_next(), if full => {}
                () = wait_for_work(&worker.core, &mut wake), if !full => {}
            }
        }
        while under_way.try_join_next().is_some() {}
    }
    // What is not finished in time is leased still: another node, or the next start, tries it when the lease has run out.
    let _ = tokio::time::timeout(drain, async { while under_way.join_next().await.is_some() {} }).await;
}

/// Waits for a commit or for the time of the next try.
async fn wait_for_work(core: &Core, wake: &mut tokio::sync::watch::Receiver<u64>) {
    let due = core.next_delivery_due().await.ok().flatten();
    let now = core.clock().now_us();
    let until = due.map_or(LOOK_EVERY, |d| Duration::from_micros(u64::try_from(d - now).unwrap_or(0)).min(LOOK_EVERY));
    tokio::select! {
        _ = wake.changed() => {
            // Commits come in bursts: one look for all of a burst.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        () = tokio::time::sleep(until.max(Duration::from_millis(50))) => {}
    }
}

struct Worker {
    core: Core,
    way: Way,
    memory: Semaphore,
    stop: Shutdown,
}

impl Worker {
    /// One piece of work from lease to record. The lease is kept all the while, also while the store is slow.
    async fn work(&self, lease: DeliveryLease) {
        let alive = self.keep_lease(&lease);
        tokio::select! {
            () = self.deliver(lease.clone()) => {}
            never = alive => match never {},
        }
    }

    async fn keep_lease(&self, lease: &DeliveryLease) -> Infallible {
        loop {
            tokio::time::sleep(LEASE_HEARTBEAT).await;
            if let Err(e) = self.core.extend_delivery(lease).await {
                // What the other side takes meanwhile is recorded all the same.
                tracing::warn!(delivery.id = %lease.id, error = &e as &dyn std::error::Error, "a lease was not extended");
            }
        }
    }

    async fn deliver(&self, lease: DeliveryLease) {
        let mut stop = self.stop.clone();
        // Sealed, opened and written messages are in memory at once.
        let size = u32::try_from(lease.bytes / 256).unwrap_or(MEMORY_KIB).clamp(1, MEMORY_KIB);
        let _room = tokio::select! {
            biased;
            () = stop.wait() => return self.give_back(&lease).await,
            room = self.memory.acquire_many(size) => room,
        };
        let id = lease.id;
        let job = match self.core.prepare_delivery(lease).await {
            Ok(Some(job)) => job,
            Ok(None) => return,
            Err(e) => {
                tracing::error!(delivery.id = %id, error = &e as &dyn std::error::Error, "a delivery can't be prepared");
                return;
            }
        };
        if stop.requested() {
            return self.give_back(&job.work).await;
        }
        let attempt = tokio::time::timeout(TRY_TIMEOUT, self.attempt(&job)).await.unwrap_or_else(|_| {
            all(&job, &RecipientOutcome::Deferred { detail: "the recipient's servers took too long".to_owned() })
        });
        self.way.outcomes.count(&attempt);
        self.record(&job, &attempt).await;
    }

    async fn give_back(&self, lease: &DeliveryLease) {
        if let Err(e) = self.core.release_delivery(lease).await {
            tracing::warn!(delivery.id = %lease.id, error = &e as &dyn std::error::Error, "a delivery was not given back");
        }
    }

    /// Records what became of a delivery, again and again while the store can't take it.
    async fn record(&self, job: &DeliveryJob, attempt: &Attempt) {
        let began = tokio::time::Instant::now();
        let mut wait = Duration::from_secs(1);
        loop {
            let e = match self.core.finish_delivery(job, attempt).await {
                Ok(()) => return,
                Err(e) => e,
            };
            tracing::error!(
                delivery.id = %job.work.id,
                error = &e as &dyn std::error::Error,
                "what became of a delivery can't be recorded"
            );
            if began.elapsed() >= RECORD_TIMEOUT {
                return;
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(Duration::from_secs(60));
        }
    }

    async fn attempt(&self, job: &DeliveryJob) -> Attempt {
        let notice = matches!(job.content, DeliveryContent::Notice { .. });
        let hosts = match self.way.router.route(&job.domain).await {
            Ok(hosts) => hosts,
            Err(e) => return unroutable(job, &e),
        };
        let data = match message(&job.content) {
            Ok(data) => data,
            Err(detail) => return all(job, &RecipientOutcome::Failed { detail }),
        };
        let tls = if notice { TlsRequirement::Opportunistic } else { TlsRequirement::Verified };
        let envelope = Envelope {
            from: job.envelope_from.clone(),
            recipients: job.recipients.iter().map(|(_, a)| a.clone()).collect(),
            eight_bit: !data.is_ascii(),
            smtp_utf8: false,
        };
        let report = self.way.client.deliver(&Target { hosts, tls }, &envelope, data).await;
        attempt_of(job, &report, notice)
    }
}

fn attempt_of(job: &DeliveryJob, report: &DeliveryReport, notice: bool) -> Attempt {
    let outcome = |to: &EmailAddress| {
        let found = report.recipients.iter().find(|(a, _)| a == to).map(|(_, o)| o);
        let Some(outcome) = found else {
            return RecipientOutcome::Deferred { detail: "the server gave no answer for this recipient".to_owned() };
        };
        let detail = outcome.remark().to_string();
        match outcome {
            Outcome::Accepted(_) => RecipientOutcome::Delivered { detail },
            o if o.is_tls_failure() && !notice => RecipientOutcome::NoVerifiedTls { detail },
            Outcome::Transient(_) => RecipientOutcome::Deferred { detail },
            Outcome::Permanent(_) => RecipientOutcome::Failed { detail },
        }
    };
    let outcomes: Vec<_> = job.recipients.iter().map(|(id, to)| (*id, outcome(to))).collect();
    // Only a delivery that insisted on verification tells anything about it.
    let tls = if notice { None } else { learnt(report) };
    Attempt { outcomes, tls, protection: protection(report), host: report.host.as_ref().map(|h| h.name.clone()) }
}

/// How the connection was protected, for the audit log.
fn protection(report: &DeliveryReport) -> Option<String> {
    report.host.as_ref()?;
    let verified = if report.verified { "verified" } else { "not verified" };
    Some(report.tls.as_ref().map_or_else(|| "none".to_owned(), |t| format!("{t}, {verified}")))
}

fn learnt(report: &DeliveryReport) -> Option<TlsFinding> {
    let host = report.host.as_ref().map_or("", |h| h.name.as_str());
    if report.verified {
        let tls = report.tls.as_ref().map_or_else(String::new, |t| format!(", {t}"));
        return Some(TlsFinding::Verified { detail: format!("{host}{tls}") });
    }
    let failed = report.recipients.iter().find(|(_, o)| o.is_tls_failure())?;
    Some(TlsFinding::Unverified { detail: failed.1.remark().to_string() })
}

fn unroutable(job: &DeliveryJob, e: &RouteError) -> Attempt {
    let detail = e.to_string();
    let outcome =
        if e.is_temporary() { RecipientOutcome::Deferred { detail } } else { RecipientOutcome::Failed { detail } };
    all(job, &outcome)
}

fn all(job: &DeliveryJob, outcome: &RecipientOutcome) -> Attempt {
    Attempt {
        outcomes: job.recipients.iter().map(|(id, _)| (*id, outcome.clone())).collect(),
        tls: None,
        protection: None,
        host: None,
    }
}

/// The message in its format (RFC 5322).
fn message(content: &DeliveryContent) -> Result<Bytes, String> {
    let outgoing = match content {
        DeliveryContent::Raw { data, hidden, sender } => return Ok(raw(data, hidden, sender.as_ref())),
        DeliveryContent::Composed {
            from,
            sender,
            to,
            cc,
            subject,
            text,
            html,
            files,
            rfc_id,
            in_reply_to,
            references,
            at,
        } => Outgoing {
            from: from.clone(),
            sender: sender.clone(),
            reply_to: None,
            to: to.clone(),
            cc: cc.clone(),
            subject: subject.clone(),
            text: text.clone(),
            html: html.clone(),
            attachments: files.iter().map(attachment).collect(),
            message_id: rfc_id.clone(),
            in_reply_to: in_reply_to.clone(),
            references: references.clone(),
            date: *at,
            auto_submitted: false,
        },
        DeliveryContent::Notice { from, to, reply_to, subject, text, rfc_id, at } => Outgoing {
            from: from.clone(),
            sender: None,
            reply_to: Some(reply_to.clone()),
            to: vec![Party { name: String::new(), address: to.address.clone() }],
            cc: Vec::new(),
            subject: subject.clone(),
            text: text.clone(),
            html: None,
            attachments: Vec::new(),
            message_id: rfc_id.clone(),
            in_reply_to: None,
            references: Vec::new(),
            date: *at,
            auto_submitted: true,
        },
    };
    mime::build(&outgoing).map(Bytes::from).map_err(|e| format!("the message can't be written: {e}"))
}

/// A message as a mail program made it, with what must not be in its headers taken out, and who really sent it put in.
fn raw(data: &Bytes, hidden: &[EmailAddress], sender: Option<&Party>) -> Bytes {
    let shown = if hidden.is_empty() { data.clone() } else { mime::hide_recipients(data, hidden).into() };
    sender.map_or_else(|| shown.clone(), |s| mime::put_sender(&shown, s).into())
}

fn attachment(f: &NewFile) -> OutgoingAttachment {
    OutgoingAttachment {
        file_name: f.file_name.clone(),
        media_type: f.media_type.clone(),
        content_id: f.content_id.clone(),
        data: f.data.to_vec(),
    }
}

#[cfg(test)]
mod tests;
