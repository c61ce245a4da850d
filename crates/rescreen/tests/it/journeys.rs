//! What analysts do on the pages, in a real browser.

use serde_json::Value;

use crate::{
    browser::{Browser, ENTER, Kind, SPACE, TAB},
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
    // To the first row, open it, to the first outcome, take its first reason, propose.
    browser.press(&['j', ENTER]);
    browser.wait_until_at("/alerts/");
    browser.wait_for(".aligned");
    assert!(browser.text("h1").contains(&first));
    browser.press(&['1', SPACE, ENTER]);
    browser.wait_until_at("/alerts/1?done=propose");
    assert!(browser.keys <= 6, "{} keys", browser.keys);
    assert!(
        browser
            .text("#decision")
            .contains("Another person has to approve it")
    );
    // She cannot approve what she proposed.
    assert!(!browser.has("form[data-do=approve]"));
    assert_eq!(scratch.json(&["alert", "show", "1"])["case"], "proposed");
    browser.click(".person button");
    browser.wait_for("#token");
    browser.sign_in(&ben);
    browser.go("/queue?state=under-review&case=proposed");
    browser.keys = 0;
    browser.press(&['j', ENTER]);
    browser.wait_until_at("/alerts/1");
    browser.wait_for("form[data-do=approve]");
    browser.press(&['y']);
    browser.wait_until_at("/alerts/1?done=approve");
    assert!(browser.keys <= 6);
    let alert = scratch.json(&["alert", "show", "1"]);
    assert_eq!(alert["state"], "released", "{alert}");
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
