//! From an error of the JSON Schema to findings that people understand.

use std::borrow::Cow;

use jsonschema::{ValidationError, error::ValidationErrorKind as Broken};

use super::{
    compile::{Compiled, escaped, property_of},
    finding::Finding,
    kind::Kind,
    rule::Verdict,
    tree::Tree,
};

/// Everything there is to say about a body, in no order.
pub(super) fn findings(compiled: &'static Compiled, body: &Tree<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for error in compiled.validator.iter_errors(body) {
        explain(compiled, body, &error, &mut findings);
    }
    findings
}

/// That an answer of code 0 has nothing to answer with.
pub(super) fn no_answer(compiled: &'static Compiled, response: Option<&Tree<'_>>) -> Option<Finding> {
    let place = compiled.places.get(&property_of("", "response"))?;
    let rule = "must be there where `code` is 0";
    Some(Finding::new(
        "/response".to_owned(),
        response,
        place.violation(),
        rule,
        place.quiet.without(Kind::Null).to_string(),
    ))
}

fn explain(compiled: &'static Compiled, body: &Tree<'_>, error: &ValidationError<'_>, findings: &mut Vec<Finding>) {
    let (at, _keyword) = error.schema_path().as_str().rsplit_once('/').unwrap_or_default();
    let Some(place) = compiled.places.get(at) else { return };
    let pointer = error.instance_path().as_str();
    let Some(value) = body.at(pointer) else { return };

    let mut add = |verdict: Verdict, rule: Cow<'static, str>, expected: Cow<'static, str>| {
        let finding = Finding::new(pointer.to_owned(), Some(value), verdict, rule, expected);
        findings.push(if place.secret { finding.without_value() } else { finding });
    };
    match error.kind() {
        Broken::Type { .. } => {
            let kind = Kind::of(value);
            let Some(verdict) = place.of_kind(kind) else { return };
            match kind {
                Kind::Null => add(verdict, "must not be null".into(), place.expected.as_str().into()),
                _ => add(verdict, must_be(&place.expected), place.expected.as_str().into()),
            }
        }
        Broken::MaxLength { limit } => {
            let expected = format!("at most {limit} characters long");
            let Tree::String(text) = value else { return };
            let Some(verdict) = place.of_length(text.chars().count()) else { return };
            add(verdict, must_be(&expected), expected.into());
        }
        Broken::Enum { .. } => {
            add(place.unlisted(), "not a code of the document".into(), place.codes.as_str().into());
        }
        Broken::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            let Some(place) = compiled.places.get(&property_of(at, name)) else { return };
            let Some(verdict) = place.missing() else { return };
            let pointer = format!("{pointer}/{}", escaped(name));
            findings.push(Finding::new(pointer, None, verdict, "must be there", place.expected.as_str()));
        }
        Broken::AdditionalProperties { unexpected } => {
            findings.extend(unexpected.iter().map(|name| {
                let pointer = format!("{pointer}/{}", escaped(name));
                let rule = "not a field of the document";
                Finding::new(pointer, value.get(name), Verdict::unknown(), rule, "no such field")
            }));
        }
        broken => {
            let expected = match broken {
                Broken::Pattern { pattern } => format!("text that matches {pattern}"),
                Broken::Minimum { limit } => format!("at least {limit}"),
                Broken::Maximum { limit } => format!("at most {limit}"),
                other => format!("right by `{}`", other.keyword()),
            };
            add(place.violation(), must_be(&expected), expected.into());
        }
    }
}

fn must_be(expected: &str) -> Cow<'static, str> {
    format!("must be {expected}").into()
}
