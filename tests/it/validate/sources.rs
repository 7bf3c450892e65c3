//! The findings that follow from the document's `x-sources`, computed independently of the crate.

use std::collections::BTreeSet;

use iamport::validate::Severity;
use serde_json::Value;

/// The document, with its references resolved on demand.
pub(crate) struct Document(Value);

/// The rules of a field, as far as the tests need them.
#[derive(Debug, Default)]
pub(crate) struct Place {
    pub(crate) kinds: BTreeSet<String>,
    pub(crate) pattern: bool,
    pub(crate) minimum: bool,
    pub(crate) int64: bool,
    pub(crate) codes: Vec<Value>,
    pub(crate) properties: Vec<(String, Value)>,
    pub(crate) required: Vec<String>,
    pub(crate) items: Option<Value>,
    claims: Vec<(String, String)>,
}

impl Document {
    pub(crate) fn read() -> Self {
        Self(yaml_serde::from_str(include_str!("../../../openapi/iamport.yaml")).unwrap())
    }

    pub(crate) fn schema(&self, name: &str) -> &Value {
        &self.0["components"]["schemas"][name]
    }

    /// The sources that describe the fields of a schema.
    pub(crate) fn sources(&self, schema: &str) -> BTreeSet<String> {
        let mut place = Place::default();
        self.gather(self.schema(schema), &mut place);
        let claims = place.properties.iter().filter_map(|(_, field)| field["x-sources"].as_object());
        claims.flat_map(|claims| claims.keys().cloned()).collect()
    }

    pub(crate) fn place(&self, schema: &Value, sources: &BTreeSet<String>) -> Place {
        let mut place = Place::default();
        self.gather(schema, &mut place);
        if place.kinds.is_empty() {
            place.kinds =
                ["null", "boolean", "integer", "number", "string", "array", "object"].map(str::to_owned).into();
        }
        let claims = schema["x-sources"].as_object().into_iter().flatten();
        let claims = claims.filter(|(source, _)| sources.contains(*source));
        place.claims = claims.map(|(source, text)| (source.clone(), text.as_str().unwrap().to_owned())).collect();
        place
    }

    fn gather(&self, schema: &Value, place: &mut Place) {
        if let Some(to) = schema["$ref"].as_str() {
            return self.gather(self.0.pointer(&to[1..]).unwrap(), place);
        }
        for part in ["allOf", "oneOf"].iter().filter_map(|key| schema[key].as_array()).flatten() {
            self.gather(part, place);
        }
        let only_null = schema["enum"] == serde_json::json!([null]);
        if let Some(kind) = schema["type"].as_str().filter(|_| !only_null) {
            place.kinds.insert(kind.to_owned());
            place.kinds.extend((kind == "number").then(|| "integer".to_owned()));
        }
        if only_null || schema["nullable"] == true {
            place.kinds.insert("null".to_owned());
        }
        place.pattern |= schema["pattern"].is_string();
        place.minimum |= schema["minimum"].is_number();
        place.int64 |= schema["format"] == "int64";
        let list = |key: &str| schema[key].as_array().cloned().unwrap_or_default();
        if !list("x-listed-by").is_empty() {
            place.codes.extend(list("x-extensible-enum").iter().map(|code| code["value"].clone()));
        }
        place.required.extend(list("required").iter().map(|name| name.as_str().unwrap().to_owned()));
        let fields = schema["properties"].as_object().into_iter().flatten();
        place.properties.extend(fields.map(|(name, field)| (name.clone(), field.clone())));
        place.items = schema.get("items").cloned().or(place.items.take());
    }
}

impl Place {
    /// The number of rules: one for each JSON type, presence, length, bounds, codes.
    pub(crate) fn rules(&self) -> usize {
        let one = usize::from;
        7 + 1
            + one(self.length().is_some())
            + one(self.pattern)
            + one(self.minimum)
            + one(self.int64)
            + one(!self.codes.is_empty())
    }

    /// The severity of a value of this JSON type.
    pub(crate) fn of_kind(&self, kind: &str) -> Option<Severity> {
        if !self.kinds.contains(kind) {
            return Some(Severity::Violation);
        }
        let says = |text: &str| kinds(text).iter().any(|k| k == kind || (k == "number" && kind == "integer"));
        let wire = self.claims.iter().find(|(source, _)| source == "wire");
        let wire_says = wire.is_some_and(|(_, text)| says(text));
        let forbidding = |(source, text): &&(String, String)| match kind {
            _ if says(text) => false,
            "null" => starred(text) || (source == "wire" && !wire_says),
            _ => !wire_says,
        };
        let forbidding = self.claims.iter().filter(forbidding).count();
        (forbidding > 0).then_some(Severity::Deviation)
    }

    /// The severity of a missing value.
    pub(crate) fn missing(&self, required: bool) -> Option<Severity> {
        if required {
            return Some(Severity::Violation);
        }
        let promised = self.claims.iter().any(|(_, text)| starred(text));
        promised.then_some(Severity::Deviation)
    }

    pub(crate) fn length(&self) -> Option<usize> {
        let lengths =
            self.claims.iter().filter_map(|(_, text)| text.split("<=").nth(1)?.split(' ').next()?.parse().ok());
        lengths.min()
    }

    pub(crate) fn asks_the_sample(&self) -> bool {
        self.claims.iter().any(|(source, _)| source == "B-sample")
    }
}

fn kinds(text: &str) -> Vec<String> {
    let kinds = text.split(' ').next().unwrap().trim_end_matches('*');
    kinds.split('|').map(str::to_owned).collect()
}

fn starred(text: &str) -> bool {
    text.contains('*')
}
