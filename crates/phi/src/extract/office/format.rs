//! Numbers of spreadsheets as they are shown (ECMA-376 part 1, 18.8.30 and 18.8.31): dates, leading zeros, dashes.

/// Days since 30 December 1899 as a date.
pub(in super::super) fn civil(days: i64) -> Option<String> {
    let (y, m, d) = parts(days)?;
    Some(format!("{y:04}-{m:02}-{d:02}"))
}

/// Year, month and day; in the years that any calendar of people has.
fn parts(days: i64) -> Option<(i64, i64, i64)> {
    if !(-109_000..=2_958_465).contains(&days) {
        return None;
    }
    // Days from 0000-03-01 (civil calendar arithmetic).
    let z = days + 693_899;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    Some((year_of_era + era * 400 + i64::from(month <= 2), month, day))
}

/// The codes of the numbered formats that show more than the number itself.
pub(in super::super) fn built_in(id: u32) -> Option<&'static str> {
    Some(match id {
        // Whose look depends on the reader's country: in full.
        14 | 16 | 17 | 27..=31 | 36 | 50..=58 => "yyyy-mm-dd",
        22 => "yyyy-mm-dd hh:mm",
        15 => "d-mmm-yy",
        18..=21 | 45..=47 => "hh:mm:ss",
        9 => "0%",
        10 => "0.00%",
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 | 39 | 40 | 43 | 44 => "#,##0.00",
        37 | 38 | 41 | 42 => "#,##0",
        _ => return None,
    })
}

