//! What the vendor's own description is known to say of a value: the entry `V1` of `x-sources`.

use serde_json::Value;

use super::kind::{Kind, Kinds};

/// The name under which the vendor's description stands in `x-sources`.
pub(crate) const VENDOR: &str = "V1";

/// What the vendor says, as far as `x-sources` tells.
#[derive(Clone, Debug, Default)]
pub(crate) enum Voice {
    /// There is no `x-sources`: the schema speaks for the vendor too.
    #[default]
    Untold,
    /// Other sources speak of it, the vendor does not.
    Silent,
    Says(Word),
}

/// `TYPE[|null][*] [<=N] [absent]`
#[derive(Clone, Debug, Default)]
pub(crate) struct Word {
    pub(crate) kinds: Kinds,
    pub(crate) required: bool,
    pub(crate) max_length: Option<u64>,
}

impl Voice {
    pub(crate) fn of(node: &Value) -> Self {
        let Some(sources) = node.get("x-sources") else { return Self::Untold };
        sources.get(VENDOR).and_then(Value::as_str).map_or(Self::Silent, |text| Self::Says(Word::read(text)))
    }
}

impl Word {
    fn read(text: &str) -> Self {
        let mut parts = text.split_whitespace();
        let kinds = parts.next().unwrap_or_default();
        let length = parts.find_map(|part| part.strip_prefix("<="));
        Self {
            kinds: kinds.trim_end_matches('*').split('|').filter_map(Kind::named).collect(),
            required: kinds.ends_with('*'),
            max_length: length.and_then(|length| length.parse().ok()),
        }
    }
}
