//! Fleets in which all goes well.

use versioned_objects::check::Policy;

use super::objects::{fleet, releases};

#[test]
fn five_hosts_go_through_four_releases_by_every_policy() {
    let releases = releases();
    if std::env::var_os("SHOW").is_some() {
        println!("{}", serde_json::to_string_pretty(&releases).unwrap());
    }
    let policies = [
        Policy::rolling(),
        Policy::rolling().roll_back(),
        Policy::rolling().canary(["b"]).skip_level(),
        Policy::rolling().first(["api"]).roll_back(),
        Policy::any_mix(),
    ];
    for (seed, policy) in (1..).zip(policies) {
        let drawn = fleet(&releases).policy(policy.clone()).check(200, seed);
        let drawn = drawn.unwrap_or_else(|story| panic!("{policy:?}: {story}"));
        println!("{drawn}");
        assert!(drawn.changes > 0 && drawn.under_way > 0 && drawn.loads > 0, "{drawn}");
    }
}
