//! Writing.

use super::{Failed, tag};
use serde::ser::{self, Impossible, Serialize};
use std::collections::HashMap;
use zeroize::Zeroizing;

/// Writes a value; `expected` is about its size.
pub(in crate::store) fn write<T: Serialize + ?Sized>(value: &T, expected: usize) -> Result<Zeroizing<Vec<u8>>, Failed> {
    let mut writer = Writer { bytes: Zeroizing::new(Vec::with_capacity(expected)), names: HashMap::new() };
    value.serialize(&mut writer)?;
    Ok(writer.bytes)
}

struct Writer {
    bytes: Zeroizing<Vec<u8>>,
    /// Names written so far, with their numbers.
    names: HashMap<&'static str, u64>,
}

impl Writer {
    fn raw(&mut self, bytes: &[u8]) {
        let length = self.bytes.len();
        if self.bytes.capacity() - length < bytes.len() {
            // Growing by itself, it would leave a copy of secrets behind.
            let mut larger = Zeroizing::new(Vec::with_capacity((length * 2).max(length + bytes.len()).max(256)));
            larger.extend_from_slice(&self.bytes);
            self.bytes = larger;
        }
        self.bytes.extend_from_slice(bytes);
    }
    /// Seven bits a byte, the lowest first.
    fn number(&mut self, mut number: u64) {
        while number > 127 {
            self.raw(&[number.to_le_bytes()[0] | 0x80]);
            number >>= 7;
        }
        self.raw(&[number.to_le_bytes()[0]]);
    }
    fn head(&mut self, tag: u8, count: usize) {
        self.raw(&[tag]);
        self.number(count as u64);
    }
    /// The name's number; after 0 the name itself, which gets the next.
    fn name(&mut self, name: &'static str) {
        if let Some(number) = self.names.get(name) {
            return self.number(*number);
        }
        let next = self.names.len() as u64 + 1;
        self.names.insert(name, next);
        self.number(0);
        self.number(name.len() as u64);
        self.raw(name.as_bytes());
    }
}

