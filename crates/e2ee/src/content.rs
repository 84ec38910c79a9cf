//! What is said in a conversation, and its sealing: a COSE_Sign1 by the device's key inside a COSE_Encrypt0 under the
//! epoch's key (RFC 9052), both bound to where and by whom it is said.

use crate::account::{DeviceKey, verify};
use crate::primitive::{self, NONCE, TAG, decode};
use crate::wire::{self, encode};
use crate::{Error, Id, Result};
use coset::{
    CborSerializable, CoseEncrypt0, CoseEncrypt0Builder, CoseSign1, CoseSign1Builder, Header, HeaderBuilder, iana,
};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use std::fmt;
use zeroize::Zeroizing;

/// Longest text, in characters.
pub const MAX_TEXT: usize = 16 << 10;
/// Longest subject, name of a file or of a person, in characters.
pub const MAX_NAME: usize = 256;
/// Longest reaction, in bytes: one emoji with all that can be joined to it.
pub const MAX_EMOJI: usize = 64;
/// Most mentions of one message.
pub const MAX_MENTIONS: usize = 200;
/// Most files of one message.
pub const MAX_FILES: usize = 20;
/// Smallest length to which what is signed is padded, in bytes: most messages look alike.
const BUCKET: usize = 256;
/// From here on lengths are multiples of this; below they are powers of two.
const STEP: usize = 4096;
/// Ends the content; zeros follow (ISO/IEC 7816-4).
const PAD: u8 = 0x80;

/// The key of one epoch of a conversation: exported from the MLS group.
#[derive(Clone)]
pub struct EpochSecret(Zeroizing<[u8; 32]>);

impl EpochSecret {
    /// From 32 bytes.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut key = Zeroizing::new([0; 32]);
        if bytes.len() != key.len() {
            return Err(Error::Malformed("epoch key"));
        }
        key.copy_from_slice(bytes);
        Ok(Self(key))
    }

    /// The bytes: secret.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for EpochSecret {
    /// Takes the same time whatever the bytes.
    fn eq(&self, other: &Self) -> bool {
        let differ = self.0.iter().zip(other.0.iter()).fold(0, |differ, (a, b)| differ | (a ^ b));
        std::hint::black_box(differ) == 0
    }
}

impl Eq for EpochSecret {}

impl fmt::Debug for EpochSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EpochSecret")
    }
}

/// Where, when and by which device something is said: what the server sees beside the sealed message. A sealed message opens
/// only with the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The conversation.
    pub conversation: Id,
    /// The epoch whose key seals it.
    pub epoch: u64,
    /// The message's own id.
    pub client_id: Id,
    /// [`wire::FLAG_URGENT`], [`wire::FLAG_QUIET`].
    pub flags: u8,
    /// The device that says it.
    pub device: Id,
}

impl Bound {
    /// External additional data (RFC 9052 §4.3); all of fixed length.
    fn aad(&self) -> Vec<u8> {
        [
            b"wardpost message 1\0".as_slice(),
            &self.conversation.0,
            &self.epoch.to_be_bytes(),
            &self.client_id.0,
            &[self.flags],
            &self.device.0,
        ]
        .concat()
    }
}

/// What is said. What others it is about is named by the client id of their message.
#[derive(Clone, PartialEq, Encode, Decode)]
#[non_exhaustive]
pub enum Content {
    /// A message.
    #[n(0)]
    Text(#[n(0)] Text),
    /// A message of one's own gets another text.
    #[n(1)]
    Edit {
        /// Which message.
        #[n(0)]
        of: Id,
        /// The new text.
        #[n(1)]
        text: String,
        /// Who is mentioned in it.
        #[n(2)]
        mentions: Vec<Id>,
    },
    /// A message is deleted for all.
    #[n(2)]
    Delete {
        /// Which message.
        #[n(0)]
        of: Id,
    },
    /// A reaction to a message, or no more.
    #[n(3)]
    Reaction {
        /// To which message.
        #[n(0)]
        of: Id,
        /// What.
        #[n(1)]
        emoji: String,
        /// Given, or taken back.
        #[n(2)]
        on: bool,
    },
    /// A message is pinned, or no more.
    #[n(4)]
    Pin {
        /// Which message.
        #[n(0)]
        of: Id,
        /// Pinned, or no more.
        #[n(1)]
        on: bool,
    },
    /// The conversation gets a subject.
    #[n(5)]
    Subject {
        /// The subject; empty: none.
        #[n(0)]
        text: String,
    },
    /// Genuine, but of a kind that this version doesn't know: written by a newer version.
    #[n(1000)]
    Unknown,
}

/// The last kind that this version knows.
const LAST_KIND: u32 = 5;

impl fmt::Debug for Content {
    /// Only its kind: content stands in no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text",
            Self::Edit { .. } => "Edit",
            Self::Delete { .. } => "Delete",
            Self::Reaction { .. } => "Reaction",
            Self::Pin { .. } => "Pin",
            Self::Subject { .. } => "Subject",
            Self::Unknown => "Unknown",
        })
    }
}

