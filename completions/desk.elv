# elvish completion for desk: what fits is asked of desk itself, so this file need not change with it.
# Put it into ~/.config/elvish/rc.elv, or: eval (desk completions elvish | slurp)

use str

set edit:completion:arg-completer[desk] = {|@words|
    var answer = [(try { e:desk __complete elvish -- (all $words[1..]) 2>/dev/null | from-lines } catch { })]
    if (eq $answer [':files']) {
        edit:complete-filename $@words
    } elif (eq $answer [':folders']) {
        edit:complete-filename $@words
    } else {
        for line $answer {
            var parts = [(str:split &max=2 "\t" $line)]
            if (and (== (count $parts) 2) (not-eq $parts[1] '')) {
                edit:complex-candidate $parts[0] &display=$parts[0]'  '$parts[1]
            } else {
                put $parts[0]
            }
        }
    }
}
