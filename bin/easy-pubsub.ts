#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { printError } from './action.js';
import { awsCommand } from './commands/aws.js';
import { eventsCommand } from './commands/events.js';
import { gatewayCommand } from './commands/gateway.js';
import { invokeCommand } from './commands/invoke.js';
import { kafkaCommand } from './commands/kafka.js';
import { topicsCommand } from './commands/topics.js';
import { packageVersion } from './package-version.js';
import { rehearseCommand } from './commands/rehearse.js';
import { sanityCommand } from './commands/sanity.js';

// Which Node the AWS SDK wants in the future is for us to heed, who choose its version.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** The command line: wiring only. Each command is a file in commands/ that adds itself to the program. */
const program = new Command('easy-pubsub')
  .description('Request/reply over Kafka, and a sanity environment that proves it works')
  .version(packageVersion())
  // Options of a subcommand are its own, whatever the program's are called.
  .enablePositionalOptions()
  .showHelpAfterError()
  // Before the commands are added: they inherit it. Bad arguments are our exit code 2, not commander's 1.
  .exitOverride();

sanityCommand(program);
invokeCommand(program);
kafkaCommand(program);
topicsCommand(program);
awsCommand(program);
eventsCommand(program);
rehearseCommand(program);
gatewayCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) printError(error);
  const said = error instanceof CommanderError && error.exitCode === 0;
  process.exitCode = said ? 0 : 2;
}
