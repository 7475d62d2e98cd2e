//! The benchmark: one server process under known loads, its CPU read around each; see [`staffroom_tests::bench`].

use staffroom_tests::bench;

/// What is measured in this process takes its memory as the server does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    bench::run(std::env::args().skip(1)).await
}
