import type { ChildProcess } from 'node:child_process';

/** What the watchdog is asked. */
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

/** What it answers. `id` is the request's. */
export type WatchdogAnswer =
  | { tell: 'ready' }
  | { tell: 'folder'; id: number; path: string }
  | { tell: 'running'; id: number; pid: number }
  | { tell: 'failed'; id: number; message: string }
  | { tell: 'ended'; id: number; exitCode: number | null; signal: NodeJS.Signals | null };

/**
 * The program of the watchdog process. It starts what we want started and makes what has to go away again, so that
 * there is not an instant in which a process or folder exists without it knowing. When the channel to its parent closes,
 * for whatever reason, SIGKILL included, it ends those processes by their ids, removes the folders, and ends.
 *
 * It is started from its own source text (`node -e`), because that works the same from TypeScript, from a build and
 * from a bundle. So it must not use anything from outside this function.
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

  /** Each child leads a group of its own, so this reaches the Java behind Maven's shell script too. */
  function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It has ended already; its exit event follows.
    }
  }

  function endIfQuiet(): void {
    if (!ending || running.size > 0) return;
    for (const folder of folders) {
      try {
        rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
      } catch {
        // No one is left to tell.
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
      // What is left of its group would outlive us.
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
