//! The ratios of the medians that criterion measured in one run.

use std::{fs, path::Path};

use criterion::Criterion;
use serde_json::Value;

const OUT: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/criterion");

pub(crate) const BY_HAND: &str = "by hand";
pub(crate) const OURS: &str = "iamport";

pub(crate) fn criterion() -> Criterion {
    Criterion::default().output_directory(Path::new(OUT)).without_plots().configure_from_args()
}

/// Returns the median time of a benchmark in nanoseconds; `None` if it was not measured.
pub(crate) fn median(group: &str, id: &str) -> Option<f64> {
    let estimates = fs::read_to_string(Path::new(OUT).join(group).join(id).join("new/estimates.json")).ok()?;
    serde_json::from_str::<Value>(&estimates).ok()?["median"]["point_estimate"].as_f64()
}

/// Returns the time of the second benchmark divided by that of the first.
pub(crate) fn ratio(group: &str, first: &str, second: &str) -> Option<f64> {
    Some(median(group, second)? / median(group, first)?)
}

pub(crate) fn head(title: &str) {
    println!("\n| {title} | measured | target |\n| --- | --- | --- |");
}

pub(crate) fn row(figure: &str, measured: Option<f64>, target: &str) {
    if let Some(measured) = measured {
        println!("| {figure} | {measured:.2} | {target} |");
    }
}
