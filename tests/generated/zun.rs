//! What no rule of a schema says, by hand. `ovo generate` adds functions here and changes none.

use versioned_objects::{Error, Primitive, Version};

/// `ContainerPCIRequest` leaves out what came with 1.1, and was never made a 1.1.
pub fn container_p_c_i_request(
    _: &super::ContainerPCIRequest,
    data: &mut Primitive,
    target: Version,
) -> Result<(), Error> {
    if let Some(data) = data.as_map_mut().filter(|_| target < Version::new(1, 1)) {
        data.shift_remove("request_id");
    }
    Ok(())
}
