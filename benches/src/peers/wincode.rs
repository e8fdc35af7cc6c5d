use std::collections::BTreeMap;

use wincode::config::DefaultConfig;
use wincode::{SchemaRead, SchemaReadOwned, SchemaWrite};

use crate::way::{Way, done};

super::structs! {
    #[derive(Clone, Debug, SchemaRead, SchemaWrite)]
}

pub fn way<T>(work: T) -> Way
where
    T: SchemaWrite<DefaultConfig, Src = T> + SchemaReadOwned<DefaultConfig, Dst = T> + 'static,
    T: std::fmt::Debug,
{
    let write =
        move |out: &mut Vec<u8>| wincode::serialize_into(out, &work).expect("the work can be written");
    Way::new("wincode", write, |bytes| done(wincode::deserialize::<T>(bytes)))
}
