//! wardpost-core
