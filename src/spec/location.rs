//! The places of differences in the text of a description.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::document::{escape, identity};

/// The JSON pointers of nodes, and the lines of what a pointer leads to.
pub(super) struct Locations {
    pointers: HashMap<usize, String>,
    lines: HashMap<String, usize>,
}

impl Locations {
    pub(super) fn find(root: &Value, text: &str, nodes: impl Iterator<Item = usize>) -> Self {
        let wanted: HashSet<_> = nodes.collect();
        let mut pointers = HashMap::new();
        find_pointers(root, &mut String::new(), &wanted, &mut pointers);
        let mut around = HashSet::new();
        for pointer in pointers.values() {
            let ends = pointer.match_indices('/').map(|(at, _)| at).chain([pointer.len()]);
            around.extend(ends.filter_map(|end| pointer.get(..end)).filter(|pointer| !pointer.is_empty()));
        }
        let lines = find_lines(text, &around);
        Self { pointers, lines }
    }

    /// Returns the pointer of a node and its line, or the line of the nearest part around it.
    pub(super) fn of(&self, node: usize) -> (String, Option<usize>) {
        let pointer = self.pointers.get(&node).cloned().unwrap_or_default();
        let mut part = pointer.as_str();
        let line = loop {
            match (self.lines.get(part), part.rsplit_once('/')) {
                (Some(line), _) => break Some(*line),
                (None, Some((around, _))) => part = around,
                (None, None) => break None,
            }
        };
        (pointer, line)
    }
}

fn find_pointers(node: &Value, pointer: &mut String, wanted: &HashSet<usize>, found: &mut HashMap<usize, String>) {
    if wanted.contains(&identity(node)) {
        found.insert(identity(node), pointer.clone());
    }
    let mut inner = |segment: &str, node| {
        let length = pointer.len();
        pointer.push('/');
        pointer.push_str(segment);
        find_pointers(node, pointer, wanted, found);
        pointer.truncate(length);
    };
    match node {
        Value::Object(fields) => fields.iter().for_each(|(key, node)| inner(&escape(key), node)),
        Value::Array(items) => items.iter().enumerate().for_each(|(at, node)| inner(&at.to_string(), node)),
        _ => {}
    }
}

/// A key or an item that starts a line, by its indentation.
struct Entry {
    indentation: usize,
    /// The length of its pointer.
    length: usize,
    items: usize,
    is_item: bool,
}

/// Returns the lines of the wanted parts, by the indentation of YAML and of indented JSON. A part that is written inside a
/// line is not found.
fn find_lines(text: &str, wanted: &HashSet<&str>) -> HashMap<String, usize> {
    let (mut lines, mut pointer) = (HashMap::new(), String::new());
    let mut parts = vec![Entry { indentation: 0, length: 0, items: 0, is_item: false }];
    // The bracket around a description in JSON.
    let start = text.find(['{', '[']).filter(|at| text.get(..*at).is_some_and(|before| before.trim().is_empty()));
    let first_line = start.map_or(0, |at| text.get(..at).unwrap_or_default().matches('\n').count() + 1);
    lines.insert(String::new(), first_line.max(1));
    for (line, number) in text.lines().zip(1..).filter(|(_, number)| *number != first_line) {
        let mut rest = line.trim_start();
        while !rest.is_empty() && !rest.starts_with(['#', '}', ']']) {
            let indentation = line.len() - rest.len();
            let dash = rest.strip_prefix('-').filter(|rest| rest.is_empty() || rest.starts_with(' '));
            let key = if dash.is_some() { None } else { key(rest) };
            let is_item = key.is_none();
            // In YAML the items of a key may have its indentation.
            let is_over = |part: &Entry| {
                part.indentation > indentation || (part.indentation == indentation && (part.is_item || dash.is_none()))
            };
            while parts.len() > 1 && parts.last().is_some_and(is_over) {
                parts.pop();
            }
            let Some(parent) = parts.last_mut() else { break };
            pointer.truncate(parent.length);
            pointer.push('/');
            match key {
                Some(key) => pointer.push_str(&escape(key)),
                None => pointer.push_str(&parent.items.to_string()),
            }
            parent.items += usize::from(is_item);
            if wanted.contains(pointer.as_str()) {
                lines.entry(pointer.clone()).or_insert(number);
            }
            parts.push(Entry { indentation, length: pointer.len(), items: 0, is_item });
            rest = dash.map_or("", str::trim_start);
        }
    }
    lines
}

/// Returns the key at the start of a line, without its quotes.
fn key(line: &str) -> Option<&str> {
    let quote = line.chars().next().filter(|c| matches!(c, '"' | '\''));
    match quote {
        Some(quote) => {
            let (key, rest) = line.get(1..)?.split_once(quote)?;
            rest.trim_start().starts_with(':').then_some(key)
        }
        None => line.split_once(": ").map(|(key, _)| key).or_else(|| line.trim_end().strip_suffix(':')),
    }
}
