//! A value of a body, and its path.

use super::reader::Text;
use crate::document::{escape, kind::Kind};

/// A value of a body: a scalar as written, an array or object by its size.
pub(super) enum JsonValue<'b> {
    Null,
    Boolean(bool),
    Number(&'b str),
    String(Text<'b>),
    Array(usize),
    Object(usize),
}

impl JsonValue<'_> {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Null => Kind::Null,
            Self::Boolean(_) => Kind::Boolean,
            Self::Number(number) if number.contains(['.', 'e', 'E']) => Kind::Number,
            Self::Number(_) => Kind::Integer,
            Self::String(_) => Kind::String,
            Self::Array(_) => Kind::Array,
            Self::Object(_) => Kind::Object,
        }
    }
}

/// The path of a value, from the innermost segment outwards.
#[derive(Clone, Copy)]
pub(super) struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    segment: Segment<'p>,
    pub(super) depth: usize,
}

#[derive(Clone, Copy)]
pub(super) enum Segment<'p> {
    Root,
    Name(&'p str),
    Index(usize),
}

impl<'p> Path<'p> {
    pub(super) const ROOT: &'static Path<'static> = &Path { parent: None, segment: Segment::Root, depth: 0 };

    /// Returns the path of a field of the body.
    pub(super) fn name(name: &'p str) -> Self {
        Self::ROOT.inner(Segment::Name(name))
    }

    pub(super) fn inner(&'p self, segment: Segment<'p>) -> Self {
        Path { parent: Some(self), segment, depth: self.depth + 1 }
    }

    /// Returns the JSON pointer, and one bit for each segment that is an index.
    pub(super) fn pointer(&self) -> (String, u128) {
        let (mut pointer, mut indexes) = self.parent.map(Path::pointer).unwrap_or_default();
        match self.segment {
            Segment::Root => {}
            Segment::Name(name) => pointer = pointer + "/" + &escape(name),
            Segment::Index(index) => {
                pointer = format!("{pointer}/{index}");
                indexes |= 1 << self.depth;
            }
        }
        (pointer, indexes)
    }
}
