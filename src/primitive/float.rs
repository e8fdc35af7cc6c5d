//! Floats on their way to a serializer.

use serde::ser::{self, Serialize, Serializer};

use crate::marks::WORDED;
use crate::python::float_text;

/// Writes a float. Only this crate's serializer of JSON has words for one without digits; another may write null in its
/// stead.
pub(crate) fn write_float<S: Serializer>(value: f64, serializer: S) -> Result<S::Ok, S::Error> {
    if value.is_finite() { serializer.serialize_f64(value) } else { Worded::write(value, serializer) }
}

/// A float that is infinite or no number.
struct Worded(f64);

impl Worded {
    /// Marked, so that a serializer that has words for it can tell.
    #[cold]
    fn write<S: Serializer>(value: f64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(WORDED, &Worded(value))
    }
}

impl Serialize for Worded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            let value = float_text(self.0);
            return Err(ser::Error::custom(format_args!("{value} has no form in this format")));
        }
        serializer.serialize_f64(self.0)
    }
}
