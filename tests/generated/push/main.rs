//! Agents of a neutron server in Python, which pushes them its objects, each in the versions that they told it:
//! `push URL SCHEMA ROUNDS`. `tests/generated/push/run` starts that and the broker.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{sleep, timeout};
use versioned_objects::registry::{Registry, Schemas};
use versioned_objects::rpc::{
    Address, Amqp, AmqpOptions, Args, CallContext, Client, Failure, Server, Serving,
};
use versioned_objects::{Backport, Target, Version, endpoint, wire};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// How many pushes there are of each resource in a round.
const PUSHES: usize = 4;

/// How long a push may take to arrive.
const PATIENCE: Duration = Duration::from_secs(20);

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, schema, rounds] = &arguments[..] else {
        return Err("push URL SCHEMA ROUNDS".into());
    };
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(run(url, schema, rounds.parse()?))
}

/// The resources of a push, as they came.
struct Pushed {
    event: String,
    resources: Vec<Box<RawValue>>,
}

/// What neutron calls of an agent (`ResourcesPushRpcCallback`).
struct Pushes(UnboundedSender<Pushed>);

#[endpoint(version = "1.1")]
impl Pushes {
    async fn push(
        &self,
        _: &CallContext,
        #[plain] resource_list: Vec<Box<RawValue>>,
        #[plain] event_type: String,
    ) -> Result<(), Failure> {
        // Nobody hears it once the test is over.
        let _ = self.0.send(Pushed { event: event_type, resources: resource_list });
        Ok(())
    }
}

/// An agent: it knows each resource in one version, and listens where that is pushed.
struct Agent {
    name: &'static str,
    amqp: Amqp,
    versions: BTreeMap<String, Version>,
    topics: BTreeMap<String, (Serving, UnboundedReceiver<Pushed>)>,
}

impl Agent {
    async fn start(name: &'static str, url: &str) -> Outcome<Self> {
        let amqp = Amqp::connect(url, name, AmqpOptions::new().exchange("neutron")).await?;
        let (versions, topics) = (BTreeMap::new(), BTreeMap::new());
        Ok(Agent { name, amqp, versions, topics })
    }

    /// Knows these versions from now on, says so to the servers, and listens to their topics.
    async fn know(&mut self, versions: BTreeMap<String, Version>) -> Outcome<()> {
        for (serving, _) in std::mem::take(&mut self.topics).into_values() {
            serving.stop().await;
        }
        for (resource, version) in &versions {
            let (sender, receiver) = unbounded_channel();
            let server = Server::new(self.name).endpoint(Pushes(sender));
            let serving = self.amqp.serve(format!("neutron-vo-{resource}-{version}"), server).await?;
            self.topics.insert(resource.clone(), (serving, receiver));
        }
        let client = self.amqp.client(Address::fanout("q-server-resource-versions"));
        let mut args = Args::new();
        args.insert_plain("agent_type", "an agent in Rust")?;
        args.insert_plain("agent_host", self.name)?;
        args.insert_plain("version_map", &versions)?;
        client.cast("report_agent_resource_versions", args, &CallContext::new()).await?;
        self.versions = versions;
        Ok(())
    }

    /// The next push of a resource.
    async fn heard(&mut self, resource: &str) -> Outcome<Pushed> {
        let Some((_, receiver)) = self.topics.get_mut(resource) else {
            return Err("an unknown resource".into());
        };
        let heard = timeout(PATIENCE, receiver.recv()).await;
        heard.ok().flatten().ok_or_else(|| format!("{}: no push of {resource} came", self.name).into())
    }

    /// Whether anything came that nobody waited for.
    fn is_quiet(&self) -> bool {
        self.topics.values().all(|(_, receiver)| receiver.is_empty())
    }
}

/// What came of a push.
#[derive(Deserialize)]
struct Push {
    outcome: String,
    #[serde(default)]
    given: Vec<Box<RawValue>>,
}

