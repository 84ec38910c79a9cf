//! wardpost-gate
