//! The entry points of the targets in `fuzz_targets/`. They use the public API only.

use std::{fmt::Debug, sync::LazyLock, time::SystemTime};

use iamport::{
    Amount, Client, Error, PageOrArray, Payment, PaymentPage, Timestamp, UnknownField,
    generated::{Envelope, RESPONSES, types::AccessToken},
    sandbox::{Endpoint, MockResponse, Sandbox},
    spec,
    validate::{self, Severity},
};
use serde::{
    Deserialize, Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::value::RawValue;
use tokio::runtime::Runtime;

type Listing = PageOrArray<PaymentPage, Payment>;

/// Decodes a response to a look-up by order.
pub fn find(body: &[u8]) {
    read::<Envelope<Payment>>(body);
    read::<Envelope<UnknownField>>(body);
}

/// Decodes a response to a listing.
pub fn list(body: &[u8]) {
    read::<Envelope<Listing>>(body);
}

/// Decodes a response with an access token.
pub fn token(body: &[u8]) {
    if let Ok(response) = decode::<Envelope<AccessToken>>(body) {
        let _ = format!("{response:?}");
    }
}

/// Responds to a call with the headers `Retry-After` and `Date`, on two lines, and reads the wait of the error.
pub fn retry_after(text: &[u8]) {
    static SERVER: LazyLock<(Runtime, Sandbox, Client)> = LazyLock::new(|| {
        let runtime = Runtime::new().expect("a runtime");
        let sandbox = runtime.block_on(Sandbox::start()).expect("a sandbox");
        let client = sandbox.client().build().expect("a client");
        (runtime, sandbox, client)
    });
    let (runtime, sandbox, client) = &*SERVER;
    let Ok(text) = str::from_utf8(text) else { return };
    // A status that is not retried.
    let mut response = MockResponse::html(418);
    for (name, value) in ["retry-after", "date"].into_iter().zip(text.splitn(2, '\n')) {
        response = response.header(name, value);
    }
    sandbox.enqueue_response(Endpoint::Find, response);
    let error = runtime.block_on(async { client.find_payment("order-0001").await }).expect_err("the status is 418");
    assert!(error.retry_after().is_none_or(|wait| SystemTime::now().checked_add(wait).is_some()));
    sandbox.clear_requests();
}

/// Validates and decodes a body with hostile field names at each level of a response.
///
/// The first byte selects the operation and the status, the second the kind of the response; the names follow, separated by
/// zero bytes. One combination an input keeps the number of executions per second high.
pub fn hostile_names(data: &[u8]) {
    let [selector, kind, names @ ..] = data else { return };
    let text = String::from_utf8_lossy(names);
    let names: Vec<_> = text.split('\0').map(|name| serde_json::to_string(name).unwrap_or_default()).collect();
    let fields: String = names.iter().map(|name| format!(",{name}:{{{name}:1}}")).collect();
    let response = if kind % 2 == 0 {
        format!(r#"{{"imp_uid":"imp_1"{fields}}}"#)
    } else {
        format!(r#"[{{"amount":1{fields}}}]"#)
    };
    let body = format!(r#"{{"code":0,"response":{response}{fields}}}"#);
    let operations: Vec<_> = validate::operations().collect();
    let operation = operations.get(usize::from(*selector) / STATUSES.len() % operations.len());
    let status = STATUSES.get(usize::from(*selector) % STATUSES.len());
    if let (Some(operation), Some(status)) = (operation, status) {
        validated(body.as_bytes(), operation, *status);
    }
}

const STATUSES: [u16; 3] = [200, 401, 418];

/// Validates a body as the response of every operation.
pub fn validation(body: &[u8]) {
    for operation in validate::operations() {
        for status in STATUSES {
            validated(body, operation, status);
        }
    }
}

/// A body that does not decode must have a violation.
fn validated(body: &[u8], operation: &str, status: u16) {
    let report = match validate::validate_response(operation, status, body) {
        Ok(report) => report,
        Err(error) => {
            assert!(!error.is_unknown_name());
            let _ = error.to_string();
            let json = serde_json::from_slice::<IgnoredAny>(body).is_ok() && str::from_utf8(body).is_ok();
            assert!(!(json && error.is_not_json()), "serde_json reads it");
            return;
        }
    };
    for finding in report.findings() {
        assert!(!finding.to_string().contains(char::is_control), "{:?}", finding.pointer());
    }
    let _ = format!("{report:?}");
    let response = RESPONSES.iter().find(|response| response.operation == operation && response.status == status);
    let decodes = match response {
        Some(response) => response.reencode(body).is_ok(),
        None => decode::<Envelope<UnknownField>>(body).is_ok(),
    };
    let violation = report.max_severity() == Some(Severity::Violation);
    assert!(decodes || violation, "{operation} {status} does not decode, and has no violation");
}

/// Compares a description of the API. The output is a baseline that leaves no difference.
pub fn spec_diff(text: &[u8]) {
    let mut diff = match spec::diff(text) {
        Ok(diff) => diff,
        Err(error) => {
            let _ = format!("{error} {error:?}");
            return;
        }
    };
    assert_eq!(Some(&diff), spec::diff(text).ok().as_ref(), "not the same the second time");
    let list = diff.to_string();
    let unused = diff.apply_baseline(&list);
    assert!(unused.is_empty() && diff.changes.is_empty(), "{unused:?} {:?}", diff.changes);
}

/// Parses a timestamp and an amount, which must keep all digits.
pub fn timestamps_amounts(text: &[u8]) {
    let Ok(text) = str::from_utf8(text) else { return };
    if let Ok(at) = serde_json::from_str::<Timestamp>(text) {
        assert_eq!(serde_json::from_str::<Timestamp>(&at.to_string()).ok(), Some(at));
        assert!(SystemTime::from(at) > SystemTime::UNIX_EPOCH);
    }
    let read = serde_json::from_str::<Amount>(text).ok();
    let parsed = text.parse::<Amount>().ok();
    for amount in [read, parsed].into_iter().flatten() {
        let written = serde_json::to_string(&amount).unwrap_or_default();
        assert_eq!(serde_json::from_str::<Amount>(&written).ok(), Some(amount), "{written}");
        assert_eq!(amount.to_string().parse::<Amount>().ok(), Some(amount));
        assert!(amount.checked_sub(amount).is_some_and(Amount::is_zero));
        let _ = amount.checked_add(amount);
        if !text.contains(['e', 'E']) {
            assert_eq!(digits(&amount.to_string()), digits(text.trim()), "not exact");
        }
    }
    if let (Some(read), Some(parsed)) = (read, parsed) {
        assert_eq!(read, parsed);
    }
}

/// A plain number without leading and trailing zeros, and without the sign of zero.
fn digits(number: &str) -> (bool, &str, &str) {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let negative = whole.starts_with('-');
    let whole = whole.trim_start_matches('-').trim_start_matches('0');
    let part = part.trim_end_matches('0');
    (negative && !(whole.is_empty() && part.is_empty()), whole, part)
}

/// Decodes a body. The value must survive a round trip, and the error must be printable.
fn read<T: DeserializeOwned + Serialize + Debug>(body: &[u8]) {
    let Ok(value) = decode::<T>(body).map_err(print) else { return };
    if has_number_as_response(body) {
        return;
    }
    let written = serde_json::to_string(&value).unwrap_or_default();
    let again = decode::<T>(written.as_bytes()).map_err(print);
    let again = again.ok().and_then(|again| serde_json::to_string(&again).ok());
    assert_eq!(again.as_deref(), Some(&*written), "not the same after a round trip");
    let _ = format!("{value:?}");
}

/// Returns whether a number is where an object is expected. It is kept as the nearest `f64`, since objects are read without
/// their text, and serde_json does not read the digits of every `f64` back as the same.
fn has_number_as_response(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Envelope<'a> {
        #[serde(borrow)]
        response: &'a RawValue,
    }

    serde_json::from_slice::<Envelope<'_>>(body)
        .is_ok_and(|envelope| envelope.response.get().starts_with(|c: char| c == '-' || c.is_ascii_digit()))
}

/// Decodes a body as the client does: the text of `custom_data` is read by the same parser as a response.
fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    let Ok(text) = str::from_utf8(body) else { return Err(Error::decode()) };
    let payment = r#"{"imp_uid":"imp_1","merchant_uid":"order-0001","amount":100,"status":"paid"}"#;
    let mut payment: Payment = serde_json::from_str(payment).expect("a payment");
    payment.custom_data = Some(text.into());
    payment.custom_data_as()?.ok_or_else(Error::decode)
}

fn print(error: Error) -> usize {
    assert!(error.is_decode());
    format!("{error} {error:?}").len()
}
