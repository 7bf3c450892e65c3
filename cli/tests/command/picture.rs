//! `docs/demo.svg` is what the command prints in a terminal with colours.

use anstyle_svg::Term;

use super::{command, run};
use crate::common::checked_in::assert_checked_in;

#[tokio::test(flavor = "multi_thread")]
async fn picture_of_the_readme_is_the_demo() {
    let mut demo = command(&["demo"]);
    demo.env("CLICOLOR_FORCE", "1").env_remove("NO_COLOR");
    let printed = String::from_utf8(run(demo).await.stdout).unwrap();
    // The first three steps: a reader scrolls past more.
    let shown = printed.split("\n4. ").next().unwrap();
    let (before, rest) = shown.split_once("http://127.0.0.1:").unwrap();
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let session = format!("$ iamport demo\n{before}http://127.0.0.1:8080{rest}");
    let picture = Term::new().render_svg(&session);
    assert_checked_in("docs/demo.svg", &picture);
}
