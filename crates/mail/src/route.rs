//! From a domain to the hosts that take its mail (RFC 5321 §5.1, RFC 7505), or where the configuration says.

use async_trait::async_trait;
use hickory_resolver::TokioResolver;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{RData, RecordType};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use wardpost_model::address::Domain;

/// Hosts tried for one domain.
const MAX_HOSTS: usize = 5;
/// Addresses tried for one host.
const MAX_ADDRESSES: usize = 4;
/// MX records looked at in one answer.
const MAX_RECORDS: usize = 100;
/// Port of mail exchangers.
const SMTP: u16 = 25;
/// How long one query may take altogether.
const QUERY_TIMEOUT: Duration = Duration::from_secs(20);

/// A host that takes mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MxHost {
    /// Its name (or address, where the configuration gives one).
    pub name: String,
    /// Port.
    pub port: u16,
    /// Its addresses, in the order in which they are to be tried.
    pub addresses: Vec<IpAddr>,
    /// The name that its certificate must bear.
    pub tls_name: String,
}

/// A configured way for a domain's mail: wins over DNS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transport {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// The name that its certificate must bear, if it is not `host`.
    pub tls_name: Option<String>,
}

/// Why there is no way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    /// The domain does not exist (permanent; RFC 3463 5.1.2).
    #[error("the domain {0} does not exist")]
    NoSuchDomain(String),
    /// The domain takes no mail: null MX, or neither MX nor addresses (permanent; RFC 7505, 5.1.10).
    #[error("the domain {0} takes no mail")]
    NoMail(String),
    /// The way leads back to this server, or to a place that mail must not be sent to (permanent; 5.4.6).
    #[error("mail for {0} would be sent to a host that it must not go to")]
    Forbidden(String),
    /// DNS did not answer; to be tried again (4.4.3).
    #[error("the name servers for {0} did not answer: {1}")]
    Temporary(String, String),
}

impl RouteError {
    /// Whether trying again may help.
    #[must_use]
    pub const fn is_temporary(&self) -> bool {
        matches!(self, Self::Temporary(..))
    }
}

/// Why a name was not found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookupError {
    /// The name does not exist (NXDOMAIN).
    NoSuchName,
    /// No answer, or one that says nothing.
    Temporary(String),
}

/// Names to records. The one implementation for service is [`Dns`].
#[async_trait]
pub trait Resolve: Send + Sync {
    /// MX records, unordered; empty when the name exists without any. A null MX is an empty exchange.
    async fn mx(&self, domain: &Domain) -> Result<Vec<(u16, String)>, LookupError>;
    /// Addresses, in order of preference; empty when the name exists without any.
    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, LookupError>;
}

/// DNS by hickory-resolver, with its cache.
pub struct Dns(TokioResolver);

impl Dns {
    /// As the system is configured (`/etc/resolv.conf`, `/etc/hosts`).
    ///
    /// # Errors
    /// If that cannot be read.
    pub fn from_system() -> Result<Self, NetError> {
        let mut builder = TokioResolver::builder_tokio()?;
        let options = builder.options_mut();
        options.timeout = Duration::from_secs(5);
        options.attempts = 2;
        options.cache_size = 4_096;
        Ok(Self(builder.build()?))
    }

    async fn records(&self, name: &str, kind: RecordType) -> Result<Vec<RData>, LookupError> {
        // The dot keeps the search list out.
        let name = format!("{}.", name.trim_end_matches('.'));
        let answer = tokio::time::timeout(QUERY_TIMEOUT, self.0.lookup(name, kind)).await;
        match answer {
            Err(_) => Err(LookupError::Temporary("no answer in time".to_owned())),
            Ok(Ok(lookup)) => Ok(lookup.answers().iter().take(MAX_RECORDS).map(|r| r.data.clone()).collect()),
            Ok(Err(NetError::Dns(DnsError::NoRecordsFound(none)))) => match none.response_code {
                ResponseCode::NXDomain => Err(LookupError::NoSuchName),
                ResponseCode::NoError => Ok(Vec::new()),
                other => Err(LookupError::Temporary(other.to_string())),
            },
            Ok(Err(error)) => Err(LookupError::Temporary(error.to_string())),
        }
    }
}

