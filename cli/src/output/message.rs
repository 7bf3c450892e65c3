//! Texts for people in English and Korean.

use clap::ValueEnum;

/// The language of headings, results and details.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum Lang {
    /// English.
    En,
    /// Korean.
    Ko,
}

impl Lang {
    /// Returns the language of the locale: of `LC_ALL`, else of `LC_MESSAGES`, else of `LANG`.
    pub(crate) fn of_locale() -> Self {
        let mut locales = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| std::env::var(name).ok());
        let locale = locales.find(|locale| !locale.is_empty()).unwrap_or_default();
        let language = locale.split(['_', '-', '.', '@']).next();
        if language.is_some_and(|language| language.eq_ignore_ascii_case("ko")) { Self::Ko } else { Self::En }
    }

    /// Returns the text in this language.
    pub(crate) fn of<T>(self, english: T, korean: T) -> T {
        match self {
            Self::En => english,
            Self::Ko => korean,
        }
    }
}

/// A text in each language.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Message {
    en: String,
    ko: String,
}

impl Message {
    pub(crate) fn new(en: impl Into<String>, ko: impl Into<String>) -> Self {
        Self { en: en.into(), ko: ko.into() }
    }

    pub(crate) fn text(&self, lang: Lang) -> &str {
        lang.of(&self.en, &self.ko)
    }

    /// Puts a text before it.
    pub(crate) fn after(self, en: &str, ko: &str) -> Self {
        Self { en: format!("{en}: {}", self.en), ko: format!("{ko}: {}", self.ko) }
    }

    /// Returns it as one line, so that each line of CSV and NDJSON is a row.
    pub(crate) fn in_one_line(self) -> Self {
        let line = |text: String| text.replace(char::is_control, " ");
        Self { en: line(self.en), ko: line(self.ko) }
    }
}

/// Formats a text in English and in Korean.
macro_rules! message {
    ($en:literal, $ko:literal $(,)?) => {
        $crate::output::Message::new(format!($en), format!($ko))
    };
}
pub(crate) use message;
