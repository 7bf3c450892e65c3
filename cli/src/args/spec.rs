use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

#[derive(ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Spec {
    #[command(subcommand)]
    pub(crate) command: Option<SpecCommand>,

    /// Output format.
    #[arg(long, value_enum, default_value_t = SpecFormat::Yaml)]
    pub(crate) format: SpecFormat,
}

#[derive(Subcommand)]
pub(crate) enum SpecCommand {
    /// Print the differences between the document and another description of the API.
    #[command(after_help = "\
Save the output as a baseline; later runs print only new differences:
  iamport spec diff vendor.json > known.txt
  iamport spec diff vendor.json --baseline known.txt

Exit status: 0 no new difference; 1 new differences; 2 invalid usage or file; 3 writing the output failed.")]
    Diff(SpecDiff),
}

#[derive(ClapArgs)]
pub(crate) struct SpecDiff {
    /// The other description: OpenAPI 3.0, OpenAPI 3.1 or Swagger 2.0, in JSON or YAML; `-` is standard input.
    pub(crate) other: PathBuf,

    /// A file of known differences, one text or id per line; `#` begins a comment.
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,

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
    /// One difference per line, grouped by its impact on users of the crate.
    Text,
    /// For programs: the impact, id and text of each difference.
    Json,
}
