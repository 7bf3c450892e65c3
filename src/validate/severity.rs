//! The severity of a deviation from the document, decided in this file only. The module's documentation has the table.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::{
    document::{
        claim::{Authority, Claim},
        kind::{JsonKind, JsonKinds},
    },
    spec::document,
};

/// The severity of a finding, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// One source does not allow the value, another one or the document itself does.
    Deviation,
    /// The document does not have the field or the code: the API may have changed.
    Drift,
    /// The value contradicts the document, or the body does not decode without it.
    Violation,
}

impl Severity {
    /// Returns the severity in one word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deviation => "deviation",
            Self::Drift => "drift",
            Self::Violation => "violation",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A source of the document: a documentation page, a sample, or the responses of the live service.
///
/// The document lists its sources under `x-sources`. Displayed and serialized as the name that it has there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Source(pub(super) &'static str);

impl Source {
    /// Returns the name of the source: `A`, `B`, `B-sample`, `V1`, `wire`.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Returns what the source is: `The sample response on the page B`.
    pub fn title(self) -> &'static str {
        self.property("title").unwrap_or_default()
    }

    /// Returns the address of the source, if it has one.
    pub fn address(self) -> Option<&'static str> {
        self.property("address")
    }

    fn property(self, name: &str) -> Option<&'static str> {
        document().get("x-sources")?.get(self.0)?.get(name)?.as_str()
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

/// The severity of a value, with the sources that do not allow it and those that do.
#[derive(Debug)]
pub(super) struct Assessment {
    pub(super) severity: Severity,
    pub(super) not_allowed_by: Vec<Source>,
    pub(super) allowed_by: Vec<Source>,
    /// A deviation that responses of the live service have.
    pub(super) ordinary: bool,
}

impl Assessment {
    pub(super) fn drift(not_allowed_by: Vec<Source>) -> Self {
        Self { severity: Severity::Drift, not_allowed_by, allowed_by: Vec::new(), ordinary: false }
    }

    fn violation(not_allowed_by: Vec<Source>) -> Self {
        Self { severity: Severity::Violation, not_allowed_by, allowed_by: Vec::new(), ordinary: false }
    }
}

/// The rules of the document and its sources for one field.
pub(super) struct FieldClaims<'c> {
    /// The kinds that the document's schema allows.
    pub(super) kinds: JsonKinds,
    /// Whether a body does not decode without the value.
    pub(super) required: bool,
    /// The claims of the sources that cover the operation.
    pub(super) claims: &'c [Claim<'static>],
}

impl FieldClaims<'_> {
    /// Assesses a value of this kind.
    pub(super) fn kind(&self, kind: JsonKind) -> Option<Assessment> {
        if !self.kinds.allows(kind) {
            return Some(self.violation());
        }
        let mut assessment = self.split(|claim| match (kind, claim.authority()) {
            _ if claim.kinds.allows(kind) => Some(true),
            // Documentation does not mention null: a value that can be missing can also be null.
            (JsonKind::Null, Authority::Documentation) => Some(!claim.always),
            (JsonKind::Null, Authority::Sample) | (_, Authority::Report) => None,
            _ => Some(false),
        });
        // If responses have this kind, documentation with another kind is wrong. Its `*` still applies.
        assessment.ordinary = self.observed(|claim| claim.kinds.allows(kind));
        if assessment.ordinary {
            assessment.not_allowed_by.retain(|source| {
                kind == JsonKind::Null && self.claims.iter().any(|claim| claim.always && claim.source == source.0)
            });
        }
        Some(assessment).filter(|assessment| !assessment.not_allowed_by.is_empty())
    }

    /// Assesses a missing value.
    pub(super) fn missing(&self) -> Option<Assessment> {
        let mut assessment = self.split(|claim| match claim.authority() {
            Authority::Documentation => Some(!claim.always),
            // Neither a sample nor a response shows that a value is always present.
            Authority::Sample | Authority::Report => None,
            Authority::Observation => claim.absent.then_some(true),
        });
        assessment.ordinary = self.observed(|claim| claim.absent);
        match assessment.not_allowed_by.is_empty() {
            true if self.required => Some(self.violation()),
            true => None,
            false if self.required => Some(Assessment::violation(assessment.not_allowed_by)),
            false => Some(assessment),
        }
    }

    /// Assesses a string of this many characters.
    pub(super) fn length(&self, length: usize) -> Assessment {
        self.split(|claim| Some(claim.max_length.is_none_or(|longest| length <= longest)))
    }

    /// Assesses a value that the document does not allow.
    pub(super) fn violation(&self) -> Assessment {
        Assessment::violation(self.claims.iter().map(|claim| Source(claim.source)).collect())
    }

    fn observed(&self, shows: impl Fn(&Claim<'static>) -> bool) -> bool {
        self.claims.iter().any(|claim| claim.authority() == Authority::Observation && shows(claim))
    }

    /// Returns a deviation from the sources that do not allow a value; some sources say nothing about it.
    fn split(&self, allows: impl Fn(&Claim<'static>) -> Option<bool>) -> Assessment {
        let sources = |assessment| {
            let claims = self.claims.iter().filter(|claim| allows(claim) == Some(assessment));
            claims.map(|claim| Source(claim.source)).collect()
        };
        let (not_allowed_by, allowed_by) = (sources(false), sources(true));
        Assessment { severity: Severity::Deviation, not_allowed_by, allowed_by, ordinary: false }
    }
}
