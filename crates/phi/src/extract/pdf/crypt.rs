//! Documents that are protected without a password to open them (ISO 32000-2 section 7.6): "owner passwords" forbid
//! printing or changing, and any reader opens the file. With a password to open it, it stays unread.

use super::file::{File, whole};
use super::object::{Dict, Obj};
use aes::cipher::{BlockCipherDecrypt as _, BlockCipherEncrypt as _, KeyInit as _};
use md5::{Digest as _, Md5};
use sha2::{Sha256, Sha384, Sha512};

/// What an empty password is filled up with.
const PADDING: [u8; 32] = *b"\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A";

#[derive(Clone, Copy, PartialEq)]
enum Method {
    Plain,
    Rc4,
    Aes128,
    Aes256,
}

/// The document's key, and how strings and streams are enciphered.
pub(super) struct Key {
    key: Vec<u8>,
    strings: Method,
    streams: Method,
    /// The document's properties are left open, so that archives find it.
    open: bool,
}

impl Key {
    /// By the empty password. None: it needs another, or is protected in another way.
    pub(super) fn new(file: &File<'_>) -> Option<Self> {
        let dict = file.dict(&file.trailer, "Encrypt")?;
        let number = |d: &Dict, k: &str| file.value(d, k).num();
        let bytes = |k: &str| if let Obj::Str(s) = file.value(&dict, k) { Some(s) } else { None };
        if !dict.is("Filter", "Standard") {
            return None;
        }
        let (version, revision) = (whole(number(&dict, "V")?), whole(number(&dict, "R")?));
        let method = |which: &str| -> Option<Method> {
            if version < 4 {
                return Some(Method::Rc4);
            }
            let name = file.value(&dict, which).name().unwrap_or("Identity").to_owned();
            if name == "Identity" {
                return Some(Method::Plain);
            }
            let filter = file.dict(&file.dict(&dict, "CF")?, &name)?;
            match file.value(&filter, "CFM").name()? {
                "None" => Some(Method::Plain),
                "V2" => Some(Method::Rc4),
                "AESV2" => Some(Method::Aes128),
                "AESV3" => Some(Method::Aes256),
                _ => None,
            }
        };
        let user = bytes("U")?;
        let open = version >= 4 && dict.get("EncryptMetadata").is_some_and(|o| *o == Obj::Bool(false));
        let key = if revision >= 5 {
            newer(&user, &bytes("UE")?, revision)?
        } else {
            let id = match file.value(&file.trailer, "ID") {
                Obj::Array(a) => {
                    a.first().and_then(|o| if let Obj::Str(s) = o { Some(s.clone()) } else { None }).unwrap_or_default()
                }
                _ => Vec::new(),
            };
            let length = if revision == 2 {
                5
            } else {
                usize::try_from(whole(number(&dict, "Length").unwrap_or(40.0)) / 8).ok()?.clamp(5, 16)
            };
            let length = if version == 4 { 16 } else { length };
            #[expect(clippy::cast_possible_truncation, reason = "thirty-two bits by the standard")]
            let permissions = (number(&dict, "P")? as i64).to_le_bytes();
            older(&user, &bytes("O")?, &permissions, &id, length, revision, open)?
        };
        Some(Self { key, strings: method("StrF")?, streams: method("StmF")?, open })
    }

    /// Whether a stream is enciphered: tables of references never are.
    pub(super) fn covers(&self, dict: &Dict) -> bool {
        !(dict.is("Type", "XRef") || self.open && dict.is("Type", "Metadata"))
    }

    /// Deciphers the strings of an object; those of packed objects are not enciphered on their own.
    pub(super) fn strings(&self, object: &mut Obj, number: u32) {
        match object {
            Obj::Str(s) => *s = self.decipher(s, number, self.strings),
            Obj::Array(a) => a.iter_mut().for_each(|o| self.strings(o, number)),
            Obj::Dict(d) => d.0.iter_mut().for_each(|(_, o)| self.strings(o, number)),
            _ => {}
        }
    }

    pub(super) fn stream(&self, data: &[u8], number: u32) -> Vec<u8> {
        self.decipher(data, number, self.streams)
    }

    fn decipher(&self, data: &[u8], number: u32, method: Method) -> Vec<u8> {
        if method == Method::Plain {
            return data.to_vec();
        }
        if method == Method::Aes256 {
            return unpadded(cbc_aes256(&self.key, data));
        }
        let [a, b, c, _] = number.to_le_bytes();
        let salt: &[u8] = if method == Method::Aes128 { b"sAlT" } else { b"" };
        let hash = Md5::digest([self.key.as_slice(), &[a, b, c, 0, 0], salt].concat());
        let key = hash.get(..(self.key.len() + 5).min(16)).unwrap_or(&hash);
        if method == Method::Rc4 { rc4(key, data) } else { unpadded(cbc_aes128(key, data)) }
    }
}

