//! Every fault has a documented number of requests, error and duration, and a documented effect on the token.

mod bodies;
mod load;
mod matrix;
mod retries;
mod runtimes;
mod streams;
mod timeouts;
mod token;
