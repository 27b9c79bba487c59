import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { contextKeys } from '../../lib/context.js';
import { settingRows } from '../../src/pubsub/config/setting-rows.js';
import { ownProgram } from './support/own-program.js';
import { handWrittenPages, ROOT, snippetsOf } from '../../scripts/docs/snippets.js';

/** One command of a block, as words. */
interface Line {
  readonly where: string;
  readonly words: readonly string[];
}

/** The commands of a block: without comments, with continued lines as one, and one for each `&&` and `;`. */
function commandsOf(text: string): string[][] {
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, ''))
    .flatMap((line) => line.split(/\s&&\s|;\s/))
    .map((command) => (command.match(/(?:'[^']*'|"[^"]*"|\S)+/g) ?? []).map((word) => word.replaceAll(/['"]/g, '')))
    .filter((words) => words.length > 0);
}

async function lines(): Promise<Line[]> {
  const blocks = (await Promise.all((await handWrittenPages()).map(snippetsOf))).flat();
  return blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ page, line, text }) => commandsOf(text).map((words) => ({ where: `${page}: ${line}`, words })));
}

/** The arguments of our own command line, if a command is one. */
function ownArguments([first, second, third, ...rest]: readonly string[]): string[] | undefined {
  if (first === 'npx' && second === 'easy-pubsub') return third === undefined ? [] : [third, ...rest];
  if (first !== 'npm' || second !== 'run') return undefined;
  const args = rest[0] === '--' ? rest.slice(1) : [];
  if (third === 'sanity') return ['sanity', ...args];
  return third === 'easy-pubsub' ? args : undefined;
}

/** What is wrong with the arguments: values with “…” in them stand for others, and are not looked at. */
function wrongArguments(program: Command, args: readonly string[]): string | undefined {
  const upTo = args.findIndex((word) => ['>', '|', '2>'].includes(word));
  const words = (upTo < 0 ? args : args.slice(0, upTo)).filter((word) => word !== '…');
  let command = program;
  let at = 0;
  for (; at < words.length; at += 1) {
    const next = command.commands.find((one) => one.name() === words[at]);
    if (next === undefined) break;
    command = next;
  }
  if (command === program) return `there is no command ${words[0] ?? ''}`;
  if (command.commands.length > 0 && words[at]?.startsWith('-') === false)
    return `there is no command ${words[at] ?? ''}`;
  const known = new Set(command.options.flatMap(({ long, short }) => [long, short]));
  for (const word of words.slice(at))
    if (/^--?[a-z]/.test(word) && !known.has(word)) return `${command.name()} has no option ${word}`;
  if (words.some((word) => /…|</.test(word))) return undefined;
  command.action(() => undefined);
  try {
    // Without the words that led here, commander takes the rest for this command.
    command
      .exitOverride()
      .configureOutput({ outputError: () => undefined })
      .parse(words.slice(at), { from: 'user' });
    return undefined;
  } catch (error) {
    return String(error);
  }
}

describe('every command in a block of a page exists, with its options', () => {
  test('of our own command line', async () => {
    const own = (await lines()).flatMap(({ where, words }) => {
      const args = ownArguments(words);
      return args === undefined ? [] : [{ where, args }];
    });
    expect(own.length).toBeGreaterThan(30);
    const wrong: string[] = [];
    for (const { where, args } of own) {
      // A new one for each: commander keeps the values of options.
      const problem = wrongArguments(await ownProgram(), args);
      if (problem !== undefined) wrong.push(`${where}: ${args.join(' ')}: ${problem}`);
    }
    expect(wrong).toEqual([]);
  });

  test('with npx on pages for users of the package, and with npm run on those about the stack', async () => {
    const found = await lines();
    const pagesWith = (...start: string[]): Set<string> =>
      new Set(
        found
          .filter(({ words }) => start.every((word, i) => words[i] === word))
          .map(({ where }) => where.split(':')[0]!),
      );
    // Its last part is about the user's own service.
    const both = ['docs/existing-cluster.md'];
    const ofStack = [
      'README.md',
      'docs/aws.md',
      'docs/functions.md',
      'docs/preflight.md',
      'docs/rehearsal.md',
      'docs/test-events.md',
    ];
    expect(pagesWith('npm', 'run', 'easy-pubsub')).toEqual(new Set([...ofStack, ...both]));
    expect([...pagesWith('npx', 'easy-pubsub')].filter((page) => ofStack.includes(page))).toEqual([]);
  });

  test('of npm and of the CDK; variables and files', async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
    const variables = new Set(settingRows.flatMap(({ env }) => env ?? []));
    const wrong: string[] = [];
    for (const { where, words } of await lines()) {
      const [first, second, third = ''] = words;
      if (first === 'npm' && second === 'run' && !(third in scripts)) wrong.push(`${where}: npm run ${third}`);
      if (words.includes('cdk') || words.includes('-c'))
        for (const [i, word] of words.entries())
          if (word === '-c' && !((words[i + 1] ?? '').split('=')[0]! in contextKeys))
            wrong.push(`${where}: -c ${words[i + 1]}`);
      if (first === 'export' || first === 'unset')
        for (const word of words.slice(1)) {
          const [name = ''] = word.split('=');
          if (name.startsWith('PUBSUB_') && !variables.has(name)) wrong.push(`${where}: ${name}`);
        }
      for (const word of words) {
        const [file] = /(?:events|examples|docs|bench)\/[\w./-]+\.\w+$/.exec(word) ?? [];
        if (file !== undefined && !existsSync(join(ROOT, file))) wrong.push(`${where}: ${file}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('and what does not is reported', async () => {
    const said = async (text: string): Promise<string | undefined> =>
      wrongArguments(await ownProgram(), ownArguments(commandsOf(text)[0]!)!);
    expect(await said('npx easy-pubsub gatway --policy a.json')).toBe('there is no command gatway');
    expect(await said('npx easy-pubsub kafka upp')).toBe('there is no command upp');
    expect(await said('npm run easy-pubsub -- gateway --count 5')).toBe('gateway has no option --count');
    expect(await said('npm run sanity -- --count many # much')).toMatch(/whole number/);
    expect(await said('npm run sanity -- --count 5')).toBeUndefined();
  });
});
