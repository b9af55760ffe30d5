import type { Command } from '../../command.js';
import { describeCommand, helpCommand, type Completion, type CommandDescription } from './command-description.js';

/** Returns a completion script for zsh, to be sourced after `compinit` or saved as `_millrace` in one of the directories in `fpath`. */
export function generateZshCompletion(commands: readonly Command[]): string {
  const descriptions = commands.map(describeCommand);
  const commandEntries = [...descriptions, helpCommand].map(
    ({ name, summary }) => `      ${quote(`${name}:${summary}`)}`,
  );
  return `#compdef millrace
_millrace() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C '1: :->command' '*:: :->arguments' && return
  case $state in
  command)
    local -a commands=(
${commandEntries.join('\n')}
    )
    _describe command commands
    ;;
  arguments)
    case $line[1] in
    help) _values command ${descriptions.map(({ name }) => name).join(' ')} ;;
${descriptions.map(formatCommandCase).join('\n')}
    esac
    ;;
  esac
}
if [[ $funcstack[1] == _millrace ]]; then
  _millrace "$@"
else
  compdef _millrace millrace
fi`;
}

function formatCommandCase({ name, options, completion }: CommandDescription): string {
  const specs = options.flatMap(({ name: option, short, help, placeholder, isRepeatable, completion: values }) => {
    const argument = placeholder === undefined ? '' : `:${placeholder.replaceAll(':', '\\:')}:${formatAction(values)}`;
    return [...(short ? [`-${short}`] : []), `--${option}`].map((spelling) =>
      quote(`${isRepeatable ? '*' : ''}${spelling}[${escapeDescription(help)}]${argument}`),
    );
  });
  const argumentSpecs = completion === 'nothing' ? [] : [quote(`*:argument:${formatAction(completion)}`)];
  return `    ${name})\n      _arguments ${[...specs, ...argumentSpecs].join(' \\\n        ')}\n      ;;`;
}

function formatAction(completion: Completion): string {
  if (completion === 'files') return '_files';
  if (completion === 'directories') return '_files -/';
  return completion === 'nothing' ? ' ' : `(${completion.join(' ')})`;
}

/** Escapes characters that are special in an `_arguments` specification. */
function escapeDescription(help: string): string {
  return help.replace(/[\\[\]:]/g, '\\$&');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
