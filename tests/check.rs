//! The laws, over the zoo and over nova's objects.

mod zoo;

use versioned_objects::{check, nova};

#[test]
fn the_zoo_keeps_the_laws() {
    if let Err(broken) = check::laws(&zoo::registry(), 200) {
        panic!("{broken}");
    }
}

#[test]
fn nova_s_objects_keep_the_laws() {
    if let Err(broken) = check::laws(&nova::registry(), 200) {
        panic!("{broken}");
    }
}
