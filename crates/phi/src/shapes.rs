//! What can be told from the form of a number or code alone: dates, telephone numbers, addresses of machines,
//! bank and card numbers. Each matcher looks at a bounded stretch of bytes from its start.

use crate::checksum;

/// A calendar date as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date {
    /// Full year, if one was written (two digits: guessed around 1930).
    pub year: Option<u16>,
    /// The year was written in full.
    pub full: bool,
}

impl Date {
    /// Whether somebody now in care could well be born then, and few letters are dated then.
    pub(crate) fn like_birth(self) -> bool {
        self.year.is_some_and(|y| (1900..=2012).contains(&y))
    }
}

fn at(b: &[u8], i: usize) -> u8 {
    b.get(i).copied().unwrap_or(0)
}

fn digits_at(b: &[u8], i: usize, max: usize) -> usize {
    b.iter().skip(i).take(max + 1).take_while(|c| c.is_ascii_digit()).count()
}

fn number(b: &[u8], i: usize, len: usize) -> u16 {
    b.iter().skip(i).take(len).fold(0, |n: u16, d| n.saturating_mul(10).saturating_add(u16::from(d.wrapping_sub(b'0'))))
}

/// Two digits: 31 to 99 are of the last century.
pub(crate) fn century(two: u16) -> u16 {
    if two > 30 { 1900 + two } else { 2000 + two }
}

/// `9-10-1959`, `1959/10/09`, `09.10.59`, also with letters of a month (`29-Jan-1981`), or before a `T` with a time.
pub(crate) fn numeric_date(b: &[u8]) -> Option<(usize, Date)> {
    let n1 = digits_at(b, 0, 4);
    let sep = at(b, n1);
    if sep == b' ' {
        return spaced_date(b);
    }
    if !matches!(n1, 1 | 2 | 4) || !b"-/.".contains(&sep) {
        return None;
    }
    let i2 = n1 + 1;
    let n2 = digits_at(b, i2, 2);
    let letters = b.iter().skip(i2).take(4).take_while(|c| c.is_ascii_alphabetic()).count();
    let (month_len, named) = if letters == 3 && n1 <= 2 { (3, true) } else { (n2, false) };
    if !(named || matches!(n2, 1 | 2)) || at(b, i2 + month_len) != sep {
        return None;
    }
    if named && !is_month(b.get(i2..i2 + 3)?) {
        return None;
    }
    let short = at(b, i2 + month_len + 1) == b'\'' && n1 <= 2;
    let i3 = i2 + month_len + 1 + usize::from(short);
    let n3 = digits_at(b, i3, 4);
    if short && n3 != 2 {
        return None;
    }
    let (a, m, z) = (number(b, 0, n1), number(b, i2, n2), number(b, i3, n3));
    let ok_pair = |x: u16, y: u16| (1..=31).contains(&x) && (1..=31).contains(&y) && (x <= 12 || y <= 12);
    let year = match (n1, n3) {
        (4, 1 | 2) if (1850..=2150).contains(&a) && (1..=12).contains(&m) && (1..=31).contains(&z) => a,
        (1 | 2, 4) if (1850..=2150).contains(&z) && (named || ok_pair(a, m)) => z,
        (1 | 2, 2) if (sep != b'.' || n1 == 2) && (named || ok_pair(a, m)) => century(z),
        _ => return None,
    };
    let end = i3 + n3;
    let next = at(b, end);
    if next.is_ascii_digit() || (next.is_ascii_alphabetic() && next != b'T') {
        return None;
    }
    // 1.2.3.4 and 12-34-56-78 are no dates.
    if next == sep && at(b, end + 1).is_ascii_digit() {
        return None;
    }
    Some((end, Date { year: Some(year), full: n1 == 4 || n3 == 4 }))
}

