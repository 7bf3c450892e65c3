//! How a generated object is read: its required fields strictly, the others leniently, unknown ones kept.

use std::collections::BTreeMap;

use serde::de::{Error, MapAccess};

use super::{Lenient, Parsed, UnknownField};

/// Reads a field that may be missing. One function for all fields of a type: some fifty copies of it would not stay in a
/// processor's cache between two calls.
#[inline(never)]
pub(crate) fn read_optional<'de, T: Lenient, A: MapAccess<'de>>(
    fields: &mut A,
    name: &'static str,
    field: &mut Option<T>,
    extra: &mut BTreeMap<String, UnknownField>,
) -> Result<(), A::Error> {
    if field.is_some() || extra.contains_key(name) {
        return Err(A::Error::duplicate_field(name));
    }
    match fields.next_value()? {
        Parsed::Value(value) => *field = Some(value),
        Parsed::Nothing => {}
        Parsed::Mismatch(value) => {
            extra.insert(name.to_owned(), value.into());
        }
    }
    Ok(())
}

/// Implements `Deserialize` and [`Lenient`](super::Lenient) for a generated object with unknown fields in `extra`, from the
/// Rust and wire names of its required and its optional fields. A value that does not fit an optional field goes to
/// `extra`, under the field's wire name.
macro_rules! object {
    ($object:ident { $($required:ident = $required_wire:literal,)* } { $($optional:ident = $optional_wire:literal,)* }
        [$($wire:literal),*]) => {
        impl $object {
            /// The documented fields as the API writes them, in the order of the document.
            pub const FIELDS: &'static [&'static str] = &[$($wire),*];
        }

        const _: () = {
            use std::{collections::BTreeMap, fmt};

            use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

            use crate::types::{Lenient, Parsed, UnknownField, read_str};

            #[allow(non_camel_case_types)]
            enum Key {
                $($required,)*
                $($optional,)*
                _Unknown(String),
            }

            impl<'de> Deserialize<'de> for Key {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    read_str(deserializer, |name| match name {
                        $($required_wire => Key::$required,)*
                        $($optional_wire => Key::$optional,)*
                        unknown => Key::_Unknown(unknown.to_owned()),
                    })
                }
            }

            struct Object;

            impl<'de> Visitor<'de> for Object {
                type Value = $object;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("an object")
                }

                fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<$object, A::Error> {
                    $(let mut $required = None;)*
                    $(let mut $optional = None;)*
                    let mut extra = BTreeMap::<String, UnknownField>::new();
                    while let Some(key) = fields.next_key()? {
                        match key {
                            $(Key::$required => {
                                if $required.is_some() {
                                    return Err(A::Error::duplicate_field($required_wire));
                                }
                                $required = Some(fields.next_value()?);
                            })*
                            $(Key::$optional => {
                                $crate::types::read_optional(&mut fields, $optional_wire, &mut $optional, &mut extra)?;
                            })*
                            Key::_Unknown(name) if extra.contains_key(&name) => {
                                fields.next_value::<IgnoredAny>()?;
                                return Err(A::Error::custom("a field stands twice in one object"));
                            }
                            Key::_Unknown(name) => {
                                extra.insert(name, fields.next_value()?);
                            }
                        }
                    }
                    Ok($object {
                        $($required: $required.ok_or_else(|| A::Error::missing_field($required_wire))?,)*
                        $($optional,)*
                        extra,
                    })
                }
            }

            impl<'de> Deserialize<'de> for $object {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.deserialize_map(Object)
                }
            }

            impl Lenient for $object {
                const EXPECTED: &'static str = "an object";

                fn object<'de, A: MapAccess<'de>>(fields: A) -> Result<Parsed<Self>, A::Error> {
                    Object.visit_map(fields).map(Parsed::Value)
                }
            }
        };
    };
}
pub(crate) use object;
