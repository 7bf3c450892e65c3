//! The columns of an order, by the first line of its file.

use super::outcome::COLUMNS;

/// The indexes of the columns.
pub(super) struct Columns {
    pub(super) merchant_uid: usize,
    pub(super) amount: usize,
    pub(super) currency: Option<usize>,
    pub(super) status: Option<usize>,
}

impl Columns {
    pub(super) fn of(header: &[String], encoding_is_chosen: bool) -> Result<Self, String> {
        let named = |name: &str| header.iter().position(|column| column == name);
        if header.is_empty() {
            return Err("is empty".to_owned());
        }
        if let Some(taken) = COLUMNS.iter().find(|column| named(column).is_some()) {
            return Err(format!("has a column {taken} already, which is where the results go; rename it"));
        }
        if let Some(twice) = header.iter().enumerate().find(|(index, name)| named(name) != Some(*index)) {
            return Err(format!("has two columns {}; rename one", twice.1));
        }
        let find = |names: &[&str]| {
            let mut present = names.iter().filter_map(|name| Some((name, named(name)?)));
            match (present.next(), present.next()) {
                (Some((one, _)), Some((other, _))) => {
                    Err(format!("has the columns {one} and {other}, which mean the same; rename one"))
                }
                (first, _) => Ok(first.map(|(_, column)| column)),
            }
        };
        let need = |name: &str, korean: &[&str]| {
            let column = find(&[&[name], korean].concat())?;
            let shown = korean.first().copied().unwrap_or_default();
            column
                .ok_or_else(|| format!("has no column {name} ({shown}): {}", without(name, header, encoding_is_chosen)))
        };
        Ok(Self {
            merchant_uid: need("merchant_uid", &["주문번호", "가맹점 주문번호", "가맹점주문번호"])?,
            amount: need("amount", &["금액", "결제금액"])?,
            currency: find(&["currency", "통화"])?,
            status: find(&["status", "상태"])?,
        })
    }
}

/// Describes the expected first line and the actual one, if a column is missing, and what to do. Does not quote the line:
/// without a header it is an order.
fn without(name: &str, header: &[String], encoding_is_chosen: bool) -> String {
    let first = header.first().map_or("", String::as_str);
    if header.iter().any(|column| column.contains(|c: char| c.is_control() && !c.is_whitespace())) {
        return "expected text in UTF-8 or CP949, got another encoding\n  In Excel, save it as .xlsx or as CSV UTF-8."
            .to_owned();
    }
    let commas = "Save it as .xlsx, or as CSV with commas.";
    let (got, hint) = match header.len() {
        _ if header.iter().any(|column| column.eq_ignore_ascii_case(name)) => {
            (format!(", got {name} in capital letters"), "Write it in small letters.")
        }
        1 if first.contains(';') => (", got one column with semicolons".to_owned(), commas),
        1 if first.contains('\t') => (", got one column with tabs".to_owned(), commas),
        1 => (", got one column".to_owned(), "If a title is above the header, remove it."),
        many => (
            format!("; none of its {many} columns has that name"),
            if encoding_is_chosen {
                "If a title is above the header, remove it; if Korean text is broken, set another --encoding."
            } else {
                "If a title is above the header, remove it; if Korean text is broken, set --encoding."
            },
        ),
    };
    format!(
        "expected a first line with merchant_uid (주문번호), amount (금액) and optionally currency (통화), status (상태)\
         {got}\n  {hint}"
    )
}

/// Trims the names of columns, and names a column without a name after its number.
pub(super) fn named(header: Vec<String>) -> Vec<String> {
    let name = |(index, name): (usize, &String)| match name.trim() {
        "" => format!("column_{}", index + 1),
        name => name.to_owned(),
    };
    header.iter().enumerate().map(name).collect()
}
