use clap::{ArgGroup, Args as ClapArgs, builder::PossibleValuesParser};
use iamport::{PaymentStatus, Sorting};

use crate::output::Show;

#[derive(ClapArgs)]
#[command(group(ArgGroup::new("identifiers").args(["merchant_uid", "imp_uid"]).required(true)))]
pub(crate) struct Find {
    /// The order number, as the merchant assigned it.
    pub(crate) merchant_uid: Option<String>,

    /// Look up payments by their imp_uid. Several are printed in the order given.
    #[arg(long, value_name = "IMP_UID", num_args = 1.., conflicts_with_all = ["status", "sort", "all"])]
    pub(crate) imp_uid: Vec<String>,

    /// Include payments of a test channel; without, --imp-uid does not find them.
    #[arg(long, conflicts_with = "merchant_uid")]
    pub(crate) include_test: bool,

    /// Print all payments of the order, not only the first.
    #[arg(long)]
    pub(crate) all: bool,

    /// Only payments in this status.
    #[arg(long, value_parser = PossibleValuesParser::new(PaymentStatus::KNOWN))]
    pub(crate) status: Option<String>,

    /// The order of several payments; a minus sign sorts the latest first.
    #[arg(long, value_parser = PossibleValuesParser::new(Sorting::KNOWN), allow_hyphen_values = true)]
    pub(crate) sort: Option<String>,

    #[command(flatten)]
    pub(crate) show: Show,
}
