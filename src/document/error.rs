use std::{error, fmt};

/// Why another description could not be compared. Its text says what is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecError(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    NotText { line: usize },
    Syntax { format: &'static str, line: Option<usize>, why: String },
    Version { found: Option<String> },
    Reference { reference: String, from: Option<String> },
}

impl SpecError {
    pub(crate) fn not_text(line: usize) -> Self {
        Self(Kind::NotText { line })
    }

    pub(crate) fn json(error: &serde_json::Error) -> Self {
        Self(Kind::Syntax { format: "JSON", line: Some(error.line()), why: error.to_string() })
    }

    pub(crate) fn yaml(error: &yaml_serde::Error) -> Self {
        let line = error.location().map(|at| at.line());
        Self(Kind::Syntax { format: "YAML", line, why: error.to_string() })
    }

    pub(crate) fn version(found: Option<String>) -> Self {
        Self(Kind::Version { found })
    }

    /// `from` is the JSON pointer of the `$ref`.
    pub(crate) fn reference(reference: &str, from: Option<String>) -> Self {
        Self(Kind::Reference { reference: reference.to_owned(), from })
    }

    /// Which line of the input, counted from 1, if it is a line that is wrong.
    pub fn line(&self) -> Option<usize> {
        match &self.0 {
            Kind::NotText { line } => Some(*line),
            Kind::Syntax { line, .. } => *line,
            Kind::Version { .. } | Kind::Reference { .. } => None,
        }
    }
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::NotText { line } => write!(f, "not text in UTF-8: line {line}"),
            Kind::Syntax { format, why, .. } => write!(f, "not {format}: {why}"),
            Kind::Version { found: Some(found) } => {
                write!(f, "{found} is not read, only OpenAPI 3 and Swagger 2.0 are")
            }
            Kind::Version { found: None } => {
                f.write_str("neither OpenAPI 3 nor Swagger 2.0: no `openapi` or `swagger` at the root")
            }
            Kind::Reference { reference, from } => {
                write!(f, "`$ref: {}` leads to nothing in the document", reference.escape_debug())?;
                from.as_ref().map_or(Ok(()), |from| write!(f, ": at {}", from.escape_debug()))
            }
        }
    }
}

impl error::Error for SpecError {}
