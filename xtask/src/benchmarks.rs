//! Runs the benchmarks several times, and prints their tables with the median and the range of each figure.

use std::{
    cmp::Ordering,
    env,
    process::{Command, Stdio},
};

use crate::Place;

const RUNS: usize = 5;

const ALL: &[&str] = &["calls", "decode", "validate", "memory", "footprint", "growth"];

/// Runs the named benchmarks, or all.
pub(crate) fn benchmarks(place: &Place, names: &[&str]) -> Result<(), String> {
    for name in if names.is_empty() { ALL } else { names } {
        let mut outputs = Vec::new();
        for run in 1..=RUNS {
            eprintln!("-- {name}, run {run} of {RUNS}");
            outputs.push(output(place, name)?);
        }
        println!();
        for line in tables(&outputs).map_err(|line| format!("{name}: not in each run: {line}"))? {
            println!("{line}");
        }
    }
    Ok(())
}

fn output(place: &Place, name: &str) -> Result<String, String> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.args(["bench", "--locked", "--quiet", "--features", "validate", "--bench", name]).current_dir(&place.root);
    cargo.env("CARGO_TARGET_DIR", &place.target).stderr(Stdio::inherit());
    let output = cargo.output().map_err(|error| format!("cannot run cargo: {error}"))?;
    if !output.status.success() {
        return Err(format!("{name}: {}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("{name}: the output is not UTF-8"))
}

/// Returns the lines of the tables with the figures of all runs. Fails with a line that differs in more than figures.
fn tables(outputs: &[String]) -> Result<Vec<String>, &str> {
    let mut runs: Vec<_> = outputs.iter().map(|output| output.lines().filter(|line| line.starts_with('|'))).collect();
    let mut lines = Vec::new();
    while let Some(first) = runs[0].next() {
        let others: Option<Vec<_>> = runs[1..].iter_mut().map(Iterator::next).collect();
        lines.push(merged(first, &others.ok_or(first)?).ok_or(first)?);
    }
    Ok(lines)
}

/// Puts the median of each figure into a line, with its range if the runs differ.
fn merged(first: &str, others: &[&str]) -> Option<String> {
    let runs: Vec<_> = [&[first], others].concat().into_iter().map(parts).collect();
    let mut line = String::new();
    for (index, part) in runs[0].iter().enumerate() {
        let each: Vec<_> = runs.iter().map(|parts| parts.get(index).copied()).collect::<Option<_>>()?;
        let mut figures: Vec<_> = each.iter().map(|part| Some((part.parse::<f64>().ok()?, *part))).collect();
        if each.iter().all(|other| other == part) {
            line += part;
        } else if figures.iter().all(Option::is_some) {
            figures.sort_by(|a, b| a.partial_cmp(b).unwrap_or(Ordering::Equal));
            let [least, median, most] =
                [0, figures.len() / 2, figures.len() - 1].map(|at| figures[at].map(|(_, part)| part));
            line += &format!("{} ({} to {})", median?, least?, most?);
        } else {
            return None;
        }
    }
    Some(line)
}

/// Splits a line into its figures, with their signs, and what stands between them.
fn parts(line: &str) -> Vec<&str> {
    let is_figure = |c: char| c.is_ascii_digit() || ['.', '+', '-'].contains(&c);
    let mut parts = Vec::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let end = rest.find(|other| is_figure(other) != is_figure(c)).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        parts.push(part);
        rest = after;
    }
    parts
}
