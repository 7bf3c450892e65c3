//! A body as it is read for validation: at half the cost of a `serde_json::Value`, since texts stay where they are.

use std::{borrow::Cow, fmt};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};

/// Why a body with two fields of one name is not read.
pub(super) const TWICE: &str = "a field stands twice in one object";

/// The name under which serde_json hands a number over where some crate turns its `arbitrary_precision` on.
const NUMBER: &str = "$serde_json::private::Number";

/// A JSON value. The fields of an object are in the order of their names.
pub(super) enum Tree<'b> {
    Null,
    Boolean(bool),
    Number(Number),
    String(Cow<'b, str>),
    Array(Vec<Self>),
    Object(Vec<(Cow<'b, str>, Self)>),
}

impl<'b> Tree<'b> {
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => {
                let at = fields.binary_search_by(|(field, _)| field.as_ref().cmp(name)).ok()?;
                fields.get(at).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    /// What a JSON pointer leads to.
    pub(super) fn at(&self, pointer: &str) -> Option<&Self> {
        pointer.split('/').skip(1).try_fold(self, |tree, segment| match tree {
            Self::Array(items) => items.get(segment.parse::<usize>().ok()?),
            _ if segment.contains('~') => tree.get(&segment.replace("~1", "/").replace("~0", "~")),
            _ => tree.get(segment),
        })
    }

    pub(super) fn as_i64(&self) -> Option<i64> {
        if let Self::Number(number) = self { number.as_i64() } else { None }
    }

    /// The value, unless it is an array or an object.
    pub(super) fn scalar(&self) -> Option<Value> {
        match self {
            Self::Null => Some(Value::Null),
            Self::Boolean(flag) => Some((*flag).into()),
            Self::Number(number) => Some(number.clone().into()),
            Self::String(text) => Some(text.as_ref().into()),
            Self::Array(_) | Self::Object(_) => None,
        }
    }
}

/// The fields in the order of their names; `None` if two have the same. The service writes them in this order.
fn sorted<'b>(mut fields: Vec<(Cow<'b, str>, Tree<'b>)>) -> Option<Vec<(Cow<'b, str>, Tree<'b>)>> {
    let in_order = |(a, _): &(Cow<'_, str>, _), (b, _): &(Cow<'_, str>, _)| a < b;
    if fields.is_sorted_by(in_order) {
        return Some(fields);
    }
    fields.sort_by(|(a, _), (b, _)| a.cmp(b));
    fields.is_sorted_by(in_order).then_some(fields)
}

impl<'b> From<&'b Value> for Tree<'b> {
    fn from(value: &'b Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Boolean(*flag),
            Value::Number(number) => Self::Number(number.clone()),
            Value::String(text) => Self::String(text.into()),
            Value::Array(items) => Self::Array(items.iter().map(Self::from).collect()),
            Value::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| (name.into(), value.into())).collect();
                Self::Object(sorted(fields).unwrap_or_default())
            }
        }
    }
}

impl<'de: 'b, 'b> Deserialize<'de> for Tree<'b> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything)
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Tree<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Tree<'de>, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Tree<'de>, E> {
        Ok(Tree::Boolean(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Tree<'de>, E> {
        Ok(Tree::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Tree<'de>, E> {
        Ok(Tree::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Tree<'de>, E> {
        Ok(Number::from_f64(number).map_or(Tree::Null, Tree::Number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Tree<'de>, E> {
        Ok(Tree::String(text.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree<'de>, E> {
        Ok(Tree::String(text.to_owned().into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree<'de>, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element()? {
            array.push(item);
        }
        Ok(Tree::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Tree<'de>, A::Error> {
        let mut object = Vec::new();
        while let Some(Name(name)) = fields.next_key()? {
            if object.is_empty() && name == NUMBER {
                let Name(digits) = fields.next_value()?;
                return serde_json::from_str(&digits).map(Tree::Number).map_err(A::Error::custom);
            }
            object.push((name, fields.next_value()?));
        }
        sorted(object).map(Tree::Object).ok_or_else(|| A::Error::custom(TWICE))
    }
}

/// A text, borrowed where it has no escapes.
struct Name<'b>(Cow<'b, str>);

impl<'de: 'b, 'b> Deserialize<'de> for Name<'b> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_str(Anything)? {
            Tree::String(text) => Ok(Self(text)),
            _ => Err(D::Error::custom("a name is not a text")),
        }
    }
}
