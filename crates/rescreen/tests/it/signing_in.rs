//! Signing in to the pages by an identity provider, as people do and as attackers would.

use serde_json::{Value, json};

use crate::{
    browser::{Browser, Kind},
    issuer::{CLIENT, Issuer, SECRET},
    pages::{Visitor, hidden, home},
    serving::{Answer, Serving},
    support::Scratch,
};

/// A server on an address that it knows before it starts, as the issuer has to be told it.
fn served(scratch: &Scratch, issuer: &Issuer, more: &[&str]) -> Serving {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    scratch.write("client.secret", format!("{SECRET}\n"));
    let (secret, url) = (scratch.path("client.secret"), format!("http://{address}"));
    let named = [
        "--public-url",
        &url,
        "--oidc-issuer",
        &issuer.url,
        "--oidc-client-id",
        CLIENT,
        "--oidc-client-secret-file",
        secret.to_str().unwrap(),
        "--oidc-name-claim",
        "email",
    ];
    let serving = Serving::start_at(scratch, &address, &[&named[..], more].concat());
    serving.wait_for("serving ");
    serving
}

fn ada() -> Value {
    json!({ "email": "ada@bank.example", "email_verified": true, "roles": ["analyst", "staff"] })
}

/// Goes to the issuer and says where that sends the browser back to.
fn there(visitor: &mut Visitor<'_>, issuer: &Issuer, to: &str) -> String {
    let answer = visitor.get(&format!("/sign-in/issuer?to={to}"));
    assert_eq!(answer.status, 303, "{answer:?}");
    let question = answer.sent("location")[0];
    let path = question.strip_prefix(&issuer.url).unwrap();
    let host = issuer.url.trim_start_matches("http://");
    let head = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let sent = Answer::read(host, head.as_bytes());
    assert_eq!(sent.status, 302, "{sent:?}");
    let back = sent.sent("location")[0];
    let (_, path) = back.split_once("/sign-in/back").unwrap();
    format!("/sign-in/back{path}")
}

fn has_session(visitor: &Visitor<'_>) -> bool {
    let mut cookies = visitor.cookies.iter();
    cookies.any(|(name, _)| name == "rescreen")
}

#[track_caller]
fn is_refused(visitor: &mut Visitor<'_>, answer: &Answer, status: u16, words: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert!(answer.body.contains(words), "{words}: {answer:?}");
    assert!(!has_session(visitor));
    assert_eq!(visitor.get("/queue").status, 303);
}

