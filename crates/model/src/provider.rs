//! An identity provider of the organisation: who it is, and what it may make of people here.

use crate::address::Domain;
use crate::id::RoleId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What holds for an identity provider. The client's secret is kept apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// Its name, as people read it on the sign-in page.
    pub name: String,
    /// Its issuer identifier: an https address, which never changes.
    pub issuer: String,
    /// Who we are there.
    pub client_id: String,
    /// What else is asked for beside `openid`, such as `email`, `profile` or `groups`.
    pub scopes: BTreeSet<String>,
    /// People can sign in by it.
    pub active: bool,
    /// How it says that somebody has shown a second factor.
    pub second_factor: SecondFactorWord,
    /// Makes accounts of people whom nobody here knows yet; nothing: people are known first.
    #[schema(required)]
    pub create: Option<CreateRule>,
    /// Roles by what it says of a person. None of them may hold a sensitive permission.
    pub role_rules: Vec<RoleRule>,
    /// The roles of these rules are given and taken again at each sign-in, not at the first only.
    pub keep_roles_in_step: bool,
}

/// How a provider says that somebody has shown a second factor (ASVS 6.8.4). Without a word, Wardpost asks its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorWord {
    /// The organisation vouches that it always asks for one, though it does not say so.
    pub always: bool,
    /// One of these in `amr` (RFC 8176).
    pub amr: BTreeSet<String>,
    /// One of these as `acr`.
    pub acr: BTreeSet<String>,
}

impl Default for SecondFactorWord {
    fn default() -> Self {
        Self { always: false, amr: ["mfa", "hwk"].map(str::to_owned).into(), acr: BTreeSet::new() }
    }
}

impl SecondFactorWord {
    /// Whether what a provider says of a sign-in means that two factors were shown.
    #[must_use]
    pub fn shown(&self, amr: &[String], acr: Option<&str>) -> bool {
        self.always || amr.iter().any(|one| self.amr.contains(one)) || acr.is_some_and(|acr| self.acr.contains(acr))
    }
}

/// Of whom an account is made at the first sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateRule {
    /// Only with an address, which the provider has verified, in one of these domains.
    pub domains: BTreeSet<Domain>,
    /// Roles that everybody gets.
    pub role_ids: BTreeSet<RoleId>,
    /// A personal mailbox of that address is made as well, if its domain is the organisation's own.
    pub mailbox: bool,
}

/// Roles for whoever has a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleRule {
    /// Name of the claim, such as `groups`.
    pub claim: String,
    /// What it must be, or hold.
    pub value: String,
    /// The roles.
    pub role_ids: BTreeSet<RoleId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ASVS 6.8.4: no word means one factor.
    #[test]
    fn only_the_agreed_words_stand_for_a_second_factor() {
        let word = SecondFactorWord { acr: ["urn:two".to_owned()].into(), ..SecondFactorWord::default() };
        let amr = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        assert!(word.shown(&amr(&["pwd", "mfa"]), None));
        assert!(word.shown(&[], Some("urn:two")));
        for (list, acr) in [(amr(&[]), None), (amr(&["pwd"]), Some("1")), (amr(&["MFA"]), Some("urn:two2"))] {
            assert!(!word.shown(&list, acr), "{list:?} {acr:?}");
        }
        assert!(SecondFactorWord { always: true, ..word }.shown(&[], None));
    }
}
