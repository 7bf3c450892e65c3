//! A schema as both formats mean it: what is left of it when references and compositions are resolved.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    slice,
};

use serde_json::{Map, Value};

use super::{
    kind::{self, Kind, Kinds},
    voice::Voice,
};

/// One level of a schema: what is in its fields and items is read when one comes to it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shape<'a> {
    /// The types that are allowed: none told means any, none left means null alone.
    pub(crate) kinds: Option<Kinds>,
    pub(crate) nullable: bool,
    pub(crate) fields: BTreeMap<&'a str, &'a Value>,
    pub(crate) required: BTreeSet<&'a str>,
    pub(crate) items: Option<&'a Value>,
    pub(crate) codes: Vec<Code<'a>>,
    pub(crate) max_length: Option<u64>,
    /// Its strings follow a pattern, so that not any string will do.
    pub(crate) patterned: bool,
    /// Fields that a source lists by mistake.
    pub(crate) slips: BTreeSet<&'a str>,
    pub(crate) voice: Voice,
    /// The name of the schema that its fields stand in.
    pub(crate) owner: Option<&'a str>,
}

/// A value that is listed for a code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Code<'a> {
    pub(crate) value: &'a Value,
    /// Who lists it, where that is told.
    pub(crate) sources: &'a [Value],
}

impl<'a> Shape<'a> {
    /// What a schema says itself, without what it refers to.
    pub(crate) fn of(node: &'a Value, name: Option<&'a str>) -> Self {
        let mut shape = Self { voice: Voice::of(node), ..Self::default() };
        shape.nullable = is(node, "nullable") || is(node, "x-nullable");
        shape.fields = object(node, "properties").map(|(name, node)| (name.as_str(), node)).collect();
        shape.required = list(node, "required").iter().filter_map(Value::as_str).collect();
        shape.items = node.get("items");
        shape.max_length = node.get("maxLength").and_then(length);
        shape.patterned = node.get("pattern").is_some();
        shape.slips = object(node, "x-slips")
            .flat_map(|(_, names)| names.as_array())
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        shape.owner = name.filter(|_| !shape.fields.is_empty());

        let listed = node.get("const").map_or(list(node, "enum"), slice::from_ref);
        let known = list(node, "x-extensible-enum")
            .iter()
            .map(|code| Code { value: code.get("value").unwrap_or(code), sources: list(code, "sources") });
        let closed = listed.iter().map(|value| Code { value, sources: &[] });
        shape.codes = closed.chain(known).filter(|code| !code.value.is_null()).collect();
        let (kinds, null) = types(node);
        shape.nullable |= null || listed.contains(&Value::Null);
        shape.kinds = kinds.or_else(|| {
            if !listed.is_empty() {
                Some(listed.iter().filter_map(Kind::of).collect())
            } else if !shape.fields.is_empty() {
                Some(Kinds::from([Kind::Object]))
            } else {
                shape.items.map(|_| Kinds::from([Kind::Array]))
            }
        });
        if !listed.is_empty() && listed.iter().all(Value::is_null) {
            shape.kinds = Some(Kinds::new());
        }
        shape
    }

    /// What holds beside it: a part of `allOf`, or what it refers to.
    pub(crate) fn and(&mut self, part: &Self) {
        self.kinds = match (self.kinds.take(), &part.kinds) {
            (None, theirs) => theirs.clone(),
            (ours, None) => ours,
            (Some(ours), Some(theirs)) => Some(kind::common(ours, theirs)),
        };
        // Strictly all parts must allow null; but whoever writes it beside a reference means it.
        self.nullable |= part.nullable;
        for (name, node) in &part.fields {
            self.fields.entry(name).or_insert(node);
        }
        self.required.extend(&part.required);
        self.items = self.items.or(part.items);
        if self.codes.is_empty() {
            self.codes.clone_from(&part.codes);
        }
        self.max_length = self.max_length.into_iter().chain(part.max_length).min();
        self.patterned |= part.patterned;
        self.slips.extend(&part.slips);
        if matches!(self.voice, Voice::Untold) {
            self.voice.clone_from(&part.voice);
        }
        self.owner = self.owner.or(part.owner);
    }

    /// One of several: `oneOf` and `anyOf`.
    pub(crate) fn either(branches: &[Rc<Self>]) -> Self {
        let mut either = Self { nullable: branches.iter().any(|branch| branch.nullable), ..Self::default() };
        let branches = || branches.iter().filter(|branch| branch.kinds.as_ref().is_none_or(|kinds| !kinds.is_empty()));
        for branch in branches() {
            let kinds = either.kinds.take();
            either.and(branch);
            either.kinds = kinds;
        }
        let kinds: Option<Vec<&Kinds>> = branches().map(|branch| branch.kinds.as_ref()).collect();
        either.kinds = kinds.map(|kinds| kinds.into_iter().flatten().copied().collect());
        either.codes = branches().flat_map(|branch| &branch.codes).copied().collect();
        let lengths: Option<Vec<u64>> = branches().map(|branch| branch.max_length).collect();
        either.max_length = lengths.and_then(|lengths| lengths.into_iter().max());
        let objects = || branches().filter(|branch| !branch.fields.is_empty());
        either.required.retain(|name| objects().all(|branch| branch.required.contains(name)));
        either
    }

    /// The types by the vendor's word, or else by the schema.
    pub(crate) fn kinds_told(&self) -> Option<&Kinds> {
        match &self.voice {
            Voice::Says(word) if !word.kinds.is_empty() => Some(&word.kinds),
            _ => self.kinds.as_ref(),
        }
    }

    /// The longest string by the vendor's word, or else by the schema.
    pub(crate) fn length_told(&self) -> Option<u64> {
        match &self.voice {
            Voice::Says(word) => word.max_length,
            _ => self.max_length,
        }
    }

    /// Whether it must be there by the vendor's word, or else by whoever holds it.
    pub(crate) fn required_told(&self, required: bool) -> bool {
        match &self.voice {
            Voice::Says(word) => word.required,
            _ => required,
        }
    }
}

/// The types that a schema names, and whether null is one of them.
fn types(node: &Value) -> (Option<Kinds>, bool) {
    let names = match node.get("type") {
        Some(Value::Array(names)) => names.as_slice(),
        Some(name) => slice::from_ref(name),
        None => &[],
    };
    let null = names.iter().any(|name| name == "null");
    let date = matches!(node.get("format").and_then(Value::as_str), Some("date" | "date-time"));
    let kinds: Kinds = names
        .iter()
        .filter_map(|name| Kind::named(name.as_str()?))
        .map(|kind| if date && kind == Kind::String { Kind::Date } else { kind })
        .collect();
    ((null || !kinds.is_empty()).then_some(kinds), null)
}

/// The vendor writes numbers in quotes.
fn length(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn is(node: &Value, key: &str) -> bool {
    node.get(key) == Some(&Value::Bool(true))
}

pub(crate) fn list<'a>(node: &'a Value, key: &str) -> &'a [Value] {
    node.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

pub(crate) fn object<'a>(node: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    node.get(key).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}
