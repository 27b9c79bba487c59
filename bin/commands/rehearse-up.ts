import { once } from 'node:events';
import type { Command } from 'commander';
import { planRehearsal } from '../../rehearsal/plan/plan.js';
import { Deadline } from '../../src/base/deadline.js';
import { action, printNotice, type ExitCode } from '../action.js';
import { awsRegion, between } from '../arguments.js';
import { addLimitOptions, limitsBy, type LimitFlags } from '../limiting-policies.js';
import { withOwnCommands } from '../own-commands.js';
import { Progress } from '../progress.js';
import { asJson, described } from '../rehearsal-list.js';
import { addTemplateOptions, contextOption, givenBy, type TemplateFlags } from '../template-options.js';

interface UpFlags extends TemplateFlags, LimitFlags {
  template?: string;
  context?: Record<string, string>;
  json?: true;
  sessionSeconds?: number;
  port?: number;
  freeze?: true;
  verbose?: true;
}

const START_MS = 300_000;

/** `easy-pubsub rehearse up`: a stack on this machine until the command is stopped. */
export function rehearseUpCommand(rehearse: Command): void {
  const command = rehearse
    .command('up')
    .description('run a stack until Ctrl-C: its functions, and a Kafka that enforces its policies (docs/rehearsal.md)')
    .option('--template <file>', 'the template, of CDK, SAM or your own (default: the synthesized one)')
    .option(
      '--region <region>',
      'the assumed region of the stack (default: that of the template or its manifest)',
      awsRegion,
    )
    .addOption(contextOption())
    .option('--session-seconds <n>', 'how long a session lasts (default: 15 minutes, as on MSK)', between(13, 43_200))
    .option('--port <n>', 'the port of the AWS endpoint (default: any free one)', between(1, 65_535))
    .option('--freeze', 'freeze functions between invocations, and close their connections')
    .option('--json', 'print one JSON object instead of the list')
    .option('--verbose', 'show the functions’ logs on stderr');
  addLimitOptions(addTemplateOptions(command)).action(action(up));
}

async function up(signal: AbortSignal, flags: UpFlags): Promise<ExitCode> {
  const { template, context = {}, sessionSeconds, port, freeze, verbose, json } = flags;
  // A template that cannot be rehearsed is refused before the code that would run it is loaded.
  const given = { ...givenBy(flags), ...(await limitsBy(flags)) };
  const plan = template === undefined ? undefined : planRehearsal(template, given);
  const { Rehearsal, synthesis } = await import('../../rehearsal/index.js');
  const progress = new Progress();
  const starting = Rehearsal.start({
    template: plan ?? (await synthesis(context)),
    deadline: new Deadline(START_MS, signal),
    onProgress: progress.show,
    onLog: (_, { name }, line) => {
      if (verbose) printNotice(`${name}: ${line}`);
    },
    onRefusedOrDenied: printNotice,
    freeze: freeze ?? false,
    ...given,
    sessionSeconds,
    port,
  });
  await using rehearsal = await starting.finally(() => progress.end());
  process.stdout.write(
    json === true ? `${JSON.stringify(asJson(rehearsal), null, 2)}\n` : withOwnCommands(described(rehearsal)),
  );
  if (!signal.aborted) await once(signal, 'abort');
  printNotice('Ending.');
  return 0;
}
