//! Numbers for the operator's monitoring (Prometheus text) and health. No addresses, no names, no content.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use wardpost_core::Core;
use wardpost_mail::Outcomes;
use wardpost_mail::smtp::{Counters, Service};
use wardpost_store::Db;

/// Bounds of the buckets of request times, in seconds.
const BUCKETS: [f64; 9] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

type Labels<const N: usize> = [(&'static str, String); N];

/// All numbers of this process.
pub struct Metrics {
    registry: Registry,
    requests: Family<Labels<3>, Counter>,
    request_time: Family<Labels<2>, Histogram, fn() -> Histogram>,
    event_streams: Gauge,
    sockets: Gauge,
    queue: Gauge,
    commits: Gauge,
    memory: Gauge,
    stopping: AtomicBool,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Metrics {
    /// The numbers of a process with these doors and this way out.
    #[must_use]
    pub fn new(doors: Vec<(Service, Arc<Counters>)>, outcomes: Arc<Outcomes>) -> Arc<Self> {
        let mut registry = Registry::with_prefix("wardpost");
        let requests = Family::default();
        registry.register("http_requests", "HTTP requests answered", requests.clone());
        let request_time: Family<Labels<2>, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(BUCKETS));
        let help = "Time from a request to its answer";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, request_time.clone());
        let (event_streams, sockets, queue, commits, memory) = <(Gauge, Gauge, Gauge, Gauge, Gauge)>::default();
        registry.register("http_event_streams", "Live event streams open", event_streams.clone());
        registry.register("conversation_sockets", "WebSockets of conversations open", sockets.clone());
        registry.register("delivery_queue_depth", "Deliveries that wait or are under way, of all nodes", queue.clone());
        registry.register("store_commit_signals", "Commits seen since the start", commits.clone());
        registry.register("resident_memory_bytes", "Memory of this process", memory.clone());
        registry.register_collector(Box::new(Doors(doors)));
        registry.register_collector(Box::new(Deliveries(outcomes)));
        let stopping = AtomicBool::new(false);
        Arc::new(Self { registry, requests, request_time, event_streams, sockets, queue, commits, memory, stopping })
    }

    /// From now on `/readyz` says no: load balancers take this node out.
    pub fn stopping(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }
}

impl wardpost_web::Metrics for Metrics {
    fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        // Methods are free text to whoever asks; only known ones become labels.
        let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
        let method = known.into_iter().find(|m| *m == method).unwrap_or("OTHER").to_owned();
        let labels = [("method", method.clone()), ("route", route.to_owned()), ("status", status.to_string())];
        self.requests.get_or_create(&labels).inc();
        let labels = [("method", method), ("route", route.to_owned())];
        self.request_time.get_or_create(&labels).observe(took.as_secs_f64());
    }

    fn streams(&self, open: usize) {
        self.event_streams.set(i64::try_from(open).unwrap_or(i64::MAX));
    }

    fn sockets(&self, open: usize) {
        self.sockets.set(i64::try_from(open).unwrap_or(i64::MAX));
    }
}

struct Doors(Vec<(Service, Arc<Counters>)>);

impl fmt::Debug for Doors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Doors")
    }
}

/// What is counted at a door: name, help, and where it is.
type Counted = (&'static str, &'static str, fn(&Counters) -> &AtomicU64);

const COUNTED: [Counted; 11] = [
    ("smtp_sessions", "SMTP sessions begun", |c| &c.sessions),
    ("smtp_turned_away", "Connections turned away: too many, too fast, early talkers", |c| &c.turned_away),
    ("smtp_tls_sessions", "SMTP sessions that reached TLS", |c| &c.tls),
    ("smtp_tls_failures", "TLS handshakes that failed", |c| &c.tls_failed),
    ("smtp_sign_ins", "Sign-ins of mail programs", |c| &c.signed_in),
    ("smtp_sign_in_failures", "Refused sign-ins of mail programs", |c| &c.sign_in_failed),
    ("smtp_envelope_refusals", "Senders and recipients refused", |c| &c.refused),
    ("smtp_messages", "Messages accepted", |c| &c.messages),
    ("smtp_message_bytes", "Bytes of accepted messages", |c| &c.bytes),
    ("smtp_message_refusals", "Messages refused after their content", |c| &c.messages_refused),
    ("smtp_timeouts", "SMTP sessions ended by a time-out", |c| &c.timed_out),
];

