//! Fixtures of other programs, parsed; each with a hostile twin.
