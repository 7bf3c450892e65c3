//! A model of an OpenAPI document: its operations, its schemas, and the claims of the sources about them.
//!
//! Validation reads this crate's document through it, the diff reads that and any other description.

pub(crate) mod claim;
pub(crate) mod error;
pub(crate) mod kind;
pub(crate) mod operation;
pub(crate) mod parameter;
pub(crate) mod read;
pub(crate) mod schema;

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    ptr,
    rc::Rc,
};

use serde_json::{Map, Value};

use error::SpecError;
use schema::{Schema, list};

/// The largest number of nested references and compositions. A schema beyond it allows any value.
const MAX_DEPTH: usize = 64;

/// The number of fields, codes and parameters that the schemas and operations of a description may have together, each
/// counted wherever a reference or a composition repeats it.
const MAX_PARTS: usize = 300_000;
/// The parts that a schema counts for.
const SCHEMA_PARTS: usize = 8;

/// A document whose schemas are resolved on demand, each once.
pub(crate) struct Document<'a> {
    pub(crate) root: &'a Value,
    schemas: RefCell<HashMap<usize, Rc<Schema<'a>>>>,
    /// The number of parts that may follow.
    left: Cell<usize>,
}

/// Returns the identity of a node within its document.
pub(crate) fn identity(node: &Value) -> usize {
    ptr::from_ref(node).addr()
}

impl<'a> Document<'a> {
    pub(crate) fn new(root: &'a Value) -> Self {
        Self { root, schemas: RefCell::default(), left: Cell::new(MAX_PARTS) }
    }

    /// Counts parts of schemas and operations.
    fn take(&self, parts: usize) -> Result<(), SpecError> {
        let left = self.left.get().checked_sub(parts);
        self.left.set(left.ok_or_else(|| SpecError::too_large(None, "its references repeat too many parts"))?);
        Ok(())
    }

    /// Returns the schemas that have names.
    pub(crate) fn schemas(&self) -> Option<&'a Map<String, Value>> {
        self.root.get("definitions").or_else(|| self.root.pointer("/components/schemas"))?.as_object()
    }

    /// Returns the target of a node's `$ref`, or the node itself.
    pub(crate) fn follow(&self, mut node: &'a Value) -> Result<&'a Value, SpecError> {
        for _ in 0..MAX_DEPTH {
            let Some(reference) = reference(node) else { return Ok(node) };
            node = self.target(reference)?;
        }
        Ok(&Value::Null)
    }

    pub(crate) fn schema(&self, node: &'a Value) -> Result<Rc<Schema<'a>>, SpecError> {
        self.resolve(node, None, 0)
    }

    fn resolve(&self, node: &'a Value, name: Option<&'a str>, depth: usize) -> Result<Rc<Schema<'a>>, SpecError> {
        if let Some(known) = self.schemas.borrow().get(&identity(node)) {
            return Ok(Rc::clone(known));
        }
        if depth > MAX_DEPTH {
            return Ok(Rc::default());
        }
        // Ends a cycle of references.
        self.schemas.borrow_mut().insert(identity(node), Rc::default());

        let mut schema = Schema::of(node, name);
        self.take(SCHEMA_PARTS + schema.parts())?;
        let part = |part: &Schema<'a>| self.take(part.parts());
        if let Some(reference) = reference(node) {
            let name = reference.rsplit('/').next();
            let target = self.resolve(self.target(reference)?, name, depth + 1)?;
            part(&target)?;
            schema.and(&target);
        }
        for node in list(node, "allOf") {
            let other = self.resolve(node, name, depth + 1)?;
            part(&other)?;
            schema.and(&other);
        }
        for branches in ["oneOf", "anyOf"].map(|key| list(node, key)).into_iter().filter(|list| !list.is_empty()) {
            let branches = branches.iter().map(|branch| {
                let branch = self.resolve(branch, name, depth + 1)?;
                part(&branch).map(|()| branch)
            });
            schema.and(&Schema::any(&branches.collect::<Result<Vec<_>, _>>()?));
        }
        let schema = Rc::new(schema);
        self.schemas.borrow_mut().insert(identity(node), Rc::clone(&schema));
        Ok(schema)
    }

    fn target(&self, reference: &str) -> Result<&'a Value, SpecError> {
        let pointer = reference.strip_prefix('#').map(|pointer| percent_encoding::percent_decode_str(pointer));
        pointer
            .and_then(|pointer| self.root.pointer(&pointer.decode_utf8().ok()?))
            .ok_or_else(|| SpecError::reference(reference, find_reference(self.root, reference)))
    }
}

pub(crate) fn reference(node: &Value) -> Option<&str> {
    node.get("$ref").and_then(Value::as_str)
}

/// Returns a name as a segment of a JSON pointer.
pub(crate) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Returns the JSON pointer of the first node with this reference.
fn find_reference(node: &Value, target: &str) -> Option<String> {
    if reference(node) == Some(target) {
        return Some(String::new());
    }
    let inner = |key: &str, node| Some(format!("/{}{}", escape(key), find_reference(node, target)?));
    match node {
        Value::Object(fields) => fields.iter().find_map(|(key, node)| inner(key, node)),
        Value::Array(items) => items.iter().enumerate().find_map(|(index, node)| inner(&index.to_string(), node)),
        _ => None,
    }
}
