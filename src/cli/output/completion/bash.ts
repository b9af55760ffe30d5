import type { Command } from '../../command.js';
import { globalOptions, serverOptions } from '../../options/global-options.js';
import { describeCommand, type Completion, type CommandDescription } from './command-description.js';

/** Returns a completion script for bash 3.2 and newer. */
export function generateBashCompletion(commands: readonly Command[]): string {
  const descriptions = commands.map(describeCommand);
  const names = descriptions.map(({ name }) => name).join(' ');
  const globalNames = Object.keys(globalOptions).map((name) => `--${name}`);
  const optionsWithValue = Object.entries(serverOptions).flatMap(([name, { type }]) =>
    type === 'string' ? [`--${name}`] : [],
  );
  return `# bash completion for millrace
_millrace() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local command='' options='' words='' completion='' i
  COMPREPLY=()
  # bash splits --option=value at the =
  if [[ $word == '=' ]]; then
    word=''
  elif [[ $previous == '=' ]]; then
    previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${optionsWithValue.join('|')}) ((i++)) ;;
      -*) ;;
      *) command=\${COMP_WORDS[i]}; break ;;
    esac
  done
  case $command in
    '') options='${globalNames.join(' ')}' completion='words' words='${names} help version' ;;
    help) completion='words' words='${names}' ;;
${descriptions.map(formatCommandCase).join('\n')}
  esac
  case $command:$previous in
${formatValueCases(descriptions).join('\n')}
    *)
      if [[ $word == -* ]]; then
        completion='words' words=$options
      fi
      ;;
  esac
  case $completion in
    words) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
    directories) compopt -o dirnames +o default 2>/dev/null ;;
    files) ;;
    *) compopt +o default 2>/dev/null ;;
  esac
}
complete -o default -F _millrace millrace`;
}

function formatCommandCase({ name, options, completion }: CommandDescription): string {
  const words = options.flatMap((option) => [...(option.short ? [`-${option.short}`] : []), `--${option.name}`]);
  return `    ${name}) options='${words.join(' ')}' ${formatAssignment(completion)} ;;`;
}

/** Returns `case` clauses that complete option values. Options with the same completion share a clause. */
function formatValueCases(commands: readonly CommandDescription[]): string[] {
  const cases = new Map<string, string[]>();
  for (const { name: command, options } of commands) {
    for (const { name, placeholder, completion } of options) {
      if (placeholder === undefined) continue;
      const assignment = formatAssignment(completion);
      cases.set(assignment, [...(cases.get(assignment) ?? []), `${command}:--${name}`]);
    }
  }
  return [...cases].map(([assignment, patterns]) => `    ${patterns.join('|')}) ${assignment} ;;`);
}

function formatAssignment(completion: Completion): string {
  return typeof completion === 'string'
    ? `completion='${completion}'`
    : `completion='words' words='${completion.join(' ')}'`;
}
