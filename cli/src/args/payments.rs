use clap::{ArgGroup, Args as ClapArgs, builder::PossibleValuesParser};
use iamport::PaymentStatus;
use jiff::civil::Date;

use super::{
    service::{Save, Service},
    values::{date, page},
};
use crate::output::Show;

#[derive(ClapArgs)]
#[command(group(ArgGroup::new("selection").args(["customer_uid", "since"]).required(true).multiple(true)))]
pub(crate) struct Payments {
    /// The customer_uid of a billing key (빌링키): one registered means of payment, usually a card. Without it, the payments of
    /// all customers in the period from --since on are listed.
    pub(crate) customer_uid: Option<String>,

    /// Only this page of the billing key, of 20 payments before filtering, counted from 1 [default: all pages]
    #[arg(long, value_name = "N", value_parser = page, allow_negative_numbers = true)]
    pub(crate) page: Option<u64>,

    /// Only payments in this status.
    #[arg(long, value_parser = PossibleValuesParser::new(PaymentStatus::KNOWN))]
    pub(crate) status: Option<String>,

    /// The first day of the period. The first and the last day are included.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) since: Option<Date>,

    /// The last day of the period [default: today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) until: Option<Date>,

    #[command(flatten)]
    pub(crate) show: Show,

    #[command(flatten)]
    pub(crate) save: Save,

    #[command(flatten)]
    pub(crate) service: Service,
}
