//! The drivers of hypervisors.

pub mod xenapi;
