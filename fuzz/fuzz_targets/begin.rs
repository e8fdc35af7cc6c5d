//! Where a run begins: its seeds, written into the folder that `FUZZ_SEEDS` names.

use std::path::Path;

use versioned_objects_fuzz::seeds;

pub fn with(target: &str) {
    let Some(folder) = std::env::var_os("FUZZ_SEEDS") else { return };
    for (index, seed) in seeds::of(target).iter().enumerate() {
        std::fs::write(Path::new(&folder).join(format!("seed_{index}")), seed).expect("a folder for seeds");
    }
}