/// `11 05 1948`, `1979 06 11`: day and month with two digits each, and a year of somebody now alive.
fn spaced_date(b: &[u8]) -> Option<(usize, Date)> {
    let year_first = digits_at(b, 0, 4) == 4;
    let (y, m, d) = if year_first { (0, 5, 8) } else { (6, 3, 0) };
    let form = digits_at(b, y, 4) == 4 && digits_at(b, m, 2) == 2 && digits_at(b, d, 2) == 2;
    let gaps = if year_first { [4, 7] } else { [2, 5] };
    if !form || gaps.iter().any(|i| at(b, *i) != b' ') || at(b, 10).is_ascii_alphanumeric() {
        return None;
    }
    if at(b, 10) == b' ' && at(b, 11).is_ascii_digit() {
        return None; // groups of a longer number
    }
    let (year, month, day) = (number(b, y, 4), number(b, m, 2), number(b, d, 2));
    let fits = (1900..=2040).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    fits.then_some((10, Date { year: Some(year), full: true }))
}

fn is_month(three: &[u8]) -> bool {
    const MONTHS: &[&[u8; 3]] = &[
        b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec", b"mrt", b"mei",
        b"okt",
    ];
    MONTHS.iter().any(|m| three.eq_ignore_ascii_case(*m))
}

/// `19380513`, where context says that it is a date.
pub(crate) fn packed_date(b: &[u8]) -> Option<Date> {
    let (y, m, d) = (number(b, 0, 4), number(b, 4, 2), number(b, 6, 2));
    let ok = matches!(b.len(), 8 | 12 | 14) && b.iter().all(u8::is_ascii_digit);
    (ok && (1850..=2150).contains(&y) && (1..=12).contains(&m) && (1..=31).contains(&d))
        .then_some(Date { year: Some(y), full: true })
}

/// `8:15`, `08:14:33`.
pub(crate) fn time_of_day(b: &[u8]) -> Option<usize> {
    let h = digits_at(b, 0, 2);
    if !(matches!(h, 1 | 2) && at(b, h) == b':' && digits_at(b, h + 1, 2) == 2 && number(b, 0, h) < 25) {
        return None;
    }
    let mut end = h + 3;
    if at(b, end) == b':' && matches!(digits_at(b, end + 1, 2), 1 | 2) {
        end += 1 + digits_at(b, end + 1, 2);
    }
    (at(b, end) != b':').then_some(end)
}

/// An IPv4 address.
pub(crate) fn ipv4(b: &[u8]) -> Option<usize> {
    let mut end = 0;
    for part in 0..4 {
        let n = digits_at(b, end, 3);
        if !(1..=3).contains(&n) || number(b, end, n) > 255 {
            return None;
        }
        end += n;
        if part < 3 {
            if at(b, end) != b'.' {
                return None;
            }
            end += 1;
        }
    }
    (!(at(b, end).is_ascii_alphanumeric() || (at(b, end) == b'.' && at(b, end + 1).is_ascii_digit()))).then_some(end)
}

/// An IPv6 address (eight groups, or `::` somewhere) or a MAC address; the flag says which.
pub(crate) fn colon_address(b: &[u8]) -> Option<(usize, bool)> {
    let len = b.iter().take(48).take_while(|c| c.is_ascii_hexdigit() || **c == b':').count();
    let s = b.get(..len).filter(|s| s.contains(&b':'))?;
    let s = s.strip_suffix(b":").filter(|t| !t.ends_with(b":")).unwrap_or(s);
    let groups: Vec<&[u8]> = s.split(|c| *c == b':').collect();
    if at(b, s.len()).is_ascii_alphanumeric() {
        return None;
    }
    if groups.len() == 6 && groups.iter().all(|g| g.len() == 2) {
        return Some((s.len(), true));
    }
    let double = s.windows(2).filter(|w| *w == b"::").count();
    let fits = groups.iter().all(|g| g.len() <= 4) && (groups.len() == 8 || (double == 1 && groups.len() >= 3));
    (fits && s.len() >= 6).then_some((s.len(), false))
}

/// A unique device identifier: `(01)` with fourteen digits and what follows in brackets (GS1).
pub(crate) fn udi(b: &[u8]) -> Option<usize> {
    if !(b.starts_with(b"(01)") && digits_at(b, 4, 14) == 14) {
        return None;
    }
    let rest = b.iter().skip(18).take(60);
    Some(18 + rest.take_while(|c| c.is_ascii_alphanumeric() || b"()-/".contains(c)).count())
}

