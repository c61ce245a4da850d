//! Who takes a decision that stands for everybody, and why.

use crate::AppError;

/// Both without the blanks around them. `what` says what is decided, as in `a release`.
///
/// # Errors
/// [`AppError::Usage`] where either is empty.
pub(crate) fn who_and_why<'a>(
    by: &'a str,
    reason: &'a str,
    what: &str,
) -> Result<(&'a str, &'a str), AppError> {
    match (by.trim(), reason.trim()) {
        ("", _) | (_, "") => Err(AppError::Usage(format!(
            "{what} needs a person and a reason"
        ))),
        both => Ok(both),
    }
}
