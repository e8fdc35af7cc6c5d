use std::collections::BTreeMap;
use std::sync::Arc;

use super::undo::{Ledger, twice};
use super::volume_utils::{self, NAMING_CONVENTION};
use super::{Hypervisor, SrRef, VdiRef, VmRef, VolumeOps, XenApiFailure};
use crate::compat::Backport;
use crate::nova::Exception;
use crate::nova::block_device::{BlockDevice, Instance};
use crate::nova::objects::{SrNamingConvention, XenapiLiveMigrateData};
use crate::version::Target;

/// The name of the SR in which a host keeps its own disks.
pub(super) const LOCAL_STORAGE: &str = "Local storage";

/// How the SR of each volume was named, by volume id.
type Conventions = BTreeMap<String, SrNamingConvention>;

/// Operations of a XenServer host on machines.
#[derive(Debug)]
pub struct VMOps<H> {
    hypervisor: Arc<H>,
    volumeops: VolumeOps<H>,
    ledger: Ledger,
}

/// Disks that a machine left behind when it moved away, by the UUID of their SR.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Departed {
    srs: BTreeMap<String, (SrRef, Vec<VdiRef>)>,
}

impl<H: Hypervisor> VMOps<H> {
    /// Machines of this hypervisor.
    pub fn new(hypervisor: Arc<H>) -> Self {
        VMOps { volumeops: VolumeOps::new(Arc::clone(&hypervisor)), hypervisor, ledger: Ledger::new() }
    }

    /// Tells on the destination how the source sends a machine here.
    ///
    /// # Errors
    /// The hypervisor's failure.
    pub async fn check_can_live_migrate_destination(
        &self,
        instance: &Instance,
        block_migration: bool,
    ) -> Result<XenapiLiveMigrateData, Exception> {
        let local = self.local_storage().await?;
        let receiver = self.hypervisor.host_migrate_receive().await?;
        Ok(XenapiLiveMigrateData {
            block_migration: Some(block_migration).into(),
            destination_sr_ref: local.map(|sr| sr.to_string()).into(),
            migrate_send_data: Some(receiver).into(),
            is_volume_backed: (!instance.block_device_mapping.is_empty()).into(),
            ..XenapiLiveMigrateData::default()
        })
    }

    async fn local_storage(&self) -> Result<Option<SrRef>, XenApiFailure> {
        let all = self.hypervisor.sr_get_all_records().await?;
        Ok(all.into_iter().find(|(_, sr)| sr.name_label == LOCAL_STORAGE).map(|(sr, _)| sr))
    }

    /// Checks on the source whether the machine can go, and tells, where this release does, how each of its SRs was
    /// named.
    ///
    /// # Errors
    /// Where the destination can't be told of a name that it would not make by itself.
    pub async fn check_can_live_migrate_source(
        &self,
        instance: &Instance,
        mut dest_check_data: XenapiLiveMigrateData,
        says_naming: bool,
    ) -> Result<XenapiLiveMigrateData, Exception> {
        self.vm_ref(instance).await?;
        if !says_naming {
            return Ok(dest_check_data);
        }
        let conventions = self.sr_naming_conventions(instance).await?;
        dest_check_data.sr_uuid_naming_convention_map.set(conventions);
        check_destination_is_told(instance, &dest_check_data)?;
        Ok(dest_check_data)
    }

    /// How this host's SR of each volume was named.
    async fn sr_naming_conventions(&self, instance: &Instance) -> Result<Conventions, Exception> {
        let mut conventions = Conventions::new();
        for device in &instance.block_device_mapping {
            let connection = &device.connection_info.data;
            let convention = self.volumeops.sr_naming_convention(connection).await?;
            if let (Some(convention), Some(volume)) = (convention, connection.volume_id()) {
                conventions.insert(volume.to_owned(), convention);
            }
        }
        Ok(conventions)
    }

    /// Connects the destination to the instance's volumes, and gives the reference of each SR by its
    /// UUID. Where one fails, what was made for the others is taken away again.
    ///
    /// # Errors
    /// Where a volume can't be connected.
    pub async fn connect_block_device_volumes(
        &self,
        instance: &Instance,
        conventions: &Conventions,
    ) -> Result<BTreeMap<String, String>, Exception> {
        let page = self.ledger.open(&instance.uuid);
        let mut sr_uuid_map = BTreeMap::new();
        for device in &instance.block_device_mapping {
            let mut connection_info = device.connection_info.clone();
            let told = connection_info.data.volume_id().and_then(|volume| conventions.get(volume));
            let convention = told.unwrap_or(&SrNamingConvention::NewStyle);
            connection_info.data.insert(NAMING_CONVENTION, convention.as_ref());
            match self.volumeops.connect_volume(&connection_info, &instance.name, page).await {
                Ok(connected) => sr_uuid_map.insert(connected.sr_uuid, connected.sr.to_string()),
                Err(error) => {
                    let left = page.undo(&*self.hypervisor).await;
                    let reason = format!("{} can't be connected: {error}", name_of(device));
                    return Err(Exception::Migration(with_untidied(reason, &left)));
                }
            };
        }
        Ok(sr_uuid_map)
    }

