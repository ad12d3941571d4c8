//! `desk completions`: the script that teaches a shell to complete. The scripts are the files in `completions/`, the very
//! same; they ask `desk __complete`, so they know no words themselves.

use super::args::Answer;
use crate::desk::Desk;
use crate::error::Result;

/// Print the script that completes commands, numbers, tags and names in your shell
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  desk completions bash > ~/.local/share/bash-completion/completions/desk
  desk completions zsh > ~/.zfunc/_desk          # a folder of your fpath, before compinit
  desk completions fish > ~/.config/fish/completions/desk.fish
  source <(desk completions bash)                # for this shell alone")]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL", ignore_case = true)]
    shell: Shell,
}

/// A shell that can be taught.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Shell {
    /// GNU bash
    Bash,
    /// The Z shell
    Zsh,
    /// fish
    Fish,
    /// PowerShell
    #[value(alias = "pwsh")]
    Powershell,
    /// elvish
    Elvish,
}

impl Shell {
    /// Every shell.
    pub const ALL: &'static [Shell] = &[Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Powershell, Shell::Elvish];

    /// The name of its script in `completions/`.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Shell::Bash => "desk.bash",
            Shell::Zsh => "_desk",
            Shell::Fish => "desk.fish",
            Shell::Powershell => "desk.ps1",
            Shell::Elvish => "desk.elv",
        }
    }

    /// Its script.
    #[must_use]
    pub fn script(self) -> &'static str {
        match self {
            Shell::Bash => include_str!("../../completions/desk.bash"),
            Shell::Zsh => include_str!("../../completions/_desk"),
            Shell::Fish => include_str!("../../completions/desk.fish"),
            Shell::Powershell => include_str!("../../completions/desk.ps1"),
            Shell::Elvish => include_str!("../../completions/desk.elv"),
        }
    }
}

impl Completions {
    /// Prints it.
    pub fn run(self, _desk: &mut Desk) -> Result<Answer> {
        Ok(Answer::bytes(self.shell.script().as_bytes().to_vec()))
    }
}
