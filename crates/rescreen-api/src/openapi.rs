//! `GET /openapi.json`: the description of the interface, made from the routes and types themselves.

use std::sync::LazyLock;

use axum::{
    body::Body,
    http::{Response, header},
    response::IntoResponse,
};
use utoipa::{
    OpenApi as _,
    openapi::{
        InfoBuilder, License, OpenApi, SecurityRequirement,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::{ops, v1, yente};

const TITLE: &str = "rescreen";
const ABOUT: &str = "Screens people, organisations, vessels and aircraft against watchlists. A match is a question put to a person, never a verdict.";

static TEXT: LazyLock<String> = LazyLock::new(|| {
    // A description of plain data can always be written.
    description().to_json().unwrap_or_default()
});

/// The description of every dialect.
pub(crate) fn description() -> OpenApi {
    let mut api = yente::Description::openapi();
    api.merge(ops::Description::openapi());
    api.merge(v1::Description::openapi());
    api.info = InfoBuilder::new()
        .title(TITLE)
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .license(Some(License::new("Apache-2.0")))
        .build();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "A token of 'rescreen token create'. Not asked for by a server with --insecure-no-auth.",
        ))
        .build();
    let components = api.components.get_or_insert_default();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    api.security = Some(vec![SecurityRequirement::new("token", [""; 0])]);
    api
}

pub(crate) async fn answer() -> Response<Body> {
    ([(header::CONTENT_TYPE, "application/json")], TEXT.as_str()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::TABLE;

    /// Routes that need no description.
    const HIDDEN: [&str; 2] = ["/openapi.json", "/manifest"];

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let api = serde_json::to_value(description()).unwrap();
        assert_eq!(api["openapi"], "3.1.0");
        let paths = api["paths"].as_object().unwrap();
        let mut described: Vec<String> = Vec::new();
        for (path, methods) in paths {
            for method in methods.as_object().unwrap().keys() {
                described.push(format!("{} {path}", method.to_uppercase()));
            }
        }
        let mut known: Vec<String> = TABLE
            .iter()
            .filter(|(_, path, _)| !HIDDEN.contains(path))
            .map(|(method, path, _)| format!("{method} {path}"))
            .collect();
        described.sort_unstable();
        known.sort_unstable();
        assert_eq!(described, known);
    }
}
