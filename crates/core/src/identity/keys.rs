//! Public keys of authenticators (COSE, RFC 9053) and of identity providers (JWK, RFC 7518). A key is of one kind and goes only with the algorithm of that kind, so
//! that no key can be taken for another.

use super::cbor;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};
use base64::prelude::*;
use serde::Deserialize;

/// Bytes of an RSA modulus: 2,048 to 8,192 bits.
const MODULUS_BYTES: std::ops::RangeInclusive<usize> = 256..=1024;
/// Longest RSA exponent in bytes; usual are three.
const EXPONENT_BYTES: usize = 8;
const UNCOMPRESSED: u8 = 4;

/// A signature's algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Alg {
    EdDsa,
    Es256,
    Rs256,
}

/// A token's algorithm (RFC 7518, 3.1; RFC 8037): those that sign with a key of two halves. There is no `none` and nothing
/// that a public key could be taken for the secret of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TokenAlg {
    Rs256,
    Ps256,
    Es256,
    Es384,
    EdDsa,
}

impl TokenAlg {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rs256,
            "PS256" => Self::Ps256,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "EdDSA" => Self::EdDsa,
            _ => return None,
        })
    }
}

/// A key of an identity provider, as its set of keys shows it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Jwk {
    kty: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(default, rename = "use")]
    usage: Option<String>,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default)]
    x: Option<String>,
    #[serde(default)]
    y: Option<String>,
    #[serde(default)]
    n: Option<String>,
    #[serde(default)]
    e: Option<String>,
}

/// A key that tokens may be signed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TokenKey {
    pub kid: Option<String>,
    /// The only algorithm that it is for, if it says one.
    pub alg: Option<TokenAlg>,
    pub key: PublicKey,
}

impl TokenKey {
    /// Reads a key; none for what is not for signing, or of a kind that we don't take.
    pub(super) fn from_jwk(jwk: &Jwk) -> Option<Self> {
        let bytes = |text: &Option<String>| BASE64_URL_SAFE_NO_PAD.decode(text.as_deref()?).ok();
        if jwk.usage.as_deref().is_some_and(|usage| usage != "sig") {
            return None;
        }
        let alg = match &jwk.alg {
            Some(name) => Some(TokenAlg::from_name(name)?),
            None => None,
        };
        let key = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("EC", Some("P-256")) => PublicKey::P256(PublicKey::point(&bytes(&jwk.x)?, &bytes(&jwk.y)?, 32)?),
            ("EC", Some("P-384")) => PublicKey::P384(PublicKey::point(&bytes(&jwk.x)?, &bytes(&jwk.y)?, 48)?),
            ("OKP", Some("Ed25519")) => PublicKey::ed25519(&bytes(&jwk.x)?)?,
            ("RSA", _) => PublicKey::rsa(&bytes(&jwk.n)?, &bytes(&jwk.e)?)?,
            _ => return None,
        };
        Some(Self { kid: jwk.kid.clone(), alg, key })
    }

    /// Whether a token of this algorithm can be signed with it.
    pub(super) fn fits(&self, alg: TokenAlg) -> bool {
        self.alg.is_none_or(|own| own == alg) && self.key.is_for(alg)
    }
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PublicKey {
    /// An uncompressed point of P-256.
    P256(Vec<u8>),
    /// The same of P-384.
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
}

impl PublicKey {
    /// An authenticator's key with the algorithm that it says: one of those that we ask for. Type, curve and algorithm must
    /// agree (RFC 9053, 2; WebAuthn Level 3, 5.8.5).
    pub(super) fn from_cose(key: &cbor::Value<'_>) -> Option<(Self, Alg)> {
        let (kind, alg) = (key.at(1)?.int()?, key.at(3)?.int()?);
        let bytes = |label| key.at(label).and_then(cbor::Value::bytes);
        let curve = key.at(-1).and_then(cbor::Value::int);
        match (kind, alg, curve) {
            (1, -8, Some(6)) => Some((Self::ed25519(bytes(-2)?)?, Alg::EdDsa)),
            (2, -7, Some(1)) => Some((Self::point(bytes(-2)?, bytes(-3)?, 32).map(Self::P256)?, Alg::Es256)),
            (3, -257, _) => Some((Self::rsa(bytes(-1)?, bytes(-2)?)?, Alg::Rs256)),
            _ => None,
        }
    }

    fn ed25519(x: &[u8]) -> Option<Self> {
        (x.len() == 32).then(|| Self::Ed25519(x.to_vec()))
    }

    fn point(x: &[u8], y: &[u8], bytes: usize) -> Option<Vec<u8>> {
        (x.len() == bytes && y.len() == bytes).then(|| [&[UNCOMPRESSED], x, y].concat())
    }

