use clap::{ArgGroup, Args as ClapArgs, builder::PossibleValuesParser};
use iamport::PaymentStatus;
use jiff::civil::Date;

use super::values::{date, page};
use crate::output::Show;

#[derive(ClapArgs)]
#[command(group(ArgGroup::new("selection").args(["customer_uid", "since"]).required(true).multiple(true)))]
pub(crate) struct Payments {
    /// The customer_uid under which the billing key (빌링키) was registered. Without it --since is required, and all payments of
    /// that period are listed.
    pub(crate) customer_uid: Option<String>,

    /// Only this page, counted from 1 [default: all pages]
    #[arg(long, value_name = "N", requires = "customer_uid", value_parser = page, allow_negative_numbers = true)]
    pub(crate) page: Option<u64>,

    /// Only payments in this status.
    #[arg(long, value_parser = PossibleValuesParser::new(PaymentStatus::KNOWN))]
    pub(crate) status: Option<String>,

    /// The first day of the period.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) since: Option<Date>,

    /// The last day of the period, included [default: today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) until: Option<Date>,

    #[command(flatten)]
    pub(crate) show: Show,
}
