//! Writes a Python project's objects for pinned fleets, and has the project's own serializer at the other end of a broker
//! judge: `pins URL PROJECT SCHEMA CASES`. `tests/generated/pins/run` starts that and the broker.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use serde_json::Value;
use serde_json::value::RawValue;
use versioned_objects::registry::{Registry, Schemas};
use versioned_objects::rpc::{
    Address, Amqp, AmqpOptions, Args, CallContext, Client, Negotiation, Pinned, Release, ReleaseMapping,
    UpgradeLevel,
};
use versioned_objects::{Version, wire};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A release, as the Python host tells of it.
type Told = (String, BTreeMap<String, Version>);

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, project, schema, cases] = &arguments[..] else {
        return Err("pins URL PROJECT SCHEMA CASES".into());
    };
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(compare(url, project, schema, cases.parse()?))
}

async fn compare(url: &str, project: &str, schema: &str, cases: usize) -> Outcome<()> {
    let registry = Arc::new(Registry::new().with_schemas(Schemas::read(schema)?));
    let amqp = Amqp::connect(url, "rust", AmqpOptions::new().exchange("pins")).await?;
    let client = Client::new(Arc::new(amqp), Address::server("pins", "python"));
    let context = CallContext::new();
    let told: Vec<Told> = client.call("releases", Args::new(), &context).await?.read_plain()?;
    for (index, (name, objects)) in told.iter().enumerate() {
        let pin = pin(project, index, name, objects)?;
        let negotiation = Negotiation::pinned(Arc::clone(&registry), pin);
        let mut counts = BTreeMap::<String, usize>::new();
        for _ in 0..cases {
            let (verdict, difference) = case(&client, &negotiation, &registry, name).await?;
            if verdict == "different" && counts.get(&verdict).is_none_or(|count| *count < 2) {
                println!("{name}: {difference}");
            }
            *counts.entry(verdict).or_default() += 1;
        }
        println!("{project} pinned to {name}: {}", serde_json::to_string(&counts)?);
    }
    Ok(())
}

/// The pin of a release, by its name, as the project has it.
fn pin(project: &str, index: usize, name: &str, objects: &BTreeMap<String, Version>) -> Outcome<Pinned> {
    let index = u32::try_from(index)? + 1;
    let release = Release::new(name, index, Version::new(1, index));
    let release = objects.iter().fold(release, |release, (object, version)| release.object(object, *version));
    let releases: ReleaseMapping = [release].into_iter().collect();
    let pinned = releases.pin(&UpgradeLevel::from(name.to_owned()), [])?.with_unnamed();
    Ok(match project {
        "ironic" => pinned.without_manifest(),
        _ => pinned.with_newer(),
    })
}

/// Asks for an object, writes it for the pin, and has it judged. Where both write, the project's own form comes back and
/// goes out again as it came.
async fn case(
    client: &Client,
    negotiation: &Negotiation,
    registry: &Registry,
    release: &str,
) -> Outcome<(String, Value)> {
    let context = CallContext::new();
    let mut args = Args::new();
    args.insert_plain("release", &release)?;
    let given = client.call("next", args, &context).await?;
    let text: Box<RawValue> = given.read_plain()?;
    let object = match registry.decode_json(text.get().as_bytes()) {
        Ok(object) => object,
        Err(error) => return judged(client, release, &error.to_string()).await,
    };
    let written = negotiation.call(client, "take", &context, |args, target| {
        args.insert_plain("release", &release)?;
        args.insert("value", &object, target)
    });
    let answer = match written.await {
        Ok(answer) => answer,
        Err(error) if error.as_remote().is_none() => {
            return judged(client, release, &error.to_string()).await;
        }
        Err(error) => return Err(error.into()),
    };
    let (verdict, difference, theirs): (String, Value, Option<Box<RawValue>>) = answer.read_plain()?;
    if let Some(theirs) = theirs.filter(|_| verdict == "equal") {
        let arrived = registry.decode_json(theirs.get().as_bytes())?;
        let again: Value = serde_json::from_slice(&wire::to_json(&arrived, versioned_objects::Target::Own)?)?;
        if in_order(again.clone()) != in_order(serde_json::from_str(theirs.get())?) {
            let difference = Value::from(format!("what came goes out otherwise: {theirs}\n  then {again}"));
            return Ok(("different".to_owned(), difference));
        }
    }
    Ok((verdict, difference))
}

/// The names of changed fields in one order.
fn in_order(mut value: Value) -> Value {
    match &mut value {
        Value::Array(members) => members.iter_mut().for_each(|member| *member = in_order(member.take())),
        Value::Object(entries) => {
            for (key, member) in entries {
                *member = in_order(member.take());
                if let (true, Value::Array(names)) = (key.ends_with("object.changes"), member) {
                    names.sort_by_key(Value::to_string);
                }
            }
        }
        _ => {}
    }
    value
}

/// The verdict on an object that isn't written here.
async fn judged(client: &Client, release: &str, reason: &str) -> Outcome<(String, Value)> {
    let mut args = Args::new();
    args.insert_plain("release", &release)?;
    args.insert_plain("reason", &reason)?;
    let answer = client.call("refused", args, &CallContext::new()).await?;
    let (verdict, difference, _): (String, Value, Option<Value>) = answer.read_plain()?;
    Ok((verdict, difference))
}
