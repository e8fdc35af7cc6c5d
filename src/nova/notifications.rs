//! Notifications that a compute host sends of a live migration: nova's `instance.live_migration_*` notifications.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::VersionedObject;
use crate::field::{DateTime, Field, IpV4AndV6Address, MacAddress, UuidText};
use crate::nova::block_device::{BlockDevice, Instance};
use crate::registry::Registry;
use crate::rpc::{CallContext, Payload};
use crate::version::Target;

/// The size of an instance.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "nova", serial_namespace = "nova_object", versions("1.0..=1.4"), crate = crate)]
pub struct FlavorPayload {
    /// The version that it arrived in.
    pub origin: crate::Origin,
    /// Its id for users.
    pub flavorid: Field<Option<String>>,
    /// The memory, in MiB.
    pub memory_mb: Field<Option<i64>>,
    /// The number of virtual processors.
    pub vcpus: Field<Option<i64>>,
    /// The first disk in GiB.
    pub root_gb: Field<Option<i64>>,
    /// The second disk in GiB.
    pub ephemeral_gb: Field<Option<i64>>,
    /// The name of it, for people.
    #[field(since = "1.1")]
    pub name: Field<String>,
    /// The swap space, in MiB.
    #[field(since = "1.1")]
    pub swap: Field<i64>,
    /// How fast its network is, beside others.
    #[field(since = "1.1")]
    pub rxtx_factor: Field<Option<f64>>,
    /// How much its processors weigh.
    #[field(since = "1.1")]
    pub vcpu_weight: Field<Option<i64>>,
    /// Whether nothing new gets it.
    #[field(since = "1.1")]
    pub disabled: Field<bool>,
    /// Whether every project has it.
    #[field(since = "1.1")]
    pub is_public: Field<bool>,
    /// Further specifications, by key.
    #[field(since = "1.2")]
    pub extra_specs: Field<Option<BTreeMap<String, String>>>,
    /// The projects that have it.
    #[field(since = "1.2")]
    pub projects: Field<Option<Vec<String>>>,
    /// The description, for people.
    #[field(since = "1.4")]
    pub description: Field<Option<String>>,
}

/// A volume of an instance.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "nova", serial_namespace = "nova_object", versions("1.0"), crate = crate)]
pub struct BlockDevicePayload {
    /// The version that it arrived in.
    pub origin: crate::Origin,
    /// The device under which the instance sees it.
    pub device_name: Field<Option<String>>,
    /// Its place among those that are booted from.
    pub boot_index: Field<Option<i64>>,
    /// Whether it goes with the instance.
    #[field(default = false)]
    pub delete_on_termination: Field<bool>,
    /// The id of the volume.
    pub volume_id: Field<UuidText>,
    /// The tag that a user gave it.
    pub tag: Field<Option<String>>,
}

/// An address of an instance.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "nova", serial_namespace = "nova_object", versions("1.0"), crate = crate)]
pub struct IpPayload {
    /// The version that it arrived in.
    pub origin: crate::Origin,
    /// The name of the network.
    pub label: Field<String>,
    /// The MAC address of the port.
    pub mac: Field<MacAddress>,
    /// Notes of the network service, by key.
    pub meta: Field<BTreeMap<String, String>>,
    /// The UUID of the port.
    pub port_uuid: Field<Option<UuidText>>,
    /// The IP version, 4 or 6.
    pub version: Field<i64>,
    /// The IP address of it.
    pub address: Field<IpV4AndV6Address>,
    /// The device under which the host sees it.
    pub device_name: Field<Option<String>>,
}

/// A share of an instance.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "nova", serial_namespace = "nova_object", versions("1.0"), crate = crate)]
pub struct SharePayload {
    /// The version that it arrived in.
    pub origin: crate::Origin,
    /// The UUID of the mapping to the instance.
    pub share_mapping_uuid: Field<UuidText>,
    /// The id of the share.
    pub share_id: Field<UuidText>,
    /// The state, such as `active`.
    pub status: Field<String>,
    /// The tag that the instance knows it by.
    pub tag: Field<String>,
}

/// The exception by which something failed.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "nova", serial_namespace = "nova_object", versions("1.0", "1.1"), crate = crate)]
pub struct ExceptionPayload {
    /// The version that it arrived in.
    pub origin: crate::Origin,
    /// Where the function is.
    pub module_name: Field<String>,
    /// The function in which it failed.
    pub function_name: Field<String>,
    /// Returns the class of the exception.
    pub exception: Field<String>,
    /// The message of the exception.
    pub exception_message: Field<String>,
    /// The way to it.
    #[field(since = "1.1")]
    pub traceback: Field<String>,
}

