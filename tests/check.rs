//! The laws, over the zoo and over nova's objects.

mod zoo;

use versioned_objects::check;

#[test]
fn the_zoo_keeps_the_laws() {
    if let Err(broken) = check::laws(&zoo::registry(), 200) {
        panic!("{broken}");
    }
}
