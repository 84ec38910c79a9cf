//! Delivery (client side).
