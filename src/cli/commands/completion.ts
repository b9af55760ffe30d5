import { defineCommand, UsageError, type Command } from '../command.js';
import { generateBashCompletion } from '../output/completion/bash.js';
import { generateFishCompletion } from '../output/completion/fish.js';
import { generateZshCompletion } from '../output/completion/zsh.js';
import { exitCode } from '../output/exit-code.js';

const generators = { bash: generateBashCompletion, zsh: generateZshCompletion, fish: generateFishCompletion };
const shells = ['bash', 'zsh', 'fish'] as const;

/** @param getCommands Returns all commands, including this one, so it is called only when this command runs. */
export function createCompletionCommand(getCommands: () => readonly Command[]): Command {
  return defineCommand({
    name: 'completion',
    summary: 'print a script that completes commands and options in a shell',
    arguments: { usage: 'bash|zsh|fish', min: 1, max: 1 },
    completions: shells,
    options: {},
    examples: [
      ['bash: a line for ~/.bashrc', 'source <(millrace completion bash)'],
      ['zsh: a line for ~/.zshrc, after compinit', 'source <(millrace completion zsh)'],
      ['fish', 'millrace completion fish > ~/.config/fish/completions/millrace.fish'],
    ],
    run({ positionals, output }) {
      const shell = shells.find((name) => name === positionals[0]);
      if (!shell)
        throw new UsageError(`Expected the shell to be one of ${shells.join(', ')}, got '${positionals[0] ?? ''}'.`);
      output.line(generators[shell](getCommands()));
      return Promise.resolve(exitCode.ok);
    },
  });
}
