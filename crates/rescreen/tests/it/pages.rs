//! The pages over HTTP, as somebody would send requests who means no good.

use crate::{
    serving::{Answer, Serving},
    support::Scratch,
};

const DEMO_FIRST: &str = include_str!("../../demo/watchlist-1.ftm.json");
const DEMO_SECOND: &str = include_str!("../../demo/watchlist-2.ftm.json");
const DEMO_SUBJECTS: &str = include_str!("../../demo/subjects.csv");

/// A home with the demonstration's lists and subjects, and a list named `people` that anybody can fill.
pub(crate) fn home() -> Scratch {
    let scratch = Scratch::new();
    scratch.write("one.json", DEMO_FIRST);
    scratch.write("two.json", DEMO_SECOND);
    scratch.write("subjects.csv", DEMO_SUBJECTS);
    scratch.ok(&["list", "add", "demo", "--format", "ftm-json"]);
    let update =
        |file, day| scratch.ok(&["list", "update", "demo", "--file", file, "--published", day]);
    update("one.json", "2026-01-05");
    scratch.ok(&["subject", "import", "--source", "crm", "subjects.csv"]);
    update("two.json", "2026-03-02");
    scratch
}

/// A token for a person.
pub(crate) fn token(scratch: &Scratch, name: &str, role: &str, tenant: &str) -> String {
    let made = scratch.json(&[
        "token", "create", "--role", role, "--name", name, "--tenant", tenant,
    ]);
    made["token"].as_str().unwrap().to_owned()
}

pub(crate) fn serving(scratch: &Scratch, args: &[&str]) -> Serving {
    let serving = Serving::start_with(scratch, args);
    serving.wait_for("serving ");
    serving
}

/// A browser without a window: it keeps cookies.
pub(crate) struct Visitor<'a> {
    serving: &'a Serving,
    pub(crate) cookies: Vec<(String, String)>,
}

impl<'a> Visitor<'a> {
    pub(crate) fn new(serving: &'a Serving) -> Self {
        Self {
            serving,
            cookies: Vec::new(),
        }
    }

    pub(crate) fn signed_in(serving: &'a Serving, token: &str) -> Self {
        let mut visitor = Self::new(serving);
        let answer = visitor.sign_in(token);
        assert_eq!(answer.status, 303, "{answer:?}");
        visitor
    }

    fn sign_in(&mut self, token: &str) -> Answer {
        let form = self.get("/sign-in");
        let key = hidden(&form.body, "key");
        self.post(
            "/sign-in",
            &[("key", &key), ("token", token), ("to", "/queue")],
        )
    }

    fn send(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut headers = headers.to_owned();
        if !cookies.is_empty() {
            headers.push_str(&format!("Cookie: {}\r\n", cookies.join("; ")));
        }
        let address = &self.serving.address;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            body.len()
        );
        let answer = self.serving.raw(head.as_bytes());
        for line in answer.sent("set-cookie") {
            let pair = line.split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "Accept: text/html\r\n", "")
    }

    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_from(path, "Sec-Fetch-Site: same-origin\r\n", fields)
    }

    fn post_from(&mut self, path: &str, headers: &str, fields: &[(&str, &str)]) -> Answer {
        let encode = |text: &str| {
            let bytes = text.bytes();
            bytes.fold(String::new(), |text, byte| format!("{text}%{byte:02X}"))
        };
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        let headers = format!("Content-Type: application/x-www-form-urlencoded\r\n{headers}");
        self.send("POST", path, &headers, &pairs.join("&"))
    }
}

/// The value of a hidden field of a page.
pub(crate) fn hidden(body: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = body
        .split_once(&start)
        .unwrap_or_else(|| panic!("no field {name}: {body}"));
    rest.split('"').next().unwrap().to_owned()
}

/// Every page that can be asked for, with a subject, an entry and an alert that are there.
pub(crate) const PAGES: &[&str] = &[
    "/",
    "/queue",
    "/queue?state=all&sort=score",
    "/alerts/1",
    "/offers",
    "/subjects/crm/C-100711",
    "/lists",
    "/lists/demo",
    "/lists/demo/versions/latest",
    "/lists/demo/diff?from=previous&to=latest",
    "/entries/demo-person-037",
    "/reports",
    "/reports?since=2026-01-04",
    "/policy",
    "/policy/desk",
    "/audit",
    "/audit?kind=refused",
    "/admin",
];

