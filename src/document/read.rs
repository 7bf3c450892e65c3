//! From bytes to a description: JSON or YAML, OpenAPI 3 or Swagger 2.0.

use serde_json::Value;

use super::error::SpecError;

/// The description in `bytes`, of a version that is understood.
pub(crate) fn read(bytes: &[u8]) -> Result<Value, SpecError> {
    let text = str::from_utf8(bytes).map_err(|e| {
        let before = bytes.iter().take(e.valid_up_to());
        SpecError::not_text(1 + before.filter(|byte| **byte == b'\n').count())
    })?;
    let value = parse(text.strip_prefix('\u{feff}').unwrap_or(text))?;
    let version = |key| match value.get(key) {
        Some(Value::String(version)) => Some(version.clone()),
        Some(Value::Number(version)) => Some(version.to_string()), // YAML without quotes
        _ => None,
    };
    match (version("swagger"), version("openapi")) {
        (Some(swagger), _) if swagger == "2.0" => Ok(value),
        (_, Some(openapi)) if openapi.starts_with("3.") => Ok(value),
        (Some(swagger), _) => Err(SpecError::version(Some(format!("Swagger {swagger}")))),
        (_, Some(openapi)) => Err(SpecError::version(Some(format!("OpenAPI {openapi}")))),
        (None, None) => Err(SpecError::version(version("swaggerVersion").map(|version| format!("Swagger {version}")))),
    }
}

fn parse(text: &str) -> Result<Value, SpecError> {
    if text.trim_start().starts_with(['{', '[']) {
        serde_json::from_str(text).map_err(|e| SpecError::json(&e))
    } else {
        yaml_serde::from_str(text).map_err(|e| SpecError::yaml(&e))
    }
}
