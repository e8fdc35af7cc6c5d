use versioned_objects::endpoint;
use versioned_objects::rpc::{CallContext, Failure};

struct Compute;

#[endpoint(version = "6.1", client = ComputeClient)]
impl Compute {
    fn not_async(&self, _: &CallContext) -> Result<(), Failure> {
        Ok(())
    }

    async fn _hidden(&self, _: &CallContext) -> Result<(), Failure> {
        Ok(())
    }

    async fn generic<T>(&self, _: &CallContext, _value: T) -> Result<(), Failure> {
        Ok(())
    }

    async fn exclusive(&mut self, _: &CallContext) -> Result<(), Failure> {
        Ok(())
    }

    async fn nobody(&self) -> Result<(), Failure> {
        Ok(())
    }

    async fn infallible(&self, _: &CallContext) -> i64 {
        0
    }

    async fn borrowed(&self, _: &CallContext, host: &str) -> Result<(), Failure> {
        Ok(())
    }

    #[since("6.2")]
    async fn too_new(&self, _: &CallContext) -> Result<(), Failure> {
        Ok(())
    }

    #[since("5.0")]
    async fn of_another_major(&self, _: &CallContext) -> Result<(), Failure> {
        Ok(())
    }

    async fn needs_a_default(&self, _: &CallContext, #[since("6.1")] id: i64) -> Result<(), Failure> {
        Ok(())
    }

    #[cast]
    async fn waits(&self, _: &CallContext) -> Result<i64, Failure> {
        Ok(0)
    }
}

fn main() {}
