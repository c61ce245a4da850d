//! Style, script and icon: part of the program, and named by their content so that browsers may keep them.

use std::sync::LazyLock;

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

struct Asset {
    name: &'static str,
    kind: &'static str,
    text: &'static str,
}

const ASSETS: &[Asset] = &[
    Asset {
        name: "app.css",
        kind: "text/css; charset=utf-8",
        text: include_str!("../assets/app.css"),
    },
    Asset {
        name: "app.js",
        kind: "text/javascript; charset=utf-8",
        text: include_str!("../assets/app.js"),
    },
    Asset {
        name: "icon.svg",
        kind: "image/svg+xml",
        text: include_str!("../assets/icon.svg"),
    },
];

static STYLE: LazyLock<String> = LazyLock::new(|| address("app.css"));
static SCRIPT: LazyLock<String> = LazyLock::new(|| address("app.js"));
static ICON: LazyLock<String> = LazyLock::new(|| address("icon.svg"));

pub(crate) fn style() -> &'static str {
    &STYLE
}

pub(crate) fn script() -> &'static str {
    &SCRIPT
}

pub(crate) fn icon() -> &'static str {
    &ICON
}

fn address(name: &str) -> String {
    let text = ASSETS
        .iter()
        .find(|a| a.name == name)
        .map_or("", |a| a.text);
    let hash = blake3::hash(text.as_bytes()).to_hex();
    format!("/static/{name}?v={}", hash.get(..12).unwrap_or_default())
}

pub(crate) fn answer(name: &str) -> Response {
    match ASSETS.iter().find(|asset| asset.name == name) {
        Some(asset) => (
            [
                (header::CONTENT_TYPE, asset.kind),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            asset.text,
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
