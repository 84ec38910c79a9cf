//! Throughput of the scanner on one core: `cargo bench -p wardpost-phi`.

use divan::counter::BytesCount;
use std::hint::black_box;
use wardpost_phi::{Document, Scanner, html_to_text};

const LETTER: &str = "Dear Dr. Marsh,\n\nThank you for seeing Peter Holbrook (DOB 14/02/1961), a 62-year-old man with atrial \
fibrillation. He has been on apixaban 5 mg twice daily since March 2, 2022. His most recent creatinine was 98 umol/l.\n\
He lives at 12 Elm Close, Norwich NR2 4SX and can be reached on 01603 555019.\n\nKind regards,\nAnna Verhoeven\n";
const OFFICE: &str = "The move to the new building goes as planned. Desks will be labelled by department and the lift is out of \
order on two evenings. Please hand in the old badge at the front desk before Friday, and write your locker number on it. \
The canteen will be closed on 3 May; order number 4570158523 covers the catering. Questions to the facilities team.\n";

fn main() {
    let _ = Scanner::shared();
    divan::main();
}

fn body(piece: &str, size: usize) -> String {
    let mut s = piece.repeat(size / piece.len() + 1);
    s.truncate(size);
    s
}

#[divan::bench(args = [2_000, 10_000, 100_000])]
fn clinical_letters(bencher: divan::Bencher<'_, '_>, size: usize) {
    run(bencher, body(LETTER, size));
}

#[divan::bench(args = [2_000, 10_000, 100_000])]
fn office_mail(bencher: divan::Bencher<'_, '_>, size: usize) {
    run(bencher, body(OFFICE, size));
}

fn run(bencher: divan::Bencher<'_, '_>, text: String) {
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| Scanner::shared().scan(black_box(&Document { body: &text, ..Document::default() })));
}

#[divan::bench]
fn html(bencher: divan::Bencher<'_, '_>) {
    let html = format!("<html><body>{}</body></html>", body("<p>Dear <b>all</b>, see &amp; read</p>", 100_000));
    bencher.counter(BytesCount::of_str(&html)).bench_local(|| html_to_text(black_box(&html)));
}

#[divan::bench]
fn start() -> Result<Scanner, wardpost_phi::VocabularyError> {
    Scanner::new(&wardpost_phi::OrgVocabulary::default())
}
