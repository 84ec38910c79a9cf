//! wardpost-web
