//! `chappe`, the personal node and its command line.

fn main() -> std::process::ExitCode {
    chappe_node::cli::main()
}
