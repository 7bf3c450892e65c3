//! A finding: a rule that a value breaks, and its location.

use std::{borrow::Cow, fmt};

use serde::{Serialize, Serializer, ser::SerializeStruct};
use serde_json::value::{RawValue, to_raw_value};

use super::{
    printable::{Printable, Sources},
    rule::{BrokenRule, unknown_field, word},
    severity::{Severity, Source},
    value::{JsonValue, Path},
};
use crate::document::kind::JsonKind;

/// The kind of a missing value.
const MISSING: &str = "nothing";

/// One rule that a body breaks.
///
/// Its `Display`, `Debug` and JSON have kinds and sizes, never values; [`value`](Self::value) returns those.
#[derive(Clone)]
pub struct Finding {
    pub(super) pointer: String,
    /// The segments of the pointer that are indexes, one bit each.
    indexes: u128,
    broken: &'static BrokenRule,
    actual: Cow<'static, str>,
    value: Option<Cow<'static, RawValue>>,
    /// Whether it is about the status or the media type.
    of_response: bool,
}

impl Finding {
    /// Creates the finding of a value, or of a missing one. The value of a `secret` is not kept.
    pub(super) fn new(
        path: &Path<'_>,
        broken: &'static BrokenRule,
        value: Option<&JsonValue<'_>>,
        secret: bool,
    ) -> Self {
        let (pointer, indexes) = path.pointer();
        let shown = value.filter(|_| !secret).and_then(raw);
        Self { pointer, indexes, broken, actual: actual(value), value: shown, of_response: false }
    }

    /// Creates the finding of the status or the media type of a response.
    pub(super) fn of_response(broken: &'static BrokenRule, actual: String) -> Self {
        Self { pointer: String::new(), indexes: 0, broken, actual: actual.into(), value: None, of_response: true }
    }

    /// Creates the finding of an API success whose `response` is null or missing.
    pub(super) fn no_response(broken: &'static BrokenRule, response: Option<JsonKind>) -> Self {
        let value = response.map(|_| JsonValue::Null);
        Self::new(&Path::name("response"), broken, value.as_ref(), false)
    }

    /// Returns the location of the value, as a JSON pointer (RFC 6901) into the checked body. That of a missing value is
    /// where it should be; that of a status or a media type is empty.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Returns the pointer with `*` for each array index: `/response/list/*/escrow`.
    ///
    /// Findings in all items of an array have the same place, so it can be a label of a metric, except that of an
    /// [unknown field](Self::is_unknown_field): it has the field's name, which can be anything.
    pub fn place(&self) -> String {
        let segments = self.pointer.split('/').enumerate();
        let segment = |(depth, name): (usize, _)| if self.indexes & (1_u128 << depth) != 0 { "*" } else { name };
        segments.map(segment).collect::<Vec<_>>().join("/")
    }

    /// Returns the pointer, or the part of the response that has none.
    fn subject(&self) -> &str {
        match self.pointer.as_str() {
            "" if self.of_response => "the response",
            "" => "the body",
            pointer => pointer,
        }
    }

    /// Returns whether the document does not have the field.
    pub fn is_unknown_field(&self) -> bool {
        std::ptr::eq(self.broken, unknown_field())
    }

    /// Returns the severity of the finding.
    pub fn severity(&self) -> Severity {
        self.broken.assessment.severity
    }

    /// Returns whether ordinary responses of the live service have this finding: a deviation from documentation only, such as
    /// a `message` that is null.
    pub fn is_ordinary(&self) -> bool {
        self.broken.assessment.ordinary && self.severity() == Severity::Deviation
    }

    /// Returns the rule in words: `must be a string`, `not a field of the document`.
    pub fn rule(&self) -> &str {
        &self.broken.rule
    }

    /// Returns the expected value in words: `a string`, `ready, paid, failed or cancelled`.
    pub fn expected(&self) -> &str {
        &self.broken.expected
    }

    /// Returns what was found: the kind and size of the value, as `a string of 12 characters`, `null` or `nothing`.
    pub fn actual(&self) -> &str {
        &self.actual
    }

    /// Returns the sources that do not allow the value.
    pub fn not_allowed_by(&self) -> &[Source] {
        &self.broken.assessment.not_allowed_by
    }

    /// Returns the sources that allow the value.
    pub fn allowed_by(&self) -> &[Source] {
        &self.broken.assessment.allowed_by
    }

    /// Returns the value as JSON, with each digit of a number. It can be a buyer's name or address.
    ///
    /// `None` for a missing value, for arrays and objects, and for secrets.
    pub fn value(&self) -> Option<&RawValue> {
        self.value.as_deref()
    }
}

/// Returns the value as JSON, unless it is an array or an object.
fn raw(value: &JsonValue<'_>) -> Option<Cow<'static, RawValue>> {
    match value {
        JsonValue::Null => Some(Cow::Borrowed(RawValue::NULL)),
        JsonValue::Boolean(true) => Some(Cow::Borrowed(RawValue::TRUE)),
        JsonValue::Boolean(false) => Some(Cow::Borrowed(RawValue::FALSE)),
        JsonValue::Integer(number) | JsonValue::Number(number) => {
            RawValue::from_string((*number).to_owned()).ok().map(Cow::Owned)
        }
        JsonValue::String(text) => to_raw_value(&text.decode()).ok().map(Cow::Owned),
        JsonValue::Array(_) | JsonValue::Object(_) => None,
    }
}

fn actual(value: Option<&JsonValue<'_>>) -> Cow<'static, str> {
    let count = |of: &str, n: usize, one: &str| format!("{of} of {n} {one}{}", if n == 1 { "" } else { "s" }).into();
    match value {
        None => MISSING.into(),
        Some(JsonValue::String(text)) => match text.chars() {
            0 => "an empty string".into(),
            length => count("a string", length, "character"),
        },
        Some(JsonValue::Array(length)) => count("an array", *length, "item"),
        Some(JsonValue::Object(length)) => count("an object", *length, "field"),
        Some(other) => word(other.kind()).into(),
    }
}

/// Writes one line.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}: {}", self.severity(), Printable(self.subject()), self.rule())?;
        if self.severity() != Severity::Drift && !self.rule().ends_with(self.expected()) {
            write!(f, ", expected {}", self.expected())?;
        }
        if self.actual != MISSING {
            write!(f, ", found {}", self.actual)?;
        }
        let (not_allowed_by, allowed_by) = (Sources(self.not_allowed_by()), Sources(self.allowed_by()));
        match (not_allowed_by.0, allowed_by.0) {
            ([], []) => Ok(()),
            (_, []) => write!(f, " (violates {not_allowed_by})"),
            _ => write!(f, " (violates {not_allowed_by}; allowed by {allowed_by})"),
        }
    }
}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Finding({self})")
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Finding", 7)?;
        fields.serialize_field("pointer", &self.pointer)?;
        fields.serialize_field("severity", &self.severity())?;
        fields.serialize_field("rule", self.rule())?;
        fields.serialize_field("expected", self.expected())?;
        fields.serialize_field("actual", &self.actual)?;
        fields.serialize_field("not_allowed_by", self.not_allowed_by())?;
        fields.serialize_field("allowed_by", self.allowed_by())?;
        fields.end()
    }
}
