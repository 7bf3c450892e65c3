//! The vendor's descriptions in `tests/specs`, in the project's own form.

use std::fs;

use super::checked_in::repository;

/// Reads a description. A field of a payment that the table of the vendor's description has and the file has not is added,
/// so that a new field is written down once.
pub(crate) fn vendor(file: &str) -> String {
    let text = fs::read_to_string(repository().join("tests/specs").join(file)).unwrap();
    let table = fs::read_to_string(repository().join("tests/sources/V1.csv")).unwrap();
    let is_json = file.ends_with(".json");
    let (schema, begin) = if is_json {
        ("\"PaymentAnnotation\": {", "\"properties\": {")
    } else {
        ("  PaymentAnnotation:\n", "properties:\n")
    };
    let (head, rest) = text.split_once(schema).unwrap();
    let (intermediate, fields) = rest.split_once(begin).unwrap();
    let indent: String = fields.chars().take_while(|c| *c == ' ').collect();
    let mut added = String::new();
    for row in table.lines().filter_map(|row| row.strip_prefix("PaymentAnnotation,")) {
        let [field, kind, ..] = row.split(',').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let is_known = text.contains(&if is_json { format!("\"{field}\":") } else { format!(" {field}:") });
        match is_json {
            _ if is_known => {}
            true => added += &format!(" \"{field}\": {{ \"type\": \"{kind}\" }},"),
            false => added += &format!("{indent}{field}: {{ type: {kind} }}\n"),
        }
    }
    format!("{head}{schema}{intermediate}{begin}{added}{fields}")
}
