//! Breaks every rule of every field, one at a time, and compares the finding with the sources of the document.

use std::collections::BTreeSet;

use iamport::{
    generated::{RESPONSES, Response},
    validate::{self, Report, Severity},
};
use serde_json::{Map, Value, json};

use super::sources::{Document, Place};

struct Mutations<'d> {
    document: &'d Document,
    sources: BTreeSet<String>,
    check: &'d dyn Fn(&Value) -> Report,
    /// A body with every field and no finding.
    body: Value,
    count: Count,
}

#[derive(Debug, Default, PartialEq)]
struct Count {
    places: usize,
    rules: usize,
    bodies: usize,
    findings: usize,
}

#[test]
fn every_broken_rule_is_a_finding() {
    let document = Document::read();
    let mut total = Count::default();
    let mut add = |count: Count| {
        total.places += count.places;
        total.rules += count.rules;
        total.bodies += count.bodies;
        total.findings += count.findings;
    };
    let mut seen = BTreeSet::new();
    for Response { operation, status, schema, .. } in RESPONSES {
        let success = |other: &&Response| other.operation == *operation && other.status == 200;
        let envelope = RESPONSES.iter().find(success).unwrap().schema;
        if !seen.insert((envelope, schema)) {
            continue;
        }
        let sources = document.sources(envelope);
        let schema = document.schema(schema);
        let check = |body: &Value| validate::validate_value(operation, *status, body).unwrap();
        add(break_all(&document, sources, schema, &check));
    }
    let sources = iamport::spec::document()["x-sources"].as_object().unwrap();
    let all: BTreeSet<_> = sources.keys().cloned().collect();
    for name in validate::schemas() {
        let schema = document.schema(name);
        let sources = Some(document.sources(name)).filter(|sources| !sources.is_empty()).unwrap_or_else(|| all.clone());
        add(break_all(&document, sources, schema, &|body| validate::schema(name, body).unwrap()));
    }
    println!("{total:?}");
    assert!(total.rules > 5000 && total.findings > 3000, "{total:?}");
}

fn break_all(
    document: &Document,
    sources: BTreeSet<String>,
    schema: &Value,
    check: &dyn Fn(&Value) -> Report,
) -> Count {
    let body = full(document, schema, &sources);
    let report = check(&body);
    assert!(report.is_clean(), "{body}\n{report}");
    let mut mutations = Mutations { document, sources, check, body, count: Count::default() };
    mutations.visit(schema, "", false);
    mutations.count
}

