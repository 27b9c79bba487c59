import { config, create_frame, payload_text, worker, type config_input } from '../../src/index.js';
import { childInput, say } from './children.js';

/** A worker that crashes at a chosen moment. */
export interface WorkerChildInput {
  settings: config_input;
  /** `before_reply`: inside the handler of the frame with this text. `before_commit`: after its reply was acknowledged. */
  die?: { at: 'before_reply' | 'before_commit'; text: string };
}

const { settings, die } = childInput<WorkerChildInput>();
const w = worker.create(
  config.create(settings),
  (frame) => {
    const text = payload_text(frame) ?? '';
    say({ handling: text });
    if (die?.at === 'before_reply' && die.text === text) process.kill(process.pid, 'SIGKILL');
    return create_frame({ payloads: frame.payloads });
  },
  {
    on_handled: ({ delivery, replies }) => {
      const text = payload_text(delivery.frame) ?? '';
      say({ handled: text, replies });
      if (die?.at === 'before_commit' && die.text === text) process.kill(process.pid, 'SIGKILL');
    },
  },
);
await w.connect();
say({ connected: true });
process.once('SIGTERM', () => {
  w.dispose().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
