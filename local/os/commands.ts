import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Environment } from '../kafka/context.js';

/** The file that a shell would run for this name. */
export function findOnPath(name: string, env: Environment): string | undefined {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    const file = join(folder, name);
    if (isExecutable(file)) return file;
  }
  return undefined;
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

export interface CommandResult {
  /** undefined if it could not be started, was aborted or took too long. */
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
  timedOut: boolean;
}

export interface CommandOptions {
  env: Environment;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  cwd?: string | undefined;
  /** Written to its standard input. @default none */
  input?: string | undefined;
}

/**
 * Runs a short command, and resolves with its outcome; never rejects. For a process that may run longer than seconds,
 * or needs cleanup, use a `Watchdog`.
 */
export function runCommand(file: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve) => {
    const began = performance.now();
    const child = execFile(
      file,
      args,
      {
        env: { ...options.env },
        timeout: options.timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: 64 * 1024 * 1024,
        signal: options.signal,
        cwd: options.cwd,
      },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        resolve({
          exitCode: typeof code === 'number' ? code : undefined,
          stdout,
          stderr: stderr === '' && error !== null && typeof code !== 'number' ? error.message : stderr,
          timedOut: error?.killed === true && performance.now() - began >= options.timeoutMs,
        });
      },
    );
    // It may exit without reading its input, which is not an error here.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input);
  });
}
