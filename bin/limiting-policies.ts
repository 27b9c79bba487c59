import { readFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { decodeText } from '../rehearsal/decode-text.js';
import type { PolicyFile } from '../rehearsal/policy/index.js';
import { pubsub_error } from '../src/base/error.js';

/** Policies that limit those of the roles. */
export interface LimitFlags {
  scp?: string[];
  clusterPolicy?: string;
}

/**
 * The same options for all commands that enforce policies. @param when prefix of each description: "with --rehearse: "
 */
export function addLimitOptions(command: Command, when = ''): Command {
  return command
    .addOption(
      new Option(
        '--scp <files...>',
        `${when}service control policies, each a level of the organization that must allow`,
      ),
    )
    .addOption(new Option('--cluster-policy <file>', `${when}the policy of the cluster`));
}

/**
 * The content of the named files. A file that cannot be read is reported when it is used.
 */
export async function limitsBy({ scp, clusterPolicy }: LimitFlags): Promise<{
  readonly scps: readonly PolicyFile[] | undefined;
  readonly clusterPolicy: PolicyFile | undefined;
}> {
  return {
    scps: scp && (await readPolicies(scp)),
    clusterPolicy: clusterPolicy === undefined ? undefined : await readPolicy(clusterPolicy),
  };
}

export function readPolicies(paths: readonly string[] = []): Promise<PolicyFile[]> {
  return Promise.all(paths.map(readPolicy));
}

async function readPolicy(path: string): Promise<PolicyFile> {
  try {
    return { path, text: decodeText(await readFile(path)) };
  } catch (cause) {
    const sentence = `the policy ${path} cannot be read`;
    return { path, text: '', unreadable: new pubsub_error('argument_invalid', 'rehearsal', sentence, { cause }) };
  }
}
