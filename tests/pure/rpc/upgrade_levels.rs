use std::sync::Arc;

use pollster::block_on;
use versioned_objects::rpc::{
    Args, CallContext, CallError, Client, InProcess, Negotiation, Pinned, Release, ReleaseMapping,
    UpgradeLevel, UpgradeLevelError,
};
use versioned_objects::{Manifest, Target, Version};

use super::hosts::{Log, client, registry, serve};
use super::objects::{MigrateData, V0_1, V1_0, V1_1, data};

/// The compute service of hosts whose methods have the version 6.5.
fn releases() -> ReleaseMapping {
    [
        Release::new("zed", 64, Version::new(6, 1)).object("MigrateData", V1_0).object("Volume", V1_1),
        Release::new("ussuri", 51, Version::new(5, 11)).object("MigrateData", V0_1).object("Volume", V1_0),
        Release::new("yoga", 61, Version::new(6, 0)),
        Release::new("wallaby", 54, Version::new(6, 0)).object("Careless", V1_0),
    ]
    .into_iter()
    .collect()
}

fn level(text: &str) -> UpgradeLevel {
    let level: UpgradeLevel = text.parse().unwrap();
    assert_eq!(level.to_string(), text);
    assert_eq!(serde_json::from_value::<UpgradeLevel>(serde_json::json!(text)).unwrap(), level);
    level
}

/// The cap, and what is written of each object.
fn pinned(text: &str, services: &[u32]) -> String {
    let pinned = releases().pin(&level(text), services.iter().copied()).unwrap();
    let objects: Vec<String> =
        pinned.manifest().iter().map(|(name, version)| format!(" {name} {version}")).collect();
    format!("{}{}", pinned.cap().unwrap(), objects.concat())
}

fn refused(text: &str, services: &[u32]) -> String {
    releases().pin(&level(text), services.iter().copied()).unwrap_err().to_string()
}

const USSURI: &str = "5.11 MigrateData 0.1 Volume 1.0";
const WALLABY: &str = "6.0 Careless 1.0 MigrateData 0.1 Volume 1.0";
const ZED: &str = "6.1 Careless 1.0 MigrateData 1.0 Volume 1.1";

#[test]
fn a_release_is_pinned_by_its_name() {
    assert_eq!(pinned("ussuri", &[]), USSURI);
    assert_eq!(pinned("wallaby", &[]), WALLABY);
    assert_eq!(pinned("yoga", &[64, 64]), WALLABY, "what a release doesn't name is as before");
    assert_eq!(pinned("zed", &[51]), ZED);
    assert_eq!(refused("Zed", &[]), "there is no release \"Zed\"; there are ussuri, wallaby, yoga, zed");
    let none = ReleaseMapping::default().pin(&level("zed"), []).unwrap_err();
    assert_eq!(none.to_string(), "there is no release \"zed\"; there are none");
}

#[test]
fn a_number_is_the_cap_and_objects_are_of_the_first_release_that_serves_it() {
    assert_eq!(pinned("6.0", &[]), WALLABY);
    assert_eq!(pinned("6.1", &[]), ZED);
    assert_eq!(pinned("6.4", &[]), ZED.replacen("6.1", "6.4", 1));
    assert_eq!(pinned("5.20", &[]), USSURI.replacen("5.11", "5.20", 1));
    for none in ["5.10", "4.0", "7.0"] {
        let expected = format!("no release serves version {none}; there are 5.11, 6.0, 6.1");
        assert_eq!(refused(none, &[]), expected);
    }
}

#[test]
fn a_name_that_looks_like_a_version_is_a_name() {
    let releases: ReleaseMapping = [
        Release::new("29.0", 29, Version::new(1, 56)).object("Node", Version::new(1, 36)),
        Release::new("1.38", 30, Version::new(1, 57)).object("Node", Version::new(1, 37)),
        Release::new("2025.1", 31, Version::new(1, 61)).object("Node", Version::new(1, 40)),
    ]
    .into_iter()
    .collect();
    let node = |text: &str| {
        let pinned = releases.pin(&level(text), [])?;
        Ok::<_, UpgradeLevelError>((pinned.cap(), pinned.manifest().get("Node")))
    };
    assert_eq!(node("29.0"), Ok((Some(Version::new(1, 56)), Some(Version::new(1, 36)))));
    assert_eq!(node("1.38"), Ok((Some(Version::new(1, 57)), Some(Version::new(1, 37)))));
    assert_eq!(node("2025.1"), Ok((Some(Version::new(1, 61)), Some(Version::new(1, 40)))));
    assert_eq!(
        node("1.57"),
        Ok((Some(Version::new(1, 57)), Some(Version::new(1, 37)))),
        "no name: a version"
    );
    let error = node("30.0").unwrap_err().to_string();
    assert_eq!(error, "no release serves version 30.0; there are 1.56, 1.57, 1.61");
}

