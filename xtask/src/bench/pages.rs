//! The pages over a large register: how long the server takes for each, and how heavy it is.
//!
//! Each page is asked for over a connection of its own, signed in as an admin, and timed from the first byte sent to the
//! last one received.

use std::{
    env,
    fmt::Write as _,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use super::{
    Bench,
    desk::{ALERTS, ENTRIES, MAPPING, rows, word},
    mib, size,
};
use crate::{
    measure::{self, median},
    shell,
};

/// How many subjects there are unless `RESCREEN_BENCH_SUBJECTS` says otherwise; of them so many have an alert as
/// `RESCREEN_BENCH_ALERTS` says.
const SUBJECTS: u64 = 1_000_000;
/// How often each page is asked for.
const ROUNDS: usize = 40;
/// So many alerts are decided by two people, and as many wait for the second.
const DECIDED: u64 = 60;

/// The pages, with `{alert}` and the like for something that is there.
const PAGES: &[&str] = &[
    "/",
    "/queue",
    "/queue?sort=due&page=40",
    "/queue?sort=oldest",
    "/queue?sort=newest",
    "/queue?sort=score",
    "/queue?state=all&sort=score",
    "/queue?state=all&sort=due",
    "/queue?list=bench",
    "/queue?due=over",
    "/queue?with=me",
    "/queue?with=nobody",
    "/queue?least=0.9",
    "/queue?state=under-review&case=proposed",
    "/queue?entry={entry}",
    "/queue?subject=default/{subject}",
    "/alerts/{alert}",
    "/alerts/1",
    "/subjects/default/{subject}",
    "/lists",
    "/lists/bench",
    "/lists/bench/versions/latest",
    "/lists/bench/diff?from=previous&to=latest",
    "/entries/{entry}",
    "/reports",
    "/policy",
    "/policy/desk",
    "/audit",
    "/audit?actor=ann",
    "/audit?kind=refused",
    "/audit?kind=raised",
    "/audit?subject=default/{subject}",
    "/audit?before=1000",
    "/admin",
];

pub(super) fn run(bench: &Bench) -> Result<Value> {
    let number = |name: &str, usual: u64| match env::var(name) {
        Ok(text) => text.parse().with_context(|| name.to_owned()),
        Err(_) => Ok(usual),
    };
    let subjects = number("RESCREEN_BENCH_SUBJECTS", SUBJECTS)?;
    let alerts = number("RESCREEN_BENCH_ALERTS", ALERTS)?.min(subjects);
    let home = fill(bench, subjects, alerts)?;
    let served = Served::start(bench, &home)?;
    let visitor = Visitor::sign_in(&served.address)?;
    let mut pages = Map::new();
    let (mut slowest, mut heaviest) = (0.0_f64, 0);
    for page in PAGES {
        let address = page
            .replace("{alert}", &(alerts / 2).max(1).to_string())
            .replace("{subject}", &(alerts / 3).to_string())
            .replace("{entry}", &format!("bench-{}", alerts / 3 % ENTRIES));
        let first = visitor.get(&address)?;
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            times.push(visitor.get(&address)?.milliseconds);
        }
        times.sort_by(f64::total_cmp);
        let p95 = times.get(times.len() * 95 / 100).copied();
        let middle = median(times);
        slowest = slowest.max(middle);
        heaviest = heaviest.max(first.bytes);
        pages.insert(
            (*page).to_owned(),
            json!({
                "first_ms": first.milliseconds, "median_ms": middle, "p95_ms": p95, "bytes": first.bytes,
            }),
        );
    }
    let bare = (0..ROUNDS).map(|_| {
        visitor
            .get("/static/icon.svg")
            .map(|answer| answer.milliseconds)
    });
    Ok(json!({
        "subjects": subjects,
        "alerts": alerts,
        "store_mib": mib(size(&home)?),
        "rounds": ROUNDS,
        "slowest_median_ms": slowest,
        "target_ms": 20,
        "heaviest_bytes": heaviest,
        "target_bytes": 100 * 1024,
        "pages": pages,
        "reference": {
            "what": "the icon, which needs no store",
            "milliseconds": median(bare.collect::<Result<_>>()?),
        },
    }))
}

