//! Tenants: which there are, what is theirs, and giving them sources. The default tenant's admins decide about them.

use maud::{Markup, html};
use rescreen_app::{DEFAULT_TENANT, Staff};

use crate::{
    answer::{Answer, Page, Problem, Tab},
    parts::{self, fill},
    texts::T,
    visit::Visit,
};

/// All tenants with their sources, and what can be done about them.
pub(super) fn section(visit: &Visit<'_>, staff: &Staff) -> Result<Markup, Problem> {
    let session = visit.session()?;
    let sources_of = |name: &str| {
        let theirs = staff.tenants.sources.iter();
        let theirs = theirs.filter(|(_, tenant)| tenant == name);
        let names: Vec<&str> = theirs.map(|(source, _)| source.as_str()).collect();
        names.join(", ")
    };
    let cases_of = |name: &str| {
        let mut all = staff.tenants.cases.iter();
        all.find(|(tenant, _)| tenant == name)
            .map_or(0, |(_, count)| *count)
    };
    let since = |name: &str| {
        let mut added = staff.tenants.added.iter();
        let row = added.find(|row| row.name == name);
        html! { @match row { Some(row) => (parts::when(row.since)), None => (T.default_tenant) } }
    };
    Ok(html! {
        section .panel aria-labelledby="tenants" {
            h2 #tenants { (T.tenants) }
            p .hint { (T.tenants_text) }
            table role="table" {
                (parts::head(&[(T.tenant, ""), (T.sources, ""), (T.cases, "right"), (T.since, "")]))
                tbody role="rowgroup" {
                    @for name in staff.tenants.names() {
                        tr role="row" {
                            th role="rowheader" scope="row" { (parts::plain(name)) }
                            td role="cell" data-label=(T.sources) { (parts::plain(&sources_of(name))) }
                            td role="cell" .right data-label=(T.cases) { (parts::number(cases_of(name))) }
                            td role="cell" data-label=(T.since) { (since(name)) }
                        }
                    }
                }
            }
            details { summary { (T.add_tenant) }
                form .stack method="post" action="/admin/tenants" {
                    (parts::key(session))
                    label for="tenant-name" { (T.name) }
                    input #tenant-name type="text" name="name" required maxlength="100" pattern="[a-z0-9_\\-]+" autocomplete="off" autocapitalize="none" spellcheck="false";
                    p .hint { (T.tenant_hint) }
                    button type="submit" name="do" value="add-tenant" { (T.add_tenant) }
                } }
            @if !staff.tenants.added.is_empty() {
                details { summary { (T.give_source) }
                    form .stack method="post" action="/admin/tenants" {
                        (parts::key(session))
                        p .hint { (T.give_text) }
                        label for="source" { (T.source) }
                        input #source type="text" name="source" required maxlength="100" autocomplete="off" list="sources";
                        datalist #sources { @for (source, _) in &staff.tenants.sources { option value=(source) {} } }
                        (choice("give-tenant", staff, DEFAULT_TENANT))
                        label for="give-reason" { (T.why) }
                        textarea #give-reason name="text" rows="2" required maxlength="1000" dir="auto" {}
                        button type="submit" name="do" value="give" { (T.give_source) }
                    } }
            }
        }
    })
}

/// One of the tenants.
pub(super) fn choice(id: &str, staff: &Staff, chosen: &str) -> Markup {
    html! {
        label for=(id) { (T.tenant) }
        select #(id) name="tenant" {
            @for name in staff.tenants.names() { (parts::option(name, name, chosen)) }
        }
    }
}

pub(crate) fn act(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let (by, now) = (visit.session()?.who.name.clone(), visit.now());
    let form = visit.form().clone();
    match form.text("do") {
        "add-tenant" => {
            visit.app.add_tenant(form.text("name"), &by, now)?;
            Ok(Answer::Go("/admin".to_owned()))
        }
        "give" => {
            let (source, tenant) = (form.text("source"), form.text("tenant"));
            let why = (by.as_str(), form.text("text"));
            let given = visit.app.give_source(source, tenant, why, now)?;
            let words = fill(
                T.given,
                &[
                    ("source", source),
                    ("tenant", tenant),
                    ("moved", &parts::number(given.moved.len() as u64)),
                    ("stay", &parts::number(given.stay.len() as u64)),
                ],
            );
            let body = html! {
                h1 { (T.tenants) }
                div .notice .good role="status" { p { (parts::plain(&words)) } }
                p { a href="/admin" { (T.admin) } }
            };
            Ok(Page::new(T.tenants, Tab::Admin, body).into())
        }
        _ => Err(Problem::Wrong(T.no_such_page.to_owned())),
    }
}
