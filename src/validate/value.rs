//! A value of a body, and its path.

use super::reader::Text;
use crate::document::{escape, kind::JsonKind};

/// A value of a body: a scalar as written, an array or object by its size.
pub(super) enum JsonValue<'b> {
    Null,
    Boolean(bool),
    Integer(&'b str),
    Number(&'b str),
    String(Text<'b>),
    Array(usize),
    Object(usize),
}

impl JsonValue<'_> {
    pub(super) fn kind(&self) -> JsonKind {
        match self {
            Self::Null => JsonKind::Null,
            Self::Boolean(_) => JsonKind::Boolean,
            Self::Integer(_) => JsonKind::Integer,
            Self::Number(_) => JsonKind::Number,
            Self::String(_) => JsonKind::String,
            Self::Array(_) => JsonKind::Array,
            Self::Object(_) => JsonKind::Object,
        }
    }
}

/// The path of a value, from the innermost segment outwards.
#[derive(Clone, Copy)]
pub(super) struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    segment: Segment<'p>,
    pub(super) depth: usize,
    /// Whether it is the `response` of an envelope, or inside of it.
    pub(super) in_response: bool,
}

#[derive(Clone, Copy)]
pub(super) enum Segment<'p> {
    Root,
    Name(&'p str),
    Index(usize),
}

impl<'p> Path<'p> {
    pub(super) const ROOT: &'static Path<'static> =
        &Path { parent: None, segment: Segment::Root, depth: 0, in_response: false };

    /// Returns the path of a field of the body.
    pub(super) fn name(name: &'p str) -> Self {
        Self::ROOT.inner(Segment::Name(name))
    }

    pub(super) fn inner(&'p self, segment: Segment<'p>) -> Self {
        let in_response = self.in_response || (self.depth == 0 && matches!(segment, Segment::Name("response")));
        Path { parent: Some(self), segment, depth: self.depth + 1, in_response }
    }

    /// Returns the JSON pointer, and one bit for each segment that is an index.
    pub(super) fn pointer(&self) -> (String, u128) {
        let (mut pointer, mut indexes) = (String::with_capacity(64), 0);
        self.push(&mut pointer, &mut indexes);
        (pointer, indexes)
    }

    fn push(&self, pointer: &mut String, indexes: &mut u128) {
        if let Some(parent) = self.parent {
            parent.push(pointer, indexes);
            pointer.push('/');
        }
        match self.segment {
            Segment::Root => {}
            Segment::Name(name) if name.contains(['~', '/']) => pointer.push_str(&escape(name)),
            Segment::Name(name) => pointer.push_str(name),
            Segment::Index(index) => {
                pointer.push_str(&index.to_string());
                *indexes |= 1 << self.depth;
            }
        }
    }
}
