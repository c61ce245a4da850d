//! Routes as they are put together, with a record of each, so that a test can walk them.

use std::sync::Arc;

use axum::{
    Router,
    handler::Handler,
    http::Method,
    routing::{MethodFilter, on},
};

use crate::state::Shared;

/// A router that remembers what it has.
pub(crate) struct Routes {
    router: Router<Arc<Shared>>,
    known: Vec<(Method, &'static str)>,
}

impl Routes {
    pub(crate) fn new() -> Self {
        Self {
            router: Router::new(),
            known: Vec::new(),
        }
    }

    pub(crate) fn get<T: 'static>(
        self,
        path: &'static str,
        handler: impl Handler<T, Arc<Shared>>,
    ) -> Self {
        self.on(Method::GET, MethodFilter::GET, path, handler)
    }

    pub(crate) fn post<T: 'static>(
        self,
        path: &'static str,
        handler: impl Handler<T, Arc<Shared>>,
    ) -> Self {
        self.on(Method::POST, MethodFilter::POST, path, handler)
    }

    pub(crate) fn put<T: 'static>(
        self,
        path: &'static str,
        handler: impl Handler<T, Arc<Shared>>,
    ) -> Self {
        self.on(Method::PUT, MethodFilter::PUT, path, handler)
    }

    fn on<T: 'static>(
        mut self,
        method: Method,
        filter: MethodFilter,
        path: &'static str,
        handler: impl Handler<T, Arc<Shared>>,
    ) -> Self {
        self.router = self.router.route(path, on(filter, handler));
        self.known.push((method, path));
        self
    }

    /// All routes, and the router that has them.
    pub(crate) fn finish(self) -> (Vec<(Method, &'static str)>, Router<Arc<Shared>>) {
        (self.known, self.router)
    }
}
