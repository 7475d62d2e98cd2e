//! The `staffroom` program.

use std::process::ExitCode;

// Smaller and faster than the system's allocator under many short-lived JSON values.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    staffroom_server::cli::run(std::env::args_os())
}
