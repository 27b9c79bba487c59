import type { RequestNames } from './request-names.js';

/** Who decides about names that no ACL says anything of yet, before a request with them reaches a broker. */
export interface NameWatch {
  /** Whether what a role may do depends on names that are not known before they are used. */
  watches(roleArn: string): boolean;
  /** @returns undefined where every name is decided; rejects where that cannot be done */
  decide(roleArn: string, names: RequestNames): Promise<void> | undefined;
}
