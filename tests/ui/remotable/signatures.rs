//! A signature that can't be read, or that the method doesn't fit, is told on the attribute.

use versioned_objects::rpc::{CallError, ObjectContext};
use versioned_objects::{Field, VersionedObject, remotable};

#[derive(VersionedObject, Clone, Default)]
#[object(versions("1.0"), remotable)]
struct Service {
    host: Field<String>,
}

#[remotable]
impl Service {
    #[remotable(signature = "(cls, context, limit=UNLIMITED)")]
    async fn constant(context: &ObjectContext, limit: i64) -> Result<(), CallError>;

    #[remotable(signature = "(cls, context, instance: Instance)")]
    async fn annotation(context: &ObjectContext, instance: String) -> Result<(), CallError>;

    #[remotable(signature = "cls, context")]
    async fn brackets(context: &ObjectContext) -> Result<(), CallError>;

    #[remotable(signature = "(self, host)")]
    async fn another_name(&mut self, context: &ObjectContext, hosst: String) -> Result<(), CallError>;

    #[remotable(signature = "(self, host)")]
    async fn missing(&mut self, context: &ObjectContext) -> Result<(), CallError>;

    #[remotable(signature = "(self)", spec = "ArgSpec(args=['self'], varargs=None, keywords=None, defaults=None)")]
    async fn twice(&mut self, context: &ObjectContext) -> Result<(), CallError>;
}

fn main() {}
