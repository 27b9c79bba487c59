import { publisher, type config } from '../src/index.js';
import { parseEvent } from './event/parse.js';
import { publisherEvent } from './event/publisher-event.js';
import { publisherFunction } from './functions.js';
import { positions, type PositionsResult } from './publishing/positions.js';
import { publishRun, type PublishResult } from './publishing/publish-run.js';
import { requestRun, type RequestResult } from './publishing/request-run.js';
import { lambdaFunction } from './runtime/function.js';
import { rights, type RightsResult } from './runtime/rights.js';
import { serveOnce } from './runtime/served.js';
import { closeAtShutdown } from './runtime/shutdown.js';

export type PublisherResult = PositionsResult | PublishResult | RequestResult | RightsResult;

/**
 * Outside the handler, so that it is still connected in later invocations. Every frame has its outcome before the
 * handler returns.
 */
let oneWay: publisher | undefined;

function oneWayPublisher(settings: config): publisher {
  if (oneWay !== undefined) return oneWay;
  const pub = (oneWay = publisher.create(settings));
  closeAtShutdown(() => pub.dispose());
  return pub;
}

/** The publisher function: reads end offsets, publishes frames, sends requests and waits for replies, or reports its rights. */
export const handler = lambdaFunction(async (raw, { settings, time, metrics }): Promise<PublisherResult> => {
  const event = parseEvent(publisherEvent, raw);
  switch (event.action) {
    case 'positions':
      return positions(settings, time.work);
    case 'publish':
      serveOnce(event.run_id, `publish ${event.step}`);
      return publishRun(settings, oneWayPublisher(settings), event, time.work);
    case 'request':
      for (const { step } of [event, ...event.also]) serveOnce(event.run_id, `request ${step}`);
      return requestRun(settings, event, time, metrics);
    case 'rights':
      return rights(settings, event, publisherFunction, time.work);
  }
});
