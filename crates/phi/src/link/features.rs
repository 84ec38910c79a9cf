//! What is seen of everybody whom a text could be about, and of the text around them.

use super::around::Around;
use super::*;

const fn role_code(r: Role) -> u32 {
    match r {
        Role::Patient => 1,
        Role::Addressee => 2,
        Role::Titled => 3,
        Role::Unknown => 4,
        Role::Relative => 5,
        Role::Signatory => 6,
        Role::Staff => 7,
        Role::Correspondent => 8,
    }
}

pub(super) fn candidate_features(
    e: &Evidence<'_>,
    f: &Facts,
    subjects: &Subjects,
    c: &Candidate,
    seen: &mut Seen,
    out: &mut impl Sink,
) {
    seen.clear();
    match &c.who {
        Who::Person(mentions) => person_features(e, f, subjects, mentions, seen, out),
        Who::Number(i) => number_features(e, f, subjects, *i, out),
        Who::Sender => {
            if let Some(part) = f.parts.get(c.part) {
                sender_features(e, f, subjects, part, seen, out);
            }
        }
    }
}

fn rule_of(subjects: &Subjects, start: u32) -> u32 {
    subjects.rule_at(start).map_or(0, |rule| hash(rule.as_bytes()) % 1009 + 1)
}

fn person_features(
    e: &Evidence<'_>,
    f: &Facts,
    subjects: &Subjects,
    mentions: &[usize],
    seen: &mut Seen,
    out: &mut impl Sink,
) {
    let first = mentions.first().and_then(|i| e.persons.get(*i)).and_then(|p| e.persons.get(p.same_as));
    let rule = first.map_or(0, |p| rule_of(subjects, p.start));
    let mut once = |template: u32, value: u32| {
        let x = feature(template, value);
        if seen.insert(x) {
            out.put(x);
        }
    };
    once(100, rule);
    once(101, bucket(mentions.len()));
    once(102, rule * 8 + f.general);
    for i in mentions.iter().take(MENTIONS) {
        let (Some(p), Some(role)) = (e.persons.get(*i), e.roles.get(*i)) else { continue };
        let m = Mention { p, role: role_code(*role), around: Around::new(e, p.first, p.last) };
        mention_features(e, f, &m, &mut once);
        sentence_features(e, f, &m, &mut once);
    }
}

/// One mention of a person.
struct Mention<'e> {
    p: &'e Person,
    role: u32,
    around: Around,
}

/// The part that a mention plays, where it stands, and what is beside it.
fn mention_features(e: &Evidence<'_>, f: &Facts, m: &Mention<'_>, once: &mut impl FnMut(u32, u32)) {
    let Mention { p, role, around } = m;
    let zone = e.layout.zone_of(p.first).code();
    let footer = u32::from(e.layout.in_footer(p.first));
    once(103, *role);
    once(104, zone * 16 + role + 1024 * footer);
    once(105, hash(p.reason.as_bytes()) ^ role);
    let general = u32::try_from(e.general_at(p.first).min(4)).unwrap_or(0);
    once(106, around.code() * 16 + role);
    once(107, around.sentence * 64 + general * 8 + zone);
    once(108, around.code() * 8 + general);
    once(109, around.near * 16 + role);
    once(110, around.attributes * 16 + role);
    once(111, around.attributes * 64 + around.code());
    once(112, f.weight * 512 + role * 32 + f.kinds * 4);
    for (side, at) in around_words(p.lead.min(p.first), p.last) {
        once(113 + side, f.word(e, at));
        let flags = e.t.ends.get(at).copied().unwrap_or(0) | e.t.flags(at);
        bits(flags).for_each(|bit| once(125 + side, bit));
    }
}

/// The words of a mention's sentence, of the two behind it, and between it and the nearest word about health.
fn sentence_features(e: &Evidence<'_>, f: &Facts, m: &Mention<'_>, once: &mut impl FnMut(u32, u32)) {
    let Mention { p, role, around } = m;
    let fields = |at: usize| e.t.tokens.get(at).into_iter().flat_map(|t| t.fields).map(u32::from);
    for at in e.sentence_tokens(p.first).filter(|at| e.t.kind(*at) == Some(Kind::Word)) {
        once(140, f.word(e, at));
        for field in fields(at) {
            once(143, field);
            once(145, field * 16 + role);
        }
    }
    for at in e.following_tokens(p.first).filter(|at| e.t.kind(*at) == Some(Kind::Word)) {
        once(141, f.word(e, at));
        fields(at).for_each(|field| once(144, field));
    }
    if let Some((from, to)) = around.between {
        (from..to.min(from + 8)).for_each(|at| once(142, f.word(e, at)));
    }
}

fn number_features(e: &Evidence<'_>, f: &Facts, subjects: &Subjects, index: usize, out: &mut impl Sink) {
    let Some(s) = e.ids.get(index) else { return };
    let kind = hash(s.reason.as_bytes()) % 509 * 32 + s.kind as u32;
    let around = Around::new(e, s.first, s.last);
    let general = u32::try_from(e.general_at(s.first).min(4)).unwrap_or(0);
    out.put(feature(150, s.kind as u32));
    out.put(feature(151, kind));
    out.put(feature(152, (s.kind as u32) * 1024 + rule_of(subjects, s.start)));
    out.put(feature(153, (s.kind as u32) * 64 + around.code()));
    out.put(feature(154, (s.kind as u32) * 64 + around.sentence * 8 + general));
    out.put(feature(155, (s.kind as u32) * 64 + f.weight * 8 + f.general));
    let zone = e.layout.zone_of(s.first).code() + 8 * u32::from(e.layout.in_footer(s.first));
    out.put(feature(156, (s.kind as u32) * 16 + zone));
    for (side, at) in around_words(s.first, s.last) {
        out.put(feature(157 + side, f.word(e, at) ^ s.kind as u32));
    }
}

