//! A web service with objects as bodies. A caller says in a header which versions it reads:
//!
//! ```sh
//! cargo run -p example-http &
//! curl -X PUT localhost:8080/disks/a -d '{"shop_object.name": "Disk", "shop_object.namespace": "shop",
//!     "shop_object.version": "1.1", "shop_object.data": {"serial": "a1", "size": 20, "encryption": "luks"}}'
//! curl -i localhost:8080/disks/a -H 'object-versions: Disk=1.0'
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::put;
use tokio::sync::Mutex;
use versioned_objects::field::Decoding;
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
    for line in headers.get_all("object-versions") {
        for entry in line.to_str().map_err(bad_request)?.split(',') {
            let (name, version) =
                entry.split_once('=').ok_or_else(|| bad_request("object-versions: NAME=VERSION, ..."))?;
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

fn service() -> Router {
    Router::new().route("/disks/{id}", put(write).get(read)).with_state(Disks::default())
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    axum::serve(listener, service()).await
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use serde_json::{Value, json};
    use tower::ServiceExt;

    use super::*;

    async fn ask(
        service: &Router,
        method: &str,
        versions: &str,
        body: Value,
    ) -> (StatusCode, String, String) {
        let request = Request::builder().method(method).uri("/disks/a").header("object-versions", versions);
        let request = request.body(Body::from(body.to_string())).unwrap();
        let response = service.clone().oneshot(request).await.unwrap();
        let lost = response.headers().get("object-dropped").map(|lost| lost.to_str().unwrap().to_owned());
        let status = response.status();
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        (status, lost.unwrap_or_default(), String::from_utf8(body.to_vec()).unwrap())
    }

    fn disk(version: &str, data: Value) -> Value {
        json!({
            "shop_object.name": "Disk", "shop_object.namespace": "shop", "shop_object.version": version,
            "shop_object.data": data,
        })
    }

    #[tokio::test]
    async fn each_caller_gets_what_it_reads() {
        let service = service();
        let whole = disk("1.1", json!({"serial": "a1", "size": 20, "encryption": "luks"}));
        assert_eq!(ask(&service, "PUT", "Disk=1.1", whole.clone()).await.0, StatusCode::NO_CONTENT);
        let (status, lost, body) = ask(&service, "GET", "Disk=1.1", Value::Null).await;
        assert_eq!((status, lost.as_str()), (StatusCode::OK, ""));
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), whole);
        let (_, lost, body) = ask(&service, "GET", "Port=1.0, Disk = 1.0", Value::Null).await;
        assert_eq!(lost, "Disk.encryption");
        let older = disk("1.0", json!({"serial": "a1", "size": 20}));
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), older);
        ask(&service, "PUT", "", older).await;
        let (_, _, body) = ask(&service, "GET", "Disk=1.1", Value::Null).await;
        assert!(body.contains(r#""shop_object.version":"1.1""#), "what came in 1.0 is ours now: {body}");
    }

    #[tokio::test]
    async fn what_doesn_t_fit_is_said() {
        let service = service();
        let newer = ask(&service, "PUT", "", disk("1.2", json!({}))).await;
        assert_eq!(newer.0, StatusCode::BAD_REQUEST);
        assert!(newer.2.contains("1.2"), "{}", newer.2);
        assert_eq!(ask(&service, "GET", "", Value::Null).await.0, StatusCode::BAD_REQUEST, "an empty header");
        assert_eq!(ask(&service, "GET", "Disk=1.0", Value::Null).await.0, StatusCode::NOT_FOUND);
        ask(&service, "PUT", "", disk("1.0", json!({"serial": "a1"}))).await;
        let unknown = ask(&service, "GET", "Disk=0.9", Value::Null).await;
        assert_eq!(unknown.0, StatusCode::NOT_ACCEPTABLE, "{}", unknown.2);
    }
}
