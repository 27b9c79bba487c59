import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { findOnPath, runCommand } from '../../local/os/commands.js';
import { endKeptKafka } from '../../local/kafka/index.js';
import { freePorts } from '../../local/os/ports.js';
import { sandbox, type Sandbox } from './broker-sandbox.js';
import { program } from './programs.js';

export interface Ran {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/** Runs the command line in an environment. */
export function easyPubsub(box: Pick<Sandbox, 'env'>, ...args: string[]): Promise<Ran> {
  return runCommand(process.execPath, [...program, ...args], { env: box.env, timeoutMs: 60_000 });
}

/** The machine's Java, for a program that replaces it on the PATH. */
export function javaOf(env: NodeJS.ProcessEnv): string {
  const home = env['JAVA_HOME'];
  return home ? join(home, 'bin', 'java') : (findOnPath('java', env) ?? '');
}

/** A sandbox in which a Kafka may be kept; it is removed after the test. */
export async function keeper(): Promise<{ box: Sandbox; port: string }> {
  const box = await sandbox();
  onTestFinished(async () => {
    await endKeptKafka({ env: box.env });
  });
  const [port] = await freePorts(1);
  return { box, port: String(port) };
}
