//! What analysts do on the pages, in a real browser.

use std::{io::Write as _, thread, time::Duration};

use serde_json::Value;

use crate::{
    browser::{Browser, ENTER, ESCAPE, Kind, SPACE, TAB},
    pages::{PAGES, home, serving, token},
    support::Scratch,
};

#[test]
fn an_alert_is_decided_by_two_people_with_a_few_keys() {
    let scratch = home();
    let ada = token(&scratch, "ada", "analyst", "default");
    let ben = token(&scratch, "ben", "approver", "default");
    let serving = serving(&scratch, &[]);
    let Some(mut browser) = Browser::start(&serving, Kind::default()) else {
        return;
    };
    browser.sign_in(&ada);
    browser.go("/queue");
    let first = browser.text(".queue tbody .primary");
    browser.keys = 0;
    // Opens the first, chooses an outcome with the reason that the evidence gives, and proposes it.
    browser.press(&[ENTER]);
    browser.wait_until_at("/alerts/");
    browser.wait_for(".aligned");
    assert!(browser.text("h1").contains(&first));
    let alert = browser.place().trim_start_matches("/alerts/").to_owned();
    browser.press(&['2']);
    browser.wait_for("#confirm-propose:not([hidden])");
    let asked = browser.text("#confirm-propose");
    assert!(
        asked.contains("The listed party: The same person by other facts"),
        "{asked}"
    );
    assert_eq!(scratch.json(&["alert", "show", &alert])["case"], "new");
    browser.press(&[ENTER]);
    browser.wait_until_at(&format!("/alerts/{alert}?done=propose"));
    let proposed = browser.keys;
    assert!(
        browser
            .text("#decision")
            .contains("Another person has to approve it")
    );
    // She cannot approve what she proposed, with or without keys.
    assert!(!browser.has("form[data-do=approve]"));
    browser.press(&['y', ENTER]);
    let shown = scratch.json(&["alert", "show", &alert]);
    assert_eq!(
        (&shown["case"], &shown["decision"]["reason"]),
        (&"proposed".into(), &Value::Null),
        "{shown}"
    );
    browser.click(".person button");
    browser.wait_for("#token");
    browser.sign_in(&ben);
    browser.go("/queue?state=under-review&case=proposed");
    browser.keys = 0;
    browser.press(&[ENTER]);
    browser.wait_until_at(&format!("/alerts/{alert}"));
    browser.wait_for("form[data-do=approve]");
    browser.press(&['y']);
    browser.wait_for("#confirm-approve:not([hidden])");
    let asked = browser.text("#confirm-approve");
    assert!(asked.contains("what ada proposes"), "{asked}");
    assert_eq!(
        scratch.json(&["alert", "show", &alert])["case"],
        "proposed",
        "one key decides nothing"
    );
    browser.press(&[ENTER]);
    browser.wait_until_at(&format!("/alerts/{alert}?done=approve"));
    // From the first alert to the decision of two people.
    assert_eq!((proposed, browser.keys), (3, 3));
    let shown = scratch.json(&["alert", "show", &alert]);
    assert_eq!(shown["state"], "confirmed", "{shown}");
    assert!(
        browser
            .text("#decision")
            .contains("Proposed by ada, approved by ben")
    );
    browser.press(&['q']);
    browser.wait_until_at("/queue");
    assert!(!browser.texts(".queue tbody .primary").contains(&first));
}

