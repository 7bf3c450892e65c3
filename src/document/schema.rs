//! A schema with its references and compositions resolved.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    slice,
};

use serde_json::{Map, Value};

use super::{
    claim::{Claim, VENDOR, VendorClaim},
    kind::{JsonKind, JsonKinds},
};

/// The limits and the default of a value, which only the comparison of descriptions reads.
pub(crate) const KEYWORDS: [&str; 10] = [
    "default",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "multipleOf",
    "pattern",
];

/// One level of a schema. The schemas of its fields and items are resolved on demand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Schema<'a> {
    /// The node that it is read from; that of the fields if they are elsewhere.
    pub(crate) node: Option<&'a Value>,
    /// The kinds that are allowed, apart from null: any kind without a set, only null with an empty one.
    pub(crate) kinds: Option<JsonKinds>,
    pub(crate) nullable: bool,
    pub(crate) fields: BTreeMap<&'a str, &'a Value>,
    pub(crate) required: BTreeSet<&'a str>,
    pub(crate) items: Option<&'a Value>,
    pub(crate) codes: Vec<Code<'a>>,
    /// The sources that list all codes. Without one, the codes are examples.
    pub(crate) listed_by: Vec<&'a str>,
    pub(crate) min_length: Option<usize>,
    pub(crate) max_length: Option<usize>,
    pub(crate) pattern: Option<&'a str>,
    pub(crate) minimum: Option<i64>,
    pub(crate) maximum: Option<i64>,
    /// The [`KEYWORDS`] as they are written.
    pub(crate) keywords: BTreeMap<&'static str, &'a Value>,
    pub(crate) deprecated: bool,
    /// A number that is exact in 28 decimal digits, by its `format`.
    pub(crate) decimal: bool,
    /// A key or a token, by its `format`.
    pub(crate) secret: bool,
    /// Fields that a source lists by mistake.
    pub(crate) mistakes: BTreeSet<&'a str>,
    /// The claims of the sources, or `None` without `x-sources`.
    pub(crate) claims: Option<Vec<Claim<'a>>>,
    /// The name of the schema that has the fields.
    pub(crate) owner: Option<&'a str>,
}

/// A listed value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Code<'a> {
    pub(crate) value: &'a Value,
    /// The sources that list it, as far as the document says.
    pub(crate) sources: &'a [Value],
}

impl<'a> Schema<'a> {
    /// Reads what a node says itself, without what it refers to.
    pub(crate) fn of(node: &'a Value, name: Option<&'a str>) -> Self {
        let is = |key| node.get(key) == Some(&Value::Bool(true));
        let format = node.get("format").and_then(Value::as_str);
        let bound = |key, format_bound| node.get(key).and_then(Value::as_i64).or(format_bound);
        let (least, most) = match format {
            Some("int32") => (Some(i32::MIN.into()), Some(i32::MAX.into())),
            Some("int64") => (Some(i64::MIN), Some(i64::MAX)),
            _ => (None, None),
        };
        let listed = node.get("const").map_or(list(node, "enum"), slice::from_ref);
        let closed = listed.iter().map(|value| Code { value, sources: &[] });
        let open = list(node, "x-extensible-enum")
            .iter()
            .map(|code| Code { value: code.get("value").unwrap_or(code), sources: list(code, "sources") });
        let mut schema = Self {
            node: Some(node),
            kinds: None,
            nullable: is("nullable") || is("x-nullable") || listed.contains(&Value::Null),
            fields: object(node, "properties").map(|(name, node)| (name.as_str(), node)).collect(),
            required: strings(list(node, "required")).collect(),
            items: node.get("items"),
            codes: closed.chain(open).filter(|code| !code.value.is_null()).collect(),
            listed_by: strings(list(node, "x-listed-by")).collect(),
            min_length: node.get("minLength").and_then(length),
            max_length: node.get("maxLength").and_then(length),
            pattern: node.get("pattern").and_then(Value::as_str),
            minimum: bound("minimum", least),
            maximum: bound("maximum", most),
            keywords: KEYWORDS.into_iter().filter_map(|key| Some((key, node.get(key)?))).collect(),
            deprecated: is("deprecated"),
            decimal: format == Some("decimal"),
            secret: format == Some("password"),
            mistakes: object(node, "x-mistakes")
                .filter_map(|(_, names)| names.as_array())
                .flat_map(|names| strings(names))
                .collect(),
            claims: Claim::all(node),
            owner: None,
        };
        schema.owner = name.filter(|_| !schema.fields.is_empty());

        let named: JsonKinds = types(node).filter_map(JsonKind::named).collect();
        schema.nullable |= named.allows(JsonKind::Null);
        let date = matches!(format, Some("date" | "date-time"));
        let dated = |kind| if date && kind == JsonKind::String { JsonKind::Date } else { kind };
        let of_values = || listed.iter().map(JsonKind::of).collect::<JsonKinds>();
        let implied = match () {
            () if !named.is_empty() => Some(named.iter().map(dated).collect()),
            () if !listed.is_empty() => Some(of_values()),
            () if !schema.fields.is_empty() => Some(JsonKinds::from_iter([JsonKind::Object])),
            () => schema.items.map(|_| JsonKinds::from_iter([JsonKind::Array])),
        };
        let only_null = !listed.is_empty() && listed.iter().all(Value::is_null);
        schema.kinds =
            if only_null { Some(JsonKinds::default()) } else { implied.map(|kinds| kinds.without(JsonKind::Null)) };
        schema
    }