#[test]
fn every_page_is_light_and_tells_browsers_to_do_nothing_else() {
    let scratch = home();
    let admin = token(&scratch, "root", "admin", "default");
    let serving = serving(&scratch, &[]);
    let mut visitor = Visitor::signed_in(&serving, &admin);
    for page in PAGES
        .iter()
        .chain(&["/sign-in", "/nothing", "/static/app.css", "/static/app.js"])
    {
        let answer = visitor.get(page);
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{page}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{page}: {policy}");
        assert_eq!(answer.header("x-frame-options"), Some("deny"), "{page}");
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{page}"
        );
        assert!(
            answer.body.len() < 100 * 1024,
            "{page}: {} bytes",
            answer.body.len()
        );
        if !page.starts_with("/static") {
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{page}");
            for inline in [
                "<style",
                " style=",
                "onclick",
                "onload",
                "onerror",
                "javascript:",
            ] {
                assert!(!answer.body.contains(inline), "{page}: {inline}");
            }
        }
        let expected = match *page {
            "/nothing" => 404,
            "/sign-in" => 303,
            _ => 200,
        };
        assert_eq!(answer.status, expected, "{page}: {}", answer.body);
    }
}

#[test]
fn nobody_unknown_sees_a_page_and_machines_have_no_use_for_one() {
    let scratch = home();
    let screener = token(&scratch, "gate", "screener", "default");
    let serving = serving(&scratch, &[]);
    let mut visitor = Visitor::new(&serving);
    for page in PAGES {
        let answer = visitor.get(page);
        assert_eq!(answer.status, 303, "{page}");
        assert!(
            answer
                .header("location")
                .unwrap()
                .starts_with("/sign-in?to="),
            "{page}"
        );
    }
    let refused = visitor.sign_in(&screener);
    assert_eq!(refused.status, 200);
    assert!(refused.body.contains("opens nothing here"), "{refused:?}");
    assert_eq!(visitor.get("/queue/news").status, 403);
    // Nobody is led elsewhere by a link to the door.
    let form = visitor.get("/sign-in?to=https://evil.example");
    let analyst = token(&scratch, "ada", "analyst", "default");
    let key = hidden(&form.body, "key");
    for to in ["https://evil.example", "//evil.example", "/\\evil.example"] {
        let mut other = Visitor {
            serving: &serving,
            cookies: visitor.cookies.clone(),
        };
        let answer = other.post(
            "/sign-in",
            &[("key", &key), ("token", &analyst), ("to", to)],
        );
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, Some("/")),
            "{to}"
        );
    }
}

