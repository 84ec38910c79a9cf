//! Values in and out of PostgreSQL.

use crate::{Result, Row, StoreError, Value};
use bytes::{BufMut as _, BytesMut};
use std::error::Error;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

type Wrong = Box<dyn Error + Sync + Send>;

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Wrong> {
        match self {
            // Null goes into a column of any type.
            Self::Null => return Ok(IsNull::Yes),
            Self::Int(i) => match *ty {
                Type::INT8 => out.put_i64(*i),
                Type::INT4 => out.put_i32(i32::try_from(*i)?),
                Type::INT2 => out.put_i16(i16::try_from(*i)?),
                Type::BOOL if matches!(i, 0 | 1) => out.put_u8(u8::from(*i == 1)),
                _ => return Err(wrong(self, ty)),
            },
            Self::Text(t) if matches!(*ty, Type::TEXT | Type::VARCHAR) => out.put_slice(t.as_bytes()),
            Self::Bytes(b) if *ty == Type::BYTEA => out.put_slice(b),
            Self::Uuid(u) if *ty == Type::UUID => out.put_slice(u.as_bytes()),
            _ => return Err(wrong(self, ty)),
        }
        Ok(IsNull::No)
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
}

fn wrong(value: &Value, ty: &Type) -> Wrong {
    format!("a parameter of kind {} can't be bound to type {}", value.kind(), ty.name()).into()
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Wrong> {
        Ok(match *ty {
            Type::INT8 => Self::Int(i64::from_be_bytes(raw.try_into()?)),
            Type::INT4 => Self::Int(i32::from_be_bytes(raw.try_into()?).into()),
            Type::INT2 => Self::Int(i16::from_be_bytes(raw.try_into()?).into()),
            Type::BOOL => Self::Int(i64::from(raw.first().is_some_and(|b| *b != 0))),
            Type::TEXT | Type::VARCHAR | Type::NAME | Type::BPCHAR => Self::Text(std::str::from_utf8(raw)?.to_owned()),
            Type::BYTEA => Self::Bytes(raw.to_vec()),
            Type::UUID => Self::Uuid(uuid::Uuid::from_slice(raw)?),
            _ => return Err(format!("type {} is not one of the store's", ty.name()).into()),
        })
    }
    fn from_sql_null(_: &Type) -> Result<Self, Wrong> {
        Ok(Self::Null)
    }
    fn accepts(_: &Type) -> bool {
        true
    }
}

/// The types of a statement's parameters and columns that a [`Value`] doesn't go into or come out of.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn foreign_types(statement: &tokio_postgres::Statement) -> impl Iterator<Item = String> + '_ {
    let both = [Type::INT8, Type::INT4, Type::INT2, Type::BOOL, Type::TEXT, Type::VARCHAR, Type::BYTEA, Type::UUID];
    let read_only = [Type::NAME, Type::BPCHAR];
    let bindable = both.clone();
    let parameters = statement.params().iter().filter(move |t| !bindable.contains(t));
    let columns = statement.columns().iter().map(|c| c.type_());
    let columns = columns.filter(move |t| !both.contains(t) && !read_only.contains(t));
    parameters.chain(columns).map(|t| t.name().to_owned())
}

/// The row in the store's values.
pub(crate) fn row(r: &tokio_postgres::Row) -> Result<Row> {
    let value = |column: usize| {
        r.try_get::<_, Value>(column).map_err(|_| StoreError::Inconsistent {
            column,
            expected: "null, integer, text, bytes or uuid",
            found: r.columns().get(column).map_or("no such column", |c| c.type_().name()).to_owned(),
        })
    };
    (0..r.len()).map(value).collect::<Result<Vec<_>>>().map(Row::new)
}
