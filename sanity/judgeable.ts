import type { StackModel } from '../rehearsal/index.js';
import { pubsub_error } from '../src/base/error.js';
import { stackFacts } from './stack/outputs.js';

/** @throws pubsub_error `template_refused` for a stack that is not one of ours: its functions take other events */
export function judgeable({ outputs }: StackModel): void {
  const facts = stackFacts(outputs);
  if (!('code' in facts)) return;
  throw new pubsub_error(
    'template_refused',
    'rehearsal',
    `Outputs: ${facts.evidence}, so a sanity run cannot judge it`,
    {
      details: { path: 'Outputs' },
      hint: 'Another stack’s functions run too: easy-pubsub rehearse up --template FILE, and invoke them.',
    },
  );
}