#[test]
fn people_sign_in_by_the_identity_provider_and_act_under_their_name() {
    let (scratch, issuer) = (home(), Issuer::start());
    let serving = served(&scratch, &issuer, &[]);
    issuer.says(&ada());
    let mut visitor = Visitor::new(&serving);
    let host = issuer.url.trim_start_matches("http://").to_owned();
    let door = visitor.get("/sign-in?to=/alerts/1").body;
    assert!(door.contains(&format!("Sign in with {host}")), "{door}");
    assert!(door.contains("/sign-in/issuer?to=%2Falerts%2F1"), "{door}");
    let planted = "f".repeat(64);
    let own = ("rescreen".to_owned(), planted.clone());
    visitor.cookies.push(own);
    let back = there(&mut visitor, &issuer, "/alerts/1");
    let answer = visitor.get(&back);
    assert_eq!(answer.status, 200, "{answer:?}");
    // The browser came from another site, so the next step is one of ours.
    assert!(answer.body.contains("url=/alerts/1\""), "{answer:?}");
    let cookies = answer.sent("set-cookie");
    let session = cookies.iter().find(|c| c.starts_with("rescreen=")).unwrap();
    assert!(
        session.contains("HttpOnly") && session.contains("SameSite=Strict"),
        "{session}"
    );
    assert!(!session.contains(&planted), "no session is adopted");
    assert!(
        visitor
            .cookies
            .iter()
            .all(|(name, _)| name != "rescreen-errand"),
        "{:?}",
        visitor.cookies
    );
    // The role is the provider's, the name what it says; words that are no role mean nothing.
    let page = visitor.get("/alerts/1");
    let (_, person) = page.body.split_once("class=\"who\"").unwrap();
    let (person, _) = person.split_once("</span>").unwrap();
    assert!(
        person.contains("ada@bank.example") && person.ends_with(" · analyst"),
        "{person}"
    );
    assert_eq!(visitor.get("/admin").status, 403);
    let key = hidden(&page.body, "key");
    let revision = scratch.json(&["alert", "show", "1"])["revision"].to_string();
    let note = [
        ("key", key.as_str()),
        ("do", "note"),
        ("revision", &revision),
        ("text", "looked at"),
    ];
    assert_eq!(visitor.post("/alerts/1", &note).status, 303);
    let shown = scratch.json(&["alert", "show", "1"]).to_string();
    assert!(shown.contains("ada@bank.example"), "{shown}");
    // Out here; there only if they wish.
    let out = visitor.post("/sign-out", &[("key", &key)]);
    assert_eq!(out.sent("location"), ["/sign-in?out=1"]);
    assert_eq!(visitor.get("/queue").status, 303);
    let door = visitor.get("/sign-in?out=1").body;
    assert!(
        door.contains(&format!("{}/leave?client_id=", issuer.url)),
        "{door}"
    );
    // Several roles are held at once.
    issuer.says(&json!({ "email": "bo@bank.example", "roles": "viewer admin monitor" }));
    let back = there(&mut visitor, &issuer, "/admin");
    assert_eq!(visitor.get(&back).status, 200);
    assert_eq!(visitor.get("/admin").status, 200);
    // Who is signed in is not sent away again.
    assert_eq!(
        visitor.get("/sign-in/issuer?to=/lists").sent("location"),
        ["/lists"]
    );
}

#[test]
fn nobody_is_signed_in_by_an_answer_that_their_browser_did_not_ask_for() {
    let (scratch, issuer) = (home(), Issuer::start());
    let serving = served(&scratch, &issuer, &[]);
    issuer.says(&ada());
    let foreign = "was not begun in this browser";

    // Another browser's code and state, with or without an errand of one's own: no code is put in.
    let mut eve = Visitor::new(&serving);
    let hers = there(&mut eve, &issuer, "/");
    let mut victim = Visitor::new(&serving);
    let answer = victim.get(&hers);
    is_refused(&mut victim, &answer, 400, foreign);
    let own = there(&mut victim, &issuer, "/");
    let answer = victim.get(&hers);
    is_refused(&mut victim, &answer, 400, foreign);
    // Her code with the victim's own state gets as far as the issuer, which knows who asked for it.
    let part = |path: &str, name: &str| {
        let (_, query) = path.split_once('?').unwrap();
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(n, _)| *n == name).unwrap().1.to_owned()
    };
    let mixed = format!(
        "/sign-in/back?code={}&state={}",
        part(&hers, "code"),
        part(&own, "state")
    );
    let answer = victim.get(&mixed);
    is_refused(&mut victim, &answer, 403, "invalid_grant");
    // And her cookie beside the victim's is no errand at all.
    let mut two = Visitor::new(&serving);
    two.cookies = [&eve.cookies[..], &victim.cookies[..]].concat();
    let answer = two.get(&hers);
    is_refused(&mut two, &answer, 400, foreign);

    // Without a state, with a wrong one, and twice with the right one.
    for query in [
        "",
        "?code=x",
        "?code=x&state=",
        &format!("?code=x&state={}", "0".repeat(64)),
    ] {
        let mut visitor = Visitor::new(&serving);
        there(&mut visitor, &issuer, "/");
        let answer = visitor.get(&format!("/sign-in/back{query}"));
        is_refused(&mut visitor, &answer, 400, foreign);
    }
    let mut visitor = Visitor::new(&serving);
    let back = there(&mut visitor, &issuer, "/");
    let errand = visitor.cookies.clone();
    assert_eq!(visitor.get(&back).status, 200);
    assert!(has_session(&visitor));
    visitor.cookies = errand;
    let answer = visitor.get(&back);
    is_refused(&mut visitor, &answer, 400, "was used before");

    // An answer to another question, of another issuer, or a refusal.
    issuer.answers(Some("another"));
    let mut visitor = Visitor::new(&serving);
    let back = there(&mut visitor, &issuer, "/");
    let answer = visitor.get(&back);
    is_refused(&mut visitor, &answer, 403, "answered another sign-in");
    issuer.answers(None);
    let back = there(&mut visitor, &issuer, "/");
    let answer = visitor.get(&back.replace("iss=", "iss=x"));
    is_refused(&mut visitor, &answer, 403, "it is of another issuer");
    for (error, words) in [("access_denied", "(access_denied)"), ("%3Cb%3E", "(?)")] {
        let back = there(&mut visitor, &issuer, "/");
        let state = part(&back, "state");
        let answer = visitor.get(&format!("/sign-in/back?error={error}&state={state}"));
        is_refused(&mut visitor, &answer, 403, words);
    }
    // Nobody is led elsewhere.
    for to in [
        "https://evil.example",
        "//evil.example",
        "/%5Cevil.example",
        "/sign-in/issuer",
    ] {
        let mut visitor = Visitor::new(&serving);
        let back = there(&mut visitor, &issuer, to);
        let answer = visitor.get(&back);
        assert!(answer.body.contains("url=/\""), "{to}: {answer:?}");
    }
}

