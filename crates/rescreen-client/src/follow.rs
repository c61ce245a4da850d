//! Following the feed.

use std::{
    io::{BufRead, BufReader},
    thread,
    time::Duration,
};

use reqwest::{Method, blocking::Response, header};

use crate::{AlertEvent, Client, Error, call::checked};

/// How long to wait before a connection is made again.
const PAUSE: Duration = Duration::from_secs(1);

/// What happens to alerts, event by event, for ever.
///
/// It ends after an error, which is one that coming again does not mend: a token that was revoked, an answer that cannot
/// be read. [`Follow::place`] says where to go on.
#[derive(Debug)]
pub struct Follow {
    client: Client,
    after: i64,
    open: Option<BufReader<Response>>,
    is_over: bool,
}

impl Follow {
    pub(crate) fn new(client: Client, after: i64) -> Self {
        Self {
            client,
            after,
            open: None,
            is_over: false,
        }
    }

    /// The place in the log of the last event that was given; to be kept with what was made of it.
    pub fn place(&self) -> i64 {
        self.after
    }

    fn connect(&self) -> Result<BufReader<Response>, Error> {
        let asked = [("after", &*self.after.to_string())];
        let request = self
            .client
            .request(Method::GET, &["events", "stream"], &asked);
        let request = request.header(header::ACCEPT, "text/event-stream");
        Ok(BufReader::new(checked(request.send()?)?))
    }

    /// The next event; `None` where the connection has to be made again.
    fn step(&mut self) -> Result<Option<AlertEvent>, Error> {
        let stream = match &mut self.open {
            Some(stream) => stream,
            None => match self.connect() {
                Ok(stream) => self.open.insert(stream),
                Err(error) if is_passing(&error) => return Ok(None),
                Err(error) => return Err(error),
            },
        };
        let Some(data) = next_data(stream) else {
            self.open = None;
            return Ok(None);
        };
        let event: AlertEvent =
            serde_json::from_str(&data).map_err(|source| Error::Unreadable {
                call: "events/stream".to_owned(),
                source,
            })?;
        self.after = event.seq;
        Ok(Some(event))
    }
}

/// Whether coming again may mend it.
fn is_passing(error: &Error) -> bool {
    match error {
        Error::Transport(_) => true,
        Error::Refused(problem) => problem.status >= 500 || problem.status == 429,
        _ => false,
    }
}

/// The data of the next event that came whole.
fn next_data(stream: &mut impl BufRead) -> Option<String> {
    let mut data = None;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.strip_prefix("data: ") {
            Some(text) => data = Some(text.trim_end().to_owned()),
            None if line.trim_end().is_empty() && data.is_some() => return data,
            None => {}
        }
    }
}

impl Iterator for Follow {
    type Item = Result<AlertEvent, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_over {
            match self.step() {
                Ok(Some(event)) => return Some(Ok(event)),
                Ok(None) => thread::sleep(PAUSE),
                Err(error) => {
                    self.is_over = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::next_data;

    #[test]
    fn an_event_is_given_once_it_is_whole() {
        let text =
            "retry: 1000\n\nid: 1\nevent: alert\ndata: {\"a\":1}\n\n: nothing new\n\ndata: {\"b\"";
        let mut stream = text.as_bytes();
        assert_eq!(next_data(&mut stream).as_deref(), Some("{\"a\":1}"));
        assert_eq!(next_data(&mut stream), None);
    }
}
