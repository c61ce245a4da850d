//! Files that people attach to cases.

use jiff::Timestamp;
use rescreen_desk::{Action, ActionKind, Attachment};
use sha2::{Digest as _, Sha256};

use super::{act::Request, people};
use crate::{AlertReport, App, AppError};

impl App {
    /// Attaches a file to the case of an alert. Its bytes lie in the store, so that case and files are kept and erased
    /// as one; the log binds them by their SHA-256 hash. The action of the request is put in here.
    ///
    /// # Errors
    /// Those of [`App::act`]; [`AppError::Refused`] where the file is larger than the policy allows.
    pub fn attach(
        &mut self,
        request: Request,
        name: &str,
        bytes: &[u8],
        now: Timestamp,
    ) -> Result<AlertReport, AppError> {
        let hash: [u8; 32] = Sha256::digest(bytes).into();
        let request = Request {
            action: Action::Attach(Attachment {
                name: name.trim().to_owned(),
                hash,
                bytes: bytes.len() as u64,
            }),
            ..request
        };
        self.act_and(&request, now, |writer| {
            Ok(writer.put_attachment(request.alert, &hash, bytes)?)
        })?;
        self.alert(request.alert)
    }

    /// Refuses a file that is too large to be looked at, as [`App::attach`] refuses one that the policy does not allow: the
    /// refusal is in the log, and whoever may not know of the case learns nothing.
    ///
    /// # Errors
    /// The refusal, always.
    pub fn refuse_large(
        &mut self,
        alert: i64,
        by: &str,
        most: u64,
        now: Timestamp,
    ) -> Result<std::convert::Infallible, AppError> {
        let row = self.alert(alert).map(|report| report.row);
        let by = people::name(by)?;
        let writer = self.store.write()?;
        let at = writer.not_before_the_log(now)?;
        let what = format!("{} alert {alert}", ActionKind::Attach.name());
        let (error, about) = match row {
            Ok(row) => {
                let why = format!("the file is larger than {most} bytes");
                (AppError::Refused(why), Some((row.subject, row.key)))
            }
            Err(error) => (error, None),
        };
        Err(people::refused(writer, error, (&by, &what), about, at))
    }

    /// A file that is attached to the case of an alert, by the beginning of its hash.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where there is none, or its bytes are not those that were attached.
    pub fn attachment(&self, alert: i64, hash: &str) -> Result<(Attachment, Vec<u8>), AppError> {
        let case = self.alert(alert)?.folded;
        let attached = case.iter().flat_map(rescreen_desk::Case::attachments);
        let is_it = |file: &&Attachment| {
            let text = rescreen_audit::Hash(file.hash).to_string();
            !hash.is_empty() && text.starts_with(&hash.to_ascii_lowercase())
        };
        let missing = || AppError::NotFound(format!("alert {alert} has no file {hash}"));
        let file = attached.clone().find(is_it).ok_or_else(missing)?;
        if let Some(other) = attached.filter(is_it).find(|other| other.hash != file.hash) {
            return Err(AppError::Usage(format!(
                "{hash} may mean {} or {}",
                file.name, other.name
            )));
        }
        let bytes = self.store.register().attachment(alert, &file.hash)?;
        let bytes = bytes.ok_or_else(missing)?;
        if *Sha256::digest(&bytes) == file.hash {
            Ok((file.clone(), bytes))
        } else {
            Err(rescreen_store::StoreError::Damaged {
                detail: format!(
                    "the file {} of alert {alert} is not the one attached",
                    file.name
                ),
            }
            .into())
        }
    }
}