async fn run(url: &str, schema: &str, rounds: usize) -> Outcome<()> {
    let schemas = Schemas::read(schema)?;
    let (mut new, mut old) = (Agent::start("new", url).await?, Agent::start("old", url).await?);
    let whole = Registry::new().with_schemas(schemas);
    let control = new.amqp.client(Address::server("control", "python"));
    let told: BTreeMap<String, Vec<Version>> = call(&control, "resources", Args::new()).await?;
    let newest = told.iter().filter_map(|(name, versions)| Some((name.clone(), *versions.last()?))).collect();
    new.know(newest).await?;
    for round in 0..rounds {
        // The newest in its turn too: an agent that was upgraded.
        let older = |versions: &Vec<Version>| versions.iter().rev().nth(round % versions.len()).copied();
        let versions =
            told.iter().filter_map(|(name, versions)| Some((name.clone(), older(versions)?))).collect();
        old.know(versions).await?;
        let mut counts = BTreeMap::<String, usize>::new();
        for resource in told.keys() {
            negotiated(&control, resource, [&new, &old]).await?;
            for _ in 0..PUSHES {
                let verdict = pushed(&control, &whole, resource, [&mut new, &mut old]).await?;
                for verdict in verdict {
                    if verdict.contains('\n') {
                        return Err(format!("{resource}: {verdict}").into());
                    }
                    *counts.entry(verdict).or_default() += 1;
                }
            }
        }
        if !new.is_quiet() || !old.is_quiet() {
            return Err("an agent was pushed what it doesn't know".into());
        }
        println!("round {}: {}", round + 1, serde_json::to_string(&counts)?);
    }
    Ok(())
}

async fn call<T: serde::de::DeserializeOwned>(client: &Client, method: &str, args: Args) -> Outcome<T> {
    Ok(client.call(method, args, &CallContext::new()).await?.read_plain()?)
}

/// Waits until neutron goes by the versions that the agents told.
async fn negotiated(control: &Client, resource: &str, agents: [&Agent; 2]) -> Outcome<()> {
    let mut wanted: Vec<Version> =
        agents.iter().filter_map(|agent| agent.versions.get(resource)).copied().collect();
    wanted.sort();
    wanted.dedup();
    let mut found: Vec<Version> = Vec::new();
    for _ in 0..100 {
        let mut args = Args::new();
        args.insert_plain("resource", resource)?;
        found = call(control, "expected", args).await?;
        if found == wanted {
            return Ok(());
        }
        sleep(Duration::from_millis(50)).await;
    }
    Err(format!("{resource} is pushed in {found:?}, and the agents know {wanted:?}").into())
}

/// Has neutron push, and looks at what comes to each agent; a verdict for each object and agent.
async fn pushed(
    control: &Client,
    whole: &Registry,
    resource: &str,
    agents: [&mut Agent; 2],
) -> Outcome<Vec<String>> {
    let mut args = Args::new();
    args.insert_plain("resource", resource)?;
    let push: Push = call(control, "push", args).await?;
    if push.outcome != "pushed" {
        return Ok(vec![push.outcome]);
    }
    let mut verdicts = Vec::new();
    for agent in agents {
        let Pushed { event, resources } = agent.heard(resource).await?;
        let version = agent.versions.get(resource).copied().ok_or("an unknown resource")?;
        // What stands inside comes in versions that the resource's own says.
        let reads = whole.clone().held_to(resource, version)?;
        if event != "updated" || resources.len() != push.given.len() {
            return Err(format!("{event} of {} in place of {}", resources.len(), push.given.len()).into());
        }
        for (place, (theirs, given)) in resources.iter().zip(&push.given).enumerate() {
            // An agent of that version reads it, and would pass it on as it came.
            let read = reads.decode_json(theirs.get().as_bytes())?;
            let again: Value = serde_json::from_slice(&wire::to_json(&read, Target::Own)?)?;
            let ours = serde_json::to_value(whole.decode_json(given.get().as_bytes())?.at(version)?)?;
            let mut args = Args::new();
            args.insert_plain("version", &version)?;
            args.insert_plain("place", &place)?;
            args.insert_plain("ours", &ours)?;
            args.insert_plain("theirs", &[serde_json::from_str(theirs.get())?, again])?;
            verdicts.push(call(control, "judge", args).await?);
        }
        // What an agent asks for itself comes in its version too.
        let pull = agent.amqp.client(Address::topic("q-plugin")).version(Version::new(1, 1));
        let mut args = Args::new();
        args.insert_plain("resource_type", resource)?;
        args.insert_plain("version", &version)?;
        args.insert_plain("resource_id", "any")?;
        let pulled: Value = call(&pull, "pull", args).await?;
        let mut args = Args::new();
        args.insert_plain("version", &version)?;
        args.insert_plain("place", &0)?;
        args.insert_plain("ours", &pulled)?;
        args.insert_plain("theirs", &[pulled])?;
        let verdict: String = call(control, "judge", args).await?;
        if verdict != "equal" {
            return Ok(vec![format!("pulled otherwise:\n  {verdict}")]);
        }
    }
    Ok(verdicts)
}