/// `I`, `my`, `ik`, `mijn` beside health.
fn sender_features(
    e: &Evidence<'_>,
    f: &Facts,
    subjects: &Subjects,
    part: &Part,
    seen: &mut Seen,
    out: &mut impl Sink,
) {
    let rule = subjects.linked_by("sender_about_self");
    let known = e.sender_known();
    out.put(feature(170, u32::from(rule) * 2 + u32::from(known)));
    let from = e.health.partition_point(|h| h.first < part.first);
    let here = e.health.iter().skip(from).take_while(|h| h.first < part.last);
    for h in here.filter(|h| !h.generic).take(30) {
        let general = u32::try_from(e.general_at(h.first).min(4)).unwrap_or(0);
        let sentence = e.layout.sentence_of(h.first);
        let from = h.first.saturating_sub(12);
        let me = (from..h.last + 8).any(|i| e.layout.sentence_of(i) == sentence && ME.has(e.t, i));
        let mut once = |x: u32| {
            if seen.insert(x) {
                out.put(x);
            }
        };
        once(feature(171, (u32::from(me) * 4 + u32::from(h.weight)) * 8 + general));
        once(feature(172, (u32::from(me) * 2 + u32::from(known)) * 8 + general));
        if me {
            for i in from..h.first {
                if e.layout.sentence_of(i) == sentence {
                    once(feature(173, f.word(e, i)));
                }
            }
        }
    }
}

const ME: Words<14> =
    Words::new(["i", "my", "me", "ik", "mijn", "mij", "m'n", "i'm", "i've", "we", "our", "ons", "onze", "wij"]);

/// The tone of a text: its words, and what was found in it.
pub(super) fn text_features(e: &Evidence<'_>, f: &Facts, subjects: &Subjects, out: &mut impl Sink) {
    out.put(feature(200, 0));
    out.put(feature(201, f.persons));
    out.put(feature(202, f.weight * 8 + f.kinds));
    out.put(feature(203, f.general));
    out.put(feature(204, f.numbers * 8 + f.persons));
    out.put(feature(205, (f.weight * 8 + f.kinds) * 8 + f.general));
    out.put(feature(206, bucket(subjects.len())));
    out.put(feature(207, bucket(subjects.len()) * 8 + f.general));
    let citizen = e.ids.iter().filter(|s| matches!(s.kind, F::Mrn | F::Bsn | F::Ssn | F::Nhs | F::Dob));
    let mut seen: Vec<u32> = citizen.take(40).map(|s| (s.kind as u32) * 16 + u32::from(s.score / 10)).collect();
    seen.sort_unstable();
    seen.dedup();
    seen.iter().for_each(|s| out.put(feature(208, *s)));
    let roles = e.roles.iter().fold(0, |all, r| all | (1 << role_code(*r)));
    bits(roles).for_each(|r| out.put(feature(209, r * 8 + f.weight)));
    // The first line often says what the whole is.
    let head = e.layout.lines.iter().find(|l| !matches!(l.zone, Zone::Blank | Zone::Correspondents));
    for i in head.map_or(0..0, |l| l.first..l.last.min(l.first + 12)) {
        out.put(feature(215, f.word(e, i)));
    }
    out.put(feature(213, bucket(e.t.tokens.len() / 20)));
}

/// The manner of one part: how it is written, and what was found in it.
pub(super) fn manner_features(e: &Evidence<'_>, f: &Facts, part: &Part, out: &mut impl Sink) {
    let (mut upper, mut numbers, mut rows) = (0usize, 0usize, 0usize);
    let (mut weight, mut generic) = (0u32, 0usize);
    let mut kinds: Vec<u32> = Vec::new();
    for i in part.first..part.last.min(part.first + TONE_TOKENS) {
        let Some(t) = e.t.tokens.get(i) else { break };
        if e.layout.in_footer(i) || t.kind == Kind::Newline {
            continue;
        }
        upper += usize::from(t.case == Case::Upper);
        numbers += usize::from(t.kind == Kind::Number);
        rows += usize::from(e.layout.zone_of(i) == Zone::Row);
        match f.class.get(i).copied().unwrap_or(0) {
            7 => generic += 1,
            c @ 4..=6 => {
                weight = weight.max(u32::from(c) - 3);
                if kinds.len() < 12 && !kinds.contains(&t.hash) {
                    kinds.push(t.hash);
                }
            }
            _ => {}
        }
    }
    out.put(feature(212, bucket(upper)));
    out.put(feature(214, bucket(rows)));
    out.put(feature(217, bucket(numbers)));
    out.put(feature(218, weight * 8 + bucket(kinds.len())));
    out.put(feature(219, bucket(generic)));
}

/// Places around a mention with the side and distance that their template stands for (0 to 11).
fn around_words(first: usize, last: usize) -> impl Iterator<Item = (u32, usize)> {
    let before = (1..=6usize).filter_map(move |n| {
        let side = match n {
            1 => 0,
            2 => 1,
            3..=4 => 2,
            _ => 3,
        };
        Some((side, first.checked_sub(n)?))
    });
    let after = (0..8usize).map(move |n| {
        let side = match n {
            0 => 4,
            1 => 5,
            2..=3 => 6,
            _ => 7,
        };
        (side, last + n)
    });
    before.chain(after)
}
