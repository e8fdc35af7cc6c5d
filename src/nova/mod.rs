//! Nova.
