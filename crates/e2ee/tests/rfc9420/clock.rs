//! The time of this test program: the vectors' key packages were made in 2023 for three months, the library checks them
//! against the system's clock, and doesn't let one set it. So this program has a clock of its own.

use rustix::time::{ClockId, clock_gettime as system};

/// 2024-01-01, when all the vectors' key packages were good. Seconds since 1970.
const NOW: i64 = 1_704_067_200;

/// The C library's `struct timespec`.
#[repr(C)]
pub struct Timespec {
    seconds: i64,
    nanoseconds: i64,
}

/// Stands in for the C library's function, for the standard library and all else that is linked into this program.
///
/// # Safety
/// `out` must be writable.
#[expect(unsafe_code, reason = "the C library's signature; only this test program is linked with it")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(clock: i32, out: *mut Timespec) -> i32 {
    let time = if clock == ClockId::Realtime as i32 {
        Timespec { seconds: NOW, nanoseconds: 0 }
    } else {
        // Asks the kernel, not the C library, and so doesn't come back here.
        let time = system(ClockId::Monotonic);
        Timespec { seconds: time.tv_sec, nanoseconds: time.tv_nsec }
    };
    // SAFETY: the caller's promise.
    unsafe { out.write(time) };
    0
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it is this program's own clock that is read")]
fn the_clock_stands() {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    assert_eq!(now.as_secs(), u64::try_from(NOW).unwrap());
}
