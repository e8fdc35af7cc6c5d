//! Rpc.
