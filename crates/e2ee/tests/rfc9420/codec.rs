//! What decodes encodes to the same bytes.

use crate::{Hex, body, vectors};
use openmls::prelude::*;
use serde::Deserialize;
use tls_codec::Deserialize as _;
use tls_codec::vlen::{read_length, write_length};

#[derive(Deserialize)]
struct Vector {
    mls_welcome: Hex,
    mls_group_info: Hex,
    mls_key_package: Hex,
    ratchet_tree: Hex,
    add_proposal: Hex,
    update_proposal: Hex,
    remove_proposal: Hex,
    pre_shared_key_proposal: Hex,
    re_init_proposal: Hex,
    external_init_proposal: Hex,
    group_context_extensions_proposal: Hex,
    public_message_application: Hex,
    public_message_proposal: Hex,
    public_message_commit: Hex,
    private_message: Hex,
}

/// Decodes and encodes; neither more nor fewer bytes may do.
fn same<T: tls_codec::Deserialize + tls_codec::Serialize>(name: &str, bytes: &[u8]) {
    let decoded = T::tls_deserialize_exact(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(decoded.tls_serialize_detached().unwrap(), bytes, "{name}");
    assert!(T::tls_deserialize_exact([bytes, &[0]].concat()).is_err(), "{name} with a byte more");
    assert!(T::tls_deserialize_exact(&bytes[..bytes.len() - 1]).is_err(), "{name} with a byte less");
}

#[test]
fn messages_encode_as_they_were() {
    for v in vectors::<Vector>("messages") {
        same::<MlsMessageIn>("Welcome", &v.mls_welcome.0);
        same::<MlsMessageIn>("GroupInfo", &v.mls_group_info.0);
        same::<MlsMessageIn>("KeyPackage", &v.mls_key_package.0);
        same::<MlsMessageIn>("PublicMessage with application data", &v.public_message_application.0);
        same::<MlsMessageIn>("PublicMessage with a proposal", &v.public_message_proposal.0);
        same::<MlsMessageIn>("PublicMessage with a commit", &v.public_message_commit.0);
        same::<MlsMessageIn>("PrivateMessage", &v.private_message.0);
        assert!(matches!(body(&v.mls_welcome), MlsMessageBodyIn::Welcome(_)));
        assert!(matches!(body(&v.mls_group_info), MlsMessageBodyIn::GroupInfo(_)));
        assert!(matches!(body(&v.mls_key_package), MlsMessageBodyIn::KeyPackage(_)));
        assert!(matches!(body(&v.public_message_commit), MlsMessageBodyIn::PublicMessage(_)));
        assert!(matches!(body(&v.private_message), MlsMessageBodyIn::PrivateMessage(_)));
        same::<RatchetTreeIn>("ratchet tree", &v.ratchet_tree.0);
        // A proposal in a message has its type before it (section 12.1).
        let proposals = [
            (1_u16, v.add_proposal),
            (2, v.update_proposal),
            (3, v.remove_proposal),
            (4, v.pre_shared_key_proposal),
            (6, v.external_init_proposal),
            (7, v.group_context_extensions_proposal),
        ];
        for (kind, proposal) in proposals {
            same::<ProposalIn>("proposal", &[kind.to_be_bytes().as_slice(), &proposal.0].concat());
        }
        // The vectors' ReInit would make a ratchet tree an extension of the GroupContext; RFC 9420 allows it in a GroupInfo
        // only (section 17.3), and the library holds to that.
        let re_init = ProposalIn::tls_deserialize_exact([&5_u16.to_be_bytes()[..], &v.re_init_proposal.0].concat());
        assert!(re_init.unwrap_err().to_string().contains("RatchetTree"));
    }
}

#[test]
fn headers_of_vectors_are_of_the_least_length() {
    // All of `deserialization`: header and length.
    let headers: [(&[u8], usize); 14] = [
        (&[0x00], 0),
        (&[0x0d], 13),
        (&[0x36], 54),
        (&[0x3f], 63),
        (&[0x40, 0x40], 64),
        (&[0x40, 0xff], 255),
        (&[0x41, 0x85], 389),
        (&[0x4a, 0xaa], 2730),
        (&[0x4f, 0xff], 4095),
        (&[0x7f, 0xff], 16_383),
        (&[0x80, 0x00, 0x40, 0x00], 16_384),
        (&[0x80, 0x00, 0xbe, 0xef], 48_879),
        (&[0x80, 0x00, 0xde, 0xad], 57_005),
        (&[0xbf, 0xff, 0xff, 0xff], 1_073_741_823),
    ];
    for (header, length) in headers {
        assert_eq!(read_length(&mut &*header).unwrap(), (length, header.len()));
        let mut written = Vec::new();
        write_length(&mut written, length).unwrap();
        assert_eq!(written, header);
    }
    // Longer than need be, or with the bits that mean nothing (section 2.1.2).
    for bad in [&[0x40, 0x3f][..], &[0x80, 0x00, 0x3f, 0xff], &[0xc0, 0, 0, 0, 0, 0, 0, 0]] {
        assert!(read_length(&mut &*bad).is_err(), "{bad:?}");
    }
}
