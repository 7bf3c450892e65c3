use iamport::{Payment, PaymentStatus};
use jiff::civil::Date;

use crate::{
    args,
    error::CliError,
    outcome::Outcome,
    output::{self, Zone},
    progress::{Output, Progress},
};

pub(crate) async fn run(service: &args::Service, args: args::Payments) -> Result<Outcome, CliError> {
    let filter = Filter::new(&args)?;
    let listing = service.client()?.billing_key_payments(args.customer_uid);
    let mut out = output::Payments::new(output::stdout(args.show.format), args.show, output::Shape::Many);
    let mut came = false;
    let walked = match args.page {
        Some(page) => match listing.page(page).await {
            Ok(page) => page.list.iter().filter(|payment| filter.passes(payment)).try_for_each(|p| Ok(out.write(p)?)),
            Err(error) => Err(error.into()),
        },
        None => {
            let progress = Progress::listing(Output::of(args.show.format));
            let mut payments = listing.items();
            loop {
                match payments.next().await {
                    Some(Ok(payment)) => {
                        progress.step();
                        came = true;
                        if filter.passes(&payment) {
                            progress.aside(|| out.write(&payment))?;
                        }
                    }
                    Some(Err(error)) => break Err(CliError::from(error)),
                    None => break Ok(()),
                }
            }
        }
    };
    match walked {
        Err(CliError::Service(error)) if error.is_not_found() && !came => {
            output::note("iamport: no such billing key");
            Ok(Outcome::No)
        }
        Err(failure) if !came => Err(failure),
        // What came before the failure is written all the same.
        walked => {
            out.finish()?;
            walked.map(|()| Outcome::Yes)
        }
    }
}

/// Which payments are wanted.
struct Filter {
    status: Option<PaymentStatus>,
    since: Option<Date>,
    until: Option<Date>,
    zone: Zone,
}

impl Filter {
    fn new(args: &args::Payments) -> Result<Self, CliError> {
        let args::Payments { since, until, .. } = *args;
        if let (Some(since), Some(until)) = (since, until)
            && since > until
        {
            return Err(CliError::Input(format!("--since {since} is later than --until {until}")));
        }
        Ok(Self { status: args.status.as_deref().map(PaymentStatus::from), since, until, zone: args.show.zone() })
    }

    fn passes(&self, payment: &Payment) -> bool {
        // A payment that tells no moment cannot be shown to lie outside.
        let day = payment.paid_at.or(payment.started_at).map(|at| self.zone.day(at));
        self.status.as_ref().is_none_or(|status| payment.status == *status)
            && day.is_none_or(|day| {
                self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
            })
    }
}
