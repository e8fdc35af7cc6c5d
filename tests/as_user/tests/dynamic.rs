use versioned_objects::dynamic::DynamicObject;
use versioned_objects::field::Sensitive;
use versioned_objects::registry::Registry;
use versioned_objects::{Field, Primitive, VersionedObject};

#[derive(VersionedObject, Clone, Debug)]
#[object(versions("1.0"))]
struct Login {
    secret: Field<Sensitive>,
    auth_password: Field<String>,
    note: Field<String>,
}

#[test]
fn an_object_without_a_type_prints_no_secret() {
    let registry = Registry::new().with_schema(Login::SCHEMA.clone());
    let mut login = DynamicObject::new(&registry, "Login").unwrap();
    for (name, value) in [("secret", "hunter2"), ("auth_password", "hunter2"), ("note", "password=hunter2")] {
        login.set(&registry, name, Primitive::from(value)).unwrap();
    }
    let shown = format!("{login:?}");
    assert!(shown.contains("note") && !shown.contains("hunter2"), "{shown}");
}
