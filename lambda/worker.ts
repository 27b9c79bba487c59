import { publisher, type config } from '../src/index.js';
import { parse_event } from './event/parse.js';
import { kafka_event, worker_run_event } from './event/worker-event.js';
import { functionDescriptors } from './functions.js';
import { lambda_function } from './runtime/function.js';
import { rights_event } from './event/rights-event.js';
import { asks_for_rights, rights, type rights_result } from './runtime/rights.js';
import { serve_once } from './runtime/served.js';
import { close_at_shutdown } from './runtime/shutdown.js';
import { answer_records, type kafka_records_result } from './working/kafka-records.js';
import { worker_run, type worker_run_result } from './working/worker-run.js';

export type worker_result = worker_run_result | kafka_records_result | rights_result;

/** For records that come in the event: outside the handler, so that later invocations find it connected. */
let replies: publisher | undefined;

function reply_publisher(settings: config): publisher {
  if (replies !== undefined) return replies;
  const pub = (replies = publisher.create(settings));
  close_at_shutdown(() => pub.dispose());
  return pub;
}

/** The worker function: answers one run's frames, or the records of an event source mapping; or tells what it may do. */
export const handler = lambda_function(async (raw, { settings, time }): Promise<worker_result> => {
  if (typeof raw === 'object' && raw !== null && 'eventSource' in raw) {
    return answer_records(settings, reply_publisher(settings), parse_event(kafka_event, raw));
  }
  if (asks_for_rights(raw)) {
    return rights(settings, parse_event(rights_event, raw), functionDescriptors.worker, time.work);
  }
  const event = parse_event(worker_run_event, raw);
  serve_once(event.run_id, event.step);
  return worker_run(settings, event, time);
});