#[test]
fn a_key_chooses_no_reason_that_the_evidence_does_not_give() {
    let scratch = home();
    let ada = token(&scratch, "ada", "analyst", "default");
    let serving = serving(&scratch, &[]);
    let Some(mut browser) = Browser::start(&serving, Kind::default()) else {
        return;
    };
    browser.sign_in(&ada);
    let chosen = |browser: &Browser| {
        browser.run(
            "const c = document.querySelector('input[name=reason]:checked'); return c && c.value",
        )
    };
    browser.go("/queue?state=all");
    let links = browser.run(
        "return [...document.querySelectorAll('.queue .primary')].map(a => a.getAttribute('href'))",
    );
    let mut without = 0;
    for link in links.as_array().unwrap() {
        browser.go(link.as_str().unwrap());
        browser.wait_for(".aligned");
        if browser.has("input[data-outcome='1'][data-ready]") {
            continue;
        }
        without += 1;
        browser.press(&['1']);
        assert_eq!(chosen(&browser), Value::Null, "{link}");
        assert!(browser.has("#confirm-propose[hidden]"));
        // The cursor is at the reasons, and Enter alone proposes nothing.
        browser.press(&[ENTER]);
        assert_eq!(browser.place(), link.as_str().unwrap());
        browser.press(&[SPACE]);
        assert_ne!(chosen(&browser), Value::Null);
        break;
    }
    assert_eq!(without, 1, "the demonstration has such an alert");
    // What a key chose is taken back by another.
    browser.go("/queue");
    browser.press(&[ENTER]);
    browser.wait_for(".aligned");
    browser.press(&['2']);
    assert_eq!(chosen(&browser), "true-match:same-person");
    browser.press(&[ESCAPE]);
    assert_eq!(chosen(&browser), Value::Null);
    // As long as the evidence was not on the screen, the key leads to it.
    browser.run("window.scrollTo(0, 0)");
    browser.look_through("light", (1280, 300));
    browser.go(&browser.place());
    browser.wait_for(".aligned");
    browser.press(&['2']);
    assert_eq!(chosen(&browser), Value::Null);
    // It counts as seen once it has been painted, which a busy machine does later.
    let is_chosen = (0..50).any(|_| {
        browser.press(&['2']);
        let is_chosen = chosen(&browser) != Value::Null;
        if !is_chosen {
            thread::sleep(Duration::from_millis(100));
        }
        is_chosen
    });
    assert!(is_chosen, "it was led to");
}

#[test]
fn everything_can_be_reached_with_the_tabulator() {
    let scratch = home();
    let ada = token(&scratch, "ada", "analyst", "default");
    let serving = serving(&scratch, &[]);
    let Some(mut browser) = Browser::start(&serving, Kind::default()) else {
        return;
    };
    // The cursor is in the field already.
    browser.go("/sign-in");
    browser.press(&ada.chars().collect::<Vec<_>>());
    browser.press(&[ENTER]);
    browser.wait_until_at("/");
    browser.wait_for("#q");
    browser.press(&"Zviad Khorguanidze".chars().collect::<Vec<_>>());
    browser.press(&[ENTER]);
    browser.wait_for(".hit");
    browser.go("/queue");
    // The first stop leads past the navigation; every stop shows where it is.
    browser.press(&[TAB]);
    assert_eq!(
        browser.run("return document.activeElement.textContent"),
        "Skip to the content"
    );
    let stops = browser.run("return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')].filter(e => e.checkVisibility()).length");
    let stops = stops.as_u64().unwrap();
    let mut seen = 0;
    for _ in 0..stops.min(40) {
        browser.press(&[TAB]);
        let focus = browser.run(
            "const e = document.activeElement; const s = getComputedStyle(e);
             return e === document.body ? null : [s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2, e.outerHTML.slice(0, 120)]",
        );
        if focus.is_null() {
            break;
        }
        assert_eq!(focus[0], true, "{focus}");
        seen += 1;
    }
    assert!(seen >= stops.min(40) - 1, "{seen} of {stops}");
    browser.press(&['?']);
    browser.wait_for("dialog[open]");
}

#[test]
fn names_are_found_across_scripts() {
    let scratch = home();
    let ada = token(&scratch, "ada", "viewer", "default");
    let serving = serving(&scratch, &[]);
    let Some(browser) = Browser::start(&serving, Kind::default()) else {
        return;
    };
    browser.sign_in(&ada);
    for (asked, listed) in [
        ("ზვიად ხორგუანიძე", "Zviad Khorguanidze"),
        ("Hsieh Chenglu", "Hsieh Ch'eng-lu"),
        ("薛延庭", "Xue Yanting"),
    ] {
        browser.go("/");
        browser.fill("#q", asked);
        browser.click(".search button");
        browser.wait_for(".results");
        let found = browser.texts(".hit h3");
        assert!(
            found.iter().any(|name| name == listed),
            "{asked}: {found:?}"
        );
        assert!(browser.has(".hit .evidence"));
    }
    // On the day before she was listed, nobody was.
    browser.go("/");
    browser.fill("#q", "Vsevolod Zimnyakov");
    browser.click(".search button");
    browser.wait_for(".hit");
    browser.go("/");
    browser.fill("#q", "Vsevolod Zimnyakov");
    browser.run("document.querySelector('#day').value = '2026-02-01'");
    browser.click(".search button");
    browser.wait_for(".results");
    assert_eq!(browser.text("#found"), "Nobody matches");
}

