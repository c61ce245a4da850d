//! What comes of a request: a page, another address, or a reason why not.

use std::{fmt, io::Write};

use axum::http::{HeaderValue, StatusCode};
use maud::Markup;
use rescreen_app::{App, AppError, Kind};

/// Which head of the navigation a page stands under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    None,
    Search,
    Queue,
    Lists,
    Reports,
    Policy,
    Audit,
    Admin,
}

/// A page without its frame.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) title: String,
    pub(crate) tab: Tab,
    pub(crate) body: Markup,
    pub(crate) status: StatusCode,
}

impl Page {
    pub(crate) fn new(title: impl Into<String>, tab: Tab, body: Markup) -> Self {
        Self {
            title: title.into(),
            tab,
            body,
            status: StatusCode::OK,
        }
    }
}

/// A file that is made while it is sent, however long it is.
pub(crate) struct Download {
    /// What browsers save it as.
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) write: Writing,
}

/// Writes a file out of a store.
pub(crate) type Writing = Box<dyn FnOnce(&mut App, &mut dyn Write) -> Result<(), AppError> + Send>;

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Download").field(&self.name).finish()
    }
}

#[derive(Debug)]
pub(crate) enum Answer {
    Page(Page),
    /// A page that brings a cookie.
    PageWith(Page, HeaderValue),
    /// Go there; the answer to every form that did something.
    Go(String),
    /// The same with a cookie.
    GoWith(String, HeaderValue),
    /// The same for whoever comes from another site: browsers bring a new strict cookie along only on the step after.
    Arrive(String, Vec<HeaderValue>),
    Download(Download),
}

impl From<Download> for Answer {
    fn from(download: Download) -> Self {
        Self::Download(download)
    }
}

impl From<Page> for Answer {
    fn from(page: Page) -> Self {
        Self::Page(page)
    }
}

/// Why a request is not answered as wished.
#[derive(Debug)]
pub(crate) enum Problem {
    /// Nobody is signed in.
    SignIn,
    /// The form is another session's or another site's.
    ForeignForm,
    /// The role may not.
    Forbidden,
    /// There is no such thing.
    Missing(String),
    /// What was typed does not make sense.
    Wrong(String),
    /// The lists are not loaded yet.
    NotReady,
    /// The use case refused or failed.
    App(AppError),
    /// A defect of ours; what it was goes nowhere, it may hold what somebody typed.
    Defect,
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

impl Problem {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::ForeignForm | Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Missing(_) => StatusCode::NOT_FOUND,
            Self::Wrong(_) => StatusCode::BAD_REQUEST,
            Self::NotReady => StatusCode::SERVICE_UNAVAILABLE,
            Self::Defect => StatusCode::INTERNAL_SERVER_ERROR,
            Self::App(error) => match error.kind() {
                Kind::Usage => StatusCode::BAD_REQUEST,
                Kind::NotFound => StatusCode::NOT_FOUND,
                Kind::Refused => StatusCode::CONFLICT,
                Kind::Data => StatusCode::UNPROCESSABLE_ENTITY,
                Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            },
        }
    }
}
