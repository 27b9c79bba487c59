import { publisher, type config } from '../src/index.js';
import { parse_event } from './event/parse.js';
import { publisher_event } from './event/publisher-event.js';
import { functionDescriptors } from './functions.js';
import { positions, type positions_result } from './publishing/positions.js';
import { publish_run, type publish_result } from './publishing/publish-run.js';
import { request_run, type request_result } from './publishing/request-run.js';
import { lambda_function } from './runtime/function.js';
import { rights, type rights_result } from './runtime/rights.js';
import { serve_once } from './runtime/served.js';
import { close_at_shutdown } from './runtime/shutdown.js';

export type publisher_result = positions_result | publish_result | request_result | rights_result;

/** Outside the handler, so that later invocations find it connected. Every frame has its outcome before one returns. */
let one_way: publisher | undefined;

function one_way_publisher(settings: config): publisher {
  if (one_way !== undefined) return one_way;
  const pub = (one_way = publisher.create(settings));
  close_at_shutdown(() => pub.dispose());
  return pub;
}

/** The publisher function: where the topics stand, frames one way, requests with their replies, or what it may do. */
export const handler = lambda_function(async (raw, { settings, time, metrics }): Promise<publisher_result> => {
  const event = parse_event(publisher_event, raw);
  switch (event.action) {
    case 'positions':
      return positions(settings, time.work);
    case 'publish':
      serve_once(event.run_id, `publish ${event.step}`);
      return publish_run(settings, one_way_publisher(settings), event, time.work);
    case 'request':
      for (const { step } of [event, ...event.also]) serve_once(event.run_id, `request ${step}`);
      return request_run(settings, event, time, metrics);
    case 'rights':
      return rights(settings, event, functionDescriptors.publisher, time.work);
  }
});