#[test]
fn a_list_that_was_held_back_is_looked_at_and_released() {
    let scratch = home();
    let root = token(&scratch, "root", "admin", "default");
    scratch.add_people();
    let crowd = crate::support::crowd();
    assert_eq!(scratch.update_people(&crowd, "2026-01-01").0, 0);
    let (code, _) = scratch.update_people(&crowd[..8], "2026-02-01");
    assert_ne!(code, 0, "more than half of the list is gone");
    let serving = serving(&scratch, &[]);
    let Some(browser) = Browser::start(&serving, Kind::default()) else {
        return;
    };
    browser.sign_in(&root);
    browser.go("/lists");
    assert!(browser.has(".badge.tier-match"));
    browser.go("/lists/people");
    browser.click(".notice a");
    browser.wait_for("#held");
    browser.click("section[aria-labelledby=held] a");
    browser.wait_until_at("/lists/people/diff");
    assert!(browser.text("#removed").contains("12"));
    browser.run("history.back()");
    browser.wait_for("#reason");
    browser.fill("#reason", "the publisher announced the purge");
    browser.click("section[aria-labelledby=held] button");
    browser.wait_for(".badge.state-released");
    let list = scratch.json(&["list", "show", "people"]);
    assert!(
        list.to_string()
            .contains("the publisher announced the purge"),
        "{list}"
    );
    assert_eq!(
        (&list["state"], &list["entries"]),
        (&"active".into(), &8.into()),
        "{list}"
    );
}

#[test]
fn a_difference_is_read_and_the_figures_add_up() {
    let scratch = home();
    let ada = token(&scratch, "ada", "auditor", "default");
    scratch.ok(&[
        "alert",
        "propose",
        "1",
        "--as",
        "x",
        "--outcome",
        "true-match",
        "--reason-code",
        "same-person",
    ]);
    scratch.ok(&["alert", "approve", "1", "--as", "y"]);
    let serving = serving(&scratch, &[]);
    let Some(browser) = Browser::start(&serving, Kind::default()) else {
        return;
    };
    browser.sign_in(&ada);
    browser.go("/lists/demo");
    browser.click("form[action$=diff] button");
    browser.wait_until_at("/lists/demo/diff");
    let told = scratch.json(&["list", "diff", "demo", "previous", "latest"]);
    let count = |what: &str| told[what].as_array().unwrap().len();
    for part in ["added", "removed", "changed"] {
        assert!(
            browser
                .text(&format!("#{part}"))
                .ends_with(&count(part).to_string()),
            "{part}"
        );
    }
    assert_eq!(
        browser.texts("del"),
        [
            "Haji Shir Agha",
            "DEMO-LEDGER",
            "1986-04-17",
            "CORAL LANTERN"
        ]
        .map(|t| format!("Removed:\n{t}"))
    );
    browser.go("/reports");
    let figure = |text: &str| -> u64 { text.replace(',', "").parse().unwrap() };
    let states: Vec<u64> = browser
        .texts("#standing tbody td:nth-child(2)")
        .iter()
        .map(|t| figure(t))
        .collect();
    let total = figure(&browser.text("#total"));
    assert_eq!((states.len(), states.iter().sum::<u64>()), (8, total));
    let counted = scratch.json(&["report", "accounting"]);
    assert_eq!(counted["subjects"], total);
    assert!(
        browser
            .text("section[aria-labelledby=accounting]")
            .contains("The figures add up")
    );
    let flows = |browser: &Browser| {
        browser.go("/reports?since=2026-01-04");
        browser.text("section[aria-labelledby=flows]")
    };
    assert!(flows(&browser).contains("The figures add up"));
    browser.go("/reports");
    // The drawing says the same figures as the table.
    let drawn =
        browser.run("return document.querySelector('.flow svg').getAttribute('aria-label')");
    for n in states.iter().filter(|n| **n > 0) {
        assert!(
            drawn.as_str().unwrap().contains(&n.to_string()),
            "{n}: {drawn}"
        );
    }
}

