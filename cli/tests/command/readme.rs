//! The READMEs show what the command prints.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    path::Path,
    process::Command,
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use rust_xlsxwriter::Workbook;

use super::{reconcile::folder, run, sandbox::Running};
use crate::common::readme::{have_the_same_sections, links_lead_to_files};

const READMES: [(&str, &str); 2] =
    [("README.md", include_str!("../../README.md")), ("README.ko.md", include_str!("../../README.ko.md"))];

/// The blocks of a language.
fn blocks<'a>(readme: &'a str, language: &str) -> Vec<&'a str> {
    let start = format!("```{language}\n");
    readme.split(start.as_str()).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn links_in_the_readmes_lead_to_files() {
    READMES.iter().for_each(|(_, readme)| links_lead_to_files("cli", readme));
}

#[test]
fn both_readmes_have_the_same_sections() {
    let [(_, english), (_, korean)] = READMES;
    have_the_same_sections(english, korean);
}

/// Each command with its output. A variable is `$IMP_BASE_URL`, so that `$ ` is always a prompt.
fn prompts(block: &str) -> impl Iterator<Item = &str> {
    block.split("$ ").skip(1)
}

/// Saves orders in CSV as a spreadsheet does.
fn save_as_workbook(orders: &str, path: &Path) {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, line) in (0..).zip(orders.lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).unwrap(),
                Err(_) => sheet.write_string(row, column, cell).unwrap(),
            };
        }
    }
    workbook.save(path).unwrap();
}

/// A shop that accepts webhooks: its URL, and the bodies posted to it.
fn shop() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/webhook", listener.local_addr().unwrap());
    let (sender, bodies) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.unwrap());
            let head: Vec<_> =
                reader.by_ref().lines().map(Result::unwrap).take_while(|line| !line.is_empty()).collect();
            let length = head.iter().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
            let mut body = String::new();
            reader.by_ref().take(length).read_to_string(&mut body).unwrap();
            reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
            if sender.send(body).is_err() {
                break;
            }
        }
    });
    (url, bodies)
}

/// All blocks are one session, on the sandbox that the section on webhooks starts.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_in_the_readmes_match_the_output() {
    let path = Path::new(env!("CARGO_BIN_EXE_iamport")).parent().unwrap().display();
    for (name, readme) in READMES {
        let (url, webhooks) = shop();
        assert!(readme.contains("`iamport sandbox --time 2024-03-06T20:32:02+09:00`"), "{name}");
        assert!(readme.contains("`iamport sandbox --webhook http://127.0.0.1:3000/webhook`"), "{name}");
        let running = Running::start(&["--time", "2024-03-06T20:32:02+09:00", "--webhook", &url]);
        let folder = folder(name);
        let steps: Vec<_> = blocks(readme, "text").into_iter().flat_map(prompts).collect();
        assert_eq!(steps.len(), 11, "{name}");
        for step in steps {
            let (line, shown) = step.split_once('\n').unwrap();
            let line = line.split(" #").next().unwrap().trim();
            if let Some(file) = line.strip_prefix("cat ") {
                fs::write(folder.join(file), shown).unwrap();
                save_as_workbook(shown, &folder.join(file).with_extension("xlsx"));
            }
            let mut shell = Command::new("sh");
            shell.args(["-c", &format!("exec 2>&1; PATH={path}:$PATH; {line}")]).current_dir(&folder);
            for variable in ["IMP_BASE_URL", "IMP_KEY", "IMP_SECRET"] {
                shell.env(variable, running.value(variable));
            }
            let printed = String::from_utf8(run(shell).await.stdout).unwrap();
            assert_eq!(printed, shown, "{name}: {line}");
        }
        let posted = webhooks.recv_timeout(Duration::from_secs(10)).unwrap();
        assert_eq!(blocks(readme, "json"), [format!("{posted}\n")], "{name}");
        running.interrupt();
    }
}
