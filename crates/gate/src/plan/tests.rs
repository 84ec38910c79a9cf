use super::*;
use proptest::prelude::*;
use wardpost_model::finding::{Sensitivity, SpecialCategory};
use wardpost_model::policy::{Incoming, PolicyRow};

fn outside() -> OutsideFacts {
    OutsideFacts { partner: None, tls: TlsKnowledge::Verified, phone: None, agreed_secret: false, confirmed: true }
}
fn with_phone() -> OutsideFacts {
    OutsideFacts { phone: Some("+31612345678".parse().unwrap()), ..outside() }
}
fn partner() -> OutsideFacts {
    OutsideFacts { partner: Some("De Linde".into()), ..outside() }
}
fn recipient(standing: Standing) -> RecipientFacts {
    RecipientFacts { address: "a.jansen@mail.example".parse().unwrap(), standing }
}
fn plan_for(found: impl Into<Found>, standing: Standing) -> RecipientPlan {
    plan_with(found, &Policy::default(), standing, false)
}
fn plan_with(found: impl Into<Found>, policy: &Policy, standing: Standing, asks: bool) -> RecipientPlan {
    plan_by(&found.into(), policy, standing, asks, false)
}
fn plan_by(found: &Found, policy: &Policy, standing: Standing, asks: bool, overridden: bool) -> RecipientPlan {
    let recipients = [recipient(standing)];
    let made = plan(&PlanInput {
        recipients: &recipients,
        found,
        policy,
        policy_version: 1,
        sender_asks_pickup: asks,
        overridden,
        known_domains: &[],
    });
    made.recipients.into_iter().next().unwrap()
}

#[test]
fn colleagues_are_reached_inside_whatever_is_written() {
    let p = plan_for(Sensitivity::HealthMany, Standing::Inside);
    assert_eq!((p.route, p.action), (Route::Inside, Action::Send));
    assert_eq!(p.reasons, [Reason::InHouse]);
}

#[test]
fn an_own_domain_without_mailbox_has_no_route() {
    let p = plan_for(Sensitivity::None, Standing::NoSuchMailbox);
    assert_eq!((p.route, p.reasons), (Route::None, vec![Reason::NoSuchMailbox]));
}

#[test]
fn a_partner_gets_health_content_by_verified_tls() {
    let p = plan_for(Sensitivity::Health, Standing::Outside(partner()));
    assert_eq!((p.route, p.action), (Route::VerifiedTls, Action::Send));
    assert_eq!(p.reasons, [Reason::PartnerVerifiedTls { partner: "De Linde".into() }, Reason::FoundHealth]);
}

#[test]
fn health_content_for_an_ordinary_provider_waits_in_the_portal_for_a_code() {
    let p = plan_for(Sensitivity::Health, Standing::Outside(with_phone()));
    assert_eq!((p.route, p.action, p.second_factor), (Route::Pickup, Action::Protect, Some(SecondFactor::Sms)));
    let phone = "•••• 78".to_owned();
    assert_eq!(p.reasons, [Reason::FoundHealth, Reason::PolicyProtects, Reason::CodeBySms { phone }]);
}

#[test]
fn a_secret_set_for_this_message_is_preferred_to_a_text_message() {
    let p = plan_for(Sensitivity::Health, Standing::Outside(OutsideFacts { agreed_secret: true, ..with_phone() }));
    assert_eq!(p.second_factor, Some(SecondFactor::Secret));
    assert!(p.reasons.contains(&Reason::AgreedSecret));
}

#[test]
fn pickup_without_second_factor_is_no_route_and_not_ready() {
    let recipients = [recipient(Standing::Outside(OutsideFacts { tls: TlsKnowledge::Unknown, ..outside() }))];
    let policy = Policy::default();
    let made = plan(&PlanInput {
        recipients: &recipients,
        found: &Found::default(),
        policy: &policy,
        policy_version: 7,
        sender_asks_pickup: false,
        overridden: false,
        known_domains: &[],
    });
    assert!(!made.ready);
    assert_eq!(made.policy_version, 7);
    assert_eq!(made.recipients[0].route, Route::None);
    assert_eq!(made.recipients[0].reasons, [Reason::TlsUnknown, Reason::NeedsSecondFactor]);
}

#[test]
fn a_newsletter_goes_by_verified_tls_and_says_so() {
    let p = plan_for(Sensitivity::None, Standing::Outside(outside()));
    assert_eq!((p.route, p.reasons), (Route::VerifiedTls, vec![Reason::ProviderVerifiedTls]));
}

#[test]
fn the_sender_can_ask_for_pickup() {
    let p = plan_with(Sensitivity::None, &Policy::default(), Standing::Outside(with_phone()), true);
    assert_eq!(p.route, Route::Pickup);
    assert_eq!(p.reasons.first(), Some(&Reason::SenderAsksPickup));
}

