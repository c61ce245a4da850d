//! Calls about what is held: files of alerts, redress, and the log.

use std::{io::Write, time::Duration};

use reqwest::{Method, header};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    Alert, Client, Error, Intent, LogPage, Subject,
    call::{checked, send},
};

/// How long an export may last.
const LONGEST_EXPORT: Duration = Duration::from_hours(24);

impl Client {
    /// One alert as it was at a moment: a day or an RFC 3339 time.
    ///
    /// # Errors
    /// [`Error`]; 404 where there was none yet, 409 where what is kept does not tell how it was.
    pub fn alert_as_of(&self, id: i64, as_of: &str) -> Result<Alert, Error> {
        self.get(&["alerts", &id.to_string()], &[("as_of", as_of)])
    }

    /// Attaches a file to an alert.
    ///
    /// # Errors
    /// [`Error`]; 413 where it is larger than the desk's policy allows.
    pub fn attach(
        &self,
        alert: i64,
        name: &str,
        bytes: Vec<u8>,
        intent: &Intent,
    ) -> Result<Alert, Error> {
        let path = ["alerts", &alert.to_string(), "attach"];
        let request = self.request(Method::POST, &path, &[("name", name)]);
        let request = request.header(header::CONTENT_TYPE, "application/octet-stream");
        send(&path, intent.with(request.body(bytes)))
    }

    /// What is in a file that is attached to an alert, by its hash or an unambiguous beginning of it.
    ///
    /// # Errors
    /// [`Error`]; 404 where there is none.
    pub fn attachment(&self, alert: i64, sha256: &str) -> Result<Vec<u8>, Error> {
        let path = ["alerts", &alert.to_string(), "attachments", sha256];
        let response = checked(self.request(Method::GET, &path, &[]).send()?)?;
        Ok(response.bytes()?.to_vec())
    }

    /// Takes a clearance back: the alert is asked again.
    ///
    /// # Errors
    /// [`Error`]; 404 where the alert is not cleared.
    pub fn revoke_suppression(&self, alert: i64, reason: &str) -> Result<Alert, Error> {
        let path = ["suppressions", &alert.to_string(), "revoke"];
        send(&path, self.post(&path, &json!({ "reason": reason })))
    }

    /// Everything held about a subject, to be handed to the person concerned.
    ///
    /// # Errors
    /// [`Error`]; 404 where there is none.
    pub fn export_subject(&self, source: &str, id: &str) -> Result<Value, Error> {
        self.get(&["subjects", source, id, "export"], &[])
    }

    /// Records that the person concerned contests what is made of them. Gives the alerts that are asked again. Without a
    /// day or time the desk's policy says until when an answer is due. The revision of the intent says nothing here.
    ///
    /// # Errors
    /// [`Error`].
    pub fn dispute(
        &self,
        source: &str,
        id: &str,
        reason: &str,
        due: Option<&str>,
        intent: &Intent,
    ) -> Result<Vec<Alert>, Error> {
        #[derive(Deserialize)]
        struct Disputed {
            alerts: Vec<Alert>,
        }
        let path = ["subjects", source, id, "dispute"];
        let body = json!({ "reason": reason, "due": due });
        let disputed: Disputed = send(&path, intent.with(self.post(&path, &body)))?;
        Ok(disputed.alerts)
    }

    /// Takes a correction in: all that is true of the subject from now on. Gives everything held about it.
    ///
    /// # Errors
    /// [`Error`]; 409 where the subject says just that already.
    pub fn correct(
        &self,
        source: &str,
        id: &str,
        subject: &Subject,
        reason: &str,
    ) -> Result<Value, Error> {
        let path = ["subjects", source, id, "correct"];
        let Subject {
            schema, properties, ..
        } = subject;
        let body = json!({ "reason": reason, "schema": schema, "properties": properties });
        send(&path, self.post(&path, &body))
    }

    /// A page of the log, newest first; `cursor` is the `next` of the page before.
    ///
    /// # Errors
    /// [`Error`].
    pub fn log(&self, cursor: Option<&str>) -> Result<LogPage, Error> {
        let asked: Vec<_> = cursor
            .map(|cursor| ("cursor", cursor))
            .into_iter()
            .collect();
        self.get(&["audit", "log"], &asked)
    }

    /// The public key of the log, for whoever is to verify it.
    ///
    /// # Errors
    /// [`Error`].
    pub fn log_key(&self) -> Result<String, Error> {
        #[derive(Deserialize)]
        struct Key {
            key: String,
        }
        let found: Key = self.get(&["audit", "key"], &[])?;
        Ok(found.key)
    }

    /// Writes the whole log, as it comes. Gives how many bytes that are; whether they are all, `rescreen audit verify
    /// --whole` says.
    ///
    /// # Errors
    /// [`Error`]; [`Error::Io`] where the output fails or the connection breaks.
    pub fn export_log(&self, out: &mut dyn Write) -> Result<u64, Error> {
        let request = self.request(Method::GET, &["audit", "export"], &[]);
        let mut response = checked(request.timeout(LONGEST_EXPORT).send()?)?;
        Ok(std::io::copy(&mut response, out)?)
    }
}
