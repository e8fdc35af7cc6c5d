use std::sync::Arc;

use super::volume_utils::{self, carried_sr_uuid, check_is_supported_driver_type, parse_volume_info};
use super::{Hypervisor, Page, SrRef, VdiRef};
use crate::nova::Exception;
use crate::nova::block_device::{ConnectionData, ConnectionInfo};
use crate::nova::objects::SrNamingConvention;

/// Operations of a XenServer host on volumes.
#[derive(Debug)]
pub struct VolumeOps<H> {
    hypervisor: Arc<H>,
}

/// A volume that a host is connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connected {
    /// The UUID of its SR.
    pub sr_uuid: String,
    /// The SR of the volume.
    pub sr: SrRef,
    /// The disk in that SR.
    pub vdi: VdiRef,
}

impl<H: Hypervisor> VolumeOps<H> {
    /// Volumes of this hypervisor.
    pub fn new(hypervisor: Arc<H>) -> Self {
        VolumeOps { hypervisor }
    }

    /// Connects the host to a volume, without giving it to a machine. What was made for it stands on the page.
    ///
    /// # Errors
    /// Where the connection data don't say where the volume is, and the hypervisor's failure.
    pub async fn connect_volume(
        &self,
        connection_info: &ConnectionInfo,
        instance_name: &str,
        page: Page<'_>,
    ) -> Result<Connected, Exception> {
        self._attach_volume(connection_info, instance_name, page).await
    }

    async fn _attach_volume(
        &self,
        connection_info: &ConnectionInfo,
        instance_name: &str,
        page: Page<'_>,
    ) -> Result<Connected, Exception> {
        check_is_supported_driver_type(connection_info)?;
        let connection = &connection_info.data;
        let (sr, sr_uuid) = self._connect_to_volume_provider(connection, instance_name, page).await?;
        let vdi = volume_utils::introduce_vdi(&*self.hypervisor, &sr, connection, page).await?;
        Ok(Connected { sr_uuid, sr, vdi })
    }

    /// The volume's SR, made where the host has none of that UUID, and its UUID.
    async fn _connect_to_volume_provider(
        &self,
        connection: &ConnectionData,
        instance_name: &str,
        page: Page<'_>,
    ) -> Result<(SrRef, String), Exception> {
        let info = volume_utils::parse_sr_info(connection, &format!("Disk-for:{instance_name}"))?;
        let sr = match volume_utils::find_sr_by_uuid(&*self.hypervisor, &info.uuid).await? {
            Some(sr) => sr,
            None => volume_utils::introduce_sr(&*self.hypervisor, &info, page).await?,
        };
        Ok((sr, info.uuid))
    }

    /// How the SR that holds a volume of this host was named; none, of a volume that carries its SR's UUID.
    ///
    /// # Errors
    /// Where the volume is in neither SR, its connection data don't say where it is, and the hypervisor's failure.
    pub async fn sr_naming_convention(
        &self,
        connection: &ConnectionData,
    ) -> Result<Option<SrNamingConvention>, Exception> {
        if carried_sr_uuid(connection)?.is_some() {
            return Ok(None);
        }
        let volume = parse_volume_info(connection)?;
        for convention in [SrNamingConvention::OldStyle, SrNamingConvention::NewStyle] {
            let uuid = volume.sr_uuid(convention);
            let Some(sr) = volume_utils::find_sr_by_uuid(&*self.hypervisor, &uuid).await? else { continue };
            let found = volume_utils::find_vdi(&*self.hypervisor, &sr, connection).await?;
            if found.is_some_and(|(_, record)| record.managed) {
                return Ok(Some(convention));
            }
        }
        Err(Exception::Migration(format!("no SR of this host holds volume {}", volume.id)))
    }
}