/// A message.
#[derive(Clone, PartialEq, Default, Encode, Decode)]
pub struct Text {
    /// What is said; may be empty when there are files.
    #[n(0)]
    pub text: String,
    /// The message that it answers.
    #[n(1)]
    pub reply_to: Option<Id>,
    /// Who is mentioned.
    #[n(2)]
    pub mentions: Vec<Id>,
    /// From where it was forwarded.
    #[n(3)]
    pub forwarded_from: Option<Forwarded>,
    /// Files.
    #[n(4)]
    pub files: Vec<File>,
}

/// Who first said what is forwarded, as whoever forwards it says.
#[derive(Clone, PartialEq, Encode, Decode)]
pub struct Forwarded {
    /// Who.
    #[n(0)]
    pub person: Id,
    /// As they were called.
    #[n(1)]
    pub name: String,
    /// When, microseconds since the epoch.
    #[n(2)]
    pub at_us: i64,
}

/// A file that is stored beside, sealed under a key of its own.
#[derive(Clone, PartialEq, Encode, Decode)]
pub struct File {
    /// Its id in the store.
    #[n(0)]
    pub id: Id,
    /// Its name.
    #[n(1)]
    pub name: String,
    /// Its media type.
    #[n(2)]
    pub media_type: String,
    /// Its size before sealing, in bytes.
    #[n(3)]
    pub size: u64,
    /// Its key: 32 bytes.
    #[n(4)]
    pub key: ByteVec,
    /// SHA-256 of what is stored.
    #[n(5)]
    pub digest: ByteVec,
    /// Of a picture, in pixels.
    #[n(6)]
    pub width: Option<u32>,
    /// Of a picture, in pixels.
    #[n(7)]
    pub height: Option<u32>,
    /// Of a recording.
    #[n(8)]
    pub seconds: Option<u32>,
}

macro_rules! say_nothing {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            /// Content stands in no log.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )*};
}
say_nothing!(Text, Forwarded, File);

impl Content {
    /// Whether everything is within its bounds.
    fn check(&self) -> Result<()> {
        let short = |text: &str, most: usize, what| {
            // A character has at least one byte: most texts needn't be counted.
            if text.len() > most && text.chars().count() > most { Err(Error::TooLarge(what)) } else { Ok(()) }
        };
        let few = |count: usize, most: usize, what| if count > most { Err(Error::TooLarge(what)) } else { Ok(()) };
        match self {
            Self::Text(message) => {
                short(&message.text, MAX_TEXT, "text")?;
                few(message.mentions.len(), MAX_MENTIONS, "mentions")?;
                few(message.files.len(), MAX_FILES, "files")?;
                if let Some(from) = &message.forwarded_from {
                    short(&from.name, MAX_NAME, "name")?;
                }
                message.files.iter().try_for_each(|file| {
                    short(&file.name, MAX_NAME, "file name")?;
                    short(&file.media_type, MAX_NAME, "media type")?;
                    if file.key.len() == 32 && file.digest.len() == 32 { Ok(()) } else { Err(Error::Malformed("file")) }
                })
            }
            Self::Edit { text, mentions, .. } => {
                short(text, MAX_TEXT, "text")?;
                few(mentions.len(), MAX_MENTIONS, "mentions")
            }
            Self::Reaction { emoji, .. } if emoji.is_empty() => Err(Error::Malformed("reaction")),
            Self::Reaction { emoji, .. } => few(emoji.len(), MAX_EMOJI, "reaction"),
            Self::Subject { text } => short(text, MAX_NAME, "subject"),
            Self::Delete { .. } | Self::Pin { .. } | Self::Unknown => Ok(()),
        }
    }

    /// Reads content as it stands inside a sealed message.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::TooLarge`].
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let malformed = |_| Error::Malformed("content");
        let mut probe = minicbor::Decoder::new(bytes);
        if probe.array().map_err(malformed)? != Some(2) {
            return Err(Error::Malformed("content"));
        }
        if probe.u32().map_err(malformed)? > LAST_KIND {
            return Ok(Self::Unknown);
        }
        let content: Self = decode(bytes, "content")?;
        content.check()?;
        Ok(content)
    }
}

/// The least length of a bucket that holds so many bytes and the end mark.
fn bucket(length: usize) -> usize {
    let length = length + 1;
    if length > STEP { length.next_multiple_of(STEP) } else { length.next_power_of_two().max(BUCKET) }
}

