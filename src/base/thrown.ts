import { inspect } from 'node:util';

const UNREADABLE = 'a value that cannot be shown was thrown';

/** A thrown value as a sentence. Other code may throw any value, even one that throws when it is read. */
export function thrownText(value: unknown): string {
  try {
    if (value instanceof Error) return value.message;
    return typeof value === 'string' ? value : inspect(value);
  } catch {
    return UNREADABLE;
  }
}

/** The code of an error of Node or the operating system, such as ENOENT. */
export function systemCode(thrown: unknown): string {
  return (thrown as NodeJS.ErrnoException | undefined)?.code ?? 'unknown';
}

/** A thrown value as an error whose message can be read: the value itself, if it is one. */
export function thrownError(value: unknown): Error {
  try {
    if (value instanceof Error && typeof value.message === 'string' && typeof value.name === 'string') return value;
  } catch {
    // A getter of the value threw.
  }
  return new Error(thrownText(value));
}
