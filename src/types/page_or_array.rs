use std::marker::PhantomData;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, value},
};

use super::{Container, ContainerVisitor, Lenient, Parsed, Redact};
use crate::json::UpTo;

/// The most payments of a listing. The largest page of the service has 1,000, and this many in an array without pages have
/// more than the 8 MiB of a response.
const MAX_ITEMS: usize = 10_000;

/// The payments of a listing.
pub(crate) struct List<T>(pub(crate) Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = UpTo(MAX_ITEMS, PhantomData).deserialize(deserializer)?;
        items.map(Self).ok_or_else(|| D::Error::custom(format_args!("expected at most {MAX_ITEMS} items")))
    }
}

/// A listing in either shape that the sources document: a page, or all items in an array.
///
/// The first character decides, so nothing is read twice or buffered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
pub enum PageOrArray<P, T> {
    /// A page.
    Page(P),
    /// All items at once.
    Array(Vec<T>),
}

impl<P, T> Lenient for PageOrArray<P, T>
where
    P: for<'de> Deserialize<'de>,
    T: for<'de> Deserialize<'de>,
{
    const EXPECTED: &'static str = "a page or an array";

    /// Objects and arrays are read without their text.
    fn parse(json: &str) -> serde_json::Result<Parsed<Self>> {
        Ok(if json == "null" { Parsed::Nothing } else { Parsed::new(None, json) })
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Parsed<Self>, D::Error> {
        deserializer.deserialize_any(ContainerVisitor(PhantomData))
    }
}

impl<P, T> Container for PageOrArray<P, T>
where
    P: for<'de> Deserialize<'de>,
    T: for<'de> Deserialize<'de>,
{
    fn array<'de, A: SeqAccess<'de>>(items: A) -> Result<Parsed<Self>, A::Error> {
        let List(items) = List::deserialize(value::SeqAccessDeserializer::new(items))?;
        Ok(Parsed::Value(Self::Array(items)))
    }

    fn object<'de, A: MapAccess<'de>>(fields: A) -> Result<Parsed<Self>, A::Error> {
        let page = P::deserialize(value::MapAccessDeserializer::new(fields))?;
        Ok(Parsed::Value(Self::Page(page)))
    }
}

impl<'de, P, T> Deserialize<'de> for PageOrArray<P, T>
where
    P: for<'a> Deserialize<'a>,
    T: for<'a> Deserialize<'a>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(deserializer)?.strict(Self::EXPECTED)
    }
}

#[cfg(feature = "schemars")]
impl<P: schemars::JsonSchema, T: schemars::JsonSchema> schemars::JsonSchema for PageOrArray<P, T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("{}OrArrayOf{}", P::schema_name(), T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "oneOf": [generator.subschema_for::<P>(), generator.subschema_for::<Vec<T>>()] })
    }
}

impl<P: Redact, T: Redact> Redact for PageOrArray<P, T> {
    fn redacted<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Page(page) => page.redacted(serializer),
            Self::Array(items) => items.redacted(serializer),
        }
    }
}
