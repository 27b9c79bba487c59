import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { ProgramInput } from './input.js';

type Callback = (error: NodeJS.ErrnoException | null, address?: string | LookupAddress[], family?: number) => void;

/** Resolves the host names of the drill in place of a name server, because sockets use `dns.lookup`. */
export function answerNames({ suffix, goneFile }: NonNullable<ProgramInput['names']>): void {
  const lookup = dns.lookup as (name: string, options: LookupOptions, callback: Callback) => void;
  const answer = (name: string, given: LookupOptions | number | Callback, last?: Callback): void => {
    const callback = typeof given === 'function' ? given : last!;
    const options = typeof given === 'object' ? given : {};
    if (!name.endsWith(suffix)) {
      lookup(name, options, callback);
    } else if (isGone(goneFile, name)) {
      const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), {
        code: 'ENOTFOUND',
        errno: -3_008,
        syscall: 'getaddrinfo',
        hostname: name,
      });
      setImmediate(callback, error);
    } else if (options.all === true) {
      setImmediate(callback, null, [{ address: '127.0.0.1', family: 4 }]);
    } else {
      setImmediate(callback, null, '127.0.0.1', 4);
    }
  };
  Object.assign(dns, { lookup: answer });
}

/** While the file exists, no name resolves; each name that was looked up is written to it. */
function isGone(goneFile: string, name: string): boolean {
  try {
    const file = openSync(goneFile, constants.O_WRONLY | constants.O_APPEND);
    writeSync(file, `${name}\n`);
    closeSync(file);
    return true;
  } catch {
    return false;
  }
}
