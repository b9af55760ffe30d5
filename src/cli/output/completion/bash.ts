import type { Command } from '../../command.js';
import { globalOptions, serverOptions } from '../../options/global-options.js';
import { describeCommand, type Completion, type DescribedCommand } from './described-command.js';

/** Returns a completion script for bash 3.2 and newer. */
export function generateBashCompletion(commands: readonly Command[]): string {
  const described = commands.map(describeCommand);
  const names = described.map(({ name }) => name).join(' ');
  const globalNames = Object.keys(globalOptions).map((name) => `--${name}`);
  const optionsWithValue = Object.entries(serverOptions).flatMap(([name, { type }]) =>
    type === 'string' ? [`--${name}`] : [],
  );
  return `# bash completion for millrace
_millrace() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local command='' options='' words='' completes='' i
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
    '') options='${globalNames.join(' ')}' completes='words' words='${names} help version' ;;
    help) completes='words' words='${names}' ;;
${described.map(formatCommand).join('\n')}
  esac
  case $command:$previous in
${formatValueCases(described).join('\n')}
    *)
      if [[ $word == -* ]]; then
        completes='words' words=$options
      fi
      ;;
  esac
  case $completes in
    words) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
    directories) compopt -o dirnames +o default 2>/dev/null ;;
    files) ;;
    *) compopt +o default 2>/dev/null ;;
  esac
}
complete -o default -F _millrace millrace`;
}

function formatCommand({ name, options, completion }: DescribedCommand): string {
  const words = options.flatMap((option) => [...(option.short ? [`-${option.short}`] : []), `--${option.name}`]);
  return `    ${name}) options='${words.join(' ')}' ${formatAssignment(completion)} ;;`;
}

/** Returns the `case` clauses that complete the values of options, one per kind of value. */
function formatValueCases(commands: readonly DescribedCommand[]): string[] {
  const cases = new Map<string, string[]>();
  for (const { name: command, options } of commands) {
    for (const { name, value, completion } of options) {
      if (value === undefined) continue;
      const assignment = formatAssignment(completion);
      cases.set(assignment, [...(cases.get(assignment) ?? []), `${command}:--${name}`]);
    }
  }
  return [...cases].map(([assignment, patterns]) => `    ${patterns.join('|')}) ${assignment} ;;`);
}

function formatAssignment(completion: Completion): string {
  return typeof completion === 'string'
    ? `completes='${completion}'`
    : `completes='words' words='${completion.join(' ')}'`;
}
