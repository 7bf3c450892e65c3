//! Checks of a pair of READMEs, English and Korean.

use super::repository;

/// crates.io does not resolve relative links, so a link to a file leads to docs.rs.
pub(crate) fn links_are_absolute_and_lead_to_files(readme: &str) {
    let links = readme
        .split("](")
        .skip(1)
        .chain(readme.split("\n[").skip(1).filter_map(|link| link.split_once("]: ").map(|(_, target)| target)));
    for link in links.filter_map(|link| link.split([')', '\n']).next()) {
        let library = link.strip_prefix("https://docs.rs/crate/iamport/latest/source/").map(str::to_owned);
        let command = link.strip_prefix("https://docs.rs/crate/iamport-cli/latest/source/");
        // GitHub shows a picture only by a relative link.
        let picture = link.ends_with(".svg").then(|| link.to_owned());
        let path = library.or(command.map(|path| format!("cli/{path}"))).or(picture);
        let is_file = |path: String| repository().join(path).exists();
        assert!(path.map_or(link.starts_with("https://docs.rs/"), is_file), "{link}");
    }
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