#[async_trait]
impl Resolve for Dns {
    async fn mx(&self, domain: &Domain) -> Result<Vec<(u16, String)>, LookupError> {
        let records = self.records(domain.as_str(), RecordType::MX).await?;
        Ok(records
            .into_iter()
            .filter_map(|data| match data {
                RData::MX(mx) => {
                    let name = mx.exchange.to_ascii();
                    Some((mx.preference, name.trim_end_matches('.').to_ascii_lowercase()))
                }
                _ => None,
            })
            .collect())
    }

    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, LookupError> {
        let (v6, v4) = tokio::join!(self.records(host, RecordType::AAAA), self.records(host, RecordType::A));
        let (v6, v4) = match (v6, v4) {
            (Err(error), Err(_)) => return Err(error),
            (v6, v4) => (v6.unwrap_or_default(), v4.unwrap_or_default()),
        };
        let ip = |data: RData| match data {
            RData::A(a) => Some(IpAddr::V4(a.0)),
            RData::AAAA(a) => Some(IpAddr::V6(a.0)),
            _ => None,
        };
        let (mut v6, mut v4) = (v6.into_iter().filter_map(ip), v4.into_iter().filter_map(ip));
        // Alternate, so that a network without IPv6 (or without IPv4) is not stuck behind the other.
        let mut mixed = Vec::new();
        loop {
            let pair = [v6.next(), v4.next()];
            if pair == [None, None] {
                return Ok(mixed);
            }
            mixed.extend(pair.into_iter().flatten());
        }
    }
}

/// Finds the way for a domain's mail.
pub struct Router {
    resolver: Arc<dyn Resolve>,
    transports: BTreeMap<Domain, Transport>,
    own_names: Vec<String>,
    allow_private: bool,
    turn: AtomicUsize,
}

impl Router {
    /// A router. `own_names` are the names of this server: mail is never sent to them.
    #[must_use]
    pub fn new(resolver: Arc<dyn Resolve>, transports: BTreeMap<Domain, Transport>, own_names: &[Domain]) -> Self {
        let own_names = own_names.iter().map(ToString::to_string).collect();
        Self { resolver, transports, own_names, allow_private: false, turn: AtomicUsize::new(0) }
    }

    /// Lets DNS lead to addresses that are not public (closed networks only). Transports always may.
    #[must_use]
    pub fn allowing_private_addresses(mut self, allow: bool) -> Self {
        self.allow_private = allow;
        self
    }

    /// The hosts for a domain, best first; never empty.
    ///
    /// # Errors
    /// [`RouteError`] if there are none.
    pub async fn route(&self, domain: &Domain) -> Result<Vec<MxHost>, RouteError> {
        match self.transports.get(domain) {
            Some(transport) => self.configured(domain, transport).await,
            None => self.by_dns(domain).await,
        }
    }

    async fn configured(&self, domain: &Domain, transport: &Transport) -> Result<Vec<MxHost>, RouteError> {
        let bare = transport.host.trim_start_matches('[').trim_end_matches(']');
        let addresses = match bare.parse::<IpAddr>() {
            Ok(ip) => vec![ip],
            Err(_) => self
                .resolver
                .addresses(bare)
                .await
                .map_err(|e| RouteError::Temporary(domain.to_string(), format!("{}: {e:?}", transport.host)))?,
        };
        if addresses.is_empty() {
            return Err(RouteError::Temporary(domain.to_string(), format!("{} has no address", transport.host)));
        }
        let tls_name = transport.tls_name.clone().unwrap_or_else(|| bare.to_owned());
        Ok(vec![MxHost { name: bare.to_owned(), port: transport.port, addresses, tls_name }])
    }

