//! What is open where: pure decisions about network zones.

use wardpost_model::RoleId;
use wardpost_model::security::{SessionRules, Way, ZoneRules};

/// Minutes without activity after which a session ends: what the shortest of the person's roles says (the usual time
/// where no role says anything), or less where the zone says so.
#[must_use]
pub fn idle_minutes<'a>(sessions: &SessionRules, roles: impl IntoIterator<Item = &'a RoleId>, zone: &ZoneRules) -> u8 {
    let by_role = roles.into_iter().filter_map(|role| sessions.by_role.get(role).copied()).min();
    by_role.unwrap_or(sessions.idle_minutes).min(zone.idle_minutes.unwrap_or(u8::MAX))
}

/// Why a way in is not open in a zone, as a code for faces and the log; none when it is. Where passkeys are welcome, so are
/// those bound to a device.
#[must_use]
pub fn refusal(zone: &ZoneRules, way: Way) -> Option<&'static str> {
    if zone.ways.is_empty() {
        return Some("zone_nothing");
    }
    let open = zone.ways.contains(&way) || (way == Way::SecurityKey && zone.ways.contains(&Way::Passkey));
    (!open).then_some("zone_way")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn role(n: u128) -> RoleId {
        RoleId(uuid::Uuid::from_u128(n))
    }

    /// ASVS 7.3.1: the least of what holds; a role's own time may also be longer than the usual one.
    #[test]
    fn the_shortest_time_counts() {
        let sessions =
            SessionRules { by_role: BTreeMap::from([(role(1), 5), (role(2), 30)]), ..SessionRules::default() };
        let zone = |idle_minutes| ZoneRules { idle_minutes, ..ZoneRules::default() };
        let of = |roles: &[RoleId], zone: &ZoneRules| idle_minutes(&sessions, roles, zone);
        assert_eq!(of(&[], &zone(None)), 15);
        assert_eq!(of(&[role(3)], &zone(None)), 15);
        assert_eq!(of(&[role(1), role(2)], &zone(None)), 5);
        assert_eq!(of(&[role(2)], &zone(None)), 30);
        assert_eq!(of(&[role(2)], &zone(Some(10))), 10);
        assert_eq!(of(&[role(1)], &zone(Some(10))), 5);
    }

    #[test]
    fn a_way_is_open_where_the_zone_names_it() {
        let zone =
            |ways: &[Way]| ZoneRules { ways: ways.iter().copied().collect::<BTreeSet<_>>(), ..ZoneRules::default() };
        assert_eq!(refusal(&zone(&[]), Way::Passkey), Some("zone_nothing"));
        assert_eq!(refusal(&zone(&[Way::Passkey]), Way::Password), Some("zone_way"));
        assert_eq!(refusal(&zone(&[Way::Passkey]), Way::SecurityKey), None);
        assert_eq!(refusal(&zone(&[Way::SecurityKey]), Way::Passkey), Some("zone_way"));
        for way in Way::ALL {
            assert_eq!(refusal(&ZoneRules::default(), way), None);
        }
    }
}
