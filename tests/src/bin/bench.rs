//! The benchmark: one server process under known loads, its CPU read around each; see [`staffroom_tests::bench`].

use staffroom_tests::bench;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    bench::run(std::env::args().skip(1)).await
}
