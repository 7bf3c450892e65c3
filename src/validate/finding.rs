//! One finding, and how bad it is.

use std::{borrow::Cow, fmt};

use serde::Serialize;
use serde_json::Value;

use super::{
    kind::found,
    printable::{Printable, list},
    rule::Verdict,
    sources::Source,
    tree::Tree,
};
use crate::types::UnknownField;

/// How bad a finding is; a later one is worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The body has what the document does not know, a field or a code: the API has moved.
    Drift,
    /// One source forbids it, another allows it.
    Deviation,
    /// It contradicts every source, or what every body must have in order to be read.
    Violation,
}

impl Severity {
    /// The severity in one word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Drift => "drift",
            Self::Deviation => "deviation",
            Self::Violation => "violation",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One thing to say about a body.
///
/// Its `Display`, `Debug` and JSON tell of kinds and sizes, never of values; those are in [`value`](Self::value) for
/// who asks.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    pub(super) pointer: String,
    pub(super) severity: Severity,
    rule: Cow<'static, str>,
    expected: Cow<'static, str>,
    actual: Cow<'static, str>,
    forbidden_by: Vec<Source>,
    allowed_by: Vec<Source>,
    #[serde(skip)]
    value: Option<UnknownField>,
}

impl Finding {
    pub(super) fn new(
        pointer: String,
        value: Option<&Tree<'_>>,
        verdict: Verdict,
        rule: impl Into<Cow<'static, str>>,
        expected: impl Into<Cow<'static, str>>,
    ) -> Self {
        let Verdict { severity, forbidden_by, allowed_by } = verdict;
        let (actual, value) = (found(value), value.and_then(Tree::scalar).map(UnknownField::from));
        let (rule, expected) = (rule.into(), expected.into());
        Self { pointer, severity, rule, expected, actual, forbidden_by, allowed_by, value }
    }

    pub(super) fn without_value(self) -> Self {
        Self { value: None, ..self }
    }

    /// Where, as a JSON pointer (RFC 6901) into the body that was checked. What is missing is where it should be.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The rule in words: `must be a string`, `not a field of the document`.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// What there would have been nothing to say about: `a string`, `ready, paid, failed or cancelled`.
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// The kind and size of what is there: `a string of 12 characters`, `null`, `nothing`.
    pub fn actual(&self) -> &str {
        &self.actual
    }

    /// The sources whose rule is broken.
    pub fn forbidden_by(&self) -> &[Source] {
        &self.forbidden_by
    }

    /// The sources that allow it.
    pub fn allowed_by(&self) -> &[Source] {
        &self.allowed_by
    }

    /// The value itself, perhaps a buyer's name or address. `None` for nothing, for arrays and objects, and for secrets.
    pub fn value(&self) -> Option<&Value> {
        self.value.as_deref()
    }
}

/// One line.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = if self.pointer.is_empty() { "the body" } else { &self.pointer };
        write!(f, "{} at {}: {}", self.severity, Printable(pointer), self.rule)?;
        if self.severity != Severity::Drift && !self.rule.ends_with(&*self.expected) {
            write!(f, ", expected {}", self.expected)?;
        }
        write!(f, ", found {}", self.actual)?;
        match (&*list(&self.forbidden_by), &*list(&self.allowed_by)) {
            ("", "") => Ok(()),
            (forbidden_by, "") => write!(f, " (against {forbidden_by})"),
            (forbidden_by, allowed_by) => write!(f, " (against {forbidden_by}; allowed by {allowed_by})"),
        }
    }
}