impl ser::Serializer for &mut Writer {
    type Ok = ();
    type Error = Failed;
    type SerializeSeq = List<Self>;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fn is_human_readable(&self) -> bool {
        false
    }
    fn serialize_bool(self, value: bool) -> Result<(), Failed> {
        self.raw(&[if value { tag::TRUE } else { tag::FALSE }]);
        Ok(())
    }
    fn serialize_i8(self, value: i8) -> Result<(), Failed> {
        self.serialize_i64(value.into())
    }
    fn serialize_i16(self, value: i16) -> Result<(), Failed> {
        self.serialize_i64(value.into())
    }
    fn serialize_i32(self, value: i32) -> Result<(), Failed> {
        self.serialize_i64(value.into())
    }
    fn serialize_i64(self, value: i64) -> Result<(), Failed> {
        match u64::try_from(value) {
            Ok(value) => self.serialize_u64(value),
            Err(_) => {
                self.raw(&[tag::NEGATIVE]);
                self.number(value.unsigned_abs() - 1);
                Ok(())
            }
        }
    }
    fn serialize_u8(self, value: u8) -> Result<(), Failed> {
        self.serialize_u64(value.into())
    }
    fn serialize_u16(self, value: u16) -> Result<(), Failed> {
        self.serialize_u64(value.into())
    }
    fn serialize_u32(self, value: u32) -> Result<(), Failed> {
        self.serialize_u64(value.into())
    }
    fn serialize_u64(self, value: u64) -> Result<(), Failed> {
        self.raw(&[tag::NUMBER]);
        self.number(value);
        Ok(())
    }
    fn serialize_f32(self, _: f32) -> Result<(), Failed> {
        Err(Failed)
    }
    fn serialize_f64(self, _: f64) -> Result<(), Failed> {
        Err(Failed)
    }
    fn serialize_char(self, value: char) -> Result<(), Failed> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }
    fn serialize_str(self, value: &str) -> Result<(), Failed> {
        self.head(tag::TEXT, value.len());
        self.raw(value.as_bytes());
        Ok(())
    }
    fn serialize_bytes(self, value: &[u8]) -> Result<(), Failed> {
        self.head(tag::BYTES, value.len());
        self.raw(value);
        Ok(())
    }
    fn serialize_none(self) -> Result<(), Failed> {
        self.serialize_unit()
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Failed> {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result<(), Failed> {
        self.raw(&[tag::NULL]);
        Ok(())
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Failed> {
        self.serialize_unit()
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Failed> {
        self.raw(&[tag::UNIT_VARIANT]);
        self.name(variant);
        Ok(())
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Failed> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        self.raw(&[tag::VARIANT]);
        self.name(variant);
        value.serialize(self)
    }
    fn serialize_seq(self, length: Option<usize>) -> Result<List<Self>, Failed> {
        Ok(List { writer: self, length: length.ok_or(Failed)?, kind: Elements::Unknown })
    }
    fn serialize_tuple(self, length: usize) -> Result<Self, Failed> {
        self.head(tag::LIST, length);
        Ok(self)
    }
    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Self, Failed> {
        self.serialize_tuple(length)
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self, Failed> {
        self.raw(&[tag::VARIANT]);
        self.name(variant);
        self.serialize_tuple(length)
    }
    fn serialize_map(self, length: Option<usize>) -> Result<Self, Failed> {
        self.head(tag::MAP, length.ok_or(Failed)?);
        Ok(self)
    }
    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Self, Failed> {
        self.head(tag::STRUCT, length);
        Ok(self)
    }
    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self, Failed> {
        self.raw(&[tag::VARIANT]);
        self.name(variant);
        self.serialize_struct(name, length)
    }
}

/// A list whose first element tells whether it is of bytes.
struct List<W> {
    writer: W,
    length: usize,
    kind: Elements,
}

enum Elements {
    Unknown,
    Bytes,
    Others,
}

impl ser::SerializeSeq for List<&mut Writer> {
    type Ok = ();
    type Error = Failed;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        match self.kind {
            Elements::Bytes => {
                let byte = value.serialize(Byte)?;
                self.writer.raw(&[byte]);
                Ok(())
            }
            Elements::Others => value.serialize(&mut *self.writer),
            Elements::Unknown => {
                if let Ok(byte) = value.serialize(Byte) {
                    self.kind = Elements::Bytes;
                    self.writer.head(tag::BYTES, self.length);
                    self.writer.raw(&[byte]);
                    return Ok(());
                }
                self.kind = Elements::Others;
                self.writer.head(tag::LIST, self.length);
                value.serialize(&mut *self.writer)
            }
        }
    }
    fn end(self) -> Result<(), Failed> {
        if matches!(self.kind, Elements::Unknown) {
            self.writer.head(tag::LIST, 0);
        }
        Ok(())
    }
}

macro_rules! elements {
    ($($kind:ident $method:ident;)*) => {$(
        impl ser::$kind for &mut Writer {
            type Ok = ();
            type Error = Failed;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
                value.serialize(&mut **self)
            }
            fn end(self) -> Result<(), Failed> {
                Ok(())
            }
        }
    )*};
}
elements! {
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

impl ser::SerializeMap for &mut Writer {
    type Ok = ();
    type Error = Failed;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failed> {
        key.serialize(&mut **self)
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        value.serialize(&mut **self)
    }
    fn end(self) -> Result<(), Failed> {
        Ok(())
    }
}

macro_rules! fields {
    ($($kind:ident)*) => {$(
        impl ser::$kind for &mut Writer {
            type Ok = ();
            type Error = Failed;
            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Failed> {
                self.name(name);
                value.serialize(&mut **self)
            }
            fn end(self) -> Result<(), Failed> {
                Ok(())
            }
        }
    )*};
}
fields!(SerializeStruct SerializeStructVariant);

/// Takes a byte, and nothing else.
struct Byte;

macro_rules! no_byte {
    ($($method:ident $($type:ty)?;)*) => {$(
        fn $method(self $(, _: $type)?) -> Result<u8, Failed> {
            Err(Failed)
        }
    )*};
}

impl ser::Serializer for Byte {
    type Ok = u8;
    type Error = Failed;
    type SerializeSeq = Impossible<u8, Failed>;
    type SerializeTuple = Impossible<u8, Failed>;
    type SerializeTupleStruct = Impossible<u8, Failed>;
    type SerializeTupleVariant = Impossible<u8, Failed>;
    type SerializeMap = Impossible<u8, Failed>;
    type SerializeStruct = Impossible<u8, Failed>;
    type SerializeStructVariant = Impossible<u8, Failed>;

    fn serialize_u8(self, value: u8) -> Result<u8, Failed> {
        Ok(value)
    }
    no_byte! {
        serialize_bool bool;
        serialize_i8 i8;
        serialize_i16 i16;
        serialize_i32 i32;
        serialize_i64 i64;
        serialize_u16 u16;
        serialize_u32 u32;
        serialize_u64 u64;
        serialize_f32 f32;
        serialize_f64 f64;
        serialize_char char;
        serialize_str &str;
        serialize_bytes &[u8];
        serialize_none;
        serialize_unit;
        serialize_unit_struct &'static str;
    }
    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<u8, Failed> {
        Err(Failed)
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<u8, Failed> {
        Err(Failed)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, _: &T) -> Result<u8, Failed> {
        Err(Failed)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<u8, Failed> {
        Err(Failed)
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Failed> {
        Err(Failed)
    }
    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Failed> {
        Err(Failed)
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Failed> {
        Err(Failed)
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Failed> {
        Err(Failed)
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Failed> {
        Err(Failed)
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Failed> {
        Err(Failed)
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Failed> {
        Err(Failed)
    }
}
