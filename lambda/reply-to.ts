import { collect_run, type collect_result } from './collecting/collect-run.js';
import { parse_event } from './event/parse.js';
import { reply_to_event } from './event/reply-to-event.js';
import { functionDescriptors } from './functions.js';
import { lambda_function } from './runtime/function.js';
import { rights_event } from './event/rights-event.js';
import { asks_for_rights, rights, type rights_result } from './runtime/rights.js';
import { serve_once } from './runtime/served.js';

/** The reply_to function: collects one run's replies as the only member of its group, so that it owns every partition. */
export const handler = lambda_function(async (raw, { settings, time }): Promise<collect_result | rights_result> => {
  if (asks_for_rights(raw)) {
    return rights(settings, parse_event(rights_event, raw), functionDescriptors.reply_to, time.work);
  }
  const event = parse_event(reply_to_event, raw);
  serve_once(event.run_id, event.step);
  return collect_run(settings, event, time);
});
