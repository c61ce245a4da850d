//! The server under load, from a second process: how many requests a second, how long each takes, and whether memory grows.
//!
//! The load comes from this process, on the same cores, so its own share of the work counts against the server. Requests of
//! the paced run are timed from the moment they were due, not from when they were sent: a server that stalls cannot hide
//! behind callers that wait for it.

mod load;
mod peer;

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use self::load::{Connection, Load, Request};
use super::{Bench, kib_in_mib, register::listed};
use crate::{measure, people, shell};

const QUESTIONS: u64 = 2_000;
/// One in so many is somebody on the list.
const LISTED_EVERY: usize = 10;
const CONNECTIONS: usize = 8;
const RUN: Duration = Duration::from_secs(10);
const WARM_UP: Duration = Duration::from_secs(2);
const BATCH: usize = 100;
const SOAK: u64 = 2_000_000;
/// Memory is compared with what it was after so many requests: by then every buffer was needed once.
const SETTLED: u64 = 200_000;

/// A server of its own over OFAC's and the United Nations' list.
struct Served {
    child: Child,
    address: String,
    seconds: f64,
}

impl Served {
    fn start(bench: &Bench, home: &Path) -> Result<Self> {
        let started = Instant::now();
        let mut command = shell::program(&bench.program);
        command.arg("--home").arg(home);
        command.args(["serve", "--insecure-no-auth", "--listen", "127.0.0.1:0"]);
        let mut child = command
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot start the server")?;
        let mut lines = BufReader::new(child.stderr.take().context("it says nothing")?).lines();
        let first = lines.next().context("it ended at once")??;
        let (_, address) = first
            .split_once("http://")
            .with_context(|| format!("it said {first}"))?;
        let address = address.to_owned();
        // Whoever is not listened to must not be held up.
        std::thread::spawn(move || lines.for_each(drop));
        let ready = Request::get("/readyz");
        loop {
            let answered =
                Connection::open(&address).and_then(|mut connection| connection.ask(&ready));
            if matches!(answered, Ok(200)) {
                break;
            }
            if let Some(status) = child.try_wait()? {
                bail!("the server ended: {status}");
            }
        }
        let seconds = started.elapsed().as_secs_f64();
        Ok(Self {
            child,
            address,
            seconds,
        })
    }

    /// Memory now, and the most there ever was.
    fn memory(&self) -> Result<(f64, f64)> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let kib = |name: &str| -> Result<f64> {
            let (_, rest) = status
                .split_once(name)
                .context("the system tells no memory")?;
            let number = rest.split_whitespace().next().unwrap_or_default();
            Ok(kib_in_mib(number.parse()?))
        };
        Ok((kib("VmRSS:")?, kib("VmHWM:")?))
    }
}

impl Served {
    /// How much of the memory lies in huge pages. The kernel makes them of small ones in its own time and fills up what was
    /// given back in between, so memory grows by a step that nobody asked for.
    fn huge(&self) -> Result<f64> {
        let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.child.id()))?;
        let (_, rest) = rollup
            .split_once("AnonHugePages:")
            .context("the system tells no huge pages")?;
        let number = rest.split_whitespace().next().unwrap_or_default();
        Ok(kib_in_mib(number.parse()?))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

fn fill(bench: &Bench) -> Result<std::path::PathBuf> {
    let home = bench.home("serve")?;
    bench.add_ofac(&home)?;
    bench.update_ofac(&home, &bench.ofac_set()?, "2023-12-28")?;
    let add = ["list", "add", "un", "--format", "un-sc-xml"];
    measure::run(bench.rescreen(&home).args(add))?;
    let file = bench.data.join("un/un_consolidated.2024-11-30.xml");
    let mut update = bench.rescreen(&home);
    update.args(["list", "update", "un", "--file"]).arg(file);
    measure::run(&mut update)?;
    Ok(home)
}

/// Names to ask for: invented persons, and among them some who are listed.
fn names(bench: &Bench) -> Result<Vec<String>> {
    let rows = bench.scratch.join("serve.csv");
    people::write(&rows, QUESTIONS, 6, &[])?;
    let sdn = bench.ofac_set()?;
    let listed = listed(sdn.first().context("no file")?)?;
    let mut listed = listed
        .into_iter()
        .filter(|(_, _, kind)| kind == "individual")
        .map(|(_, name, _)| name);
    let mut reader = csv::Reader::from_path(&rows)?;
    let header = reader.headers()?.clone();
    let column = header
        .iter()
        .position(|name| name == "name")
        .context("no names")?;
    let mut names = Vec::new();
    for row in reader.records() {
        let name = row?.get(column).unwrap_or_default().to_owned();
        let is_turn = names.len() % LISTED_EVERY == 0;
        names.push(is_turn.then(|| listed.next()).flatten().unwrap_or(name));
    }
    Ok(names)
}

fn question(name: &str) -> Value {
    json!({ "schema": "Person", "properties": { "name": [name] } })
}

