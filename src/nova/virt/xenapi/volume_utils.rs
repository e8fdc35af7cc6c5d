//! Names and life of a volume's SR: how it is called, made and taken away.

use std::fmt;
use std::net::Ipv6Addr;

use serde_json::Value;
use uuid::{Uuid, uuid};

use super::undo::{Page, Step, twice};
use super::{DeviceConfig, Hypervisor, PbdRef, SrLabel, SrRef, VdiRecord, VdiRef, XenApiFailure};
use crate::nova::block_device::{ConnectionData, ConnectionInfo};
use crate::nova::objects::SrNamingConvention;

/// The namespace of the UUIDs that name SRs after their targets.
const SR_NAMESPACE: Uuid = uuid!("3cca4135-a809-5bb3-af62-275fbfe87178");

/// Text before a volume's id in the name of an SR of its own.
const OLD_STYLE_PREFIX: &str = "FA15E-D15C-";

/// The port of a portal that names none.
const TARGET_PORT: &str = "3260";

/// Where a volume's connection data say how the source named its SR.
pub const NAMING_CONVENTION: &str = "sr_uuid_naming_convention";

/// Connection data that don't say where the volume is (nova's `StorageError`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageError {
    problem: String,
    /// With its secrets masked.
    connection: String,
}

impl StorageError {
    fn new(problem: impl Into<String>, connection: &ConnectionData) -> Self {
        StorageError { problem: problem.into(), connection: connection.to_string() }
    }
}

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.problem, self.connection)
    }
}

impl std::error::Error for StorageError {}

/// An SR to be: what it is called, and how its storage is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SrInfo {
    /// The UUID of it, as text.
    pub uuid: String,
    /// Its name and description.
    pub label: SrLabel,
    /// The address of its target, and the secrets to log in with.
    pub device_config: DeviceConfig,
}

/// Where a volume is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VolumeInfo<'a> {
    /// The id of the volume.
    pub id: &'a str,
    /// The host of the target.
    pub target: &'a str,
    /// The port of the target; empty where the portal has nothing behind its first `:`.
    pub port: &'a str,
    /// The name of the target (IQN).
    pub target_iqn: &'a str,
}

impl VolumeInfo<'_> {
    /// The UUID of the volume's SR.
    pub fn sr_uuid(&self, convention: SrNamingConvention) -> String {
        match convention {
            SrNamingConvention::OldStyle => format!("{OLD_STYLE_PREFIX}{}", self.id),
            SrNamingConvention::NewStyle => {
                let identity = format!("{}/{}/{}", self.target, self.port, self.target_iqn);
                Uuid::new_v5(&SR_NAMESPACE, identity.as_bytes()).to_string()
            }
        }
    }
}

/// Whether volumes are reached by that protocol (`_check_is_supported_driver_type`).
///
/// # Errors
/// Where they aren't.
pub fn check_is_supported_driver_type(connection_info: &ConnectionInfo) -> Result<(), StorageError> {
    if connection_info.driver_volume_type == "iscsi" {
        return Ok(());
    }
    let problem = format!("volume driver type {:?} is not supported", connection_info.driver_volume_type);
    Err(StorageError::new(problem, &connection_info.data))
}

/// Reads a volume's connection data, and makes the UUID of its SR: the one that the data carry, else by the naming
/// convention that they carry, else in the new style.
///
/// # Errors
/// Where the data lack the volume's id, the target's host or its name, or carry what is no convention.
pub fn parse_sr_info(connection: &ConnectionData, description: &str) -> Result<SrInfo, StorageError> {
    let uuid = match carried_sr_uuid(connection)? {
        Some(uuid) => uuid.to_owned(),
        None => parse_volume_info(connection)?.sr_uuid(naming_convention(connection)?),
    };
    let name = connection.text("name_label").map_or_else(|| format!("tempSR-{uuid}"), str::to_owned);
    let description = connection.text("name_description").unwrap_or(description).to_owned();
    let device_config = device_config(connection)?;
    Ok(SrInfo { uuid, label: SrLabel { name, description }, device_config })
}

/// The SR's UUID, where the connection data carry it.
///
/// # Errors
/// Where it is no text.
pub fn carried_sr_uuid(connection: &ConnectionData) -> Result<Option<&str>, StorageError> {
    let Some(uuid) = connection.get("sr_uuid") else { return Ok(None) };
    match uuid.as_str() {
        Some(uuid) if !uuid.is_empty() => Ok(Some(uuid)),
        _ => Err(StorageError::new("connection whose `sr_uuid` is no text", connection)),
    }
}

