//! Reads and writes a generated object: its required fields strictly, the others leniently, unknown ones as received.

/// Functions for a required field.
pub(crate) mod required {
    use std::collections::BTreeMap;

    use serde::{
        de::{Deserialize, Error, MapAccess},
        ser::SerializeMap,
    };

    use crate::types::{Redact, UnknownField, View};

    pub(crate) fn read<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
        fields: &mut A,
        name: &'static str,
        (seen, field): &mut (bool, Option<T>),
        _: &mut BTreeMap<String, UnknownField>,
    ) -> Result<(), A::Error> {
        if std::mem::replace(seen, true) {
            return Err(A::Error::duplicate_field(name));
        }
        *field = Some(fields.next_value()?);
        Ok(())
    }

    pub(crate) fn finish<T, E: Error>(field: Option<T>, name: &'static str) -> Result<T, E> {
        field.ok_or_else(|| E::missing_field(name))
    }

    pub(crate) fn is_set<T>(_: &T) -> bool {
        true
    }

    pub(crate) fn write<T: Redact, M: SerializeMap>(
        fields: &mut M,
        name: &'static str,
        field: &T,
        redacted: bool,
    ) -> Result<(), M::Error> {
        fields.serialize_entry(name, &View { value: field, redacted })
    }
}

/// Functions for a required list.
pub(crate) mod list {
    use std::collections::BTreeMap;

    use serde::de::{Deserialize, MapAccess};

    pub(crate) use super::required::{finish, is_set, write};
    use crate::types::{List, UnknownField};

    pub(crate) fn read<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
        fields: &mut A,
        name: &'static str,
        (seen, field): &mut (bool, Option<Vec<T>>),
        extra: &mut BTreeMap<String, UnknownField>,
    ) -> Result<(), A::Error> {
        let mut list = (*seen, None);
        super::required::read::<List<T>, A>(fields, name, &mut list, extra)?;
        (*seen, *field) = (list.0, list.1.map(|List(items)| items));
        Ok(())
    }
}

/// Functions for an optional field.
pub(crate) mod optional {
    use std::collections::BTreeMap;

    use serde::{
        de::{Error, MapAccess},
        ser::SerializeMap,
    };

    use crate::types::{Lenient, Parsed, Redact, UnknownField, View};

    /// One function for all fields of a type: some fifty copies of it would not stay in a processor's cache between two
    /// calls.
    #[inline(never)]
    pub(crate) fn read<'de, T: Lenient, A: MapAccess<'de>>(
        fields: &mut A,
        name: &'static str,
        (seen, field): &mut (bool, Option<T>),
        extra: &mut BTreeMap<String, UnknownField>,
    ) -> Result<(), A::Error> {
        if std::mem::replace(seen, true) {
            return Err(A::Error::duplicate_field(name));
        }
        match fields.next_value()? {
            Parsed::Value(value) => *field = Some(value),
            Parsed::Nothing => {}
            Parsed::Mismatch(value) => {
                extra.insert(name.to_owned(), value);
            }
        }
        Ok(())
    }

    pub(crate) fn finish<T, E: Error>(field: Option<T>, _: &'static str) -> Result<Option<T>, E> {
        Ok(field)
    }

    pub(crate) fn is_set<T>(field: &Option<T>) -> bool {
        field.is_some()
    }

    pub(crate) fn write<T: Redact, M: SerializeMap>(
        fields: &mut M,
        name: &'static str,
        field: &Option<T>,
        redacted: bool,
    ) -> Result<(), M::Error> {
        match field {
            Some(value) => fields.serialize_entry(name, &View { value, redacted }),
            None => Ok(()),
        }
    }
}

