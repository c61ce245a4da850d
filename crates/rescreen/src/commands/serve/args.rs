//! The options of `rescreen serve` that say how the server is run, beside what it answers.

use std::{path::PathBuf, time::Duration};

use anyhow::Result;
use clap::{Args, ValueHint};
use rescreen_api::{Limits, LogTo, Oidc, Operations, TlsFiles};
use rescreen_app::AccessRole;

use crate::{cli::at_least_one, fetch};

#[derive(Debug, Args)]
pub(crate) struct OperationsArgs {
    /// Log each request as a line of JSON, without what is asked, at the end of a file; '-' for standard error
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    access_log: Option<PathBuf>,
    /// Send traces to an OpenTelemetry collector, such as <http://127.0.0.1:4318>
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    otlp: Option<String>,
    /// Let web pages of this origin ask, such as <https://cases.example>; repeat it [default: none]
    #[arg(long = "cors-origin", value_name = "ORIGIN")]
    origins: Vec<String>,
    /// Speak TLS with this chain of certificates (PEM), which is read again when it changes
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The private key of the certificate (PEM)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// How many seconds the head of a request may take, or a connection be idle
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = at_least_one)]
    header_timeout: usize,
    /// How many seconds a request may take with its body
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = at_least_one)]
    request_timeout: usize,
    /// How many connections are served at once; others wait
    #[arg(long, value_name = "COUNT", default_value_t = 1024, value_parser = at_least_one)]
    max_connections: usize,
}

impl OperationsArgs {
    /// Whether the server speaks TLS itself.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.tls_cert.is_some()
    }

    pub(crate) fn operations(&self) -> Operations {
        let log = self.access_log.as_ref().map(|file| {
            if file.as_os_str() == "-" {
                LogTo::Stderr
            } else {
                LogTo::File(file.clone())
            }
        });
        let tls = match (&self.tls_cert, &self.tls_key) {
            (Some(certificate), Some(key)) => Some(TlsFiles {
                certificate: certificate.clone(),
                key: key.clone(),
            }),
            // The one option needs the other.
            _ => None,
        };
        let seconds = |count: usize| Duration::from_secs(count as u64);
        Operations {
            access_log: log,
            collector: self.otlp.clone(),
            origins: self.origins.clone(),
            tls,
            limits: Limits {
                head: seconds(self.header_timeout),
                request: seconds(self.request_timeout),
                connections: self.max_connections,
            },
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct OidcArgs {
    /// Take tokens that this OpenID Connect issuer signs as well, such as <https://login.example/realm>
    #[arg(long = "oidc-issuer", value_name = "URL", value_hint = ValueHint::Url, requires = "audience", conflicts_with = "insecure_no_auth")]
    issuer: Option<String>,
    /// The audience that such tokens must name
    #[arg(
        id = "audience",
        long = "oidc-audience",
        value_name = "AUDIENCE",
        requires = "issuer"
    )]
    audience: Option<String>,
    /// Where the issuer's keys are [default: as the issuer's description says]
    #[arg(long = "oidc-jwks", value_name = "URL", value_hint = ValueHint::Url, requires = "issuer")]
    keys: Option<String>,
    /// The claim with the roles; a dot leads into it, as in realm_access.roles
    #[arg(
        long = "oidc-role-claim",
        value_name = "CLAIM",
        default_value = "roles"
    )]
    role_claim: String,
    /// What a value of that claim means here, as in compliance=analyst; repeat it [default: the roles' own words]
    #[arg(long = "oidc-role", value_name = "VALUE=ROLE", value_parser = meaning)]
    roles: Vec<(String, AccessRole)>,
    /// The claim with the tenant [default: the audience stands for the tenant served]
    #[arg(long = "oidc-tenant-claim", value_name = "CLAIM")]
    tenant_claim: Option<String>,
    /// The claim with the name under which the bearer acts
    #[arg(long = "oidc-name-claim", value_name = "CLAIM", default_value = "sub")]
    name_claim: String,
}

impl OidcArgs {
    /// Which signed tokens are taken, if any.
    pub(crate) fn oidc(&self) -> Result<Option<Oidc>> {
        let (Some(issuer), Some(audience)) = (&self.issuer, &self.audience) else {
            return Ok(None);
        };
        for url in self.keys.iter().chain([issuer]) {
            fetch::check_url(url)?;
        }
        Ok(Some(Oidc {
            issuer: issuer.clone(),
            audience: audience.clone(),
            keys: self.keys.clone(),
            role_claim: self.role_claim.clone(),
            roles: self.roles.clone(),
            tenant_claim: self.tenant_claim.clone(),
            name_claim: self.name_claim.clone(),
            fetch: fetch::small(),
        }))
    }
}

fn meaning(text: &str) -> Result<(String, AccessRole), String> {
    let (value, role) = text.rsplit_once('=').unwrap_or((text, ""));
    match AccessRole::parse(role) {
        Some(role) if !value.is_empty() => Ok((value.to_owned(), role)),
        _ => {
            let roles = AccessRole::ALL.map(AccessRole::as_str).join(", ");
            Err(format!("expected VALUE=ROLE with one of the roles {roles}"))
        }
    }
}