    async fn by_dns(&self, domain: &Domain) -> Result<Vec<MxHost>, RouteError> {
        let temporary = |text| RouteError::Temporary(domain.to_string(), text);
        let mut records = match self.resolver.mx(domain).await {
            Ok(records) => records,
            Err(LookupError::NoSuchName) => return Err(RouteError::NoSuchDomain(domain.to_string())),
            Err(LookupError::Temporary(text)) => return Err(temporary(text)),
        };
        if !records.is_empty() {
            records.retain(|(_, host)| !host.is_empty());
            if records.is_empty() {
                return Err(RouteError::NoMail(domain.to_string()));
            }
        } else {
            // RFC 5321 §5.1: without MX, the domain itself is its host.
            records.push((0, domain.to_string()));
        }
        self.order(&mut records);
        // Hosts that are no better than ourselves would bring the mail back here.
        let ours = records.iter().find(|(_, host)| self.own_names.contains(host)).map(|(preference, _)| *preference);
        records.retain(|(preference, _)| ours.is_none_or(|own| *preference < own));
        if records.is_empty() {
            return Err(RouteError::Forbidden(domain.to_string()));
        }
        self.hosts(domain, records).await
    }

    /// By preference; equals take turns (RFC 5321 §5.1 asks to spread the load).
    fn order(&self, records: &mut [(u16, String)]) {
        records.sort();
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        for equals in records.chunk_by_mut(|a, b| a.0 == b.0) {
            equals.rotate_left(turn % equals.len());
        }
    }

    async fn hosts(&self, domain: &Domain, records: Vec<(u16, String)>) -> Result<Vec<MxHost>, RouteError> {
        let (mut hosts, mut trouble, mut forbidden) = (Vec::new(), None, false);
        for (_, name) in records {
            if hosts.len() == MAX_HOSTS {
                break;
            }
            // An exchange must be a name (RFC 5321 §5.1); what is no name is passed over.
            if name.parse::<Domain>().is_err() || name.parse::<IpAddr>().is_ok() {
                continue;
            }
            match self.resolver.addresses(&name).await {
                Ok(found) => {
                    let mut addresses: Vec<IpAddr> =
                        found.iter().copied().filter(|ip| self.allow_private || is_public(*ip)).collect();
                    forbidden |= addresses.len() < found.len();
                    addresses.truncate(MAX_ADDRESSES);
                    if !addresses.is_empty() {
                        hosts.push(MxHost { tls_name: name.clone(), name, port: SMTP, addresses });
                    }
                }
                Err(LookupError::NoSuchName) => {}
                Err(LookupError::Temporary(text)) => trouble = Some(text),
            }
        }
        match trouble {
            _ if !hosts.is_empty() => Ok(hosts),
            Some(text) => Err(RouteError::Temporary(domain.to_string(), text)),
            None if forbidden => Err(RouteError::Forbidden(domain.to_string())),
            None => Err(RouteError::NoMail(domain.to_string())),
        }
    }
}