#[test]
fn protection_consults_the_pickup_column_and_the_strictest_counts() {
    let mut policy = Policy::default();
    policy.health.pickup = Action::Hold;
    let p = plan_with(Sensitivity::Health, &policy, Standing::Outside(with_phone()), false);
    assert_eq!((p.route, p.action), (Route::Pickup, Action::Hold));
    assert!(p.reasons.contains(&Reason::PolicyHolds));
}

#[test]
fn what_policy_blocks_has_no_route() {
    let mut policy = Policy::default();
    policy.health_many.partner = Action::Block;
    let p = plan_with(Sensitivity::HealthMany, &policy, Standing::Outside(partner()), false);
    assert_eq!((p.route, p.action), (Route::None, Action::Block));
    assert!(p.reasons.contains(&Reason::PolicyBlocks));
}

#[test]
fn first_contacts_and_look_alikes_must_be_confirmed_once() {
    let known = ["lindepraktijk.nl".parse().unwrap()];
    let facts = |confirmed| RecipientFacts {
        address: "x@1indepraktijk.nl".parse().unwrap(),
        standing: Standing::Outside(OutsideFacts { confirmed, ..outside() }),
    };
    let policy = Policy { confirm_first_contact: false, ..Policy::default() };
    let made = |confirmed| {
        plan(&PlanInput {
            recipients: &[facts(confirmed)],
            found: &Found::default(),
            policy: &policy,
            policy_version: 1,
            sender_asks_pickup: false,
            overridden: false,
            known_domains: &known,
        })
    };
    assert!(made(false).recipients[0].must_confirm && !made(false).ready);
    assert!(made(false).recipients[0].reasons.contains(&Reason::LookAlike { domain: "lindepraktijk.nl".into() }));
    assert!(made(true).ready);
    let first = plan_for(Sensitivity::None, Standing::Outside(OutsideFacts { confirmed: false, ..outside() }));
    assert!(first.must_confirm && first.reasons.contains(&Reason::FirstContact));
}

#[test]
fn fallback_goes_to_pickup_or_fails_and_respects_policy() {
    let policy = Policy::default();
    let go = |from, facts: &OutsideFacts, found: Sensitivity, released| {
        fallback(from, facts, &found.into(), &policy, released)
    };
    let by_code = Some(Detour { route: Route::Pickup, second_factor: Some(SecondFactor::Sms) });
    assert_eq!(go(Route::VerifiedTls, &with_phone(), Sensitivity::None, false), by_code);
    assert_eq!(go(Route::VerifiedTls, &outside(), Sensitivity::None, false), None);
    assert_eq!(go(Route::VerifiedTls, &with_phone(), Sensitivity::HealthMany, false), None, "would be held");
    assert_eq!(go(Route::VerifiedTls, &with_phone(), Sensitivity::HealthMany, true), by_code, "was released");
    assert_eq!(go(Route::Pickup, &with_phone(), Sensitivity::None, false), None);
    assert_eq!(go(Route::Inside, &with_phone(), Sensitivity::None, false), None);
}

// ---- properties over all inputs ----

/// How many others could read it: nobody new when nothing goes or it stays inside.
fn exposure(route: Route) -> u8 {
    match route {
        Route::None | Route::Inside => 0,
        Route::Pickup => 1,
        Route::VerifiedTls => 2,
    }
}

