use versioned_objects::VersionedObject;

#[derive(VersionedObject)]
#[object(versions("1.0", "1", "1.01", "1.2.3.4", "v1.3", "1.4294967296", "1.9"))]
struct Text {}

#[derive(VersionedObject)]
#[object(versions("1.1", "1.0", "1.1", "1.2", "1.2"))]
struct Order {}

#[derive(VersionedObject)]
#[object(versions("1.0..=2.3", "2.4..2.6", "2.7..=2.7", "3.0.1..=3.1", "4.0..=4.4000000"))]
struct Range {}

#[derive(VersionedObject)]
#[object(versions("1.0..=1.3"), unreleased = "1.3")]
struct Unreleased {}

fn main() {}