/// Letters and digits with single spaces between groups of four, beginning with a country and a valid checksum.
pub(crate) fn iban(b: &[u8]) -> Option<usize> {
    let mut compact = Chars::default();
    let mut best = None;
    for (i, c) in b.iter().take(44).enumerate() {
        match c {
            b'0'..=b'9' | b'A'..=b'Z' => compact.push(*c),
            b'a'..=b'z' => compact.push(c.to_ascii_uppercase()),
            b' ' if compact.len() % 4 == 0 && at(b, i + 1) != b' ' => {}
            _ => break,
        }
        let boundary = !at(b, i + 1).is_ascii_alphanumeric();
        if boundary && compact.len() >= 15 && checksum::is_iban(&compact) {
            best = Some(i + 1);
        }
    }
    best
}

/// A card number: groups of four (or 4-6-5), or one run, with Luhn's test.
pub(crate) fn card(b: &[u8]) -> Option<usize> {
    let (digits, end) = digits_with(b, b" -", 19);
    (checksum::is_card(&digits)).then_some(end)
}

/// Up to [`Chars::ROOM`] digits or letters; what is beyond that is left out.
pub(crate) struct Chars {
    bytes: [u8; Self::ROOM],
    len: usize,
}

impl Default for Chars {
    fn default() -> Self {
        Self { bytes: [0; Self::ROOM], len: 0 }
    }
}

impl Chars {
    const ROOM: usize = 48;

    fn push(&mut self, b: u8) {
        if let Some(to) = self.bytes.get_mut(self.len) {
            *to = b;
            self.len += 1;
        }
    }

    const fn clear(&mut self) {
        self.len = 0;
    }
}

impl std::ops::Deref for Chars {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&[])
    }
}

impl FromIterator<u8> for Chars {
    fn from_iter<I: IntoIterator<Item = u8>>(from: I) -> Self {
        let mut all = Self::default();
        from.into_iter().for_each(|b| all.push(b));
        all
    }
}

/// Digits with single separators of the given set between them: the bare digits, and where they end.
pub(crate) fn digits_with(b: &[u8], separators: &[u8], max: usize) -> (Chars, usize) {
    let (mut digits, mut end, mut i) = (Chars::default(), 0, 0);
    while digits.len() < max {
        let c = at(b, i);
        if c.is_ascii_digit() {
            digits.push(c);
            end = i + 1;
        } else if !(separators.contains(&c) && i > 0 && at(b, i + 1).is_ascii_digit() && at(b, i - 1).is_ascii_digit())
        {
            break;
        }
        i += 1;
    }
    if at(b, end).is_ascii_digit() {
        digits.clear();
    }
    (digits, end)
}

/// `ddd-dd-dddd` or with spaces: its length, and whether such a number is issued.
pub(crate) fn ssn(b: &[u8]) -> Option<(usize, bool)> {
    let sep = at(b, 3);
    let form = digits_at(b, 0, 3) == 3
        && (sep == b'-' || sep == b' ')
        && digits_at(b, 4, 2) == 2
        && at(b, 6) == sep
        && digits_at(b, 7, 4) == 4
        && !at(b, 11).is_ascii_alphanumeric()
        && !(at(b, 11) == b'-' && at(b, 12).is_ascii_digit());
    let digits: Chars = b.iter().take(11).filter(|c| c.is_ascii_digit()).copied().collect();
    form.then(|| (11, checksum::is_ssn(&digits)))
}