impl Mutations<'_> {
    fn visit(&mut self, schema: &Value, pointer: &str, required: bool) {
        let place = self.document.place(schema, &self.sources);
        self.count.places += 1;
        self.count.rules += place.rules();
        self.break_kind(&place, pointer);
        self.break_value(&place, pointer);
        if let Some((_, name)) = pointer.rsplit_once('/').filter(|(_, name)| name.parse::<usize>().is_err()) {
            let mut body = self.body.clone();
            let parent = body.pointer_mut(&pointer[..pointer.len() - name.len() - 1]).unwrap();
            parent.as_object_mut().unwrap().remove(name);
            self.expect(&body, pointer, self.missing(&place, pointer, required), "nothing");
        }
        let here = self.body.pointer(pointer).unwrap();
        if here.is_object() && !place.properties.is_empty() {
            let mut body = self.body.clone();
            body.pointer_mut(pointer).unwrap()["brand_new"] = 1.into();
            self.expect(&body, &format!("{pointer}/brand_new"), Some(Severity::Drift), "an integer");
            for (name, field) in &place.properties {
                self.visit(field, &format!("{pointer}/{name}"), place.required.contains(name));
            }
        } else if let (true, Some(items)) = (here.is_array(), &place.items) {
            self.visit(items, &format!("{pointer}/0"), false);
        }
    }

    fn break_kind(&mut self, place: &Place, pointer: &str) {
        let is_response = self.is_response(pointer);
        for (kind, value) in [
            ("null", Value::Null),
            ("boolean", true.into()),
            ("integer", place.codes.iter().find(|code| code.is_number()).cloned().unwrap_or(1.into())),
            ("number", json!(1.5)),
            ("string", text(place)),
            ("array", json!([])),
            ("object", json!({})),
        ] {
            let severity = if is_response && kind == "null" { Some(Severity::Violation) } else { place.of_kind(kind) };
            self.put(pointer, value, severity);
        }
    }

    fn break_value(&mut self, place: &Place, pointer: &str) {
        let worse = |severity: Severity| Some(severity);
        if let Some(length) = place.length() {
            let fits = |n: usize| Value::from("가".repeat(n));
            let codes = (!place.codes.is_empty()).then_some(Severity::Drift);
            self.put(pointer, fits(length), codes);
            self.put(pointer, fits(length + 1), codes.or(worse(Severity::Deviation)));
        }
        if place.kinds.contains("string") && !place.kinds.contains("integer") && !place.codes.is_empty() {
            self.put(pointer, "no such code".into(), worse(Severity::Drift));
            let sample = if place.asks_the_sample() { None } else { worse(Severity::Drift) };
            self.put(pointer, "string".into(), sample);
        }
        if place.kinds.contains("integer") && !place.codes.is_empty() {
            self.put(pointer, 99.into(), worse(Severity::Drift));
        }
        if place.pattern {
            self.put(pointer, "!".into(), worse(Severity::Violation));
        }
        if place.minimum {
            self.put(pointer, (-1).into(), worse(Severity::Violation));
        }
        if place.int64 {
            for beyond in ["9223372036854775808", "-9223372036854775809", "123456789012345678901234567890"] {
                self.put(pointer, serde_json::from_str(beyond).unwrap(), worse(Severity::Violation));
            }
        }
    }

    fn put(&mut self, pointer: &str, value: Value, severity: Option<Severity>) {
        let mut body = self.body.clone();
        let found = value.to_string();
        *body.pointer_mut(pointer).unwrap() = value;
        self.expect(&body, pointer, severity, &found);
    }

    /// Asserts the severity at a pointer, and that nothing else has a finding.
    fn expect(&mut self, body: &Value, pointer: &str, severity: Option<Severity>, found: &str) {
        // A `code` other than 0 selects the schema of failures, which has its own cases.
        if pointer == "/code" && body["code"].as_i64().is_some_and(|code| code != 0) {
            return;
        }
        let report = (self.check)(body);
        let here = report.findings().iter().filter(|finding| finding.pointer() == pointer);
        let worst = here.map(validate::Finding::severity).max();
        assert_eq!(worst, severity, "{found} at {pointer:?} by {:?}:\n{report}", self.sources);
        let within = |finding: &&validate::Finding| finding.pointer().starts_with(pointer);
        assert_eq!(report.findings().iter().filter(within).count(), report.findings().len(), "{pointer}: {report}");
        self.count.bodies += 1;
        self.count.findings += report.findings().len();
    }

    fn missing(&self, place: &Place, pointer: &str, required: bool) -> Option<Severity> {
        if self.is_response(pointer) { Some(Severity::Violation) } else { place.missing(required) }
    }

    /// Whether this is the `response` that an envelope of code 0 requires. A schema that is validated alone has none.
    fn is_response(&self, pointer: &str) -> bool {
        let null = json!({"code": 0, "message": "", "response": null});
        pointer == "/response" && (self.check)(&null).max_severity() == Some(Severity::Violation)
    }
}

/// A value with every field, which all sources allow.
fn full(document: &Document, schema: &Value, sources: &BTreeSet<String>) -> Value {
    let place = document.place(schema, sources);
    let kinds = ["object", "array", "string", "integer", "number", "boolean", "null"];
    let kind = kinds.into_iter().find(|kind| place.of_kind(kind).is_none()).unwrap();
    match kind {
        "object" => {
            let fields = place.properties.iter().map(|(name, field)| (name.clone(), full(document, field, sources)));
            let mut fields: Map<_, _> = fields.collect();
            if fields.contains_key("code") {
                fields["code"] = 0.into();
            }
            fields.into()
        }
        "array" => vec![full(document, place.items.as_ref().unwrap(), sources)].into(),
        "string" => text(&place),
        "integer" => place.codes.first().cloned().unwrap_or(1.into()),
        "number" => json!(1.5),
        "boolean" => true.into(),
        _ => panic!("{schema} has no type that all sources allow"),
    }
}

/// A string that the field allows.
fn text(place: &Place) -> Value {
    let code = place.codes.iter().find(|code| code.is_string()).cloned();
    code.unwrap_or(if place.pattern && !place.kinds.contains("integer") { "A01" } else { "0" }.into())
}