#[test]
fn the_work_is_done_without_script() {
    let scratch = home();
    let ada = token(&scratch, "ada", "analyst", "default");
    let ben = token(&scratch, "ben", "approver", "default");
    let serving = serving(&scratch, &[]);
    let Some(browser) = Browser::start(
        &serving,
        Kind {
            without_script: true,
        },
    ) else {
        return;
    };
    browser.sign_in(&ada);
    browser.fill("#q", "Zviad Khorguanidze");
    browser.click(".search button");
    browser.wait_for(".hit");
    browser.go("/queue");
    browser.choose("#f-sort", "score");
    browser.click(".filters button");
    browser.wait_until_at("/queue?");
    assert!(browser.place().contains("sort=score"));
    browser.click(".queue tbody .primary");
    browser.wait_until_at("/alerts/");
    let alert = browser.place().trim_start_matches("/alerts/").to_owned();
    browser.click("input[value='true-match:same-person']");
    browser.fill("#own-words", "Same passport, seen.");
    browser.click("form[data-do=propose] > button");
    browser.wait_for(".notice.good");
    browser.click(".person button");
    browser.wait_for("#token");
    browser.sign_in(&ben);
    browser.go(&format!("/alerts/{alert}"));
    browser.click("form[data-do=approve] button");
    browser.wait_for(".verdict.outcome-true-match");
    browser.click("form[data-do=dispose] ~ *, details:has(form[data-do=dispose]) > summary");
    browser.choose("#kind", "referred");
    browser.fill("#authority", "Customs, section 4");
    browser.click("form[data-do=dispose] button");
    browser.wait_for(".disposition");
    assert_eq!(
        scratch.json(&["alert", "show", &alert])["state"],
        "confirmed"
    );
}

/// Names and remarks that would act if a page let them.
const HOSTILE: &[&str] = &[
    "<script>window.taken=1</script>",
    "<img src=x onerror=window.taken=1>",
    "\"><svg onload=window.taken=1>",
    "'-alert(1)-'",
    "</title><script>alert(1)</script>",
    "{{constructor.constructor('alert(1)')()}}",
];

fn hostile_home() -> Scratch {
    let scratch = home();
    let mut list = String::new();
    let mut subjects = String::from("external_id,schema,name,birth_date\n");
    for (n, evil) in HOSTILE.iter().enumerate() {
        let entity = serde_json::json!({
            "id": format!("x-{n}{evil}"), "schema": "Person", "caption": evil,
            "properties": {
                "name": [format!("Ordinary Wackerbarth {evil}"), format!("Name\u{202e}turned {evil}")],
                "notes": [evil], "sourceUrl": ["javascript:window.taken=1", format!("https://e.example/{evil}")],
                "birthDate": ["1970-01-01"],
            },
        });
        list.push_str(&format!("{entity}\n"));
        subjects.push_str(&format!(
            "\"{n}{}\",Person,\"Ordinary Wackerbarth {}\",1970-01-01\n",
            evil.replace('"', "\"\""),
            evil.replace('"', "\"\"")
        ));
    }
    scratch.write("hostile.json", list);
    scratch.write("hostile.csv", subjects);
    scratch.ok(&["list", "add", "hostile", "--format", "ftm-json"]);
    scratch.ok(&[
        "list",
        "update",
        "hostile",
        "--file",
        "hostile.json",
        "--published",
        "2026-03-03",
    ]);
    scratch.ok(&[
        "subject",
        "import",
        "--source",
        "<b onclick=alert(1)>",
        "hostile.csv",
    ]);
    scratch
}

