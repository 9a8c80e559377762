#!/usr/bin/env node
// The command `nabla`: finds the command that was asked for and turns wrong usage into one line and exit code 2.
import { commands } from './commands.ts';
import { help } from './help.ts';
import { readUsage, UsageError, version } from './usage.ts';

function run(args: readonly string[]): number {
  const usage = readUsage(args, commands);
  if (usage.kind === 'version') console.log(version());
  else if (usage.kind === 'help') console.log(help(commands));
  else return usage.command.run(usage.options, usage.argument);
  return 0;
}

// A reader that has seen enough, such as `head`, closes the pipe.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

try {
  process.exitCode = run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`nabla: ${error.message} See nabla --help.`);
  process.exitCode = 2;
}
