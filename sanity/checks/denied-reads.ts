import type { pubsub_error } from '../../src/base/error.js';
import { skip, type Finding } from './check.js';

// What a report says about something that its caller may not read: the one place for these sentences. A right that a
// function of the run lacks is named in rights.ts.

/** Groups that may be listed, but not described. Part of a sentence; the commands about groups and topics say it too. */
export function deniedGroups(names: readonly string[]): string {
  return `the brokers deny describing ${names.length === 1 ? 'this group' : 'these groups'}: ${names.join(', ')}`;
}

/** The functions of a stack have rights on the groups of its runs only. */
export const otherGroupsDenied: Finding = skip('the functions have no right to describe other groups');

/** A denied read does not fail the preflight: the role may still be able to deploy. */
export function deniedInAws({ details }: pubsub_error): Finding {
  return skip(`you lack the permission ${String(details['action'])}`);
}
