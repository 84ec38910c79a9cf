//! The records that make mail arrive, and arrive safely: text to copy, and a look at what is published.
#![expect(clippy::print_stdout, reason = "a command's answer is what it prints")]

use super::Report;
use crate::config::Config;
use wardpost_mail::route::{Dns, LookupError, Resolve as _};
use wardpost_model::Domain;

/// Looks at what is published.
pub async fn check(config: &Config, domains: &[Domain], r: &mut Report) {
    let dns = match Dns::from_system() {
        Ok(dns) => dns,
        Err(e) => return r.error("DNS", e.to_string(), "mend /etc/resolv.conf"),
    };
    let host = &config.server.host_name;
    match dns.addresses(host).await {
        Ok(found) if !found.is_empty() => {
            r.good("DNS", format!("{host} is {}", found.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")))
        }
        Ok(_) | Err(LookupError::NoSuchName) => {
            r.error("DNS", format!("{host} has no address"), "publish A and AAAA records for it")
        }
        Err(LookupError::Temporary(why)) => r.warn("DNS", format!("{host}: {why}"), "try again, or use --offline"),
    }
    for domain in domains {
        match dns.mx(domain).await {
            Ok(found) if found.iter().any(|(_, name)| name == host) => {
                r.good("DNS", format!("mail for {domain} comes to {host}"))
            }
            Ok(found) if found.is_empty() => {
                r.error("DNS", format!("{domain} has no MX record"), "publish the one below")
            }
            Ok(found) => {
                let names: Vec<&str> = found.iter().map(|(_, name)| name.as_str()).collect();
                r.warn(
                    "DNS",
                    format!("mail for {domain} goes to {}", names.join(", ")),
                    format!("publish an MX record for {host}"),
                );
            }
            Err(LookupError::NoSuchName) => {
                r.error("DNS", format!("{domain} does not exist in DNS"), "publish the records below")
            }
            Err(LookupError::Temporary(why)) => {
                r.warn("DNS", format!("{domain}: {why}"), "try again, or use --offline")
            }
        }
    }
}

/// Prints the records to publish for each domain.
pub fn print_records(config: &Config, domains: &[Domain]) {
    let host = &config.server.host_name;
    for domain in domains {
        println!();
        println!("Records to publish for {domain}:");
        for line in records(domain.as_str(), host) {
            println!("  {line}");
        }
        println!("  and at https://mta-sts.{domain}/.well-known/mta-sts.txt this text:");
        for line in sts_policy(host) {
            println!("    {line}");
        }
    }
}

/// MX (RFC 5321), SPF (RFC 7208), DMARC (RFC 7489), MTA-STS (RFC 8461), TLS-RPT (RFC 8460).
fn records(domain: &str, host: &str) -> Vec<String> {
    vec![
        format!("{domain}.            MX   10 {host}."),
        format!("{domain}.            TXT  \"v=spf1 mx -all\""),
        format!("_dmarc.{domain}.     TXT  \"v=DMARC1; p=quarantine; rua=mailto:postmaster@{domain}\""),
        format!("_mta-sts.{domain}.   TXT  \"v=STSv1; id=1\"  (another id whenever the policy below changes)"),
        format!("_smtp._tls.{domain}. TXT  \"v=TLSRPTv1; rua=mailto:postmaster@{domain}\""),
    ]
}

fn sts_policy(host: &str) -> [String; 4] {
    ["version: STSv1".to_owned(), "mode: enforce".to_owned(), format!("mx: {host}"), "max_age: 604800".to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_name_the_domain_and_the_server() {
        let all = records("clinic.example", "mx.clinic.example").join("\n");
        assert!(all.contains("clinic.example.            MX   10 mx.clinic.example."));
        assert!(
            all.contains("\"v=spf1 mx -all\"") && all.contains("_dmarc.clinic.example.") && all.contains("v=STSv1")
        );
        assert_eq!(sts_policy("mx.clinic.example")[2], "mx: mx.clinic.example");
    }
}
