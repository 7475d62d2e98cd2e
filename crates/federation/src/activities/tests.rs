//! What activities are refused for, without a database.
