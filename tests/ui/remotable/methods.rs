//! Each mistake of a block of methods is told at its place, all of them at once.

use versioned_objects::rpc::{CallError, ObjectContext};
use versioned_objects::{Field, VersionedObject, remotable};

#[derive(VersionedObject, Clone, Default)]
#[object(versions("1.0"), remotable)]
struct Service {
    host: Field<String>,
}

#[remotable]
impl Service {
    fn blocking(&mut self, context: &ObjectContext) -> Result<(), CallError> {
        Ok(())
    }

    async fn shared(&self, context: &ObjectContext) -> Result<(), CallError> {
        Ok(())
    }

    async fn generic<T>(&mut self, context: &ObjectContext, value: T) -> Result<(), CallError> {
        Ok(())
    }

    async fn without_context(&mut self) -> Result<(), CallError> {
        Ok(())
    }

    async fn borrowed(context: &ObjectContext, host: &str) -> Result<(), CallError>;

    async fn pattern(context: &ObjectContext, (a, b): (i64, i64)) -> Result<(), CallError>;

    async fn order(context: &ObjectContext, #[default(1)] a: i64, b: i64) -> Result<(), CallError>;

    async fn infallible(context: &ObjectContext);

    #[remotable(sepc = "x")]
    async fn misspelt(context: &ObjectContext) -> Result<(), CallError>;
}

fn main() {}
