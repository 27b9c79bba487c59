import {
  create_frame,
  handler_error,
  payload_text,
  text_payload,
  type AirCoreFrame,
  type frame_handler,
} from '../../src/index.js';
import type { WorkerRunEvent } from '../event/worker-event.js';

export type BehaviourOptions = Pick<WorkerRunEvent, 'behaviour' | 'delay_ms' | 'replies'>;

/** Commands that the sanity worker handles. */
const commands = ['echo', 'delay', 'several', 'fail', 'finish'] as const;
type Command = (typeof commands)[number];

/**
 * The sanity worker's handler.
 *
 * @param finish called when a frame ends the run
 */
export function behaviours(options: BehaviourOptions, finish: () => void): frame_handler<AirCoreFrame> {
  return (frame, { signal }) => {
    const command = options.behaviour === 'by_command' ? frame.command : options.behaviour;
    if (!isCommand(command)) {
      throw new handler_error('unknown_command', `${JSON.stringify(command)} is not one of ${commands.join(', ')}`);
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

function isCommand(word: string): word is Command {
  return (commands as readonly string[]).includes(word);
}

function echo(frame: AirCoreFrame): AirCoreFrame {
  return create_frame({ payloads: [text_payload(payload_text(frame) ?? '')] });
}

async function delayed(frame: AirCoreFrame, delayMs: number, signal: AbortSignal): Promise<AirCoreFrame> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  return echo(frame);
}
