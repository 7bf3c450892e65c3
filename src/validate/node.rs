//! How `jsonschema` looks at a [`Tree`].

use std::{borrow::Cow, slice};

use jsonschema::{
    JsonType,
    json::{Array, Json, Node, NodeIdentity, Object},
};
use serde_json::{Number, Value};

use super::tree::Tree;

/// The representation by its name.
pub(super) struct Trees;

impl Json for Trees {
    type Node<'a> = &'a Tree<'a>;
    type PreparedKey = String;
    type StringBuffer = ();

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), text: &str, f: impl FnOnce(Self::Node<'_>) -> T) -> T {
        f(&Tree::String(text.into()))
    }
}

impl<'a> Node<'a, Trees> for &'a Tree<'a> {
    type Object = &'a [(Cow<'a, str>, Tree<'a>)];
    type Array = &'a [Tree<'a>];
    type Number = &'a Number;

    fn as_object(&self) -> Option<Self::Object> {
        if let Tree::Object(fields) = self { Some(fields) } else { None }
    }

    fn as_array(&self) -> Option<Self::Array> {
        if let Tree::Array(items) = self { Some(items) } else { None }
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        if let Tree::String(text) = self { Some(Cow::Borrowed(text)) } else { None }
    }

    fn as_number(&self) -> Option<&'a Number> {
        if let Tree::Number(number) = self { Some(number) } else { None }
    }

    fn as_boolean(&self) -> Option<bool> {
        if let Tree::Boolean(flag) = self { Some(*flag) } else { None }
    }

    fn is_null(&self) -> bool {
        matches!(self, Tree::Null)
    }

    fn json_type(&self) -> JsonType {
        match self {
            Tree::Null => JsonType::Null,
            Tree::Boolean(_) => JsonType::Boolean,
            Tree::Number(_) => JsonType::Number,
            Tree::String(_) => JsonType::String,
            Tree::Array(_) => JsonType::Array,
            Tree::Object(_) => JsonType::Object,
        }
    }

    fn equals_value(&self, code: &Value) -> bool {
        match (self, code) {
            (Tree::String(text), Value::String(code)) => text == code,
            // Codes are scalars; arrays and objects equal none.
            _ => self.scalar().is_some_and(|scalar| scalar == *code),
        }
    }

    /// Errors carry no copy of the body: findings look at the body itself.
    fn to_value(&self) -> Cow<'a, Value> {
        Cow::Owned(Value::Null)
    }

    fn identity(&self) -> Option<NodeIdentity> {
        None
    }
}

impl<'a> Object<'a, Trees> for &'a [(Cow<'a, str>, Tree<'a>)] {
    type Node = &'a Tree<'a>;
    type MemberName = &'a str;
    type MembersIter = Fields<'a>;

    fn len(&self) -> usize {
        <[_]>::len(self)
    }

    /// Asked for the few names that must be there: of some 50, looking at each is faster than a search.
    fn get(&self, name: &String) -> Option<&'a Tree<'a>> {
        self.iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    fn members(&self) -> Fields<'a> {
        Fields(self.iter())
    }
}

/// The fields of an object, one by one.
pub(super) struct Fields<'a>(slice::Iter<'a, (Cow<'a, str>, Tree<'a>)>);

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a str, &'a Tree<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, value)| (name.as_ref(), value))
    }
}

impl<'a> Array<'a, Trees> for &'a [Tree<'a>] {
    type Node = &'a Tree<'a>;
    type ElementsIter = slice::Iter<'a, Tree<'a>>;

    fn len(&self) -> usize {
        <[_]>::len(self)
    }

    fn elements(&self) -> Self::ElementsIter {
        self.iter()
    }
}
