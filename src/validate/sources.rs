//! Who says what about a value: the document's `x-sources`, read.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::{
    document::Fault,
    kind::{Kind, Kinds},
};

/// One of the sources that the document is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub enum Source {
    /// The documentation of the billing key's payments.
    A,
    /// The documentation of the look-up by order.
    B,
    /// The sample body in B.
    #[serde(rename = "B-sample")]
    BSample,
    /// The vendor's Swagger 2.0 description.
    V1,
    /// Bodies of the live service: what occurs.
    #[serde(rename = "wire")]
    Wire,
}

impl Source {
    /// All of them, in the order of the document.
    pub const ALL: [Self; 5] = [Self::A, Self::B, Self::BSample, Self::V1, Self::Wire];

    /// The name that the document has for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::BSample => "B-sample",
            Self::V1 => "V1",
            Self::Wire => "wire",
        }
    }

    pub(super) fn named(name: &str) -> Result<Self, Fault> {
        let source = Self::ALL.into_iter().find(|source| source.as_str() == name);
        source.ok_or_else(|| format!("`{name}` is none of the sources"))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What one source says about one value: `TYPE[|null][*] [<=N] [absent]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim {
    pub(super) source: Source,
    pub(super) kinds: Kinds,
    /// `*`: marked as always there.
    pub(super) always: bool,
    /// `<=N`, in characters.
    pub(super) length: Option<usize>,
    /// `absent`: seen to be missing.
    pub(super) absent: bool,
}

impl Claim {
    fn parse(source: Source, text: &str) -> Result<Self, Fault> {
        let fault = || format!("`{text}` in x-sources is not TYPE[|null][*] [<=N] [absent]");
        let mut words = text.split_whitespace();
        let kinds = words.next().ok_or_else(fault)?;
        let mut claim = Self { source, kinds: Kinds::NONE, always: kinds.ends_with('*'), length: None, absent: false };
        for name in kinds.trim_end_matches('*').split('|') {
            claim.kinds = claim.kinds.with(Kind::named(name).ok_or_else(fault)?);
        }
        for word in words {
            match word.strip_prefix("<=") {
                Some(length) => claim.length = Some(length.parse().map_err(|_| fault())?),
                None if word == "absent" => claim.absent = true,
                None => return Err(fault()),
            }
        }
        Ok(claim)
    }
}

/// The claims about a schema of the document, of those sources that speak of the operation.
pub(super) fn claims(schema: &Value, speaking: &[Source]) -> Result<Vec<Claim>, Fault> {
    let mut claims = Vec::new();
    for (source, text) in schema.get("x-sources").and_then(Value::as_object).into_iter().flatten() {
        let claim = Claim::parse(Source::named(source)?, text.as_str().unwrap_or_default())?;
        if speaking.contains(&claim.source) {
            claims.push(claim);
        }
    }
    claims.sort_by_key(|claim| claim.source);
    Ok(claims)
}
