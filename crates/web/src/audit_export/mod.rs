//! The audit log for other programs: CSV for spreadsheets, FHIR R4 AuditEvent for repositories.

mod csv;
mod fhir;

pub(crate) use csv::line_of as csv_line;
pub use csv::{HEADER, missing_row, row};
pub use fhir::{Observer, bundle_close, bundle_open, event, missing_entry};

#[cfg(test)]
mod tests;
