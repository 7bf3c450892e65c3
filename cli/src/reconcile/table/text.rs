//! Normalizes text for comparison.

use icu_normalizer::ComposingNormalizerBorrowed;

/// Composes Hangul, and replaces full-width letters and special blanks by plain ones.
pub(in crate::reconcile) fn plain(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfkc().normalize(text).into_owned()
}

/// Returns a name or a word as it is compared: without blanks and line breaks, in small letters.
pub(in crate::reconcile) fn folded(text: &str) -> String {
    let is_blank = |c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}');
    plain(text).chars().filter(|c| !is_blank(*c)).flat_map(char::to_lowercase).collect()
}
