//! Open codes: known values are variants, any other value is kept as received.

/// Implements an open code for each list of the document: an enum of the known values and `Unknown`.
macro_rules! code {
    ($(#[$doc:meta])* $code:ident: str { $($(#[$known:meta])* $variant:ident = $value:literal,)+ }) => {
        $(#[$doc])*
        ///
        /// An open set: a value that is not listed is [`Unknown`](Self::Unknown) and kept as received.
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub enum $code {
            $($(#[$known])* $variant,)+
            /// A value that the document does not list, as received.
            Unknown(String),
        }

        impl $code {
            /// The known values, as the API writes them.
            pub const KNOWN: &'static [&'static str] = &[$($value),+];

            /// Returns the value as the API writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)+
                    Self::Unknown(value) => value,
                }
            }
        }

        impl From<std::borrow::Cow<'_, str>> for $code {
            fn from(value: std::borrow::Cow<'_, str>) -> Self {
                match &*value {
                    $($value => Self::$variant,)+
                    _ => Self::Unknown(value.into_owned()),
                }
            }
        }

        impl From<&str> for $code {
            fn from(value: &str) -> Self {
                std::borrow::Cow::Borrowed(value).into()
            }
        }

        impl From<String> for $code {
            fn from(value: String) -> Self {
                std::borrow::Cow::<str>::Owned(value).into()
            }
        }

        impl std::str::FromStr for $code {
            type Err = std::convert::Infallible;

            fn from_str(value: &str) -> Result<Self, Self::Err> {
                Ok(value.into())
            }
        }

        impl AsRef<str> for $code {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl std::fmt::Display for $code {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $code {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        $crate::types::scalar!($code, "a string", |json| $crate::types::string(json).map(Self::from));
        impl $crate::types::Redact for $code {}
        $crate::types::equals_text!($code);
        $crate::types::code!(@compare $code as_str);
        $crate::types::code!(@strict $code);

        #[cfg(feature = "schemars")]
        $crate::types::schema!($code, { "type": "string" });
    };

    ($(#[$doc:meta])* $code:ident: i64 { $($(#[$known:meta])* $variant:ident = $value:literal,)+ }) => {
        $(#[$doc])*
        ///
        /// An open set: a number that is not listed is [`Unknown`](Self::Unknown) and kept as received.
        #[derive(Clone, Copy, Debug)]
        #[non_exhaustive]
        pub enum $code {
            $($(#[$known])* $variant,)+
            /// A number that the document does not list.
            Unknown(i64),
        }

        impl $code {
            /// The known numbers.
            pub const KNOWN: &'static [i64] = &[$($value),+];

            /// Returns the number as the API writes it.
            pub fn as_i64(&self) -> i64 {
                match self {
                    $(Self::$variant => $value,)+
                    Self::Unknown(number) => *number,
                }
            }
        }

        impl From<i64> for $code {
            fn from(number: i64) -> Self {
                match number {
                    $($value => Self::$variant,)+
                    unknown => Self::Unknown(unknown),
                }
            }
        }

        impl std::fmt::Display for $code {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.as_i64(), f)
            }
        }

        impl serde::Serialize for $code {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.as_i64())
            }
        }

        impl $crate::types::Lenient for $code {
            const EXPECTED: &'static str = "an integer or a string of digits";

            fn parse(json: &str) -> serde_json::Result<$crate::types::Parsed<Self>> {
                use $crate::types::{Parsed, integer, string};
                Ok(match string(json) {
                    // The documentation's own sample writes null as a string.
                    Some(text) if matches!(&*text, "null" | "") => Parsed::Nothing,
                    None if json == "null" => Parsed::Nothing,
                    // A number that would be written differently (`"01"`, `1.0`) stays as received.
                    Some(text) => {
                        let number = integer(&text).filter(|number| number.to_string() == text);
                        Parsed::new(number.map(Self::from), json)
                    }
                    None => Parsed::new(integer(json).map(Self::from), json),
                })
            }
        }
        impl $crate::types::Redact for $code {}

        $crate::types::code!(@compare $code as_i64);
        $crate::types::code!(@strict $code);

        #[cfg(feature = "schemars")]
        $crate::types::schema!($code, { "type": ["integer", "string"] });
    };

    // By value: `Unknown("paid")`, made by hand, equals `Paid`.
    (@compare $code:ident $value:ident) => {
        impl PartialEq for $code {
            fn eq(&self, other: &Self) -> bool {
                self.$value() == other.$value()
            }
        }

        impl Eq for $code {}

        impl PartialOrd for $code {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $code {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                self.$value().cmp(&other.$value())
            }
        }

        impl std::hash::Hash for $code {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.$value().hash(state);
            }
        }
    };

    (@strict $scalar:ident) => {
        impl<'de> serde::Deserialize<'de> for $scalar {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use $crate::types::Lenient;
                Self::read(deserializer)?.strict(Self::EXPECTED)
            }
        }
    };
}
pub(crate) use code;