#[test]
fn roles_are_those_of_the_tokens() {
    let scratch = home();
    let tokens: Vec<(&str, String)> = ["viewer", "analyst", "approver", "admin", "auditor"]
        .map(|role| {
            (
                role,
                token(&scratch, &format!("the {role}"), role, "default"),
            )
        })
        .into();
    let serving = serving(&scratch, &[]);
    for (number, (role, token)) in (1..).zip(&tokens) {
        let (number, address) = (number.to_string(), format!("/alerts/{number}"));
        let mut visitor = Visitor::signed_in(&serving, token);
        let is_admin = *role == "admin";
        assert_eq!(visitor.get("/queue").status, 200, "{role}");
        assert_eq!(
            visitor.get("/admin").status,
            if is_admin { 200 } else { 403 },
            "{role}"
        );
        let page = visitor.get(&address);
        let key = hidden(&page.body, "key");
        let note = |visitor: &mut Visitor<'_>, word: &str, more: &[(&str, &str)]| {
            let revision = scratch.json(&["alert", "show", &number])["revision"].to_string();
            let mut fields = vec![("key", key.as_str()), ("do", word), ("revision", &revision)];
            fields.extend(more);
            visitor.post(&address, &fields).status
        };
        let judges = matches!(*role, "analyst" | "approver");
        let works = judges || is_admin;
        assert_eq!(
            note(&mut visitor, "note", &[("text", role)]),
            if works { 303 } else { 403 },
            "{role}"
        );
        assert_eq!(
            note(&mut visitor, "review", &[]),
            if judges { 303 } else { 403 },
            "{role}"
        );
        let approves = *role == "approver";
        let status = note(&mut visitor, "approve", &[]);
        // There is no proposal, so whoever may is told that by the desk.
        assert_eq!(status, if approves { 409 } else { 403 }, "{role}");
        let policy = visitor.post(
            "/policy",
            &[
                ("key", &key),
                ("do", "forecast"),
                ("review", "0.7"),
                ("matched", "0.9"),
            ],
        );
        assert_eq!(policy.status, if is_admin { 200 } else { 403 }, "{role}");
        let user = visitor.post(
            "/admin",
            &[
                ("key", &key),
                ("do", "make-token"),
                ("name", "x"),
                ("role", "admin"),
            ],
        );
        assert_eq!(user.status, if is_admin { 200 } else { 403 }, "{role}");
        // Rules of the desk and webhooks are an admin's, the log an auditor's besides.
        let audits = is_admin || *role == "auditor";
        assert_eq!(
            visitor.get("/audit").status,
            if audits { 200 } else { 403 },
            "{role}"
        );
        let status = visitor.post("/audit", &[("key", &key), ("do", "export")]);
        assert_eq!(status.status, if audits { 200 } else { 403 }, "{role}");
        assert_eq!(
            visitor.get("/policy/desk").status,
            if is_admin { 200 } else { 403 },
            "{role}"
        );
        let passes = is_admin || approves;
        assert_eq!(
            visitor.get("/offers").status,
            if passes { 200 } else { 403 },
            "{role}"
        );
        let to_north = [("to", "north"), ("text", "theirs")];
        for (word, more, allowed) in [
            // There is no such tenant, and nothing is offered.
            ("hand-over", &to_north[..], 409),
            ("take-back", &to_north[1..], 409),
        ] {
            let status = note(&mut visitor, word, more);
            assert_eq!(status, if passes { allowed } else { 403 }, "{role} {word}");
        }
        for (path, word, allowed, is_allowed) in [
            ("/policy/desk", "set", 400, is_admin),
            ("/admin/webhooks", "add", 400, is_admin),
            ("/admin/webhooks", "replay", 404, is_admin),
            ("/admin/tenants", "add-tenant", 400, is_admin),
            ("/admin/tenants", "give", 400, is_admin),
            ("/offers", "accept", 404, passes),
            ("/offers", "decline", 400, passes),
        ] {
            let fields = [("key", key.as_str()), ("do", word), ("alert", "77")];
            let status = visitor.post(path, &fields).status;
            let expected = if is_allowed { allowed } else { 403 };
            assert_eq!(status, expected, "{role} {path} {word}");
        }
    }
}

#[test]
fn a_form_of_another_session_or_site_does_nothing() {
    let scratch = home();
    let (ada, ben) = (
        token(&scratch, "ada", "analyst", "default"),
        token(&scratch, "ben", "analyst", "default"),
    );
    let serving = serving(&scratch, &[]);
    let mut visitor = Visitor::signed_in(&serving, &ada);
    let mut other = Visitor::signed_in(&serving, &ben);
    let ours = hidden(&visitor.get("/alerts/1").body, "key");
    let theirs = hidden(&other.get("/alerts/1").body, "key");
    assert_ne!(ours, theirs);
    let fields = |key| {
        [
            ("key", key),
            ("do", "note"),
            ("revision", "0"),
            ("text", "planted"),
        ]
    };
    let same = "Sec-Fetch-Site: same-origin\r\n";
    let address = &serving.address;
    let own = format!("Origin: http://{address}\r\n");
    for (headers, key) in [
        (same, ""),
        (same, theirs.as_str()),
        ("Sec-Fetch-Site: cross-site\r\n", &ours),
        ("Sec-Fetch-Site: same-site\r\n", &ours),
        ("Origin: https://evil.example\r\n", &ours),
        ("Origin: null\r\n", &ours),
    ] {
        let answer = visitor.post_from("/alerts/1", headers, &fields(key));
        assert_eq!(answer.status, 403, "{headers} {key}: {answer:?}");
    }
    // Changing something by following a link is no way either.
    let link = visitor.get(&format!(
        "/alerts/1?do=note&text=planted&revision=0&key={ours}"
    ));
    assert_eq!(link.status, 200);
    assert_eq!(scratch.json(&["alert", "show", "1"])["revision"], 0);
    let good = visitor.post_from("/alerts/1", &own, &fields(&ours));
    assert_eq!(good.status, 303, "{good:?}");
    assert_eq!(scratch.json(&["alert", "show", "1"])["revision"], 1);
}

