//! What clients are known to stumble over, one test each, named after its row in `tests/it/architecture/traps.tsv`.

mod door;
mod people;
mod texts;
mod writing;
