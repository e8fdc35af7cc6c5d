//! Nova's objects that a live migration needs, each with all of its history.

mod fields;
mod migrate_data;
mod migration;

pub use fields::{MigrationType, NetworkVifModel, SrNamingConvention};
pub use migrate_data::{
    HyperVLiveMigrateData, LibvirtLiveMigrateBDMInfo, LibvirtLiveMigrateData, LibvirtLiveMigrateNUMAInfo,
    LiveMigrateData, VMwareLiveMigrateData, VifMigrateData, XenapiLiveMigrateData,
};
pub use migration::Migration;

use crate::registry::Registry;

/// A registry with all of them, but for those that only others extend.
pub fn registry() -> Registry {
    Registry::new()
        .with::<HyperVLiveMigrateData>()
        .with::<LibvirtLiveMigrateBDMInfo>()
        .with::<LibvirtLiveMigrateData>()
        .with::<LibvirtLiveMigrateNUMAInfo>()
        .with::<Migration>()
        .with::<VMwareLiveMigrateData>()
        .with::<VifMigrateData>()
        .with::<XenapiLiveMigrateData>()
}