#[test]
fn what_lists_and_registers_say_cannot_act_on_a_page() {
    let scratch = hostile_home();
    let root = token(
        &scratch,
        "<img src=x onerror=window.taken=1>",
        "admin",
        "default",
    );
    let alerts = scratch.json(&["alert", "ls", "--limit", "1000"]);
    let hostile: Vec<&Value> = alerts
        .as_array()
        .unwrap()
        .iter()
        .filter(|alert| alert.to_string().contains("Wackerbarth"))
        .collect();
    assert!(hostile.len() >= HOSTILE.len(), "{alerts}");
    let key = hostile[0]["id"].to_string();
    scratch.ok(&[
        "alert",
        "note",
        &key,
        "--as",
        "<script>window.taken=1</script>",
        "--text",
        HOSTILE[1],
    ]);
    let serving = serving(&scratch, &[]);
    let Some(browser) = Browser::start(&serving, Kind::default()) else {
        return;
    };
    browser.sign_in(&root);
    let unharmed = |browser: &Browser, what: &str| {
        assert_eq!(browser.dialog(), None, "{what}");
        let state = browser.run(
            "return [window.taken === undefined, document.querySelectorAll('main script, main img, [onerror], [onload], [onclick], a[href^=javascript]').length]",
        );
        assert_eq!(
            state,
            serde_json::json!([true, 0]),
            "{what} at {}",
            browser.place()
        );
    };
    browser.go("/queue?state=all&sort=newest");
    unharmed(&browser, "queue");
    // Every page that the queue leads to, and what those lead to.
    let links = browser.run("return [...new Set([...document.querySelectorAll('main table a')].map(a => a.getAttribute('href')))]");
    for link in links.as_array().unwrap().iter().take(10) {
        browser.go(link.as_str().unwrap());
        unharmed(&browser, link.as_str().unwrap());
    }
    browser.go(&format!("/alerts/{key}"));
    unharmed(&browser, "alert");
    assert!(
        browser.text("main").contains("U+202E")
            || browser.text("main").contains("<script>")
            || browser.text("main").contains("onerror")
    );
    let more = browser.run("return [...new Set([...document.querySelectorAll('main a')].map(a => a.getAttribute('href')))].filter(h => h.startsWith('/subjects') || h.startsWith('/entries'))");
    assert!(more.as_array().unwrap().len() >= 2, "{more}");
    for link in more.as_array().unwrap() {
        browser.go(link.as_str().unwrap());
        unharmed(&browser, link.as_str().unwrap());
        assert!(!browser.text("h1").contains("nothing here"), "{link}");
    }
    for page in [
        "/lists/hostile",
        "/lists/hostile/versions/latest",
        "/lists/hostile/diff?from=latest&to=latest",
        "/reports",
        "/admin",
    ] {
        browser.go(page);
        unharmed(&browser, page);
    }
    // What is typed comes back as text.
    for evil in HOSTILE {
        browser.go("/");
        browser.fill("#q", evil);
        browser.fill("#country", evil);
        browser.click(".search button");
        browser.wait_for("#problem, .results");
        unharmed(&browser, evil);
        let kept = browser.run("return document.querySelector('#q').value");
        assert_eq!(kept, *evil);
    }
    for query in [
        "/queue?list=%3Cscript%3Ewindow.taken=1%3C/script%3E",
        "/queue?with=%22%3E%3Cscript%3Ewindow.taken=1%3C/script%3E",
        "/entries/%3Cimg%20src=x%20onerror=window.taken=1%3E",
        "/reports?day=%22%3E%3Csvg%20onload=window.taken=1%3E",
        "/sign-in?to=javascript:window.taken=1",
    ] {
        browser.go(query);
        unharmed(&browser, query);
    }
}

/// Looks at a page as its rules for people with other needs do; gives what is against them.
const ACCESSIBLE: &str = include_str!("accessible.js");

