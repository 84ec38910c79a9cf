use super::*;
use proptest::prelude::*;

/// The piece of the original that a piece of the plain form stands for.
fn original<'t>(raw: &'t str, piece: &str) -> &'t str {
    let f = fold(raw).unwrap();
    let at = u32::try_from(f.text.find(piece).unwrap()).unwrap();
    let end = at + u32::try_from(piece.len()).unwrap();
    &raw[f.start(at) as usize..f.end(end, raw) as usize]
}

#[test]
fn what_looks_the_same_becomes_the_same() {
    assert_eq!(plain("BSN\u{a0}111\u{202f}222\u{2009}333"), "BSN 111 222 333");
    assert_eq!(plain("219\u{2011}09–9999"), "219-09-9999");
    assert_eq!(plain("borst\u{ad}kan\u{200b}ker"), "borstkanker");
    assert_eq!(plain("ＢＳＮ：１１１２２２３３３"), "BSN:111222333");
    assert_eq!(plain("\u{1d7cf}\u{1d7d0}"), "12");
    assert_eq!(plain("op maandag – om tien uur – José"), "op maandag – om tien uur – José");
    assert!(fold("plain").is_none() && fold("é ë “quoted”").is_none());
}

#[test]
fn spans_lead_back_to_what_was_written() {
    let raw = "é\u{200b} BSN:\u{a0}１１１\u{ad}222\u{a0}３３\u{200b}３\u{feff}, klaar";
    assert_eq!(original(raw, "111222 333"), "１１１\u{ad}222\u{a0}３３\u{200b}３");
    assert_eq!(original(raw, "BSN"), "BSN");
    assert_eq!(original(raw, ", klaar"), ", klaar");
    assert_eq!(original(raw, "é"), "é");
    let f = fold(raw).unwrap();
    assert_eq!(f.plain_of(u32::try_from(raw.len()).unwrap()), u32::try_from(f.text.len()).unwrap());
    assert_eq!(f.plain_of(0), 0);
}

proptest! {
    #[test]
    fn every_span_is_a_piece_of_the_original_with_the_same_plain_form(raw in "[a-z0-9 é\u{a0}\u{ad}\u{200b}\u{2011}１-３\u{feff}]{0,40}", a in 0usize..60, b in 0usize..60) {
        if let Some(f) = fold(&raw) {
            let (a, b) = (f.text.floor_char_boundary(a.min(b)), f.text.floor_char_boundary(a.max(b)));
            if a < b {
                let (start, end) = (f.start(a as u32) as usize, f.end(b as u32, &raw) as usize);
                let piece = raw.get(start..end).unwrap();
                prop_assert_eq!(plain(piece).into_owned(), f.text[a..b].to_owned());
            }
        }
    }
}

#[test]
fn letters_that_stand_for_digits_are_read_as_such() {
    let read = |s: &str| digits_for_letters(s).unwrap_or_else(|| s.to_owned());
    assert_eq!(read("geb l2-O3-1944, pat.nr 0044-8l93"), "geb 12-03-1944, pat.nr 0044-8193");
    assert_eq!(read("MRN 4o23l97"), "MRN 4023197");
    for s in ["5l water", "0.5l", "O2 via bril", "hallo", "Io en Ol", "route 10l", "CO2", "Oo", "B12", "10-l melk"] {
        assert_eq!(read(s), s);
    }
}
