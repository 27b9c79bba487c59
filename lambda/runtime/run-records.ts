import type { config } from '../../src/index.js';

/** The header by which a run knows its records, without decoding them. */
export const run_id_header = 'run-id';

export function run_headers(run_id: string): Record<string, string> {
  return { [run_id_header]: run_id };
}

/** For subscribers: records of other runs, and of nobody's, are skipped undecoded. */
export function of_run(run_id: string): (headers: Readonly<Record<string, string>>) => boolean {
  return (headers) => headers[run_id_header] === run_id;
}

/**
 * Settings whose groups belong to one run: `<group>-<run_id>`. A run's readers own every partition, whoever else reads
 * these topics.
 */
export function settings_of_run(settings: config, run_id: string): config {
  return settings.with({
    groups: { worker: `${settings.groups.worker}-${run_id}`, reply_to: `${settings.groups.reply_to}-${run_id}` },
    // One member, and a group that is named, not made up.
    requester: { ...settings.requester, reply_mode: 'shared' },
  });
}
