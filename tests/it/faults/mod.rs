//! Every fault has a documented number of requests, error and duration, and a documented effect on the token.

mod bodies;
mod matrix;
mod retries;
mod streams;
mod timeouts;
mod token;