    /// Returns the number of its fields, codes and claims.
    pub(super) fn parts(&self) -> usize {
        let claims = self.claims.as_ref().map_or(0, Vec::len);
        self.fields.len() + self.required.len() + self.codes.len() + self.mistakes.len() + claims
    }

    /// Adds a part of `allOf`, or the target of a `$ref`.
    pub(crate) fn and(&mut self, part: &Self) {
        self.kinds = match (self.kinds, part.kinds) {
            (Some(ours), Some(theirs)) => Some(ours.intersection(theirs)),
            (ours, theirs) => ours.or(theirs),
        };
        // By the specification, each part must allow null. But the author of `nullable` next to a reference means to allow it.
        self.nullable |= part.nullable;
        if self.fields.is_empty() && !part.fields.is_empty() {
            self.node = part.node;
        }
        for (name, node) in &part.fields {
            self.fields.entry(name).or_insert(node);
        }
        self.required.extend(&part.required);
        self.items = self.items.or(part.items);
        if self.codes.is_empty() {
            self.codes.clone_from(&part.codes);
            self.listed_by.clone_from(&part.listed_by);
        }
        self.max_length = self.max_length.into_iter().chain(part.max_length).min();
        self.min_length = self.min_length.max(part.min_length);
        self.pattern = self.pattern.or(part.pattern);
        self.minimum = self.minimum.max(part.minimum);
        self.maximum = self.maximum.into_iter().chain(part.maximum).min();
        for (key, value) in &part.keywords {
            self.keywords.entry(key).or_insert(value);
        }
        self.deprecated |= part.deprecated;
        self.decimal |= part.decimal;
        self.secret |= part.secret;
        self.mistakes.extend(&part.mistakes);
        if self.claims.is_none() {
            self.claims.clone_from(&part.claims);
        }
        self.owner = self.owner.or(part.owner);
    }

    /// Returns the union of `oneOf` or `anyOf`.
    pub(crate) fn any(branches: &[Rc<Self>]) -> Self {
        let nullable = branches.iter().any(|branch| branch.nullable);
        let mut union = Self { nullable, ..Self::default() };
        let branches = || branches.iter().filter(|branch| branch.kinds.is_none_or(|kinds| !kinds.is_empty()));
        for branch in branches() {
            union.and(&Self { kinds: None, ..(**branch).clone() });
        }
        let kinds: Option<Vec<_>> = branches().map(|branch| branch.kinds).collect();
        union.kinds = kinds.map(|kinds| kinds.into_iter().fold(JsonKinds::default(), JsonKinds::union));
        union.codes = branches().flat_map(|branch| &branch.codes).copied().collect();
        let lengths: Option<Vec<_>> = branches().map(|branch| branch.max_length).collect();
        union.max_length = lengths.and_then(|lengths| lengths.into_iter().max());
        let objects = || branches().filter(|branch| !branch.fields.is_empty());
        union.required.retain(|name| objects().all(|branch| branch.required.contains(name)));
        union
    }

    pub(crate) fn vendor(&self) -> VendorClaim<'_, 'a> {
        let Some(claims) = &self.claims else { return VendorClaim::Unspecified };
        claims.iter().find(|claim| claim.source == VENDOR).map_or(VendorClaim::Absent, VendorClaim::Present)
    }

    /// Returns the kinds that the vendor claims, apart from null, or else those of the schema.
    pub(crate) fn vendor_kinds(&self) -> Option<JsonKinds> {
        match self.vendor() {
            VendorClaim::Present(claim) => Some(claim.kinds.without(JsonKind::Null)).filter(|kinds| !kinds.is_empty()),
            _ => None,
        }
        .or(self.kinds)
    }

    /// Returns the longest string that the vendor claims, or else that of the schema.
    pub(crate) fn vendor_length(&self) -> Option<usize> {
        if let VendorClaim::Present(claim) = self.vendor() { claim.max_length } else { self.max_length }
    }

    /// Returns whether the vendor claims that the value is always there, or else what its object says.
    pub(crate) fn vendor_required(&self, required: bool) -> bool {
        if let VendorClaim::Present(claim) = self.vendor() { claim.always } else { required }
    }
}

/// Returns the names in `type`: one, or several in OpenAPI 3.1.
pub(crate) fn types(node: &Value) -> impl Iterator<Item = &str> {
    strings(match node.get("type") {
        Some(Value::Array(names)) => names,
        Some(name) => slice::from_ref(name),
        None => &[],
    })
}

/// Reads a length, which the vendor writes as a string.
fn length(value: &Value) -> Option<usize> {
    value.as_u64().map(usize::try_from).and_then(Result::ok).or_else(|| value.as_str()?.trim().parse().ok())
}

pub(super) fn strings(values: &[Value]) -> impl Iterator<Item = &str> {
    values.iter().filter_map(Value::as_str)
}

pub(crate) fn list<'a>(node: &'a Value, key: &str) -> &'a [Value] {
    node.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

pub(crate) fn object<'a>(node: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    node.get(key).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}