/// An instance, while something is done to it.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "nova", serial_namespace = "nova_object", versions("1.0..=1.9"), crate = crate)]
pub struct InstanceActionPayload {
    /// The version that it arrived in.
    pub origin: crate::Origin,
    /// Why it failed, where it did.
    pub fault: Field<Option<ExceptionPayload>>,
    /// The request that it's done for.
    #[field(since = "1.6")]
    pub request_id: Field<Option<String>>,
    /// The UUID of the instance.
    pub uuid: Field<UuidText>,
    /// The id of its owner.
    pub user_id: Field<Option<String>>,
    /// Whose project it belongs to.
    pub tenant_id: Field<Option<String>>,
    /// The order that it was made by.
    pub reservation_id: Field<Option<String>>,
    /// Its name for users.
    pub display_name: Field<Option<String>>,
    /// The description, for people.
    #[field(since = "1.1")]
    pub display_description: Field<Option<String>>,
    /// Its own name for itself.
    pub host_name: Field<Option<String>>,
    /// The host that it runs on.
    pub host: Field<Option<String>>,
    /// The host's name for its hypervisor.
    pub node: Field<Option<String>>,
    /// The operating system of it.
    pub os_type: Field<Option<String>>,
    /// The architecture of its processor.
    pub architecture: Field<Option<String>>,
    /// Where it may run.
    pub availability_zone: Field<Option<String>>,
    /// The flavor: the size of it.
    pub flavor: Field<FlavorPayload>,
    /// The UUID of the image that it was made from.
    pub image_uuid: Field<Option<String>>,
    /// The key that opens it.
    #[field(since = "1.3")]
    pub key_name: Field<Option<String>>,
    /// The id of its kernel.
    pub kernel_id: Field<Option<String>>,
    /// The id of its initial ramdisk.
    pub ramdisk_id: Field<Option<String>>,
    /// When it was ordered.
    pub created_at: Field<Option<DateTime>>,
    /// When it ran first.
    pub launched_at: Field<Option<DateTime>>,
    /// The time at which it ended.
    pub terminated_at: Field<Option<DateTime>>,
    /// When it was deleted.
    pub deleted_at: Field<Option<DateTime>>,
    /// When it changed last.
    #[field(since = "1.5")]
    pub updated_at: Field<Option<DateTime>>,
    /// The state, such as `active`.
    pub state: Field<Option<String>>,
    /// The state by its hypervisor, such as `running`.
    pub power_state: Field<Option<String>>,
    /// The task in progress, such as `migrating`.
    pub task_state: Field<Option<String>>,
    /// How far that is, of a hundred.
    pub progress: Field<Option<i64>>,
    /// The IP addresses of it.
    pub ip_addresses: Field<Vec<IpPayload>>,
    /// The volumes of the instance.
    #[field(since = "1.4")]
    pub block_devices: Field<Option<Vec<BlockDevicePayload>>>,
    /// Notes of users, by key.
    pub metadata: Field<BTreeMap<String, String>>,
    /// Whether users can't touch it.
    #[field(since = "1.1")]
    pub locked: Field<bool>,
    /// Who makes its partitions.
    #[field(since = "1.2")]
    pub auto_disk_config: Field<String>,
    /// Who asked for it.
    #[field(since = "1.7")]
    pub action_initiator_user: Field<Option<String>>,
    /// The project of who asked for it.
    #[field(since = "1.7")]
    pub action_initiator_project: Field<Option<String>>,
    /// Why users can't touch it.
    #[field(since = "1.8")]
    pub locked_reason: Field<Option<String>>,
    /// The shares of the instance.
    #[field(since = "1.9")]
    pub shares: Field<Option<Vec<SharePayload>>>,
}

/// A registry of the payloads that live migrations have.
pub fn registry() -> Registry {
    Registry::new()
        .with::<BlockDevicePayload>()
        .with::<ExceptionPayload>()
        .with::<FlavorPayload>()
        .with::<InstanceActionPayload>()
        .with::<IpPayload>()
        .with::<SharePayload>()
}

impl InstanceActionPayload {
    /// Makes the payload of an instance that a migration knows. Keys that its map lacks are null, or empty.
    pub fn of(instance: &Instance, context: &CallContext) -> Self {
        let text = |key: &str| instance.more.text(key).map(str::to_owned);
        let asked = |key: &str| context.get::<String>(key);
        let flavor = FlavorPayload {
            flavorid: None.into(),
            memory_mb: None.into(),
            vcpus: None.into(),
            root_gb: None.into(),
            ephemeral_gb: None.into(),
            name: text("flavor_name").unwrap_or_default().into(),
            swap: 0.into(),
            rxtx_factor: None.into(),
            vcpu_weight: None.into(),
            disabled: false.into(),
            is_public: true.into(),
            extra_specs: None.into(),
            projects: None.into(),
            description: None.into(),
            ..FlavorPayload::default()
        };
        let volumes = instance.block_device_mapping.iter().filter_map(BlockDevicePayload::of).collect();
        InstanceActionPayload {
            fault: None.into(),
            request_id: asked("request_id").into(),
            uuid: UuidText::from(instance.uuid.clone()).into(),
            user_id: text("user_id").into(),
            tenant_id: text("project_id").into(),
            reservation_id: text("reservation_id").into(),
            display_name: text("display_name").or_else(|| Some(instance.name.clone())).into(),
            display_description: text("display_description").into(),
            host_name: text("hostname").into(),
            host: Some(instance.host.clone()).into(),
            node: text("node").into(),
            os_type: text("os_type").into(),
            architecture: text("architecture").into(),
            availability_zone: text("availability_zone").into(),
            flavor: flavor.into(),
            image_uuid: text("image_ref").into(),
            key_name: text("key_name").into(),
            kernel_id: text("kernel_id").into(),
            ramdisk_id: text("ramdisk_id").into(),
            created_at: None.into(),
            launched_at: None.into(),
            terminated_at: None.into(),
            deleted_at: None.into(),
            updated_at: None.into(),
            state: Some("active".to_owned()).into(),
            power_state: Some("running".to_owned()).into(),
            task_state: Some("migrating".to_owned()).into(),
            progress: Some(0).into(),
            ip_addresses: Vec::new().into(),
            block_devices: Some(volumes).into(),
            metadata: BTreeMap::new().into(),
            locked: false.into(),
            auto_disk_config: "MANUAL".to_owned().into(),
            action_initiator_user: asked("user_id").into(),
            action_initiator_project: asked("project_id").into(),
            locked_reason: text("locked_reason").into(),
            shares: Some(Vec::new()).into(),
            ..InstanceActionPayload::default()
        }
    }
}

