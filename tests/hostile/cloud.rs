//! A cloud of two hundred hosts that is upgraded while instances move about in it.
//!
//! `CLOUD_MIGRATIONS` names another number of migrations than a hundred; `tests/long` has a hundred thousand.

use std::collections::BTreeMap;

use pollster::block_on;
use serde_json::{Value, json};
use versioned_objects::nova::compute::Outcome;
use versioned_objects::nova::scenario::{Cloud, Report, Role, Scenario};

use super::{ALLOCATOR, alone};

const HOSTS: usize = 200;
const INSTANCES: usize = 400;
const RELEASES: [&str; 2] = ["0.1", "1.0"];
const CALLS: [&str; 12] = [
    "SR.introduce",
    "SR.get_by_uuid",
    "SR.scan",
    "SR.forget",
    "PBD.create",
    "PBD.plug",
    "PBD.unplug",
    "VDI.introduce",
    "VBD.get_VDI",
    "VM.get_VBDs",
    "VM.migrate_send",
    "host.migrate_receive",
];

/// A generator that gives the same numbers everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

struct Instance {
    host: usize,
    volumes: Vec<Value>,
}

fn volume(dice: &mut Dice, instance: usize, place: usize) -> Value {
    let naming = dice.one_of(&["old-style", "new-style"]);
    json!({
        "mount_device": format!("/dev/xvd{place}"), "sr_naming": naming,
        "connection_info": {"driver_volume_type": "iscsi", "data": {
            "volume_id": format!("volume-{instance}-{place}"), "target_portal": format!("10.0.0.{}:3260", dice.below(9)),
            "target_iqn": format!("iqn.{instance}"), "target_lun": place,
        }},
    })
}

/// Moves an instance between two hosts of these releases; one time out of three something goes wrong on the way.
fn migrate(dice: &mut Dice, number: usize, instance: &Instance, to: usize, releases: [&str; 2]) -> Report {
    let faults = if dice.below(3) == 0 {
        let (host, call, nth) =
            (dice.one_of(&["source", "destination"]), dice.one_of(&CALLS), 1 + dice.below(3));
        json!([{"host": host, "call": call, "nth": nth}])
    } else {
        json!([])
    };
    let scenario = json!({
        "instance": {"uuid": format!("00000000-0000-0000-0000-{number:012}"), "name": format!("instance-{number}")},
        "source": {"host": format!("xen-{}", instance.host), "speaks": releases[0]},
        "destination": {"host": format!("xen-{to}"), "speaks": releases[1], "existing_srs": []},
        "volumes": instance.volumes, "faults": faults,
    });
    let scenario = Scenario::from_json(scenario.to_string().as_bytes()).unwrap();
    block_on(async { Cloud::new(scenario).await.unwrap().migrate().await })
}

fn holds(report: &Report) {
    let reason = &report.reason;
    match report.outcome {
        Outcome::Migrated => {
            assert_eq!(report.source_srs, report.destination_srs, "SRs differ: {reason}");
            assert_eq!(report.source_vdis, report.destination_vdis, "disks differ: {reason}");
            assert_eq!(report.runs_on, Role::Destination);
        }
        _ => {
            assert_eq!(report.source_srs, report.source_srs_after, "{reason}");
            assert_eq!(report.runs_on, Role::Source, "{reason}");
            assert!(!reason.is_empty());
        }
    }
    assert_eq!(report.leftovers, Vec::<String>::new(), "{reason}");
}

#[test]
fn instances_move_through_an_upgrade_and_none_is_lost() {
    let _alone = alone();
    let migrations: usize =
        std::env::var("CLOUD_MIGRATIONS").map_or(100, |count| count.parse().expect("a number"));
    let mut dice = Dice(16);
    // All hosts begin with the older release.
    let mut releases = vec![0; HOSTS];
    let make = |dice: &mut Dice, number| {
        let count = dice.below(4);
        let volumes = (0..count).map(|place| volume(dice, number, place)).collect();
        Instance { host: dice.below(HOSTS), volumes }
    };
    let mut instances: Vec<_> = (0..INSTANCES).map(|number| make(&mut dice, number)).collect();
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    let mut settled = 0;
    for round in 0..migrations {
        // A host is upgraded every few migrations, in any order; one out of ten is rolled back.
        if dice.below(migrations.div_ceil(2 * HOSTS).max(2)) == 0 {
            releases[dice.below(HOSTS)] = usize::from(dice.below(10) > 0);
        }
        let number = dice.below(INSTANCES);
        let instance = &instances[number];
        let to = (instance.host + 1 + dice.below(HOSTS - 1)) % HOSTS;
        let between = [releases[instance.host], releases[to]].map(|release| RELEASES[release]);
        let report = migrate(&mut dice, number, instance, to, between);
        holds(&report);
        if report.outcome == Outcome::Migrated {
            instances[number].host = to;
        }
        *outcomes.entry(report.outcome.to_string()).or_default() += 1;
        if round == migrations / 4 {
            settled = ALLOCATOR.current_usage();
        }
        if round % migrations.div_ceil(10) == 0 {
            println!(
                "{round} of {migrations} migrations, {} bytes in use: {outcomes:?}",
                ALLOCATOR.current_usage()
            );
        }
    }
    println!("{outcomes:?}");
    assert_eq!(outcomes.values().sum::<usize>(), migrations);
    assert!(
        ["migrated", "refused", "rolled back"].iter().all(|outcome| outcomes.contains_key(*outcome)),
        "{outcomes:?}"
    );
    assert!(instances.iter().all(|instance| instance.host < HOSTS));
    // Nothing is kept of a migration but its outcome.
    assert!(
        ALLOCATOR.current_usage() < settled + 200_000,
        "{settled} bytes, then {}",
        ALLOCATOR.current_usage()
    );
}
