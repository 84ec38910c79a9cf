//! What glyph names mean, for fonts that tell by names alone (Adobe Glyph List: names of Latin scripts and their likes).

use unicode_normalization::UnicodeNormalization as _;

/// Names that are no letter, or a letter without a pattern.
const NAMED: &[(&str, &str)] = &[
    ("space", " "),
    ("nbspace", " "),
    ("exclam", "!"),
    ("quotedbl", "\""),
    ("numbersign", "#"),
    ("dollar", "$"),
    ("percent", "%"),
    ("ampersand", "&"),
    ("quotesingle", "'"),
    ("quoteright", "’"),
    ("parenleft", "("),
    ("parenright", ")"),
    ("asterisk", "*"),
    ("plus", "+"),
    ("comma", ","),
    ("hyphen", "-"),
    ("minus", "-"),
    ("sfthyphen", "-"),
    ("period", "."),
    ("slash", "/"),
    ("zero", "0"),
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("colon", ":"),
    ("semicolon", ";"),
    ("less", "<"),
    ("equal", "="),
    ("greater", ">"),
    ("question", "?"),
    ("at", "@"),
    ("bracketleft", "["),
    ("backslash", "\\"),
    ("bracketright", "]"),
    ("asciicircum", "^"),
    ("underscore", "_"),
    ("quoteleft", "‘"),
    ("grave", "`"),
    ("braceleft", "{"),
    ("bar", "|"),
    ("braceright", "}"),
    ("asciitilde", "~"),
    ("exclamdown", "¡"),
    ("cent", "¢"),
    ("sterling", "£"),
    ("fraction", "/"),
    ("yen", "¥"),
    ("florin", "ƒ"),
    ("section", "§"),
    ("currency", "¤"),
    ("quotedblleft", "“"),
    ("guillemotleft", "«"),
    ("guilsinglleft", "‹"),
    ("guilsinglright", "›"),
    ("fi", "fi"),
    ("fl", "fl"),
    ("ff", "ff"),
    ("ffi", "ffi"),
    ("ffl", "ffl"),
    ("endash", "–"),
    ("dagger", "†"),
    ("daggerdbl", "‡"),
    ("periodcentered", "·"),
    ("paragraph", "¶"),
    ("bullet", "•"),
    ("quotesinglbase", "‚"),
    ("quotedblbase", "„"),
    ("quotedblright", "”"),
    ("guillemotright", "»"),
    ("ellipsis", "…"),
    ("perthousand", "‰"),
    ("questiondown", "¿"),
    ("acute", "´"),
    ("circumflex", "ˆ"),
    ("tilde", "˜"),
    ("macron", "¯"),
    ("dieresis", "¨"),
    ("emdash", "—"),
    ("AE", "Æ"),
    ("ordfeminine", "ª"),
    ("Lslash", "Ł"),
    ("Oslash", "Ø"),
    ("OE", "Œ"),
    ("ordmasculine", "º"),
    ("ae", "æ"),
    ("dotlessi", "ı"),
    ("lslash", "ł"),
    ("oslash", "ø"),
    ("oe", "œ"),
    ("germandbls", "ß"),
    ("Euro", "€"),
    ("copyright", "©"),
    ("registered", "®"),
    ("trademark", "™"),
    ("degree", "°"),
    ("plusminus", "±"),
    ("onesuperior", "1"),
    ("twosuperior", "2"),
    ("threesuperior", "3"),
    ("onequarter", "¼"),
    ("onehalf", "½"),
    ("threequarters", "¾"),
    ("mu", "µ"),
    ("uni00B5", "µ"),
    ("multiply", "×"),
    ("divide", "÷"),
    ("eth", "ð"),
    ("Eth", "Ð"),
    ("thorn", "þ"),
    ("Thorn", "Þ"),
    ("dcroat", "đ"),
    ("Dcroat", "Đ"),
    ("ij", "ij"),
    ("IJ", "IJ"),
    ("lessequal", "≤"),
    ("greaterequal", "≥"),
    ("notequal", "≠"),
    ("logicalnot", "¬"),
    ("brokenbar", "¦"),
    ("alpha", "α"),
    ("beta", "β"),
    ("gamma", "γ"),
    ("delta", "δ"),
    ("Delta", "Δ"),
    ("lambda", "λ"),
    ("omega", "ω"),
    ("arrowright", "→"),
    ("checkmark", "✓"),
    ("nonbreakingspace", " "),
    ("nonbreakinghyphen", "-"),
    ("softhyphen", "-"),
    ("tab", " "),
    ("cedilla", "¸"),
];

