//! Nova: the live migration of an instance between XenServer hosts of different releases.

pub mod block_device;
pub mod compute;
pub mod conductor;
mod exception;
mod mask;
pub mod objects;
pub mod scenario;
pub mod virt;

pub use exception::Exception;
pub use objects::registry;
