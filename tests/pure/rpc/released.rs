//! Methods of objects on a host that runs a new release and is still one of the old: what the old lock says.

use std::sync::Arc;

use pollster::block_on;
use serde_json::{Value, json};
use versioned_objects::check::Lock;
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Address, Args, CallContext, CallError, Client, DynamicMethods, Finality, InProcess, ObjectActions,
    ObjectContext, Payload, Server, Staged,
};
use versioned_objects::{Field, Origin, Primitive, SetByName, Target, VersionedObject, remotable};

mod old {
    use super::*;

    #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
    #[object(versions("1.0"))]
    pub struct Seal {
        pub origin: Origin,
        pub number: Field<i64>,
    }

    #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
    #[object(versions("1.0"), remotable)]
    pub struct Crate {
        pub origin: Origin,
        pub weight: Field<i64>,
        pub seal: Field<Option<Seal>>,
    }

    #[remotable]
    impl Crate {
        pub async fn by_weight(context: &ObjectContext, weight: i64) -> Result<Crate, CallError>;
        pub async fn close(&mut self, context: &ObjectContext, number: i64) -> Result<Seal, CallError>;
    }
}

mod new {
    use super::*;

    #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
    #[object(versions("1.0", "1.1"))]
    pub struct Seal {
        pub origin: Origin,
        pub number: Field<i64>,
        #[field(since = "1.1")]
        pub colour: Field<String>,
    }

    #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
    #[object(versions("1.0", "1.1"), remotable)]
    pub struct Crate {
        pub origin: Origin,
        #[field(renamed(from = "weight", since = "1.1"))]
        pub grams: Field<i64>,
        #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
        pub seal: Field<Option<Seal>>,
    }

    fn seal(number: i64, colour: String) -> Seal {
        Seal { number: number.into(), colour: colour.into(), ..Seal::default() }
    }

    #[remotable]
    impl Crate {
        pub async fn by_weight(
            context: &ObjectContext,
            weight: i64,
            #[default("red")] colour: String,
        ) -> Result<Crate, CallError> {
            Ok(Crate { grams: weight.into(), seal: Some(seal(1, colour)).into(), ..Crate::default() })
        }

        pub async fn close(
            &mut self,
            context: &ObjectContext,
            number: i64,
            #[default("red")] colour: String,
        ) -> Result<Seal, CallError> {
            self.grams.set(8);
            self.seal.set(Some(seal(number, colour.clone())));
            Ok(seal(number, colour))
        }

        pub async fn open(&mut self, context: &ObjectContext) -> Result<bool, CallError> {
            self.seal.set(None);
            Ok(true)
        }

        pub async fn count(context: &ObjectContext) -> Result<i64, CallError> {
            Ok(1)
        }
    }
}

/// The registry of today, and as the old release's locks have it.
fn registries(now: Registry) -> (Arc<Registry>, Arc<Registry>) {
    // The locks as they are kept, so that nothing but their text counts.
    let kept = |schema| Lock::of(schema).to_string().parse::<Lock>().unwrap();
    let locks = [kept(old::Crate::SCHEMA), kept(old::Seal::SCHEMA)];
    let then = now.as_released(locks.iter().map(Lock::schema)).unwrap();
    (Arc::new(then), Arc::new(now))
}

fn typed(registry: Arc<Registry>) -> ObjectActions {
    ObjectActions::new(ObjectContext::new(registry)).with::<new::Crate>()
}

/// These methods, of an object that no type stands for.
fn dynamic(registry: Arc<Registry>) -> ObjectActions {
    let methods = DynamicMethods::new("Crate")
        .class_method("by_weight", |mut args, _, target| {
            Box::pin(async move {
                let weight: i64 = args.take_plain("weight")?;
                let seal =
                    new::Seal { number: 1.into(), colour: "red".to_owned().into(), ..Default::default() };
                let made = new::Crate { grams: weight.into(), seal: Some(seal).into(), ..Default::default() };
                Ok(Payload::of(&made, target)?)
            })
        })
        .class_method("count", |_, _, _| Box::pin(async { Ok(Payload::plain(&1)?) }))
        .method("close", |object, mut args, context| {
            Box::pin(async move {
                let number: i64 = args.take_plain("number")?;
                object.set(context.registry(), "grams", 8.into())?;
                let seal = new::Seal {
                    number: number.into(),
                    colour: "red".to_owned().into(),
                    ..Default::default()
                };
                let seal = Primitive::of(&seal)?;
                context.registry().edit(object).set_by_name("seal", seal)?;
                Ok(Payload::plain(&true)?)
            })
        })
        .method("open", |object, _, context| {
            Box::pin(async move {
                object.set(context.registry(), "seal", Primitive::Null)?;
                Ok(Payload::plain(&true)?)
            })
        });
    ObjectActions::new(ObjectContext::new(registry)).with_dynamic(methods).unwrap()
}

struct Host {
    _bus: InProcess,
    client: Client,
    finality: Finality,
}

fn host(now: Registry, actions: fn(Arc<Registry>) -> ObjectActions) -> Host {
    let (then, now) = registries(now);
    let finality = Finality::new();
    let bus = InProcess::new();
    bus.serve("conductor", Server::new("b").endpoint(Staged::new(&finality, then, now).map(actions)));
    let client = Client::new(Arc::new(bus.connect("a")), Address::server("conductor", "b"));
    Host { _bus: bus, client, finality }
}

