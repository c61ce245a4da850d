//! Certificate and key, read again when they change.

use std::{
    fs, io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    },
};

/// Where certificate and key are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The chain of certificates, PEM, the server's own first.
    pub certificate: PathBuf,
    /// The private key, PEM.
    pub key: PathBuf,
}

/// Why TLS cannot be spoken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A file that cannot be read.
    #[error("cannot read {file}")]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file without what it should hold.
    #[error("{file}: expected {expected} in PEM form")]
    Pem {
        /// The file.
        file: PathBuf,
        /// What should stand in it.
        expected: &'static str,
    },
    /// A pair that does not go together.
    #[error("certificate {certificate} and key {key} cannot be used: {source}")]
    Pair {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// What is wrong.
        source: rustls::Error,
    },
}

/// The pair in use.
#[derive(Debug)]
pub(crate) struct Certificates {
    files: TlsFiles,
    current: RwLock<Arc<ServerConfig>>,
    /// What was read last, whether or not it could be used.
    seen: Mutex<Bytes>,
}

#[derive(Debug, PartialEq, Eq)]
struct Bytes {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl Certificates {
    pub(crate) fn load(files: TlsFiles) -> Result<Self, TlsError> {
        let bytes = read(&files)?;
        Ok(Self {
            current: RwLock::new(Arc::new(config(&files, &bytes)?)),
            seen: Mutex::new(bytes),
            files,
        })
    }

    /// What takes the next connection.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        TlsAcceptor::from(Arc::clone(&current))
    }

    /// Looks whether the files changed; the answer is what came of the change, if there was one. Connections that are
    /// open keep the pair they began with.
    pub(crate) fn look(&self) -> Option<Result<(), TlsError>> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // A file that is away for a moment is being replaced.
        let bytes = read(&self.files).ok()?;
        if bytes == *seen {
            return None;
        }
        let made = config(&self.files, &bytes);
        *seen = bytes;
        Some(made.map(|config| {
            let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
            *current = Arc::new(config);
        }))
    }
}

fn read(files: &TlsFiles) -> Result<Bytes, TlsError> {
    let read = |file: &PathBuf| {
        fs::read(file).map_err(|source| TlsError::Read {
            file: file.clone(),
            source,
        })
    };
    Ok(Bytes {
        certificate: read(&files.certificate)?,
        key: read(&files.key)?,
    })
}

fn config(files: &TlsFiles, bytes: &Bytes) -> Result<ServerConfig, TlsError> {
    let chain = CertificateDer::pem_slice_iter(&bytes.certificate).collect::<Result<Vec<_>, _>>();
    let chain = chain.ok().filter(|chain| !chain.is_empty());
    let chain = chain.ok_or_else(|| TlsError::Pem {
        file: files.certificate.clone(),
        expected: "a certificate",
    })?;
    let key = PrivateKeyDer::from_pem_slice(&bytes.key).map_err(|_| TlsError::Pem {
        file: files.key.clone(),
        expected: "a private key",
    })?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let pair = |source| TlsError::Pair {
        certificate: files.certificate.clone(),
        key: files.key.clone(),
        source,
    };
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(pair)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(pair)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
