import { collectRun, type CollectResult } from './collecting/collect-run.js';
import { parseEvent } from './event/parse.js';
import { replyToEvent } from './event/reply-to-event.js';
import { replyToFunction } from './functions.js';
import { lambdaFunction } from './runtime/function.js';
import { rightsEvent } from './event/rights-event.js';
import { asksForRights, rights, type RightsResult } from './runtime/rights.js';
import { serveOnce } from './runtime/served.js';

/** The reply_to function: collects one run's replies as the only member of its group, so that it owns every partition. */
export const handler = lambdaFunction(async (raw, { settings, time }): Promise<CollectResult | RightsResult> => {
  if (asksForRights(raw)) {
    return rights(settings, parseEvent(rightsEvent, raw), replyToFunction, time.work);
  }
  const event = parseEvent(replyToEvent, raw);
  serveOnce(event.run_id, event.step);
  return collectRun(settings, event, time);
});
