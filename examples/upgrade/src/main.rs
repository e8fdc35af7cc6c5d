//! Two releases of one service while it is upgraded, host by host:
//!
//! ```sh
//! cargo run -p example-upgrade
//! ```
//!
//! A host that is upgraded already calls one that may not be. What it sends is pinned to the oldest release that
//! runs, and follows by itself once all are upgraded.

use std::sync::Arc;

use versioned_objects::Version;
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Address, CallContext, CallError, Client, InProcess, Negotiation, Release, ReleaseMapping, Server,
};

/// The service as the first release has it.
mod first {
    use versioned_objects::rpc::{CallContext, Failure};
    use versioned_objects::{Field, Origin, VersionedObject, endpoint};

    #[derive(VersionedObject, Clone, Debug, Default)]
    #[object(namespace = "jobs", versions("1.0"))]
    pub struct Job {
        pub origin: Origin,
        pub id: Field<i64>,
    }

    pub struct Jobs;

    #[endpoint(version = "2.0")]
    impl Jobs {
        pub async fn run(&self, _: &CallContext, job: Job) -> Result<String, Failure> {
            Ok(format!("run {:?}", job.id))
        }
    }
}

/// The service as the second release has it: a job has a note, and can be cancelled.
mod second {
    use versioned_objects::rpc::{CallContext, Failure};
    use versioned_objects::{Field, Origin, VersionedObject, endpoint};

    #[derive(VersionedObject, Clone, Debug, Default)]
    #[object(namespace = "jobs", versions("1.0", "1.1"))]
    pub struct Job {
        pub origin: Origin,
        pub id: Field<i64>,
        #[field(since = "1.1")]
        pub note: Field<String>,
    }

    pub struct Jobs;

    #[endpoint(version = "2.1", client = JobsClient)]
    impl Jobs {
        pub async fn run(&self, _: &CallContext, job: Job) -> Result<String, Failure> {
            Ok(format!("run {:?} {:?}", job.id, job.note))
        }

        #[since("2.1")]
        pub async fn cancel(&self, _: &CallContext, job: Job) -> Result<String, Failure> {
            Ok(format!("cancel {:?} {:?}", job.id, job.note))
        }
    }
}

/// A host of that release.
fn host(release: u32) -> Server {
    let server = Server::new("one");
    if release == 1 { server.endpoint(first::Jobs) } else { server.endpoint(second::Jobs) }
}

/// What each release reads, and serves.
fn releases() -> ReleaseMapping {
    let first = Release::new("first", 1, Version::new(2, 0)).object("Job", Version::new(1, 0));
    let second = Release::new("second", 2, Version::new(2, 1)).object("Job", Version::new(1, 1));
    [first, second].into_iter().collect()
}

/// What a host of the second release says to one of that release, and what it hears.
async fn talk_to(release: u32) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let bus = InProcess::new();
    bus.serve("jobs", host(release));

    // The releases of all hosts, as a service keeps them in its database.
    let running = [release, 2];
    let pinned = releases().pin(&"auto".parse()?, running)?;
    let negotiation = Negotiation::pinned(Arc::new(Registry::new().with::<second::Job>()), pinned);
    let client = Client::new(Arc::new(bus.connect("two")), Address::server("jobs", "one"));
    let jobs = second::JobsClient::new(negotiation.capped(&client), Arc::new(negotiation));

    let job = second::Job { id: 7.into(), note: "be quick".to_owned().into(), ..Default::default() };
    let context = CallContext::new();
    let mut heard = vec![jobs.run(&context, &job).await?];
    // A method of the second release is called where every host has it.
    heard.push(match jobs.cancel(&context, &job).await {
        Ok(answer) => answer,
        Err(refused @ CallError::Capped { .. }) => refused.to_string(),
        Err(error) => return Err(error.into()),
    });
    Ok(heard)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for (state, release) in [("while the other host is old", 1), ("once all are upgraded", 2)] {
        println!("{state}:");
        for line in pollster::block_on(talk_to(release))? {
            println!("  {line}");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_host_gets_what_it_knows_and_a_new_one_all() {
        let old = pollster::block_on(talk_to(1)).unwrap();
        assert_eq!(old, ["run 7", "version 2.1 of the method can't be sent, the cap is 2.0"]);
        let new = pollster::block_on(talk_to(2)).unwrap();
        assert_eq!(new, ["run 7 \"be quick\"", "cancel 7 \"be quick\""]);
    }
}
