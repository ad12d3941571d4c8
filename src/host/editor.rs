//! The editor of this user on a text, which lies in a file of his alone meanwhile.

use super::Host;
use crate::error::{Error, Result};
use std::io::Write;
use std::process::Command;

impl Host {
    /// Opens the user's editor on a text; none when he left it as it was.
    pub fn edit(&self, text: &str, extension: &str) -> Result<Option<String>> {
        Ok(self.edit_and_save(text, extension)?.filter(|t| t != text))
    }

    /// Opens the user's editor on a text; none when he did not save it. A text that is saved as it was is meant.
    ///
    /// # Errors
    /// Where nobody can type, the editor cannot be started, or ends as one does that was told to give up (`:cq`).
    pub fn edit_and_save(&self, text: &str, extension: &str) -> Result<Option<String>> {
        if !self.can_ask() {
            return Err(Error::usage("an editor needs a terminal").hint("give the text with -m TEXT, --file FILE or -"));
        }
        let named = ["VISUAL", "EDITOR"].iter().find_map(|v| self.variable(v).filter(|e| !e.trim().is_empty()));
        edited(&named.unwrap_or_else(|| "vi".to_owned()), text, extension)
    }
}

fn edited(editor: &str, text: &str, extension: &str) -> Result<Option<String>> {
    let failed = |e: std::io::Error| Error::from(e).doing("keeping a text for the editor");
    // Only its owner may read it, whatever the umask.
    let mut file = tempfile::Builder::new().prefix("desk-").suffix(extension).tempfile().map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    let saved = || std::fs::metadata(file.path()).and_then(|m| m.modified()).map_err(failed);
    let before = saved()?;
    // A command with arguments, as others read it: EDITOR="code --wait".
    let line = format!("{editor} \"$1\"");
    let ended = Command::new("sh").args(["-c", &line, "sh"]).arg(file.path()).status().map_err(failed)?;
    if !ended.success() {
        return Err(Error::refused(format!("the editor {editor} gave up ({ended}): nothing was done")));
    }
    let bytes = std::fs::read(file.path()).map_err(failed)?;
    // Whoever is as quick as the clock of the file system has changed something all the same.
    if bytes == text.as_bytes() && saved()? <= before {
        return Ok(None);
    }
    String::from_utf8(bytes).map(Some).map_err(|_| Error::usage("what the editor saved is not UTF-8 text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_counts_and_nothing_else() {
        let save = |line: &str| edited(&format!("f() {{ sleep 0.02; {line}; }}; f"), "was\n", ".md");
        assert_eq!(save("printf 'is\\n' >\"$1\"").unwrap().as_deref(), Some("is\n"));
        assert_eq!(save("printf 'was\\n' >\"$1\"").unwrap().as_deref(), Some("was\n"), "saved as it was");
        assert_eq!(save("printf 'is\\n' >\"$1.new\"; mv \"$1.new\" \"$1\"").unwrap().as_deref(), Some("is\n"));
        assert_eq!(save(":").unwrap(), None);
        assert!(save("printf '\\377' >\"$1\"").is_err());
    }

    #[test]
    fn an_editor_that_gives_up_has_written_nothing() {
        for line in
            ["f() { sleep 0.02; echo is >\"$1\"; false; }; f", "f() { false; }; f", "/absent/editor", "kill -9 $$;"]
        {
            let no = edited(line, "was", ".md").unwrap_err();
            assert!(no.what.contains("nothing was done"), "{line}: {no}");
        }
    }

    #[test]
    fn a_text_in_the_editor_is_for_its_owner_alone() {
        let line = "f() { sleep 0.02; stat -c %a \"$1\" >\"$1.rights\"; cat \"$1.rights\" >\"$1\"; rm \"$1.rights\"; }; umask 0; f";
        assert_eq!(edited(line, "", ".md").unwrap().as_deref(), Some("600\n"));
    }
}
