import { Writable } from 'node:stream';
import { Console } from 'node:console';
import { Logger } from '@aws-lambda-powertools/logger';
import bunyan from 'bunyan';
import { pino } from 'pino';
import { describe, expect, test, vi } from 'vitest';
import winston from 'winston';
import { config, type config_ports, type AirCoreFrame } from '../../../src/index.js';

type Port = NonNullable<config_ports<AirCoreFrame>['logger']>;

/** A stream, and the lines that were written to it. */
function sink(): { stream: Writable; lines: string[] } {
  const lines: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _, done) => {
      lines.push(
        ...chunk
          .toString()
          .split('\n')
          .filter((line) => line !== ''),
      );
      done();
    },
  });
  return { stream, lines };
}

const input = { connection: { brokers: ['localhost:9092'] } };
const levels = ['debug', 'info', 'warn', 'error'] as const;

/** Logs at every level through the configuration, also through one that `with` copied. */
function logWith(logger: Port): void {
  for (const settings of [config.create(input, { logger }), config.create(input, { logger }).with({})])
    for (const level of levels) settings.logger[level](`a message at ${level}`, { partition: 3, error: 'refused' });
}

const expected = [...levels, ...levels].map((level) => ({
  message: `a message at ${level}`,
  partition: 3,
  error: 'refused',
}));

describe('lines with their message and fields, from', () => {
  test('pino, also a child of it', () => {
    for (const make of [
      (one: ReturnType<typeof pino>) => one,
      (one: ReturnType<typeof pino>) => one.child({ service: 'a' }),
    ]) {
      const { stream, lines } = sink();
      logWith(make(pino({ level: 'debug', messageKey: 'message' }, stream)));
      expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject(expected);
    }
  });

  test('bunyan', () => {
    const { stream, lines } = sink();
    logWith(bunyan.createLogger({ name: 'test', level: 'debug', stream }));
    const found = lines.map((line) => JSON.parse(line) as { msg: string });
    expect(found.map(({ msg: message, ...rest }) => ({ message, ...rest }))).toMatchObject(expected);
  });

  test('winston, also a child of it', () => {
    const { stream, lines } = sink();
    const made = winston.createLogger({
      level: 'debug',
      format: winston.format.json(),
      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- two copies of one declaration
      transports: [new winston.transports.Stream({ stream })],
    });
    logWith(made);
    logWith(made.child({ service: 'a' }));
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([...expected, ...expected]);
  });

  test('Powertools', () => {
    const lines: string[] = [];
    // Otherwise it writes to a console of its own.
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    const spies = levels.map((level) =>
      vi.spyOn(console, level).mockImplementation((line) => void lines.push(String(line))),
    );
    try {
      logWith(new Logger({ serviceName: 'test', logLevel: 'DEBUG' }));
    } finally {
      for (const spy of spies) spy.mockRestore();
      vi.unstubAllEnvs();
    }
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject(expected);
  });

  test('console', () => {
    const { stream, lines } = sink();
    logWith(new Console({ stdout: stream, stderr: stream, colorMode: false }));
    expect(lines).toEqual(
      [...levels, ...levels].map((level) => `a message at ${level} { partition: 3, error: 'refused' }`),
    );
  });
});
