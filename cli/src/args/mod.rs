mod check;
mod columns;
mod find;
mod payments;
mod reconcile;
mod sandbox;
mod service;
mod spec;
mod validate;
mod values;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};
use clap_complete::Shell;
use iamport::{Amount, Currency};

use self::service::Service;
pub(crate) use self::{
    check::Check,
    columns::{Field, RowMeaning},
    find::Find,
    payments::Payments,
    reconcile::{Encoding, Reconcile, ResultFormat},
    sandbox::Sandbox,
    spec::{DiffFormat, Spec, SpecCommand, SpecDiff, SpecFormat},
    validate::{FindingFormat, Redact, Validate},
    values::{amount, check_days, currency},
};

/// Look up payments at PortOne V1 (i'mport).
///
/// The environment variables IMP_KEY and IMP_SECRET hold the API key and its secret, IMP_TIER the code of a sub-merchant
/// (하위 상점). `iamport demo`, `sandbox`, `validate`, `redact` and `spec` need none of them.
#[derive(Parser)]
#[command(name = "iamport", version, arg_required_else_help = true, after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// Accepted before a command too; the commands that use it show it in their help.
    #[arg(long, value_name = "URL", hide = true)]
    base_url: Option<String>,
    #[command(subcommand)]
    command: Command,
}

impl Args {
    /// Returns the command, with the options that were given before it.
    pub(crate) fn into_command(self) -> Command {
        let mut command = self.command;
        let service = match &mut command {
            Command::Find(find) => &mut find.service,
            Command::Payments(payments) => &mut payments.service,
            Command::Verify(verify) => &mut verify.service,
            Command::Reconcile(reconcile) => &mut reconcile.service,
            Command::Check(check) => &mut check.service,
            _ => return command,
        };
        service.base_url = service.base_url.take().or(self.base_url);
        command
    }
}

const AFTER_HELP: &str = "\
Exit status: 0 success; 1 a payment or billing key not found (an empty listing is 0), a mismatch, a finding, a difference; \
2 invalid usage or input, or an output file that cannot be created; 3 the service or the network failed, or writing the \
output.";

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show what iamport does, on an embedded sandbox: no key, no network.
    #[command(after_help = "\
Example:
  iamport demo")]
    Demo,
    /// Look up payments by order number or imp_uid.
    ///
    /// Exits with 1 if a payment is not found; the other payments are printed.
    #[command(after_help = "\
Examples:
  iamport find order-0001
  iamport find order-0001 --status paid --format json
  iamport find order-0001 --sort=-paid
  iamport find order-0001 --all
  iamport find --imp-uid imp_000000000001 imp_000000000002")]
    Find(Find),
    /// List the payments of a billing key or of a period.
    ///
    /// The days of a period are in Korea Standard Time, and both are included. With CUSTOMER_UID, the period applies to
    /// paid_at, or to started_at for payments that were never paid. Without CUSTOMER_UID, it applies to the time of the current
    /// status: a payment that is cancelled later is listed on the day of its cancellation.
    #[command(after_help = "\
Examples:
  iamport payments cust_0001
  iamport payments cust_0001 --page 2
  iamport payments cust_0001 --since 2024-03-01 --until 2024-03-31 --status paid
  iamport payments cust_0001 --format ndjson | jq .amount
  iamport payments cust_0001 --format csv > payments.csv
  iamport payments --since 2024-03-01 --until 2024-03-31 --output march.xlsx")]
    Payments(Payments),
    /// Verify the payment of an order: status, amount and currency.
    ///
    /// Prints `ok`, or `no` and the reason. A payment of a test channel is `no`, since no money moved. If the order has several
    /// payments, one that is paid in full is enough.
    #[command(after_help = "\
Examples:
  iamport verify order-0001 --amount 15900
  iamport verify order-0002 --amount 10.25 --currency USD
  iamport verify order-0001 --amount 15900 && ./ship order-0001

