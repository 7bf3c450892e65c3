//! With the feature `codegen`: from the document to the client. See `build/generate.rs`.
#![allow(clippy::indexing_slicing, reason = "indexing a YAML value with a missing key gives null")]

#[cfg(feature = "codegen")]
#[path = "build/generate.rs"]
mod generate;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "codegen")]
    generate::main();
}
