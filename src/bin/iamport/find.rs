use crate::{args, error::CliError, outcome::Outcome, output};

pub(crate) async fn run(service: &args::Service, args: args::Find) -> Result<Outcome, CliError> {
    let mut find = service.client()?.find_payment(args.merchant_uid);
    if let Some(status) = args.status {
        find = find.status(status);
    }
    if let Some(sorting) = args.sort {
        find = find.sorting(sorting);
    }
    let Some(payment) = find.await? else {
        output::note("iamport: no such payment");
        return Ok(Outcome::No);
    };
    let mut out = output::Payments::new(output::stdout(args.show.format), args.show, output::Shape::One);
    out.write(&payment)?;
    out.finish()?;
    Ok(Outcome::Yes)
}
