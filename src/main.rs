//! The program: this machine, the arguments, the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Result<Vec<String>, _> = std::env::args_os().skip(1).map(std::ffi::OsString::into_string).collect();
    ExitCode::from(frontdesk::run_typed(arguments, &mut frontdesk::host::Host::real()))
}
