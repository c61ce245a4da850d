//! The dialect of yente: routes, shapes and status codes that its clients know.

mod algorithms;
mod beside;
mod catalog;
mod entity;
mod fields;
mod filter;
mod fulltext;
mod lucene;
mod matching;
mod parameters;
mod query;
mod reconcile;
mod search;
mod shapes;
mod topics;

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::{
        Form, Path, Query, State,
        rejection::{BytesRejection, FormRejection, PathRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderValue, Response, StatusCode, Uri, header},
    response::IntoResponse,
};
use rescreen_app::AppError;
use rescreen_model::{EntityId, ListName};
use serde::Serialize;
use serde_json::Value;
use utoipa::OpenApi;

pub(crate) use self::fulltext::FullText;
use self::{
    beside::{Page, Surroundings},
    entity::View,
    fields::Order,
    filter::Asked,
    parameters::{
        FilterParams, MatchParams, MatchRequest, PageParams, ReconcileForm, SearchParams,
    },
    reconcile::Asks,
    shapes::{
        AdjacentPage, AdjacentResponse, AlgorithmsResponse, CatalogResponse, EntityObject,
        ErrorResponse, MatchResponse, SearchResponse, Status,
    },
};

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

/// The names that mean all lists, unless a list or a dataset has that name itself.
const ALL_LISTS: [&str; 2] = ["default", "all"];

/// The routes of the dialect as the description of the interface has them.
#[derive(Debug, OpenApi)]
#[openapi(paths(
    healthz,
    readyz,
    match_queries,
    search_dataset,
    entity_by_id,
    adjacent,
    adjacent_by,
    reconcile_manifest,
    reconcile_queries,
    suggest_entity,
    suggest_property,
    suggest_type,
    extend_property,
    catalog_of_lists,
    updatez,
    known_algorithms
))]
pub(crate) struct Description;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/healthz", healthz)
        .get("/readyz", readyz)
        .post("/match/{dataset}", match_queries)
        .get("/search/{dataset}", search_dataset)
        .get("/entities/{id}", entity_by_id)
        .get("/entities/{id}/adjacent", adjacent)
        .get("/entities/{id}/adjacent/{property}", adjacent_by)
        .get("/reconcile/{dataset}", reconcile_manifest)
        .post("/reconcile/{dataset}", reconcile_queries)
        .get("/reconcile/{dataset}/suggest/entity", suggest_entity)
        .get("/reconcile/{dataset}/suggest/property", suggest_property)
        .get("/reconcile/{dataset}/suggest/type", suggest_type)
        .get("/reconcile/{dataset}/extend/property", extend_property)
        .get("/catalog", catalog_of_lists)
        .get("/manifest", catalog_of_lists)
        .post("/updatez", updatez)
        .get("/algorithms", known_algorithms)
}

/// Whether the server is alive.
#[utoipa::path(get, path = "/healthz", tag = "yente", responses((status = 200, body = Status)), security(()))]
async fn healthz() -> Response<Body> {
    answer::body(StatusCode::OK, &Status::OK)
}

/// Whether lists are loaded.
#[utoipa::path(get, path = "/readyz", tag = "yente", responses((status = 200, body = Status), (status = 503, description = "lists not loaded yet, or too many requests at once", body = ErrorResponse)), security(()))]
async fn readyz(State(shared): State<Arc<Shared>>) -> Answer {
    shared.snapshot()?;
    Ok(answer::body(StatusCode::OK, &Status::OK))
}

/// Matches parties by example.
#[utoipa::path(post, path = "/match/{dataset}", tag = "yente", params(("dataset" = String, Path, description = "A list or dataset, or `default` for all lists"), MatchParams, FilterParams), request_body = MatchRequest, responses((status = 200, body = MatchResponse), (status = 400, description = "a question that cannot be answered", body = ErrorResponse), (status = 401, description = "no valid token", body = ErrorResponse), (status = 403, description = "a token without the right to it", body = ErrorResponse), (status = 404, description = "no such thing", body = ErrorResponse), (status = 413, description = "the body is too large", body = ErrorResponse), (status = 422, description = "parameters or body of the wrong shape", body = ErrorResponse), (status = 429, description = "too many requests with this token", body = ErrorResponse), (status = 503, description = "lists not loaded yet, or too many requests at once", body = ErrorResponse)))]
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
    let mapped = algorithms::check(params.one("algorithm"), &shared)?;
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
    let headers = response.headers_mut();
    headers.insert("x-batch-size", HeaderValue::from(size));
    algorithms::say(mapped.as_ref(), headers);
    Ok(response)
}

