//! The READMEs of the library. Their Rust code is doc-tested.

use crate::common::readme::{have_the_same_sections, links_lead_to_files};

const ENGLISH: &str = include_str!("../../README.md");
const KOREAN: &str = include_str!("../../README.ko.md");

#[test]
fn links_in_the_readmes_lead_to_files() {
    links_lead_to_files("", ENGLISH);
    links_lead_to_files("", KOREAN);
}

#[test]
fn both_readmes_have_the_same_sections() {
    have_the_same_sections(ENGLISH, KOREAN);
}
