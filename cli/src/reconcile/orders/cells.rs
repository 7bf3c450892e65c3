//! The amounts and statuses in the cells of an order.

use iamport::{Amount, Currency, PaymentStatus};

use super::super::table::{folded, plain};
use crate::{
    args,
    output::{Message, message},
};

/// The status of an order in the merchant's records.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::reconcile) enum Stated {
    Paid,
    Ready,
    Failed,
    Cancelled,
    PartiallyCancelled,
}

const WORDS: [(Stated, &[&str]); 5] = [
    (Stated::Paid, &["paid", "결제완료", "완료", "입금완료", "승인", "결제", "거래종료"]),
    (Stated::Ready, &["ready", "미결제", "결제예정", "입금대기", "결제대기"]),
    (Stated::Failed, &["failed", "결제실패", "실패"]),
    (Stated::Cancelled, &["cancelled", "canceled", "취소", "결제취소", "전체취소", "환불", "환불완료", "승인취소"]),
    (
        Stated::PartiallyCancelled,
        &["partial_cancelled", "partial_refunded", "partially_cancelled", "부분취소", "부분환불"],
    ),
];

/// The totals that are not orders.
const TOTALS: [&str; 12] =
    ["합계", "총합계", "총계", "계", "소계", "누계", "총금액", "total", "sum", "grandtotal", "subtotal", "sub-total"];

impl Stated {
    /// Reads a word in any case.
    pub(super) fn parse(text: &str) -> Result<Self, Message> {
        let word = folded(text);
        let found = WORDS.iter().find(|(_, words)| words.contains(&&*word));
        found.map(|(stated, _)| *stated).ok_or_else(|| {
            message!(
                "invalid status: expected a word like paid, ready, failed, cancelled or partially_cancelled",
                "상태가 잘못되었습니다: 결제완료, 입금대기, 결제실패, 결제취소, 부분취소처럼 쓰세요"
            )
        })
    }

    pub(in crate::reconcile) fn as_str(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Ready => "ready",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::PartiallyCancelled => "partially cancelled",
        }
    }
}

/// Returns a status as people read it in Korean, or as it is if it is not known.
pub(in crate::reconcile) fn korean(status: &str) -> &str {
    match status {
        "paid" => "결제 완료",
        "ready" => "미결제",
        "failed" => "결제 실패",
        "cancelled" => "전액 취소",
        "partially cancelled" => "부분 취소",
        status => status,
    }
}

impl From<&PaymentStatus> for Stated {
    fn from(status: &PaymentStatus) -> Self {
        match status {
            PaymentStatus::Ready => Self::Ready,
            PaymentStatus::Failed => Self::Failed,
            PaymentStatus::Cancelled => Self::Cancelled,
            _ => Self::Paid,
        }
    }
}

/// Reads an amount, which may be negative, and the currency that is written with it: `15,900`, `₩15,900`, `15,900 KRW`,
/// `(5,900)`.
pub(in crate::reconcile) fn money(text: &str) -> Result<(Amount, Option<Currency>), Message> {
    let text = plain(text);
    let mut rest = text.trim();
    let (mut negative, mut unit) = (false, None);
    if let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        (negative, rest) = (true, inner.trim());
    }
    // A sign may stand before or after the currency.
    loop {
        if let Some(after) = rest.strip_prefix(['-', '−']).filter(|_| !negative) {
            (negative, rest) = (true, after.trim_start());
        } else if let Some((code, other)) = unit_of(rest).filter(|_| unit.is_none()) {
            (unit, rest) = (Some(currency(code)?), other);
        } else {
            break;
        }
    }
    // Blanks between groups of digits are thousands separators.
    let digits = if rest.contains(',') { rest.to_owned() } else { rest.replace(' ', ",") };
    let amount = args::amount(&digits).map_err(|error| {
        let korean = match () {
            () if error.contains("28 digits") => "28자리까지만 쓸 수 있습니다",
            () if error.contains("at least 0") => "0 이상이어야 합니다",
            () => {
                return message!(
                    "expected digits, like 15900, 15,900원, 10.25 USD or -5,900",
                    "15900, 15,900원, 10.25 USD, -5,900처럼 쓰세요"
                );
            }
        };
        message!("{error}", "{korean}")
    })?;
    Ok((if negative { Amount::ZERO - amount } else { amount }, unit))
}

