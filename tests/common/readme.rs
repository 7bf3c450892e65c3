//! Checks of a pair of READMEs, English and Korean.

use super::repository;

/// A link leads to docs.rs, or to a file of the repository.
pub(crate) fn links_lead_to_files(readme: &str) {
    let links = readme
        .split("](")
        .skip(1)
        .chain(readme.split("\n[").skip(1).filter_map(|link| link.split_once("]: ").map(|(_, target)| target)));
    for link in links.filter_map(|link| link.split([')', '\n']).next()) {
        let library = link.strip_prefix("https://docs.rs/crate/iamport/latest/source/").map(str::to_owned);
        let command = link.strip_prefix("https://docs.rs/crate/iamport-cli/latest/source/");
        let relative = (!link.contains("://")).then(|| link.to_owned());
        let path = library.or(command.map(|path| format!("cli/{path}"))).or(relative);
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
