//! The outbound plan: recipients' facts × findings × policy → a route and the reasons for each recipient.

use crate::look_alike::look_alike;
use wardpost_model::plan::{Action, Anyway, Plan, Reason, RecipientPlan, Route, SecondFactor};
use wardpost_model::policy::{Destination, Found, Policy, Rule};
use wardpost_model::{Domain, EmailAddress, PhoneNumber};

/// What is known about the TLS of the hosts that take mail for a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TlsKnowledge {
    /// STARTTLS with a certificate that was verified for the host by PKIX, MTA-STS or DANE.
    Verified,
    /// No TLS, or a certificate that can't be verified.
    Unverified,
    /// Not looked at yet, or not reachable. Counts as unverified.
    Unknown,
}

/// What is known about a recipient outside the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideFacts {
    /// Name of the partner to whom the domain belongs, if it is one.
    pub partner: Option<String>,
    /// Of the hosts that take mail for the domain.
    pub tls: TlsKnowledge,
    /// Mobile number to which a one-time code can be sent.
    pub phone: Option<PhoneNumber>,
    /// The sender has agreed a secret with the recipient for this message.
    pub agreed_secret: bool,
    /// The sender has confirmed this recipient, now or in an earlier message.
    pub confirmed: bool,
}

impl OutsideFacts {
    /// The second factor to use for pick-up: a secret that the sender set for this message, else a code by text
    /// message, else none is known.
    #[must_use]
    pub fn second_factor(&self) -> Option<SecondFactor> {
        if self.agreed_secret { Some(SecondFactor::Secret) } else { self.phone.as_ref().map(|_| SecondFactor::Sms) }
    }
}

/// Where a recipient stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// An active mailbox of this house.
    Inside,
    /// The house's own domain, but no such mailbox.
    NoSuchMailbox,
    /// Somewhere else.
    Outside(OutsideFacts),
}

/// One recipient and what is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientFacts {
    /// The address as the sender wrote it.
    pub address: EmailAddress,
    /// Where it stands.
    pub standing: Standing,
}

/// All that the plan depends on.
#[derive(Debug, Clone)]
pub struct PlanInput<'a> {
    /// The recipients, in the draft's order.
    pub recipients: &'a [RecipientFacts],
    /// What was found in the content.
    pub found: &'a Found,
    /// The organisation's policy.
    pub policy: &'a Policy,
    /// Its version, kept in the plan.
    pub policy_version: u32,
    /// The sender wants pick-up for every outside recipient.
    pub sender_asks_pickup: bool,
    /// The sender, who may, sends it anyway where policy allows: the rules that let them do not count.
    pub overridden: bool,
    /// Own and partner domains, to warn of look-alikes.
    pub known_domains: &'a [Domain],
}

/// Decides route and action for every recipient. Deterministic; never fails; `ready` says whether the message can go.
#[must_use]
pub fn plan(input: &PlanInput<'_>) -> Plan {
    let recipients: Vec<RecipientPlan> = input.recipients.iter().map(|r| plan_one(input, r)).collect();
    let action = recipients.iter().map(|r| r.action).max().unwrap_or(Action::Send);
    let ready = !recipients.is_empty()
        && recipients.iter().all(|r| r.action != Action::Block && r.route != Route::None && !r.must_confirm);
    Plan { action, ready, recipients, policy_version: input.policy_version, overridden: input.overridden }
}

/// Another route taken at delivery, instead of one that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Detour {
    /// The route to take.
    pub route: Route,
    /// For pick-up: by which second factor.
    pub second_factor: Option<SecondFactor>,
}

/// The next route when `failed` can't be used at delivery (TLS is no longer verified, for instance): as safe or safer,
/// or none. Never a route that policy would hold or block, unless a second pair of eyes has `released` the message, or
/// its sender was let to send it anyway (which lifts a hold, never a block).
#[must_use]
pub fn fallback(failed: Route, facts: &OutsideFacts, found: &Found, policy: &Policy, released: bool) -> Option<Detour> {
    if failed != Route::VerifiedTls {
        return None;
    }
    let allowed = match policy.ruling(found, Destination::Pickup).action {
        Action::Send | Action::Protect => true,
        Action::Hold => released,
        Action::Block => false,
    };
    let second_factor = facts.second_factor().filter(|_| allowed)?;
    Some(Detour { route: Route::Pickup, second_factor: Some(second_factor) })
}

/// The plan for one recipient as policy wants it, with what would become of it anyway; or, overridden, just that.
fn plan_one(input: &PlanInput<'_>, recipient: &RecipientFacts) -> RecipientPlan {
    let ruled = planned(input, recipient, false);
    if !matches!(ruled.action, Action::Protect | Action::Hold) {
        return ruled;
    }
    let mut anyway = planned(input, recipient, true);
    if anyway.action >= ruled.action {
        return ruled;
    }
    if input.overridden {
        anyway.reasons.push(Reason::SentAnyway);
        return anyway;
    }
    RecipientPlan { anyway: Some(Anyway { route: anyway.route, action: anyway.action }), ..ruled }
}

