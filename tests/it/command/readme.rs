//! The READMEs show what the command prints.

use std::{fs, path::Path, process::Command};

use super::{reconcile::folder, run, sandbox::Running};

const READMES: [(&str, &str); 2] =
    [("README.md", include_str!("../../../README.md")), ("README.ko.md", include_str!("../../../README.ko.md"))];

/// Returns the first block of plain text that contains `with`.
fn block<'a>(readme: &'a str, with: &str) -> &'a str {
    let mut blocks = readme.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.find(|block| block.contains(with)).unwrap()
}

/// crates.io does not resolve relative links.
#[test]
fn links_in_the_readmes_are_absolute_and_lead_to_files_of_the_package() {
    for (name, readme) in READMES {
        let links = readme
            .split("](")
            .skip(1)
            .chain(readme.split("\n[").skip(1).filter_map(|link| link.split_once("]: ").map(|(_, target)| target)));
        for link in links.filter_map(|link| link.split([')', '\n']).next()) {
            let path = link.strip_prefix("https://docs.rs/crate/iamport/latest/source/");
            // GitHub shows a picture only by a relative link.
            let path = path.or(link.ends_with(".svg").then_some(link));
            let exists = |path: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join(path).exists();
            assert!(path.map_or(link.starts_with("https://docs.rs/"), exists), "{name}: {link}");
        }
    }
}

#[test]
fn both_readmes_have_the_same_sections() {
    let shape = |readme: &str| {
        let lines =
            readme.lines().filter(|line| line.starts_with('#') || line.starts_with("```") || line.starts_with("| "));
        lines.map(|line| line.split(' ').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let [(_, english), (_, korean)] = READMES;
    assert_eq!(shape(english), shape(korean));
}

#[tokio::test(flavor = "multi_thread")]
async fn session_in_the_readmes_matches_the_output() {
    let running = Running::start(&[]);
    let folder = folder("readme");
    let path = Path::new(env!("CARGO_BIN_EXE_iamport")).parent().unwrap().display();
    for (name, readme) in READMES {
        for step in block(readme, "$ iamport find").split("$ ").skip(1) {
            let (line, shown) = step.split_once('\n').unwrap();
            let line = line.split(" #").next().unwrap().trim();
            if let Some(file) = line.strip_prefix("cat ") {
                fs::write(folder.join(file), shown).unwrap();
            }
            let mut shell = Command::new("sh");
            shell.args(["-c", &format!("PATH={path}:$PATH; {line}")]).current_dir(&folder);
            for variable in ["IMP_BASE_URL", "IMP_KEY", "IMP_SECRET"] {
                shell.env(variable, running.value(variable));
            }
            let output = run(shell).await;
            let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert_eq!(printed, shown, "{name}: {line}");
        }
    }
    running.interrupt();
}
