//! A mistake in the document, and the line that has it.

use std::fmt::Display;

/// A mistake in the document.
#[derive(Debug)]
pub(crate) struct Fault {
    /// The JSON pointer of the part that is wrong; empty for the document as a whole.
    pub(crate) at: String,
    /// What is wrong, and what to write instead.
    pub(crate) why: String,
    /// The line, where it is known.
    pub(crate) line: Option<usize>,
}

impl Fault {
    pub(crate) fn new(at: impl Into<String>, why: impl Display) -> Self {
        Self { at: at.into(), why: why.to_string(), line: None }
    }

    /// A mistake of the document as a whole.
    pub(crate) fn of_document(why: impl Display) -> Self {
        Self::new("", why)
    }

    /// Finds the line in the text of the document.
    pub(crate) fn in_text(self, text: &str) -> Self {
        Self { line: self.line.or_else(|| line(text, &self.at)), ..self }
    }

    /// Returns the part that is wrong, in words, and what is wrong with it.
    pub(crate) fn message(&self) -> String {
        let part = title(&self.at);
        let why = self.why.replace('\n', " ");
        if part.is_empty() { why } else { format!("{part}: {why}") }
    }
}

/// Returns the pointer of a part of `at`.
pub(crate) fn join(at: &str, key: impl Display) -> String {
    format!("{at}/{}", super::super::document::escape(&key.to_string()))
}

fn keys(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~")).collect()
}

/// Returns a pointer in words: ``schema `PaymentAnnotation`, field `amount` ``.
fn title(pointer: &str) -> String {
    let keys = keys(pointer);
    let keys: Vec<_> = keys.iter().map(String::as_str).collect();
    let (mut words, mut rest) = match &keys[..] {
        ["components", section, name, rest @ ..] => (format!("{} `{name}`", section.trim_end_matches('s')), rest),
        ["paths", path, method, rest @ ..] => (format!("`{} {path}`", method.to_uppercase()), rest),
        [first, rest @ ..] => (format!("`{first}`"), rest),
        [] => return String::new(),
    };
    while let [key, after @ ..] = rest {
        let (word, after) = match (*key, after) {
            ("properties", [field, after @ ..]) => (format!("field `{field}`"), after),
            _ => (format!("`{key}`"), after),
        };
        words += &format!(", {word}");
        rest = after;
    }
    words
}

/// A line of a block: its number, its indentation, and its text.
type Line<'a> = (usize, usize, &'a str);

/// Returns the line of a part of a YAML text, or of the innermost part around it that begins on a line of its own.
fn line(text: &str, pointer: &str) -> Option<usize> {
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim_start()));
    let lines = lines.zip(text.lines()).map(|((at, text), line)| (at, line.len() - text.len(), text));
    let mut block: Vec<Line<'_>> = lines.filter(|(.., text)| !text.is_empty() && !text.starts_with('#')).collect();
    let mut found = None;
    for key in keys(pointer) {
        let Some((at, inner)) = part(&block, &key) else { break };
        (found, block) = (Some(at), inner);
    }
    found
}

/// Returns the line of an entry of a block, and the block within it.
fn part<'a>(block: &[Line<'a>], key: &str) -> Option<(usize, Vec<Line<'a>>)> {
    let indent = block.first()?.1;
    let is_item = |text: &str| text.starts_with("- ");
    let is_key = |text: &str| {
        let name = text.strip_prefix(['"', '\'']).unwrap_or(text).strip_prefix(key).unwrap_or_default();
        name.strip_prefix(['"', '\'']).unwrap_or(name).starts_with(':')
    };
    let index = key.parse::<usize>().ok().filter(|_| block.first().is_some_and(|first| is_item(first.2)));
    let mut entries = (0..block.len()).filter(|at| block.get(*at).is_some_and(|line| line.1 == indent));
    let start = match index {
        Some(index) => entries.nth(index),
        None => entries.find(|at| block.get(*at).is_some_and(|line| is_key(line.2))),
    }?;
    let (number, _, text) = *block.get(start)?;
    let rest = block.get(start + 1..)?;
    // The items of a list may stand as far left as its key.
    let ends = |line: &Line<'_>| line.1 < indent || line.1 == indent && (index.is_some() || !is_item(line.2));
    let inner = rest.iter().take_while(|line| !ends(line)).copied();
    // An item can begin with a key on its own line.
    let own = index.map(|_| (number, indent + 2, text.trim_start_matches("- ")));
    Some((number, own.into_iter().chain(inner).collect()))
}
