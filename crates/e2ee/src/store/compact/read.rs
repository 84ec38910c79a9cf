//! Reading.

use super::{DEEPEST, Failed, tag};
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

/// Reads a value, which must be all of the bytes.
pub(in crate::store) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failed> {
    let mut reader = Reader { rest: bytes, names: Vec::new(), depth: 0 };
    let value = T::deserialize(&mut reader)?;
    if reader.rest.is_empty() { Ok(value) } else { Err(Failed) }
}

struct Reader<'b> {
    rest: &'b [u8],
    /// Names read so far.
    names: Vec<&'b str>,
    depth: u32,
}

impl<'b> Reader<'b> {
    fn byte(&mut self) -> Result<u8, Failed> {
        let (byte, rest) = self.rest.split_first().ok_or(Failed)?;
        self.rest = rest;
        Ok(*byte)
    }
    fn number(&mut self) -> Result<u64, Failed> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return Err(Failed);
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Failed)
    }
    fn bytes(&mut self) -> Result<&'b [u8], Failed> {
        let length = usize::try_from(self.number()?).map_err(|_| Failed)?;
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(Failed)?;
        self.rest = rest;
        Ok(bytes)
    }
    fn text(&mut self) -> Result<&'b str, Failed> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Failed)
    }
    fn name(&mut self) -> Result<&'b str, Failed> {
        let number = self.number()?;
        if let Some(before) = number.checked_sub(1) {
            let at = usize::try_from(before).map_err(|_| Failed)?;
            return self.names.get(at).copied().ok_or(Failed);
        }
        let name = self.text()?;
        self.names.push(name);
        Ok(name)
    }
    /// Every value has at least a byte, so a count can't be larger than what is left.
    fn count(&mut self) -> Result<usize, Failed> {
        let count = usize::try_from(self.number()?).map_err(|_| Failed)?;
        if count > self.rest.len() { Err(Failed) } else { Ok(count) }
    }
    fn deeper<T>(&mut self, inside: impl FnOnce(&mut Self) -> Result<T, Failed>) -> Result<T, Failed> {
        if self.depth >= DEEPEST {
            return Err(Failed);
        }
        self.depth += 1;
        let result = inside(self);
        self.depth -= 1;
        result
    }
    /// `count` elements, all of which the visitor must take.
    fn list<V: Visitor<'b>>(&mut self, count: usize, visitor: V) -> Result<V::Value, Failed> {
        self.deeper(|reader| {
            let mut items = Items { reader, left: count, named: false };
            let value = visitor.visit_seq(&mut items)?;
            if items.left == 0 { Ok(value) } else { Err(Failed) }
        })
    }
    fn pairs<V: Visitor<'b>>(&mut self, count: usize, named: bool, visitor: V) -> Result<V::Value, Failed> {
        self.deeper(|reader| {
            let mut items = Items { reader, left: count, named };
            let value = visitor.visit_map(&mut items)?;
            if items.left == 0 { Ok(value) } else { Err(Failed) }
        })
    }
}

