use serde::ser::{SerializeTuple, Serializer};

use super::Encoded;
use super::{Entity, Path, Survey};
use crate::error::Error;
#[cfg(feature = "compact")]
use crate::format::compact::{Pack, Slot};
use crate::version::Target;

impl Entity for () {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

macro_rules! tuples {
    ($($length:literal: $($name:ident $index:tt),+;)+) => {
        $(
            impl<$($name: Entity),+> Entity for ($($name,)+) {
                const HOLDS_OBJECTS: bool = $($name::HOLDS_OBJECTS)||+;
                const REMEMBERS: bool = $($name::REMEMBERS)&&+;

                fn encode<S: Serializer>(
                    &self,
                    serializer: S,
                    target: &Target<'_>,
                ) -> Result<S::Ok, S::Error> {
                    let mut tuple = serializer.serialize_tuple($length)?;
                    $(tuple.serialize_element(&Encoded::new(&self.$index, target))?;)+
                    tuple.end()
                }

                #[cfg(feature = "compact")]
                fn pack<'a>(
                    &self,
                    packer: &mut impl Pack<'a>,
                    slot: Slot<'_>,
                    target: &Target<'_>,
                ) -> Result<(), Error> {
                    packer.count($length);
                    let (packer, slot) = (packer.inner(0), slot.element());
                    $(self.$index.pack(packer, slot, target)?;)+
                    Ok(())
                }

                fn survey(
                    &self,
                    target: &Target<'_>,
                    path: Path<'_>,
                    survey: &mut Survey<'_>,
                ) -> Result<(), Error> {
                    $(self.$index.survey(target, path.index($index), survey)?;)+
                    Ok(())
                }

                fn reset_within(&mut self) {
                    $(self.$index.reset_within();)+
                }

                fn forget_origins(&mut self) {
                    $(self.$index.forget_origins();)+
                }
            }
        )+
    };
}

tuples! {
    1: A 0;
    2: A 0, B 1;
    3: A 0, B 1, C 2;
    4: A 0, B 1, C 2, D 3;
    5: A 0, B 1, C 2, D 3, E 4;
    6: A 0, B 1, C 2, D 3, E 4, F 5;
    7: A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
}
