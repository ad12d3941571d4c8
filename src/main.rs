//! The program: this machine, the arguments, the exit code.

use frontdesk::error::Kind;
use frontdesk::host::Host;
use std::panic::catch_unwind;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Result<Vec<String>, _> = std::env::args_os().skip(1).map(std::ffi::OsString::into_string).collect();
    // What a panic has to say was said where it happened; here it only gets the code of a bug.
    let code = catch_unwind(|| frontdesk::run_typed(arguments, &mut Host::real()));
    ExitCode::from(code.unwrap_or(Kind::Bug.exit_code()))
}
