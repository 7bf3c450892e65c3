//! Compiles the document: for each response, the rules of the sources that cover its operation.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::{LazyLock, OnceLock},
};

use regex_lite::Regex;
use serde_json::Value;

use super::{
    error::ValidateError,
    rule::{BrokenRule, Codes, FieldRule, Fields, WORDS, one_of, undeclared_status, words},
    severity::{Assessment, FieldClaims, Source},
};
use crate::{
    document::{
        Document,
        claim::{Authority, Claim},
        error::SpecError,
        kind::{JsonKind, JsonKinds},
        reference,
        schema::{Code, Schema, object},
    },
    spec::document,
};

/// The schema of every failure.
const FAILURE: &str = "ErrorResponse";

/// The largest number of fields of an object in the document.
const MAX_FIELDS: usize = 128;

/// The placeholder for each string in the sample body, codes included.
const PLACEHOLDER: &str = "string";

/// The rules of the document.
pub(super) struct Rules {
    pub(super) operations: BTreeMap<&'static str, OperationRules>,
    pub(super) schemas: BTreeMap<&'static str, LazyRule>,
}

/// The responses of an operation: by status, and the failure.
pub(super) struct OperationRules {
    pub(super) responses: BTreeMap<u16, LazyRule>,
    pub(super) failure: LazyRule,
    /// The statuses that the document declares, failures included.
    pub(super) declared: BTreeSet<u16>,
    pub(super) undeclared: BrokenRule,
}

/// A rule that is compiled on first use.
pub(super) struct LazyRule {
    schema: &'static Value,
    sources: BTreeSet<&'static str>,
    compiled: OnceLock<Result<FieldRule, SpecError>>,
}

impl Rules {
    pub(super) fn get() -> Result<&'static Self, ValidateError> {
        static RULES: LazyLock<Result<Rules, SpecError>> = LazyLock::new(|| Rules::of(&Document::new(document())));
        RULES.as_ref().map_err(ValidateError::document)
    }

    fn of(document: &Document<'static>) -> Result<Self, SpecError> {
        let schemas = || document.schemas().into_iter().flatten();
        let failure = schemas().find(|(name, _)| *name == FAILURE).map(|(_, schema)| schema);
        let failure = failure.ok_or_else(|| SpecError::unsupported(format!("there is no schema `{FAILURE}`")))?;
        let is_failure = |schema| reference(schema).is_some_and(|to| to.ends_with(&format!("/{FAILURE}")));
        let mut operations = BTreeMap::new();
        for operation in document.operations(|_| true)?.into_values() {
            let responses = || operation.responses().filter(|(_, schema)| !is_failure(schema));
            // The sources that cover an operation are those of the fields of its responses.
            let mut sources = BTreeSet::new();
            for (_, schema) in responses() {
                sources.extend(sources_of_fields(document, schema)?);
            }
            let responses = responses()
                .filter_map(|(status, schema)| Some((status.parse().ok()?, LazyRule::new(schema, sources.clone()))));
            let declared: BTreeSet<_> = operation.responses().filter_map(|(status, _)| status.parse().ok()).collect();
            let rules = OperationRules {
                responses: responses.collect(),
                failure: LazyRule::new(failure, sources.clone()),
                undeclared: undeclared_status(&declared),
                declared,
            };
            operations.extend(operation.id().map(|id| (id, rules)));
        }
        let all: BTreeSet<_> = object(document.root, "x-sources").map(|(source, _)| source.as_str()).collect();
        let mut rules = BTreeMap::new();
        for (name, schema) in schemas() {
            let sources = Some(sources_of_fields(document, schema)?).filter(|sources| !sources.is_empty());
            rules.insert(name.as_str(), LazyRule::new(schema, sources.unwrap_or_else(|| all.clone())));
        }
        Ok(Self { operations, schemas: rules })
    }
}

/// Returns the sources that make a claim about a field of a schema.
fn sources_of_fields(
    document: &Document<'static>,
    schema: &'static Value,
) -> Result<BTreeSet<&'static str>, SpecError> {
    let fields = document.schema(schema)?.fields.clone();
    Ok(fields.values().flat_map(|field| object(field, "x-sources")).map(|(source, _)| source.as_str()).collect())
}

impl LazyRule {
    fn new(schema: &'static Value, sources: BTreeSet<&'static str>) -> Self {
        Self { schema, sources, compiled: OnceLock::new() }
    }

    pub(super) fn compiled(&'static self) -> Result<&'static FieldRule, ValidateError> {
        let compile =
            || Compiler { document: &Document::new(document()), sources: &self.sources }.compile(self.schema, false);
        self.compiled.get_or_init(compile).as_ref().map_err(ValidateError::document)
    }
}

struct Compiler<'c> {
    document: &'c Document<'static>,
    sources: &'c BTreeSet<&'static str>,
}

