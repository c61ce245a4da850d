//! The options of `rescreen serve` that say how the server is run, beside what it answers.

use std::{fs, path::PathBuf, time::Duration};

use anyhow::Result;
use clap::{Args, ValueHint};
use rescreen_api::{Limits, LogTo, Operations, TlsFiles};
use rescreen_app::AccessRole;
use rescreen_oidc::{Client, Oidc};

use crate::{cli::at_least_one, failure::EdgeError, fetch};

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
    #[arg(long = "oidc-issuer", value_name = "URL", value_hint = ValueHint::Url, requires = "said_to", conflicts_with = "insecure_no_auth")]
    issuer: Option<String>,
    /// The audience that such tokens must name; without it no program is let in by one
    #[arg(
        id = "audience",
        long = "oidc-audience",
        value_name = "AUDIENCE",
        group = "said_to",
        requires = "issuer"
    )]
    audience: Option<String>,
    /// Let people sign in to the pages by the issuer, where this server is registered as this client
    #[arg(long = "oidc-client-id", value_name = "ID", group = "said_to", requires_all = ["issuer", "public_url"])]
    client: Option<String>,
    /// The file with the client's secret [default: none, as for a public client]
    #[arg(long = "oidc-client-secret-file", value_name = "FILE", value_hint = ValueHint::FilePath, requires = "client")]
    secret_file: Option<PathBuf>,
    /// The client's secret; better a file, or the variable
    #[arg(
        long = "oidc-client-secret",
        env = "RESCREEN_OIDC_CLIENT_SECRET",
        value_name = "SECRET",
        hide_env_values = true,
        hide = true,
        conflicts_with = "secret_file"
    )]
    secret: Option<String>,
    /// What is asked for beside openid when people sign in, such as email; repeat it
    #[arg(long = "oidc-scope", value_name = "SCOPE", requires = "client")]
    scopes: Vec<String>,
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
    pub(crate) fn oidc(&self, public_url: Option<&str>) -> Result<Option<Oidc>> {
        let Some(issuer) = &self.issuer else {
            return Ok(None);
        };
        for url in self.keys.iter().chain([issuer]) {
            fetch::check_url(url)?;
        }
        Ok(Some(Oidc {
            issuer: issuer.clone(),
            audience: self.audience.clone(),
            keys: self.keys.clone(),
            role_claim: self.role_claim.clone(),
            roles: self.roles.clone(),
            tenant_claim: self.tenant_claim.clone(),
            name_claim: self.name_claim.clone(),
            client: self.client(public_url)?,
            fetch: fetch::small(),
        }))
    }

    /// Who we are to the issuer, where people sign in by it.
    fn client(&self, public_url: Option<&str>) -> Result<Option<Client>> {
        // The one option needs the other.
        let (Some(id), Some(url)) = (&self.client, public_url) else {
            return Ok(None);
        };
        let url = fetch::check_url(url)?;
        if url.scheme() == "file" || url.path() != "/" || url.query().is_some() {
            let what = format!(
                "--public-url '{url}' is not where a server is reached: expected one such as https://screening.example"
            );
            return Err(EdgeError::Usage(what).into());
        }
        let is_word =
            |scope: &&String| !scope.is_empty() && scope.bytes().all(|b| b.is_ascii_graphic());
        if !self.scopes.iter().all(|scope| is_word(&scope)) {
            let what = "--oidc-scope takes one scope, such as email; repeat it for others";
            return Err(EdgeError::Usage(what.to_owned()).into());
        }
        Ok(Some(Client {
            id: id.clone(),
            secret: self.secret()?,
            back: format!("{url}sign-in/back"),
            scopes: self.scopes.clone(),
            exchange: fetch::exchange(),
        }))
    }

    fn secret(&self) -> Result<Option<String>> {
        let Some(file) = &self.secret_file else {
            return Ok(self.secret.clone());
        };
        let read = fs::read_to_string(file);
        let text = read.map_err(|e| EdgeError::Data(format!("{}: {e}", file.display())))?;
        match text.trim() {
            "" => Err(EdgeError::Data(format!("{}: no secret is in it", file.display())).into()),
            secret => Ok(Some(secret.to_owned())),
        }
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
