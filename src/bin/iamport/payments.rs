use std::io;

use crate::{Answer, Failure, args, output};

pub(crate) async fn run(service: &args::Service, args: args::Payments) -> Result<Answer, Failure> {
    let listing = service.client()?.billing_key_payments(args.customer_uid);
    // Not locked while it waits for pages: the walk is a future that may move to another thread.
    let mut out = output::Payments::new(io::stdout(), args.format, output::Shape::Many);
    let walked = match args.page {
        Some(page) => match listing.page(page).await {
            Ok(page) => page.list.iter().try_for_each(|payment| out.write(payment)).map_err(Failure::from),
            Err(error) => Err(error.into()),
        },
        None => {
            let mut payments = listing.items();
            loop {
                match payments.next().await {
                    Some(Ok(payment)) => out.write(&payment)?,
                    Some(Err(error)) => break Err(Failure::from(error)),
                    None => break Ok(()),
                }
            }
        }
    };
    match walked {
        Err(Failure::Service(error)) if error.is_not_found() => {
            anstream::eprintln!("iamport: no such billing key");
            Ok(Answer::No)
        }
        // What came before the failure is written all the same.
        walked => {
            out.finish()?;
            walked.map(|()| Answer::Yes)
        }
    }
}
