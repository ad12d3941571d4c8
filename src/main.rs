//! The program: this machine, the arguments, the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = std::env::args_os().skip(1).map(|a| a.to_string_lossy().into_owned()).collect();
    ExitCode::from(frontdesk::run(arguments, &mut frontdesk::host::Host::real()))
}