fn planned(input: &PlanInput<'_>, recipient: &RecipientFacts, lifted: bool) -> RecipientPlan {
    match &recipient.standing {
        Standing::Inside => house_plan(input, recipient, Route::Inside, Reason::InHouse, lifted),
        Standing::NoSuchMailbox => house_plan(input, recipient, Route::None, Reason::NoSuchMailbox, lifted),
        Standing::Outside(facts) => outside_plan(input, recipient, facts, lifted),
    }
}

/// What policy wants at a destination; with the rules `lifted` that let their sender override them.
fn wanted(input: &PlanInput<'_>, to: Destination, lifted: bool) -> Action {
    let ruling = input.policy.ruling(input.found, to);
    if lifted && ruling.may_override { Action::Send } else { ruling.action }
}

fn house_plan(
    input: &PlanInput<'_>,
    recipient: &RecipientFacts,
    route: Route,
    reason: Reason,
    lifted: bool,
) -> RecipientPlan {
    let action = wanted(input, Destination::Inside, lifted);
    let mut reasons = vec![reason];
    if action > Action::Send || lifted {
        push_found(&mut reasons, input);
        push_policy(&mut reasons, action);
    }
    RecipientPlan {
        address: recipient.address.clone(),
        route: if action == Action::Block { Route::None } else { route },
        action,
        second_factor: None,
        reasons,
        must_confirm: false,
        anyway: None,
    }
}

fn outside_plan(
    input: &PlanInput<'_>,
    recipient: &RecipientFacts,
    facts: &OutsideFacts,
    lifted: bool,
) -> RecipientPlan {
    let mut reasons = Vec::with_capacity(6);
    let (route, action) = outside_route(input, facts, &mut reasons, lifted);
    push_found(&mut reasons, input);
    push_policy(&mut reasons, action);

    let mut second_factor = None;
    let route = match route {
        _ if action == Action::Block => Route::None,
        Route::Pickup => {
            second_factor = facts.second_factor();
            reasons.push(match (second_factor, &facts.phone) {
                (Some(SecondFactor::Secret), _) => Reason::AgreedSecret,
                (Some(SecondFactor::Sms), Some(phone)) => Reason::CodeBySms { phone: phone.masked() },
                _ => Reason::NeedsSecondFactor,
            });
            if second_factor.is_some() { Route::Pickup } else { Route::None }
        }
        other => other,
    };

    let first = input.policy.confirm_first_contact && !facts.confirmed;
    if first {
        reasons.push(Reason::FirstContact);
    }
    let twin = look_alike(recipient.address.domain(), input.known_domains);
    if let Some(known) = twin {
        reasons.push(Reason::LookAlike { domain: known.as_str().to_owned() });
    }
    RecipientPlan {
        address: recipient.address.clone(),
        route,
        action,
        second_factor,
        reasons,
        must_confirm: first || (twin.is_some() && !facts.confirmed),
        anyway: None,
    }
}

/// The route that the facts allow, made safer where policy wants more than plain sending. Anything stricter than
/// `Send` leaves by pick-up at most (also after a release), and then the pick-up column counts too.
fn outside_route(
    input: &PlanInput<'_>,
    facts: &OutsideFacts,
    reasons: &mut Vec<Reason>,
    lifted: bool,
) -> (Route, Action) {
    let pickup = wanted(input, Destination::Pickup, lifted);
    if input.sender_asks_pickup {
        reasons.push(Reason::SenderAsksPickup);
        return (Route::Pickup, pickup);
    }
    match facts.tls {
        TlsKnowledge::Verified => {}
        TlsKnowledge::Unverified => {
            reasons.push(Reason::NoVerifiedTls);
            return (Route::Pickup, pickup);
        }
        TlsKnowledge::Unknown => {
            reasons.push(Reason::TlsUnknown);
            return (Route::Pickup, pickup);
        }
    }
    let (destination, cause) = match &facts.partner {
        Some(name) => (Destination::Partner, Reason::PartnerVerifiedTls { partner: name.clone() }),
        None => (Destination::VerifiedTls, Reason::ProviderVerifiedTls),
    };
    let direct = wanted(input, destination, lifted);
    if direct == Action::Send {
        reasons.push(cause);
        return (Route::VerifiedTls, Action::Send);
    }
    (Route::Pickup, direct.max(pickup))
}

fn push_found(reasons: &mut Vec<Reason>, input: &PlanInput<'_>) {
    let many = input.policy.rules(input.found).any(|rule| rule == Rule::HealthMany);
    reasons.extend(input.policy.rules(input.found).filter_map(|rule| match rule {
        Rule::None => None,
        Rule::Unreadable => Some(Reason::FoundUnreadable),
        Rule::Identifier => Some(Reason::FoundIdentifier),
        Rule::Health if many => None,
        Rule::Health => Some(Reason::FoundHealth),
        Rule::HealthMany => Some(Reason::FoundHealthMany),
        Rule::Special => {
            let special = input.found.special.intersection(&input.policy.special_categories);
            Some(Reason::FoundSpecial { categories: special.copied().collect() })
        }
    }));
}

fn push_policy(reasons: &mut Vec<Reason>, action: Action) {
    reasons.extend(match action {
        Action::Send => None,
        Action::Protect => Some(Reason::PolicyProtects),
        Action::Hold => Some(Reason::PolicyHolds),
        Action::Block => Some(Reason::PolicyBlocks),
    });
}

#[cfg(test)]
mod tests;