#[test]
fn pages_are_for_everybody_light_and_dark_wide_and_narrow() {
    let scratch = home();
    let root = token(&scratch, "root", "admin", "default");
    let ben = token(&scratch, "ben", "approver", "default");
    scratch.ok(&[
        "alert",
        "propose",
        "2",
        "--as",
        "ada",
        "--outcome",
        "true-match",
        "--reason-code",
        "same-person",
    ]);
    scratch.ok(&["alert", "approve", "2", "--as", "cy"]);
    scratch.ok(&[
        "alert",
        "propose",
        "3",
        "--as",
        "ada",
        "--outcome",
        "false-positive",
        "--reason-code",
        "other-person",
    ]);
    let serving = serving(&scratch, &[]);
    let Some(browser) = Browser::start(&serving, Kind::default()) else {
        return;
    };
    let axe = std::env::var_os("RESCREEN_AXE").map(|path| std::fs::read_to_string(path).unwrap());
    if axe.is_none() {
        eprintln!("SKIPPED: RESCREEN_AXE names no axe.min.js; the pages pass our own checks only");
    }
    let mut wrong = Vec::new();
    let mut check = |browser: &Browser, page: &str, with_axe: bool| {
        browser.go(page);
        for scheme in ["light", "dark"] {
            for width in [1280, 390] {
                browser.look(scheme, width);
                let found = browser.run(ACCESSIBLE);
                wrong.extend(
                    found
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|what| format!("{page} {scheme} {width}: {what}")),
                );
                if let Some(axe) = axe.as_ref().filter(|_| with_axe) {
                    browser.run(axe);
                    let found = browser.run_async(
                        "const done = arguments[arguments.length - 1];
                         axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
                            .then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 160) + ' ' + n.failureSummary).join(' | '))), e => done([String(e)]))",
                    );
                    wrong.extend(
                        found
                            .as_array()
                            .unwrap()
                            .iter()
                            .map(|what| format!("{page} {scheme} {width}: axe {what}")),
                    );
                }
            }
        }
    };
    check(&browser, "/sign-in", true);
    browser.sign_in(&root);
    for page in PAGES {
        check(&browser, page, true);
    }
    browser.click(".person button");
    browser.wait_for("#token");
    browser.sign_in(&ben);
    for page in ["/alerts/1", "/alerts/2", "/alerts/3", "/nothing"] {
        check(&browser, page, true);
    }
    browser.go("/");
    browser.fill("#q", "Zviad Khorguanidze");
    browser.click(".search button");
    browser.wait_for(".hit");
    check(&browser, "/?s=1", true);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_new_alert_shows_itself() {
    let scratch = home();
    let ada = token(&scratch, "ada", "analyst", "default");
    let serving = serving(&scratch, &[]);
    let Some(browser) = Browser::start(&serving, Kind::default()) else {
        return;
    };
    browser.sign_in(&ada);
    browser.go("/queue");
    assert!(browser.has("#news[hidden]"));
    // The stream says where it begins before anything can be new.
    browser.run_async(
        "const done = arguments[arguments.length - 1]; const s = new EventSource('/queue/news'); s.onmessage = () => { s.close(); done(1); };",
    );
    scratch.ok(&[
        "subject",
        "add",
        "--source",
        "desk",
        "--external-id",
        "late",
        "--name",
        "Zviad Khorguanidze",
    ]);
    browser.wait_for("#news:not([hidden])");
    assert_eq!(browser.text("#news"), "New alerts: show them (1)");
}

