//! The dialect of yente: routes, shapes and status codes that its clients know.

mod algorithms;
mod catalog;
mod entity;
mod filter;
mod matching;
mod query;
mod search;

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    extract::{
        Path, Query, State,
        rejection::{BytesRejection, PathRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};
use rescreen_model::ListName;
use serde_json::{Value, json};

use crate::{
    answer::{self, Refusal},
    params::Params,
    routes::Routes,
    snapshot::Snapshot,
    state::Shared,
};

type Answer = Result<Response<Body>, Refusal>;
type Pairs = Result<Query<Vec<(String, String)>>, QueryRejection>;
type Name = Result<Path<String>, PathRejection>;

/// The names that mean all lists, unless a list has that name itself.
const ALL_LISTS: [&str; 2] = ["default", "all"];

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/healthz", healthz)
        .get("/readyz", readyz)
        .post("/match/{dataset}", match_queries)
        .get("/search/{dataset}", search_dataset)
        .get("/entities/{id}", entity_by_id)
        .get("/catalog", catalog_of_lists)
        .get("/algorithms", known_algorithms)
}

async fn healthz() -> Response<Body> {
    answer::body(StatusCode::OK, &json!({ "status": "ok" }))
}

/// Everybody may ask this, so it does not say which lists there are.
async fn readyz(State(shared): State<Arc<Shared>>) -> Answer {
    shared.snapshot()?;
    Ok(answer::body(StatusCode::OK, &json!({ "status": "ok" })))
}

async fn match_queries(
    State(shared): State<Arc<Shared>>,
    dataset: Name,
    pairs: Pairs,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    let snapshot = shared.snapshot()?;
    let mut params = params(pairs)?;
    let options = matching::Options::read(&mut params)?;
    if !is_json(&headers) {
        return Err(Refusal::Invalid(vec![answer::invalid(
            "model_attributes_type",
            &["body"],
            "Input should be JSON, with a content type that says so or none",
        )]));
    }
    let body = body.map_err(|e| Refusal::Detail(e.status(), e.body_text()))?;
    let batch = query::read(&body)?;
    let scope = Scope::read(&snapshot, dataset)?;
    let filter = options.filter.resolve(&snapshot, scope)?;
    let lowest = snapshot.cut.screener.policy().review().as_f64();
    options.check_floor(lowest)?;
    let size = batch.queries.len();
    let (basis, found) = {
        let basis = Arc::clone(&snapshot);
        let answers =
            shared.compute(move || matching::answer(&snapshot, &batch, &options, &filter));
        (basis, answers.await?)
    };
    let mut response = ok(&basis, &found);
    response
        .headers_mut()
        .insert("x-batch-size", HeaderValue::from(size));
    Ok(response)
}

async fn search_dataset(State(shared): State<Arc<Shared>>, dataset: Name, pairs: Pairs) -> Answer {
    let snapshot = shared.snapshot()?;
    let mut params = params(pairs)?;
    let request = search::Request::read(&mut params)?;
    let scope = Scope::read(&snapshot, dataset)?;
    let filter = request.filter.resolve(&snapshot, scope)?;
    let basis = Arc::clone(&snapshot);
    let found = shared
        .compute(move || search::answer(&snapshot, &request, &filter))
        .await?;
    Ok(ok(&basis, &found))
}

async fn entity_by_id(State(shared): State<Arc<Shared>>, id: Name, pairs: Pairs) -> Answer {
    let snapshot = shared.snapshot()?;
    let mut params = params(pairs)?;
    let is_nested = params.flag("nested", true);
    params.check()?;
    let Path(id) = id.map_err(|e| Refusal::Detail(e.status(), e.body_text()))?;
    let Some(party) = snapshot.party(&id) else {
        return match snapshot.renamed(&id) {
            Some(present) => Ok(redirect(&snapshot, present.as_str())),
            None => Err(Refusal::missing("No such entity!")),
        };
    };
    if !is_nested {
        return Ok(ok(&snapshot, &Value::Object(entity::flat(party))));
    }
    let (basis, party, store) = (Arc::clone(&snapshot), party.clone(), Arc::clone(&shared));
    let nested = shared
        .compute(move || {
            let version = snapshot.version(&party.list)?;
            let entry = store.store(|app| app.entry(&party.list, version, &party.entity.id));
            entry.ok()?.map(|entry| entity::nested(&party, &entry))
        })
        .await?;
    // The snapshot has the party, so a store that does not is no "not found".
    Ok(ok(&basis, &nested.ok_or_else(Refusal::defect)?))
}

async fn catalog_of_lists(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Answer {
    let snapshot = shared.snapshot()?;
    let is_stale = shared.is_stale();
    let tag = catalog::tag(&snapshot, is_stale);
    let known = headers.get_all(header::IF_NONE_MATCH).iter();
    let is_known = known
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|value| value.trim().trim_start_matches("W/"))
        .any(|value| value == "*" || value == tag);
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ok(&snapshot, &catalog::answer(&snapshot, is_stale))
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=300"),
    );
    Ok(response)
}

async fn known_algorithms(State(shared): State<Arc<Shared>>) -> Answer {
    let snapshot = shared.snapshot()?;
    Ok(ok(&snapshot, &algorithms::answer()))
}

fn params(pairs: Pairs) -> Result<Params, Refusal> {
    let Query(pairs) = pairs.map_err(|e| Refusal::Detail(e.status(), e.body_text()))?;
    Ok(Params::new(pairs))
}

/// Whether the body says it is JSON, or says nothing.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else {
        return true;
    };
    let kind = kind.to_str().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let kind = kind.to_ascii_lowercase();
    kind == "application/json" || kind.starts_with("application/") && kind.ends_with("+json")
}

/// An answer with the headers that say what it rests on.
fn ok(snapshot: &Snapshot, value: &Value) -> Response<Body> {
    let mut response = answer::body(StatusCode::OK, value);
    response.headers_mut().extend(snapshot.basis().clone());
    response
}

/// Sends a caller with an old id to the present one.
fn redirect(snapshot: &Snapshot, id: &str) -> Response<Body> {
    let mut place = String::from("/entities/");
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            place.push(char::from(byte));
        } else {
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            place.push('%');
            place.push(char::from(DIGITS[usize::from(byte >> 4)]));
            place.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
    let mut response = StatusCode::PERMANENT_REDIRECT.into_response();
    response.headers_mut().extend(snapshot.basis().clone());
    if let Ok(place) = HeaderValue::try_from(place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}

/// The lists that a request is about; `None` is all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Scope(Option<ListName>);

impl Scope {
    fn read(snapshot: &Snapshot, dataset: Name) -> Result<Self, Refusal> {
        let Path(name) = dataset.map_err(|e| Refusal::Detail(e.status(), e.body_text()))?;
        Self::named(snapshot, &name).ok_or_else(|| Refusal::missing("No such dataset."))
    }

    fn named(snapshot: &Snapshot, name: &str) -> Option<Self> {
        let mut lists = snapshot.cut.lists.iter().map(|list| &list.name);
        if let Some(list) = lists.find(|list| list.as_str() == name) {
            return Some(Self(Some(list.clone())));
        }
        ALL_LISTS.contains(&name).then_some(Self(None))
    }

    fn holds(&self, list: &ListName) -> bool {
        self.0.as_ref().is_none_or(|only| only == list)
    }
}

/// The value of a member if it is there and not null.
fn member<'a>(object: &'a serde_json::Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !value.is_null())
}
