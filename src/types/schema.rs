//! JSON Schema of the scalars (feature `schemars`): the values that each of them reads.

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
