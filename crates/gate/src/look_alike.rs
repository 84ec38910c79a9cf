//! Domains that look like a known one but are not: a slip of the pen, or somebody's trap.

use wardpost_model::Domain;

/// Names shorter than this are too close to each other by nature to compare by edit distance.
const MIN_NAME: usize = 6;

/// The known domain that `domain` could be mistaken for. None when it is a known domain itself, or below one.
///
/// Compared are: one letter changed, missing, added or two swapped (Damerau–Levenshtein 1); letters that look the same
/// (`0`/`o`, `1`/`l`/`i`, `rn`/`m`, `vv`/`w`, `5`/`s`, hyphens); the same name under another top-level domain; and a
/// known domain written in front of another (`clinic.example.evil.test`, `clinic-example.test`).
#[must_use]
pub fn look_alike<'d>(domain: &Domain, known: &'d [Domain]) -> Option<&'d Domain> {
    let d = domain.as_str();
    if known.iter().any(|k| is_or_below(d, k.as_str())) {
        return None;
    }
    let skeleton_of_d = skeleton(d);
    known.iter().find(|k| {
        let k = k.as_str();
        wears_as_prefix(d, k)
            || skeleton_of_d == skeleton(k)
            || swapped_top_level(d, k)
            || (name_of(k).len() >= MIN_NAME && one_edit_apart(d.as_bytes(), k.as_bytes()))
    })
}

fn is_or_below(domain: &str, known: &str) -> bool {
    domain == known || domain.strip_suffix(known).is_some_and(|head| head.ends_with('.'))
}

/// The part before the last dot.
fn name_of(domain: &str) -> &str {
    domain.rsplit_once('.').map_or(domain, |(name, _)| name)
}

fn swapped_top_level(domain: &str, known: &str) -> bool {
    let name = name_of(domain);
    domain.contains('.') && name == name_of(known) && name.len() >= MIN_NAME
}

fn wears_as_prefix(domain: &str, known: &str) -> bool {
    if !known.contains('.') {
        return false;
    }
    let dashed = known.replace('.', "-");
    domain.strip_prefix(known).is_some_and(|rest| rest.starts_with(['.', '-']))
        || domain.strip_prefix(&dashed).is_some_and(|rest| rest.starts_with(['.', '-']))
}

fn skeleton(domain: &str) -> String {
    let folded: String = domain
        .chars()
        .filter(|c| *c != '-')
        .map(|c| match c {
            '0' => 'o',
            '1' | 'i' | 'j' => 'l',
            '5' => 's',
            other => other,
        })
        .collect();
    folded.replace("rn", "m").replace("vv", "w").replace("cl", "d")
}

/// Whether one insertion, deletion, substitution or swap of neighbours turns `a` into `b`. Linear time.
fn one_edit_apart(a: &[u8], b: &[u8]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.len() - short.len() > 1 || a == b {
        return false;
    }
    let same_head = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let (Some(s), Some(l)) = (short.get(same_head..), long.get(same_head..)) else { return false };
    if short.len() != long.len() {
        return l.get(1..) == Some(s);
    }
    match (s, l) {
        ([_, s_rest @ ..], [_, l_rest @ ..]) if s_rest == l_rest => true,
        ([s0, s1, s_rest @ ..], [l0, l1, l_rest @ ..]) => s0 == l1 && s1 == l0 && s_rest == l_rest,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn known() -> Vec<Domain> {
        ["ziekenhuis-rijndal.example", "lindepraktijk.nl", "umc.nl"].iter().map(|d| d.parse().unwrap()).collect()
    }
    fn twin(d: &str) -> Option<String> {
        look_alike(&d.parse().unwrap(), &known()).map(ToString::to_string)
    }

    #[test]
    fn known_domains_and_what_lies_below_them_are_no_look_alikes() {
        for d in ["lindepraktijk.nl", "post.lindepraktijk.nl", "umc.nl"] {
            assert_eq!(twin(d), None, "{d}");
        }
    }

    #[test]
    fn slips_and_traps_are_named() {
        for d in [
            "lindepraktijk.com",
            "lindeprakitjk.nl",
            "lindepraktjk.nl",
            "lindepraktijkk.nl",
            "1indepraktijk.nl",
            "lindepraktijk.nl.evil.test",
            "lindepraktijk-nl.test",
        ] {
            assert_eq!(twin(d).as_deref(), Some("lindepraktijk.nl"), "{d}");
        }
        for d in ["ziekenhuisrijndal.example", "ziekenhuis-rijnda1.example", "ziekenhuis-rijndal.test"] {
            assert_eq!(twin(d).as_deref(), Some("ziekenhuis-rijndal.example"), "{d}");
        }
    }

    #[test]
    fn strangers_and_short_neighbours_are_left_alone() {
        for d in ["gmail.com", "umcg.nl", "amc.nl", "umc.be", "praktijk.nl", "linde.nl"] {
            assert_eq!(twin(d), None, "{d}");
        }
    }

    /// Textbook optimal string alignment, as an oracle for the linear test.
    fn distance(a: &[u8], b: &[u8]) -> usize {
        let mut m = vec![vec![0usize; b.len() + 1]; a.len() + 1];
        for (i, row) in m.iter_mut().enumerate() {
            row[0] = i;
        }
        m[0] = (0..=b.len()).collect();
        for i in 1..=a.len() {
            for j in 1..=b.len() {
                let cost = usize::from(a[i - 1] != b[j - 1]);
                let mut best = (m[i - 1][j] + 1).min(m[i][j - 1] + 1).min(m[i - 1][j - 1] + cost);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(m[i - 2][j - 2] + 1);
                }
                m[i][j] = best;
            }
        }
        m[a.len()][b.len()]
    }

    proptest! {
        #[test]
        fn one_edit_agrees_with_the_textbook(a in "[ab]{0,6}", b in "[ab]{0,6}") {
            prop_assert_eq!(one_edit_apart(a.as_bytes(), b.as_bytes()), distance(a.as_bytes(), b.as_bytes()) == 1);
        }
    }
}