#[test]
fn a_session_is_made_at_the_door_and_ends_with_its_token() {
    let scratch = home();
    let ada = token(&scratch, "ada", "analyst", "default");
    let serving = serving(&scratch, &[]);
    // A planted cookie opens nothing, and signing in does not adopt it.
    let mut visitor = Visitor::new(&serving);
    let planted = "f".repeat(64);
    visitor
        .cookies
        .push(("rescreen".to_owned(), planted.clone()));
    assert_eq!(visitor.get("/queue").status, 303);
    let answer = visitor.sign_in(&ada);
    assert_eq!(answer.status, 303);
    let cookie = answer.header("set-cookie").unwrap();
    assert!(
        cookie.contains("httponly") && cookie.contains("samesite=strict"),
        "{cookie}"
    );
    let session = visitor
        .cookies
        .iter()
        .find(|(name, _)| name == "rescreen")
        .unwrap()
        .1
        .clone();
    assert_ne!(session, planted);
    assert_eq!(visitor.get("/queue").status, 200);
    // Signing in again makes another session.
    let mut again = Visitor::signed_in(&serving, &ada);
    assert!(again.cookies.iter().all(|(_, value)| *value != session));
    // Signing out ends this one and not the other.
    let key = hidden(&visitor.get("/queue").body, "key");
    assert_eq!(visitor.post("/sign-out", &[("key", &key)]).status, 303);
    visitor.cookies = vec![("rescreen".to_owned(), session)];
    assert_eq!(visitor.get("/queue").status, 303);
    assert_eq!(again.get("/queue").status, 200);
    // A token that is taken back ends what it opened.
    let tokens = scratch.json(&["token", "ls"]);
    scratch.ok(&["token", "revoke", tokens[0]["id"].as_str().unwrap()]);
    assert_eq!(again.get("/queue").status, 303);
}

#[test]
fn cookies_go_over_nothing_but_tls_where_the_server_is_reached_by_it() {
    let scratch = home();
    let ada = token(&scratch, "ada", "analyst", "default");
    let serving = serving(&scratch, &["--public-url", "https://screening.example"]);
    let mut visitor = Visitor::new(&serving);
    let answer = visitor.sign_in(&ada);
    let cookie = answer.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with("__host-rescreen=") && cookie.contains("; secure"),
        "{cookie}"
    );
}

#[test]
fn the_register_of_another_tenant_is_not_there() {
    let scratch = home();
    let (ours, theirs) = (
        token(&scratch, "ada", "approver", "default"),
        token(&scratch, "eve", "approver", "elsewhere"),
    );
    let their_admin = token(&scratch, "adi", "admin", "elsewhere");
    let here = serving(&scratch, &[]);
    let mut visitor = Visitor::new(&here);
    assert!(visitor.sign_in(&theirs).body.contains("opens nothing here"));
    assert_eq!(visitor.get("/alerts/1").status, 303);
    let elsewhere = serving(&scratch, &["--tenant", "elsewhere"]);
    let mut eve = Visitor::signed_in(&elsewhere, &theirs);
    let mut adi = Visitor::signed_in(&elsewhere, &their_admin);
    for page in PAGES.iter().filter(|p| {
        [
            "/queue",
            "/alerts",
            "/subjects",
            "/reports",
            "/policy",
            "/audit",
        ]
        .iter()
        .any(|s| p.starts_with(s))
    }) {
        let answer = adi.get(page);
        assert!(matches!(answer.status, 200 | 404), "{page}");
        assert!(!answer.body.contains("Kamoliddin"), "{page}");
    }
    let theirs = adi.get("/admin");
    assert_eq!(theirs.status, 200);
    let key = hidden(&theirs.body, "key");
    let hook = [
        ("key", key.as_str()),
        ("do", "add"),
        ("url", "https://a.example"),
    ];
    assert!(
        adi.post("/admin/webhooks", &hook)
            .body
            .contains("a.example")
    );
    let our_admin = token(&scratch, "ava", "admin", "default");
    let mut ava = Visitor::signed_in(&here, &our_admin);
    assert!(!ava.get("/admin").body.contains("a.example"));
    let key = hidden(&eve.get("/lists").body, "key");
    let act = eve.post(
        "/alerts/1",
        &[
            ("key", &key),
            ("do", "note"),
            ("revision", "0"),
            ("text", "x"),
        ],
    );
    assert_eq!(act.status, 404);
    let entry = eve.get("/entries/demo-person-037");
    assert_eq!(entry.status, 200);
    assert!(!entry.body.contains("/alerts/"), "{}", entry.body);
    assert_eq!(Visitor::new(&elsewhere).sign_in(&ours).status, 200);
}

