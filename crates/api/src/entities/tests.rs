//! Every entity has the properties that apps cannot do without.