/// Reads the code of a currency.
pub(super) fn currency(text: &str) -> Result<Currency, Message> {
    args::currency(text).map_err(|error| message!("{error}", "KRW, USD 같은 ISO 4217 코드로 쓰세요"))
}

/// Splits a currency off the start or the end of an amount.
fn unit_of(text: &str) -> Option<(&str, &str)> {
    // Korean fonts show the backslash of CP949 as ₩.
    for won in ["₩", "\\", "원"] {
        if let Some(rest) = text.strip_prefix(won).or_else(|| text.strip_suffix(won)) {
            return Some(("KRW", rest.trim()));
        }
    }
    let is_letter = |c: char| c.is_ascii_alphabetic();
    let after = text.trim_start_matches(is_letter);
    let before = text.trim_end_matches(is_letter);
    if after.len() < text.len() && !after.is_empty() {
        return Some((text.strip_suffix(after)?, after.trim()));
    }
    (before.len() < text.len() && !before.is_empty())
        .then(|| (text.get(before.len()..).unwrap_or_default(), before.trim()))
}

/// Returns whether a cell is the word for a total, with or without a colon or a count.
pub(super) fn is_total(cell: &str) -> bool {
    let word = folded(cell.split([':', '：', '(']).next().unwrap_or_default());
    let word =
        word.strip_suffix(['건', '개']).map_or(&*word, |word| word.trim_end_matches(|c: char| c.is_ascii_digit()));
    TOTALS.contains(&word)
}

/// Returns whether a cell is the number of orders that a total counts: `3`, `3건`.
pub(super) fn is_count(cell: &str) -> bool {
    let count = folded(cell);
    let count = count.strip_suffix(['건', '개']).unwrap_or(&count);
    !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Lang;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, amount, unit) in [
            ("15900", "15900", None),
            ("15,900", "15900", None),
            ("15,900원", "15900", Some("KRW")),
            ("15,900 원", "15900", Some("KRW")),
            ("₩15,900", "15900", Some("KRW")),
            ("￦15,900", "15900", Some("KRW")),
            ("\\15,900", "15900", Some("KRW")),
            ("15,900 KRW", "15900", Some("KRW")),
            ("USD 10.25", "10.25", Some("USD")),
            ("10.25usd", "10.25", Some("USD")),
            ("１５，９００", "15900", None),
            ("15\u{a0}900", "15900", None),
            ("15 900", "15900", None),
            ("(5,900)", "-5900", None),
            ("(₩5,900)", "-5900", Some("KRW")),
            ("-5,900", "-5900", None),
            ("−5,900원", "-5900", Some("KRW")),
            ("-₩5,900", "-5900", Some("KRW")),
            ("₩-5,900", "-5900", Some("KRW")),
            ("0", "0", None),
        ] {
            let read = money(text).map(|(amount, unit)| (amount.to_string(), unit));
            assert_eq!(read, Ok((amount.to_owned(), unit.map(Currency::from))), "{text}");
        }
    }

    #[test]
    fn amounts_that_can_be_misread_are_rejected() {
        for text in [
            "",
            "만원",
            "15.900,00",
            "2,2000",
            "15 90",
            "15,900 won",
            "$10",
            "--5",
            "(-5)",
            "1e3",
            "원",
            "15,900원원",
            "5-",
            "KRW 5 USD",
        ] {
            assert!(money(text).is_err(), "{text}: {:?}", money(text));
        }
    }

    #[test]
    fn totals_are_recognized_and_orders_are_not() {
        for text in ["합계", "합 계", "총계:", "소계 (3건)", "합계 12건", "Total", "GRAND TOTAL: 3", "Subtotal", "계"]
        {
            assert!(is_total(text), "{text}");
        }
        for text in ["", "order-0001", "total-001", "계란", "합계표", "3건", "totals"] {
            assert!(!is_total(text), "{text}");
        }
    }

    #[test]
    fn every_status_word_is_read_in_any_case() {
        for (stated, words) in WORDS {
            for word in words {
                assert_eq!(Stated::parse(&format!(" {} ", word.to_uppercase())), Ok(stated), "{word}");
            }
        }
        assert_eq!(Stated::parse("결제 완료"), Ok(Stated::Paid));
        assert!(Stated::parse("배송중").is_err_and(|why| why.text(Lang::Ko).contains("부분취소")));
    }
}
