# fish completion for desk: what fits is asked of desk itself, so this file need not change with it.
# Put it into ~/.config/fish/completions/desk.fish, or: desk completions fish | source

function __desk_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l current (commandline -ct)
    set -l answer (command desk __complete fish -- $words "$current" 2>/dev/null)
    switch "$answer[1]"
        case :files
            __fish_complete_path "$current"
        case :folders
            __fish_complete_directories "$current"
        case '*'
            string join \n -- $answer
    end
end

complete -c desk -f -k -a '(__desk_complete)'