const ACCENTS: [(&str, char); 13] = [
    ("acute", '\u{301}'),
    ("grave", '\u{300}'),
    ("circumflex", '\u{302}'),
    ("dieresis", '\u{308}'),
    ("tilde", '\u{303}'),
    ("ring", '\u{30a}'),
    ("cedilla", '\u{327}'),
    ("caron", '\u{30c}'),
    ("macron", '\u{304}'),
    ("breve", '\u{306}'),
    ("ogonek", '\u{328}'),
    ("dotaccent", '\u{307}'),
    ("hungarumlaut", '\u{30b}'),
];

/// The text of a glyph by its name. None: the name does not tell.
pub(super) fn text(name: &str) -> Option<String> {
    // Variants (`a.sc`) and compositions (`f_i`).
    let name = name.split_once('.').map_or(name, |(n, _)| n);
    if name.contains('_') && name.len() > 1 {
        return name.split('_').map(text).collect();
    }
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return Some(c.to_string());
    }
    if let Some((_, text)) = NAMED.iter().find(|(n, _)| *n == name) {
        return Some((*text).to_owned());
    }
    let hex = |digits: &str| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).map(|c| c.to_string());
    if let Some(digits) = name.strip_prefix("uni").filter(|d| d.len() >= 4 && d.is_ascii()) {
        let units = digits.as_bytes().chunks_exact(4).map(|c| std::str::from_utf8(c).ok().and_then(hex));
        return units.collect();
    }
    if let Some(digits) = name.strip_prefix('u').filter(|d| (4..=6).contains(&d.len())) {
        return hex(digits);
    }
    let base = name.chars().next().filter(char::is_ascii_alphabetic)?;
    let accent = ACCENTS.iter().find(|(n, _)| name.get(1..) == Some(*n)).map(|(_, a)| *a)?;
    Some([base, accent].into_iter().nfc().collect())
}

/// Names of Adobe's standard encoding above ASCII, from 0xA1 on; empty where there is none.
const STANDARD: &str = "exclamdown cent sterling fraction yen florin section currency quotesingle quotedblleft guillemotleft \
    guilsinglleft guilsinglright fi fl - endash dagger daggerdbl periodcentered - paragraph bullet quotesinglbase quotedblbase \
    quotedblright guillemotright ellipsis perthousand - questiondown - grave acute circumflex tilde macron breve dotaccent dieresis - \
    ring cedilla - hungarumlaut ogonek caron emdash - - - - - - - - - - - - - - - - AE - ordfeminine - - - - Lslash Oslash OE ordmasculine \
    - - - - - ae - - - dotlessi - - lslash oslash oe germandbls - - - -";

const MAC_ROMAN: &str = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u{a0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ/€‹›\u{fb01}\u{fb02}‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{f8ff}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";

/// The text of a code in a base encoding.
pub(super) fn in_encoding(encoding: &str, code: u8) -> Option<String> {
    if code < 32 {
        return None;
    }
    match (encoding, code) {
        (_, 0x20..=0x7e) => Some(char::from(code).to_string()),
        ("MacRomanEncoding", 0x80..) => match MAC_ROMAN.chars().nth(usize::from(code) - 0x80)? {
            '\u{fb01}' => Some("fi".to_owned()),
            '\u{fb02}' => Some("fl".to_owned()),
            c => Some(c.to_string()),
        },
        ("StandardEncoding", 0xa1..) => {
            let name = STANDARD.split_ascii_whitespace().nth(usize::from(code) - 0xa1).filter(|n| *n != "-")?;
            text(name)
        }
        ("StandardEncoding", _) => None,
        (_, 0x80..) => Some(super::super::plain::windows_1252(code).to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_letters_accents_and_ligatures() {
        let cases = [
            ("a", Some("a")),
            ("euml", None),
            ("edieresis", Some("ë")),
            ("Ccaron", Some("Č")),
            ("f_i", Some("fi")),
            ("ffi", Some("ffi")),
            ("uni00EB", Some("ë")),
            ("u1F600", Some("\u{1F600}")),
            ("seven", Some("7")),
            ("a.sc", Some("a")),
            ("g37", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(text(name).as_deref(), expected, "{name}");
        }
        assert_eq!(in_encoding("MacRomanEncoding", 0x91).as_deref(), Some("ë"));
        assert_eq!(in_encoding("StandardEncoding", 0xae).as_deref(), Some("fi"));
        assert_eq!(in_encoding("StandardEncoding", 0xfb).as_deref(), Some("ß"));
        assert_eq!(in_encoding("WinAnsiEncoding", 0xeb).as_deref(), Some("ë"));
        assert_eq!(MAC_ROMAN.chars().count(), 128);
    }
}
