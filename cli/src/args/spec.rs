use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use iamport::spec::Impact;

#[derive(ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Spec {
    #[command(subcommand)]
    pub(crate) command: Option<SpecCommand>,

    /// Output format.
    #[arg(long, value_enum, default_value_t = SpecFormat::Yaml)]
    pub(crate) format: SpecFormat,

    /// Print the document for generators of other languages, in JSON: without extensions, and with codes as texts that have
    /// known values. It is not for `spec diff`, which compares what the extensions say too.
    #[arg(long, conflicts_with = "format")]
    pub(crate) plain: bool,
}

#[derive(Subcommand)]
pub(crate) enum SpecCommand {
    /// Print the differences between the document and another description of the API.
    #[command(after_help = "\
Save the output as a baseline; later runs print only new differences:
  iamport spec diff vendor.json > known.txt
  iamport spec diff vendor.json --baseline known.txt

Exit status: 0 no new difference of the impact in --fail-on or above; 1 one or more; 2 invalid usage or file; 3 writing the output failed.")]
    Diff(SpecDiff),
}

#[derive(ClapArgs)]
pub(crate) struct SpecDiff {
    /// The other description: OpenAPI 3.0, OpenAPI 3.1 or Swagger 2.0, in JSON or YAML; `-` is standard input.
    pub(crate) other: PathBuf,

    /// A file of known differences, one text or id per line; `#` begins a comment.
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,

    /// The lowest impact that makes the exit status 1; all differences are printed.
    #[arg(long, value_enum, value_name = "IMPACT", default_value_t = DiffFailOn::Any)]
    pub(crate) fail_on: DiffFailOn,

    /// Also print how many operations of the other description the document has.
    #[arg(long)]
    pub(crate) new_operations: bool,

    /// Output format.
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub(crate) format: DiffFormat,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum SpecFormat {
    /// As written, with comments.
    Yaml,
    /// For programs.
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum DiffFormat {
    /// One difference per line, grouped by its impact on users of the crate, with its place as a comment.
    Text,
    /// For programs: the impact, id, text, line and JSON pointer of each difference.
    Json,
    /// Annotations of GitHub Actions: errors, warnings and notices by the impact.
    Github,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum DiffFailOn {
    /// Breaks decoding or a call.
    Breaking,
    /// Added, not read by this crate; or breaking.
    Additive,
    /// Any difference, one in the documentation too.
    Any,
}

impl From<DiffFailOn> for Impact {
    fn from(fail_on: DiffFailOn) -> Self {
        match fail_on {
            DiffFailOn::Breaking => Self::Breaking,
            DiffFailOn::Additive => Self::Additive,
            DiffFailOn::Any => Self::Documentation,
        }
    }
}
