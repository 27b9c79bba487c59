import { badRecords } from './bad-records.js';
import { brokerReachable } from './broker-reachable.js';
import { cleanup } from './cleanup.js';
import { disposal } from './disposal.js';
import { errorReplies } from './error-replies.js';
import { order } from './order.js';
import { publisherFunction } from './publisher-function.js';
import { replyToFunction } from './reply-to-function.js';
import { rights } from './rights.js';
import { roundTrips } from './round-trips.js';
import type { RunCheck } from './run-check.js';
import { severalReplies } from './several-replies.js';
import { splitFlow } from './split-flow.js';
import { topics } from './topics.js';
import { workerFunction } from './worker-function.js';
import { workerReady } from './worker-ready.js';

/** Every check of a run, in the order of the report. */
export const runChecks: readonly RunCheck[] = [
  publisherFunction,
  brokerReachable,
  topics,
  workerReady,
  roundTrips,
  order,
  replyToFunction,
  splitFlow,
  severalReplies,
  errorReplies,
  workerFunction,
  badRecords,
  disposal,
  cleanup,
  rights,
];
