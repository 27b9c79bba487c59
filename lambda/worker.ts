import { publisher, type config } from '../src/index.js';
import { parseEvent } from './event/parse.js';
import { kafkaEvent, workerRunEvent } from './event/worker-event.js';
import { workerFunction } from './functions.js';
import { lambdaFunction } from './runtime/function.js';
import { rightsEvent } from './event/rights-event.js';
import { asksForRights, rights, type RightsResult } from './runtime/rights.js';
import { serveOnce } from './runtime/served.js';
import { closeAtShutdown } from './runtime/shutdown.js';
import { answerRecords, type KafkaRecordsResult } from './working/kafka-records.js';
import { workerRun, type WorkerRunResult } from './working/worker-run.js';

export type WorkerResult = WorkerRunResult | KafkaRecordsResult | RightsResult;

/** For records in the event. Outside the handler, so that it is still connected in later invocations. */
let replies: publisher | undefined;

function replyPublisher(settings: config): publisher {
  if (replies !== undefined) return replies;
  const pub = (replies = publisher.create(settings));
  closeAtShutdown(() => pub.dispose());
  return pub;
}

/** The worker function: answers one run's frames, or the records of an event source mapping; or reports its rights. */
export const handler = lambdaFunction(async (raw, { settings, time }): Promise<WorkerResult> => {
  if (typeof raw === 'object' && raw !== null && 'eventSource' in raw) {
    return answerRecords(settings, replyPublisher(settings), parseEvent(kafkaEvent, raw));
  }
  if (asksForRights(raw)) {
    return rights(settings, parseEvent(rightsEvent, raw), workerFunction, time.work);
  }
  const event = parseEvent(workerRunEvent, raw);
  serveOnce(event.run_id, event.step);
  return workerRun(settings, event, time);
});