/// Twenty-four actions from as many pairs of bits, and a bit a row: cheap to make and to shrink (towards `Send`).
fn any_policy() -> impl Strategy<Value = Policy> {
    (any::<u64>(), any::<bool>()).prop_map(|(bits, confirm_first_contact)| {
        let action = |n: u32| match bits >> (2 * n) & 3 {
            0 => Action::Send,
            1 => Action::Protect,
            2 => Action::Hold,
            _ => Action::Block,
        };
        let row = |n: u32| PolicyRow {
            inside: action(n),
            partner: action(n + 1),
            verified_tls: action(n + 2),
            pickup: action(n + 3),
            incoming: Incoming::Deliver,
            may_override: bits >> (48 + n / 4) & 1 == 1,
        };
        Policy {
            none: row(0),
            unreadable: row(4),
            identifier: row(8),
            health: row(12),
            health_many: row(16),
            special: row(20),
            confirm_first_contact,
            ..Policy::default()
        }
    })
}
fn any_found() -> impl Strategy<Value = Found> {
    let verdict = prop_oneof![
        Just(Sensitivity::None),
        Just(Sensitivity::Unreadable),
        Just(Sensitivity::Identifier),
        Just(Sensitivity::Health),
        Just(Sensitivity::HealthMany),
    ];
    (verdict, any::<bool>(), 0u32..6, any::<bool>()).prop_map(|(sensitivity, unreadable, individuals, special)| Found {
        sensitivity,
        unreadable: unreadable || sensitivity == Sensitivity::Unreadable,
        individuals,
        special: special.then_some(SpecialCategory::HivSti).into_iter().collect(),
    })
}
fn any_tls() -> impl Strategy<Value = TlsKnowledge> {
    prop_oneof![Just(TlsKnowledge::Verified), Just(TlsKnowledge::Unverified), Just(TlsKnowledge::Unknown)]
}
fn any_facts() -> impl Strategy<Value = OutsideFacts> {
    (any::<bool>(), any_tls(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(partner, tls, phone, agreed_secret, confirmed)| OutsideFacts {
            partner: partner.then(|| "P".to_owned()),
            tls,
            phone: phone.then(|| "+31612345678".parse().unwrap()),
            agreed_secret,
            confirmed,
        },
    )
}
fn any_standing() -> impl Strategy<Value = Standing> {
    prop_oneof![
        1 => Just(Standing::Inside),
        1 => Just(Standing::NoSuchMailbox),
        6 => any_facts().prop_map(Standing::Outside),
    ]
}
fn stricter_row(a: PolicyRow, b: PolicyRow) -> PolicyRow {
    PolicyRow {
        inside: a.inside.max(b.inside),
        partner: a.partner.max(b.partner),
        verified_tls: a.verified_tls.max(b.verified_tls),
        pickup: a.pickup.max(b.pickup),
        incoming: a.incoming.max(b.incoming),
        may_override: a.may_override && b.may_override,
    }
}
fn stricter(a: &Policy, b: &Policy) -> Policy {
    Policy {
        none: stricter_row(a.none, b.none),
        unreadable: stricter_row(a.unreadable, b.unreadable),
        identifier: stricter_row(a.identifier, b.identifier),
        health: stricter_row(a.health, b.health),
        health_many: stricter_row(a.health_many, b.health_many),
        special: stricter_row(a.special, b.special),
        ..a.clone()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn verified_tls_is_chosen_only_on_verified_tls_and_where_policy_says_send(
        found in any_found(), policy in any_policy(), standing in any_standing(), asks: bool,
    ) {
        let p = plan_with(found.clone(), &policy, standing.clone(), asks);
        if p.route == Route::VerifiedTls {
            let Standing::Outside(facts) = standing else { panic!("verified TLS inside the house") };
            prop_assert_eq!(facts.tls, TlsKnowledge::Verified);
            prop_assert!(!asks);
            let to = if facts.partner.is_some() { Destination::Partner } else { Destination::VerifiedTls };
            prop_assert_eq!(policy.ruling(&found, to).action, Action::Send);
        }
    }

    #[test]
    fn a_plan_is_complete_and_consistent(
        found in any_found(), policy in any_policy(), standing in any_standing(), asks: bool,
    ) {
        let p = plan_with(found, &policy, standing.clone(), asks);
        prop_assert!(!p.reasons.is_empty());
        prop_assert_eq!(p.second_factor.is_some(), p.route == Route::Pickup);
        prop_assert_eq!(p.route == Route::Inside, standing == Standing::Inside && p.action != Action::Block);
        if p.action == Action::Block {
            prop_assert_eq!(p.route, Route::None);
        }
    }

    // A policy that blocks one column and sends by another may block on better facts; what it blocks exposes nothing.
    #[test]
    fn worse_facts_never_expose_more(
        found in any_found(), policy in any_policy(), facts in any_facts(), tls in any_tls(), asks: bool,
        drop_partner: bool, drop_phone: bool, drop_secret: bool,
    ) {
        let worse = OutsideFacts {
            tls: facts.tls.max(tls),
            phone: facts.phone.clone().filter(|_| !drop_phone),
            agreed_secret: facts.agreed_secret && !drop_secret,
            ..facts.clone()
        };
        let before = plan_with(found.clone(), &policy, Standing::Outside(facts.clone()), asks);
        let after = plan_with(found.clone(), &policy, Standing::Outside(worse.clone()), asks);
        prop_assert!(before.action == Action::Block || exposure(after.route) <= exposure(before.route));
        // Losing the partner's agreement matters only where policy is at least as strict for strangers.
        if drop_partner {
            let mut ordered = policy;
            for row in [&mut ordered.none, &mut ordered.unreadable, &mut ordered.identifier, &mut ordered.health,
                &mut ordered.health_many, &mut ordered.special] {
                row.verified_tls = row.verified_tls.max(row.partner);
            }
            let stranger = OutsideFacts { partner: None, ..worse };
            let before = plan_with(found.clone(), &ordered, Standing::Outside(facts), asks);
            let after = plan_with(found, &ordered, Standing::Outside(stranger), asks);
            prop_assert!(before.action == Action::Block || exposure(after.route) <= exposure(before.route));
        }
    }

    #[test]
    fn stricter_policy_never_acts_milder_nor_exposes_more(
        found in any_found(), a in any_policy(), b in any_policy(), standing in any_standing(), asks: bool,
    ) {
        let strict = stricter(&a, &b);
        let before = plan_with(found.clone(), &a, standing.clone(), asks);
        let after = plan_with(found, &strict, standing, asks);
        prop_assert!(after.action >= before.action);
        prop_assert!(exposure(after.route) <= exposure(before.route));
    }

    #[test]
    fn falling_back_never_exposes_more(
        found in any_found(), policy in any_policy(), facts in any_facts(), released: bool,
    ) {
        for failed in [Route::Inside, Route::Pickup, Route::VerifiedTls, Route::None] {
            if let Some(detour) = fallback(failed, &facts, &found, &policy, released) {
                prop_assert!(exposure(detour.route) < exposure(failed));
                prop_assert_eq!(detour.second_factor, facts.second_factor());
                prop_assert!(policy.ruling(&found, Destination::Pickup).action != Action::Block);
            }
        }
    }

    #[test]
    fn the_message_takes_the_strictest_action_and_is_ready_only_when_all_are(
        found in any_found(), policy in any_policy(), standings in prop::collection::vec(any_standing(), 0..5),
    ) {
        let recipients: Vec<RecipientFacts> = standings.into_iter().map(recipient).collect();
        let made = plan(&PlanInput {
            recipients: &recipients, found: &found, policy: &policy, policy_version: 1, sender_asks_pickup: false, overridden: false,
            known_domains: &[],
        });
        prop_assert_eq!(made.recipients.len(), recipients.len());
        prop_assert!(made.recipients.iter().all(|r| r.action <= made.action));
        let all_good = !recipients.is_empty() && made.recipients.iter()
            .all(|r| r.route != Route::None && r.action != Action::Block && !r.must_confirm);
        prop_assert_eq!(made.ready, all_good);
    }

    // "Send anyway" lifts rules, never what the route itself demands.
    #[test]
    fn sent_anyway_goes_as_without_the_rule_and_never_below_what_the_route_demands(
        found in any_found(), policy in any_policy(), standing in any_standing(), asks: bool,
    ) {
        let ruled = plan_by(&found, &policy, standing.clone(), asks, false);
        let anyway = plan_by(&found, &policy, standing.clone(), asks, true);
        prop_assert!(anyway.action <= ruled.action);
        prop_assert_eq!(ruled.action == Action::Block, anyway.action == Action::Block, "a block is never lifted");
        prop_assert_eq!(ruled.anyway.map(|a| (a.route, a.action)),
            anyway.reasons.contains(&Reason::SentAnyway).then_some((anyway.route, anyway.action)), "told before");
        prop_assert_eq!((ruled.must_confirm, anyway.anyway), (anyway.must_confirm, None));
        if anyway.route == Route::VerifiedTls {
            let Standing::Outside(facts) = &standing else { panic!("verified TLS inside the house") };
            prop_assert!(facts.tls == TlsKnowledge::Verified && !asks);
        }
        let free = Policy { none: open(), unreadable: open(), identifier: open(), health: open(), health_many: open(),
            special: open(), ..policy };
        let without = plan_by(&found, &free, standing, asks, false);
        prop_assert!(exposure(anyway.route) <= exposure(without.route));
    }
}

fn open() -> PolicyRow {
    use Action::Send;
    PolicyRow {
        inside: Send,
        partner: Send,
        verified_tls: Send,
        pickup: Send,
        incoming: Incoming::Deliver,
        may_override: false,
    }
}

#[test]
fn what_may_be_overridden_is_told_and_what_may_not_is_not() {
    let mut policy = Policy::default();
    policy.health.may_override = true;
    let to = |p: &Policy, facts| plan_with(Sensitivity::Health, p, Standing::Outside(facts), false);
    let anyway = |route| Some(Anyway { route, action: Action::Send });
    assert_eq!(to(&policy, with_phone()).anyway, anyway(Route::VerifiedTls));
    // Without verified TLS there is nothing to be lifted: pick-up is what the route demands.
    assert_eq!(to(&policy, OutsideFacts { tls: TlsKnowledge::Unverified, ..with_phone() }).anyway, None);
    assert_eq!(to(&Policy::default(), with_phone()).anyway, None);
    let special = Found {
        sensitivity: Sensitivity::Health,
        special: [SpecialCategory::Violence].into(),
        individuals: 1,
        ..Found::default()
    };
    let p = plan_with(special, &policy, Standing::Outside(with_phone()), false);
    assert_eq!(p.anyway, None, "the row of special categories does not let it");
    assert!(p.reasons.contains(&Reason::FoundSpecial { categories: vec![SpecialCategory::Violence] }));
}