fn pad(content: &[u8]) -> Zeroizing<Vec<u8>> {
    let length = bucket(content.len());
    let mut padded = Zeroizing::new(Vec::with_capacity(length));
    padded.extend_from_slice(content);
    padded.push(PAD);
    padded.resize(length, 0);
    padded
}

/// Takes off what [`pad`] put on, if it is exactly that.
fn unpad(padded: &[u8]) -> Result<&[u8]> {
    let end = padded.iter().rposition(|byte| *byte != 0).ok_or(Error::Malformed("padding"))?;
    let (content, rest) = padded.split_at(end);
    if rest.first() != Some(&PAD) || bucket(content.len()) != padded.len() {
        return Err(Error::Malformed("padding"));
    }
    Ok(content)
}

fn sign_header(device: Id) -> Header {
    HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).key_id(device.0.to_vec()).build()
}

fn seal_header() -> Header {
    HeaderBuilder::new().algorithm(iana::Algorithm::A256GCM).build()
}

fn nonce_header(nonce: &[u8]) -> Header {
    HeaderBuilder::new().iv(nonce.to_vec()).build()
}

/// Signs, pads and encrypts.
///
/// # Errors
/// [`Error::TooLarge`], [`Error::Malformed`]; [`Error::Refused`] for what isn't known here.
pub fn seal(key: &EpochSecret, device: &DeviceKey, bound: &Bound, content: &Content) -> Result<Vec<u8>> {
    if *content == Content::Unknown {
        return Err(Error::Refused("content of an unknown kind"));
    }
    content.check()?;
    seal_plain(key, device, bound, &Zeroizing::new(encode(content)))
}

fn seal_plain(key: &EpochSecret, device: &DeviceKey, bound: &Bound, plain: &[u8]) -> Result<Vec<u8>> {
    let aad = bound.aad();
    let signed = CoseSign1Builder::new()
        .protected(sign_header(bound.device))
        .payload(pad(plain).to_vec())
        .try_create_signature(&aad, |bytes| device.sign(bytes))?
        .build();
    let signed = Zeroizing::new(signed.to_vec().map_err(|_| Error::Malformed("message"))?);
    let nonce = primitive::fill::<NONCE>()?;
    let sealed = CoseEncrypt0Builder::new()
        .protected(seal_header())
        .unprotected(nonce_header(&nonce))
        .try_create_ciphertext(&signed, &aad, |plain, aad| primitive::encrypt(key.as_bytes(), &nonce, aad, plain))?
        .build();
    let sealed = sealed.to_vec().map_err(|_| Error::Malformed("message"))?;
    if sealed.len() > wire::MAX_MESSAGE { Err(Error::TooLarge("message")) } else { Ok(sealed) }
}

/// Decrypts, verifies that this device said it, here, and reads it. Only the one form that [`seal`] writes is taken.
///
/// # Errors
/// [`Error::TooLarge`], [`Error::Malformed`]; [`Error::Forged`] when it isn't of this conversation, epoch, id, flags or
/// device.
pub fn open(key: &EpochSecret, bound: &Bound, sealed: &[u8], device_key: &[u8; 32]) -> Result<Content> {
    const WHAT: &str = "message";
    if sealed.len() > wire::MAX_MESSAGE {
        return Err(Error::TooLarge(WHAT));
    }
    let aad = bound.aad();
    let outer = CoseEncrypt0::from_slice(sealed).map_err(|_| Error::Malformed(WHAT))?;
    let nonce = outer.unprotected.iv.as_slice();
    if outer.protected.header != seal_header() || outer.unprotected != nonce_header(nonce) || nonce.len() != NONCE {
        return Err(Error::Malformed(WHAT));
    }
    if outer.ciphertext.as_ref().is_none_or(|ciphertext| ciphertext.len() < TAG)
        || outer.clone().to_vec().ok().as_deref() != Some(sealed)
    {
        return Err(Error::Malformed(WHAT));
    }
    let signed = outer
        .decrypt_ciphertext(
            &aad,
            || Error::Malformed(WHAT),
            |sealed, aad| primitive::decrypt(key.as_bytes(), nonce, aad, sealed, WHAT).map(|plain| plain.to_vec()),
        )
        .map(Zeroizing::new)?;
    let inner = CoseSign1::from_slice(&signed).map_err(|_| Error::Malformed(WHAT))?;
    if inner.protected.header != sign_header(bound.device)
        || !inner.unprotected.is_empty()
        || inner.clone().to_vec().ok().as_deref() != Some(signed.as_slice())
    {
        return Err(Error::Malformed(WHAT));
    }
    inner.verify_signature(&aad, |signature, bytes| verify(device_key, bytes, signature))?;
    let padded = Zeroizing::new(inner.payload.ok_or(Error::Malformed(WHAT))?);
    Content::read(unpad(&padded)?)
}

#[cfg(test)]
mod tests;