#[test]
fn what_is_searched_for_stands_in_no_address() {
    let scratch = home();
    let ada = token(&scratch, "ada", "analyst", "default");
    let serving = serving(&scratch, &[]);
    let mut visitor = Visitor::signed_in(&serving, &ada);
    let key = hidden(&visitor.get("/").body, "key");
    let asked = visitor.post("/", &[("key", &key), ("q", "Zviad Khorguanidze")]);
    assert_eq!(
        (asked.status, asked.header("location")),
        (303, Some("/?s=1"))
    );
    assert!(visitor.get("/?s=1").body.contains("demo-person-065"));
    // The number is the session's own.
    let mut other = Visitor::signed_in(&serving, &ada);
    assert!(!other.get("/?s=1").body.contains("Zviad"));
    // Mistakes are told where they were made.
    for (fields, text) in [
        (&[("q", "")][..], "Say a name"),
        (&[("q", "Zviad"), ("born", "yesterday")], "is not a date"),
        (
            &[("q", "Zviad"), ("country", "Nowhereland")],
            "is not a country",
        ),
        (&[("number", "shoe:44")], "is not a type of identifier"),
    ] {
        let mut all = vec![("key", key.as_str())];
        all.extend(fields);
        let to = visitor
            .post("/", &all)
            .header("location")
            .unwrap()
            .to_owned();
        let answer = visitor.get(&to);
        assert!(
            answer.status == 200 && answer.body.contains(text),
            "{fields:?}: {}",
            answer.body
        );
    }
}

#[test]
fn several_alerts_are_not_decided_unseen() {
    let scratch = home();
    let ada = token(&scratch, "ada", "analyst", "default");
    let serving = serving(&scratch, &[]);
    let mut visitor = Visitor::signed_in(&serving, &ada);
    let key = hidden(&visitor.get("/queue").body, "key");
    let chosen = [("key", key.as_str()), ("alert", "1:0"), ("alert", "2:0")];
    let send = |visitor: &mut Visitor<'_>, more: &[(&str, &str)]| {
        visitor.post("/queue", &[&chosen, more].concat())
    };
    let revision = |alert: &str| scratch.json(&["alert", "show", alert])["revision"].clone();
    // What is asked for is shown first, and done only with the number typed and words of one's own.
    let shown = send(&mut visitor, &[("do", "propose")]);
    assert!(
        shown.body.contains("Propose for 2 alerts"),
        "{}",
        shown.body
    );
    let propose = [
        ("do", "really-propose"),
        ("reason", "false-positive:other-person"),
    ];
    for more in [
        &[("count", "2")][..],
        &[("text", "seen"), ("count", "3")],
        &[("text", "seen")],
    ] {
        assert_eq!(
            send(&mut visitor, &[&propose, more].concat()).status,
            400,
            "{more:?}"
        );
    }
    assert_eq!((revision("1"), revision("2")), (0.into(), 0.into()));
    // One that changed meanwhile is left out and told.
    scratch.ok(&["alert", "note", "2", "--as", "ben", "--text", "wait"]);
    let done = send(
        &mut visitor,
        &[&propose[..], &[("text", "seen"), ("count", "2")]].concat(),
    );
    assert!(
        done.status == 200 && done.body.contains("Not all of it was done"),
        "{done:?}"
    );
    assert_eq!(scratch.json(&["alert", "show", "1"])["case"], "proposed");
    assert_eq!(revision("2"), 1);
    let many: Vec<String> = (1..=26).map(|n| format!("{n}:0")).collect();
    let mut fields = vec![("key", key.as_str()), ("do", "propose")];
    fields.extend(many.iter().map(|text| ("alert", text.as_str())));
    assert_eq!(visitor.post("/queue", &fields).status, 400);
}

