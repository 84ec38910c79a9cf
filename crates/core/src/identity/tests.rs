//! Sign-in, sessions and credentials, over a real store.

mod app_passwords;
mod credentials;
mod devices;
mod key_rule;
mod passkeys;
mod provider;
mod provider_step_up;
mod rotation;
mod sessions;
mod sign_in;
mod verify;
mod zones;

use super::{Factor, SignedIn};
use crate::testing::{PASSWORD, TestCore, TestPerson, client};
use crate::{Core, Error};

/// Signs somebody in through both steps.
async fn signed_in(house: &TestCore, core: &Core, person: &TestPerson) -> SignedIn {
    // Past the step that was used last.
    house.clock.advance_us(30_000_000);
    let pending = core.sign_in(&person.login.to_string(), PASSWORD, &client()).await.unwrap();
    let code = Factor::Totp(person.code(&house.clock));
    core.second_factor(&pending.secret, &code, &client()).await.unwrap().signed_in().unwrap()
}

fn is_unauthenticated<T: std::fmt::Debug>(result: &Result<T, Error>) -> bool {
    matches!(result, Err(Error::Unauthenticated))
}

fn field_codes<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<(String, &'static str)> {
    match result {
        Err(Error::Validation(errors)) => errors.into_iter().map(|e| (e.field, e.code)).collect(),
        other => panic!("a validation error was expected, not {other:?}"),
    }
}
