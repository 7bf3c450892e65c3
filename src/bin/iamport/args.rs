use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum, builder::PossibleValuesParser};
use iamport::{Client, ClientBuilder, PaymentStatus, Sorting};

use crate::failure::Failure;

/// Look payments up at PortOne V1 (i'mport).
///
/// The API key is read from IMP_KEY, its secret from IMP_SECRET, a sub-merchant from IMP_TIER. `iamport demo` needs
/// none of them.
#[derive(Parser)]
#[command(name = "iamport", version, arg_required_else_help = true, after_help = AFTER_HELP)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,

    #[command(flatten)]
    pub(crate) service: Service,
}

const AFTER_HELP: &str = "\
Exit status: 0 yes; 1 no (not found); 2 bad usage or input; 3 the service or the network failed.";

#[derive(Subcommand)]
pub(crate) enum Command {
    /// See what it does, on an embedded sandbox: no key, no network.
    Demo,
    /// Look up the payment of an order.
    #[command(after_help = "\
Examples:
  iamport find order-0001
  iamport find order-0001 --status paid --format json
  iamport find order-0001 --sorting=-paid")]
    Find(Find),
    /// List the payments of a billing key.
    #[command(after_help = "\
Examples:
  iamport payments cust_0001
  iamport payments cust_0001 --page 2
  iamport payments cust_0001 --format ndjson | jq .amount")]
    Payments(Payments),
    /// Print the OpenAPI document of this command, or compare it with another description of the API.
    #[command(after_help = "\
Examples:
  iamport spec > iamport.yaml
  iamport spec --format json | jq .paths")]
    Spec(Spec),
}

/// Where the service is.
#[derive(ClapArgs)]
pub(crate) struct Service {
    /// Address of the service [default: IMP_BASE_URL, or https://api.iamport.kr]
    #[arg(long, global = true, value_name = "URL")]
    base_url: Option<String>,
}

impl Service {
    /// A client with the keys of the environment.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        let mut builder = ClientBuilder::from_env()?;
        if let Some(base_url) = &self.base_url {
            builder = builder.base_url(base_url);
        }
        Ok(builder.build()?)
    }
}

#[derive(ClapArgs)]
pub(crate) struct Find {
    /// The merchant's own order number.
    pub(crate) merchant_uid: String,

    /// Only a payment in this status.
    #[arg(long, value_parser = PossibleValuesParser::new(PaymentStatus::KNOWN))]
    pub(crate) status: Option<String>,

    /// Which of several payments comes first; a minus sign means latest first.
    #[arg(long, value_parser = PossibleValuesParser::new(Sorting::KNOWN), allow_hyphen_values = true)]
    pub(crate) sorting: Option<String>,

    /// How to print it.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

#[derive(ClapArgs)]
pub(crate) struct Payments {
    /// The merchant's name for the billing key.
    pub(crate) customer_uid: String,

    /// Only this page, counted from 1 [default: all pages]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) page: Option<u64>,

    /// How to print them.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

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
  iamport spec diff vendor.json --accept known.txt

Exit status: 0 nothing new; 1 something new; 2 a file cannot be read.")]
    Diff(SpecDiff),
}

#[derive(ClapArgs)]
pub(crate) struct SpecDiff {
    /// The other description: OpenAPI 3.0, OpenAPI 3.1 or Swagger 2.0, in JSON or YAML; `-` for standard input.
    pub(crate) other: PathBuf,

    /// A file of differences one knows about: one a line, by its text or id; `#` begins a comment.
    #[arg(long, value_name = "FILE")]
    pub(crate) accept: Option<PathBuf>,

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
    /// For programs: effect, id and text of each.
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    /// For people: the fields one asks for first, without anybody's data.
    Table,
    /// JSON with every field, under the API's own names.
    Json,
    /// The same, one payment a line.
    Ndjson,
}
