//! Two releases of one service while it is upgraded, host by host:
//!
//! ```sh
//! cargo run -p example-upgrade
//! ```
//!
//! A host that is upgraded already calls one that may not be. What it sends is pinned to the oldest release that
//! runs, and follows by itself once all are upgraded.

use std::sync::Arc;

use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Address, Args, BoxFuture, CallContext, CallError, Client, Endpoint, Failure, InProcess, Negotiation,
    Payload, Release, Releases, Server,
};
use versioned_objects::{Target, Version};

/// The service as the first release has it.
mod first {
    use versioned_objects::{Field, Origin, VersionedObject};

    #[derive(VersionedObject, Clone, Debug, Default)]
    #[object(namespace = "jobs", versions("1.0"))]
    pub struct Job {
        pub origin: Origin,
        pub id: Field<i64>,
    }

    pub const METHODS: &[&str] = &["run"];
}

/// The service as the second release has it: a job has a note, and can be cancelled.
mod second {
    use versioned_objects::{Field, Origin, VersionedObject};

    #[derive(VersionedObject, Clone, Debug, Default)]
    #[object(namespace = "jobs", versions("1.0", "1.1"))]
    pub struct Job {
        pub origin: Origin,
        pub id: Field<i64>,
        #[field(since = "1.1")]
        pub note: Field<String>,
    }

    pub const METHODS: &[&str] = &["run", "cancel"];
}

/// A host of either release; 2.1 of its methods brought `cancel`.
struct Host {
    release: u32,
    registry: Registry,
}

impl Host {
    fn of(release: u32) -> Self {
        let registry = Registry::new();
        let registry =
            if release == 1 { registry.with::<first::Job>() } else { registry.with::<second::Job>() };
        Host { release, registry }
    }

    async fn serve(&self, method: &str, mut args: Args) -> Result<Payload, Failure> {
        let told = if self.release == 1 {
            let job: first::Job = args.take("job", &self.registry)?;
            format!("{method} {:?}", job.id)
        } else {
            let job: second::Job = args.take("job", &self.registry)?;
            format!("{method} {:?} {:?}", job.id, job.note)
        };
        args.finish()?;
        Ok(Payload::plain(&told)?)
    }
}

impl Endpoint for Host {
    fn version(&self) -> Version {
        Version::new(2, self.release - 1)
    }

    fn methods(&self) -> &[&str] {
        if self.release == 1 { first::METHODS } else { second::METHODS }
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        args: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(self.serve(method, args))
    }
}

/// What each release reads, and serves.
fn releases() -> Releases {
    let first = Release::new("first", 1, Version::new(2, 0)).object("Job", Version::new(1, 0));
    let second = Release::new("second", 2, Version::new(2, 1)).object("Job", Version::new(1, 1));
    [first, second].into_iter().collect()
}

/// What a host of the second release says to one of that release, and what it hears.
async fn talk_to(release: u32) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let bus = InProcess::new();
    bus.serve("jobs", Server::new("one").endpoint(Host::of(release)));

    // The releases of all hosts, as a service keeps them in its database.
    let running = [release, 2];
    let pinned = releases().pin(&"auto".parse()?, running)?;
    let negotiation = Negotiation::pinned(Arc::new(Host::of(2).registry), pinned);
    let client = Client::new(Arc::new(bus.connect("two")), Address::server("jobs", "one"));
    let client = negotiation.capped(&client.version(Version::new(2, 0)));

    let job = second::Job { id: 7.into(), note: "be quick".to_owned().into(), ..Default::default() };
    let fill = |args: &mut Args, target: Target<'_>| args.insert("job", &job, target);
    let context = CallContext::new();
    let mut heard = vec![negotiation.call(&client, "run", &context, fill).await?.read_plain()?];
    // A method of the second release is called where every host has it.
    let newer = client.version(Version::new(2, 1));
    heard.push(match negotiation.call(&newer, "cancel", &context, fill).await {
        Ok(answer) => answer.read_plain()?,
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