/// Codes without what is quoted, escaped or in brackets: the letters that act.
fn acting(code: &str) -> String {
    let (mut out, mut quoted, mut bracket) = (String::new(), false, false);
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '\\' | '_' | '*' => drop(chars.next()),
            '[' => bracket = true,
            ']' => bracket = false,
            _ if bracket => {}
            _ => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// A number as its format shows it.
pub(in super::super) fn show(raw: &str, code: Option<&str>, since_1904: bool) -> String {
    let Ok(value) = raw.trim().parse::<f64>() else { return raw.to_owned() };
    let code = code.filter(|c| c.len() <= 300).unwrap_or("");
    let section = section(code, value);
    let letters = acting(section);
    if letters.contains(['y', 'd']) || letters.contains('h') && letters.contains('m') {
        return date(value + if since_1904 { 1_462.0 } else { 0.0 }, section, &letters)
            .unwrap_or_else(|| raw.to_owned());
    }
    if letters.contains(['0', '#', '?']) && !letters.contains(['e', '/', '@']) {
        return number(value, section, code.contains(';'));
    }
    general(raw, value)
}

/// The part of a format for a value: positive, negative, zero, or by conditions.
fn section(code: &str, value: f64) -> &str {
    let mut parts = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (i, c) in code.char_indices() {
        quoted ^= c == '"';
        if c == ';' && !quoted {
            parts.push(code.get(start..i).unwrap_or(""));
            start = i + 1;
        }
    }
    parts.push(code.get(start..).unwrap_or(""));
    let holds = |p: &&&str| {
        let Some((condition, _)) = p.strip_prefix('[').and_then(|p| p.split_once(']')) else { return false };
        let bound = |c: &str| c.trim_start_matches(['<', '>', '=']).parse::<f64>().ok();
        match (condition.get(..2), bound(condition)) {
            (Some("<="), Some(n)) => value <= n,
            (Some(">="), Some(n)) => value >= n,
            (Some(c), Some(n)) if c.starts_with('<') => value < n,
            (Some(c), Some(n)) if c.starts_with('>') => value > n,
            _ => false,
        }
    };
    let conditional = parts.first().is_some_and(|p| p.starts_with("[<") || p.starts_with("[>"));
    if conditional {
        return parts.iter().find(holds).or_else(|| parts.get(1)).copied().unwrap_or(code);
    }
    let at = if value < 0.0 {
        1
    } else if value == 0.0 {
        2
    } else {
        0
    };
    parts.get(at).filter(|p| !p.is_empty()).or_else(|| parts.first()).copied().unwrap_or(code)
}

/// The number itself, without the noise of binary fractions.
fn general(raw: &str, value: f64) -> String {
    let digits = raw.bytes().filter(u8::is_ascii_digit).count();
    if digits <= 15 && !raw.contains(['e', 'E']) {
        return raw.to_owned();
    }
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return format!("{value:.0}");
    }
    let whole = if value.abs() >= 1.0 { value.abs().log10().floor().clamp(0.0, 15.0) } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 15")]
    let text = format!("{value:.*}", 14usize.saturating_sub(whole as usize));
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A date as shown; where the look leaves out a part or the century, in full as well.
fn date(value: f64, section: &str, letters: &str) -> Option<String> {
    if !value.is_finite() || value < 0.0 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded by the check of the year")]
    let (days, seconds) = (value.floor() as i64, ((value.fract() * 86_400.0).round() as i64).min(86_399));
    // 29 February 1900 never was.
    let (y, m, d) = parts(days + i64::from(days < 61))?;
    let time = [seconds / 3_600, seconds / 60 % 60, seconds % 60];
    let dated = letters.contains('y') || letters.contains('d');
    if !dated {
        return Some(format!("{:02}:{:02}", time[0], time[1]));
    }
    let full = format!("{y:04}-{m:02}-{d:02}");
    if !(letters.contains('y') && letters.contains('m') && letters.contains('d')) {
        return Some(full);
    }
    let shown = pattern(section, (y, m, d), time);
    Some(if letters.contains("yyy") { shown } else { format!("{shown} ({full})") })
}

fn pattern(section: &str, (y, m, d): (i64, i64, i64), time: [i64; 3]) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = MONTHS.get(usize::try_from(m - 1).unwrap_or(0)).copied().unwrap_or("");
    let chars: Vec<char> = section.chars().collect();
    let (mut out, mut i, mut after_hour) = (String::new(), 0, false);
    while let Some(c) = chars.get(i).copied() {
        let run = chars.iter().skip(i).take_while(|x| x.eq_ignore_ascii_case(&c)).count();
        let lower = c.to_ascii_lowercase();
        i += match (lower, run) {
            ('y', n) => {
                out.push_str(&if n > 2 { format!("{y:04}") } else { format!("{:02}", y % 100) });
                n
            }
            ('m', n) => {
                let rest: String = chars.iter().skip(i + n).collect::<String>().to_ascii_lowercase();
                let minutes = after_hour || rest.trim_start_matches([':', '.']).starts_with('s');
                out.push_str(&match n {
                    1 if !minutes => m.to_string(),
                    2 if !minutes => format!("{m:02}"),
                    3 => month.chars().take(3).collect(),
                    4.. => month.to_owned(),
                    _ => format!("{:02}", time[1]),
                });
                n
            }
            ('d', n) => {
                // Names of days say nothing of a date.
                out.push_str(&match n {
                    1 => d.to_string(),
                    2 => format!("{d:02}"),
                    _ => String::new(),
                });
                n
            }
            ('h', n) => {
                out.push_str(&format!("{:02}", time[0]));
                n
            }
            ('s', n) => {
                out.push_str(&format!("{:02}", time[2]));
                n
            }
            ('"', _) => {
                let inner: String = chars.iter().skip(i + 1).take_while(|c| **c != '"').collect();
                out.push_str(&inner);
                inner.chars().count() + 2
            }
            ('[', _) => chars.iter().skip(i).take_while(|c| **c != ']').count() + 1,
            ('\\', _) => {
                out.extend(chars.get(i + 1));
                2
            }
            ('_' | '*', _) => 2,
            ('@', _) => 1,
            _ => {
                out.push(c);
                1
            }
        };
        after_hour = lower == 'h' || after_hour && !lower.is_ascii_alphabetic();
    }
    out.trim().to_owned()
}

