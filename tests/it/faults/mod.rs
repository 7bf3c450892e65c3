//! Whatever goes wrong: how often the service is asked, what the caller gets, how long that takes, and what becomes of
//! the token.

mod hostile;
mod matrix;
mod retries;
mod streams;
mod time;
mod token;
