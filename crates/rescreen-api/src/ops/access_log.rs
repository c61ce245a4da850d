//! The access log: one line of JSON for each request, without anything that was asked.
//!
//! Lines are written by a thread of their own. Where it cannot keep up, lines are lost rather than requests held up, and
//! the next line says how many.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{self, JoinHandle},
};

use serde::Serialize;

use super::OperationsError;

/// Some megabytes at most.
const WAITING: usize = 16_384;

/// Where the log goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogTo {
    /// Among what the program says.
    Stderr,
    /// At the end of a file, which is opened anew on SIGHUP.
    File(PathBuf),
}

/// One request.
#[derive(Debug, Serialize)]
pub(super) struct Line<'a> {
    pub(super) time: String,
    pub(super) event: &'static str,
    pub(super) method: &'a str,
    /// The template, never the path.
    pub(super) route: &'a str,
    pub(super) status: u16,
    pub(super) ms: f64,
    pub(super) token: Option<&'a str>,
    /// How many questions stood in it.
    pub(super) batch: Option<u64>,
    pub(super) request: String,
    pub(super) trace: String,
}

enum Message {
    Line(Vec<u8>),
    Reopen,
    End,
}

/// The log while it is written.
#[derive(Debug)]
pub(super) struct AccessLog {
    lines: SyncSender<Message>,
    lost: Arc<AtomicU64>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl AccessLog {
    pub(super) fn open(to: &LogTo) -> Result<Self, OperationsError> {
        let target = match to {
            LogTo::Stderr => Target::Stderr,
            LogTo::File(path) => {
                let file = append(path).map_err(|source| OperationsError::Log {
                    file: path.clone(),
                    source,
                })?;
                Target::File(path.clone(), BufWriter::new(file))
            }
        };
        let (lines, messages) = sync_channel(WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        let writer = {
            let lost = Arc::clone(&lost);
            thread::spawn(move || write_all(target, &messages, &lost))
        };
        Ok(Self {
            lines,
            lost,
            writer: Mutex::new(Some(writer)),
        })
    }

    pub(super) fn write(&self, line: &Line<'_>) {
        // A line is plain data and can always be written.
        let Ok(mut text) = serde_json::to_vec(line) else {
            return;
        };
        text.push(b'\n');
        if self.lines.try_send(Message::Line(text)).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Opens the file anew, after somebody moved it away.
    pub(super) fn reopen(&self) {
        // The writer ends after everybody else.
        let _gone = self.lines.send(Message::Reopen);
    }

    /// How many lines were lost since the start.
    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Waits until everything is written.
    pub(super) fn end(&self) {
        let _gone = self.lines.send(Message::End);
        let writer = self
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(writer) = writer {
            // It ends by itself and does not panic.
            let _ended = writer.join();
        }
    }
}

enum Target {
    Stderr,
    File(PathBuf, BufWriter<File>),
}

impl Target {
    fn write(&mut self, text: &[u8]) -> io::Result<()> {
        match self {
            Self::Stderr => io::stderr().write_all(text),
            Self::File(_, file) => file.write_all(text),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stderr => Ok(()),
            Self::File(_, file) => file.flush(),
        }
    }
}

fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

fn write_all(mut target: Target, messages: &Receiver<Message>, lost: &AtomicU64) {
    let mut told = 0;
    while let Ok(message) = messages.recv() {
        let mut next = Some(message);
        while let Some(message) = next {
            match message {
                Message::End => {
                    let _unwritten = target.flush();
                    return;
                }
                Message::Reopen => {
                    // What cannot be opened stays as it was.
                    if let Target::File(path, file) = &mut target
                        && let Ok(anew) = append(path)
                    {
                        let _unwritten = file.flush();
                        *file = BufWriter::new(anew);
                    }
                }
                Message::Line(text) => {
                    let now = lost.load(Ordering::Relaxed);
                    let mut written = Ok(());
                    if now > told {
                        let note =
                            format!("{{\"event\":\"lines-lost\",\"count\":{}}}\n", now - told);
                        written = target.write(note.as_bytes());
                    }
                    if written.is_ok() {
                        told = now;
                    }
                    if written.and_then(|()| target.write(&text)).is_err() {
                        lost.fetch_add(1, Ordering::Relaxed);
                    }
                }
            }
            next = messages.try_recv().ok();
        }
        if target.flush().is_err() {
            lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}
