//! A web service with objects as bodies. A caller says in a header which versions it reads:
//!
//! ```sh
//! cargo run -p example-http &
//! curl -X PUT localhost:8080/disks/a -d '{"shop_object.name": "Disk", "shop_object.namespace": "shop",
//!     "shop_object.version": "1.1", "shop_object.data": {"serial": "a1", "size": 20, "encryption": "luks"}}'
//! curl -i localhost:8080/disks/a -H 'object-versions: Disk=1.0'
//! ```

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use schemars::{JsonSchema, Schema, SchemaGenerator, schema_for};
use tokio::sync::Mutex;
use versioned_objects::field::Decoding;
use versioned_objects::registry::Registry;
use versioned_objects::{Backport, Error, Field, Manifest, Origin, VersionedObject, wire};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "shop", serial_namespace = "shop_object", versions("1.0", "1.1"))]
struct Disk {
    origin: Origin,
    serial: Field<String>,
    size: Field<u64>,
    #[field(since = "1.1")]
    encryption: Field<Option<String>>,
}

/// So that a type of `schemars` may hold it: the registry knows what the JSON of an object looks like.
impl JsonSchema for Disk {
    fn schema_name() -> Cow<'static, str> {
        "Disk".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let schema = Registry::new().with::<Disk>().json_schema("Disk").ok();
        let schema = schema.and_then(|schema| serde_json::to_value(schema).ok()?.try_into().ok());
        let mut schema: Schema = schema.unwrap_or_default();
        // The whole document says which draft it is of.
        schema.remove("$schema");
        schema
    }
}

type Disks = Arc<Mutex<BTreeMap<String, Disk>>>;

/// What a caller is told in place of an object.
struct Refusal(StatusCode, String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, self.1).into_response()
    }
}

fn bad_request(error: impl ToString) -> Refusal {
    Refusal(StatusCode::BAD_REQUEST, error.to_string())
}

/// The versions that a caller reads, as `object-versions: Disk=1.0, Port=1.2` says them; without the header, ours.
fn versions(headers: &HeaderMap) -> Result<Manifest, Refusal> {
    let mut versions = Manifest::default();
    let wrong = || bad_request("object-versions: NAME=VERSION, ...");
    for line in headers.get_all("object-versions") {
        for entry in line.to_str().map_err(bad_request)?.split(',') {
            let (name, version) = entry.split_once('=').ok_or_else(wrong)?;
            versions.insert(name.trim(), version.trim().parse().map_err(bad_request)?);
        }
    }
    Ok(versions)
}

async fn write(
    State(disks): State<Disks>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let mut disk: Disk = wire::from_json(&body, Decoding::new()).map_err(bad_request)?;
    // It came in the caller's version; from here on it is ours.
    disk.origin.forget();
    disks.lock().await.insert(id, disk);
    Ok(StatusCode::NO_CONTENT)
}

async fn read(
    State(disks): State<Disks>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let versions = versions(&headers)?;
    let disks = disks.lock().await;
    let disk =
        disks.get(&id).ok_or_else(|| Refusal(StatusCode::NOT_FOUND, format!("there is no disk {id}")))?;
    let refuse = |error: Error| Refusal(StatusCode::NOT_ACCEPTABLE, error.to_string());
    let lost: Vec<_> =
        disk.at(&versions).map_err(refuse)?.dropped().into_iter().map(|loss| loss.path).collect();
    let body = wire::to_json(disk, &versions).map_err(refuse)?;
    let headers = [(header::CONTENT_TYPE.as_str(), "application/json"), ("object-dropped", &lost.join(", "))];
    Ok((headers, body).into_response())
}

/// What `/disks` are, for callers that make code of it.
async fn schema() -> String {
    schema_for!(BTreeMap<String, Disk>).to_value().to_string()
}

fn service() -> Router {
    let disks = Router::new().route("/disks/{id}", put(write).get(read));
    disks.route("/schema", get(schema)).with_state(Disks::default())
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    axum::serve(listener, service()).await
}

#[cfg(test)]
mod tests;
