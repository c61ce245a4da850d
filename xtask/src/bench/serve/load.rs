//! Load: connections that ask, as fast as they are answered or at a pace, and what came of it.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// A request as it is sent.
pub(super) struct Request(Vec<u8>);

impl Request {
    pub(super) fn get(path: &str) -> Self {
        Self(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").into_bytes())
    }

    pub(super) fn post(path: &str, body: &Value) -> Self {
        let body = body.to_string();
        let length = body.len();
        Self(
            format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
                .into_bytes(),
        )
    }
}

/// A text as it stands in an address.
pub(super) fn escaped(text: &str) -> String {
    let words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let escape = |byte: u8| {
        if byte.is_ascii_alphanumeric() {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    words
        .map(|word| word.bytes().map(escape).collect::<String>())
        .collect::<Vec<_>>()
        .join("+")
}

/// One connection that is kept.
pub(super) struct Connection {
    stream: BufReader<TcpStream>,
    body: Vec<u8>,
}

impl Connection {
    pub(super) fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self {
            stream: BufReader::with_capacity(1 << 16, stream),
            body: Vec::new(),
        })
    }

    /// Asks, reads the whole answer, and gives its status.
    pub(super) fn ask(&mut self, request: &Request) -> Result<u16> {
        self.stream.get_mut().write_all(&request.0)?;
        let (mut status, mut length) = (None, None);
        let mut line = Vec::new();
        loop {
            line.clear();
            self.stream.read_until(b'\n', &mut line)?;
            let text = std::str::from_utf8(&line)?.trim_end();
            if status.is_none() {
                let code = text.split(' ').nth(1).context("no answer")?;
                status = Some(code.parse()?);
            } else if text.is_empty() {
                break;
            } else if let Some((name, value)) = text.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = Some(value.trim().parse()?);
            }
        }
        self.body
            .resize(length.context("an answer without its length")?, 0);
        self.stream.read_exact(&mut self.body)?;
        status.context("no status")
    }
}

/// What is asked, of whom, and by how many at once.
pub(super) struct Load<'a> {
    pub(super) address: &'a str,
    pub(super) requests: &'a [Request],
    pub(super) connections: usize,
}

/// What came of it.
pub(super) struct Outcome {
    pub(super) count: u64,
    /// Statuses from 500 on, and connections that broke.
    pub(super) failed: u64,
    seconds: f64,
    /// In microseconds, sorted.
    took: Vec<u32>,
}

impl Load<'_> {
    /// As fast as answers come, for a time.
    pub(super) fn closed(&self, time: Duration) -> Result<Outcome> {
        let end = Instant::now() + time;
        self.run(|_| (Instant::now() < end).then(Instant::now))
    }

    /// As fast as answers come, so many.
    pub(super) fn counted(&self, count: u64) -> Result<Outcome> {
        let left = AtomicU64::new(count);
        self.run(|_| {
            let had = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(1)
            });
            had.is_ok().then(Instant::now)
        })
    }

    /// So many a second, whether or not answers come.
    pub(super) fn paced(&self, per_second: f64, time: Duration) -> Result<Outcome> {
        let begun = Instant::now();
        let turn = AtomicUsize::new(0);
        self.run(|_| {
            let due =
                Duration::from_secs_f64(turn.fetch_add(1, Ordering::Relaxed) as f64 / per_second);
            if due > time {
                return None;
            }
            let due = begun + due;
            thread::sleep(due.saturating_duration_since(Instant::now()));
            Some(due)
        })
    }

    /// Asks as long as there is a next moment; a request is timed from it.
    fn run(&self, next: impl Fn(usize) -> Option<Instant> + Sync) -> Result<Outcome> {
        if self.requests.is_empty() {
            bail!("there is nothing to ask");
        }
        let begun = Instant::now();
        let one = |number: usize| -> Result<(u64, Vec<u32>)> {
            let mut connection = Connection::open(self.address)?;
            let (mut failed, mut took) = (0, Vec::new());
            let apart = self.requests.len() / self.connections;
            let mut requests = self.requests.iter().cycle().skip(number * apart);
            while let Some(due) = next(number) {
                let request = requests.next().context("there is nothing to ask")?;
                match connection.ask(request) {
                    Ok(status) if status < 500 => {}
                    Ok(_) => failed += 1,
                    Err(_) => {
                        failed += 1;
                        connection = Connection::open(self.address)?;
                    }
                }
                took.push(due.elapsed().as_micros().min(u128::from(u32::MAX)) as u32);
            }
            Ok((failed, took))
        };
        let mut outcome = Outcome {
            count: 0,
            failed: 0,
            seconds: 0.0,
            took: Vec::new(),
        };
        let done: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..self.connections)
                .map(|number| scope.spawn(move || one(number)))
                .collect();
            threads
                .into_iter()
                .map(thread::ScopedJoinHandle::join)
                .collect()
        });
        outcome.seconds = begun.elapsed().as_secs_f64();
        for result in done {
            let Ok(result) = result else {
                bail!("a connection's thread broke down")
            };
            let (failed, took) = result?;
            outcome.failed += failed;
            outcome.took.extend(took);
        }
        outcome.count = outcome.took.len() as u64;
        outcome.took.sort_unstable();
        Ok(outcome)
    }
}

impl Outcome {
    pub(super) fn per_second(&self) -> f64 {
        self.count as f64 / self.seconds
    }

    fn ms(&self, share: f64) -> f64 {
        let at = (self.took.len() as f64 * share) as usize;
        let at = at.min(self.took.len().saturating_sub(1));
        f64::from(self.took.get(at).copied().unwrap_or_default()) / 1000.0
    }

    pub(super) fn told(&self) -> Value {
        json!({
            "requests": self.count,
            "failed": self.failed,
            "per_second": self.per_second(),
            "p50_ms": self.ms(0.5),
            "p99_ms": self.ms(0.99),
            "p999_ms": self.ms(0.999),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// A server that answers so many requests on each connection and then goes away.
    fn server(answers: usize) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                thread::spawn(move || {
                    let mut reader = BufReader::new(stream);
                    for _ in 0..answers {
                        let mut line = String::new();
                        while reader.read_line(&mut line).unwrap() > 2 {
                            line.clear();
                        }
                        if line.is_empty() {
                            return;
                        }
                        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
                        reader.get_mut().write_all(answer).unwrap();
                    }
                });
            }
        });
        address
    }

    fn outcome(answers: usize, count: u64) -> Outcome {
        let load = Load {
            address: &server(answers),
            requests: &[Request::get("/")],
            connections: 2,
        };
        load.counted(count).unwrap()
    }

    #[test]
    fn every_request_is_counted_and_what_breaks_is_told() {
        let good = outcome(1_000, 50);
        assert_eq!((good.count, good.failed), (50, 0));
        assert!(good.ms(0.5) <= good.ms(0.99) && good.per_second() > 0.0);
        let bad = outcome(5, 50);
        assert_eq!(bad.count, 50);
        assert!(bad.failed > 0);
    }

    #[test]
    fn a_paced_run_asks_as_often_as_it_says() {
        let load = Load {
            address: &server(1_000),
            requests: &[Request::get("/")],
            connections: 2,
        };
        let outcome = load.paced(200.0, Duration::from_millis(100)).unwrap();
        assert_eq!(outcome.count, 21);
    }

    #[test]
    fn a_name_stands_in_an_address() {
        assert_eq!(escaped("O'Shé (x)"), "O+Sh%C3%A9+x");
    }
}
