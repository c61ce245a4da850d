//! From a request to the page that answers it.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Path, RawPathParams, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{MethodFilter, get, on},
};
use jiff::Timestamp;
use rescreen_app::Presented;

use crate::{
    answer::{Answer, Page, Problem},
    download,
    fields::Fields,
    news,
    routes::{Need, READERS, ROUTES, Route},
    session::{Came, Session},
    shell,
    state::{Pages, SignIn},
    statics, url,
    visit::{Asked, Visit},
};

/// The longest form is a reason of some pages.
const MAX_FORM_BYTES: usize = 256 * 1024;

/// What browsers may do with a page: nothing but show it, with what comes from here.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
     trusted-types 'none'";

/// The pages, with `beside` for every address that is none of theirs.
pub fn router(pages: Pages, beside: Router) -> Router {
    pages.figures.prepare(&pages.sources, pages.config.script);
    let pages = Arc::new(pages);
    let mut router = Router::new();
    for route in ROUTES {
        let filter = if route.method == Method::POST {
            MethodFilter::POST
        } else {
            MethodFilter::GET
        };
        let handler =
            move |State(pages): State<Arc<Pages>>, path: RawPathParams, request: Request| {
                answer(pages, route, path, request)
            };
        router = router.route(route.path, on(filter, handler));
    }
    router
        .route("/queue/news", get(queue_news))
        .route("/static/{name}", get(asset))
        .layer(middleware::from_fn(headers))
        .with_state(pages)
        // One table of routes, so that whatever is around them knows each by its template.
        .merge(beside.layer(middleware::from_fn(for_people)))
}

async fn asset(Path(name): Path<String>) -> Response {
    statics::answer(&name)
}

/// The stream of news for whoever may read the queue.
async fn queue_news(State(pages): State<Arc<Pages>>, request: Request) -> Response {
    let asked = Asked {
        address: "/queue".to_owned(),
        path: Vec::new(),
        query: Fields::default(),
        form: Fields::default(),
        headers: request.headers().clone(),
        now: Timestamp::now(),
    };
    let (for_door, headers) = (Arc::clone(&pages), asked.headers.clone());
    let may = tokio::task::spawn_blocking(move || {
        let session = signed_in(&for_door, &asked).ok().flatten();
        session.is_some_and(|s| s.who.is_any(READERS))
    });
    if may.await.unwrap_or(false) {
        news::stream(pages, headers)
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

async fn answer(
    pages: Arc<Pages>,
    route: &'static Route,
    path: RawPathParams,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_FORM_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let asked = Asked {
        address: parts
            .uri
            .path_and_query()
            .map_or_else(|| "/".to_owned(), |p| p.as_str().to_owned()),
        path: path
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        query: Fields::parse(parts.uri.query().unwrap_or_default().as_bytes()),
        form: Fields::parse(&body),
        headers: parts.headers,
        now: Timestamp::now(),
    };
    let done = tokio::task::spawn_blocking(move || respond(&pages, route, &asked)).await;
    done.unwrap_or_else(|_| {
        let problem = Problem::Defect;
        let page = shell::problem(&problem);
        shell::bare(&page).into_response()
    })
}

/// Answers one request; here, and only here, it is decided whether somebody may.
fn respond(pages: &Arc<Pages>, route: &Route, asked: &Asked) -> Response {
    let session = match signed_in(pages, asked) {
        Ok(session) => session,
        Err(problem) => return failed(None, pages, asked, &problem),
    };
    let done = admit(route, asked, session.as_ref()).and_then(|()| {
        pages.with_app(|app| {
            (route.handler)(&mut Visit {
                pages,
                app,
                asked,
                session: session.as_ref(),
            })
        })?
    });
    match done {
        Ok(answer) => shown(session.as_ref(), pages, answer),
        Err(problem) => failed(session.as_ref(), pages, asked, &problem),
    }
}

/// The session of a request, if whoever began it may still come in.
fn signed_in(pages: &Pages, asked: &Asked) -> Result<Option<Session>, Problem> {
    let Some(session) = pages.sessions.find(&asked.headers, asked.now) else {
        return Ok(None);
    };
    let SignIn::Tokens { tenant } = &pages.config.sign_in else {
        return Ok(Some(session));
    };
    let token = match &session.who.came {
        Came::Token(token) => token,
        // It lasts as long as what was said of them then.
        Came::Issuer => return Ok(Some(session)),
        Came::Word => return Ok(None),
    };
    let standing = pages.with_app(|app| app.token_standing(token, asked.now))??;
    Ok(match standing {
        Presented::Valid(bearer)
            if bearer.tenant == *tenant && session.who.roles == [bearer.role] =>
        {
            Some(session)
        }
        _ => {
            pages.sessions.end_of_token(token);
            None
        }
    })
}

fn admit(route: &Route, asked: &Asked, session: Option<&Session>) -> Result<(), Problem> {
    if route.method == Method::POST && !is_from_here(&asked.headers) {
        return Err(Problem::ForeignForm);
    }
    let Need::Roles(roles) = route.need else {
        return Ok(());
    };
    let session = session.ok_or(Problem::SignIn)?;
    if !session.who.is_any(roles) {
        return Err(Problem::Forbidden);
    }
    if route.method == Method::POST && !session.is_our_form(asked.form.text("key")) {
        return Err(Problem::ForeignForm);
    }
    Ok(())
}

/// Whether the browser says that a request comes from a page of this server. What a browser does not say, the key in
/// the form decides.
fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|v| v.to_str().unwrap_or_default());
    let by_fetch = text(HeaderName::from_static("sec-fetch-site"))
        .is_none_or(|site| matches!(site, "same-origin" | "none"));
    let by_origin = text(header::ORIGIN).is_none_or(|origin| {
        let host = origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"));
        host.is_some() && host == text(header::HOST)
    });
    by_fetch && by_origin
}

