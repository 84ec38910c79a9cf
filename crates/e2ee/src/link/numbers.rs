//! Linking by comparing numbers. The new device commits to its keys before it knows the old one's, and the old one speaks
//! before it sees them: so whoever stands between has one guess in a million (short authentication string, as in RFC 6189
//! §4.4.1). Both messages' keys are in the numbers, and the old device signs what it hands over with the key that is in them.

use crate::account::{AccountSecret, DeviceKey, verify};
use crate::primitive::{self, KEM_PUBLIC, decode};
use crate::wire::encode;
use crate::{Error, Id, Result};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use openmls_traits::types::HpkeKeyPair;
use std::fmt;
use zeroize::Zeroizing;

/// Largest message.
const MAX_MESSAGE: usize = 2048;
/// Longest name of a device, in characters.
const MAX_NAME: usize = 100;
const WHAT: &str = "link message";
const COMMITMENT: &[u8] = b"wardpost link commitment 1\0";
const HANDOVER: &[u8] = b"wardpost link handover 1\0";

/// What the two devices tell each other.
#[derive(Encode, Decode)]
enum Message {
    /// New device: wants to be linked, and commits to its [`Reveal`].
    #[n(0)]
    Ask(#[n(0)] Ask),
    /// Old device: its key, and a nonce.
    #[n(1)]
    Accept(#[n(0)] Accept),
    /// New device: what it committed to.
    #[n(2)]
    Reveal(#[n(0)] Reveal),
    /// Old device: the secret.
    #[n(3)]
    Secret(#[n(0)] Handover),
    /// Old device: no.
    #[n(4)]
    Refuse,
}

#[derive(Encode, Decode)]
struct Ask {
    #[n(0)]
    name: String,
    #[cbor(n(1), with = "minicbor::bytes")]
    commitment: [u8; 32],
}

#[derive(Encode, Decode)]
struct Accept {
    /// Ed25519, made for this.
    #[cbor(n(0), with = "minicbor::bytes")]
    key: [u8; 32],
    #[cbor(n(1), with = "minicbor::bytes")]
    nonce: [u8; 32],
}

#[derive(Encode, Decode)]
struct Reveal {
    /// Hybrid HPKE key, made for this.
    #[n(0)]
    key: ByteVec,
    #[cbor(n(1), with = "minicbor::bytes")]
    nonce: [u8; 32],
}

impl Reveal {
    fn commitment(&self) -> Result<[u8; 32]> {
        primitive::sha256(&[COMMITMENT, &self.key, &self.nonce])
    }
}

#[derive(Encode, Decode)]
struct Handover {
    #[n(0)]
    person: Id,
    #[n(1)]
    sealed: ByteVec,
    /// By the old device's key.
    #[cbor(n(2), with = "minicbor::bytes")]
    signature: [u8; 64],
}

impl Handover {
    fn signed(transcript: &[u8; 32], person: Id, sealed: &[u8]) -> Vec<u8> {
        [HANDOVER, transcript, &person.0, sealed].concat()
    }
}

fn read(bytes: &[u8]) -> Result<Message> {
    if bytes.len() > MAX_MESSAGE {
        return Err(Error::TooLarge(WHAT));
    }
    let message: Message = decode(bytes, WHAT)?;
    // One form only: both sides hash the bytes.
    if encode(&message) == bytes { Ok(message) } else { Err(Error::Malformed(WHAT)) }
}

/// Everything that was said until the numbers are shown.
fn transcript(ask: &[u8], accept: &[u8], reveal: &[u8]) -> Result<[u8; 32]> {
    let (ask, accept, reveal) =
        (primitive::sha256(&[ask])?, primitive::sha256(&[accept])?, primitive::sha256(&[reveal])?);
    primitive::sha256(&[b"wardpost link 1\0", &ask, &accept, &reveal])
}

/// Six digits.
fn numbers(transcript: &[u8; 32]) -> Result<String> {
    let key = primitive::derive(transcript, "link numbers", &[])?;
    let number = key.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    Ok(format!("{:06}", number % 1_000_000))
}

/// What to do next.
pub enum LinkStep {
    /// Send this to the other device.
    Send(Vec<u8>),
    /// Show these digits, and send the message, if any, to the other device.
    Compare {
        /// Six digits.
        numbers: String,
        /// For the other device.
        send: Option<Vec<u8>>,
    },
    /// The new device has the account's secret. That it is the account's, its public keys show.
    Secret(AccountSecret),
    /// The other device's owner said no.
    Refused,
}

impl fmt::Debug for LinkStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Send(_) => "Send",
            Self::Compare { .. } => "Compare",
            Self::Secret(_) => "Secret",
            Self::Refused => "Refused",
        })
    }
}

/// Whether a message is a new device's question.
#[must_use]
pub fn is_ask(message: &[u8]) -> bool {
    matches!(read(message), Ok(Message::Ask(_)))
}

/// The new device's side.
pub struct NewDevice {
    pair: HpkeKeyPair,
    ask: Vec<u8>,
    reveal: Vec<u8>,
    state: NewState,
    person: Option<Id>,
}

enum NewState {
    Asked,
    Compares { old_key: [u8; 32], transcript: [u8; 32] },
    Over,
}

impl fmt::Debug for NewDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewDevice").finish_non_exhaustive()
    }
}

