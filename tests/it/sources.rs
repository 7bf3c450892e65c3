//! `x-sources` of the document is what its sources say. `tests/sources` has what each page, sample or description says of a
//! field, read there by hand: the type, whether it is always present, and the longest text.

use std::collections::BTreeSet;

use serde_json::Value;

const SOURCES: [(&str, &str); 4] = [
    ("A", include_str!("../sources/A.csv")),
    ("B", include_str!("../sources/B.csv")),
    ("B-sample", include_str!("../sources/B-sample.csv")),
    ("V1", include_str!("../sources/V1.csv")),
];

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The claims of a source about all fields, as the document has them.
fn claims(source: &str) -> BTreeSet<String> {
    let document = iamport::spec::document();
    let fields = object(&document["components"]["schemas"])
        .flat_map(|(schema, node)| object(&node["properties"]).map(move |(field, node)| (schema, field, node)));
    let claims = fields.filter_map(|(schema, field, node)| {
        let claim = node["x-sources"][source].as_str()?;
        Some(format!("{schema}.{field}: {claim}"))
    });
    claims.collect()
}

#[test]
fn claims_of_the_document_are_those_of_its_sources() {
    for (source, table) in SOURCES {
        let mut rows = table.lines();
        assert_eq!(rows.next(), Some("schema,field,type,always,longest"), "{source}");
        let said: BTreeSet<_> = rows
            .map(|row| {
                let [schema, field, kind, always, longest] = row.split(',').collect::<Vec<_>>().try_into().unwrap();
                let always = if always.is_empty() { "" } else { "*" };
                let longest = if longest.is_empty() { String::new() } else { format!(" <={longest}") };
                format!("{schema}.{field}: {kind}{always}{longest}")
            })
            .collect();
        let claimed = claims(source);
        let differences: Vec<_> = said.symmetric_difference(&claimed).collect();
        assert!(differences.is_empty(), "{source}: only in one of tests/sources and x-sources: {differences:#?}");
    }
}

/// A reader of a statement finds the source by its address, and knows how much it says.
#[test]
fn every_source_has_a_title_a_kind_and_a_date() {
    let document = iamport::spec::document();
    for (name, source) in object(&document["x-sources"]) {
        for property in ["title", "kind", "date"] {
            assert!(source[property].is_string(), "{name}: {property}");
        }
        let is_published = ["documentation", "sample", "description"].iter().any(|kind| source["kind"] == *kind);
        assert_eq!(source["address"].is_string(), is_published, "{name}");
    }
}
