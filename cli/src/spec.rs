use std::{
    io::{self, Write},
    path::Path,
};

use iamport::spec;

use crate::{
    args::{DiffFormat, Spec, SpecCommand, SpecDiff, SpecFormat},
    error::CliError,
    input::{name, read},
    outcome::Outcome,
    output::{escaped, note},
};

pub(crate) fn run(args: Spec) -> Result<Outcome, CliError> {
    match (args.command, args.format) {
        (Some(SpecCommand::Diff(args)), _) => return diff(&args),
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
    let mut diff = spec::diff(read(&args.other)?).map_err(|e| unreadable(&args.other, &e.to_string()))?;
    if let Some(path) = &args.baseline {
        let list = String::from_utf8(read(path)?).map_err(|_| unreadable(path, "expected text in UTF-8"))?;
        for line in diff.apply_baseline(&list) {
            note(format_args!("iamport: {}:{}: matches no current difference: {}", name(path), line.number, line.text));
        }
    }
    match args.format {
        DiffFormat::Text => {
            let text: String = diff.to_string().lines().map(|line| escaped(line).into_owned() + "\n").collect();
            io::stdout().write_all(text.as_bytes())?;
        }
        DiffFormat::Json => {
            writeln!(io::stdout(), "{}", serde_json::to_string_pretty(&diff).map_err(io::Error::from)?)?
        }
    }
    Ok(if diff.changes.is_empty() { Outcome::Yes } else { Outcome::No })
}
