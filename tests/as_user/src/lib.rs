//! A user's crate, whose tests run with each feature of versioned-objects alone and with the usual sets of them.
