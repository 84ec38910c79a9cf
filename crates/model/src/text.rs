//! Text from strangers made harmless: no control characters, no characters that reorder what is read.

/// Longest file name in bytes (what common file systems take).
const MAX_FILE_NAME: usize = 255;

/// Characters that change the order or the visibility of others (Unicode bidi controls, zero-width, BOM, tags).
fn is_deceptive(c: char) -> bool {
    matches!(c,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a text holds characters that reorder or hide others, or break lines unseen: what somebody reads in a name, a label
/// or a reason must be what is there. Joiners count in scripts only that are written without them (in Persian or Hindi, and in
/// emoji, they are spelling).
#[must_use]
pub fn deceives(text: &str) -> bool {
    let mut before = ' ';
    text.chars().any(|c| {
        let joins = matches!(c, '\u{200c}' | '\u{200d}') && before < '\u{600}';
        before = c;
        joins
            || is_deceptive(c)
            || matches!(
                c,
                '\u{ad}' | '\u{2028}' | '\u{2029}' | '\u{180e}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}'
            )
    })
}

/// One line of text: controls become spaces, deceptive characters vanish, white space is folded, at most `max`
/// characters.
#[must_use]
pub fn clean_line(text: &str, max: usize) -> String {
    let mut out = String::with_capacity(text.len().min(max));
    let mut count = 0;
    let mut gap = false;
    for c in text.chars().filter(|c| !is_deceptive(*c)) {
        if c.is_control() || c.is_whitespace() {
            gap = !out.is_empty();
            continue;
        }
        let needed = 1 + usize::from(gap);
        if count + needed > max {
            break;
        }
        if gap {
            out.push(' ');
            gap = false;
        }
        out.push(c);
        count += needed;
    }
    out
}

/// A file name without path, control, bidi or reserved characters, at most 255 bytes, its ending kept; `fallback`
/// if nothing is left.
#[must_use]
pub fn clean_file_name(name: &str, fallback: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let safe: String = clean_line(last, 1_000)
        .chars()
        .map(|c| if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { c })
        .collect();
    let mut safe = safe.trim_matches([' ', '.']).to_owned();
    let stem = safe.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let numbered =
        |p: &str| stem.strip_prefix(p).is_some_and(|n| n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit()));
    if matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT") {
        safe.insert(0, '_');
    }
    if safe.is_empty() {
        return fallback.to_owned();
    }
    if safe.len() <= MAX_FILE_NAME {
        return safe;
    }
    let ending = safe.rfind('.').and_then(|i| safe.get(i..)).filter(|e| e.len() <= 20).unwrap_or_default();
    let stem = safe.get(..safe.len() - ending.len()).unwrap_or_default();
    format!("{}{ending}", cut(stem, MAX_FILE_NAME - ending.len()))
}

/// The longest beginning of at most `max` bytes that ends between characters.
#[must_use]
pub fn cut(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max)).unwrap_or_default()
}

/// A media type in lower case without its parameters, `application/octet-stream` where it is none (RFC 6838 §4.2).
#[must_use]
pub fn clean_media_type(declared: &str) -> String {
    let token = |t: &str| {
        !t.is_empty() && t.len() <= 127 && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    let bare = declared.split(';').next().unwrap_or_default().trim();
    match bare.split_once('/') {
        Some((kind, subtype)) if token(kind) && token(subtype) => bare.to_ascii_lowercase(),
        _ => "application/octet-stream".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reorders_or_hides_other_characters_is_known() {
        for bad in [
            "\u{202e}aV annA",
            "Anna\u{200b}de Vries",
            "Jan\u{2028}X",
            "Anna\u{2066}",
            "\u{feff}Anna",
            "An\u{ad}na",
            "An\u{200d}na",
            "Anna\u{e0041}",
            "\u{3164}",
        ] {
            assert!(deceives(bad), "{bad:?}");
        }
        for fine in [
            "Anna de Vries-Çelik",
            "محمد\u{200c}رضا",
            "ک\u{200c}",
            "क\u{94d}\u{200d}ष",
            "👩\u{200d}⚕\u{fe0f}",
            "Ольга 李",
            "a\nb\tc",
        ] {
            assert!(!deceives(fine), "{fine:?}");
        }
    }

    #[test]
    fn file_names_lose_paths_controls_and_tricks() {
        let name = |n: &str| clean_file_name(n, "x.bin");
        assert_eq!(name("../../etc/passwd"), "passwd");
        assert_eq!(name("C:\\Users\\a\\scan.pdf"), "scan.pdf");
        assert_eq!(name("fdp.\u{202e}exe"), "fdp.exe");
        assert_eq!(name("a\r\nb\0.txt"), "a b .txt");
        assert_eq!(name("..."), "x.bin");
        assert_eq!(name(""), "x.bin");
        assert_eq!(name("nul.txt"), "_nul.txt");
        assert_eq!(name("COM1"), "_COM1");
        assert_eq!(name("a:b?.txt"), "a_b_.txt");
        assert_eq!(name("Verslag – José.pdf"), "Verslag – José.pdf");
        let long = name(&format!("{}.pdf", "é".repeat(300)));
        assert!(long.len() <= 255 && long.ends_with("é.pdf"), "{long}");
    }

    #[test]
    fn lines_are_single_and_bounded() {
        assert_eq!(clean_line(" a\r\n b\u{202e}\u{0}c ", 100), "a b c");
        assert_eq!(clean_line("abcdef", 3), "abc");
        assert_eq!(clean_line("ab cd", 3), "ab");
    }

    #[test]
    fn media_types_are_of_the_standard_form_or_general() {
        assert_eq!(clean_media_type("Image/PNG"), "image/png");
        assert_eq!(clean_media_type("Text/HTML; charset=x"), "text/html");
        for bad in ["image/p ng", "text/\r\nX: y", "nonsense", "", "/"] {
            assert_eq!(clean_media_type(bad), "application/octet-stream");
        }
    }
}
