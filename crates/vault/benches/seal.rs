//! What sealing costs.
fn main() {
    divan::main();
}
