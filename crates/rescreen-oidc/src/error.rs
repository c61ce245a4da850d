//! Why somebody is not let in.

/// Why a token opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unfit {
    /// It is no token, is signed by somebody else, or says something that makes no sense.
    #[error("the token is not valid")]
    Broken,
    /// It is of another kind, such as one that signs somebody out.
    #[error("the token is not valid: it is of another kind")]
    Kind,
    /// It does not say which key signed it.
    #[error("the token is not valid: it names no key")]
    NoKey,
    /// The issuer publishes no such key.
    #[error("the token is not valid: nobody knows its key")]
    UnknownKey,
    /// The keys could not be read for too long.
    #[error("the issuer's keys cannot be had")]
    NoKeys,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Its time has not come.
    #[error("the token is not valid yet")]
    Early,
    /// Somebody else issued it.
    #[error("the token is not valid: it is of another issuer")]
    Issuer,
    /// It is for somebody else.
    #[error("the token is not valid: it is for another audience")]
    Audience,
    /// It answers a question that this browser did not ask.
    #[error("the token is not valid: it answers another question")]
    Nonce,
    /// It lacks what somebody is known by.
    #[error("the token is not valid: it has no claim '{0}'")]
    NoClaim(String),
    /// The issuer does not vouch for the address that would be the name.
    #[error("the token is not valid: its issuer has not verified the claim '{0}'")]
    NotVerified(String),
    /// It says nothing of a role that there is here.
    #[error("the token's claim '{0}' names no role here")]
    NoRole(String),
}

/// Why somebody who was sent to the issuer is not signed in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoSignIn {
    /// The issuer does not answer.
    #[error("the issuer cannot be reached: {0}")]
    Unreachable(String),
    /// What the issuer says of itself does not do.
    #[error("the issuer's description does not serve: {0}")]
    Described(String),
    /// Others are being signed in, and no more at once.
    #[error("too many people are signing in at once")]
    Busy,
    /// The issuer gives nothing for the code; the word is its own.
    #[error("the issuer takes no such code: {0}")]
    Declined(String),
    /// What the issuer gave is not to be believed, or does not suffice.
    #[error(transparent)]
    Unfit(#[from] Unfit),
}
