use std::{error, fmt};

/// The error of a description that cannot be read. Its message has the reason and the position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecError(Reason);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    NotText {
        line: usize,
    },
    Syntax {
        format: &'static str,
        line: Option<usize>,
        why: String,
    },
    TooLarge {
        line: Option<usize>,
        why: &'static str,
    },
    Version {
        found: Option<String>,
    },
    Server {
        variable: String,
    },
    Reference {
        reference: String,
        from: Option<String>,
    },
    #[cfg(feature = "validate")]
    Unsupported {
        why: String,
    },
}

impl SpecError {
    pub(crate) fn not_text(line: usize) -> Self {
        Self(Reason::NotText { line })
    }

    pub(crate) fn json(error: &serde_json::Error) -> Self {
        Self(Reason::Syntax { format: "JSON", line: Some(error.line()), why: printable(error) })
    }

    pub(crate) fn yaml(error: &yaml_serde::Error) -> Self {
        let line = error.location().map(|at| at.line());
        Self(Reason::Syntax { format: "YAML", line, why: printable(error) })
    }

    pub(crate) fn too_large(line: Option<usize>, why: &'static str) -> Self {
        Self(Reason::TooLarge { line, why })
    }

    pub(crate) fn version(found: Option<String>) -> Self {
        Self(Reason::Version { found })
    }

    pub(crate) fn server(variable: &str) -> Self {
        Self(Reason::Server { variable: variable.to_owned() })
    }

    /// `from` is the JSON pointer of the `$ref`.
    pub(crate) fn reference(reference: &str, from: Option<String>) -> Self {
        Self(Reason::Reference { reference: reference.to_owned(), from })
    }

    /// Creates the error of a feature that this crate's document must not use.
    #[cfg(feature = "validate")]
    pub(crate) fn unsupported(why: impl Into<String>) -> Self {
        Self(Reason::Unsupported { why: why.into() })
    }

    /// Returns the invalid line of the input, counted from 1. The later one of two equal keys.
    pub fn line(&self) -> Option<usize> {
        match &self.0 {
            Reason::NotText { line } => Some(*line),
            Reason::Syntax { line, .. } | Reason::TooLarge { line, .. } => *line,
            _ => None,
        }
    }
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::NotText { line } => write!(f, "not text in UTF-8: line {line}"),
            Reason::Syntax { format, why, .. } => write!(f, "invalid {format}: {why}"),
            Reason::TooLarge { line, why } => {
                write!(f, "too large: {why}")?;
                line.map_or(Ok(()), |line| write!(f, " at line {line}"))
            }
            Reason::Version { found: Some(found) } => {
                write!(f, "{found} is not read, only OpenAPI 3 and Swagger 2.0 are")
            }
            Reason::Version { found: None } => {
                f.write_str("neither OpenAPI 3 nor Swagger 2.0: no `openapi` or `swagger` at the root")
            }
            Reason::Server { variable } => {
                write!(f, "the server URL has a variable without a default: `{}`", variable.escape_debug())
            }
            Reason::Reference { reference, from } => {
                write!(f, "`$ref: {}` leads to nothing in the document", reference.escape_debug())?;
                from.as_ref().map_or(Ok(()), |from| write!(f, ": at {}", from.escape_debug()))
            }
            #[cfg(feature = "validate")]
            Reason::Unsupported { why } => f.write_str(why),
        }
    }
}

/// Returns the message of an error, which can quote the description, without control characters.
fn printable(error: &dyn error::Error) -> String {
    error.to_string().chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

impl error::Error for SpecError {}
