//! The subset of SQL that both engines read alike: what can be checked without an engine, and the placeholders.

use crate::{Result, StoreError};

/// Checks that a statement keeps to the subset: placeholders are numbered, none stands in a literal, no `$`.
///
/// # Errors
/// [`StoreError::Refused`] with the reason.
pub fn check_portable(sql: &str) -> Result<()> {
    positional(sql).map(|_| ())
}

/// Rewrites numbered placeholders from SQLite's form to PostgreSQL's: `?1` to `$1`.
///
/// # Errors
/// [`StoreError::Refused`] if the statement is outside the subset.
pub fn positional(sql: &str) -> Result<String> {
    let mut out = String::with_capacity(sql.len());
    let mut quote: Option<char> = None;
    let mut chars = sql.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('?', Some(_)) => return Err(StoreError::Refused("SQL: '?' inside a quoted literal or name")),
            ('$', _) => return Err(StoreError::Refused("SQL: '$' is not in the portable subset")),
            ('?', None) => {
                if !chars.peek().is_some_and(|d| ('1'..='9').contains(d)) {
                    return Err(StoreError::Refused("SQL: placeholders are numbered: ?1"));
                }
                out.push('$');
                continue;
            }
            ('\'' | '"', None) => quote = Some(c),
            (q, Some(open)) if q == open => quote = None,
            _ => {}
        }
        out.push(c);
    }
    if quote.is_some() {
        return Err(StoreError::Refused("SQL: a quote is not closed"));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_become_positional_and_the_rest_stays() {
        assert_eq!(
            positional("SELECT a FROM t WHERE b = ?1 AND c IN (?12, 'x''y')").unwrap(),
            "SELECT a FROM t WHERE b = $1 AND c IN ($12, 'x''y')"
        );
    }

    #[test]
    fn what_one_engine_would_read_differently_is_refused() {
        for bad in ["SELECT '?1'", "SELECT \"a?1\"", "SELECT ?", "SELECT ?0", "SELECT $1", "SELECT 'open", "SELECT ?x"]
        {
            assert!(matches!(check_portable(bad), Err(StoreError::Refused(_))), "{bad}");
        }
    }
}
