//! Signed notes with Ed25519, after C2SP's signed-note specification.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

/// The byte that stands for Ed25519 in keys.
const ED25519: u8 = 1;
/// What a secret key begins with.
const SECRET: &str = "PRIVATE+KEY+";
/// What a line with a signature begins with: an em dash and a space.
const MARK: &str = "\u{2014} ";
/// The longest note that is read; one has a few lines.
const MAX_BYTES: usize = 64 * 1024;

/// A note or key that is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// A name that is empty or has white space or a plus sign.
    #[error("expected a name without white space and plus signs, got {got:?}")]
    Name {
        /// What came.
        got: String,
    },
    /// A key that is not `name+hash+base64`, or whose hash is another key's.
    #[error(
        "expected a key of Ed25519 as NAME+HASH+KEY, with PRIVATE+KEY+ before it where it is the secret one"
    )]
    Key,
    /// Text that a note cannot have.
    #[error("expected lines of text without control characters, each with its end")]
    Text,
    /// No text, an empty line, and lines with signatures; or one of these is broken.
    #[error("expected text, an empty line, and signatures")]
    Form,
    /// More bytes than any note has.
    #[error("expected at most {max} bytes, got {got}")]
    TooLong {
        /// The limit.
        max: usize,
        /// How many came.
        got: usize,
    },
    /// Nobody signed whose key was given.
    #[error("there is no signature by {expected}")]
    Unsigned {
        /// The name of the key given.
        expected: String,
    },
    /// A signature by that key does not fit the text.
    #[error("the signature by {name} is not one of this text")]
    Signature {
        /// The name of the key.
        name: String,
    },
}

/// The key that a log signs with. It does not show itself.
pub struct LogKey {
    name: String,
    key: SigningKey,
}

impl std::fmt::Debug for LogKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogKey")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The public key that a log's notes are verified with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    hash: [u8; 4],
    key: VerifyingKey,
}

impl LogKey {
    /// The key of that name from 32 secret bytes, which the caller drew at random.
    ///
    /// # Errors
    ///
    /// The name has white space or a plus sign, or is empty.
    pub fn new(name: &str, secret: &[u8; 32]) -> Result<Self, NoteError> {
        check_name(name)?;
        Ok(Self {
            name: name.to_owned(),
            key: SigningKey::from_bytes(secret),
        })
    }

    /// Reads what [`LogKey::reveal`] gave.
    ///
    /// # Errors
    ///
    /// Another form, another algorithm, or a hash that is not this key's.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let rest = text.trim_end().strip_prefix(SECRET).ok_or(NoteError::Key)?;
        let (name, rest) = rest.split_once('+').ok_or(NoteError::Key)?;
        let (hash, key) = rest.split_once('+').ok_or(NoteError::Key)?;
        let bytes = STANDARD.decode(key).map_err(|_| NoteError::Key)?;
        let secret = match bytes.split_first() {
            Some((&ED25519, secret)) => secret.try_into().map_err(|_| NoteError::Key)?,
            _ => return Err(NoteError::Key),
        };
        let key = Self::new(name, secret)?;
        if key.verifier().hash_text() == hash {
            Ok(key)
        } else {
            Err(NoteError::Key)
        }
    }

    /// The key in the form in which Go's `sumdb/note` keeps its signers. Whoever has it can sign as the log.
    pub fn reveal(&self) -> String {
        let mut bytes = vec![ED25519];
        bytes.extend(self.key.to_bytes());
        let hash = self.verifier().hash_text();
        format!("{SECRET}{}+{hash}+{}", self.name, STANDARD.encode(bytes))
    }

    /// The key's name, which is its log's origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public half.
    pub fn verifier(&self) -> VerifierKey {
        let key = self.key.verifying_key();
        VerifierKey {
            hash: key_hash(&self.name, &key),
            name: self.name.clone(),
            key,
        }
    }

    /// The text as a note with this key's signature.
    ///
    /// # Errors
    ///
    /// A text without an end of its last line, or with control characters.
    pub fn sign(&self, text: &str) -> Result<String, NoteError> {
        check_text(text)?;
        let mut signature = key_hash(&self.name, &self.key.verifying_key()).to_vec();
        signature.extend(self.key.sign(text.as_bytes()).to_bytes());
        let signature = STANDARD.encode(signature);
        Ok(format!("{text}\n{MARK}{} {signature}\n", self.name))
    }
}

