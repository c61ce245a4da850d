//! The program while it serves, as a test drives it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
};

use serde_json::Value;

use crate::support::Scratch;

/// The program while it serves.
pub(crate) struct Serving {
    pub(crate) child: Child,
    pub(crate) address: String,
    pub(crate) said: Receiver<String>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    /// The same with the letters as they were sent.
    as_sent: String,
    pub(crate) body: String,
}

impl Serving {
    /// Starts it open to the machine; it listens, and may not have loaded the lists yet.
    pub(crate) fn start(scratch: &Scratch, args: &[&str]) -> Self {
        Self::start_with(scratch, &[&["--insecure-no-auth"], args].concat())
    }

    pub(crate) fn start_with(scratch: &Scratch, args: &[&str]) -> Self {
        Self::start_at(scratch, "127.0.0.1:0", args)
    }

    pub(crate) fn start_at(scratch: &Scratch, address: &str, args: &[&str]) -> Self {
        let serve = [&["serve", "--listen", address], args];
        let mut child = scratch
            .command(&serve.concat())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (say, said) = channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if say.send(line).is_err() {
                    return;
                }
            }
        });
        let mut serving = Self {
            child,
            address: String::new(),
            said,
        };
        let line = serving.wait_for("listening on ");
        let (_, address) = line.split_once("://").unwrap();
        address.clone_into(&mut serving.address);
        serving
    }

    /// Starts it and waits for the lists.
    pub(crate) fn ready(scratch: &Scratch, args: &[&str]) -> Self {
        let serving = Self::start(scratch, args);
        serving.wait_for("serving ");
        serving
    }

    /// The next line it says that begins so.
    pub(crate) fn wait_for(&self, start: &str) -> String {
        loop {
            let line = self.said.recv().unwrap();
            if line.starts_with(start) {
                return line;
            }
        }
    }

    /// Sends bytes and reads until the connection closes.
    pub(crate) fn raw(&self, request: &[u8]) -> Answer {
        Answer::read(&self.address, request)
    }

    pub(crate) fn request(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Answer {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n",
            self.address,
            body.len()
        );
        self.raw(&[head.as_bytes(), body].concat())
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.request("GET", path, "", b"")
    }

    pub(crate) fn post(&self, path: &str, body: impl AsRef<[u8]>) -> Answer {
        let json = "Content-Type: application/json\r\n";
        self.request("POST", path, json, body.as_ref())
    }

    pub(crate) fn signal(&mut self, signal: &str) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

impl Answer {
    /// Sends bytes to an address and reads until the connection closes.
    pub(crate) fn read(address: &str, request: &[u8]) -> Self {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request).unwrap();
        let mut text = Vec::new();
        stream.read_to_end(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        let (head, body) = text
            .split_once("\r\n\r\n")
            .unwrap_or_else(|| panic!("{text}"));
        Self {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_lowercase(),
            as_sent: head.to_owned(),
            body: body.to_owned(),
        }
    }

    /// The lines of JSON of a body that came in chunks.
    pub(crate) fn lines(&self) -> Vec<Value> {
        // The lines between are the lengths of chunks.
        let lines = self.body.lines().filter(|line| line.starts_with('{'));
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// Every value of a header, letter by letter.
    pub(crate) fn sent(&self, name: &str) -> Vec<&str> {
        let lines = self.as_sent.lines();
        let pairs = lines.filter_map(|line| line.split_once(": "));
        let named = pairs.filter(|(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value).collect()
    }

    #[track_caller]
    pub(crate) fn expect(&self, status: u16, detail: &str) {
        assert_eq!(self.status, status, "{self:?}");
        let found = self.json()["detail"].to_string();
        assert!(found.contains(detail), "{detail}: {self:?}");
    }
}