impl NewDevice {
    /// Begins; the message is for all of the account's devices. `name` is shown to the owner, who sees by the numbers
    /// whether it is the device that it says.
    ///
    /// # Errors
    /// When there are no random bytes.
    pub fn begin(name: &str) -> Result<(Self, Vec<u8>)> {
        let pair = primitive::kem_pair(&*primitive::random_key()?)?;
        let reveal = Reveal { key: pair.public.clone().into(), nonce: primitive::fill()? };
        let name = name.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
        let ask = encode(&Message::Ask(Ask { name, commitment: reveal.commitment()? }));
        let reveal = encode(&Message::Reveal(reveal));
        Ok((Self { pair, ask: ask.clone(), reveal, state: NewState::Asked, person: None }, ask))
    }

    /// Takes a message of the old device. An error that isn't [`Error::Forged`] changes nothing.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::TooLarge`]; [`Error::Refused`] for what isn't due; [`Error::Forged`].
    pub fn receive(&mut self, message: &[u8]) -> Result<LinkStep> {
        match (read(message)?, &self.state) {
            (Message::Accept(accept), NewState::Asked) => {
                let transcript = transcript(&self.ask, message, &self.reveal)?;
                let numbers = numbers(&transcript)?;
                self.state = NewState::Compares { old_key: accept.key, transcript };
                Ok(LinkStep::Compare { numbers, send: Some(self.reveal.clone()) })
            }
            (Message::Secret(Handover { person, sealed, signature }), NewState::Compares { old_key, transcript }) => {
                // Anybody can seal to a public key: only the signature says that it is whose numbers were the same.
                verify(old_key, &Handover::signed(transcript, person, &sealed), &signature)?;
                let secret = primitive::open_sealed(&self.pair, HANDOVER, transcript, &sealed, WHAT)?;
                let secret = AccountSecret::from_bytes(&secret)?;
                self.person = Some(person);
                self.state = NewState::Over;
                Ok(LinkStep::Secret(secret))
            }
            (Message::Refuse, NewState::Asked | NewState::Compares { .. }) => {
                self.state = NewState::Over;
                Ok(LinkStep::Refused)
            }
            _ => Err(Error::Refused("link message out of turn")),
        }
    }

    /// Whose secret it got: must be the person who is signed in.
    #[must_use]
    pub const fn person(&self) -> Option<Id> {
        self.person
    }
}

/// The old device's side.
pub struct OldDevice {
    ask: Vec<u8>,
    commitment: [u8; 32],
    state: OldState,
}

enum OldState {
    Asked,
    Accepted { key: DeviceKey, accept: Vec<u8> },
    Compares { key: DeviceKey, new_key: Vec<u8>, transcript: [u8; 32] },
    Over,
}

impl fmt::Debug for OldDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OldDevice").finish_non_exhaustive()
    }
}

impl OldDevice {
    /// Begins with a new device's question; also gives the name that the new device says it has.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::TooLarge`].
    pub fn begin(ask: &[u8]) -> Result<(Self, String)> {
        let Message::Ask(Ask { name, commitment }) = read(ask)? else { return Err(Error::Malformed(WHAT)) };
        if name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
            return Err(Error::Malformed(WHAT));
        }
        Ok((Self { ask: ask.to_vec(), commitment, state: OldState::Asked }, name))
    }

    /// The owner wants to go on: the message is for the new device.
    ///
    /// # Errors
    /// [`Error::Refused`] when not asked, or already answered.
    pub fn accept(&mut self) -> Result<Vec<u8>> {
        if !matches!(self.state, OldState::Asked) {
            return Err(Error::Refused("link message out of turn"));
        }
        let key = DeviceKey::generate()?;
        let accept = encode(&Message::Accept(Accept { key: key.public(), nonce: primitive::fill()? }));
        self.state = OldState::Accepted { key, accept: accept.clone() };
        Ok(accept)
    }

    /// Takes a message of the new device. One that doesn't hold what was committed to ends it.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::TooLarge`]; [`Error::Refused`] for what isn't due; [`Error::Forged`].
    pub fn receive(&mut self, message: &[u8]) -> Result<LinkStep> {
        let reveal = read(message)?;
        let (Message::Reveal(reveal), OldState::Accepted { .. }) = (reveal, &self.state) else {
            return Err(Error::Refused("link message out of turn"));
        };
        let OldState::Accepted { key, accept } = std::mem::replace(&mut self.state, OldState::Over) else {
            return Err(Error::Refused("link message out of turn"));
        };
        if reveal.key.len() != KEM_PUBLIC || reveal.commitment()? != self.commitment {
            return Err(Error::Forged(WHAT));
        }
        let transcript = transcript(&self.ask, &accept, message)?;
        let numbers = numbers(&transcript)?;
        self.state = OldState::Compares { key, new_key: reveal.key.into(), transcript };
        Ok(LinkStep::Compare { numbers, send: None })
    }

    /// The owner has compared: the message, with the secret or with a refusal, is for the new device. Refusing is possible
    /// at any time before.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is nothing to decide (yet); [`Error::Malformed`] when the new device's key isn't one.
    pub fn decide(&mut self, same: bool, secret: &AccountSecret, person: Id) -> Result<Vec<u8>> {
        let state = std::mem::replace(&mut self.state, OldState::Over);
        match state {
            OldState::Over => Err(Error::Refused("link message out of turn")),
            _ if !same => Ok(encode(&Message::Refuse)),
            OldState::Compares { key, new_key, transcript } => {
                let secret: Zeroizing<Vec<u8>> = secret.to_bytes();
                let sealed = primitive::seal_to(&new_key, HANDOVER, &transcript, &secret)?;
                let signature = key.sign(&Handover::signed(&transcript, person, &sealed))?;
                let signature = signature.try_into().map_err(|_| Error::Malformed(WHAT))?;
                Ok(encode(&Message::Secret(Handover { person, sealed: sealed.into(), signature })))
            }
            undecided => {
                self.state = undecided;
                Err(Error::Refused("link message out of turn"))
            }
        }
    }
}
