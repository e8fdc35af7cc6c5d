//! Tests that run the compiler, or programs that it makes.

mod dependencies;
mod generated;
mod live_migration;
mod ovo;
mod ui;
mod upgrades;