/// Searches parties by text and fields.
#[utoipa::path(get, path = "/search/{dataset}", tag = "yente", params(("dataset" = String, Path, description = "A list or dataset, or `default` for all lists"), SearchParams, FilterParams), responses((status = 200, body = SearchResponse), (status = 400, description = "a question that cannot be answered", body = ErrorResponse), (status = 401, description = "no valid token", body = ErrorResponse), (status = 403, description = "a token without the right to it", body = ErrorResponse), (status = 404, description = "no such thing", body = ErrorResponse), (status = 422, description = "parameters or body of the wrong shape", body = ErrorResponse), (status = 429, description = "too many requests with this token", body = ErrorResponse), (status = 503, description = "lists not loaded yet, or too many requests at once", body = ErrorResponse)))]
async fn search_dataset(State(shared): State<Arc<Shared>>, dataset: Name, pairs: Pairs) -> Answer {
    let snapshot = shared.snapshot()?;
    let mut params = params(pairs)?;
    let request = search::Request::read(&mut params)?;
    let scope = Scope::read(&snapshot, dataset)?;
    let filter = request.filter.resolve(&snapshot, scope)?;
    let basis = Arc::clone(&snapshot);
    let found = shared
        .compute(move || search::answer(&snapshot, &request, &filter))
        .await??;
    Ok(ok(&basis, &found))
}

/// An entity with those beside it.
#[utoipa::path(get, path = "/entities/{id}", tag = "yente", params(("id" = String, Path, description = "The id of the entity"), ("nested" = Option<bool>, Query, description = "Whether those beside it stand within it")), responses((status = 200, body = EntityObject), (status = 308, description = "it has another id now"), (status = 401, description = "no valid token", body = ErrorResponse), (status = 403, description = "a token without the right to it", body = ErrorResponse), (status = 404, description = "no such thing", body = ErrorResponse), (status = 422, description = "parameters or body of the wrong shape", body = ErrorResponse), (status = 429, description = "too many requests with this token", body = ErrorResponse), (status = 503, description = "lists not loaded yet, or too many requests at once", body = ErrorResponse)))]
async fn entity_by_id(State(shared): State<Arc<Shared>>, id: Name, pairs: Pairs) -> Answer {
    let snapshot = shared.snapshot()?;
    let mut params = params(pairs)?;
    let is_nested = params.flag("nested", true);
    params.check()?;
    let Path(id) = id.map_err(|e| Refusal::Detail(e.status(), e.body_text()))?;
    beside(&shared, &snapshot, id, move |surroundings, id| {
        if is_nested {
            surroundings.nested(id)
        } else {
            surroundings.flat(id)
        }
    })
    .await
}

/// An entity with a page of each kind of entities beside it.
#[utoipa::path(get, path = "/entities/{id}/adjacent", tag = "yente", params(("id" = String, Path, description = "The id of the entity"), PageParams), responses((status = 200, body = AdjacentResponse), (status = 308, description = "it has another id now"), (status = 400, description = "a question that cannot be answered", body = ErrorResponse), (status = 401, description = "no valid token", body = ErrorResponse), (status = 403, description = "a token without the right to it", body = ErrorResponse), (status = 404, description = "no such thing", body = ErrorResponse), (status = 422, description = "parameters or body of the wrong shape", body = ErrorResponse), (status = 429, description = "too many requests with this token", body = ErrorResponse), (status = 503, description = "lists not loaded yet, or too many requests at once", body = ErrorResponse)))]
async fn adjacent(State(shared): State<Arc<Shared>>, id: Name, pairs: Pairs) -> Answer {
    let snapshot = shared.snapshot()?;
    let mut params = params(pairs)?;
    let (page, order) = page(&mut params)?;
    let Path(id) = id.map_err(|e| Refusal::Detail(e.status(), e.body_text()))?;
    beside(&shared, &snapshot, id, move |surroundings, id| {
        surroundings.adjacent(id, page, &order)
    })
    .await
}

