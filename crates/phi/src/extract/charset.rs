//! Character sets by the names and numbers that documents give them.

use encoding_rs::Encoding;

/// Of a Windows code page; otherwise Windows-1252.
pub(super) fn of_code_page(number: u32) -> &'static Encoding {
    let label = match number {
        932 => "shift_jis",
        936 => "gbk",
        949 => "euc-kr",
        950 => "big5",
        874 => "windows-874",
        1250..=1258 => return of_label(&format!("windows-{number}")),
        10000 => "macintosh",
        20866 => "koi8-r",
        20936 => "gbk",
        28591..=28606 => return of_label(&format!("iso-8859-{}", number - 28_590)),
        50220..=50222 => "iso-2022-jp",
        51932 => "euc-jp",
        51949 => "euc-kr",
        54936 => "gb18030",
        65001 => "utf-8",
        1200 => "utf-16le",
        _ => return encoding_rs::WINDOWS_1252,
    };
    of_label(label)
}

/// Of a name as in mail and the web; otherwise Windows-1252.
pub(super) fn of_label(label: &str) -> &'static Encoding {
    Encoding::for_label(label.trim().as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252)
}

/// By an RTF font's `\fcharset`.
pub(super) fn of_font(charset: i64) -> Option<&'static Encoding> {
    let page = match charset {
        77 => 10_000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    };
    Some(of_code_page(page))
}

pub(super) fn decode(bytes: &[u8], encoding: &'static Encoding) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// UTF-16 without a mark, low byte first, up to the first NUL.
pub(super) fn utf16(bytes: &[u8]) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|p| u16::from_le_bytes(*p)).take_while(|u| *u != 0);
    char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_find_their_character_sets() {
        assert_eq!(decode(b"\xeb", of_code_page(1252)), "ë");
        assert_eq!(decode(b"\xe8", of_code_page(1250)), "č");
        assert_eq!(decode(b"\xe8", of_label("ISO-8859-2")), "č");
        assert_eq!(decode(b"\x93\xfa", of_code_page(932)), "日");
        assert_eq!(decode(b"\xeb", of_code_page(28591)), "ë");
        assert_eq!(of_font(0), None);
        assert_eq!(utf16(b"J\0\xeb\0\0\0x\0"), "Jë");
    }
}
