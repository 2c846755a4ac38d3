//! `chappe`, the personal node and its command line.

/// See the workspace's Cargo.toml for why.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    chappe_node::cli::main()
}
