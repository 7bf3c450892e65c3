use std::io::{self, Write};

use crate::{args, error::CliError, outcome::Outcome, output::escaped};

pub(crate) async fn run(service: &args::Service, args: args::Verify) -> Result<Outcome, CliError> {
    let client = service.client()?;
    // Of several payments of an order, one that is paid counts; the rest tells why there is none.
    let paid = client.find_payment(&args.merchant_uid).status("paid").await?;
    let payment = match paid {
        Some(paid) => Some(paid),
        None => client.find_payment(&args.merchant_uid).await?,
    };
    let reason = match payment {
        Some(payment) => payment.verify(args.amount, args.currency).err().map(|refusal| refusal.to_string()),
        None => Some("no such payment".to_owned()),
    };
    let (answer, text) =
        reason.map_or((Outcome::Yes, "ok".to_owned()), |reason| (Outcome::No, format!("no: {reason}")));
    writeln!(io::stdout(), "{}", escaped(&text))?;
    Ok(answer)
}