fn single(name: &str) -> Request {
    Request::post(
        "/match/default",
        &json!({ "queries": { "q": question(name) } }),
    )
}

pub(super) fn run(bench: &Bench) -> Result<Value> {
    let home = fill(bench)?;
    let names = names(bench)?;
    let mut starts = Vec::new();
    for _ in 0..4 {
        starts.push(Served::start(bench, &home)?.seconds);
    }
    let served = Served::start(bench, &home)?;
    let singles: Vec<Request> = names.iter().map(|name| single(name)).collect();
    let batches: Vec<Request> = names
        .chunks(BATCH)
        .map(|names| {
            let queries: serde_json::Map<String, Value> = names
                .iter()
                .enumerate()
                .map(|(n, name)| (n.to_string(), question(name)))
                .collect();
            Request::post("/match/default", &json!({ "queries": queries }))
        })
        .collect();
    let load = |requests| Load {
        address: &served.address,
        requests,
        connections: CONNECTIONS,
    };
    load(&singles).closed(WARM_UP)?;
    let full = load(&singles).closed(RUN)?;
    let half = load(&singles).paced(full.per_second() / 2.0, RUN)?;
    let batch = load(&batches).closed(RUN)?;
    let search: Vec<Request> = names
        .iter()
        .map(|name| Request::get(&format!("/search/default?q={}", load::escaped(name))))
        .collect();
    let search = load(&search).closed(RUN)?;
    let (resident, peak) = served.memory()?;
    drop(served);
    let peer =
        peer::run(bench, &names).unwrap_or_else(|error| json!({ "error": format!("{error:#}") }));
    let queries = batch.per_second() * BATCH as f64;
    Ok(json!({
        "lists": "OFAC SDN 2023-12-28 and UN 2024-11-30",
        "questions": "invented persons, one in ten on the list; the load runs on the same cores",
        "start_seconds": measure::median(starts),
        "target_start_seconds": 1,
        "resident_mib": resident,
        "peak_mib": peak,
        "target_resident_mib": 300,
        "match": full.told(),
        "target_match_per_second": 5_000,
        "match_at_half_load": half.told(),
        "target_p99_ms": 10,
        "batches_of_100": batch.told(),
        "batch_queries_per_second": queries,
        "target_batch_queries_per_second": 15_000,
        "search": search.told(),
        "reference": peer,
    }))
}

/// Hours of requests in a row, of every kind: what was needed once must not be needed again and again.
pub(super) fn soak(bench: &Bench) -> Result<Value> {
    let count = match std::env::var("RESCREEN_BENCH_REQUESTS") {
        Ok(text) => text.parse().context("RESCREEN_BENCH_REQUESTS")?,
        Err(_) => SOAK,
    };
    let home = fill(bench)?;
    let names = names(bench)?;
    let served = Served::start(bench, &home)?;
    let mut requests = Vec::new();
    for (n, name) in names.iter().enumerate() {
        requests.push(match n % 50 {
            0 => Request::get(&format!(
                "/search/default?q={}&facets=schema",
                load::escaped(name)
            )),
            1 => Request::get("/catalog"),
            2 => Request::get("/metrics"),
            3 => Request::get("/entities/ofac-36"),
            4 => Request::get(&format!("/nowhere/{n}")),
            5 => Request::post("/match/default", &json!({ "queries": {} })),
            6 => {
                let queries: serde_json::Map<String, Value> = names
                    .iter()
                    .skip(n)
                    .take(10)
                    .enumerate()
                    .map(|(n, name)| (n.to_string(), question(name)))
                    .collect();
                Request::post("/match/default", &json!({ "queries": queries }))
            }
            _ => single(name),
        });
    }
    let load = Load {
        address: &served.address,
        requests: &requests,
        connections: CONNECTIONS,
    };
    // One after the other, so that growth that goes on can be told from memory that was needed late for the first time.
    let step = SETTLED.min(count / 2).max(1);
    let (mut asked, mut failed, mut series, mut huge) = (0, 0, Vec::new(), Vec::new());
    let begun = Instant::now();
    while asked < count {
        let outcome = load.counted(step.min(count - asked))?;
        asked += outcome.count;
        failed += outcome.failed;
        series.push(served.memory()?.0);
        huge.push(served.huge()?);
    }
    let seconds = begun.elapsed().as_secs_f64();
    let (after, peak) = served.memory()?;
    let before = series.first().copied().unwrap_or(after);
    let half = series.get(series.len() / 2).copied().unwrap_or(after);
    let growth = |from: f64| (after / from - 1.0) * 100.0;
    Ok(json!({
        "requests": asked,
        "target_requests": SOAK,
        "failed": failed,
        "per_second": asked as f64 / seconds,
        "requests_between_looks": step,
        "resident_mib": series,
        "of_it_in_huge_pages_mib": huge,
        "resident_mib_settled": before,
        "resident_mib_at_the_end": after,
        "peak_mib": peak,
        "growth_percent": growth(before),
        "growth_percent_of_the_second_half": growth(half),
        "target_growth_percent": 5,
    }))
}