fn naming_convention(connection: &ConnectionData) -> Result<SrNamingConvention, StorageError> {
    let Some(convention) = connection.get(NAMING_CONVENTION) else { return Ok(SrNamingConvention::NewStyle) };
    let known = convention.as_str().and_then(|text| text.parse().ok());
    known.ok_or_else(|| StorageError::new("connection with an unknown naming convention", connection))
}

/// Reads where a volume is from its connection data (`_parse_volume_info`).
///
/// # Errors
/// Where the volume's id, the target's host or its name are missing. An empty host is missing.
pub fn parse_volume_info(connection: &ConnectionData) -> Result<VolumeInfo<'_>, StorageError> {
    let missing = |what: &str| StorageError::new(format!("connection without {what}"), connection);
    let id = connection.volume_id().ok_or_else(|| missing("a `volume_id`"))?;
    let portal = connection.text("target_portal").unwrap_or_default();
    let target = target_host(portal).ok_or_else(|| missing("a host in its `target_portal`"))?;
    let target_iqn = connection.text("target_iqn").ok_or_else(|| missing("a `target_iqn`"))?;
    Ok(VolumeInfo { id, target, port: target_port(portal), target_iqn })
}

/// Text before the first `:`, where there is anything (`_get_target_host`).
fn target_host(portal: &str) -> Option<&str> {
    portal.split(':').next().filter(|host| !host.is_empty())
}

/// Text between the first `:` and the second, or the default where there is none (`_get_target_port`).
fn target_port(portal: &str) -> &str {
    portal.split(':').nth(1).unwrap_or(TARGET_PORT)
}

/// The host and the port of a portal, as a hypervisor connects to them. Python hosts take the first colon of an address
/// of IPv6 for the one before the port; the UUID of an SR is made so on all hosts, but a target isn't reached so.
fn address(portal: &str) -> (Option<&str>, &str) {
    let bracketed = portal.strip_prefix('[').and_then(|portal| portal.split_once(']'));
    if let Some((host, rest)) = bracketed.filter(|(host, _)| is_ipv6(host)) {
        return (Some(host), rest.strip_prefix(':').unwrap_or(TARGET_PORT));
    }
    if is_ipv6(portal) { (Some(portal), TARGET_PORT) } else { (target_host(portal), target_port(portal)) }
}

/// Whether a text is an address of IPv6, with a zone or without.
fn is_ipv6(text: &str) -> bool {
    let address = text.split_once('%').map_or(text, |(address, _)| address);
    address.parse::<Ipv6Addr>().is_ok()
}

fn device_config(connection: &ConnectionData) -> Result<DeviceConfig, StorageError> {
    let mut config = DeviceConfig::default();
    if let Some(portal) = connection.text("target_portal") {
        let (host, port) = address(portal);
        if let Some(host) = host {
            config.insert("target", host);
        }
        config.insert("port", port);
    }
    if let Some(iqn) = connection.text("target_iqn") {
        config.insert("targetIQN", iqn);
    }
    if connection.text("auth_method") != Some("CHAP") {
        return Ok(config);
    }
    for (key, from) in [("chapuser", "auth_username"), ("chappassword", "auth_password")] {
        let Some(value) = connection.text(from) else {
            return Err(StorageError::new(format!("CHAP connection without an `{from}`"), connection));
        };
        config.insert(key, value);
    }
    Ok(config)
}

