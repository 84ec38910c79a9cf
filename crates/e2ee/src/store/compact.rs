//! The form of stored values: tagged, so that it describes itself, with byte strings as bytes (the MLS library's are lists of
//! numbers in other forms) and each name written once. A group of a thousand takes half the space of CBOR and a fraction of
//! its time.

mod read;
mod write;

pub(super) use read::read;
pub(super) use write::write;

/// What stands before each value.
mod tag {
    /// Nothing: none, or unit.
    pub(super) const NULL: u8 = 0;
    pub(super) const FALSE: u8 = 1;
    pub(super) const TRUE: u8 = 2;
    /// A number.
    pub(super) const NUMBER: u8 = 3;
    /// -1 less a number.
    pub(super) const NEGATIVE: u8 = 4;
    /// Length, bytes.
    pub(super) const BYTES: u8 = 5;
    /// Length, UTF-8.
    pub(super) const TEXT: u8 = 6;
    /// Count, values.
    pub(super) const LIST: u8 = 7;
    /// Count, pairs of values.
    pub(super) const MAP: u8 = 8;
    /// Count, pairs of a name and a value.
    pub(super) const STRUCT: u8 = 9;
    /// Name of a variant without a value.
    pub(super) const UNIT_VARIANT: u8 = 10;
    /// Name of a variant, its value.
    pub(super) const VARIANT: u8 = 11;
}

/// Deepest nesting.
const DEEPEST: u32 = 64;

/// Not in this form, or not of this type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a stored value doesn't read or write")]
pub(crate) struct Failed;

impl serde::ser::Error for Failed {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

impl serde::de::Error for Failed {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests;
