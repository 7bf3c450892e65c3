//! Forms, in a query or in a body: `a=b&c=d`.

use percent_encoding::percent_decode_str;

/// The value of a name; the last one where there are several, as PHP takes it.
pub(super) fn value(form: &str, name: &str) -> Option<String> {
    let mut pairs = form.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.rfind(|(key, _)| decode(key) == name).map(|(_, value)| decode(value))
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn names_and_values_are_decoded() {
        let form = "sort%69ng=-paid&page=1&page=2&q=a+b%2B%26&bare";
        assert_eq!(value(form, "sorting").as_deref(), Some("-paid"));
        assert_eq!(value(form, "page").as_deref(), Some("2"));
        assert_eq!(value(form, "q").as_deref(), Some("a b+&"));
        assert_eq!(value(form, "bare").as_deref(), Some(""));
        assert_eq!(value(form, "none"), None);
    }
}
