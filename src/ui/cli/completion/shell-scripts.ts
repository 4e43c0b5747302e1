/**
 * What each shell needs to ask listenq how a line may go on. Nothing of the line is evaluated: its words are passed on as
 * they were typed. The answer's first line says whether files or folders may stand there, each further one is a value
 * and what it is.
 *
 * @module
 */

/** The shells that there is a script for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** One of them. */
export type Shell = (typeof SHELLS)[number];

const BASH = `# bash completion of listenq
_listenq_complete() {
  local current=\${COMP_WORDS[COMP_CWORD]} line
  local -a answer
  COMPREPLY=()
  mapfile -t answer < <(listenq complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  [[ $current == "=" ]] && current=
  for line in "\${answer[@]:1}"; do
    line=\${line%%$'\\t'*}
    [[ $line == "$current"* ]] && COMPREPLY+=("$line")
  done
  case \${answer[0]} in
    files)
      # Without candidates bash itself completes files.
      if (( \${#COMPREPLY[@]} > 0 )); then
        compopt -o filenames
        mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current")
      fi ;;
    folders) compopt +o default -o dirnames ;;
    *) compopt +o default ;;
  esac
}
complete -o default -F _listenq_complete listenq
`;

const ZSH = `#compdef listenq
# zsh completion of listenq
_listenq() {
  local -a answer values
  local line
  answer=("\${(@f)$(listenq complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "\${(@)answer[2,-1]}"; do
    values+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  (( $#values )) && _describe -V 'listenq' values
  case $answer[1] in
    files) _files ;;
    folders) _files -/ ;;
  esac
}
if [[ $funcstack[1] == _listenq ]]; then
  _listenq "$@"
else
  compdef _listenq listenq
fi
`;

const FISH = `# fish completion of listenq
function __listenq_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l answer (listenq complete -- $words[2..-1] 2>/dev/null)
    for line in $answer[2..-1]
        echo $line
    end
    switch "$answer[1]"
        case files
            __fish_complete_path (commandline -ct)
        case folders
            __fish_complete_directories (commandline -ct)
    end
end
complete -c listenq -e
complete -c listenq -f -k -a '(__listenq_complete)'
`;

/** Each shell's script. */
export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