/// A page of the entities beside one by one property.
#[utoipa::path(get, path = "/entities/{id}/adjacent/{property}", tag = "yente", params(("id" = String, Path, description = "The id of the entity"), ("property" = String, Path, description = "A property that names entities, or its name from the other end"), PageParams), responses((status = 200, body = AdjacentPage), (status = 308, description = "it has another id now"), (status = 400, description = "a question that cannot be answered", body = ErrorResponse), (status = 401, description = "no valid token", body = ErrorResponse), (status = 403, description = "a token without the right to it", body = ErrorResponse), (status = 404, description = "no such thing", body = ErrorResponse), (status = 422, description = "parameters or body of the wrong shape", body = ErrorResponse), (status = 429, description = "too many requests with this token", body = ErrorResponse), (status = 503, description = "lists not loaded yet, or too many requests at once", body = ErrorResponse)))]
async fn adjacent_by(
    State(shared): State<Arc<Shared>>,
    names: Result<Path<(String, String)>, PathRejection>,
    pairs: Pairs,
) -> Answer {
    let snapshot = shared.snapshot()?;
    let mut params = params(pairs)?;
    let (page, order) = page(&mut params)?;
    let Path((id, property)) = names.map_err(|e| Refusal::Detail(e.status(), e.body_text()))?;
    beside(&shared, &snapshot, id, move |surroundings, id| {
        surroundings.adjacent_by(id, &property, page, &order)
    })
    .await
}

/// Answers about an entity and what is beside it; one that has another id now is somewhere else.
async fn beside<T: Serialize + Send + 'static>(
    shared: &Arc<Shared>,
    snapshot: &Arc<Snapshot>,
    id: String,
    look: impl FnOnce(&Surroundings<'_>, &str) -> Result<Option<T>, AppError> + Send + 'static,
) -> Answer {
    let (basis, store) = (Arc::clone(snapshot), Arc::clone(shared));
    let found = shared
        .compute(move || {
            store.store(|app| {
                let graph = basis.graph(app)?;
                if graph.home(&id).is_none() {
                    return Ok(Beside::Elsewhere(basis.renamed(&id).cloned()));
                }
                let surroundings = Surroundings::new(&basis, &graph, app);
                Ok(match look(&surroundings, &id)? {
                    Some(found) => Beside::Found(found),
                    None => Beside::Nothing,
                })
            })
        })
        .await?
        .map_err(|_: AppError| Refusal::defect())?;
    match found {
        Beside::Found(found) => Ok(ok(snapshot, &found)),
        Beside::Nothing => Err(Refusal::missing("No such property!")),
        Beside::Elsewhere(Some(present)) => Ok(redirect(snapshot, present.as_str())),
        Beside::Elsewhere(None) => Err(Refusal::missing("No such entity!")),
    }
}

/// What comes of a look at an entity.
enum Beside<T> {
    Found(T),
    /// The entity is there and has nothing of the kind.
    Nothing,
    /// There is no entity of that id; perhaps it has another now.
    Elsewhere(Option<EntityId>),
}

fn page(params: &mut Params) -> Result<(Page, Order), Refusal> {
    let page = Page {
        limit: params.number("limit", 10, &(0..=500)),
        offset: params.number("offset", 0, &(0..=search::MAX_OFFSET)),
    };
    params.check()?;
    Ok((page, Order::read(&params.all("sort"))?))
}

/// What the reconciliation service is.
#[utoipa::path(get, path = "/reconcile/{dataset}", tag = "yente", params(("dataset" = String, Path, description = "A list or dataset, or `default` for all lists")), responses((status = 200, body = Object), (status = 401, description = "no valid token", body = ErrorResponse), (status = 403, description = "a token without the right to it", body = ErrorResponse), (status = 404, description = "no such thing", body = ErrorResponse), (status = 429, description = "too many requests with this token", body = ErrorResponse), (status = 503, description = "lists not loaded yet, or too many requests at once", body = ErrorResponse)))]
async fn reconcile_manifest(
    State(shared): State<Arc<Shared>>,
    dataset: Name,
    headers: HeaderMap,
    uri: Uri,
) -> Answer {
    let snapshot = shared.snapshot()?;
    let Path(name) = dataset.map_err(|e| Refusal::Detail(e.status(), e.body_text()))?;
    Scope::named(&snapshot, &name).ok_or_else(|| Refusal::missing("No such dataset."))?;
    let base = shared.public_url(&headers);
    let query = uri.query().unwrap_or_default();
    let manifest = reconcile::manifest(&snapshot, &name, &base, query);
    Ok(ok(&snapshot, &manifest))
}

