//! The guide: a page for each thing that one wants to do.
//!
//! It is part of the documentation alone; a program that uses the crate doesn't have it.

#[doc = include_str!("first.md")]
pub mod a_first_object {}
#[doc = include_str!("add.md")]
pub mod b_add_a_field {}
#[doc = include_str!("change.md")]
pub mod c_remove_rename_retype {}
#[doc = include_str!("nested.md")]
pub mod d_nested_objects {}
#[doc = include_str!("enums.md")]
pub mod e_enums {}
#[doc = include_str!("lists.md")]
pub mod f_lists {}
#[doc = include_str!("relays.md")]
pub mod g_relays {}
#[cfg(feature = "rpc")]
#[doc = include_str!("calls.md")]
pub mod h_calls {}
#[cfg(feature = "amqp")]
#[doc = include_str!("notifications.md")]
pub mod i_notifications {}
#[cfg(feature = "check")]
#[doc = include_str!("testing.md")]
pub mod j_testing_a_release {}
#[doc = include_str!("forms.md")]
pub mod k_forms_and_speed {}
#[doc = include_str!("oslo.md")]
pub mod l_from_oslo {}
#[doc = include_str!("serde.md")]
pub mod m_from_serde {}
#[doc = include_str!("formats.md")]
pub mod n_other_formats {}
#[doc = include_str!("surprises.md")]
pub mod o_surprises {}
#[doc = include_str!("inside.md")]
pub mod p_inside {}
#[doc = include_str!("attributes.md")]
pub mod q_attributes {}
