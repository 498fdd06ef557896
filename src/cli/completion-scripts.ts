import type { Shell } from './completion-command.js';

/**
 * The script that makes a shell complete etl1. It holds no list of its own: it asks `etl1 completion <shell> --words`,
 * which answers a candidate a line, or `:files` or `:folders`, which shells complete best themselves.
 */
export function completionScript(shell: Shell): string {
  return scripts[shell];
}

const scripts: Readonly<Record<Shell, string>> = {
  bash: `# bash completion of etl1: source <(etl1 completion bash)
_etl1() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) compopt -o default 2>/dev/null ;;
      :folders) compopt -o dirnames 2>/dev/null ;;
      *) COMPREPLY+=("$line") ;;
    esac
  done < <("$1" completion bash --words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _etl1 etl1
`,
  zsh: `#compdef etl1
# zsh completion of etl1: source <(etl1 completion zsh) after compinit, or save it as _etl1 in a folder of fpath
_etl1() {
  local line
  local -a candidates
  for line in "\${(@f)$("\${(Q)words[1]}" completion zsh --words -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :files) compset -P 1 '--*='; _files; return ;;
      :folders) compset -P 1 '--*='; _files -/; return ;;
      *) candidates+=("$line") ;;
    esac
  done
  (( \${#candidates} )) || return
  compset -P 1 '--*='
  _describe -V etl1 candidates
}
if [[ \${funcstack[1]} == _etl1 ]]; then _etl1 "$@"; else compdef _etl1 etl1; fi
`,
  fish: `# fish completion of etl1: etl1 completion fish | source
function __etl1_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l flag (string match -r -- '^--[^=]*=' $words[-1])
    for line in ($words[1] completion fish --words -- $words[2..-1] 2>/dev/null)
        switch $line
            case :files
                printf '%s\\n' "$flag"(__fish_complete_path (string replace -- "$flag" '' $words[-1]))
            case :folders
                printf '%s\\n' "$flag"(__fish_complete_directories (string replace -- "$flag" '' $words[-1]))
            case '*'
                printf '%s\\n' "$flag"$line
        end
    end
end
complete -c etl1 -f -a '(__etl1_complete)'
`,
};
