/** `weir completion`: scripts that ask `weir complete` for what could come next, so that bots and queues are live. */

type Shell = "bash" | "zsh" | "fish";

export async function run(shell: Shell): Promise<void> {
  process.stdout.write(scripts[shell]);
}

const scripts: Readonly<Record<Shell, string>> = {
  bash: `# Completion of weir for bash: source <(weir completion bash)
_weir() {
  local IFS=$'\\n'
  COMPREPLY=($(weir complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f 1))
}
complete -o default -F _weir weir
`,
  zsh: `#compdef weir
# Completion of weir for zsh: source <(weir completion zsh), or put this as _weir into a directory of $fpath
_weir() {
  local line
  local -a candidates
  for line in "\${(@f)$(weir complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( $#candidates )); then _describe -V weir candidates; else _files; fi
}
if [[ $funcstack[1] = _weir ]]; then _weir "$@"; else compdef _weir weir; fi
`,
  fish: `# Completion of weir for fish: weir completion fish | source
function __weir_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (weir complete $words[2..-1] 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c weir -f -a '(__weir_complete)'
`,
};
