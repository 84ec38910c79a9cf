//! wardpost-tlog
