//! Nova: the live migration of an instance between XenServer hosts of different releases.
//!
//! A volume of an instance is reached through an SR (storage repository), and the SRs of source and destination must
//! have the same UUID. How that UUID is made changed between releases, an instance can have volumes of both kinds,
//! and only the source knows which is which. So the source says it in [`XenapiLiveMigrateData`], which gained a
//! field for it in version 1.0, and the destination names its SRs as it is told.
//!
//! | part | what it holds |
//! | --- | --- |
//! | [`objects`] | the objects that cross the wire, with all of nova's history |
//! | [`conductor`] | who asks whether an instance can move, and has it moved |
//! | [`compute`] | the service of a host: its methods, and how it calls those of others |
//! | [`virt`] | the driver of XenServer, its hypervisor as a trait, and a simulated one |
//! | [`block_device`] | the instance and its volumes, plain maps on the wire |
//! | [`scenario`] | migrations to try out, in one process |
//!
//! A host of an older release differs from a newer one in its [`registry`] alone.
//!
//! [`XenapiLiveMigrateData`]: objects::XenapiLiveMigrateData

pub mod block_device;
pub mod compute;
pub mod conductor;
mod exception;
pub mod notifications;
pub mod objects;
pub mod scenario;
pub mod virt;

pub use exception::Exception;
pub use objects::registry;