impl Collector for Doors {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for (name, help, read) in COUNTED {
            let mut family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            for (service, counters) in &self.0 {
                let labels = [("door", service.as_str())];
                let value = ConstCounter::new(read(counters).load(Ordering::Relaxed));
                value.encode(family.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }
}

struct Deliveries(Arc<Outcomes>);

impl fmt::Debug for Deliveries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Deliveries")
    }
}

impl Collector for Deliveries {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Recipients of deliveries, by what became of the try";
        let mut family = encoder.encode_descriptor("delivery_outcomes", help, None, MetricType::Counter)?;
        let Outcomes { delivered, deferred, failed, unverified } = &*self.0;
        for (outcome, n) in
            [("delivered", delivered), ("deferred", deferred), ("failed", failed), ("unverified", unverified)]
        {
            let value = ConstCounter::new(n.load(Ordering::Relaxed));
            value.encode(family.encode_family(&[("outcome", outcome)])?)?;
        }
        Ok(())
    }
}

/// What the endpoints look at.
#[derive(Clone)]
struct Watched {
    metrics: Arc<Metrics>,
    core: Core,
    db: Db,
}

/// Serves `/metrics`, `/healthz` and `/readyz` until the task is ended.
pub async fn serve(listener: TcpListener, metrics: Arc<Metrics>, core: Core, db: Db) {
    let router = Router::new()
        .route("/metrics", get(text))
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .with_state(Watched { metrics, core, db });
    if let Err(error) = axum::serve(listener, router).await {
        tracing::error!(%error, "metrics are not served any more");
    }
}

async fn text(State(w): State<Watched>) -> Response {
    let m = &w.metrics;
    match w.core.queue_depth().await {
        Ok(depth) => drop(m.queue.set(i64::try_from(depth).unwrap_or(i64::MAX))),
        Err(error) => tracing::warn!(%error, "the queue's depth can't be read"),
    }
    m.commits.set(i64::try_from(*w.db.watch().borrow()).unwrap_or(i64::MAX));
    m.memory.set(resident_bytes());
    let mut out = String::new();
    if prometheus_client::encoding::text::encode(&mut out, &m.registry).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], out).into_response()
}

async fn ready(State(w): State<Watched>) -> Response {
    if w.metrics.stopping.load(Ordering::Relaxed) {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    match tokio::time::timeout(Duration::from_secs(2), w.db.ping()).await {
        Ok(Ok(())) => "ready\n".into_response(),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response(),
    }
}

/// Resident memory of this process; 0 where the system doesn't tell.
fn resident_bytes() -> i64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: i64 = statm.split(' ').nth(1).and_then(|n| n.parse().ok()).unwrap_or(0);
    pages.saturating_mul(i64::try_from(rustix::param::page_size()).unwrap_or(4096))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wardpost_web::Metrics as _;

    #[test]
    fn numbers_are_told_by_door_and_route_and_nothing_a_stranger_says_becomes_a_label() {
        let counters = Arc::new(Counters::default());
        counters.messages.fetch_add(3, Ordering::Relaxed);
        let outcomes = Arc::new(Outcomes::default());
        outcomes.deferred.fetch_add(2, Ordering::Relaxed);
        let metrics = Metrics::new(vec![(Service::Mx, counters)], outcomes);
        metrics.request("GET", "/api/v1/session", 200, Duration::from_millis(2));
        metrics.request("BREW", "-", 405, Duration::from_millis(2));
        let mut out = String::new();
        prometheus_client::encoding::text::encode(&mut out, &metrics.registry).unwrap();
        assert!(out.contains("wardpost_smtp_messages_total{door=\"mx\"} 3"), "{out}");
        assert!(out.contains("wardpost_delivery_outcomes_total{outcome=\"deferred\"} 2"), "{out}");
        let line = "wardpost_http_requests_total{method=\"GET\",route=\"/api/v1/session\",status=\"200\"} 1";
        assert!(out.contains(line), "{out}");
        assert!(out.contains("method=\"OTHER\"") && !out.contains("BREW"), "{out}");
    }
}