/// Whether an address can be somebody's on the internet. A stranger's DNS must not make this server talk to hosts of
/// the house's own network.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || ip.is_broadcast()
                || ip.is_multicast()
                || a == 0
                || a >= 240
                // RFC 6598 shared address space.
                || (a == 100 && (64..128).contains(&b)))
        }
        IpAddr::V6(ip) => {
            let [first, ..] = ip.segments();
            // Global unicast is 2000::/3; of it, 6to4 and Teredo would carry IPv4 addresses past the check above.
            first & 0xe000 == 0x2000 && first != 0x2002 && ip.segments()[..2] != [0x2001, 0]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    type Answer<T> = Result<Vec<T>, LookupError>;

    #[derive(Default)]
    struct Zone {
        mx: HashMap<&'static str, Answer<(u16, String)>>,
        ip: HashMap<&'static str, Answer<IpAddr>>,
    }

    #[async_trait]
    impl Resolve for Zone {
        async fn mx(&self, domain: &Domain) -> Result<Vec<(u16, String)>, LookupError> {
            self.mx.get(domain.as_str()).cloned().unwrap_or(Err(LookupError::NoSuchName))
        }
        async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, LookupError> {
            self.ip.get(host).cloned().unwrap_or(Err(LookupError::NoSuchName))
        }
    }

    fn zone() -> Zone {
        let mut zone = Zone::default();
        let mx = |list: &[(u16, &str)]| Ok(list.iter().map(|(p, h)| (*p, (*h).to_owned())).collect());
        let ip = |list: &[&str]| Ok(list.iter().map(|a| a.parse().unwrap()).collect());
        zone.mx.insert("a.example", mx(&[(20, "mx2.a.example"), (10, "mx1.a.example"), (5, "gone.a.example")]));
        zone.mx.insert("implicit.example", mx(&[]));
        zone.mx.insert("null.example", mx(&[(0, "")]));
        zone.mx.insert("loop.example", mx(&[(10, "mx.clinic.example"), (20, "mx2.a.example")]));
        zone.mx
            .insert("backup.example", mx(&[(10, "mx1.a.example"), (20, "mx.clinic.example"), (30, "mx2.a.example")]));
        zone.mx.insert("inside.example", mx(&[(10, "inside.example")]));
        zone.mx.insert("literal.example", mx(&[(10, "192.0.2.1")]));
        zone.mx.insert("slow.example", Err(LookupError::Temporary("SERVFAIL".into())));
        zone.mx.insert("slowhost.example", mx(&[(10, "slow.a.example")]));
        zone.mx.insert("empty.example", mx(&[]));
        zone.ip.insert("mx1.a.example", ip(&["2a00::1", "198.51.100.1"]));
        zone.ip.insert("mx2.a.example", ip(&["198.51.100.2"]));
        zone.ip.insert("implicit.example", ip(&["198.51.100.3"]));
        zone.ip.insert("inside.example", ip(&["10.0.0.1", "127.0.0.1", "::1", "fd00::1", "::ffff:192.168.0.1"]));
        zone.ip.insert("slow.a.example", Err(LookupError::Temporary("timeout".into())));
        zone.ip.insert("empty.example", ip(&[]));
        zone
    }

    async fn route(domain: &str) -> Result<Vec<String>, RouteError> {
        let transports = [(
            "partner.example".parse().unwrap(),
            Transport { host: "127.0.0.1".into(), port: 2525, tls_name: Some("mx.partner.example".into()) },
        )];
        let router = Router::new(Arc::new(zone()), transports.into(), &["mx.clinic.example".parse().unwrap()]);
        let hosts = router.route(&domain.parse().unwrap()).await?;
        Ok(hosts.into_iter().map(|h| format!("{}:{} {} {:?}", h.name, h.port, h.tls_name, h.addresses)).collect())
    }

    #[tokio::test]
    async fn hosts_come_by_preference_with_their_addresses() {
        assert_eq!(
            route("a.example").await.unwrap(),
            ["mx1.a.example:25 mx1.a.example [2a00::1, 198.51.100.1]", "mx2.a.example:25 mx2.a.example [198.51.100.2]"]
        );
        assert_eq!(route("implicit.example").await.unwrap(), ["implicit.example:25 implicit.example [198.51.100.3]"]);
    }

    #[tokio::test]
    async fn a_configured_transport_wins() {
        assert_eq!(route("partner.example").await.unwrap(), ["127.0.0.1:2525 mx.partner.example [127.0.0.1]"]);
    }

    #[tokio::test]
    async fn what_takes_no_mail_is_told_from_what_does_not_answer() {
        let name = |d: &str| d.to_owned();
        assert_eq!(route("nx.example").await, Err(RouteError::NoSuchDomain(name("nx.example"))));
        assert_eq!(route("null.example").await, Err(RouteError::NoMail(name("null.example"))));
        assert_eq!(route("empty.example").await, Err(RouteError::NoMail(name("empty.example"))));
        assert_eq!(route("literal.example").await, Err(RouteError::NoMail(name("literal.example"))));
        assert!(route("slow.example").await.unwrap_err().is_temporary());
        assert!(route("slowhost.example").await.unwrap_err().is_temporary());
    }

    #[tokio::test]
    async fn mail_is_not_sent_to_ourselves_or_into_the_house() {
        assert_eq!(route("loop.example").await, Err(RouteError::Forbidden("loop.example".into())));
        assert_eq!(route("backup.example").await.unwrap().len(), 1);
        assert_eq!(route("inside.example").await, Err(RouteError::Forbidden("inside.example".into())));
    }

    #[test]
    fn equals_take_turns() {
        let router = Router::new(Arc::new(zone()), BTreeMap::new(), &[]);
        let first = || {
            let mut records = vec![(10, "b".to_owned()), (10, "a".to_owned()), (5, "z".to_owned())];
            router.order(&mut records);
            records.into_iter().map(|r| r.1).collect::<String>()
        };
        assert_eq!((first(), first(), first()), ("zab".into(), "zba".into(), "zab".into()));
    }
}