/// A telephone number of North America, the Netherlands, the United Kingdom, or with a country code. With a cue
/// ("call", "tel") looser forms count too.
pub(crate) fn phone(b: &[u8], cue: bool) -> Option<usize> {
    let (mut digits, mut seps, mut end, mut i) = (Chars::default(), 0u32, 0, 0);
    let plus = at(b, 0) == b'+';
    while i < 24 && digits.len() <= 15 {
        let c = at(b, i);
        let next = at(b, i + 1);
        match c {
            b'0'..=b'9' => {
                digits.push(c);
                end = i + 1;
            }
            b'+' if i == 0 => {}
            b'(' if next.is_ascii_digit() && digits.len() <= 3 => seps += 1,
            b')' if at(b, i.wrapping_sub(1)).is_ascii_digit() => {}
            b' ' if next == b'-' && at(b, i + 2) == b' ' && digits.len() <= 4 => i += 1,
            b' ' | b'-' | b'.' | b'/' if next.is_ascii_digit() || next == b'(' => seps += 1,
            _ => break,
        }
        i += 1;
    }
    if at(b, end).is_ascii_alphanumeric() || digits.len() < 7 || digits.len() > 15 {
        return None;
    }
    let d = &*digits;
    let national = |area: u8, exchange: u8| (b'2'..=b'9').contains(&area) && (b'2'..=b'9').contains(&exchange);
    let space_only = b.iter().take(end).all(|c| c.is_ascii_digit() || *c == b' ');
    let ok = match d.len() {
        _ if plus || d.starts_with(b"00") => d.len() >= 9,
        10 if d.first() == Some(&b'0') => at(d, 1) != b'0' && (seps > 0 || cue || d.starts_with(b"06")),
        11 if d.starts_with(b"07") => true,
        11 if d.first() == Some(&b'0') => (seps > 0 || cue) && matches!(at(d, 1), b'1' | b'2' | b'3' | b'8' | b'9'),
        10 => national(at(d, 0), at(d, 3)) && ((seps > 0 && seps <= 3 && !space_only) || (cue && at(d, 0) != b'0')),
        11 if d.first() == Some(&b'1') => seps > 0 && national(at(d, 1), at(d, 4)),
        7 | 8 => cue && seps == 1,
        _ => false,
    };
    ok.then_some(end)
}

/// A number that begins like a telephone number and is in groups: no word for orders or tickets makes it another one.
pub(crate) fn certain_phone(b: &[u8]) -> Option<usize> {
    let len = phone(b, false)?;
    let head = at(b, 0) == b'+' || at(b, 0) == b'(' || (at(b, 0) == b'0' && at(b, 1) != b'0');
    let grouped = b.iter().take(len).any(|c| b" -)".contains(c));
    (head && grouped).then_some(len)
}

/// A British plate since 2001: `AB12 CDE`.
pub(crate) fn british_plate(b: &[u8]) -> Option<usize> {
    let letters = |i: usize, n: usize| (i..i + n).all(|k| at(b, k).is_ascii_uppercase());
    let gap = usize::from(at(b, 4) == b' ');
    let form = letters(0, 2) && at(b, 2).is_ascii_digit() && at(b, 3).is_ascii_digit() && letters(4 + gap, 3);
    (form && !at(b, 7 + gap).is_ascii_alphanumeric()).then_some(7 + gap)
}

/// Ten digits in groups of three, three and four with a valid check digit, as British record systems print them.
pub(crate) fn spaced_nhs(b: &[u8]) -> Option<usize> {
    let form = digits_at(b, 0, 3) == 3 && digits_at(b, 4, 3) == 3 && digits_at(b, 8, 4) == 4;
    let sep = at(b, 3);
    if !form || !b" -".contains(&sep) || at(b, 7) != sep || at(b, 12).is_ascii_alphanumeric() {
        return None;
    }
    let digits: Chars = b.iter().take(12).filter(|c| c.is_ascii_digit()).copied().collect();
    // Numbers in use begin with 4, 6, 7 or 9.
    (b"4679".contains(&at(b, 0)) && checksum::is_nhs(&digits)).then_some(12)
}

/// A Medicare beneficiary identifier (CMS: position rules, letters without S, L, O, I, B, Z), dashes allowed.
pub(crate) fn mbi(b: &[u8]) -> Option<usize> {
    const FORM: &[u8; 11] = b"1AxnAxnAAnn";
    let (mut k, mut i) = (0, 0);
    while k < 11 {
        let c = at(b, i);
        if c == b'-' && (k == 4 || k == 7) && at(b, i.wrapping_sub(1)) != b'-' {
            i += 1;
            continue;
        }
        let letter = c.is_ascii_uppercase() && !b"SLOIBZ".contains(&c);
        let fits = match at(FORM, k) {
            b'1' => (b'1'..=b'9').contains(&c),
            b'A' => letter,
            b'n' => c.is_ascii_digit(),
            _ => letter || c.is_ascii_digit(),
        };
        if !fits {
            return None;
        }
        (k, i) = (k + 1, i + 1);
    }
    (!at(b, i).is_ascii_alphanumeric()).then_some(i)
}

