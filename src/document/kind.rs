//! The types that a value of JSON can have, as descriptions tell them apart.

use std::collections::BTreeSet;

use serde_json::Value;

/// A type. Null is told apart from them: it is a matter of what may be missing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Kind {
    Boolean,
    Integer,
    Number,
    String,
    /// A string of a format that only dates and times have.
    Date,
    Array,
    Object,
}

/// Which types a value may have.
pub(crate) type Kinds = BTreeSet<Kind>;

impl Kind {
    /// The type by its name in a schema or in `x-sources`; none for what is not known, and for null.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "boolean" => Self::Boolean,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "string" => Self::String,
            "array" => Self::Array,
            "object" => Self::Object,
            _ => return None,
        })
    }

    /// The type of a value, such as one of an `enum`; none for null.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Null => return None,
            Value::Bool(_) => Self::Boolean,
            Value::Number(number) if number.is_f64() => Self::Number,
            Value::Number(_) => Self::Integer,
            Value::String(_) => Self::String,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        })
    }

    /// Whether a value of this type is one of the other's too.
    pub(crate) fn is(self, other: Self) -> bool {
        self == other || matches!((self, other), (Self::Integer, Self::Number) | (Self::Date, Self::String))
    }

    fn word(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String => "string",
            Self::Date => "date string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

/// `integer or string`
pub(crate) fn words(kinds: &Kinds) -> String {
    kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(" or ")
}

/// What both allow; the first where they contradict each other.
pub(crate) fn common(one: Kinds, other: &Kinds) -> Kinds {
    let narrower = |from: &Kinds, to: &Kinds| -> Kinds {
        from.iter().copied().filter(|kind| to.iter().any(|wider| kind.is(*wider))).collect()
    };
    let both: Kinds = narrower(&one, other).union(&narrower(other, &one)).copied().collect();
    if both.is_empty() { one } else { both }
}