#[test]
fn only_what_the_provider_says_of_people_of_here_lets_somebody_in() {
    let (scratch, issuer) = (home(), Issuer::start());
    let serving = served(&scratch, &issuer, &["--oidc-tenant-claim", "unit"]);
    let mut visitor = Visitor::new(&serving);
    let good = || {
        let mut claims = ada();
        claims["unit"] = json!("default");
        claims
    };
    let far = "another tenant";
    for (name, value, words) in [
        ("unit", json!("elsewhere"), far),
        ("unit", json!(null), "no claim"),
        ("roles", json!(["staff"]), "gives you no role here"),
        // Machines have no use for pages.
        ("roles", json!(["screener"]), "gives you no role here"),
        ("roles", json!(null), "gives you no role here"),
        ("email", json!(""), "no claim"),
        ("email_verified", json!(false), "has not verified"),
        ("aud", json!("rescreen"), "another audience"),
        ("aud", json!([CLIENT, "other"]), "another audience"),
        ("azp", json!("other"), "another audience"),
        ("iss", json!("https://evil.example"), "another issuer"),
        ("exp", json!(1_700_000_000), "not valid at this time"),
        ("nbf", json!(4_000_000_000_u64), "not valid at this time"),
        ("exp", json!(null), "not to be believed"),
    ] {
        let mut claims = good();
        claims[name] = value;
        issuer.says(&claims);
        let back = there(&mut visitor, &issuer, "/");
        let answer = visitor.get(&back);
        is_refused(&mut visitor, &answer, 403, words);
    }
    issuer.says(&good());
    issuer.signs_with("k2");
    let back = there(&mut visitor, &issuer, "/");
    let answer = visitor.get(&back);
    is_refused(&mut visitor, &answer, 403, "nobody knows its key");
    issuer.signs_with("k1");
    // It does not answer: neither when it is asked who somebody is, nor a moment later.
    let back = there(&mut visitor, &issuer, "/");
    issuer.is_away(true);
    let answer = visitor.get(&back);
    is_refused(&mut visitor, &answer, 502, "does not answer");
    issuer.is_away(false);
    let back = there(&mut visitor, &issuer, "/");
    assert_eq!(visitor.get(&back).status, 200);
    assert_eq!(visitor.get("/queue").status, 200);
    // No program is let in by such a token where no audience is agreed on.
    let token = issuer.sign("k1", &json!({ "iss": issuer.url, "aud": CLIENT, "sub": "u", "exp": 4_000_000_000_u64, "roles": "admin" }));
    let bearer = format!("Authorization: Bearer {token}\r\n");
    let answer = serving.request("GET", "/catalog", &bearer, b"");
    answer.expect(401, "another audience");
}