/// A Dutch plate by its side codes: three groups of letters or digits, six characters in all.
pub(crate) fn dutch_plate(b: &[u8]) -> Option<usize> {
    let end = b.iter().take(9).take_while(|c| c.is_ascii_alphanumeric() || **c == b'-').count();
    let s = b.get(..end)?;
    let groups: Vec<&[u8]> = s.split(|c| *c == b'-').collect();
    let pure = |g: &&[u8]| g.iter().all(u8::is_ascii_digit) || g.iter().all(u8::is_ascii_uppercase);
    let letters = s.iter().filter(|c| c.is_ascii_uppercase()).count();
    (end == 8
        && groups.len() == 3
        && groups.iter().all(|g| (1..=3).contains(&g.len()) && pure(g))
        && (2..=4).contains(&letters))
    .then_some(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_many_forms_and_what_only_looks_like_one() {
        for (s, year) in [
            ("9-10-1959", 1959),
            ("1959/10/09", 1959),
            ("09.10.59", 1959),
            ("5/12/56", 1956),
            ("29-Jan-1981", 1981),
            ("12-12-'39", 1939),
            ("11 05 1948", 1948),
            ("1979 06 11", 1979),
            ("2025-03-31T08:14", 2025),
        ] {
            assert_eq!(numeric_date(s.as_bytes()).and_then(|d| d.1.year), Some(year), "{s}");
        }
        for s in [
            "192.0.2.165",
            "12-34-56-78",
            "40-50-1990",
            "1.2.3",
            "99/99/1999",
            "12.21.301",
            "06 12 2024 17",
            "11 05 48",
        ] {
            assert_eq!(numeric_date(s.as_bytes()), None, "{s}");
        }
    }

    #[test]
    fn telephone_numbers_by_country() {
        for s in [
            "(614) 555-0191",
            "404.555.0181",
            "06-12345678",
            "010-5366683",
            "+31 6 43447646",
            "07700 900956",
            "0031612345678",
            "020 7946 0958",
            "1-800-555-0199",
            "07700900802",
            "06 - 5437 1626",
            "0900-555 6060",
        ] {
            assert_eq!(phone(s.as_bytes(), false), Some(s.len()), "{s}");
        }
        for s in ["991 927 5565", "123456789", "4570158523", "2025-03-31"] {
            assert_eq!(phone(s.as_bytes(), false), None, "{s}");
        }
    }

    #[test]
    fn machine_addresses_and_codes() {
        assert_eq!(ipv4(b"198.51.100.83 "), Some(13));
        assert_eq!(ipv4(b"5.28.39.400"), None);
        assert_eq!(colon_address(b"2f:fc:a0:5b:c2:2d,"), Some((17, true)));
        assert_eq!(colon_address(b"2001:db8:d80:1393::93, "), Some((21, false)));
        assert_eq!(colon_address(b"08:15:02 "), None);
        assert_eq!(mbi(b"1EG4-TE5-MK73"), Some(13));
        assert_eq!(iban(b"GB82 WEST 1234 5698 7654 32 on"), Some(27));
        assert_eq!(dutch_plate(b"33-GXX-6,"), Some(8));
        assert_eq!(dutch_plate(b"12-34-56"), None);
        assert_eq!(british_plate(b"ZZ19 QXD)"), Some(8));
        assert_eq!(british_plate(b"AB12 CDEF"), None);
        assert_eq!(spaced_nhs(b"999 402 9193 "), Some(12));
        assert_eq!(spaced_nhs(b"999 402 9194"), None);
    }

    #[test]
    fn no_matcher_panics_on_short_or_odd_bytes() {
        for s in ["", "1", "(", "+", "1-", "(01)", ":", "\u{e9}1", "0", "00", "1/1/"] {
            let b = s.as_bytes();
            let _ = (numeric_date(b), packed_date(b), time_of_day(b), ipv4(b), colon_address(b), udi(b), iban(b));
            let _ = (card(b), ssn(b), phone(b, true), mbi(b), dutch_plate(b));
        }
    }
}