#[test]
fn an_auditor_reads_verifies_vouches_and_takes_the_log_away() {
    let scratch = home();
    let eve = token(&scratch, "eve", "auditor", "default");
    let ada = token(&scratch, "ada", "analyst", "default");
    scratch.ok(&[
        "alert",
        "note",
        "1",
        "--as",
        "ada",
        "--text",
        "asked for a passport",
    ]);
    assert_eq!(
        scratch.run(&["alert", "approve", "1", "--as", "ben"]).code,
        5
    );
    let serving = serving(&scratch, &[]);
    let Some(browser) = Browser::start(&serving, Kind::default()) else {
        return;
    };
    browser.sign_in(&ada);
    assert!(!browser.has("a[href='/audit']"));
    browser.go("/audit");
    assert!(browser.text("h1").contains("not yours"), "an analyst");
    browser.click(".person button");
    browser.wait_for("#token");
    browser.sign_in(&eve);
    browser.click("a[href='/audit']");
    browser.wait_for(".log");
    let newest = browser.text(".log tbody tr");
    for part in ["ben", "Refused", "Alert 1", "cannot approve while the case"] {
        assert!(newest.contains(part), "{part}: {newest}");
    }
    browser.fill("#f-actor", "Ada");
    browser.click(".filters button");
    browser.wait_until_at("/audit?actor=");
    let found = browser.texts(".log tbody tr");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("asked for a passport"), "{found:?}");
    browser.go("/audit?kind=nothing");
    assert!(browser.has(".empty"));
    // Paging leads through all of it, each entry once.
    let size = scratch.json(&["audit", "verify"])["size"].as_u64().unwrap();
    browser.go("/audit");
    let mut seen = 0;
    loop {
        seen += browser.texts(".log tbody tr").len() as u64;
        if !browser.has(".pager a[rel=next]") {
            break;
        }
        browser.click(".pager a[rel=next]");
        browser.wait_for(".pager a");
    }
    assert_eq!(seen, size);
    browser.go("/audit");
    browser.click("button[value=verify]");
    browser.wait_for(".notice.good");
    let told = browser.text(".notice.good");
    assert!(told.contains(&format!("{size} entries")), "{told}");
    assert!(!browser.has("#log-key"));
    browser.click("button[value=checkpoint]");
    browser.wait_for("#log-key");
    let key = browser.text("#log-key");
    assert_eq!(
        scratch.ok(&["--quiet", "audit", "key"]).trim(),
        key,
        "the same file"
    );
    assert!(
        !browser.has("button[value=checkpoint]"),
        "all is vouched for"
    );
    // What the browser saves is verified elsewhere, with the file and the key alone.
    let text = browser.run_async(
        "const done = arguments[arguments.length - 1];
         const form = document.querySelector('button[value=export]').form;
         const body = new URLSearchParams(new FormData(form)); body.set('do', 'export');
         fetch('/audit', { method: 'POST', body }).then(async r => done([r.headers.get('content-disposition'), await r.text()]))",
    );
    assert!(
        text[0]
            .as_str()
            .unwrap()
            .starts_with("attachment; filename="),
        "{text}"
    );
    let elsewhere = Scratch::new();
    elsewhere.write("log.ndjson", text[1].as_str().unwrap());
    let told = elsewhere.ok(&["audit", "verify", "log.ndjson", "--key", &key, "--whole"]);
    assert!(told.contains("the whole log"), "{told}");
    assert!(
        !text[1].as_str().unwrap().contains("passport"),
        "no personal data"
    );
    // What was changed is named.
    let store = rusqlite::Connection::open(scratch.home().join("rescreen.sqlite")).unwrap();
    store
        .execute_batch(
            "DROP TRIGGER log_is_not_changed; UPDATE log SET actor = 'eva' WHERE actor = 'ada'",
        )
        .unwrap();
    browser.go("/audit");
    browser.click("button[value=verify]");
    browser.wait_for("section[aria-labelledby=verify] .notice.bad");
    let told = browser.text("section[aria-labelledby=verify] .notice.bad");
    assert!(
        told.contains("not as it was written") && told.contains("entry"),
        "{told}"
    );
}

