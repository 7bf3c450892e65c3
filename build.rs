//! With the feature `codegen`: from the document to the client. See `build/generate.rs`.

#[cfg(feature = "codegen")]
#[path = "build/generate.rs"]
mod generate;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "codegen")]
    generate::main();
}
