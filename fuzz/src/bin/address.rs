//! Addresses from outside: parsing never panics, and what was accepted is accepted again as it prints.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wardpost_model::{Domain, EmailAddress, PhoneNumber};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(address) = text.parse::<EmailAddress>() {
        let again: EmailAddress = address.to_string().parse().expect("an accepted address is accepted again");
        assert_eq!(address, again);
    }
    if let Ok(domain) = text.parse::<Domain>() {
        assert_eq!(domain.as_str().parse::<Domain>(), Ok(domain.clone()));
    }
    if let Ok(number) = text.parse::<PhoneNumber>() {
        assert_eq!(number.to_string().parse::<PhoneNumber>(), Ok(number.clone()));
    }
});
