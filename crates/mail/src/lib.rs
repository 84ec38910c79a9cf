//! wardpost-mail