/// A register of which the first subjects have an alert each, with some work done on them.
fn fill(bench: &Bench, subjects: u64, alerts: u64) -> Result<std::path::PathBuf> {
    let home = bench.home("pages")?;
    let file = |name: &str| home.join(name);
    let path = |name: &str| file(name).display().to_string();
    let run = |args: &[&str]| measure::run(bench.rescreen(&home).args(args));
    fs::write(file("mapping.toml"), MAPPING)?;
    let list = rows("id,name", ENTRIES);
    // The version before lacks some entries and says others differently.
    let shorter: Vec<&str> = list.lines().take(ENTRIES as usize - 20).collect();
    fs::write(file("before.csv"), format!("{}\n", shorter.join("\n")))?;
    fs::write(file("list.csv"), &list)?;
    let mut register = rows("external_id,name", alerts);
    for n in alerts..subjects {
        // Writing to a text cannot fail.
        let _infallible = writeln!(register, "{n},{} {}", word(n + ENTRIES, 13), word(n, 17));
    }
    fs::write(file("subjects.csv"), register)?;
    let mapping = path("mapping.toml");
    run(&[
        "list",
        "add",
        "bench",
        "--format",
        "csv",
        "--mapping",
        &mapping,
    ])?;
    for (name, day) in [("before.csv", "2026-01-01"), ("list.csv", "2026-01-02")] {
        run(&[
            "list",
            "update",
            "bench",
            "--file",
            &path(name),
            "--published",
            day,
        ])?;
    }
    eprintln!("  registering {subjects} subjects, of whom {alerts} match …");
    run(&["subject", "import", &path("subjects.csv")])?;
    eprintln!("  working on some of them …");
    let decide = |n: u64, by: &str, act: &[&str]| {
        let id = n.to_string();
        run(&[
            &[
                "alert",
                act.first().copied().unwrap_or_default(),
                &id,
                "--as",
                by,
            ],
            act.get(1..).unwrap_or_default(),
        ]
        .concat())
    };
    for n in 1..=(2 * DECIDED).min(alerts) {
        let (outcome, reason) = if n % 3 == 0 {
            ("true-match", "same-person")
        } else {
            ("false-positive", "other-person")
        };
        decide(
            n,
            "ann",
            &["propose", "--outcome", outcome, "--reason-code", reason],
        )?;
        if n % 2 == 0 {
            decide(n, "ben", &["approve"])?;
        }
    }
    for n in (2 * DECIDED + 1..=3 * DECIDED).filter(|n| *n <= alerts) {
        decide(n, "ann", &["assign", "--to", "me"])?;
    }
    run(&["audit", "checkpoint"])?;
    Ok(home)
}

/// A server over the home, for this machine alone.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn start(bench: &Bench, home: &Path) -> Result<Self> {
        let mut command = shell::program(&bench.program);
        command.arg("--home").arg(home);
        command.args(["serve", "--insecure-no-auth", "--listen", "127.0.0.1:0"]);
        let mut child = command
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot start the server")?;
        let mut lines = BufReader::new(child.stderr.take().context("it says nothing")?).lines();
        let mut address = None;
        for line in lines.by_ref() {
            let line = line?;
            if let Some((_, at)) = line.split_once("http://") {
                address = Some(at.to_owned());
            }
            if line.starts_with("serving ") {
                break;
            }
        }
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self {
            child,
            address: address.context("the server ended at once")?,
        })
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// Somebody who is signed in.
struct Visitor {
    address: String,
    cookie: String,
}

struct Answered {
    head: String,
    body: String,
    milliseconds: f64,
    bytes: usize,
}

impl Visitor {
    fn sign_in(address: &str) -> Result<Self> {
        let mut visitor = Self {
            address: address.to_owned(),
            cookie: String::new(),
        };
        let door = visitor.ask("GET", "/sign-in", "")?;
        visitor.cookie = cookie(&door.head)?;
        let (_, key) = door
            .body
            .split_once("name=\"key\" value=\"")
            .context("no key in the door")?;
        let key = key.split('"').next().unwrap_or_default();
        let entered = visitor.ask(
            "POST",
            "/sign-in",
            &format!("key={key}&name=me&role=admin&to=/"),
        )?;
        visitor.cookie = cookie(&entered.head)?;
        Ok(visitor)
    }

    fn get(&self, path: &str) -> Result<Answered> {
        let answer = self.ask("GET", path, "")?;
        let status = answer.head.lines().next().unwrap_or_default();
        if !status.contains(" 200 ") {
            bail!("{path}: {status}");
        }
        Ok(answer)
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Result<Answered> {
        let started = Instant::now();
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_mins(2)))?;
        stream.set_nodelay(true)?;
        let (address, cookie, length) = (&self.address, &self.cookie, body.len());
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nCookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let milliseconds = 1000.0 * started.elapsed().as_secs_f64();
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n").context("no answer")?;
        Ok(Answered {
            head: head.to_owned(),
            body: body.to_owned(),
            milliseconds,
            bytes: body.len(),
        })
    }
}

/// The cookie that an answer brings.
fn cookie(head: &str) -> Result<String> {
    let mut pairs = head.lines().filter_map(|line| {
        let (name, value) = line.split_once(": ")?;
        let pair = value.split(';').next()?;
        name.eq_ignore_ascii_case("set-cookie").then_some(pair)
    });
    pairs
        .next_back()
        .map(str::to_owned)
        .context("the answer brings no cookie")
}
