//! The kinds of JSON values, and how they are called in a report.

use std::{borrow::Cow, fmt};

use super::tree::Tree;

/// A kind of JSON value. An integer is a number that is written without fraction and exponent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    String = 1,
    Integer = 2,
    Number = 4,
    Boolean = 8,
    Array = 16,
    Object = 32,
    Null = 64,
}

impl Kind {
    pub(super) const ALL: [Self; 7] =
        [Self::String, Self::Integer, Self::Number, Self::Boolean, Self::Array, Self::Object, Self::Null];

    pub(super) fn of(value: &Tree<'_>) -> Self {
        match value {
            Tree::Null => Self::Null,
            Tree::Boolean(_) => Self::Boolean,
            Tree::Number(number) if number.is_i64() || number.is_u64() => Self::Integer,
            Tree::Number(_) => Self::Number,
            Tree::String(_) => Self::String,
            Tree::Array(_) => Self::Array,
            Tree::Object(_) => Self::Object,
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The name that OpenAPI, JSON Schema and `x-sources` have for it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// A set of kinds. Who allows numbers allows integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    pub(super) const NONE: Self = Self(0);
    pub(super) const ANY: Self = Self(127);

    pub(super) const fn with(self, kind: Kind) -> Self {
        let integer = if matches!(kind, Kind::Number) { Kind::Integer as u8 } else { 0 };
        Self(self.0 | kind as u8 | integer)
    }

    pub(super) const fn without(self, kind: Kind) -> Self {
        Self(self.0 & !(kind as u8))
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn has(self, kind: Kind) -> bool {
        self.0 & kind as u8 != 0
    }

    pub(super) const fn overlaps(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The kinds by name; a number stands for integers too.
    pub(super) fn iter(self) -> impl Iterator<Item = Kind> {
        let covered = move |kind| kind == Kind::Integer && self.has(Kind::Number);
        Kind::ALL.into_iter().filter(move |kind| self.has(*kind) && !covered(*kind))
    }
}

impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&one_of(self.iter().map(Kind::words)))
    }
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn one_of<W: AsRef<str>>(words: impl Iterator<Item = W>) -> String {
    let mut words = words.peekable();
    let mut text = words.next().map(|first| first.as_ref().to_owned()).unwrap_or_default();
    while let Some(word) = words.next() {
        text += if words.peek().is_some() { ", " } else { " or " };
        text += word.as_ref();
    }
    text
}

/// What was found, by its kind and size alone.
pub(super) fn found(value: Option<&Tree<'_>>) -> Cow<'static, str> {
    let count = |of: &str, n: usize, one: &str| format!("{of} of {n} {one}{}", if n == 1 { "" } else { "s" }).into();
    match value {
        None => "nothing".into(),
        Some(Tree::String(text)) if text.is_empty() => "an empty string".into(),
        Some(Tree::String(text)) => count("a string", text.chars().count(), "character"),
        Some(Tree::Array(items)) => count("an array", items.len(), "item"),
        Some(Tree::Object(fields)) => count("an object", fields.len(), "field"),
        Some(other) => Kind::of(other).words().into(),
    }
}
