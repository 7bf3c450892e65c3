use clap::{ArgGroup, Args as ClapArgs, builder::PossibleValuesParser};
use iamport::{PaymentStatus, Sorting};

use super::service::{Save, Service};
use crate::output::Show;

#[derive(ClapArgs)]
#[command(group(ArgGroup::new("identifiers").args(["merchant_uid", "imp_uid"]).required(true)))]
pub(crate) struct Find {
    /// The order number (가맹점 주문번호), as the merchant assigned it.
    pub(crate) merchant_uid: Option<String>,

    /// Look up payments by their imp_uid (포트원 결제 고유번호), and print them in the same sequence.
    #[arg(long, value_name = "IMP_UID", num_args = 1.., conflicts_with_all = ["status", "sort", "all"])]
    pub(crate) imp_uid: Vec<String>,

    /// With --imp-uid, also find payments of a test channel. A look-up by order number always finds them.
    #[arg(long, conflicts_with = "merchant_uid")]
    pub(crate) include_test: bool,

    /// Print all payments that have this order number: an order has one for each attempt to pay.
    #[arg(long)]
    pub(crate) all: bool,

    /// Only payments in this status.
    #[arg(long, value_parser = PossibleValuesParser::new(PaymentStatus::KNOWN))]
    pub(crate) status: Option<String>,

    /// The time by which to sort the payments of MERCHANT_UID; a minus sign puts the latest first. Without --all, only the
    /// first one is printed.
    #[arg(long, value_parser = PossibleValuesParser::new(Sorting::KNOWN), allow_hyphen_values = true)]
    pub(crate) sort: Option<String>,

    #[command(flatten)]
    pub(crate) show: Show,

    #[command(flatten)]
    pub(crate) save: Save,

    #[command(flatten)]
    pub(crate) service: Service,
}
