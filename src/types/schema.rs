//! JSON Schema of the scalars (feature `schemars`): what each of them reads.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{Amount, PageOrArray, PersonalText, Secret, Timestamp, UnknownField};

/// Implements `JsonSchema` for a scalar, from the schema of what it reads.
macro_rules! schema {
    ($scalar:ident, $schema:tt) => {
        impl schemars::JsonSchema for $scalar {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($scalar).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}
pub(crate) use schema;

schema!(Amount, { "type": "number" });
schema!(PersonalText, { "type": "string" });
schema!(Secret, { "type": "string", "format": "password" });
schema!(Timestamp, { "type": ["integer", "string"], "minimum": 0, "pattern": "^[0-9]*$" });
schema!(UnknownField, {});

impl<P: JsonSchema, T: JsonSchema> JsonSchema for PageOrArray<P, T> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}OrArrayOf{}", P::schema_name(), T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "oneOf": [generator.subschema_for::<P>(), generator.subschema_for::<Vec<T>>()] })
    }
}
