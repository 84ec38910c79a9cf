//! On which ground may this person open what is about that patient?

use wardpost_model::ground::{AccessRules, Ground, RelationKind};
use wardpost_model::{GrantId, MailboxId, MandateId, PersonId, RelationId, TeamId};

/// That somebody, or a team, cares for the patient. Times are microseconds since the epoch; the end is not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CareRelation {
    /// Its id.
    pub id: RelationId,
    /// How it came to be.
    pub kind: RelationKind,
    /// Who; nobody where it is a team.
    pub person: Option<PersonId>,
    /// Which team.
    pub team: Option<TeamId>,
    /// Holds from then on.
    pub starts_us: i64,
    /// Until then.
    pub ends_us: Option<i64>,
    /// Was ended then, before its time.
    pub ended_us: Option<i64>,
}

/// An emergency access to the patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmergencyGrant {
    /// Its id.
    pub id: GrantId,
    /// Whose.
    pub person: PersonId,
    /// Holds from then on.
    pub starts_us: i64,
    /// Until then.
    pub ends_us: i64,
    /// Was ended then, before its time.
    pub ended_us: Option<i64>,
}

/// A colleague for whom the asker acts by a mandate that holds now and extends to patients, and what ties that colleague to
/// the patient. Only what is the colleague's own counts: nobody stands in for a stand-in, nor by an emergency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    /// The mandate.
    pub mandate: MandateId,
    /// The colleague.
    pub grantor: PersonId,
    /// Relations of the patient.
    pub relations: Vec<CareRelation>,
    /// The colleague's teams.
    pub teams: Vec<TeamId>,
    /// The colleague wrote what is to be opened, or it lies in their own mailbox.
    pub correspondent: bool,
}

/// The facts. What is not passed in is unknown, and opens nothing.
#[derive(Debug, Clone, Copy)]
pub struct CareQuestion<'a> {
    /// What the organisation wants.
    pub rules: &'a AccessRules,
    /// Now, in microseconds since the epoch.
    pub now_us: i64,
    /// Who asks.
    pub me: PersonId,
    /// The patient's own account.
    pub patient_account: Option<PersonId>,
    /// Relations of the patient.
    pub relations: &'a [CareRelation],
    /// The teams of which the asker is a member.
    pub my_teams: &'a [TeamId],
    /// Emergency accesses to the patient.
    pub grants: &'a [EmergencyGrant],
    /// Colleagues for whom the asker acts.
    pub stand_ins: &'a [StandIn],
    /// The asker wrote what is to be opened, or it lies in their own mailbox.
    pub correspondent: bool,
    /// It lies in a mailbox on duty that the asker uses.
    pub duty: Option<MailboxId>,
}

/// What ties somebody to a patient by itself, and lasts: being the patient, or caring for them. Only who is tied so says who
/// else cares for the patient: an emergency, a letter, standing in, or a house that ties nothing to care is no ground for
/// what outlives it.
#[must_use]
pub fn tie(
    now_us: i64,
    me: PersonId,
    patient_account: Option<PersonId>,
    relations: &[CareRelation],
    my_teams: &[TeamId],
) -> Option<Ground> {
    let related = |kind| related(kind, now_us, me, relations, my_teams);
    (patient_account == Some(me))
        .then_some(Ground::Own)
        .or_else(|| related(RelationKind::Assigned).map(|r| Ground::Assigned(r.id)))
        .or_else(|| related(RelationKind::Team).and_then(|r| r.team).map(Ground::CareTeam))
        .or_else(|| related(RelationKind::Referral).map(|r| Ground::Referral(r.id)))
}

/// The first ground that holds, in the order of [`Ground`]; none: it stays closed. Emergency access comes last, so that
/// nobody's log names an emergency where an ordinary ground was at hand.
#[must_use]
pub fn ground(q: &CareQuestion<'_>) -> Option<Ground> {
    let cover = || related(RelationKind::Cover, q.now_us, q.me, q.relations, q.my_teams);
    let covers = |s: &&StandIn| {
        let own = [RelationKind::Assigned, RelationKind::Team, RelationKind::Referral];
        (q.rules.correspondence && s.correspondent)
            || own.into_iter().any(|k| related(k, q.now_us, s.grantor, &s.relations, &s.teams).is_some())
    };
    let open = |g: &&EmergencyGrant| g.person == q.me && within(q.now_us, g.starts_us, Some(g.ends_us), g.ended_us);
    tie(q.now_us, q.me, q.patient_account, q.relations, q.my_teams)
        .or_else(|| cover().map(|r| Ground::Cover(r.id)))
        .or_else(|| q.stand_ins.iter().find(covers).map(|s| Ground::CoverFor(s.mandate)))
        .or_else(|| (q.rules.correspondence && q.correspondent).then_some(Ground::Correspondence))
        .or_else(|| q.duty.filter(|_| q.rules.duty).map(Ground::Duty))
        .or_else(|| q.grants.iter().find(open).map(|g| Ground::BreakGlass(g.id)))
        .or_else(|| (!q.rules.strict).then_some(Ground::House))
}