impl Host {
    fn call(&self, method: &str, args: Args) -> Result<Value, String> {
        let answer = block_on(self.client.call(method, args, &CallContext::new()));
        answer.map(|answer| answer.read_plain().unwrap()).map_err(|error| error.to_string())
    }

    /// Calls a method of an object that an old host has.
    fn act(&self, method: &str, named: Value) -> Result<Value, String> {
        let object = old::Crate { weight: 5.into(), ..old::Crate::default() };
        let mut args = Args::new();
        args.insert("objinst", &object, Target::Own).unwrap();
        args.insert_plain("objmethod", method).unwrap();
        args.insert_plain("args", &json!([])).unwrap();
        args.insert_plain("kwargs", &named).unwrap();
        self.call("object_action", args)
    }

    fn act_class(&self, method: &str, named: Value) -> Result<Value, String> {
        let mut args = Args::new();
        args.insert_plain("objname", "Crate").unwrap();
        args.insert_plain("objmethod", method).unwrap();
        args.insert_plain("object_versions", &json!({"Crate": "1.1", "Seal": "1.1"})).unwrap();
        args.insert_plain("args", &json!([])).unwrap();
        args.insert_plain("kwargs", &named).unwrap();
        self.call("object_class_action_versions", args)
    }
}

fn hosts() -> [(&'static str, Host); 2] {
    let types = Registry::new().with::<new::Crate>().with::<new::Seal>();
    let schemas = [new::Crate::SCHEMA, new::Seal::SCHEMA].into_iter().cloned();
    let schemas = schemas.fold(Registry::new(), Registry::with_schema);
    [("typed", host(types, typed)), ("dynamic", host(schemas, dynamic))]
}

#[test]
fn a_method_that_came_later_is_there_once_it_is_final() {
    for (kind, host) in hosts() {
        let error = host.act("open", json!({})).unwrap_err();
        assert!(error.contains("'Crate' object has no attribute 'open'"), "{kind}: {error}");
        let error = host.act_class("count", json!({})).unwrap_err();
        assert!(error.contains("'Crate' object has no attribute 'count'"), "{kind}: {error}");
        host.finality.decide();
        assert_eq!(host.act("open", json!({})).unwrap()[1], json!(true), "{kind}");
        assert_eq!(host.act_class("count", json!({})).unwrap(), json!(1), "{kind}");
    }
}

#[test]
fn an_argument_that_came_later_is_taken_once_it_is_final() {
    for (kind, host) in hosts() {
        let named = json!({"number": 4, "colour": "blue"});
        let error = host.act("close", named.clone()).unwrap_err();
        assert!(error.contains("close() got an unexpected keyword argument 'colour'"), "{kind}: {error}");
        let error = host.act_class("by_weight", json!({"weight": 4, "colour": "blue"})).unwrap_err();
        assert!(error.contains("got an unexpected keyword argument 'colour'"), "{kind}: {error}");
        let error = host.act("close", json!({})).unwrap_err();
        assert!(
            error.contains("close() missing 1 required positional argument: 'number'"),
            "{kind}: {error}"
        );
        host.finality.decide();
        host.act("close", named).unwrap_or_else(|error| panic!("{kind}: {error}"));
    }
}

/// What a method made goes out in versions of the old release, under the names that those have.
#[test]
fn what_methods_give_and_change_is_of_the_old_release() {
    let [(_, host), _] = hosts();
    let answer = host.act("close", json!({"number": 4})).unwrap();
    let [updates, seal] = [&answer[0], &answer[1]];
    assert_eq!(seal["versioned_object.version"], "1.0", "{seal}");
    assert_eq!(updates["weight"], 8, "{updates}");
    assert_eq!(updates["seal"]["versioned_object.version"], "1.0", "{updates}");
    assert_eq!(updates["seal"]["versioned_object.data"], json!({"number": 4}));
    assert_eq!(updates["obj_what_changed"], json!(["weight", "seal"]));
    assert!(updates.get("grams").is_none(), "{updates}");
    let made = host.act_class("by_weight", json!({"weight": 3})).unwrap();
    assert_eq!(made["versioned_object.version"], "1.0");
    assert_eq!(made["versioned_object.data"]["weight"], 3);
    assert_eq!(made["versioned_object.data"]["seal"]["versioned_object.data"], json!({"number": 1}));
}

/// A caller that is older than the host gets what it reads: in the result, and in the changes.
#[test]
fn what_methods_give_and_change_is_read_by_an_older_caller() {
    let types = Registry::new().with::<new::Crate>().with::<new::Seal>();
    let host = host(types, typed);
    host.finality.decide();
    let near = Arc::new(Registry::new().with::<old::Crate>().with::<old::Seal>());
    let indirection = versioned_objects::rpc::RpcIndirectionApi::new(host.client.clone());
    let context = ObjectContext::new(near).called_by(CallContext::new()).through(Arc::new(indirection));
    block_on(async {
        let mut object = old::Crate { weight: 5.into(), ..old::Crate::default() };
        let seal = object.close(&context, 4).await.unwrap();
        assert_eq!(seal.number.get(), Some(&4));
        assert_eq!(object.weight.get(), Some(&8));
        assert_eq!(object.seal.get().unwrap().as_ref().unwrap().number.get(), Some(&4));
        assert_eq!(old::Crate::by_weight(&context, 2).await.unwrap().weight.get(), Some(&2));
    });
}