impl BlockDevicePayload {
    /// A volume, where it has an id.
    fn of(device: &BlockDevice) -> Option<Self> {
        let volume_id = device.connection_info.data.volume_id()?;
        Some(BlockDevicePayload {
            device_name: Some(device.mount_device.clone()).into(),
            boot_index: None.into(),
            delete_on_termination: false.into(),
            volume_id: UuidText::from(volume_id.to_owned()).into(),
            tag: None.into(),
            ..BlockDevicePayload::default()
        })
    }
}

/// An action on an instance in a live migration, as the type of its notification says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the words are nova's")]
pub enum NotificationAction {
    LiveMigrationPre,
    LiveMigrationPost,
    LiveMigrationPostDest,
    LiveMigrationRollback,
    LiveMigrationRollbackDest,
}

/// Whether an action begins or has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the words are nova's")]
pub enum Phase {
    Start,
    End,
}

/// The type of a notification: `instance.live_migration_pre.start`.
pub fn event_type(action: NotificationAction, phase: Phase) -> String {
    let action = match action {
        NotificationAction::LiveMigrationPre => "live_migration_pre",
        NotificationAction::LiveMigrationPost => "live_migration_post",
        NotificationAction::LiveMigrationPostDest => "live_migration_post_dest",
        NotificationAction::LiveMigrationRollback => "live_migration_rollback",
        NotificationAction::LiveMigrationRollbackDest => "live_migration_rollback_dest",
    };
    let phase = match phase {
        Phase::Start => "start",
        Phase::End => "end",
    };
    format!("instance.{action}.{phase}")
}

/// Where notifications go: a broker, or a list. A migration doesn't wait for what becomes of them.
pub trait Teller: Send + Sync {
    /// Tells one action on an instance.
    fn tell(&self, context: &CallContext, event_type: String, payload: Payload);
}

/// Tells by a notifier, one after the other, while what is told of goes on.
#[cfg(feature = "amqp")]
#[derive(Debug)]
pub struct Telling {
    waiting: tokio::sync::mpsc::Sender<(CallContext, String, Payload)>,
}

#[cfg(feature = "amqp")]
impl Telling {
    /// How many wait while the broker is away. Any more are dropped.
    const MOST: usize = 1000;

    /// Tells by that notifier. It needs a tokio runtime.
    pub fn by(notifier: crate::rpc::Notifier) -> Self {
        let (waiting, mut next) = tokio::sync::mpsc::channel(Telling::MOST);
        tokio::spawn(async move {
            while let Some((context, event_type, payload)) = next.recv().await {
                if let Err(error) = notifier.info(&context, event_type, payload).await {
                    tracing::error!(%error, "a notification isn't sent");
                }
            }
        });
        Telling { waiting }
    }
}

#[cfg(feature = "amqp")]
impl Teller for Telling {
    fn tell(&self, context: &CallContext, event_type: String, payload: Payload) {
        if let Err(error) = self.waiting.try_send((context.clone(), event_type, payload)) {
            tracing::warn!(%error, "a notification is dropped");
        }
    }
}

/// Who tells what a host does, where anybody does.
#[derive(Clone, Default)]
pub(super) struct Told(Option<Arc<dyn Teller>>);

impl Told {
    pub(super) fn by(teller: Option<Arc<dyn Teller>>) -> Self {
        Told(teller)
    }

    pub(super) fn about(
        &self,
        context: &CallContext,
        instance: &Instance,
        action: NotificationAction,
        phase: Phase,
    ) {
        let Some(teller) = &self.0 else { return };
        let payload = InstanceActionPayload::of(instance, context);
        if let Ok(payload) = Payload::of(&payload, Target::Own) {
            teller.tell(context, event_type(action, phase), payload);
        }
    }
}

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Told").field(&self.0.is_some()).finish()
    }
}
