# bash completion for desk: what fits is asked of desk itself, so this file need not change with it.
# Put it into ~/.local/share/bash-completion/completions/desk, or: source <(desk completions bash)

_desk() {
    local answer line
    COMPREPLY=()
    answer=$(command desk __complete bash -- "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" "${COMP_TYPE:-9}" 2>/dev/null)
    case $answer in
        '') ;;
        :files)
            compopt -o default 2>/dev/null || while read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$2")
            ;;
        :folders)
            compopt -o dirnames 2>/dev/null || while read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$2")
            ;;
        *)
            while IFS= read -r line; do COMPREPLY+=("$line"); done <<<"$answer"
            # A key wants its value at once.
            if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *: ]]; then compopt -o nospace 2>/dev/null; fi
            ;;
    esac
    return 0
}

complete -o nosort -F _desk desk 2>/dev/null || complete -F _desk desk
