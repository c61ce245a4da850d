//! The frame of every page.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, html};

use crate::{
    answer::{Page, Problem, Tab},
    parts::{self, fill},
    routes::{ASKERS, AUDITORS, READERS, RUNNERS},
    session::Session,
    state::Pages,
    statics,
    texts::T,
};

/// A page as it is sent.
pub(crate) struct Html(Markup);

impl IntoResponse for Html {
    fn into_response(self) -> Response {
        (
            [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
            self.0.into_string(),
        )
            .into_response()
    }
}

/// A page in its frame.
pub(crate) fn frame(page: &Page, session: Option<&Session>, pages: &Pages) -> Html {
    let may = |roles: &[rescreen_app::AccessRole]| {
        session.is_some_and(|session| session.who.is_any(roles))
    };
    let tab = |tab: Tab, address: &str, text: &str| {
        html! {
            li { a href=(address) aria-current=[(page.tab == tab).then_some("page")] { (text) } }
        }
    };
    let head = html! {
        header .top {
            a .brand href="/" { (T.product) }
            @if let Some(session) = session {
                nav aria-label=(T.navigation) {
                    ul .tabs {
                        @if may(ASKERS) { (tab(Tab::Search, "/", T.search)) }
                        @if may(READERS) { (tab(Tab::Queue, "/queue", T.queue)) }
                        @if may(ASKERS) { (tab(Tab::Lists, "/lists", T.lists)) }
                        @if may(READERS) { (tab(Tab::Reports, "/reports", T.reports)) (tab(Tab::Policy, "/policy", T.policy)) }
                        @if may(AUDITORS) { (tab(Tab::Audit, "/audit", T.audit)) }
                        @if may(RUNNERS) { (tab(Tab::Admin, "/admin", T.admin)) }
                    }
                }
                form .person method="post" action="/sign-out" {
                    (parts::key(session))
                    span .who { (parts::plain(&session.who.name)) " · " (roles(session)) }
                    button .quiet type="submit" { (T.sign_out) }
                }
            }
        }
        @if pages.config.is_demo {
            p .demo-note { (T.demo_note) }
        }
    };
    let foot = html! {
        footer .foot {
            @if let (true, Some(cut)) = (session.is_some(), pages.lists()) {
                p {
                    (T.rests_on) " "
                    @for (n, list) in cut.lists.iter().enumerate() {
                        @if n > 0 { ", " }
                        (list.name) " " (list.version)
                    }
                    " · " (T.policy_word) " " code { (cut.policy.short()) }
                    " · " (T.matcher_word) " " code { (cut.matcher.short()) }
                }
            }
            p { (T.no_verdict) }
        }
        @if session.is_some() { (keys()) }
    };
    document(&page.title, &head, &page.body, &foot)
}

/// The roles of whoever is signed in.
fn roles(session: &Session) -> String {
    let roles = session.who.roles.iter().map(|role| T.role(*role));
    roles.collect::<Vec<_>>().join(", ")
}

/// The keys, for whoever asks with `?`.
fn keys() -> Markup {
    html! {
        dialog #keys aria-labelledby="keys-title" {
            h2 #keys-title { (T.keys) }
            dl {
                @for line in T.key_lines.lines() {
                    @if let Some((key, what)) = line.split_once(": ") { dt { kbd { (key) } } dd { (what) } }
                }
            }
            form method="dialog" { button type="submit" autofocus { (T.close) } }
        }
    }
}

/// A page for somebody of whom nothing is known.
pub(crate) fn bare(page: &Page) -> Html {
    let head = html! { header .top { a .brand href="/" { (T.product) } } };
    document(&page.title, &head, &page.body, &html! {})
}

fn document(title: &str, head: &Markup, body: &Markup, foot: &Markup) -> Html {
    Html(html! {
        (DOCTYPE)
        html lang=(T.language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · " (T.product) }
                link rel="stylesheet" href=(statics::style());
                link rel="icon" type="image/svg+xml" href=(statics::icon());
                script src=(statics::script()) defer {}
            }
            body {
                a .skip href="#main" { (T.skip) }
                (head)
                main #main tabindex="-1" { (body) }
                (foot)
            }
        }
    })
}

/// Has the browser ask again, this time from a page of ours.
pub(crate) fn once_more(address: &str) -> Html {
    Html(html! {
        (DOCTYPE)
        html lang=(T.language) {
            head {
                meta charset="utf-8";
                meta http-equiv="refresh" content={ "0; url=" (address) };
                title { (T.product) }
            }
            body { p { a href=(address) { (T.go_on) } } }
        }
    })
}

/// Why something was not answered.
pub(crate) fn problem(problem: &Problem) -> Page {
    let (title, text, hint) = match problem {
        Problem::SignIn => (T.sign_in, String::new(), None),
        Problem::ForeignForm => (T.foreign_form, T.foreign_form_text.to_owned(), None),
        Problem::Forbidden => (T.forbidden, T.forbidden_text.to_owned(), None),
        Problem::Missing(what) => (T.missing, what.clone(), None),
        Problem::Wrong(what) => (T.wrong, what.clone(), None),
        Problem::NotReady => (T.not_ready, T.not_ready_text.to_owned(), None),
        Problem::Defect => (T.defect, T.defect_text.to_owned(), None),
        Problem::App(error) => match problem.status() {
            // What the machine says may hold paths and is no business of who asks.
            StatusCode::INTERNAL_SERVER_ERROR => (T.defect, T.defect_text.to_owned(), None),
            StatusCode::NOT_FOUND => (T.missing, error.to_string(), error.hint()),
            StatusCode::CONFLICT => (T.refused, error.to_string(), error.hint()),
            _ => (T.wrong, error.to_string(), error.hint()),
        },
    };
    let body = html! {
        h1 { (title) }
        div .notice .bad role="alert" {
            p { (parts::plain(&text)) }
            @if let Some(hint) = hint { p .muted { (hint) } }
        }
        p { a href="/" { (T.back_to_start) } }
    };
    Page {
        status: problem.status(),
        ..Page::new(title, Tab::None, body)
    }
}

/// There is no such page.
pub(crate) fn lost() -> Page {
    let body = html! {
        h1 { (T.missing) }
        p { (fill(T.lost_text, &[])) }
        p { a href="/" { (T.back_to_start) } }
    };
    Page {
        status: StatusCode::NOT_FOUND,
        ..Page::new(T.missing, Tab::None, body)
    }
}
