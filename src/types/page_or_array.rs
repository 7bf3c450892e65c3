use serde::{
    Deserialize, Serialize,
    de::{MapAccess, SeqAccess, value},
};

use super::{Lenient, Parsed};

/// A listing in either shape that the sources tell of: a page, or all items in an array.
///
/// The first character of the answer decides, so nothing is read twice or kept aside.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum PageOrArray<P, T> {
    /// A page (V1, wire).
    Page(P),
    /// Everything at once (A).
    Array(Vec<T>),
}

impl<P, T> Lenient for PageOrArray<P, T>
where
    P: for<'de> Deserialize<'de>,
    T: for<'de> Deserialize<'de>,
{
    const EXPECTED: &'static str = "a page or an array";

    fn array<'de, A: SeqAccess<'de>>(items: A) -> Result<Parsed<Self>, A::Error> {
        let items = Vec::deserialize(value::SeqAccessDeserializer::new(items))?;
        Ok(Parsed::Value(Self::Array(items)))
    }

    fn object<'de, A: MapAccess<'de>>(fields: A) -> Result<Parsed<Self>, A::Error> {
        let page = P::deserialize(value::MapAccessDeserializer::new(fields))?;
        Ok(Parsed::Value(Self::Page(page)))
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
