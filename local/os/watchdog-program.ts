import type { ChildProcess } from 'node:child_process';

/** Requests to the watchdog. */
export type WatchdogRequest =
  | { ask: 'folder'; id: number; parent: string; prefix: string }
  | {
      ask: 'run';
      id: number;
      file: string;
      args: readonly string[];
      cwd: string;
      env: Readonly<Record<string, string>>;
      logFile: string;
    }
  | { ask: 'kill'; id: number; signal: NodeJS.Signals }
  | { ask: 'wake'; pid: number }
  | { ask: 'forget' };

/** Its answers. `id` is that of the request. */
export type WatchdogAnswer =
  | { tell: 'ready' }
  | { tell: 'folder'; id: number; path: string }
  | { tell: 'running'; id: number; pid: number }
  | { tell: 'failed'; id: number; message: string }
  | { tell: 'ended'; id: number; exitCode: number | null; signal: NodeJS.Signals | null };

/**
 * The program of the watchdog process. It starts processes and creates temporary folders itself, so that it always
 * knows all of them. When the channel to its parent closes for any reason, including SIGKILL, it ends those processes
 * by their ids, removes the folders, and exits.
 *
 * It is started from its own source text (`node -e`), because this works in the same way from TypeScript, a build and a
 * bundle. So it must not use anything from outside of this function.
 */
export function watchdogProgram(): void {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const { closeSync, mkdtempSync, openSync, rmSync } = process.getBuiltinModule('node:fs');
  const { join } = process.getBuiltinModule('node:path');
  const running = new Map<number, ChildProcess>();
  const folders = new Set<string>();
  const asleep = new Set<number>();
  let ending = false;

  function tell(answer: WatchdogAnswer): void {
    if (process.connected) process.send?.(answer);
  }

  /** Each child leads its own process group, so this also reaches the Java process of Maven's shell script. */
  function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It has already ended; its exit event follows.
    }
  }

  function endIfQuiet(): void {
    if (!ending || running.size > 0) return;
    for (const folder of folders) {
      try {
        rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
      } catch {
        // The parent no longer exists.
      }
    }
    process.exit(0);
  }

  function end(): void {
    ending = true;
    for (const pid of asleep) {
      try {
        process.kill(pid, 'SIGCONT');
      } catch {
        // It has ended already.
      }
    }
    for (const child of running.values()) killGroup(child, 'SIGKILL');
    endIfQuiet();
  }

  function run(request: Extract<WatchdogRequest, { ask: 'run' }>): void {
    const { id } = request;
    const log = openSync(request.logFile, 'a');
    const child = spawn(request.file, request.args, {
      cwd: request.cwd,
      env: { ...request.env },
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    child.on('error', (error) => {
      if (child.pid !== undefined) return;
      running.delete(id);
      tell({ tell: 'failed', id, message: error.message });
      endIfQuiet();
    });
    child.on('exit', (exitCode, signal) => {
      // The rest of its group would continue to run.
      killGroup(child, 'SIGKILL');
      running.delete(id);
      tell({ tell: 'ended', id, exitCode, signal });
      endIfQuiet();
    });
    if (child.pid === undefined) return;
    running.set(id, child);
    tell({ tell: 'running', id, pid: child.pid });
  }

  function answer(request: WatchdogRequest): void {
    if (ending) return;
    switch (request.ask) {
      case 'folder': {
        const path = mkdtempSync(join(request.parent, request.prefix));
        folders.add(path);
        tell({ tell: 'folder', id: request.id, path });
        return;
      }
      case 'run':
        run(request);
        return;
      case 'kill': {
        const child = running.get(request.id);
        if (child !== undefined) killGroup(child, request.signal);
        return;
      }
      case 'wake':
        asleep.add(request.pid);
        return;
      case 'forget':
        process.exit(0);
    }
  }

  process.on('disconnect', end);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  process.on('message', (request: WatchdogRequest) => {
    try {
      answer(request);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if ('id' in request) tell({ tell: 'failed', id: request.id, message });
    }
  });
  tell({ tell: 'ready' });
}
