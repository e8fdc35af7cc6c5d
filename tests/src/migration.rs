//! Migrations with a Python host at one end: `tests/broker/interop/host.py`.

use serde_json::{Value, json};
use versioned_objects::nova::scenario::{Cloud, Scenario};
use versioned_objects::rpc::{Args, CallContext, CallError, Client};

/// How the volumes of an instance are named.
pub const NAMINGS: [&str; 3] = ["new-style", "old-style", "mixed"];

/// The migration of the instance of that number between two hosts, with three volumes on one target.
pub fn scenario(instance: u32, names: &[String; 2], speaks: [&str; 2], naming: &str) -> Scenario {
    let volumes = (1..=3).map(|place| {
        let of_mixed = if place == 2 { "old-style" } else { "new-style" };
        json!({
            "mount_device": format!("/dev/xvd{place}"),
            "sr_naming": if naming == "mixed" { of_mixed } else { naming },
            "connection_info": {"driver_volume_type": "iscsi", "data": {
                "volume_id": format!("volume-{place}"), "target_portal": "10.0.0.1:3260", "target_iqn": "iqn.shared",
                "target_lun": place,
            }},
        })
    });
    let scenario = json!({
        "instance": {"uuid": format!("00000000-0000-0000-0000-{instance:012x}"), "name": name(instance)},
        "source": {"host": names[0], "speaks": speaks[0]},
        "destination": {"host": names[1], "speaks": speaks[1]},
        "volumes": volumes.collect::<Vec<_>>(),
    });
    Scenario::from_json(scenario.to_string().as_bytes()).unwrap()
}

/// The name of the instance of that number.
pub fn name(instance: u32) -> String {
    format!("instance-{instance}")
}

/// The outcome between hosts that speak these versions, where nothing fails: old names get through where both speak of
/// them.
pub fn expected(speaks: [&str; 2], naming: &str) -> &'static str {
    match (naming, speaks) {
        ("new-style", _) | (_, ["1.0", "1.0"]) => "migrated",
        (_, ["1.0", _]) => "refused",
        _ => "rolled back",
    }
}

/// The source's SRs, as a Rust source makes them of the scenario.
pub async fn known_srs(scenario: &Scenario) -> Vec<String> {
    let cloud = Cloud::new(scenario.clone()).await.unwrap();
    cloud.migrate().await.source_srs.into_values().collect()
}

/// Asks the Python host what its methods don't tell.
pub struct Control(pub Client);

impl Control {
    async fn ask(&self, method: &str, args: Args) -> Result<Value, CallError> {
        let answer = self.0.call(method, args, &CallContext::new()).await?;
        Ok(answer.read_plain().unwrap())
    }

    /// Has the host own these SRs and run these machines, and nothing else.
    pub async fn set_up(&self, srs: &[String], machines: &[String]) -> Result<(), CallError> {
        let mut args = Args::new();
        args.insert_plain("srs", srs).unwrap();
        args.insert_plain("machines", machines).unwrap();
        self.ask("set_up", args).await.map(drop)
    }

    /// The host's SRs and machines, and who left it and came.
    pub async fn contents(&self) -> Result<Value, CallError> {
        self.ask("contents", Args::new()).await
    }
}
