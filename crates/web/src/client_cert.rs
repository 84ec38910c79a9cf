//! The certificate that a device showed to a proxy, as the proxy hands it on (RFC 9440): `Client-Cert` with the device's
//! own, `Client-Cert-Chain` with those between it and its authority, as structured fields (RFC 9651, byte sequences). It is
//! only read here; who believes whom is [`crate::context`]'s matter, what it is worth the use cases'.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::{HeaderMap, HeaderName};
use wardpost_model::device::DeviceCertificate;

const CERT: HeaderName = HeaderName::from_static("client-cert");
const CHAIN: HeaderName = HeaderName::from_static("client-cert-chain");
/// Longest certificate, DER.
const LONGEST: usize = 8 << 10;
/// Most certificates between a device's and its authority.
const MOST: usize = 8;
/// Longest text of both headers together.
const LONGEST_TEXT: usize = 28 << 10;

/// As parsers of structured fields are advised (RFC 9651, 4.2.7): padding may be left out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why what a proxy handed on can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("the headers are too long")]
    TooLong,
    #[error("there is more than one Client-Cert")]
    Several,
    #[error("a header is no byte sequence of RFC 9651 (:base64:)")]
    Malformed,
}

/// Takes both headers away and reads them. Neither, or an empty byte sequence: the device showed none.
pub(crate) fn take(headers: &mut HeaderMap) -> Result<Option<DeviceCertificate>, Fault> {
    let read = read(headers);
    headers.remove(CERT);
    headers.remove(CHAIN);
    read
}

fn read(headers: &HeaderMap) -> Result<Option<DeviceCertificate>, Fault> {
    let mut own = headers.get_all(CERT).iter();
    let Some(first) = own.next() else { return Ok(None) };
    if own.next().is_some() {
        return Err(Fault::Several);
    }
    let chain = || headers.get_all(CHAIN).iter();
    if first.len() + chain().map(http::HeaderValue::len).sum::<usize>() > LONGEST_TEXT {
        return Err(Fault::TooLong);
    }
    let own = bytes(first.to_str().map_err(|_| Fault::Malformed)?)?;
    if own.is_empty() {
        return Ok(None);
    }
    let mut certificates = vec![own];
    for line in chain() {
        for item in line.to_str().map_err(|_| Fault::Malformed)?.split(',') {
            if certificates.len() > MOST {
                return Err(Fault::TooLong);
            }
            certificates.push(bytes(item)?);
        }
    }
    Ok(DeviceCertificate::new(certificates))
}

/// One byte sequence, without parameters: RFC 9440 has none.
fn bytes(item: &str) -> Result<Vec<u8>, Fault> {
    let text = item.trim_matches([' ', '\t']).strip_prefix(':').and_then(|t| t.strip_suffix(':'));
    let der = text.and_then(|t| BASE64.decode(t).ok()).ok_or(Fault::Malformed)?;
    if der.len() > LONGEST { Err(Fault::TooLong) } else { Ok(der) }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use http::HeaderValue;

    /// A byte sequence, as a proxy writes it.
    pub(crate) fn item(der: &[u8]) -> String {
        format!(":{}:", BASE64.encode(der))
    }

    fn taken(lines: &[(HeaderName, String)]) -> Result<Option<Vec<Vec<u8>>>, Fault> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        let read = take(&mut headers);
        assert!(headers.is_empty(), "nothing of it goes further");
        Ok(read?.map(|c| {
            let (own, between) = c.parts();
            [&[own.to_vec()][..], between].concat()
        }))
    }

    /// RFC 9440, 2: one own certificate; the others as a list, on one line or several.
    #[test]
    fn a_chain_is_read_in_its_order() {
        let own = (CERT, item(b"own"));
        assert_eq!(taken(&[]), Ok(None));
        assert_eq!(taken(&[(CERT, "::".to_owned())]), Ok(None), "a proxy that knows no way to leave it out");
        assert_eq!(taken(&[(CHAIN, item(b"between"))]), Ok(None), "nobody's chain");
        assert_eq!(taken(std::slice::from_ref(&own)), Ok(Some(vec![b"own".to_vec()])));
        let two = (CHAIN, format!("{},\t{}", item(b"a"), item(b"b")));
        let whole = ["own", "a", "b", "c"].map(|c| c.as_bytes().to_vec());
        assert_eq!(taken(&[own.clone(), two, (CHAIN, item(b"c"))]), Ok(Some(whole.into())));
        assert_eq!(taken(&[(CERT, ":b3du:".to_owned())]), taken(&[own]), "with or without padding");
    }

    /// ASVS 2.2.1: what is not as the standard says is no certificate.
    #[test]
    fn what_is_malformed_or_too_long_is_refused() {
        for wrong in ["b3du", ":b3du", "b3du:", ":b3%du:", ":b3du:;a=1", "\"b3du\"", ""] {
            assert_eq!(taken(&[(CERT, wrong.to_owned())]), Err(Fault::Malformed), "{wrong}");
        }
        let own = (CERT, item(b"own"));
        assert_eq!(taken(&[own.clone(), own.clone()]), Err(Fault::Several));
        assert_eq!(taken(&[(CERT, format!("{0}, {0}", item(b"own")))]), Err(Fault::Malformed));
        assert_eq!(taken(&[own.clone(), (CHAIN, format!("{},", item(b"a")))]), Err(Fault::Malformed));
        assert!(taken(&[(CERT, item(&vec![7; LONGEST]))]).unwrap().is_some());
        assert_eq!(taken(&[(CERT, item(&vec![7; LONGEST + 1]))]), Err(Fault::TooLong));
        assert_eq!(taken(&[(CERT, item(&vec![7; 30 << 10]))]), Err(Fault::TooLong));
        let many = vec![item(b"a"); MOST + 1].join(", ");
        assert_eq!(taken(&[own, (CHAIN, many)]), Err(Fault::TooLong));
    }
}