/// Reconciles names, or extends rows by columns.
#[utoipa::path(post, path = "/reconcile/{dataset}", tag = "yente", params(("dataset" = String, Path, description = "A list or dataset, or `default` for all lists"), ("algorithm" = Option<String>, Query, description = "As in a match"), FilterParams), request_body(content = ReconcileForm, content_type = "application/x-www-form-urlencoded"), responses((status = 200, body = Object), (status = 400, description = "a question that cannot be answered", body = ErrorResponse), (status = 401, description = "no valid token", body = ErrorResponse), (status = 403, description = "a token without the right to it", body = ErrorResponse), (status = 404, description = "no such thing", body = ErrorResponse), (status = 413, description = "the body is too large", body = ErrorResponse), (status = 422, description = "parameters or body of the wrong shape", body = ErrorResponse), (status = 429, description = "too many requests with this token", body = ErrorResponse), (status = 503, description = "lists not loaded yet, or too many requests at once", body = ErrorResponse)))]
async fn reconcile_queries(
    State(shared): State<Arc<Shared>>,
    dataset: Name,
    pairs: Pairs,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Answer {
    let snapshot = shared.snapshot()?;
    let mut params = params(pairs)?;
    let asked = Asked::read(&mut params);
    params.check()?;
    let mapped = algorithms::check(params.one("algorithm"), &shared)?;
    let form = match form {
        Ok(Form(form)) => form,
        // Another kind of body is a form without fields.
        Err(FormRejection::InvalidFormContentType(_)) => Vec::new(),
        Err(e) => return Err(Refusal::Detail(e.status(), e.body_text())),
    };
    let scope = Scope::read(&snapshot, dataset)?;
    let filter = asked.resolve(&snapshot, scope)?;
    let asks = Asks::read(&Params::new(form))?;
    let size = asks.size();
    let (basis, store) = (Arc::clone(&snapshot), Arc::clone(&shared));
    let found = shared
        .compute(move || match asks {
            Asks::Queries(queries) => Ok(reconcile::reconcile(&basis, &queries, &filter)),
            Asks::Extension { ids, properties } => store.store(|app| {
                let graph = basis.graph(app).map_err(|_| Refusal::defect())?;
                let surroundings = Surroundings::new(&basis, &graph, app);
                let mut look = |id: &str| surroundings.flat(id).map_err(|_| Refusal::defect());
                reconcile::extend(&basis, &ids, &properties, &mut look)
            }),
        })
        .await??;
    let mut response = ok(&snapshot, &found);
    let headers = response.headers_mut();
    headers.insert("x-batch-size", HeaderValue::from(size));
    algorithms::say(mapped.as_ref(), headers);
    Ok(response)
}

/// Parties whose names begin so.
#[utoipa::path(get, path = "/reconcile/{dataset}/suggest/entity", tag = "yente", params(("dataset" = String, Path, description = "A list or dataset, or `default` for all lists"), ("prefix" = Option<String>, Query, description = "How it begins"), ("limit" = Option<u32>, Query, minimum = 0, maximum = 50), FilterParams), responses((status = 200, body = Object), (status = 400, description = "a question that cannot be answered", body = ErrorResponse), (status = 401, description = "no valid token", body = ErrorResponse), (status = 403, description = "a token without the right to it", body = ErrorResponse), (status = 404, description = "no such thing", body = ErrorResponse), (status = 422, description = "parameters or body of the wrong shape", body = ErrorResponse), (status = 429, description = "too many requests with this token", body = ErrorResponse), (status = 503, description = "lists not loaded yet, or too many requests at once", body = ErrorResponse)))]
async fn suggest_entity(State(shared): State<Arc<Shared>>, dataset: Name, pairs: Pairs) -> Answer {
    let snapshot = shared.snapshot()?;
    let mut params = params(pairs)?;
    let scope = Scope::read(&snapshot, dataset)?;
    let basis = Arc::clone(&snapshot);
    let found = shared
        .compute(move || reconcile::suggest_entities(&basis, &scope, &mut params))
        .await??;
    Ok(ok(&snapshot, &found))
}

/// Properties that begin so.
#[utoipa::path(get, path = "/reconcile/{dataset}/suggest/property", tag = "yente", params(("dataset" = String, Path, description = "A list or dataset, or `default` for all lists"), ("prefix" = Option<String>, Query, description = "How it begins")), responses((status = 200, body = Object), (status = 401, description = "no valid token", body = ErrorResponse), (status = 403, description = "a token without the right to it", body = ErrorResponse), (status = 404, description = "no such thing", body = ErrorResponse), (status = 429, description = "too many requests with this token", body = ErrorResponse), (status = 503, description = "lists not loaded yet, or too many requests at once", body = ErrorResponse)))]
async fn suggest_property(
    State(shared): State<Arc<Shared>>,
    dataset: Name,
    pairs: Pairs,
) -> Answer {
    let snapshot = shared.snapshot()?;
    let params = params(pairs)?;
    Scope::read(&snapshot, dataset)?;
    let prefix = params.one("prefix").unwrap_or_default();
    let found = reconcile::suggest_properties(&snapshot, prefix);
    Ok(ok(&snapshot, &found))
}

/// Kinds of parties that begin so.
#[utoipa::path(get, path = "/reconcile/{dataset}/suggest/type", tag = "yente", params(("dataset" = String, Path, description = "A list or dataset, or `default` for all lists"), ("prefix" = Option<String>, Query, description = "How it begins")), responses((status = 200, body = Object), (status = 401, description = "no valid token", body = ErrorResponse), (status = 403, description = "a token without the right to it", body = ErrorResponse), (status = 404, description = "no such thing", body = ErrorResponse), (status = 429, description = "too many requests with this token", body = ErrorResponse), (status = 503, description = "lists not loaded yet, or too many requests at once", body = ErrorResponse)))]
async fn suggest_type(State(shared): State<Arc<Shared>>, dataset: Name, pairs: Pairs) -> Answer {
    let snapshot = shared.snapshot()?;
    let params = params(pairs)?;
    Scope::read(&snapshot, dataset)?;
    let prefix = params.one("prefix").unwrap_or_default();
    Ok(ok(&snapshot, &reconcile::suggest_types(&snapshot, prefix)))
}

/// The columns that rows of a type can be extended by.
#[utoipa::path(get, path = "/reconcile/{dataset}/extend/property", tag = "yente", params(("dataset" = String, Path, description = "A list or dataset, or `default` for all lists"), ("type" = Option<String>, Query, description = "What kind of party"), ("limit" = Option<u32>, Query, minimum = 0, maximum = 500)), responses((status = 200, body = Object), (status = 400, description = "a question that cannot be answered", body = ErrorResponse), (status = 401, description = "no valid token", body = ErrorResponse), (status = 403, description = "a token without the right to it", body = ErrorResponse), (status = 422, description = "parameters or body of the wrong shape", body = ErrorResponse), (status = 429, description = "too many requests with this token", body = ErrorResponse), (status = 503, description = "lists not loaded yet, or too many requests at once", body = ErrorResponse)))]
async fn extend_property(State(shared): State<Arc<Shared>>, pairs: Pairs) -> Answer {
    let snapshot = shared.snapshot()?;
    let mut params = params(pairs)?;
    Ok(ok(&snapshot, &reconcile::propose(&mut params)?))
}

/// Has the lists looked at now.
#[utoipa::path(post, path = "/updatez", tag = "yente", params(("sync" = Option<bool>, Query, description = "Whether to wait until that is done")), responses((status = 200, body = Status), (status = 401, description = "no valid token", body = ErrorResponse), (status = 403, description = "a token without the right to it", body = ErrorResponse), (status = 422, description = "parameters or body of the wrong shape", body = ErrorResponse), (status = 429, description = "too many requests with this token", body = ErrorResponse), (status = 503, description = "lists not loaded yet, or too many requests at once", body = ErrorResponse)))]
async fn updatez(State(shared): State<Arc<Shared>>, pairs: Pairs) -> Answer {
    let mut params = params(pairs)?;
    let is_waiting = params.flag("sync", false);
    params.check()?;
    let looked = shared.look_now()?;
    if is_waiting && !looked.await.unwrap_or(false) {
        let detail = "The lists cannot be loaded.".to_owned();
        return Err(Refusal::Detail(StatusCode::SERVICE_UNAVAILABLE, detail));
    }
    Ok(answer::body(StatusCode::OK, &Status::OK))
}

/// The lists and their versions.
#[utoipa::path(get, path = "/catalog", tag = "yente", params(("if-none-match" = Option<String>, Header, description = "Tags that are known")), responses((status = 200, body = CatalogResponse), (status = 304, description = "unchanged"), (status = 401, description = "no valid token", body = ErrorResponse), (status = 403, description = "a token without the right to it", body = ErrorResponse), (status = 429, description = "too many requests with this token", body = ErrorResponse), (status = 503, description = "lists not loaded yet, or too many requests at once", body = ErrorResponse)))]
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

/// How parties are compared.
#[utoipa::path(get, path = "/algorithms", tag = "yente", responses((status = 200, body = AlgorithmsResponse), (status = 401, description = "no valid token", body = ErrorResponse), (status = 403, description = "a token without the right to it", body = ErrorResponse), (status = 429, description = "too many requests with this token", body = ErrorResponse), (status = 503, description = "lists not loaded yet, or too many requests at once", body = ErrorResponse)))]
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
fn ok(snapshot: &Snapshot, value: &impl Serialize) -> Response<Body> {
    let mut response = answer::body(StatusCode::OK, value);
    response.headers_mut().extend(snapshot.basis().clone());
    response
}

/// Sends a caller with an old id to the present one.
fn redirect(snapshot: &Snapshot, id: &str) -> Response<Body> {
    let place = format!("/entities/{}", answer::encoded(id));
    let mut response = StatusCode::PERMANENT_REDIRECT.into_response();
    response.headers_mut().extend(snapshot.basis().clone());
    if let Ok(place) = HeaderValue::try_from(place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}

/// What a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Scope {
    /// All lists.
    All,
    /// One list.
    List(ListName),
    /// One of the datasets that a publisher names within its list.
    Dataset(String),
    /// Several of them.
    Several(Vec<Scope>),
}

impl Scope {
    fn read(snapshot: &Snapshot, dataset: Name) -> Result<Self, Refusal> {
        let Path(name) = dataset.map_err(|e| Refusal::Detail(e.status(), e.body_text()))?;
        Self::named(snapshot, &name).ok_or_else(|| Refusal::missing("No such dataset."))
    }

    /// A list, or a dataset within one.
    fn single(snapshot: &Snapshot, name: &str) -> Option<Self> {
        let mut lists = snapshot.cut.lists.iter().map(|list| &list.name);
        if let Some(list) = lists.find(|list| list.as_str() == name) {
            return Some(Self::List(list.clone()));
        }
        if snapshot.datasets().contains_key(name) {
            return Some(Self::Dataset(name.to_owned()));
        }
        None
    }

    fn named(snapshot: &Snapshot, name: &str) -> Option<Self> {
        if let Some(scope) = Self::single(snapshot, name) {
            return Some(scope);
        }
        let mut members = Vec::new();
        Self::collect(snapshot, name, &mut BTreeSet::new(), &mut members);
        if !members.is_empty() {
            return Some(Self::Several(members));
        }
        // A collection of which nothing is served would answer like a clearance.
        let is_known = snapshot.collections().iter().any(|c| c.name == name);
        (!is_known && ALL_LISTS.contains(&name)).then_some(Self::All)
    }

    /// What a collection comes to.
    fn collect<'a>(
        snapshot: &'a Snapshot,
        name: &str,
        seen: &mut BTreeSet<&'a str>,
        members: &mut Vec<Self>,
    ) {
        let mut collections = snapshot.collections().iter();
        let Some(collection) = collections.find(|collection| collection.name == name) else {
            return;
        };
        // A collection may be within itself by a mistake, or twice.
        if !seen.insert(&collection.name) {
            return;
        }
        for child in &collection.children {
            match Self::single(snapshot, child) {
                Some(scope) => members.push(scope),
                None => Self::collect(snapshot, child, seen, members),
            }
        }
    }

    fn holds(&self, view: &View<'_>) -> bool {
        match self {
            Self::All => true,
            Self::List(list) => list == view.list,
            Self::Dataset(dataset) => view.datasets().contains(&dataset.as_str()),
            Self::Several(scopes) => scopes.iter().any(|scope| scope.holds(view)),
        }
    }
}

/// The value of a member if it is there and not null.
fn member<'a>(object: &'a serde_json::Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !value.is_null())
}