Exit status: 0 ok; 1 no; 2 invalid usage or input; 3 the service or the network failed, or writing \
the output.")]
    Verify(Verify),
    /// Reconcile a file of orders with their payments.
    ///
    /// The file is CSV or .xlsx with the columns merchant_uid (주문번호) and amount (금액), and optionally currency (통화, KRW if
    /// empty), status (상태, paid if empty) and refunded_amount (환불금액). They are found by the names that offices use, in any
    /// sequence and among other columns; --column names others. CSV has commas, semicolons or tabs, in UTF-8, in CP949 as Korean
    /// Excel writes it, or in UTF-16 with a byte order mark. Rows above the header, and totals, are skipped.
    ///
    /// A negative amount is a refund of the order with the same number. An order that the file says is refunded matches if its
    /// payment has the same amount and the same refunded amount.
    ///
    /// An order has one payment for each attempt to pay. It matches if one of them is paid, real, not cancelled and of the right
    /// amount and currency. Otherwise the order is compared with one payment: a paid one if there is one, else one that is
    /// cancelled in part, cancelled in full, of a test channel, or not paid. Among several of these, it is one of the right
    /// amount and currency, if they moved money, else the one started last.
    ///
    /// A summary goes to standard error. Its totals of the file count each order once, with what the file says was paid and
    /// refunded, without duplicates and bad rows. Its totals of the payments count the payments in the results, which are not
    /// all money of the period, with refunds of any date. Test payments are in neither, unless they are accepted. Results in
    /// CSV, NDJSON and workbooks also have the payment that decided, with times in KST; those in workbooks have the row in the
    /// file.
    #[command(after_help = "\
Results:
  match                paid as expected, or in the status that the file expects
  amount_mismatch      the payment has another amount
  currency_mismatch    the payment has another currency
  status_mismatch      the payment has another status than the column status
  not_paid             no attempt was paid
  cancelled            paid, then cancelled in full
  partially_cancelled  paid, then cancelled in part
  test_payment         paid through a test channel: no money moved
  not_found            no payment has this order number
  duplicate            another row has this order number
  refund               a refund of the order on another row, counted there
  same_order           a part or another attempt of the order on another row, counted there
  no_order             (with --since) a paid payment whose order is not in the file
  paid_twice           more than one payment of the order is paid
  bad_row              the row is invalid
  error                the look-up failed, or the payment has an invalid field

Examples:
  iamport reconcile orders.csv
  iamport reconcile orders.csv --output results.csv
  iamport reconcile orders.xlsx --output results.xlsx
  iamport reconcile march.csv --since 2024-03-01 --until 2024-03-31
  iamport reconcile orders.csv --format ndjson | jq 'select(.result != \"match\")'

Results go to results.partial.csv first, which is renamed at the end: an interrupted or failed run leaves that file if it has \
a result. If the reader of standard output closes it, as `head` does, the run goes on: the summary and the exit status are \
those of all rows.

Exit status: 0 all results are match, refund or same_order; 1 some are not, no_order and paid_twice included; 2 invalid usage or file, or a \
bad_row; 3 interrupted, gave up, or an error.")]
    Reconcile(Reconcile),
    /// Run a local server that responds like the service, for clients in any language.
    ///
    /// Prints its address, its keys and a `curl` that works; then each request, until Ctrl-C.
    #[command(after_help = "\
Examples:
  iamport sandbox
  iamport sandbox --port 8080 --payments 1000 --latency 30ms
  iamport sandbox --data captured.json
  iamport sandbox --quiet --env-file sandbox.env --scenario paid_twice
  iamport sandbox --port 8080 --webhook http://127.0.0.1:3000/webhook")]
    Sandbox(Sandbox),
    /// Validate captured responses against the OpenAPI document and each of its sources.
    ///
    /// A violation contradicts the document: no source allows the value, or the body cannot be decoded. Drift is a field, a code,
    /// a status or a media type that the document does not know. A deviation contradicts a source, but the document or another
    /// source allows the value; ordinary responses have some, so they are only counted without --all. The sources are the
    /// documentation of the billing-key listing (A) and of the look-up by order number (B, and B-sample, the example in it), the
    /// vendor's OpenAPI file (V1) and captured responses (wire). Values are printed only with --show-values.
    ///
    /// A captured response is an object {"operation": "find_payment", "status": 200, "body": …}, as `find`, `payments` and
    /// `reconcile` write it with --save, with the body as it was received. A `body` in quotes is the text of a body, as of one that
    /// is not JSON; `body_base64` has one that is not UTF-8. A `content_type` is checked too. A response without its operation is
    /// checked by what all operations with such a response have in common.
    ///
    /// A record that is not valid JSON is reported on standard error, and the rest is validated. A summary follows.
    #[command(after_help = "\