/// Algorithms 2, 4 and 5 of ISO 32000-1, for the empty password.
fn older(
    user: &[u8],
    owner: &[u8],
    permissions: &[u8; 8],
    id: &[u8],
    length: usize,
    revision: u32,
    open: bool,
) -> Option<Vec<u8>> {
    let mut material = [&PADDING[..], owner.get(..32)?, permissions.get(..4)?, id].concat();
    if revision >= 4 && open {
        material.extend([0xff; 4]);
    }
    let mut hash = Md5::digest(&material).to_vec();
    if revision >= 3 {
        for _ in 0..50 {
            hash = Md5::digest(hash.get(..length)?).to_vec();
        }
    }
    hash.truncate(length);
    let expected = if revision == 2 {
        rc4(&hash, &PADDING)
    } else {
        let first = rc4(&hash, &Md5::digest([&PADDING[..], id].concat()));
        (1..=19u8).fold(first, |data, i| rc4(&hash.iter().map(|b| b ^ i).collect::<Vec<u8>>(), &data))
    };
    (user.get(..16)? == expected.get(..16)?).then_some(hash)
}

/// Algorithm 2.A of ISO 32000-2, for the empty password.
fn newer(user: &[u8], wrapped: &[u8], revision: u32) -> Option<Vec<u8>> {
    let hash = |salt: &[u8]| if revision == 5 { Sha256::digest(salt).to_vec() } else { hardened(salt) };
    if user.get(..32)? != hash(user.get(32..40)?) {
        return None;
    }
    let key = hash(user.get(40..48)?);
    Some(cbc_aes256(&key, &[&[0u8; 16], wrapped.get(..32)?].concat()))
}

/// Algorithm 2.B: rounds of enciphering and hashing, until the last byte says that it is enough.
fn hardened(salt: &[u8]) -> Vec<u8> {
    let mut k = Sha256::digest(salt).to_vec();
    for round in 0u32..1_000 {
        let repeated = k.repeat(64);
        let (key, iv) = (k.get(..16).unwrap_or(&[0; 16]), k.get(16..32).unwrap_or(&[0; 16]));
        let Ok(cipher) = aes::Aes128::new_from_slice(key) else { return Vec::new() };
        let mut before: [u8; 16] = iv.try_into().unwrap_or_default();
        let mut e = Vec::with_capacity(repeated.len());
        for block in repeated.as_chunks::<16>().0 {
            let mut now: aes::Block = std::array::from_fn::<u8, 16, _>(|i| block[i] ^ before[i]).into();
            cipher.encrypt_block(&mut now);
            before = now.into();
            e.extend(before);
        }
        let remainder = e.iter().take(16).map(|b| u32::from(*b)).sum::<u32>() % 3;
        k = match remainder {
            0 => Sha256::digest(&e).to_vec(),
            1 => Sha384::digest(&e).to_vec(),
            _ => Sha512::digest(&e).to_vec(),
        };
        if round >= 63 && e.last().is_some_and(|b| u32::from(*b) <= round - 31) {
            break;
        }
    }
    k.truncate(32);
    k
}

fn rc4(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut s: [u8; 256] = std::array::from_fn(|i| u8::try_from(i).unwrap_or(0));
    let mut j = 0u8;
    for i in 0..256usize {
        j = j.wrapping_add(s[i]).wrapping_add(key.get(i % key.len().max(1)).copied().unwrap_or(0));
        s.swap(i, usize::from(j));
    }
    let (mut i, mut j) = (0u8, 0u8);
    let next = |b: &u8| {
        i = i.wrapping_add(1);
        j = j.wrapping_add(s[usize::from(i)]);
        s.swap(usize::from(i), usize::from(j));
        b ^ s[usize::from(s[usize::from(i)].wrapping_add(s[usize::from(j)]))]
    };
    data.iter().map(next).collect()
}

fn cbc_aes128(key: &[u8], data: &[u8]) -> Vec<u8> {
    aes::Aes128::new_from_slice(key).map_or_else(|_| Vec::new(), |c| cbc(data, |b| c.decrypt_block(b)))
}
fn cbc_aes256(key: &[u8], data: &[u8]) -> Vec<u8> {
    aes::Aes256::new_from_slice(key).map_or_else(|_| Vec::new(), |c| cbc(data, |b| c.decrypt_block(b)))
}

/// The first block is the one before the first.
fn cbc(data: &[u8], decrypt: impl Fn(&mut aes::Block)) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    for pair in data.as_chunks::<16>().0.windows(2) {
        let [before, now] = pair else { break };
        let mut block: aes::Block = (*now).into();
        decrypt(&mut block);
        out.extend(block.iter().zip(before).map(|(a, b)| a ^ b));
    }
    out
}

fn unpadded(mut data: Vec<u8>) -> Vec<u8> {
    if let Some(n) = data.last().copied().filter(|n| (1..=16).contains(n)) {
        data.truncate(data.len().saturating_sub(usize::from(n)));
    }
    data
}