/// Implements serde's traits for a generated object with unknown fields in `extra`, from the Rust name of each field, its
/// wire name, and whether it is `required`, a required `list`, or `optional`. A value that does not fit an optional field goes to `extra`,
/// under the wire name.
macro_rules! object {
    ($object:ident { $($field:ident = $wire:literal $kind:ident,)* }) => {
        impl $object {
            /// The documented fields as the API writes them, in the order of the document.
            pub const FIELDS: &'static [&'static str] = &[$($wire),*];

            /// Returns a view that is serialized without personal data: personal text is written as `[redacted]`, and an
            /// unknown field as its JSON type. Identifiers, among them `customer_uid`, are kept. Serialize it to text:
            /// `serde_json::to_value` refuses amounts that it would round.
            pub fn redacted(&self) -> impl serde::Serialize + '_ {
                $crate::types::View { value: self, redacted: true }
            }
        }

        #[cfg(feature = "schemars")]
        impl $object {
            /// Has the JSON Schema require the fields without which the object does not decode.
            fn require(schema: &mut schemars::Schema) {
                let fields = [$((stringify!($kind), $wire)),*].into_iter();
                let required: Vec<_> = fields.filter(|(kind, _)| *kind != "optional").map(|(_, name)| name).collect();
                schema.remove("required");
                if !required.is_empty() {
                    schema.insert("required".to_owned(), required.into());
                }
            }
        }

        impl Eq for $object {}

        impl std::hash::Hash for $object {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                $(std::hash::Hash::hash(&self.$field, state);)*
                std::hash::Hash::hash(&self.extra, state);
            }
        }

        $crate::types::object!(@serde $object { $($field = $wire $kind,)* });
    };

    // The traits alone, of an object that may have a parameter.
    (@serde $object:ident $(<$content:ident>)? { $($field:ident = $wire:literal $kind:ident,)* }) => {
        #[allow(bindings_with_variant_name, reason = "a field can be called `key`")]
        const _: () = {
            use std::{collections::BTreeMap, fmt, marker::PhantomData};

            use serde::{
                de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor},
                ser::{Serialize, SerializeMap, Serializer},
            };

            use $crate::types::{Container, Lenient, Parsed, Redact, UnknownField, View, object, read_str};

            #[allow(non_camel_case_types)]
            enum Key {
                $($field,)*
                _Unknown(String),
            }

            impl<'de> Deserialize<'de> for Key {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    read_str(deserializer, |name| match name {
                        $($wire => Key::$field,)*
                        unknown => Key::_Unknown(unknown.to_owned()),
                    })
                }
            }

            struct Object<T>(PhantomData<T>);

            impl<'de $(, $content: Lenient)?> Visitor<'de> for Object<$object $(<$content>)?> {
                type Value = $object $(<$content>)?;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("an object")
                }

                fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
                    $(let mut $field = (false, None);)*
                    let mut extra = BTreeMap::<String, UnknownField>::new();
                    while let Some(key) = fields.next_key()? {
                        match key {
                            $(Key::$field => object::$kind::read(&mut fields, $wire, &mut $field, &mut extra)?,)*
                            Key::_Unknown(name) if extra.contains_key(&name) => {
                                fields.next_value::<IgnoredAny>()?;
                                return Err(A::Error::custom("duplicate field"));
                            }
                            Key::_Unknown(name) => {
                                extra.insert(name, fields.next_value()?);
                            }
                        }
                    }
                    Ok($object { $($field: object::$kind::finish($field.1, $wire)?,)* extra })
                }
            }

            impl<'de $(, $content: Lenient)?> Deserialize<'de> for $object $(<$content>)? {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.deserialize_map(Object(PhantomData))
                }
            }

            impl $(<$content: Lenient>)? Lenient for $object $(<$content>)? {
                const EXPECTED: &'static str = "an object";
                const EXACT: bool = true;

                fn parse(json: &str) -> serde_json::Result<Parsed<Self>> {
                    match json.as_bytes() {
                        b"null" => Ok(Parsed::Nothing),
                        [b'{', ..] => serde_json::from_str(json).map(Parsed::Value),
                        _ => Ok(Parsed::new(None, json)),
                    }
                }

                $crate::types::object!(@read $($kind)*);
            }

            impl $(<$content: Lenient>)? Container for $object $(<$content>)? {
                fn object<'de, A: MapAccess<'de>>(fields: A) -> Result<Parsed<Self>, A::Error> {
                    Object(PhantomData).visit_map(fields).map(Parsed::Value)
                }
            }

            fn write<S: Serializer $(, $content: Redact)?>(
                object: &$object $(<$content>)?,
                serializer: S,
                redacted: bool,
            ) -> Result<S::Ok, S::Error> {
                let mut fields = serializer.serialize_map(None)?;
                $(object::$kind::write(&mut fields, $wire, &object.$field, redacted)?;)*
                for (name, value) in &object.extra {
                    // A mismatch of a field that has been set since.
                    let replaced = match name.as_str() {
                        $($wire => object::$kind::is_set(&object.$field),)*
                        _ => false,
                    };
                    if !replaced {
                        fields.serialize_entry(name, &View { value, redacted })?;
                    }
                }
                fields.end()
            }

            impl $(<$content: Redact>)? Serialize for $object $(<$content>)? {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    write(self, serializer, false)
                }
            }

            impl $(<$content: Redact>)? Redact for $object $(<$content>)? {
                fn redacted<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    write(self, serializer, true)
                }
            }
        };
    };

    // An object without required fields is small and is read from its text. Another one is read as it arrives, so that an
    // error has its place in the body.
    (@read) => {};
    (@read optional $($kind:ident)*) => { $crate::types::object!(@read $($kind)*); };
    (@read list $($kind:ident)*) => { $crate::types::object!(@read required); };
    (@read required $($kind:ident)*) => {
        fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Parsed<Self>, D::Error> {
            deserializer.deserialize_any($crate::types::ContainerVisitor(std::marker::PhantomData))
        }
    };
}
pub(crate) use object;
