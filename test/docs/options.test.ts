import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { ownProgram } from './support/own-program.js';

const ROOT = join(import.meta.dirname, '../..');

/** Every option and command path of the command line, as commander knows them. */
async function ours(): Promise<{ options: Set<string>; commands: Set<string> }> {
  const options = new Set(['--help', '--version', '--no-color']);
  const commands = new Set<string>();
  const walk = (command: Command, path: string): void => {
    for (const { long } of command.options) if (long !== undefined && long !== null) options.add(long);
    for (const sub of command.commands) {
      const full = `${path} ${sub.name()}`.trim();
      commands.add(full);
      walk(sub, full);
    }
  };
  walk(await ownProgram(), '');
  return { options, commands };
}

async function texts(): Promise<[path: string, text: string][]> {
  const files = await Promise.all(
    ['aws', 'bin', 'lambda', 'lib', 'local', 'rehearsal', 'sanity', 'src', 'docs'].map(async (folder) =>
      (await readdir(join(ROOT, folder), { recursive: true }))
        .filter((name) => /\.(ts|md)$/.test(name))
        .map((name) => join(folder, name)),
    ),
  );
  return Promise.all(
    ['README.md', 'CONTRIBUTING.md', ...files.flat()].map(async (path) => [
      path,
      await readFile(join(ROOT, path), 'utf8'),
    ]),
  );
}

/** Options of other programs: Node, npm, esbuild, docker, Maven, Kafka's tools, AWS CLI, CDK, vitest. And of `npm run drill` and `npm run bench`. */
const others = new Set(
  `--add --add-scram --ansi --batch-mode --bootstrap-server --cli-read-timeout --cloudformation-execution-policies --cluster-id --config --delete --describe --detach --disable-warning --enable-source-maps --file --filters --format --function-name --group --import --max-old-space-size --max-semi-space-size --payload --policy-arn --policy-document --policy-name --prefix --project-name --qualifier --query --registry-name --rollback --schema-name --short --since --tag-filters --tail --template-stage --this --toolkit-stack-name --unstable --update --version-id --volumes --wait --busy --only --client --library --markdown --node --outdir --repeat --test --together`.split(
    /\s+/,
  ),
);
/** Words that follow our name in a sentence. */
const prose = new Set(['find', 'auth']);

test('every option that a hint, a message or a page names exists', async () => {
  const { options } = await ours();
  const unknown = new Map<string, string[]>();
  for (const [path, text] of await texts())
    for (const [option] of text.matchAll(/(?<![\w-])--[a-z][a-z-]*[a-z]/g))
      if (!options.has(option) && !others.has(option)) unknown.set(option, [...(unknown.get(option) ?? []), path]);
  expect(Object.fromEntries(unknown)).toEqual({});
});

test('every command that a hint, a message or a page names exists', async () => {
  const { commands } = await ours();
  const hasSubcommands = (name: string): boolean => [...commands].some((path) => path.startsWith(`${name} `));
  const unknown: string[] = [];
  for (const [path, text] of await texts())
    for (const [all, name = '', sub] of text.matchAll(/\beasy-pubsub(?: --)? ([a-z]+)(?: ([a-z]+))?\b/g)) {
      if (prose.has(name)) continue;
      const isKnown = sub === undefined || !hasSubcommands(name) ? commands.has(name) : commands.has(`${name} ${sub}`);
      if (!isKnown) unknown.push(`${path}: ${all}`);
    }
  expect(unknown).toEqual([]);
});
