//! wardpost-phi