impl Compiler<'_> {
    pub(super) fn compile(&self, node: &'static Value, required: bool) -> Result<FieldRule, SpecError> {
        let schema = self.document.schema(node)?;
        let mut claims = schema.claims.clone().unwrap_or_default();
        claims.retain(|claim| self.sources.contains(claim.source));
        let any = JsonKind::ALL.into_iter().collect();
        let kinds = schema.kinds.map_or(any, |kinds| if schema.nullable { kinds.with(JsonKind::Null) } else { kinds });
        let field = FieldClaims { kinds, required, claims: &claims };

        let (mut clean, mut kinds) = (JsonKinds::default(), Vec::new());
        for (kind, _) in WORDS {
            match field.kind(kind) {
                None => clean = clean.with(kind),
                Some(assessment) => kinds.push((kind, assessment)),
            }
        }
        let expected = words(clean);
        if expected.is_empty() {
            return Err(SpecError::unsupported("the sources leave no kind of value that all of them allow"));
        }
        let of_kind = |(kind, assessment)| match kind {
            JsonKind::Null => {
                (kind, BrokenRule { assessment, rule: "must not be null".to_owned(), expected: expected.clone() })
            }
            _ => (kind, BrokenRule::must_be(expected.clone(), assessment)),
        };
        let missing =
            |assessment| BrokenRule { assessment, rule: "must be present".to_owned(), expected: expected.clone() };
        let violation = |expected: String| BrokenRule::must_be(expected, field.violation());
        let pattern = |pattern| {
            let regex = Regex::new(pattern).map_err(|e| SpecError::unsupported(format!("`{pattern}`: {e}")))?;
            Ok::<_, SpecError>((regex, violation(format!("text that matches {pattern}"))))
        };
        let codes = self.codes(&schema, &claims);
        let mut unchecked = clean;
        if field.claims.iter().any(|claim| claim.max_length.is_some())
            || schema.min_length.is_some()
            || schema.pattern.is_some()
            || codes.is_some()
        {
            unchecked = unchecked.without(JsonKind::String);
        }
        if schema.minimum.is_some() || schema.maximum.is_some() || schema.decimal || codes.is_some() {
            unchecked = unchecked.without(JsonKind::Integer).without(JsonKind::Number);
        }
        Ok(FieldRule {
            clean,
            unchecked,
            kinds: kinds.into_iter().map(of_kind).collect(),
            missing: field.missing().map(missing),
            no_response: BrokenRule {
                assessment: field.violation(),
                rule: "must be present where `code` is 0".to_owned(),
                expected: words(clean.without(JsonKind::Null)),
            },
            lengths: lengths(&field),
            min_length: schema.min_length.map(|least| (least, violation(format!("at least {least} characters long")))),
            pattern: schema.pattern.map(pattern).transpose()?,
            minimum: schema.minimum.map(|least| (least, violation(format!("at least {least}")))),
            maximum: schema.maximum.map(|most| (most, violation(format!("at most {most}")))),
            decimal: schema.decimal.then(|| violation("a number of at most 28 digits".to_owned())),
            codes,
            secret: schema.secret,
            fields: self.fields(&schema)?,
            items: schema.items.map(|items| self.compile(items, false).map(Box::new)).transpose()?,
        })
    }

    fn fields(&self, schema: &Schema<'static>) -> Result<Option<Fields>, SpecError> {
        if schema.fields.is_empty() {
            return Ok(None);
        }
        if schema.fields.len() > MAX_FIELDS {
            return Err(SpecError::unsupported(format!("more than {MAX_FIELDS} fields in an object")));
        }
        let mut fields = Fields { mistakes: schema.mistakes.clone(), ..Fields::default() };
        for (name, node) in &schema.fields {
            let rule = self.compile(node, schema.required.contains(name));
            let rule = rule.map_err(|e| SpecError::unsupported(format!("{name}: {e}")))?;
            fields.expected |= u128::from(rule.missing.is_some()) << fields.rules.len();
            fields.keys.push(format!("{}:", Value::from(*name)));
            fields.rules.push((name, rule));
        }
        Ok(Some(fields))
    }

    fn codes(&self, schema: &Schema<'static>, claims: &[Claim<'static>]) -> Option<(Codes, BrokenRule)> {
        // Without a source that lists all values, an unknown one is no news.
        if schema.codes.is_empty() || schema.listed_by.is_empty() {
            return None;
        }
        let text = |code: &Code<'static>| match code.value {
            Value::String(text) => Cow::Borrowed(text.as_str()),
            number => Cow::Owned(number.to_string()), // the documentation writes numbers as strings
        };
        let mut texts: Vec<_> = schema.codes.iter().map(text).collect();
        let expected = one_of(texts.iter().map(AsRef::as_ref));
        let numbers: Vec<_> = schema.codes.iter().filter_map(|code| code.value.as_i64()).collect();
        if !numbers.is_empty() {
            texts.push("null".into()); // the sample writes a missing number as `"null"`
        } else if claims.iter().any(|claim| claim.authority() == Authority::Sample) {
            texts.push(PLACEHOLDER.into());
        }
        // Of a type that several operations share, the list can be on the page of another operation.
        let assessment = Assessment::drift(schema.listed_by.iter().copied().map(Source).collect());
        Some((
            Codes { texts, numbers },
            BrokenRule { assessment, rule: "not a code of the document".to_owned(), expected },
        ))
    }
}

/// Returns the deviations of strings that are longer than some source claims.
fn lengths(field: &FieldClaims<'_>) -> Vec<(usize, BrokenRule)> {
    let limits: BTreeSet<_> = field.claims.iter().filter_map(|claim| claim.max_length).collect();
    let Some(shortest) = limits.first() else { return Vec::new() };
    let expected = format!("at most {shortest} characters long");
    let broken = |limit: &usize| (*limit, BrokenRule::must_be(expected.clone(), field.length(limit + 1)));
    limits.iter().map(broken).collect()
}
