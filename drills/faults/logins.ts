import { setTimeout as sleep } from 'node:timers/promises';
import type { Phase } from '../drill.js';
import { SESSION_MS, type Session } from '../stage/iam-cluster.js';

const REFUSED_MS = 3_000;
/** A client may use its token for some time; ours keeps a token for a minute. */
const SIGNED_MS = 75_000;

const refused: Phase = {
  drills: [{ name: 'relogin-refused', title: 'for 3 s no login is accepted, while sessions of 15 s end' }],
  alone: false,
  network: 'iam',
  async bring({ iam, world, fault, heal, prove }) {
    const session = iam.sessionOf(world.place);
    const before = refusalsOf(iam.refusals, session);
    fault();
    iam.refuse(session);
    await sleep(REFUSED_MS);
    iam.admit(session);
    heal();
    const count = refusalsOf(iam.refusals, session) - before;
    prove(count > 0, 'the gateways refused logins', `${count} of them`);
    // So that every session ends once more.
    await sleep(SESSION_MS);
  },
};

const other: Phase = {
  drills: [{ name: 'keys-of-another-session', title: 'the role’s keys are those of its next session from now on' }],
  alone: false,
  network: 'iam',
  async bring({ iam, world, fault, heal, prove }) {
    const next = iam.session(world.names.name);
    fault();
    await Promise.all(world.participants.map((participant) => participant.setVariables(next.variables)));
    const changed = (): number =>
      iam.refusals.filter(
        ({ reason, accessKeyId }) => reason === 'identity_changed' && accessKeyId === next.role.accessKeyId,
      ).length;
    const end = performance.now() + SIGNED_MS;
    while (changed() === 0 && performance.now() < end) await sleep(100);
    // Waits until every old session has ended.
    await sleep(SESSION_MS);
    heal();
    prove(changed() > 0, 'the gateways refused another session on open connections', `${changed()} times`);
  },
};

function refusalsOf(refusals: readonly { accessKeyId?: string | undefined }[], { role }: Session): number {
  return refusals.filter(({ accessKeyId }) => accessKeyId === role.accessKeyId).length;
}

export const phases: readonly Phase[] = [refused, other];