/// The relation of a kind that ties somebody to the patient now.
fn related<'a>(
    kind: RelationKind,
    now_us: i64,
    person: PersonId,
    relations: &'a [CareRelation],
    teams: &[TeamId],
) -> Option<&'a CareRelation> {
    let holds = |r: &&CareRelation| r.kind == kind && within(now_us, r.starts_us, r.ends_us, r.ended_us);
    relations.iter().filter(holds).find(|r| match r.team {
        Some(team) => kind == RelationKind::Team && teams.contains(&team),
        None => kind != RelationKind::Team && r.person == Some(person),
    })
}

fn within(now: i64, starts: i64, ends: Option<i64>, ended: Option<i64>) -> bool {
    now >= starts && ends.is_none_or(|e| now < e) && ended.is_none_or(|e| now < e)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    const NOW: i64 = 1_000;
    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }
    fn relation(kind: RelationKind, whose: u128) -> CareRelation {
        let (person, team) = match kind {
            RelationKind::Team => (None, Some(TeamId(Uuid::from_u128(whose)))),
            _ => (Some(person(whose)), None),
        };
        let id = RelationId(Uuid::from_u128(kind as u128 + 10));
        CareRelation { id, kind, person, team, starts_us: 0, ends_us: None, ended_us: None }
    }
    fn grant(whose: u128) -> EmergencyGrant {
        let id = GrantId(Uuid::from_u128(5));
        EmergencyGrant { id, person: person(whose), starts_us: 0, ends_us: 2_000, ended_us: None }
    }
    const DUTY: MailboxId = MailboxId(Uuid::from_u128(6));
    const KINDS: [RelationKind; 4] =
        [RelationKind::Assigned, RelationKind::Team, RelationKind::Referral, RelationKind::Cover];

    /// A combination of all facts, one bit each.
    struct Facts {
        relations: Vec<CareRelation>,
        teams: Vec<TeamId>,
        grants: Vec<EmergencyGrant>,
        stand_ins: Vec<StandIn>,
        rules: AccessRules,
        bits: u16,
    }

    impl Facts {
        fn of(bits: u16) -> Self {
            let has = |bit: u16| bits & (1 << bit) != 0;
            Self {
                relations: KINDS.into_iter().zip(1..).filter(|(_, b)| has(*b)).map(|(k, _)| relation(k, 1)).collect(),
                teams: vec![TeamId(Uuid::from_u128(1))],
                grants: if has(7) { vec![grant(1)] } else { vec![] },
                stand_ins: if has(11) { vec![stand_in(&[relation(RelationKind::Assigned, 3)], false)] } else { vec![] },
                rules: AccessRules {
                    strict: !has(8),
                    correspondence: !has(9),
                    duty: !has(10),
                    ..AccessRules::default()
                },
                bits,
            }
        }
        fn ground(&self) -> Option<Ground> {
            let has = |bit: u16| self.bits & (1 << bit) != 0;
            ground(&CareQuestion {
                rules: &self.rules,
                now_us: NOW,
                me: person(1),
                patient_account: Some(person(if has(0) { 1 } else { 9 })),
                relations: &self.relations,
                my_teams: &self.teams,
                grants: &self.grants,
                stand_ins: &self.stand_ins,
                correspondent: has(5),
                duty: has(6).then_some(DUTY),
            })
        }
    }

    /// Acting for person 3.
    fn stand_in(relations: &[CareRelation], correspondent: bool) -> StandIn {
        StandIn {
            mandate: MandateId(Uuid::from_u128(7)),
            grantor: person(3),
            relations: relations.to_vec(),
            teams: vec![TeamId(Uuid::from_u128(3))],
            correspondent,
        }
    }

    /// Who acts for a colleague opens what opens for the colleague by their own care or mail; not what the colleague opens as
    /// a stand-in, and not what ties somebody else to the patient.
    #[test]
    fn a_stand_in_opens_what_is_the_colleagues_own() {
        let opens = |rules: &AccessRules, s: StandIn| {
            let q = CareQuestion {
                rules,
                now_us: NOW,
                me: person(1),
                patient_account: None,
                relations: &[],
                my_teams: &[],
                grants: &[],
                stand_ins: &[s],
                correspondent: false,
                duty: None,
            };
            ground(&q)
        };
        let rules = AccessRules::default();
        let by_mandate = Some(Ground::CoverFor(MandateId(Uuid::from_u128(7))));
        for (kind, expected) in KINDS.into_iter().zip([by_mandate, by_mandate, by_mandate, None]) {
            assert_eq!(opens(&rules, stand_in(&[relation(kind, 3)], false)), expected, "{kind:?}");
            assert_eq!(opens(&rules, stand_in(&[relation(kind, 1)], false)), None, "{kind:?} of another");
            let over = CareRelation { ends_us: Some(NOW), ..relation(kind, 3) };
            assert_eq!(opens(&rules, stand_in(&[over], false)), None, "{kind:?} that is over");
        }
        assert_eq!(opens(&rules, stand_in(&[], true)), by_mandate);
        let closed = AccessRules { correspondence: false, ..rules };
        assert_eq!(opens(&closed, stand_in(&[], true)), None, "where it does not open for the colleague either");
    }

    /// ASVS 8.2.2, ONC d6: every combination of the twelve facts. The strongest ground that holds is the answer.
    #[test]
    fn every_combination_of_facts_has_the_strongest_ground_that_holds() {
        for bits in 0..1u16 << 12 {
            let has = |bit: u16| bits & (1 << bit) != 0;
            let order = [
                (has(0), "own"),
                (has(1), "assigned"),
                (has(2), "care_team"),
                (has(3), "referral"),
                (has(4) || has(11), "cover"),
                (has(5) && !has(9), "correspondence"),
                (has(6) && !has(10), "duty"),
                (has(7), "break_glass"),
                (has(8), "house"),
            ];
            let expected = order.into_iter().find(|(holds, _)| *holds).map(|(_, name)| name);
            assert_eq!(Facts::of(bits).ground().map(Ground::as_str), expected, "{bits:012b}");
            // Who may say who else cares for the patient: the first four and nothing else (ASVS 8.2.2).
            let facts = Facts::of(bits);
            let account = has(0).then_some(person(1));
            let tie = tie(NOW, person(1), account, &facts.relations, &facts.teams).map(Ground::as_str);
            assert_eq!(tie, order[..4].iter().find(|(holds, _)| *holds).map(|(_, name)| *name), "{bits:012b}");
        }
    }

    #[test]
    fn what_is_somebody_elses_opens_nothing() {
        let rules = AccessRules::default();
        let relations: Vec<CareRelation> = KINDS.into_iter().map(|k| relation(k, 2)).collect();
        let q = CareQuestion {
            rules: &rules,
            now_us: NOW,
            me: person(1),
            patient_account: Some(person(2)),
            relations: &relations,
            my_teams: &[TeamId(Uuid::from_u128(1))],
            grants: &[grant(2)],
            stand_ins: &[],
            correspondent: false,
            duty: None,
        };
        assert_eq!(ground(&q), None);
        // A team's relation is no relation of a person with the same number, and the other way round.
        let crossed = CareRelation { person: Some(person(1)), ..relation(RelationKind::Team, 2) };
        assert_eq!(ground(&CareQuestion { relations: &[crossed], ..q }), None);
        let no_account = CareQuestion { patient_account: None, ..q };
        assert_eq!(ground(&no_account), None);
    }

    /// Begins, ends and is ended to the microsecond.
    #[test]
    fn a_ground_holds_from_its_first_to_before_its_last_microsecond() {
        let rules = AccessRules::default();
        let at = |now_us: i64, relations: &[CareRelation], grants: &[EmergencyGrant]| {
            let q = CareQuestion {
                rules: &rules,
                now_us,
                me: person(1),
                patient_account: None,
                relations,
                my_teams: &[TeamId(Uuid::from_u128(1))],
                grants,
                stand_ins: &[],
                correspondent: false,
                duty: None,
            };
            ground(&q).is_some()
        };
        for kind in KINDS {
            let r = CareRelation { starts_us: 500, ends_us: Some(1_500), ..relation(kind, 1) };
            let held = [499, 500, 1_499, 1_500].map(|t| at(t, &[r], &[]));
            assert_eq!(held, [false, true, true, false], "{kind:?}");
            let ended = CareRelation { ended_us: Some(900), ..r };
            assert_eq!([899, 900].map(|t| at(t, &[ended], &[])), [true, false], "{kind:?}");
        }
        let g = EmergencyGrant { starts_us: 500, ends_us: 1_500, ..grant(1) };
        assert_eq!([499, 500, 1_499, 1_500].map(|t| at(t, &[], &[g])), [false, true, true, false]);
        let ended = EmergencyGrant { ended_us: Some(900), ..g };
        assert_eq!([899, 900].map(|t| at(t, &[], &[ended])), [true, false]);
    }

    proptest! {
        /// Taking a fact away, or adding a limit, never opens anything.
        #[test]
        fn less_never_opens_more(bits in 0u16..1 << 8, taken in 0u16..8, limits in 0u16..4) {
            let less = bits & !(1 << taken);
            let opened = |bits: u16| Facts::of(bits | limits << 9).ground().is_some();
            prop_assert!(opened(bits) || !opened(less));
            let stricter = Facts::of(bits | limits << 9).ground().is_some();
            prop_assert!(Facts::of(bits).ground().is_some() || !stricter);
        }
    }
}
