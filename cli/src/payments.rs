use std::io;

use iamport::{Payment, PaymentPage, PaymentStatus, PaymentStream, Timestamp};
use jiff::{ToSpan, civil::Date};

use crate::{
    args,
    error::CliError,
    outcome::Outcome,
    output::{self, Listing, Shape, Show, Zone},
    progress::{Output, Progress},
};

/// The largest page that the service accepts.
const PAGE_SIZE: u64 = 1000;

pub(crate) async fn run(args: args::Payments) -> Result<Outcome, CliError> {
    args::check_days(args.since, args.until, args.show.zone().day(jiff::Timestamp::now()))?;
    if args.page.is_some() && args.customer_uid.is_none() {
        return Err(CliError::Input("--page selects a page of a billing key: expected a CUSTOMER_UID".to_owned()));
    }
    let client = args.save.client(&args.service, args.show.overwrite)?;
    let mut listed = Listed::open(&args.show)?;
    let result = match &args.customer_uid {
        Some(customer_uid) => {
            let (listing, filter) = (client.billing_key_payments(customer_uid), Filter::new(&args));
            match args.page {
                Some(page) => match listing.page(page).await {
                    Ok(page) => listed.write_page(&page, |payment| filter.passes(payment)),
                    Err(error) => Err(error.into()),
                },
                None => listed.write_all(listing.items(), |payment| filter.passes(payment)).await,
            }
        }
        None => {
            let (from, to) = period(&args)?;
            let mut listing = client.list_payments().between(from, to).page_size(PAGE_SIZE);
            if let Some(status) = args.status {
                listing = listing.status(status);
            }
            listed.write_all(listing.items(), |_| true).await
        }
    };
    match result {
        Err(CliError::Service(error)) if args.customer_uid.is_some() && !listed.any && error.is_not_found() => {
            output::note("iamport: no such billing key");
            Ok(Outcome::No)
        }
        Err(failure) if !listed.any => Err(failure),
        // The payments before the failure are written.
        Err(failure) => {
            listed.out.stop()?;
            Err(failure)
        }
        Ok(()) => {
            listed.out.finish()?;
            if !listed.written {
                output::note("iamport: no payments");
            }
            Ok(Outcome::Yes)
        }
    }
}

/// Writes the payments of a listing.
struct Listed {
    out: Listing,
    progress: Output,
    /// Whether the listing had a payment.
    any: bool,
    /// Whether a payment was written.
    written: bool,
}

impl Listed {
    fn open(show: &Show) -> Result<Self, CliError> {
        let out = Listing::open(show, Shape::Many)?;
        let progress = if show.output.is_some() { Output::File } else { Output::of(show.format()?) };
        Ok(Self { out, progress, any: false, written: false })
    }

    fn write_page(&mut self, page: &PaymentPage, passes: impl Fn(&Payment) -> bool) -> Result<(), CliError> {
        self.any = true;
        let mut payments = page.list.iter().filter(|payment| passes(payment));
        Ok(payments.try_for_each(|payment| self.write(payment))?)
    }

    fn write(&mut self, payment: &Payment) -> io::Result<()> {
        self.written = true;
        self.out.write(payment)
    }

    /// Writes each payment that passes as soon as it arrives. A payment that cannot be decoded is an error after the others.
    async fn write_all(
        &mut self,
        mut payments: PaymentStream,
        passes: impl Fn(&Payment) -> bool,
    ) -> Result<(), CliError> {
        let progress = Progress::listing(self.progress);
        let mut undecoded = None;
        while let Some(payment) = payments.next().await {
            let payment = match payment {
                Err(error) if error.payment_index().is_some() => {
                    undecoded.get_or_insert(error);
                    continue;
                }
                payment => payment?,
            };
            progress.step();
            self.any = true;
            if passes(&payment) {
                progress.aside(|| self.write(&payment))?;
            }
        }
        undecoded.map_or(Ok(()), |error| Err(error.into()))
    }
}

/// Returns the first and the last second of the days in the arguments.
fn period(args: &args::Payments) -> Result<(Timestamp, Timestamp), CliError> {
    let invalid = || CliError::Input("invalid period: expected days from 1970-01-01 to today".to_owned());
    let zone = args.show.zone();
    let now = jiff::Timestamp::now();
    let from = args.since.and_then(|since| zone.start(since)).filter(|from| *from <= now);
    let to = match args.until {
        Some(until) => until.tomorrow().ok().and_then(|next| zone.start(next)?.checked_sub(1.second()).ok()),
        None => Some(now),
    };
    let timestamp = |at: Option<jiff::Timestamp>| {
        at.and_then(|at| u64::try_from(at.as_second()).ok()).and_then(Timestamp::from_secs).ok_or_else(invalid)
    };
    Ok((timestamp(from)?, timestamp(to)?))
}

/// Selects the payments of a billing key, whose listing takes no other arguments than the page.
struct Filter {
    status: Option<PaymentStatus>,
    since: Option<Date>,
    until: Option<Date>,
    zone: Zone,
}

impl Filter {
    fn new(args: &args::Payments) -> Self {
        let args::Payments { since, until, .. } = *args;
        Self { status: args.status.as_deref().map(PaymentStatus::from), since, until, zone: args.show.zone() }
    }

    fn passes(&self, payment: &Payment) -> bool {
        // A payment without a time is not known to be outside.
        let day = payment.paid_at.or(payment.started_at).map(|at| self.zone.day(at));
        self.status.as_ref().is_none_or(|status| payment.status == *status)
            && day.is_none_or(|day| {
                self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
            })
    }
}
