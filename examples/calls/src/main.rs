//! Two hosts that call each other over RabbitMQ. Either may be a Python service on `oslo.messaging` instead:
//!
//! ```sh
//! cargo run -p example-calls -- serve amqp://guest:guest@127.0.0.1:5672/ &
//! cargo run -p example-calls -- ask amqp://guest:guest@127.0.0.1:5672/
//! ```

use std::error::Error;
use std::sync::Arc;

use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Address, Amqp, AmqpOptions, CallContext, Client, Failure, Negotiation, ObjectVersions, Server, Transport,
};
use versioned_objects::{Field, Origin, VersionedObject, endpoint};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "jobs", serial_namespace = "jobs_object", versions("1.0", "1.1"))]
struct Job {
    origin: Origin,
    id: Field<i64>,
    #[field(since = "1.1")]
    note: Field<String>,
}

fn registry() -> Arc<Registry> {
    Arc::new(Registry::new().with::<Job>())
}

/// The service: it counts a job up, and gives it back in the version in which it came.
struct Jobs(Arc<Registry>);

#[endpoint(version = "1.0", registry = Self::registry, client = JobsClient)]
impl Jobs {
    /// Runs a job.
    pub async fn run(&self, _: &CallContext, mut job: Job) -> Result<Job, Failure> {
        let Some(&id) = job.id.get() else {
            return Err(Failure::new("jobs.exception", "JobRefused", "a job needs an id"));
        };
        job.id.set(id + 1);
        Ok(job)
    }
}

impl Jobs {
    fn registry(&self) -> &Registry {
        &self.0
    }
}

/// A host that serves jobs, and says which versions it reads.
fn server(registry: &Arc<Registry>) -> Server {
    Server::new("worker")
        .endpoint(Jobs(Arc::clone(registry)))
        .endpoint(ObjectVersions::new(Arc::clone(registry)))
}

/// Has the worker run a job, which is written in a version that it reads.
async fn ask(transport: Arc<dyn Transport>, job: &Job) -> Result<Job, Box<dyn Error>> {
    let client = Client::new(transport, Address::server("jobs", "worker"));
    let jobs = JobsClient::new(client, Arc::new(Negotiation::at_first_contact(registry())));
    Ok(jobs.run(&CallContext::new(), job).await?)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [role, broker] = arguments.as_slice() else { return Err("serve URL, or ask URL".into()) };
    let connect = |host: &'static str| Amqp::connect(broker, host, AmqpOptions::new().exchange("example"));
    match role.as_str() {
        "serve" => {
            let _serving = connect("worker").await?.serve("jobs", server(&registry())).await?;
            println!("serving until it is interrupted");
            tokio::signal::ctrl_c().await?;
        }
        "ask" => {
            let job = Job { id: 1.into(), note: "be quick".to_owned().into(), ..Job::default() };
            println!("{:?}", ask(Arc::new(connect("asker").await?), &job).await?);
        }
        _ => return Err("serve URL, or ask URL".into()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use versioned_objects::Version;
    use versioned_objects::rpc::InProcess;

    use super::*;

    #[tokio::test]
    async fn an_older_worker_gets_what_it_reads() {
        let newest = registry();
        let older = Arc::new(Registry::new().with::<Job>().held_to("Job", Version::new(1, 0)).unwrap());
        for (registry, note) in [(newest, Some("be quick")), (older, None)] {
            let bus = InProcess::new();
            bus.serve("jobs", server(&registry));
            let job = Job { id: 1.into(), note: "be quick".to_owned().into(), ..Job::default() };
            let back = ask(Arc::new(bus.connect("asker")), &job).await.unwrap();
            assert_eq!((back.id.get(), back.note.get().map(String::as_str)), (Some(&2), note));
            let error = ask(Arc::new(bus.connect("asker")), &Job::default()).await.unwrap_err();
            assert!(error.to_string().contains("a job needs an id"), "{error}");
        }
    }
}
