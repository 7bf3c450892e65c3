//! A description, and how one finds one's way in it.

use std::{cell::RefCell, collections::HashMap, ptr, rc::Rc};

use serde_json::Value;

use super::{
    error::SpecError,
    shape::{Shape, list},
};

/// How far references and compositions are followed. Beyond it a schema says nothing.
const DEEPEST: usize = 64;

/// A description whose schemas are read as one comes to them, each once.
pub(crate) struct Source<'a> {
    pub(crate) root: &'a Value,
    shapes: RefCell<HashMap<usize, Rc<Shape<'a>>>>,
}

/// Tells one node of a description from all others.
pub(crate) fn identity(node: &Value) -> usize {
    ptr::from_ref(node).addr()
}

impl<'a> Source<'a> {
    pub(crate) fn new(root: &'a Value) -> Self {
        Self { root, shapes: RefCell::default() }
    }

    /// The schemas that have names.
    pub(crate) fn schemas(&self) -> Option<&'a serde_json::Map<String, Value>> {
        self.root.get("definitions").or_else(|| self.root.pointer("/components/schemas"))?.as_object()
    }

    /// The node itself, or what it refers to: parameters, answers and paths are either here or elsewhere.
    pub(crate) fn follow(&self, mut node: &'a Value) -> Result<&'a Value, SpecError> {
        for _ in 0..DEEPEST {
            let Some(reference) = reference(node) else { return Ok(node) };
            node = self.target(reference)?;
        }
        Ok(&Value::Null)
    }

    pub(crate) fn shape(&self, node: &'a Value) -> Result<Rc<Shape<'a>>, SpecError> {
        self.shape_of(node, None, 0)
    }

    fn shape_of(&self, node: &'a Value, name: Option<&'a str>, depth: usize) -> Result<Rc<Shape<'a>>, SpecError> {
        if let Some(known) = self.shapes.borrow().get(&identity(node)) {
            return Ok(Rc::clone(known));
        }
        if depth > DEEPEST {
            return Ok(Rc::default());
        }
        // Whoever comes back here, in a circle, learns nothing more.
        self.shapes.borrow_mut().insert(identity(node), Rc::default());

        let mut shape = Shape::of(node, name);
        if let Some(reference) = reference(node) {
            let name = reference.rsplit('/').next();
            shape.and(&*self.shape_of(self.target(reference)?, name, depth + 1)?);
        }
        for part in list(node, "allOf") {
            shape.and(&*self.shape_of(part, name, depth + 1)?);
        }
        for either in ["oneOf", "anyOf"].map(|key| list(node, key)).into_iter().filter(|list| !list.is_empty()) {
            let branches = either.iter().map(|branch| self.shape_of(branch, name, depth + 1));
            shape.and(&Shape::either(&branches.collect::<Result<Vec<_>, _>>()?));
        }
        let shape = Rc::new(shape);
        self.shapes.borrow_mut().insert(identity(node), Rc::clone(&shape));
        Ok(shape)
    }

    fn target(&self, reference: &str) -> Result<&'a Value, SpecError> {
        let pointer = reference.strip_prefix('#').map(|pointer| percent_encoding::percent_decode_str(pointer));
        pointer
            .and_then(|pointer| self.root.pointer(&pointer.decode_utf8().ok()?))
            .ok_or_else(|| SpecError::reference(reference, from(self.root, reference)))
    }
}

fn reference(node: &Value) -> Option<&str> {
    node.get("$ref").and_then(Value::as_str)
}

/// The JSON pointer of the first node that refers so.
fn from(node: &Value, target: &str) -> Option<String> {
    if reference(node) == Some(target) {
        return Some(String::new());
    }
    let inner =
        |key: &str, node| Some(format!("/{}{}", key.replace('~', "~0").replace('/', "~1"), from(node, target)?));
    match node {
        Value::Object(fields) => fields.iter().find_map(|(key, node)| inner(key, node)),
        Value::Array(items) => items.iter().enumerate().find_map(|(index, node)| inner(&index.to_string(), node)),
        _ => None,
    }
}
