//! Unknown fields survive as they were received, on one line.

use iamport::{PageOrArray, Payment, PaymentPage, UnknownField};
use serde_json::json;

const START: &str = r#"{"imp_uid":"i","merchant_uid":"m","amount":1,"status":"paid""#;

fn with(value: &str) -> Payment {
    serde_json::from_str(&format!(r#"{START},"new":{value}}}"#)).unwrap()
}

#[test]
fn payment_that_is_read_again_equals_the_first() {
    for value in [
        r#""a\/b""#,
        r#""\uac00""#,
        r#""\u0041""#,
        r#""\ud83d\ude00 \"quoted\" \n""#,
        r#""\ud83d""#,
        r#"["a\/b",{"\u0041":"\/"}]"#,
        "1.10",
        "12345678901234567890123",
        "null",
        "true",
        r#""""#,
    ] {
        let first = with(value);
        assert_eq!(first.extra["new"].as_json(), value);
        for written in [serde_json::to_string(&first).unwrap(), serde_json::to_string_pretty(&first).unwrap()] {
            assert!(written.contains(value), "{value}: {written}");
            assert_eq!(serde_json::from_str::<Payment>(&written).unwrap(), first);
        }
        // A misfit is kept in the same way.
        let misfit: Payment = serde_json::from_str(&format!(r#"{START},"paid_at":{value}}}"#)).unwrap();
        let again: Payment = serde_json::from_str(&serde_json::to_string(&misfit).unwrap()).unwrap();
        assert_eq!(again, misfit);
    }
}

#[test]
fn payment_is_written_on_one_line() {
    for value in ["{\n  \"a b\": [\r\n    1,\t2\n  ]\n}", "[\n]", "{ \"a\" : \"\\\" \\\\\" , \"b\" : \" \" }"] {
        let first = with(value);
        let written = serde_json::to_string(&first).unwrap();
        assert!(!written.contains(['\n', '\r', '\t']), "{written}");
        assert_eq!(serde_json::from_str::<Payment>(&written).unwrap(), first);
        assert_eq!(first.extra["new"].to_value().unwrap(), serde_json::from_str::<serde_json::Value>(value).unwrap());
    }
    assert_eq!(with("{ \"a b\" :\n[ 1 , \"\\\" \" ] }").extra["new"].as_json(), r#"{"a b":[1,"\" "]}"#);
}

#[test]
fn text_of_an_unknown_field_is_decoded() {
    let text = |value: &str| with(value).extra["new"].as_str().map(|text| text.into_owned());
    assert_eq!(text(r#""\uac00\/""#).as_deref(), Some("가/"));
    assert_eq!(text(r#""plain""#).as_deref(), Some("plain"));
    for other in ["1", "null", "true", "[]", "{}", r#""\ud83d""#] {
        assert_eq!(text(other), None, "{other}");
    }
    assert_eq!(UnknownField::from(json!("가")).as_str().as_deref(), Some("가"));
}

/// Many small items would take much more memory than their text.
#[test]
fn array_of_many_items_smaller_than_any_of_the_service_is_kept_as_text() {
    let history = |item: &str, count: usize| {
        let json = format!("[{}]", vec![item; count].join(","));
        let body = format!(
            r#"{{"imp_uid":"imp_1","merchant_uid":"order-1","status":"paid","amount":100,"cancel_history":{json}}}"#
        );
        let payment: Payment = serde_json::from_str(&body).unwrap();
        match payment.cancel_history {
            Some(history) => history.len(),
            None => {
                assert_eq!(payment.extra["cancel_history"].as_json(), json, "nothing is lost");
                assert!(payment.cancelled_amount().is_err(), "and it is not taken for not cancelled");
                0
            }
        }
    };
    assert_eq!([history("{}", 100), history("{}", 101)], [100, 0]);
    let real = r#"{"pg_tid":"T1","amount":100,"cancelled_at":1709722069,"reason":"r","receipt_url":"https://pg.example.com/1"}"#;
    assert_eq!(history(real, 5000), 5000);
    // One that is wrong makes all of them a mismatch, however many there are.
    assert_eq!(history("0", 1), 0);
}

#[test]
fn listing_has_a_limit_far_beyond_the_largest_page() {
    const PAYMENT: &str = r#"{"imp_uid":"imp_1","merchant_uid":"order-1","status":"paid","amount":100}"#;
    let read = |count, is_page| {
        let list = format!("[{}]", vec![PAYMENT; count].join(","));
        let page = format!(r#"{{"total":1,"next":0,"previous":0,"list":{list}}}"#);
        let listing = serde_json::from_str::<PageOrArray<PaymentPage, Payment>>(if is_page { &page } else { &list });
        listing.map(|listing| PaymentPage::from(listing).list.len()).map_err(|error| error.to_string())
    };
    for is_page in [true, false] {
        assert_eq!(read(10_000, is_page), Ok(10_000));
        let error = read(10_001, is_page).unwrap_err();
        assert!(error.contains("expected at most 10000 items"), "{error}");
    }
}