impl<'de> de::Deserializer<'de> for &mut Reader<'de> {
    type Error = Failed;

    fn is_human_readable(&self) -> bool {
        false
    }
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        match self.byte()? {
            tag::NULL => visitor.visit_unit(),
            tag::FALSE => visitor.visit_bool(false),
            tag::TRUE => visitor.visit_bool(true),
            tag::NUMBER => visitor.visit_u64(self.number()?),
            tag::NEGATIVE => visitor.visit_i64(!i64::try_from(self.number()?).map_err(|_| Failed)?),
            tag::BYTES => visitor.visit_borrowed_bytes(self.bytes()?),
            tag::TEXT => visitor.visit_borrowed_str(self.text()?),
            tag::LIST => {
                let count = self.count()?;
                self.list(count, visitor)
            }
            tag::MAP => {
                let count = self.count()?;
                self.pairs(count, false, visitor)
            }
            tag::STRUCT => {
                let count = self.count()?;
                self.pairs(count, true, visitor)
            }
            // A variant whose type isn't asked for is its name, or a map of its name.
            tag::UNIT_VARIANT => visitor.visit_borrowed_str(self.name()?),
            tag::VARIANT => self.pairs(1, true, visitor),
            _ => Err(Failed),
        }
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        if self.rest.first() == Some(&tag::NULL) {
            self.byte()?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Failed> {
        visitor.visit_newtype_struct(self)
    }
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        if self.rest.first() == Some(&tag::BYTES) {
            self.byte()?;
            let mut bytes = Bytes(self.bytes()?);
            let value = visitor.visit_seq(&mut bytes)?;
            return if bytes.0.is_empty() { Ok(value) } else { Err(Failed) };
        }
        self.deserialize_any(visitor)
    }
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        // An empty list of bytes doesn't look like one.
        if self.rest.starts_with(&[tag::LIST, 0]) {
            self.byte()?;
            self.byte()?;
            return visitor.visit_borrowed_bytes(&[]);
        }
        self.deserialize_any(visitor)
    }
    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        self.deserialize_bytes(visitor)
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failed> {
        let valued = match self.byte()? {
            tag::UNIT_VARIANT => false,
            tag::VARIANT => true,
            _ => return Err(Failed),
        };
        self.deeper(|reader| visitor.visit_enum(Variant { reader, valued }))
    }
    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string unit unit_struct tuple tuple_struct map struct
        identifier ignored_any
    }
}

/// Elements of a list, or pairs.
struct Items<'r, 'b> {
    reader: &'r mut Reader<'b>,
    left: usize,
    named: bool,
}

impl<'b> de::SeqAccess<'b> for Items<'_, 'b> {
    type Error = Failed;
    fn next_element_seed<T: DeserializeSeed<'b>>(&mut self, seed: T) -> Result<Option<T::Value>, Failed> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(&mut *self.reader).map(Some)
    }
    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'b> de::MapAccess<'b> for Items<'_, 'b> {
    type Error = Failed;
    fn next_key_seed<T: DeserializeSeed<'b>>(&mut self, seed: T) -> Result<Option<T::Value>, Failed> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        if self.named {
            let name: StrDeserializer<'_, Failed> = self.reader.name()?.into_deserializer();
            return seed.deserialize(name).map(Some);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
    fn next_value_seed<T: DeserializeSeed<'b>>(&mut self, seed: T) -> Result<T::Value, Failed> {
        seed.deserialize(&mut *self.reader)
    }
    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

/// Bytes, for who asks for a list.
struct Bytes<'b>(&'b [u8]);

impl<'b> de::SeqAccess<'b> for Bytes<'b> {
    type Error = Failed;
    fn next_element_seed<T: DeserializeSeed<'b>>(&mut self, seed: T) -> Result<Option<T::Value>, Failed> {
        let Some((byte, rest)) = self.0.split_first() else { return Ok(None) };
        self.0 = rest;
        seed.deserialize(byte.into_deserializer()).map(Some)
    }
    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Variant<'r, 'b> {
    reader: &'r mut Reader<'b>,
    valued: bool,
}

impl<'b> de::EnumAccess<'b> for Variant<'_, 'b> {
    type Error = Failed;
    type Variant = Self;
    fn variant_seed<T: DeserializeSeed<'b>>(self, seed: T) -> Result<(T::Value, Self), Failed> {
        let name: StrDeserializer<'_, Failed> = self.reader.name()?.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'b> de::VariantAccess<'b> for Variant<'_, 'b> {
    type Error = Failed;
    fn unit_variant(self) -> Result<(), Failed> {
        if self.valued { Err(Failed) } else { Ok(()) }
    }
    fn newtype_variant_seed<T: DeserializeSeed<'b>>(self, seed: T) -> Result<T::Value, Failed> {
        if self.valued { seed.deserialize(self.reader) } else { Err(Failed) }
    }
    fn tuple_variant<V: Visitor<'b>>(self, _: usize, visitor: V) -> Result<V::Value, Failed> {
        if self.valued { de::Deserializer::deserialize_any(self.reader, visitor) } else { Err(Failed) }
    }
    fn struct_variant<V: Visitor<'b>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Failed> {
        if self.valued { de::Deserializer::deserialize_any(self.reader, visitor) } else { Err(Failed) }
    }
}
