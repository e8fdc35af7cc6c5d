//! The work: what is written and read.

mod libvirt;
mod small;

pub use libvirt::{libvirt, libvirt_manifest};
pub use small::{Instance, Volume, instance, instances, inventory};
