/** The numbers of all drills, in milliseconds unless a name says otherwise. */
export const measures = {
  requesters: 3,
  workers: 3,
  partitions: 6,
  /** Requests a second of each requester. */
  requestsPerSecond: 20,
  /** The peers handle and write one request after the other, and do not sustain more than this. */
  peerRequestsPerSecond: 2,
  /** One-way frames a second of each requester. They have no deadline, so each acknowledged one must be handled. */
  notesPerSecond: 2,
  /**
   * Paths of each requester. No two requesters share a path, so the order of a path is the order of the calls of one
   * process.
   */
  pathsPerRequester: 8,
  requestTimeoutMs: 5_000,
  /** How long after its deadline a request may end, on a machine with other load. */
  deadlineSlackMs: 500,
  sampleMs: 100,
  /** The library's default, which the drills use. */
  sessionTimeoutMs: 10_000,
  /** How long a claim may be wrong in addition to the session time-out. */
  wrongClaimGraceMs: 2_000,
  /** In any window of this length … */
  claimWindowMs: 30_000,
  /**
   * … a claim may be wrong for this time in total: more than without a break, because a busy machine, or one fault after
   * another, may make a correct claim late several times.
   */
  wrongInWindowMs: 15_000,
  /** The time for recovery after the end of the fault. */
  recoveryAfterHealMs: 10_000,
  /** The time for recovery after the start of a fault in which a broker hangs or is down for longer. */
  recoveryAfterFaultMs: 15_000,
  /** The share of the ended requests that must succeed in every second after the recovery. */
  recoveredShare: 0.95,
  /**
   * If processes cannot run for this share of the time, the drill proves nothing about the client. Usual values are
   * 0.02 to 0.2.
   */
  starvedShare: 0.25,
  steadyMs: 3_000,
  /** How long everything must work again before a drill ends. */
  calmMs: 3_000,
} as const;
