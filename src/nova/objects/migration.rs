use crate::field::{Field, UuidText};
use crate::nova::objects::MigrationType;
use crate::object::PersistentObject;
use crate::rpc::{CallError, ObjectContext};
use crate::{VersionedObject, remotable};

/// The move of an instance from one host to another.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, namespace = "nova", serial_namespace = "nova_object", versions("1.0..=1.8"), remotable, crate = crate)]
pub struct Migration {
    /// The version that it arrived in.
    pub origin: crate::Origin,
    /// Its number in the database.
    pub id: Field<i64>,
    /// The UUID of it, as text.
    #[field(since = "1.5")]
    pub uuid: Field<UuidText>,
    /// The name of the source host.
    pub source_compute: Field<Option<String>>,
    /// The name of the destination host.
    pub dest_compute: Field<Option<String>>,
    /// The name of the source's hypervisor.
    pub source_node: Field<Option<String>>,
    /// The name of the destination's hypervisor.
    pub dest_node: Field<Option<String>>,
    /// The number of the destination's hypervisor in the database.
    #[field(since = "1.8")]
    pub dest_compute_id: Field<Option<i64>>,
    /// The address of the destination host.
    pub dest_host: Field<Option<String>>,
    /// The flavor before a resize.
    pub old_instance_type_id: Field<Option<i64>>,
    /// The flavor after a resize.
    pub new_instance_type_id: Field<Option<i64>>,
    /// The instance that moves.
    pub instance_uuid: Field<Option<String>>,
    /// How far it is.
    pub status: Field<Option<String>>,
    /// The kind of the move.
    #[field(since = "1.2")]
    pub migration_type: Field<MigrationType>,
    /// Whether users don't see it.
    #[field(since = "1.2", default = false)]
    pub hidden: Field<bool>,
    /// Bytes of memory in all.
    #[field(since = "1.4")]
    pub memory_total: Field<Option<i64>>,
    /// Bytes of memory that were moved.
    #[field(since = "1.4")]
    pub memory_processed: Field<Option<i64>>,
    /// Bytes of memory that are still to be moved.
    #[field(since = "1.4")]
    pub memory_remaining: Field<Option<i64>>,
    /// Bytes of disks in all.
    #[field(since = "1.4")]
    pub disk_total: Field<Option<i64>>,
    /// Bytes of disks that were moved.
    #[field(since = "1.4")]
    pub disk_processed: Field<Option<i64>>,
    /// Bytes of disks that are still to be moved.
    #[field(since = "1.4")]
    pub disk_remaining: Field<Option<i64>>,
    /// Whether it goes to another cell.
    #[field(since = "1.6", default = false)]
    pub cross_cell_move: Field<bool>,
    /// Who asked for it.
    #[field(since = "1.7")]
    pub user_id: Field<Option<String>>,
    /// The project of who asked for it.
    #[field(since = "1.7")]
    pub project_id: Field<Option<String>>,
    /// When its row was made, changed and deleted.
    #[field(extends)]
    pub persistent: PersistentObject,
}

/// The methods that run where the database is: on a conductor.
#[remotable(crate = crate)]
impl Migration {
    /// The move of that UUID.
    pub async fn get_by_uuid(context: &ObjectContext, migration_uuid: String)
    -> Result<Migration, CallError>;

    /// The move of that number.
    pub async fn get_by_id(context: &ObjectContext, migration_id: i64) -> Result<Migration, CallError>;

    /// The move of that number, if it is one of that instance.
    pub async fn get_by_id_and_instance(
        context: &ObjectContext,
        migration_id: i64,
        instance_uuid: String,
    ) -> Result<Migration, CallError>;

    /// The move of an instance that is in that state.
    pub async fn get_by_instance_and_status(
        context: &ObjectContext,
        instance_uuid: String,
        status: String,
    ) -> Result<Migration, CallError>;

    /// Creates the row of the migration.
    pub async fn create(&mut self, context: &ObjectContext) -> Result<(), CallError>;

    /// Writes what was changed into its row.
    pub async fn save(&mut self, context: &ObjectContext) -> Result<(), CallError>;
}
