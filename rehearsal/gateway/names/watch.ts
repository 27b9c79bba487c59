import type { RequestNames } from './request-names.js';

/** Decides names that no ACL is about yet, before a request with them reaches a broker. */
export interface NameWatch {
  /** Whether the rights of a role depend on names that are not known before they are used. */
  watches(roleArn: string): boolean;
  /** @returns undefined if every name is decided; rejects if that is not possible */
  decide(roleArn: string, names: RequestNames): Promise<void> | undefined;
}
