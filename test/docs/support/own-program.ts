import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { ROOT } from '../../../scripts/docs/snippets.js';

/** The command line with all its commands. It throws for invalid arguments. */
export async function ownProgram(): Promise<Command> {
  const program = new Command('easy-pubsub').exitOverride().configureOutput({ outputError: () => undefined });
  for (const file of await readdir(join(ROOT, 'bin/commands'))) {
    const module = (await import(join(ROOT, 'bin/commands', file))) as Record<string, unknown>;
    for (const [name, add] of Object.entries(module))
      if (name.endsWith('Command') && typeof add === 'function' && add.length === 1)
        (add as (p: Command) => void)(program);
  }
  return program;
}