fn shown(session: Option<&Session>, pages: &Arc<Pages>, answer: Answer) -> Response {
    let (mut response, cookie) = match answer {
        Answer::Page(page) => (page_of(session, pages, &page), None),
        Answer::PageWith(page, cookie) => (page_of(session, pages, &page), Some(cookie)),
        Answer::Go(to) => (go(&to), None),
        Answer::GoWith(to, cookie) => (go(&to), Some(cookie)),
        Answer::Arrive(to, cookies) => {
            let mut response = shell::once_more(&to).into_response();
            for cookie in cookies {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            return response;
        }
        Answer::Download(file) => (download::answer(pages, file), None),
    };
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn failed(session: Option<&Session>, pages: &Pages, asked: &Asked, problem: &Problem) -> Response {
    if let Problem::SignIn = problem {
        // A link from another site comes without the cookie; the same step from a page of ours brings it.
        let site = asked.headers.get("sec-fetch-site");
        if site.is_some_and(|site| site == "cross-site") && url::is_local(&asked.address) {
            return shell::once_more(&asked.address).into_response();
        }
        return go(&url::sign_in(&asked.address));
    }
    page_of(session, pages, &shell::problem(problem))
}

fn page_of(session: Option<&Session>, pages: &Pages, page: &Page) -> Response {
    (page.status, shell::frame(page, session, pages)).into_response()
}

fn go(to: &str) -> Response {
    match HeaderValue::try_from(to) {
        Ok(to) => (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "permissions-policy",
            "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        ),
    ] {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    response
}

/// Gives people who lost their way a page rather than a line for programs.
async fn for_people(request: Request, next: Next) -> Response {
    let is_browser = request.method() == Method::GET
        && request
            .headers()
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"));
    let response = next.run(request).await;
    let is_lost = matches!(
        response.status(),
        StatusCode::NOT_FOUND | StatusCode::UNAUTHORIZED | StatusCode::METHOD_NOT_ALLOWED
    );
    if !(is_browser && is_lost) {
        return response;
    }
    let page = shell::lost();
    // Programs are told that a token is lacking; people find nothing here either way.
    let mut answer: Response<Body> = (page.status, shell::bare(&page)).into_response();
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("referrer-policy", "same-origin"),
    ] {
        answer.headers_mut().insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_requests_from_our_own_pages_do_something() {
        let check = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                );
            }
            is_from_here(&headers)
        };
        for good in [
            &[][..],
            &[("sec-fetch-site", "same-origin")],
            &[
                ("origin", "http://localhost:8080"),
                ("host", "localhost:8080"),
            ],
            &[("origin", "https://r.example"), ("host", "r.example")],
        ] {
            assert!(check(good), "{good:?}");
        }
        for bad in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "null"), ("host", "r.example")],
            &[("origin", "https://evil.example"), ("host", "r.example")],
            &[("origin", "https://r.example:81"), ("host", "r.example")],
            &[("origin", "https://r.example")],
        ] {
            assert!(!check(bad), "{bad:?}");
        }
    }
}
