//! wardpost-store
