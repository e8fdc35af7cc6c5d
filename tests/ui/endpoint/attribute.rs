use versioned_objects::endpoint;
use versioned_objects::rpc::{CallContext, Failure};

struct Compute;

#[endpoint]
impl Compute {
    async fn no_version(&self, _: &CallContext) -> Result<(), Failure> {
        Ok(())
    }
}

struct Slips;

#[endpoint(version = "six", namspace = "x")]
impl Slips {
    async fn ping(&self, _: &CallContext) -> Result<(), Failure> {
        Ok(())
    }
}

struct Empty;

#[endpoint(version = "1.0")]
impl Empty {}

fn main() {}