#[test]
fn people_and_tokens_are_kept_on_a_page() {
    let scratch = home();
    let root = token(&scratch, "root", "admin", "default");
    let serving = serving(&scratch, &[]);
    let mut visitor = Visitor::signed_in(&serving, &root);
    let key = hidden(&visitor.get("/admin").body, "key");
    let mut post = |fields: &[(&str, &str)]| {
        visitor.post("/admin", &[&[("key", key.as_str())], fields].concat())
    };
    assert_eq!(
        post(&[("do", "add-user"), ("name", "root"), ("role", "admin")]).status,
        303
    );
    assert_eq!(
        post(&[("do", "add-user"), ("name", "ada"), ("role", "analyst")]).status,
        303
    );
    let made = post(&[("do", "make-token"), ("name", "ada"), ("role", "analyst")]);
    let (_, rest) = made.body.split_once("rescreen_").unwrap();
    let text = format!("rescreen_{}", rest.split('<').next().unwrap());
    // It is shown once, and opens.
    assert!(!visitor.get("/admin").body.contains(&text));
    let mut ada = Visitor::signed_in(&serving, &text);
    assert_eq!(ada.get("/queue").status, 200);
    assert_eq!(ada.get("/admin").status, 403);
    // Only the last admin cannot go.
    let refused = visitor.post(
        "/admin",
        &[("key", &key), ("do", "remove-user"), ("name", "root")],
    );
    assert_eq!(refused.status, 409);
    let users = scratch.json(&["user", "ls"]);
    assert_eq!(users.as_array().unwrap().len(), 2, "{users}");
}

#[test]
fn a_case_goes_to_another_tenant_on_the_pages_and_back() {
    let scratch = home();
    let north = ["--tenant", "north"];
    let (ben, root) = (
        token(&scratch, "ben", "approver", "default"),
        token(&scratch, "root", "admin", "default"),
    );
    let here = serving(&scratch, &[]);
    let mut root = Visitor::signed_in(&here, &root);
    let key = hidden(&root.get("/admin").body, "key");
    let add = [
        ("key", key.as_str()),
        ("do", "add-tenant"),
        ("name", "north"),
    ];
    assert_eq!(root.post("/admin/tenants", &add).status, 303);
    assert!(root.get("/admin").body.contains(">north<"));
    let note = ["alert", "note", "1", "--text", "secret-note", "--as", "ben"];
    scratch.ok(&note);
    let (nora, nils) = (
        token(&scratch, "nora", "approver", "north"),
        token(&scratch, "nils", "analyst", "north"),
    );
    let there = serving(&scratch, &north);
    let mut ben = Visitor::signed_in(&here, &ben);
    let mut nora = Visitor::signed_in(&there, &nora);
    let mut nils = Visitor::signed_in(&there, &nils);
    assert_eq!(nils.get("/offers").status, 403);
    let their_key = hidden(&nora.get("/queue").body, "key");
    let act = |visitor: &mut Visitor<'_>, word: &str, more: &[(&str, &str)]| {
        let page = visitor.get("/alerts/1").body;
        let (key, revision) = (hidden(&page, "key"), hidden(&page, "revision"));
        let fields = [("key", &*key), ("do", word), ("revision", &*revision)];
        visitor.post("/alerts/1", &[&fields[..], more].concat())
    };
    let answer = |visitor: &mut Visitor<'_>, word: &str, reason: &str| {
        let fields = [
            ("key", &*their_key),
            ("do", word),
            ("alert", "1"),
            ("text", reason),
        ];
        visitor.post("/offers", &fields)
    };
    // What nobody offers is not there, and is not taken.
    assert_eq!(nora.get("/alerts/1").status, 404);
    assert_eq!(answer(&mut nora, "accept", "").status, 404);
    let offer = [("to", "north"), ("text", "<i>she lives there</i>")];
    for round in ["take-back", "decline", "accept"] {
        assert_eq!(act(&mut ben, "hand-over", &offer).status, 303, "{round}");
        let page = ben.get("/alerts/1").body;
        assert!(
            page.contains("Offered to") && page.contains("north"),
            "{round}"
        );
        assert!(ben.get("/offers").body.contains("/alerts/1\""));
        assert!(nora.get("/queue").body.contains("1 case is offered"));
        let offered = nora.get("/offers").body;
        assert!(offered.contains("&lt;i&gt;she lives there"), "{offered}");
        assert!(offered.contains("(ben)"));
        assert!(!offered.contains("secret-note"), "{offered}");
        assert_eq!(nora.get("/alerts/1").status, 404, "an offer is no case yet");
        match round {
            "take-back" => {
                let why = [("text", "they moved here")];
                assert_eq!(act(&mut ben, "take-back", &why).status, 303);
                assert_eq!(answer(&mut nora, "accept", "").status, 404);
            }
            "decline" => {
                assert_eq!(answer(&mut nora, "decline", "").status, 400);
                let done = answer(&mut nora, "decline", "not ours");
                assert_eq!(done.header("location"), Some("/offers?done=decline"));
                assert!(ben.get("/alerts/1").body.contains("not ours"));
            }
            _ => {
                let done = answer(&mut nora, "accept", "");
                assert_eq!(done.header("location"), Some("/alerts/1?done=accept"));
            }
        }
        assert!(nora.get("/offers").body.contains("Nothing is offered"));
    }
    let theirs = nora.get("/alerts/1");
    assert_eq!(theirs.status, 200);
    assert!(!theirs.body.contains("secret-note"), "{theirs:?}");
    assert_eq!(ben.get("/alerts/1").status, 404);
    assert_eq!(nils.get("/alerts/1").status, 200);
}

