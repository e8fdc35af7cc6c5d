use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;

async fn ask(service: &Router, method: &str, versions: &str, body: Value) -> (StatusCode, String, String) {
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
async fn the_schema_says_what_a_disk_is() {
    let schema: Value = serde_json::from_str(&schema().await).unwrap();
    assert_eq!(schema["additionalProperties"], json!({"$ref": "#/$defs/Disk"}));
    let disk = &schema["$defs"]["Disk"];
    let fields = &disk["properties"]["shop_object.data"]["properties"];
    assert_eq!(fields["encryption"]["type"], json!(["string", "null"]));
    assert_eq!(disk["$schema"], Value::Null);
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
