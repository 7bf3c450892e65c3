use serde::{Serialize, Serializer};

/// A type that can be serialized without the personal data in it.
pub(crate) trait Redact: Serialize {
    fn redacted<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }
}

impl Redact for bool {}
impl Redact for i64 {}
impl Redact for String {}

impl<T: Redact> Redact for Option<T> {
    fn redacted<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().map(|value| View { value, redacted: true }).serialize(serializer)
    }
}

impl<T: Redact> Redact for Vec<T> {
    fn redacted<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|item| View { value: item, redacted: true }))
    }
}

/// A value and how it is serialized.
pub(crate) struct View<'a, T> {
    pub(crate) value: &'a T,
    pub(crate) redacted: bool,
}

impl<T: Redact> Serialize for View<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.redacted { self.value.redacted(serializer) } else { self.value.serialize(serializer) }
    }
}
