//! The claims of the sources about a value: the entries of `x-sources`.

use serde_json::Value;

use super::kind::{JsonKind, JsonKinds};

/// The source that is the vendor's own description.
pub(crate) const VENDOR: &str = "V1";

/// The claim of one source about one value: `TYPE[|null][*] [<=N] [absent]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim<'a> {
    pub(crate) source: &'a str,
    pub(crate) kinds: JsonKinds,
    /// `*`: the value is always there.
    pub(crate) always: bool,
    /// `<=N`, in characters.
    pub(crate) max_length: Option<usize>,
    /// `absent`: the value was missing in some response.
    pub(crate) absent: bool,
}

/// The claim of the vendor's description about a value, from `x-sources`.
pub(crate) enum VendorClaim<'c, 'a> {
    /// There is no `x-sources`: the schema itself is the vendor's.
    Unspecified,
    /// Other sources have the value, the vendor does not.
    Absent,
    Present(&'c Claim<'a>),
}

/// The authority of a source about responses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Authority {
    /// Documentation: says what may be there and what must.
    Documentation,
    /// A sample body: shows kinds, promises nothing about null or missing values.
    Sample,
    /// Responses of the live service: show what occurs.
    Observation,
    /// Reports of others: they show what occurs, and rule nothing out.
    Report,
}

impl<'a> Claim<'a> {
    pub(crate) fn parse(source: &'a str, text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let names = words.next()?;
        let always = names.ends_with('*');
        let kinds = names.strip_suffix('*').unwrap_or(names).split('|').map(JsonKind::named).collect::<Option<_>>()?;
        let mut claim = Self { source, kinds, always, max_length: None, absent: false };
        for word in words {
            match word.strip_prefix("<=") {
                Some(length) => claim.max_length = Some(length.parse().ok()?),
                None if word == "absent" => claim.absent = true,
                None => return None,
            }
        }
        Some(claim)
    }

    /// Returns the claims of a node by source, or `None` without `x-sources`. Skips what is not a claim.
    pub(crate) fn all(node: &'a Value) -> Option<Vec<Self>> {
        let sources = node.get("x-sources")?.as_object().into_iter().flatten();
        let mut claims: Vec<_> = sources.filter_map(|(source, text)| Self::parse(source, text.as_str()?)).collect();
        claims.sort_by_key(|claim| claim.source);
        Some(claims)
    }

    pub(crate) fn authority(&self) -> Authority {
        Authority::of(self.source)
    }
}

impl Authority {
    /// Returns the authority of a source, by its name. The build checks that the name agrees with the source's `kind`.
    pub(crate) fn of(source: &str) -> Self {
        match source {
            "wire" => Self::Observation,
            "reported" => Self::Report,
            _ if source.ends_with("-sample") => Self::Sample,
            _ => Self::Documentation,
        }
    }

    /// Returns the values of `kind` that a source of this authority has at the root of the document.
    #[allow(dead_code, reason = "used where the document is checked")]
    pub(crate) fn source_kinds(self) -> &'static [&'static str] {
        match self {
            Self::Documentation => &["documentation", "description"],
            Self::Sample => &["sample"],
            Self::Observation => &["observation"],
            Self::Report => &["report"],
        }
    }
}
