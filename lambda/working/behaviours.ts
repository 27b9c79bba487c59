import {
  create_frame,
  handler_error,
  payload_text,
  text_payload,
  type AirCoreFrame,
  type frame_handler,
} from '../../src/index.js';
import type { worker_run_event } from '../event/worker-event.js';

export type behaviour_options = Pick<worker_run_event, 'behaviour' | 'delay_ms' | 'replies'>;

/** What the sanity worker knows to do with a frame. */
const commands = ['echo', 'delay', 'several', 'fail', 'finish'] as const;
type command = (typeof commands)[number];

/**
 * The sanity worker's handler.
 *
 * @param finish called when a frame says that the run is over
 */
export function behaviours(options: behaviour_options, finish: () => void): frame_handler<AirCoreFrame> {
  return (frame, { signal }) => {
    const command = options.behaviour === 'by_command' ? frame.command : options.behaviour;
    if (!is_command(command)) {
      throw new handler_error('unknown_command', `${JSON.stringify(command)} is none of ${commands.join(', ')}`);
    }
    switch (command) {
      case 'echo':
        return echo(frame);
      case 'delay':
        return delayed(frame, options.delay_ms, signal);
      case 'several':
        return Array.from({ length: options.replies }, (_, n) =>
          create_frame({ payloads: [text_payload(`reply ${n}`)] }),
        );
      case 'fail':
        throw new handler_error('planned_failure', 'this command fails on purpose');
      case 'finish':
        finish();
        return echo(frame);
    }
  };
}

function is_command(word: string): word is command {
  return (commands as readonly string[]).includes(word);
}

function echo(frame: AirCoreFrame): AirCoreFrame {
  return create_frame({ payloads: [text_payload(payload_text(frame) ?? '')] });
}

async function delayed(frame: AirCoreFrame, delay_ms: number, signal: AbortSignal): Promise<AirCoreFrame> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, delay_ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  return echo(frame);
}