#[test]
fn tenants_are_kept_on_the_page_of_the_default_tenants_admins() {
    let scratch = home();
    let (root, sue) = (
        token(&scratch, "root", "admin", "default"),
        token(&scratch, "sue", "admin", "south"),
    );
    let here = serving(&scratch, &[]);
    let mut root = Visitor::signed_in(&here, &root);
    let key = hidden(&root.get("/admin").body, "key");
    let mut post = |path: &str, fields: &[(&str, &str)]| {
        root.post(path, &[&[("key", key.as_str())], fields].concat())
    };
    for name in ["south", "north"] {
        let add = post("/admin/tenants", &[("do", "add-tenant"), ("name", name)]);
        assert_eq!(add.status, 303, "{add:?}");
    }
    let odd = post(
        "/admin/tenants",
        &[("do", "add-tenant"), ("name", "No Such")],
    );
    assert_eq!(odd.status, 400);
    for (name, role, tenant) in [
        ("root", "admin", "default"),
        ("sue", "admin", "south"),
        ("nora", "approver", "north"),
    ] {
        let add = [
            ("do", "add-user"),
            ("name", name),
            ("role", role),
            ("tenant", tenant),
        ];
        assert_eq!(post("/admin", &add).status, 303, "{name}");
    }
    let give = [
        ("do", "give"),
        ("source", "crm"),
        ("tenant", "south"),
        ("text", "they merged"),
    ];
    let given = post("/admin/tenants", &give);
    assert!(given.body.contains("are tenant south’s"), "{given:?}");
    // A token of another tenant is not made here.
    let make = [
        ("do", "make-token"),
        ("name", "x"),
        ("role", "admin"),
        ("tenant", "south"),
    ];
    assert_eq!(post("/admin", &make).status, 409);
    let page = root.get("/admin").body;
    for word in [">nora<", ">sue<", ">south<", ">crm<"] {
        assert!(page.contains(word), "{word}: {page}");
    }
    let tenants = scratch.json(&["tenant", "ls"]);
    assert_eq!(tenants[2]["name"], "south", "{tenants}");
    assert_eq!(tenants[2]["sources"][0], "crm", "{tenants}");

    // Another tenant's admin sees and changes what is its own.
    let there = serving(&scratch, &["--tenant", "south"]);
    let mut sue = Visitor::signed_in(&there, &sue);
    let page = sue.get("/admin").body;
    assert!(page.contains(">sue<"), "{page}");
    for word in ["nora", "north", ">root<", "Add a tenant"] {
        assert!(!page.contains(word), "{word}: {page}");
    }
    let key = hidden(&page, "key");
    for (path, fields) in [
        (
            "/admin/tenants",
            &[("do", "add-tenant"), ("name", "west")][..],
        ),
        (
            "/admin/tenants",
            &[&give[..2], &[("tenant", "south"), ("text", "x")]].concat(),
        ),
        (
            "/admin",
            &[
                ("do", "add-user"),
                ("name", "eve"),
                ("role", "admin"),
                ("tenant", "north"),
            ],
        ),
        ("/admin", &[&make[..3], &[("tenant", "north")]].concat()),
    ] {
        let refused = sue.post(path, &[&[("key", key.as_str())], fields].concat());
        assert_eq!(refused.status, 409, "{path}: {refused:?}");
        assert!(!refused.body.contains("nora"), "{refused:?}");
    }
    let users = scratch.json(&["user", "ls"]);
    assert_eq!(users.as_array().unwrap().len(), 3, "{users}");
}
