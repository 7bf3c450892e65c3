//! `.ci/watch`: the text of an issue about the vendor's description, from a file.
#![cfg(unix)]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use super::reconcile::folder;
use crate::common::{repository, vendor::vendor};

fn watch(file: &Path) -> Output {
    let mut command = Command::new(repository().join(".ci/watch"));
    command.arg(file).env("IAMPORT", env!("CARGO_BIN_EXE_iamport")).output().unwrap()
}

#[test]
fn new_difference_makes_the_text_of_an_issue() {
    let folder = folder("watch");
    let file = folder.join("v1.yaml");
    let same = vendor("vendor.swagger.yaml");
    fs::write(&file, &same).unwrap();
    let output = watch(&file);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), String::new()), "{}", text(&output.stderr));

    let mut changed: serde_json::Value = yaml_serde::from_str(&same).unwrap();
    changed["paths"].as_object_mut().unwrap().remove("/users/getToken");
    fs::write(&file, changed.to_string()).unwrap();
    let output = watch(&file);
    let issue = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(issue.starts_with("The vendor's description differs from `openapi/iamport.yaml`"), "{issue}");
    assert!(
        issue.contains("\n# breaks decoding or a call\nPOST /users/getToken: gone  # vendor.yaml:1 /paths\n"),
        "{issue}"
    );
    let gets = changed["paths"].as_object().unwrap().values().filter(|path| path.get("get").is_some()).count();
    assert!(issue.contains(&format!("\n```text\n# {gets} GETs, {} covered\n", gets - 1)), "{issue}");
    assert!(issue.contains("/v1.openapi.yml\n"), "{issue}");

    fs::write(&file, "swagger: '2.0'\npaths: [").unwrap();
    assert_eq!(watch(&file).status.code(), Some(2));
    assert_ne!(watch(&folder.join("gone.yaml")).status.code(), Some(0));
}
