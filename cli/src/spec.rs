use std::{
    io::{self, Write},
    path::Path,
};

use iamport::spec::{self, Change, Coverage, Diff, Impact};
use serde::Serialize;

use crate::{
    args::{DiffFormat, Spec, SpecCommand, SpecDiff, SpecFormat},
    error::CliError,
    input::{name, read},
    outcome::Outcome,
    output::{UntilClosed, escaped, note},
    plain::plain,
};

pub(crate) fn run(args: Spec) -> Result<Outcome, CliError> {
    match (args.command, args.format) {
        (Some(SpecCommand::Diff(args)), _) => return diff(&args),
        (None, _) if args.plain => writeln!(io::stdout(), "{:#}", plain(spec::document()))?,
        (None, SpecFormat::Yaml) => io::stdout().write_all(spec::DOCUMENT.as_bytes())?,
        (None, SpecFormat::Json) => writeln!(io::stdout(), "{:#}", spec::document())?,
    }
    Ok(Outcome::Yes)
}

fn diff(args: &SpecDiff) -> Result<Outcome, CliError> {
    let unreadable = |path: &Path, why: &str| CliError::Input(format!("cannot read {}: {why}", name(path)));
    let read = |path| read(path).map_err(|e| unreadable(path, &e.to_string()));

    if args.other == Path::new("-") && args.baseline.as_deref() == Some(Path::new("-")) {
        return Err(CliError::Input("standard input cannot be both the description and the baseline".to_owned()));
    }
    let other = read(&args.other)?;
    let invalid = |error: spec::SpecError| unreadable(&args.other, &error.to_string());
    let mut diff = spec::diff(&other).map_err(invalid)?;
    let operations = if args.new_operations { Some(spec::coverage(&other).map_err(invalid)?) } else { None };
    if let Some(path) = &args.baseline {
        let list = String::from_utf8(read(path)?).map_err(|_| unreadable(path, "expected text in UTF-8"))?;
        for line in diff.apply_baseline(&list) {
            note(format_args!("iamport: {}:{}: matches no current difference: {}", name(path), line.number, line.text));
        }
    }
    let printed = match args.format {
        DiffFormat::Text => text(&diff, operations.as_ref(), &args.other),
        DiffFormat::Json => {
            let printed = Printed { diff: &diff, operations: operations.as_ref() };
            serde_json::to_string_pretty(&printed).map_err(io::Error::from)? + "\n"
        }
        DiffFormat::Github => annotations(&diff, operations.as_ref(), &args.other),
    };
    UntilClosed(io::stdout()).write_all(printed.as_bytes())?;
    let fails = |change: &Change| change.impact <= args.fail_on.into();
    Ok(if diff.changes.iter().any(fails) { Outcome::No } else { Outcome::Yes })
}

#[derive(Serialize)]
struct Printed<'a> {
    #[serde(flatten)]
    diff: &'a Diff,
    #[serde(skip_serializing_if = "Option::is_none")]
    operations: Option<&'a Coverage>,
}

/// Returns the differences by impact. All but their texts is a comment of a baseline.
fn text(diff: &Diff, operations: Option<&Coverage>, other: &Path) -> String {
    let mut text = operations.map_or_else(String::new, |operations| format!("# {operations}\n"));
    let mut above = None;
    for change in &diff.changes {
        if above.replace(change.impact) != Some(change.impact) {
            text += if text.is_empty() { "" } else { "\n" };
            text += &format!("# {}\n", change.impact);
        }
        let line = change.line.map_or_else(String::new, |line| format!(":{line}"));
        text += &escaped(&format!("{change}  # {}{line} {}", name(other), change.pointer));
        text += "\n";
    }
    text
}

/// Returns the differences as commands of GitHub Actions.
fn annotations(diff: &Diff, operations: Option<&Coverage>, other: &Path) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let line = |change: &Change| {
        let level = match change.impact {
            Impact::Breaking => "error",
            Impact::Additive => "warning",
            _ => "notice",
        };
        let at = change.line.map_or_else(String::new, |line| format!(",line={line}"));
        let (file, title) = (property(&name(other)), property(&change.impact.to_string()));
        format!("::{level} file={file}{at},title={title}::{}\n", data(&format!("{change} ({})", change.pointer)))
    };
    let operations = operations.map(|operations| format!("::notice::{operations}\n"));
    operations.into_iter().chain(diff.changes.iter().map(line)).collect()
}
