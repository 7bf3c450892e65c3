//! The document, read once: its operations, its schemas, and what of them is compiled so far.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{LazyLock, OnceLock},
};

use serde_json::{Map, Value};

use super::{
    compile::Compiled,
    error::ValidateError,
    sources::{Source, claims},
};
use crate::spec;

/// What validation does not understand in the document.
pub(super) type Fault = String;

/// The envelope of every failure, declared or not.
const FAILURE: &str = "ErrorResponse";

/// The document this crate was built from.
static DOCUMENT: LazyLock<Result<Document, Fault>> = LazyLock::new(|| Document::read(spec::document().clone()));

#[derive(Debug)]
pub(super) struct Document {
    root: Value,
    operations: BTreeMap<String, Operation>,
    schemas: BTreeMap<String, Check>,
}

/// The answers of an operation: those that are no failure by status, and the failure.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) answers: BTreeMap<u16, Check>,
    pub(super) failure: Check,
}

/// A schema as some sources see it, compiled when it is first asked for.
#[derive(Debug)]
pub(super) struct Check {
    schema: String,
    speaking: Vec<Source>,
    compiled: OnceLock<Result<Compiled, Fault>>,
}

impl Document {
    pub(super) fn get() -> Result<&'static Self, ValidateError> {
        DOCUMENT.as_ref().map_err(|fault| ValidateError::document(fault))
    }

    fn read(root: Value) -> Result<Self, Fault> {
        let mut document = Self { root, operations: BTreeMap::new(), schemas: BTreeMap::new() };
        document.schemas = document
            .section("/components/schemas")
            .map(|(name, _)| (name.clone(), Check::new(name, &Source::ALL)))
            .collect();
        let operations = document.section("/paths").flat_map(|(_, path)| path.as_object().into_iter().flatten());
        let named = operations.filter_map(|(_, operation)| Some((operation["operationId"].as_str()?, operation)));
        document.operations = named
            .map(|(name, operation)| Ok((name.to_owned(), document.operation(operation)?)))
            .collect::<Result<_, Fault>>()?;
        Ok(document)
    }

    /// Who speaks of an operation are the sources that its answers name in their own fields.
    fn operation(&self, operation: &Value) -> Result<Operation, Fault> {
        let mut answers = BTreeMap::new();
        for (status, response) in operation["responses"].as_object().into_iter().flatten() {
            let status = status.parse().map_err(|_| format!("`{status}` is no status that validation knows"))?;
            let content = self.resolve(response)?.pointer("/content/application~1json/schema/$ref");
            let name = content.and_then(|to| to.as_str()?.strip_prefix("#/components/schemas/"));
            let name = name.ok_or("an answer without a schema of its own name")?;
            if name != FAILURE {
                answers.insert(status, name);
            }
        }
        let mut speaking = BTreeSet::new();
        for name in answers.values() {
            for field in self.schema(name)?["properties"].as_object().into_iter().flat_map(Map::values) {
                speaking.extend(claims(field, &Source::ALL)?.into_iter().map(|claim| claim.source));
            }
        }
        let speaking: Vec<_> = speaking.into_iter().collect();
        let answers = answers.into_iter().map(|(status, name)| (status, Check::new(name, &speaking))).collect();
        Ok(Operation { answers, failure: Check::new(FAILURE, &speaking) })
    }

    fn section(&self, pointer: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.root.pointer(pointer).and_then(Value::as_object).into_iter().flatten()
    }

    pub(super) fn schema(&self, name: &str) -> Result<&Value, Fault> {
        let schema = self.root.pointer("/components/schemas").and_then(|schemas| schemas.get(name));
        schema.ok_or_else(|| format!("there is no schema `{name}`"))
    }

    /// What a `$ref` leads to, or the value itself.
    pub(super) fn resolve<'d>(&'d self, value: &'d Value) -> Result<&'d Value, Fault> {
        let Some(to) = value.get("$ref").and_then(Value::as_str) else { return Ok(value) };
        let target = to.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
        target.ok_or_else(|| format!("`{to}` leads nowhere"))
    }

    pub(super) fn operation_named(&'static self, name: &str) -> Result<&'static Operation, ValidateError> {
        self.operations.get(name).ok_or_else(|| ValidateError::unknown("operation", name, self.operations.keys()))
    }

    pub(super) fn schema_named(&'static self, name: &str) -> Result<&'static Check, ValidateError> {
        self.schemas.get(name).ok_or_else(|| ValidateError::unknown("schema", name, self.schemas.keys()))
    }

    pub(super) fn operations(&self) -> impl Iterator<Item = &str> {
        self.operations.keys().map(String::as_str)
    }

    pub(super) fn schemas(&self) -> impl Iterator<Item = &str> {
        self.schemas.keys().map(String::as_str)
    }
}

impl Check {
    fn new(schema: &str, speaking: &[Source]) -> Self {
        Self { schema: schema.to_owned(), speaking: speaking.to_owned(), compiled: OnceLock::new() }
    }

    pub(super) fn compiled(&'static self) -> Result<&'static Compiled, ValidateError> {
        let compiled = self.compiled.get_or_init(|| {
            let document = DOCUMENT.as_ref().map_err(Fault::clone)?;
            let compiled = Compiled::new(document, document.schema(&self.schema)?, &self.speaking);
            compiled.map_err(|fault| format!("{}: {fault}", self.schema))
        });
        compiled.as_ref().map_err(|fault| ValidateError::document(fault))
    }
}
