//! How a part of a text sounds: its words, their pairs, and their pieces.

use super::*;

/// The tokens of a part that say something, footers aside.
fn told<'e>(e: &'e Evidence<'_>, part: &Part) -> impl Iterator<Item = usize> + 'e {
    (part.first..part.last.min(part.first + TONE_TOKENS)).filter(|i| !e.layout.in_footer(*i))
}

/// The words of one part and their pairs; names and numbers are all one.
pub(super) fn tone_words(e: &Evidence<'_>, f: &Facts, part: &Part, out: &mut impl Sink) {
    let mut before = 0;
    let mut field_before = 0;
    for i in told(e, part) {
        let Some(t) = e.t.tokens.get(i).filter(|t| t.kind != Kind::Newline) else {
            before = 0;
            continue;
        };
        for field in t.fields.into_iter().filter(|f| *f != 0).map(u32::from) {
            out.put(feature(230, field));
            out.put(feature(231, field * 256 + field_before));
            field_before = field;
        }
        let word = f.plain_word(e, i);
        if word.rotate_left(5) == before && word < 0x3000 {
            continue; // one name of two words
        }
        if t.kind != Kind::Punct {
            out.put(feature(210, word));
        }
        if before != 0 && t.kind != Kind::Punct {
            out.put(feature(211, word ^ before));
        }
        if t.kind != Kind::Punct {
            before = word.rotate_left(5);
        }
    }
}

/// The words of a part that are taken to pieces.
pub(super) fn lettered<'e>(e: &'e Evidence<'_>, f: &'e Facts, part: &Part) -> impl Iterator<Item = &'e Token> {
    let plain = |i: &usize| f.class.get(*i).is_none_or(|c| *c != 1 && *c < NUMBER);
    told(e, part).filter(plain).filter_map(|i| e.t.tokens.get(i)).filter(|t| t.kind == Kind::Word)
}

/// The mean weight of the pieces of a part's words. Those of the vocabulary were added up beforehand.
pub(super) fn letters_tone(e: &Evidence<'_>, f: &Facts, part: &Part, model: &Model) -> f32 {
    model.tone.mean(|sum| {
        for t in lettered(e, f, part) {
            let text = e.t.slice(t.start, t.end);
            match model.letters.get(t.word as usize) {
                Some(all) if all.is_known() && !text.ends_with(['s', 'S']) => sum.add(*all),
                _ => pieces(text, sum),
            }
        }
    })
}

/// Longest word that is taken to pieces, in bytes.
const LONGEST: usize = 40;

/// Pieces of three to five letters, which carry over to words never seen: "ontsteking", "-ectomy", "buikpijn".
pub(crate) fn pieces(word: &str, out: &mut impl Sink) {
    // The word in small letters between two blanks, and room to read eight bytes from each of its letters.
    let mut plain = [b' '; LONGEST + 16];
    let mut folded = String::new();
    let bytes = if word.is_ascii() {
        word.as_bytes()
    } else {
        word.chars().for_each(|c| fold_into(c, &mut folded));
        folded.as_bytes()
    };
    let bytes = bytes.get(..bytes.len().min(LONGEST)).unwrap_or(bytes);
    plain.iter_mut().skip(1).zip(bytes).for_each(|(to, b)| *to = b.to_ascii_lowercase());
    for (from, window) in plain.windows(8).enumerate().take(bytes.len()) {
        let Some(eight) = window.first_chunk() else { break };
        let eight = u64::from_le_bytes(*eight);
        for length in 3..=5 {
            if from + length > bytes.len() + 2 {
                break;
            }
            let piece = eight & ((1 << (8 * length)) - 1);
            #[expect(clippy::cast_possible_truncation, reason = "both halves are in it")]
            out.put(feature(220, piece as u32 ^ ((piece >> 32) as u32).wrapping_mul(0x9e37_79b9)));
        }
    }
}
