#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { printError, printUsageError } from './action.js';
import { refuseOptionsAbove } from './belonging.js';
import { commandNames, type CommandName } from './own-commands.js';
import { packageVersion } from './package-version.js';

// The AWS SDK's warning about future Node versions is for the developers of this project, who choose its version.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** The command line. Each command is a file in commands/ that adds itself to the program. */
const program = new Command('easy-pubsub')
  .description('Request/reply over Kafka, and a sanity environment that proves it works')
  .version(packageVersion())
  .option('--no-color', 'print without colors, as with NO_COLOR=1 in the environment')
  // A subcommand may have options with the names of the program's options.
  .enablePositionalOptions()
  // Printed at the end, in two lines: the help may be longer than a screen.
  .configureOutput({ outputError: () => undefined })
  // On a narrow terminal too; commander otherwise leaves columns below 40 characters as they are.
  .configureHelp({ minWidthToWrap: 15 })
  // Before the commands are added, because they inherit it. Invalid arguments have exit code 2, not commander's 1.
  .exitOverride()
  .hook('preAction', refuseOptionsAbove);

/** Only the chosen command is loaded, because loading all takes a second. */
const commands: Readonly<Record<CommandName, () => Promise<(program: Command) => void>>> = {
  sanity: async () => (await import('./commands/sanity.js')).sanityCommand,
  invoke: async () => (await import('./commands/invoke.js')).invokeCommand,
  kafka: async () => (await import('./commands/kafka.js')).kafkaCommand,
  topics: async () => (await import('./commands/topics.js')).topicsCommand,
  groups: async () => (await import('./commands/groups.js')).groupsCommand,
  tail: async () => (await import('./commands/tail.js')).tailCommand,
  policy: async () => (await import('./commands/policy.js')).policyCommand,
  aws: async () => (await import('./commands/aws.js')).awsCommand,
  events: async () => (await import('./commands/events.js')).eventsCommand,
  rehearse: async () => (await import('./commands/rehearse.js')).rehearseCommand,
  gateway: async () => (await import('./commands/gateway.js')).gatewayCommand,
};
// Wherever it stands among the arguments.
const args = process.argv.filter((arg) => arg !== '--no-color');
if (args.length < process.argv.length) process.env['NO_COLOR'] = '1';
const [, , MEANT = ''] = args;
const meant = commandNames.filter((name) => name === MEANT);
for (const name of meant.length > 0 ? meant : commandNames) {
  const add = await commands[name]();
  add(program);
}

try {
  await program.parseAsync(args);
} catch (error) {
  if (!(error instanceof CommanderError)) printError(error);
  else if (error.message.startsWith('error: ')) printUsageError(program, args.slice(2), error.message);
  const said = error instanceof CommanderError && error.exitCode === 0;
  process.exitCode = said ? 0 : 2;
}
