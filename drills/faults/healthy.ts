import { setTimeout as sleep } from 'node:timers/promises';
import { everyClient, type Phase } from '../drill.js';

/** No fault: a red result here means that the drills are wrong, or that the machine is too busy. */
export const phases: readonly Phase[] = [
  {
    drills: [{ name: 'healthy', title: 'nothing happens for 8 s' }],
    alone: false,
    network: 'direct',
    clients: everyClient,
    async bring(scene) {
      scene.fault();
      await sleep(8_000);
      scene.prove(true, 'no fault was caused', 'no fault');
      scene.heal();
    },
  },
];