#[test]
fn a_pin_may_leave_objects_unnamed_or_name_newer_versions() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &Arc::new(registry()), &log);
    let client = client(&bus, "a", "b", &log);
    let sent = |pin: &Pinned| {
        let answer = give_back(&Negotiation::pinned(Arc::new(registry()), pin), &client);
        answer.map(|_| log.lines()[0].clone()).map_err(|error| error.to_string())
    };
    let newest = "a -> b give_back MigrateData 1.0";
    let nothing = Pinned::from(&Manifest::new());
    let refused = sent(&nothing).unwrap_err();
    assert!(refused.starts_with("no common version of MigrateData: "), "{refused}");
    assert!(sent(&nothing.clone().with_newer()).is_err());
    assert_eq!(sent(&nothing.with_unnamed()).as_deref(), Ok(newest));

    let volume = ("Volume", V1_1);
    let newer =
        Pinned::from(&[("MigrateData", Version::new(1, 9)), volume].into_iter().collect::<Manifest>());
    assert!(sent(&newer).unwrap_err().ends_with("the peer reads 1.9"));
    assert!(sent(&newer.clone().with_unnamed()).is_err(), "it is named");
    assert_eq!(sent(&newer.with_newer()).as_deref(), Ok(newest));

    let older = Pinned::from(&[("MigrateData", V0_1), volume].into_iter().collect::<Manifest>());
    let sent = sent(&older.with_unnamed().with_newer()).unwrap();
    assert!(sent.starts_with("a -> b give_back MigrateData 0.1"), "what is named, and older, holds: {sent}");
}

#[test]
fn auto_is_the_release_of_the_oldest_service() {
    assert_eq!(pinned("auto", &[64, 64]), ZED);
    assert_eq!(pinned("auto", &[64, 63, 64]), WALLABY, "between two releases it's still the older one");
    assert_eq!(pinned("auto", &[64, 51]), USSURI);
    assert_eq!(pinned("auto", &[0, 64, 0]), ZED, "a host that hasn't said yet doesn't count");
    assert_eq!(pinned("auto", &[70, 64]), ZED);
    for nobody in [&[][..], &[0]] {
        assert_eq!(pinned("auto", nobody), ZED, "with nobody there, it's this release");
    }
    assert_eq!(
        refused("auto", &[65, 70]),
        "this host is of service version 64, and the oldest service of 65: it is too old to run here"
    );
    assert_eq!(
        refused("auto", &[64, 50]),
        "a service is of service version 50, and the oldest release known here of 51"
    );
    assert_eq!(
        ReleaseMapping::default().pin(&UpgradeLevel::Auto, [1]).unwrap_err().to_string(),
        "no release is known"
    );
}

fn give_back(negotiation: &Negotiation, client: &Client) -> Result<MigrateData, CallError> {
    let fill = |args: &mut Args, target: Target<'_>| args.insert("data", &data(), target);
    block_on(async {
        negotiation.call(client, "give_back", &CallContext::new(), fill).await?.read(&registry())
    })
}

#[test]
fn a_level_pins_objects_and_caps_methods() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &Arc::new(registry()), &log);
    let client = client(&bus, "a", "b", &log);
    let at = |text: &str| {
        let pinned = releases().pin(&level(text), []).unwrap();
        Negotiation::pinned(Arc::new(registry()), pinned)
    };
    give_back(&at("yoga"), &client).unwrap();
    assert_eq!(
        log.lines()[0],
        "a -> b give_back MigrateData 0.1 -MigrateData.volume.target -MigrateData.naming",
        "nobody is asked"
    );
    give_back(&at("zed"), &client).unwrap();
    assert_eq!(log.lines()[0], "a -> b give_back MigrateData 1.0");

    let error = give_back(&at("ussuri"), &client).unwrap_err();
    assert_eq!(error.to_string(), "version 6.0 of the method can't be sent, the cap is 5.11");
    let fill = |args: &mut Args, target: Target<'_>| args.insert("data", &data(), target);
    let cast = block_on(at("ussuri").cast(&client, "give_back", &CallContext::new(), fill));
    assert!(matches!(cast, Err(CallError::Capped { .. })));
    let error = give_back(&at("yoga"), &client.clone().version(Version::new(6, 1))).unwrap_err();
    assert!(matches!(error, CallError::Capped { .. }), "{error}");
    assert!(log.lines().is_empty(), "nothing is sent");

    let capped = at("yoga").capped(&client);
    assert!(capped.can_send_version(Version::new(6, 0)) && !capped.can_send_version(Version::new(6, 1)));
    let lower = at("zed").capped(&client.clone().cap(Version::new(6, 0)));
    assert!(!lower.can_send_version(Version::new(6, 1)), "the lower cap holds");
    let asking = Negotiation::at_first_contact(Arc::new(registry()));
    assert!(asking.capped(&client).can_send_version(Version::new(6, 9)));
}
