//! Compound files (MSG, DOC, XLS, PPT), raw, and their streams within a whole file: the first byte picks.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::{Cursor, Write};
use wardpost_phi::extract::{MAX_TEXT, read_all};

const STREAMS: [&[&str]; 6] = [
    &["/Workbook"],
    &["/PowerPoint Document", "/Current User"],
    &["/WordDocument", "/1Table"],
    &["/WordDocument", "/0Table", "/\u{5}SummaryInformation"],
    &["/__properties_version1.0", "/__substg1.0_10090102", "/__substg1.0_1000001E", "/__substg1.0_10130102"],
    &["/\u{1}Ole10Native"],
];

fuzz_target!(|data: &[u8]| {
    assert!(read_all(data).text.len() <= MAX_TEXT);
    let Some((first, rest)) = data.split_first() else { return };
    let Some(streams) = STREAMS.get(usize::from(*first)) else { return };
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("in memory");
    let piece = rest.len().div_ceil(streams.len()).max(1);
    for (name, body) in streams.iter().zip(rest.chunks(piece)) {
        file.create_stream(name).and_then(|mut s| s.write_all(body)).expect("in memory");
    }
    file.flush().expect("in memory");
    assert!(read_all(file.into_inner().get_ref()).text.len() <= MAX_TEXT);
});