#[test]
fn an_issuer_that_cannot_sign_anybody_in_is_told_and_tokens_still_open() {
    let scratch = home();
    let ada = crate::pages::token(&scratch, "ada", "analyst", "default");
    for (name, value, status, words) in [
        (
            "authorization_endpoint",
            json!("http://evil.example/a"),
            502,
            "not over HTTPS",
        ),
        (
            "authorization_endpoint",
            json!("javascript:alert(1)"),
            502,
            "not over HTTPS",
        ),
        (
            "token_endpoint",
            json!(null),
            502,
            "names no token_endpoint",
        ),
        (
            "code_challenge_methods_supported",
            json!(["plain"]),
            502,
            "no PKCE with S256",
        ),
        (
            "issuer",
            json!("https://evil.example"),
            502,
            "does not answer",
        ),
    ] {
        let issuer = Issuer::start();
        issuer.describes(name, value);
        let serving = served(&scratch, &issuer, &[]);
        let mut visitor = Visitor::new(&serving);
        let answer = visitor.get("/sign-in/issuer?to=/queue");
        is_refused(&mut visitor, &answer, status, words);
        let key = hidden(&answer.body, "key");
        let form = [("key", key.as_str()), ("token", &ada), ("to", "/queue")];
        assert_eq!(visitor.post("/sign-in", &form).sent("location"), ["/queue"]);
    }
    // Where nobody is signed in by an issuer there is no way to one.
    let serving = crate::pages::serving(&scratch, &[]);
    let mut visitor = Visitor::new(&serving);
    for path in ["/sign-in/issuer", "/sign-in/back?code=x&state=y"] {
        assert_eq!(visitor.get(path).status, 404, "{path}");
    }
    let named = ["serve", "--oidc-issuer", "https://login.example"];
    let client = ["--oidc-client-id", "x"];
    let secret = scratch.path("none");
    let secret = ["--oidc-client-secret-file", secret.to_str().unwrap()];
    let url = ["--public-url", "https://r.example"];
    for (args, code, word) in [
        (vec![&client[..]], 2, "--public-url"),
        (
            vec![&secret, &["--oidc-audience", "x"]],
            2,
            "--oidc-client-id",
        ),
        (
            vec![&client, &["--public-url", "https://r.example/a"]],
            2,
            "expected one such as",
        ),
        (
            vec![&client, &["--public-url", "http://r.example"]],
            2,
            "https",
        ),
        (
            vec![&client, &url, &["--oidc-scope", "a b"]],
            2,
            "one scope",
        ),
        (vec![&client, &url, &secret], 3, "none"),
    ] {
        let run = scratch.run(&[&named[..], &args.concat()].concat());
        assert!(
            run.code == code && run.err.contains(word),
            "{args:?}: {run:?}"
        );
    }
}

#[test]
fn a_browser_signs_in_by_the_issuer_and_out_again() {
    let (scratch, issuer) = (home(), Issuer::start());
    let serving = served(&scratch, &issuer, &[]);
    issuer.says(&ada());
    for kind in [
        Kind::default(),
        Kind {
            without_script: true,
        },
    ] {
        let Some(browser) = Browser::start(&serving, kind) else {
            return;
        };
        browser.go("/queue?state=all");
        browser.wait_for("a.button.main");
        browser.click("a.button.main");
        browser.wait_for(".queue");
        assert_eq!(browser.place(), "/queue?state=all");
        assert!(browser.text(".person").contains("ada@bank.example"));
        browser.click(".person button");
        browser.wait_for("#token");
        browser.click(".notice a");
        browser.wait_for("h1");
        assert_eq!(browser.text("h1"), "left");
        browser.go("/queue");
        browser.wait_for("#token");
    }
}
