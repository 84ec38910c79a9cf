//! wardpost-vault
