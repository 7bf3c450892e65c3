//! The READMEs show what the command prints.

use std::{fs, path::Path, process::Command};

use super::{command, reconcile::folder, run, sandbox::Running};

const READMES: [(&str, &str); 2] =
    [("README.md", include_str!("../../../README.md")), ("README.ko.md", include_str!("../../../README.ko.md"))];

/// Returns the first block of plain text that contains `with`.
fn block<'a>(readme: &'a str, with: &str) -> &'a str {
    let mut blocks = readme.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.find(|block| block.contains(with)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn demo_in_the_readmes_matches_the_output() {
    let demo = String::from_utf8(run(command(&["demo"])).await.stdout).unwrap();
    for (name, readme) in READMES {
        assert!(demo.contains(block(readme, "2. Look up").trim_end()), "{name} shows another demo than\n{demo}");
    }
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