impl VerifierKey {
    /// Reads `name+hash+key`.
    ///
    /// # Errors
    ///
    /// Another form, another algorithm, or a hash that is not this key's.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let (name, rest) = text.split_once('+').ok_or(NoteError::Key)?;
        let (hash, key) = rest.split_once('+').ok_or(NoteError::Key)?;
        check_name(name)?;
        let bytes = STANDARD.decode(key).map_err(|_| NoteError::Key)?;
        let (ED25519, bytes) = bytes
            .split_first()
            .map(|(a, rest)| (*a, rest))
            .ok_or(NoteError::Key)?
        else {
            return Err(NoteError::Key);
        };
        let bytes = bytes.try_into().map_err(|_| NoteError::Key)?;
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| NoteError::Key)?;
        let verifier = Self {
            name: name.to_owned(),
            hash: key_hash(name, &key),
            key,
        };
        if hash == verifier.hash_text() {
            Ok(verifier)
        } else {
            Err(NoteError::Key)
        }
    }

    /// The key as `name+hash+key`.
    pub fn to_text(&self) -> String {
        let mut bytes = vec![ED25519];
        bytes.extend(self.key.as_bytes());
        let key = STANDARD.encode(bytes);
        format!("{}+{}+{key}", self.name, self.hash_text())
    }

    /// The key's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn hash_text(&self) -> String {
        format!("{:08x}", u32::from_le_bytes(self.hash).swap_bytes())
    }
}

/// The text of a note that the key signed. Signatures by others are passed over.
///
/// # Errors
///
/// Why the note cannot be trusted.
pub fn open_note<'a>(note: &'a str, key: &VerifierKey) -> Result<&'a str, NoteError> {
    if note.len() > MAX_BYTES {
        return Err(NoteError::TooLong {
            max: MAX_BYTES,
            got: note.len(),
        });
    }
    let at = note.rfind("\n\n").ok_or(NoteError::Form)?;
    let (text, signatures) = (&note[..=at], &note[at + 2..]);
    check_text(text)?;
    if !signatures.ends_with('\n') {
        return Err(NoteError::Form);
    }
    let mut is_signed = false;
    for line in signatures.lines() {
        let rest = line.strip_prefix(MARK).ok_or(NoteError::Form)?;
        let (name, signature) = rest.split_once(' ').ok_or(NoteError::Form)?;
        check_name(name)?;
        let bytes = STANDARD.decode(signature).map_err(|_| NoteError::Form)?;
        let (hash, bytes) = bytes.split_first_chunk::<4>().ok_or(NoteError::Form)?;
        if name != key.name || *hash != key.hash {
            continue;
        }
        let wrong = || NoteError::Signature {
            name: name.to_owned(),
        };
        let signature = Signature::from_slice(bytes).map_err(|_| wrong())?;
        key.key
            .verify_strict(text.as_bytes(), &signature)
            .map_err(|_| wrong())?;
        is_signed = true;
    }
    if is_signed {
        Ok(text)
    } else {
        Err(NoteError::Unsigned {
            expected: key.name.clone(),
        })
    }
}

fn key_hash(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let hash = Sha256::new()
        .chain_update(name)
        .chain_update([b'\n', ED25519])
        .chain_update(key.as_bytes())
        .finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}

fn check_name(name: &str) -> Result<(), NoteError> {
    let is_bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    if name.is_empty() || name.contains(is_bad) {
        return Err(NoteError::Name {
            got: name.to_owned(),
        });
    }
    Ok(())
}

fn check_text(text: &str) -> Result<(), NoteError> {
    let is_bad = |c: char| c.is_control() && c != '\n';
    if text.ends_with('\n') && !text.contains(is_bad) {
        Ok(())
    } else {
        Err(NoteError::Text)
    }
}
