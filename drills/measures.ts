/** The numbers that all drills share; milliseconds unless a name says otherwise. */
export const measures = {
  requesters: 3,
  workers: 3,
  partitions: 6,
  /** Of each requester. */
  requestsPerSecond: 20,
  /** The peers handle one request after the other, and write each by itself: more than this they do not sustain here. */
  peerRequestsPerSecond: 2,
  /** One-way frames of each requester; they have no deadline, so that each that was acknowledged must be handled. */
  notesPerSecond: 2,
  /** Paths of each requester. No two requesters share a path: the order of a path is the order of one process' calls. */
  pathsPerRequester: 8,
  requestTimeoutMs: 5_000,
  /** A request may end so much after its deadline, on a machine with other load. */
  deadlineSlackMs: 500,
  sampleMs: 100,
  /** The library's default, which the drills keep. */
  sessionTimeoutMs: 10_000,
  /** How long a claim may be wrong beyond the session's time-out. */
  lieGraceMs: 2_000,
  /** After the fault's end. */
  recoveryAfterHealMs: 10_000,
  /** After a broker that hangs or is gone for longer than that. */
  recoveryAfterFaultMs: 15_000,
  /** Of the requests that end, in every second from the recovery on. */
  recoveredShare: 0.95,
  /** Processes that cannot run for so much of the time say nothing about their client. Usual are 0.02 to 0.2. */
  starvedShare: 0.25,
  steadyMs: 3_000,
  /** Everything works again for so long before a drill ends. */
  calmMs: 3_000,
} as const;
