use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

#[derive(ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Spec {
    #[command(subcommand)]
    pub(crate) command: Option<SpecCommand>,

    /// How to print it.
    #[arg(long, value_enum, default_value_t = SpecFormat::Yaml)]
    pub(crate) format: SpecFormat,
}

#[derive(Subcommand)]
pub(crate) enum SpecCommand {
    /// Tell what another description of the API says differently.
    #[command(after_help = "\
Prints nothing where nothing is new. What it prints can be kept, and accepted the next time:
  iamport spec diff vendor.json > known.txt
  iamport spec diff vendor.json --baseline known.txt

Exit status: 0 nothing new; 1 something new; 2 a file cannot be read.")]
    Diff(SpecDiff),
}

#[derive(ClapArgs)]
pub(crate) struct SpecDiff {
    /// The other description: OpenAPI 3.0, OpenAPI 3.1 or Swagger 2.0, in JSON or YAML; `-` for standard input.
    pub(crate) other: PathBuf,

    /// A file of differences one knows about: one a line, by its text or id; `#` begins a comment.
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,

    /// How to print them.
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub(crate) format: DiffFormat,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum SpecFormat {
    /// As it is written, with its comments.
    Yaml,
    /// For programs.
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum DiffFormat {
    /// One line each, under what they do to a user of the crate.
    Text,
    /// For programs: impact, id and text of each.
    Json,
}
