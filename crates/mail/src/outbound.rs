//! Delivery workers and the look at other domains' TLS: sockets around the queue of the use cases.

use crate::mime::{self, Outgoing, OutgoingAttachment};
use crate::route::{RouteError, Router};
use crate::smtp::client::{Client, DeliveryReport, Outcome, Target, TlsProbe, TlsRequirement};
use crate::smtp::{Envelope, Shutdown};
use async_trait::async_trait;
use bytes::Bytes;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use wardpost_core::mail::{Attempt, DeliveryContent, DeliveryJob, NewFile, RecipientOutcome};
use wardpost_core::ports::{TlsFinding, TlsProber};
use wardpost_core::{Core, Error};
use wardpost_model::message::Party;
use wardpost_model::{Domain, EmailAddress};

/// Deliveries under way at once.
const WORKERS: usize = 16;
/// Longest wait between two looks at the queue: other nodes' commits may not be heard of.
const LOOK_EVERY: Duration = Duration::from_secs(5);

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

/// Works off the delivery queue until shutdown; then lets what is under way end (within `drain`) and gives the rest back.
pub async fn run_delivery(core: Core, router: Arc<Router>, client: Arc<Client>, mut stop: Shutdown, drain: Duration) {
    let places = Arc::new(Semaphore::new(WORKERS));
    let worker = Arc::new(Worker { core, router, client });
    let mut wake = worker.core.watch_commits();
    let mut under_way = JoinSet::new();
    while !stop.requested() {
        let free = places.available_permits();
        let jobs = match worker.core.claim_deliveries(u32::try_from(free).unwrap_or(1)).await {
            Ok(jobs) => jobs,
            Err(e) => {
                tracing::error!(error = &e as &dyn std::error::Error, "the delivery queue can't be read");
                Vec::new()
            }
        };
        let idle = jobs.is_empty();
        for job in jobs {
            let (worker, places) = (Arc::clone(&worker), Arc::clone(&places));
            under_way.spawn(async move {
                let _place = places.acquire_owned().await;
                worker.work(job).await;
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
    router: Arc<Router>,
    client: Arc<Client>,
}

impl Worker {
    async fn work(&self, job: DeliveryJob) {
        let attempt = self.attempt(&job).await;
        match self.core.finish_delivery(&job, attempt).await {
            Ok(()) => {}
            Err(Error::Conflict(_)) => tracing::warn!(delivery.id = %job.id, "the lease of a delivery was lost"),
            Err(e) => tracing::error!(
                delivery.id = %job.id,
                error = &e as &dyn std::error::Error,
                "what became of a delivery can't be recorded"
            ),
        }
    }

    async fn attempt(&self, job: &DeliveryJob) -> Attempt {
        let notice = matches!(job.content, DeliveryContent::Notice { .. });
        let hosts = match self.router.route(&job.domain).await {
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
        let report = self.client.deliver(&Target { hosts, tls }, &envelope, data).await;
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
    Attempt { outcomes, tls, host: report.host.as_ref().map(|h| h.name.clone()) }
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
    Attempt { outcomes: job.recipients.iter().map(|(id, _)| (*id, outcome.clone())).collect(), tls: None, host: None }
}

/// The message in its format (RFC 5322).
fn message(content: &DeliveryContent) -> Result<Bytes, String> {
    let outgoing = match content {
        DeliveryContent::Raw(raw) => return Ok(raw.clone()),
        DeliveryContent::Composed { from, to, cc, subject, text, files, rfc_id, in_reply_to, references, at } => {
            Outgoing {
                from: from.clone(),
                sender: None,
                reply_to: None,
                to: to.clone(),
                cc: cc.clone(),
                subject: subject.clone(),
                text: text.clone(),
                html: None,
                attachments: files.iter().map(attachment).collect(),
                message_id: rfc_id.clone(),
                in_reply_to: in_reply_to.clone(),
                references: references.clone(),
                date: *at,
                auto_submitted: false,
            }
        }
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

fn attachment(f: &NewFile) -> OutgoingAttachment {
    OutgoingAttachment {
        file_name: f.file_name.clone(),
        media_type: f.media_type.clone(),
        content_id: f.content_id.clone(),
        data: f.data.to_vec(),
    }
}
