//! Fleets in which all goes well.

use versioned_objects::check::Policy;

use super::objects::{fleet, releases};

/// How many plans are drawn of each policy: `FLEET_PLANS`, for who has time, and few otherwise.
fn plans() -> u32 {
    std::env::var("FLEET_PLANS").ok().and_then(|count| count.parse().ok()).unwrap_or(60)
}

#[test]
fn five_hosts_go_through_four_releases_by_every_policy() {
    let releases = releases();
    let policies = [
        Policy::rolling(),
        Policy::rolling().roll_back(),
        Policy::rolling().canary(["b"]).skip_level(),
        Policy::rolling().first(["api"]).roll_back(),
        Policy::any_mix(),
    ];
    for (seed, policy) in (1..).zip(policies) {
        let drawn = fleet(&releases).policy(policy.clone()).check(plans(), seed);
        let drawn = drawn.unwrap_or_else(|story| panic!("{policy:?}: {story}"));
        assert!(drawn.changes > 0 && drawn.under_way > 0 && drawn.loads > 0, "{drawn}");
    }
}