    fn rsa(n: &[u8], e: &[u8]) -> Option<Self> {
        let (n, e) = (without_zeros(n), without_zeros(e));
        let odd = e.last().is_some_and(|b| b % 2 == 1) && e != [1];
        (MODULUS_BYTES.contains(&n.len()) && e.len() <= EXPONENT_BYTES && odd)
            .then(|| Self::Rsa { n: n.to_vec(), e: e.to_vec() })
    }

    fn is_for(&self, alg: TokenAlg) -> bool {
        matches!(
            (self, alg),
            (Self::Rsa { .. }, TokenAlg::Rs256 | TokenAlg::Ps256)
                | (Self::P256(_), TokenAlg::Es256)
                | (Self::P384(_), TokenAlg::Es384)
                | (Self::Ed25519(_), TokenAlg::EdDsa)
        )
    }

    /// Whether the key's owner signed a token. Other than authenticators, tokens write both halves of a signature one after
    /// the other (RFC 7518, 3.4).
    pub(super) fn verify_token(&self, alg: TokenAlg, message: &[u8], signature: &[u8]) -> bool {
        let by = |algorithm: &'static dyn VerificationAlgorithm, key: &[u8]| {
            UnparsedPublicKey::new(algorithm, key).verify(message, signature).is_ok()
        };
        match (self, alg) {
            (Self::Ed25519(key), TokenAlg::EdDsa) => by(&ED25519, key),
            (Self::P256(key), TokenAlg::Es256) => by(&ECDSA_P256_SHA256_FIXED, key),
            (Self::P384(key), TokenAlg::Es384) => by(&ECDSA_P384_SHA384_FIXED, key),
            (Self::Rsa { n, e }, TokenAlg::Rs256) => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
            }
            (Self::Rsa { n, e }, TokenAlg::Ps256) => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PSS_2048_8192_SHA256, message, signature).is_ok()
            }
            _ => false,
        }
    }

    /// Whether the key's owner signed the message. False as well when the algorithm is not one of this kind of key.
    pub(super) fn verify(&self, alg: Alg, message: &[u8], signature: &[u8]) -> bool {
        let by = |algorithm: &'static dyn VerificationAlgorithm, key: &[u8]| {
            UnparsedPublicKey::new(algorithm, key).verify(message, signature).is_ok()
        };
        match (self, alg) {
            (Self::Ed25519(key), Alg::EdDsa) => by(&ED25519, key),
            (Self::P256(key), Alg::Es256) => by(&ECDSA_P256_SHA256_ASN1, key),
            (Self::Rsa { n, e }, Alg::Rs256) => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
            }
            _ => false,
        }
    }
}

fn without_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|b| **b == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
    use cbor::Value::{Bytes, Int, Map};

    fn p256() -> (EcdsaKeyPair, PublicKey) {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let key = PublicKey::P256(pair.public_key().as_ref().to_vec());
        (pair, key)
    }

    #[test]
    fn a_key_goes_only_with_its_own_algorithms() {
        let (pair, key) = p256();
        let signature = pair.sign(&SystemRandom::new(), b"message").unwrap();
        assert!(key.verify(Alg::Es256, b"message", signature.as_ref()));
        assert!(!key.verify(Alg::Es256, b"another", signature.as_ref()));
        for alg in [Alg::EdDsa, Alg::Rs256] {
            assert!(!key.verify(alg, b"message", signature.as_ref()), "{alg:?}");
        }
    }

    #[test]
    fn type_curve_and_algorithm_must_agree() {
        let (x, y, n) = ([1; 32], [2; 32], [0xff; 256]);
        let ec = |kind, alg, curve| {
            Map(vec![
                (Int(1), Int(kind)),
                (Int(3), Int(alg)),
                (Int(-1), Int(curve)),
                (Int(-2), Bytes(&x)),
                (Int(-3), Bytes(&y)),
            ])
        };
        assert!(PublicKey::from_cose(&ec(2, -7, 1)).is_some());
        assert!(PublicKey::from_cose(&ec(1, -8, 6)).is_some());
        for (kind, alg, curve) in
            [(2, -8, 6), (1, -7, 1), (2, -7, 6), (2, -7, 2), (1, -8, 1), (3, -7, 1), (2, -257, 1), (2, -65_535, 1)]
        {
            assert_eq!(PublicKey::from_cose(&ec(kind, alg, curve)), None, "{kind} {alg} {curve}");
        }
        let rsa = |n, e| Map(vec![(Int(1), Int(3)), (Int(3), Int(-257)), (Int(-1), Bytes(n)), (Int(-2), Bytes(e))]);
        assert!(PublicKey::from_cose(&rsa(&n, &[1, 0, 1])).is_some());
        assert_eq!(PublicKey::from_cose(&rsa(&n[..128], &[1, 0, 1])), None, "1,024 bits are too few");
        assert_eq!(PublicKey::from_cose(&rsa(&n, &[1])), None, "an exponent of one signs anything");
        assert_eq!(PublicKey::from_cose(&rsa(&n, &[])), None);
    }
}
