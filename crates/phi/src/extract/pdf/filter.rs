//! The filters of streams that hold text (ISO 32000-1 section 7.4), each with a bound on what comes out.

use std::io::Read as _;

/// A filter's parameters that matter here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parameters {
    pub predictor: usize,
    pub columns: usize,
    pub colors: usize,
    pub bits: usize,
    pub early_change: bool,
}

impl Default for Parameters {
    fn default() -> Self {
        Self { predictor: 1, columns: 1, colors: 1, bits: 8, early_change: true }
    }
}

/// Why a stream yields nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// More than `limit` would come out.
    TooMuch,
    /// A filter of pictures, or one that nobody knows.
    NotText,
}

/// Undoes one filter. Damaged data yields what can be had of it, as readers of PDF do.
pub(super) fn decode(name: &str, data: &[u8], p: Parameters, limit: usize) -> Result<Vec<u8>, Failure> {
    let out = match name {
        "FlateDecode" | "Fl" => flate(data, limit),
        "LZWDecode" | "LZW" => lzw(data, p.early_change, limit),
        "ASCIIHexDecode" | "AHx" => ascii_hex(data),
        "ASCII85Decode" | "A85" => ascii85(data),
        "RunLengthDecode" | "RL" => run_length(data, limit),
        _ => return Err(Failure::NotText),
    };
    if out.len() > limit {
        return Err(Failure::TooMuch);
    }
    Ok(if p.predictor > 1 { unpredict(out, p) } else { out })
}

fn flate(data: &[u8], limit: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let take = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    // An error at the end leaves what was read before it.
    let _ = flate2::read::ZlibDecoder::new(data).take(take).read_to_end(&mut out);
    if out.is_empty() {
        let raw = data.get(2..).unwrap_or(b"");
        let _ = flate2::read::DeflateDecoder::new(raw).take(take).read_to_end(&mut out);
    }
    out
}

/// Variable code lengths of 9 to 12 bits (as in TIFF).
fn lzw(data: &[u8], early: bool, limit: usize) -> Vec<u8> {
    const CLEAR: usize = 256;
    const END: usize = 257;
    let mut out: Vec<u8> = Vec::new();
    // By code: where its bytes stand in the output, and how many.
    let mut table: Vec<(usize, usize)> = Vec::new();
    let (mut width, mut bits, mut held) = (9u32, 0u32, 0u32);
    let mut last: Option<(usize, usize)> = None;
    for byte in data {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        if bits < width {
            continue;
        }
        bits -= width;
        let code = usize::try_from((held >> bits) & ((1 << width) - 1)).unwrap_or(END);
        held &= (1 << bits) - 1;
        if code == END || out.len() > limit {
            break;
        }
        if code == CLEAR {
            (table, width, last) = (Vec::new(), 9, None);
            continue;
        }
        let start = out.len();
        let known = if code < 256 { None } else { table.get(code - 258).copied() };
        match (known, last) {
            _ if code < 256 => out.push(u8::try_from(code).unwrap_or(0)),
            (Some((at, len)), _) => out.extend_from_within(at..at + len),
            (None, Some((at, len))) => {
                out.extend_from_within(at..at + len);
                out.extend_from_within(at..at + 1);
            }
            (None, None) => break,
        }
        if let Some((at, len)) = last.filter(|_| table.len() < 4096 - 258) {
            // The last entry and the first byte of this one follow each other in the output.
            table.push((at, len + 1));
        }
        last = Some((start, out.len() - start));
        let next = table.len() + 258 + 1 + usize::from(early);
        width = if next > 2048 {
            12
        } else if next > 1024 {
            11
        } else if next > 512 {
            10
        } else {
            9
        };
    }
    out
}

fn ascii_hex(data: &[u8]) -> Vec<u8> {
    let digits = data.iter().take_while(|b| **b != b'>').filter_map(|b| char::from(*b).to_digit(16));
    let digits: Vec<u8> = digits.filter_map(|d| u8::try_from(d).ok()).collect();
    digits.chunks(2).map(|c| (c.first().unwrap_or(&0) << 4) | c.get(1).unwrap_or(&0)).collect()
}

