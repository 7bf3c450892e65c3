//! The kinds of JSON values, as schemas and `x-sources` name them.

use serde_json::Value;

/// A kind of JSON value. An integer is a number that is written without fraction and exponent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum JsonKind {
    Boolean = 1,
    Integer = 2,
    Number = 4,
    String = 8,
    /// A string whose `format` is that of dates or times.
    Date = 16,
    Array = 32,
    Object = 64,
    Null = 128,
}

/// A set of kinds.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct JsonKinds(u8);

impl JsonKind {
    pub(crate) const ALL: [Self; 8] =
        [Self::Boolean, Self::Integer, Self::Number, Self::String, Self::Date, Self::Array, Self::Object, Self::Null];

    /// Returns the kind with this name in a schema or in `x-sources`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name && *kind != Self::Date)
    }

    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(number) if number.is_i64() || number.is_u64() => Self::Integer,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::String,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        }
    }

    /// Whether each value of this kind is one of the other kind too.
    pub(crate) fn is(self, other: Self) -> bool {
        self == other || matches!((self, other), (Self::Integer, Self::Number) | (Self::Date, Self::String))
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String => "string",
            Self::Date => "date string",
            Self::Array => "array",
            Self::Object => "object",
            Self::Null => "null",
        }
    }
}

impl JsonKinds {
    pub(crate) fn iter(self) -> impl Iterator<Item = JsonKind> {
        JsonKind::ALL.into_iter().filter(move |kind| self.has(*kind))
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the set names this kind.
    pub(crate) fn has(self, kind: JsonKind) -> bool {
        self.0 & kind as u8 != 0
    }

    /// Whether values of this kind are in the set. A set with numbers has the integers too.
    pub(crate) fn allows(self, kind: JsonKind) -> bool {
        self.iter().any(|allowed| kind.is(allowed))
    }

    pub(crate) fn with(self, kind: JsonKind) -> Self {
        Self(self.0 | kind as u8)
    }

    pub(crate) fn without(self, kind: JsonKind) -> Self {
        Self(self.0 & !(kind as u8))
    }

    pub(crate) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns what both sets allow, or the first set where they contradict each other.
    pub(crate) fn intersection(self, other: Self) -> Self {
        let narrower = |from: Self, to: Self| from.iter().filter(|kind| to.allows(*kind)).collect::<Self>();
        let both = narrower(self, other).union(narrower(other, self));
        if both.is_empty() { self } else { both }
    }

    /// Returns the names in words: `integer or string`.
    pub(crate) fn names(self) -> String {
        self.iter().map(JsonKind::name).collect::<Vec<_>>().join(" or ")
    }
}

impl FromIterator<JsonKind> for JsonKinds {
    fn from_iter<I: IntoIterator<Item = JsonKind>>(kinds: I) -> Self {
        kinds.into_iter().fold(Self::default(), Self::with)
    }
}
