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
#[cfg_attr(feature = "rpc", doc = include_str!("calls.md"))]
#[cfg_attr(feature = "amqp", doc = "\n# Over RabbitMQ, whatever becomes of brokers\n")]
#[cfg_attr(feature = "amqp", doc = include_str!("../rpc/amqp/promises.md"))]
#[cfg_attr(not(feature = "rpc"), doc = "Hosts that call each other take the feature `rpc`.")]
pub mod h_calls {}
#[cfg_attr(feature = "amqp", doc = include_str!("python.md"))]
#[cfg_attr(
    not(feature = "amqp"),
    doc = "A Python service on the other end of RabbitMQ takes the feature `amqp`."
)]
pub mod ha_python_calls {}
#[cfg_attr(feature = "amqp", doc = include_str!("notifications.md"))]
#[cfg_attr(not(feature = "amqp"), doc = "Notifications take the feature `amqp`.")]
pub mod i_notifications {}
#[doc = include_str!("testing.md")]
pub mod j_testing_a_release {}
#[cfg(all(feature = "proptest", feature = "rpc"))]
#[doc = include_str!("upgrades.md")]
pub mod ja_upgrades {}
#[doc = include_str!("forms.md")]
pub mod k_forms_and_speed {}
#[doc = include_str!("oslo.md")]
pub mod l_from_oslo {}
#[doc = include_str!("from_python.md")]
pub mod l_from_python {}
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
