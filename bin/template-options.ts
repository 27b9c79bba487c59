import { Option, type Command } from 'commander';
import { Answers } from '../rehearsal/answers.js';
import type { GivenOptions } from '../rehearsal/index.js';
import { answer, awsAccount, list, pair, several } from './arguments.js';

/** The options of a template: its file, and values that it does not contain. */
export interface TemplateFlags {
  region?: string;
  account?: string;
  parameter?: Record<string, string>;
  answer?: string[];
  clusterArn?: string;
  topics?: string[];
  groups?: string[];
  function?: string[];
}

/**
 * The same options for all commands that rehearse a template. @param when prefix of each description: "with --rehearse:
 * "
 */
export function addTemplateOptions(command: Command, when = ''): Command {
  const options: readonly (readonly [string, string, (text: string, before: never) => unknown])[] = [
    ['--account <digits>', 'the assumed AWS account of the stack', awsAccount],
    ['--parameter <key=value>', 'a value for a parameter of the template', pair],
    [
      '--answer <key=value>',
      'a value that the template does not contain: an import, LogicalId.Attribute, LogicalId.Property, a condition key',
      answer,
    ],
    ['--cluster-arn <arn>', 'the cluster, if the template does not determine it', String],
    ['--topics <name,…>', 'topics that exist besides those of the template', list],
    ['--groups <name,…>', 'groups that the functions use and that the template does not name', list],
    ['--function <name,…>', 'run only these functions (logical ids or names)', several],
  ];
  for (const [flags, description, parse] of options) {
    command.addOption(new Option(flags, `${when}${description}`).argParser(parse as (text: string) => unknown));
  }
  return command;
}

/** Only for the app that is synthesized: a template has its values already. */
export function contextOption(when = ''): Option {
  const description = `${when}a context value for the CDK app, as for cdk`;
  return new Option('-c, --context <key=value>', description).argParser(pair).conflicts('template');
}

/** The values that these options give. */
export function givenBy(flags: TemplateFlags): GivenOptions {
  const { region, account, parameter, answer: answers, clusterArn, topics, groups, function: functions } = flags;
  return {
    region,
    account,
    parameters: parameter,
    answers: answers && new Answers(answers),
    clusterArn,
    topics,
    groups,
    functions,
  };
}

/** The same flags as arguments of another program. */
export function argumentsFor(flags: TemplateFlags): string[] {
  const { region, account, parameter = {}, answer: answers = [], clusterArn, topics, groups } = flags;
  const one = (flag: string, value: string | undefined): string[] => (value === undefined ? [] : [flag, value]);
  return [
    ...one('--region', region),
    ...one('--account', account),
    ...Object.entries(parameter).flatMap(([key, value]) => ['--parameter', `${key}=${value}`]),
    ...answers.flatMap((text) => ['--answer', text]),
    ...one('--cluster-arn', clusterArn),
    ...one('--topics', topics?.join(',')),
    ...one('--groups', groups?.join(',')),
    ...one('--function', flags.function?.join(',')),
  ];
}