fn ascii85(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() / 5 * 4);
    let (mut value, mut count) = (0u32, 0usize);
    for b in data {
        match b {
            b'~' => break,
            b'z' if count == 0 => out.extend([0; 4]),
            b'!'..=b'u' => {
                value = value.wrapping_mul(85).wrapping_add(u32::from(b - b'!'));
                count += 1;
                if count == 5 {
                    out.extend(value.to_be_bytes());
                    (value, count) = (0, 0);
                }
            }
            _ => {}
        }
    }
    if count > 1 {
        for _ in count..5 {
            value = value.wrapping_mul(85).wrapping_add(84);
        }
        out.extend(value.to_be_bytes().iter().take(count - 1));
    }
    out
}

fn run_length(data: &[u8], limit: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = data;
    while let Some((length, after)) = rest.split_first().filter(|_| out.len() <= limit) {
        let n = usize::from(*length);
        match n {
            128 => break,
            0..128 => {
                let (run, after) = after.split_at(after.len().min(n + 1));
                out.extend_from_slice(run);
                rest = after;
            }
            _ => {
                let Some((byte, after)) = after.split_first() else { break };
                out.extend(std::iter::repeat_n(*byte, 257 - n));
                rest = after;
            }
        }
    }
    out
}

/// Undoes the differences to the neighbours: PNG's (10 and more) and TIFF's of whole bytes (2).
fn unpredict(mut data: Vec<u8>, p: Parameters) -> Vec<u8> {
    let bits = p.colors.clamp(1, 32) * p.bits.clamp(1, 16);
    let pixel = bits.div_ceil(8);
    let row = p.columns.clamp(1, 1 << 20).saturating_mul(bits).div_ceil(8);
    if p.predictor == 2 {
        if p.bits == 8 {
            for line in data.chunks_mut(row) {
                for i in pixel..line.len() {
                    line[i] = line[i].wrapping_add(line[i - pixel]);
                }
            }
        }
        return data;
    }
    let mut out: Vec<u8> = Vec::with_capacity(data.len());
    let mut above = vec![0u8; row];
    for line in data.chunks(row + 1) {
        let Some((kind, line)) = line.split_first() else { break };
        let mut now = vec![0u8; row];
        for (i, raw) in line.iter().enumerate() {
            let left = if i >= pixel { now[i - pixel] } else { 0 };
            let corner = if i >= pixel { above[i - pixel] } else { 0 };
            let up = above[i];
            let guess = match kind {
                1 => left,
                2 => up,
                3 => u8::try_from(u16::midpoint(u16::from(left), u16::from(up))).unwrap_or(0),
                4 => paeth(left, up, corner),
                _ => 0,
            };
            now[i] = raw.wrapping_add(guess);
        }
        out.extend_from_slice(now.get(..line.len()).unwrap_or(&now));
        above = now;
    }
    out
}

fn paeth(a: u8, b: u8, c: u8) -> u8 {
    let [x, y, z] = [a, b, c].map(i32::from);
    let p = x + y - z;
    let (pa, pb, pc) = ((p - x).abs(), (p - y).abs(), (p - z).abs());
    if pa <= pb && pa <= pc {
        a
    } else if pb <= pc {
        b
    } else {
        c
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_give_back_what_was_put_in() {
        let plain = Parameters::default();
        let undo = |name: &str, data: &[u8]| decode(name, data, plain, 1_000).unwrap();
        assert_eq!(undo("ASCIIHexDecode", b"4a 61 6E>zz"), b"Jan");
        assert_eq!(undo("ASCII85Decode", b"9jqo^BlbD-BleB1DJ+*+F(f,q~>"), b"Man is distinguished");
        assert_eq!(undo("RunLengthDecode", &[2, b'J', b'a', b'n', 254, b'!', 128, 9]), b"Jan!!!");
        // ISO 32000-1, example 2 in 7.4.4.2.
        assert_eq!(
            undo("LZWDecode", &[0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01]),
            [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]
        );
        assert_eq!(decode("DCTDecode", b"", plain, 9), Err(Failure::NotText));
        assert_eq!(decode("RunLengthDecode", &[129, 0], plain, 9), Err(Failure::TooMuch));
        let up = Parameters { predictor: 12, columns: 2, ..plain };
        assert_eq!(decode("ASCIIHexDecode", b"02010202 0101", up, 99).unwrap(), [1, 2, 2, 3]);
    }
}