    /// Sends the machine from the source, each disk mapped to the destination's SR of the same UUID.
    ///
    /// # Errors
    /// Where this host has no SR of one of these UUIDs, and the hypervisor's failure. The machine then runs here.
    pub async fn live_migrate(
        &self,
        instance: &Instance,
        migrate_data: &XenapiLiveMigrateData,
    ) -> Result<Departed, Exception> {
        let vm = self.vm_ref(instance).await?;
        let disks = self.disks(&vm).await?;
        let mut departed = Departed::default();
        let mut vdi_map = BTreeMap::new();
        for (uuid, there) in migrate_data.sr_uuid_map.get().into_iter().flatten() {
            let Some(here) = volume_utils::find_sr_by_uuid(&*self.hypervisor, uuid).await? else {
                return Err(Exception::Migration(format!("the source has no SR of UUID {uuid}")));
            };
            let mine = disks.iter().filter(|(_, sr)| *sr == here).map(|(vdi, _)| vdi.clone());
            let mine: Vec<VdiRef> = mine.collect();
            vdi_map.extend(mine.iter().map(|vdi| (vdi.clone(), SrRef::new(there.as_str()))));
            departed.srs.insert(uuid.clone(), (here, mine));
        }
        let Some(Some(receiver)) = migrate_data.migrate_send_data.get() else {
            return Err(Exception::Migration(
                "the destination didn't say where to send the machine".to_owned(),
            ));
        };
        match self.hypervisor.vm_migrate_send(&vm, receiver, &vdi_map).await {
            Ok(()) => Ok(departed),
            Err(failure) => Err(Exception::Migration(format!("the machine can't be sent: {failure}"))),
        }
    }

    /// The machine's disks, each with its SR.
    async fn disks(&self, vm: &VmRef) -> Result<Vec<(VdiRef, SrRef)>, XenApiFailure> {
        let mut disks = Vec::new();
        for vbd in self.hypervisor.vm_get_vbds(vm).await? {
            let vdi = self.hypervisor.vbd_get_vdi(&vbd).await?;
            let sr = self.hypervisor.vdi_get_record(&vdi).await?.sr;
            disks.push((vdi, sr));
        }
        Ok(disks)
    }

    /// On the source, once the machine has left: forgets its disks, and the SRs that hold nothing else. Gives what
    /// stays all the same, a line each.
    pub async fn post_live_migration(&self, departed: Departed) -> Vec<String> {
        let mut untidied = Vec::new();
        for (uuid, (sr, disks)) in &departed.srs {
            if let Err(failure) = volume_utils::purge_sr(&*self.hypervisor, sr, disks).await {
                untidied.push(format!("SR {uuid} on the source: {failure}"));
            }
        }
        untidied
    }

    /// On the destination, once the machine has come: it's here, and what was made for it stays.
    ///
    /// # Errors
    /// Where the machine isn't found.
    pub async fn post_live_migration_at_destination(&self, instance: &Instance) -> Result<(), Exception> {
        self.ledger.page(&instance.uuid).close();
        let name = instance.name.as_str();
        let found = twice(move || self.hypervisor.vm_get_by_name_label(name)).await?;
        only(found, instance).map(drop)
    }

    /// On the destination, once the migration failed: takes away what was made for it, and nothing else. A machine
    /// that has come all the same keeps it.
    ///
    /// # Errors
    /// Where something of it stays, and where the machine runs here ([`Exception::InstanceExists`]).
    pub async fn rollback_live_migration_at_destination(&self, instance: &Instance) -> Result<(), Exception> {
        let name = instance.name.as_str();
        let found = twice(move || self.hypervisor.vm_get_by_name_label(name)).await;
        // A host that can't say it gets to keep what is in use: it refuses to let go of that.
        if found.is_ok_and(|machines| !machines.is_empty()) {
            self.ledger.page(&instance.uuid).close();
            return Err(Exception::InstanceExists(instance.name.clone()));
        }
        let left = self.ledger.page(&instance.uuid).undo(&*self.hypervisor).await;
        if left.is_empty() {
            return Ok(());
        }
        Err(Exception::Migration(format!("not tidied up: {}", left.join(", "))))
    }

    async fn vm_ref(&self, instance: &Instance) -> Result<VmRef, Exception> {
        only(self.hypervisor.vm_get_by_name_label(&instance.name).await?, instance)
    }
}

/// The one machine of the instance's name.
fn only(machines: Vec<VmRef>, instance: &Instance) -> Result<VmRef, Exception> {
    match <[VmRef; 1]>::try_from(machines) {
        Ok([vm]) => Ok(vm),
        Err(machines) => {
            let found = machines.len();
            let reason = format!("found {found} machines of the name {:?}, expected one", instance.name);
            Err(Exception::Migration(reason))
        }
    }
}

/// Refuses where the version that the answer goes out in loses how an SR was named in the old style: the
/// destination would name it in the new.
fn check_destination_is_told(instance: &Instance, answer: &XenapiLiveMigrateData) -> Result<(), Exception> {
    let lost = answer.at(Target::Own)?.dropped();
    let map = crate::field_name!(XenapiLiveMigrateData, sr_uuid_naming_convention_map);
    let Some(loss) = lost.iter().find(|loss| loss.field == map) else {
        return Ok(());
    };
    let conventions = answer.sr_uuid_naming_convention_map.get();
    let is_old = |device: &&BlockDevice| {
        let volume = device.connection_info.data.volume_id();
        let convention = volume.zip(conventions).and_then(|(volume, map)| map.get(volume));
        convention == Some(&SrNamingConvention::OldStyle)
    };
    let old: Vec<String> = instance.block_device_mapping.iter().filter(is_old).map(name_of).collect();
    if old.is_empty() {
        return Ok(());
    }
    let (volumes, target) = (old.join(", "), loss.target);
    let reason = format!(
        "the destination reads {} {target}, which can't say that these SRs are named in the old style: {volumes}",
        loss.object
    );
    Err(Exception::PreCheck(reason))
}

fn name_of(device: &BlockDevice) -> String {
    let volume = device.connection_info.data.volume_id().unwrap_or("without id");
    format!("volume {volume} ({})", device.mount_device)
}

fn with_untidied(reason: String, left: &[String]) -> String {
    if left.is_empty() { reason } else { format!("{reason}; not tidied up: {}", left.join(", ")) }
}
