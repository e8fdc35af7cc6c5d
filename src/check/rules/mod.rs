//! The rules, a file each.

mod base_added;
mod base_removed;
mod child_bump_unmapped;
mod child_type_changed;
mod child_version_not_monotone;
mod enum_value_added_no_since;
mod enum_value_removed;
mod field_added_no_bump;
mod field_check_changed;
mod field_default_changed;
mod field_name_reused;
mod field_now_non_null;
mod field_now_nullable;
mod field_now_optional;
mod field_now_required;
mod field_now_strict;
mod field_read_only_changed;
mod field_removed_no_tombstone;
mod field_renamed;
mod field_since_changed;
mod field_type_changed;
mod fingerprint_changed_same_version;
mod method_arg_added_no_default;
mod method_arg_default_changed;
mod method_arg_moved;
mod method_arg_removed;
mod method_removed;
mod namespace_changed;
mod object_removed;
mod released_history_changed;
mod signatures;
pub(super) mod silence_unused;
mod version_bumped_no_change;
mod version_decreased;

use super::finding::ChangeRule;

/// All rules, sorted by their ids.
pub static RULES: &[&ChangeRule] = &[
    &base_added::RULE,
    &base_removed::RULE,
    &child_bump_unmapped::RULE,
    &child_type_changed::RULE,
    &child_version_not_monotone::RULE,
    &enum_value_added_no_since::RULE,
    &enum_value_removed::RULE,
    &field_added_no_bump::RULE,
    &field_check_changed::RULE,
    &field_default_changed::RULE,
    &field_name_reused::RULE,
    &field_now_non_null::RULE,
    &field_now_nullable::RULE,
    &field_now_optional::RULE,
    &field_now_required::RULE,
    &field_now_strict::RULE,
    &field_read_only_changed::RULE,
    &field_removed_no_tombstone::RULE,
    &field_renamed::RULE,
    &field_since_changed::RULE,
    &field_type_changed::RULE,
    &fingerprint_changed_same_version::RULE,
    &method_arg_added_no_default::RULE,
    &method_arg_default_changed::RULE,
    &method_arg_moved::RULE,
    &method_arg_removed::RULE,
    &method_removed::RULE,
    &namespace_changed::RULE,
    &object_removed::RULE,
    &released_history_changed::RULE,
    &silence_unused::RULE,
    &version_bumped_no_change::RULE,
    &version_decreased::RULE,
];
