//! Checks of a pair of READMEs, English and Korean.

use super::repository;

/// A link leads to docs.rs, or to a file, by its path from the folder of the README, or to a section of this README.
pub(crate) fn links_lead_to_files(folder: &str, readme: &str) {
    let links = readme
        .split("](")
        .skip(1)
        .chain(readme.split("\n[").skip(1).filter_map(|link| link.split_once("]: ").map(|(_, target)| target)));
    for link in links.filter_map(|link| link.split([')', '\n']).next()) {
        let is_there = match link.strip_prefix('#') {
            Some(section) => readme.lines().any(|line| anchor(line).as_deref() == Some(section)),
            None if link.contains("://") => link.starts_with("https://docs.rs/"),
            None => repository().join(folder).join(link).exists(),
        };
        assert!(is_there, "{link}");
    }
}

/// The anchor of a heading.
fn anchor(line: &str) -> Option<String> {
    Some(line.strip_prefix("## ")?.to_lowercase().replace(' ', "-"))
}

/// Headings, code blocks and rows of tables are the same.
pub(crate) fn have_the_same_sections(english: &str, korean: &str) {
    let shape = |readme: &str| {
        let lines =
            readme.lines().filter(|line| line.starts_with('#') || line.starts_with("```") || line.starts_with("| "));
        lines.map(|line| line.split(' ').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(shape(english), shape(korean));
}