#[test]
fn the_rules_of_the_desk_are_looked_at_before_they_are_set() {
    let scratch = home();
    let root = token(&scratch, "root", "admin", "default");
    for (act, by) in [("propose", "ada"), ("approve", "ben")] {
        let mut args = vec!["alert", act, "1", "--as", by];
        if act == "propose" {
            args.extend(["--outcome", "false-positive", "--reason-code", "other-name"]);
            args.extend(["--fact", "name"]);
        }
        scratch.ok(&args);
    }
    let serving = serving(&scratch, &[]);
    let Some(browser) = Browser::start(&serving, Kind::default()) else {
        return;
    };
    browser.sign_in(&root);
    browser.go("/policy");
    browser.click("a[href='/policy/desk']");
    browser.wait_for("#due");
    browser.fill("#due", "5");
    browser.fill("#facts", "birthDate");
    browser.run("document.querySelector('#second-true-match').value = ''");
    browser.click("button[value=forecast]");
    browser.wait_for("#changes");
    let told = browser.text("section[aria-labelledby=changes]");
    for part in [
        "An alert is due within",
        "10 days",
        "5 days",
        "fewer eyes",
        "one person decides",
        "1 decision would not hold",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // Looking changed nothing.
    let rules = scratch.json(&["desk", "show"]);
    assert_eq!(rules["due_days"], 10);
    assert_eq!(scratch.json(&["alert", "show", "1"])["state"], "released");
    browser.fill("#why", "the board wants answers in a week");
    browser.click("button[value=set]");
    browser.wait_until_at("/policy");
    let rules = scratch.json(&["desk", "show"]);
    assert_eq!(
        (
            &rules["due_days"],
            &rules["required_facts"][0],
            rules["approval_from"].get("true-match")
        ),
        (&5.into(), &"birthDate".into(), None),
        "{rules}"
    );
    assert_eq!(scratch.json(&["alert", "show", "1"])["state"], "open");
    assert!(
        browser
            .text("section[aria-labelledby=desk]")
            .contains("the board wants")
    );
}

#[test]
fn webhooks_are_added_told_again_and_taken_away() {
    let scratch = home();
    let root = token(&scratch, "root", "admin", "default");
    let serving = serving(&scratch, &[]);
    let Some(browser) = Browser::start(&serving, Kind::default()) else {
        return;
    };
    browser.sign_in(&root);
    browser.go("/admin");
    let add = |url: &str| {
        browser.click("details:has(#webhook-url) > summary");
        browser.fill("#webhook-url", url);
        browser.click("button[value=add]");
        browser.wait_for("#new-token, .notice.bad");
    };
    add("http://elsewhere.example/hook");
    assert!(
        browser.text(".notice").contains("https://"),
        "not encrypted"
    );
    browser.go("/admin");
    add("https://cases.invalid/hook");
    let secret = browser.text("#new-token");
    assert!(secret.starts_with("whsec_"), "{secret}");
    browser.go("/admin");
    assert!(!browser.text("main").contains("whsec_"), "shown once");
    let section = "section[aria-labelledby=webhooks]";
    assert!(browser.text(section).contains("https://cases.invalid/hook"));
    browser.click(&format!("{section} tbody details > summary"));
    browser.click("button[value=replay]");
    browser.wait_until_at("/admin#webhooks");
    let told = scratch.json(&["webhook", "ls"]);
    assert!(told[0]["waiting"].as_u64().unwrap() > 0, "{told}");
    browser.click(&format!("{section} button[value=remove]"));
    browser.wait_for(&format!("{section}:not(:has(table))"));
    assert_eq!(scratch.json(&["webhook", "ls"]), serde_json::json!([]));
}

#[test]
fn an_update_that_runs_shows_itself_and_its_end() {
    let scratch = home();
    let ada = token(&scratch, "ada", "analyst", "default");
    let serving = serving(&scratch, &[]);
    let Some(browser) = Browser::start(&serving, Kind::default()) else {
        return;
    };
    browser.sign_in(&ada);
    browser.go("/lists");
    assert!(browser.has("#running[hidden]"));
    // The update reads its list from a pipe that gives a part of it and then waits.
    let pipe = scratch.path("pipe.json");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: there is no mkfifo");
        return;
    }
    let path = pipe.to_str().unwrap().to_owned();
    std::thread::scope(|scope| {
        let update = scope.spawn(|| scratch.run(&["list", "update", "demo", "--file", &path]));
        let mut writer = std::fs::File::create(&pipe).unwrap();
        let list = include_str!("../../demo/watchlist-2.ftm.json");
        let (first, rest) = list.split_at(list.rfind("\n{").unwrap() + 1);
        writer.write_all(first.as_bytes()).unwrap();
        browser.wait_for("#running:not([hidden])");
        let told = browser.text("#running");
        assert!(
            told.contains("An update of demo has been running since"),
            "{told}"
        );
        // Whoever comes now, and whoever has no script, sees it as well.
        browser.go("/queue");
        assert!(browser.text("#running").contains("An update of demo"));
        browser.go("/lists/demo");
        assert!(browser.text("#running").contains("An update of demo"));
        writer.write_all(rest.as_bytes()).unwrap();
        drop(writer);
        assert_eq!(update.join().unwrap().code, 0);
        browser.wait_for("#running a");
        assert!(browser.text("#running").contains("show what is new"));
    });
}
