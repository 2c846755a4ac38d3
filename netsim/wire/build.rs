//! Exports the functions that `src/entropy.rs` replaces, so that crates that look them up by name find them too.

fn main() {
    for name in ["getrandom", "getentropy", "syscall"] {
        println!("cargo:rustc-link-arg-bins=-Wl,--export-dynamic-symbol={name}");
    }
    println!("cargo:rerun-if-changed=build.rs");
}