/// The SR of that UUID, where the host has one.
///
/// # Errors
/// The hypervisor's failure, unless it says that there is no such UUID.
pub async fn find_sr_by_uuid<H: Hypervisor>(
    hypervisor: &H,
    uuid: &str,
) -> Result<Option<SrRef>, XenApiFailure> {
    match hypervisor.sr_get_by_uuid(uuid).await {
        Ok(sr) => Ok(Some(sr)),
        Err(failure) if failure.code() == XenApiFailure::UUID_INVALID => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Makes an SR, connects the host to it and looks at what is in it. What was made stands on the page, also where
/// a later step fails.
///
/// # Errors
/// The hypervisor's failure.
pub async fn introduce_sr<H: Hypervisor>(
    hypervisor: &H,
    info: &SrInfo,
    page: Page<'_>,
) -> Result<SrRef, XenApiFailure> {
    let sr = hypervisor.sr_introduce(&info.uuid, &info.label, "iscsi").await?;
    page.add(hypervisor, Step::Sr(sr.clone())).await?;
    let pbd = hypervisor.pbd_create(&sr, &info.device_config).await?;
    page.add(hypervisor, Step::Pbd(pbd.clone())).await?;
    hypervisor.pbd_plug(&pbd).await?;
    page.add(hypervisor, Step::Plug(pbd)).await?;
    hypervisor.sr_scan(&sr).await?;
    Ok(sr)
}

/// The disk of a volume in an SR: that with the volume's id as its serial number, else that of its LUN, and of a
/// connection that names neither the first one.
///
/// # Errors
/// The hypervisor's failure.
pub async fn find_vdi<H: Hypervisor>(
    hypervisor: &H,
    sr: &SrRef,
    connection: &ConnectionData,
) -> Result<Option<(VdiRef, VdiRecord)>, XenApiFailure> {
    let lun = connection.get("target_lun").map(python_text);
    let (mut by_lun, mut first) = (None, None);
    for vdi in hypervisor.sr_get_vdis(sr).await? {
        let record = hypervisor.vdi_get_record(&vdi).await?;
        let says = |key: &str| record.sm_config.get(key).map(String::as_str);
        if says("serial").is_some_and(|serial| connection.volume_id() == Some(serial)) {
            return Ok(Some((vdi, record)));
        }
        if lun.is_some() && says("LUNid") == lun.as_deref() {
            by_lun = Some((vdi, record));
        } else if first.is_none() {
            first = Some((vdi, record));
        }
    }
    let nameless = lun.is_none() && connection.volume_id().is_none();
    Ok(by_lun.or(first.filter(|_| nameless)))
}

/// A value as Python's `str` shows it.
fn python_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        other => other.to_string(),
    }
}

/// Takes in the disk of a volume, scanning the SR for it where it isn't known yet, and gives its UUID.
///
/// # Errors
/// The hypervisor's failure, and where there is no such disk.
pub async fn introduce_vdi<H: Hypervisor>(
    hypervisor: &H,
    sr: &SrRef,
    connection: &ConnectionData,
    page: Page<'_>,
) -> Result<VdiRef, XenApiFailure> {
    let mut found = find_vdi(hypervisor, sr, connection).await?;
    if found.is_none() {
        hypervisor.sr_scan(sr).await?;
        found = find_vdi(hypervisor, sr, connection).await?;
    }
    let Some((vdi, record)) = found else {
        let about = format!("volume {}", connection.volume_id().unwrap_or_default());
        return Err(XenApiFailure::new(XenApiFailure::VDI_NOT_AVAILABLE, [sr.as_str(), &about]));
    };
    if record.managed {
        return Ok(vdi);
    }
    let vdi = hypervisor.vdi_introduce(&record.uuid, sr).await?;
    page.add(hypervisor, Step::Vdi(vdi.clone())).await?;
    Ok(vdi)
}

/// Forgets these disks, and the SR that they were in where nothing else is in it. Each call that fails is made
/// again once.
///
/// # Errors
/// The failure of a call that failed twice.
pub async fn purge_sr<H: Hypervisor>(
    hypervisor: &H,
    sr: &SrRef,
    disks: &[VdiRef],
) -> Result<(), XenApiFailure> {
    for vdi in disks {
        twice(move || hypervisor.vdi_forget(vdi)).await?;
    }
    for vdi in twice(move || hypervisor.sr_get_vdis(sr)).await? {
        let vdi = &vdi;
        if twice(move || hypervisor.vdi_get_record(vdi)).await?.managed {
            return Ok(());
        }
    }
    forget_sr(hypervisor, sr).await
}

/// Disconnects the host from an SR and forgets it; what is in it stays on the storage.
async fn forget_sr<H: Hypervisor>(hypervisor: &H, sr: &SrRef) -> Result<(), XenApiFailure> {
    let pbds: Vec<PbdRef> = twice(move || hypervisor.sr_get_pbds(sr)).await?;
    for pbd in &pbds {
        twice(move || hypervisor.pbd_unplug(pbd)).await?;
        twice(move || hypervisor.pbd_destroy(pbd)).await?;
    }
    twice(move || hypervisor.sr_forget(sr)).await
}
