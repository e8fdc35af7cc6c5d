//! Values in the form that their place declares, through serde: of types that don't say how they pack themselves.

mod de;
mod ser;

pub(crate) use de::ReadPositional;
pub(crate) use ser::Positional;