/// Digits put into their places: `000\.00\.000`, `#,##0.00`, `###-##-####`.
fn number(value: f64, section: &str, own_sign: bool) -> String {
    let letters = acting(section);
    let (before, after) = letters.split_once('.').unwrap_or((letters.as_str(), ""));
    let decimals = after.chars().filter(|c| matches!(c, '0' | '#' | '?')).count().min(15);
    let least = before.chars().filter(|c| *c == '0').count();
    let value = if letters.contains('%') { value * 100.0 } else { value };
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((text.as_str(), ""));
    let mut digits: Vec<char> = whole.chars().collect();
    while digits.len() < least {
        digits.insert(0, '0');
    }
    if whole == "0" && least == 0 {
        digits.clear();
    }
    let places = before.chars().filter(|c| matches!(c, '0' | '#' | '?')).count();
    let thousands = before.contains(',');
    let mut out = String::new();
    let (mut left, mut fraction) = (places, fraction.chars());
    let mut shown = digits.into_iter();
    let mut in_fraction = false;
    let mut chars = section.chars().peekable();
    let mut skip_bracket = false;
    while let Some(c) = chars.next() {
        match c {
            ']' => skip_bracket = false,
            _ if skip_bracket => {}
            '[' => {
                // A currency's sign stands within; colours and conditions do as well.
                skip_bracket = true;
                if chars.peek() == Some(&'$') {
                    chars.next();
                    while let Some(sign) = chars.next_if(|c| !matches!(c, '-' | ']')) {
                        out.push(sign);
                    }
                }
            }
            '"' => out.extend(chars.by_ref().take_while(|c| *c != '"')),
            '\\' => out.extend(chars.next()),
            '_' | '*' => drop(chars.next()),
            '0' | '#' | '?' if in_fraction => out.extend(fraction.next()),
            '0' | '#' | '?' => {
                // The first place takes all digits that have none of their own.
                while shown.len() > 0 && shown.len() >= left {
                    out.extend(shown.next());
                    let left_over = shown.len();
                    if thousands && left_over > 0 && left_over.is_multiple_of(3) {
                        out.push(',');
                    }
                    if left_over < left {
                        break;
                    }
                }
                left = left.saturating_sub(1);
            }
            '.' => {
                in_fraction = true;
                if decimals > 0 {
                    out.push('.');
                }
            }
            ',' => {}
            _ => out.push(c),
        }
    }
    let negative = value < 0.0 && !own_sign;
    format!("{}{}", if negative { "-" } else { "" }, out.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_become_dates() {
        assert_eq!(civil(20_580).as_deref(), Some("1956-05-05"));
        assert_eq!(civil(36_526).as_deref(), Some("2000-01-01"));
        assert_eq!(civil(3_000_000), None);
        let cases = [
            ("20580", "yyyy-mm-dd", "1956-05-05"),
            ("20580", "dd\\-mm\\-yyyy", "05-05-1956"),
            ("20580.5", "d/m/yy h:mm;@", "5/5/56 12:00 (1956-05-05)"),
            ("20580", "[$-413]d mmmm yyyy;@", "5 May 1956"),
            ("20580", "mmm\\-yy", "1956-05-05"),
            ("0.75", "h:mm", "18:00"),
            ("NaN", "yyyy-mm-dd", "NaN"),
            ("1e300", "yyyy-mm-dd", "1e300"),
        ];
        for (raw, code, expected) in cases {
            assert_eq!(show(raw, Some(code), false), expected, "{code}");
        }
        assert_eq!(show("0", Some("yyyy-mm-dd"), true), "1904-01-01");
    }

    #[test]
    fn numbers_are_shown_with_their_zeros_and_dashes() {
        let cases = [
            ("12345678", "000000000", "012345678"),
            ("111222333", "0000\\.00\\.000", "1112.22.333"),
            ("254459168", "000\\-00\\-0000", "254-45-9168"),
            ("5550163", "[<=9999999]###\\-####;\\(###\\)\\ ###\\-####", "555-0163"),
            ("3125550163", "[<=9999999]###\\-####;\\(###\\)\\ ###\\-####", "(312) 555-0163"),
            ("1234567.5", "#,##0.00", "1,234,567.50"),
            ("-12.5", "0.0;\"min \"0.0", "min 12.5"),
            ("0.5", "0%", "50%"),
            ("48", "0\" mmol/l\"", "48 mmol/l"),
            ("1250", "[$€-413] #,##0.00", "€ 1,250.00"),
            ("0.30000000000000004", "General", "0.3"),
            ("1.11222333E8", "General", "111222333"),
            ("7049520", "@", "7049520"),
            ("text", "0.00", "text"),
        ];
        for (raw, code, expected) in cases {
            assert_eq!(show(raw, Some(code), false), expected, "{code}");
        }
    }
}
