use std::collections::BTreeMap;

use pollster::block_on;
use versioned_objects::nova::virt::xenapi::{
    DeviceConfig, Fault, Hypervisor, Ledger, Lun, PbdRef, SimulatedXenServer, Site, SrLabel, SrRef, Step,
    VdiRef, VmRef, XenApiFailure,
};

struct Fixture {
    host: SimulatedXenServer,
    other: SimulatedXenServer,
    config: DeviceConfig,
}

fn fixture() -> Fixture {
    let site = Site::new();
    let mut config = DeviceConfig::default();
    config.insert("target", "10.0.0.1");
    site.add_lun(
        (&config).into(),
        Lun { volume: "volume".to_owned(), serial: "volume".to_owned(), number: Some(1) },
    );
    let host = SimulatedXenServer::new("xen-a", site.clone());
    Fixture { host, other: SimulatedXenServer::new("xen-b", site), config }
}

fn label() -> SrLabel {
    SrLabel { name: "name".to_owned(), description: String::new() }
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, XenApiFailure>, code: &str) {
    assert_eq!(result.unwrap_err().code(), code);
}

/// An SR with its disk, on a host.
async fn plugged(host: &SimulatedXenServer, config: &DeviceConfig) -> (SrRef, PbdRef, VdiRef) {
    let sr = host.sr_introduce("sr", &label(), "iscsi").await.unwrap();
    let pbd = host.pbd_create(&sr, config).await.unwrap();
    host.pbd_plug(&pbd).await.unwrap();
    host.sr_scan(&sr).await.unwrap();
    let found = host.sr_get_vdis(&sr).await.unwrap();
    let uuid = host.vdi_get_record(&found[0]).await.unwrap().uuid;
    let vdi = host.vdi_introduce(&uuid, &sr).await.unwrap();
    (sr, pbd, vdi)
}

#[test]
fn unknown_references_are_refused() {
    let Fixture { host, config, .. } = fixture();
    block_on(async {
        let (sr, pbd, vdi) = (SrRef::new("x"), PbdRef::new("x"), VdiRef::new("x"));
        refused(host.sr_scan(&sr).await, XenApiFailure::HANDLE_INVALID);
        refused(host.sr_forget(&sr).await, XenApiFailure::HANDLE_INVALID);
        refused(host.pbd_create(&sr, &config).await, XenApiFailure::HANDLE_INVALID);
        refused(host.pbd_plug(&pbd).await, XenApiFailure::HANDLE_INVALID);
        refused(host.vdi_get_record(&vdi).await, XenApiFailure::HANDLE_INVALID);
        refused(host.vm_get_vbds(&VmRef::new("x")).await, XenApiFailure::HANDLE_INVALID);
        refused(host.sr_get_by_uuid("x").await, XenApiFailure::UUID_INVALID);
    });
}

#[test]
fn what_is_taken_in_use_or_plugged_is_refused() {
    let Fixture { host, config, .. } = fixture();
    block_on(async {
        let (sr, pbd, vdi) = plugged(&host, &config).await;
        refused(host.sr_introduce("sr", &label(), "iscsi").await, XenApiFailure::UNIQUENESS);
        refused(host.pbd_create(&sr, &config).await, XenApiFailure::PBD_EXISTS);
        refused(host.pbd_destroy(&pbd).await, XenApiFailure::PBD_PLUGGED);
        refused(host.sr_forget(&sr).await, XenApiFailure::SR_HAS_PBD);
        host.start("vm", vec![vdi.clone()]);
        refused(host.pbd_unplug(&pbd).await, XenApiFailure::VDI_IN_USE);
        refused(host.vdi_forget(&vdi).await, XenApiFailure::VDI_IN_USE);
        refused(host.vdi_introduce("no such disk", &sr).await, XenApiFailure::VDI_NOT_AVAILABLE);
    });
}

#[test]
fn a_machine_moves_with_all_its_disks_or_not_at_all() {
    let Fixture { host, other, config } = fixture();
    block_on(async {
        let (_, _, vdi) = plugged(&host, &config).await;
        let vm = host.start("vm", vec![vdi.clone()]);
        let to = other.host_migrate_receive().await.unwrap();
        refused(host.vm_migrate_send(&vm, &to, &BTreeMap::new()).await, XenApiFailure::VDI_NOT_IN_MAP);
        let nowhere = BTreeMap::from([(vdi.clone(), SrRef::new("x"))]);
        refused(host.vm_migrate_send(&vm, &to, &nowhere).await, XenApiFailure::HANDLE_INVALID);
        let (there, _, _) = plugged(&other, &config).await;
        host.vm_migrate_send(&vm, &to, &BTreeMap::from([(vdi.clone(), there)])).await.unwrap();
        assert!(host.contents().machines.is_empty());
        assert!(other.contents().machines.contains("vm"));
        assert_eq!(host.contents().volume("volume").unwrap().1, other.contents().volume("volume").unwrap().1);
        host.vdi_forget(&vdi).await.unwrap();
    });
}

#[test]
fn a_fault_meets_the_nth_call_of_its_name_alone_and_has_no_effect() {
    let Fixture { host, config, .. } = fixture();
    block_on(async {
        let fault = Fault { call: "SR.introduce".parse().unwrap(), nth: 2.try_into().unwrap() };
        host.fail(vec![fault]);
        host.sr_introduce("a", &label(), "iscsi").await.unwrap();
        let before = host.contents();
        refused(host.sr_introduce("b", &label(), "iscsi").await, XenApiFailure::INTERNAL_ERROR);
        assert_eq!(host.contents(), before);
        let sr = host.sr_introduce("b", &label(), "iscsi").await.unwrap();
        host.pbd_create(&sr, &config).await.unwrap();
        let found = host.contents().beyond(&before);
        assert_eq!(found.len(), 2, "{found:?}");
    });
}

#[test]
fn nothing_made_is_nothing_to_undo() {
    let Fixture { host, .. } = fixture();
    assert_eq!(block_on(Ledger::new().page("i").undo(&host)), Vec::<String>::new());
}

#[test]
fn what_is_made_after_the_end_of_its_migration_is_taken_away_at_once() {
    let Fixture { host, .. } = fixture();
    block_on(async {
        let ledger = Ledger::new();
        let page = ledger.open("i");
        let before = host.contents();
        let kept = host.sr_introduce("kept", &label(), "iscsi").await.unwrap();
        page.add(&host, Step::Sr(kept)).await.unwrap();
        assert_eq!(page.undo(&host).await, Vec::<String>::new());
        let late = host.sr_introduce("late", &label(), "iscsi").await.unwrap();
        refused(page.add(&host, Step::Sr(late)).await, XenApiFailure::TASK_CANCELLED);
        assert_eq!(host.contents(), before);
    });
}
