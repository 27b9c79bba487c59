import { headerNames } from '../../src/base/header-names.js';
import type { config } from '../../src/index.js';

export function runHeaders(runId: string): Record<string, string> {
  return { [headerNames.runId]: runId };
}

/** For subscribers: records of other runs, and records without a run id, are skipped without decoding. */
export function ofRun(runId: string): (headers: Readonly<Record<string, string>>) => boolean {
  return (headers) => headers[headerNames.runId] === runId;
}

/**
 * Settings with groups that belong to one run: `<group>-<run_id>`. The readers of a run own every partition, even if
 * other groups read these topics.
 */
export function settingsOfRun(settings: config, runId: string): config {
  return settings.with({
    // A run counts late replies, so its handlers do not stop at the deadlines of their requests.
    worker: { abort_at_deadline: false },
    groups: { worker: `${settings.groups.worker}-${runId}`, reply_to: `${settings.groups.reply_to}-${runId}` },
    // One member, in a group with a known name.
    requester: { ...settings.requester, reply_mode: 'shared' },
  });
}
