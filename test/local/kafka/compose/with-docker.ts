import { join } from 'node:path';
import { runCommand } from '../../../../local/os/commands.js';
import { freePorts } from '../../../../local/os/ports.js';
import { sandbox, type Sandbox } from '../../../support/broker-sandbox.js';

export const COMPOSE_FILE = join(import.meta.dirname, '../../../../docker-compose.yml');

/** A sandbox in which Docker does answer, and a port of the test's own. */
export async function withDocker(): Promise<{ box: Sandbox; env: Sandbox['env']; port: number }> {
  const box = await sandbox('nothing');
  const env = { ...box.env, PATH: process.env['PATH'] };
  const [port] = await freePorts(1);
  return { box, env, port: port ?? 0 };
}

/** The containers of the compose project that has this port. */
export async function containers(port: number): Promise<string[]> {
  const filter = `label=com.docker.compose.project=easy-pubsub-${port}`;
  const options = { env: process.env, timeoutMs: 10_000 };
  const { stdout } = await runCommand('docker', ['ps', '--all', '--quiet', '--filter', filter], options);
  return stdout.split('\n').filter(Boolean);
}