Examples:
  iamport find order-0001 --save responses.ndjson && iamport validate responses.ndjson
  iamport validate --operation find_payment --fail-on drift bodies.ndjson
  iamport validate bodies.ndjson > known.txt; iamport validate --baseline known.txt bodies.ndjson
  curl -s -H \"Authorization: Bearer $TOKEN\" https://api.iamport.kr/payments/find/order-0001 | iamport validate -

Exit status: 0 no finding of the severity in --fail-on or above; 1 one or more; 2 a file or a record is invalid, or a file has \
no record; 3 writing the output failed.")]
    Validate(Validate),
    /// Replace the personal data of captured responses, so that they can be published.
    ///
    /// Each Latin letter, Hangul syllable and Chinese character becomes another one, and each digit another digit. A
    /// letter or digit of another script becomes any letter or digit that is as long in UTF-8. Equal texts become equal
    /// texts; different ones hardly ever do unless they are short. The names of fields, their order, the structure,
    /// nulls, lengths and escapes stay, and so do the amounts, the times and the codes of the document (status,
    /// pay_method, …). In fields that the document does not know, or has texts for, numbers are replaced too. A record
    /// or a body that is not JSON is replaced as a whole, its field names included; a note names the line of such a
    /// record.
    #[command(after_help = "\
Example:
  iamport redact responses.ndjson > shared.ndjson

Exit status: 0 replaced; 2 the file cannot be read, is not UTF-8, or has no record; 3 writing the output failed.")]
    Redact(Redact),
    /// Check the keys and the service: one read-only request of each operation, validated.
    ///
    /// Prints for each operation the HTTP status, the milliseconds, whether the response was decoded, and its violations and drift;
    /// then each of them, and what failed. The look-ups are those of a payment of the last week, by the clock of the service; without
    /// one, they are those of an order that does not exist. The last line says what is not checked. Nothing is retried.
    #[command(after_help = "\
Examples:
  iamport check
  iamport check --report report.md

Exit status: 0 nothing is wrong with what was checked; 1 violations or drift; 2 invalid usage, missing keys, or a report that cannot be created; \
3 the service or the network failed, the keys were rejected, or writing the output failed.")]
    Check(Check),
    /// Print the OpenAPI document, or compare it with another description of the API.
    #[command(after_help = "\
Examples:
  iamport spec > iamport.yaml
  iamport spec --format json | jq .paths")]
    Spec(Spec),
    /// Print the completion script of a shell.
    #[command(after_help = "\
Examples:
  iamport completions bash > ~/.local/share/bash-completion/completions/iamport
  iamport completions zsh > ~/.zfunc/_iamport
  iamport completions fish > ~/.config/fish/completions/iamport.fish")]
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Write the man pages of all commands to a directory.
    #[command(after_help = "\
Example:
  iamport man ~/.local/share/man/man1 && man iamport-reconcile")]
    Man {
        /// The directory, which is created if it does not exist.
        directory: PathBuf,
    },
}

#[derive(ClapArgs)]
pub(crate) struct Verify {
    /// The order number (가맹점 주문번호), as the merchant assigned it.
    pub(crate) merchant_uid: String,

    /// The amount of the order in your own records, in major currency units: 15900, 10.25.
    #[arg(long, value_parser = amount, allow_hyphen_values = true)]
    pub(crate) amount: Amount,

    /// The currency of the order, as an ISO 4217 code.
    #[arg(long, default_value = "KRW", value_parser = currency)]
    pub(crate) currency: Currency,

    /// Accept payments of a test channel, for development.
    #[arg(long)]
    pub(crate) allow_test: bool,

    #[command(flatten)]
    pub(crate) service: Service,
}
